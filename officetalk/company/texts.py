"""The company's rules and longer texts, as administrators write them."""

from __future__ import annotations

import re

import msgspec

from officetalk.company import settings
from officetalk.company.settings import Company, Rule, Written
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid

MAX_RULES = 50
MAX_RULE = 300  # characters
MAX_HINT = 1000
MAX_TEXT = 50_000
TEXTS = ("about", "privacy_policy", "terms")
_PARAGRAPHS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def rules_of_text(text: str) -> list[tuple[str, str]]:
    """Rules with their explanations: a paragraph each, the rule on its first line."""
    found = []
    for paragraph in _PARAGRAPHS.split(text.replace("\r\n", "\n").strip()):
        rule, _, hint = paragraph.strip().partition("\n")
        if rule.strip():
            found.append((rule.strip(), hint.strip()))
    return found


def text_of_rules(rules: tuple[Rule, ...]) -> str:
    """What `rules_of_text` reads back."""
    return "\n\n".join(f"{rule.text}\n{rule.hint}".strip() for rule in rules)


def write_rules(conn: Connection, wanted: list[tuple[str, str]]) -> Company:
    """Make these the rules in force. One whose text stays keeps its id; of the others, the first new text
    takes the place of the first old one (a correction). Invalid (rules)."""
    if len(wanted) > MAX_RULES:
        raise Invalid("rules", "must be at most %(count)s", count=MAX_RULES)
    if any(len(rule) > MAX_RULE or len(hint) > MAX_HINT for rule, hint in wanted):
        raise Invalid(
            "rules",
            "must have at most %(count)s characters each, and %(more)s to explain them",
            count=MAX_RULE,
            more=MAX_HINT,
        )
    texts = [rule for rule, _ in wanted]
    if len(set(texts)) != len(texts):
        raise Invalid("rules", "must be different from each other")
    now = settings.load(conn)
    same = {rule.text: rule for rule in now.rules if rule.text in texts}
    corrected = [rule for rule in now.rules if rule.text not in same]
    next_id = max((rule.id for rule in now.all_rules), default=0) + 1
    made = []
    for text, hint in wanted:
        if text in same:
            id = same[text].id
        elif corrected:
            id = corrected.pop(0).id
        else:
            id, next_id = next_id, next_id + 1
        made.append(Rule(id, text, hint))
    kept = {rule.id for rule in made}
    made += [
        msgspec.structs.replace(rule, gone=True) for rule in now.all_rules if rule.id not in kept
    ]  # fmt: skip
    return settings.change(conn, all_rules=tuple(made))


def write_texts(conn: Connection, **texts: str) -> Company:
    """Change longer texts (names of TEXTS); one that stays as it is keeps its date. Invalid names it."""
    now = settings.load(conn)
    changes = {}
    for name, text in texts.items():
        if name not in TEXTS:
            raise TypeError(f"no such text: {name}")
        text = text.replace("\r\n", "\n").strip()
        if len(text) > MAX_TEXT:
            raise Invalid(
                name, "is too long (maximum is %(count)s characters)", "ERR_TOO_LONG", count=MAX_TEXT
            )
        if text != getattr(now, name).text:
            changes[name] = Written(text, conn.now if text else 0)
    return settings.change(conn, **changes) if changes else now

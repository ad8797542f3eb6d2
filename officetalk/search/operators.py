"""Operators of full-text search, as Mastodon has them: `from:ada`, `has:media`, `is:reply`, `language:de`,
`before:2026-03-01`, `after:`, `during:`, `in:library`, `in:public`. Each can be negated with a minus sign.

What a post is (a comment, a poll, in German) is a token of its index entry like its words, of the private
use area so that no text has it: an operator is a search for one more word, at a word's price.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

import msgspec

from officetalk.posts.entities import Content

_AUTHOR, _PROPERTY, _LANGUAGE = "\ue000", "\ue001", "\ue002"

OPERATOR = re.compile(r"(from|has|is|language|before|after|during|in):(\S+)", re.IGNORECASE)
_PLAIN = re.compile(r"[^a-z0-9]")
# What people type, to what is indexed. Mastodon says `embed` for a link with a card.
_HAS = {
    "media": "media", "image": "image", "video": "video", "audio": "audio", "poll": "poll", "link": "link",
    "embed": "link",
}  # fmt: skip
_IS = {"reply": "reply", "comment": "reply", "sensitive": "sensitive", "quote": "quote"}
_DAY_MS = 24 * 3600 * 1000
_LAST_MS = 1 << 46  # year 4199: ids made of later times would leave 64 bits


def author_token(account_id: int) -> str:
    return f"{_AUTHOR}{account_id:x}"


def property_tokens(content: Content) -> list[str]:
    """What a post is, as tokens of its index entry."""
    attached = content.attached
    found = set()
    if attached.media:
        found.add("media")
        found |= {"video" if m.kind == "gifv" else m.kind for m in attached.media}
    if attached.poll is not None:
        found.add("poll")
    if content.recognised.links:
        found.add("link")
    if content.parent_id is not None:
        found.add("reply")
    if content.quote_of_id is not None:
        found.add("quote")
    if content.sensitive or content.spoiler:
        found.add("sensitive")
    if content.audience == "company":
        found.add("public")
    tokens = [_PROPERTY + name for name in sorted(found)]
    if content.language:
        tokens.append(_language_token(content.language))
    return tokens


def _language_token(tag: str) -> str:
    """By the language alone: `language:pt` finds pt-BR too."""
    return _LANGUAGE + _PLAIN.sub("", tag.lower().partition("-")[0])


class Operator(msgspec.Struct, frozen=True):
    """What one operator asks for: a token of the index, a user name, a span of time (ms, the end
    exclusive), or the viewer's own library (posts written, liked, bookmarked or reposted)."""

    token: str | None = None
    username: str | None = None
    start: int | None = None
    end: int | None = None
    library: bool = False


def read(name: str, value: str) -> Operator | None:
    """The operator that was typed; None when it is none after all, and is looked for as words."""
    name, value = name.lower(), value.lower()
    if name == "from":
        return Operator(username=value.removeprefix("@").partition("@")[0])
    if name == "has":
        return Operator(token=_PROPERTY + _HAS[value]) if value in _HAS else None
    if name == "is":
        return Operator(token=_PROPERTY + _IS[value]) if value in _IS else None
    if name == "language":
        return Operator(token=_language_token(value))
    if name == "in":
        return _place(value)
    day = _day(value)
    if day is None:
        return None
    begins, ends = day, day + _DAY_MS
    if name == "before":
        return Operator(end=begins)
    return Operator(start=ends) if name == "after" else Operator(start=begins, end=ends)


def _place(value: str) -> Operator | None:
    if value == "library":
        return Operator(library=True)
    if value == "public":
        return Operator(token=_PROPERTY + "public")
    return Operator() if value == "all" else None


def _day(value: str) -> int | None:
    """When a day begins in UTC, written 2026-03-01, in ms."""
    try:
        day = datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    return min(max(0, int(day.timestamp() * 1000)), _LAST_MS)

"""Finding people as one types: see `search` for the order. To change it, change `_rank`.

First whoever has words that begin with all that was typed; when these are few, whoever was meant by a
misspelling of it. No statement looks at more than BOUND people, so a single letter costs no more than a
name; where the bound cuts, those whom the viewer follows are asked for once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import String, and_, case, exists, func, literal, or_, select, union_all
from sqlalchemy.sql import ColumnElement

from officetalk.accounts import queries as accounts
from officetalk.accounts.entities import Person
from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.sql import Packed, Statement, one_of, p, within
from officetalk.feeds.tables import subscription
from officetalk.search.alike import alike, meant
from officetalk.search.directory import departments, directory, not_blocked
from officetalk.search.people_index import index, index_many
from officetalk.search.tables import NAME, USERNAME, WEIGHTS, person_word
from officetalk.search.words import query_words

__all__ = ["departments", "directory", "index", "index_many", "search"]

BOUND = 200  # people that one statement looks at
_BLOCKED = 20  # room for people left out of those, since the bound cuts before blocks are asked for
FEW = 5  # found by what was typed: with fewer, misspellings are looked for
MAX_WORDS = 6  # further words of a query are left out
_EXACT = USERNAME + 1
_LAST = "\U0010ffff"
_AT_NAME = re.compile(r"@?([A-Za-z0-9_.-]{1,30})(?:@[^\s@]*)?")

# --- statements: one for each number of words, made when it first occurs -------------------------


def _may_be_found() -> list[Any]:
    """Whom the viewer can come across: who was let in, also if they have left the company since."""
    return [one_of(account.c.state, ("active", "disabled")), *not_blocked()]


def _begins(word: Any, i: int) -> ColumnElement[bool]:
    return and_(word >= p(f"word{i}", String), word < p(f"end{i}", String))


def _is_meant(word: Any, i: int) -> ColumnElement[bool]:
    """One of the words that were perhaps meant; or, but for the first, that for which an index is asked,
    still the beginning of a word."""
    meant = within(word, f"words{i}")
    return meant if i == 0 else or_(meant, _begins(word, i))


def _others(count: int, account_id: Any, matches: Any) -> list[Any]:
    """For each further word the best that matches it in the same profile, as weight and word."""
    found = []
    for i in range(1, count):
        other = person_word.alias(f"other{i}")
        found += [
            select(best(column))
            .where(other.c.account_id == account_id, matches(other.c.word, i))
            .scalar_subquery()
            .label(f"{name}{i}")
            for name, best, column in (
                ("weight", func.max, other.c.weight), ("found", func.min, other.c.word)
            )
        ]  # fmt: skip
    return found


def _candidates(count: int, matches: Any) -> Statement:
    """(account, weight, word, followed, then weight and word of each further word): the best parts of
    profiles first. The first word leads, by the primary key; the others are checked by the index
    (account_id, word)."""
    arms = []
    if matches is _begins:
        arms.append(
            select(account.c.id.label("account_id"), literal(_EXACT).label("weight"), account.c.username_key.label("word"))
            .where(account.c.username_key == p("username", String))
        )  # fmt: skip
    for weight in WEIGHTS:
        arm = (
            select(person_word.c.account_id, person_word.c.weight, person_word.c.word)
            .where(person_word.c.weight == weight, matches(person_word.c.word, 0))
        )  # fmt: skip
        for i in range(1, count):
            other = person_word.alias(f"other{i}")
            arm = arm.where(
                exists(
                    select(other.c.word).where(
                        other.c.account_id == person_word.c.account_id, matches(other.c.word, i)
                    )
                )
            )
        arms.append(
            arm.order_by(person_word.c.word, person_word.c.account_id).limit(BOUND).subquery().select()
        )
    found = union_all(*arms).limit(BOUND).subquery("found")
    followed = exists(
        select(subscription.c.feed_id).where(
            subscription.c.account_id == p("viewer"),
            subscription.c.feed_id == found.c.account_id,
            subscription.c.kind == "account",
        )
    )
    return Packed(
        select(
            found.c.account_id,
            found.c.weight,
            found.c.word,
            case((followed, 1), else_=0),  # a number, since it is only compared
            *_others(count, found.c.account_id, matches),
        )
        .select_from(found.join(account, account.c.id == found.c.account_id))
        .where(*_may_be_found())
    )


def _followed(count: int) -> Statement:
    """The same of those whom the viewer follows."""
    of = subscription.c.feed_id
    others = _others(count, of, _begins)
    return Packed(
        select(of, person_word.c.weight, person_word.c.word, literal(1), *others)
        .select_from(
            subscription.join(person_word, person_word.c.account_id == of).join(account, account.c.id == of)
        )
        .where(
            subscription.c.account_id == p("viewer"),
            subscription.c.kind == "account",
            _begins(person_word.c.word, 0),
            *(weight.is_not(None) for weight in others[::2]),
            *_may_be_found(),
        )
        .limit(BOUND)
    )


_statements: dict[tuple[str, int], Statement] = {}


def _statement(kind: str, count: int) -> Statement:
    made = _statements.get((kind, count))
    if made is None:
        if kind == "followed":
            made = _followed(count)
        else:
            made = _candidates(count, _begins if kind == "begins" else _is_meant)
        _statements[kind, count] = made
    return made


_ALIKE = alike("person_piece")

# --- ranking -------------------------------------------------------------------------------------


class _Found(NamedTuple):
    """How well somebody matches: less is better, and compared in this order."""

    mistakes: int
    score: int
    stranger: bool
    word: str
    id: int
    whole: bool  # every word that was typed is a whole word of the profile


def _worth(weight: int, word: str, typed: str) -> int:
    """A name counts more than a title, and a whole name more than the beginning of one."""
    if weight == _EXACT:
        return 100
    whole = word == typed
    return 2 * weight + (3 if whole and weight >= NAME else whole)


def _rank(
    rows: Iterable[tuple], typed: list[str], mistakes: list[dict[str, int]] | None = None
) -> list[_Found]:
    best: dict[int, _Found] = {}
    for id, weight, word, followed, *others in rows:
        score = _worth(weight, word, typed[0])
        wrong = mistakes[0].get(word, 0) if mistakes else 0
        whole = weight == _EXACT or word == typed[0]
        for i in range(1, len(typed)):
            other_weight, other = others[2 * i - 2 : 2 * i]
            if other is None:  # the exact user name, which need not match word by word
                continue
            score += _worth(other_weight, other, typed[i])
            wrong += mistakes[i].get(other, 0) if mistakes else 0
            whole = whole and other == typed[i]
        found = _Found(wrong, -score, not followed, word, id, whole)
        known = best.get(id)
        if known is None or found < known:
            best[id] = found
    return sorted(best.values())


# --- searching -----------------------------------------------------------------------------------


def search(
    conn: Connection, viewer: int, query: str, limit: int = 20, offset: int = 0, following: bool = False
) -> list[Person]:
    """People, best first: the very user name (`name`, `@name`, `name@host`); then those in whose profile
    every word typed begins a word, in the user name before the display name, the title, the department and
    the location, followed people first among equals; then those whom a typing error hides.

    People who have blocked the viewer or are blocked stay out, and whoever was never let in. `following`:
    only whom the viewer follows. At most three statements, and one that loads the page.
    """
    at_name = _AT_NAME.fullmatch(query.strip())
    username = at_name[1].lower() if at_name else ""
    # The longest word leads: it is likely to be the rarest.
    typed = sorted(query_words(username or query), key=len, reverse=True)[:MAX_WORDS]
    if not typed:
        return []
    ranked = _beginning(conn, viewer, typed, username, following)
    if len(ranked) < FEW and not following and not any(found.whole for found in ranked):
        known = {found.id for found in ranked}
        ranked += [found for found in _misspelt(conn, viewer, typed) if found.id not in known]
    return accounts.by_ids(conn, [found.id for found in ranked[offset : offset + limit]])


def _beginning(
    conn: Connection, viewer: int, typed: list[str], username: str, following: bool
) -> list[_Found]:
    values: dict[str, Any] = {"viewer": viewer, **_ranges(typed)}
    rows = []
    if not following:
        rows = conn.all(_statement("begins", len(typed)), username=username, **values)
    if following or len(rows) > BOUND - _BLOCKED:
        rows += conn.all(_statement("followed", len(typed)), **values)
    return _rank(rows, typed)


def _ranges(typed: list[str]) -> dict[str, str]:
    """The parameters of `_begins`."""
    values = {}
    for i, word in enumerate(typed):
        values |= {f"word{i}": word, f"end{i}": word + _LAST}
    return values


def _misspelt(conn: Connection, viewer: int, typed: list[str]) -> list[_Found]:
    mistakes = meant(conn, _ALIKE, typed)
    if not mistakes[0]:
        return []
    lists = {f"words{i}": list(those) for i, those in enumerate(mistakes)}
    values = {name: value for name, value in _ranges(typed).items() if name[-1] != "0"}
    return _rank(conn.all(_statement("meant", len(typed)), viewer=viewer, **lists, **values), typed, mistakes)

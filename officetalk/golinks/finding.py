"""Finding links: by what was typed, and what somebody meant whose link is not there.

As people are found (search/people.py): first what has words that begin with all that was typed; where that is
little, what a typing error hides. No statement looks at more than BOUND links.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import String, and_, func, select

from officetalk.core.database import Connection
from officetalk.core.sql import Statement, p, within
from officetalk.golinks import queries
from officetalk.golinks.entities import GoLink
from officetalk.golinks.index import joined
from officetalk.golinks.tables import NAME, golink, golink_word
from officetalk.search.alike import alike, meant
from officetalk.search.words import query_words

BOUND = 200  # links that one statement looks at
FEW = 3  # found by what was typed: with fewer, misspellings are looked for
MAX_WORDS = 6  # further words of a query are left out
SUGGESTED = 5
_LAST = "\U0010ffff"

_ALIKE = alike("golink_piece")


def _with_clicks(found: Any) -> Statement:
    """(link, clicks, what else is found): the clicks of what the bound has left."""
    found = found.subquery("found")
    link_id, *others = found.c
    return Statement(
        select(link_id, queries.used, *others).select_from(found.join(golink, golink.c.id == link_id))
    )


_WITH_WORDS = _with_clicks(
    select(golink_word.c.link_id, golink_word.c.word, golink_word.c.weight)
    .where(within(golink_word.c.word, "words"))
    .order_by(golink_word.c.weight.desc(), golink_word.c.link_id)
    .limit(BOUND * MAX_WORDS)
)


def _begins(word: Any, i: int) -> Any:
    return and_(word >= p(f"word{i}", String), word < p(f"end{i}", String))


def _beginning(count: int) -> Statement:
    """(link, clicks, then weight and word for each typed word) where every word begins one of the link's. The
    first leads, by the primary key; the others are checked by the index (link_id, word)."""
    columns: list[Any] = [golink_word.c.link_id, golink_word.c.weight, golink_word.c.word]
    wanted = [_begins(golink_word.c.word, 0)]
    for i in range(1, count):
        other = golink_word.alias(f"other{i}")
        of = (other.c.link_id == golink_word.c.link_id, _begins(other.c.word, i))
        weight = select(func.max(other.c.weight)).where(*of).scalar_subquery()
        found = select(func.min(other.c.word)).where(*of).scalar_subquery()
        columns += [weight.label(f"weight{i}"), found.label(f"found{i}")]
        wanted.append(weight.is_not(None))
    return _with_clicks(
        select(*columns)
        .where(*wanted)
        .order_by(golink_word.c.weight.desc(), golink_word.c.word, golink_word.c.link_id)
        .limit(BOUND)
    )


_BEGINNING = [_beginning(count) for count in range(1, MAX_WORDS + 1)]


class _Found(NamedTuple):
    """How well a link matches: less is better, and compared in this order."""

    missed: int  # typed words that it has not
    mistakes: int
    score: int
    clicks: int
    id: int
    whole: bool  # every word that was typed is a whole word of the link


def search(conn: Connection, query: str, limit: int = 20, offset: int = 0) -> list[GoLink]:
    """Links, best first: those in whose name, description or address every word typed begins a word, names
    before descriptions before addresses, the more used first among equals; then those whom a typing error
    hides. At most three statements, and two that load the page."""
    # The longest word leads: it is likely to be the rarest.
    typed = sorted(query_words(query), key=len, reverse=True)[:MAX_WORDS]
    if not typed:
        return []
    ranges = {f"word{i}": word for i, word in enumerate(typed)}
    ranges |= {f"end{i}": word + _LAST for i, word in enumerate(typed)}
    rows = conn.all(_BEGINNING[len(typed) - 1], before=queries.window(conn), **ranges)
    found = _ranked(_scored(row, typed) for row in rows)
    if len(found) < FEW and not any(one.whole for one in found):
        known = {one.id for one in found}
        found += [one for one in _alike_to(conn, typed) if not one.missed and one.id not in known]
    return queries.by_ids(conn, [one.id for one in found[offset : offset + limit]])


def suggestions(conn: Connection, name: str, limit: int = SUGGESTED) -> list[GoLink]:
    """What somebody may have meant who asked for a link that is not there: what has the most of the words, typing
    errors forgiven. At most two statements, and two that load them."""
    words = [*query_words(name), *query_words(joined(name))]
    typed = sorted(dict.fromkeys(words), key=len, reverse=True)[:MAX_WORDS]
    found = _alike_to(conn, typed)[:limit] if typed else []
    return queries.by_ids(conn, [one.id for one in found])


def _scored(row: tuple, typed: list[str]) -> _Found:
    id, clicks, *matches = row
    score = sum(
        _worth(weight, whole=word == asked)
        for weight, word, asked in zip(matches[::2], matches[1::2], typed, strict=True)
    )
    whole = all(word == asked for word, asked in zip(matches[1::2], typed, strict=True))
    return _Found(0, 0, -score, -int(clicks), id, whole)


def _worth(weight: int, *, whole: bool) -> int:
    """A word of the name counts more than others, and a whole one more than the beginning of one."""
    return 2 * weight + (2 if whole and weight == NAME else whole)


def _ranked(found: Iterable[_Found]) -> list[_Found]:
    best: dict[int, _Found] = {}
    for one in found:
        if one.id not in best or one < best[one.id]:
            best[one.id] = one
    return sorted(best.values())


def _alike_to(conn: Connection, typed: list[str]) -> list[_Found]:
    """Links with some of the words that were perhaps meant, those with most of them first."""
    mistakes = meant(conn, _ALIKE, typed)
    words = sorted({word for those in mistakes for word in those})
    if not words:
        return []
    clicks: dict[int, int] = {}
    has: dict[int, dict[str, int]] = {}
    for id, used, word, weight in conn.all(_WITH_WORDS, words=words, before=queries.window(conn)):
        clicks[id] = int(used)
        has.setdefault(id, {})[word] = weight
    return sorted(_likeness(id, mistakes, weights, clicks[id]) for id, weights in has.items())


def _likeness(id: int, mistakes: list[dict[str, int]], weights: dict[str, int], clicks: int) -> _Found:
    """Of each typed word the best word of the link counts: fewest mistakes, then the highest weight."""
    missed = wrong = score = 0
    for those in mistakes:
        fits = [(those[word], -weight) for word, weight in weights.items() if word in those]
        if not fits:
            missed += 1
            continue
        count, weight = min(fits)
        wrong += count
        score += 2 * weight
    return _Found(missed, wrong, score, -clicks, id, False)

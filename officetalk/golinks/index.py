"""Keeping the words by which links are found, in the transaction that changes a link."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import delete, exists, select

from officetalk.core.database import Connection
from officetalk.core.sql import Statement, p
from officetalk.core.upsert import upsert
from officetalk.golinks.entities import LinkDraft
from officetalk.golinks.tables import DESCRIPTION, NAME, TARGET, golink_piece, golink_word
from officetalk.posts.text import fold
from officetalk.search.spelling import pieces
from officetalk.search.words import MAX_WORD, name_words

_MAX_WORDS = 60  # of one link
_SCHEME = re.compile(r"https?://(?:www\.)?")
_SEPARATORS = re.compile(r"[/_-]+")

_WORDS = Statement(select(golink_word.c.word, golink_word.c.weight).where(golink_word.c.link_id == p("link")))
_ADD = upsert(golink_word, ["word", "link_id"], ["weight"])
_REMOVE = Statement(
    delete(golink_word).where(
        golink_word.c.word == p("word", golink_word.c.word.type), golink_word.c.link_id == p("link_id")
    )
)
_ADD_PIECE = upsert(golink_piece, ["piece", "word"], [])
_used = golink_word.alias("used")
_REMOVE_PIECE = Statement(
    delete(golink_piece).where(
        golink_piece.c.piece == p("piece", golink_piece.c.piece.type),
        golink_piece.c.word == p("word", golink_piece.c.word.type),
        ~exists(select(_used.c.word).where(_used.c.word == p("word", golink_word.c.word.type))),
    )
)


def joined(name: str) -> str:
    """A name in one word: who asks for `outofoffice` means `out-of-office`."""
    return _SEPARATORS.sub("", fold(name))[:MAX_WORD]


def words_of(link: LinkDraft) -> dict[str, int]:
    """The words of a link with where they stand."""
    found = dict.fromkeys(sorted(name_words(_SCHEME.sub("", link.target.lower()))), TARGET)
    found |= dict.fromkeys(sorted(name_words(link.description)), DESCRIPTION)
    found |= dict.fromkeys(sorted({*name_words(link.name), joined(link.name)}), NAME)
    best = sorted(found.items(), key=lambda item: -item[1])
    return dict(best[:_MAX_WORDS])


def index(conn: Connection, link_id: int, words: dict[str, int]) -> None:
    """Find this link by these words and no others. Writes only what is different."""
    old, new = dict(conn.all(_WORDS, link=link_id)).items(), words.items()
    changed = sorted(new - old)
    gone = sorted(word for word, _ in old if word not in words)
    conn.many(_REMOVE, [{"word": word, "link_id": link_id} for word in gone])
    conn.many(_ADD, [{"word": word, "link_id": link_id, "weight": weight} for word, weight in changed])
    # Addresses are not typed, and their numbers would fill the dictionary.
    conn.many(_ADD_PIECE, _pieces(word for word, weight in changed if weight > TARGET))
    conn.many(_REMOVE_PIECE, _pieces(gone))


def _pieces(words: Iterable[str]) -> list[dict]:
    # In one order everywhere, so that two transactions that write the same pieces do not deadlock.
    return [{"piece": piece, "word": word} for word in sorted(set(words)) for piece in sorted(pieces(word))]

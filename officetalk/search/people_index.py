"""Keeping the words by which people are found, in the transaction that changes a profile."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, exists, select

from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.sql import Statement, one_of, p, within
from officetalk.core.upsert import upsert
from officetalk.posts.text import fold
from officetalk.search.spelling import pieces
from officetalk.search.tables import (
    DEPARTMENT,
    LOCATION,
    NAME,
    TITLE,
    USERNAME,
    WEIGHTS,
    person_name,
    person_piece,
    person_word,
)
from officetalk.search.words import MAX_WORD, joined_words, name_words

_PROFILES = Statement(
    select(
        account.c.id, account.c.username_key, account.c.display_name, account.c.job_title,
        account.c.department, account.c.location,
    ).where(within(account.c.id, "ids"))
)  # fmt: skip
_WORDS = Statement(
    select(person_word.c.account_id, person_word.c.word, person_word.c.weight).where(
        within(person_word.c.account_id, "ids")
    )
)
_ADD = upsert(person_word, ["weight", "word", "account_id"], [])
_REMOVE = Statement(
    delete(person_word).where(
        person_word.c.weight == p("weight"),
        person_word.c.word == p("word", person_word.c.word.type),
        person_word.c.account_id == p("account_id"),
    )
)
_NAME = upsert(person_name, ["account_id"], ["key", "department"])
_ADD_PIECE = upsert(person_piece, ["piece", "word"], [])
_used = person_word.alias("used")
_REMOVE_PIECE = Statement(
    delete(person_piece).where(
        person_piece.c.piece == p("piece", person_piece.c.piece.type),
        person_piece.c.word == p("word", person_piece.c.word.type),
        ~exists(
            select(_used.c.word).where(
                one_of(_used.c.weight, WEIGHTS), _used.c.word == p("word", person_word.c.word.type)
            )
        ),
    )
)


def _words_of(profile: tuple) -> dict[str, int]:
    """The words of a profile with where they stand."""
    _, username, display_name, title, department, location = profile
    found: dict[str, int] = {}
    for weight, text in (
        (LOCATION, location), (DEPARTMENT, department), (TITLE, title), (NAME, display_name),
        (USERNAME, username),
    ):  # fmt: skip
        found.update(dict.fromkeys(joined_words(text), weight))
        found.update(dict.fromkeys(name_words(text), weight))
    return found


def index(conn: Connection, account_id: int) -> None:
    """Find this person by what the profile says now."""
    index_many(conn, [account_id])


def index_many(conn: Connection, ids: Iterable[int]) -> None:
    """Find these people by what their profiles say now. Writes only what is different, so that it costs
    little after a change of something else."""
    ids = list(ids)
    before: dict[int, dict[str, int]] = {id: {} for id in ids}
    for id, word, weight in conn.all(_WORDS, ids=ids):
        before[id][word] = weight
    names, added, removed = [], [], []
    spelt: set[str] = set()
    for profile in conn.all(_PROFILES, ids=ids):
        id, username, display_name, _, department, _ = profile
        names.append(
            {"account_id": id, "key": fold(display_name or username)[:MAX_WORD], "department": department}
        )
        spelt.update(*map(name_words, profile[1:]))
        old, new = before[id].items(), _words_of(profile).items()
        added += [{"weight": weight, "word": word, "account_id": id} for word, weight in new - old]
        removed += [{"weight": weight, "word": word, "account_id": id} for word, weight in old - new]
    # (What is one word only by leaving out a dot is hardly misspelt, and would double the dictionary.)
    conn.many(_NAME, names)
    conn.many(_REMOVE, removed)
    conn.many(_ADD, added)
    conn.many(_ADD_PIECE, _pieces(row["word"] for row in added if row["word"] in spelt))
    conn.many(_REMOVE_PIECE, _pieces(row["word"] for row in removed))


def _pieces(words: Iterable[str]) -> list[dict]:
    # In one order everywhere, so that two transactions that write the same pieces do not deadlock.
    return [{"piece": piece, "word": word} for word in sorted(set(words)) for piece in sorted(pieces(word))]

"""Named links, how often they are followed, and the words by which they are found."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, SmallInteger, String, Table, Text, text

from officetalk.core.sql import Bytewise, Id, Time, metadata

_LIVE = text("removed_at IS NULL")

golink = Table(
    "golink",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("name", Bytewise(64), nullable=False),  # folded: names.py
    Column("target", Text, nullable=False),
    Column("description", String(200), nullable=False, server_default=""),
    Column("owner_id", Id),  # null: the owner's account was deleted
    Column("changed_at", Time, nullable=False),
    Column("removed_at", Time),  # until it is forgotten it can be brought back, unless the name is taken
    Column("removed_by", Id),
    Index("uq_golink_name", "name", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    Index("ix_golink_owner", "owner_id", "id"),
    Index("ix_golink_removed", "removed_at"),
)

golink_day = Table(
    "golink_day",  # how often a link was followed on a day; who did is not kept
    metadata,
    Column("link_id", Id, primary_key=True, autoincrement=False),
    Column("day", Integer, primary_key=True, autoincrement=False),  # since 1970, UTC
    Column("clicks", Integer, nullable=False),
    Index("ix_golink_day_day", "day", "link_id", "clicks"),
    sqlite_with_rowid=False,
)

# Where in a link a word stands; where it stands in several, the highest counts.
NAME, DESCRIPTION, TARGET = 3, 2, 1

golink_word = Table(
    "golink_word",  # folded words of the links that are not removed
    metadata,
    Column("word", Bytewise(64), primary_key=True),
    Column("link_id", Id, primary_key=True, autoincrement=False),
    Column("weight", SmallInteger, nullable=False),
    Index("ix_golink_word_link", "link_id", "word", "weight"),
    sqlite_with_rowid=False,
)

golink_piece = Table(
    "golink_piece",  # pieces of the words of names and descriptions: forgives typing errors (search/spelling.py)
    metadata,
    Column("piece", Bytewise(16), primary_key=True),
    Column("word", Bytewise(64), primary_key=True),
    sqlite_with_rowid=False,
)

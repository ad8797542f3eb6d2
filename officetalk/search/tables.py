"""What search looks people up in. The full-text index of posts differs by database: see schema.py."""

from __future__ import annotations

from sqlalchemy import Column, Index, SmallInteger, String, Table

from officetalk.core.sql import Bytewise, Id, metadata

# In which part of a profile a word stands; where it stands in several, the highest counts.
USERNAME, NAME, TITLE, DEPARTMENT, LOCATION = 5, 4, 3, 2, 1
WEIGHTS = (USERNAME, NAME, TITLE, DEPARTMENT, LOCATION)

person_word = Table(
    "person_word",  # folded words of a profile: prefix search as one types
    metadata,
    Column("weight", SmallInteger, primary_key=True, autoincrement=False),
    Column("word", Bytewise(64), primary_key=True),
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Index("ix_person_word_account", "account_id", "word", "weight"),
    sqlite_with_rowid=False,
)

person_piece = Table(
    "person_piece",  # pieces of the words that occur in any profile: forgives typing errors (spelling.py)
    metadata,
    Column("piece", Bytewise(16), primary_key=True),
    Column("word", Bytewise(64), primary_key=True),
    sqlite_with_rowid=False,
)

person_name = Table(
    "person_name",  # the directory's order by name
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("key", Bytewise(64), nullable=False),  # the folded name
    Column("department", String(100), nullable=False),
    Index("ix_person_name_key", "key", "account_id"),
    Index("ix_person_name_department", "department", "key", "account_id"),
)

"""What search looks things up in. The full-text index of posts differs by database: see posts.py here."""

from __future__ import annotations

from sqlalchemy import Column, Index, SmallInteger, String, Table

from officetalk.core.sql import Id, metadata

person_word = Table(
    "person_word",  # folded words of names, titles and departments: prefix search as one types
    metadata,
    Column("word", String(64), primary_key=True),
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("weight", SmallInteger, nullable=False),  # 4 user name, 3 name, 2 title, 1 department
    Index("ix_person_word_account", "account_id"),
    sqlite_with_rowid=False,
)

person_trigram = Table(
    "person_trigram",  # three-letter pieces of those words: forgives typing errors
    metadata,
    Column("trigram", String(12), primary_key=True),
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Index("ix_person_trigram_account", "account_id"),
    sqlite_with_rowid=False,
)

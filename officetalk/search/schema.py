"""What the tables of SQLAlchemy cannot express: the full-text index of posts, and one index of people.

The text is folded and split into tokens by `words.tokens` before it gets here, so that both databases find
the same; their own tokenizers only have to leave it alone.
"""

from __future__ import annotations

# When somebody was last active, as a key that is different for everybody (ms << 16 and the end of the id);
# those who never posted come after all others, newest first. The query must say it in the same words.
LAST_ACTIVE = "coalesce(last_post_at * 65536 + (id & 65535), id / 2)"

_BOTH = [
    f"CREATE INDEX ix_account_last_active ON account ({LAST_ACTIVE})",
    "CREATE INDEX ix_account_here ON account (department) WHERE state = 'active'",  # counts departments
]

_SQLITE = [
    # `ascii` takes everything beyond ASCII for letters: what we separated by blanks stays as it is.
    # No column sizes: they serve ranking, and we order by time.
    "CREATE VIRTUAL TABLE post_search USING fts5(words, tokenize = 'ascii', columnsize = 0)",
    # The words that occur, for the prefix of a word as one types. FTS5 would gather all posts of a prefix
    # before it gives the first (6 ms of 100,000), and its own index of prefixes doubles the cost of a post.
    "CREATE TABLE post_word (word TEXT NOT NULL PRIMARY KEY, uses INTEGER NOT NULL) WITHOUT ROWID",
]

_POSTGRESQL = [
    "CREATE TABLE post_search (post_id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)",
    # A long list of pending entries would be read by every search.
    "CREATE INDEX ix_post_search_words ON post_search USING gin (words) WITH (gin_pending_list_limit = 256)",
]


def statements(dialect: str) -> list[str]:
    """DDL for `sqlite` or `postgresql`, to be run once after the tables are made."""
    return _BOTH + (_SQLITE if dialect == "sqlite" else _POSTGRESQL)

"""Which of the words that are known a misspelt one may have meant."""

from __future__ import annotations

import msgspec
from sqlalchemy import String, text

from officetalk.core.database import Connection
from officetalk.core.sql import Statement, p
from officetalk.search.spelling import errors, pieces, tolerance

MAX_MEANT = 12  # words that a misspelt one may have meant
MAX_COMPARED = 60  # words that are compared with a misspelt one, letter by letter


def alike(table: str) -> dict[str, Statement]:
    """Of a table with the columns `piece` and `word`: (place of the typed word, word) for JSON
    [[place, piece], …], the most alike first. The rarest pieces are followed as long as they lead to no more
    than 2,000 words: a misspelt word keeps some of its rare pieces, and the frequent ones are in too many. A
    word less one letter, or with its letters in another order, says more than a trigram."""
    rows = {
        "sqlite": "SELECT json_extract(value, '$[0]') AS place, json_extract(value, '$[1]') AS piece "
        "FROM json_each(:pieces)",
        "postgresql": "SELECT CAST(value->>0 AS integer) AS place, value->>1 AS piece "
        "FROM json_array_elements(CAST(:pieces AS json))",
    }
    return {dialect: Statement(text(f"""
        WITH typed AS ({typed}),
        counted AS (
            SELECT place, piece, (
                SELECT count(*) FROM (
                    SELECT 1 AS one FROM {table} i WHERE i.piece = typed.piece LIMIT 500
                ) AS few
            ) AS uses FROM typed
        ),
        followed AS (
            SELECT place, piece, sum(uses) OVER (PARTITION BY place ORDER BY uses, piece) AS words
            FROM counted WHERE uses > 0
        ),
        alike AS (
            SELECT place, word, row_number() OVER (
                PARTITION BY place
                ORDER BY sum(CASE WHEN followed.piece < '>' AND followed.piece >= '-' THEN 3 ELSE 1 END) DESC
            ) AS position
            FROM followed JOIN {table} ON {table}.piece = followed.piece
            WHERE followed.words <= 2000
            GROUP BY place, word
        )
        SELECT place, word FROM alike WHERE position <= {MAX_COMPARED} ORDER BY place, position
    """).bindparams(p("pieces", String))) for dialect, typed in rows.items()}  # fmt: skip  # noqa: S608


def meant(conn: Connection, statements: dict[str, Statement], typed: list[str]) -> list[dict[str, int]]:
    """For each typed word those that it may have meant, with the errors that it takes: none where no error is
    forgiven in any of them. One statement at most, of `alike`."""
    asked = [(place, piece) for place, word in enumerate(typed) for piece in sorted(pieces(word))]
    if not asked:
        return [{} for _ in typed]
    compared: list[list[str]] = [[] for _ in typed]
    for place, word in conn.all(statements[conn.dialect], pieces=msgspec.json.encode(asked).decode()):
        compared[place].append(word)
    return [_meant(word, words) for word, words in zip(typed, compared, strict=True)]


def _meant(typed: str, words: list[str]) -> dict[str, int]:
    """Of these words those that were perhaps meant, with the errors that it takes, fewest first. Where no
    error is forgiven (see spelling.py), the word as it stands."""
    limit = tolerance(typed)
    found = {word: errors(typed, word, limit) for word in (words if limit else [typed])}
    best = sorted((count, word) for word, count in found.items() if count <= limit)
    return {word: count for count, word in best[:MAX_MEANT]}

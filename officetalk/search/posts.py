"""Full-text search over posts, newest first.

Both databases hold the tokens of a post (words.py: of its text, the options of its poll and the descriptions
of its pictures) and some more that say whose it is and what it is (operators.py): a search within one person's
posts is then a search for one more word. Reposts are not indexed.

SQLite: FTS5 walks the posts of a word from the newest down, so the page is found without reading the rest.
PostgreSQL: a GIN index gives all posts of a word in no order, so the newest WINDOW posts are looked through
first. A word that is frequent fills the page there; of the others the index has few posts to give.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import (
    Select,
    String,
    column,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    table,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from officetalk.accounts import queries as accounts
from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.ids import first_at
from officetalk.core.paging import NEWEST
from officetalk.core.sql import Id, Packed, Statement, p
from officetalk.posts.entities import Content, Post
from officetalk.posts.queries import assemble, with_state
from officetalk.posts.tables import bookmark, like, mention, post
from officetalk.posts.visibility import visible_to, wanted_by
from officetalk.search.operators import author_token, property_tokens
from officetalk.search.query import Query, Term, parse
from officetalk.search.words import tokens

WINDOW = 3_000
MAX_COMPLETIONS = 40  # words that a prefix stands for on SQLite: the most used ones
MAX_OFFSET = 10_000  # further back one gets by key
_LAST = "\U0010ffff"  # sorts after whatever a word goes on with

# FTS5 takes the query by a hidden column of the table's name.
_fts = table("post_search", column("rowid", Id), column("post_search", String), column("words", String))
_tsv = table("post_search", column("post_id", Id), column("words", TSVECTOR))

# --- indexing, in the transaction that writes the post -------------------------------------------

_ADD = {
    "sqlite": Statement(insert(_fts).values(rowid=p("post"), words=p("words", String))),
    "postgresql": Statement(insert(_tsv).values(post_id=p("post"), words=p("words", TSVECTOR))),
}
_REMOVE = {
    "sqlite": Statement(delete(_fts).where(_fts.c.rowid == p("post"))),
    "postgresql": Statement(delete(_tsv).where(_tsv.c.post_id == p("post"))),
}
# Counted to 1,000 and then left alone: after a while most posts have nothing to write here.
_COUNT_WORD = Statement(
    text(
        "INSERT INTO post_word (word, uses) VALUES (:word, 1) "
        "ON CONFLICT (word) DO UPDATE SET uses = uses + 1 WHERE uses < 1000"
    ).bindparams(p("word", String))
)


def index(conn: Connection, content: Content) -> None:
    """Find this post by what it says now."""
    remove(conn, content.id)
    attached = content.attached
    said = [content.spoiler, content.text, *(media.description for media in attached.media)]
    if attached.poll is not None:
        said += attached.poll.options
    _add(conn, [(content.id, [author_token(content.author_id), *property_tokens(content)], "\n".join(said))])


def index_many(conn: Connection, written: Iterable[tuple[int, int, str]]) -> None:
    """Find these posts, which are not indexed yet: (id, id of the author, text)."""
    _add(conn, ((id, [author_token(author_id)], said) for id, author_id, said in written))


def _add(conn: Connection, written: Iterable[tuple[int, list[str], str]]) -> None:
    rows, used = [], set()
    for id, marks, said in written:
        words = tokens(said)
        used.update(words)
        found = [*marks, *words]
        words = " ".join(found) if conn.dialect == "sqlite" else _tsvector(found)
        rows.append({"post": id, "words": words})
    conn.many(_ADD[conn.dialect], rows)
    if conn.dialect == "sqlite":
        conn.many(_COUNT_WORD, [{"word": word} for word in sorted(used) if len(word) > 1])


def remove(conn: Connection, post_id: int) -> None:
    """Find this post no longer."""
    conn.run(_REMOVE[conn.dialect], post=post_id)


def _tsvector(found: list[str]) -> str:
    """PostgreSQL's own notation: each token with its positions (at most 256 of up to 16,383)."""
    places: dict[str, list[str]] = {}
    for place, token in enumerate(found[:16_383], 1):
        places.setdefault(token, []).append(str(place))
    return " ".join(f"'{token}':{','.join(at[:256])}" for token, at in places.items())


# --- the query in the database's language --------------------------------------------------------

_COMPLETIONS = Statement(
    text(
        "SELECT word FROM post_word WHERE word >= :prefix AND word < :end ORDER BY uses DESC, word LIMIT :most"
    ).bindparams(p("prefix", String), p("end", String), p("most"))
)


def _match(conn: Connection, wanted: list[Term], unwanted: list[Term]) -> str:
    if conn.dialect == "sqlite":
        all_of = " AND ".join([_fts5(conn, term) for term in wanted])
        return f"({all_of})" + "".join(f" NOT {_fts5(conn, term)}" for term in unwanted)
    return " & ".join([_tsquery(t) for t in wanted] + [f"!({_tsquery(t)})" for t in unwanted])


def _fts5(conn: Connection, term: Term) -> str:
    words = " ".join(term.tokens)
    phrase = f'"{words}"'
    if not term.prefix:
        return phrase
    if len(term.tokens) > 1:
        return f"{phrase} *"
    rows = conn.all(_COMPLETIONS, prefix=words, end=words + _LAST, most=MAX_COMPLETIONS)
    return "(" + " OR ".join([phrase, *(f'"{word}"' for (word,) in rows if word != words)]) + ")"


def _tsquery(term: Term) -> str:
    return " <-> ".join(f"'{token}'" for token in term.tokens) + (":*" if term.prefix else "")


# --- searching -----------------------------------------------------------------------------------


# Those whose posts are found only by whom they concern. A handful, by ix_account_unindexed, read once.
_unindexed = select(account.alias("unindexed").c.id).where(literal_column("NOT unindexed.indexable"))


def _bounded(id: Any) -> list[Any]:
    return [id < p("below"), id > p("above")]


def _readable(library: bool) -> list[Any]:
    mentioned = exists(
        select(mention.c.post_id).where(mention.c.post_id == post.c.id, mention.c.account_id == p("viewer"))
    )
    findable = or_(post.c.author_id.not_in(_unindexed), mentioned, _in_library())
    return [visible_to(post), wanted_by(post.c.author_id), _in_library() if library else findable]


def _in_library() -> Any:
    """Whether the viewer wrote, likes, has bookmarked or reposted it."""
    viewer = p("viewer")
    mine = post.alias("my_repost")
    marked = [
        exists(select(mark.c.id).where(mark.c.account_id == viewer, mark.c.post_id == post.c.id))
        for mark in (like, bookmark)
    ]
    reposted = exists(
        select(mine.c.id).where(
            mine.c.author_id == viewer, mine.c.repost_of_id == post.c.id, mine.c.deleted_at.is_(None)
        )
    )
    return or_(post.c.author_id == viewer, *marked, reposted)


def _sqlite(newest_first: bool, library: bool) -> Select:
    id = _fts.c.rowid
    return (
        select(id.label("post_id"), id.label("cursor"))
        .select_from(_fts.join(post, post.c.id == id))
        .where(_fts.c.post_search.op("MATCH")(p("query", String)), *_bounded(id), *_readable(library))
        .order_by(id.desc() if newest_first else id.asc())
        .limit(p("limit"))
        .offset(p("offset"))
    )


def _postgresql(newest_first: bool, library: bool) -> Select:
    def in_order(query: Select, id: Any) -> Select:
        return query.order_by(id.desc() if newest_first else id.asc())

    def page_of(ids: Any, *conditions: Any) -> Select:
        query = select(ids.c.post_id).select_from(ids.join(post, post.c.id == ids.c.post_id))
        return in_order(query.where(*conditions, *_readable(library)), ids.c.post_id).limit(p("enough"))

    query = p("query", TSQUERY)
    id = _tsv.c.post_id
    window = in_order(select(id, _tsv.c.words).where(*_bounded(id)), id).limit(p("window")).subquery("window")
    recent = page_of(window, window.c.words.op("@@")(query)).cte("recent")
    edge = in_order(select(id).where(*_bounded(id)), id).offset(p("window") - 1).limit(1).scalar_subquery()
    # Beyond the window: all that the index gives, in order, and only then is the post looked at, until the
    # page is full. `+ 0` keeps the planner from walking the primary key, and OFFSET 0 keeps the order.
    beyond = id.op("+")(literal_column("0"))
    hits = (
        in_order(
            select(id).where(
                select(func.count()).select_from(recent).scalar_subquery() < p("enough"),
                _tsv.c.words.op("@@")(query),
                *_bounded(beyond),
                beyond < edge if newest_first else beyond > edge,
            ),
            id,
        )
        .offset(literal_column("0"))
        .subquery("hits")
    )
    both = union_all(select(recent.c.post_id), page_of(hits).subquery("rest").select()).subquery("both")
    return (
        in_order(select(both.c.post_id, both.c.post_id.label("cursor")), both.c.post_id)
        .limit(p("limit"))
        .offset(p("offset"))
    )


_SEARCH = {
    (dialect, newest_first, library): Packed(with_state(build(newest_first, library)))
    for dialect, build in (("sqlite", _sqlite), ("postgresql", _postgresql))
    for newest_first in (True, False)
    for library in (True, False)
}


class _Asked(NamedTuple):
    """A query with its operators resolved: tokens to be found and not, and bounds of the ids."""

    wanted: list[Term]
    unwanted: list[Term]
    below: int
    above: int
    library: bool


def _asked(conn: Connection, viewer: int, query: Query, account_id: int | None) -> _Asked | None:
    """None when nothing can be found: nothing to look for, or nobody is called so."""
    wanted, unwanted = list(query.wanted), list(query.unwanted)
    if account_id is not None:
        wanted.append(Term((author_token(account_id),)))
    names = {o.username for o in query.operators + query.negated if o.username not in (None, "me")}
    known = {name: id for name, (id, _) in accounts.ids_by_usernames(conn, [n for n in names if n]).items()}
    known["me"] = viewer
    below, above = NEWEST, 0
    for operator in query.operators:
        if operator.username is not None:
            if operator.username not in known:
                return None
            wanted.append(Term((author_token(known[operator.username]),)))
        elif operator.token is not None:
            wanted.append(Term((operator.token,)))
        if operator.end is not None:
            below = min(below, first_at(operator.end))
        if operator.start is not None:
            above = max(above, first_at(operator.start) - 1)
    for operator in query.negated:
        token = operator.token
        if operator.username in known:
            token = author_token(known[operator.username])
        if token is not None:
            unwanted.append(Term((token,)))
        elif operator.end is None and operator.start is not None:  # -after:DAY is up to that day
            below = min(below, first_at(operator.start))
        elif operator.start is None and operator.end is not None:
            above = max(above, first_at(operator.end) - 1)
    library = any(operator.library for operator in query.operators)
    return _Asked(wanted, unwanted, below, above, library) if wanted else None


def search(
    conn: Connection,
    viewer: int,
    query: str,
    limit: int = 20,
    offset: int = 0,
    *,
    account_id: int | None = None,
    max_id: int | None = None,
    min_id: int | None = None,
) -> list[Post]:
    """Posts that the viewer may and wants to read, newest first: see query.py for what can be typed.

    `account_id`: only by this author. `max_id`, `min_id`: older than, newer than (and next to it).
    Whatever is typed is no error; nothing to look for finds nothing. One statement (SQLite: one more for the
    completions of the last word; one for the names after `from:`), and one for what the cache does not hold.
    """
    asked = _asked(conn, viewer, parse(query), account_id)
    if asked is None:
        return []
    offset = min(offset, MAX_OFFSET)
    values: dict[str, Any] = {
        "viewer": viewer,
        "now": conn.now,
        "query": _match(conn, asked.wanted, asked.unwanted),
        "below": min(asked.below, NEWEST if max_id is None else max_id),
        "above": max(asked.above, 0 if min_id is None else min_id),
        "limit": limit,
        "offset": offset,
    }
    if conn.dialect == "postgresql":
        values["enough"] = limit + offset
        values["window"] = max(WINDOW, 8 * (limit + offset))
    return assemble(conn, conn.all(_SEARCH[conn.dialect, min_id is None, asked.library], **values), viewer)

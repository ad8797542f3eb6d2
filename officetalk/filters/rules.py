"""What people filter: their filters, and changing them. Whether somebody may read a post that is to be
filtered is the caller's question, since posts lie above."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import Any, get_args

import msgspec
from sqlalchemy import delete, func, insert, select, update

from officetalk.core.database import Connection, Database
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.events import Event
from officetalk.core.paging import NEWEST
from officetalk.core.sql import Statement, p
from officetalk.core.upsert import upsert
from officetalk.filters.entities import Action, Context, Filter, FilteredPost, Keyword, KeywordChange
from officetalk.filters.matching import keyword as prepared
from officetalk.filters.tables import filter_keyword, filter_status, post_filter

CONTEXTS: tuple[Context, ...] = get_args(Context)
MAX_TITLE = 256  # characters, as Mastodon
MAX_KEYWORD = 512
# Mastodon sets no limits. These keep the work of a page small: 500 keywords cost 35 us a post.
MAX_FILTERS = 100
MAX_KEYWORDS = 500  # of one account
MAX_STATUSES = 1000

_INSERT = Statement(insert(post_filter).values({c.name: p(c.name, c.type) for c in post_filter.columns}))
_REWRITE = Statement(
    update(post_filter)
    .where(post_filter.c.id == p("id"))
    .values(
        {n: p(n, post_filter.c[n].type) for n in ("title", "contexts", "action", "expires_at")}
    )
)  # fmt: skip
_INSERT_KEYWORD = Statement(
    insert(filter_keyword).values({c.name: p(c.name, c.type) for c in filter_keyword.columns})
)
_REWRITE_KEYWORD = Statement(
    update(filter_keyword)
    .where(filter_keyword.c.id == p("id"))
    .values({n: p(n, filter_keyword.c[n].type) for n in ("keyword", "whole_word")})
)
_REMOVE_KEYWORD = Statement(delete(filter_keyword).where(filter_keyword.c.id == p("id")))
_INSERT_STATUS = upsert(filter_status, ["filter_id", "post_id"], [])
_REMOVE_STATUS = Statement(delete(filter_status).where(filter_status.c.id == p("id")))
_REMOVE = [
    Statement(delete(table).where(column == p("filter")))
    for table, column in (
        (filter_keyword, filter_keyword.c.filter_id),
        (filter_status, filter_status.c.filter_id),
        (post_filter, post_filter.c.id),
    )
]
# On PostgreSQL, whoever changes the same filter at the same moment waits here for the other.
_LOCK = Statement(
    select(post_filter.c.id)
    .where(post_filter.c.id == p("filter"), post_filter.c.account_id == p("account"))
    .with_for_update()
)


def _mine(table: Any, *names: str) -> Statement:
    columns = [table.c[name] for name in ("id", *names)]
    return Statement(select(*columns).where(table.c.account_id == p("account")).order_by(table.c.id))


_FILTERS = _mine(post_filter, "title", "contexts", "action", "expires_at")
_KEYWORDS = _mine(filter_keyword, "filter_id", "keyword", "whole_word")
_STATUSES = _mine(filter_status, "filter_id", "post_id")
_COUNT = Statement(
    select(
        *(
            select(func.count()).select_from(t).where(t.c.account_id == p("account")).scalar_subquery()
            for t in (post_filter, filter_keyword, filter_status)
        )
    )
)
_contexts = msgspec.json.Decoder(tuple[Context, ...])


# --- reading -----------------------------------------------------------------------------------------


def read(conn: Connection, account_id: int) -> tuple[Filter, ...]:
    """Somebody's filters as they stand now, oldest first, the expired ones included. Three statements,
    served by the indexes on account_id."""
    filters = conn.all(_FILTERS, account=account_id)
    if not filters:
        return ()
    keywords: dict[int, list[Keyword]] = {}
    for id, filter_id, written, whole_word in conn.all(_KEYWORDS, account=account_id):
        keywords.setdefault(filter_id, []).append(prepared(id, written, whole_word))
    statuses: dict[int, list[FilteredPost]] = {}
    for id, filter_id, post_id in conn.all(_STATUSES, account=account_id):
        statuses.setdefault(filter_id, []).append(FilteredPost(id, post_id))
    return tuple(
        Filter(
            id, title, _contexts.decode(contexts), action, expires_at,
            tuple(keywords.get(id, ())), tuple(statuses.get(id, ())),
        )
        for id, title, contexts, action, expires_at in filters
    )  # fmt: skip


def get(conn: Connection, account_id: int, id: int) -> Filter:
    """One of somebody's filters. NotFound when it is none, or somebody else's."""
    for one in read(conn, account_id):
        if one.id == id:
            return one
    raise NotFound


def keyword(conn: Connection, account_id: int, id: int) -> tuple[Filter, Keyword]:
    """One of somebody's keywords, and its filter. NotFound."""
    for one in read(conn, account_id):
        for k in one.keywords:
            if k.id == id:
                return one, k
    raise NotFound


def status(conn: Connection, account_id: int, id: int) -> tuple[Filter, FilteredPost]:
    """One of the posts that somebody filters, by the id of its entry in the filter. NotFound."""
    for one in read(conn, account_id):
        for s in one.statuses:
            if s.id == id:
                return one, s
    raise NotFound


# --- the cache ---------------------------------------------------------------------------------------


class _Known(msgspec.Struct, frozen=True):
    """Filters as they were at a time (ms), or that they changed then and have not been read since."""

    at: int
    filters: tuple[Filter, ...] | None


_REMEMBER_MS = 60_000  # should a node's connection for events be cut off, that is how long it goes wrong
_keeping = threading.Lock()


def of(conn: Connection, account_id: int) -> tuple[Filter, ...]:
    """Somebody's filters, from the process's cache: for every page that is read. `matches` leaves out
    those that have expired."""
    cache = conn.cached("filters", 20_000)
    known = cache.get(account_id)
    if known is not None and known.filters is not None and known.at > conn.now - _REMEMBER_MS:
        return known.filters
    found = read(conn, account_id)
    with _keeping:
        newest = cache.get(account_id)
        # Who began to read before the change was heard of may have read what was before.
        if newest is None or newest.at < conn.now:
            cache.put(account_id, _Known(conn.now, found))
    return found


def listen(db: Database) -> None:
    """Forget the filters of whoever changes them, here or on another node."""

    def changed(event: Event) -> None:
        cache = db.cache.get("filters")
        if cache is not None:
            with _keeping:
                cache.put(event.id, _Known(db.clock(), None))

    db.bus.listen("filters.changed", changed)


def _changed(conn: Connection, account_id: int) -> None:
    # Within this transaction nothing that is cached counts any more.
    conn.cached("filters", 20_000).put(account_id, _Known(NEWEST, None))
    conn.announce("filters.changed", account_id, account_id)


# --- changing ----------------------------------------------------------------------------------------


def _check(title: str | None, contexts: Iterable[str] | None) -> None:
    problems: list[tuple[str, str, str]] = []
    if title is not None and not title.strip():
        problems.append(("title", "can't be blank", "ERR_BLANK"))
    if title is not None and len(title) > MAX_TITLE:
        problems.append(("title", f"is too long (maximum is {MAX_TITLE} characters)", "ERR_TOO_LONG"))
    if contexts is not None:
        named = set(contexts)
        if not named:
            problems.append(("context", "can't be blank", "ERR_BLANK"))
        if not named or named - set(CONTEXTS):
            problems.append(("context", "None or invalid context supplied", "ERR_INVALID"))
    if len(problems) == 1:
        raise Invalid(*problems[0])
    if problems:
        raise Invalid(None, ", ".join(f"{field.capitalize()} {rule}" for field, rule, _ in problems))


def _check_keyword(written: str) -> str:
    written = written.strip()
    if not written:
        raise Invalid("keyword", "can't be blank", "ERR_BLANK")
    if len(written) > MAX_KEYWORD:
        raise Invalid(
            "keyword", "is too long (maximum is %(count)s characters)", "ERR_TOO_LONG", count=MAX_KEYWORD
        )
    return written


def _check_room(
    conn: Connection, account_id: int, filters: int = 0, keywords: int = 0, statuses: int = 0
) -> None:
    """Invalid when so many more would be too many."""
    row = conn.first(_COUNT, account=account_id)
    assert row is not None
    for have, more, most, what in (
        (row[0], filters, MAX_FILTERS, "filters"),
        (row[1], keywords, MAX_KEYWORDS, "filter keywords"),
        (row[2], statuses, MAX_STATUSES, "filtered posts"),
    ):
        if more and have + more > most:
            raise Invalid(None, "You have reached the maximum number of %(value)s", value=what)


def _encoded(contexts: Iterable[str]) -> str:
    named = set(contexts)
    return msgspec.json.encode([c for c in CONTEXTS if c in named]).decode()


def create(
    conn: Connection,
    account_id: int,
    title: str,
    contexts: Sequence[str],
    action: Action = "warn",
    expires_at: int | None = None,
    keywords: Iterable[KeywordChange] = (),
) -> Filter:
    """A new filter. Invalid names the field and the rule; NotFound when a keyword has an id."""
    _check(title, contexts)
    _check_room(conn, account_id, filters=1)
    id = conn.new_id()
    conn.run(
        _INSERT,
        id=id, account_id=account_id, title=title.strip(), contexts=_encoded(contexts), action=action,
        expires_at=expires_at,
    )  # fmt: skip
    _change_keywords(conn, account_id, Filter(id, title, (), action, None), keywords)
    _changed(conn, account_id)
    return get(conn, account_id, id)


def change(
    conn: Connection,
    account_id: int,
    id: int,
    *,
    title: str | None = None,
    contexts: Sequence[str] | None = None,
    action: Action | None = None,
    expires_at: int | msgspec.UnsetType | None = msgspec.UNSET,
    keywords: Iterable[KeywordChange] = (),
) -> Filter:
    """Change what is given (`expires_at` None: never). Invalid; NotFound for the filter or a keyword that
    is not of it."""
    now = _locked(conn, account_id, id)
    _check(title, contexts)
    conn.run(
        _REWRITE,
        id=id,
        title=now.title if title is None else title.strip(),
        contexts=_encoded(now.contexts if contexts is None else contexts),
        action=action or now.action,
        expires_at=now.expires_at if expires_at is msgspec.UNSET else expires_at,
    )
    _change_keywords(conn, account_id, now, keywords)
    _changed(conn, account_id)
    return get(conn, account_id, id)


def _locked(conn: Connection, account_id: int, id: int) -> Filter:
    conn.first(_LOCK, filter=id, account=account_id)
    return get(conn, account_id, id)


def _change_keywords(
    conn: Connection, account_id: int, of_filter: Filter, changes: Iterable[KeywordChange]
) -> None:
    """As Rails' nested attributes: what is all blank is left out, and what is new and to be removed."""
    known = {k.id: k for k in of_filter.keywords}
    new: list[dict[str, Any]] = []
    for asked in changes:
        if asked.id is not None:
            if asked.id not in known:
                raise NotFound
            if asked.remove:
                conn.run(_REMOVE_KEYWORD, id=asked.id)
            else:
                _rewrite_keyword(conn, known[asked.id], asked.keyword, asked.whole_word)
        elif not asked.remove and (asked.keyword or asked.whole_word):
            new.append(_keyword_row(conn, account_id, of_filter.id, asked.keyword or "", asked.whole_word))
    if new:
        _check_room(conn, account_id, keywords=len(new))
        conn.many(_INSERT_KEYWORD, new)


def _keyword_row(
    conn: Connection, account_id: int, filter_id: int, written: str, whole_word: bool | None
) -> dict[str, Any]:
    return {
        "id": conn.new_id(),
        "filter_id": filter_id,
        "account_id": account_id,
        "keyword": _check_keyword(written),
        "whole_word": whole_word is not False,  # Mastodon's default
    }


def _rewrite_keyword(conn: Connection, now: Keyword, written: str | None, whole_word: bool | None) -> None:
    conn.run(
        _REWRITE_KEYWORD,
        id=now.id,
        keyword=now.keyword if written is None else _check_keyword(written),
        whole_word=now.whole_word if whole_word is None else whole_word,
    )


def remove(conn: Connection, account_id: int, id: int) -> None:
    """Remove a filter with all that belongs to it. NotFound."""
    _locked(conn, account_id, id)
    for statement in _REMOVE:
        conn.run(statement, filter=id)
    _changed(conn, account_id)


def add_keyword(
    conn: Connection, account_id: int, filter_id: int, written: str, whole_word: bool | None = None
) -> Keyword:
    """Invalid when it is blank, too long or one too many; NotFound."""
    _locked(conn, account_id, filter_id)
    row = _keyword_row(conn, account_id, filter_id, written, whole_word)
    _check_room(conn, account_id, keywords=1)
    conn.many(_INSERT_KEYWORD, [row])
    _changed(conn, account_id)
    return prepared(row["id"], row["keyword"], row["whole_word"])


def change_keyword(
    conn: Connection, account_id: int, id: int, written: str | None, whole_word: bool | None
) -> Keyword:
    """Change what is given. Invalid; NotFound."""
    now = keyword(conn, account_id, id)[1]
    _rewrite_keyword(conn, now, written, whole_word)
    _changed(conn, account_id)
    return keyword(conn, account_id, id)[1]


def remove_keyword(conn: Connection, account_id: int, id: int) -> None:
    """NotFound when there is none."""
    keyword(conn, account_id, id)
    conn.run(_REMOVE_KEYWORD, id=id)
    _changed(conn, account_id)


def add_status(conn: Connection, account_id: int, filter_id: int, post_id: int) -> FilteredPost:
    """Filter one post, which the caller has seen to be for this reader. Invalid when it is in the filter
    already or one too many; NotFound."""
    _locked(conn, account_id, filter_id)
    _check_room(conn, account_id, statuses=1)
    id = conn.new_id()
    if not conn.run(_INSERT_STATUS, id=id, filter_id=filter_id, account_id=account_id, post_id=post_id):
        raise Invalid("status", "has already been taken", "ERR_TAKEN")
    _changed(conn, account_id)
    return FilteredPost(id, post_id)


def remove_status(conn: Connection, account_id: int, id: int) -> None:
    """NotFound when there is none."""
    status(conn, account_id, id)
    conn.run(_REMOVE_STATUS, id=id)
    _changed(conn, account_id)

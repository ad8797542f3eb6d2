"""Reading announcements. What is to be seen is decided by the time at which one looks."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import and_, case, exists, func, or_, select

from officetalk.accounts.tables import account
from officetalk.announcements.entities import Announcement, Reaction, Recognised, Shown
from officetalk.announcements.tables import announcement, announcement_reaction, announcement_read
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.paging import Page, bounds
from officetalk.core.sql import Statement, p, within
from officetalk.emoji import rules as emoji
from officetalk.posts.tables import post
from officetalk.posts.visibility import visible_to

MAX_SHOWN = 100
NOBODY = 0  # a reader who follows nobody and reacted to nothing: what everybody sees alike
_recognised = msgspec.json.Decoder(Recognised)

_columns = [
    announcement.c[name]
    for name in (
        "id", "author_id", "text", "starts_at", "ends_at", "all_day", "published_at", "gone_at", "updated_at",
        "recognised",
    )
]  # fmt: skip
_WIDTH = len(_columns)
_visible = and_(
    announcement.c.published_at <= p("now"),
    or_(announcement.c.gone_at.is_(None), announcement.c.gone_at > p("now")),
)
_read = exists(
    select(announcement_read.c.account_id).where(
        announcement_read.c.account_id == p("viewer"),
        announcement_read.c.announcement_id == announcement.c.id,
    )
)
# Served by ix_announcement_published; a handful of rows.
_shown = select(*_columns, _read)
_in_order = (func.coalesce(announcement.c.starts_at, announcement.c.published_at), announcement.c.id)
_ACTIVE = {
    with_dismissed: Statement(
        _shown.where(_visible, *([] if with_dismissed else [~_read])).order_by(*_in_order).limit(p("limit"))
    )
    for with_dismissed in (False, True)
}
_ONE_VISIBLE = Statement(_shown.where(announcement.c.id == p("id"), _visible))
_ONE = Statement(select(*_columns).where(announcement.c.id == p("id")))
_LOCK = Statement(select(*_columns).where(announcement.c.id == p("id")).with_for_update())
_LIST = {
    direction: Statement(
        select(*_columns)
        .where(announcement.c.id < p("below"), announcement.c.id > p("above"))
        .order_by(order)
        .limit(p("limit"))
    )
    for direction, order in (("older", announcement.c.id.desc()), ("newer", announcement.c.id.asc()))
}
_r = announcement_reaction.c
_REACTIONS = Statement(
    select(
        _r.announcement_id,
        _r.name,
        func.count(),
        func.max(case((_r.account_id == p("viewer"), 1), else_=0)),
    )
    .where(within(_r.announcement_id, "ids"))
    .group_by(_r.announcement_id, _r.name)
    .order_by(func.min(_r.id))
)
_POSTS = Statement(
    select(post.c.id, account.c.username)
    .select_from(post.join(account, account.c.id == post.c.author_id))
    .where(within(post.c.id, "ids"), post.c.repost_of_id.is_(None), visible_to(post))
)


def _made(row: tuple) -> Announcement:
    values: list[Any] = [*row[: _WIDTH - 1], _recognised.decode(row[_WIDTH - 1])]
    return Announcement(*values)


def active(conn: Connection, viewer: int, *, with_dismissed: bool = False) -> list[Shown]:
    """What is announced at this moment, by when it takes place; without what `viewer` has dismissed. Three
    statements at the most."""
    rows = conn.all(_ACTIVE[with_dismissed], viewer=viewer, now=conn.now, limit=MAX_SHOWN)
    return _whole(conn, viewer, rows)


def one(conn: Connection, viewer: int, id: int) -> Shown:
    """An announcement that is to be seen at this moment. NotFound otherwise."""
    rows = conn.all(_ONE_VISIBLE, viewer=viewer, now=conn.now, id=id)
    if not rows:
        raise NotFound
    return _whole(conn, viewer, rows)[0]


def _whole(conn: Connection, viewer: int, rows: list[tuple]) -> list[Shown]:
    found = [(_made(row), bool(row[_WIDTH])) for row in rows]
    if not found:
        return []
    reactions = _reactions(conn, viewer, [a.id for a, _ in found])
    linked = sorted({id for a, _ in found for id in a.recognised.posts})
    authors: dict[int, str] = dict(conn.all(_POSTS, ids=linked, viewer=viewer)) if linked else {}
    return [
        Shown(
            a, read, reactions.get(a.id, ()),
            tuple((id, authors[id]) for id in a.recognised.posts if id in authors),
        )
        for a, read in found
    ]  # fmt: skip


def _reactions(conn: Connection, viewer: int, ids: list[int]) -> dict[int, tuple[Reaction, ...]]:
    """By announcement, in the order in which they came; emoji that were removed since are left out."""
    made: dict[int, tuple[Reaction, ...]] = {}
    for id, name, count, mine in conn.all(_REACTIONS, ids=ids, viewer=viewer):
        own = emoji.usable(conn).get(name) if name.isascii() else None
        if own is None and emoji.SHORTCODE.fullmatch(name):
            continue
        made[id] = (*made.get(id, ()), Reaction(name, count, bool(mine), own))
    return made


def get(conn: Connection, id: int, *, lock: bool = False) -> Announcement:
    """An announcement in any state: for administrators. `lock`: nobody else changes it until this
    transaction ends. NotFound."""
    row = conn.first(_LOCK if lock else _ONE, id=id)
    if row is None:
        raise NotFound
    return _made(row)


def everything(conn: Connection, page: Page) -> list[Announcement]:
    """Announcements in any state, newest first: for administrators."""
    direction, below, above = bounds(page)
    rows: list[Any] = conn.all(_LIST[direction], below=below, above=above, limit=page.limit)
    if direction == "newer":
        rows.reverse()
    return [_made(row) for row in rows]

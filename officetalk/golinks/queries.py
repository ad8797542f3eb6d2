"""Reading named links."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import func, select

from officetalk.accounts import queries as accounts
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.paging import Page, bounds
from officetalk.core.sql import Bytewise, Statement, p, within
from officetalk.golinks import names, targets
from officetalk.golinks.entities import Day, GoLink, Way
from officetalk.golinks.tables import golink, golink_day

DAY_MS = 24 * 3600 * 1000
DAYS = 28  # what "the most used" looks at, today included
MAX_DAYS = 366  # kept: see counting.py
RESTORABLE_MS = 30 * DAY_MS

used = (
    select(func.coalesce(func.sum(golink_day.c.clicks), 0))
    .where(golink_day.c.link_id == golink.c.id, golink_day.c.day > p("before"))
    .scalar_subquery()
)
_plain = [
    golink.c[n] for n in ("id", "name", "target", "description", "owner_id", "changed_at", "removed_at")
]
_columns = [*_plain, used]
_live = golink.c.removed_at.is_(None)

_BY_ID = Statement(select(*_columns).where(golink.c.id == p("link")))
_BY_IDS = Statement(select(*_columns).where(within(golink.c.id, "links"), _live))
_BY_NAME = Statement(select(*_columns).where(golink.c.name == p("name", Bytewise(64)), _live))
_WAYS = Statement(
    select(golink.c.id, golink.c.name, golink.c.target).where(within(golink.c.name, "names"), _live)
)
_REMOVED = Statement(
    select(*_columns)
    .where(
        golink.c.removed_at > p("since"),
        (golink.c.removed_by == p("viewer")) | (golink.c.owner_id == p("viewer")),
    )
    .order_by(golink.c.removed_at.desc(), golink.c.id.desc())
    .limit(p("limit"))
)
_totals = (
    select(golink_day.c.link_id, func.sum(golink_day.c.clicks).label("clicks"))
    .where(golink_day.c.day > p("before"))
    .group_by(golink_day.c.link_id)
    .subquery("totals")
)
_MOST_USED = Statement(
    select(*_plain, _totals.c.clicks)
    .select_from(_totals.join(golink, golink.c.id == _totals.c.link_id))
    .where(_live)
    .order_by(_totals.c.clicks.desc(), golink.c.id.desc())
    .limit(p("limit"))
    .offset(p("offset"))
)
_DAYS = Statement(
    select(golink_day.c.link_id, golink_day.c.day, golink_day.c.clicks).where(
        within(golink_day.c.link_id, "links"), golink_day.c.day > p("before")
    )
)


def _list(*conditions: Any) -> dict[str, Statement]:
    """The two directions of a list by id: older (newest first), and newer next to a cursor."""
    base = (
        select(*_columns)
        .where(*conditions, _live, golink.c.id < p("below"), golink.c.id > p("above"))
        .limit(p("limit"))
    )
    return {
        "older": Statement(base.order_by(golink.c.id.desc())),
        "newer": Statement(base.order_by(golink.c.id.asc())),
    }


_ALL = _list()
_OF = _list(golink.c.owner_id == p("owner"))  # ix_golink_owner


def today(now: int) -> int:
    """The day of a time in ms, counted from 1970, UTC."""
    return now // DAY_MS


def window(conn: Connection, days: int = DAYS) -> int:
    """The day before the last `days`: what the statements call `before`."""
    return today(conn.now) - days


def made(conn: Connection, rows: Iterable[tuple]) -> list[GoLink]:
    """Links of rows, in their order, with those who own them: one statement."""
    found = [GoLink(*row[:-1], clicks=int(row[-1])) for row in rows]
    ids = {link.owner_id for link in found if link.owner_id is not None}
    owners = {person.id: person for person in accounts.by_ids(conn, ids)} if ids else {}
    return [msgspec.structs.replace(link, owner=owners.get(link.owner_id or 0)) for link in found]


def get(conn: Connection, id: int) -> GoLink:
    """A link by id, removed ones too. NotFound."""
    return _one(conn, conn.all(_BY_ID, link=id, before=window(conn)))


def by_name(conn: Connection, name: str) -> GoLink:
    """A link by the name in any case. NotFound."""
    return _one(conn, conn.all(_BY_NAME, name=names.bare(name), before=window(conn)))


def _one(conn: Connection, rows: list[tuple]) -> GoLink:
    if not rows:
        raise NotFound
    return made(conn, rows)[0]


def by_ids(conn: Connection, ids: list[int]) -> list[GoLink]:
    """Links in the order of `ids`; those that are removed are left out. Two statements."""
    if not ids:
        return []
    found = {link.id: link for link in made(conn, conn.all(_BY_IDS, links=ids, before=window(conn)))}
    return [found[id] for id in ids if id in found]


def newest(conn: Connection, page: Page, owner: int | None = None) -> list[GoLink]:
    """All links, or somebody's, newest first. Two statements."""
    direction, below, above = bounds(page)
    values = {"below": below, "above": above, "limit": page.limit, "before": window(conn)}
    if owner is None:
        rows = conn.all(_ALL[direction], **values)
    else:
        rows = conn.all(_OF[direction], owner=owner, **values)
    if direction == "newer":
        rows.reverse()
    return made(conn, rows)


def most_used(conn: Connection, limit: int, offset: int = 0) -> list[GoLink]:
    """The links that were followed most often in the last 28 days. Two statements."""
    return made(conn, conn.all(_MOST_USED, before=window(conn), limit=limit, offset=offset))


def removed(conn: Connection, viewer: int, limit: int = 20) -> list[GoLink]:
    """What the viewer removed, and what others removed of the viewer's, as long as it can be brought back; last
    removed first. Two statements."""
    rows = conn.all(_REMOVED, viewer=viewer, since=conn.now - RESTORABLE_MS, before=window(conn), limit=limit)
    return made(conn, rows)


def days(conn: Connection, ids: Iterable[int], count: int = DAYS) -> dict[int, tuple[Day, ...]]:
    """Link to its last days, today first. One statement."""
    ids = list(ids)
    if not ids:
        return {}
    last = today(conn.now)
    found = {id: [Day((last - i) * DAY_MS) for i in range(count)] for id in ids}
    for id, day, clicks in conn.all(_DAYS, links=ids, before=window(conn, count)):
        if day <= last:
            found[id][last - day] = Day(day * DAY_MS, clicks)
    return {id: tuple(those) for id, those in found.items()}


def way(conn: Connection, path: str) -> Way:
    """Where `/go/` and this path lead. A longer name goes before a shorter one with something behind it, which
    only links take that have a place for it. NotFound. One statement."""
    readings = names.readings(path)
    rows = conn.all(_WAYS, names=[name for name, _ in readings])
    known = {name: (id, target) for id, name, target in rows}
    for name, rest in readings:
        if name not in known:
            continue
        id, target = known[name]
        url = targets.filled(target, rest) if not rest or targets.takes_more(target) else None
        if url is not None:
            return Way(id, url)
    raise NotFound

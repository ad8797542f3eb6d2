"""Who reports to whom, whom one may want to follow, and how many people there are."""

from __future__ import annotations

import threading

import msgspec
from sqlalchemy import String, exists, func, literal, or_, select

from officetalk.accounts.entities import Account, Person
from officetalk.accounts.queries import account_columns, account_of_row, count_columns, person_of_row
from officetalk.accounts.tables import account, block, mute
from officetalk.core.database import Connection, Database
from officetalk.core.events import Event
from officetalk.core.sql import Statement, p
from officetalk.feeds.tables import subscription

_NEAR_SHOWN = 3
_LEVELS = 2  # of managers shown above a person
_REMEMBER_MS = 60_000

_start = (
    select(account.c.id, account.c.manager_id, literal(1).label("level"))
    .where(account.c.id == p("manager"))
    .cte("above", recursive=True)
)
_next = account.alias("next")
_above = _start.union_all(
    select(_next.c.id, _next.c.manager_id, _start.c.level + 1)
    .select_from(_start.join(_next, _next.c.id == _start.c.manager_id))
    .where(_start.c.level < _LEVELS)
)
_ABOVE = Statement(
    select(*account_columns(account))
    .select_from(_above.join(account, account.c.id == _above.c.id))
    .where(account.c.state == "active")
    .order_by(_above.c.level.desc())
)
# Served by ix_account_manager.
_REPORTS = Statement(
    select(*account_columns(account), func.count().over())
    .where(account.c.manager_id == p("manager"), account.c.state == "active")
    .order_by(account.c.display_name, account.c.id)
    .limit(p("limit"))
)


def above(conn: Connection, person: Account) -> list[Account]:
    """The manager, and the manager's manager before."""
    if person.manager_id is None:
        return []
    return [account_of_row(conn, row) for row in conn.all(_ABOVE, manager=person.manager_id)]


def reports(conn: Connection, id: int, limit: int = 4) -> tuple[list[Account], int]:
    """Some of those who report to `id`, and how many they are."""
    rows = conn.all(_REPORTS, manager=id, limit=limit)
    return [account_of_row(conn, row) for row in rows], rows[0][-1] if rows else 0


_followed = exists(
    select(subscription.c.feed_id).where(
        subscription.c.account_id == p("viewer"), subscription.c.feed_id == account.c.id
    )
)
_unwanted = exists(
    select(block.c.id).where(
        or_(
            (block.c.account_id == p("viewer")) & (block.c.target_id == account.c.id),
            (block.c.account_id == account.c.id) & (block.c.target_id == p("viewer")),
        )
    )
) | exists(
    select(mute.c.id).where(
        mute.c.account_id == p("viewer"),
        mute.c.target_id == account.c.id,
        or_(mute.c.expires_at.is_(None), mute.c.expires_at > p("now")),
    )
)
# Served by ix_account_department: the people of one department, whoever was heard last first.
_NEAR = Statement(
    select(*account_columns(account), *count_columns(account))
    .where(
        account.c.department == p("department", String),
        account.c.id != p("viewer"),
        account.c.state == "active",
        ~account.c.bot,
        ~_followed,
        ~_unwanted,
    )
    .order_by(func.coalesce(account.c.last_post_at, 0).desc(), account.c.id.desc())
    .limit(p("limit"))
)


class _Near(msgspec.Struct, frozen=True):
    """Who was near at a time (ms) to somebody of a department, or that this changed then."""

    at: int
    department: str
    people: tuple[Person, ...] = ()


_NEAR_KEPT = 20_000
_keeping = threading.Lock()


def near(conn: Connection, viewer: Account) -> tuple[Person, ...]:
    """Three colleagues of the viewer's department whom the viewer does not follow yet; who was heard last comes
    first. Nobody when the viewer's profile names no department. Kept for a minute, since every page of home
    asks; who follows or blocks somebody sees it at once."""
    if not viewer.department:
        return ()
    cache = conn.cached("near", _NEAR_KEPT)
    known = cache.get(viewer.id)
    if known is not None and known.department == viewer.department and known.at > conn.now - _REMEMBER_MS:
        return known.people
    rows = conn.all(_NEAR, viewer=viewer.id, department=viewer.department, now=conn.now, limit=_NEAR_SHOWN)
    found = tuple(person_of_row(conn, row) for row in rows)
    with _keeping:
        newest = cache.get(viewer.id)
        # Who began to read before the change was heard of may have read what was before.
        if newest is None or newest.at < conn.now:
            cache.put(viewer.id, _Near(conn.now, viewer.department, found))
    return found


def listen(db: Database) -> None:
    """Forget who is near somebody who follows, blocks or mutes, here or on another node; and to everybody when
    an account changes."""

    def forget(*account_ids: int) -> None:
        cache = db.cache.get("near")
        if cache is not None:
            with _keeping:
                for id in account_ids:
                    cache.put(id, _Near(db.clock(), ""))

    def changed(_event: Event) -> None:
        cache = db.cache.get("near")
        if cache is not None:
            with _keeping:
                cache.clear()

    for name in ("account.followed", "account.unfollowed", "account.blocked", "account.muted"):
        db.bus.listen(name, lambda event: forget(event.actor, event.id))
    db.bus.listen("account.changed", changed)


_HEADCOUNT = Statement(select(func.count()).select_from(account).where(account.c.state == "active"))


def headcount(conn: Connection) -> int:
    """How many people have an account; counted once a minute."""
    known = conn.cached("headcount", 4).get(0)
    if known is None or known[0] < conn.now:
        known = (conn.now + _REMEMBER_MS, conn.value(_HEADCOUNT))
        conn.cached("headcount", 4).put(0, known)
    return known[1]

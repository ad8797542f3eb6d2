"""How long notifications are kept: a year. Whoever is told something new loses, in the background, what is
older; who clears them all loses everything, at once what can have been looked at."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import delete, select

from officetalk.core.database import Connection
from officetalk.core.ids import first_at
from officetalk.core.sql import Statement, p, within
from officetalk.jobs.queue import enqueue
from officetalk.notifications.tables import notification, notification_request

JOB = "notifications.forget"
_DAY_MS = 24 * 3600 * 1000
KEEP_MS = 365 * _DAY_MS
AT_ONCE = 2000  # rows that one transaction removes

# Newest first. Two of these at the same moment leave each other's rows alone.
_SOME = Statement(
    select(notification.c.id)
    .where(within(notification.c.account_id, "accounts"), notification.c.id <= p("until"))
    .order_by(notification.c.id.desc())
    .limit(p("limit"))
    .with_for_update(skip_locked=True)
)
_REMOVE = Statement(
    delete(notification).where(
        within(notification.c.account_id, "accounts"), within(notification.c.id, "ids")
    )
)
_FORGET_REQUESTS = Statement(
    delete(notification_request).where(notification_request.c.account_id == p("account"))
)


class Forget(msgspec.Struct, frozen=True):
    """The notifications of these people, up to an id."""

    account_ids: tuple[int, ...]
    until: int


def forget(conn: Connection, what: Forget) -> None:
    """Remove some, and leave the rest to a job. Can be repeated."""
    accounts = list(what.account_ids)
    ids = [row[0] for row in conn.all(_SOME, accounts=accounts, until=what.until, limit=AT_ONCE)]
    conn.run(_REMOVE, accounts=accounts, ids=ids)
    if len(ids) == AT_ONCE:
        enqueue(conn, JOB, what)


def clear(conn: Connection, account_id: int) -> None:
    """Remove all of somebody's notifications, the held ones too."""
    conn.run(_FORGET_REQUESTS, account=account_id)
    forget(conn, Forget((account_id,), conn.new_id()))
    conn.announce("notifications.read", account_id, account_id)


def trim(conn: Connection, oldest: Iterable[tuple[int, int]]) -> None:
    """Have the notifications removed that are older than KEEP_MS. `oldest`: account ids with the oldest that
    each has; nothing happens until that is a day overdue, so that not every new one causes a job."""
    overdue = first_at(conn.now - KEEP_MS - _DAY_MS)
    due = tuple(account_id for account_id, id in oldest if id < overdue)
    if due:
        enqueue(conn, JOB, Forget(due, first_at(conn.now - KEEP_MS)))

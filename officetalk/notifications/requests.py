"""People whose notifications the policy holds: they ask, the receiver accepts or dismisses."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import and_, delete, exists, func, select, update

from officetalk.accounts.queries import account_columns, count_columns, person_of_row
from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.paging import NEWEST, Page, bounds
from officetalk.core.sql import Packed, Statement, one_of, p, within
from officetalk.core.upsert import upsert
from officetalk.jobs.queue import enqueue
from officetalk.notifications.entities import ASKING, Kind, Request, Summary
from officetalk.notifications.tables import notification, notification_permission, notification_request
from officetalk.notifications.visibility import shown
from officetalk.posts import queries as posts

JOB = "notifications.merge"
AT_ONCE = 500  # notifications that one transaction merges
MAX_COUNT = 100  # as Mastodon: nobody counts further

# --- asking ------------------------------------------------------------------------------------------

# Whoever is there already is written again: on PostgreSQL this waits for a request that is being accepted
# or dismissed at the same moment, and then makes a new one.
_ASK = upsert(notification_request, ["account_id", "actor_id"], ["actor_id"])
_LET_IN = Statement(
    select(notification_permission.c.account_id).where(
        within(notification_permission.c.account_id, "accounts"),
        notification_permission.c.actor_id == p("actor"),
    )
)


def ask(conn: Connection, kind: Kind, actor: int, account_ids: list[int]) -> set[int]:
    """Something of this kind is about to be held for these people, by id in ascending order. Those who have
    let the actor in meanwhile are returned: it is not to be held for them."""
    if kind in ASKING:
        conn.many(_ASK, [{"account_id": id, "actor_id": actor, "id": conn.new_id()} for id in account_ids])
    return {row[0] for row in conn.all(_LET_IN, accounts=account_ids, actor=actor)}


# --- reading -----------------------------------------------------------------------------------------

_request = notification_request
_held = shown("held", "held")
_of_request = and_(
    _held.where,
    _held.notification.c.actor_id == _request.c.actor_id,
    one_of(_held.notification.c.kind, ASKING),
    _held.notification.c.id > _request.c.id,  # what came before was dismissed
)
_newest = (
    select(_held.notification.c.id)
    .select_from(_held.source)
    .where(_of_request)
    .order_by(_held.notification.c.id.desc())
    .limit(1)
    .correlate(_request)
    .scalar_subquery()
)
_some = (
    select(_held.notification.c.id)
    .select_from(_held.source)
    .where(_of_request)
    .limit(MAX_COUNT)
    .correlate(_request)
    .subquery("some")
)
_count = select(func.count()).select_from(_some).correlate(_request).scalar_subquery()


def _list(newer: bool, *, one: bool = False) -> Packed:
    """Requests with something in them that the viewer may see. Served by ix_notification_request_account;
    for each, what is held by ix_notification_actor."""
    cursor = _request.c.id
    page = (
        select(cursor, _request.c.actor_id, _newest.label("newest"), _count.label("count"))
        .where(
            _request.c.account_id == p("viewer"),
            cursor < p("below"),
            cursor > p("above"),
            *([cursor == p("id")] if one else []),
            exists(
                select(_held.notification.c.id)
                .select_from(_held.source)
                .where(_of_request)
                .correlate(_request)
            ),
        )
        .order_by(cursor.asc() if newer else cursor.desc())
        .limit(p("limit"))
        .subquery("page")
    )
    newest = notification.alias("newest")
    return Packed(
        select(
            page.c.id, page.c.count, page.c.newest, newest.c.subject_id,
            *account_columns(account), *count_columns(account),
        ).select_from(
            page.join(account, account.c.id == page.c.actor_id).outerjoin(
                newest, and_(newest.c.account_id == p("viewer"), newest.c.id == page.c.newest)
            )
        )
    )  # fmt: skip


_OLDER, _NEWER, _ONE = _list(False), _list(True), _list(False, one=True)
_per_request = (
    select(_count.label("count")).where(_request.c.account_id == p("viewer")).limit(MAX_COUNT).subquery()
)
_SUMMARY = Statement(
    select(func.count(), func.coalesce(func.sum(_per_request.c.count), 0)).where(_per_request.c.count > 0)
)


def _read(conn: Connection, viewer: int, statement: Statement, **values: int) -> list[Request]:
    rows = conn.all(statement, viewer=viewer, now=conn.now, **values)
    rows.sort(key=lambda row: row[0], reverse=True)
    last = {post.id: post for post in posts.by_ids(conn, viewer, [row[3] for row in rows])} if rows else {}
    return [
        Request(id, person_of_row(conn, row[4:]), count, newest, last.get(subject))
        for row in rows
        for id, count, newest, subject in [row[:4]]
    ]


def requests(conn: Connection, viewer: int, page: Page) -> list[Request]:
    """Who asks, newest first. Three statements at the most."""
    direction, below, above = bounds(page)
    statement = _NEWER if direction == "newer" else _OLDER
    return _read(conn, viewer, statement, below=below, above=above, limit=page.limit)


def get(conn: Connection, viewer: int, id: int) -> Request:
    """NotFound when there is none, or nothing in it for the viewer any longer."""
    found = _read(conn, viewer, _ONE, id=id, below=NEWEST, above=0, limit=1)
    if not found:
        raise NotFound
    return found[0]


def summary(conn: Connection, viewer: int) -> Summary:
    """How much is held, of the first MAX_COUNT requests."""
    row = conn.first(_SUMMARY, viewer=viewer, now=conn.now)
    assert row is not None
    return Summary(int(row[0]), int(row[1]))


# --- answering ---------------------------------------------------------------------------------------

_TAKE = Statement(
    delete(_request)
    .where(_request.c.account_id == p("viewer"), within(_request.c.id, "ids"))
    .returning(_request.c.actor_id)
)
_PERMIT = upsert(notification_permission, ["account_id", "actor_id"], ["merged"])
_HELD = Statement(
    select(notification.c.id)
    .select_from(
        notification.join(
            notification_permission,
            and_(
                notification_permission.c.account_id == p("viewer"),
                notification_permission.c.actor_id == notification.c.actor_id,
                ~notification_permission.c.merged,
            ),
        )
    )
    .where(notification.c.account_id == p("viewer"), notification.c.state == "held")
    .limit(p("limit"))
)
_SHOW = Statement(
    update(notification)
    .where(
        notification.c.account_id == p("viewer"),
        within(notification.c.id, "ids"),
        notification.c.state == "held",
    )
    .values(state="shown")
)
_MERGED = Statement(
    update(notification_permission)
    .where(notification_permission.c.account_id == p("viewer"), ~notification_permission.c.merged)
    .values(merged=True)
)
_MERGING = Statement(
    select(notification_permission.c.actor_id).where(
        notification_permission.c.account_id == p("viewer"), ~notification_permission.c.merged
    )
)


class Merge(msgspec.Struct, frozen=True):
    """What is still held for somebody by people who were let in."""

    account_id: int


def _taken(conn: Connection, viewer: int, ids: Iterable[int]) -> list[int]:
    """The people behind requests, which are gone from now on."""
    return sorted(row[0] for row in conn.all(_TAKE, viewer=viewer, ids=list(ids)))


def accept_all(conn: Connection, viewer: int, ids: Iterable[int]) -> int:
    """Let people in: what was held is shown, and nothing of theirs is held again. Requests that are not
    there are left out. How many were."""
    actors = _taken(conn, viewer, ids)
    if actors:
        conn.many(_PERMIT, [{"account_id": viewer, "actor_id": id, "merged": False} for id in actors])
        merge(conn, Merge(viewer))
    return len(actors)


def accept(conn: Connection, viewer: int, id: int) -> None:
    """`accept_all` for one. NotFound."""
    if not accept_all(conn, viewer, [id]):
        raise NotFound


def dismiss_all(conn: Connection, viewer: int, ids: Iterable[int]) -> int:
    """Put requests away: what was held stays so, and the next time they ask anew. How many there were."""
    return len(_taken(conn, viewer, ids))


def dismiss(conn: Connection, viewer: int, id: int) -> None:
    """`dismiss_all` for one. NotFound."""
    if not dismiss_all(conn, viewer, [id]):
        raise NotFound


def merge(conn: Connection, what: Merge) -> None:
    """Show some of what was held, and leave the rest to a job. Tells when it is done. Can be repeated."""
    held = [row[0] for row in conn.all(_HELD, viewer=what.account_id, limit=AT_ONCE)]
    if held:
        conn.run(_SHOW, viewer=what.account_id, ids=held)
    if len(held) == AT_ONCE:
        enqueue(conn, JOB, what)
    elif conn.run(_MERGED, viewer=what.account_id):
        conn.announce("notifications.merged", what.account_id, what.account_id)


def merged(conn: Connection, viewer: int) -> bool:
    """Whether everything of those who were let in is shown."""
    return conn.first(_MERGING, viewer=viewer) is None

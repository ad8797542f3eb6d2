"""Reading notifications one by one, counting and dismissing them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Any, Literal

import msgspec
from sqlalchemy import String, delete, func, select

from officetalk.accounts.queries import account_columns, count_columns, person_of_row
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.paging import Page, bounds
from officetalk.core.sql import Packed, Statement, p, within
from officetalk.notifications import subjects
from officetalk.notifications.entities import ABOUT_POSTS, KINDS, UNGROUPED, Kind, Notification
from officetalk.notifications.tables import notification
from officetalk.notifications.visibility import Shown, States, shown
from officetalk.posts import queries as posts
from officetalk.posts.entities import Post
from officetalk.timelines.tables import marker

MAX_UNREAD = 1000  # nobody counts further


class Choice(msgspec.Struct, frozen=True):
    """Which notifications are asked for: of these kinds (None: all), by one person, the held ones too."""

    kinds: frozenset[Kind] | None = None
    actor_id: int | None = None
    held: bool = False

    @property
    def shape(self) -> Shape:
        amount = "all" if self.kinds is None else "one" if len(self.kinds) == 1 else "some"
        return Shape(amount, self.actor_id is not None, "all" if self.held else "shown")

    @property
    def parameters(self) -> dict[str, Any]:
        """For a statement with the conditions of `chosen`."""
        values: dict[str, Any] = {}
        if self.kinds is not None:
            some = sorted(self.kinds)
            values = {"kind": some[0]} if len(some) == 1 else {"kinds": some}
        if self.actor_id is not None:
            values["actor"] = self.actor_id
        return values


class Shape(msgspec.Struct, frozen=True):
    """What the statement for a choice looks like."""

    kinds: Literal["all", "one", "some"]
    by_actor: bool
    states: States


EVERYTHING = Choice()


def kinds_of(wanted: Iterable[str], unwanted: Iterable[str]) -> frozenset[Kind] | None:
    """The kinds that are asked for by name: `wanted` (none: all) without `unwanted`; unknown ones do not
    count. None when these are all."""
    wanted, unwanted = set(wanted), set(unwanted)
    found: frozenset[Kind] = frozenset(
        kind for kind in KINDS if (not wanted or kind in wanted) and kind not in unwanted
    )
    return None if len(found) == len(KINDS) else found


def chosen(n: Any, shape: Shape) -> list[Any]:
    """Conditions of a choice. One kind is found by ix_notification_kind, one person by ix_notification_actor,
    the rest by ix_notification_account."""
    conditions: list[Any] = []
    if shape.kinds == "one":
        conditions.append(n.c.kind == p("kind", String))
    elif shape.kinds == "some":
        conditions.append(within(n.c.kind, "kinds"))
    if shape.by_actor:
        conditions.append(n.c.actor_id == p("actor"))
    return conditions


def columns(found: Shown, group_key: Any = None) -> list[Any]:
    """What `Row` reads: the columns of a notification and its actor."""
    n, actor = found.notification, found.actor
    key = n.c.group_key if group_key is None else group_key
    return [
        n.c.id, n.c.kind, n.c.subject_id, key, n.c.state, *account_columns(actor), *count_columns(actor),
    ]  # fmt: skip


@cache
def _list(newer: bool, shape: Shape) -> Packed:
    found = shown("n", shape.states)
    id = found.notification.c.id
    return Packed(
        select(*columns(found))
        .select_from(found.source)
        .where(id < p("below"), id > p("above"), found.where, *chosen(found.notification, shape))
        .order_by(id.asc() if newer else id.desc())
        .limit(p("limit"))
    )


def listed(
    conn: Connection, viewer: int, page: Page, choice: Choice = EVERYTHING
) -> tuple[list[Notification], list[int]]:
    """What the viewer is told, newest first; and the ids of the page, with those that have gone since it was
    read. Three statements at the most, and one for each kind of subject that is no post."""
    if choice.kinds == frozenset():
        return [], []
    direction, below, above = bounds(page)
    rows = conn.all(
        _list(direction == "newer", choice.shape),
        viewer=viewer, now=conn.now, below=below, above=above, limit=page.limit, **choice.parameters,
    )  # fmt: skip
    return assemble(conn, viewer, rows), sorted((row[0] for row in rows), reverse=True)


def notifications(
    conn: Connection, viewer: int, page: Page, choice: Choice = EVERYTHING
) -> list[Notification]:
    """The notifications of `listed`."""
    return listed(conn, viewer, page, choice)[0]


class About:
    """What a page of notifications is about, as the viewer sees it."""

    def __init__(self, conn: Connection, viewer: int, wanted: Iterable[tuple[Kind, int]]) -> None:
        wanted = list(wanted)
        ids = dict.fromkeys(id for kind, id in wanted if kind in ABOUT_POSTS)
        found = posts.by_ids(conn, viewer, ids) if ids else []
        self._posts: dict[int, Post] = {post.id: post for post in found}
        self._subjects = subjects.load(conn, viewer, wanted)

    def post(self, kind: Kind, id: int) -> Post | None:
        return self._posts.get(id) if kind in ABOUT_POSTS else None

    def subject(self, kind: Kind, id: int) -> Any:
        return self._subjects.get((kind, id))

    def has(self, kind: Kind, id: int) -> bool:
        """Whether it is still there for the viewer: it can have gone since the page was read."""
        if kind in ABOUT_POSTS:
            return id in self._posts
        return not subjects.is_read(kind) or (kind, id) in self._subjects


def assemble(conn: Connection, viewer: int, rows: list[tuple]) -> list[Notification]:
    """Notifications from rows of `columns`, newest first."""
    about = About(conn, viewer, [(row[1], row[2]) for row in rows])
    found = [
        Notification(
            id, kind, person_of_row(conn, row[5:]), key or f"{UNGROUPED}{id}", state == "held", subject,
            about.post(kind, subject), about.subject(kind, subject),
        )
        for row in rows
        for id, kind, subject, key, state in [row[:5]]
        if about.has(kind, subject)
    ]  # fmt: skip
    found.sort(key=lambda one: one.id, reverse=True)
    return found


_one = shown("n", "all")
_ONE = Packed(
    select(*columns(_one)).select_from(_one.source).where(_one.notification.c.id == p("id"), _one.where)
)


def get(conn: Connection, receiver: int, id: int) -> Notification:
    """One notification as its receiver sees it, a held one too. NotFound when it is not there, not the
    receiver's, or not to be seen any longer."""
    found = assemble(conn, receiver, conn.all(_ONE, viewer=receiver, now=conn.now, id=id))
    if not found:
        raise NotFound
    return found[0]


_NEAR = Statement(
    select(notification.c.id)
    .where(
        notification.c.account_id == p("viewer"),
        notification.c.id >= p("lowest"),
        notification.c.id <= p("highest"),
    )
    .order_by(notification.c.id.desc())
)


def named(conn: Connection, receiver: int, id: int) -> Notification:
    """`get` for an id that a client names. Push messages carry it as a JSON number, of which JavaScript keeps
    53 bits: where there is no notification with the id, and it is what is left of one by that, the newest that
    it can have been. NotFound."""
    try:
        return get(conn, receiver, id)
    except NotFound:
        rounded = float(id)
        if id not in (int(rounded), int(Decimal(repr(rounded)))):  # the latter is how ECMAScript writes it
            raise
        step = int(math.ulp(rounded))
        near = conn.all(_NEAR, viewer=receiver, lowest=int(rounded) - step, highest=int(rounded) + step)
        for (other,) in near:
            if other != id and float(other) == rounded:
                return get(conn, receiver, other)
        raise


# Where the viewer stopped reading; whoever has never said so has read nothing.
LAST_READ = func.coalesce(
    select(marker.c.last_read_id)
    .where(marker.c.account_id == p("viewer"), marker.c.timeline == "notifications")
    .scalar_subquery(),
    0,
)


@cache
def _unread(shape: Shape) -> Statement:
    found = shown("n", shape.states)
    id = found.notification.c.id
    some = (
        select(id)
        .select_from(found.source)
        .where(id > LAST_READ, found.where, *chosen(found.notification, shape))
        .limit(p("limit"))
    )
    return Statement(select(func.count()).select_from(some.subquery()))


def unread(conn: Connection, viewer: int, limit: int = 100, choice: Choice = EVERYTHING) -> int:
    """How many the viewer has not read, `limit` at the most. One statement."""
    if choice.kinds == frozenset():
        return 0
    limit = min(limit, MAX_UNREAD)
    return conn.value(_unread(choice.shape), viewer=viewer, now=conn.now, limit=limit, **choice.parameters)


DISMISS = Statement(
    delete(notification).where(notification.c.account_id == p("viewer"), notification.c.id == p("id"))
)


def dismiss(conn: Connection, viewer: int, id: int) -> None:
    """Remove a notification. NotFound when there is none with this id."""
    if not conn.run(DISMISS, viewer=viewer, id=id):
        raise NotFound
    conn.announce("notifications.read", viewer, viewer)

"""Actions: given, done, and told of before they are due. Who may read the group sees them; its members give them;
who does one, who gave it and those who lead the group finish and change it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
from sqlalchemy import String, delete, exists, insert, or_, select, update

from officetalk.accounts.queries import (
    ACCOUNT_WIDTH,
    COUNTS_WIDTH,
    account_columns,
    count_columns,
    person_of_row,
)
from officetalk.accounts.tables import account
from officetalk.core.database import Connection, Database
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.sql import Statement, p, within
from officetalk.feeds.tables import subscription
from officetalk.groups import members
from officetalk.groups import queries as groups
from officetalk.groups.entities import Group
from officetalk.groups.tables import talk_group
from officetalk.jobs.queue import enqueue
from officetalk.jobs.runner import Handler
from officetalk.posts import queries as posts
from officetalk.projects import hooks
from officetalk.projects.entities import MAX_TEXT, Action
from officetalk.projects.tables import action

DUE = "action.due"
OPEN, DONE = 200, 50  # actions that the board shows
_REMIND_AT = time(7, 0, tzinfo=UTC)  # of the day before: in the morning of most who are in Europe or Africa

_FIELDS = [
    action.c[n] for n in ("id", "group_id", "text", "given_by", "post_id", "due_on", "done_at", "done_by")
]
_SELECT = select(*account_columns(account), *count_columns(account), *_FIELDS).select_from(
    action.outerjoin(account, account.c.id == action.c.assignee_id)
)
_is_member = exists(
    select(subscription.c.id).where(
        subscription.c.feed_id == action.c.group_id,
        subscription.c.account_id == p("viewer"),
        subscription.c.kind == "group",
    )
)
_is_open = exists(
    select(talk_group.c.id).where(talk_group.c.id == action.c.group_id, talk_group.c.kind == "open")
)
_BY_IDS = Statement(_SELECT.where(within(action.c.id, "ids"), or_(_is_member, _is_open)))
_LOCK = Statement(select(action.c.id).where(action.c.id == p("id")).with_for_update())
_OPEN = Statement(
    _SELECT.where(action.c.group_id == p("group"), action.c.done_at.is_(None))
    .order_by(action.c.due_on.is_(None), action.c.due_on, action.c.id)
    .limit(OPEN)
)
_DONE = Statement(
    _SELECT.where(action.c.group_id == p("group"), action.c.done_at.is_not(None))
    .order_by(action.c.done_at.desc(), action.c.id.desc())
    .limit(DONE)
)
_MINE = Statement(
    _SELECT.where(action.c.assignee_id == p("viewer"), action.c.done_at.is_(None), _is_member)
    .order_by(action.c.due_on.is_(None), action.c.due_on, action.c.id)
    .limit(OPEN)
)
_INSERT = Statement(insert(action).values({c.name: p(c.name, c.type) for c in action.columns}))
_FINISH = Statement(
    update(action).where(action.c.id == p("id")).values(done_at=p("done_at"), done_by=p("done_by"))
)
_CHANGE = Statement(
    update(action)
    .where(action.c.id == p("id"))
    .values(text=p("text", String), assignee_id=p("assignee_id"), due_on=p("due_on", String))
)
_REMOVE = Statement(delete(action).where(action.c.id == p("id")))


def _action(conn: Connection, row: tuple) -> Action:
    id, group_id, text, given_by, post_id, due_on, done_at, done_by = row[ACCOUNT_WIDTH + COUNTS_WIDTH :]
    assignee = person_of_row(conn, row) if row[0] is not None else None
    day = date.fromisoformat(due_on) if due_on else None
    return Action(id, group_id, text, given_by, post_id, assignee, day, done_at, done_by)


def by_ids(conn: Connection, viewer: int, ids: Iterable[int]) -> dict[int, Action]:
    """Those of these actions that the viewer may see."""
    rows = conn.all(_BY_IDS, viewer=viewer, ids=list(ids))
    return {one.id: one for one in (_action(conn, row) for row in rows)}


def get(conn: Connection, viewer: int, id: int) -> Action:
    """One action. NotFound, also for who may not read its group."""
    found = by_ids(conn, viewer, [id]).get(id)
    if found is None:
        raise NotFound
    return found


def of_group(conn: Connection, group: Group) -> tuple[list[Action], list[Action]]:
    """Open ones, what is due first above, and those that were done last; none for who may not read the group."""
    if not group.readable:
        return [], []
    return (
        [_action(conn, row) for row in conn.all(_OPEN, group=group.id)],
        [_action(conn, row) for row in conn.all(_DONE, group=group.id)],
    )


def mine(conn: Connection, viewer: int) -> list[Action]:
    """What the viewer has to do in all groups, what is due first above."""
    return [_action(conn, row) for row in conn.all(_MINE, viewer=viewer)]


# --- giving and finishing -----------------------------------------------------------------------------


def give(
    conn: Connection,
    actor: int,
    group_id: int,
    text: str,
    *,
    assignee: int | None = None,
    due_on: date | None = None,
    post_id: int | None = None,
) -> Action:
    """A new action. Invalid names the field and the rule; Forbidden for who is no member, or where the board is
    off; NotFound for a post that is not of the group."""
    group = groups.get(conn, actor, group_id)
    if not group.writable or not group.board:
        raise Forbidden("Only members of a group with a board give actions.")
    if post_id is not None and posts.get(conn, actor, post_id).content.audience_of != group_id:
        raise NotFound
    values = _checked(conn, group_id, text, assignee, due_on)
    id = conn.new_id()
    conn.run(
        _INSERT,
        id=id, group_id=group_id, post_id=post_id, given_by=actor, done_at=None, done_by=None, **values,
    )  # fmt: skip
    _tell(conn, id, actor, assignee, due_on)
    return get(conn, actor, id)


def change(
    conn: Connection, actor: int, id: int, text: str, *, assignee: int | None, due_on: date | None
) -> Action:
    """Change all of an open action. Raises as `give`."""
    before = _may(conn, actor, id)
    conn.run(_CHANGE, id=id, **_checked(conn, before.group_id, text, assignee, due_on))
    known = before.assignee.id if before.assignee else None
    _tell(conn, id, actor, assignee if assignee != known else None, due_on)
    return get(conn, actor, id)


def finish(conn: Connection, actor: int, id: int, *, done: bool = True) -> Action:
    """It is done, or is to be done again."""
    before = _may(conn, actor, id)
    if done != (before.done_at is not None):
        conn.run(_FINISH, id=id, done_at=conn.now if done else None, done_by=actor if done else None)
    return get(conn, actor, id)


def remove(conn: Connection, actor: int, id: int) -> None:
    """Nobody has to do it."""
    _may(conn, actor, id)
    conn.run(_REMOVE, id=id)


def _may(conn: Connection, actor: int, id: int) -> Action:
    """The action, locked, for who may change it. NotFound, Forbidden."""
    conn.first(_LOCK, id=id)
    found = get(conn, actor, id)
    group = groups.get(conn, actor, found.group_id)
    doer = found.assignee.id if found.assignee else None
    if not group.writable or not (actor in (found.given_by, doer) or group.at_least("manager")):
        raise Forbidden("Who does it, who gave it and those who lead the group change an action.")
    return found


def _checked(
    conn: Connection, group_id: int, text: str, assignee: int | None, due_on: date | None
) -> dict[str, Any]:
    text = " ".join(text.split())
    if not text:
        raise Invalid("text", "can't be blank", "ERR_BLANK")
    if len(text) > MAX_TEXT:
        raise Invalid("text", "is too long (maximum is %(count)s characters)", "ERR_TOO_LONG", count=MAX_TEXT)
    if not text.isprintable():
        raise Invalid("text", "must not contain control characters")
    if assignee is not None and not members.role_of(conn, assignee, group_id):
        raise Invalid("assignee", "is no member of the group")
    return {"text": text, "assignee_id": assignee, "due_on": due_on.isoformat() if due_on else None}


_LET_GO = Statement(
    update(action)
    .where(action.c.assignee_id == p("account"), action.c.done_at.is_(None))
    .values(assignee_id=None)
)


def let_go(conn: Connection, account_id: int) -> None:
    """Somebody is here no longer: what they had to do waits for others."""
    conn.run(_LET_GO, account=account_id)


# --- telling who does it ------------------------------------------------------------------------------


def _tell(conn: Connection, id: int, actor: int, assignee: int | None, due_on: date | None) -> None:
    if assignee is not None:
        hooks.assigned(conn, id, actor, assignee)
    if due_on is not None:
        before = datetime.combine(due_on - timedelta(days=1), _REMIND_AT)
        run_at = int(before.timestamp() * 1000)
        if run_at > conn.now:
            enqueue(conn, DUE, _Reminder(id, due_on.isoformat()), run_at=run_at)


class _Reminder(msgspec.Struct, frozen=True):
    """The payload of the job: of an action that is due on another day by now nothing is told."""

    id: int
    due_on: str


_TO_REMIND = Statement(
    select(action.c.assignee_id).where(
        action.c.id == p("id"), action.c.due_on == p("due_on", String), action.c.done_at.is_(None)
    )
)


def remind(conn: Connection, id: int, due_on: str) -> None:
    """Tell who does it that it is due tomorrow, if it still is."""
    assignee = conn.value(_TO_REMIND, id=id, due_on=due_on)
    if assignee is not None:
        hooks.due(conn, id, assignee)


def handlers(db: Database) -> dict[str, Handler]:
    """Job handlers by kind."""

    async def due(payload: str) -> None:
        reminder = msgspec.json.decode(payload, type=_Reminder)
        await db.write(remind, reminder.id, reminder.due_on)

    return {DUE: due}

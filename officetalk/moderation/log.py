"""The log of what moderators and administrators decided. It is only ever added to: there is no function
that changes or removes an entry, here or elsewhere."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select

from officetalk.core.database import Connection
from officetalk.core.errors import Invalid
from officetalk.core.paging import Page, bounds
from officetalk.core.sql import Statement, p, within
from officetalk.moderation.entities import Entry, TargetKind
from officetalk.moderation.tables import moderation_log
from officetalk.posts import text

MAX_REASON = 2000  # characters

_ADD = Statement(insert(moderation_log).values({c.name: p(c.name, c.type) for c in moderation_log.columns}))
_columns = list(moderation_log.columns)
_BY_IDS = Statement(select(*_columns).where(within(moderation_log.c.id, "ids")))


def _both_ways(*conditions: Any) -> dict[str, Statement]:
    cursor = moderation_log.c.id
    query = select(*_columns).where(*conditions, cursor < p("below"), cursor > p("above")).limit(p("limit"))
    return {
        "older": Statement(query.order_by(cursor.desc())),
        "newer": Statement(query.order_by(cursor.asc())),
    }


_EVERYTHING = _both_ways()
_ABOUT = _both_ways(moderation_log.c.account_id == p("account"))


def check_reason(reason: str) -> str:
    """The reason as it is kept. Raises Invalid (text)."""
    reason = text.clean(reason)
    if len(reason) > MAX_REASON:
        raise Invalid(
            "text", "is too long (maximum is %(count)s characters)", "ERR_TOO_LONG", count=MAX_REASON
        )
    return reason


def add(
    conn: Connection,
    actor: int | None,
    action: str,
    kind: TargetKind,
    target_id: int,
    account_id: int,
    *,
    report_id: int | None = None,
    reason: str = "",
    warned: bool = False,
) -> Entry:
    """Write down a decision, in the transaction that carries it out. `account_id`: whom it is about in the
    end. Invalid (text) when the reason is too long."""
    made = Entry(
        conn.new_id(), actor, action, kind, target_id, account_id, report_id, check_reason(reason), warned
    )
    conn.run(
        _ADD,
        id=made.id, actor_id=actor, action=action, target_kind=kind, target_id=target_id,
        account_id=account_id, report_id=report_id, reason=made.reason, warned=warned,
    )  # fmt: skip
    return made


def by_ids(conn: Connection, ids: list[int]) -> list[Entry]:
    """Entries, oldest first; those that are not there are left out."""
    return sorted((Entry(*row) for row in conn.all(_BY_IDS, ids=ids)), key=lambda entry: entry.id)


def everything(conn: Connection, page: Page) -> list[Entry]:
    """What was decided, newest first."""
    return _list(conn, _EVERYTHING, page)


def about(conn: Connection, account_id: int, page: Page) -> list[Entry]:
    """What was decided about one account, its posts and the reports of it, newest first."""
    return _list(conn, _ABOUT, page, account=account_id)


def _list(conn: Connection, statements: dict[str, Statement], page: Page, **values: int) -> list[Entry]:
    direction, below, above = bounds(page)
    rows = conn.all(statements[direction], below=below, above=above, limit=page.limit, **values)
    if direction == "newer":
        rows.reverse()
    return [Entry(*row) for row in rows]

"""The directory: everybody by name, by when they came or were last active, by department."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import BigInteger, String, func, literal_column, select, tuple_

from officetalk.accounts.entities import Person
from officetalk.accounts.queries import account_columns, count_columns, person_of_row
from officetalk.accounts.tables import account, block
from officetalk.core.database import Connection
from officetalk.core.paging import Page, bounds
from officetalk.core.sql import Statement, p
from officetalk.search.tables import person_name

# When somebody was last active, as a key that is different for everybody (ms << 16 and the end of the id);
# those who never posted come after all others, newest first. The index on it (migration 0001)
# says it in the same words.
LAST_ACTIVE = "coalesce(last_post_at * 65536 + (id & 65535), id / 2)"

Order = Literal["new", "name", "active"]
_LAST = "\U0010ffff"
_last_active = literal_column(LAST_ACTIVE, BigInteger)
# In the words of ix_account_here, so that it serves.
_here = account.c.state == literal_column("'active'")


def not_blocked() -> list[Any]:
    """Neither has blocked the other. The two lists do not depend on the row, so each is read once."""
    theirs, mine = block.alias("theirs"), block.alias("mine")
    return [
        account.c.id.not_in(select(mine.c.target_id).where(mine.c.account_id == p("viewer"))),
        account.c.id.not_in(select(theirs.c.account_id).where(theirs.c.target_id == p("viewer"))),
    ]


def _people(cursor: Any, source: Any = account) -> Any:
    return (
        select(*account_columns(account), *count_columns(account), cursor)
        .select_from(source)
        .where(_here, account.c.discoverable, *not_blocked())
        .limit(p("limit"))
    )


def _by_number(number: Any, in_department: bool, direction: str) -> Statement:
    """New: by the primary key, or ix_account_department. Active: by ix_account_last_active."""
    query = _people(number).where(number < p("below"), number > p("above"))
    if in_department:
        query = query.where(account.c.department == p("department", String))
    return Statement(query.order_by(number.desc() if direction == "older" else number.asc()))


def _by_name(in_department: bool, direction: str) -> Statement:
    """By ix_person_name_key or ix_person_name_department. "older" goes on towards Z."""
    place = tuple_(person_name.c.key, person_name.c.account_id)
    query = _people(account.c.id, person_name.join(account, account.c.id == person_name.c.account_id)).where(
        place > tuple_(p("after", String), p("after_id")), place < tuple_(p("before", String), p("before_id"))
    )
    if in_department:
        query = query.where(person_name.c.department == p("department", String))
    columns = (person_name.c.key, person_name.c.account_id)
    return Statement(query.order_by(*(c.asc() if direction == "older" else c.desc() for c in columns)))


_DIRECTORY = {
    (order, in_department, direction): (
        _by_name(in_department, direction)
        if order == "name"
        else _by_number(account.c.id if order == "new" else _last_active, in_department, direction)
    )
    for order in ("new", "name", "active")
    for in_department in (False, True)
    for direction in ("older", "newer")
}
_PLACE = Statement(
    select(person_name.c.key, person_name.c.account_id).where(person_name.c.account_id == p("id"))
)
_DEPARTMENTS = Statement(
    select(account.c.department, func.count())
    .where(_here, account.c.department != "")
    .group_by(account.c.department)
    .order_by(account.c.department)
)


def directory(
    conn: Connection,
    viewer: int,
    order: Order = "new",
    department: str | None = None,
    page: Page | None = None,
) -> list[Person]:
    """People who work here, in this order, of one department or of all; without those who do not want to be
    listed, and those whom the viewer has blocked or is blocked by. Pages by `person.cursor`: max_id goes on
    after that person, min_id and since_id before. One statement; by name one more for each cursor."""
    page = page or Page()
    direction, below, above = bounds(page)
    values: dict[str, Any] = {"viewer": viewer, "limit": page.limit}
    if department is not None:
        values["department"] = department
    if order == "name":
        start, end = ("", 0), (_LAST, 0)
        if page.max_id is not None:
            start = conn.first(_PLACE, id=page.max_id) or end
        if above:
            end = conn.first(_PLACE, id=above) or start
        values |= {"after": start[0], "after_id": start[1], "before": end[0], "before_id": end[1]}
    else:
        values |= {"below": below, "above": above}
    rows = conn.all(_DIRECTORY[order, department is not None, direction], **values)
    if direction == "newer":
        rows.reverse()
    return [person_of_row(conn, row, row[-1]) for row in rows]


def departments(conn: Connection) -> list[tuple[str, int]]:
    """Each department with how many work there, by name."""
    return [(name, count) for name, count in conn.all(_DEPARTMENTS)]

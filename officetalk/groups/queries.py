"""Reading groups. Whoever may not know of a group gets NotFound, as if it were not there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import String, and_, case, exists, func, or_, select

from officetalk.accounts.entities import Person
from officetalk.accounts.queries import (
    ACCOUNT_WIDTH,
    COUNTS_WIDTH,
    account_columns,
    count_columns,
    person_of_row,
)
from officetalk.accounts.tables import account, follow_request
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.paging import Page, bounds
from officetalk.core.sql import Statement, one_of, p, within
from officetalk.feeds.tables import subscription
from officetalk.groups.entities import Group
from officetalk.groups.tables import group_invitation, group_role, talk_group

_viewer = p("viewer")
_member = subscription.alias("member")
_role, _asked, _invited = (
    group_role.alias("my_role"),
    follow_request.alias("my_request"),
    group_invitation.alias("my_invitation"),
)
_SEEN = or_(talk_group.c.kind != "secret", _member.c.feed_id.is_not(None), _invited.c.id.is_not(None))
_SELECT = (
    select(
        *account_columns(account),
        *count_columns(account),
        talk_group.c.kind,
        talk_group.c.rules,
        talk_group.c.archived_at,
        talk_group.c.board,
        case((_member.c.feed_id.is_(None), ""), else_=func.coalesce(_role.c.role, "member")),
        _asked.c.id.is_not(None),
        _invited.c.id.is_not(None),
        func.coalesce(_member.c.hidden, False),
        _member.c.id,
    )
    .select_from(
        talk_group.join(account, account.c.id == talk_group.c.id)
        .outerjoin(_member, and_(_member.c.feed_id == talk_group.c.id, _member.c.account_id == _viewer))
        .outerjoin(_role, and_(_role.c.group_id == talk_group.c.id, _role.c.account_id == _viewer))
        .outerjoin(_asked, and_(_asked.c.target_id == talk_group.c.id, _asked.c.account_id == _viewer))
        .outerjoin(_invited, and_(_invited.c.group_id == talk_group.c.id, _invited.c.account_id == _viewer))
    )
    .where(account.c.state == "group", _SEEN)
)
_BY_ID = Statement(_SELECT.where(talk_group.c.id == p("id")))
_BY_HANDLE = Statement(_SELECT.where(account.c.username_key == p("key", account.c.username_key.type)))
_BY_HANDLES = Statement(_SELECT.where(within(account.c.username_key, "keys")))
_BY_IDS = Statement(_SELECT.where(within(talk_group.c.id, "ids")))
# Of groups there are hundreds where there are thousands of people: these read them all.
_MINE = Statement(
    _SELECT.where(_member.c.feed_id.is_not(None)).order_by(
        talk_group.c.archived_at.is_not(None), func.lower(account.c.display_name), account.c.id
    )
)
_INVITED = Statement(_SELECT.where(_invited.c.id.is_not(None), _member.c.feed_id.is_(None)))
_FOUND = Statement(
    _SELECT.where(
        or_(
            account.c.username_key.like(p("pattern", String), escape="\\"),
            func.lower(account.c.display_name).like(p("pattern", String), escape="\\"),
            func.lower(account.c.bio).like(p("pattern", String), escape="\\"),
        )
    )
    .order_by(talk_group.c.archived_at.is_not(None), account.c.followers_count.desc(), account.c.id)
    .limit(p("limit"))
    .offset(p("offset"))
)


def _group(conn: Connection, row: tuple) -> Group:
    kind, rules, archived_at, board, role, asked, invited, quiet, cursor = row[ACCOUNT_WIDTH + COUNTS_WIDTH :]
    return Group(
        person_of_row(conn, row),
        kind,
        rules,
        archived_at,
        bool(board),
        role,
        bool(asked),
        bool(invited),
        bool(quiet),
        cursor or 0,
    )


def get(conn: Connection, viewer: int, id: int) -> Group:
    """A group by its id. NotFound."""
    row = conn.first(_BY_ID, viewer=viewer, id=id)
    if row is None:
        raise NotFound
    return _group(conn, row)


def by_handle(conn: Connection, viewer: int, handle: str) -> Group:
    """A group by its handle in any case. NotFound."""
    row = conn.first(_BY_HANDLE, viewer=viewer, key=handle.lower())
    if row is None:
        raise NotFound
    return _group(conn, row)


def by_handles(conn: Connection, viewer: int, handles: Iterable[str]) -> dict[str, Group]:
    """Groups by handle in small letters; those that are not there for the viewer are left out."""
    keys = sorted({handle.lower() for handle in handles})
    if not keys:
        return {}
    found = [_group(conn, row) for row in conn.all(_BY_HANDLES, viewer=viewer, keys=keys)]
    return {group.handle.lower(): group for group in found}


def by_ids(conn: Connection, viewer: int, ids: Iterable[int]) -> dict[int, Group]:
    """Groups by id; those that are not there for the viewer are left out."""
    wanted = sorted(set(ids))
    rows = conn.all(_BY_IDS, viewer=viewer, ids=wanted) if wanted else []
    return {row[0]: _group(conn, row) for row in rows}


def mine(conn: Connection, viewer: int) -> list[Group]:
    """The groups that the viewer is a member of, by name; those that are archived last."""
    return [_group(conn, row) for row in conn.all(_MINE, viewer=viewer)]


def invitations(conn: Connection, viewer: int) -> list[Group]:
    """The groups that the viewer is invited to."""
    return [_group(conn, row) for row in conn.all(_INVITED, viewer=viewer)]


def search(conn: Connection, viewer: int, words: str, limit: int, offset: int = 0) -> list[Group]:
    """Groups whose name, handle or text has the words in it (all of them when there are none), the largest
    first."""
    escaped = words.strip().lstrip("@").lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = conn.all(_FOUND, viewer=viewer, pattern=f"%{escaped}%", limit=limit, offset=offset)
    return [_group(conn, row) for row in rows]


# --- its members --------------------------------------------------------------------------------------


def _people(
    source: Any, person_id: Any, cursor: Any, *conditions: Any, more: Any = None
) -> dict[str, Statement]:
    base = (
        select(
            *account_columns(account), *count_columns(account), *(more if more is not None else ()), cursor
        )
        .select_from(source.join(account, account.c.id == person_id))
        .where(
            *conditions,
            cursor < p("below"),
            cursor > p("above"),
            one_of(account.c.state, ("active", "disabled")),
        )
        .limit(p("limit"))
    )
    return {"older": Statement(base.order_by(cursor.desc())), "newer": Statement(base.order_by(cursor.asc()))}


_MEMBERS = _people(
    subscription.outerjoin(
        group_role,
        and_(
            group_role.c.group_id == subscription.c.feed_id,
            group_role.c.account_id == subscription.c.account_id,
        ),
    ),
    subscription.c.account_id,
    subscription.c.id,
    subscription.c.feed_id == p("group"),
    subscription.c.kind == "group",
    more=[func.coalesce(group_role.c.role, "member")],
)
_ASKING = _people(
    follow_request, follow_request.c.account_id, follow_request.c.id, follow_request.c.target_id == p("group")
)
_INVITEES = _people(
    group_invitation,
    group_invitation.c.account_id,
    group_invitation.c.id,
    group_invitation.c.group_id == p("group"),
)
_LEADERS = Statement(
    select(*account_columns(account), *count_columns(account), group_role.c.role)
    .select_from(group_role.join(account, account.c.id == group_role.c.account_id))
    .where(group_role.c.group_id == p("group"))
    .order_by(group_role.c.role.desc(), account.c.id)
)
_IS_MEMBER = exists(
    select(subscription.c.id).where(
        subscription.c.feed_id == p("group"),
        subscription.c.account_id == p("account"),
        subscription.c.kind == "group",
    )
)


def _listed(conn: Connection, statements: dict[str, Statement], group: int, page: Page) -> list[tuple]:
    direction, below, above = bounds(page)
    rows = conn.all(statements[direction], group=group, below=below, above=above, limit=page.limit)
    return rows[::-1] if direction == "newer" else rows


def members(conn: Connection, group: Group, page: Page) -> list[tuple[Person, str]]:
    """Its members with their role, who came last first; nobody for whom may not read it."""
    if not group.readable:
        return []
    return [(person_of_row(conn, row, row[-1]), row[-2]) for row in _listed(conn, _MEMBERS, group.id, page)]


def asking(conn: Connection, group: Group, page: Page) -> list[Person]:
    """Who wants to join; nobody for whom does not decide it."""
    if not group.at_least("manager"):
        return []
    return [person_of_row(conn, row, row[-1]) for row in _listed(conn, _ASKING, group.id, page)]


def invitees(conn: Connection, group: Group, page: Page) -> list[Person]:
    """Who is invited and has not come yet; for those who lead it."""
    if not group.at_least("manager"):
        return []
    return [person_of_row(conn, row, row[-1]) for row in _listed(conn, _INVITEES, group.id, page)]


def leaders(conn: Connection, group: Group) -> list[tuple[Person, str]]:
    """Its owners and managers with their role; nobody for whom may not read it."""
    if not group.readable:
        return []
    return [(person_of_row(conn, row), row[-1]) for row in conn.all(_LEADERS, group=group.id)]

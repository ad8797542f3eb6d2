"""Accounts as moderators look through them: in any state, filtered as Mastodon's admin API does."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Literal

import msgspec
from sqlalchemy import String, exists, func, select

from officetalk.accounts.entities import Role
from officetalk.accounts.queries import (
    ACCOUNT_WIDTH,
    COUNTS_WIDTH,
    account_columns,
    count_columns,
    person_of_row,
)
from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.paging import Page, bounds
from officetalk.core.sql import Statement, one_of, p, within
from officetalk.identity.tables import credential, invitation, session
from officetalk.moderation.entities import Managed
from officetalk.moderation.tables import suspension

Status = Literal["active", "pending", "disabled", "silenced", "suspended", "sensitized"]
_WIDTH = ACCOUNT_WIDTH + COUNTS_WIDTH


class Wanted(msgspec.Struct, frozen=True):
    """Which accounts: those that meet all of what is given. Texts are beginnings, but for `ip`."""

    status: Status | None = None
    roles: tuple[Role, ...] = ()
    invited_by: int | None = None
    username: str = ""
    display_name: str = ""
    email: str = ""
    ip: str = ""


_SELECT = (
    select(
        *account_columns(account),
        *count_columns(account),
        credential.c.email,
        credential.c.confirmed_at,
        credential.c.reason,
        credential.c.app_id,
        invitation.c.account_id,
        suspension.c.state_before,
    )
    .select_from(
        account.outerjoin(credential, credential.c.account_id == account.c.id)
        .outerjoin(invitation, invitation.c.id == credential.c.invitation_id)
        .outerjoin(suspension, suspension.c.account_id == account.c.id)
    )
    .where(account.c.state != "group")
)
_BY_IDS = Statement(_SELECT.where(within(account.c.id, "ids")))

_STATUS: dict[str, Any] = {
    "active": account.c.state != "suspended",  # as Mastodon: whoever is not suspended
    "pending": account.c.state == "pending",
    "disabled": account.c.state == "disabled",
    "silenced": account.c.silenced,
    "suspended": account.c.state == "suspended",
    "sensitized": account.c.sensitized,
}
# These look through all accounts: a few thousand rows, and moderators only.
_MATCHES: dict[str, Any] = {
    "roles": within(account.c.role, "roles"),
    "invited_by": invitation.c.account_id == p("invited_by"),
    "username": account.c.username_key.like(p("username", String), escape="\\"),
    "display_name": func.lower(account.c.display_name).like(p("display_name", String), escape="\\"),
    "email": credential.c.email_key.like(p("email", String), escape="\\"),
    "ip": exists(
        select(session.c.id).where(session.c.account_id == account.c.id, session.c.address == p("ip", String))
    ),
}
_IPS = Statement(
    select(session.c.account_id, session.c.address, func.max(session.c.used_at))
    .where(within(session.c.account_id, "ids"), session.c.address != "")
    .group_by(session.c.account_id, session.c.address)
    .order_by(func.max(session.c.used_at).desc())
)
_STAFF = Statement(
    select(account.c.id).where(
        one_of(account.c.role, ("moderator", "administrator", "owner")), account.c.state == "active"
    )
)


@lru_cache(maxsize=512)
def _statement(direction: str, status: Status | None, names: tuple[str, ...]) -> Statement:
    """One for each combination of filters that occurs."""
    query = _SELECT.where(
        account.c.id < p("below"), account.c.id > p("above"), *[_MATCHES[name] for name in names]
    )
    if status is not None:
        query = query.where(_STATUS[status])
    order = account.c.id.desc() if direction == "older" else account.c.id.asc()
    return Statement(query.order_by(order).limit(p("limit")))


def listed(conn: Connection, wanted: Wanted, page: Page, *, with_ips: bool) -> list[Managed]:
    """Accounts, newest first. `with_ips`: whether the one who asks may see from where people come. Two
    statements at the most."""
    direction, below, above = bounds(page)
    values = _values(wanted)
    statement = _statement(direction, wanted.status, tuple(values))
    rows = conn.all(statement, below=below, above=above, limit=page.limit, **values)
    if direction == "newer":
        rows.reverse()
    return _managed(conn, rows, with_ips)


def _values(wanted: Wanted) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if wanted.roles:
        values["roles"] = list(wanted.roles)
    if wanted.invited_by is not None:
        values["invited_by"] = wanted.invited_by
    for name in ("username", "display_name", "email"):
        if getattr(wanted, name):
            values[name] = _beginning(getattr(wanted, name))
    if wanted.ip:
        values["ip"] = wanted.ip.strip()
    return values


def _beginning(text: str) -> str:
    escaped = text.strip().lower()
    for sign in ("\\", "%", "_"):
        escaped = escaped.replace(sign, "\\" + sign)
    return f"{escaped}%"


def by_ids(conn: Connection, ids: Iterable[int], *, with_ips: bool) -> dict[int, Managed]:
    """Accounts in any state, by id. Two statements at the most."""
    rows = conn.all(_BY_IDS, ids=list(ids))
    return {made.id: made for made in _managed(conn, rows, with_ips)}


def get(conn: Connection, id: int, *, with_ips: bool) -> Managed:
    """NotFound when there is no such account."""
    found = by_ids(conn, [id], with_ips=with_ips)
    if id not in found:
        raise NotFound
    return found[id]


def _managed(conn: Connection, rows: list[tuple], with_ips: bool) -> list[Managed]:
    ips: dict[int, tuple[tuple[str, int], ...]] = {}
    if with_ips and rows:
        for account_id, address, used_at in conn.all(_IPS, ids=[row[0] for row in rows]):
            ips[account_id] = (*ips.get(account_id, ()), (address, used_at))
    made = []
    for row in rows:
        email, confirmed_at, reason, app_id, invited_by, state_before = row[_WIDTH:]
        person = person_of_row(conn, row)
        made.append(
            Managed(
                person,
                email or "",
                confirmed_at is not None,
                person.account.state == "disabled" or state_before == "disabled",
                reason or "",
                app_id,
                invited_by,
                ips.get(person.id, ()),
            )
        )
    return made


def staff(conn: Connection) -> list[int]:
    """Moderators and those above them who sign in."""
    return [row[0] for row in conn.all(_STAFF)]

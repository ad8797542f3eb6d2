"""Everyone who has an account, in any state: what administrators look through."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import String, func, or_, select

from officetalk.accounts.entities import Account
from officetalk.accounts.queries import ACCOUNT_WIDTH, account_columns, account_of_row
from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.paging import bounds
from officetalk.core.sql import Statement, p
from officetalk.identity.tables import credential

_MAX_WAITING = 100


class Member(msgspec.Struct, frozen=True):
    """An account with what only administrators see. `reason` is what somebody wrote who asks to join."""

    account: Account
    email: str
    reason: str

    @property
    def cursor(self) -> int:
        return self.account.id


_SELECT = select(*account_columns(account), credential.c.email, credential.c.reason).select_from(
    account.outerjoin(credential, credential.c.account_id == account.c.id)
)
_pattern = p("pattern", String)
# The pattern looks into the middle of words, which no index serves: a few thousand rows at the most, and
# only administrators ask.
_MATCHES = or_(
    account.c.username_key.like(_pattern, escape="\\"),
    func.lower(account.c.display_name).like(_pattern, escape="\\"),
    credential.c.email_key.like(_pattern, escape="\\"),
)
_LIST = {
    direction: Statement(
        _SELECT.where(_MATCHES, account.c.id < p("below"), account.c.id > p("above"))
        .order_by(order)
        .limit(p("limit"))
    )
    for direction, order in (("older", account.c.id.desc()), ("newer", account.c.id.asc()))
}
_WAITING = Statement(_SELECT.where(account.c.state == "pending").order_by(account.c.id).limit(p("limit")))


def _member(conn: Connection, row: tuple) -> Member:
    email, reason = row[ACCOUNT_WIDTH:]
    return Member(account_of_row(conn, row), email or "", reason or "")


def members(conn: Connection, query: str, page: Any) -> list[Member]:
    """Accounts whose user name, name or mail address contains `query` (all when it is empty), newest
    first. `page` as in posts.entities.Page."""
    direction, below, above = bounds(page)
    rows = conn.all(_LIST[direction], pattern=_containing(query), below=below, above=above, limit=page.limit)
    if direction == "newer":
        rows.reverse()
    return [_member(conn, row) for row in rows]


def waiting(conn: Connection) -> list[Member]:
    """Who asks to join, the first to ask first."""
    return [_member(conn, row) for row in conn.all(_WAITING, limit=_MAX_WAITING)]


def _containing(query: str) -> str:
    escaped = query.strip().lstrip("@").lower()
    for sign in ("\\", "%", "_"):
        escaped = escaped.replace(sign, "\\" + sign)
    return f"%{escaped}%"

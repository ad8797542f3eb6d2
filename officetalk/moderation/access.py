"""Who may come in, and what role they have: administrators' decisions, with an entry in the log."""

from __future__ import annotations

from officetalk.accounts import queries
from officetalk.accounts.entities import Account, Role
from officetalk.core.database import Connection
from officetalk.identity import authority, recovery, registration
from officetalk.moderation import log


def require(conn: Connection, actor: int | None, target: Account) -> None:
    """Forbidden for all but administrators, and about those above them."""
    authority.check(conn, actor, target)


def approve(conn: Connection, actor: int, account_id: int) -> None:
    """See identity.registration.approve."""
    registration.approve(conn, actor, account_id)
    log.add(conn, actor, "approve", "account", account_id, account_id)


def reject(conn: Connection, actor: int, account_id: int) -> None:
    """See identity.registration.reject. The log keeps the name: the account is gone."""
    name = queries.get(conn, account_id).account.username
    registration.reject(conn, actor, account_id)
    log.add(conn, actor, "reject", "account", account_id, account_id, reason=f"@{name}")


def disable(conn: Connection, actor: int | None, account_id: int) -> None:
    """See identity.recovery.disable."""
    recovery.disable(conn, actor, account_id)
    log.add(conn, actor, "disable", "account", account_id, account_id)


def enable(conn: Connection, actor: int | None, account_id: int) -> None:
    """See identity.recovery.enable."""
    recovery.enable(conn, actor, account_id)
    log.add(conn, actor, "enable", "account", account_id, account_id)


def set_role(conn: Connection, actor: int | None, account_id: int, role: Role) -> None:
    """See identity.recovery.set_role."""
    recovery.set_role(conn, actor, account_id, role)
    log.add(conn, actor, "role", "account", account_id, account_id, reason=role)

"""A lost password, and what administrators decide about accounts: roles, disabling."""

from __future__ import annotations

from sqlalchemy import func, select

from officetalk.accounts import profile, queries
from officetalk.accounts.entities import RANK, Account, Role
from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden
from officetalk.core.sql import Statement
from officetalk.identity import credentials, mails, sessions, tokens

_OWNERS = Statement(
    select(func.count()).select_from(account).where(account.c.role == "owner", account.c.state == "active")
)


def request_reset(conn: Connection, email: str) -> None:
    """Have a link sent, if there is such an account. The caller cannot know whether there is."""
    account_id = credentials.account_of(conn, email)
    if account_id is not None and queries.get(conn, account_id).account.state != "disabled":
        address = credentials.email_of(conn, account_id)
        assert address is not None
        mails.ask(conn, "reset", account_id, address)


def reset(conn: Connection, secret: str, password_hash: str) -> int:
    """Set a new password by a mailed link; every session ends. NotFound when the link is of no use."""
    account_id, _ = mails.use_link(conn, "reset", secret)
    change_password(conn, account_id, password_hash)
    return account_id


def change_password(
    conn: Connection, account_id: int, password_hash: str, keep_session_id: int | None = None
) -> None:
    """Set a new password; every other session ends. Apps keep their tokens, as Mastodon does, unless no
    session is kept: then somebody else may know the password, and everything ends."""
    credentials.set_password(conn, account_id, password_hash)
    sessions.end_all(conn, account_id, keep_session_id)
    if keep_session_id is None:
        tokens.end_all(conn, account_id)


def _may(conn: Connection, actor: int | None, target: Account, role: Role | None = None) -> None:
    """Whether `actor` (None: the command line, which may everything) decides about `target`: only
    administrators, only about those who are not above them, and nobody gives more than they have."""
    if actor is None:
        return
    rank = RANK[queries.get(conn, actor).account.role]
    if rank < RANK["administrator"]:
        raise Forbidden("Only administrators may do this.")
    if rank < RANK[target.role]:
        raise Forbidden("Only an owner may change an owner.")
    if role is not None and rank < RANK[role]:
        raise Forbidden("Nobody can give a role above the own.")


def _keep_an_owner(conn: Connection, target: Account) -> None:
    if target.role == "owner" and target.state == "active" and conn.value(_OWNERS) <= 1:
        raise Forbidden("A company needs an owner: make somebody else owner first.")


def set_role(conn: Connection, actor: int | None, account_id: int, role: Role) -> None:
    """Forbidden when the actor may not, or when it was the last owner."""
    target = queries.get(conn, account_id).account
    _may(conn, actor, target, role)
    if role != "owner":
        _keep_an_owner(conn, target)
    profile.update_profile(conn, account_id, role=role)


def disable(conn: Connection, actor: int | None, account_id: int) -> None:
    """Somebody left: sessions and tokens end, signing in is refused, what was posted stays."""
    target = queries.get(conn, account_id).account
    _may(conn, actor, target)
    _keep_an_owner(conn, target)
    profile.update_profile(conn, account_id, state="disabled")
    sessions.end_all(conn, account_id)
    tokens.end_all(conn, account_id)


def enable(conn: Connection, actor: int | None, account_id: int) -> None:
    """Let somebody sign in again."""
    target = queries.get(conn, account_id).account
    _may(conn, actor, target)
    profile.update_profile(conn, account_id, state="active")

"""A lost password, and what administrators decide about accounts: roles, disabling."""

from __future__ import annotations

from officetalk.accounts import profile, queries
from officetalk.accounts.entities import RANK, Role
from officetalk.core.database import Connection
from officetalk.core.errors import Conflict, Invalid, NotFound
from officetalk.identity import authority, credentials, mails, sessions, tokens

_NO_WAY_IN = ("disabled", "suspended")  # states in which a new password would be of no use


def request_reset(conn: Connection, email: str) -> None:
    """Have a link sent, if there is such an account. The caller cannot know whether there is."""
    account_id = credentials.account_of(conn, email)
    if account_id is not None and queries.get(conn, account_id).account.state not in _NO_WAY_IN:
        address = credentials.email_of(conn, account_id)
        assert address is not None
        mails.ask(conn, "reset", account_id, address)


def reset(conn: Connection, secret: str, password_hash: str) -> int:
    """Set a new password by a mailed link; every session ends. NotFound when the link is of no use, also
    because the account has another address by now: whoever reads the old one has no business here."""
    account_id, email = mails.use_link(conn, "reset", secret)
    if credentials.email_of(conn, account_id) != email:
        raise NotFound("This link belongs to an address that was changed meanwhile.")
    change_password(conn, account_id, password_hash)
    return account_id


def change_password(
    conn: Connection, account_id: int, password_hash: str, keep_session_id: int | None = None
) -> None:
    """Set a new password; every other session ends, and links to reset the one before. Apps keep their
    tokens, as Mastodon does, unless no session is kept: then somebody else may know the password, and
    everything ends."""
    credentials.set_password(conn, account_id, password_hash)
    mails.forget(conn, "reset", account_id)
    sessions.end_all(conn, account_id, keep_session_id)
    if keep_session_id is None:
        tokens.end_all(conn, account_id)


def set_role(conn: Connection, actor: int | None, account_id: int, role: Role) -> None:
    """Invalid (role) when there is no such role, Forbidden when the actor may not, or when it was the last
    owner."""
    if role not in RANK:
        raise Invalid("role", "must be one of %(roles)s", roles=", ".join(RANK))
    owners = authority.owners(conn)
    authority.check(conn, actor, queries.get(conn, account_id).account, role)
    if account_id in owners and role != "owner":
        authority.keep_an_owner(owners - {account_id})
    profile.update_profile(conn, account_id, role=role)


def disable(conn: Connection, actor: int | None, account_id: int) -> None:
    """Somebody left: sessions and tokens end, signing in is refused, invitations are of no use while it
    lasts; what was posted stays. Conflict for an account that is suspended, which is more than this."""
    owners = authority.owners(conn)
    authority.check(conn, actor, queries.get(conn, account_id).account)
    if authority.state_of(conn, account_id) == "suspended":
        raise Conflict("This account is suspended.")
    if account_id in owners:
        authority.keep_an_owner(owners - {account_id})
    profile.update_profile(conn, account_id, state="disabled")
    sessions.end_all(conn, account_id)
    tokens.end_all(conn, account_id)


def enable(conn: Connection, actor: int | None, account_id: int) -> None:
    """Let somebody sign in again. Conflict for an account that is not disabled: this is no way around
    approval or the confirmation of an address."""
    state = authority.state_of(conn, account_id)
    authority.check(conn, actor, queries.get(conn, account_id).account)
    if state != "disabled":
        raise Conflict("This account is not disabled.")
    profile.update_profile(conn, account_id, state="active")

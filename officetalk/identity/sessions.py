"""Browsers that are signed in."""

from __future__ import annotations

import msgspec
from sqlalchemy import String, delete, insert, or_, select, update

from officetalk.accounts.entities import Preferences
from officetalk.accounts.queries import ACCOUNT_WIDTH, account_columns, account_of_row
from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, NotFound, Unauthorized
from officetalk.core.ids import time_of
from officetalk.core.sql import Statement, p
from officetalk.identity import passwords
from officetalk.identity.entities import Session, Viewer
from officetalk.identity.secrets import digest, new_secret
from officetalk.identity.tables import credential, session

_DAY_MS = 24 * 3600 * 1000
_MAX_USER_AGENT = 300
_preferences = msgspec.json.Decoder(Preferences)

_LOGIN = Statement(
    select(account.c.id, account.c.state, credential.c.password_hash)
    .select_from(account.join(credential, credential.c.account_id == account.c.id))
    .where(
        or_(
            account.c.username_key == p("login", String),
            credential.c.email_key == p("login", String),
        )
    )
)
_START = Statement(
    insert(session).values(
        {n: p(n, session.c[n].type) for n in session.c.keys()}  # noqa: SIM118 - a column collection
    )
)
_VIEWER = Statement(
    select(*account_columns(account), account.c.preferences, session.c.id, session.c.csrf_token)
    .select_from(session.join(account, account.c.id == session.c.account_id))
    .where(
        session.c.token_hash == p("token_hash", String),
        session.c.used_at > p("since"),
        account.c.state == "active",
    )
)
_TOUCH = Statement(
    update(session)
    .where(session.c.id == p("session"), session.c.used_at < p("before"))
    .values(used_at=p("at"))
)
_OF_ACCOUNT = Statement(
    select(session.c.id, session.c.user_agent, session.c.address, session.c.used_at)
    .where(session.c.account_id == p("account"))
    .order_by(session.c.used_at.desc())
)
_END = Statement(delete(session).where(session.c.id == p("session"), session.c.account_id == p("account")))
_FORGET_OLD = Statement(delete(session).where(session.c.used_at < p("before")))

_WHY_NOT = {
    "pending": "Your account waits for the approval of an administrator.",
    "unconfirmed": "Confirm your mail address first: open the link in the mail that we sent.",
    "disabled": "This account is disabled. Ask your administrator.",
    "suspended": "This account is suspended. Ask your administrator.",
}


def login_key(login: str) -> str:
    """A user name or mail address as it is looked up. Limits count by this, so that `ada`, `@ada` and `Ada`
    share their tries. Empty, which nobody is called, for what cannot be either."""
    key = login.strip().lstrip("@").casefold()
    return key if key.isprintable() else ""


def check(conn: Connection, login: str, password: str) -> int:
    """The account of a user name or mail address with its password. A read function: Argon2 takes its
    time, the same for an unknown login.

    Unauthorized when they do not match; Forbidden, with the reason, when the account may not sign in.
    """
    row = conn.first(_LOGIN, login=login_key(login))
    kept = row[2] if row is not None else None
    if not passwords.verify(kept or passwords.NOBODYS, password) or row is None or kept is None:
        raise Unauthorized("The name or the password is wrong.")
    if row[1] != "active":
        raise Forbidden(_WHY_NOT[row[1]])
    return row[0]


def start(conn: Connection, account_id: int, user_agent: str = "", address: str = "") -> str:
    """Sign a browser in; returns the secret for its cookie."""
    secret = new_secret()
    conn.run(
        _START,
        id=conn.new_id(), token_hash=digest(secret), account_id=account_id, csrf_token=new_secret(),
        user_agent=user_agent[:_MAX_USER_AGENT], address=address[:64], used_at=conn.now,
    )  # fmt: skip
    return secret


def viewer(conn: Connection, cookie: str, days: int = 30) -> Viewer | None:
    """Who is signed in with this cookie, unless it was not used for `days`. One statement."""
    row = conn.first(_VIEWER, token_hash=digest(cookie), since=conn.now - days * _DAY_MS)
    if row is None:
        return None
    preferences, session_id, csrf_token = row[ACCOUNT_WIDTH:]
    return Viewer(account_of_row(conn, row), _preferences.decode(preferences), session_id, csrf_token)


def touch(conn: Connection, session_id: int, exactness_ms: int = 0) -> None:
    """Note that a session is used, unless that was noted less than `exactness_ms` ago."""
    conn.run(_TOUCH, session=session_id, before=conn.now - exactness_ms, at=conn.now)


def list_sessions(conn: Connection, account_id: int, current_id: int | None) -> list[Session]:
    """Where somebody is signed in, last used first."""
    return [
        Session(id, user_agent, address, used_at, time_of(id), id == current_id)
        for id, user_agent, address, used_at in conn.all(_OF_ACCOUNT, account=account_id)
    ]


def end(conn: Connection, account_id: int, session_id: int) -> None:
    """Sign one browser out. NotFound when it is not this account's."""
    if conn.run(_END, session=session_id, account=account_id) == 0:
        raise NotFound
    conn.announce("session.ended", session_id, account_id)


def end_all(conn: Connection, account_id: int, except_id: int | None = None) -> int:
    """Sign all browsers out but one; how many."""
    ended = 0
    for found in list_sessions(conn, account_id, None):
        if found.id != except_id:
            end(conn, account_id, found.id)
            ended += 1
    return ended


def forget_old(conn: Connection, days: int) -> int:
    """Delete sessions that were not used for `days`."""
    return conn.run(_FORGET_OLD, before=conn.now - days * _DAY_MS)

"""Links that come by mail: to confirm an address, to set a new password.

A job says only to whom and what for; the link's secret is made when the mail is sent, so that none waits
in the database.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from sqlalchemy import String, delete, insert, select

from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.sql import Statement, p
from officetalk.identity.secrets import digest, new_secret
from officetalk.identity.tables import mail_token
from officetalk.jobs.queue import enqueue

Purpose = Literal["confirm", "reset"]
LIFETIME_MS: dict[Purpose, int] = {"confirm": 3 * 24 * 3600 * 1000, "reset": 3600 * 1000}
JOB = "identity.mail"


class MailLink(msgspec.Struct, frozen=True):
    """What a job of the kind JOB asks for."""

    purpose: Purpose
    account_id: int
    email: str


_NAMES = ("token_hash", "purpose", "account_id", "email", "expires_at")
_ADD = Statement(insert(mail_token).values({n: p(n, mail_token.c[n].type) for n in _NAMES}))
_FORGET = Statement(
    delete(mail_token).where(
        (mail_token.c.account_id == p("account")) & (mail_token.c.purpose == p("purpose", String))
        | (mail_token.c.expires_at < p("now"))
    )
)
_FIND = Statement(
    select(mail_token.c.account_id, mail_token.c.email).where(
        mail_token.c.token_hash == p("hash", String),
        mail_token.c.purpose == p("purpose", String),
        mail_token.c.expires_at > p("now"),
    )
)
_USE = Statement(delete(mail_token).where(mail_token.c.token_hash == p("hash", String)))


def ask(conn: Connection, purpose: Purpose, account_id: int, email: str) -> None:
    """Have a mail with a link sent."""
    enqueue(conn, JOB, MailLink(purpose, account_id, email))


def forget(conn: Connection, purpose: Purpose, account_id: int) -> None:
    """End the links that were sent for this purpose."""
    conn.run(_FORGET, account=account_id, purpose=purpose, now=conn.now)


def make_link(conn: Connection, asked: MailLink) -> str:
    """The secret of a new link; those sent before for the same purpose end."""
    secret = new_secret()
    forget(conn, asked.purpose, asked.account_id)
    conn.run(
        _ADD,
        token_hash=digest(secret), purpose=asked.purpose, account_id=asked.account_id, email=asked.email,
        expires_at=conn.now + LIFETIME_MS[asked.purpose],
    )  # fmt: skip
    return secret


def use_link(conn: Connection, purpose: Purpose, secret: str) -> tuple[int, str]:
    """The account and address of a link, which works once. NotFound when it is unknown, used or too old."""
    row = conn.first(_FIND, hash=digest(secret), purpose=purpose, now=conn.now)
    if row is None or conn.run(_USE, hash=digest(secret)) == 0:
        raise NotFound("This link was used before or is too old.")
    return row[0], row[1]

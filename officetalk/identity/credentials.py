"""Mail address and password of an account."""

from __future__ import annotations

import re

from sqlalchemy import String, insert, select, update

from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.sql import Statement, p
from officetalk.identity.tables import credential

MAX_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, less the brackets
# One @ with something on both sides, which may be a host of the company's own; the mail is the real test.
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f<>(),;:\\\"\[\]]{1,64}@[^@\s\x00-\x1f\x7f<>(),;:\\\"\[\]]{1,253}")

_NAMES = (
    "account_id", "email", "email_key", "password_hash", "confirmed_at", "invitation_id", "reason", "app_id",
)  # fmt: skip
_ADD = Statement(insert(credential).values({n: p(n, credential.c[n].type) for n in _NAMES}))
_TAKEN = Statement(select(credential.c.account_id).where(credential.c.email_key == p("key", String)))
_EMAIL_OF = Statement(
    select(credential.c.email, credential.c.confirmed_at).where(credential.c.account_id == p("account"))
)
_HASH_OF = Statement(select(credential.c.password_hash).where(credential.c.account_id == p("account")))
_SET_PASSWORD = Statement(
    update(credential)
    .where(credential.c.account_id == p("account"))
    .values(password_hash=p("hashed", credential.c.password_hash.type))
)
_SET_EMAIL = Statement(
    update(credential)
    .where(credential.c.account_id == p("account"))
    .values(email=p("address", String), email_key=p("key", String), confirmed_at=p("confirmed_at"))
)
_CONFIRM = Statement(
    update(credential)
    .where(credential.c.account_id == p("account"), credential.c.email == p("address", String))
    .values(confirmed_at=p("at"))
)
_EVERYBODY = Statement(
    select(account.c.username, account.c.display_name, credential.c.email, account.c.role, account.c.state)
    .select_from(account.outerjoin(credential, credential.c.account_id == account.c.id))
    .order_by(account.c.username_key)
)


def check_email(email: str, domains: tuple[str, ...] = ()) -> str:
    """The address without spaces around it, if it keeps the rules. Raises Invalid (email)."""
    email = email.strip()
    if not email:
        raise Invalid("email", "can't be blank", "ERR_BLANK")
    # What does not print (marks that turn the direction, half characters) makes addresses look alike.
    if len(email) > MAX_EMAIL or not email.isprintable() or not _EMAIL.fullmatch(email):
        raise Invalid("email", "must be an address such as ada@example.com")
    domain = email.rpartition("@")[2].lower()
    if domains and domain not in domains:
        allowed = " or ".join("@" + d for d in domains)
        raise Invalid("email", "must end in %(value)s", "ERR_BLOCKED", value=allowed)
    return email


def check_free(conn: Connection, email: str, account_id: int | None = None) -> None:
    """Invalid (email) when somebody else has the address."""
    taken = conn.value(_TAKEN, key=email.casefold())
    if taken is not None and taken != account_id:
        raise Invalid("email", "has already been taken", "ERR_TAKEN")


def add(
    conn: Connection,
    account_id: int,
    email: str,
    password_hash: str | None,
    *,
    confirmed: bool,
    invitation_id: int | None = None,
    reason: str = "",
    app_id: int | None = None,
) -> None:
    """Give a new account its address and password. Invalid (email)."""
    email = check_email(email)
    check_free(conn, email)
    conn.run(
        _ADD,
        account_id=account_id, email=email, email_key=email.casefold(), password_hash=password_hash,
        confirmed_at=conn.now if confirmed else None, invitation_id=invitation_id, reason=reason, app_id=app_id,
    )  # fmt: skip


def email_of(conn: Connection, account_id: int) -> str | None:
    """The mail address of an account, or None."""
    return conn.value(_EMAIL_OF, account=account_id)


def account_of(conn: Connection, email: str) -> int | None:
    """The account with this mail address, or None."""
    key = email.strip().casefold()
    return conn.value(_TAKEN, key=key) if key.isprintable() else None


def password_hash_of(conn: Connection, account_id: int) -> str | None:
    return conn.value(_HASH_OF, account=account_id)


def set_password(conn: Connection, account_id: int, password_hash: str) -> None:
    """NotFound when the account has no credentials."""
    if conn.run(_SET_PASSWORD, account=account_id, hashed=password_hash) == 0:
        raise NotFound


def change_email(
    conn: Connection, account_id: int, email: str, *, confirmed: bool, domains: tuple[str, ...] = ()
) -> str:
    """Another address; not confirmed yet when a mail has to be answered first. Invalid (email)."""
    email = check_email(email, domains)
    check_free(conn, email, account_id)
    conn.run(
        _SET_EMAIL,
        account=account_id, address=email, key=email.casefold(),
        confirmed_at=conn.now if confirmed else None,
    )  # fmt: skip
    return email


def confirm(conn: Connection, account_id: int, email: str) -> bool:
    """Note that the address is its owner's; False when it has changed meanwhile."""
    return conn.run(_CONFIRM, account=account_id, address=email, at=conn.now) > 0


def everybody(conn: Connection) -> list[tuple[str, str, str, str, str]]:
    """User name, name, address, role and state of all accounts, for the command line."""
    return [(a, b, c or "", d, e) for a, b, c, d, e in conn.all(_EVERYBODY)]

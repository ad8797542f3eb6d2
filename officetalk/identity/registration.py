"""How accounts come about: the owner's at set-up, by registration, by invitation."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable

import msgspec
from sqlalchemy import String, delete, exists, insert, or_, select, update

from officetalk.accounts import profile, queries
from officetalk.accounts.entities import State
from officetalk.accounts.tables import account
from officetalk.company import settings as company_settings
from officetalk.company.settings import Company
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.settings import Settings
from officetalk.core.sql import Statement, p
from officetalk.feeds import entries
from officetalk.feeds.tables import COMPANY_FEED
from officetalk.identity import authority, credentials, hooks, mails
from officetalk.identity.entities import Invitation
from officetalk.identity.tables import credential, invitation

# Without letters and digits that look alike: people type it from one screen to another.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_SETUP_CODE = "setup_code"
MAX_REASON = 500
MAX_DAYS = 365
MAX_USES = 1000
_DAY_MS = 24 * 3600 * 1000


class Registered(msgspec.Struct, frozen=True):
    """What came of a registration: active (may sign in), pending (an administrator decides), unconfirmed
    (the address first)."""

    account_id: int
    state: State


# The owner


def setup_code(conn: Connection) -> str | None:
    """The one-time code for the set-up page, made at the first start; None once the company is set up."""
    if company_settings.load(conn).set_up:
        return None
    code = company_settings.read(conn, _SETUP_CODE)
    if code is None:
        letters = "".join(secrets.choice(_ALPHABET) for _ in range(12))
        code = company_settings.write_once(conn, _SETUP_CODE, f"{letters[:4]}-{letters[4:8]}-{letters[8:]}")
    return code


def set_up_owner(
    conn: Connection,
    *,
    username: str,
    display_name: str,
    email: str,
    password_hash: str,
    company_name: str,
    code: str,
) -> int:
    """The first account, which owns the company. Invalid names the field (`code` when it is not the one
    that the server printed); Forbidden when somebody was here before."""
    expected = setup_code(conn)
    if expected is None:
        raise Forbidden("This company is set up already.")
    if not hmac.compare_digest(_typed(code), expected.replace("-", "")):
        raise Invalid("code", "is not the code that the server printed when it started")
    if not company_settings.take(conn, _SETUP_CODE):  # somebody else has it too, and was quicker
        raise Forbidden("This company is set up already.")
    person = profile.create(conn, username, display_name=display_name, role="owner")
    profile.update_preferences(conn, person.id, welcomed=False)
    credentials.add(conn, person.id, email, password_hash, confirmed=True)
    entries.create(conn, COMPANY_FEED, "company")
    company_settings.change(conn, name=company_name.strip(), set_up=True)
    return person.id


def _typed(code: str) -> str:
    """A code as it was made, however it was typed: in small letters, with dashes or spaces."""
    return "".join(c for c in code.upper() if c in _ALPHABET)


# Registration


def mode_in_force(company: Company, settings: Settings) -> str:
    """Who may register: what the server's settings fix, else what administrators chose."""
    return settings.registration or company.registration


def domains_in_force(company: Company, settings: Settings) -> tuple[str, ...]:
    """The domains that addresses must have; none: any."""
    return settings.allowed_domains or company.email_domains


def register(
    conn: Connection,
    settings: Settings,
    *,
    username: str,
    display_name: str,
    email: str,
    password_hash: str,
    invitation_code: str | None = None,
    reason: str = "",
    app_id: int | None = None,
) -> Registered:
    """Make an account as the mode in force allows. Invalid names the field; Forbidden when nobody, or
    nobody without an invitation, may register. `app_id`: the app in which somebody registers."""
    company = company_settings.load(conn)
    mode = mode_in_force(company, settings)
    _require_open(company, mode, invitation_code)
    invited = _take_invitation(conn, invitation_code) if invitation_code else None
    _check_reason(mode, reason, invited=invited is not None)
    email = credentials.check_email(email, domains_in_force(company, settings))
    by_mail = bool(settings.smtp_url)
    state: State = "unconfirmed" if by_mail else _state_once_confirmed(mode, invited)
    person = profile.create(conn, username, display_name=display_name, state=state)
    profile.update_preferences(conn, person.id, welcomed=False)
    credentials.add(
        conn, person.id, email, password_hash,
        confirmed=not by_mail, invitation_id=invited, reason=reason.strip(), app_id=app_id,
    )  # fmt: skip
    if by_mail:
        mails.ask(conn, "confirm", person.id, email)
    else:
        hooks.signed_up(conn, person.id)
    return Registered(person.id, state)


def _require_open(company: Company, mode: str, invitation_code: str | None) -> None:
    if not company.set_up or mode == "closed":
        raise Forbidden("Registration is closed. Ask your administrator for an account.")
    if mode == "invitation" and not invitation_code:
        raise Forbidden("Registration needs an invitation.")


def _check_reason(mode: str, reason: str, *, invited: bool) -> None:
    if len(reason) > MAX_REASON:
        raise Invalid(
            "reason", "is too long (maximum is %(count)s characters)", "ERR_TOO_LONG", count=MAX_REASON
        )
    if mode == "approval" and not invited and not reason.strip():
        raise Invalid("reason", "can't be blank", "ERR_BLANK")


def problems(
    conn: Connection,
    settings: Settings,
    *,
    username: str,
    email: str,
    invitation_code: str | None = None,
    reason: str = "",
) -> list[Invalid]:
    """All that `register` would refuse at this moment, for a form that shows everything at once: a read
    function. Forbidden as there. (The password is the caller's: its rules take no connection.)"""
    company = company_settings.load(conn)
    mode = mode_in_force(company, settings)
    _require_open(company, mode, invitation_code)
    checks: tuple[Callable[[], object], ...] = (
        lambda: profile.check_free(conn, profile.check_username(username)),
        lambda: credentials.check_free(
            conn, credentials.check_email(email, domains_in_force(company, settings))
        ),
        lambda: _check_reason(mode, reason, invited=bool(invitation_code)),
        lambda: _check_invitation(conn, invitation_code),
    )
    found = []
    for check in checks:
        try:
            check()
        except Invalid as problem:
            found.append(problem)
    return found


def _check_invitation(conn: Connection, code: str | None) -> None:
    if code:
        try:
            find_invitation(conn, code)
        except NotFound as problem:
            raise Invalid("invitation_code", "was used up, has ended or was taken back") from problem


def _state_once_confirmed(mode: str, invited: int | None) -> State:
    return "pending" if mode == "approval" and invited is None else "active"


_INVITED_BY = Statement(select(credential.c.invitation_id).where(credential.c.account_id == p("account")))


def confirm(conn: Connection, settings: Settings, secret: str) -> int:
    """The link of a mail was opened: the address is its owner's. NotFound when the link is of no use."""
    account_id, email = mails.use_link(conn, "confirm", secret)
    if not credentials.confirm(conn, account_id, email):
        raise NotFound("This link belongs to an address that was changed meanwhile.")
    if authority.state_of(conn, account_id) == "unconfirmed":
        mode = mode_in_force(company_settings.load(conn), settings)
        invited = conn.value(_INVITED_BY, account=account_id)
        profile.update_profile(conn, account_id, state=_state_once_confirmed(mode, invited))
        hooks.signed_up(conn, account_id)
    return account_id


_APP_OF = Statement(select(credential.c.app_id).where(credential.c.account_id == p("account")))


def confirm_again(
    conn: Connection, settings: Settings, account_id: int, app_id: int, email: str | None = None
) -> None:
    """Have the link sent once more, or to another address: asked for by the app in which somebody
    registered. Forbidden for others, and once the address is confirmed; Invalid (email)."""
    if conn.value(_APP_OF, account=account_id) != app_id:
        raise Forbidden("This method is only available to the application the user originally signed-up with")
    if authority.state_of(conn, account_id) != "unconfirmed":
        raise Forbidden("This method is only available while the e-mail is awaiting confirmation")
    if email is not None:
        domains = domains_in_force(company_settings.load(conn), settings)
        credentials.change_email(conn, account_id, email, confirmed=False, domains=domains)
    address = credentials.email_of(conn, account_id)
    assert address is not None
    mails.ask(conn, "confirm", account_id, address)


def approve(conn: Connection, actor: int, account_id: int) -> None:
    """Let somebody in who waits. NotFound when nobody waits there; Forbidden for all but administrators."""
    _require_pending(conn, actor, account_id)
    profile.update_profile(conn, account_id, state="active")


_DELETE = [
    Statement(delete(credential).where(credential.c.account_id == p("account"))),
    Statement(delete(account).where(account.c.id == p("account"))),
]


def reject(conn: Connection, actor: int, account_id: int) -> None:
    """Turn somebody down who waits: the account, which nobody has seen, is deleted. NotFound and Forbidden
    as for `approve`."""
    _require_pending(conn, actor, account_id)
    for statement in _DELETE:
        conn.run(statement, account=account_id)
    conn.announce("account.changed", account_id, actor)


def _require_pending(conn: Connection, actor: int, account_id: int) -> None:
    state = authority.state_of(conn, account_id)
    if state != "pending":
        raise NotFound
    authority.check(conn, actor, queries.get(conn, account_id).account)


# Invitations

_ADD = Statement(
    insert(invitation).values(
        {n: p(n, invitation.c[n].type) for n in ("id", "code", "account_id", "max_uses", "expires_at")}
    )
)
_columns = (
    invitation.c.id, invitation.c.code, invitation.c.account_id, invitation.c.uses, invitation.c.max_uses,
    invitation.c.expires_at, invitation.c.revoked,
)  # fmt: skip
_usable = (
    invitation.c.code == p("code", String),
    invitation.c.revoked.is_(False),
    or_(invitation.c.expires_at.is_(None), invitation.c.expires_at > p("now")),
    or_(invitation.c.max_uses.is_(None), invitation.c.uses < invitation.c.max_uses),
    # Whoever has left the company can no longer let anybody in.
    exists().where(account.c.id == invitation.c.account_id, account.c.state == "active"),
)
_FIND = Statement(select(*_columns).where(*_usable))
_TAKE = Statement(
    update(invitation).where(*_usable).values(uses=invitation.c.uses + 1).returning(invitation.c.id)
)
_OF_ACCOUNT = Statement(
    select(*_columns)
    .where(invitation.c.account_id == p("account"), invitation.c.revoked.is_(False))
    .order_by(invitation.c.id.desc())
    .limit(100)
)
_REVOKE = Statement(
    update(invitation)
    .where(invitation.c.id == p("invitation"), invitation.c.account_id == p("account"))
    .values(revoked=True)
)


def invite(conn: Connection, account_id: int, max_uses: int | None = 1, days: int | None = 7) -> Invitation:
    """A link by which others can register: `max_uses` times (None: any number), for `days` (None: until
    it is revoked)."""
    if max_uses is not None and not 1 <= max_uses <= MAX_USES:
        raise Invalid("max_uses", "must be 1 to %(count)s", count=MAX_USES)
    if days is not None and not 1 <= days <= MAX_DAYS:
        raise Invalid("days", "must be 1 to %(count)s", count=MAX_DAYS)
    code = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    conn.run(
        _ADD,
        id=conn.new_id(), code=code, account_id=account_id, max_uses=max_uses,
        expires_at=conn.now + days * _DAY_MS if days is not None else None,
    )  # fmt: skip
    return find_invitation(conn, code)


def find_invitation(conn: Connection, code: str) -> Invitation:
    """An invitation that can still be used. NotFound otherwise."""
    row = conn.first(_FIND, code=_typed(code), now=conn.now)
    if row is None:
        raise NotFound("This invitation was used up, has ended or was taken back.")
    return Invitation(*row)


def _take_invitation(conn: Connection, code: str) -> int:
    """Count one use, if one is left: in one statement, so that two at once cannot share the last."""
    id = conn.value(_TAKE, code=_typed(code), now=conn.now)
    if id is None:
        raise Invalid("invitation_code", "was used up, has ended or was taken back")
    return id


def invitations_of(conn: Connection, account_id: int) -> list[Invitation]:
    """Somebody's invitations that were not taken back, newest first."""
    return [Invitation(*row) for row in conn.all(_OF_ACCOUNT, account=account_id)]


def revoke_invitation(conn: Connection, account_id: int, invitation_id: int) -> None:
    """NotFound when it is not this account's."""
    if conn.run(_REVOKE, invitation=invitation_id, account=account_id) == 0:
        raise NotFound

"""Registering in an app, as far as the company's mode lets people register at all.

An app that registers somebody gets that person's token at once; it works as soon as the account does: after
the address is confirmed, or an administrator has let the person in.
"""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from officetalk.api.endpoint import ANYBODY, Call, endpoint
from officetalk.api.entities import Empty, Token
from officetalk.api.errors import SeveralInvalid
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, Unauthorized
from officetalk.core.settings import Settings
from officetalk.identity import passwords, registration, tokens
from officetalk.identity.entities import AppViewer


class AccountParameters(msgspec.Struct, frozen=True):
    """`locale` and `date_of_birth` are read, and nothing comes of them: mails are in English, and there is no
    age limit."""

    username: str = ""
    email: str = ""
    password: str = ""
    agreement: bool = False
    locale: str = ""
    reason: str = ""
    date_of_birth: str | None = None
    invite_code: str | None = None


def _register(
    conn: Connection,
    settings: Settings,
    asked: AccountParameters,
    password_hash: str,
    app: AppViewer,
) -> tokens.Token:
    made = registration.register(
        conn,
        settings,
        username=asked.username,
        display_name="",
        email=asked.email,
        password_hash=password_hash,
        invitation_code=asked.invite_code,
        reason=asked.reason,
        app_id=app.app_id,
    )
    client = tokens.app_by_id(conn, app.app_id)
    return tokens.password_token(conn, client, made.account_id, tuple(sorted(app.scopes)))


@endpoint(
    "POST", "/api/v1/accounts",
    scope="write:accounts", app_only=True, parameters=AccountParameters, returns=Token, errors=(403,),
    summary="Register somebody, as the company's mode allows",
)  # fmt: skip
async def register(call: Call[AccountParameters]) -> Token:
    asked, settings = call.parameters, call.services.settings
    call.services.limits.hit("register", call.address)  # by address: app tokens are free
    problems = await _problems(call)
    if problems:
        raise SeveralInvalid(problems)
    password_hash = await asyncio.to_thread(passwords.hash_password, asked.password)
    assert isinstance(call.who, AppViewer)
    try:
        made = await call.db.write(_register, settings, asked, password_hash, call.who)
    except Invalid as problem:
        raise SeveralInvalid([_named(problem)]) from problem
    return Token(
        access_token=made.access_token,
        token_type="Bearer",
        scope=" ".join(made.scopes),
        created_at=made.created_at // 1000,
    )


async def _problems(call: Call[AccountParameters]) -> list[Invalid]:
    """Everything that is wrong, in the order in which Mastodon tells it."""
    asked = call.parameters
    try:
        found = await call.db.read(
            registration.problems,
            call.services.settings,
            username=asked.username,
            email=asked.email,
            invitation_code=asked.invite_code,
            reason=asked.reason,
        )
    except Forbidden as problem:
        raise Forbidden from problem  # with Mastodon's text
    if not asked.password:
        found.insert(0, Invalid("password", "can't be blank", "ERR_BLANK"))
    else:
        try:
            passwords.check_password_rules(asked.password, asked.username, asked.email)
        except Invalid as problem:
            found.insert(0, problem)
    if not asked.agreement:
        found.append(Invalid("agreement", "must be accepted", "ERR_ACCEPTED"))
    return [_named(problem) for problem in found]


def _named(problem: Invalid) -> Invalid:
    """The field as Mastodon's clients know it."""
    if problem.field == "invitation_code":
        return Invalid("invite_code", problem.rule, problem.code)
    return problem


# --- while the address is to be confirmed ---------------------------------------------------------------


async def _holder(call: Call[Any]) -> tuple[int, int, str]:
    """Account, app and state of the token, which is none of anybody who is in yet. Unauthorized."""
    kind, _, token = call.header(b"authorization").partition(" ")
    found = await call.db.read(tokens.holder, token.strip()) if kind.lower() == "bearer" else None
    if found is None:
        raise Unauthorized
    return found


class ConfirmationParameters(msgspec.Struct, frozen=True):
    email: str | None = None


@endpoint(
    "POST", "/api/v1/emails/confirmations",
    scope=ANYBODY, parameters=ConfirmationParameters, returns=Empty, errors=(401, 403), limit="mail",
    summary="Send the mail that confirms the address again, or to another one",
)  # fmt: skip
async def send_again(call: Call[ConfirmationParameters]) -> Empty:
    account_id, app_id, _ = await _holder(call)
    await call.db.write(
        registration.confirm_again, call.services.settings, account_id, app_id, call.parameters.email or None
    )
    return Empty()


@endpoint(
    "GET", "/api/v1/emails/check_confirmation",
    scope=ANYBODY, returns=bool, errors=(401,), summary="Whether the address is confirmed",
)  # fmt: skip
async def is_confirmed(call: Call[Any]) -> bool:
    return (await _holder(call))[2] != "unconfirmed"

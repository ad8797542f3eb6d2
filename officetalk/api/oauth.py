"""OAuth 2: tokens and their end. The page on which a person says yes is the web edge's.

Sources: RFC 6749, 7009, 7636; Mastodon's documentation for the words of the errors.
"""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import unquote_plus

import msgspec
from msgspec import UNSET

from officetalk.api.endpoint import PUBLIC, Call, endpoint
from officetalk.api.entities import Empty, Token, UserInfo
from officetalk.api.errors import OAuthProblem
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, NotFound, Problem, TooMany, Unauthorized
from officetalk.identity import entities as domain
from officetalk.identity import scopes, sessions, tokens
from officetalk.identity.entities import Application
from officetalk.push import sealing, subscriptions
from officetalk.push.keys import Keys


class ClientParameters(msgspec.Struct, frozen=True):
    client_id: str = ""
    client_secret: str = ""


class TokenParameters(ClientParameters, frozen=True):
    grant_type: str = ""
    code: str = ""
    redirect_uri: str = ""
    code_verifier: str = ""
    scope: str = ""
    refresh_token: str = ""
    username: str = ""
    password: str = ""


_INVALID_GRANT = (
    "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used"
    " in the authorization request, or was issued to another client."
)
_INVALID_CLIENT = (
    "Client authentication failed due to unknown client, no client authentication included, or unsupported"
    " authentication method."
)
_INVALID_SCOPE = "The requested scope is invalid, unknown, or malformed."


async def _client(call: Call[Any]) -> Application:
    """The app, by its id and secret: in the body, or as user and password of Basic authentication."""
    client_id, secret = call.parameters.client_id, call.parameters.client_secret
    kind, _, encoded = call.header(b"authorization").partition(" ")
    if kind.lower() == "basic":
        try:
            pair = base64.b64decode(encoded.strip(), validate=True).decode()
        except ValueError:  # no base64, or no UTF-8 in it
            raise OAuthProblem("invalid_client", _INVALID_CLIENT, 401) from None
        client_id, _, secret = (unquote_plus(part) for part in pair.partition(":"))
    try:
        return await call.db.read(tokens.check_secret, client_id, secret)
    except (NotFound, Unauthorized):
        raise OAuthProblem("invalid_client", _INVALID_CLIENT, 401) from None


def _wanted(app: Application, asked: str) -> tuple[str, ...]:
    try:
        wanted = scopes.parse(asked or "read")
    except Invalid:
        raise OAuthProblem("invalid_scope", _INVALID_SCOPE) from None
    if not wanted or not all(scopes.covers(app.scopes, scope) for scope in wanted):
        raise OAuthProblem("invalid_scope", _INVALID_SCOPE)
    return wanted


@endpoint(
    "POST", "/oauth/token",
    scope=PUBLIC, parameters=TokenParameters, returns=Token, errors=(400, 401),
    summary="A token for a code, or an app's own",
)  # fmt: skip
async def token(call: Call[TokenParameters]) -> Token:
    asked = call.parameters
    if not asked.grant_type:
        raise OAuthProblem("invalid_request", "Missing required parameter: grant_type.")
    allowed = {"authorization_code": _by_code, "client_credentials": _for_app, "refresh_token": _by_refresh}
    if call.services.settings.password_grant:
        allowed["password"] = _by_password
    exchange = allowed.get(asked.grant_type)
    if exchange is None:
        raise OAuthProblem(
            "unsupported_grant_type",
            "The authorization grant type is not supported by the authorization server.",
        )
    app = await _client(call)
    made = await exchange(call, app)
    return Token(
        access_token=made.access_token,
        token_type="Bearer",
        scope=" ".join(made.scopes),
        created_at=made.created_at // 1000,
        refresh_token=made.refresh_token or UNSET,
        expires_in=made.expires_in or UNSET,
    )


async def _by_code(call: Call[TokenParameters], app: Application) -> domain.Token:
    asked = call.parameters
    if not asked.code:
        raise OAuthProblem("invalid_request", "Missing required parameter: code.")
    try:
        made = await call.db.write(
            tokens.exchange, app, asked.code, asked.redirect_uri, asked.code_verifier or None
        )
    except tokens.InvalidGrant:
        made = None
    if made is None:
        raise OAuthProblem("invalid_grant", _INVALID_GRANT)
    return made


async def _by_refresh(call: Call[TokenParameters], app: Application) -> domain.Token:
    if not call.parameters.refresh_token:
        raise OAuthProblem("invalid_request", "Missing required parameter: refresh_token.")
    try:
        made = await call.db.write(_refresh, app, call.parameters.refresh_token, call.services.push_keys)
    except tokens.InvalidGrant:
        made = None
    if made is None:
        raise OAuthProblem("invalid_grant", _INVALID_GRANT)
    return made


def _refresh(conn: Connection, app: Application, refresh_token: str, push_keys: Keys) -> domain.Token | None:
    made = tokens.refresh(conn, app, refresh_token)
    who = None if made is None else tokens.viewer(conn, made.access_token)
    if made is not None and who is not None and who.token_id is not None:
        sealed = sealing.seal(push_keys, made.access_token, who.token_id)
        subscriptions.token_renewed(conn, who.token_id, sealed)
    return made


async def _for_app(call: Call[TokenParameters], app: Application) -> domain.Token:
    return await call.db.write(tokens.client_token, app, _wanted(app, call.parameters.scope))


async def _by_password(call: Call[TokenParameters], app: Application) -> domain.Token:
    asked = call.parameters
    limits = call.services.limits
    login = sessions.login_key(asked.username)
    limits.hit("sign-in-address", call.address)
    limits.hit("sign-in", login)
    try:
        account_id = await call.db.read(sessions.check, login, asked.password)
    except TooMany:
        raise
    except Problem:
        raise OAuthProblem("invalid_grant", _INVALID_GRANT) from None
    limits.forgive("sign-in", login)
    return await call.db.write(tokens.password_token, app, account_id, _wanted(app, asked.scope))


class RevokeParameters(ClientParameters, frozen=True):
    token: str = ""


@endpoint(
    "POST", "/oauth/revoke",
    scope=PUBLIC, parameters=RevokeParameters, returns=Empty, errors=(401, 403),
    summary="End a token; again: nothing happens",
)  # fmt: skip
async def revoke(call: Call[RevokeParameters]) -> bytes:
    refused = OAuthProblem("unauthorized_client", "You are not authorized to revoke this token", 403)
    if not call.parameters.token:
        raise refused
    try:
        app = await _client(call)
        await call.db.write(tokens.revoke, app, call.parameters.token)
    except (Forbidden, OAuthProblem):
        raise refused from None
    return b"{}"


async def _userinfo(call: Call[Any]) -> UserInfo:
    account = call.viewer.account
    url = call.render.profile_url(account.username)
    return UserInfo(
        iss=call.render.origin + "/",
        sub=url,
        name=account.name,
        preferred_username=account.username,
        profile=url,
        picture=call.render.avatar_url(account),
    )


USERINFO = [
    endpoint(
        method, "/oauth/userinfo",
        scope="profile", returns=UserInfo, summary="Who is signed in, as OpenID Connect says it",
    )(_userinfo)
    for method in ("GET", "POST")
]  # fmt: skip

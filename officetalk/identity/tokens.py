"""OAuth 2: apps, authorisation codes with PKCE, access tokens.

Sources: RFC 6749, RFC 7636 (PKCE), RFC 7009 (revocation), RFC 9700 (best practice); Mastodon's
documentation (methods/apps, methods/oauth) for what it leaves open: tokens do not expire, but for those who
ask for a refresh token (scope offline_access).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import msgspec
from sqlalchemy import String, delete, insert, or_, select, update

from officetalk.accounts.entities import Preferences
from officetalk.accounts.queries import ACCOUNT_WIDTH, account_columns, account_of_row
from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, NotFound, Unauthorized
from officetalk.core.sql import Statement, p
from officetalk.identity.entities import Application, AppViewer, Token, Viewer
from officetalk.identity.scopes import OFFLINE
from officetalk.identity.secrets import digest, new_secret
from officetalk.identity.tables import access_token, app, authorization_code

CODE_MS = 10 * 60 * 1000
TOKEN_MS = 2 * 3600 * 1000  # of a token that can be refreshed
_MAX_NAME = 100
_MAX_URIS = 10
_MAX_URI = 2000
_preferences = msgspec.json.Decoder(Preferences)


class InvalidGrant(Invalid):
    """The code is unknown, used, too old or not this client's (RFC 6749 section 5.2: invalid_grant)."""

    def __init__(self) -> None:
        super().__init__(
            "code",
            "The provided authorization grant is invalid, expired, revoked, does not match the redirection "
            "URI used in the authorization request, or was issued to another client.",
        )


def _insert(table: Any, names: str) -> Statement:
    return Statement(insert(table).values({n: p(n, table.c[n].type) for n in names.split()}))


_ADD_APP = _insert(app, "id client_id secret_hash name website redirect_uris scopes")
_app_columns = (app.c.id, app.c.client_id, app.c.name, app.c.website, app.c.redirect_uris, app.c.scopes)
_BY_CLIENT_ID = Statement(select(*_app_columns, app.c.secret_hash).where(app.c.client_id == p("key", String)))
_BY_ID = Statement(select(*_app_columns).where(app.c.id == p("id")))
_ADD_CODE = _insert(
    authorization_code, "code_hash app_id account_id redirect_uri scopes challenge expires_at"
)
# Locked: of two who exchange the same code at once, the second must see that it was used.
_CODE = Statement(
    select(
        authorization_code.c.app_id,
        authorization_code.c.account_id,
        authorization_code.c.redirect_uri,
        authorization_code.c.scopes,
        authorization_code.c.challenge,
        authorization_code.c.expires_at,
        authorization_code.c.token_id,
    )
    .where(authorization_code.c.code_hash == p("hash", String))
    .with_for_update()
)
_USE_CODE = Statement(
    update(authorization_code)
    .where(authorization_code.c.code_hash == p("hash", String))
    .values(token_id=p("token"))
)
_FORGET_CODES_OF = Statement(
    delete(authorization_code).where(authorization_code.c.account_id == p("account"))
)
_FORGET_CODES_FOR = Statement(
    delete(authorization_code).where(
        authorization_code.c.account_id == p("account"), authorization_code.c.app_id == p("app")
    )
)
_FORGET_CODES = Statement(delete(authorization_code).where(authorization_code.c.expires_at < p("before")))
_ADD_TOKEN = _insert(access_token, "id token_hash app_id account_id scopes used_at expires_at refresh_hash")
_lives = or_(access_token.c.expires_at.is_(None), access_token.c.expires_at > p("now"))
_VIEWER = Statement(
    select(
        access_token.c.id,
        access_token.c.app_id,
        access_token.c.scopes,
        account.c.preferences,
        *account_columns(account),
    )
    .select_from(access_token.outerjoin(account, account.c.id == access_token.c.account_id))
    .where(access_token.c.token_hash == p("hash", String), _lives)
)
_BY_TOKEN = Statement(
    select(access_token.c.id, access_token.c.app_id, access_token.c.account_id).where(
        or_(access_token.c.token_hash == p("hash", String), access_token.c.refresh_hash == p("hash", String))
    )
)
# Locked: of two who refresh at once, the second must see that the token was spent.
_BY_REFRESH = Statement(
    select(
        access_token.c.id, access_token.c.app_id, access_token.c.scopes,
        access_token.c.refresh_hash == p("hash", String),
    )
    .where(or_(access_token.c.refresh_hash == p("hash", String), access_token.c.spent_hash == p("hash", String)))
    .with_for_update()
)  # fmt: skip
_RENEW = Statement(
    update(access_token)
    .where(access_token.c.id == p("token"))
    .values(
        token_hash=p("token_hash", String), expires_at=p("expires_at"), used_at=p("at"),
        refresh_hash=p("refresh_hash", String), spent_hash=access_token.c.refresh_hash,
    )
)  # fmt: skip
_END = Statement(delete(access_token).where(access_token.c.id == p("token")))
_OF_ACCOUNT = Statement(
    select(access_token.c.id, *_app_columns, access_token.c.used_at, access_token.c.scopes)
    .select_from(access_token.join(app, app.c.id == access_token.c.app_id))
    .where(access_token.c.account_id == p("account"))
    .order_by(access_token.c.id.desc())
)
_TOUCH = Statement(
    update(access_token)
    .where(access_token.c.id == p("token"), access_token.c.used_at < p("before"))
    .values(used_at=p("at"))
)


def _application(row: tuple) -> Application:
    id, client_id, name, website, redirect_uris, scopes = row[:6]
    return Application(id, client_id, name, website, tuple(redirect_uris.split("\n")), tuple(scopes.split()))


def register_app(
    conn: Connection, name: str, redirect_uris: tuple[str, ...], scopes: tuple[str, ...], website: str | None
) -> tuple[Application, str, str]:
    """A new client; returns it with its client_id and client_secret, which is shown this once only."""
    name = name.strip()
    if not name:
        raise Invalid("client_name", "can't be blank", "ERR_BLANK")
    if len(name) > _MAX_NAME:
        raise Invalid(
            "client_name", "is too long (maximum is %(count)s characters)", "ERR_TOO_LONG", count=_MAX_NAME
        )
    uris = tuple(u.strip() for u in redirect_uris if u.strip())
    if not uris:
        raise Invalid("redirect_uris", "can't be blank", "ERR_BLANK")
    if len(uris) > _MAX_URIS or any(len(u) > _MAX_URI or any(c <= " " for c in u) for u in uris):
        raise Invalid("redirect_uris", "must be at most 10 absolute addresses without spaces")
    if any(":" not in u for u in uris):
        raise Invalid("redirect_uris", "must be absolute addresses")
    if website and (len(website) > _MAX_URI or not website.startswith(("http://", "https://"))):
        raise Invalid("website", "must be an address of http or https")
    client_id, secret = new_secret(), new_secret()
    made = Application(conn.new_id(), client_id, name, website or None, uris, scopes)
    conn.run(
        _ADD_APP,
        id=made.id, client_id=client_id, secret_hash=digest(secret), name=name, website=website or None,
        redirect_uris="\n".join(uris), scopes=" ".join(scopes),
    )  # fmt: skip
    return made, client_id, secret


def app_by_client_id(conn: Connection, client_id: str) -> Application:
    """NotFound when there is none."""
    row = _by_client_id(conn, client_id)
    if row is None:
        raise NotFound
    return _application(row)


def _by_client_id(conn: Connection, client_id: str) -> tuple | None:
    # PostgreSQL refuses to look for NUL, which a header can carry.
    return conn.first(_BY_CLIENT_ID, key=client_id) if client_id.isprintable() else None


def app_by_id(conn: Connection, id: int) -> Application:
    """NotFound when there is none."""
    row = conn.first(_BY_ID, id=id)
    if row is None:
        raise NotFound
    return _application(row)


def check_secret(conn: Connection, client_id: str, secret: str) -> Application:
    """The client, when the secret is its own. Unauthorized otherwise."""
    row = _by_client_id(conn, client_id)
    kept = row[6] if row is not None else digest("")
    if not hmac.compare_digest(kept, digest(secret)) or row is None:
        raise Unauthorized(
            "Client authentication failed due to unknown client, no client authentication included, or "
            "unsupported authentication method."
        )
    return _application(row)


def authorize(
    conn: Connection,
    account_id: int,
    client: Application,
    redirect_uri: str,
    scopes: tuple[str, ...],
    challenge: str | None,
) -> str:
    """A person lets a client in: the code that the client exchanges within ten minutes, once."""
    code = new_secret()
    conn.run(_FORGET_CODES, before=conn.now - 24 * 3600 * 1000)
    conn.run(
        _ADD_CODE,
        code_hash=digest(code), app_id=client.id, account_id=account_id, redirect_uri=redirect_uri,
        scopes=" ".join(scopes), challenge=challenge, expires_at=conn.now + CODE_MS,
    )  # fmt: skip
    return code


def exchange(
    conn: Connection, client: Application, code: str, redirect_uri: str, verifier: str | None
) -> Token | None:
    """The token for a code. InvalidGrant when it is unknown, too old, another client's, or the redirect
    URI or the PKCE verifier (RFC 7636) does not fit. None when the code was used before: the token made
    from it has ended then (RFC 9700 section 2.1.1), which must be kept, so it is no exception."""
    row = conn.first(_CODE, hash=digest(code))
    if row is None:
        raise InvalidGrant
    app_id, account_id, uri, scopes, challenge, expires_at, used_by = row
    if app_id != client.id or not hmac.compare_digest(uri.encode(), redirect_uri.encode()):
        raise InvalidGrant
    if used_by is not None:
        _end(conn, used_by)
        return None
    if expires_at < conn.now:
        raise InvalidGrant
    # A verifier without a challenge means that somebody took the challenge out of the request on its way
    # (RFC 9700 section 2.1.1: PKCE downgrade).
    if not (_verifies(challenge, verifier or "") if challenge is not None else not verifier):
        raise InvalidGrant
    token_id = conn.new_id()
    conn.run(_USE_CODE, hash=digest(code), token=token_id)
    return _issue(conn, token_id, client, account_id, tuple(scopes.split()))


def _verifies(challenge: str, verifier: str) -> bool:
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(made, challenge.encode())


def _issue(
    conn: Connection, token_id: int, client: Application, account_id: int | None, scopes: tuple[str, ...]
) -> Token:
    secret, refresh = new_secret(), new_secret() if OFFLINE in scopes and account_id is not None else None
    conn.run(
        _ADD_TOKEN,
        id=token_id, token_hash=digest(secret), app_id=client.id, account_id=account_id,
        scopes=" ".join(scopes), used_at=conn.now,
        expires_at=conn.now + TOKEN_MS if refresh else None, refresh_hash=digest(refresh) if refresh else None,
    )  # fmt: skip
    return Token(secret, scopes, conn.now, refresh, TOKEN_MS // 1000 if refresh else None)


def refresh(conn: Connection, client: Application, refresh_token: str) -> Token | None:
    """A new access token and a new refresh token for the old ones, which end (RFC 6749 section 6). InvalidGrant
    for one that is unknown or another client's. None when it was used before: somebody has a copy, so the new
    ones have ended too (RFC 9700 section 4.14.2), which must be kept, so it is no exception."""
    row = conn.first(_BY_REFRESH, hash=digest(refresh_token))
    if row is None or row[1] != client.id:
        raise InvalidGrant
    token_id, _, scopes, current = row
    if not current:
        _end(conn, token_id)
        return None
    secret, renewed = new_secret(), new_secret()
    conn.run(
        _RENEW,
        token=token_id, token_hash=digest(secret), refresh_hash=digest(renewed), at=conn.now,
        expires_at=conn.now + TOKEN_MS,
    )  # fmt: skip
    conn.announce("token.renewed", token_id)
    return Token(secret, tuple(scopes.split()), conn.now, renewed, TOKEN_MS // 1000)


def client_token(conn: Connection, client: Application, scopes: tuple[str, ...]) -> Token:
    """A token of the app's own (client credentials)."""
    return _issue(conn, conn.new_id(), client, None, scopes)


def password_token(conn: Connection, client: Application, account_id: int, scopes: tuple[str, ...]) -> Token:
    """A token for whose password was checked (password grant, off by default)."""
    return _issue(conn, conn.new_id(), client, account_id, scopes)


def revoke(conn: Connection, client: Application, token: str) -> None:
    """End a token of this client's, named by itself or by its refresh token; an unknown one is fine (RFC 7009). Forbidden for another client's."""
    row = conn.first(_BY_TOKEN, hash=digest(token))
    if row is None:
        return
    if row[1] != client.id:
        raise Forbidden("You are not authorized to revoke this token")
    _end(conn, row[0])


def _end(conn: Connection, token_id: int) -> None:
    if conn.run(_END, token=token_id):
        conn.announce("token.ended", token_id)


def viewer(conn: Connection, token: str) -> Viewer | AppViewer | None:
    """Who an access token speaks for; None when it is unknown or the account is not active. One
    statement."""
    row = conn.first(_VIEWER, hash=digest(token), now=conn.now)
    if row is None:
        return None
    token_id, app_id, scopes, preferences = row[:4]
    granted = frozenset(scopes.split())
    person = row[4 : 4 + ACCOUNT_WIDTH]
    if person[0] is None:
        return AppViewer(app_id, token_id, granted)
    found = account_of_row(conn, person)
    if found.state != "active":
        return None
    return Viewer(found, _preferences.decode(preferences), token_id=token_id, app_id=app_id, scopes=granted)


_HOLDER = Statement(
    select(access_token.c.account_id, access_token.c.app_id, account.c.state)
    .select_from(access_token.join(account, account.c.id == access_token.c.account_id))
    .where(access_token.c.token_hash == p("hash", String), _lives)
)


def holder(conn: Connection, token: str) -> tuple[int, int, str] | None:
    """Account, app and the account's state of a token, whatever that state is: for those who cannot sign
    in yet. None when it is unknown or an app's own."""
    row = conn.first(_HOLDER, hash=digest(token), now=conn.now)
    return None if row is None else (row[0], row[1], row[2])


def touch(conn: Connection, token_id: int, exactness_ms: int = 0) -> None:
    """Note that a token is used, unless that was noted less than `exactness_ms` ago."""
    conn.run(_TOUCH, token=token_id, before=conn.now - exactness_ms, at=conn.now)


def apps_of(conn: Connection, account_id: int) -> list[tuple[int, Application, int, tuple[str, ...]]]:
    """The clients that somebody let in: token id, client, last use (ms), scopes; newest first."""
    return [
        (row[0], _application(row[1:7]), row[7], tuple(row[8].split()))
        for row in conn.all(_OF_ACCOUNT, account=account_id)
    ]


def revoke_app(conn: Connection, account_id: int, app_id: int) -> int:
    """Shut a client out again: all its tokens of this person end, and codes that would make more. How
    many tokens."""
    conn.run(_FORGET_CODES_FOR, account=account_id, app=app_id)
    tokens = [token_id for token_id, client, _, _ in apps_of(conn, account_id) if client.id == app_id]
    for token_id in tokens:
        _end(conn, token_id)
    return len(tokens)


def end_all(conn: Connection, account_id: int) -> None:
    """End all tokens of a person, and codes that would make more. The codes first: that waits for whoever
    exchanges one at this moment, so that its token is among those that end."""
    conn.run(_FORGET_CODES_OF, account=account_id)
    for token_id, _, _, _ in apps_of(conn, account_id):
        _end(conn, token_id)

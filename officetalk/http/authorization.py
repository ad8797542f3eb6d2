"""OAuth 2.0's authorisation request: checked here, answered by the consent page (web/authorize.py).

Sources: RFC 6749 section 4.1, RFC 7636 (PKCE), RFC 8252 (native apps), and Mastodon's documentation for the
out-of-band address and the default scope.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, urlencode, urlsplit

import msgspec

from officetalk.core.errors import Invalid, NotFound, Problem, Unauthorized
from officetalk.http.services import Services
from officetalk.identity import scopes, tokens
from officetalk.identity.entities import Application, Viewer

# The client cannot receive a redirect: the code is shown, and the person types it in.
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
DEFAULT_SCOPE = "read"

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # SHA-256 in base64url without padding
_HOST = re.compile(r"[a-z0-9.-]+")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
# A browser that is sent there runs or shows what the address itself contains.
_DANGEROUS = frozenset({"javascript", "data", "vbscript", "blob", "file", "about", "view-source"})
_LOOPBACK = frozenset({"127.0.0.1", "::1"})


class AuthorizationRequest(msgspec.Struct, frozen=True):
    """What a client asks a person for. `redirect_uri` is one that the client registered."""

    app: Application
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str | None = None
    challenge: str | None = None  # PKCE, S256

    @property
    def out_of_band(self) -> bool:
        return self.redirect_uri == OUT_OF_BAND


class Refused(Problem):
    """A request whose client is known and whose fault may therefore be told to it: `code` is OAuth's
    error. `location` is where the answer goes; None when the client is out of band."""

    status = 400

    def __init__(self, code: str, rule: str, redirect_uri: str, state: str | None) -> None:
        super().__init__(rule)
        self.code = code
        self.location = (
            None
            if redirect_uri == OUT_OF_BAND
            else _answer(redirect_uri, state, error=code, error_description=rule)
        )


async def check(services: Services, query: Mapping[str, str]) -> AuthorizationRequest:
    """Read an authorisation request.

    Raises Invalid (client_id, redirect_uri) when it is not sure who asks: that is shown and never
    redirected. Raises Refused when the client may be told.
    """
    client_id = query.get("client_id", "")
    if not client_id:
        raise Invalid("client_id", "is missing")
    try:
        app = await services.db.read(tokens.app_by_client_id, client_id)
    except (NotFound, Unauthorized) as problem:
        raise Invalid("client_id", "is not that of a client that this server knows") from problem
    redirect_uri = _redirect_uri(app, query.get("redirect_uri", ""))
    state = query.get("state")

    def refuse(code: str, rule: str) -> Refused:
        return Refused(code, rule, redirect_uri, state)

    if query.get("response_type") != "code":
        asked = query.get("response_type")
        raise refuse(
            "unsupported_response_type" if asked else "invalid_request", "The response_type must be code."
        )
    challenge = query.get("code_challenge") or None
    method = query.get("code_challenge_method")
    if method is not None and challenge is None:
        raise refuse("invalid_request", "The code_challenge is missing.")
    if challenge is not None and method != "S256":
        raise refuse("invalid_request", "The code_challenge_method must be S256.")
    if challenge is not None and not _CHALLENGE.fullmatch(challenge):
        raise refuse("invalid_request", "The code_challenge must be a SHA-256 hash in base64url.")
    try:
        asked_scopes = scopes.parse(query.get("scope") or DEFAULT_SCOPE)
    except Invalid as problem:
        raise refuse("invalid_scope", "The requested scope is unknown.") from problem
    if not asked_scopes or not all(scopes.covers(app.scopes, scope) for scope in asked_scopes):
        raise refuse("invalid_scope", "The requested scope is more than the client registered for.")
    return AuthorizationRequest(app, redirect_uri, asked_scopes, state, challenge)


async def grant(services: Services, viewer: Viewer, request: AuthorizationRequest) -> str:
    """The person agrees: the client's code, which it exchanges for a token within minutes, once."""
    return await services.db.write(
        tokens.authorize,
        viewer.id,
        request.app,
        request.redirect_uri,
        request.scopes,
        request.challenge,
    )


def granted(request: AuthorizationRequest, code: str) -> str:
    """Where the browser goes with the code."""
    return _answer(request.redirect_uri, request.state, code=code)


def denied(request: AuthorizationRequest) -> str:
    """Where the browser goes when the person says no."""
    return _answer(
        request.redirect_uri,
        request.state,
        error="access_denied",
        error_description="The resource owner denied the request.",
    )


def form_action(redirect_uri: str) -> str:
    """The source that the page's Content-Security-Policy must allow in `form-action`, since a browser
    applies it to the redirect that answers a form: an origin, or the scheme of a native client."""
    if redirect_uri == OUT_OF_BAND:
        return ""
    parts = urlsplit(redirect_uri)
    host = parts.hostname or ""
    # A policy cannot spell an IPv6 address, and must not get anything else that is no plain host.
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return f"{parts.scheme}:"
    return f"{parts.scheme}://{host}:{parts.port}" if parts.port else f"{parts.scheme}://{host}"


def _redirect_uri(app: Application, asked: str) -> str:
    """The address to answer to, if the client has registered it."""
    if not asked:
        raise Invalid("redirect_uri", "is missing")
    if asked == OUT_OF_BAND and OUT_OF_BAND in app.redirect_uris:
        return asked
    parts = _split(asked)
    if parts is None or parts.fragment or not _SCHEME.fullmatch(parts.scheme) or parts.scheme in _DANGEROUS:
        raise Invalid("redirect_uri", "is not an address that a client may be sent to")
    if asked not in app.redirect_uris and not any(_same_loopback(asked, uri) for uri in app.redirect_uris):
        raise Invalid("redirect_uri", "is not one that the client has registered")
    return asked


def _same_loopback(asked: str, registered: str) -> bool:
    """A native client listens on whichever port is free (RFC 8252, section 7.3)."""
    one, other = _split(asked), _split(registered)
    if one is None or other is None or one.scheme != "http" or one.hostname not in _LOOPBACK:
        return False
    return (one.scheme, one.hostname, one.path, one.query, one.username) == (
        other.scheme, other.hostname, other.path, other.query, other.username,
    )  # fmt: skip


def _split(uri: str) -> SplitResult | None:
    """The parts of an address; None for what is none: with spaces, control characters, a broken port."""
    if any(ord(c) <= 0x20 or ord(c) == 0x7F for c in uri):
        return None
    try:
        parts = urlsplit(uri)
        parts.port  # noqa: B018 raises when it is no number
    except ValueError:
        return None
    return parts


def _answer(redirect_uri: str, state: str | None, **values: str) -> str:
    if state is not None:
        values["state"] = state
    return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(values)}"

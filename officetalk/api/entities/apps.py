"""Apps, tokens and the server's sign-in: docs.joinmastodon.org/entities/Application, /Token."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from officetalk.api.entities.common import Entity


class Application(Entity):
    id: str
    name: str
    website: str | None
    scopes: list[str]
    redirect_uris: list[str]
    redirect_uri: str
    vapid_key: str


class CredentialApplication(Application):
    client_id: str
    client_secret: str
    client_secret_expires_at: int


class Token(Entity):
    access_token: str
    token_type: str
    scope: str
    created_at: int  # seconds since 1970
    refresh_token: str | UnsetType = UNSET  # with the scope offline_access
    expires_in: int | UnsetType = UNSET  # seconds


class UserInfo(Entity):
    iss: str
    sub: str
    name: str
    preferred_username: str
    profile: str
    picture: str


class AuthorizationServer(Entity):
    """RFC 8414, with Mastodon's own app_registration_endpoint."""

    issuer: str
    service_documentation: str
    authorization_endpoint: str
    token_endpoint: str
    app_registration_endpoint: str
    revocation_endpoint: str
    userinfo_endpoint: str
    scopes_supported: list[str]
    response_types_supported: list[str]
    response_modes_supported: list[str]
    code_challenge_methods_supported: list[str]
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]

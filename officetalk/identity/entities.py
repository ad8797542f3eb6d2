"""Who asks, and what belongs to signing in."""

from __future__ import annotations

import msgspec

from officetalk.accounts.entities import RANK, Account, Preferences, Role


class Viewer(msgspec.Struct, frozen=True):
    """A person who is signed in: by a session (pages) or by an access token (apps)."""

    account: Account
    preferences: Preferences
    session_id: int | None = None
    csrf_token: str | None = None
    token_id: int | None = None
    app_id: int | None = None
    scopes: frozenset[str] = frozenset()

    @property
    def id(self) -> int:
        return self.account.id

    @property
    def role(self) -> Role:
        return self.account.role

    def at_least(self, role: Role) -> bool:
        """Whether this person has that role or a higher one."""
        return RANK[self.account.role] >= RANK[role]


class AppViewer(msgspec.Struct, frozen=True):
    """An app with a token of its own (client credentials): nobody in particular."""

    app_id: int
    token_id: int
    scopes: frozenset[str]


class Session(msgspec.Struct, frozen=True):
    """A browser that is signed in; times in ms."""

    id: int
    user_agent: str
    address: str
    used_at: int
    created_at: int
    current: bool


class Application(msgspec.Struct, frozen=True):
    """A client registered by POST /api/v1/apps."""

    id: int
    client_id: str
    name: str
    website: str | None
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]


class Token(msgspec.Struct, frozen=True):
    """An access token as its client receives it, once; `created_at` in ms. With the scope offline_access it
    comes with a refresh token and ends after `expires_in` seconds."""

    access_token: str
    scopes: tuple[str, ...]
    created_at: int
    refresh_token: str | None = None
    expires_in: int | None = None


class Invitation(msgspec.Struct, frozen=True):
    """A link that lets somebody register."""

    id: int
    code: str
    account_id: int
    uses: int
    max_uses: int | None
    expires_at: int | None
    revoked: bool

"""OAuth scopes as Mastodon has them (documentation, api/oauth-scopes): hierarchical, `read` covers
`read:statuses`."""

from __future__ import annotations

from collections.abc import Iterable

from officetalk.core.errors import Invalid

_READ = (
    "accounts blocks bookmarks collections favourites filters follows lists mutes notifications search statuses"
).split()
_WRITE = (
    "accounts blocks bookmarks collections conversations favourites filters follows lists media mutes "
    "notifications reports statuses"
).split()
_ADMIN = (
    "accounts reports domain_allows domain_blocks ip_blocks email_domain_blocks canonical_email_blocks"
).split()

# A refresh token beside the access token, which then ends after a while (OpenID Connect Core 1.0, section 11).
OFFLINE = "offline_access"

SCOPES: tuple[str, ...] = (
    "profile",
    "read", *(f"read:{name}" for name in _READ),
    "write", *(f"write:{name}" for name in _WRITE),
    "push",
    "follow",
    OFFLINE,
    "admin:read", *(f"admin:read:{name}" for name in _ADMIN),
    "admin:write", *(f"admin:write:{name}" for name in _ADMIN),
)  # fmt: skip

# The old scope for everything between two people (deprecated since 3.5, still asked for).
_FOLLOW = frozenset(f"{verb}:{name}" for verb in ("read", "write") for name in ("blocks", "follows", "mutes"))
_KNOWN = frozenset(SCOPES)


def parse(text: str) -> tuple[str, ...]:
    """The scopes of a text, each once, in its order. Raises Invalid for one that is not known."""
    found = tuple(dict.fromkeys(text.replace("+", " ").split()))
    for scope in found:
        if scope not in _KNOWN:
            raise Invalid("scope", "%(scope)s is not a scope", scope=scope[:60])
    return found


def covers(granted: Iterable[str], needed: str) -> bool:
    """Whether one of the granted scopes is, or contains, the one that is needed."""
    granted = granted if isinstance(granted, (frozenset, set, tuple)) else tuple(granted)
    if needed in granted:
        return True
    if "follow" in granted and needed in _FOLLOW:
        return True
    while ":" in needed:
        needed = needed.rpartition(":")[0]
        if needed in granted and needed != "admin":
            return True
    # `profile` is the smallest part of read:accounts.
    return needed == "profile" and ("read" in granted or "read:accounts" in granted)

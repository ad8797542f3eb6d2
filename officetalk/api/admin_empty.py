"""What Mastodon's moderators look through and this server has no use for: other servers, addresses that may
not register. Empty, reads only; looking for one that is not there answers 404, and the methods that would add
one are not there.
"""

from __future__ import annotations

from typing import Any

from officetalk.api.endpoint import Call, Endpoint, endpoint
from officetalk.core.errors import NotFound


async def _nothing(call: Call[Any]) -> bytes:
    return b"[]"


async def _none(call: Call[Any]) -> bytes:
    raise NotFound


_KEPT = (
    ("canonical_email_blocks", "Mail addresses that may not register"),
    ("domain_allows", "Servers that are allowed"),
    ("domain_blocks", "Servers that are blocked"),
    ("email_domain_blocks", "Mail domains that may not register"),
    ("ip_blocks", "Addresses of machines that may not register"),
)

LISTS: list[Endpoint] = [
    endpoint(
        "GET", f"/api/v1/admin/{name}",
        scope=f"admin:read:{name}", role="moderator", returns=list[Any], summary=f"{what}: there are none",
    )(_nothing)
    for name, what in _KEPT
]  # fmt: skip

ONES: list[Endpoint] = [
    endpoint(
        "GET", f"/api/v1/admin/{name}/{{id}}",
        scope=f"admin:read:{name}", role="moderator", returns=dict[str, Any], summary=f"{what}: there is none",
    )(_none)
    for name, what in _KEPT
]  # fmt: skip

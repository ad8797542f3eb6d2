"""Who is at the other end of a connection."""

from __future__ import annotations

from collections.abc import Iterable


def client_address(
    scope_client: tuple[str, int] | None, headers: Iterable[tuple[bytes, bytes]], proxies: int
) -> str:
    """The client's address. `X-Forwarded-For` counts only as far as trusted proxies have written it: with
    one proxy its last entry, with two the one before. Whatever stands further left, anybody can write."""
    peer = scope_client[0] if scope_client else ""
    if proxies == 0:
        return peer
    forwarded = [
        part.strip()
        for name, value in headers
        if name == b"x-forwarded-for"
        for part in value.decode("latin-1").split(",")
    ]
    return forwarded[-min(proxies, len(forwarded))] if forwarded else peer

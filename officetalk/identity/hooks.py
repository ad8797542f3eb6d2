"""Who else has to write when somebody joins, in the same transaction (moderators are told). See
posts/hooks.py."""

from __future__ import annotations

from collections.abc import Callable

from officetalk.core.database import Connection

SignedUp = Callable[[Connection, int], None]

_signed_up: list[SignedUp] = []


def on_sign_up(call: SignedUp) -> None:
    """Call this with the id of everyone who has registered and whose address is confirmed, also when an
    administrator still has to decide. Can be repeated."""
    if call not in _signed_up:
        _signed_up.append(call)


def signed_up(conn: Connection, account_id: int) -> None:
    for call in _signed_up:
        call(conn, account_id)

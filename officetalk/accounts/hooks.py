"""Who else has to write when an account is made or its profile changes, in the same transaction (search
does). See posts/hooks.py."""

from __future__ import annotations

from collections.abc import Callable

from officetalk.core.database import Connection

Changed = Callable[[Connection, int], None]

_changed: list[Changed] = []


def on_change(call: Changed) -> None:
    """Call this with the id of every account that is made or whose profile changes. Can be repeated."""
    if call not in _changed:
        _changed.append(call)


def changed(conn: Connection, account_id: int) -> None:
    for call in _changed:
        call(conn, account_id)

"""Who else has to write when somebody is put into a collection, taken out, or a collection is renamed, in the
same transaction (notifications do). See posts/hooks.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from officetalk.core.database import Connection

# Called with the collection, its owner, and whom it concerns.
Collected = Callable[[Connection, int, int, int], None]
Changed = Callable[[Connection, int, int, Iterable[int]], None]

_collected: list[Collected] = []
_uncollected: list[Collected] = []
_changed: list[Changed] = []


def on_collect(call: Collected) -> None:
    """Call this with (collection, owner, account) for everybody but the owner who is added. Can be
    repeated."""
    if call not in _collected:
        _collected.append(call)


def on_uncollect(call: Collected) -> None:
    """Call this with (collection, owner, account) for everybody but the owner who is taken out, or whose
    collection is deleted. Can be repeated."""
    if call not in _uncollected:
        _uncollected.append(call)


def on_change(call: Changed) -> None:
    """Call this with (collection, owner, accounts in it but the owner) when name or description change. Can
    be repeated."""
    if call not in _changed:
        _changed.append(call)


def collected(conn: Connection, collection_id: int, owner: int, account_ids: Iterable[int]) -> None:
    for account_id in account_ids:
        for call in _collected:
            call(conn, collection_id, owner, account_id)


def uncollected(conn: Connection, collection_id: int, owner: int, account_ids: Iterable[int]) -> None:
    for account_id in account_ids:
        for call in _uncollected:
            call(conn, collection_id, owner, account_id)


def changed(conn: Connection, collection_id: int, owner: int, account_ids: Iterable[int]) -> None:
    for call in _changed:
        call(conn, collection_id, owner, account_ids)

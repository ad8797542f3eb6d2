"""Who else has to write when an account is made, its profile changes (search does), somebody follows or asks
to (people are told of it) or no longer follows (lists do), in the same transaction. See posts/hooks.py."""

from __future__ import annotations

from collections.abc import Callable

from officetalk.core.database import Connection

Changed = Callable[[Connection, int], None]
Unfollowed = Callable[[Connection, int, int], None]
Followed = Callable[[Connection, int, int], None]

_changed: list[Changed] = []
_unfollowed: list[Unfollowed] = []
_followed: list[Followed] = []
_asked: list[Followed] = []
_answered: list[Followed] = []


def on_change(call: Changed) -> None:
    """Call this with the id of every account that is made or whose profile changes. Can be repeated."""
    if call not in _changed:
        _changed.append(call)


def on_unfollow(call: Unfollowed) -> None:
    """Call this with (who, whom) when somebody no longer follows another. Can be repeated."""
    if call not in _unfollowed:
        _unfollowed.append(call)


def on_follow(call: Followed) -> None:
    """Call this with (who, whom) when somebody follows another from now on. Can be repeated."""
    if call not in _followed:
        _followed.append(call)


def on_ask(call: Followed) -> None:
    """Call this with (who, whom) when somebody asks to follow another. Can be repeated."""
    if call not in _asked:
        _asked.append(call)


def on_answer(call: Followed) -> None:
    """Call this with (who, whom) when somebody no longer asks to follow another: it was taken back, accepted
    or rejected. Can be repeated."""
    if call not in _answered:
        _answered.append(call)


def changed(conn: Connection, account_id: int) -> None:
    for call in _changed:
        call(conn, account_id)


def unfollowed(conn: Connection, account_id: int, target_id: int) -> None:
    for call in _unfollowed:
        call(conn, account_id, target_id)


def followed(conn: Connection, account_id: int, target_id: int) -> None:
    for call in _followed:
        call(conn, account_id, target_id)


def asked(conn: Connection, account_id: int, target_id: int) -> None:
    for call in _asked:
        call(conn, account_id, target_id)


def answered(conn: Connection, account_id: int, target_id: int) -> None:
    for call in _answered:
        call(conn, account_id, target_id)

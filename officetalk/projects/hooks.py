"""Who else has to write when an action is given to somebody (people are told of it), in the same transaction. See
posts/hooks.py."""

from __future__ import annotations

from collections.abc import Callable

from officetalk.core.database import Connection

Assigned = Callable[[Connection, int, int, int], None]

_assigned: list[Assigned] = []
_due: list[Assigned] = []


def on_assign(call: Assigned) -> None:
    """Call this with (action, who gives it, to whom). Can be repeated."""
    if call not in _assigned:
        _assigned.append(call)


def on_due(call: Assigned) -> None:
    """Call this with (action, who does it, the same) on the day before it is due. Can be repeated."""
    if call not in _due:
        _due.append(call)


def assigned(conn: Connection, action_id: int, actor: int, assignee: int) -> None:
    for call in _assigned:
        call(conn, action_id, actor, assignee)


def due(conn: Connection, action_id: int, assignee: int) -> None:
    for call in _due:
        call(conn, action_id, assignee, assignee)

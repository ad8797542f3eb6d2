"""What notifications are about beside posts: reports, warnings, collections. Those who keep them lie above,
or know nothing of notifications; they say here how they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from officetalk.core.database import Connection
from officetalk.notifications.entities import Kind

# Called with the viewer and ids; gives what of them the viewer may see, by id, in a fixed number of statements.
Load = Callable[[Connection, int, list[int]], dict[int, Any]]

_loads: dict[Kind, Load] = {}


def on_read(kind: Kind, load: Load) -> None:
    """Have the subjects of this kind read by `load`; a notification whose subject is not there for the viewer
    is left out then. Can be repeated."""
    _loads[kind] = load


def load(conn: Connection, viewer: int, wanted: Iterable[tuple[Kind, int]]) -> dict[tuple[Kind, int], Any]:
    """The subjects of [(kind, id), …], those that are there. One call for each kind that occurs."""
    ids: dict[Kind, set[int]] = {}
    for kind, id in wanted:
        if kind in _loads:
            ids.setdefault(kind, set()).add(id)
    return {
        (kind, id): subject
        for kind, some in ids.items()
        for id, subject in _loads[kind](conn, viewer, sorted(some)).items()
    }


def is_read(kind: Kind) -> bool:
    """Whether somebody reads the subjects of this kind."""
    return kind in _loads

"""The groups that somebody is in, for the navigation and the composer: asked on every page, so they are remembered
for a minute, or until something happens to them, on whichever node."""

from __future__ import annotations

import msgspec

from officetalk.core.cache import Cache
from officetalk.core.database import Database
from officetalk.core.events import Event
from officetalk.groups import queries

_REMEMBER_MS = 60_000
_KNOWN = 20_000


class Place(msgspec.Struct, frozen=True):
    """A group that one can post in. `avatar`: its picture in the media store; None: drawn from the id."""

    id: int
    handle: str
    name: str
    avatar: str | None = None


class Memberships:
    """One per process. What changes them is announced as group.joined and group.left, with the member as the
    actor, and group.changed."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: Cache[int, tuple[int, tuple[Place, ...]]] = Cache(_KNOWN)
        self._changes = 0
        for name in ("group.joined", "group.left"):
            db.bus.listen(name, self._moved)
        db.bus.listen("group.changed", self._changed)

    def _moved(self, event: Event) -> None:
        self._changes += 1
        self._known.drop(event.actor)

    def _changed(self, _event: Event) -> None:
        self._changes += 1
        self._known.clear()

    async def of(self, account_id: int) -> tuple[Place, ...]:
        """The groups in which somebody may post, by name."""
        known = self._known.get(account_id)
        if known is not None and known[0] > self._db.clock():
            return known[1]
        changes = self._changes
        found = tuple(
            Place(group.id, group.handle, group.account.name, group.account.avatar)
            for group in await self._db.read(queries.mine, account_id)
            if group.archived_at is None
        )
        # First put, then look: whoever drops, in a thread of the database, counts first and drops then.
        self._known.put(account_id, (self._db.clock() + _REMEMBER_MS, found))
        if changes != self._changes:
            self._known.drop(account_id)
        return found

"""How many notifications a person has not read, for the mark beside the bell: asked on every page, so it is
remembered until something happens to it, on whichever node."""

from __future__ import annotations

from officetalk.core.cache import Cache
from officetalk.core.database import Database
from officetalk.core.events import Event
from officetalk.notifications import groups

MOST = 99  # nobody counts further
_REMEMBER_MS = 60_000
_KNOWN = 20_000


def mark_of(count: int) -> str:
    """The number as a page shows it: nothing for none, 99+ where nobody counts further."""
    return "" if not count else str(count) if count <= MOST else f"{MOST}+"


class Unread:
    """One per process. What changes the number is announced as notification.made, notifications.read or
    notifications.merged, with the receiver as the actor."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: Cache[int, tuple[int, int]] = Cache(_KNOWN)  # account: until, count
        self._changes = 0
        for name in ("notification.made", "notifications.read", "notifications.merged"):
            db.bus.listen(name, self._changed)

    def _changed(self, event: Event) -> None:
        self._changes += 1
        self._known.drop(event.actor)

    async def of(self, account_id: int) -> int:
        """How many groups have something new, MOST + 1 at the most."""
        known = self._known.get(account_id)
        if known is not None and known[0] > self._db.clock():
            return known[1]
        changes = self._changes
        count = await self._db.read(groups.unread, account_id, MOST + 1)
        # First put, then look: whoever drops, in a thread of the database, counts first and drops then.
        self._known.put(account_id, (self._db.clock() + _REMEMBER_MS, count))
        if changes != self._changes:
            self._known.drop(account_id)
        return count

"""What a running OfficeTalk consists of, handed to the edges: no global state but this."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from officetalk.company.settings import Company, load
from officetalk.core.cache import Cache
from officetalk.core.database import Database
from officetalk.core.events import Event
from officetalk.core.settings import Settings
from officetalk.http.limits import Limits
from officetalk.identity import sessions, tokens
from officetalk.identity.entities import AppViewer, Viewer
from officetalk.live.hub import Hub

# What changes on this or, with PostgreSQL, another node is forgotten at once, over the bus. On SQLite the
# command line changes it unheard: it is noticed after this.
_REMEMBER_MS = 5_000
_TOUCH_MS = 10 * 60_000  # how exactly "last used" is kept


class Services:
    """One per process. `close()` when it stops."""

    def __init__(self, settings: Settings, db: Database) -> None:
        self.settings = settings
        self.db = db
        self.hub = Hub(db)
        self.limits = Limits(on=settings.rate_limits, clock=db.clock)
        self.media_folder = Path(settings.data) / "media"
        self._company: tuple[int, Company] | None = None
        # Hash of a session's or token's secret to (until, who).
        self._known: Cache[str, tuple[int, Viewer | AppViewer]] = Cache(20_000)
        db.bus.listen("company.changed", self._company_changed)
        db.bus.listen("session.ended", lambda e: self._forget(lambda who: getattr(who, "session_id", 0) == e.id))
        db.bus.listen("token.ended", lambda e: self._forget(lambda who: who.token_id == e.id))
        db.bus.listen("account.changed", self._account_changed)

    def _company_changed(self, event: Event) -> None:
        self._company = None

    def _account_changed(self, event: Event) -> None:
        self._forget(lambda who: isinstance(who, Viewer) and who.id == event.id)

    def _forget(self, matches: Any) -> None:
        self._known.drop_where(lambda entry: matches(entry[1]))

    async def company(self) -> Company:
        """What the company has chosen; read again after a change on any node."""
        now = self.db.clock()
        known = self._company
        if known is not None and known[0] > now:
            return known[1]
        company = await self.db.read(load)
        self._company = (now + _REMEMBER_MS, company)
        return company

    async def viewer_of_session(self, cookie: str) -> Viewer | None:
        """Who is signed in with this cookie, or None."""
        key = "s" + _hash(cookie)
        now = self.db.clock()
        known = self._known.get(key)
        if known is not None and known[0] > now:
            return known[1]  # type: ignore[return-value]
        viewer = await self.db.read(sessions.viewer, cookie, self.settings.session_days)
        if viewer is None:
            self._known.drop(key)
            return None
        self._known.put(key, (now + _REMEMBER_MS, viewer))
        await self.db.write(sessions.touch, viewer.session_id, _TOUCH_MS)
        return viewer

    async def viewer_of_token(self, token: str) -> Viewer | AppViewer | None:
        """Who an access token speaks for, or None."""
        key = "t" + _hash(token)
        now = self.db.clock()
        known = self._known.get(key)
        if known is not None and known[0] > now:
            return known[1]
        viewer = await self.db.read(tokens.viewer, token)
        if viewer is None:
            self._known.drop(key)
            return None
        self._known.put(key, (now + _REMEMBER_MS, viewer))
        return viewer


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

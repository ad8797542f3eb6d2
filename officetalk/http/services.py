"""What a running OfficeTalk consists of, handed to the edges: no global state but this."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from officetalk.accounts import organisation
from officetalk.company.settings import Company, load, picture_key
from officetalk.core.cache import Cache
from officetalk.core.database import Database
from officetalk.core.events import Event
from officetalk.core.settings import Settings
from officetalk.emoji.catalogue import Catalogue
from officetalk.filters import rules as filters
from officetalk.golinks.counting import Clicks
from officetalk.http.limits import Limits
from officetalk.http.memberships import Memberships
from officetalk.http.parameters import FileLimits
from officetalk.http.signing import Signer
from officetalk.http.unread import Unread
from officetalk.identity import sessions, tokens
from officetalk.identity.entities import AppViewer, Viewer
from officetalk.live.hub import Hub
from officetalk.media.workshop import Workshop
from officetalk.outgoing.client import Client
from officetalk.outgoing.policy import policy_of
from officetalk.push.keys import load_keys

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
        self.signer = Signer(db.write_now(picture_key))
        self.media = Workshop(settings)
        self.outgoing = Client(policy_of(settings))
        self.push_keys = db.write_now(load_keys, settings.secret)
        # A form with a film may have a picture beside it, and texts.
        self.file_limits = FileLimits(settings.max_video, settings.max_video + settings.max_image + (1 << 20))
        # The description of the API, for the page that shows it; the API puts it here, since the pages do not
        # know the API.
        self.describe_api: Callable[[], bytes] | None = None
        self._company: tuple[int, Company] | None = None
        # Hash of a session's or token's secret to (until, who).
        self._known: Cache[str, tuple[int, Viewer | AppViewer]] = Cache(20_000)
        self._forgotten = 0  # how often something was forgotten; the company's settings count apart
        self._company_changes = 0
        self._noted: Cache[int, int] = Cache(20_000)  # when the use of a session or token was last noted
        db.bus.listen("company.changed", self._company_changed)
        db.bus.listen(
            "session.ended", lambda e: self._forget(lambda who: getattr(who, "session_id", 0) == e.id)
        )
        for ended in ("token.ended", "token.renewed"):
            db.bus.listen(ended, lambda e: self._forget(lambda who: who.token_id == e.id))
        db.bus.listen("account.changed", self._account_changed)
        filters.listen(db)
        organisation.listen(db)
        self.emoji = Catalogue(db)
        self.unread = Unread(db)
        self.memberships = Memberships(db)
        self.clicks = Clicks(db)

    def _company_changed(self, event: Event) -> None:
        self._company_changes += 1
        self._company = None

    def _account_changed(self, event: Event) -> None:
        self._forget(lambda who: isinstance(who, Viewer) and who.id == event.id)

    def _forget(self, matches: Any) -> None:
        self._forgotten += 1
        self._known.drop_where(lambda entry: matches(entry[1]))

    async def company(self) -> Company:
        """What the company has chosen; read again after a change on any node."""
        now = self.db.clock()
        known = self._company
        if known is not None and known[0] > now:
            return known[1]
        changes = self._company_changes
        company = await self.db.read(load)
        self._company = (now + _REMEMBER_MS, company)
        if changes != self._company_changes:  # it may have been read before the change
            self._company = None
        return company

    async def viewer_of_session(self, cookie: str) -> Viewer | None:
        """Who is signed in with this cookie, or None."""
        viewer = await self._who("s" + _hash(cookie), sessions.viewer, cookie, self.settings.session_days)
        if isinstance(viewer, Viewer) and viewer.session_id and self._is_long_ago(viewer.session_id):
            await self.db.write(sessions.touch, viewer.session_id, _TOUCH_MS)
        return viewer

    async def viewer_of_token(self, token: str) -> Viewer | AppViewer | None:
        """Who an access token speaks for, or None."""
        viewer = await self._who("t" + _hash(token), tokens.viewer, token)
        if viewer is not None and viewer.token_id and self._is_long_ago(viewer.token_id):
            await self.db.write(tokens.touch, viewer.token_id, _TOUCH_MS)
        return viewer

    async def _who(self, key: str, question: Any, *args: Any) -> Any:
        known = self._known.get(key)
        if known is not None and known[0] > self.db.clock():
            return known[1]
        forgotten = self._forgotten
        viewer = await self.db.read(question, *args)
        if viewer is None:
            self._known.drop(key)
        else:
            # First put, then look: whoever forgets, in a thread of the database, counts first and drops then.
            self._known.put(key, (self.db.clock() + _REMEMBER_MS, viewer))
            if forgotten != self._forgotten:  # it may have ended while it was read
                self._known.drop(key)
        return viewer

    def _is_long_ago(self, id: int) -> bool:
        """Whether the use of a session or token has to be noted again."""
        now = self.db.clock()
        if (self._noted.get(id) or 0) > now - _TOUCH_MS:
            return False
        self._noted.put(id, now)
        return True


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

"""The company's emoji as one process knows them, for renderers: these work outside of transactions and
cannot ask the database.

    if services.emoji.stale:            # once a request, before anything is rendered
        await services.emoji.refresh()
    services.emoji.found(text, spoiler)
"""

from __future__ import annotations

from collections.abc import Mapping

from officetalk.core.database import Database
from officetalk.core.events import Event
from officetalk.emoji import rules
from officetalk.emoji.entities import Emoji


class Catalogue:
    """`version` grows whenever something is different: part of the key under which what was rendered with
    emoji is kept. `everything` includes the disabled, by category and shortcode; `files` are the names of
    their pictures in the store."""

    def __init__(self, db: Database) -> None:
        self.version = 0
        self.everything: tuple[Emoji, ...] = ()
        self.files: frozenset[str] = frozenset()
        self._db = db
        self._usable: Mapping[str, Emoji] = {}
        self._good_until = 0  # ms; 0: nothing was read yet
        self._changes = 0
        rules.listen(db)
        db.bus.listen("emoji.changed", self._changed)

    def _changed(self, event: Event) -> None:
        self._changes += 1
        self._good_until = 0

    @property
    def stale(self) -> bool:
        """Whether `refresh` should be called before anything is rendered."""
        return self._good_until <= self._db.clock()

    async def refresh(self) -> None:
        """Read the emoji anew. One statement."""
        changes = self._changes
        everything = await self._db.read(rules.everything)
        if changes != self._changes and self.version:
            return  # it may have been read before the change that was heard meanwhile: still stale
        if everything != self.everything or not self.version:
            self.everything = everything
            self.files = frozenset(f for e in everything for f in (e.file, e.static_file))
            self._usable = {e.shortcode: e for e in everything if not e.disabled}
            self.version += 1
        if changes == self._changes:
            self._good_until = self._db.clock() + rules.REMEMBER_MS

    def found(self, *texts: str) -> tuple[Emoji, ...]:
        """The emoji that these texts use, in their order. No SQL."""
        return rules.among(self._usable, texts)

    def named(self, shortcode: str) -> Emoji | None:
        """The emoji of this shortcode, unless it is disabled."""
        return self._usable.get(shortcode)

"""Named links as the rest of the program sees them."""

from __future__ import annotations

import msgspec

from officetalk.accounts.entities import RANK, Account, Person
from officetalk.core.ids import time_of


class LinkDraft(msgspec.Struct, frozen=True):
    """What somebody typed: `name` in any case, `target` an address, in which `{}` stands for what follows the
    name."""

    name: str
    target: str
    description: str = ""


class GoLink(msgspec.Struct, frozen=True):
    """A named link. `clicks`: of the last 28 days, today included. `owner` is None when the account is deleted
    or shut; `removed_at` in ms, while it can be brought back."""

    id: int
    name: str
    target: str
    description: str
    owner_id: int | None
    changed_at: int
    removed_at: int | None
    clicks: int
    owner: Person | None = None

    @property
    def created_at(self) -> int:
        return time_of(self.id)

    @property
    def cursor(self) -> int:
        """The key of the list of all."""
        return self.id

    def may_be_changed_by(self, viewer: Account) -> bool:
        """Its owner and administrators look after it."""
        return self.owner_id == viewer.id or RANK[viewer.role] >= RANK["administrator"]


class Day(msgspec.Struct, frozen=True):
    """How often a link was followed on a day. `start`: midnight UTC, in ms."""

    start: int
    clicks: int = 0


class Way(msgspec.Struct, frozen=True):
    """Where a name leads: the link that was meant, and the address with what followed the name filled in."""

    link_id: int
    url: str

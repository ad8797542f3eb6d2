"""Groups as the rest of the program sees them."""

from __future__ import annotations

from typing import Literal

import msgspec

from officetalk.accounts.entities import Account, Person

Kind = Literal["open", "closed", "secret"]
Role = Literal["owner", "manager", "member"]

RANK: dict[str, int] = {"": 0, "member": 1, "manager": 2, "owner": 3}


class Group(msgspec.Struct, frozen=True):
    """A group as one viewer sees it. `role`: what the viewer is in it, empty for who is no member; `asked`: wants
    to be one; `invited`: may become one at once; `quiet`: its posts stay out of the viewer's home."""

    person: Person
    kind: Kind
    rules: str = ""
    archived_at: int | None = None
    board: bool = False  # decisions and actions, see projects/
    role: Role | Literal[""] = ""
    asked: bool = False
    invited: bool = False
    quiet: bool = False
    cursor: int = 0

    @property
    def id(self) -> int:
        return self.person.id

    @property
    def account(self) -> Account:
        return self.person.account

    @property
    def handle(self) -> str:
        return self.person.account.username

    @property
    def members(self) -> int:
        return self.person.counts.followers

    @property
    def readable(self) -> bool:
        """Whether the viewer may read what is said in it."""
        return self.kind == "open" or self.role != ""

    @property
    def writable(self) -> bool:
        """Whether the viewer may begin a conversation in it."""
        return self.role != "" and self.archived_at is None

    def at_least(self, role: Role) -> bool:
        return RANK[self.role] >= RANK[role]

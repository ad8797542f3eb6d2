"""Lists of people as the rest of the program sees them."""

from __future__ import annotations

from typing import Literal

import msgspec

# Which comments of members to others are on the list: those to other members, to whoever the owner
# follows, or none.
RepliesPolicy = Literal["list", "followed", "none"]


class PeopleList(msgspec.Struct, frozen=True):
    """A list of colleagues. While it is `exclusive`, its members' posts stand on it and not at home."""

    id: int
    title: str
    replies_policy: RepliesPolicy
    exclusive: bool

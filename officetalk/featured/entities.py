"""Collections as the rest of the program sees them."""

from __future__ import annotations

from typing import Literal

import msgspec

from officetalk.core.ids import time_of

MAX_ITEMS = 25  # as Mastodon
MAX_COLLECTIONS = 10  # of one person, as Mastodon's default
MAX_NAME = 40  # characters
MAX_DESCRIPTION = 100


class Item(msgspec.Struct, frozen=True):
    """A colleague in a collection. revoked: the colleague does not want to be in it."""

    id: int
    collection_id: int
    account_id: int
    state: Literal["accepted", "revoked"] = "accepted"

    @property
    def created_at(self) -> int:
        return time_of(self.id)


class Collection(msgspec.Struct, frozen=True):
    """Colleagues whom somebody recommends to follow. `tag`: a hashtag without #, or nothing. `items`: those
    whom the viewer may meet."""

    id: int
    account_id: int
    name: str
    description: str
    language: str
    tag: str
    sensitive: bool
    discoverable: bool
    updated_at: int
    items: tuple[Item, ...] = ()

    @property
    def created_at(self) -> int:
        return time_of(self.id)


class Wish(msgspec.Struct, frozen=True):
    """What a new collection is to be."""

    name: str
    description: str = ""
    language: str = ""
    tag: str = ""
    sensitive: bool = False
    discoverable: bool = True
    account_ids: tuple[int, ...] = ()

"""Collections: docs.joinmastodon.org/entities/Collection, /CollectionItem, /CollectionWithAccounts."""

from __future__ import annotations

from typing import Literal

from officetalk.api.entities.accounts import Account
from officetalk.api.entities.common import Entity
from officetalk.api.entities.statuses import StatusTag


class CollectionItem(Entity):
    id: str
    account_id: str | None
    state: Literal["pending", "accepted"]
    created_at: str


class Collection(Entity):
    id: str
    account_id: str
    uri: str
    url: str | None
    name: str
    description: str
    language: str | None
    local: bool
    sensitive: bool
    discoverable: bool
    tag: StatusTag | None
    item_count: int
    items: list[CollectionItem]
    created_at: str
    updated_at: str


class WrappedCollection(Entity):
    collection: Collection


class WrappedCollectionItem(Entity):
    collection_item: CollectionItem


class Collections(Entity):
    collections: list[Collection]


class CollectionWithAccounts(Entity):
    accounts: list[Account]
    collection: Collection

"""Collections as JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from officetalk.api.render import Renderer
from officetalk.api.render_notifications import on_subject
from officetalk.api.times import timestamp
from officetalk.featured.entities import Collection, Item


def collection_json(render: Renderer, collection: Collection) -> dict[str, Any]:
    """A Collection. Its name (`uri`) is the address of its page."""
    address = f"{render.origin}/collections/{collection.id}"
    return {
        "id": str(collection.id),
        "account_id": str(collection.account_id),
        "uri": address,
        "url": address,
        "name": collection.name,
        "description": collection.description,
        "language": collection.language or None,
        "local": True,
        "sensitive": collection.sensitive,
        "discoverable": collection.discoverable,
        "tag": {"name": collection.tag, "url": render.tag_url(collection.tag)} if collection.tag else None,
        "item_count": len(collection.items),
        "items": [item_json(item) for item in collection.items],
        "created_at": timestamp(collection.created_at),
        "updated_at": timestamp(collection.updated_at),
    }


def item_json(item: Item) -> dict[str, Any]:
    """A CollectionItem."""
    return {
        "id": str(item.id),
        "account_id": str(item.account_id),
        "state": item.state,
        "created_at": timestamp(item.created_at),
    }


def _subject(render: Renderer, collection: Collection) -> bytes:
    return msgspec.json.encode(collection_json(render, collection))


on_subject("added_to_collection", _subject)
on_subject("collection_update", _subject)

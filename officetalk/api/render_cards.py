"""Cards of links as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from officetalk.api.times import timestamp
from officetalk.links.entities import Card


def card_json(card: Card, address_of: Callable[[str], str]) -> dict[str, Any]:
    """A PreviewCard. `address_of` gives the address of a picture in the store.

    Nothing in it makes a reader's device ask strangers: the picture is our own copy, and there is no foreign
    HTML, so that a film is a link (clients that get `video` show what stands in `html`).
    """
    image = address_of(card.image) if card.image else None
    author = {"name": card.author, "url": card.author_url, "account": None}
    return {
        "url": card.url,
        "title": card.title,
        "description": card.description,
        "language": card.language or None,
        "type": "photo" if card.kind == "photo" else "link",
        "authors": [author] if card.author or card.author_url else [],
        "author_name": card.author,
        "author_url": card.author_url,
        "provider_name": card.provider,
        "provider_url": card.provider_url,
        "html": "",
        "width": card.width,
        "height": card.height,
        "image": image,
        "image_description": card.image_description,
        "embed_url": image or "" if card.kind == "photo" else "",
        "blurhash": card.blurhash or None,
        "published_at": None if card.published_at is None else timestamp(card.published_at),
        "missing_attribution": None,
    }

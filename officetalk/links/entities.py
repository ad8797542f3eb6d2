"""Links as the rest of the program sees them."""

from __future__ import annotations

from typing import Literal

import msgspec

CardKind = Literal["link", "photo", "video", "rich"]


class Card(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a page says of itself, shown below a post that links to it. `image` is a name in the picture
    store, with its size in pixels; `published_at` in ms."""

    url: str
    title: str
    description: str = ""
    kind: CardKind = "link"
    author: str = ""
    author_url: str = ""
    provider: str = ""
    provider_url: str = ""
    image: str = ""
    width: int = 0
    height: int = 0
    blurhash: str = ""
    language: str = ""
    published_at: int | None = None
    image_description: str = ""

"""Cards of links: docs.joinmastodon.org/entities/PreviewCard, /PreviewCardAuthor."""

from __future__ import annotations

from typing import Literal

from officetalk.api.entities.accounts import Account
from officetalk.api.entities.common import Entity


class PreviewCardAuthor(Entity):
    name: str
    url: str
    account: Account | None


class PreviewCard(Entity):
    """With the two fields that Mastodon answers beyond its documentation, language and
    image_description."""

    url: str
    title: str
    description: str
    language: str | None
    type: Literal["link", "photo", "video", "rich"]
    authors: list[PreviewCardAuthor]
    author_name: str
    author_url: str
    provider_name: str
    provider_url: str
    html: str
    width: int
    height: int
    image: str | None
    image_description: str
    embed_url: str
    blurhash: str | None
    published_at: str | None
    missing_attribution: bool | None

"""The viewer's own profile, and whom to follow: docs.joinmastodon.org/entities/Profile, /Suggestion."""

from __future__ import annotations

from typing import Literal

from officetalk.api.entities.accounts import Account, Field
from officetalk.api.entities.common import Entity
from officetalk.api.entities.statuses import FeaturedTag


class Profile(Entity):
    """Everything as its owner wrote it. Pictures are null where a drawn one stands for them."""

    id: str
    display_name: str
    note: str
    fields: list[Field]
    avatar: str | None
    avatar_static: str | None
    avatar_description: str
    header: str | None
    header_static: str | None
    header_description: str
    locked: bool
    bot: bool
    hide_collections: bool | None
    discoverable: bool | None
    indexable: bool
    show_media: bool
    show_media_replies: bool
    show_featured: bool
    attribution_domains: list[str]
    featured_tags: list[FeaturedTag]


class Suggestion(Entity):
    """`source` is the older form of `sources`."""

    source: Literal["staff", "past_interactions", "global"]
    sources: list[
        Literal[
            "featured", "most_followed", "most_interactions", "similar_to_recently_followed",
            "friends_of_friends",
        ]
    ]  # fmt: skip
    account: Account

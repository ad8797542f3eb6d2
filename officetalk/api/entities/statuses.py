"""Posts and what stands around them: docs.joinmastodon.org/entities/Status and its neighbours."""

from __future__ import annotations

from typing import Any

from msgspec import field

from officetalk.api.entities.accounts import Account
from officetalk.api.entities.common import CustomEmoji, Entity, Visibility


class StatusApplication(Entity):
    name: str
    website: str | None


class Mention(Entity):
    id: str
    username: str
    acct: str
    url: str


class StatusTag(Entity):
    name: str
    url: str


class QuoteApproval(Entity):
    automatic: list[str]
    manual: list[str]
    current_user: str


class Status(Entity):
    id: str
    uri: str
    url: str | None
    created_at: str
    edited_at: str | None
    content: str
    visibility: Visibility
    sensitive: bool
    spoiler_text: str
    language: str | None
    in_reply_to_id: str | None
    in_reply_to_account_id: str | None
    application: StatusApplication | None
    media_attachments: list[Any]
    mentions: list[Mention]
    tags: list[StatusTag]
    emojis: list[CustomEmoji]
    poll: None
    card: None
    quote: None
    quote_approval: QuoteApproval
    tagged_collections: list[Any]
    account: Account
    reblog: Status | None
    replies_count: int
    reblogs_count: int
    favourites_count: int
    quotes_count: int
    favourited: bool
    reblogged: bool
    muted: bool
    bookmarked: bool
    pinned: bool
    filtered: list[Any]


class DeletedStatus(Status):
    """A post that was just deleted, with its text, so that it can be written anew."""

    text: str


class StatusSource(Entity):
    id: str
    text: str
    spoiler_text: str


class StatusEdit(Entity):
    content: str
    spoiler_text: str
    sensitive: bool
    created_at: str
    account: Account
    poll: None
    media_attachments: list[Any]
    emojis: list[CustomEmoji]
    quote: None


class Context(Entity):
    ancestors: list[Status]
    descendants: list[Status]


class TagHistory(Entity):
    day: str
    uses: str
    accounts: str


class Tag(Entity):
    id: str
    name: str
    url: str
    history: list[TagHistory]
    following: bool
    featuring: bool


class FeaturedTag(Entity):
    id: str
    name: str
    url: str
    statuses_count: str
    last_status_at: str | None


class Search(Entity):
    accounts: list[Account]
    statuses: list[Status]
    hashtags: list[Tag]


class Marker(Entity):
    last_read_id: str
    version: int
    updated_at: str


class Preferences(Entity):
    visibility: Visibility = field(name="posting:default:visibility")
    sensitive: bool = field(name="posting:default:sensitive")
    language: str | None = field(name="posting:default:language")
    quote_policy: str = field(name="posting:default:quote_policy")
    expand_media: str = field(name="reading:expand:media")
    expand_spoilers: bool = field(name="reading:expand:spoilers")

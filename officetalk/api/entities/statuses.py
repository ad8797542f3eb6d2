"""Posts and what stands around them: docs.joinmastodon.org/entities/Status and its neighbours."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, UnsetType, field

from officetalk.api.entities.accounts import Account
from officetalk.api.entities.cards import PreviewCard
from officetalk.api.entities.common import CustomEmoji, Entity, Visibility
from officetalk.api.entities.filters import FilterResult
from officetalk.api.entities.media import MediaAttachment


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


class PollOption(Entity):
    title: str
    votes_count: int | None


class Poll(Entity):
    id: str
    expires_at: str | None
    expired: bool
    multiple: bool
    votes_count: int
    voters_count: int | None
    options: list[PollOption]
    emojis: list[CustomEmoji]
    voted: bool
    own_votes: list[int]


QuoteState = Literal[
    "pending",
    "accepted",
    "rejected",
    "revoked",
    "deleted",
    "unauthorized",
    "blocked_account",
    "blocked_domain",
    "muted_account",
]


class Quote(Entity):
    """A Quote has `quoted_status`; a ShallowQuote, of a post that stands in a quote itself, the id."""

    state: QuoteState
    quoted_status: Status | UnsetType | None = UNSET
    quoted_status_id: str | UnsetType | None = UNSET


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
    media_attachments: list[MediaAttachment]
    mentions: list[Mention]
    tags: list[StatusTag]
    emojis: list[CustomEmoji]
    poll: Poll | None
    card: PreviewCard | None
    quote: Quote | None
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
    filtered: list[FilterResult]


class DeletedStatus(Status):
    """A post that was just deleted, with its text, so that it can be written anew."""

    text: str


class StatusSource(Entity):
    id: str
    text: str
    spoiler_text: str


class EditedOption(Entity):
    title: str


class EditedPoll(Entity):
    """The options of a poll at one revision."""

    options: list[EditedOption]


class ScheduledPoll(Entity):
    options: list[str]
    expires_in: int
    multiple: bool
    hide_totals: bool


class ScheduledParams(Entity):
    text: str
    poll: ScheduledPoll | None
    media_ids: list[str] | None
    sensitive: bool
    spoiler_text: str
    visibility: Visibility
    language: str | None
    in_reply_to_id: int | None
    quoted_status_id: str | None
    quote_approval_policy: str
    scheduled_at: None
    idempotency: None
    application_id: int
    with_rate_limit: bool


class ScheduledStatus(Entity):
    """A post that waits. `error` is OfficeTalk's own: why it could not be published at its time."""

    id: str
    scheduled_at: str
    params: ScheduledParams
    media_attachments: list[MediaAttachment]
    error: str | None


class StatusEdit(Entity):
    content: str
    spoiler_text: str
    sensitive: bool
    created_at: str
    account: Account
    poll: EditedPoll | None
    media_attachments: list[MediaAttachment]
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

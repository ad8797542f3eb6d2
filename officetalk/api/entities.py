"""Mastodon's entities as this server answers them: the one typed description.

OpenAPI is generated from it, and the tests hold to it what `render.py` puts together as bytes. Every
documented field is there, null where Mastodon allows null: Swift and Kotlin decoders fail on a missing
one. Sources: docs.joinmastodon.org/entities and section 5 of the inventory.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType, field


class _Entity(Struct, kw_only=True, forbid_unknown_fields=True):
    pass


Visibility = Literal["public", "unlisted", "private", "direct"]


class Error(_Entity):
    """What went wrong, for a person to read."""

    error: str
    error_description: str | UnsetType = UNSET
    details: dict[str, list[ErrorDetail]] | UnsetType = UNSET
    request_id: str | UnsetType = UNSET


class ErrorDetail(_Entity):
    error: str
    description: str


class Empty(_Entity):
    """Nothing to say."""


class CustomEmoji(_Entity):
    shortcode: str
    url: str
    static_url: str
    visible_in_picker: bool
    category: str | None


class Field(_Entity):
    name: str
    value: str
    verified_at: str | None


class AccountRole(_Entity):
    id: str
    name: str
    color: str


class Role(_Entity):
    id: str
    name: str
    color: str
    permissions: str
    highlighted: bool
    collection_limit: int


class FeatureApproval(_Entity):
    automatic: list[str]
    manual: list[str]
    current_user: str


class OfficeTalkAccount(_Entity):
    """What OfficeTalk knows of a colleague beyond Mastodon's fields."""

    job_title: str
    department: str
    location: str
    manager_id: str | None
    pronouns: str
    time_zone: str
    mentions_count: int


class Account(_Entity):
    id: str
    username: str
    acct: str
    url: str
    uri: str
    display_name: str
    note: str
    avatar: str
    avatar_static: str
    avatar_description: str
    header: str
    header_static: str
    header_description: str
    locked: bool
    fields: list[Field]
    emojis: list[CustomEmoji]
    bot: bool
    group: bool
    discoverable: bool | None
    indexable: bool
    noindex: bool
    created_at: str
    last_status_at: str | None
    statuses_count: int
    followers_count: int
    following_count: int
    hide_collections: bool | None
    show_media: bool
    show_media_replies: bool
    show_featured: bool
    roles: list[AccountRole]
    feature_approval: FeatureApproval
    officetalk: OfficeTalkAccount


class MutedAccount(Account):
    mute_expires_at: str | None


class Source(_Entity):
    privacy: Visibility
    sensitive: bool
    language: str | None
    note: str
    fields: list[Field]
    follow_requests_count: int
    hide_collections: bool | None
    discoverable: bool | None
    indexable: bool
    quote_policy: str
    attribution_domains: list[str]


class CredentialAccount(Account):
    source: Source
    role: Role


class Relationship(_Entity):
    id: str
    following: bool
    showing_reblogs: bool
    notifying: bool
    languages: list[str] | None
    followed_by: bool
    blocking: bool
    blocked_by: bool
    muting: bool
    muting_notifications: bool
    muting_expires_at: str | None
    requested: bool
    requested_by: bool
    domain_blocking: bool
    endorsed: bool
    note: str


class FamiliarFollowers(_Entity):
    id: str
    accounts: list[Account]


class StatusApplication(_Entity):
    name: str
    website: str | None


class Mention(_Entity):
    id: str
    username: str
    acct: str
    url: str


class StatusTag(_Entity):
    name: str
    url: str


class QuoteApproval(_Entity):
    automatic: list[str]
    manual: list[str]
    current_user: str


class Status(_Entity):
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


class StatusSource(_Entity):
    id: str
    text: str
    spoiler_text: str


class StatusEdit(_Entity):
    content: str
    spoiler_text: str
    sensitive: bool
    created_at: str
    account: Account
    poll: None
    media_attachments: list[Any]
    emojis: list[CustomEmoji]
    quote: None


class Context(_Entity):
    ancestors: list[Status]
    descendants: list[Status]


class TagHistory(_Entity):
    day: str
    uses: str
    accounts: str


class Tag(_Entity):
    id: str
    name: str
    url: str
    history: list[TagHistory]
    following: bool
    featuring: bool


class FeaturedTag(_Entity):
    id: str
    name: str
    url: str
    statuses_count: str
    last_status_at: str | None


class Search(_Entity):
    accounts: list[Account]
    statuses: list[Status]
    hashtags: list[Tag]


class Marker(_Entity):
    last_read_id: str
    version: int
    updated_at: str


class Preferences(_Entity):
    visibility: Visibility = field(name="posting:default:visibility")
    sensitive: bool = field(name="posting:default:sensitive")
    language: str | None = field(name="posting:default:language")
    quote_policy: str = field(name="posting:default:quote_policy")
    expand_media: str = field(name="reading:expand:media")
    expand_spoilers: bool = field(name="reading:expand:spoilers")


# --- apps and tokens ----------------------------------------------------------------------------------


class Application(_Entity):
    id: str
    name: str
    website: str | None
    scopes: list[str]
    redirect_uris: list[str]
    redirect_uri: str
    vapid_key: str


class CredentialApplication(Application):
    client_id: str
    client_secret: str
    client_secret_expires_at: int


class Token(_Entity):
    access_token: str
    token_type: str
    scope: str
    created_at: int  # seconds since 1970


class UserInfo(_Entity):
    iss: str
    sub: str
    name: str
    preferred_username: str
    profile: str
    picture: str


class AuthorizationServer(_Entity):
    """RFC 8414, with Mastodon's own app_registration_endpoint."""

    issuer: str
    service_documentation: str
    authorization_endpoint: str
    token_endpoint: str
    app_registration_endpoint: str
    revocation_endpoint: str
    userinfo_endpoint: str
    scopes_supported: list[str]
    response_types_supported: list[str]
    response_modes_supported: list[str]
    code_challenge_methods_supported: list[str]
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]


# --- notifications, as far as apps ask for them at start ----------------------------------------------


class UnreadCount(_Entity):
    count: int


class GroupedNotifications(_Entity):
    accounts: list[Account]
    statuses: list[Status]
    notification_groups: list[Any]


class NotificationSummary(_Entity):
    pending_requests_count: int
    pending_notifications_count: int


class NotificationPolicy(_Entity):
    for_not_following: str
    for_not_followers: str
    for_new_accounts: str
    for_private_mentions: str
    for_limited_accounts: str
    summary: NotificationSummary

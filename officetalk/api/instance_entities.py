"""The entities that describe the server itself: what a client reads before anybody signs in."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType, field

from officetalk.api.entities import Account, Rule


class _Entity(Struct, kw_only=True, forbid_unknown_fields=True):
    pass


class Language(_Entity):
    code: str
    name: str


class Urls(_Entity):
    streaming: str
    status: str | None
    about: str
    privacy_policy: str | None
    terms_of_service: str | None


class Vapid(_Entity):
    public_key: str


class AccountLimits(_Entity):
    max_display_name_length: int
    max_note_length: int
    max_avatar_description_length: int
    max_header_description_length: int
    max_featured_tags: int
    max_pinned_statuses: int
    max_profile_fields: int
    profile_field_name_limit: int
    profile_field_value_limit: int


class StatusLimits(_Entity):
    max_characters: int
    max_media_attachments: int
    characters_reserved_per_url: int


class MediaLimits(_Entity):
    supported_mime_types: list[str]
    description_limit: int
    image_size_limit: int
    image_matrix_limit: int
    video_size_limit: int
    video_frame_rate_limit: int
    video_matrix_limit: int


class PollLimits(_Entity):
    max_options: int
    max_characters_per_option: int
    min_expiration: int
    max_expiration: int


class Translation(_Entity):
    enabled: bool


class FeedAccess(_Entity):
    local: str
    remote: str


class TimelinesAccess(_Entity):
    live_feeds: FeedAccess
    hashtag_feeds: FeedAccess
    trending_link_feeds: FeedAccess


class Configuration(_Entity):
    accounts: AccountLimits
    statuses: StatusLimits
    media_attachments: MediaLimits
    polls: PollLimits
    translation: Translation
    timelines_access: TimelinesAccess
    limited_federation: bool
    urls: Urls | UnsetType = UNSET
    vapid: Vapid | UnsetType = UNSET


class ActiveUsers(_Entity):
    active_month: int


class Usage(_Entity):
    users: ActiveUsers


class Thumbnail(_Entity):
    url: str
    description: str
    blurhash: str | None
    versions: dict[str, str]


class Icon(_Entity):
    src: str
    size: str


class Registrations(_Entity):
    enabled: bool
    approval_required: bool
    reason_required: bool | None
    message: str | None
    min_age: int | None
    url: str | None


class Contact(_Entity):
    email: str
    account: Account | None


class Instance(_Entity):
    """GET /api/v2/instance."""

    domain: str
    title: str
    version: str
    source_url: str
    description: str
    wrapstodon: str | None
    usage: Usage
    thumbnail: Thumbnail
    icon: list[Icon]
    languages: list[str]
    configuration: Configuration
    registrations: Registrations
    api_versions: dict[str, int]
    contact: Contact
    rules: list[Rule]


class V1Urls(_Entity):
    streaming_api: str


class V1Stats(_Entity):
    user_count: int
    status_count: int
    domain_count: int


class V1Instance(_Entity):
    """GET /api/v1/instance: deprecated, and still what some clients read first."""

    uri: str
    title: str
    short_description: str
    description: str
    email: str
    version: str
    urls: V1Urls
    stats: V1Stats
    thumbnail: str | None
    languages: list[str]
    registrations: bool
    approval_required: bool
    invites_enabled: bool
    configuration: Configuration
    contact_account: Account | None
    rules: list[Rule]
    max_toot_chars: int  # how the limit was told before there was `configuration`


# --- nodeinfo and webfinger ---------------------------------------------------------------------------


class NodeInfoLink(_Entity):
    rel: str
    href: str


class NodeInfoLinks(_Entity):
    links: list[NodeInfoLink]


class Software(_Entity):
    name: str
    version: str


class NodeInfoServices(_Entity):
    inbound: list[str]
    outbound: list[str]


class NodeInfoUsage(_Entity):
    users: dict[str, int]


class NodeInfo(_Entity):
    """nodeinfo.diaspora.software, schema 2.0; figures are nobody's business who is not signed in."""

    version: str
    software: Software
    protocols: list[str]
    services: NodeInfoServices
    usage: NodeInfoUsage
    open_registrations: bool = field(name="openRegistrations")
    metadata: dict[str, str]


class WebFingerLink(_Entity):
    rel: str
    type: str
    href: str


class WebFinger(_Entity):
    subject: str
    aliases: list[str]
    links: list[WebFingerLink]

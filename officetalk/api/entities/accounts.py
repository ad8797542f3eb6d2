"""People: docs.joinmastodon.org/entities/Account and what belongs to it."""

from __future__ import annotations

from officetalk.api.entities.common import CustomEmoji, Entity, Visibility


class Field(Entity):
    name: str
    value: str
    verified_at: str | None


class AccountRole(Entity):
    id: str
    name: str
    color: str


class Role(Entity):
    id: str
    name: str
    color: str
    permissions: str
    highlighted: bool
    collection_limit: int


class FeatureApproval(Entity):
    automatic: list[str]
    manual: list[str]
    current_user: str


class OfficeTalkAccount(Entity):
    """What OfficeTalk knows of a colleague beyond Mastodon's fields."""

    job_title: str
    department: str
    location: str
    manager_id: str | None
    pronouns: str
    time_zone: str
    mentions_count: int


class Account(Entity):
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


class Source(Entity):
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


class Relationship(Entity):
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


class FamiliarFollowers(Entity):
    id: str
    accounts: list[Account]

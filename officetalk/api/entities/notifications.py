"""Notifications: docs.joinmastodon.org/entities/Notification, methods/grouped_notifications. What is attached
to some types only is absent in the others, as in Mastodon."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from officetalk.api.entities.accounts import Account
from officetalk.api.entities.common import Entity
from officetalk.api.entities.moderation import AccountWarning, Report
from officetalk.api.entities.statuses import Status
from officetalk.notifications.entities import Choice, Kind


class RelationshipSeveranceEvent(Entity):
    id: str
    type: str
    purged: bool
    target_name: str
    followers_count: int
    following_count: int
    created_at: str


class NotificationFallback(Entity):
    """What an app shows that does not know the type: HTML."""

    title: str
    summary: str | None
    details: str | None


class NotificationParts(Entity, kw_only=True):
    """What Notification and NotificationGroup share."""

    type: Kind
    report: Report | UnsetType = UNSET
    event: RelationshipSeveranceEvent | UnsetType = UNSET
    moderation_warning: AccountWarning | UnsetType = UNSET
    collection: dict[str, Any] | UnsetType = UNSET
    fallback: NotificationFallback | UnsetType = UNSET


class Notification(NotificationParts, kw_only=True):
    """`filtered`: the viewer's policy holds it back; not documented, but Mastodon says so."""

    id: str
    group_key: str
    created_at: str
    account: Account
    status: Status | UnsetType = UNSET
    filtered: bool | UnsetType = UNSET


class NotificationGroup(NotificationParts, kw_only=True):
    """`most_recent_notification_id` is a string, as documented: JavaScript's numbers do not hold our ids."""

    group_key: str
    notifications_count: int
    most_recent_notification_id: str
    sample_account_ids: list[str]
    page_min_id: str | UnsetType = UNSET
    page_max_id: str | UnsetType = UNSET
    latest_page_notification_at: str | UnsetType = UNSET
    status_id: str | UnsetType = UNSET


class PartialAccountWithAvatar(Entity):
    id: str
    acct: str
    url: str
    avatar: str
    avatar_static: str
    avatar_description: str
    locked: bool
    bot: bool


class GroupedNotifications(Entity):
    accounts: list[Account]
    statuses: list[Status]
    notification_groups: list[NotificationGroup]
    partial_accounts: list[PartialAccountWithAvatar] | UnsetType = UNSET


class UnreadCount(Entity):
    count: int


class NotificationSummary(Entity):
    pending_requests_count: int
    pending_notifications_count: int


class NotificationPolicy(Entity):
    for_not_following: Choice
    for_not_followers: Choice
    for_new_accounts: Choice
    for_private_mentions: Choice
    for_limited_accounts: Choice
    summary: NotificationSummary


class V1NotificationPolicy(Entity):
    filter_not_following: bool
    filter_not_followers: bool
    filter_new_accounts: bool
    filter_private_mentions: bool
    summary: NotificationSummary


class NotificationRequest(Entity):
    id: str
    created_at: str
    updated_at: str
    notifications_count: str
    account: Account
    last_status: Status | None


class MergedNotifications(Entity):
    merged: bool

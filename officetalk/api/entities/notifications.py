"""Notifications: docs.joinmastodon.org/entities/Notification."""

from __future__ import annotations

from typing import Any

from officetalk.api.entities.accounts import Account
from officetalk.api.entities.common import Entity
from officetalk.api.entities.statuses import Status


class UnreadCount(Entity):
    count: int


class GroupedNotifications(Entity):
    accounts: list[Account]
    statuses: list[Status]
    notification_groups: list[Any]


class NotificationSummary(Entity):
    pending_requests_count: int
    pending_notifications_count: int


class NotificationPolicy(Entity):
    for_not_following: str
    for_not_followers: str
    for_new_accounts: str
    for_private_mentions: str
    for_limited_accounts: str
    summary: NotificationSummary

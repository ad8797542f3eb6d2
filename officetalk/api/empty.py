"""What apps ask for at start and this server has none of yet: Mastodon's empty answers, reads only.

Nothing here pretends to work: the methods that would change these things are not there.
"""

from __future__ import annotations

from typing import Any

from officetalk.api.endpoint import ANY_PERSON, Call, Endpoint, endpoint
from officetalk.api.entities import (
    Account,
    CustomEmoji,
    FeaturedTag,
    GroupedNotifications,
    NotificationPolicy,
    NotificationSummary,
    Status,
    Tag,
    UnreadCount,
)


async def _nothing(call: Call[Any]) -> bytes:
    return b"[]"


_LISTS: tuple[tuple[str, str, Any, str], ...] = (
    ("/api/v1/custom_emojis", ANY_PERSON, list[CustomEmoji], "Custom emoji"),
    ("/api/v1/domain_blocks", "read:blocks", list[str], "Blocked domains: there is no other server"),
    ("/api/v1/trends", "read:statuses", list[Tag], "Hashtags that are used more than usual"),
    ("/api/v1/trends/tags", "read:statuses", list[Tag], "Hashtags that are used more than usual"),
    ("/api/v1/trends/statuses", "read:statuses", list[Status], "Posts that are read more than usual"),
    ("/api/v1/trends/links", "read:statuses", list[Any], "Links that are shared more than usual"),
    ("/api/v1/announcements", ANY_PERSON, list[Any], "Announcements"),
    ("/api/v1/lists", "read:lists", list[Any], "The viewer's lists"),
    ("/api/v1/notifications", "read:notifications", list[Any], "Notifications"),
    ("/api/v1/notifications/requests", "read:notifications", list[Any], "Held back notifications"),
    ("/api/v1/conversations", "read:statuses", list[Any], "Direct conversations"),
    ("/api/v1/endorsements", "read:accounts", list[Account], "People that the viewer features"),
    ("/api/v1/featured_tags", "read:accounts", list[FeaturedTag], "Hashtags that the viewer features"),
    ("/api/v1/featured_tags/suggestions", "read:accounts", list[Tag], "Hashtags to feature"),
    ("/api/v1/suggestions", "read:accounts", list[Account], "People to follow, as before Mastodon 4"),
    ("/api/v2/suggestions", "read:accounts", list[Any], "People to follow"),
)

LISTS: list[Endpoint] = [
    endpoint("GET", path, scope=scope, returns=kind, summary=f"{what}: none yet")(_nothing)
    for path, scope, kind, what in _LISTS
]


@endpoint(
    "GET", "/api/v1/notifications/unread_count",
    scope="read:notifications", returns=UnreadCount, summary="How many notifications are new: none yet",
)  # fmt: skip
async def unread_count(call: Call[Any]) -> UnreadCount:
    return UnreadCount(count=0)


@endpoint(
    "GET", "/api/v2/notifications/unread_count",
    scope="read:notifications", returns=UnreadCount, summary="How many groups are new: none yet",
)  # fmt: skip
async def grouped_unread_count(call: Call[Any]) -> UnreadCount:
    return UnreadCount(count=0)


@endpoint(
    "GET", "/api/v2/notifications",
    scope="read:notifications", returns=GroupedNotifications, summary="Notifications in groups: none yet",
)  # fmt: skip
async def grouped(call: Call[Any]) -> GroupedNotifications:
    return GroupedNotifications(accounts=[], statuses=[], notification_groups=[])


@endpoint(
    "GET", "/api/v2/notifications/policy",
    scope="read:notifications", returns=NotificationPolicy,
    summary="Which notifications are held back: none",
)  # fmt: skip
async def policy(call: Call[Any]) -> NotificationPolicy:
    return NotificationPolicy(
        for_not_following="accept",
        for_not_followers="accept",
        for_new_accounts="accept",
        for_private_mentions="accept",
        for_limited_accounts="accept",
        summary=NotificationSummary(pending_requests_count=0, pending_notifications_count=0),
    )

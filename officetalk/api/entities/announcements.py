"""Announcements: docs.joinmastodon.org/entities/Announcement, /Reaction."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from officetalk.api.entities.common import CustomEmoji, Entity
from officetalk.api.entities.statuses import StatusTag


class AnnouncementAccount(Entity):
    id: str
    username: str
    url: str
    acct: str


class AnnouncementStatus(Entity):
    id: str
    url: str


class Reaction(Entity):
    """`url` and `static_url` where it is one of the company's own emoji."""

    name: str
    count: int
    me: bool
    url: str | UnsetType = UNSET
    static_url: str | UnsetType = UNSET


class Announcement(Entity):
    id: str
    content: str
    starts_at: str | None
    ends_at: str | None
    all_day: bool
    published_at: str
    updated_at: str
    mentions: list[AnnouncementAccount]
    statuses: list[AnnouncementStatus]
    tags: list[StatusTag]
    emojis: list[CustomEmoji]
    reactions: list[Reaction]
    read: bool | UnsetType = UNSET  # for somebody; streams tell it to everybody alike

"""Announcements as the rest of the program sees them. Times in ms."""

from __future__ import annotations

import msgspec

from officetalk.core.ids import time_of
from officetalk.emoji.entities import Emoji


class Recognised(msgspec.Struct, frozen=True):
    """What was found in the text when it was written."""

    mentions: tuple[tuple[int, str], ...] = ()  # account id, user name
    hashtags: tuple[str, ...] = ()  # as written, without #
    posts: tuple[int, ...] = ()  # posts of this server that are linked


class Announcement(msgspec.Struct, frozen=True):
    """`starts_at` and `ends_at` say when what is announced takes place (dates at midnight UTC when
    `all_day`). It is shown from `published_at` (None: a draft) until `gone_at` (None: for good)."""

    id: int
    author_id: int | None
    text: str
    starts_at: int | None
    ends_at: int | None
    all_day: bool
    published_at: int | None
    gone_at: int | None
    updated_at: int
    recognised: Recognised

    @property
    def created_at(self) -> int:
        return time_of(self.id)

    def state(self, now: int) -> str:
        """draft, scheduled, published or gone, at the time `now`."""
        if self.published_at is None:
            return "draft"
        if self.gone_at is not None and self.gone_at <= now:
            return "gone"
        return "published" if self.published_at <= now else "scheduled"


class Reaction(msgspec.Struct, frozen=True):
    """How many reacted with this emoji; `emoji` when it is one of the company's."""

    name: str
    count: int
    mine: bool
    emoji: Emoji | None = None


class Shown(msgspec.Struct, frozen=True):
    """An announcement as one reader sees it. `posts`: those linked that the reader may read, each with
    its author's user name."""

    announcement: Announcement
    read: bool
    reactions: tuple[Reaction, ...] = ()
    posts: tuple[tuple[int, str], ...] = ()


class AnnouncementDraft(msgspec.Struct, frozen=True):
    """What is to be announced. `publish_at` in the past or None: at once; `published` False: not yet."""

    text: str
    starts_at: int | None = None
    ends_at: int | None = None
    all_day: bool = False
    published: bool = True
    publish_at: int | None = None

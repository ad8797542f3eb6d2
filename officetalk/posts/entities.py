"""Posts as the rest of the program sees them."""

from __future__ import annotations

from typing import Any

import msgspec

from officetalk.accounts.entities import Account, Audience, Counts
from officetalk.core.ids import time_of


class Recognised(msgspec.Struct, frozen=True):
    """What was found in a text when it was written. User names and addresses do not change afterwards."""

    mentions: tuple[tuple[int, str], ...] = ()  # account id, user name
    hashtags: tuple[str, ...] = ()  # as written, without #
    links: tuple[tuple[str, str], ...] = ()  # address, code of its short link


class App(msgspec.Struct, frozen=True):
    """The client that sent a post."""

    name: str
    website: str | None = None


class Content(msgspec.Struct, frozen=True, eq=False):
    """A post at one revision: what is the same for every reader, and therefore cached and encoded once.

    `rendered` keeps what the edges made of it (bytes by edge name): valid as long as the revision is.
    """

    id: int
    revision: int
    author_id: int
    audience: Audience
    audience_of: int
    text: str
    spoiler: str
    sensitive: bool
    language: str
    parent_id: int | None
    parent_author_id: int | None
    conversation_id: int
    repost_of_id: int | None
    app: App | None
    recognised: Recognised
    edited_at: int | None
    rendered: dict[str, Any] = {}

    @property
    def created_at(self) -> int:
        return time_of(self.id)


class Post(msgspec.Struct, frozen=True):
    """A post as one viewer sees it. A repost has `reposted` and otherwise speaks of the repost itself."""

    content: Content
    author: Account
    author_counts: Counts
    comments: int = 0
    reposts: int = 0
    likes: int = 0
    liked: bool = False
    shared: bool = False  # reposted by the viewer
    bookmarked: bool = False
    pinned: bool = False
    muted: bool = False  # the viewer muted the conversation
    reposted: Post | None = None
    cursor: int = 0  # key of the list it came in

    @property
    def id(self) -> int:
        return self.content.id

    @property
    def shown(self) -> Post:
        """What is to be read: the original of a repost, else the post itself."""
        return self.reposted or self


class Draft(msgspec.Struct, frozen=True):
    """What somebody wants to say."""

    text: str
    audience: Audience = "company"
    parent_id: int | None = None
    spoiler: str = ""
    sensitive: bool = False
    language: str = ""
    app_id: int | None = None
    idempotency_key: str | None = None


class Version(msgspec.Struct, frozen=True):
    """One state of an edited post, the newest included."""

    text: str
    spoiler: str
    sensitive: bool
    recognised: Recognised
    created_at: int


class Thread(msgspec.Struct, frozen=True):
    """A post with the path above it and the comments below it in reading order (depth first)."""

    post: Post
    ancestors: tuple[Post, ...]
    descendants: tuple[Post, ...]

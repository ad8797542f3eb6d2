"""Posts as the rest of the program sees them."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from officetalk.accounts.entities import Account, Audience, Counts, QuotePolicy
from officetalk.core.ids import time_of
from officetalk.filters.entities import Match
from officetalk.links.entities import Card
from officetalk.media.entities import Attachment


class Recognised(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was found in a text when it was written. User names and addresses do not change afterwards."""

    mentions: tuple[tuple[int, str], ...] = ()  # account id, user name
    hashtags: tuple[str, ...] = ()  # as written, without #
    links: tuple[tuple[str, str], ...] = ()  # address, code of its short link
    groups: tuple[tuple[int, str], ...] = ()  # id, handle: the group that it is for first


# accepted: it can be shown. revoked: the author of the quoted post took it out. deleted: the quoted post is gone.
QuoteState = Literal["", "accepted", "revoked", "deleted"]


class Poll(msgspec.Struct, frozen=True, omit_defaults=True):
    """A question with options. `ends_at` in ms; None: it stays open. With `hide_totals` nobody sees who is
    ahead until then. `told`: those who take part have been told that it ended."""

    options: tuple[str, ...]
    ends_at: int | None = None
    multiple: bool = False
    hide_totals: bool = False
    told: bool = False


class Attached(msgspec.Struct, frozen=True, omit_defaults=True):
    """What hangs on a post at one revision."""

    media: tuple[Attachment, ...] = ()
    poll: Poll | None = None
    card: Card | None = None
    quoted: tuple[int, str] | None = None  # id and author's user name of what it quotes


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
    attached: Attached
    quote_of_id: int | None
    quote_state: QuoteState
    quote_policy: QuotePolicy
    rendered: dict[str, Any] = {}

    @property
    def created_at(self) -> int:
        return time_of(self.id)


class Tally(msgspec.Struct, frozen=True):
    """How a poll stands: people who voted, votes for each option, the viewer's own choices, and whether it
    has ended."""

    voters: int
    votes: tuple[int, ...]
    own: tuple[int, ...] = ()
    ended: bool = False


class Quote(msgspec.Struct, frozen=True):
    """What a post quotes, as one viewer may see it. `state` as Mastodon names them: accepted, revoked,
    deleted, unauthorized, blocked_account, muted_account. A quote within a quote is an id only."""

    state: str
    post: Post | None = None
    id: int | None = None


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
    quotes: int = 0
    tally: Tally | None = None
    quote: Quote | None = None
    follows: bool = False  # the viewer follows the author; only asked where followers may quote
    filtered: tuple[Match, ...] = ()  # filters of the viewer that it meets
    viewer_id: int = 0

    @property
    def id(self) -> int:
        return self.content.id

    @property
    def shown(self) -> Post:
        """What is to be read: the original of a repost, else the post itself."""
        return self.reposted or self


class PollDraft(msgspec.Struct, frozen=True):
    """A poll to be asked: it ends `seconds` after it is published."""

    options: tuple[str, ...]
    seconds: int
    multiple: bool = False
    hide_totals: bool = False


class Draft(msgspec.Struct, frozen=True):
    """What somebody wants to say."""

    text: str
    audience: Audience = "company"
    group_id: int | None = None  # the group that it is for
    parent_id: int | None = None
    spoiler: str = ""
    sensitive: bool = False
    language: str = ""
    app_id: int | None = None
    idempotency_key: str | None = None
    media_ids: tuple[int, ...] = ()
    poll: PollDraft | None = None
    quote_of_id: int | None = None
    quote_policy: QuotePolicy = "public"


class Version(msgspec.Struct, frozen=True):
    """One state of an edited post, the newest included."""

    text: str
    spoiler: str
    sensitive: bool
    recognised: Recognised
    attached: Attached
    created_at: int


class Thread(msgspec.Struct, frozen=True):
    """A post with the path above it and the comments below it in reading order (depth first)."""

    post: Post
    ancestors: tuple[Post, ...]
    descendants: tuple[Post, ...]

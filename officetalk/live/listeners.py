"""Who listens, and to what: the nouns of live delivery."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from officetalk.filters.entities import Match

# home: what comes to somebody's home. feed: what is entered into one feed, or said in one conversation (by the
# id of its first post); media: of it what has pictures.
# list: what comes to a list. post: how one post is answered, reposted and liked. direct, notifications, person: what is for somebody alone.
Kind = Literal["home", "feed", "media", "list", "post", "direct", "notifications", "person"]
# ended: signed out, or the token was revoked. crowded: too many of the same. restart: come again.
Why = Literal["ended", "slow", "crowded", "restart"]


class Topic(NamedTuple):
    """What can be listened to. `id` is that of the feed, the list or the post, else of the account that listens."""

    kind: Kind
    id: int


class Login(NamedTuple):
    """By what a connection was let in; it ends with it."""

    kind: Literal["session", "token"]
    id: int


class News:
    """Something that happened, and what it is about, loaded once for all who hear of it.

    `event` and the numbers are the bus's (core/events.py). `subject` is nobody's view of it in particular
    where it is for many, the receiver's where it is for one. `filtered`: the filters of the readers, by
    account, that a post meets. `made`: what the edges made of it, once, by keys of their own.
    """

    __slots__ = ("actor", "event", "filtered", "id", "made", "subject")

    def __init__(self, event: str, id: int, actor: int, subject: Any = None) -> None:
        self.event = event
        self.id = id
        self.actor = actor
        self.subject = subject
        self.filtered: dict[int, tuple[Match, ...]] = {}
        self.made: dict[Any, Any] = {}


class Stream:
    """What one listener hears under one name. `hashtag`: the key of a hashtag that nobody has used yet, and
    that has no feed therefore; the hub finds it when there is one."""

    __slots__ = ("closed", "hashtag", "listener", "name", "topics")

    def __init__(
        self, listener: Listener, name: Any, topics: Iterable[Topic] = (), hashtag: str | None = None
    ) -> None:
        self.listener = listener
        self.name = name
        self.topics = tuple(topics)
        self.hashtag = hashtag
        self.closed = False


class Listener(ABC):
    """An open connection. The hub calls it on the event loop; none of its methods waits."""

    __slots__ = ("account_id", "login", "streams")

    def __init__(self, account_id: int, login: Login) -> None:
        self.account_id = account_id
        self.login = login
        self.streams: list[Stream] = []

    @abstractmethod
    def hear(self, stream: Stream, news: News) -> None:
        """Take this down; `flush` follows when there is no more for now."""

    @abstractmethod
    def flush(self) -> None:
        """Send what was heard."""

    @abstractmethod
    def end(self, why: Why) -> None:
        """It is over. Again: nothing happens."""

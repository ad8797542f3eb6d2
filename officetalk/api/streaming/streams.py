"""The streams by their names: what each hears, who may, and what it needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from officetalk.core.database import Database
from officetalk.core.errors import NotFound, Problem
from officetalk.feeds.tables import COMPANY_FEED
from officetalk.identity import scopes
from officetalk.identity.entities import Viewer
from officetalk.lists import rules as lists
from officetalk.live.listeners import Listener, Stream, Topic
from officetalk.posts import hashtags, text

_COMPANY = (Topic("feed", COMPANY_FEED),)
_COMPANY_MEDIA = (Topic("media", COMPANY_FEED),)
# There are no other servers: the company is everything that is public, and nothing is remote.
_PUBLIC: dict[str, tuple[Topic, ...]] = {
    "public": _COMPANY,
    "public:media": _COMPANY_MEDIA,
    "public:local": _COMPANY,
    "public:local:media": _COMPANY_MEDIA,
    "public:remote": (),
    "public:remote:media": (),
}
_OF_HASHTAG = ("hashtag", "hashtag:local")

# Of server-sent events: the stream is the path, below /api/v1/streaming/.
PATHS: dict[str, str] = {
    "user": "user",
    "user/notification": "user:notification",
    "public": "public",
    "public/local": "public:local",
    "public/remote": "public:remote",
    "public/media": "public:media",
    "hashtag": "hashtag",
    "hashtag/local": "hashtag:local",
    "list": "list",
    "direct": "direct",
}
_FALSE = frozenset({"", "0", "f", "false", "off"})


class Refused(Problem):
    """What Mastodon's streaming server answers, with its status."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Wanted(NamedTuple):
    """A stream that was asked for. `name` is what its events carry, `key` tells it from others: a hashtag
    is the same in any spelling."""

    name: tuple[str, ...]
    key: tuple[str, ...]


def of_path(path: str, query: Mapping[str, Any]) -> str:
    """The stream of a path. Refused when there is none."""
    stream = PATHS.get(path)
    if stream is None:
        raise Refused(400, "Unknown channel requested")
    if stream in _PUBLIC and not stream.endswith(":media") and _is_true(query.get("only_media")):
        return f"{stream}:media"
    return stream


def _is_true(value: Any) -> bool:
    return value is not None and str(value).lower() not in _FALSE


def parse(stream: Any, parameters: Mapping[str, Any]) -> Wanted:
    """Refused for an unknown stream, or when its parameter is missing."""
    if stream in _OF_HASHTAG:
        tag = _text(parameters.get("tag"))
        if not tag:
            raise Refused(400, "Missing tag name parameter")
        return Wanted((stream, tag), (stream, text.hashtag_key(tag.removeprefix("#"))))
    if stream == "list":
        id = _text(parameters.get("list"))
        if not id:
            raise Refused(400, "Missing list name parameter")
        return Wanted((stream, id), (stream, id))
    if stream in _PUBLIC or stream in ("user", "user:notification", "direct"):
        return Wanted((stream,), (stream,))
    raise Refused(400, "Unknown stream type")


def _text(value: Any) -> str:
    return str(value) if isinstance(value, (str, int)) and str(value).isprintable() else ""


def check_scope(stream: Any, viewer: Viewer) -> None:
    """Refused unless the app was let in for this. (Mastodon's code leaves the public streams to every token;
    its documentation asks for read:statuses.)"""
    needed = "read:notifications" if stream == "user:notification" else "read:statuses"
    if not scopes.covers(viewer.scopes, needed):
        raise Refused(401, "Access token does not have the required scopes")


async def open_stream(db: Database, listener: Listener, viewer: Viewer, wanted: Wanted) -> Stream:
    """The stream, not yet opened at the hub. Refused when it is not for this viewer."""
    stream, me = wanted.key[0], viewer.id
    if stream in _PUBLIC:
        return Stream(listener, wanted.name, _PUBLIC[stream])
    if stream in _OF_HASHTAG:
        found = await db.read(hashtags.find, me, wanted.key[1])
        if found.id:
            return Stream(listener, wanted.name, [Topic("feed", found.id)])
        return Stream(listener, wanted.name, (), wanted.key[1])
    if stream == "list":
        return Stream(listener, wanted.name, [Topic("list", await _own_list(db, me, wanted.key[1]))])
    if stream == "direct":
        return Stream(listener, wanted.name, [Topic("direct", me)])
    if stream == "user:notification":
        return Stream(listener, wanted.name, [Topic("notifications", me)])
    topics = [Topic("home", me), Topic("person", me)]
    if scopes.covers(viewer.scopes, "read:notifications"):
        topics.append(Topic("notifications", me))
    return Stream(listener, wanted.name, topics)


async def _own_list(db: Database, owner: int, id: str) -> int:
    try:
        if not (id.isascii() and id.isdigit() and len(id) < 19):
            raise NotFound
        return (await db.read(lists.get, owner, int(id))).id
    except NotFound:
        raise Refused(401, "Not authorized to stream this list") from None

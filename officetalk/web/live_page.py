"""`/live`: tells an open page what is new, as server-sent events (HTML standard, section 9.2).

    event: new        data: {"id": "1176…", "author": "1175…", "face": "<span …"}
                                         a post for this reader in this feed, and the portrait of its author
    event: changed    {"id", "author"}   it was edited
    event: deleted    {"id", "author"}   it was deleted
    event: counted    {"id": "1176…", "counts": [comments, reposts, likes], "look": false}
                                         how a post stands that the page shows; look: ask for its card again
    event: told       {"id": "1176…"}    a notification for this reader
    event: beat       {}                 nothing, but the connection lives

No text travels: the page asks for the posts themselves as any reader does. `/live/missed` tells what a page
has not heard while its connection was cut, and serves pages to which no events come at all (some proxies keep
them back).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import msgspec
from starlette.responses import JSONResponse, Response, StreamingResponse

from officetalk.accounts.queries import by_username
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, NotFound, TooMany
from officetalk.core.paging import Page
from officetalk.feeds.tables import COMPANY_FEED
from officetalk.groups import queries as groups
from officetalk.http.unread import mark_of
from officetalk.live.hub import Hub
from officetalk.live.listeners import Listener, Login, News, Stream, Topic, Why
from officetalk.live.news import Standing
from officetalk.posts.entities import Post
from officetalk.posts.hashtags import find
from officetalk.posts.queries import by_ids, get
from officetalk.timelines import lists
from officetalk.timelines.home import home
from officetalk.web.faces import face
from officetalk.web.page import page
from officetalk.web.visit import Visit

_HEARTBEAT = 25.0  # seconds; proxies end what is silent for a minute
_PER_SESSION = 12  # open pages of one browser
_WAITING = 64  # events that wait for one page; a reader slower than that is dropped
_NAMES = {
    "post.published": "new",
    "post.edited": "changed",
    "post.deleted": "deleted",
    "post.counted": "counted",
    "notification.made": "told",
    "notifications.merged": "told",
}
_ID = re.compile(r"[0-9]{1,18}")
_MOST_SHOWN = 60  # posts of a page whose state is told
_MISSED = 41  # new posts that are told at once: one more than the pill brings


class OpenPage(Listener):
    """What an open page is to be told; the queue ends with None when it is over."""

    __slots__ = ("queue",)

    def __init__(self, account_id: int, login: Login) -> None:
        super().__init__(account_id, login)
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue(_WAITING + 1)

    def hear(self, stream: Stream, news: News) -> None:
        if self.queue.qsize() >= _WAITING:
            self.end("slow")
        else:
            told = news.made.get("page")
            if told is None:
                told = news.made["page"] = _event(news)
            self.queue.put_nowait(told)

    def flush(self) -> None:
        """Every event is on its way already."""

    def end(self, why: Why) -> None:
        if self.queue.full():
            return
        self.queue.put_nowait(None)


def how_they_stand(conn: Connection, viewer: int, shown: list[int]) -> list[Topic]:
    """What tells how posts stand, of those that the viewer may read."""
    return [Topic("post", post.id) for post in by_ids(conn, viewer, shown)]


def _event(news: News) -> bytes:
    """As it travels: the same for everybody who hears of it."""
    data: dict[str, object] = {"id": str(news.id)}
    match news.subject:
        case Standing() as standing:
            data["counts"], data["look"] = standing[:3], standing.look
        case Post() as post if news.event == "post.published":
            data["author"], data["face"] = str(news.actor), _face(post)
        case _other:
            data["author"] = str(news.actor)
    return b"event: %b\ndata: %b\n\n" % (_NAMES[news.event].encode(), msgspec.json.encode(data))


def _face(post: Post) -> str:
    return str(face(post.author).avatar("xs"))


@page("/live")
async def live(visit: Visit) -> Response:
    hub = visit.services.hub
    listener = OpenPage(visit.me.id, Login("session", visit.me_as_viewer.session_id or 0))
    if len(hub.of(listener.login)) >= _PER_SESSION:
        raise TooMany("Too many open pages", retry_after=60)
    topics = [Topic("notifications", visit.me.id)]
    if visit.asked("feed"):
        topics.append(await _topic(visit, visit.asked("feed")))
    if visit.asked("shown"):
        topics += await visit.read(how_they_stand, visit.me.id, _shown(visit))
    hub.join(listener)
    hub.open(Stream(listener, "", topics))
    return StreamingResponse(
        _events(hub, listener),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@page("/live/missed")
async def missed(visit: Visit) -> Response:
    """What is in a feed since a post, how the posts of the page stand (`shown`: their ids with commas between),
    and how many notifications are unread. `posts` has [comments, reposts, likes, whether it was edited in the
    last `age` seconds] of those that are there still."""
    since, feed, shown = visit.asked_id("since") or 0, visit.asked("feed"), _shown(visit)
    age = int(visit.asked("age")) if _ID.fullmatch(visit.asked("age")) else 0
    new = await visit.read(_since, visit.me.id, feed, since) if feed and since else []
    found = await visit.read(by_ids, visit.me.id, shown) if shown else []
    edited_after = visit.services.db.clock() - age * 1000
    told = {
        "new": [{"id": str(post.cursor), "author": str(post.author.id), "face": _face(post)} for post in new],
        "posts": {
            str(post.id): [
                post.comments,
                post.reposts,
                post.likes,
                (post.content.edited_at or 0) > edited_after,
            ]
            for post in found
        },
        "unread": mark_of(await visit.services.unread.of(visit.me.id)),
    }
    return JSONResponse(told)


def _shown(visit: Visit) -> list[int]:
    """The posts that the page shows."""
    return [int(id) for id in visit.asked("shown").split(",")[:_MOST_SHOWN] if _ID.fullmatch(id)]


def _since(conn: Connection, viewer: int, name: str, since: int) -> list[Post]:
    asked = Page(_MISSED, None, None, since)
    kind, _, rest = name.partition(":")
    if kind == "home":
        return home(conn, viewer, asked)
    if kind == "company":
        return lists.company(conn, viewer, asked)
    if kind == "group" and _ID.fullmatch(rest):
        return lists.of_group(conn, viewer, int(rest), asked)
    tag = find(conn, viewer, rest) if kind == "tag" else None
    return lists.by_hashtag(conn, viewer, tag.id, asked) if tag and tag.id else []


async def _topic(visit: Visit, name: str) -> Topic:
    """What to listen to for `home`, `company`, `tag:NAME`, `account:NAME`, `group:ID` or `thread:ID` (of
    any of its posts)."""
    kind, _, rest = name.partition(":")
    if kind == "home":
        return Topic("home", visit.me.id)
    if kind == "company":
        return Topic("feed", COMPANY_FEED)
    if kind == "tag":
        found = await visit.read(find, visit.me.id, rest)
        if not found.id:
            raise NotFound
        return Topic("feed", found.id)
    if kind == "group" and _ID.fullmatch(rest):
        return Topic("feed", (await visit.read(groups.get, visit.me.id, int(rest))).id)
    if kind == "account":
        return Topic("feed", (await visit.read(by_username, rest)).id)
    if kind == "thread" and _ID.fullmatch(rest):
        post = await visit.read(get, visit.me.id, int(rest))
        return Topic("feed", post.shown.content.conversation_id)
    raise Invalid("feed", "must be home, company, tag:NAME, account:NAME, group:ID or thread:ID")


async def _events(hub: Hub, listener: OpenPage) -> AsyncIterator[bytes]:
    try:
        yield b"retry: 3000\nevent: beat\ndata: {}\n\n"
        while True:
            try:
                told = await asyncio.wait_for(listener.queue.get(), _HEARTBEAT)
            except TimeoutError:
                yield b"event: beat\ndata: {}\n\n"
                continue
            if told is None:  # too slow, signed out, or the server stops: the page connects again
                return
            yield told
    finally:
        hub.leave(listener)

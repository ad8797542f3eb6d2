"""News as the streams tell them. What is the same for many is encoded once and kept with the news."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from officetalk.api.announcements import announcement_json, reaction_json
from officetalk.api.conversations import shown as conversation
from officetalk.api.render import Renderer
from officetalk.api.render_notifications import notification
from officetalk.api.streaming.rfc6455 import TEXT, frame
from officetalk.emoji.catalogue import Catalogue
from officetalk.live.listeners import News
from officetalk.posts.entities import Post

_encode = msgspec.json.Encoder().encode

EVENTS = {
    "post.published": "update",
    "post.edited": "status.update",
    "post.deleted": "delete",
    "notification.made": "notification",
    "notifications.merged": "notifications_merged",
    "filters.changed": "filters_changed",
    "conversation.changed": "conversation",
    "announcement.published": "announcement",
    "announcement.changed": "announcement",
    "announcement.reacted": "announcement.reaction",
    "announcement.deleted": "announcement.delete",
}
# These have no payload in a frame; server-sent events must have one, which says so.
_BARE = ("filters.changed",)
_UNDEFINED = b"undefined"


class Encoder:
    """Of one process."""

    def __init__(self, render: Renderer, emoji: Catalogue) -> None:
        self._render = render
        self._emoji = emoji
        self._payloads: dict[str, Callable[[News], bytes]] = {
            "post.deleted": _id,
            "notification.made": lambda news: notification(render, news.subject),
            "notifications.merged": lambda news: b"1",  # as Mastodon; "can be ignored"
            "filters.changed": lambda news: _UNDEFINED,
            "conversation.changed": lambda news: conversation(render, news.subject),
            "announcement.published": self._announcement,
            "announcement.changed": self._announcement,
            "announcement.reacted": self._reaction,
            "announcement.deleted": _id,
        }

    def frame(self, news: News, stream: tuple[str, ...], reader: int) -> bytes:
        """A WebSocket frame for one stream."""
        made = news.made.get(stream)  # by the stream alone: this is asked for each of thousands
        if made is None or reader in news.filtered:
            made = _once(news, stream, reader, lambda: self._frame(news, stream, reader))
        return made

    def event(self, news: News, reader: int) -> bytes:
        """A server-sent event."""
        return _once(
            news, ("event",), reader,
            lambda: b"event: %b\ndata: %b\n\n" % (EVENTS[news.event].encode(), self._payload(news, reader)),
        )  # fmt: skip

    def _frame(self, news: News, stream: tuple[str, ...], reader: int) -> bytes:
        head = b'{"stream":%b,"event":"%b"' % (_encode(stream), EVENTS[news.event].encode())
        if news.event in _BARE:
            return frame(TEXT, head + b"}")
        text = _once(news, ("text",), reader, lambda: _encode(self._payload(news, reader).decode()))
        return frame(TEXT, b'%b,"payload":%b}' % (head, text))

    def _payload(self, news: News, reader: int) -> bytes:
        make = self._payloads.get(news.event)
        if make is None:
            return _once(news, ("payload",), reader, lambda: self._post(news, reader))
        return _once(news, ("payload",), reader, lambda: make(news))

    def _post(self, news: News, reader: int) -> bytes:
        post: Post = news.subject
        met = news.filtered.get(reader)
        if met:
            inner = post.reposted and msgspec.structs.replace(post.reposted, filtered=met)
            post = msgspec.structs.replace(post, filtered=met, reposted=inner)
        return self._render.status_for_all(post)

    def _announcement(self, news: News) -> bytes:
        shown = announcement_json(self._render, self._emoji, news.subject, somebody=False)
        return _encode({**shown, "reactions": [_nobodys(reaction) for reaction in shown["reactions"]]})

    def _reaction(self, news: News) -> bytes:
        shown = _nobodys(reaction_json(self._render, news.subject))
        return _encode({**shown, "announcement_id": str(news.id)})


def _nobodys(reaction: dict[str, Any]) -> dict[str, Any]:
    """A Reaction without what only one reader knows."""
    return {name: value for name, value in reaction.items() if name != "me"}


def _id(news: News) -> bytes:
    return b"%d" % news.id


def _once(news: News, key: tuple[Any, ...], reader: int, make: Callable[[], bytes]) -> bytes:
    """What was made before under this key; for who filters it, made for them alone."""
    if reader in news.filtered:
        return make()
    made = news.made.get(key)
    if made is None:
        made = news.made[key] = make()
    return made

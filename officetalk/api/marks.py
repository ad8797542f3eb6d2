"""What a reader does with a post: like, repost, bookmark, pin, mute its conversation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from officetalk.api.endpoint import Call, Endpoint, endpoint
from officetalk.api.entities import Status
from officetalk.api.render import AUDIENCE, Renderer
from officetalk.core.database import Connection
from officetalk.posts import change, marks, publish
from officetalk.posts.entities import Post


def _mark(
    conn: Connection, render: Renderer, verb: Callable[..., Post], viewer: int, id: int, *args: Any
) -> bytes:
    return render.status(verb(conn, viewer, id, *args))


def _action(
    name: str, scope: str, verb: Callable[..., Post], summary: str, limit: str | None = None
) -> Endpoint:
    """`POST /api/v1/statuses/{id}/name` for a verb that takes the actor and the post."""

    async def act(call: Call[Any]) -> bytes:
        return await call.db.write(_mark, call.render, verb, call.viewer_id, call.id)

    return endpoint(
        "POST", f"/api/v1/statuses/{{id}}/{name}",
        scope=scope, returns=Status, errors=(404,), summary=summary, limit=limit,
    )(act)  # fmt: skip


favourite = _action("favourite", "write:favourites", marks.like_post, "Like a post")
unfavourite = _action("unfavourite", "write:favourites", marks.unlike_post, "Take a like back")
bookmark = _action("bookmark", "write:bookmarks", marks.bookmark_post, "Bookmark a post")
unbookmark = _action("unbookmark", "write:bookmarks", marks.unbookmark_post, "Remove a bookmark")
pin = _action("pin", "write:accounts", marks.pin_post, "Pin one's post to the profile")
unpin = _action("unpin", "write:accounts", marks.unpin_post, "Take a post off the profile")
mute = _action("mute", "write:mutes", marks.mute_conversation, "Hear no more of a conversation")
unmute = _action("unmute", "write:mutes", marks.unmute_conversation, "Hear of a conversation again")
unreblog = _action("unreblog", "write:statuses", change.unrepost, "Take a repost back", limit="delete")


class ReblogParameters(msgspec.Struct, frozen=True):
    visibility: Literal["public", "unlisted", "private"] | None = None


@endpoint(
    "POST", "/api/v1/statuses/{id}/reblog",
    scope="write:statuses", parameters=ReblogParameters, returns=Status, errors=(403, 404, 422),
    summary="Repost a post; a second time answers with the first repost",
)  # fmt: skip
async def reblog(call: Call[ReblogParameters]) -> bytes:
    visibility = call.parameters.visibility
    audience = AUDIENCE[visibility] if visibility else None
    return await call.db.write(_mark, call.render, publish.repost, call.viewer_id, call.id, audience)

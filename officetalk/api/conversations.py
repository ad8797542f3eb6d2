"""Direct conversations: the viewer's, read and put away."""

from __future__ import annotations

from typing import Any

from officetalk.api.endpoint import Answer, Call, endpoint
from officetalk.api.entities import Conversation, Empty
from officetalk.api.paging import STATUSES, Paged, link, page
from officetalk.api.render import Renderer
from officetalk.conversations import entities as domain
from officetalk.conversations import rules
from officetalk.core.database import Connection
from officetalk.core.paging import Page


def shown(render: Renderer, one: domain.Conversation) -> bytes:
    """A Conversation."""
    return b'{"id":"%d","unread":%b,"accounts":%b,"last_status":%b}' % (
        one.id,
        b"true" if one.unread else b"false",
        render.people(one.people),
        render.status(one.last),
    )


def _list(conn: Connection, render: Renderer, viewer: int, part: Page) -> tuple[bytes, list[int]]:
    found = rules.conversations(conn, viewer, part)
    return b"[%b]" % b",".join([shown(render, one) for one in found]), [one.last.id for one in found]


@endpoint(
    "GET", "/api/v1/conversations",
    scope="read:statuses", parameters=Paged, returns=list[Conversation],
    summary="The viewer's direct conversations, last spoken in first",
)  # fmt: skip
async def every(call: Call[Paged]) -> Answer:
    part = page(call.parameters, STATUSES)
    body, cursors = await call.db.read(_list, call.render, call.viewer_id, part)
    return Answer(body, headers=link(call, part.limit, cursors))


@endpoint(
    "DELETE", "/api/v1/conversations/{id}",
    scope="write:conversations", returns=Empty, errors=(404,),
    summary="Put a conversation away until the next post in it",
)  # fmt: skip
async def remove(call: Call[Any]) -> Empty:
    await call.db.write(rules.put_away, call.viewer_id, call.id)
    return Empty()


def _read(conn: Connection, render: Renderer, viewer: int, id: int) -> bytes:
    return shown(render, rules.mark_read(conn, viewer, id))


@endpoint(
    "POST", "/api/v1/conversations/{id}/read",
    scope="write:conversations", returns=Conversation, errors=(404,), summary="Mark a conversation as read",
)  # fmt: skip
async def read(call: Call[Any]) -> bytes:
    return await call.db.write(_read, call.render, call.viewer_id, call.id)


def _unread(conn: Connection, render: Renderer, viewer: int, id: int) -> bytes:
    return shown(render, rules.mark_unread(conn, viewer, id))


@endpoint(
    "POST", "/api/v1/conversations/{id}/unread",
    scope="write:conversations", returns=Conversation, errors=(404,), summary="Mark a conversation as unread",
)  # fmt: skip
async def unread(call: Call[Any]) -> bytes:
    return await call.db.write(_unread, call.render, call.viewer_id, call.id)

"""Posts: write, read, edit, delete, and what stands around them."""

from __future__ import annotations

from typing import Any

import msgspec

from officetalk.api.endpoint import Answer, Call, endpoint
from officetalk.api.entities import (
    Account,
    Context,
    DeletedStatus,
    Status,
    StatusEdit,
    StatusSource,
    Visibility,
)
from officetalk.api.paging import ACCOUNTS, EntityId, IdsParameters, Paged, checked_ids, page, people
from officetalk.api.render import AUDIENCE, Renderer
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid
from officetalk.identity.entities import Viewer
from officetalk.posts import change, publish, queries, thread
from officetalk.posts.entities import Draft

MAX_KEY = 255


class PollParameters(msgspec.Struct, frozen=True):
    options: list[str] = []


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What posting and editing have in common."""

    status: str = ""
    spoiler_text: str = ""
    sensitive: bool | None = None
    language: str | None = None
    media_ids: list[str] = []
    poll: PollParameters | None = None


class StatusParameters(Written, frozen=True, kw_only=True):
    in_reply_to_id: EntityId | None = None
    visibility: Visibility | None = None
    scheduled_at: str | None = None
    quoted_status_id: str | None = None


def _refuse_what_is_missing(asked: Written) -> None:
    """What a client asks for and this server cannot do yet is refused, never silently left out."""
    for field in ("media_ids", "poll", "scheduled_at", "quoted_status_id"):
        if getattr(asked, field, None):
            raise Invalid(field, "is not available on this server")


def _publish(conn: Connection, render: Renderer, viewer: int, draft: Draft, limit: int) -> bytes:
    return render.status(publish.publish(conn, viewer, draft, limit))


def _draft(asked: StatusParameters, viewer: Viewer, key: str) -> Draft:
    """The draft, with the viewer's own choices where the client made none."""
    chosen = viewer.preferences
    return Draft(
        text=asked.status,
        audience=AUDIENCE[asked.visibility] if asked.visibility else chosen.audience,
        parent_id=asked.in_reply_to_id,
        spoiler=asked.spoiler_text,
        sensitive=chosen.sensitive if asked.sensitive is None else asked.sensitive,
        language=asked.language or chosen.language,
        app_id=viewer.app_id,
        idempotency_key=key or None,
    )


@endpoint(
    "POST", "/api/v1/statuses",
    scope="write:statuses", parameters=StatusParameters, returns=Status, errors=(404, 422),
    summary="Post something. A repeated Idempotency-Key answers with the same post for an hour",
)  # fmt: skip
async def create(call: Call[StatusParameters]) -> bytes:
    asked = call.parameters
    _refuse_what_is_missing(asked)
    key = call.header(b"idempotency-key")
    if len(key) > MAX_KEY:
        raise Invalid("idempotency_key", f"is too long (maximum is {MAX_KEY} characters)", "ERR_TOO_LONG")
    limit = (await call.services.company()).character_limit
    draft = _draft(asked, call.viewer, key)
    return await call.db.write(_publish, call.render, call.viewer_id, draft, limit)


def _by_ids(conn: Connection, render: Renderer, viewer: int, ids: list[int]) -> bytes:
    return render.statuses(queries.by_ids(conn, viewer, ids))


@endpoint(
    "GET", "/api/v1/statuses",
    scope="read:statuses", parameters=IdsParameters, returns=list[Status], errors=(422,),
    summary="Several posts by id; those that the viewer may not read are left out",
)  # fmt: skip
async def several(call: Call[IdsParameters]) -> bytes:
    ids = checked_ids(call.parameters)
    return await call.db.read(_by_ids, call.render, call.viewer_id, ids)


def _get(conn: Connection, render: Renderer, viewer: int, id: int) -> bytes:
    return render.status(queries.get(conn, viewer, id))


@endpoint(
    "GET", "/api/v1/statuses/{id}",
    scope="read:statuses", returns=Status, errors=(404,), summary="A post",
)  # fmt: skip
async def get(call: Call[Any]) -> bytes:
    return await call.db.read(_get, call.render, call.viewer_id, call.id)


def _edit(conn: Connection, render: Renderer, viewer: int, id: int, asked: Written, limit: int) -> bytes:
    post = change.edit(
        conn, viewer, id, asked.status, limit,
        spoiler=asked.spoiler_text, sensitive=asked.sensitive, language=asked.language,
    )  # fmt: skip
    return render.status(post)


@endpoint(
    "PUT", "/api/v1/statuses/{id}",
    scope="write:statuses", parameters=Written, returns=Status, errors=(404, 422),
    summary="Edit one's post; what it said before is kept in its history",
)  # fmt: skip
async def edit(call: Call[Written]) -> bytes:
    _refuse_what_is_missing(call.parameters)
    limit = (await call.services.company()).character_limit
    return await call.db.write(_edit, call.render, call.viewer_id, call.id, call.parameters, limit)


def _delete(conn: Connection, render: Renderer, viewer: int, id: int) -> bytes:
    return render.deleted(change.delete_post(conn, viewer, id))


@endpoint(
    "DELETE", "/api/v1/statuses/{id}",
    scope="write:statuses", returns=DeletedStatus, errors=(404,), limit="delete",
    summary="Delete one's post; answers with its text, so that it can be written anew",
)  # fmt: skip
async def delete(call: Call[Any]) -> bytes:
    return await call.db.write(_delete, call.render, call.viewer_id, call.id)


def _context(conn: Connection, render: Renderer, viewer: int, id: int) -> bytes:
    found = thread.thread(conn, viewer, id)
    return b'{"ancestors":%b,"descendants":%b}' % (
        render.statuses(found.ancestors), render.statuses(found.descendants),
    )  # fmt: skip


@endpoint(
    "GET", "/api/v1/statuses/{id}/context",
    scope="read:statuses", returns=Context, errors=(404,),
    summary="What a post answers, and the comments to it in reading order",
)  # fmt: skip
async def context(call: Call[Any]) -> bytes:
    return await call.db.read(_context, call.render, call.viewer_id, call.id)


@endpoint(
    "GET", "/api/v1/statuses/{id}/source",
    scope="read:statuses", returns=StatusSource, errors=(404,),
    summary="A post's text as it was written, to edit it",
)  # fmt: skip
async def source(call: Call[Any]) -> StatusSource:
    content = (await call.db.read(queries.get, call.viewer_id, call.id)).content
    return StatusSource(id=str(content.id), text=content.text, spoiler_text=content.spoiler)


def _history(conn: Connection, render: Renderer, viewer: int, id: int) -> bytes:
    return render.edits(*queries.history(conn, viewer, id))


@endpoint(
    "GET", "/api/v1/statuses/{id}/history",
    scope="read:statuses", returns=list[StatusEdit], errors=(404,),
    summary="Everything a post has said, oldest first",
)  # fmt: skip
async def history(call: Call[Any]) -> bytes:
    return await call.db.read(_history, call.render, call.viewer_id, call.id)


@endpoint(
    "GET", "/api/v1/statuses/{id}/favourited_by",
    scope="read:statuses", parameters=Paged, returns=list[Account], errors=(404,),
    summary="Who likes a post, newest first",
)  # fmt: skip
async def favourited_by(call: Call[Paged]) -> Answer:
    return await people(call, page(call.parameters, ACCOUNTS), thread.liked_by, call.viewer_id, call.id)


@endpoint(
    "GET", "/api/v1/statuses/{id}/reblogged_by",
    scope="read:statuses", parameters=Paged, returns=list[Account], errors=(404,),
    summary="Who reposted a post, newest first",
)  # fmt: skip
async def reblogged_by(call: Call[Paged]) -> Answer:
    return await people(call, page(call.parameters, ACCOUNTS), thread.reposted_by, call.viewer_id, call.id)

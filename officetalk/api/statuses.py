"""Posts: write, read, edit, delete, and what stands around them."""

from __future__ import annotations

from datetime import datetime
from math import isfinite, nan
from typing import Any

import msgspec

from officetalk.accounts.entities import QuotePolicy
from officetalk.api.endpoint import Answer, Call, endpoint
from officetalk.api.entities import (
    Account,
    Context,
    DeletedStatus,
    ScheduledStatus,
    Status,
    StatusEdit,
    StatusSource,
    Visibility,
)
from officetalk.api.paging import ACCOUNTS, EntityId, IdsParameters, Paged, checked_ids, page, people
from officetalk.api.render import AUDIENCE, Renderer
from officetalk.api.scheduled_statuses import scheduled_status
from officetalk.api.times import milliseconds
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid
from officetalk.identity.entities import Viewer
from officetalk.posts import change, publish, queries, quotes, scheduled, thread
from officetalk.posts.change import MediaChange
from officetalk.posts.entities import Draft, PollDraft

MAX_KEY = 255


class PollParameters(msgspec.Struct, frozen=True):
    options: list[str] = []
    expires_in: int | None = None
    multiple: bool = False
    hide_totals: bool = False


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What posting and editing have in common."""

    status: str = ""
    spoiler_text: str = ""
    sensitive: bool | None = None
    language: str | None = None
    media_ids: list[EntityId] = []
    poll: PollParameters | None = None
    quote_approval_policy: QuotePolicy | None = None


class StatusParameters(Written, frozen=True, kw_only=True):
    in_reply_to_id: EntityId | None = None
    visibility: Visibility | None = None
    scheduled_at: datetime | None = None
    quoted_status_id: EntityId | None = None


class MediaAttributes(msgspec.Struct, frozen=True):
    """Another description or focus (two numbers, with a comma between them) for an attached picture."""

    id: EntityId
    description: str | None = None
    focus: str | None = None


class EditParameters(Written, frozen=True, kw_only=True):
    media_attributes: list[MediaAttributes] = []


def _poll(asked: Written) -> PollDraft | None:
    poll = asked.poll
    if poll is None or not any(poll.options):
        return None
    if poll.expires_in is None:
        raise Invalid("poll_expires_at", "can't be blank", "ERR_BLANK")
    return PollDraft(tuple(poll.options), poll.expires_in, poll.multiple, poll.hide_totals)


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
        media_ids=tuple(dict.fromkeys(asked.media_ids)),
        poll=_poll(asked),
        quote_of_id=asked.quoted_status_id,
        quote_policy=asked.quote_approval_policy or chosen.quote_policy,
    )


def _schedule(
    conn: Connection, render: Renderer, viewer: int, draft: Draft, at: int, limit: int
) -> ScheduledStatus:
    return scheduled_status(render, scheduled.schedule(conn, viewer, draft, at, limit))


@endpoint(
    "POST", "/api/v1/statuses",
    scope="write:statuses", parameters=StatusParameters, returns=Status, or_returns=ScheduledStatus,
    errors=(404, 422),
    summary="Post something, or (scheduled_at) have it posted later, which answers with a ScheduledStatus. "
    "A repeated Idempotency-Key answers with the same post for an hour",
)  # fmt: skip
async def create(call: Call[StatusParameters]) -> Any:
    asked = call.parameters
    key = call.header(b"idempotency-key")
    if len(key) > MAX_KEY:
        raise Invalid("idempotency_key", f"is too long (maximum is {MAX_KEY} characters)", "ERR_TOO_LONG")
    limit = (await call.services.company()).character_limit
    draft = _draft(asked, call.viewer, key)
    if asked.scheduled_at is not None:
        at = milliseconds(asked.scheduled_at)
        if at > call.db.clock():  # what should have been said before now is said now, as Mastodon does
            return await call.db.write(_schedule, call.render, call.viewer_id, draft, at, limit)
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


def _focus(written: str | None) -> tuple[float, float] | None:
    if written is None:
        return None
    try:
        x, y = (float(part) for part in written.split(","))
    except ValueError:
        x = y = nan
    if not (isfinite(x) and isfinite(y)):
        raise Invalid("focus", "must be two numbers between -1 and 1 with a comma between them")
    return max(-1.0, min(1.0, x)), max(-1.0, min(1.0, y))


def _edit(
    conn: Connection, render: Renderer, viewer: int, id: int, asked: EditParameters, limit: int
) -> bytes:
    post = change.edit(
        conn, viewer, id, asked.status, limit,
        spoiler=asked.spoiler_text, sensitive=asked.sensitive, language=asked.language,
        media_ids=list(dict.fromkeys(asked.media_ids)), poll=_poll(asked),
        media_changes=[MediaChange(m.id, m.description, _focus(m.focus)) for m in asked.media_attributes],
    )  # fmt: skip
    if asked.quote_approval_policy is not None:
        post = quotes.set_policy(conn, viewer, id, asked.quote_approval_policy)
    return render.status(post)


@endpoint(
    "PUT", "/api/v1/statuses/{id}",
    scope="write:statuses", parameters=EditParameters, returns=Status, errors=(404, 422),
    summary="Edit one's post; what it said before is kept in its history. Pictures and poll that are not "
    "sent again are taken away, as in Mastodon",
)  # fmt: skip
async def edit(call: Call[EditParameters]) -> bytes:
    limit = (await call.services.company()).character_limit
    return await call.db.write(_edit, call.render, call.viewer_id, call.id, call.parameters, limit)


class DeleteParameters(msgspec.Struct, frozen=True):
    delete_media: bool = False


def _delete(conn: Connection, render: Renderer, viewer: int, id: int, delete_media: bool) -> bytes:
    return render.deleted(change.delete_post(conn, viewer, id, delete_media=delete_media))


@endpoint(
    "DELETE", "/api/v1/statuses/{id}",
    scope="write:statuses", parameters=DeleteParameters, returns=DeletedStatus, errors=(404,), limit="delete",
    summary="Delete one's post; answers with its text, so that it can be written anew",
)  # fmt: skip
async def delete(call: Call[DeleteParameters]) -> bytes:
    return await call.db.write(_delete, call.render, call.viewer_id, call.id, call.parameters.delete_media)


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

"""Posts that wait for their time. They are made with POST /api/v1/statuses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from officetalk.api.endpoint import Answer, Call, endpoint
from officetalk.api.entities import Empty, ScheduledParams, ScheduledPoll, ScheduledStatus
from officetalk.api.paging import STATUSES, Paged, link, page
from officetalk.api.render import VISIBILITY, Renderer
from officetalk.api.times import milliseconds, timestamp
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid
from officetalk.posts import scheduled
from officetalk.posts.scheduled import Scheduled

_encode = msgspec.json.Encoder().encode


def scheduled_status(render: Renderer, waiting: Scheduled) -> ScheduledStatus:
    """A ScheduledStatus."""
    draft = waiting.draft
    poll = draft.poll
    return ScheduledStatus(
        id=str(waiting.id),
        scheduled_at=timestamp(waiting.run_at),
        params=ScheduledParams(
            text=draft.text,
            poll=None
            if poll is None
            else ScheduledPoll(
                options=list(poll.options),
                expires_in=poll.seconds,
                multiple=poll.multiple,
                hide_totals=poll.hide_totals,
            ),
            media_ids=[str(id) for id in draft.media_ids] or None,
            sensitive=draft.sensitive,
            spoiler_text=draft.spoiler,
            visibility=VISIBILITY[draft.audience],
            language=draft.language or None,
            in_reply_to_id=draft.parent_id,
            quoted_status_id=None if draft.quote_of_id is None else str(draft.quote_of_id),
            quote_approval_policy=draft.quote_policy,
            scheduled_at=None,
            idempotency=None,
            application_id=draft.app_id or 0,
            with_rate_limit=False,
        ),
        media_attachments=render.media(waiting.media) if waiting.media else [],
        error=waiting.error,
    )


@endpoint(
    "GET", "/api/v1/scheduled_statuses",
    scope="read:statuses", parameters=Paged, returns=list[ScheduledStatus],
    summary="The viewer's posts that wait for their time, newest first",
)  # fmt: skip
async def waiting(call: Call[Paged]) -> Answer:
    asked = page(call.parameters, STATUSES)
    found = await call.db.read(scheduled.waiting, call.viewer_id, asked)
    body = _encode([scheduled_status(call.render, one) for one in found])
    return Answer(body, headers=link(call, asked.limit, [one.cursor for one in found]))


@endpoint(
    "GET", "/api/v1/scheduled_statuses/{id}",
    scope="read:statuses", returns=ScheduledStatus, errors=(404,), summary="One of them",
)  # fmt: skip
async def get(call: Call[Any]) -> ScheduledStatus:
    return scheduled_status(call.render, await call.db.read(scheduled.get, call.viewer_id, call.id))


class MoveParameters(msgspec.Struct, frozen=True):
    scheduled_at: datetime | None = None


def _move(conn: Connection, render: Renderer, viewer: int, id: int, at: datetime | None) -> ScheduledStatus:
    if at is None:
        scheduled.get(conn, viewer, id)  # what is not there comes first
        raise Invalid("scheduled_at", "can't be blank", "ERR_BLANK")
    return scheduled_status(render, scheduled.move(conn, viewer, id, milliseconds(at)))


@endpoint(
    "PUT", "/api/v1/scheduled_statuses/{id}",
    scope="write:statuses", parameters=MoveParameters, returns=ScheduledStatus, errors=(404, 422),
    summary="Publish it at another time, at least five minutes from now",
)  # fmt: skip
async def move(call: Call[MoveParameters]) -> ScheduledStatus:
    at = call.parameters.scheduled_at
    return await call.db.write(_move, call.render, call.viewer_id, call.id, at)


@endpoint(
    "DELETE", "/api/v1/scheduled_statuses/{id}",
    scope="write:statuses", returns=Empty, errors=(404,), summary="Do not publish it",
)  # fmt: skip
async def cancel(call: Call[Any]) -> Empty:
    await call.db.write(scheduled.cancel, call.viewer_id, call.id)
    return Empty()

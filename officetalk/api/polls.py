"""Polls. They are asked with POST /api/v1/statuses, and have their post's id."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from officetalk.api.endpoint import Call, endpoint
from officetalk.api.entities import Poll
from officetalk.api.render import Renderer
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid
from officetalk.posts import polls

_MAX_CHOICES = 100


def _get(conn: Connection, render: Renderer, viewer: int, id: int) -> dict[str, Any] | None:
    return render.poll(polls.get(conn, viewer, id))


@endpoint(
    "GET", "/api/v1/polls/{id}",
    scope="read:statuses", returns=Poll, errors=(404,), summary="A poll, and how it stands",
)  # fmt: skip
async def get(call: Call[Any]) -> dict[str, Any] | None:
    return await call.db.read(_get, call.render, call.viewer_id, call.id)


class VoteParameters(msgspec.Struct, frozen=True):
    choices: Annotated[list[int], Meta(description="Places of the chosen options, from 0.")] = []


def _vote(
    conn: Connection, render: Renderer, viewer: int, id: int, choices: list[int]
) -> dict[str, Any] | None:
    return render.poll(polls.vote(conn, viewer, id, choices))


@endpoint(
    "POST", "/api/v1/polls/{id}/votes",
    scope="write:statuses", parameters=VoteParameters, returns=Poll, errors=(404, 422),
    summary="Vote in a poll, once",
)  # fmt: skip
async def vote(call: Call[VoteParameters]) -> dict[str, Any] | None:
    choices = call.parameters.choices
    if len(choices) > _MAX_CHOICES:
        raise Invalid("choices", f"must be at most {_MAX_CHOICES}", "ERR_TOO_LONG")
    return await call.db.write(_vote, call.render, call.viewer_id, call.id, choices)

"""Quotes: who quotes a post, and who may. They are made with POST /api/v1/statuses."""

from __future__ import annotations

from typing import Any

import msgspec

from officetalk.accounts.entities import QuotePolicy
from officetalk.api.endpoint import Answer, Call, endpoint, path_id
from officetalk.api.entities import Status
from officetalk.api.paging import STATUSES, Paged, page, posts
from officetalk.api.render import Renderer
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid
from officetalk.posts import quotes
from officetalk.posts.change import own


@endpoint(
    "GET", "/api/v1/statuses/{id}/quotes",
    scope="read:statuses", parameters=Paged, returns=list[Status], errors=(404,),
    summary="Posts that quote this one, newest first",
)  # fmt: skip
async def quoting(call: Call[Paged]) -> Answer:
    return await posts(call, page(call.parameters, STATUSES), quotes.quoting, call.viewer_id, call.id)


def _revoke(conn: Connection, render: Renderer, viewer: int, id: int, quoting_id: int) -> bytes:
    return render.status(quotes.revoke(conn, viewer, id, quoting_id))


@endpoint(
    "POST", "/api/v1/statuses/{id}/quotes/{quoting_status_id}/revoke",
    scope="write:statuses", returns=Status, errors=(404,),
    summary="Take one's own post out of a post that quotes it",
)  # fmt: skip
async def revoke(call: Call[Any]) -> bytes:
    quoting_id = path_id(call.path["quoting_status_id"])
    return await call.db.write(_revoke, call.render, call.viewer_id, call.id, quoting_id)


class PolicyParameters(msgspec.Struct, frozen=True):
    quote_approval_policy: QuotePolicy | None = None


def _set_policy(
    conn: Connection, render: Renderer, viewer: int, id: int, policy: QuotePolicy | None
) -> bytes:
    if policy is None:
        own(conn, viewer, id)  # a post that is not there comes first
        raise Invalid("quote_approval_policy", "can't be blank", "ERR_BLANK")
    return render.status(quotes.set_policy(conn, viewer, id, policy))


@endpoint(
    "PUT", "/api/v1/statuses/{id}/interaction_policy",
    scope="write:statuses", parameters=PolicyParameters, returns=Status, errors=(404, 422),
    summary="Say who may quote one's own post from now on",
)  # fmt: skip
async def set_policy(call: Call[PolicyParameters]) -> bytes:
    policy = call.parameters.quote_approval_policy
    return await call.db.write(_set_policy, call.render, call.viewer_id, call.id, policy)

"""Translating posts: no translator is configured, and none ever is without sending posts to a stranger."""

from __future__ import annotations

import msgspec

from officetalk.api.endpoint import Call, endpoint
from officetalk.api.entities import Empty
from officetalk.core.errors import Forbidden, NotFound
from officetalk.posts import queries
from officetalk.posts.visibility import COMPANY_WIDE


class TranslateParameters(msgspec.Struct, frozen=True):
    lang: str | None = None


@endpoint(
    "POST", "/api/v1/statuses/{id}/translate",
    scope="read:statuses", parameters=TranslateParameters, returns=Empty, errors=(403, 404),
    summary="Translate a post: 404, as on a Mastodon without a translator",
)  # fmt: skip
async def translate(call: Call[TranslateParameters]) -> None:
    post = await call.db.read(queries.get, call.viewer_id, call.id)
    if post.shown.content.audience not in COMPANY_WIDE:
        raise Forbidden
    raise NotFound

"""Hashtags: looking one up, following it."""

from __future__ import annotations

from typing import Any

import msgspec

from officetalk.api.endpoint import Answer, Call, endpoint
from officetalk.api.entities import Tag
from officetalk.api.paging import Paged, link, page
from officetalk.core.errors import NotFound
from officetalk.posts import hashtags, text

FOLLOWED = (100, 200)
_encode = msgspec.json.Encoder().encode


def _name(call: Call[Any]) -> str:
    """The hashtag in the path. NotFound for what can be none."""
    name = call.text("name")
    spans = text.scan("#" + name)
    if len(spans) != 1 or spans[0].kind != "hashtag" or spans[0].value != name or len(name) > 140:
        raise NotFound
    return name


@endpoint(
    "GET", "/api/v1/tags/{name}",
    scope="read:follows", returns=Tag, errors=(404,), summary="A hashtag, used or not",
)  # fmt: skip
async def get(call: Call[Any]) -> dict[str, Any]:
    return call.render.tag(await call.db.read(hashtags.find, call.viewer_id, _name(call)))


@endpoint(
    "POST", "/api/v1/tags/{name}/follow",
    scope="write:follows", returns=Tag, errors=(404,),
    summary="Have the posts with a hashtag in one's home timeline",
)  # fmt: skip
async def follow(call: Call[Any]) -> dict[str, Any]:
    return call.render.tag(await call.db.write(hashtags.follow, call.viewer_id, _name(call)))


@endpoint(
    "POST", "/api/v1/tags/{name}/unfollow",
    scope="write:follows", returns=Tag, errors=(404,), summary="Follow a hashtag no longer",
)  # fmt: skip
async def unfollow(call: Call[Any]) -> dict[str, Any]:
    return call.render.tag(await call.db.write(hashtags.unfollow, call.viewer_id, _name(call)))


@endpoint(
    "GET", "/api/v1/followed_tags",
    scope="read:follows", parameters=Paged, returns=list[Tag],
    summary="The hashtags that the viewer follows, last followed first",
)  # fmt: skip
async def followed(call: Call[Paged]) -> Answer:
    part = page(call.parameters, FOLLOWED)
    found = await call.db.read(hashtags.followed, call.viewer_id, part)
    body = _encode([call.render.tag(hashtag) for hashtag in found])
    return Answer(body, headers=link(call, part.limit, [hashtag.cursor for hashtag in found]))

"""Hashtags: looking one up, following it, featuring it on one's profile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from officetalk.api.endpoint import Answer, Call, Endpoint, endpoint
from officetalk.api.entities import Tag
from officetalk.api.paging import Paged, link, page
from officetalk.api.render import Renderer
from officetalk.api.render_tags import tag_json, tags_json
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.paging import Page
from officetalk.featured import tags as featured
from officetalk.posts import hashtags, text
from officetalk.posts.hashtags import Hashtag

FOLLOWED = (100, 200)
_encode = msgspec.json.Encoder().encode


def _name(call: Call[Any]) -> str:
    """The hashtag in the path. NotFound for what can be none."""
    name = call.text("name")
    spans = text.scan("#" + name)
    if len(spans) != 1 or spans[0].kind != "hashtag" or spans[0].value != name or len(name) > 140:
        raise NotFound
    return name


Verb = Callable[[Connection, int, str], Hashtag]


def _shown(conn: Connection, render: Renderer, verb: Verb, viewer: int, name: str) -> dict[str, Any]:
    return tag_json(conn, render, viewer, verb(conn, viewer, name))


@endpoint(
    "GET", "/api/v1/tags/{name}",
    scope="read:follows", returns=Tag, errors=(404,), summary="A hashtag, used or not",
)  # fmt: skip
async def get(call: Call[Any]) -> dict[str, Any]:
    return await call.db.read(_shown, call.render, hashtags.find, call.viewer_id, _name(call))


def _action(name: str, scope: str, verb: Verb, errors: tuple[int, ...], summary: str) -> Endpoint:
    """`POST /api/v1/tags/{name}/…`"""

    async def act(call: Call[Any]) -> dict[str, Any]:
        return await call.db.write(_shown, call.render, verb, call.viewer_id, _name(call))

    return endpoint(
        "POST", f"/api/v1/tags/{{name}}/{name}", scope=scope, returns=Tag, errors=errors, summary=summary
    )(act)


def _feature(conn: Connection, viewer: int, name: str) -> Hashtag:
    featured.feature(conn, viewer, name, again=True)
    return hashtags.find(conn, viewer, name)


def _unfeature(conn: Connection, viewer: int, name: str) -> Hashtag:
    featured.unfeature_hashtag(conn, viewer, name)
    return hashtags.find(conn, viewer, name)


follow = _action(
    "follow", "write:follows", hashtags.follow, (404,),
    "Have the posts with a hashtag in one's home timeline",
)  # fmt: skip
unfollow = _action("unfollow", "write:follows", hashtags.unfollow, (404,), "Follow a hashtag no longer")
feature = _action(
    "feature", "write:accounts", _feature, (404, 422),
    "Feature a hashtag on one's profile; again: nothing happens",
)  # fmt: skip
unfeature = _action("unfeature", "write:accounts", _unfeature, (404,), "Feature a hashtag no longer")


def _followed(conn: Connection, render: Renderer, viewer: int, part: Page) -> tuple[bytes, list[int]]:
    found = hashtags.followed(conn, viewer, part)
    return _encode(tags_json(conn, render, viewer, found)), [tag.cursor for tag in found]


@endpoint(
    "GET", "/api/v1/followed_tags",
    scope="read:follows", parameters=Paged, returns=list[Tag],
    summary="The hashtags that the viewer follows, last followed first",
)  # fmt: skip
async def followed(call: Call[Paged]) -> Answer:
    part = page(call.parameters, FOLLOWED)
    body, cursors = await call.db.read(_followed, call.render, call.viewer_id, part)
    return Answer(body, headers=link(call, part.limit, cursors))

"""What people feature on their profile: hashtags and colleagues."""

from __future__ import annotations

from typing import Any

import msgspec

from officetalk.accounts.entities import Person
from officetalk.api.endpoint import Answer, Call, Endpoint, endpoint
from officetalk.api.entities import Account, Empty, FeaturedTag, Tag
from officetalk.api.paging import ACCOUNTS, Paged, page, people
from officetalk.api.relations import action
from officetalk.api.render import Renderer
from officetalk.api.render_tags import featured_tag_json, tags_json
from officetalk.core.database import Connection
from officetalk.core.paging import Page
from officetalk.featured import endorsements, tags
from officetalk.groups import known

_encode = msgspec.json.Encoder().encode
_ENDORSED_SINCE = 1751932800  # 8 Jul 2025, Mastodon 4.4: `endorse` in place of `pin`


# --- hashtags -----------------------------------------------------------------------------------------


def _tags(conn: Connection, render: Renderer, viewer: int, id: int) -> bytes:
    known.get(conn, viewer, id)
    return _encode([featured_tag_json(render, tag) for tag in tags.of_account(conn, viewer, id)])


@endpoint(
    "GET", "/api/v1/featured_tags",
    scope="read:accounts", returns=list[FeaturedTag],
    summary="Hashtags that the viewer features, the most used first",
)  # fmt: skip
async def own_tags(call: Call[Any]) -> bytes:
    return await call.db.read(_tags, call.render, call.viewer_id, call.viewer_id)


@endpoint(
    "GET", "/api/v1/accounts/{id}/featured_tags",
    scope="read:accounts", returns=list[FeaturedTag], errors=(404,),
    summary="Hashtags that somebody features, the most used first",
)  # fmt: skip
async def tags_of(call: Call[Any]) -> bytes:
    return await call.db.read(_tags, call.render, call.viewer_id, call.id)


class FeatureParameters(msgspec.Struct, frozen=True):
    name: str


@endpoint(
    "POST", "/api/v1/featured_tags",
    scope="write:accounts", parameters=FeatureParameters, returns=FeaturedTag, errors=(400, 422),
    summary="Feature a hashtag on one's profile",
)  # fmt: skip
async def feature(call: Call[FeatureParameters]) -> dict[str, Any]:
    made = await call.db.write(tags.feature, call.viewer_id, call.parameters.name)
    return featured_tag_json(call.render, made)


@endpoint(
    "DELETE", "/api/v1/featured_tags/{id}",
    scope="write:accounts", returns=Empty, errors=(404,), summary="Feature a hashtag no longer",
)  # fmt: skip
async def unfeature(call: Call[Any]) -> bytes:
    await call.db.write(tags.unfeature, call.viewer_id, call.id)
    return b"{}"


def _suggested(conn: Connection, render: Renderer, viewer: int) -> bytes:
    return _encode(tags_json(conn, render, viewer, tags.suggestions(conn, viewer)))


@endpoint(
    "GET", "/api/v1/featured_tags/suggestions",
    scope="read:accounts", returns=list[Tag],
    summary="Hashtags that the viewer uses and does not feature, the most used first",
)  # fmt: skip
async def suggested(call: Call[Any]) -> bytes:
    return await call.db.read(_suggested, call.render, call.viewer_id)


# --- colleagues ---------------------------------------------------------------------------------------


def _endorsed(conn: Connection, viewer: int, id: int, part: Page) -> list[Person]:
    known.get(conn, viewer, id)
    return endorsements.endorsed_by(conn, viewer, id, part)


@endpoint(
    "GET", "/api/v1/endorsements",
    scope="read:accounts", parameters=Paged, returns=list[Account],
    summary="Whom the viewer features, newest first",
)  # fmt: skip
async def own_endorsements(call: Call[Paged]) -> Answer:
    asked = page(call.parameters, ACCOUNTS)
    return await people(call, asked, endorsements.endorsed_by, call.viewer_id, call.viewer_id)


@endpoint(
    "GET", "/api/v1/accounts/{id}/endorsements",
    scope="read:accounts", parameters=Paged, returns=list[Account], errors=(404,),
    summary="Whom somebody features, newest first",
)  # fmt: skip
async def endorsements_of(call: Call[Paged]) -> Answer:
    return await people(call, page(call.parameters, ACCOUNTS), _endorsed, call.viewer_id, call.id)


ENDORSING: list[Endpoint] = [
    action(
        f"/api/v1/accounts/{{id}}/{name}", "write:accounts", verb, summary, (404, *errors), deprecated=since
    )
    for name, verb, summary, errors, since in (
        ("endorse", endorsements.endorse, "Feature somebody whom one follows", (422,), None),
        ("unendorse", endorsements.unendorse, "Feature somebody no longer", (), None),
        ("pin", endorsements.endorse, "As endorse", (422,), _ENDORSED_SINCE),
        ("unpin", endorsements.unendorse, "As unendorse", (), _ENDORSED_SINCE),
    )
]  # fmt: skip

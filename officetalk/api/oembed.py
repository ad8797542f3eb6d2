"""oEmbed (oembed.com): what another page may show for the address of a post.

Mastodon answers everybody. Here nothing is readable without sign-in, so whoever asks needs a token, and what
is answered is a link with the author's name and no frame: a page could not show what is in it.
"""

from __future__ import annotations

import re
from html import escape
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from officetalk.api.endpoint import Call, endpoint
from officetalk.api.entities import OEmbed
from officetalk.api.render import Renderer
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.posts import queries
from officetalk.posts.visibility import COMPANY_WIDE

_DAY_SECONDS = 86_400
_POST = re.compile(r"/@[A-Za-z0-9_.-]+/(\d{1,18})/?")


class OEmbedParameters(msgspec.Struct, frozen=True):
    url: str = ""
    maxwidth: Annotated[int, Meta(ge=1, le=10_000)] = 400
    maxheight: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    format: Literal["json", "xml"] = "json"


def _embedded(
    conn: Connection, render: Renderer, viewer: int, id: int, domain: str, asked: OEmbedParameters
) -> dict[str, Any]:
    post = queries.get(conn, viewer, id).shown
    if post.content.audience not in COMPANY_WIDE:
        raise NotFound
    author, url = post.author, render.status_url(post.author.username, post.id)
    name = author.name
    return {
        "type": "rich",
        "version": "1.0",
        "title": f"New status by {name}",
        "author_name": name,
        "author_url": render.profile_url(author.username),
        "provider_name": domain,
        "provider_url": f"{render.origin}/",
        "cache_age": _DAY_SECONDS,
        "html": f'<blockquote class="mastodon-embed"><a href="{url}" target="_blank" rel="noopener">'
        f"Post by @{escape(author.username)}@{escape(domain)}</a></blockquote>",
        "width": asked.maxwidth,
        "height": asked.maxheight,
    }


@endpoint(
    "GET", "/api/oembed",
    scope="read:statuses", parameters=OEmbedParameters, returns=OEmbed, errors=(404, 422),
    summary="What to show for the address of a post",
)  # fmt: skip
async def oembed(call: Call[OEmbedParameters]) -> dict[str, Any]:
    asked, origin = call.parameters, call.render.origin
    found = _POST.fullmatch(asked.url.removeprefix(origin)) if asked.url.startswith(origin + "/") else None
    if found is None or asked.format != "json":
        raise NotFound
    domain = call.services.settings.domain
    return await call.db.read(_embedded, call.render, call.viewer_id, int(found[1]), domain, asked)

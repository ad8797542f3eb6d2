"""What the company talks about more than usual: hashtags, posts, links. For administrators the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from officetalk.api.endpoint import Answer, Call, Endpoint, endpoint
from officetalk.api.entities import AdminTag, Status, Tag, TrendingLink
from officetalk.api.paging import Limit, Offset, offset_link
from officetalk.api.render import Renderer
from officetalk.api.render_cards import card_json
from officetalk.api.render_tags import history_json, tags_json
from officetalk.core.database import Connection
from officetalk.links.entities import Card
from officetalk.previews import rules as cards
from officetalk.trends import history, queries, work

TAGS_AND_LINKS = (10, 20)
STATUSES = (20, 40)
_RENAMED = 1648598400  # 30 Mar 2022, Mastodon 3.5: /trends is /trends/tags
_REVIEWED = {"trendable": True, "usable": True, "requires_review": False}
_encode = msgspec.json.Encoder().encode


class TrendsParameters(msgspec.Struct, frozen=True):
    limit: Limit | None = None
    offset: Offset = 0


Shown = tuple[bytes, int]  # the list as JSON, and how many are in it
Show = Callable[[Connection, Renderer, int, int, int], Shown]


def _tags(conn: Connection, render: Renderer, viewer: int, limit: int, offset: int) -> Shown:
    found = queries.tags(conn, viewer, limit, offset)
    return _encode(tags_json(conn, render, viewer, found)), len(found)


def _admin_tags(conn: Connection, render: Renderer, viewer: int, limit: int, offset: int) -> Shown:
    found = queries.tags(conn, viewer, limit, offset)
    return _encode([{**tag, **_REVIEWED} for tag in tags_json(conn, render, viewer, found)]), len(found)


def _statuses(conn: Connection, render: Renderer, viewer: int, limit: int, offset: int) -> Shown:
    found = queries.posts(conn, viewer, limit, offset)
    return render.statuses(found), len(found)


def _links(conn: Connection, render: Renderer, viewer: int, limit: int, offset: int) -> Shown:
    found = queries.links(conn, viewer, limit, offset)
    known = cards.known(conn, [link.url for link in found]) if found else {}
    used = history.of(conn, "link", [link.id for link in found])
    nothing = history.unused(conn.now)
    shown = [
        {
            **card_json(known.get(link.url) or Card(link.url, link.url), render.picture_url),
            "history": history_json(used.get(link.id, nothing)),
        }
        for link in found
    ]
    return _encode(shown), len(found)


def _read(
    conn: Connection, show: Show, render: Renderer, viewer: int, limit: int, offset: int
) -> tuple[Shown, bool]:
    return show(conn, render, viewer, limit, offset), work.is_due(conn)


async def _listed(call: Call[TrendsParameters], show: Show, sizes: tuple[int, int]) -> Answer:
    asked = call.parameters
    limit = min(asked.limit or sizes[0], sizes[1])
    (body, found), due = await call.db.read(_read, show, call.render, call.viewer_id, limit, asked.offset)
    if due:
        await call.db.write(work.ensure)
    return Answer(body, headers=offset_link(call, limit, asked.offset, found))


def _list(
    path: str,
    show: Show,
    sizes: tuple[int, int],
    entity: Any,
    summary: str,
    *,
    moderators: bool = False,
    deprecated: int | None = None,
) -> Endpoint:
    async def listed(call: Call[TrendsParameters]) -> Answer:
        return await _listed(call, show, sizes)

    return endpoint(
        "GET", path,
        scope="admin:read" if moderators else "read:statuses", role="moderator" if moderators else None,
        parameters=TrendsParameters, returns=list[entity], summary=summary, deprecated=deprecated,
    )(listed)  # fmt: skip


LISTS: list[Endpoint] = [
    _list("/api/v1/trends/tags", _tags, TAGS_AND_LINKS, Tag, "Hashtags that most people use now"),
    _list("/api/v1/trends", _tags, TAGS_AND_LINKS, Tag, "As /api/v1/trends/tags", deprecated=_RENAMED),
    _list("/api/v1/trends/statuses", _statuses, STATUSES, Status, "Posts that most people react to now"),
    _list("/api/v1/trends/links", _links, TAGS_AND_LINKS, TrendingLink, "Links that most people share now"),
    _list(
        "/api/v1/admin/trends/tags", _admin_tags, TAGS_AND_LINKS, AdminTag,
        "The same, with what moderators may decide of a hashtag", moderators=True,
    ),
    _list(
        "/api/v1/admin/trends/statuses", _statuses, STATUSES, Status, "The same for moderators",
        moderators=True,
    ),
    _list(
        "/api/v1/admin/trends/links", _links, TAGS_AND_LINKS, TrendingLink, "The same for moderators",
        moderators=True,
    ),
]  # fmt: skip

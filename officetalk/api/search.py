"""Search: people, posts and hashtags at once, or one kind by pages."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from officetalk.accounts import queries as accounts
from officetalk.accounts.entities import Person
from officetalk.api.accounts import with_groups
from officetalk.api.endpoint import Call, endpoint
from officetalk.api.entities import Search
from officetalk.api.paging import EntityId, Limit, Offset
from officetalk.api.render import Renderer
from officetalk.api.render_tags import tags_json
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.groups import known
from officetalk.posts import queries as posts
from officetalk.search import hashtags, people
from officetalk.search import posts as post_search

SIZES = (20, 40)
_encode = msgspec.json.Encoder().encode
# Addresses of this server, which people paste into an app's search to open them there.
_NAME = re.compile(r"@?([A-Za-z0-9_.-]{1,30})(?:@[^\s@]*)?")
_ADDRESS = re.compile(r"/@([A-Za-z0-9_.-]+)(?:/(\d{1,19}))?/?")


class SearchParameters(msgspec.Struct, frozen=True):
    q: str
    type: Literal["accounts", "statuses", "hashtags"] | None = None
    limit: Limit | None = None
    offset: Offset = 0
    resolve: bool = False
    following: bool = False
    account_id: EntityId | None = None
    max_id: EntityId | None = None
    min_id: EntityId | None = None
    exclude_unreviewed: bool = False


@endpoint(
    "GET", "/api/v2/search",
    scope="read:search", parameters=SearchParameters, returns=Search, errors=(400, 422),
    summary="Find people, posts and hashtags; an address of this server finds what it shows",
)  # fmt: skip
async def search(call: Call[SearchParameters]) -> bytes:
    asked = call.parameters
    query = asked.q.strip()
    origin = call.render.origin
    if query.startswith(origin + "/"):
        match = _ADDRESS.fullmatch(query.removeprefix(origin))
        return await call.db.read(
            _open, call.render, call.viewer_id, match[1] if match else "", int(match[2] or 0) if match else 0
        )
    return await call.db.read(_search, call.render, call.viewer_id, query, asked)


def _open(conn: Connection, render: Renderer, viewer: int, username: str, id: int) -> bytes:
    """What stands under `/@username` or `/@username/id`, if the viewer may see it."""
    try:
        if id:
            return _shown(statuses=render.statuses([posts.get(conn, viewer, id)]))
        return _shown(people=render.people([known.by_name(conn, viewer, username)]))
    except NotFound:
        return _shown()


def _search(conn: Connection, render: Renderer, viewer: int, query: str, asked: SearchParameters) -> bytes:
    if not query:
        return _shown()
    limit = min(asked.limit or SIZES[0], SIZES[1])
    # An offset means pages of one kind; without a kind it would skip in three lists at once.
    offset = asked.offset if asked.type else 0
    shown = {}
    if asked.type in (None, "accounts") and not query.startswith("#") and asked.account_id is None:
        found = people.search(conn, viewer, query, limit, offset, asked.following)
        if asked.resolve and not offset:
            found = _with_the_very_name(conn, viewer, query, found)[:limit]
        if not asked.following:
            found = with_groups(conn, viewer, query, found, limit, offset)
        shown["people"] = render.people(found)
    if asked.type in (None, "statuses") and not query.startswith("@"):
        shown["statuses"] = render.statuses(
            post_search.search(
                conn,
                viewer,
                query,
                limit,
                offset,
                account_id=asked.account_id,
                max_id=asked.max_id,
                min_id=asked.min_id,
            )
        )
    if asked.type in (None, "hashtags") and not query.startswith("@") and asked.account_id is None:
        tags = hashtags.search(conn, viewer, query.removeprefix("#"), limit, offset)
        shown["tags"] = _encode(tags_json(conn, render, viewer, tags))
    return _shown(**shown)


def _with_the_very_name(conn: Connection, viewer: int, query: str, found: list[Person]) -> list[Person]:
    """Whom the viewer has blocked is in no list, but found by the whole name: to be unblocked."""
    name = _NAME.fullmatch(query)
    if name is None or (found and found[0].account.username.lower() == name[1].lower()):
        return found
    try:
        person = accounts.by_username(conn, name[1])
    except NotFound:
        return found
    if accounts.relationship(conn, viewer, person.id).blocked_by:
        return found
    return [person, *(one for one in found if one.id != person.id)]


def _shown(people: bytes = b"[]", statuses: bytes = b"[]", tags: bytes = b"[]") -> bytes:
    return b'{"accounts":%b,"statuses":%b,"hashtags":%b}' % (people, statuses, tags)

"""People: who somebody is, what they posted, who follows whom; and finding them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from officetalk.accounts import familiar, queries
from officetalk.accounts.entities import Person
from officetalk.api.endpoint import Answer, Call, endpoint
from officetalk.api.entities import Account, FamiliarFollowers, Status
from officetalk.api.paging import (
    ACCOUNTS,
    STATUSES,
    IdsParameters,
    Limit,
    Offset,
    Paged,
    checked_ids,
    page,
    people,
    posts,
)
from officetalk.api.render import Renderer
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.paging import Page
from officetalk.groups import known
from officetalk.groups import queries as groups
from officetalk.posts import hashtags
from officetalk.posts.entities import Post
from officetalk.search import directory
from officetalk.search import people as people_search
from officetalk.timelines import lists

MOST_GROUPS = 5  # above the people that a search finds
_PROOFS_ENDED = 1648598400  # 30 Mar 2022, Mastodon 3.5


def _by_ids(conn: Connection, render: Renderer, viewer: int, ids: list[int]) -> bytes:
    return render.people(known.by_ids(conn, viewer, ids))


@endpoint(
    "GET", "/api/v1/accounts",
    scope="read:accounts", parameters=IdsParameters, returns=list[Account], errors=(422,),
    summary="Several people by id; unknown ids are left out",
)  # fmt: skip
async def several(call: Call[IdsParameters]) -> bytes:
    return await call.db.read(_by_ids, call.render, call.viewer_id, checked_ids(call.parameters))


def _get(conn: Connection, render: Renderer, viewer: int, id: int) -> bytes:
    return render.person(known.get(conn, viewer, id))


@endpoint(
    "GET", "/api/v1/accounts/{id}",
    scope="read:accounts", returns=Account, errors=(404,), summary="A person or a group",
)  # fmt: skip
async def get(call: Call[Any]) -> bytes:
    return await call.db.read(_get, call.render, call.viewer_id, call.id)


def local_name(acct: str, domain: str) -> str:
    """The user name in `ada`, `@ada` or `ada@this.server`. NotFound for other servers: there are none."""
    name, _, host = acct.strip().removeprefix("@").partition("@")
    if not name or (host and host.lower() != domain.lower()):
        raise NotFound
    return name


class LookupParameters(msgspec.Struct, frozen=True):
    acct: str


def _lookup(conn: Connection, render: Renderer, viewer: int, name: str) -> bytes:
    return render.person(known.by_name(conn, viewer, name))


@endpoint(
    "GET", "/api/v1/accounts/lookup",
    scope="read:accounts", parameters=LookupParameters, returns=Account, errors=(400, 404, 422),
    summary="A person by user name, or a group by its handle",
)  # fmt: skip
async def lookup(call: Call[LookupParameters]) -> bytes:
    name = local_name(call.parameters.acct, call.services.settings.domain)
    return await call.db.read(_lookup, call.render, call.viewer_id, name)


class PeopleSearchParameters(msgspec.Struct, frozen=True):
    q: str
    limit: Limit | None = None
    offset: Offset = 0
    resolve: bool = False
    following: bool = False


def _search(
    conn: Connection, render: Renderer, viewer: int, query: str, limit: int, offset: int, following: bool
) -> bytes:
    found = people_search.search(conn, viewer, query, limit, offset, following)
    return render.people(with_groups(conn, viewer, query, found, limit, offset))


@endpoint(
    "GET", "/api/v1/accounts/search",
    scope="read:accounts", parameters=PeopleSearchParameters, returns=list[Account], errors=(400, 422),
    summary="Find people by name, user name, title or department, best match first",
)  # fmt: skip
async def search(call: Call[PeopleSearchParameters]) -> bytes:
    asked = call.parameters
    limit = min(asked.limit or ACCOUNTS[0], ACCOUNTS[1])
    return await call.db.read(
        _search, call.render, call.viewer_id, asked.q, limit, asked.offset, asked.following
    )


def with_groups(
    conn: Connection, viewer: int, query: str, found: list[Person], limit: int, offset: int
) -> list[Person]:
    """People, and groups that are called so: of these a few come first, on the first page."""
    if offset or not query.strip():
        return found
    called = [group.person for group in groups.search(conn, viewer, query, MOST_GROUPS)]
    return [*called, *found][:limit]


class DirectoryParameters(Paged, frozen=True):
    """Mastodon pages by `offset`; `max_id` from the Link header goes further and costs nothing."""

    order: Literal["active", "new", "name"] = "active"
    offset: Annotated[int, Meta(ge=0, le=10_000, description="How many to leave out.")] = 0
    local: bool = False
    department: str | None = None


def _directory(conn: Connection, viewer: int, asked: DirectoryParameters, part: Page) -> list[Person]:
    whole = msgspec.structs.replace(part, limit=asked.offset + part.limit)
    return directory.directory(conn, viewer, asked.order, asked.department or None, whole)[asked.offset :]


@endpoint(
    "GET", "/api/v1/directory",
    scope="read:accounts", parameters=DirectoryParameters, returns=list[Account], errors=(422,),
    summary="Everybody: last active first, newest first or by name; of one department or of all",
)  # fmt: skip
async def everybody(call: Call[DirectoryParameters]) -> Answer:
    asked = call.parameters
    return await people(call, page(asked, ACCOUNTS), _directory, call.viewer_id, asked)


# --- lists of a person --------------------------------------------------------------------------------


class PostsParameters(Paged, frozen=True):
    only_media: bool = False
    exclude_replies: bool = False
    exclude_reblogs: bool = False
    pinned: bool = False
    tagged: str | None = None


def _posts_of(conn: Connection, viewer: int, id: int, asked: PostsParameters, part: Page) -> list[Post]:
    person = known.get(conn, viewer, id)
    if asked.pinned:
        return lists.pinned(conn, viewer, id, part)
    hashtag_id = None
    if asked.tagged:
        hashtag_id = hashtags.find(conn, viewer, asked.tagged.removeprefix("#")).id
        if not hashtag_id:
            return []
    if known.is_group(person):
        return [] if asked.only_media or hashtag_id else lists.of_group(conn, viewer, id, part)
    return lists.of_account(
        conn, viewer, id, part,
        comments=not asked.exclude_replies, reposts=not asked.exclude_reblogs,
        only_media=asked.only_media, hashtag_id=hashtag_id,
    )  # fmt: skip


@endpoint(
    "GET", "/api/v1/accounts/{id}/statuses",
    scope="read:statuses", parameters=PostsParameters, returns=list[Status], errors=(404,),
    summary="What somebody posted, newest first",
)  # fmt: skip
async def statuses(call: Call[PostsParameters]) -> Answer:
    asked = call.parameters
    return await posts(call, page(asked, STATUSES), _posts_of, call.viewer_id, call.id, asked)


@endpoint(
    "GET", "/api/v1/accounts/{id}/followers",
    scope="read:accounts", parameters=Paged, returns=list[Account], errors=(404,),
    summary="Who follows somebody, or is a member of a group, newest first",
)  # fmt: skip
async def followers(call: Call[Paged]) -> Answer:
    asked = page(call.parameters, ACCOUNTS)
    return await people(call, asked, known.followers, call.viewer_id, call.id)


@endpoint(
    "GET", "/api/v1/accounts/{id}/following",
    scope="read:accounts", parameters=Paged, returns=list[Account], errors=(404,),
    summary="Whom somebody follows, newest first",
)  # fmt: skip
async def following(call: Call[Paged]) -> Answer:
    asked = page(call.parameters, ACCOUNTS)
    return await people(call, asked, known.following, call.viewer_id, call.id)


def _familiar(conn: Connection, render: Renderer, viewer: int, ids: list[int]) -> bytes:
    found = familiar.familiar_followers(conn, viewer, ids)
    return b"[%b]" % b",".join(
        [b'{"id":"%d","accounts":%b}' % (id, render.people(known)) for id, known in found]
    )


@endpoint(
    "GET", "/api/v1/accounts/familiar_followers",
    scope="read:follows", parameters=IdsParameters, returns=list[FamiliarFollowers], errors=(422,),
    summary="Which of those whom the viewer follows also follow somebody",
)  # fmt: skip
async def familiar_followers(call: Call[IdsParameters]) -> bytes:
    return await call.db.read(_familiar, call.render, call.viewer_id, checked_ids(call.parameters))


@endpoint(
    "GET", "/api/v1/accounts/{id}/identity_proofs",
    scope="read:accounts", returns=list[Any], errors=(404,), deprecated=_PROOFS_ENDED,
    summary="Identity proofs: there are none, as in Mastodon since 3.5",
)  # fmt: skip
async def identity_proofs(call: Call[Any]) -> bytes:
    await call.db.read(queries.visible, call.id)
    return b"[]"

"""Timelines: home, the company's (which apps call public or local), a hashtag's; likes and bookmarks."""

from __future__ import annotations

import msgspec

from officetalk.api.endpoint import Answer, Call, endpoint
from officetalk.api.entities import Status
from officetalk.api.paging import STATUSES, Paged, page, posts
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid
from officetalk.core.paging import Page
from officetalk.posts import hashtags
from officetalk.posts.entities import Post
from officetalk.timelines import home as home_timeline
from officetalk.timelines import lists


@endpoint(
    "GET", "/api/v1/timelines/home",
    scope="read:statuses", parameters=Paged, returns=list[Status],
    summary="Posts of the people and hashtags that the viewer follows",
)  # fmt: skip
async def home(call: Call[Paged]) -> Answer:
    return await posts(call, page(call.parameters, STATUSES), home_timeline.home, call.viewer_id)


class PublicParameters(Paged, frozen=True):
    local: bool = False
    remote: bool = False
    only_media: bool = False


@endpoint(
    "GET", "/api/v1/timelines/public",
    scope="read:statuses", parameters=PublicParameters, returns=list[Status],
    summary="The company feed: all posts to the company",
)  # fmt: skip
async def public(call: Call[PublicParameters]) -> Answer:
    asked = call.parameters
    if asked.remote:  # there is no other server
        return Answer(b"[]")
    return await posts(
        call, page(asked, STATUSES), lists.company, call.viewer_id, only_media=asked.only_media
    )


class TagParameters(PublicParameters, frozen=True):
    any: list[str] = msgspec.field(default_factory=list)
    all: list[str] = msgspec.field(default_factory=list)
    none: list[str] = msgspec.field(default_factory=list)


def _tagged(conn: Connection, viewer: int, name: str, asked: Page, *, only_media: bool) -> list[Post]:
    found = hashtags.find(conn, viewer, name)
    if not found.id:
        return []
    return lists.by_hashtag(conn, viewer, found.id, asked, only_media=only_media)


@endpoint(
    "GET", "/api/v1/timelines/tag/{name}",
    scope="read:statuses", parameters=TagParameters, returns=list[Status], errors=(422,),
    summary="Posts with a hashtag",
)  # fmt: skip
async def tag(call: Call[TagParameters]) -> Answer:
    asked = call.parameters
    for field in ("any", "all", "none"):
        if getattr(asked, field):
            raise Invalid(field, "is not available on this server")
    if asked.remote:
        return Answer(b"[]")
    return await posts(
        call, page(asked, STATUSES), _tagged, call.viewer_id, call.text("name"), only_media=asked.only_media
    )


@endpoint(
    "GET", "/api/v1/favourites",
    scope="read:favourites", parameters=Paged, returns=list[Status],
    summary="Posts that the viewer likes, newest like first",
)  # fmt: skip
async def favourites(call: Call[Paged]) -> Answer:
    return await posts(call, page(call.parameters, STATUSES), lists.likes, call.viewer_id)


@endpoint(
    "GET", "/api/v1/bookmarks",
    scope="read:bookmarks", parameters=Paged, returns=list[Status],
    summary="Posts that the viewer bookmarked, newest bookmark first",
)  # fmt: skip
async def bookmarks(call: Call[Paged]) -> Answer:
    return await posts(call, page(call.parameters, STATUSES), lists.bookmarks, call.viewer_id)

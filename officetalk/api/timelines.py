"""Timelines: home, the company's (which apps call public or local), of hashtags, links and lists, direct
posts; likes and bookmarks."""

from __future__ import annotations

import msgspec

from officetalk.api.endpoint import Answer, Call, endpoint
from officetalk.api.entities import Status
from officetalk.api.paging import STATUSES, Paged, page, posts
from officetalk.conversations import rules as conversations
from officetalk.core.database import Connection
from officetalk.core.paging import Page
from officetalk.posts import hashtags
from officetalk.posts.entities import Post
from officetalk.timelines import home as home_timeline
from officetalk.timelines import linked, lists, people_list, tagged


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


def _tagged(conn: Connection, viewer: int, name: str, asked: TagParameters, part: Page) -> list[Post]:
    if asked.any or asked.all or asked.none:
        return tagged.by_hashtags(
            conn, viewer, [name, *asked.any], part,
            all_of=asked.all, none_of=asked.none, only_media=asked.only_media,
        )  # fmt: skip
    found = hashtags.find(conn, viewer, name)
    if not found.id:
        return []
    return lists.by_hashtag(conn, viewer, found.id, part, only_media=asked.only_media)


@endpoint(
    "GET", "/api/v1/timelines/tag/{name}",
    scope="read:statuses", parameters=TagParameters, returns=list[Status],
    summary="Posts with a hashtag, or one of several, with all of others, without yet others",
)  # fmt: skip
async def tag(call: Call[TagParameters]) -> Answer:
    asked = call.parameters
    if asked.remote:
        return Answer(b"[]")
    return await posts(call, page(asked, STATUSES), _tagged, call.viewer_id, call.text("name"), asked)


class LinkParameters(Paged, frozen=True):
    url: str = ""


@endpoint(
    "GET", "/api/v1/timelines/link",
    scope="read:statuses", parameters=LinkParameters, returns=list[Status],
    summary="Posts to the company that link to an address",
)  # fmt: skip
async def link(call: Call[LinkParameters]) -> Answer:
    asked = call.parameters
    return await posts(call, page(asked, STATUSES), linked.by_link, call.viewer_id, asked.url)


@endpoint(
    "GET", "/api/v1/timelines/list/{id}",
    scope="read:lists", parameters=Paged, returns=list[Status], errors=(404,),
    summary="Posts of those who are on one of the viewer's lists",
)  # fmt: skip
async def on_list(call: Call[Paged]) -> Answer:
    part = page(call.parameters, STATUSES)
    return await posts(call, part, people_list.people_list_timeline, call.viewer_id, call.id)


@endpoint(
    "GET", "/api/v1/timelines/direct",
    scope="read:statuses", parameters=Paged, returns=list[Status], deprecated=1_540_771_200,  # Mastodon 2.6
    summary="Direct posts by and to the viewer; see conversations",
)  # fmt: skip
async def direct(call: Call[Paged]) -> Answer:
    return await posts(call, page(call.parameters, STATUSES), conversations.direct_posts, call.viewer_id)


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

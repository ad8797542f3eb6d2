"""What the composer offers while one types: people after @, hashtags after #, the company's emoji after a colon;
and a short address for a long one."""

from __future__ import annotations

import msgspec
from starlette.responses import JSONResponse, Response

from officetalk.core.database import Connection
from officetalk.core.paging import Page
from officetalk.featured import tags as own_tags
from officetalk.links import shorten
from officetalk.posts import hashtags as followed_tags
from officetalk.posts.hashtags import Hashtag
from officetalk.search import hashtags, people
from officetalk.trends import history, queries
from officetalk.web.page import page
from officetalk.web.visit import Visit

OFFERED = 6


class Tag(msgspec.Struct, frozen=True):
    """A hashtag in the list: how many posts of the last seven days have it."""

    name: str
    uses: int
    following: bool


@page("/compose/people")
async def offer_people(visit: Visit) -> Response:
    """The people whose name, user name, title or department begins like `q`, best first, as options."""
    query = visit.asked("q")[:60]
    found = await visit.read(people.search, visit.me.id, query, OFFERED) if query.strip() else []
    return visit.render("fragments/mentions.html", people=[person.account for person in found])


def _tags(conn: Connection, viewer: int, query: str) -> list[Tag]:
    """Those that begin so, followed ones first. Without a beginning: what is followed, what one used oneself, and
    what the company talks about."""
    if query:
        found = hashtags.search(conn, viewer, query, 2 * OFFERED)
    else:
        found = [
            *followed_tags.followed(conn, viewer, Page(OFFERED // 2)),
            *own_tags.suggestions(conn, viewer, OFFERED // 2),
            *queries.tags(conn, viewer, OFFERED),
        ]
    known: dict[int, Hashtag] = {}
    for tag in found:
        known.setdefault(tag.id, tag)
    days = history.of(conn, "tag", known)
    tags = [Tag(tag.name, sum(d.uses for d in days.get(tag.id, ())), tag.following) for tag in known.values()]
    return sorted(tags, key=lambda tag: not tag.following)[:OFFERED] if query else tags[:OFFERED]


@page("/compose/hashtags")
async def offer_hashtags(visit: Visit) -> Response:
    """The hashtags that begin like `q`, as options."""
    query = visit.asked("q").strip().lstrip("#＃")[:100]
    return visit.render("fragments/hashtags.html", tags=await visit.read(_tags, visit.me.id, query))


@page("/compose/emoji")
async def offer_emoji(visit: Visit) -> Response:
    """The company's own emoji, all of the picker: [{"name", "src", "still", "group"}]. `still` does not move."""
    catalogue = visit.services.emoji
    if catalogue.stale:
        await catalogue.refresh()
    return JSONResponse(
        [
            {"name": one.shortcode, "src": one.address, "still": one.static_address, "group": one.category}
            for one in catalogue.everything
            if one.in_picker and not one.disabled
        ]
    )


@page("/compose/link", ("POST",))
async def shorten_link(visit: Visit) -> Response:
    """The short address of `url`: {"short"}. Invalid for what is no address."""
    url = visit.text("url").strip()
    codes = await visit.write(shorten.shorten, visit.me.id, [url])
    return JSONResponse({"short": shorten.address(visit.services.settings.origin, codes[url])})

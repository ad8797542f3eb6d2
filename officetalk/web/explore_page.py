"""What the company talks about: posts, hashtags and links of the last days, those that most people answer, like
or use first."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from officetalk.core.database import Connection
from officetalk.core.translation import N_, _
from officetalk.posts.entities import Post
from officetalk.posts.hashtags import Hashtag
from officetalk.trends import history, queries
from officetalk.trends.history import History
from officetalk.trends.queries import TrendingLink
from officetalk.web import cards
from officetalk.web.links_page import talk_path
from officetalk.web.page import page
from officetalk.web.reading import Answered
from officetalk.web.visit import PAGE, Visit

TABS = (("posts", N_("Posts")), ("tags", N_("Hashtags")), ("links", N_("Links")))
_LAST = 200  # nobody looks further


class Item(msgspec.Struct, frozen=True):
    """A hashtag or a link, with the posts and people of the last seven days, and how it went (0 to 100 a day,
    oldest first)."""

    name: str
    href: str
    posts: int
    people: int
    days: tuple[int, ...]
    talk: str = ""  # where the posts with a link stand


def _item(name: str, href: str, days: History, talk: str = "") -> Item:
    most = max((day.uses for day in days), default=0) or 1
    return Item(
        name, href, sum(day.uses for day in days), max((day.accounts for day in days), default=0),
        tuple(round(100 * day.uses / most) for day in reversed(days)), talk,
    )  # fmt: skip


def _posts(conn: Connection, viewer: int, offset: int) -> tuple[list[Post], Answered]:
    posts = queries.posts(conn, viewer, PAGE, offset)
    return posts, cards.people_answered(conn, posts)


def _tags(conn: Connection, viewer: int, offset: int) -> tuple[list[Hashtag], dict[int, History]]:
    found = queries.tags(conn, viewer, PAGE, offset)
    return found, history.of(conn, "tag", [tag.id for tag in found])


def _links(conn: Connection, viewer: int, offset: int) -> tuple[list[TrendingLink], dict[int, History]]:
    found = queries.links(conn, viewer, PAGE, offset)
    return found, history.of(conn, "link", [link.id for link in found])


@page("/explore")
async def explore_page(visit: Visit) -> Response:
    tab = visit.asked("show") if visit.asked("show") in dict(TABS) else "posts"
    offset = min(visit.asked_id("offset") or 0, _LAST)
    shown: list[cards.Card] = []
    items: list[Item] = []
    if tab == "posts":
        posts, answered = await visit.read(_posts, visit.me.id, offset)
        shown, full = cards.cards(posts, visit.reader, answered), len(posts) == PAGE
    elif tab == "tags":
        tags, days = await visit.read(_tags, visit.me.id, offset)
        items = [_item(f"#{tag.name}", cards.tag_path(tag.name), days.get(tag.id, ())) for tag in tags]
        full = len(tags) == PAGE
    else:
        links, days = await visit.read(_links, visit.me.id, offset)
        items = [
            _item(
                link.url.partition("://")[2],
                link.url,
                days.get(link.id, ()),
                talk_path(link.url),
            )
            for link in links
        ]
        full = len(links) == PAGE
    more = {"show": tab, "offset": offset + PAGE}
    return visit.render(
        "explore.html",
        tab=tab,
        tabs=[
            (key, "/explore" if key == "posts" else f"/explore?show={key}", _(words)) for key, words in TABS
        ],
        cards=shown,
        items=items,
        older=f"/explore?{urlencode(more)}" if full and offset + PAGE <= _LAST else "",
    )

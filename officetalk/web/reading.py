"""Timelines and lists of posts: home, company, hashtags, bookmarks, likes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from officetalk.accounts import organisation
from officetalk.accounts import queries as accounts
from officetalk.accounts.entities import Account, Person, Relationship
from officetalk.announcements import queries as announcements
from officetalk.announcements.entities import Shown
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid
from officetalk.core.ids import time_of
from officetalk.core.paging import Page
from officetalk.core.translation import _
from officetalk.posts import hashtags
from officetalk.posts.entities import Post
from officetalk.posts.text import hashtag_key
from officetalk.timelines import lists, markers
from officetalk.timelines.home import home
from officetalk.timelines.talked import talked_about
from officetalk.web import cards, composing
from officetalk.web.announced import announced
from officetalk.web.page import page
from officetalk.web.proposing import Offered, proposed
from officetalk.web.visit import PAGE, Visit

_OFFERED = 6  # people to follow, where home is empty
NEW_POSTS = 40  # how many the pill brings at once; when there are more, the page is read anew


class Around(msgspec.Struct, frozen=True):
    """What stands beside a timeline."""

    near: tuple[tuple[Person, Relationship], ...]
    talked: tuple[tuple[str, int], ...]
    people: int
    announced: list[Shown]


def _around(conn: Connection, viewer: Account) -> Around:
    return Around(
        tuple((person, Relationship(person.id)) for person in organisation.near(conn, viewer)),
        tuple(talked_about(conn)),
        organisation.headcount(conn),
        announcements.active(conn, viewer.id),
    )


def wanted_page(visit: Visit) -> Page:
    """The page of a timeline that the address asks for; more at once where the pill asks."""
    asked = visit.list_page()
    return Page(NEW_POSTS, None, None, asked.min_id) if visit.fragment and asked.min_id is not None else asked


class _Keyed(Protocol):
    """What stands in a list that pages by key."""

    @property
    def cursor(self) -> int: ...


def older_link(visit: Visit, posts: Sequence[_Keyed], page: Page, **more: str) -> str:
    """The address of the next page; empty when this one is the last."""
    if len(posts) < page.limit:
        return ""
    return f"{visit.request.url.path}?{urlencode({**more, 'max_id': posts[-1].cursor})}"


def newer_link(visit: Visit, posts: Sequence[_Keyed], page: Page, **more: str) -> str:
    """The address of the page before; empty on the first."""
    if not posts or (page.max_id is None and page.min_id is None):
        return ""
    return f"{visit.request.url.path}?{urlencode({**more, 'min_id': posts[0].cursor})}"


Answered = Mapping[int, Account]


def with_answered(
    conn: Connection, list_of: Callable[..., list[Post]], *args: Any, **more: Any
) -> tuple[list[Post], Answered]:
    """The posts of a list, and the authors of what they answer."""
    posts = list_of(conn, *args, **more)
    return posts, cards.people_answered(conn, posts)


def keep_offline(visit: Visit, posts: Iterable[Post]) -> None:
    """The page may be shown again without a network: where it is the newest, and nothing on it is direct."""
    if not visit.query and all(post.shown.content.audience != "direct" for post in posts):
        visit.keep_offline()


def timeline_parts(visit: Visit, posts: list[Post], answered: Answered, asked: Page) -> list[cards.Part]:
    """The posts of a timeline, by days."""
    clock = visit.clockface
    made = cards.cards(posts, visit.reader, answered)
    goes_on = visit.fragment and asked.max_id is not None
    return cards.parts(made, clock, time_of(asked.max_id) if goes_on and asked.max_id else None)


def timeline_fragment(visit: Visit, posts: list[Post], answered: Answered, asked: Page) -> Response:
    """More of a timeline: below what is there (max_id), or above it (min_id)."""
    newer = asked.min_id is not None
    headers = {"X-More": "1"} if newer and len(posts) == asked.limit else None
    older = "" if newer else older_link(visit, posts, asked)
    return visit.render(
        "fragments/timeline.html",
        headers=headers,
        parts=timeline_parts(visit, posts, answered, asked),
        older=older,
    )


def _home(
    conn: Connection, viewer: Account, asked: Page
) -> tuple[tuple[list[Post], Answered], markers.Marker | None, Around, list[Offered]]:
    """The last: whom to follow, while there is nothing to read."""
    read = markers.get(conn, viewer.id, ("home",)) if asked.max_id is None and asked.min_id is None else []
    posts = with_answered(conn, home, viewer.id, asked)
    offered = [] if posts[0] else proposed(conn, viewer, _OFFERED)
    return posts, read[0] if read else None, _around(conn, viewer), offered


@page("/")
async def home_page(visit: Visit) -> Response:
    asked = wanted_page(visit)
    if visit.fragment:
        return timeline_fragment(visit, *await visit.read(with_answered, home, visit.me.id, asked), asked)
    if not visit.me_as_viewer.preferences.welcomed:
        return visit.redirect("/welcome")
    (posts, answered), read, around, offered = await visit.read(_home, visit.me, asked)
    keep_offline(visit, posts)
    clock = visit.clockface
    return visit.render(
        "home.html",
        tab="home",
        title=f"{clock.greeting()}, {_given_name(visit.me)}",
        parts=timeline_parts(visit, posts, answered, asked),
        newest=posts[0].cursor if posts and asked.max_id is None else 0,
        read=read.last_read_id if read else 0,
        seen_at=_seen(visit, read),
        older=older_link(visit, posts, asked),
        newer=newer_link(visit, posts, asked),
        composer=composing.new_post(visit, people=around.people),
        around=around,
        announcements=announced(visit, around.announced),
        offered=offered,
    )


def _seen(visit: Visit, read: markers.Marker | None) -> str:
    """When the reader was here before: "you left at 16:40"."""
    if read is None:
        return ""
    clock = visit.clockface
    day, at = clock.short(read.updated_at), clock.clock(read.updated_at)
    if day == at:
        return _("you left at %(time)s", time=at)
    # Translators: "yesterday" or a date, and a time.
    return _("you left on %(day)s at %(time)s", day=day, time=at)


def _given_name(account: Account) -> str:
    """How a colleague says good morning. Where names are not "given family", the whole name."""
    words = account.name.split()
    return words[0] if len(words) == 2 and account.name.isprintable() else account.name


def _company(conn: Connection, viewer: Account, asked: Page) -> tuple[tuple[list[Post], Answered], Around]:
    return with_answered(conn, lists.company, viewer.id, asked), _around(conn, viewer)


@page("/company")
async def company_page(visit: Visit) -> Response:
    asked = wanted_page(visit)
    if visit.fragment:
        return timeline_fragment(
            visit, *await visit.read(with_answered, lists.company, visit.me.id, asked), asked
        )
    (posts, answered), around = await visit.read(_company, visit.me, asked)
    keep_offline(visit, posts)
    return visit.render(
        "home.html",
        tab="company",
        title=visit.company.name,
        parts=timeline_parts(visit, posts, answered, asked),
        newest=posts[0].cursor if posts and asked.max_id is None else 0,
        read=0,
        seen_at="",
        older=older_link(visit, posts, asked),
        newer=newer_link(visit, posts, asked),
        composer=composing.new_post(visit, people=around.people),
        around=around,
        announcements=announced(visit, around.announced),
    )


@page("/markers/home", ("POST",))
async def remember_home(visit: Visit) -> Response:
    """The page tells, as it is left, up to where it was read: "You're caught up" stands there next time."""
    text = visit.text("last_read_id")
    if not text.isascii() or not text.isdigit() or len(text) > 19:
        raise Invalid("last_read_id", "must be the key of a post")
    await visit.write(_remember, visit.me.id, int(text))
    return Response(status_code=204)


def _remember(conn: Connection, viewer: int, last_read_id: int) -> None:
    known = markers.get(conn, viewer, ("home",))
    # Not back: an old tab that is closed late has read less.
    if not known or known[0].last_read_id < last_read_id < conn.new_id():
        markers.put(conn, viewer, {"home": last_read_id})


# --- hashtags ---


def _tag(
    conn: Connection, viewer: int, name: str, asked: Page
) -> tuple[hashtags.Hashtag, tuple[list[Post], Answered]]:
    tag = hashtags.find(conn, viewer, name)
    return tag, with_answered(conn, lists.by_hashtag, viewer, tag.id, asked) if tag.id else ([], {})


@page("/tags/{name}")
async def tag_page(visit: Visit) -> Response:
    asked = wanted_page(visit)
    tag, (posts, answered) = await visit.read(_tag, visit.me.id, visit.path["name"], asked)
    if visit.fragment:
        return timeline_fragment(visit, posts, answered, asked)
    return visit.render(
        "tag.html",
        tag=tag,
        parts=timeline_parts(visit, posts, answered, asked),
        newest=posts[0].cursor if posts and asked.max_id is None else 0,
        older=older_link(visit, posts, asked),
        newer=newer_link(visit, posts, asked),
    )


@page("/tags/{name}/follow", ("POST",))
async def follow_tag(visit: Visit) -> Response:
    name = visit.path["name"]
    if not hashtag_key(name):
        raise Invalid(None, "A hashtag needs a letter.")
    act = hashtags.unfollow if visit.text("act") == "unfollow" else hashtags.follow
    tag = await visit.write(act, visit.me.id, name)
    if visit.fragment:
        return visit.render("fragments/tag_follow.html", tag=tag)
    return visit.back(cards.tag_path(tag.name))


# --- what the viewer has marked ---


@page("/bookmarks")
async def bookmarks_page(visit: Visit) -> Response:
    asked = visit.list_page()
    posts, answered = await visit.read(with_answered, lists.bookmarks, visit.me.id, asked)
    return _marked(
        visit,
        posts,
        answered,
        asked,
        "bookmarks",
        _("Bookmarks"),
        _("Nothing kept yet"),
        _("Bookmark a post to find it here. Nobody else sees what you keep."),
    )


@page("/likes")
async def likes_page(visit: Visit) -> Response:
    asked = visit.list_page()
    posts, answered = await visit.read(with_answered, lists.likes, visit.me.id, asked)
    return _marked(
        visit,
        posts,
        answered,
        asked,
        "likes",
        _("Likes"),
        _("You have not liked a post yet"),
        _("A like tells somebody that it helped."),
    )


def _marked(
    visit: Visit,
    posts: list[Post],
    answered: Answered,
    asked: Page,
    here: str,
    title: str,
    nothing: str,
    hint: str,
) -> Response:
    return visit.render(
        "fragments/list.html" if visit.fragment else "marked.html",
        here=here,
        title=title,
        nothing=nothing,
        hint=hint,
        cards=cards.cards(posts, visit.reader, answered),
        older=older_link(visit, posts, asked),
        newer=newer_link(visit, posts, asked),
    )


@page("/requests")
async def requests_page(visit: Visit) -> Response:
    asked = Page(PAGE * 2, visit.asked_id("max_id"))
    people = await visit.read(accounts.follow_requests, visit.me.id, asked)
    return visit.render("requests.html", people=people, older=older_link(visit, people, asked))

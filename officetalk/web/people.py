"""Finding people: the directory, and the search for people, posts and hashtags."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from officetalk.accounts import organisation, queries
from officetalk.accounts.entities import Person, Relationship
from officetalk.core.database import Connection
from officetalk.core.paging import Page
from officetalk.core.translation import N_, _
from officetalk.golinks import finding as golinks
from officetalk.golinks.entities import GoLink
from officetalk.posts.entities import Post
from officetalk.posts.hashtags import Hashtag
from officetalk.search import hashtags, people, posts
from officetalk.search.directory import Order
from officetalk.web import cards
from officetalk.web.golinks_page import row
from officetalk.web.page import page
from officetalk.web.reading import newer_link, older_link
from officetalk.web.visit import PAGE, Visit

PEOPLE = 24  # cards on a page of the directory: fills rows of two and three
_FIRST = 6  # people above the posts of a search
_TYPING = 8  # people while one types
_TAGS = 12
_LINKS = 3
_LONGEST_QUERY = 200
_ORDERS = (("new", N_("Newest")), ("name", N_("By name")))
_LAST_OFFSET = 200  # a search that goes on longer wants other words
TABS = (("all", N_("All")), ("people", N_("People")), ("posts", N_("Posts")), ("tags", N_("Hashtags")))

Known = tuple[Person, Relationship | None]


class Directory(msgspec.Struct, frozen=True):
    """A page of the directory, with what the viewer is to each."""

    people: list[Person]
    known: list[Known]
    departments: list[tuple[str, int]]
    headcount: int


class Found(msgspec.Struct, frozen=True):
    """What a search brought: of each kind as much as the tab shows."""

    people: list[Known] = []
    posts: list[Post] = []
    tags: list[Hashtag] = []
    links: list[GoLink] = []


def _known(conn: Connection, viewer_id: int, found: list[Person]) -> list[Known]:
    """People with what the viewer is to them; the viewer has no relation to the viewer."""
    relations = {r.id: r for r in queries.relationships(conn, viewer_id, [p.id for p in found])}
    return [(person, relations.get(person.id) if person.id != viewer_id else None) for person in found]


# --- directory ---------------------------------------------------------------------------------------


@page("/people")
async def directory_page(visit: Visit) -> Response:
    department = visit.asked("department") or None
    order: Order = "name" if visit.asked("order") == "name" else "new"
    asked = visit.list_page(PEOPLE)
    found = await visit.read(_directory, visit.me.id, order, department, asked)
    more = {"department": department} if department else {}
    if order != "new":
        more["order"] = order
    return visit.render(
        "people/more.html" if visit.fragment else "people/directory.html",
        directory=found,
        department=department,
        order=order,
        orders=[(key, _address(key, department), _(words)) for key, words in _ORDERS],
        older=older_link(visit, found.people, asked, **more),
        newer=newer_link(visit, found.people, asked, **more),
    )


def _address(order: str, department: str | None) -> str:
    chosen = {"department": department or "", "order": order if order != "new" else ""}
    query = urlencode({name: value for name, value in chosen.items() if value})
    return f"/people?{query}" if query else "/people"


def _directory(
    conn: Connection, viewer_id: int, order: Order, department: str | None, asked: Page
) -> Directory:
    found = people.directory(conn, viewer_id, order, department, asked)
    return Directory(
        found, _known(conn, viewer_id, found), people.departments(conn), organisation.headcount(conn)
    )


# --- search ------------------------------------------------------------------------------------------


@page("/search")
async def search_page(visit: Visit) -> Response:
    query = visit.asked("q").strip()[:_LONGEST_QUERY]
    tab = visit.asked("in") if visit.asked("in") in dict(TABS) else "all"
    offset = min(visit.asked_id("offset") or 0, _LAST_OFFSET)
    asked = visit.list_page()
    found = await visit.read(_search, visit.me.id, query, tab, offset, asked) if query else Found()
    return visit.render(
        f"people/more_{tab}.html" if visit.fragment and tab in ("people", "posts") else "people/search.html",
        query=query,
        tab=tab,
        tabs=[(key, f"/search?{urlencode({'q': query, 'in': key})}", _(words)) for key, words in TABS],
        found=found,
        cards=cards.cards(found.posts, visit.reader),
        links=[row(link, ()) for link in found.links],
        older=_more(visit, query, tab, offset, found, asked),
    )


@page("/search/people")
async def search_people(visit: Visit) -> Response:
    """People while one types, as a fragment; without script the search page does it."""
    query = visit.asked("q").strip()[:_LONGEST_QUERY]
    if not visit.fragment:
        return visit.redirect(f"/search?{urlencode({'q': query, 'in': 'people'})}")
    found = await visit.read(_people, visit.me.id, query, _TYPING, 0) if query else []
    return visit.render("people/typing.html", query=query, known=found)


@page("/people/names")
async def offer_names(visit: Visit) -> Response:
    """Whom a field for a user name offers while one types: options for its list."""
    query = visit.asked("name").strip().removeprefix("@")[:_LONGEST_QUERY]
    found = await visit.read(people.search, visit.me.id, query, limit=_TYPING) if query else []
    return visit.render("people/names.html", people=[person.account for person in found])


def _people(conn: Connection, viewer_id: int, query: str, limit: int, offset: int) -> list[Known]:
    return _known(conn, viewer_id, people.search(conn, viewer_id, query, limit=limit, offset=offset))


def _search(conn: Connection, viewer_id: int, query: str, tab: str, offset: int, asked: Page) -> Found:
    """People first, then named links, hashtags and posts; a tab shows more of its own kind and nothing else."""
    if tab == "people":
        return Found(people=_people(conn, viewer_id, query, PEOPLE, offset))
    if tab == "tags":
        return Found(tags=hashtags.search(conn, viewer_id, query.lstrip("#"), limit=PAGE, offset=offset))
    matching = posts.search(
        conn, viewer_id, query, limit=asked.limit, max_id=asked.max_id, min_id=asked.min_id
    )
    if tab == "posts":
        return Found(posts=matching)
    return Found(
        people=_people(conn, viewer_id, query, _FIRST, 0),
        posts=matching,
        tags=hashtags.search(conn, viewer_id, query.lstrip("#"), limit=_TAGS, offset=0),
        links=golinks.search(conn, query, limit=_LINKS),
    )


def _more(visit: Visit, query: str, tab: str, offset: int, found: Found, asked: Page) -> str:
    """The address of the next page; empty when there is none. People come best first, so they page by
    number; posts by key."""
    if tab == "people":
        if len(found.people) < PEOPLE or offset + PEOPLE > _LAST_OFFSET:
            return ""
        return f"/search?{urlencode({'q': query, 'in': tab, 'offset': offset + PEOPLE})}"
    if tab in ("posts", "all") and found.posts:
        return older_link(visit, found.posts, asked, q=query, **{"in": "posts"})
    return ""

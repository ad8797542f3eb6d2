"""Named links: `/go/payroll` leads on, `/go` lists them, `/go/-/payroll` tells about one."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from starlette.responses import Response

from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.paging import Page
from officetalk.core.translation import N_, _
from officetalk.golinks import finding, names, queries
from officetalk.golinks.entities import Day, GoLink, Way
from officetalk.web.leaving import leave
from officetalk.web.page import page
from officetalk.web.reading import newer_link, older_link
from officetalk.web.visit import PAGE, Visit

TABS = (("used", N_("Most used")), ("new", N_("New")), ("mine", N_("Mine")))
LONGEST_QUERY = 200
_LAST = 200  # nobody looks further
_EPOCH = date(1970, 1, 1)
_DAY_MS = 24 * 3600 * 1000


class Row(msgspec.Struct, frozen=True):
    """A link in a list. `days`: how it went, 0 to 100 a day, oldest first; `note`: what it is for, else where
    it leads."""

    link: GoLink
    path: str
    about: str
    note: str
    days: tuple[int, ...]


class Listed(msgspec.Struct, frozen=True):
    """A page of a list, and what the viewer may bring back."""

    links: list[GoLink]
    days: dict[int, tuple[Day, ...]]
    removed: list[GoLink] = []


def about(name: str) -> str:
    """The address of the page about a link."""
    return f"/go/-/{quote(name)}"


def heights(days: tuple[Day, ...]) -> tuple[int, ...]:
    """The days of a link as bars, oldest first: the highest is 100."""
    most = max((day.clicks for day in days), default=0) or 1
    return tuple(round(100 * day.clicks / most) for day in reversed(days))


def row(link: GoLink, days: tuple[Day, ...]) -> Row:
    note = link.description or urlsplit(link.target).hostname or ""
    return Row(link, names.path(link.name), about(link.name), note, heights(days))


def _list(conn: Connection, viewer: int, tab: str, query: str, offset: int, asked: Page) -> Listed:
    if query:
        found = finding.search(conn, query, PAGE, offset)
    elif tab == "used":
        found = queries.most_used(conn, PAGE, offset)
    else:
        found = queries.newest(conn, asked, viewer if tab == "mine" else None)
    removed = queries.removed(conn, viewer) if tab == "mine" and not query else []
    return Listed(found, queries.days(conn, [link.id for link in found]), removed)


@page("/go")
async def list_page(visit: Visit) -> Response:
    return await links_page(visit)


async def links_page(visit: Visit, code: int = 200, error: str = "") -> Response:
    """The lists of links; `error` is why one could not be brought back."""
    query = visit.asked("q").strip()[:LONGEST_QUERY]
    tab = "mine" if error else visit.asked("show") if visit.asked("show") in dict(TABS) else "used"
    offset = min(visit.asked_id("offset") or 0, _LAST)
    asked = visit.list_page()
    listed = await visit.read(_list, visit.me.id, tab, query, offset, asked)
    by_key = not query and tab != "used"
    return visit.render(
        "golinks/list.html",
        code,
        query=query,
        tab=tab,
        tabs=[(key, "/go" if key == "used" else f"/go?show={key}", _(words)) for key, words in TABS],
        rows=[row(link, listed.days[link.id]) for link in listed.links],
        removed=listed.removed,
        error=error,
        suggested=names.bare(query) if names.is_possible(query) else "",
        older=older_link(visit, listed.links, asked, show=tab) if by_key else _more(query, offset, listed),
        newer=newer_link(visit, listed.links, asked, show=tab) if by_key else "",
    )


def _more(query: str, offset: int, listed: Listed) -> str:
    """The next page of a list that has an order of its own; empty when there is none."""
    if len(listed.links) < PAGE or offset + PAGE > _LAST:
        return ""
    return f"/go?{urlencode({**({'q': query} if query else {}), 'offset': offset + PAGE})}"


# --- one link -----------------------------------------------------------------------------------------


def _about(conn: Connection, name: str) -> tuple[GoLink, tuple[Day, ...]]:
    link = queries.by_name(conn, name)
    return link, queries.days(conn, [link.id])[link.id]


@page("/go/-/{name:path}")
async def about_page(visit: Visit) -> Response:
    """Where a link leads, who looks after it, how often it is followed."""
    name = visit.path["name"]
    try:
        link, days = await visit.read(_about, name)
    except NotFound:
        return await _missing(visit, name)
    clock = visit.clockface
    return visit.render(
        "golinks/about.html",
        link=link,
        href=names.path(link.name),
        edit=f"/go/-/edit/{quote(link.name)}",
        address=visit.services.settings.origin + names.path(link.name),
        mine=link.may_be_changed_by(visit.me),
        takes_more="{}" in link.target,
        made=clock.date(link.created_at),
        heights=heights(days),
        most=max(day.clicks for day in days),
        days=[(clock.day_of(_EPOCH + timedelta(days=day.start // _DAY_MS)), day.clicks) for day in days],
    )


def _way(conn: Connection, path: str) -> Way | list[GoLink]:
    """Where a path leads, else what was perhaps meant."""
    try:
        return queries.way(conn, path)
    except NotFound:
        return finding.suggestions(conn, path)


@page("/go/{name:path}")
async def follow(visit: Visit) -> Response:
    name = visit.path["name"]
    if not name.strip("/"):
        return visit.redirect("/go")
    if name.endswith("+"):  # as with other shorteners: not there, but what is there
        return visit.redirect(about(name.removesuffix("+")))
    found = await visit.read(_way, name)
    if not isinstance(found, Way):
        return await _missing(visit, name, found)
    if visit.request.method == "GET" and not _only_fetched_ahead(visit):
        visit.services.clicks.count(found.link_id)
    return leave(visit, found.url)


def _only_fetched_ahead(visit: Visit) -> bool:
    """Whether the browser fetches what somebody might open (Sec-Purpose, Fetch standard)."""
    headers = visit.request.headers
    return "prefetch" in (headers.get("sec-purpose") or headers.get("purpose") or "")


async def _missing(visit: Visit, name: str, suggested: list[GoLink] | None = None) -> Response:
    """404: what was perhaps meant, and the way to make it."""
    if suggested is None:
        suggested = await visit.read(finding.suggestions, name)
    possible = names.is_possible(name)
    return visit.render(
        "golinks/missing.html",
        404,
        name=names.bare(name) if possible else name[: names.MAX_NAME],
        rows=[row(link, ()) for link in suggested],
        make=f"/go/new?{urlencode({'name': names.bare(name)})}" if possible else "",
    )

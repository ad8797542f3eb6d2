"""Links: the short ones, counted, then on to where they lead; and what is said about one."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from starlette.responses import Response

from officetalk.core.errors import Invalid
from officetalk.links.shorten import open_link
from officetalk.timelines.linked import by_link
from officetalk.web import cards
from officetalk.web.leaving import leave
from officetalk.web.page import page
from officetalk.web.reading import newer_link, older_link, with_answered
from officetalk.web.visit import Visit

_LONGEST = 2_000  # characters of an address


@page("/l/{code}")
async def short_link(visit: Visit) -> Response:
    url = await visit.write(open_link, visit.path["code"])
    return leave(visit, url)


def talk_path(url: str) -> str:
    """Where the posts with a link stand."""
    return f"/links?{urlencode({'url': url})}"


def _host(url: str) -> str:
    """The host of an address of the web. Invalid for everything else: a page of ours would lead there."""
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.scheme in ("http", "https") and len(url) <= _LONGEST else None
    except ValueError:
        host = None
    if not host:
        raise Invalid("url", "must be an address of http or https")
    return host


@page("/links")
async def talk_of_link(visit: Visit) -> Response:
    """Posts to the company with a link to the address `url`, newest first."""
    url = visit.asked("url").strip()
    if not url:
        return visit.redirect("/explore?show=links")
    host, asked = _host(url), visit.list_page()
    posts, answered = await visit.read(with_answered, by_link, visit.me.id, url, asked)
    return visit.render(
        "fragments/list.html" if visit.fragment else "talk_of_link.html",
        url=url,
        host=host,
        paged=asked.max_id is not None or asked.min_id is not None,
        back=talk_path(url),
        cards=cards.cards(posts, visit.reader, answered),
        older=older_link(visit, posts, asked, url=url),
        newer=newer_link(visit, posts, asked, url=url),
    )


@page("/keys")
async def keys_page(visit: Visit) -> Response:
    """The keyboard shortcuts; with script they come as a dialog."""
    return visit.render("keys.html")

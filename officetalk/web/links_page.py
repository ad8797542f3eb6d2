"""Short links: counted, then on to where they lead."""

from __future__ import annotations

from starlette.responses import Response

from officetalk.links.shorten import open_link
from officetalk.web.leaving import leave
from officetalk.web.page import page
from officetalk.web.visit import Visit


@page("/l/{code}")
async def short_link(visit: Visit) -> Response:
    url = await visit.write(open_link, visit.path["code"])
    return leave(visit, url)


@page("/keys")
async def keys_page(visit: Visit) -> Response:
    """The keyboard shortcuts; with script they come as a dialog."""
    return visit.render("keys.html")

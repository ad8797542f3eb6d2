"""Names while one types after @."""

from __future__ import annotations

from starlette.responses import Response

from officetalk.search import people
from officetalk.web.page import page
from officetalk.web.visit import Visit

OFFERED = 6


@page("/compose/people")
async def offer_names(visit: Visit) -> Response:
    """The people whose name, user name, title or department begins like `q`, best first, as options."""
    query = visit.asked("q")[:60]
    found = await visit.read(people.search, visit.me.id, query, OFFERED) if query.strip() else []
    return visit.render("fragments/mentions.html", people=[person.account for person in found])

"""Whom the pages propose to follow, and why, in words."""

from __future__ import annotations

import msgspec
from starlette.responses import HTMLResponse, Response

from officetalk.accounts.entities import Account, Person, Relationship
from officetalk.accounts.suggestions import Suggestion, dismiss, suggestions
from officetalk.core.database import Connection
from officetalk.core.translation import _
from officetalk.web.page import page
from officetalk.web.visit import Visit

_OFFERED = 40


class Offered(msgspec.Struct, frozen=True):
    """Somebody to follow."""

    person: Person
    why: str
    relation: Relationship


def proposed(conn: Connection, me: Account, limit: int) -> list[Offered]:
    """The nearest first."""
    return [
        Offered(one.person, _why(one, me), Relationship(one.person.id))
        for one in suggestions(conn, me, limit)
    ]


def _why(one: Suggestion, me: Account) -> str:
    """The strongest reason."""
    colleague = one.person.account
    if me.manager_id is not None and me.manager_id in (colleague.id, colleague.manager_id):
        return _("In your team")
    if me.department and colleague.department == me.department:
        return _("In your department")
    if "friends_of_friends" in one.sources:
        return _("Followed by people whom you follow")
    return _("Many colleagues follow them")


@page("/people/suggestions")
async def suggestions_page(visit: Visit) -> Response:
    return visit.render("people/suggestions.html", offered=await visit.read(proposed, visit.me, _OFFERED))


@page("/people/suggestions/{id:int}/dismiss", ("POST",))
async def dismiss_suggestion(visit: Visit) -> Response:
    """Propose them no more. The page's script takes the row away."""
    await visit.write(dismiss, visit.me.id, visit.path_id)
    if visit.fragment:
        return HTMLResponse("")
    return visit.back("/people/suggestions")

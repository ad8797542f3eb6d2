"""Somebody onto some of one's lists at once, from the menu of the person."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from officetalk.accounts import queries as accounts
from officetalk.accounts.entities import Account, Relationship
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, NotFound
from officetalk.lists import rules
from officetalk.lists.entities import PeopleList
from officetalk.web.forms import Form
from officetalk.web.page import page
from officetalk.web.visit import Visit


class Placing(msgspec.Struct, frozen=True):
    """A colleague, the viewer's lists, and on which of them the colleague is."""

    person: Account
    relation: Relationship
    lists: list[PeopleList]
    on: set[int]


def _placing(conn: Connection, viewer: int, name: str) -> Placing:
    person = accounts.by_username(conn, name)
    if person.id == viewer:
        raise NotFound
    return Placing(
        person.account,
        accounts.relationship(conn, viewer, person.id),
        rules.every(conn, viewer),
        {one.id for one in rules.containing(conn, viewer, person.id)},
    )


@page("/@{name}/lists")
async def lists_of(visit: Visit) -> Response:
    return await _render(visit, Form())


async def _render(visit: Visit, form: Form, ticked: set[int] | None = None) -> Response:
    """`ticked`: what was ticked, where it was refused; else where the person is."""
    found = await visit.read(_placing, visit.me.id, visit.path["name"])
    return visit.render(
        "lists/dialogs/place.html" if visit.fragment else "lists/place.html",
        200 if form.ok else 422,
        person=found.person,
        relation=found.relation,
        lists=found.lists,
        ticked=found.on if ticked is None else ticked,
        full=len(found.lists) >= rules.MAX_LISTS,
        form=form,
    )


@page("/@{name}/lists", ("POST",))
async def place(visit: Visit) -> Response:
    person = (await visit.read(_placing, visit.me.id, visit.path["name"])).person
    form, ticked = Form(visit.form), visit.ids("on")
    try:
        await visit.write(rules.place, visit.me.id, person.id, ticked, form["title"])
    except Invalid as problem:
        form.refuse(problem, ("title",))
        return await _render(visit, form, ticked)
    return visit.redirect(f"/@{person.username}", "saved")

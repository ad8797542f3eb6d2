"""Collections: colleagues whom somebody recommends to follow. Somebody's, one with its people, making and changing
one's own, leaving another's; and where a colleague is kept (lists and collections) on one page."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.responses import Response

from officetalk.accounts import queries as accounts
from officetalk.accounts import relations
from officetalk.accounts.entities import Person, Relationship
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, NotFound, Problem
from officetalk.core.translation import N_, _
from officetalk.featured import change, collections
from officetalk.featured.entities import MAX_COLLECTIONS, MAX_DESCRIPTION, MAX_NAME, Collection, Wish
from officetalk.lists import rules
from officetalk.lists.entities import PeopleList
from officetalk.web.forms import Form, sentence
from officetalk.web.page import page
from officetalk.web.visit import Visit

LABELS = {
    "name": N_("The name"),
    "description": N_("The description"),
    "tag": N_("The hashtag"),
    "account_id": N_("The colleague"),
}
_FACES = 5


class Shelf(msgspec.Struct, frozen=True):
    """Somebody's collections, each with some of its people, and those that the person is in (one's own page)."""

    person: Person
    own: list[tuple[Collection, list[Person]]]
    featuring: list[tuple[Collection, list[Person]]]


class Open(msgspec.Struct, frozen=True):
    """A collection with its owner, its people (item, person, relation) and the item of the viewer."""

    one: Collection
    owner: Person
    people: list[tuple[int, Person, Relationship | None]]
    mine: int | None


def _with_faces(conn: Connection, found: list[Collection]) -> list[tuple[Collection, list[Person]]]:
    ids = dict.fromkeys(item.account_id for one in found for item in one.items[:_FACES])
    people = {person.id: person for person in accounts.by_ids(conn, ids)} if ids else {}
    return [
        (one, [people[item.account_id] for item in one.items[:_FACES] if item.account_id in people])
        for one in found
    ]


def _shelf(conn: Connection, viewer: int, name: str) -> Shelf:
    person = accounts.by_username(conn, name)
    own = collections.of_account(conn, viewer, person.id, MAX_COLLECTIONS)
    featuring = collections.featuring(conn, viewer, viewer, 100) if person.id == viewer else []
    return Shelf(person, _with_faces(conn, own), _with_faces(conn, featuring))


@page("/@{name}/collections")
async def shelf_page(visit: Visit) -> Response:
    found = await visit.read(_shelf, visit.me.id, visit.path["name"])
    return visit.render("collections/shelf.html", found=found, own=found.person.id == visit.me.id)


def _open(conn: Connection, viewer: int, id: int) -> Open:
    one, people = collections.with_people(conn, viewer, id)
    by_id = {person.id: person for person in people}
    related = {
        r.id: r for r in accounts.relationships(conn, viewer, [p.id for p in people if p.id != viewer])
    }
    shown = [
        (item.id, by_id[item.account_id], related.get(item.account_id))
        for item in one.items
        if item.account_id in by_id
    ]
    mine = next((item.id for item in one.items if item.account_id == viewer), None)
    return Open(one, by_id[one.account_id], shown, mine)


@page("/collections/{id:int}")
async def collection_page(visit: Visit) -> Response:
    return await _collection(visit)


async def _collection(visit: Visit, refused: Problem | None = None) -> Response:
    found = await visit.read(_open, visit.me.id, visit.path_id)
    return visit.render(
        "collections/collection.html",
        refused.status if refused else 200,
        found=found,
        own=found.owner.id == visit.me.id,
        refusal=_why(refused) if refused else "",
        typed=visit.text("name") if refused else "",
        address=f"{visit.services.settings.origin}/collections/{found.one.id}",
    )


def _why(problem: Problem) -> str:
    if isinstance(problem, Forbidden):
        return _("This colleague does not want to be in collections.")
    if isinstance(problem, NotFound):
        return _("Nobody is called so.")
    return sentence(_(LABELS.get(problem.field or "", N_("This"))), problem)


@page("/collections/{id:int}", ("POST",))
async def change_people(visit: Visit) -> Response:
    """Put somebody in or take them out (one's own), follow all of them, or leave it."""
    id, me, act = visit.path_id, visit.me.id, visit.text("act")
    try:
        if act == "add":
            await visit.write(_add, me, id, visit.text("name"))
        elif act == "take-out":
            await visit.write(change.take_out, me, id, _item(visit))
        elif act == "leave":
            await visit.write(change.revoke, me, id, _item(visit))
            return visit.redirect(f"/@{visit.me.username}/collections", "removed")
        elif act == "follow-all":
            await visit.write(_follow_all, me, id)
        else:
            raise Invalid("act", "must be one of those offered")
    except (Invalid, Forbidden, NotFound) as problem:
        if act != "add":
            raise
        return await _collection(visit, problem)
    return visit.redirect(f"/collections/{id}")


def _item(visit: Visit) -> int:
    text = visit.text("item")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFound
    return int(text)


def _add(conn: Connection, me: int, id: int, name: str) -> None:
    change.add(conn, me, id, accounts.by_username(conn, name.strip().lstrip("@")).id)


def _follow_all(conn: Connection, me: int, id: int) -> None:
    """At most 25 people: what a collection holds."""
    for _item_id, person, relation in _open(conn, me, id).people:
        if relation is not None and not (relation.following or relation.requested):
            try:
                relations.follow(conn, me, person.id)
            except (Forbidden, NotFound):
                continue  # who has blocked the viewer meanwhile


# --- making and changing one's own ---------------------------------------------------------------------


@page("/collections/new")
async def new_page(visit: Visit) -> Response:
    return _form(visit, Form({"discoverable": "1"}))


@page("/collections/new", ("POST",))
async def create(visit: Visit) -> Response:
    form = Form(visit.form, LABELS)
    form.require("name")
    if form.ok:
        try:
            made = await visit.write(change.create, visit.me.id, Wish(**_values(form)))
            return visit.redirect(f"/collections/{made.id}")
        except Invalid as problem:
            form.refuse(problem, LABELS)
    return _form(visit, form, 422)


@page("/collections/{id:int}/edit")
async def edit_page(visit: Visit) -> Response:
    one = await _own(visit)
    values = {name: getattr(one, name) for name in ("name", "description", "tag")}
    return _form(visit, Form({**values, "discoverable": "1" if one.discoverable else ""}), one=one)


@page("/collections/{id:int}/edit", ("POST",))
async def edit(visit: Visit) -> Response:
    one = await _own(visit)
    if visit.text("act") == "remove":
        await visit.write(change.remove, visit.me.id, one.id)
        return visit.redirect(f"/@{visit.me.username}/collections", "removed")
    form = Form(visit.form, LABELS)
    form.require("name")
    if form.ok:
        try:
            await visit.write(change.change, visit.me.id, one.id, **_values(form))
            return visit.redirect(f"/collections/{one.id}", "saved")
        except Invalid as problem:
            form.refuse(problem, LABELS)
    return _form(visit, form, 422, one)


def _values(form: Form) -> dict[str, Any]:
    return {
        "name": form["name"],
        "description": form["description"],
        "tag": form["tag"].lstrip("#"),
        "discoverable": form.checked("discoverable"),
    }


async def _own(visit: Visit) -> Collection:
    one = await visit.read(collections.get, visit.me.id, visit.path_id)
    if one.account_id != visit.me.id:
        raise Forbidden
    return one


def _form(visit: Visit, form: Form, code: int = 200, one: Collection | None = None) -> Response:
    limits = {"name": MAX_NAME, "description": MAX_DESCRIPTION}
    return visit.render("collections/edit.html", code, form=form, one=one, limits=limits)


# --- where a colleague is kept -------------------------------------------------------------------------


class Kept(msgspec.Struct, frozen=True):
    """Somebody, and on which of the viewer's lists and in which collections they are."""

    person: Person
    relation: Relationship
    lists: list[tuple[PeopleList, bool]]
    collections: list[tuple[Collection, bool]]


def _kept(conn: Connection, me: int, name: str) -> Kept:
    person = accounts.by_username(conn, name)
    if person.id == me:
        raise NotFound
    on = {one.id for one in rules.containing(conn, me, person.id)}
    own = collections.of_account(conn, me, me, MAX_COLLECTIONS)
    return Kept(
        person,
        accounts.relationship(conn, me, person.id),
        [(one, one.id in on) for one in rules.every(conn, me)],
        [(one, any(item.account_id == person.id for item in one.items)) for one in own],
    )


@page("/@{name}/keep")
async def keep_page(visit: Visit) -> Response:
    found = await visit.read(_kept, visit.me.id, visit.path["name"])
    return visit.render("collections/keep.html", found=found, error="")


@page("/@{name}/keep", ("POST",))
async def keep(visit: Visit) -> Response:
    """All of it as the boxes say, or nothing."""
    try:
        await visit.write(
            _keep, visit.me.id, visit.path["name"],
            set(visit.texts("list")), set(visit.texts("collection")), visit.text("new_list").strip(),
        )  # fmt: skip
    except (Invalid, Forbidden) as problem:
        found = await visit.read(_kept, visit.me.id, visit.path["name"])
        return visit.render("collections/keep.html", problem.status, found=found, error=_why(problem))
    return visit.redirect(f"/@{visit.path['name']}", "saved")


def _keep(conn: Connection, me: int, name: str, lists: set[str], chosen: set[str], new_list: str) -> None:
    now = _kept(conn, me, name)
    person = now.person.id
    for one, on in now.lists:
        if on and str(one.id) not in lists:
            rules.take_off(conn, me, one.id, [person])
        elif not on and str(one.id) in lists:
            rules.add(conn, me, one.id, [person])
    if new_list:
        rules.add(conn, me, rules.create(conn, me, new_list).id, [person])
    for one, on in now.collections:
        if on and str(one.id) not in chosen:
            item = next(item.id for item in one.items if item.account_id == person)
            change.take_out(conn, me, one.id, item)
        elif not on and str(one.id) in chosen:
            change.add(conn, me, one.id, person)

"""Making collections, changing and deleting them, and who is in them."""

from __future__ import annotations

from starlette.responses import Response

from officetalk.accounts import queries as accounts
from officetalk.accounts.entities import Account
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, NotFound, Problem
from officetalk.core.translation import N_, _
from officetalk.featured import change, collections
from officetalk.featured.entities import MAX_COLLECTIONS, MAX_DESCRIPTION, MAX_NAME, Collection, Wish
from officetalk.web.choices import languages
from officetalk.web.collections_page import show
from officetalk.web.forms import Form, sentence
from officetalk.web.page import page
from officetalk.web.visit import Visit

_LABELS = {
    "name": N_("The name"),
    "description": N_("The description"),
    "tag": N_("The hashtag"),
    "language": N_("The language"),
}
UNWILLING = N_("They cannot be in a collection: not everybody wants to be found.")
TAKEN = N_("They are in it already, or have left it.")
_REFUSED = (Invalid, NotFound, Forbidden)


def _form(visit: Visit) -> Form:
    """What was typed. Browsers send line ends as CR LF."""
    return Form({k: v.replace("\r\n", "\n") for k, v in visit.form.items() if isinstance(v, str)}, _LABELS)


def _form_of(one: Collection) -> Form:
    values = {"name": one.name, "description": one.description, "tag": one.tag, "language": one.language}
    boxes = {"listed": one.discoverable, "sensitive": one.sensitive}
    return Form({**values, **{name: "1" for name, on in boxes.items() if on}}, _LABELS)


def _wish(form: Form, account_ids: tuple[int, ...] = ()) -> Wish:
    return Wish(
        form["name"], form["description"], form["language"], form["tag"],
        form.checked("sensitive"), form.checked("listed"), account_ids,
    )  # fmt: skip


def _render(
    visit: Visit, form: Form, one: Collection | None, code: int = 200, person: Account | None = None
) -> Response:
    return visit.render(
        "collections/edit.html",
        code,
        form=form,
        one=one,
        person=person,
        languages=languages(form["language"], _("No particular language")),
        max_name=MAX_NAME,
        max_description=MAX_DESCRIPTION,
    )


# --- new ---


async def _first(visit: Visit, name: str) -> Account | None:
    """Who is to be in it from the beginning."""
    return (await visit.read(accounts.by_username, name)).account if name else None


@page("/collections/new")
async def new_page(visit: Visit) -> Response:
    person = await _first(visit, visit.asked("person"))
    return _render(visit, Form({"listed": "1"}, _LABELS), None, person=person)


@page("/collections/new", ("POST",))
async def create(visit: Visit) -> Response:
    form = _form(visit)
    person = await _first(visit, form["person"])
    try:
        wish = _wish(form, (person.id,) if person else ())
        made = await visit.write(change.create, visit.me.id, wish)
    except Invalid as problem:
        form.refuse(problem, _LABELS)
    except Forbidden:
        form.errors[""] = _(UNWILLING)
    else:
        return visit.redirect(f"/collections/{made.id}", "saved")
    return _render(visit, form, None, 422, person)


# --- change and delete ---


def _own(conn: Connection, viewer: int, id: int) -> Collection:
    found = collections.get(conn, viewer, id)
    if found.account_id != viewer:
        raise Forbidden
    return found


@page("/collections/{id:int}/edit")
async def edit_page(visit: Visit) -> Response:
    one = await visit.read(_own, visit.me.id, visit.path_id)
    return _render(visit, _form_of(one), one)


@page("/collections/{id:int}/edit", ("POST",))
async def save(visit: Visit) -> Response:
    form, wish = _form(visit), _wish(_form(visit))
    try:
        await visit.write(
            change.change, visit.me.id, visit.path_id,
            name=wish.name, description=wish.description, language=wish.language, tag=wish.tag,
            sensitive=wish.sensitive, discoverable=wish.discoverable,
        )  # fmt: skip
    except Invalid as problem:
        form.refuse(problem, _LABELS)
        return _render(visit, form, await visit.read(_own, visit.me.id, visit.path_id), 422)
    return visit.redirect(f"/collections/{visit.path_id}", "saved")


@page("/collections/{id:int}/delete")
async def delete_page(visit: Visit) -> Response:
    one = await visit.read(_own, visit.me.id, visit.path_id)
    return visit.render(
        "collections/dialogs/ask.html" if visit.fragment else "collections/ask.html",
        one=one,
        title=_("Delete this collection?"),
        words=_("It is gone for everybody. You follow its people as before."),
        action=f"/collections/{one.id}/delete",
        does=_("Delete"),
        back=f"/collections/{one.id}/edit",
    )


@page("/collections/{id:int}/delete", ("POST",))
async def delete(visit: Visit) -> Response:
    await visit.write(change.remove, visit.me.id, visit.path_id)
    return visit.redirect(f"/@{visit.me.username}/collections", "deleted")


# --- who is in it ---


def _add(conn: Connection, viewer: int, id: int, name: str) -> None:
    if not name:
        raise NotFound
    change.add(conn, viewer, id, accounts.by_username(conn, name).id)


def _take_out(conn: Connection, viewer: int, id: int, name: str) -> None:
    account_id = accounts.by_username(conn, name).id
    for item in _own(conn, viewer, id).items:
        if item.account_id == account_id:
            return change.take_out(conn, viewer, id, item.id)
    raise NotFound


def _refused(problem: Problem) -> str:
    """Why somebody cannot be put into a collection."""
    if isinstance(problem, NotFound):
        return _("Nobody here is called that.")
    if isinstance(problem, Forbidden):
        return _(UNWILLING)
    return _(TAKEN) if problem.field == "account_id" else sentence("", problem)


@page("/collections/{id:int}", ("POST",))
async def change_people(visit: Visit) -> Response:
    """Its owner adds somebody by name, or takes somebody out."""
    me, id, name = visit.me.id, visit.path_id, visit.text("name").strip().removeprefix("@")
    await visit.read(_own, me, id)
    if visit.text("act") == "take-out":
        await visit.write(_take_out, me, id, name)
        return visit.redirect(f"/collections/{id}", "removed")
    try:
        await visit.write(_add, me, id, name)
    except _REFUSED as problem:
        return await show(visit, 422, _refused(problem), visit.text("name"))
    return visit.redirect(f"/collections/{id}", "saved")


# --- somebody into some of one's own ---


def _placing(conn: Connection, viewer: int, name: str) -> tuple[Account, list[Collection]]:
    person = accounts.by_username(conn, name)
    if person.id == viewer:
        raise NotFound
    return person.account, collections.of_account(conn, viewer, viewer, MAX_COLLECTIONS)


@page("/@{name}/collect")
async def placing_page(visit: Visit) -> Response:
    return await _place(visit)


async def _place(visit: Visit, ticked: set[int] | None = None, error: str = "") -> Response:
    """`ticked`: what was ticked, where it was refused; else where the person is."""
    person, mine = await visit.read(_placing, visit.me.id, visit.path["name"])
    holding = {one.id for one in mine if any(item.account_id == person.id for item in one.items)}
    return visit.render(
        "collections/dialogs/place.html" if visit.fragment else "collections/place.html",
        422 if error else 200,
        person=person,
        mine=mine,
        ticked=holding if ticked is None else ticked,
        full=len(mine) >= MAX_COLLECTIONS,
        error=error,
    )


@page("/@{name}/collect", ("POST",))
async def place(visit: Visit) -> Response:
    person = await visit.read(accounts.by_username, visit.path["name"])
    ticked = visit.ids("in")
    try:
        await visit.write(change.place, visit.me.id, person.id, ticked)
    except (Invalid, Forbidden) as problem:
        return await _place(visit, ticked, _refused(problem))
    return visit.redirect(f"/@{person.account.username}", "saved")

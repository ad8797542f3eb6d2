"""Named links made, changed, handed over, removed and brought back."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid
from officetalk.core.translation import N_, _
from officetalk.golinks import change, names, queries, targets
from officetalk.golinks.entities import GoLink, LinkDraft
from officetalk.web.forms import Form, sentence
from officetalk.web.golinks_page import about, links_page
from officetalk.web.page import page
from officetalk.web.visit import Visit

_LABELS = {
    "name": N_("The name"),
    "target": N_("The address"),
    "description": N_("The description"),
    "owner_id": N_("The owner"),
}
_FIELDS = ("name", "target", "description")


def _draft(visit: Visit, form: Form) -> LinkDraft:
    """What was typed; the form takes every field that breaks a rule."""
    draft = LinkDraft(form["name"], form["target"], form["description"])
    for problem in change.faults(draft, visit.services.settings.origin):
        form.refuse(problem, _FIELDS)
    return draft


def _form(visit: Visit, form: Form, link: GoLink | None, code: int = 200) -> Response:
    return visit.render(
        "golinks/edit.html",
        code,
        form=form,
        link=link,
        back=about(link.name) if link else "/go",
        action=f"/go/-/edit/{quote(link.name)}" if link else "/go/new",
        most={"name": names.MAX_NAME, "target": targets.MAX_TARGET, "description": change.MAX_DESCRIPTION},
    )


@page("/go/new")
async def new_page(visit: Visit) -> Response:
    """A form; the address may fill it in, as a missed name does, or a bookmarklet."""
    return _form(visit, Form({name: visit.asked(name) for name in _FIELDS}, _LABELS), None)


@page("/go/new", ("POST",))
async def make(visit: Visit) -> Response:
    form = Form(visit.form, _LABELS)
    draft = _draft(visit, form)
    if not form.ok:
        return _form(visit, form, None, 422)
    try:
        made = await visit.write(change.make, visit.me.id, draft, visit.services.settings.origin)
    except Invalid as problem:
        form.refuse(problem, _FIELDS)
        return _form(visit, form, None, problem.status)
    return visit.redirect(about(made.name), "link-made")


def _values(link: GoLink) -> dict[str, str]:
    return {"name": link.name, "target": link.target, "description": link.description}


async def _mine(visit: Visit) -> GoLink:
    """The link in the path. NotFound; Forbidden for who does not look after it."""
    link = await visit.read(queries.by_name, visit.path["name"])
    if not link.may_be_changed_by(visit.me):
        raise Forbidden
    return link


@page("/go/-/edit/{name:path}")
async def edit_page(visit: Visit) -> Response:
    link = await _mine(visit)
    return _form(visit, Form(_values(link), _LABELS), link)


@page("/go/-/edit/{name:path}", ("POST",))
async def edit(visit: Visit) -> Response:
    """Its name, target and description; another owner; or its end."""
    link, me, act = await _mine(visit), visit.me.id, visit.text("act")
    if act == "remove":
        await visit.write(change.remove, me, link.id)
        return visit.redirect("/go?show=mine", "link-removed")
    if act == "hand-over":
        return await _give(visit, link)
    form = Form(visit.form, _LABELS)
    draft = _draft(visit, form)
    if not form.ok:
        return _form(visit, form, link, 422)
    try:
        changed = await visit.write(change.change, me, link.id, draft, visit.services.settings.origin)
    except Invalid as problem:
        form.refuse(problem, _FIELDS)
        return _form(visit, form, link, problem.status)
    return visit.redirect(about(changed.name), "saved")


async def _give(visit: Visit, link: GoLink) -> Response:
    form = Form({**_values(link), "owner_id": visit.text("owner_id")}, _LABELS)
    try:
        await visit.write(_hand_over, visit.me.id, link.id, form["owner_id"])
    except Invalid as problem:
        form.refuse(problem, ("owner_id",))
        return _form(visit, form, link, problem.status)
    return visit.redirect(about(link.name), "handed-over")


def _hand_over(conn: Connection, viewer: int, id: int, username: str) -> None:
    change.hand_over(conn, viewer, id, change.colleague(conn, username))


@page("/go/removed/{id:int}", ("POST",))
async def bring_back(visit: Visit) -> Response:
    try:
        link = await visit.write(change.restore, visit.me.id, visit.path_id)
    except Invalid as problem:
        return await links_page(visit, problem.status, sentence(_("The name"), problem))
    return visit.redirect(about(link.name), "brought-back")

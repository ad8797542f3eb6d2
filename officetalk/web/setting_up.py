"""The first start, in four steps: the company and its owner, how it looks, how people write and join, and the first
invitation. The first claims a fresh server; the others can be left out, and come again as settings."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from officetalk.company import settings as company
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.translation import N_, _
from officetalk.identity import registration
from officetalk.web import invitations
from officetalk.web.company_look import COLOURS, OWN, look_form, save_look
from officetalk.web.company_settings import domains_hint, domains_of, modes
from officetalk.web.door import address, hashed, mode_in_force, sign_in
from officetalk.web.forms import Form
from officetalk.web.page import page
from officetalk.web.visit import Visit

_LABELS = {
    "code": N_("The code"),
    "company_name": N_("The name of the company"),
    "display_name": N_("Your name"),
    "username": N_("The user name"),
    "email": N_("The mail address"),
    "password": N_("The password"),
    "character_limit": N_("The number of characters"),
    "registration": N_("The way to join"),
    "email_domains": N_("The domains"),
}
_SET_UP_FIELDS = ("code", "company_name", "display_name", "username", "email", "password")
_STEPS = (
    ("owner", N_("Your company"), N_("Its name, and who owns it")),
    ("look", N_("Look"), N_("Colour and logo")),
    ("rules", N_("Rules"), N_("Length of posts, who may join")),
    ("invite", N_("Colleagues"), N_("The first invitation")),
)


def _step(visit: Visit, step: str, code: int = 200, **values: Any) -> Response:
    """A step in its frame; those before it are done."""
    at = [key for key, _words, _small in _STEPS].index(step)
    steps = [
        (
            key,
            _(words),
            visit.company.name if key == "owner" and at > 0 else _(small),
            "done" if number < at else "here" if number == at else "",
        )
        for number, (key, words, small) in enumerate(_STEPS)
    ]
    return visit.render(f"setup/{step}.html", code, steps=steps, number=at + 1, **values)


@page("/setup", public=True)
async def set_up_page(visit: Visit) -> Response:
    if visit.company.set_up:
        return visit.redirect("/")
    return _step(visit, "owner", form=Form())


@page("/setup", ("POST",), public=True)
async def set_up(visit: Visit) -> Response:
    """Claim a fresh server with the code that it printed. Once: afterwards the page is not there."""
    if visit.company.set_up:
        raise NotFound
    form = Form(visit.form, _LABELS)
    form.require(*_SET_UP_FIELDS)
    visit.services.limits.hit("code", address(visit))
    account_id = await _claim(visit, form)
    if account_id is None:
        return _step(visit, "owner", 422, form=form)
    return await sign_in(visit, account_id, "/setup/look")


async def _claim(visit: Visit, form: Form) -> int | None:
    password_hash = await hashed(form, "password", form["username"], form["email"])
    if password_hash is None:
        return None
    try:
        return await visit.write(
            registration.set_up_owner,
            username=form["username"],
            display_name=form["display_name"],
            email=form["email"],
            password_hash=password_hash,
            company_name=form["company_name"],
            code=form["code"],
        )
    except (Invalid, Forbidden) as problem:
        field = "company_name" if problem.field == "name" else problem.field
        form.refuse(Invalid(field, problem.text, **problem.values), _SET_UP_FIELDS)
        return None


@page("/setup/look", role="administrator")
async def look_step(visit: Visit) -> Response:
    return _look(visit, look_form(visit))


@page("/setup/look", ("POST",), role="administrator")
async def choose_look(visit: Visit) -> Response:
    form = await save_look(visit)
    return visit.redirect("/setup/rules") if form.ok else _look(visit, form, 422)


def _look(visit: Visit, form: Form, code: int = 200) -> Response:
    return _step(visit, "look", code, form=form, colours=COLOURS, own=OWN)


@page("/setup/rules", role="administrator")
async def rules_step(visit: Visit) -> Response:
    chosen = visit.company
    form = Form(
        {
            "character_limit": str(chosen.character_limit),
            "registration": mode_in_force(visit),
            "email_domains": ", ".join(chosen.email_domains),
        }
    )
    return _rules(visit, form)


@page("/setup/rules", ("POST",), role="administrator")
async def choose_rules(visit: Visit) -> Response:
    form = Form(visit.form, _LABELS)
    form.require("character_limit")
    limit = form.number("character_limit", low=20, high=5000)
    if form.ok:
        changes: dict[str, Any] = {}
        if not visit.services.settings.registration:
            changes["registration"] = form["registration"]
        try:
            changes["email_domains"] = domains_of(form)
            await visit.write(company.change, character_limit=limit, **changes)
        except Invalid as problem:
            form.refuse(problem, _LABELS)
    return visit.redirect("/setup/invite") if form.ok else _rules(visit, form, 422)


def _rules(visit: Visit, form: Form, code: int = 200) -> Response:
    fixed = bool(visit.services.settings.registration)
    return _step(
        visit, "rules", code, form=form, modes=modes(), fixed=fixed, domains_hint=domains_hint(visit)
    )


@page("/setup/invite", role="administrator")
async def invite_step(visit: Visit) -> Response:
    return _step(visit, "invite", **await invitations.shown(visit, invitations.blank(25, 30)))


@page("/setup/invite", ("POST",), role="administrator")
async def make_first_invitation(visit: Visit) -> Response:
    form = await invitations.make_invitation(visit)
    if not form.ok:
        return _step(visit, "invite", 422, **await invitations.shown(visit, form))
    return visit.redirect("/setup/invite", "invited")

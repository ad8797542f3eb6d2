"""Settings of the company: its name and rules, who may do what, who may come in. For administrators."""

from __future__ import annotations

from typing import Any, get_args
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from officetalk.accounts.entities import RANK, Account, Role
from officetalk.company import settings as company
from officetalk.core.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from officetalk.core.translation import N_, _
from officetalk.identity import roster
from officetalk.identity.roster import Member
from officetalk.moderation import access
from officetalk.web.door import mode_in_force
from officetalk.web.forms import Form, sentence
from officetalk.web.page import page
from officetalk.web.settings import render_setting
from officetalk.web.visit import Visit

_LABELS = {
    "name": N_("The name"),
    "description": N_("The description"),
    "character_limit": N_("The number of characters"),
    "registration": N_("The way to join"),
    "email_domains": N_("The domains"),
}
_ROLES = {
    "owner": N_("Owner"),
    "administrator": N_("Administrator"),
    "moderator": N_("Moderator"),
    "member": N_("Member"),
}
_MODES = (
    ("invitation", N_("By invitation link"), N_("Colleagues who are in invite others")),
    ("approval", N_("With approval"), N_("Anyone asks, you let them in")),
    ("open", N_("Open to all"), N_("Anyone who reaches the server")),
    ("closed", N_("Closed"), N_("Only you make accounts, on the server")),
)
_MEMBERS = 50
_MAX_DOMAINS = 50
# What can be done to an account in each state: the form's word, words on the button, its look.
_ACTIONS = {
    "active": (("disable", N_("Disable"), "danger"),),
    "disabled": (("enable", N_("Enable"), ""),),
    "suspended": (),  # moderators undo it: see moderation.py
    "pending": (("approve", N_("Let in"), "primary"), ("reject", N_("Turn down"), "danger")),
    "unconfirmed": (),
}
_SAID = {
    "role": "role-changed", "disable": "disabled", "enable": "enabled", "approve": "let-in", "reject": "turned-down",
}  # fmt: skip


class Row(msgspec.Struct, frozen=True):
    """A member with what the viewer may do: `roles` to choose from, `actions` as buttons."""

    account: Account
    email: str
    roles: tuple[str, ...]
    actions: tuple[tuple[str, str, str], ...]


@page("/settings/company", role="administrator")
async def company_page(visit: Visit) -> Response:
    chosen = visit.company
    form = Form(
        {
            "name": chosen.name,
            "description": chosen.description,
            "character_limit": str(chosen.character_limit),
            "registration": mode_in_force(visit),
            "email_domains": ", ".join(chosen.email_domains),
            "self_deletion": "1" if chosen.self_deletion else "",
        }
    )
    return await _company(visit, form)


@page("/settings/company", ("POST",), role="administrator")
async def change_company(visit: Visit) -> Response:
    form = Form(visit.form, _LABELS)
    form.require("name", "character_limit")
    limit = form.number("character_limit", low=20, high=5000)
    if form.ok:
        changes: dict[str, Any] = {name: form[name] for name in ("name", "description")}
        if not visit.services.settings.registration:
            changes["registration"] = form["registration"]
        try:
            changes["email_domains"] = domains_of(form)
            changes["self_deletion"] = form.checked("self_deletion")
            await visit.write(company.change, character_limit=limit, **changes)
        except Invalid as problem:
            form.refuse(problem, _LABELS)
    if not form.ok:
        return await _company(visit, form, 422)
    return visit.redirect("/settings/company", "saved")


def domains_of(form: Form) -> tuple[str, ...]:
    """The domains in the field, however they are separated."""
    parts = form["email_domains"].replace(";", ",").replace("\n", ",").replace(" ", ",").split(",")
    found = tuple(dict.fromkeys(part.strip().lower().lstrip("@") for part in parts if part.strip()))
    if len(found) > _MAX_DOMAINS or any("." not in d or "@" in d or len(d) > 253 for d in found):
        raise Invalid("email_domains", "must be names such as example.com, separated by commas")
    return found


def modes() -> list[tuple[str, str, str]]:
    """The ways to join: value, words and what it means."""
    return [(value, _(words), _(hint)) for value, words, hint in _MODES]


def domains_hint(visit: Visit) -> str:
    """What the field of the domains says below."""
    by_server = ", ".join(visit.services.settings.allowed_domains)
    if by_server:
        return _("The server’s settings allow %(domains)s and count before this.", domains=by_server)
    return _("Separated by commas. Empty: any address.")


async def _company(visit: Visit, form: Form, code: int = 200) -> Response:
    return render_setting(
        visit,
        "company",
        code,
        form=form,
        modes=modes(),
        fixed=bool(visit.services.settings.registration),
        domains_hint=domains_hint(visit),
        waiting=await visit.read(roster.waiting),
    )


# --- people ------------------------------------------------------------------------------------------


@page("/settings/company/people", role="administrator")
async def members_page(visit: Visit) -> Response:
    return await _members(visit, visit.asked("q").strip()[:200])


@page("/settings/company/people/{id:int}", ("POST",), role="administrator")
async def change_member(visit: Visit) -> Response:
    """One thing done to one account. Who may do what to whom is the domain's rule."""
    do, account_id, me = visit.text("do"), visit.path_id, visit.me.id
    try:
        if do == "role":
            await visit.write(access.set_role, me, account_id, _role(visit.text("role")))
        elif do == "disable":
            await visit.write(access.disable, me, account_id)
        elif do == "enable":
            await visit.write(access.enable, me, account_id)
        elif do == "approve":
            await visit.write(access.approve, me, account_id)
        elif do == "reject":
            await visit.write(access.reject, me, account_id)
        else:
            raise NotFound
    except (Invalid, Forbidden, Conflict) as problem:
        return await _members(visit, visit.text("q"), problem)
    query = visit.text("q")
    back = f"/settings/company/people?{urlencode({'q': query})}" if query else "/settings/company/people"
    return visit.redirect("/settings/company" if do in ("approve", "reject") else back, _SAID[do])


def _role(text: str) -> Role:
    if text not in get_args(Role):
        raise Invalid("role", "is none of owner, administrator, moderator and member")
    return text  # type: ignore[return-value]


async def _members(visit: Visit, query: str, refused: Problem | None = None) -> Response:
    asked = visit.list_page(_MEMBERS)
    found = await visit.read(roster.members, query, asked)
    next_page = ""
    if len(found) == asked.limit:
        more = {"q": query} if query else {}
        next_page = f"/settings/company/people?{urlencode({**more, 'max_id': found[-1].cursor})}"
    return render_setting(
        visit,
        "company_people",
        refused.status if refused else 200,
        members=[_row(visit, member) for member in found],
        roles={role: _(words) for role, words in _ROLES.items()},
        query=query,
        next_page=next_page,
        refusal=sentence(_("This"), refused) if refused else "",
    )


def _row(visit: Visit, member: Member) -> Row:
    """Nobody changes the own role or access here, nor that of somebody above."""
    viewer, account = visit.me_as_viewer, member.account
    mine = account.id == viewer.id
    above = RANK[account.role] > RANK[viewer.role]
    if mine or above:
        return Row(account, member.email, (), ())
    roles = (
        tuple(role for role in RANK if RANK[role] <= RANK[viewer.role]) if account.state == "active" else ()
    )
    return Row(
        account,
        member.email,
        roles,
        tuple((do, _(words), tone) for do, words, tone in _ACTIONS[account.state]),
    )

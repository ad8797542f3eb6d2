"""How people come in: making an account by the mode in force."""

from __future__ import annotations

from starlette.responses import Response

from officetalk.core.errors import NotFound, Problem
from officetalk.core.translation import N_, _
from officetalk.identity import registration
from officetalk.identity.entities import Invitation
from officetalk.web.door import address, domains_in_force, hashed, mode_in_force, result, sign_in
from officetalk.web.forms import Form
from officetalk.web.page import page
from officetalk.web.visit import Visit

_LABELS = {
    "display_name": N_("Your name"),
    "username": N_("The user name"),
    "email": N_("The mail address"),
    "password": N_("The password"),
    "reason": N_("The answer"),
}


@page("/join", public=True)
async def join_page(visit: Visit) -> Response:
    return _closed(visit, None) or await _join_form(visit, Form(), None)


@page("/join", ("POST",), public=True)
async def join(visit: Visit) -> Response:
    return _closed(visit, None) or await _join(visit, None)


@page("/join/{code}", public=True)
async def join_by_invitation_page(visit: Visit) -> Response:
    invitation = await _invitation(visit)
    return _closed(visit, invitation) or await _join_form(visit, Form(), invitation)


@page("/join/{code}", ("POST",), public=True)
async def join_by_invitation(visit: Visit) -> Response:
    invitation = await _invitation(visit)
    return _closed(visit, invitation) or await _join(visit, invitation)


async def _invitation(visit: Visit) -> Invitation | None:
    """The invitation in the address while it can be used."""
    visit.services.limits.hit("anonymous", address(visit))
    try:
        return await visit.read(registration.find_invitation, visit.path["code"])
    except NotFound:
        return None


def _closed(visit: Visit, invitation: Invitation | None) -> Response | None:
    """The page for those who cannot make an account here and now, or None."""
    if not visit.company.set_up:
        return visit.redirect("/setup")
    to_sign_in = ("/sign-in", _("Sign in"))
    if visit.viewer is not None:
        return result(
            visit, _("You are in already"), _("You are signed in as @%(name)s.", name=visit.me.username),
            ("/", _("Go home")), sign="circle-check",
        )  # fmt: skip
    mode = mode_in_force(visit)
    if mode == "closed":
        return result(
            visit,
            _("Accounts are made for you"),
            _("Ask your administrator for one."),
            to_sign_in,
            sign="lock",
            code=403,
        )
    if invitation is not None:
        return None
    if "code" in visit.path:
        return result(
            visit, _("This invitation has ended"), _("It was used up, has expired or was taken back. Ask for a new link."),
            to_sign_in, sign="circle-alert", code=404,
        )  # fmt: skip
    if mode == "invitation":
        return result(
            visit, _("You need an invitation"), _("A colleague who is already in can send you a link."),
            to_sign_in, sign="mail", code=403,
        )  # fmt: skip
    return None


async def _join_form(visit: Visit, form: Form, invitation: Invitation | None, code: int = 200) -> Response:
    domains = domains_in_force(visit)
    return visit.render(
        "door/join.html",
        code,
        form=form,
        mode=mode_in_force(visit),
        code_of_invitation=invitation.code if invitation else None,
        domain=visit.services.settings.domain,
        domains_hint=_("It must end in %(domains)s.", domains=_(" or ").join("@" + d for d in domains))
        if domains
        else "",
    )


async def _join(visit: Visit, invitation: Invitation | None) -> Response:
    form = Form(visit.form, _LABELS)
    form.require("display_name", "username", "email", "password")
    visit.services.limits.hit("register", address(visit))
    made = await _register(visit, form, invitation)
    if made is None:
        return await _join_form(visit, form, invitation, 422)
    if made.state == "active":
        return await sign_in(visit, made.account_id, "/")
    if made.state == "unconfirmed":
        return result(
            visit, _("Look into your mail"), _("A link to confirm %(email)s is on its way. Open it, then sign in.", email=form["email"]),
            ("/sign-in", _("To sign-in")), sign="mail",
        )  # fmt: skip
    return result(
        visit, _("An administrator will look at it"), _("Your account waits for approval. You can sign in once it is given."),
        ("/sign-in", _("To sign-in")), sign="clock",
    )  # fmt: skip


async def _register(
    visit: Visit, form: Form, invitation: Invitation | None
) -> registration.Registered | None:
    password_hash = await hashed(form, "password", form["username"], form["email"])
    if password_hash is None:
        return None
    try:
        return await visit.write(
            registration.register,
            visit.services.settings,
            username=form["username"],
            display_name=form["display_name"],
            email=form["email"],
            password_hash=password_hash,
            invitation_code=invitation.code if invitation else None,
            reason=form["reason"],
        )
    except Problem as problem:
        if problem.status not in (403, 404, 409, 422):
            raise
        form.refuse(problem, _LABELS)
        return None

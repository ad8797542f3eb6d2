"""Invitations: links by which colleagues make their accounts."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.responses import Response

from officetalk.core.errors import Forbidden, Invalid
from officetalk.core.translation import N_, _
from officetalk.identity import registration
from officetalk.identity.entities import Invitation
from officetalk.web.door import domains_in_force, mode_in_force
from officetalk.web.forms import Form
from officetalk.web.page import page
from officetalk.web.settings import render_setting
from officetalk.web.visit import Visit, local_path

_LABELS = {"uses": N_("The number of people"), "days": N_("The number of days")}
_PATH = "/settings/invitations"


class Link(msgspec.Struct, frozen=True):
    """An invitation as its owner sees it; `ended` says why it cannot be used any more."""

    invitation: Invitation
    address: str
    ended: str | None


def blank(uses: int = 1, days: int = 7) -> Form:
    """The form as it is first shown."""
    return Form({"uses": str(uses), "days": str(days)})


async def make_invitation(visit: Visit) -> Form:
    """Make the link that the form asks for; the form, with its errors."""
    if why_not_invite(visit):
        raise Forbidden("Nobody can be invited at the moment.")
    form = Form(visit.form, _LABELS)
    uses = form.number("uses", low=1, high=1000)
    days = form.number("days", low=1, high=365)
    if form.ok:
        try:
            await visit.write(registration.invite, visit.me.id, uses, days)
        except (Invalid, Forbidden) as problem:
            form.refuse(problem, ("uses", "days"))
    return form


async def shown(visit: Visit, form: Form) -> dict[str, Any]:
    """What components/invitations.html wants to know."""
    made: list[Invitation] = await visit.read(registration.invitations_of, visit.me.id)
    return {
        "form": form,
        "why_not": why_not_invite(visit),
        "links": [_link(visit, invitation) for invitation in made],
        "domains": _(" or ").join(f"@{d}" for d in domains_in_force(visit)),
    }


@page(_PATH)
async def invitations_page(visit: Visit) -> Response:
    return render_setting(visit, "invitations", **await shown(visit, blank()))


@page(_PATH, ("POST",))
async def invite(visit: Visit) -> Response:
    form = await make_invitation(visit)
    if not form.ok:
        return render_setting(visit, "invitations", 422, **await shown(visit, form))
    return visit.redirect(_PATH, "invited")


@page("/settings/invitations/{id:int}/revoke", ("POST",))
async def revoke_invitation(visit: Visit) -> Response:
    await visit.write(registration.revoke_invitation, visit.me.id, visit.path_id)
    return visit.redirect(local_path(visit.text("back")) or _PATH, "invitation-ended")


def why_not_invite(visit: Visit) -> str | None:
    """Why this person cannot invite, or None. By invitation every member can; where strangers must ask,
    a link would go around those who decide, so only administrators have it."""
    mode = mode_in_force(visit)
    if mode == "closed":
        return _("Accounts are made by the administrators here.")
    if mode == "approval" and not visit.me_as_viewer.at_least("administrator"):
        return _("Whoever wants to join asks on the sign-in page, and an administrator decides.")
    return None


def _link(visit: Visit, invitation: Invitation) -> Link:
    values: dict[str, Any] = {"invitation": invitation, "ended": None}
    if invitation.revoked:
        values["ended"] = _("Ended")
    elif invitation.max_uses is not None and invitation.uses >= invitation.max_uses:
        values["ended"] = _("Used up")
    elif invitation.expires_at is not None and invitation.expires_at <= visit.services.db.clock():
        values["ended"] = _("Expired")
    return Link(address=f"{visit.services.settings.origin}/join/{invitation.code}", **values)

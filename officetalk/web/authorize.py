"""OAuth's consent: what an app asks for, in words, and the answer of the person."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from starlette.responses import Response

from officetalk.core.errors import Invalid
from officetalk.core.translation import _
from officetalk.http import authorization
from officetalk.http.authorization import AuthorizationRequest, Refused
from officetalk.web.page import page, to_sign_in
from officetalk.web.permissions import in_words
from officetalk.web.visit import Visit

# What of the request travels on in the form; it is checked again when it comes back.
_FIELDS = (
    "client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "code_challenge_method",
)  # fmt: skip


@page("/oauth/authorize", public=True)
async def consent_page(visit: Visit) -> Response:
    asked = await _asked(visit, visit.query)
    if isinstance(asked, Response):
        return asked
    if visit.viewer is None:
        return to_sign_in(visit)
    return _consent(visit, asked)


@page("/oauth/authorize", ("POST",))
async def consent(visit: Visit) -> Response:
    asked = await _asked(visit, visit.form)
    if isinstance(asked, Response):
        return asked
    if visit.text("decision") != "allow":
        if asked.out_of_band:
            return visit.redirect("/")
        return visit.redirect(authorization.denied(asked))
    code = await authorization.grant(visit.services, visit.me_as_viewer, asked)
    if asked.out_of_band:
        return visit.render("door/code.html", asked=asked, secret=code)
    return visit.redirect(authorization.granted(asked, code))


async def _asked(visit: Visit, values: Mapping[str, object]) -> AuthorizationRequest | Response:
    """The request, or the answer to one that cannot be granted."""
    texts = {name: value for name, value in values.items() if isinstance(value, str)}
    try:
        return await authorization.check(visit.services, texts)
    except Refused as refused:
        if refused.location is not None:
            return visit.redirect(refused.location)
        return visit.render("door/refused.html", 400, sentence=refused.spoken())
    except Invalid as problem:
        return visit.render(
            "door/refused.html",
            400,
            sentence=_("Its %(field)s %(rule)s.", field=problem.field, rule=problem.spoken()),
        )


def _consent(visit: Visit, asked: AuthorizationRequest) -> Response:
    # A browser holds the redirect that answers a form to the policy of the page with the form.
    source = authorization.form_action(asked.redirect_uri)
    visit.form_action = f" {source}" if source else ""
    target = urlsplit(asked.redirect_uri)
    fields = [(name, visit.asked(name)) for name in _FIELDS if visit.asked(name)]
    return visit.render(
        "door/authorize.html",
        asked=asked,
        fields=fields,
        permissions=in_words(asked.scopes),
        website=_host(asked.app.website),
        goes_to=target.hostname or _("the app itself (%(scheme)s:)", scheme=target.scheme),
        back=f"/oauth/authorize?{urlencode(fields)}",
    )


def _host(website: str | None) -> str | None:
    """The host of the app's website: what the app says of itself, so no link is made of it."""
    if not website:
        return None
    try:
        parts = urlsplit(website)
    except ValueError:
        return None
    return parts.hostname if parts.scheme in ("http", "https") else None

"""The company's rules and longer texts: written by administrators, read by everybody, also before signing in."""

from __future__ import annotations

from markupsafe import Markup
from starlette.responses import Response

from officetalk.company import texts
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.translation import N_, _
from officetalk.posts.text import to_web_html
from officetalk.web.cards import tag_path
from officetalk.web.forms import Form
from officetalk.web.page import page
from officetalk.web.settings import render_setting
from officetalk.web.visit import Visit

_LABELS = {
    "rules": N_("The rules"),
    "about": N_("The description"),
    "privacy_policy": N_("The privacy policy"),
    "terms": N_("The terms"),
}


@page("/settings/company/texts", role="administrator")
async def texts_page(visit: Visit) -> Response:
    chosen = visit.company
    values = {name: getattr(chosen, name).text for name in texts.TEXTS}
    return _texts(visit, Form({**values, "rules": texts.text_of_rules(chosen.rules)}))


@page("/settings/company/texts", ("POST",), role="administrator")
async def change_texts(visit: Visit) -> Response:
    """All of it or nothing."""
    form = Form(visit.form, _LABELS)
    written = {name: form.raw(name) for name in texts.TEXTS}
    try:
        await visit.write(_write, texts.rules_of_text(form.raw("rules")), written)
    except Invalid as problem:
        form.refuse(problem, _LABELS)
        return _texts(visit, form, 422)
    return visit.redirect("/settings/company/texts", "saved")


def _write(conn: Connection, rules: list[tuple[str, str]], written: dict[str, str]) -> None:
    texts.write_rules(conn, rules)
    texts.write_texts(conn, **written)


def _texts(visit: Visit, form: Form, code: int = 200) -> Response:
    return render_setting(visit, "company_texts", code, form=form, limit=texts.MAX_TEXT)


# --- for everybody --------------------------------------------------------------------------------------


@page("/privacy-policy", public=True)
async def privacy_policy(visit: Visit) -> Response:
    return _public(
        visit, _("Privacy policy"), visit.company.privacy_policy.text, visit.company.privacy_policy.at
    )


@page("/terms-of-service", public=True)
async def terms_of_service(visit: Visit) -> Response:
    return _public(visit, _("Terms of service"), visit.company.terms.text, visit.company.terms.at)


def _public(visit: Visit, heading: str, text: str, at: int) -> Response:
    if not text:
        raise NotFound
    body = Markup(to_web_html(text, {}, tag_path, lambda url: url, None))
    return visit.render("door/text.html", heading=heading, body=body, at=at)

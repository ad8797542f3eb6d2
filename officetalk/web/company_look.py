"""The company's colour and logo: the pages on which administrators choose them, and the files that everybody sees,
also on the sign-in page."""

from __future__ import annotations

import asyncio
from typing import get_args

from starlette.responses import RedirectResponse, Response

from officetalk.company import look as company_look
from officetalk.core.cache import Cache
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.translation import N_
from officetalk.media import logos
from officetalk.web.forms import Form
from officetalk.web.look import digest_of, style_sheet, style_with
from officetalk.web.page import page
from officetalk.web.settings import render_setting
from officetalk.web.visit import Visit

LABELS = {"own_accent": N_("The colour"), "logo": N_("The logo")}
OURS, OWN = "officetalk", "own"  # the choice of OfficeTalk's colour, and that of none of these
COLOURS = (
    (OURS, N_("Pine"), "#004c45"),
    ("#1d4ed8", N_("Blue"), "#1d4ed8"),
    ("#6d28d9", N_("Violet"), "#6d28d9"),
    ("#be185d", N_("Berry"), "#be185d"),
    ("#b91c1c", N_("Red"), "#b91c1c"),
    ("#a34a00", N_("Rust"), "#a34a00"),
    ("#475569", N_("Slate"), "#475569"),
)
_KEEP = {"Cache-Control": "public, max-age=31536000, immutable", "Access-Control-Allow-Origin": "*"}
_drawn: Cache[tuple[str, str], bytes] = Cache(16)


def look_form(visit: Visit) -> Form:
    """The form with what is chosen."""
    accent = visit.company.accent
    known = accent in {value for value, _words, _shown in COLOURS}
    chosen = OURS if not accent else accent if known else OWN
    return Form({"accent": chosen, "own_accent": accent or COLOURS[0][2]})


async def save_look(visit: Visit) -> Form:
    """Take what the form says; the form, with its errors."""
    form = Form(visit.form, LABELS)
    accent = {OWN: form["own_accent"], OURS: ""}.get(form["accent"], form["accent"])
    before, upload = visit.company.logo, visit.upload("logo")
    storage = visit.services.media.storage
    try:
        logo = None
        if upload is not None and upload.data:
            visit.services.limits.hit("media", visit.me.id)
            logo = await asyncio.to_thread(logos.store, storage, upload.data)
        made = await visit.write(
            company_look.change, accent=accent, logo=logo, remove_logo=form.checked("remove_logo")
        )
    except Invalid as problem:
        field = "own_accent" if problem.field == "accent" else problem.field
        form.refuse(Invalid(field, problem.text, **problem.values), LABELS)
        return form
    if before and made.logo != before:
        await asyncio.to_thread(storage.remove, [before])
    return form


@page("/settings/company/look", role="administrator")
async def look_page(visit: Visit) -> Response:
    return _look(visit, look_form(visit))


@page("/settings/company/look", ("POST",), role="administrator")
async def change_look(visit: Visit) -> Response:
    form = await save_look(visit)
    return visit.redirect("/settings/company/look", "saved") if form.ok else _look(visit, form, 422)


def _look(visit: Visit, form: Form, code: int = 200) -> Response:
    return render_setting(visit, "company_look", code, form=form, colours=COLOURS, own=OWN)


@page("/look/{digest}.css", public=True)
async def company_style(visit: Visit) -> Response:
    visit.whose = ""  # the same for everybody
    accent = visit.company.accent
    if not accent or visit.path["digest"] != digest_of(accent):  # a page from before the colour was changed
        return RedirectResponse(style_sheet(visit.company), 302)
    plain, smaller = await asyncio.to_thread(style_with, accent)
    headers = {**_KEEP, "Vary": "Accept-Encoding"}
    if "gzip" in visit.request.headers.get("accept-encoding", ""):
        return Response(smaller, media_type="text/css", headers={**headers, "Content-Encoding": "gzip"})
    return Response(plain, media_type="text/css", headers=headers)


@page("/look/{logo}-{variant}.png", public=True)
async def company_logo(visit: Visit) -> Response:
    visit.whose = ""
    name, asked = f"{visit.path['logo']}.png", visit.path["variant"]
    variant: logos.Variant | None = next((v for v in get_args(logos.Variant) if v == asked), None)
    # Only that of the company: what else lies in the store is not for everybody.
    if name != visit.company.logo or variant is None:
        raise NotFound
    content = _drawn.get((name, variant))
    if content is None:
        kept = await _stored(visit, logos.checked(name))
        content = await asyncio.to_thread(logos.drawn, kept, variant)
        _drawn.put((name, variant), content)
    return Response(content, media_type=logos.CONTENT_TYPE, headers=_KEEP)


async def _stored(visit: Visit, name: str) -> bytes:
    storage = visit.services.media.storage
    size = await storage.size(name)
    if size is None:
        raise NotFound
    return b"".join([piece async for piece in await storage.open(name, 0, size)])

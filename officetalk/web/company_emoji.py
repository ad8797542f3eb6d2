"""The company's own emoji: looked after by administrators; and their pictures, for everybody who is in."""

from __future__ import annotations

from starlette.responses import Response

from officetalk.core.errors import Forbidden, Invalid, NotFound, Problem
from officetalk.core.translation import N_, _
from officetalk.emoji import change, pictures, rules
from officetalk.web.forms import Form, sentence
from officetalk.web.page import page
from officetalk.web.pictures import _KEEP, _signed_in
from officetalk.web.settings import render_setting
from officetalk.web.visit import Visit

_LABELS = {"shortcode": N_("The name"), "image": N_("The picture"), "category": N_("The category")}


@page("/settings/company/emoji", role="administrator")
async def emoji_page(visit: Visit) -> Response:
    return await _emoji(visit, Form({"in_picker": "1"}))


@page("/settings/company/emoji", ("POST",), role="administrator")
async def add_emoji(visit: Visit) -> Response:
    form = Form(visit.form, _LABELS)
    upload = visit.upload("image")
    try:
        change.check_shortcode(form["shortcode"])
        shop = visit.services.media
        stored = await shop.in_thread(pictures.store, shop.storage, upload.data if upload else b"")
        await visit.write(
            change.add, visit.me.id, form["shortcode"], stored,
            category=form["category"], in_picker=form.checked("in_picker"),
        )  # fmt: skip
    except Invalid as problem:
        form.refuse(problem, _LABELS)
        return await _emoji(visit, form, 422)
    return visit.redirect("/settings/company/emoji", "emoji-added")


@page("/settings/company/emoji/{id:int}", ("POST",), role="administrator")
async def change_emoji(visit: Visit) -> Response:
    """One thing done to one emoji."""
    do, id, me = visit.text("do"), visit.path_id, visit.me.id
    try:
        if do == "remove":
            await visit.write(change.remove, me, id)
            return visit.redirect("/settings/company/emoji", "emoji-removed")
        if do in ("enable", "disable"):
            await visit.write(change.change, me, id, disabled=do == "disable")
        elif do in ("show", "hide"):
            await visit.write(change.change, me, id, in_picker=do == "show")
        elif do == "category":
            await visit.write(change.change, me, id, category=visit.text("category"))
        else:
            raise NotFound
    except (Invalid, Forbidden) as problem:
        return await _emoji(visit, Form({"in_picker": "1"}), problem.status, problem)
    return visit.redirect("/settings/company/emoji", "saved")


async def _emoji(visit: Visit, form: Form, code: int = 200, refused: Problem | None = None) -> Response:
    everything = await visit.read(rules.everything)
    return render_setting(
        visit,
        "company_emoji",
        code,
        form=form,
        everything=everything,
        categories=list(dict.fromkeys(e.category for e in everything if e.category)),
        refusal=sentence(_("The category"), refused) if refused else "",
    )


# Public as declared, since a token or a signed address does as well as a session: _signed_in decides.
@page("/emoji/{file}", public=True)
async def picture(visit: Visit) -> Response:
    """The picture of an emoji, and of nothing else that lies in the store."""
    await _signed_in(visit)
    name, catalogue = visit.path["file"], visit.services.emoji
    if catalogue.stale:
        await catalogue.refresh()
    if name not in catalogue.files:
        raise NotFound
    storage = visit.services.media.storage
    size = await storage.size(name)
    if size is None:
        raise NotFound
    body = b"".join([chunk async for chunk in await storage.open(name, 0, size)])
    return Response(body, media_type=pictures.content_type(name), headers=_KEEP)

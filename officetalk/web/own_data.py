"""Settings, Your data: download everything, one list alone, or delete the account."""

from __future__ import annotations

from starlette.responses import Response, StreamingResponse

from officetalk.archive import lists
from officetalk.archive.zipped import archive
from officetalk.core.errors import Conflict, Forbidden, NotFound
from officetalk.core.translation import N_, _
from officetalk.moderation import deletion
from officetalk.web.forms import Form, sentence
from officetalk.web.page import page
from officetalk.web.security_settings import check_password
from officetalk.web.settings import render_setting
from officetalk.web.visit import Visit

_LABELS = {"password": N_("Your password")}
_LISTS = {
    "following_accounts": N_("Whom you follow"),
    "followers": N_("Who follows you"),
    "lists": N_("Lists"),
    "muted_accounts": N_("Whom you mute"),
    "blocked_accounts": N_("Whom you block"),
    "bookmarks": N_("Bookmarks"),
    "likes": N_("Likes"),
    "short_links": N_("Short links"),
}


@page("/settings/data")
async def data_page(visit: Visit) -> Response:
    return _page(visit, Form())


@page("/settings/data/archive", ("POST",))
async def download_everything(visit: Visit) -> Response:
    services, me = visit.services, visit.me
    services.limits.hit("archive", me.id)
    pieces = archive(services.db, services.media.storage, me.id, services.settings.origin)
    return StreamingResponse(
        pieces, headers=_attached(f"officetalk-{me.username}.zip"), media_type="application/zip"
    )


@page("/settings/data/{name}.csv")
async def download_list(visit: Visit) -> Response:
    name = visit.path["name"]
    if name not in lists.FILES:
        raise NotFound
    text = await visit.read(lists.FILES[name], visit.me.id, visit.services.settings.origin)
    return Response(text, headers=_attached(f"{name}.csv"), media_type="text/csv; charset=utf-8")


@page("/settings/data/delete", ("POST",))
async def delete_account(visit: Visit) -> Response:
    form = Form(visit.form, _LABELS)
    form.require("password")
    if form.ok:
        await check_password(visit, form, "password")
    if not form.checked("sure"):
        form.errors["sure"] = _("Confirm that you know that this is for good.")
    if form.ok:
        try:
            await visit.write(deletion.leave, visit.me.id)
        except (Conflict, Forbidden) as problem:
            form.errors[""] = sentence("", problem)
    if not form.ok:
        return _page(visit, form, 422)
    return visit.forget_session(visit.redirect("/sign-in", "account-deleted"))


def _page(visit: Visit, form: Form, code: int = 200) -> Response:
    offered = [(name, _(words)) for name, words in _LISTS.items()]
    return render_setting(visit, "data", code, lists=offered, form=form)


def _attached(name: str) -> dict[str, str]:
    """To be saved as a file; user names are plain ASCII."""
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}

"""Announcements, as administrators write them."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from officetalk.announcements import queries, write
from officetalk.announcements.entities import Announcement, AnnouncementDraft
from officetalk.core.errors import Invalid
from officetalk.core.translation import N_, _
from officetalk.web.forms import Form
from officetalk.web.page import page
from officetalk.web.settings import render_setting
from officetalk.web.time import Clockface
from officetalk.web.visit import Visit

_PATH = "/settings/company/announcements"
_PAGE = 30
_LABELS = {
    "text": N_("The text"),
    "starts_at": N_("The start"),
    "ends_at": N_("The end"),
    "publish_at": N_("The time"),
}
_STATES = {
    "draft": N_("Draft"),
    "scheduled": N_("Scheduled"),
    "published": N_("Shown now"),
    "gone": N_("Over"),
}


class Row(msgspec.Struct, frozen=True):
    """An announcement with its state in words."""

    announcement: Announcement
    state: str
    words: str


@page(_PATH, role="administrator")
async def announcements_page(visit: Visit) -> Response:
    return await _announcements(visit, Form())


@page(_PATH, ("POST",), role="administrator")
async def announce(visit: Visit) -> Response:
    form = Form(visit.form, _LABELS)
    draft = _draft(visit, form)
    if draft is not None:
        try:
            made = await visit.write(write.announce, visit.me.id, draft, visit.services.settings.origin)
        except Invalid as problem:
            form.refuse(problem, _LABELS)
        else:
            now = visit.services.db.clock()
            said = "announced" if made.state(now) == "published" else "announcement-kept"
            return visit.redirect(_PATH, said)
    return await _announcements(visit, form, 422)


@page(_PATH + "/{id:int}", role="administrator")
async def announcement_page(visit: Visit) -> Response:
    one = await visit.read(queries.get, visit.path_id)
    return _one(visit, one, _form(one, visit.clockface))


@page(_PATH + "/{id:int}", ("POST",), role="administrator")
async def change_announcement(visit: Visit) -> Response:
    id, me = visit.path_id, visit.me.id
    if visit.text("do") == "remove":
        await visit.write(write.remove, me, id)
        return visit.redirect(_PATH, "announcement-removed")
    form = Form(visit.form, _LABELS)
    draft = _draft(visit, form)
    if draft is not None:
        try:
            await visit.write(write.change, me, id, draft, visit.services.settings.origin)
        except Invalid as problem:
            form.refuse(problem, _LABELS)
        else:
            return visit.redirect(_PATH, "announcement-kept")
    return _one(visit, await visit.read(queries.get, id), form, 422)


def _draft(visit: Visit, form: Form) -> AnnouncementDraft | None:
    """What the form asks for; None with the errors in it."""
    all_day = form.checked("all_day")
    starts_at, ends_at = (_time(visit, form, name, all_day=all_day) for name in ("starts_at", "ends_at"))
    publish_at = _time(visit, form, "publish_at")
    if not form.ok:
        return None
    return AnnouncementDraft(
        form.raw("text"), starts_at, ends_at, all_day, visit.text("do") != "draft", publish_at
    )


def _time(visit: Visit, form: Form, name: str, *, all_day: bool = False) -> int | None:
    """The time in a field, as the viewer's clock shows it; of what takes all day the date alone, in UTC."""
    text = form[name]
    if not text:
        return None
    try:
        local = datetime.fromisoformat(text).replace(tzinfo=None)
        if not 1970 < local.year < 3000:
            raise ValueError
    except ValueError:
        form.refuse(Invalid(name, "must be a date and a time"))
        return None
    if all_day:
        return int(datetime(local.year, local.month, local.day, tzinfo=UTC).timestamp() * 1000)
    return int(local.replace(tzinfo=visit.clockface.zone).timestamp() * 1000)


def _form(one: Announcement, clock: Clockface) -> Form:
    def shown(at: int | None, *, by_date: bool = False) -> str:
        if at is None:
            return ""
        local = datetime.fromtimestamp(at / 1000, UTC) if by_date else clock.local(at)
        return local.strftime("%Y-%m-%dT%H:%M")

    values = {
        "text": one.text,
        "starts_at": shown(one.starts_at, by_date=one.all_day),
        "ends_at": shown(one.ends_at, by_date=one.all_day),
    }
    if one.all_day:
        values["all_day"] = "1"
    if one.published_at is not None and clock.local(one.published_at) > clock.now:
        values["publish_at"] = shown(one.published_at)
    return Form(values, _LABELS)


async def _announcements(visit: Visit, form: Form, code: int = 200) -> Response:
    asked = visit.list_page(_PAGE)
    found = await visit.read(queries.everything, asked)
    next_page = ""
    if len(found) == asked.limit:
        next_page = f"{_PATH}?{urlencode({'max_id': found[-1].id})}"
    now = visit.services.db.clock()
    return render_setting(
        visit,
        "company_announcements",
        code,
        form=form,
        rows=[Row(a, a.state(now), _(_STATES[a.state(now)])) for a in found],
        next_page=next_page,
        limit=write.MAX_TEXT,
    )


def _one(visit: Visit, one: Announcement, form: Form, code: int = 200) -> Response:
    return render_setting(
        visit,
        "company_announcement",
        code,
        form=form,
        one=one,
        state=one.state(visit.services.db.clock()),
        limit=write.MAX_TEXT,
    )

"""What waits to be said: moved to another time, or called off."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from officetalk.core.errors import Invalid, NotFound
from officetalk.core.translation import _
from officetalk.posts import scheduled
from officetalk.posts.scheduled import Scheduled
from officetalk.web import composing
from officetalk.web.cards import AUDIENCES
from officetalk.web.forms import sentence
from officetalk.web.page import page
from officetalk.web.visit import PAGE, Visit


class Waiting(msgspec.Struct, frozen=True):
    """A post that waits, as the page shows it. `at`: its time as the field has it."""

    id: int
    text: str
    when: str
    at: str
    audience: str
    notes: tuple[str, ...]
    error: str


def _waiting(visit: Visit, one: Scheduled) -> Waiting:
    clock, draft = visit.clockface, one.draft
    notes = [
        _("a comment") if draft.parent_id else "",
        _("with a poll") if draft.poll else "",
        _("with pictures") if one.media else "",
        _("with a quote") if draft.quote_of_id else "",
    ]
    return Waiting(
        one.id,
        draft.text,
        clock.full(one.run_at),
        clock.local(one.run_at).strftime("%Y-%m-%dT%H:%M"),
        _(AUDIENCES[draft.audience][1]),
        tuple(note for note in notes if note),
        one.error or "",
    )


@page("/scheduled")
async def scheduled_page(visit: Visit) -> Response:
    return await _list(visit)


async def _list(visit: Visit, code: int = 200, error: str = "", wrong: int = 0) -> Response:
    asked = visit.list_page()
    found = await visit.read(scheduled.waiting, visit.me.id, asked)
    return visit.render(
        "scheduled.html",
        code,
        waiting=[_waiting(visit, one) for one in found],
        earliest=visit.clockface.now.strftime("%Y-%m-%dT%H:%M"),
        older=f"/scheduled?{urlencode({'max_id': found[-1].id})}" if len(found) == PAGE else "",
        error=error,
        wrong=wrong,
    )


@page("/scheduled/{id:int}", ("POST",))
async def change(visit: Visit) -> Response:
    """Another time, or not at all."""
    if visit.text("act") == "cancel":
        await visit.write(scheduled.cancel, visit.me.id, visit.path_id)
        return visit.redirect("/scheduled", "called-off")
    if visit.text("act") != "move":
        raise NotFound
    try:
        at = composing.local_time(visit, visit.text("at"))
        if at is None:
            raise Invalid("scheduled_at", "Choose the day and the time", whole=True)
        await visit.write(scheduled.move, visit.me.id, visit.path_id, at)
    except Invalid as problem:
        return await _list(visit, problem.status, sentence(_("The time"), problem), visit.path_id)
    return visit.redirect("/scheduled", "moved")

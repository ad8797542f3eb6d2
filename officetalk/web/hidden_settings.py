"""Settings of what one follows besides people, and of whom one does not hear: hashtags, mutes, blocks."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from officetalk.accounts import queries, relations
from officetalk.accounts.entities import Person, Relationship
from officetalk.core.database import Connection
from officetalk.core.paging import Page
from officetalk.core.translation import _
from officetalk.posts import hashtags
from officetalk.web.page import page
from officetalk.web.settings import render_setting
from officetalk.web.visit import PAGE, Visit

_SIZE = PAGE * 2


class Hidden(msgspec.Struct, frozen=True):
    """Somebody whom the viewer has muted or blocked. `until`: when a mute ends, in words."""

    person: Person
    until: str


def _hidden(
    conn: Connection, viewer: int, kind: Literal["muted", "blocked"], asked: Page
) -> tuple[list[Person], dict[int, Relationship]]:
    people = (queries.mutes if kind == "muted" else queries.blocks)(conn, viewer, asked)
    return people, {r.id: r for r in queries.relationships(conn, viewer, [p.id for p in people])}


async def _page(visit: Visit, kind: Literal["muted", "blocked"]) -> Response:
    asked = visit.list_page(_SIZE)
    people, known = await visit.read(_hidden, visit.me.id, kind, asked)
    clock = visit.clockface

    def until(id: int) -> str:
        ends = known[id].muting_expires_at if id in known else None
        return _("until %(time)s", time=clock.full(ends)) if ends else ""

    more = urlencode({"max_id": people[-1].cursor}) if len(people) == _SIZE else ""
    return render_setting(
        visit,
        "hidden",
        kind=kind,
        people=[Hidden(person, until(person.id) if kind == "muted" else "") for person in people],
        older=f"/settings/{kind}?{more}" if more else "",
    )


@page("/settings/muted")
async def muted(visit: Visit) -> Response:
    return await _page(visit, "muted")


@page("/settings/blocked")
async def blocked(visit: Visit) -> Response:
    return await _page(visit, "blocked")


@page("/settings/muted/{name}", ("POST",))
async def unmute(visit: Visit) -> Response:
    person = await visit.read(queries.by_username, visit.path["name"])
    await visit.write(relations.unmute_account, visit.me.id, person.id)
    return visit.redirect("/settings/muted", "unmuted")


@page("/settings/blocked/{name}", ("POST",))
async def unblock(visit: Visit) -> Response:
    person = await visit.read(queries.by_username, visit.path["name"])
    await visit.write(relations.unblock_account, visit.me.id, person.id)
    return visit.redirect("/settings/blocked", "unblocked")


@page("/settings/hashtags")
async def followed(visit: Visit) -> Response:
    asked = visit.list_page(_SIZE)
    found = await visit.read(hashtags.followed, visit.me.id, asked)
    more = urlencode({"max_id": found[-1].cursor}) if len(found) == _SIZE else ""
    return render_setting(visit, "hashtags", tags=found, older=f"/settings/hashtags?{more}" if more else "")

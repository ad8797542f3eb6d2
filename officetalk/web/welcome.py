"""Welcome: three short steps for a new colleague, once. The profile, people to follow, a first post; each can be
skipped, and all of it is found in the settings and under People later. Home leads here until it is done."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from officetalk.accounts import profile, relations
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.translation import N_, _
from officetalk.search import people
from officetalk.web import composing
from officetalk.web.forms import Form
from officetalk.web.page import page
from officetalk.web.proposing import proposed
from officetalk.web.settings import store_picture
from officetalk.web.visit import Visit

_LABELS = {
    "job_title": N_("The job title"),
    "department": N_("The department"),
    "bio": N_("The text"),
    "avatar": N_("The portrait"),
}
_TEXTS = ("job_title", "department", "bio")
_OFFERED = 12  # people to follow
STARTERS = (
    N_("Hello! I am new here and work on …"),
    N_("Ask me about …"),
    N_("I am looking for somebody who knows …"),
)


@page("/welcome")
async def profile_step(visit: Visit) -> Response:
    me = visit.me
    return await _profile(visit, Form({name: getattr(me, name) for name in _TEXTS}, _LABELS))


@page("/welcome", ("POST",), files=True)
async def save_profile(visit: Visit) -> Response:
    form = Form(visit.form, _LABELS)
    try:
        changes: dict[str, Any] = {name: form.raw(name) for name in _TEXTS}
        upload = visit.upload("avatar")
        if upload is not None and upload.data:
            changes["avatar"] = await store_picture(visit, upload, "avatar")
        await visit.write(profile.update_profile, visit.me.id, **changes)
    except Invalid as problem:
        form.refuse(problem, _LABELS)
        return await _profile(visit, form, 422)
    return visit.redirect("/welcome/people")


async def _profile(visit: Visit, form: Form, code: int = 200) -> Response:
    departments = [name for name, _count in await visit.read(people.departments)]
    return visit.render(
        "welcome/profile.html", code, step=1, form=form, departments=departments, limits=profile.TEXT_LIMITS
    )


@page("/welcome/people")
async def people_step(visit: Visit) -> Response:
    return visit.render("welcome/people.html", step=2, offered=await visit.read(proposed, visit.me, _OFFERED))


@page("/welcome/people", ("POST",))
async def follow_and_go_on(visit: Visit) -> Response:
    """To the last step; `all`: with everybody followed who is named in the form. Here the welcome is over, so
    that a first post leads home."""
    wanted = visit.texts("person") if visit.text("do") == "all" else []
    await visit.write(_follow_all, visit.me.id, wanted[:_OFFERED])
    return visit.redirect("/welcome/post")


def _follow_all(conn: Connection, me: int, ids: list[str]) -> None:
    for id in ids:
        if id.isascii() and id.isdigit() and len(id) < 19:
            try:
                relations.follow(conn, me, int(id))
            except (Forbidden, NotFound):
                continue  # somebody who blocked or left meanwhile
    profile.update_preferences(conn, me, welcomed=True)


@page("/welcome/post")
async def post_step(visit: Visit) -> Response:
    return visit.render(
        "welcome/post.html",
        step=3,
        composer=composing.new_post(visit),
        starters=[_(words) for words in STARTERS],
    )


@page("/welcome/done", ("POST",))
async def done(visit: Visit) -> Response:
    """Skip the rest."""
    await visit.write(profile.update_preferences, visit.me.id, welcomed=True)
    return visit.redirect("/")

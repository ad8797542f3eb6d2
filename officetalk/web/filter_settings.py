"""Settings of filters: words that one does not want to read, or only after a click."""

from __future__ import annotations

from typing import Any, cast, get_args

from starlette.responses import Response

from officetalk.core.errors import Invalid
from officetalk.core.translation import N_, _
from officetalk.filters import rules
from officetalk.filters.entities import Action, Context, Filter, KeywordChange
from officetalk.web.forms import Form
from officetalk.web.page import page
from officetalk.web.settings import render_setting
from officetalk.web.visit import Visit

CONTEXTS: dict[Context, str] = {
    "home": N_("Home and lists"),
    "notifications": N_("Notifications"),
    "public": N_("Company feed, hashtags, search"),
    "thread": N_("Conversations"),
    "account": N_("Profiles"),
}
ACTIONS: dict[Action, str] = {
    "warn": N_("Show them after a click"),
    "blur": N_("Hide the pictures only"),
    "hide": N_("Do not show them at all"),
}
# For how long, in seconds; "0": for good, "": as it is.
LASTING = (
    ("0", N_("For good")),
    ("3600", N_("1 hour")),
    ("86400", N_("1 day")),
    ("604800", N_("7 days")),
    ("2592000", N_("30 days")),
)
_LABELS = {
    "title": N_("The name"),
    "context": N_("Where it holds"),
    "keyword": N_("The words"),
    "keywords": N_("The words"),
}
_EMPTY_ROWS = 3


@page("/settings/filters")
async def filters_page(visit: Visit) -> Response:
    clock, now = visit.clockface, visit.services.db.clock()
    found = await visit.read(rules.read, visit.me.id)
    shown = [
        (
            one,
            ", ".join(k.keyword for k in one.keywords) or _("No words"),
            ", ".join(_(CONTEXTS[c]) for c in one.contexts),
            _until(clock.full(one.expires_at) if one.expires_at else "", bool(one.expires_at and one.expires_at <= now)),
        )
        for one in found
    ]  # fmt: skip
    return render_setting(visit, "filters", filters=shown)


def _until(time: str, over: bool) -> str:
    if not time:
        return ""
    return _("ended %(time)s", time=time) if over else _("until %(time)s", time=time)


@page("/settings/filters/new")
async def new_page(visit: Visit) -> Response:
    return _edit(visit, None, Form({"action": "warn", "home": "1", "public": "1"}, _LABELS))


@page("/settings/filters/{id:int}")
async def edit_page(visit: Visit) -> Response:
    one = await visit.read(rules.get, visit.me.id, visit.path_id)
    values = {"title": one.title, "action": one.action, **dict.fromkeys(one.contexts, "1")}
    return _edit(visit, one, Form(values, _LABELS))


def _edit(visit: Visit, one: Filter | None, form: Form, code: int = 200) -> Response:
    words = [(str(k.id), k.keyword, k.whole_word) for k in one.keywords] if one else []
    words += [(f"new{i}", form.shown(f"word-new{i}"), True) for i in range(_EMPTY_ROWS)]
    return render_setting(
        visit,
        "filters_edit",
        code,
        one=one,
        form=form,
        words=words,
        contexts=[(name, _(label)) for name, label in CONTEXTS.items()],
        actions=[(name, _(label)) for name, label in ACTIONS.items()],
        lasting=[*([("", _("As it is"))] if one else []), *((value, _(label)) for value, label in LASTING)],
    )


def _typed(visit: Visit, one: Filter | None) -> dict[str, Any]:
    """What the form says, for rules.create and rules.change."""
    action = visit.text("action")
    if action not in get_args(Action):
        raise Invalid("action", "must be one of those offered")
    known = [str(k.id) for k in one.keywords] if one else []
    keywords = []
    for key in (*known, *(f"new{i}" for i in range(_EMPTY_ROWS))):
        text, whole = visit.text(f"word-{key}").strip(), visit.checked(f"whole-{key}")
        if key in known:
            keywords.append(KeywordChange(int(key), text or None, whole, remove=not text))
        elif text:
            keywords.append(KeywordChange(None, text, whole))
    made: dict[str, Any] = {
        "title": visit.text("title"),
        "contexts": [name for name in CONTEXTS if visit.checked(name)],
        "action": cast(Action, action),
        "keywords": keywords,
    }
    lasting = visit.text("lasting")
    if lasting in dict(LASTING):
        made["expires_at"] = visit.services.db.clock() + int(lasting) * 1000 if lasting != "0" else None
    return made


@page("/settings/filters/new", ("POST",))
async def create(visit: Visit) -> Response:
    form = Form(visit.form, _LABELS)
    try:
        await visit.write(rules.create, visit.me.id, **_typed(visit, None))
    except Invalid as problem:
        form.refuse(problem, ("title",))
        return _edit(visit, None, form, problem.status)
    return visit.redirect("/settings/filters", "saved")


@page("/settings/filters/{id:int}", ("POST",))
async def change(visit: Visit) -> Response:
    if visit.text("act") == "remove":
        await visit.write(rules.remove, visit.me.id, visit.path_id)
        return visit.redirect("/settings/filters", "removed")
    one = await visit.read(rules.get, visit.me.id, visit.path_id)
    form = Form(visit.form, _LABELS)
    try:
        await visit.write(rules.change, visit.me.id, one.id, **_typed(visit, one))
    except Invalid as problem:
        form.refuse(problem, ("title",))
        return _edit(visit, one, form, problem.status)
    return visit.redirect("/settings/filters", "saved")

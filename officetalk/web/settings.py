"""Settings: the profile and the look of the pages. Signing in is in security_settings.py."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from starlette.responses import Response

from officetalk.accounts import profile, queries
from officetalk.accounts.entities import Account, Person, Preferences
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.translation import N_, _, ngettext
from officetalk.http.parameters import Upload
from officetalk.media import pictures
from officetalk.search import people
from officetalk.web.cards import AUDIENCES
from officetalk.web.choices import languages, spoken_languages, time_zones
from officetalk.web.forms import Form
from officetalk.web.page import page
from officetalk.web.visit import Visit

# Path below /settings, icon, words; the last for administrators only.
_SECTIONS = (
    ("profile", "user-round", N_("Profile")),
    ("appearance", "palette", N_("Appearance")),
    ("notifications", "bell", N_("Notifications")),
    ("filters", "sliders-horizontal", N_("Filters")),
    ("muted", "volume-x", N_("Muted and blocked")),
    ("hashtags", "hash", N_("Followed hashtags")),
    ("password", "key-round", N_("Password and mail")),
    ("sessions", "laptop", N_("Devices and apps")),
    ("data", "download", N_("Your data")),
    ("invitations", "user-plus", N_("Invitations")),
    ("company", "building-2", N_("Company")),
)
_LABELS = {
    "display_name": N_("The name"),
    "job_title": N_("The job title"),
    "department": N_("The department"),
    "location": N_("The location"),
    "pronouns": N_("The pronouns"),
    "bio": N_("The text"),
    "manager": N_("The manager"),
    "time_zone": N_("The time zone"),
    "language": N_("The language"),
    "fields": N_("Labels and contents"),
    "avatar": N_("The portrait"),
    "header": N_("The cover"),
    "avatar_description": N_("The description"),
    "header_description": N_("The description"),
}
_TEXTS = ("display_name", "job_title", "department", "location", "pronouns", "bio")
_CHOICES = ("time_zone", "language")
_SWITCHES = ("locked", "bot", "discoverable", "indexable", "hide_collections")
_DESCRIPTIONS = ("avatar_description", "header_description")
_MANAGERS_OFFERED = 8


def render_setting(visit: Visit, section: str, code: int = 200, **values: Any) -> Response:
    """One of the settings in its frame."""
    may_change_company = visit.me_as_viewer.at_least("administrator")
    offered = _SECTIONS if may_change_company else _SECTIONS[:-1]
    sections = [(path, sign, _(words)) for path, sign, words in offered]
    return visit.render(f"settings/{section}.html", code, section=section, sections=sections, **values)


@page("/settings")
async def settings(visit: Visit) -> Response:
    return visit.redirect("/settings/profile")


# --- profile -----------------------------------------------------------------------------------------


@page("/settings/profile")
async def profile_page(visit: Visit) -> Response:
    manager = await visit.read(_manager_name, visit.me.manager_id)
    return await _profile(visit, _profile_form(visit.me, manager))


@page("/settings/profile", ("POST",))
async def change_profile(visit: Visit) -> Response:
    """Change all of it or nothing; the first rule that is broken is told next to its field."""
    form = Form(visit.form, _LABELS)
    try:
        changes = await _changes(visit, form)
        await visit.write(_update, visit.me.id, changes, form["manager"])
    except Invalid as problem:
        field = "manager" if problem.field == "manager_id" else problem.field
        form.refuse(Invalid(field, problem.text, **problem.values), _LABELS)
        return await _profile(visit, form, 422)
    return visit.redirect("/settings/profile", "saved")


@page("/settings/profile/managers")
async def managers(visit: Visit) -> Response:
    """Whom the manager's field offers while one types: options for its list."""
    query = visit.asked("manager").strip().lstrip("@")
    found = await visit.read(people.search, visit.me.id, query, _MANAGERS_OFFERED) if query else []
    return visit.render("settings/managers.html", managers=[p for p in found if p.id != visit.me.id])


def _manager_name(conn: Connection, manager_id: int | None) -> str:
    if manager_id is None:
        return ""
    try:
        return queries.visible(conn, manager_id).account.username
    except NotFound:
        return ""


def _profile_form(account: Account, manager: str) -> Form:
    values: dict[str, str] = {name: getattr(account, name) for name in (*_TEXTS, *_CHOICES)}
    values["manager"] = manager
    for i, (name, value) in enumerate(account.fields):
        values[f"field_name_{i}"], values[f"field_value_{i}"] = name, value
    values |= {name: getattr(account.display, name) for name in _DESCRIPTIONS}
    for name in _SWITCHES:
        if getattr(account.display if name == "hide_collections" else account, name):
            values[name] = "1"
    return Form(values, _LABELS)


async def _profile(visit: Visit, form: Form, code: int = 200) -> Response:
    return render_setting(
        visit,
        "profile",
        code,
        form=form,
        departments=[name for name, _ in await visit.read(people.departments)],
        managers=[],
        time_zones=time_zones(form["time_zone"]),
        languages=spoken_languages(form["language"]),
        max_fields=profile.MAX_FIELDS,
        limits=profile.TEXT_LIMITS,
    )


async def _changes(visit: Visit, form: Form) -> dict[str, Any]:
    """What the form asks for, as update_profile takes it; pictures are stored already."""
    changes: dict[str, Any] = {name: form.raw(name) for name in _TEXTS}
    changes |= {name: form[name] for name in (*_CHOICES, *_DESCRIPTIONS)}
    changes |= {name: form.checked(name) for name in _SWITCHES}
    changes["fields"] = [
        (form[f"field_name_{i}"], form[f"field_value_{i}"]) for i in range(profile.MAX_FIELDS)
    ]
    kinds: tuple[pictures.Kind, ...] = ("avatar", "header")
    for kind in kinds:
        upload = visit.upload(kind)
        if upload is not None and upload.data:
            changes[kind] = await store_picture(visit, upload, kind)
        elif visit.checked(f"remove_{kind}"):
            changes[kind] = None
    return changes


async def store_picture(visit: Visit, upload: Upload, kind: pictures.Kind) -> str:
    """The name of the picture in the media store. Decoding takes its time, so it runs in a thread."""
    visit.services.limits.hit("media", visit.me.id)
    return await asyncio.to_thread(pictures.store, visit.services.media.storage, upload.data, kind)


def _update(conn: Connection, account_id: int, changes: dict[str, Any], manager: str) -> Person:
    """One transaction: the manager is looked up by name, then everything changes."""
    manager_id = None
    if manager:
        try:
            manager_id = queries.by_username(conn, manager.lstrip("@")).id
        except NotFound as problem:
            raise Invalid("manager_id", "is not the user name of a colleague") from problem
    return profile.update_profile(conn, account_id, manager_id=manager_id, **changes)


# --- appearance --------------------------------------------------------------------------------------


@page("/settings/appearance")
async def appearance_page(visit: Visit) -> Response:
    chosen = msgspec.to_builtins(visit.me_as_viewer.preferences)
    form = Form({**chosen, "undo_seconds": str(chosen["undo_seconds"])})
    form.values |= {
        name: "1"
        for name, on in (
            ("contrast", chosen["contrast"] == "more"),
            ("single_keys", chosen["single_keys"]),
            ("live_insert", chosen["live_insert"]),
        )
        if on
    }
    if chosen["contrast"] != "more":
        form.values.pop("contrast", None)
    return _appearance(visit, form)


@page("/settings/appearance", ("POST",))
async def change_appearance(visit: Visit) -> Response:
    form = Form(
        visit.form, {"audience": _("The audience"), "language": _("The language"), "theme": _("The theme")}
    )
    try:
        await visit.write(
            profile.update_preferences,
            visit.me.id,
            theme=form["theme"] or Preferences().theme,
            contrast="more" if form.checked("contrast") else "auto",
            single_keys=form.checked("single_keys"),
            live_insert=form.checked("live_insert"),
            audience=form["audience"] or Preferences().audience,
            language=form["language"],
            undo_seconds=_seconds(form["undo_seconds"]),
        )
    except (Invalid, Forbidden) as problem:
        form.refuse(problem, ("language",))
        return _appearance(visit, form, 422)
    return visit.redirect("/settings/appearance", "saved")


def _seconds(text: str) -> int:
    """The choice of how long a post can be taken back; a form without it keeps to the usual."""
    return int(text) if text in dict(_undo_choices()) else Preferences().undo_seconds


def _undo_choices() -> list[tuple[str, str]]:
    return [
        (str(s), ngettext("%(count)s second", "%(count)s seconds", s) if s else _("Send at once"))
        for s in (0, 5, 10, 20)
    ]


def _appearance(visit: Visit, form: Form, code: int = 200) -> Response:
    return render_setting(
        visit,
        "appearance",
        code,
        form=form,
        audiences=[
            (key, name if name.lower() in words.split() else f"{name}: {words}")
            for key, (_, name, words) in AUDIENCES.items()
        ],
        languages=languages(form["language"], _("As my browser")),
        undo_choices=_undo_choices(),
    )

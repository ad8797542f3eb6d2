"""What those who lead a group change of it: its name and pictures, who may read it, its rules, its end."""

from __future__ import annotations

from typing import Any, Literal

from starlette.responses import Response

from officetalk.core.errors import Invalid
from officetalk.core.translation import N_
from officetalk.groups import change, queries
from officetalk.groups.entities import Group
from officetalk.web.forms import Form
from officetalk.web.groups_page import LABELS, kind_of, kinds, path_of
from officetalk.web.page import page
from officetalk.web.settings import store_picture
from officetalk.web.visit import Visit

_LABELS = {**LABELS, "avatar": N_("The picture"), "header": N_("The picture across the top")}
_PICTURES: tuple[Literal["avatar", "header"], ...] = ("avatar", "header")


async def _led(visit: Visit) -> Group:
    group = await visit.read(queries.by_handle, visit.me.id, visit.path["handle"])
    await visit.read(change.require, visit.me.id, group.id)
    return group


@page("/groups/{handle}/settings")
async def group_settings_page(visit: Visit) -> Response:
    group = await _led(visit)
    account = group.account
    form = Form(
        {
            "display_name": account.name,
            "bio": account.bio,
            "rules": group.rules,
            "kind": group.kind,
            "board": "1" if group.board else "",
        }
    )
    return _settings(visit, group, form)


@page("/groups/{handle}/settings", ("POST",))
async def change_group(visit: Visit) -> Response:
    group = await _led(visit)
    form = Form(visit.form, _LABELS)
    try:
        changes: dict[str, Any] = {}
        for kind in _PICTURES:
            upload = visit.upload(kind)
            if upload is not None and upload.data:
                changes[kind] = await store_picture(visit, upload, kind)
            elif visit.checked(f"remove_{kind}"):
                changes[kind] = None
        await visit.write(
            change.change,
            visit.me.id,
            group.id,
            name=form.raw("display_name"),
            about=form.raw("bio"),
            rules=form.raw("rules"),
            kind=form["kind"] or None,
            board=form.checked("board"),
            **changes,
        )
    except Invalid as problem:
        form.refuse(problem, _LABELS)
        return _settings(visit, group, form, 422)
    return visit.redirect(f"{path_of(group)}/settings", "saved")


def _settings(visit: Visit, group: Group, form: Form, code: int = 200) -> Response:
    return visit.render(
        "groups/settings.html",
        code,
        tab="settings",
        group=group,
        kind=kind_of(group),
        faces=[],
        form=form,
        kinds=kinds(),
    )


@page("/groups/{handle}/archive", ("POST",))
async def archive_group(visit: Visit) -> Response:
    """Close it to posts, or open it again."""
    group = await _led(visit)
    archived = visit.text("act") == "archive"
    await visit.write(change.archive, visit.me.id, group.id, archived=archived)
    return visit.redirect(path_of(group), "group-archived" if archived else "group-opened-again")

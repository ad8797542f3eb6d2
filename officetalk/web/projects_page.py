"""The board of a group (decisions, actions), and what one has to do oneself in all of them."""

from __future__ import annotations

from datetime import date

import msgspec
from starlette.responses import Response

from officetalk.accounts import queries as accounts
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.paging import Page
from officetalk.core.translation import N_
from officetalk.groups import queries as groups
from officetalk.groups.entities import Group
from officetalk.posts import queries as posts
from officetalk.posts.entities import Post
from officetalk.projects import actions, decisions
from officetalk.projects.entities import MAX_TEXT, Action
from officetalk.web import cards
from officetalk.web.calendar import calendar_path
from officetalk.web.forms import Form
from officetalk.web.groups_page import kind_of, path_of
from officetalk.web.page import page
from officetalk.web.visit import Visit

_LABELS = {"text": N_("What is to be done"), "assignee": N_("Who does it"), "due_on": N_("The day")}
_OFFERED = 200  # members in the list of who may do it


class Todo(msgspec.Struct, frozen=True):
    """An action as a page shows it. `changeable`: whether the viewer may finish and remove it."""

    action: Action
    due: str
    late: bool
    changeable: bool
    group: Group


class Board(msgspec.Struct, frozen=True):
    """What came out of a group's talk."""

    group: Group
    open: list[Action]
    done: list[Action]
    decisions: list[Post]
    members: list[str]


def _board(conn: Connection, viewer: int, handle: str) -> Board:
    group = groups.by_handle(conn, viewer, handle)
    if not group.board or not group.readable:
        raise NotFound
    todo, done = actions.of_group(conn, group)
    people = groups.members(conn, group, Page(_OFFERED)) if group.writable else []
    return Board(
        group,
        todo,
        done,
        decisions.of_group(conn, viewer, group),
        [p.account.username for p, _role in people],
    )


def _todo(visit: Visit, action: Action, group: Group) -> Todo:
    me, clock = visit.me.id, visit.clockface
    mine = me in (action.given_by, action.assignee.id if action.assignee else None)
    return Todo(
        action,
        clock.day_of(action.due_on) if action.due_on else "",
        action.is_late(clock.today),
        group.writable and (mine or group.at_least("manager")),
        group,
    )


@page("/groups/{handle}/project")
async def board_page(visit: Visit) -> Response:
    """`post`: what an action is to be made of."""
    id, form = visit.asked_id("post"), Form({})
    if id is not None:
        content = (await visit.read(posts.get, visit.me.id, id)).content
        form = Form({"text": content.text[:MAX_TEXT], "post": str(id)})
    return await _render(visit, form)


async def _render(visit: Visit, form: Form, code: int = 200) -> Response:
    board = await visit.read(_board, visit.me.id, visit.path["handle"])
    return visit.render(
        "groups/project.html",
        code,
        tab="project",
        group=board.group,
        kind=kind_of(board.group),
        faces=[],
        form=form,
        todo=[_todo(visit, one, board.group) for one in board.open],
        done=[_todo(visit, one, board.group) for one in board.done],
        decisions=cards.cards(board.decisions, visit.reader),
        members=board.members,
    )


@page("/groups/{handle}/project", ("POST",))
async def change_board(visit: Visit) -> Response:
    """Give an action, finish it or take it back, remove it; mark a decision."""
    group = await visit.read(groups.by_handle, visit.me.id, visit.path["handle"])
    do, me, there = visit.text("do"), visit.me.id, f"{path_of(group)}/project"
    if do == "give":
        form = Form(visit.form, _LABELS)
        try:
            await visit.write(
                _give, me, group.id, form["text"], form["assignee"], form["due_on"], _id(visit, "post")
            )
        except (Invalid, Forbidden) as problem:
            form.refuse(problem, _LABELS)
            return await _render(visit, form, 422)
        return visit.redirect(there, "saved")
    if do in ("decide", "undecide"):
        verb = decisions.mark if do == "decide" else decisions.unmark
        await visit.write(verb, me, _id(visit, "post") or 0)
        return visit.redirect(there, "saved")
    await visit.write(_change, me, _id(visit, "action") or 0, do)
    return visit.back(there)


def _id(visit: Visit, name: str) -> int | None:
    text = visit.text(name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _give(conn: Connection, me: int, group_id: int, text: str, name: str, due: str, post: int | None) -> None:
    try:
        assignee = accounts.by_username(conn, name.lstrip("@")).id if name else None
    except NotFound:
        raise Invalid("assignee", "is no member of the group") from None
    try:
        due_on = date.fromisoformat(due) if due else None
    except ValueError:
        raise Invalid("due_on", "must be a day, such as 2026-11-28") from None
    actions.give(conn, me, group_id, text, assignee=assignee, due_on=due_on, post_id=post)


def _change(conn: Connection, me: int, id: int, do: str) -> None:
    if do in ("done", "reopen"):
        actions.finish(conn, me, id, done=do == "done")
    elif do == "remove":
        actions.remove(conn, me, id)
    else:
        raise NotFound


# --- one's own ----------------------------------------------------------------------------------------


def _mine(conn: Connection, viewer: int) -> list[tuple[Action, Group]]:
    found = actions.mine(conn, viewer)
    known = groups.by_ids(conn, viewer, {one.group_id for one in found})
    return [(one, known[one.group_id]) for one in found if one.group_id in known]


@page("/actions")
async def own_actions(visit: Visit) -> Response:
    found = await visit.read(_mine, visit.me.id)
    path = calendar_path(visit.me.id, visit.me_as_viewer.preferences.calendar_key)
    return visit.render(
        "actions.html",
        todo=[_todo(visit, one, group) for one, group in found],
        calendar=f"{visit.services.settings.origin}{path}" if path else "",
    )

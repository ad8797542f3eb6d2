"""Lists of colleagues: one's own timelines of some of those whom one follows."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.responses import Response

from officetalk.accounts import queries as accounts
from officetalk.accounts.entities import Person
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, NotFound, Problem
from officetalk.core.paging import Page
from officetalk.core.translation import N_, _
from officetalk.lists import rules
from officetalk.lists.entities import PeopleList, RepliesPolicy
from officetalk.timelines.people_list import people_list_timeline
from officetalk.web import cards
from officetalk.web.forms import sentence
from officetalk.web.page import page
from officetalk.web.reading import Answered, newer_link, older_link, with_answered
from officetalk.web.visit import PAGE, Visit

REPLIES: tuple[tuple[RepliesPolicy, str], ...] = (
    ("list", N_("Comments among its members")),
    ("followed", N_("Comments to people whom you follow")),
    ("none", N_("No comments")),
)


class Open(msgspec.Struct, frozen=True):
    """A list with a page of what stands on it."""

    one: PeopleList
    posts: list[Any]
    answered: Answered


def _open(conn: Connection, viewer: int, id: int, asked: Page) -> Open:
    one = rules.get(conn, viewer, id)
    posts, answered = with_answered(conn, people_list_timeline, viewer, id, asked)
    return Open(one, posts, answered)


def _replies(visit: Visit) -> RepliesPolicy:
    chosen = visit.text("replies")
    if chosen not in dict(REPLIES):
        raise Invalid("replies", "must be one of those offered")
    return chosen


@page("/lists")
async def lists_page(visit: Visit) -> Response:
    return await _lists(visit)


async def _lists(visit: Visit, code: int = 200, error: str = "", title: str = "") -> Response:
    found = await visit.read(rules.every, visit.me.id)
    return visit.render("lists.html", code, lists=found, error=error, title=title)


@page("/lists", ("POST",))
async def create(visit: Visit) -> Response:
    try:
        made = await visit.write(rules.create, visit.me.id, visit.text("title"))
    except Invalid as problem:
        return await _lists(visit, problem.status, sentence(_("The name"), problem), visit.text("title"))
    return visit.redirect(f"/lists/{made.id}/edit")


@page("/lists/{id:int}")
async def list_page(visit: Visit) -> Response:
    asked = visit.list_page()
    found = await visit.read(_open, visit.me.id, visit.path_id, asked)
    return visit.render(
        "fragments/list.html" if visit.fragment else "list.html",
        one=found.one,
        cards=cards.cards(found.posts, visit.reader, found.answered),
        older=older_link(visit, found.posts, asked),
        newer=newer_link(visit, found.posts, asked),
    )


def _editing(conn: Connection, viewer: int, id: int, asked: Page) -> tuple[PeopleList, list[Person]]:
    return rules.get(conn, viewer, id), rules.members(conn, viewer, id, asked)


@page("/lists/{id:int}/edit")
async def edit_page(visit: Visit) -> Response:
    return await _edit(visit)


async def _edit(visit: Visit, code: int = 200, error: str = "") -> Response:
    asked = visit.list_page(PAGE * 2)
    one, members = await visit.read(_editing, visit.me.id, visit.path_id, asked)
    return visit.render(
        "list_edit.html",
        code,
        one=one,
        members=members,
        replies=[(value, _(words)) for value, words in REPLIES],
        older=older_link(visit, members, asked),
        error=error,
    )


@page("/lists/{id:int}/edit", ("POST",))
async def change(visit: Visit) -> Response:
    """Its name and rules, its members, or its end."""
    me, id, act = visit.me.id, visit.path_id, visit.text("act")
    try:
        if act == "remove":
            await visit.write(rules.remove, me, id)
            return visit.redirect("/lists", "removed")
        if act == "add":
            await visit.write(_add, me, id, visit.text("name"))
        elif act == "take-off":
            person = await visit.read(accounts.by_username, visit.text("name"))
            await visit.write(rules.take_off, me, id, [person.id])
        else:
            await visit.write(
                rules.change, me, id,
                title=visit.text("title"), replies_policy=_replies(visit), exclusive=visit.checked("exclusive"),
            )  # fmt: skip
    except Problem as problem:
        if problem.status not in (404, 422):
            raise
        rule = _("Only colleagues whom you follow can be on a list.") if problem.status == 404 else None
        return await _edit(visit, 422, rule or sentence("", problem))
    return visit.redirect(f"/lists/{id}/edit", "saved")


def _add(conn: Connection, viewer: int, id: int, name: str) -> None:
    name = name.strip().removeprefix("@")
    if not name:
        raise NotFound
    rules.add(conn, viewer, id, [accounts.by_username(conn, name).id])

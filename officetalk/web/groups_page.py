"""Groups: those that there are, one with what is said in it, its members; joining and leaving."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.responses import Response

from officetalk.accounts import queries as accounts
from officetalk.accounts.entities import Person
from officetalk.core.database import Connection
from officetalk.core.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from officetalk.core.paging import Page
from officetalk.core.translation import N_, _
from officetalk.groups import change, members, queries
from officetalk.groups.entities import Group
from officetalk.posts.entities import Post
from officetalk.timelines import lists
from officetalk.web import composing
from officetalk.web.forms import Form, sentence
from officetalk.web.page import page
from officetalk.web.reading import (
    Answered,
    newer_link,
    older_link,
    timeline_fragment,
    timeline_parts,
    wanted_page,
    with_answered,
)
from officetalk.web.visit import PAGE, Visit

KINDS = (
    ("open", "building-2", N_("Open"), N_("Everybody reads it and may join.")),
    (
        "closed",
        "lock",
        N_("Closed"),
        N_("Everybody sees that it is there. Members read it; joining is asked for."),
    ),
    ("secret", "eye-off", N_("Secret"), N_("Only members and whoever is invited know of it.")),
)
LABELS = {
    "username": N_("The handle"),
    "display_name": N_("The name"),
    "kind": N_("Who may read it"),
    "bio": N_("What it is for"),
    "rules": N_("The rules"),
}
_ROLES = {"owner": N_("Owner"), "manager": N_("Manager"), "member": ""}
_MOST = 100  # groups on the page of all; more are found by their name
_FACES = 4


class Overview(msgspec.Struct, frozen=True):
    """What the page of all groups shows."""

    mine: list[Group]
    invited: list[Group]
    others: list[Group]


class Talk(msgspec.Struct, frozen=True):
    """A group with a page of what is said in it."""

    group: Group
    posts: list[Post]
    answered: Answered
    leaders: list[tuple[Person, str]]
    faces: list[Person]
    asking: int


def kind_of(group: Group) -> tuple[str, str]:
    """The sign and the words for who may read a group."""
    return next((sign, _(words)) for kind, sign, words, _hint in KINDS if kind == group.kind)


# --- all groups ---------------------------------------------------------------------------------------


def _overview(conn: Connection, viewer: int, words: str) -> Overview:
    mine, invited = queries.mine(conn, viewer), queries.invitations(conn, viewer)
    known = {group.id for group in (*mine, *invited)} if not words else set()
    others = [group for group in queries.search(conn, viewer, words, _MOST) if group.id not in known]
    return Overview([] if words else mine, [] if words else invited, others)


@page("/groups")
async def groups_page(visit: Visit) -> Response:
    words = visit.asked("q").strip()[:100]
    found = await visit.read(_overview, visit.me.id, words)
    return visit.render("groups/groups.html", found=found, words=words, kind_of=kind_of)


@page("/groups/new")
async def new_group_page(visit: Visit) -> Response:
    return _new(visit, Form({"kind": "open"}))


@page("/groups/new", ("POST",))
async def make_group(visit: Visit) -> Response:
    form = Form(visit.form, LABELS)
    form.require("display_name", "username")
    if form.ok:
        try:
            made = await visit.write(
                change.make,
                visit.me.id,
                form["username"].lstrip("@"),
                form["display_name"],
                kind=form["kind"],
                about=form.raw("bio"),
                rules=form.raw("rules"),
            )
            return visit.redirect(path_of(made))
        except Invalid as problem:
            form.refuse(problem, LABELS)
    return _new(visit, form, 422)


def _new(visit: Visit, form: Form, code: int = 200) -> Response:
    return visit.render("groups/new.html", code, form=form, kinds=kinds())


def kinds() -> list[tuple[str, str, str, str]]:
    """What a group can be: value, sign, words, what it means."""
    return [(value, sign, _(words), _(hint)) for value, sign, words, hint in KINDS]


def path_of(group: Group) -> str:
    return f"/groups/{group.handle}"


# --- one group ----------------------------------------------------------------------------------------


def _talk(conn: Connection, viewer: int, handle: str, asked: Page) -> Talk:
    group = queries.by_handle(conn, viewer, handle)
    posts, answered = with_answered(conn, lists.of_group, viewer, group.id, asked)
    newest = [person for person, _role in queries.members(conn, group, Page(_FACES))]
    waiting = len(queries.asking(conn, group, Page(PAGE)))
    return Talk(group, posts, answered, queries.leaders(conn, group), newest, waiting)


@page("/groups/{handle}")
async def group_page(visit: Visit) -> Response:
    asked = wanted_page(visit)
    if visit.fragment:
        group = await visit.read(queries.by_handle, visit.me.id, visit.path["handle"])
        found = await visit.read(with_answered, lists.of_group, visit.me.id, group.id, asked)
        return timeline_fragment(visit, *found, asked)
    talk = await visit.read(_talk, visit.me.id, visit.path["handle"], asked)
    if talk.group.handle != visit.path["handle"]:
        return visit.redirect(path_of(talk.group))
    group = talk.group
    return visit.render(
        "groups/group.html",
        tab="talk",
        group=group,
        kind=kind_of(group),
        faces=talk.faces,
        asking=talk.asking,
        leaders=talk.leaders,
        parts=timeline_parts(visit, talk.posts, talk.answered, asked),
        newest=talk.posts[0].cursor if talk.posts and asked.max_id is None else 0,
        older=older_link(visit, talk.posts, asked),
        newer=newer_link(visit, talk.posts, asked),
        composer=composing.for_group(visit, group) if group.writable else None,
    )


@page("/groups/{handle}/membership", ("POST",))
async def change_membership(visit: Visit) -> Response:
    """Join, leave, and whether its posts come home."""
    group = await visit.read(queries.by_handle, visit.me.id, visit.path["handle"])
    act, said = visit.text("act"), None
    if act == "join":
        said = (
            "group-joined" if (await visit.write(members.join, visit.me.id, group.id)).role else "group-asked"
        )
    elif act == "leave":
        await visit.write(members.leave, visit.me.id, group.id)
        if group.kind == "secret":
            return visit.redirect("/groups", "group-left")
        said = "group-left"
    elif act in ("quiet", "loud"):
        await visit.write(members.keep_quiet, visit.me.id, group.id, quiet=act == "quiet")
        said = "saved"
    else:
        raise NotFound
    return visit.redirect(path_of(group), said)


# --- members ------------------------------------------------------------------------------------------


class Member(msgspec.Struct, frozen=True):
    """A member as the list shows them, with the roles that the viewer may give and whether they may be put out."""

    person: Person
    role: str
    words: str
    roles: tuple[tuple[str, str], ...]
    removable: bool


def _members(
    conn: Connection, viewer: int, handle: str, asked: Page
) -> tuple[Group, list[tuple[Person, str]], list[Person], list[Person]]:
    group = queries.by_handle(conn, viewer, handle)
    first = Page(100)
    return (
        group,
        queries.members(conn, group, asked),
        queries.asking(conn, group, first),
        queries.invitees(conn, group, first),
    )


@page("/groups/{handle}/members")
async def members_page(visit: Visit) -> Response:
    return await _members_page(visit)


async def _members_page(visit: Visit, refused: Problem | None = None) -> Response:
    asked = visit.list_page(PAGE * 2)
    group, found, asking, invited = await visit.read(_members, visit.me.id, visit.path["handle"], asked)
    people = [person for person, _role in found]
    return visit.render(
        "groups/members.html",
        refused.status if refused else 200,
        tab="members",
        group=group,
        kind=kind_of(group),
        faces=[],
        members=[_member(visit, group, person, role) for person, role in found],
        asking=asking,
        invited=invited,
        invites=group.role != "" and (group.kind == "open" or group.at_least("manager")),
        older=older_link(visit, people, asked),
        refusal=sentence(_("This"), refused) if refused else "",
        typed=visit.text("name") if refused else "",
    )


def _member(visit: Visit, group: Group, person: Person, role: str) -> Member:
    me = person.id == visit.me.id
    owner = group.role == "owner"
    roles = tuple((value, _(words) or _("Member")) for value, words in _ROLES.items())
    removable = not me and (owner or (group.role == "manager" and role == "member"))
    return Member(person, role, _(_ROLES[role]) if _ROLES[role] else "", roles if owner else (), removable)


@page("/groups/{handle}/members", ("POST",))
async def change_members(visit: Visit) -> Response:
    """Invite by name, let in or not, put out, give a role. Who may is the domain's rule."""
    group = await visit.read(queries.by_handle, visit.me.id, visit.path["handle"])
    try:
        await visit.write(
            _change_members, visit.me.id, group.id, visit.text("do"), visit.text("name"), visit.text("role")
        )
    except (Invalid, Forbidden, Conflict) as problem:
        return await _members_page(visit, problem)
    except NotFound:
        return await _members_page(visit, Invalid(None, "Nobody is called so.", whole=True))
    return visit.redirect(f"{path_of(group)}/members", "saved")


def _change_members(conn: Connection, me: int, id: int, do: str, name: str, role: str) -> None:
    person = accounts.by_username(conn, name.strip().lstrip("@"))
    verbs: dict[str, Any] = {
        "invite": members.invite,
        "uninvite": members.uninvite,
        "accept": members.accept,
        "decline": members.decline,
        "remove": members.remove,
    }
    if do == "role":
        if role not in _ROLES:
            raise Invalid("role", "must be owner, manager or member")
        members.set_role(conn, me, id, person.id, role)  # pyright: ignore[reportArgumentType]
    elif do in verbs:
        verbs[do](conn, me, id, person.id)
    else:
        raise NotFound

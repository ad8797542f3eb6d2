"""Collections: colleagues whom somebody recommends, to read and to follow; and those that one is in oneself.
Making them is in collecting.py."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from officetalk.accounts import queries as accounts
from officetalk.accounts import relations
from officetalk.accounts.entities import Account, Person, Relationship
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, NotFound
from officetalk.core.translation import _
from officetalk.featured import change, collections
from officetalk.featured.entities import MAX_COLLECTIONS, MAX_ITEMS, Collection, Item
from officetalk.web.choices import language_name
from officetalk.web.page import page
from officetalk.web.visit import PAGE, Visit

_FACES = 5  # beside a collection in a list


class Row(msgspec.Struct, frozen=True):
    """A collection in a list. `owner`: where the list has those of several people."""

    one: Collection
    faces: list[Account]
    owner: Account | None = None


class Member(msgspec.Struct, frozen=True):
    """Somebody in a collection, with what the viewer is to them (None: the viewer)."""

    item: Item
    account: Account
    relation: Relationship | None

    @property
    def to_follow(self) -> bool:
        known = self.relation
        return known is not None and not (known.following or known.requested)


class Opened(msgspec.Struct, frozen=True):
    """A collection with its owner and its people, in the order in which they were added."""

    one: Collection
    owner: Account
    members: list[Member]

    @property
    def to_follow(self) -> list[Member]:
        return [member for member in self.members if member.to_follow]


class Theirs(msgspec.Struct, frozen=True):
    """Whose collections they are, and what the viewer is to that person (None: the viewer)."""

    person: Person
    relation: Relationship | None
    rows: list[Row]


def _rows(conn: Connection, found: list[Collection], *, owners: bool = False) -> list[Row]:
    """One statement for all faces."""
    first = [item.account_id for one in found for item in one.items[:_FACES]]
    wanted = dict.fromkeys([*first, *(one.account_id for one in found if owners)])
    known = {person.id: person.account for person in accounts.by_ids(conn, wanted)} if wanted else {}
    return [
        Row(
            one,
            [known[item.account_id] for item in one.items[:_FACES] if item.account_id in known],
            known.get(one.account_id) if owners else None,
        )
        for one in found
    ]


def _theirs(conn: Connection, viewer: int, name: str) -> Theirs:
    person = accounts.by_username(conn, name)
    relation = None if person.id == viewer else accounts.relationship(conn, viewer, person.id)
    return Theirs(
        person, relation, _rows(conn, collections.of_account(conn, viewer, person.id, MAX_COLLECTIONS))
    )


@page("/@{name}/collections")
async def of_person(visit: Visit) -> Response:
    """Ten at the most, so on one page."""
    found = await visit.read(_theirs, visit.me.id, visit.path["name"])
    return visit.render(
        "collections/of_person.html",
        here="me" if found.relation is None else "people",
        found=found,
        person=found.person.account,
        full=len(found.rows) >= MAX_COLLECTIONS,
    )


# --- those that one is in ---


def _featuring(conn: Connection, viewer: int, offset: int) -> list[Row]:
    return _rows(conn, collections.featuring(conn, viewer, viewer, PAGE, offset), owners=True)


@page("/collections")
async def featuring_page(visit: Visit) -> Response:
    """In which collections one is, last added first; pages by number, as Mastodon's lists of collections do."""
    offset = visit.asked_id("offset") or 0
    rows = await visit.read(_featuring, visit.me.id, offset)
    before = max(offset - PAGE, 0)
    return visit.render(
        "collections/featuring.html",
        rows=rows,
        older=f"/collections?offset={offset + PAGE}" if len(rows) == PAGE else "",
        newer=(f"/collections?offset={before}" if before else "/collections") if offset else "",
    )


def _leaving(conn: Connection, viewer: int, id: int) -> tuple[Collection, Account, Item]:
    found, people = collections.with_people(conn, viewer, id)
    item = next((item for item in found.items if item.account_id == viewer), None)
    if item is None or found.account_id == viewer:
        raise NotFound
    return found, next(p.account for p in people if p.id == found.account_id), item


@page("/collections/{id:int}/leave")
async def leave_page(visit: Visit) -> Response:
    """Asks first: one who has left cannot be put back."""
    one, owner, _item = await visit.read(_leaving, visit.me.id, visit.path_id)
    return visit.render(
        "collections/dialogs/ask.html" if visit.fragment else "collections/ask.html",
        one=one,
        title=_("Leave this collection?"),
        words=_("%(name)s cannot put you into it again. Nobody is told.", name=owner.name),
        action=f"/collections/{one.id}/leave",
        does=_("Leave"),
        back=f"/collections/{one.id}",
    )


def _leave(conn: Connection, viewer: int, id: int) -> None:
    change.revoke(conn, viewer, id, _leaving(conn, viewer, id)[2].id)


@page("/collections/{id:int}/leave", ("POST",))
async def leave(visit: Visit) -> Response:
    await visit.write(_leave, visit.me.id, visit.path_id)
    return visit.redirect("/collections", "left-collection")


# --- one ---


def opened(conn: Connection, viewer: int, id: int) -> Opened:
    """A collection as its page shows it. NotFound. Four statements."""
    found, people = collections.with_people(conn, viewer, id)
    known = {person.id: person.account for person in people}
    others = [item.account_id for item in found.items if item.account_id != viewer]
    relations_to = {r.id: r for r in accounts.relationships(conn, viewer, others)} if others else {}
    members = [
        Member(item, known[item.account_id], relations_to.get(item.account_id))
        for item in found.items
        if item.account_id in known
    ]
    return Opened(found, known[found.account_id], members)


@page("/collections/{id:int}")
async def collection_page(visit: Visit) -> Response:
    return await show(visit)


async def show(visit: Visit, code: int = 200, error: str = "", name: str = "") -> Response:
    """The page of a collection; `error` and `name`: what its owner typed to add somebody, and what is wrong
    with it."""
    found = await visit.read(opened, visit.me.id, visit.path_id)
    one = found.one
    return visit.render(
        "collections/one.html",
        code,
        found=found,
        one=one,
        mine=one.account_id == visit.me.id,
        in_it=any(member.account.id == visit.me.id for member in found.members),
        full=len(one.items) >= MAX_ITEMS,
        written_in=language_name(one.language) if one.language else "",
        address=f"{visit.services.settings.origin}/collections/{one.id}",
        error=error,
        name=name,
    )


def _follow_all(conn: Connection, viewer: int, id: int) -> None:
    """Whom the viewer does not follow yet: 25 at the most."""
    for member in opened(conn, viewer, id).to_follow:
        try:
            relations.follow(conn, viewer, member.account.id)
        except (Forbidden, NotFound):
            continue  # somebody who blocked or left meanwhile


@page("/collections/{id:int}/follow", ("POST",))
async def follow_all(visit: Visit) -> Response:
    await visit.write(_follow_all, visit.me.id, visit.path_id)
    return visit.redirect(f"/collections/{visit.path_id}", "followed-all")

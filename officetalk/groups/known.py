"""People and groups under one roof, as apps have them: a group is an account that one follows."""

from __future__ import annotations

from collections.abc import Iterable

from officetalk.accounts import queries as accounts
from officetalk.accounts import relations
from officetalk.accounts.entities import Person, Relationship
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.paging import Page
from officetalk.groups import members, queries
from officetalk.groups.entities import Group


def get(conn: Connection, viewer: int, id: int) -> Person:
    """A person or a group that the viewer may know of. NotFound. One statement for a person."""
    try:
        return accounts.visible(conn, id)
    except NotFound:
        return queries.get(conn, viewer, id).person


def by_name(conn: Connection, viewer: int, name: str) -> Person:
    """The same by user name or handle in any case."""
    try:
        return accounts.by_username(conn, name)
    except NotFound:
        return queries.by_handle(conn, viewer, name).person


def by_ids(conn: Connection, viewer: int, ids: Iterable[int]) -> list[Person]:
    """The same by several ids, in their order; those that are not there are left out."""
    ids = list(ids)
    found = {person.id: person for person in accounts.by_ids(conn, ids)}
    if len(found) < len(set(ids)):
        groups = queries.by_ids(conn, viewer, [id for id in ids if id not in found])
        found |= {id: group.person for id, group in groups.items()}
    return [found[id] for id in ids if id in found]


def relationships(conn: Connection, viewer: int, ids: Iterable[int]) -> list[Relationship]:
    """What the viewer is to people and groups, in their order; of others there is none. One statement where all
    are people."""
    ids = list(dict.fromkeys(ids))
    found = {one.id: one for one in accounts.relationships(conn, viewer, ids)}
    missing = [id for id in ids if id not in found]
    if missing:
        found |= {id: _relation(group) for id, group in queries.by_ids(conn, viewer, missing).items()}
    return [found[id] for id in ids if id in found]


def _relation(group: Group) -> Relationship:
    """What the viewer is to a group, in the words for people."""
    member = group.role != ""
    return Relationship(
        group.id, following=member, showing_reposts=member, requested=group.asked, requested_by=group.invited
    )


def is_group(person: Person) -> bool:
    return person.account.state == "group"


def follow(
    conn: Connection,
    viewer: int,
    id: int,
    *,
    reposts: bool | None = None,
    notify: bool | None = None,
    languages: Iterable[str] | None = None,
) -> Relationship:
    """Follow a person, or join a group, each as far as it lets. Raises as `relations.follow`."""
    if is_group(get(conn, viewer, id)):
        return _relation(members.join(conn, viewer, id))
    return relations.follow(conn, viewer, id, reposts=reposts, notify=notify, languages=languages)


def unfollow(conn: Connection, viewer: int, id: int) -> Relationship:
    """No longer follow a person, or leave a group. Invalid for the last owner of a group."""
    if is_group(person := get(conn, viewer, id)):
        members.leave(conn, viewer, id)
        return Relationship(person.id)
    return relations.unfollow(conn, viewer, id)


def followers(conn: Connection, viewer: int, id: int, page: Page) -> list[Person]:
    """Who follows a person, as far as that is shown; the members of a group, for who may read it."""
    person = get(conn, viewer, id)
    if is_group(person):
        return [member for member, _role in queries.members(conn, queries.get(conn, viewer, id), page)]
    return accounts.connections(conn, viewer, person.account, "followers", page)


def following(conn: Connection, viewer: int, id: int, page: Page) -> list[Person]:
    """Whom a person follows, as far as that is shown. Groups follow nobody."""
    person = get(conn, viewer, id)
    return [] if is_group(person) else accounts.connections(conn, viewer, person.account, "following", page)

"""Groups: made, found, joined, led, left."""

from __future__ import annotations

import pytest

from officetalk.accounts import queries as accounts
from officetalk.core.database import Database
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.paging import Page
from officetalk.groups import change, members, queries
from officetalk.groups.entities import Group
from tests.people import Human, People


def seen(db: Database, viewer: Human, group: Group) -> Group:
    return db.read_now(queries.get, viewer.id, group.id)


def knows(db: Database, viewer: Human, group: Group) -> bool:
    try:
        seen(db, viewer, group)
    except NotFound:
        return False
    return True


# --- making one ---------------------------------------------------------------------------------------


def test_whoever_makes_a_group_owns_it(people: People, db: Database) -> None:
    group = people.ada.founds("project-apollo", name="Project Apollo")

    assert (group.handle, group.account.name, group.kind, group.role, group.members) == (
        "project-apollo", "Project Apollo", "open", "owner", 1,
    )  # fmt: skip


def test_a_handle_is_that_of_one_person_or_one_group(people: People) -> None:
    assert people.bo.account.username == "bo"
    people.ada.founds("apollo")

    for taken in ("apollo", "Apollo", "bo"):
        with pytest.raises(Invalid, match="already been taken") as refused:
            people.cy.founds(taken)
        assert refused.value.field == "username"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"handle": "no blanks"}, "username"),
        ({"handle": "admin"}, "username"),
        ({"name": "  "}, "display_name"),
        ({"name": "x" * 61}, "display_name"),
        ({"kind": "hidden"}, "kind"),
        ({"about": "x" * 501}, "bio"),
        ({"rules": "x" * 2001}, "rules"),
    ],
)
def test_what_breaks_a_rule_is_refused_by_its_name_and_nothing_is_made(
    people: People, db: Database, values: dict[str, str], field: str
) -> None:
    given = {"handle": "apollo", "name": "Apollo", **values}
    with pytest.raises(Invalid) as refused:
        db.write_now(change.make, people.ada.id, given.pop("handle"), given.pop("name"), **given)

    assert refused.value.field == field
    assert db.read_now(queries.search, people.ada.id, "", 10) == []


def test_a_group_is_nowhere_among_people(people: People, db: Database) -> None:
    group = people.ada.founds("apollo")

    for question, asked in ((accounts.visible, group.id), (accounts.by_username, "apollo")):
        with pytest.raises(NotFound):
            db.read_now(question, asked)  # type: ignore[arg-type]
    assert db.read_now(accounts.by_ids, [group.id]) == []
    assert people.ada.following() == []
    assert people.ada.counts.following == 0


# --- who knows of it and comes in ---------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "known"), [("open", True), ("closed", True), ("secret", False)])
def test_who_knows_of_a_group(people: People, db: Database, kind: str, known: bool) -> None:
    group = people.ada.founds("apollo", kind)
    people.bo.changes(role="administrator")

    for outsider in (people.bo, people.cy):
        assert knows(db, outsider, group) is known
        assert bool(db.read_now(queries.search, outsider.id, "apo", 10)) is known
        assert bool(db.read_now(queries.by_handles, outsider.id, ["Apollo"])) is known
        assert bool(db.read_now(queries.by_ids, outsider.id, [group.id])) is known


def test_an_open_group_is_joined_at_once(people: People, db: Database) -> None:
    group = people.ada.founds("apollo")

    assert people.bo.joins(group).role == "member"
    assert people.bo.joins(group).members == 2
    assert [g.handle for g in db.read_now(queries.mine, people.bo.id)] == ["apollo"]


def test_to_join_a_closed_group_one_asks_and_is_let_in(people: People, db: Database) -> None:
    group = people.ada.founds("apollo", "closed")

    asked = people.bo.joins(group)
    assert (asked.role, asked.asked, asked.members) == ("", True, 1)
    assert [p.account.username for p in db.read_now(queries.asking, group, Page())] == ["bo"]
    people.ada.lets_in(group, people.bo)

    assert (seen(db, people.bo, group).role, seen(db, people.bo, group).asked) == ("member", False)
    assert db.read_now(queries.asking, group, Page()) == []


def test_whoever_is_declined_can_ask_again(people: People, db: Database) -> None:
    group = people.ada.founds("apollo", "closed")
    people.bo.joins(group)

    db.write_now(members.decline, people.ada.id, group.id, people.bo.id)

    assert not seen(db, people.bo, group).asked
    assert people.bo.joins(group).asked


def test_into_a_secret_group_one_comes_by_invitation_only(people: People, db: Database) -> None:
    group = people.ada.founds("apollo", "secret")
    with pytest.raises(NotFound):
        people.bo.joins(group)

    people.ada.invites(group, people.bo)

    assert [g.handle for g in db.read_now(queries.invitations, people.bo.id)] == ["apollo"]
    assert people.bo.joins(group).role == "member"
    assert db.read_now(queries.invitations, people.bo.id) == []


def test_an_invitation_taken_back_leaves_nothing(people: People, db: Database) -> None:
    group = people.ada.founds("apollo", "secret")
    people.ada.invites(group, people.bo)

    db.write_now(members.uninvite, people.ada.id, group.id, people.bo.id)

    assert not knows(db, people.bo, group)


def test_inviting_who_has_asked_lets_them_in(people: People, db: Database) -> None:
    group = people.ada.founds("apollo", "closed")
    people.bo.joins(group)

    people.ada.invites(group, people.bo)

    assert seen(db, people.bo, group).role == "member"


def test_members_invite_to_open_groups_those_who_lead_to_the_others(people: People, db: Database) -> None:
    opened, closed = people.ada.founds("everyday"), people.ada.founds("some", "closed")
    for group in (opened, closed):
        people.ada.invites(group, people.bo)
        people.bo.joins(group)

    people.bo.invites(opened, people.cy)
    with pytest.raises(Forbidden):
        people.bo.invites(closed, people.cy)
    with pytest.raises(Invalid, match="is a member already"):
        people.ada.invites(closed, people.bo)


def test_who_made_it_open_lets_in_who_was_asking(people: People, db: Database) -> None:
    group = people.ada.founds("apollo", "closed")
    people.bo.joins(group)

    db.write_now(change.change, people.ada.id, group.id, kind="open")

    assert seen(db, people.bo, group).role == "member"


# --- leading and leaving -------------------------------------------------------------------------------


def test_the_last_owner_cannot_leave_the_others_alone(people: People, db: Database) -> None:
    group = people.ada.founds("apollo")
    people.bo.joins(group)

    with pytest.raises(Invalid, match="Make somebody else an owner first"):
        people.ada.leaves(group)
    with pytest.raises(Invalid, match="must stay owner"):
        db.write_now(members.set_role, people.ada.id, group.id, people.ada.id, "member")
    db.write_now(members.set_role, people.ada.id, group.id, people.bo.id, "owner")
    people.ada.leaves(group)

    assert (seen(db, people.ada, group).role, seen(db, people.bo, group).members) == ("", 1)


def test_managers_put_out_members_and_owners_anybody(people: People, db: Database) -> None:
    group = people.ada.founds("apollo")
    for person in (people.bo, people.cy, people.dee):
        person.joins(group)
    for person in (people.bo, people.cy):
        db.write_now(members.set_role, people.ada.id, group.id, person.id, "manager")

    db.write_now(members.remove, people.bo.id, group.id, people.dee.id)
    for victim in (people.cy, people.ada, people.bo):
        with pytest.raises(Forbidden):
            db.write_now(members.remove, people.bo.id, group.id, victim.id)
    db.write_now(members.remove, people.ada.id, group.id, people.cy.id)

    assert {p.account.username: role for p, role in db.read_now(queries.leaders, seen(db, people.ada, group))} == {
        "ada": "owner", "bo": "manager",
    }  # fmt: skip
    assert seen(db, people.ada, group).members == 2


@pytest.mark.parametrize("role", ["member", ""])
def test_who_does_not_lead_it_changes_nothing(people: People, db: Database, role: str) -> None:
    group = people.ada.founds("apollo")
    people.cy.joins(group)
    people.bo.changes(role="administrator")
    if role:
        people.bo.joins(group)

    for verb, arguments in (
        (change.change, {"name": "Mine"}),
        (change.archive, {}),
        (members.remove, {"member": people.cy.id}),
        (members.set_role, {"member": people.bo.id, "role": "owner"}),
        (members.accept, {"asker": people.cy.id}),
        (members.decline, {"asker": people.cy.id}),
        (members.uninvite, {"guest": people.cy.id}),
    ):
        with pytest.raises(Forbidden):
            db.write_now(verb, people.bo.id, group.id, **arguments)  # type: ignore[arg-type]


def test_only_owners_change_who_may_read_it_and_archive_it(people: People, db: Database) -> None:
    group = people.ada.founds("apollo", "closed")
    people.ada.invites(group, people.bo)
    people.bo.joins(group)
    db.write_now(members.set_role, people.ada.id, group.id, people.bo.id, "manager")

    changed = db.write_now(change.change, people.bo.id, group.id, name="Apollo 11", rules="Be kind")
    assert (changed.account.name, changed.rules) == ("Apollo 11", "Be kind")
    with pytest.raises(Forbidden):
        db.write_now(change.change, people.bo.id, group.id, kind="open")
    with pytest.raises(Forbidden):
        db.write_now(change.archive, people.bo.id, group.id)


def test_members_are_listed_for_who_may_read_the_group(people: People, db: Database) -> None:
    group = people.ada.founds("apollo", "closed")
    people.ada.invites(group, people.bo)
    people.bo.joins(group)

    inside = db.read_now(queries.members, seen(db, people.bo, group), Page())
    assert [(p.account.username, role) for p, role in inside] == [("bo", "member"), ("ada", "owner")]
    older = db.read_now(queries.members, seen(db, people.bo, group), Page(1, max_id=inside[0][0].cursor))
    assert [p.account.username for p, _role in older] == ["ada"]
    assert db.read_now(queries.members, seen(db, people.cy, group), Page()) == []

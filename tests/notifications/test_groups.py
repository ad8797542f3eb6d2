"""What people are told of groups: invitations, requests to join, and that they are in."""

from __future__ import annotations

import pytest

from officetalk import notifications
from officetalk.core.database import Database
from officetalk.core.paging import Page
from officetalk.groups import change, members
from officetalk.notifications import queries
from tests.people import Human, People


@pytest.fixture(autouse=True)
def telling() -> None:
    notifications.install()


def told(db: Database, who: Human) -> list[str]:
    return [
        f"{n.actor.account.username} {n.kind} {n.subject.handle}"
        for n in db.read_now(queries.notifications, who.id, Page())
    ]


def test_who_is_invited_is_told_until_it_is_answered_or_taken_back(people: People, db: Database) -> None:
    group = people.ada.founds("apollo", "secret")
    people.ada.invites(group, people.bo, people.cy)
    assert told(db, people.bo) == told(db, people.cy) == ["ada group_invitation apollo"]

    people.bo.joins(group)
    db.write_now(members.uninvite, people.ada.id, group.id, people.cy.id)

    assert told(db, people.bo) == told(db, people.cy) == []


def test_those_who_lead_it_are_told_who_asks_until_one_decides(people: People, db: Database) -> None:
    group = people.ada.founds("apollo", "closed")
    people.ada.invites(group, people.bo)
    people.bo.joins(group)
    db.write_now(members.set_role, people.ada.id, group.id, people.bo.id, "manager")

    people.cy.joins(group)
    people.cy.joins(group)
    assert told(db, people.ada) == told(db, people.bo) == ["cy group_request apollo"]

    people.ada.lets_in(group, people.cy)
    assert told(db, people.ada) == told(db, people.bo) == []
    assert told(db, people.cy) == ["ada group_admission apollo"]


def test_who_is_declined_is_not_told(people: People, db: Database) -> None:
    group = people.ada.founds("apollo", "closed")
    people.bo.joins(group)

    db.write_now(members.decline, people.ada.id, group.id, people.bo.id)

    assert told(db, people.bo) == told(db, people.ada) == []


def test_nobody_is_told_of_a_group_that_they_may_not_know_of(people: People, db: Database) -> None:
    group = people.ada.founds("apollo", "closed")
    people.bo.joins(group)
    people.ada.lets_in(group, people.bo)
    assert told(db, people.bo) == ["ada group_admission apollo"]

    people.bo.leaves(group)
    db.write_now(change.change, people.ada.id, group.id, kind="secret")

    assert told(db, people.bo) == []

"""Who reports to whom, whom one may want to follow, and how many there are."""

from __future__ import annotations

from officetalk.accounts import organisation
from officetalk.core.database import Database
from tests.conftest import Clock
from tests.people import People


def test_two_managers_above_are_shown_the_highest_first(people: People, db: Database) -> None:
    people.bo.changes(manager_id=people.ada.id)
    people.cy.changes(manager_id=people.bo.id)
    people.dee.changes(manager_id=people.cy.id)

    assert [a.username for a in db.read_now(organisation.above, people.dee.account)] == ["bo", "cy"]
    assert db.read_now(organisation.above, people.ada.account) == []


def test_reports_are_some_and_their_number(people: People, db: Database) -> None:
    for i in range(6):
        getattr(people, f"r{i}").changes(manager_id=people.ada.id)
    people.r5.changes(state="disabled")

    some, number = db.read_now(organisation.reports, people.ada.id, 4)

    assert [a.username for a in some] == ["r0", "r1", "r2", "r3"] and number == 5
    assert db.read_now(organisation.reports, people.r0.id) == ([], 0)


def test_colleagues_nearby_are_those_of_the_department_one_does_not_follow(
    people: People, db: Database, clock: Clock
) -> None:
    ada = people.ada
    for name in "ada bo cy dee eve fay gus bot".split():
        getattr(people, name).changes(department="Engines", bot=name == "bot")
    people.hal.changes(department="Sails")
    ada.follows(people.bo)
    people.cy.blocks(ada)
    ada.mutes(people.dee)
    ada.mutes(people.eve, seconds=60)
    people.fay.posts("Heard last")
    clock.forward(seconds=61)

    near = db.read_now(organisation.near, ada.account)

    assert [person.account.username for person in near] == ["fay", "gus", "eve"]
    assert db.read_now(organisation.near, people.zoe.account) == ()


def test_the_headcount_is_of_active_people_and_a_minute_old_at_most(
    people: People, db: Database, clock: Clock
) -> None:
    assert people.ada.account.state == people.bo.account.state == "active"
    people.cy.changes(state="disabled")
    assert db.read_now(organisation.headcount) == 2
    assert people.dee.account.state == "active"
    assert db.read_now(organisation.headcount) == 2

    clock.forward(seconds=61)

    assert db.read_now(organisation.headcount) == 3

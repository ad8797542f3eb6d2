"""Decisions and actions of groups: given, finished, told of, and seen by whom."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

import officetalk.projects
from officetalk import notifications
from officetalk.core.database import Database
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.paging import Page
from officetalk.groups import change, members, queries
from officetalk.groups.entities import Group
from officetalk.notifications import queries as told
from officetalk.projects import actions, command, decisions
from officetalk.projects.entities import Action
from tests.conftest import Clock
from tests.people import Human, People

FRIDAY = date(2026, 11, 27)
TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def installed() -> None:
    notifications.install()
    officetalk.projects.install()


@pytest.fixture
def group(people: People, db: Database) -> Group:
    made = people.ada.founds("apollo", "closed")
    for person in (people.bo, people.cy):
        people.ada.invites(made, person)
        person.joins(made)
    return db.write_now(change.change, people.ada.id, made.id, board=True)


def gives(db: Database, who: Human, group: Group, text: str = "Rinse the card", **more: Any) -> Action:
    return db.write_now(actions.give, who.id, group.id, text, **more)


def opened(db: Database, viewer: Human, group: Group) -> list[str]:
    seen = db.read_now(queries.get, viewer.id, group.id)
    return [one.text for one in db.read_now(actions.of_group, seen)[0]]


def kinds(db: Database, who: Human) -> list[str]:
    return [
        f"{n.kind} {n.subject.text}" for n in db.read_now(told.notifications, who.id, Page()) if n.subject
    ]


def test_an_action_has_somebody_who_does_it_by_a_day(people: People, db: Database, group: Group) -> None:
    made = gives(db, people.ada, group, assignee=people.bo.id, due_on=FRIDAY)

    assert made.assignee is not None
    assert (made.text, made.assignee.account.username, made.due_on) == ("Rinse the card", "bo", FRIDAY)
    assert [one.text for one in db.read_now(actions.mine, people.bo.id)] == ["Rinse the card"]


def test_what_is_due_first_stands_first_and_what_has_no_day_last(
    people: People, db: Database, group: Group
) -> None:
    for text, due in (("No day", None), ("Later", FRIDAY + timedelta(days=3)), ("Friday", FRIDAY)):
        gives(db, people.ada, group, text, due_on=due)

    assert opened(db, people.bo, group) == ["Friday", "Later", "No day"]


@pytest.mark.parametrize(
    ("more", "field"),
    [({"text": " "}, "text"), ({"text": "x" * 281}, "text"), ({"assignee": 42}, "assignee")],
)
def test_what_breaks_a_rule_is_named(
    people: People, db: Database, group: Group, more: Any, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        gives(db, people.ada, group, **more)

    assert refused.value.field == field


def test_who_is_outside_neither_sees_nor_gives_nor_finishes(
    people: People, db: Database, group: Group
) -> None:
    made = gives(db, people.ada, group)
    people.dee.changes(role="administrator")

    for outsider in (people.dee, people.eve):
        with pytest.raises(Forbidden):
            gives(db, outsider, group)
        with pytest.raises(NotFound):
            db.write_now(actions.finish, outsider.id, made.id)
        assert opened(db, outsider, group) == []


def test_whoever_leaves_the_group_has_nothing_to_do_in_it(people: People, db: Database, group: Group) -> None:
    gives(db, people.ada, group, assignee=people.bo.id)
    people.bo.leaves(group)

    assert db.read_now(actions.mine, people.bo.id) == []
    assert kinds(db, people.bo) == []


def test_who_does_it_who_gave_it_and_who_leads_finish_it_others_do_not(
    people: People, db: Database, group: Group
) -> None:
    people.ada.invites(group, people.dee)
    people.dee.joins(group)
    made = gives(db, people.cy, group, assignee=people.bo.id)
    with pytest.raises(Forbidden):
        db.write_now(actions.finish, people.dee.id, made.id)

    for person in (people.bo, people.cy, people.ada):
        assert db.write_now(actions.finish, person.id, made.id).done_by == person.id
        assert db.write_now(actions.finish, person.id, made.id, done=False).done_at is None


def test_without_a_board_there_are_none(people: People, db: Database, group: Group) -> None:
    db.write_now(change.change, people.ada.id, group.id, board=False)

    with pytest.raises(Forbidden):
        gives(db, people.ada, group)


def test_an_archived_group_keeps_its_board_as_it_is(people: People, db: Database, group: Group) -> None:
    made = gives(db, people.ada, group)
    db.write_now(change.archive, people.ada.id, group.id)

    assert opened(db, people.bo, group) == ["Rinse the card"]
    with pytest.raises(Forbidden):
        db.write_now(actions.finish, people.ada.id, made.id)


def test_who_gets_one_is_told_and_again_before_it_is_due(
    people: People, db: Database, group: Group, clock: Clock
) -> None:
    due = datetime.fromtimestamp(db.clock() / 1000, UTC).date() + timedelta(days=3)
    made = gives(db, people.ada, group, assignee=people.bo.id, due_on=due)
    assert kinds(db, people.bo) == ["action_assigned Rinse the card"]

    db.write_now(actions.remind, made.id, due.isoformat())

    assert kinds(db, people.bo) == ["action_due Rinse the card", "action_assigned Rinse the card"]


@pytest.mark.parametrize("meanwhile", ["done", "moved"])
def test_nobody_is_reminded_of_what_is_done_or_due_on_another_day(
    people: People, db: Database, group: Group, meanwhile: str
) -> None:
    made = gives(db, people.ada, group, assignee=people.bo.id, due_on=FRIDAY)
    if meanwhile == "done":
        db.write_now(actions.finish, people.bo.id, made.id)
    else:
        later = FRIDAY + timedelta(days=1)
        db.write_now(actions.change, people.ada.id, made.id, made.text, assignee=people.bo.id, due_on=later)

    db.write_now(actions.remind, made.id, FRIDAY.isoformat())

    assert "action_due Rinse the card" not in kinds(db, people.bo)


def test_when_somebody_is_gone_what_they_had_to_do_waits_for_others(
    people: People, db: Database, group: Group
) -> None:
    gives(db, people.ada, group, assignee=people.bo.id)

    db.write_now(actions.let_go, people.bo.id)
    db.write_now(members.depart, people.ada.id)

    seen = db.read_now(queries.get, people.cy.id, group.id)
    assert [one.assignee for one in db.read_now(actions.of_group, seen)[0]] == [None]
    assert {p.account.username: role for p, role in db.read_now(queries.leaders, seen)} == {"bo": "owner"}
    assert seen.members == 2


# --- by writing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rinse the card !action @bo by Friday", ("Rinse the card", "bo", FRIDAY)),
        ("!action @bo rinse the card by 2026-12-01", ("rinse the card", "bo", date(2026, 12, 1))),
        ("!action rinse the card by 3 Jan", ("rinse the card", None, date(2027, 1, 3))),
        ("!Action @bo by Tuesday", ("", "bo", TUESDAY + timedelta(days=7))),
        ("!action @bo stand by me by tomorrow", ("stand by me", "bo", TUESDAY + timedelta(days=1))),
        ("!action @bo send it by courier", ("send it by courier", "bo", None)),
        ("!action @bo by 30 Feb", ("by 30 Feb", "bo", None)),
    ],
)
def test_what_a_command_asks_for(text: str, expected: tuple[str, str | None, date | None]) -> None:
    assert command.read(text, TUESDAY) == expected


@pytest.mark.parametrize("text", ["Take action by Friday", "What an!action", "actions speak", ""])
def test_what_is_no_command(text: str) -> None:
    assert command.read(text, TUESDAY) is None


def test_a_post_that_says_so_becomes_an_action(people: People, db: Database, group: Group) -> None:
    post = people.ada.tells(group, "Rinse the card !action @bo by Friday")

    (made,) = db.read_now(actions.mine, people.bo.id)
    assert (made.text, made.post_id) == ("Rinse the card", post.id)
    assert made.due_on is not None
    assert made.due_on.weekday() == 4


def test_an_answer_that_says_nothing_else_means_what_it_answers(
    people: People, db: Database, group: Group
) -> None:
    asked = people.ada.tells(group, "The card has to be rinsed")
    people.ada.comments(asked, "!action @bo")

    (made,) = db.read_now(actions.mine, people.bo.id)
    assert (made.text, made.post_id) == ("The card has to be rinsed", asked.id)


def test_who_is_no_member_is_given_nothing(people: People, db: Database, group: Group) -> None:
    people.ada.tells(group, "Rinse it !action @dee")
    people.ada.posts("Rinse it !action @bo")

    assert opened(db, people.ada, group) == ["Rinse it"]
    assert db.read_now(actions.mine, people.dee.id) == db.read_now(actions.mine, people.bo.id) == []


# --- decisions -------------------------------------------------------------------------------------------


def test_members_mark_decisions_and_who_marked_or_leads_takes_it_back(
    people: People, db: Database, group: Group
) -> None:
    post = people.ada.tells(group, "We ship")
    db.write_now(decisions.mark, people.bo.id, post.id)
    db.write_now(decisions.mark, people.bo.id, post.id)
    assert [p.content.text for p in db.read_now(decisions.of_group, people.cy.id, group)] == ["We ship"]

    with pytest.raises(Forbidden):
        db.write_now(decisions.unmark, people.cy.id, post.id)
    db.write_now(decisions.unmark, people.ada.id, post.id)

    assert db.read_now(decisions.of_group, people.cy.id, group) == []


def test_outsiders_neither_mark_nor_see_decisions(people: People, db: Database, group: Group) -> None:
    post = people.ada.tells(group, "We ship")
    db.write_now(decisions.mark, people.ada.id, post.id)

    with pytest.raises(NotFound):
        db.write_now(decisions.mark, people.dee.id, post.id)
    assert db.read_now(decisions.of_group, people.dee.id, group) == []
    with pytest.raises(NotFound):
        db.write_now(decisions.mark, people.ada.id, people.ada.posts("To all").id)


def test_a_deleted_post_is_no_decision(people: People, db: Database, group: Group) -> None:
    post = people.ada.tells(group, "We ship")
    db.write_now(decisions.mark, people.ada.id, post.id)

    people.ada.deletes(post)

    assert db.read_now(decisions.of_group, people.ada.id, group) == []
    assert not db.read_now(decisions.is_one, post.id)

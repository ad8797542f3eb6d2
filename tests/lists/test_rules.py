"""Lists of people: whose they are, who can be on them, and what an exclusive one keeps away from home."""

from __future__ import annotations

import pytest

from officetalk.core.database import Connection, Database
from officetalk.core.errors import Invalid, NotFound, Problem
from officetalk.core.paging import Page
from officetalk.lists import rules
from officetalk.lists.entities import PeopleList
from officetalk.live.readers import at_home
from tests.people import Human, People


def lists_of(human: Human) -> list[PeopleList]:
    return human._read(rules.every)


def refused(problem: type[Problem], act: object, *args: object) -> Problem:
    with pytest.raises(problem) as caught:
        act(*args)  # pyright: ignore[reportCallIssue]
    return caught.value


def test_a_list_is_made_changed_and_removed(people: People) -> None:
    ada = people.ada
    made = ada.makes_list(title=" Friends ", replies_policy="followed", exclusive=True)
    assert (made.title, made.replies_policy, made.exclusive) == ("Friends", "followed", True)
    assert lists_of(ada) == [made]

    ada.changes_list(made, title="Team")
    assert [(one.title, one.replies_policy, one.exclusive) for one in lists_of(ada)] == [
        ("Team", "followed", True)
    ]
    ada.changes_list(made, replies_policy="none", exclusive=False)
    assert [(one.title, one.replies_policy, one.exclusive) for one in lists_of(ada)] == [
        ("Team", "none", False)
    ]

    ada.removes_list(made)
    assert lists_of(ada) == []


def test_members_are_listed_last_added_first_and_paged_by_key(people: People) -> None:
    ada, others = people.ada, [getattr(people, f"p{i}") for i in range(5)]
    ada.follows(*others)
    made = ada.makes_list(*others[:3])
    ada.puts_on(made, *others[3:])

    assert ada.members_of(made) == ["p4", "p3", "p2", "p1", "p0"]
    first = ada._read(rules.members, made.id, Page(2))
    assert ada.members_of(made, limit=2, max_id=first[-1].cursor) == ["p2", "p1"]
    last = ada._read(rules.members, made.id, Page(5))[-1].cursor
    assert ada.members_of(made, limit=2, min_id=last) == ["p2", "p1"]


def test_only_whom_one_follows_can_be_put_on_a_list_and_oneself(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    ada.follows(bo)
    cy.changes(locked=True)
    ada.follows(cy)  # only asked
    made = ada.makes_list()

    for members in ([cy], [bo, cy], [people.stranger]):
        refused(NotFound, ada.puts_on, made, *members)
    refused(NotFound, lambda: ada._write(rules.add, made.id, [12345]))
    assert ada.members_of(made) == []

    ada.puts_on(made, bo, ada)
    assert sorted(ada.members_of(made)) == ["ada", "bo"]


def test_nobody_is_on_a_list_twice(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    ada.follows(bo, cy)
    made = ada.makes_list(bo)

    problem = refused(Invalid, ada.puts_on, made, cy, bo)

    assert (problem.field, problem.rule) == ("account", "has already been taken")
    assert ada.members_of(made) == ["bo"]


def test_taking_off_passes_over_who_is_not_there(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    ada.follows(bo, cy)
    made = ada.makes_list(bo, cy)

    ada.takes_off(made, bo, people.stranger)
    ada.takes_off(made, bo)

    assert ada.members_of(made) == ["cy"]


@pytest.mark.parametrize("how", ["unfollow", "block", "is blocked", "is shaken off"])
def test_whom_one_no_longer_follows_is_on_none_of_ones_lists(people: People, how: str) -> None:
    ada, bo = people.ada, people.bo
    ada.follows(bo, people.cy)
    people.cy.follows(bo)
    one, other = ada.makes_list(bo, people.cy), ada.makes_list(bo, exclusive=True)
    of_cy = people.cy.makes_list(bo)

    {
        "unfollow": lambda: ada.unfollows(bo),
        "block": lambda: ada.blocks(bo),
        "is blocked": lambda: bo.blocks(ada),
        "is shaken off": lambda: bo.shakes_off(ada),
    }[how]()

    assert ada.members_of(one) == ["cy"]
    assert ada.members_of(other) == []
    assert people.cy.members_of(of_cy) == ["bo"], "somebody else's list stays"


def test_following_again_brings_nobody_back_on_a_list_and_hides_nothing(people: People) -> None:
    ada, bo = people.ada, people.bo
    ada.follows(bo)
    made = ada.makes_list(bo, exclusive=True)
    bo.posts("Hello")
    ada.unfollows(bo)

    ada.follows(bo)

    assert ada.members_of(made) == []
    assert ada.home() == ["Hello"]


def test_the_lists_that_somebody_is_on(people: People) -> None:
    ada, bo = people.ada, people.bo
    ada.follows(bo)
    people.cy.follows(bo)
    first, _, third = ada.makes_list(bo), ada.makes_list(), ada.makes_list(bo)
    people.cy.makes_list(bo)

    assert ada._read(rules.containing, bo.id) == [first, third]
    assert ada._read(rules.containing, people.cy.id) == []
    refused(NotFound, lambda: ada._read(rules.containing, 12345))


def test_a_list_is_its_owners_alone(people: People) -> None:
    ada, bo = people.ada, people.bo
    ada.follows(people.cy)
    bo.follows(people.cy)
    made = ada.makes_list(people.cy)

    assert lists_of(bo) == []
    for act in (
        lambda: bo.changes_list(made, title="Mine"),
        lambda: bo.removes_list(made),
        lambda: bo.puts_on(made, people.cy),
        lambda: bo.takes_off(made, people.cy),
        lambda: bo.members_of(made),
        lambda: bo.reads_list(made),
    ):
        refused(NotFound, act)
    assert ada.members_of(made) == ["cy"]


def test_a_list_has_a_title_and_there_are_not_too_many(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = people.ada
    made = ada.makes_list()
    for title in ("", "  ", "x" * 257):
        assert refused(Invalid, lambda title=title: ada.makes_list(title=title)).field == "title"
        assert refused(Invalid, lambda title=title: ada.changes_list(made, title=title)).field == "title"
    monkeypatch.setattr(rules, "MAX_LISTS", 2)
    monkeypatch.setattr(rules, "MAX_MEMBERS", 1)
    ada.makes_list()

    assert refused(Invalid, ada.makes_list).rule == "You have reached the maximum number of lists"
    ada.follows(people.bo, people.cy)
    assert "at most 1" in refused(Invalid, ada.puts_on, made, people.bo, people.cy).rule
    ada.puts_on(made, people.bo)
    refused(Invalid, ada.puts_on, made, people.cy)


def test_changes_are_announced_to_the_owner(people: People, db: Database) -> None:
    ada = people.ada
    ada.follows(people.bo)
    heard: list[tuple[int, int]] = []
    db.bus.listen("lists.changed", lambda e: heard.append((e.id, e.actor)))

    made = ada.makes_list()
    ada.puts_on(made, people.bo)
    ada.changes_list(made, title="x")
    ada.takes_off(made, people.bo)
    ada.removes_list(made)

    assert set(heard) == {(made.id, ada.id)} and len(heard) >= 5


# --- one person, several lists ------------------------------------------------------------------------


def test_somebody_is_put_onto_exactly_these_lists(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    ada.follows(bo, cy)
    one, other, third = ada.makes_list(bo, cy), ada.makes_list(), ada.makes_list(bo)

    ada._write(rules.place, bo.id, [other.id, third.id], "New")

    made = lists_of(ada)[-1]
    assert made.title == "New"
    assert [ada.members_of(each) for each in (one, other, third, made)] == [["cy"], ["bo"], ["bo"], ["bo"]]
    ada._write(rules.place, bo.id, [])
    assert [ada.members_of(each) for each in (one, other, third, made)] == [["cy"], [], [], []]


def test_all_of_it_or_nothing(people: People) -> None:
    ada, bo = people.ada, people.bo
    one = ada.makes_list()

    refused(NotFound, ada._write, rules.place, bo.id, [one.id])  # not followed
    refused(NotFound, ada._write, rules.place, bo.id, [], "New")
    ada.follows(bo)
    people.cy.follows(bo)
    refused(NotFound, ada._write, rules.place, bo.id, [one.id, people.cy.makes_list().id])
    assert refused(Invalid, ada._write, rules.place, bo.id, [one.id], "x" * 257).field == "title"

    assert lists_of(ada) == [one]
    assert ada.members_of(one) == []


def test_a_full_list_takes_nobody_by_this_way_either(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_MEMBERS", 1)
    ada, bo = people.ada, people.bo
    ada.follows(bo, people.cy)
    full, holding = ada.makes_list(people.cy), ada.makes_list(bo)

    refused(Invalid, ada._write, rules.place, bo.id, [full.id, holding.id])
    ada._write(rules.place, bo.id, [holding.id])

    assert ada.members_of(holding) == ["bo"]


def test_exclusive_lists_take_somebody_from_home_and_back(people: People) -> None:
    ada, bo = people.ada, people.bo
    ada.follows(bo)
    alone = ada.makes_list(exclusive=True)
    bo.posts("Of Bo")

    ada._write(rules.place, bo.id, [alone.id])
    assert ada.home() == []
    ada._write(rules.place, bo.id, [])
    assert ada.home() == ["Of Bo"]


@pytest.mark.parametrize("size", [1, 20])
def test_however_many_lists_the_statements_are_the_same(people: People, db: Database, size: int) -> None:
    ada, bo = people.ada, people.bo
    ada.follows(bo)
    off = [ada.makes_list(bo, exclusive=True) for _ in range(size)]
    on = [ada.makes_list() for _ in range(size)]

    def count(conn: Connection) -> int:
        rules.place(conn, ada.id, bo.id, [one.id for one in on])
        return conn.statements

    assert db.write_now(count) == 8
    assert [ada.members_of(one) for one in (off[-1], on[-1])] == [[], ["bo"]]


# --- exclusive lists ---------------------------------------------------------------------------------


@pytest.fixture
def crowd(people: People) -> tuple[Human, Human, Human]:
    """Ada follows Bo and Cy, who have something to say."""
    ada, bo, cy = people.ada, people.bo, people.cy
    ada.follows(bo, cy)
    bo.posts("Of Bo")
    cy.posts("Of Cy")
    return ada, bo, cy


def test_members_of_an_exclusive_list_are_not_at_home(crowd: tuple[Human, Human, Human]) -> None:
    ada, bo, cy = crowd
    made = ada.makes_list(bo, exclusive=True)
    assert ada.home() == ["Of Cy"]
    assert ada.reads_list(made) == ["Of Bo"]

    ada.puts_on(made, cy)
    assert ada.home() == []
    ada.takes_off(made, bo)
    assert ada.home() == ["Of Bo"]
    ada.changes_list(made, exclusive=False)
    assert ada.home() == ["Of Cy", "Of Bo"]
    ada.changes_list(made, exclusive=True)
    assert ada.home() == ["Of Bo"]
    ada.changes_list(made, title="Other name")
    assert ada.home() == ["Of Bo"]
    ada.removes_list(made)
    assert ada.home() == ["Of Cy", "Of Bo"]


def test_nothing_of_an_exclusive_lists_member_is_delivered_home(
    crowd: tuple[Human, Human, Human], db: Database
) -> None:
    ada, bo, cy = crowd
    ada.makes_list(bo, exclusive=True)
    hidden, shown = bo.posts("New"), cy.posts("New")

    assert db.read_now(at_home, hidden.id, [ada.id, bo.id]) == {bo.id}
    assert db.read_now(at_home, shown.id, [ada.id, bo.id]) == {ada.id}


def test_who_is_on_two_exclusive_lists_stays_away_until_off_both(crowd: tuple[Human, Human, Human]) -> None:
    ada, bo, _ = crowd
    one, other = ada.makes_list(bo, exclusive=True), ada.makes_list(bo, exclusive=True)

    ada.removes_list(one)
    assert ada.home() == ["Of Cy"]
    ada.takes_off(other, bo)
    assert ada.home() == ["Of Cy", "Of Bo"]


def test_an_exclusive_list_is_exclusive_for_its_owner_alone(
    crowd: tuple[Human, Human, Human], people: People
) -> None:
    ada, bo, _ = crowd
    people.dee.follows(bo)
    ada.makes_list(bo, exclusive=True)

    assert people.dee.home() == ["Of Bo"]


def test_changing_the_options_of_a_subscription_does_not_bring_it_home(
    crowd: tuple[Human, Human, Human],
) -> None:
    ada, bo, _ = crowd
    ada.makes_list(bo, exclusive=True)

    ada.follows(bo, reposts=False, notify=True)

    assert ada.home() == ["Of Cy"]


def test_ones_own_posts_stay_at_home(people: People) -> None:
    ada = people.ada
    ada.posts("Mine")

    made = ada.makes_list(ada, exclusive=True)

    assert ada.home() == ["Mine"]
    assert ada.reads_list(made) == ["Mine"]


def test_a_followed_hashtag_still_brings_a_members_post_home(crowd: tuple[Human, Human, Human]) -> None:
    ada, bo, _ = crowd
    ada.makes_list(bo, exclusive=True)
    ada.follows_hashtag("launch")

    bo.posts("Now #launch")

    assert ada.home() == ["Now #launch", "Of Cy"]


def test_one_still_follows_whom_one_has_on_an_exclusive_list(crowd: tuple[Human, Human, Human]) -> None:
    ada, bo, cy = crowd
    ada.makes_list(bo, exclusive=True)
    bo.posts("To followers", "followers")

    assert ada.relation_to(bo).following
    assert sorted(ada.following()) == ["bo", "cy"]
    cy.comments(bo.posts("Question"), "Answer")
    assert ada.home() == ["Answer", "Of Cy"], "a comment to somebody whom one follows"


# --- statements --------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 30])
def test_changing_a_list_takes_a_fixed_number_of_statements(people: People, db: Database, size: int) -> None:
    ada = people.ada
    members = [getattr(people, f"p{i}") for i in range(size)]
    ada.follows(*members)
    made = ada.makes_list(exclusive=True)
    ids = [member.id for member in members]

    def count(verb: object, *args: object) -> int:
        def run(conn: Connection) -> int:
            verb(conn, ada.id, made.id, *args)  # pyright: ignore[reportCallIssue]
            return conn.statements

        return db.write_now(run)

    assert count(rules.add, ids) == 6
    assert count(rules.members, Page(80)) == 2
    assert count(rules.take_off, ids) == 5
    rules_change = count(lambda conn, owner, id: rules.change(conn, owner, id, exclusive=False))
    assert rules_change == 6
    assert count(rules.remove) == 4

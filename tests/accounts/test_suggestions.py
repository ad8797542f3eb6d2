"""Whom one may want to follow."""

from __future__ import annotations

from typing import Any

import pytest

from officetalk.accounts import suggestions
from officetalk.core.database import Connection
from tests.conftest import Clock
from tests.people import Human, People

NEAR, FRIENDS, MANY = "similar_to_recently_followed", "friends_of_friends", "most_followed"


def suggested(who: Human, limit: int = 40) -> list[tuple[str, tuple[str, ...]]]:
    found = who.db.read_now(suggestions.suggestions, who.account, limit)
    return [(one.person.account.username, one.sources) for one in found]


def test_the_team_comes_first_then_the_department_then_acquaintances(people: People) -> None:
    ada, bo, cy, dan, eve, fay = people.ada, people.bo, people.cy, people.dan, people.eve, people.fay
    for somebody in (ada, bo, cy):
        somebody.changes(department="Looms")
    for somebody in (ada, cy):
        somebody.changes(manager_id=dan.id)
    ada.follows(fay)
    fay.follows(bo, eve)

    assert suggested(ada) == [
        ("cy", (NEAR,)), ("dan", (NEAR,)), ("bo", (NEAR, FRIENDS)), ("eve", (FRIENDS,)),
    ]  # fmt: skip
    assert suggested(ada, 2) == [("cy", (NEAR,)), ("dan", (NEAR,))]
    assert suggested(dan) == [
        ("cy", (NEAR,)),
        ("ada", (NEAR,)),
        ("fay", (MANY,)),
        ("eve", (MANY,)),
        ("bo", (MANY,)),
    ]


def test_who_knows_nobody_gets_those_whom_many_follow(people: People) -> None:
    ada, bo, cy, dan = people.ada, people.bo, people.cy, people.dan
    bo.follows(cy)
    cy.follows(dan)
    bo.follows(dan)

    assert suggested(ada) == [("dan", (MANY,)), ("cy", (MANY,))]


def test_an_empty_department_makes_nobody_near(people: People) -> None:
    ada, _ = people.ada, people.bo

    assert suggested(ada) == []


@pytest.mark.parametrize(
    "unwanted",
    [
        lambda ada, bo: ada.follows(bo),
        lambda ada, bo: ada.blocks(bo),
        lambda ada, bo: bo.blocks(ada),
        lambda ada, bo: ada.mutes(bo),
        lambda ada, bo: (bo.changes(locked=True), ada.follows(bo)),
        lambda ada, bo: bo.changes(bot=True),
        lambda ada, bo: bo.changes(discoverable=False),
        lambda ada, bo: bo.changes(silenced=True),
        lambda ada, bo: bo.changes(state="disabled"),
        lambda ada, bo: ada._write(suggestions.dismiss, bo.id),
    ],
    ids="followed blocked blocking muted asked bot unlisted silenced gone dismissed".split(),
)
def test_some_are_never_suggested(people: People, unwanted: Any) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    for somebody in (ada, bo):
        somebody.changes(department="Looms")
    ada.follows(cy)
    cy.follows(bo)
    assert suggested(ada) == [("bo", (NEAR, FRIENDS))]

    unwanted(ada, bo)

    assert suggested(ada) == []


def test_whom_one_heard_again_is_suggested_again(people: People, clock: Clock) -> None:
    ada, bo = people.ada, people.bo
    for somebody in (ada, bo):
        somebody.changes(department="Looms")
    ada.mutes(bo, seconds=60)
    assert suggested(ada) == []

    clock.forward(seconds=61)

    assert suggested(ada) == [("bo", (NEAR,))]


def test_dismissing_can_be_repeated_and_takes_anything(people: People) -> None:
    ada, bo = people.ada, people.bo
    for somebody in (ada, bo):
        somebody.changes(department="Looms")

    for target in (bo.id, bo.id, 1):
        ada._write(suggestions.dismiss, target)

    assert suggested(ada) == []
    assert suggested(bo) == [("ada", (NEAR,))]


def test_two_statements_at_most(people: People) -> None:
    ada = people.ada
    ada.changes(department="Looms")
    for i in range(8):
        getattr(people, f"p{i}").changes(department="Looms")

    def count(conn: Connection, limit: int) -> int:
        suggestions.suggestions(conn, ada.account, limit)
        return conn.statements

    assert (ada.db.read_now(count, 8), ada.db.read_now(count, 40)) == (1, 2)

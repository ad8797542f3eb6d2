"""Familiar followers: those whom one follows and who follow somebody."""

from __future__ import annotations

from officetalk.accounts import familiar
from officetalk.core.database import Connection
from tests.people import Human, People, names


def known(viewer: Human, *others: Human) -> list[list[str]]:
    found = viewer._read(familiar.familiar_followers, [other.id for other in others])
    assert [id for id, _ in found] == [other.id for other in others]
    return [names(people) for _, people in found]


def test_those_whom_one_follows_are_told_last_follow_first(people: People) -> None:
    ada, bo, cy, dan, eve = people.ada, people.bo, people.cy, people.dan, people.eve
    ada.follows(bo, cy)
    bo.follows(eve, dan)
    cy.follows(eve)
    dan.follows(eve)

    assert known(ada, eve, dan, bo) == [["cy", "bo"], ["bo"], []]
    assert known(eve, dan) == [[]]


def test_oneself_and_requests_do_not_count(people: People) -> None:
    ada, bo, eve = people.ada, people.bo, people.eve
    ada.follows(eve)
    eve.changes(locked=True)
    ada.follows(bo)
    bo.follows(eve)

    assert known(ada, eve) == [[]]


def test_who_hides_followers_hides_these(people: People) -> None:
    ada, bo, eve = people.ada, people.bo, people.eve
    ada.follows(bo)
    bo.follows(eve)
    eve.follows(bo)
    eve.changes(hide_collections=True)

    assert known(ada, eve) == [[]]
    bo.changes(state="disabled")
    eve.changes(hide_collections=False)
    assert known(ada, eve) == [[]]  # who left knows nobody any more


def test_many_cost_as_many_statements_as_one(people: People) -> None:
    ada = people.ada
    others = [getattr(people, f"p{i}") for i in range(12)]
    ada.follows(*others[:6])
    for other in others[:6]:
        other.follows(*others[6:])

    def count(conn: Connection, ids: list[int]) -> int:
        familiar.familiar_followers(conn, ada.id, ids)
        return conn.statements

    one = ada.db.read_now(count, [others[6].id])
    many = ada.db.read_now(count, [other.id for other in others])
    assert one == many == 3

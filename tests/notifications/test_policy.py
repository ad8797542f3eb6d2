"""From whom people are told: the policy, those who have to ask, and what becomes of what is held."""

from __future__ import annotations

from typing import Any

import pytest

from officetalk.core.database import Database
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.paging import Page
from officetalk.notifications import groups, policy, queries, requests
from officetalk.notifications.entities import KINDS, Policy, Summary
from officetalk.notifications.queries import Choice
from tests.conftest import Clock
from tests.notifications.told import (
    Announced,
    asking,
    do_the_work,
    notifications,
    told,
    told_in_groups,
    unread,
)
from tests.people import Human, People

HELD_TOO = Choice(held=True)


def chooses(human: Human, **choices: Any) -> None:
    human.db.write_now(policy.change, human.id, **choices)


def ask_of(human: Human) -> list[requests.Request]:
    return human.db.read_now(requests.requests, human.id, Page())


# --- who is meant ------------------------------------------------------------------------------------


def test_by_default_everybody_is_accepted_but_those_whom_moderators_silenced(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    assert ada.db.read_now(policy.get, ada.id) == Policy()
    cy.changes(silenced=True)

    bo.posts("Direct @ada", "direct")
    cy.posts("Hello @ada")

    assert told(ada) == ["bo mention: Direct @ada"]
    assert asking(ada) == ["cy (1): Hello @ada"]


def meet(people: People, clock: Clock, relation: str) -> Human:
    """Somebody whom one of the rules means, and no other does."""
    ada, bo = people.ada, people.bo
    if relation != "new_accounts":
        clock.forward(days=31)
    if relation not in ("not_following", "limited_accounts", "private_mentions", "new_accounts"):
        ada.follows(bo)
    if relation != "not_followers":
        bo.follows(ada)
        clock.forward(days=4)
    if relation == "limited_accounts":
        bo.changes(silenced=True)
    return bo


@pytest.mark.parametrize(
    "rule", ["not_following", "not_followers", "new_accounts", "private_mentions", "limited_accounts"]
)
def test_each_rule_holds_or_drops_those_whom_it_means(people: People, clock: Clock, rule: str) -> None:
    ada = people.ada
    accepting = dict.fromkeys(Policy.__struct_fields__, "accept")
    bo = meet(people, clock, rule)
    ada.db.write_now(queries.dismiss, ada.id, notifications(ada)[0].id) if told(ada) else None

    for choice in ("accept", "filter", "drop"):
        chooses(ada, **{**accepting, rule: choice})
        bo.posts(f"{choice} @ada", "direct")

    assert told(ada) == ["bo mention: accept @ada"]
    assert told(ada, HELD_TOO) == ["bo mention: filter @ada", "bo mention: accept @ada"]


@pytest.mark.parametrize(
    "rule", ["not_following", "not_followers", "new_accounts", "private_mentions", "limited_accounts"]
)
def test_no_rule_means_a_colleague_whom_one_follows_and_who_follows(
    people: People, clock: Clock, rule: str
) -> None:
    ada, bo = people.ada, people.bo
    ada.follows(bo)
    bo.follows(ada)
    clock.forward(days=4)
    bo.changes(silenced=True)
    chooses(ada, **{rule: "drop"})

    bo.posts("Hello @ada", "direct")

    assert told(ada)[0] == "bo mention: Hello @ada"


def test_who_has_just_begun_to_follow_is_no_follower_yet(people: People, clock: Clock) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)
    chooses(ada, not_followers="filter")

    bo.posts("Too early @ada")
    clock.forward(days=4)
    bo.posts("In time @ada")

    assert told(ada) == ["bo mention: In time @ada", "bo follow"]


def test_an_answer_to_ones_own_direct_post_is_never_held(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    chooses(ada, private_mentions="filter")
    mine = ada.posts("A question @bo", "direct")
    other = ada.posts("To all")

    bo.comments(mine, "@ada Yes", "direct")
    cy.comments(other, "@ada Psst", "direct")
    bo.posts("@ada Psst", "direct")
    bo.posts("@ada Not direct")

    assert told(ada) == ["bo mention: @ada Not direct", "bo mention: @ada Yes"]


def test_the_policy_leaves_alone_what_is_about_ones_own_doings(people: People, db: Database) -> None:
    ada, bo = people.ada, people.bo
    chooses(bo, **dict.fromkeys(Policy.__struct_fields__, "drop"))
    bo.follows(ada, notify=True)
    post = ada.posts("Helo")
    bo.reposts(post)
    ada.edits(post, "Hello")
    do_the_work(db)

    assert sorted(told(bo)) == ["ada status: Hello", "ada update: Hello"]


def test_one_rule_that_drops_is_stronger_than_others_that_hold(people: People) -> None:
    ada = people.ada
    chooses(ada, not_following="filter", not_followers="drop")

    people.bo.posts("Hello @ada")

    assert told(ada, HELD_TOO) == []


# --- what is held ------------------------------------------------------------------------------------


def test_what_is_held_is_shown_and_counted_nowhere_but_as_a_request(
    people: People, announced: Announced
) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Hello")
    chooses(ada, not_following="filter")

    bo.posts("First @ada")
    bo.likes(post)
    bo.posts("Second @ada")

    assert told(ada) == told_in_groups(ada) == announced.ids == []
    assert unread(ada) == ada.db.read_now(groups.unread, ada.id) == 0
    assert asking(ada) == ["bo (2): Second @ada"]
    assert ada.db.read_now(requests.summary, ada.id) == Summary(1, 2)
    assert len(told(ada, HELD_TOO)) == 3
    assert [n.held for n in notifications(ada, HELD_TOO)] == [True] * 3


def test_a_like_alone_asks_for_nothing(people: People) -> None:
    ada = people.ada
    post = ada.posts("Hello")
    chooses(ada, not_following="filter")

    people.bo.likes(post)
    people.cy.posts("Look", quote_of_id=post.id)

    assert asking(ada) == ["cy (1): Look"]


def test_requests_are_listed_by_when_they_began(people: People) -> None:
    ada = people.ada
    chooses(ada, not_following="filter")
    for name in ("bo", "cy", "dee", "eve"):
        getattr(people, name).posts(f"{name} @ada")
    people.bo.posts("Again @ada")

    everything = ask_of(ada)
    assert asking(ada) == ["eve (1): eve @ada", "dee (1): dee @ada", "cy (1): cy @ada", "bo (2): Again @ada"]
    assert everything[-1].created_at <= everything[-1].updated_at

    def page(**part: Any) -> list[str]:
        return [r.actor.account.username for r in ada.db.read_now(requests.requests, ada.id, Page(2, **part))]

    assert page() == ["eve", "dee"]
    assert page(max_id=everything[1].id) == ["cy", "bo"]
    assert page(min_id=everything[3].id) == ["dee", "cy"]
    assert page(since_id=everything[3].id) == ["eve", "dee"]


def test_a_request_whose_posts_are_gone_is_gone(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    chooses(ada, not_following="filter")
    first, second = bo.posts("First @ada"), bo.posts("Second @ada")
    cy.posts("Hello @ada")
    (of_cy, of_bo) = ask_of(ada)

    bo.deletes(second)
    assert asking(ada) == ["cy (1): Hello @ada", "bo (1): First @ada"]
    bo.deletes(first)
    ada.mutes(cy)

    assert asking(ada) == []
    assert ada.db.read_now(requests.summary, ada.id) == Summary(0, 0)
    for gone in (of_cy, of_bo):
        with pytest.raises(NotFound):
            ada.db.read_now(requests.get, ada.id, gone.id)


def test_accepting_shows_what_was_held_and_what_comes(people: People, announced: Announced) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Hello")
    chooses(ada, not_following="filter")
    bo.posts("First @ada")
    bo.likes(post)
    people.cy.posts("Other @ada")
    request = ask_of(ada)[1]

    ada.db.write_now(requests.accept, ada.id, request.id)
    bo.posts("Second @ada")

    assert told(ada) == ["bo mention: Second @ada", "bo favourite: Hello", "bo mention: First @ada"]
    assert asking(ada) == ["cy (1): Other @ada"]
    assert announced.merged == [ada.id]
    assert len(announced.ids) == 1
    assert ada.db.read_now(requests.merged, ada.id)
    with pytest.raises(NotFound):
        ada.db.write_now(requests.accept, ada.id, request.id)


def test_a_lot_is_merged_in_the_background(
    people: People, db: Database, announced: Announced, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    chooses(ada, not_following="filter")
    for i in range(7):
        bo.posts(f"{i} @ada")
    cy.posts("@ada")
    monkeypatch.setattr(requests, "AT_ONCE", 3)

    ids = [r.id for r in ask_of(ada)]
    assert db.write_now(requests.accept_all, ada.id, [*ids, 5]) == 2
    assert not db.read_now(requests.merged, ada.id)
    assert announced.merged == []
    do_the_work(db)

    assert db.read_now(requests.merged, ada.id)
    assert announced.merged == [ada.id]
    assert len(told(ada)) == 8


def test_dismissing_puts_away_until_the_next_time(people: People) -> None:
    ada, bo = people.ada, people.bo
    chooses(ada, not_following="filter")
    bo.posts("First @ada")
    (request,) = ask_of(ada)

    ada.db.write_now(requests.dismiss, ada.id, request.id)
    assert asking(ada) == told(ada) == []
    assert ada.db.read_now(requests.summary, ada.id) == Summary(0, 0)
    with pytest.raises(NotFound):
        ada.db.write_now(requests.dismiss, ada.id, request.id)

    bo.posts("Second @ada")
    assert asking(ada) == ["bo (1): Second @ada"]
    assert len(told(ada, HELD_TOO)) == 2


def test_nobody_answers_requests_of_others(people: People) -> None:
    ada, bo = people.ada, people.bo
    chooses(ada, not_following="filter")
    bo.posts("Hello @ada")
    (request,) = ask_of(ada)

    for verb in (requests.accept, requests.dismiss):
        for reader in (bo, people.cy):
            with pytest.raises(NotFound):
                reader.db.write_now(verb, reader.id, request.id)
    assert bo.db.write_now(requests.accept_all, bo.id, [request.id]) == 0
    assert asking(ada) == ["bo (1): Hello @ada"]


def test_what_is_taken_back_while_it_is_held_comes_back_as_the_policy_is_then(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Hello")
    chooses(ada, not_following="filter")
    bo.likes(post)
    bo.no_longer_likes(post)
    assert told(ada, HELD_TOO) == []
    chooses(ada, not_following="accept")

    bo.likes(post)

    assert told(ada) == ["bo favourite: Hello"]


# --- kinds that one does without ---------------------------------------------------------------------


def test_what_is_switched_off_is_not_told(people: People, db: Database) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Hello")
    chooses(ada, not_followers="accept")
    assert db.read_now(policy.unwanted, ada.id) == frozenset()

    db.write_now(policy.switch_off, ada.id, ["favourite", "follow"])
    bo.likes(post)
    bo.follows(ada)
    bo.posts("Hello @ada")

    assert told(ada) == ["bo mention: Hello @ada"]
    assert db.read_now(policy.unwanted, ada.id) == {"favourite", "follow"}
    chooses(ada, limited_accounts="drop")
    assert db.read_now(policy.unwanted, ada.id) == {"favourite", "follow"}

    db.write_now(policy.switch_off, ada.id, [])
    people.cy.likes(post)
    assert told(ada)[0] == "cy favourite: Hello"


def test_nobody_can_do_without_warnings(people: People, db: Database) -> None:
    wrong: list[Any] = [["moderation_warning"], KINDS, ["nonsense"]]
    for kinds in wrong:
        with pytest.raises(Invalid):
            db.write_now(policy.switch_off, people.ada.id, kinds)
    assert db.read_now(policy.unwanted, people.ada.id) == frozenset()

"""Two at the same moment: nobody is told twice, and nothing gets lost between the policy and those who ask.
On SQLite one writes after the other anyway."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from officetalk.core.database import Database
from officetalk.core.paging import Page
from officetalk.notifications import policy, requests, rounds
from officetalk.notifications.rounds import Round
from officetalk.posts import change, marks, publish
from officetalk.posts.entities import Draft
from tests.identity.conftest import AtOnce
from tests.notifications.told import Announced, asking, told
from tests.people import Human, People


def saying(who: Human, text: str) -> partial:
    return partial(publish.publish, author=who.id, draft=Draft(text), limit=140)


def held_back(people: People) -> tuple[Human, Human, int]:
    """ada, and bo who asks; and his request."""
    ada, bo = people.ada, people.bo
    ada.db.write_now(policy.change, ada.id, not_following="filter")
    bo.posts("First @ada")
    (request,) = ada.db.read_now(requests.requests, ada.id, Page())
    return ada, bo, request.id


def test_a_like_at_the_same_moment_is_told_once(people: People, announced: Announced) -> None:
    ada = people.ada
    post = ada.posts("Hello")
    readers = [people.bo, people.cy]

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda i: readers[i % 2].likes(post), range(16)))

    assert sorted(told(ada)) == ["bo favourite: Hello", "cy favourite: Hello"]
    assert announced.receivers == [ada.id] * 2


def test_likes_and_unlikes_of_many_leave_what_is_true(people: People) -> None:
    ada = people.ada
    post = ada.posts("Hello")
    crowd = [getattr(people, f"p{i}") for i in range(4)]

    def change(i: int) -> None:
        (crowd[i % 4].likes if i % 3 else crowd[i % 4].no_longer_likes)(post)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(change, range(48)))

    likers = set(ada.sees_likes_of(post))
    assert {line.split()[0] for line in told(ada)} == likers


def test_what_is_said_while_the_request_is_accepted_is_not_lost(people: People, at_once: AtOnce) -> None:
    ada, bo, request = held_back(people)

    at_once(partial(requests.accept, viewer=ada.id, id=request), saying(bo, "Second @ada"))

    assert told(ada) == ["bo mention: Second @ada", "bo mention: First @ada"]
    assert asking(ada) == []


def test_what_is_about_to_be_held_is_accepted_too(people: People, at_once: AtOnce) -> None:
    ada, bo, request = held_back(people)

    at_once(saying(bo, "Second @ada"), partial(requests.accept, viewer=ada.id, id=request))

    assert told(ada) == ["bo mention: Second @ada", "bo mention: First @ada"]
    assert asking(ada) == []


@pytest.mark.parametrize("dismissed_first", [True, False])
def test_what_is_said_while_the_request_is_dismissed_is_dismissed_or_asks_anew(
    people: People, at_once: AtOnce, dismissed_first: bool
) -> None:
    ada, bo, request = held_back(people)
    dismissing = partial(requests.dismiss, viewer=ada.id, id=request)

    if dismissed_first:
        at_once(dismissing, saying(bo, "Second @ada"))
        assert asking(ada) == ["bo (1): Second @ada"]
    else:
        at_once(saying(bo, "Second @ada"), dismissing)
        assert asking(ada) == []
    assert told(ada) == []


def test_two_changes_of_the_policy_both_hold(people: People, db: Database, at_once: AtOnce) -> None:
    ada = people.ada.id

    at_once(
        lambda conn: policy.change(conn, ada, not_following="drop"),
        lambda conn: policy.change(conn, ada, new_accounts="filter"),
    )
    at_once(
        lambda conn: policy.switch_off(conn, ada, ["follow"]),
        lambda conn: policy.change(conn, ada, not_followers="filter"),
    )

    found = db.read_now(policy.get, ada)
    assert (found.not_following, found.new_accounts, found.not_followers) == ("drop", "filter", "filter")
    assert db.read_now(policy.unwanted, ada) == {"follow"}


def test_a_job_that_is_done_twice_tells_once(people: People, at_once: AtOnce, announced: Announced) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada, notify=True)
    post = ada.posts("Hello")
    bo.reposts(post)
    bell = Round("bell", post.id, ada.id)
    edited = ada.edits(post, "Hello!").content.edited_at
    assert edited is not None
    update = Round("reposters", post.id, ada.id, since=edited)
    announced.receivers.clear()

    for round in (bell, update):
        at_once(partial(rounds.go_on, round=round), partial(rounds.go_on, round=round))

    assert sorted(told(bo)) == ["ada status: Hello!", "ada update: Hello!"]
    assert announced.receivers == [bo.id] * 2


def test_two_who_mention_the_same_people_do_not_wait_for_each_other_in_vain(
    people: People, at_once: AtOnce
) -> None:
    ada, bo, cy, dee = people.ada, people.bo, people.cy, people.dee
    for who in (cy, dee):
        who.db.write_now(policy.change, who.id, not_following="filter")

    at_once(saying(ada, "@cy @dee @bo"), saying(bo, "@dee @cy @ada"))

    assert sorted(asking(cy)) == sorted(asking(dee)) == ["ada (1): @cy @dee @bo", "bo (1): @dee @cy @ada"]
    assert told(ada) == ["bo mention: @dee @cy @ada"]


def test_a_like_while_the_post_is_deleted_leaves_nothing_to_be_seen(people: People, at_once: AtOnce) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Hello")

    at_once(
        partial(marks.like_post, actor=bo.id, id=post.id),
        partial(change.delete_post, actor=ada.id, id=post.id),
    )

    assert told(ada) == []

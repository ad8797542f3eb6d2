"""Passing a post on, and what becomes of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from officetalk.core.errors import Forbidden, Invalid, NotFound
from tests.people import People


def test_a_repost_reaches_the_followers_of_who_reposts(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    cy.follows(bo)
    post = ada.posts("News")

    bo.reposts(post)

    assert cy.home() == ["repost: News"]
    assert cy.profile_of(bo) == ["repost: News"]
    assert cy.company() == ["News"]


def test_reposting_twice_is_reposting_once(people: People) -> None:
    post = people.ada.posts("News")

    first, second = people.bo.reposts(post), people.bo.reposts(post)

    assert first.id == second.id
    assert people.ada.sees_at(post).reposts == 1
    assert people.bo.sees_at(post).shared and not people.ada.sees_at(post).shared


def test_reposting_twice_at_the_same_moment_is_reposting_once(people: People) -> None:
    ada, bo = people.ada, people.bo
    posts = [ada.posts(f"News {i}") for i in range(5)]

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(bo.reposts, posts * 4))

    assert len({repost.id for repost in made}) == 5
    assert [ada.sees_at(post).reposts for post in posts] == [1] * 5


def test_a_repost_of_a_repost_is_one_of_the_original(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    post = ada.posts("News")

    again = cy.reposts(bo.reposts(post))

    assert again.reposted.id == post.id
    assert ada.sees_at(post).reposts == 2
    assert ada.sees_reposts_of(post) == ["cy", "bo"]


def test_a_repost_can_be_taken_back_and_nothing_happens_the_second_time(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    cy.follows(bo)
    post = ada.posts("News")
    bo.reposts(post)

    bo.takes_back_the_repost_of(post)
    left = bo.takes_back_the_repost_of(post)

    assert left.reposts == 0 and not left.shared
    assert cy.home() == []


def test_a_repost_is_taken_back_by_its_own_id_too(people: People) -> None:
    post = people.ada.posts("News")
    repost = people.bo.reposts(post)

    left = people.bo.takes_back_the_repost_of(repost)

    assert (left.id, left.reposts) == (post.id, 0)


def test_reposts_go_when_the_original_is_deleted(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    cy.follows(bo)
    post = ada.posts("Rash words")
    repost = bo.reposts(post)

    ada.deletes(post)

    assert cy.home() == [] and cy.profile_of(bo) == []
    assert not bo.sees(repost) and not cy.sees(repost)


def test_a_repost_is_nothing_to_whom_the_author_blocked(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    cy.follows(bo)
    repost = bo.reposts(ada.posts("News"))
    assert cy.home() == ["repost: News"]

    ada.blocks(cy)

    assert cy.home() == [] and cy.profile_of(bo) == []
    assert not cy.sees(repost)


def test_a_repost_by_a_muted_colleague_and_one_of_a_muted_colleague_stay_out(people: People) -> None:
    ada, bo, cy, dee = people.ada, people.bo, people.cy, people.dee
    cy.follows(bo, dee)
    bo.reposts(ada.posts("From ada"))
    dee.reposts(people.eve.posts("From eve"))

    cy.mutes(bo)
    cy.mutes(people.eve)

    assert cy.home() == []


def test_only_what_the_company_reads_can_be_passed_on(people: People) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)
    inner, letter = ada.posts("Among us", "followers"), ada.posts("For you, @bo", "direct")

    for post in (inner, letter):
        with pytest.raises(Forbidden):
            bo.reposts(post)
    with pytest.raises(Forbidden):
        ada.reposts(letter)


def test_ones_own_post_to_followers_is_passed_on_to_them_alone(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    bo.follows(ada)
    post = ada.posts("Among us", "followers")

    repost = ada.reposts(post)

    assert bo.sees(repost) and not cy.sees(repost)
    assert repost.content.audience == "followers"


def test_a_comment_in_somebody_elses_followers_thread_is_not_passed_on(people: People) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)
    comment = bo.comments(ada.posts("Among us", "followers"), "Yes")

    with pytest.raises(Forbidden):
        bo.reposts(comment)


def test_a_repost_to_followers_is_known_to_them_only(people: People) -> None:
    ada, bo, cy, dee = people.ada, people.bo, people.cy, people.dee
    cy.follows(bo)
    post = ada.posts("News")

    bo.reposts_to("followers", post)

    assert cy.home() == ["repost: News"] and cy.sees_reposts_of(post) == ["bo"]
    assert dee.profile_of(bo) == [] and dee.sees_reposts_of(post) == []
    assert dee.sees_at(post).reposts == 0
    bo.takes_back_the_repost_of(post)
    assert dee.sees_at(post).reposts == 0


def test_a_repost_is_never_direct(people: People) -> None:
    with pytest.raises(Invalid) as refused:
        people.bo.reposts_to("direct", people.ada.posts("News"))

    assert refused.value.field == "visibility"


def test_who_is_blocked_either_way_cannot_repost(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    post = ada.posts("News")
    ada.blocks(bo)
    cy.blocks(ada)

    for reader in (bo, cy):
        with pytest.raises(NotFound):
            reader.reposts(post)


def test_a_repost_counts_as_no_post(people: People) -> None:
    people.bo.reposts(people.ada.posts("News"))

    assert people.bo.counts.posts == 0

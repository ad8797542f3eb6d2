"""Saying it better."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from officetalk.core.errors import Invalid, NotFound
from tests.conftest import Clock
from tests.people import People


def test_an_edit_keeps_what_was_said_before(people: People, clock: Clock) -> None:
    ada = people.ada
    post = ada.posts("Frist")
    clock.forward(seconds=60)

    edited = ada.edits(post, "First")
    ada.edits(post, "First!")

    assert edited.content.text == "First"
    assert edited.content.edited_at > edited.content.created_at
    assert people.bo.history_of(post) == ["Frist", "First", "First!"]
    assert people.bo.sees_at(post).content.text == "First!"


def test_an_edit_that_changes_nothing_leaves_no_version(people: People) -> None:
    post = people.ada.posts("Same")

    same = people.ada.edits(post, " Same ")

    assert same.content.edited_at is None
    assert people.ada.history_of(post) == ["Same"]


def test_whoever_is_mentioned_by_an_edit_may_read_and_who_no_longer_is_may_not(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    post = ada.posts("Only for @bo", "direct")
    assert bo.sees(post) and not cy.sees(post)

    ada.edits(post, "Only for @cy")

    assert cy.sees(post) and not bo.sees(post)
    with pytest.raises(NotFound):
        bo.history_of(post)


def test_mentions_are_counted_as_they_stand_after_an_edit(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    post = ada.posts("Thanks @bo")
    letter = ada.posts("Psst @bo", "direct")

    ada.edits(post, "Thanks @cy, @CY and @nobody")
    ada.edits(letter, "Psst @cy")

    assert bo.counts.mentions == 0
    assert cy.counts.mentions == 1


def test_an_edit_moves_a_post_between_hashtags(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("#old news")
    bo.follows_hashtag("new")

    ada.edits(post, "#new news")

    assert bo.hashtag("old") == []
    assert bo.hashtag("new") == ["#new news"]
    assert bo.home() == ["#new news"]


def test_an_edit_leaves_a_post_where_it_stands(people: People) -> None:
    ada = people.ada
    post = ada.posts("One")
    ada.posts("Two")

    ada.edits(post, "One, corrected")

    assert people.bo.company() == ["Two", "One, corrected"]
    assert ada.home() == ["Two", "One, corrected"]


def test_a_comment_can_be_edited_after_its_parent_is_gone(people: People) -> None:
    post = people.ada.posts("Hello")
    comment = people.bo.comments(post, "Hi")
    people.ada.deletes(post)

    assert people.bo.edits(comment, "Hi there").content.text == "Hi there"


def test_nobody_edits_another_ones_post_nor_a_repost(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Mine")
    repost = bo.reposts(post)

    for target in (post, repost):
        with pytest.raises(NotFound):
            bo.edits(target, "Mine too")
    assert bo.sees_at(post).content.text == "Mine"


@pytest.mark.parametrize(("text", "code"), [("x" * 141, "ERR_TOO_LONG"), ("  ", "ERR_BLANK")])
def test_an_edit_keeps_the_rules_of_posting(people: People, text: str, code: str) -> None:
    post = people.ada.posts("Fine")

    with pytest.raises(Invalid) as refused:
        people.ada.edits(post, text)

    assert (refused.value.field, refused.value.code) == ("status", code)
    assert people.ada.history_of(post) == ["Fine"]


def test_edits_at_the_same_moment_follow_each_other(people: People) -> None:
    ada = people.ada
    post = ada.posts("0")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda i: ada.edits(post, str(i)), range(1, 9)))

    history = ada.history_of(post)
    assert history[0] == "0" and sorted(history) == [str(i) for i in range(9)]
    assert ada.sees_at(post).content.text == history[-1]

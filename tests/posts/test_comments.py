"""Comments never reach further than what they answer, and stand in reading order below it."""

from __future__ import annotations

import pytest

from officetalk.core.errors import Forbidden, NotFound
from officetalk.posts.entities import Post
from tests.people import People

WIDTH = {"direct": 0, "followers": 1, "quiet": 2, "company": 3}


@pytest.mark.parametrize("wanted", WIDTH)
@pytest.mark.parametrize("above", WIDTH)
def test_a_comment_is_narrowed_to_what_it_answers(people: People, above: str, wanted: str) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)
    post = ada.posts("Hello @bo", above)

    comment = bo.comments(post, "Hi @ada", wanted)

    assert comment.content.audience == min(above, wanted, key=WIDTH.__getitem__)


def test_a_comment_in_a_followers_thread_is_for_the_followers_of_the_thread(people: People) -> None:
    ada, bo, cy, dee = people.ada, people.bo, people.cy, people.dee
    bo.follows(ada)
    cy.follows(ada)
    dee.follows(bo)  # but not ada
    post = ada.posts("Among us", "followers")

    comment = bo.comments(post, "Yes, among us")
    deeper = cy.comments(comment, "Quite", "followers")

    for said in (comment, deeper):
        assert said.content.audience == "followers"
        assert ada.sees(said) and bo.sees(said) and cy.sees(said)
        assert not dee.sees(said)
    assert dee.profile_of(bo) == []
    assert dee.home() == []


def test_a_followers_comment_to_a_post_for_everybody_is_for_the_commenters_followers(people: People) -> None:
    ada, bo, cy, dee = people.ada, people.bo, people.cy, people.dee
    cy.follows(ada)
    dee.follows(bo)
    post = ada.posts("For all")

    comment = bo.comments(post, "For mine", "followers")

    assert dee.sees(comment)
    assert not cy.sees(comment) and not ada.sees(comment)
    assert ada.thread(post) == ([], "For all", [])
    assert ada.sees_at(post).comments == 0


def test_who_only_was_mentioned_answers_within_the_thread(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    cy.follows(bo)
    post = ada.posts("Among us, @bo", "followers")

    comment = bo.comments(post, "Thanks")

    assert comment.content.audience_of == ada.id
    assert ada.sees(comment) and bo.sees(comment)
    assert not cy.sees(comment)


def test_nobody_answers_what_is_not_for_them(people: People) -> None:
    secret = people.ada.posts("Among us", "followers")

    with pytest.raises(NotFound) as refused:
        people.bo.comments(secret, "What?")

    assert refused.value.field == "in_reply_to_id"
    assert people.ada.thread(secret) == ([], "Among us", [])


def test_a_comment_to_a_repost_answers_the_original(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    post = ada.posts("Original")
    repost = bo.reposts(post)

    comment = cy.comments(repost, "Well said")

    assert comment.content.parent_id == post.id
    assert comment.content.parent_author_id == ada.id


def test_who_is_blocked_cannot_comment_and_who_blocked_cannot_either(people: People) -> None:
    ada, bo = people.ada, people.bo
    post, other = ada.posts("Hello"), bo.posts("Hi")
    ada.blocks(bo)

    with pytest.raises(NotFound):
        bo.comments(post, "May I?")
    with pytest.raises(Forbidden):
        ada.comments(other, "So there")


def test_a_thread_reads_depth_first_with_the_path_above(people: People) -> None:
    ada, bo = people.ada, people.bo
    root = ada.posts("1")
    first = bo.comments(root, "1.1")
    second = ada.comments(root, "1.2")
    under_first = ada.comments(first, "1.1.1")
    bo.comments(second, "1.2.1")
    deepest = bo.comments(under_first, "1.1.1.1")

    assert ada.thread(root) == ([], "1", ["1.1", "1.1.1", "1.1.1.1", "1.2", "1.2.1"])
    assert ada.thread(first) == (["1"], "1.1", ["1.1.1", "1.1.1.1"])
    assert ada.thread(deepest) == (["1", "1.1", "1.1.1"], "1.1.1.1", [])


def test_a_deleted_comment_keeps_the_place_of_those_below_it(people: People) -> None:
    ada, bo = people.ada, people.bo
    root = ada.posts("1")
    middle = bo.comments(root, "1.1")
    below = ada.comments(middle, "1.1.1")

    bo.deletes(middle)

    assert ada.thread(root) == ([], "1", ["1.1.1"])
    assert ada.thread(below) == (["1"], "1.1.1", [])


def test_a_muted_commenter_stays_out_of_a_thread_but_not_when_asked_for(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    root = ada.posts("1")
    middle = bo.comments(root, "1.1")
    cy.comments(middle, "1.1.1")
    ada.mutes(bo)

    assert ada.thread(root) == ([], "1", ["1.1.1"])
    assert ada.thread(middle) == (["1"], "1.1", ["1.1.1"])


def test_a_thread_shows_each_reader_another_part(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    root = ada.posts("Open")
    bo.comments(root, "For ada only @ada", "direct")
    ada.comments(root, "Also open", "quiet")

    assert ada.thread(root)[2] == ["For ada only @ada", "Also open"]
    assert cy.thread(root)[2] == ["Also open"]


def test_comments_are_counted_where_the_company_sees_them_and_uncounted_when_deleted(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Hello")
    counted: list[Post] = [bo.comments(post, a, a) for a in ("company", "quiet")]
    hidden = [bo.comments(post, a, a) for a in ("followers", "direct")]
    assert ada.sees_at(post).comments == 2

    for comment in hidden:
        bo.deletes(comment)
    assert ada.sees_at(post).comments == 2

    for comment in counted:
        bo.deletes(comment)
    assert ada.sees_at(post).comments == 0

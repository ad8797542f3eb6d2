"""Likes, bookmarks, pins, and conversations that one has heard enough of."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from officetalk.core.errors import Invalid, NotFound
from tests.people import People


def test_a_like_counts_once_and_can_be_taken_back(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Hello")

    bo.likes(post)
    liked = bo.likes(post)
    assert (liked.likes, liked.liked) == (1, True)
    assert not ada.sees_at(post).liked

    bo.no_longer_likes(post)
    left = bo.no_longer_likes(post)
    assert (left.likes, left.liked) == (0, False)


def test_a_like_at_the_same_moment_counts_once(people: People) -> None:
    post = people.ada.posts("Hello")
    readers = [people.bo, people.cy]

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda i: readers[i % 2].likes(post), range(16)))

    assert people.ada.sees_at(post).likes == 2


def test_liking_a_repost_likes_the_original(people: People) -> None:
    post = people.ada.posts("Hello")
    repost = people.bo.reposts(post)

    people.cy.likes(repost)
    people.cy.bookmarks(repost)

    assert people.ada.sees_at(post).likes == 1
    assert people.cy.liked() == people.cy.bookmarked() == ["Hello"]


def test_who_likes_it_is_listed_without_those_who_are_blocked(people: People) -> None:
    ada, bo, cy, dee = people.ada, people.bo, people.cy, people.dee
    post = ada.posts("Hello")
    for reader in (bo, cy, dee):
        reader.likes(post)

    cy.blocks(ada)  # may still like, but is not shown to whom she blocked
    dee.mutes(bo)

    assert ada.sees_likes_of(post) == ["dee", "bo"]
    assert dee.sees_likes_of(post) == ["dee", "cy"]


def test_nobody_marks_what_is_not_for_them(people: People) -> None:
    secret = people.ada.posts("Among us", "followers")
    bo = people.bo

    for mark in (bo.likes, bo.bookmarks, bo.pins, bo.reposts, bo.mutes_the_conversation_of):
        with pytest.raises(NotFound):
            mark(secret)
    assert people.ada.sees_at(secret).likes == 0


def test_five_pins_and_no_more(people: People) -> None:
    ada = people.ada
    posts = [ada.posts(f"Post {i}") for i in range(6)]
    for post in posts[:5]:
        ada.pins(post)
    ada.pins(posts[0])  # again: nothing happens

    with pytest.raises(Invalid, match="maximum number of 5"):
        ada.pins(posts[5])
    ada.unpins(posts[0])
    ada.pins(posts[5])

    assert ada.pinned_of(ada) == ["Post 5", "Post 4", "Post 3", "Post 2", "Post 1"]


def test_only_ones_own_posts_are_pinned_and_no_letters_or_reposts(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Hello")

    with pytest.raises(NotFound):
        bo.pins(post)
    with pytest.raises(Invalid):
        bo.pins(bo.reposts(post))
    with pytest.raises(Invalid):
        ada.pins(ada.posts("For @bo", "direct"))


def test_a_bookmark_is_its_owners_secret(people: People) -> None:
    post = people.ada.posts("Hello")
    people.bo.bookmarks(post)

    assert people.bo.sees_at(post).bookmarked and not people.ada.sees_at(post).bookmarked
    people.bo.no_longer_bookmarks(post)
    assert people.bo.bookmarked() == []


def test_a_muted_conversation_is_marked_in_all_its_posts(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Hello")
    comment = bo.comments(post, "Hi")

    ada.mutes_the_conversation_of(comment)
    assert ada.sees_at(post).muted and ada.sees_at(comment).muted and not bo.sees_at(post).muted

    ada.unmutes_the_conversation_of(post)
    assert not ada.sees_at(comment).muted

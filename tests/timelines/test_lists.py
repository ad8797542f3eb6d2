"""Company feed, profile, hashtag, likes and bookmarks: what stands in them, paged by key both ways."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from officetalk.core.database import Connection
from officetalk.core.paging import Page
from officetalk.posts import hashtags
from officetalk.posts.entities import Post
from officetalk.search import posts as search
from officetalk.timelines import lists
from tests.people import Human, People

List = Callable[[Connection, int, Page], list[Post]]


def _profile(conn: Connection, viewer: int, page: Page) -> list[Post]:
    return lists.of_account(conn, viewer, viewer, page)


def _hashtag(conn: Connection, viewer: int, page: Page) -> list[Post]:
    return lists.by_hashtag(conn, viewer, hashtags.find(conn, viewer, "number").id, page)


def _tagged(conn: Connection, viewer: int, page: Page) -> list[Post]:
    return lists.of_account(conn, viewer, viewer, page, hashtag_id=hashtags.find(conn, viewer, "number").id)


LISTS: dict[str, List] = {
    "company": lists.company,
    "profile": _profile,
    "hashtag": _hashtag,
    "profile by hashtag": _tagged,
    "likes": lists.likes,
    "bookmarks": lists.bookmarks,
}


def _fill(ada: Human, first: int, last: int) -> None:
    """Numbered posts that stand in every list."""
    for i in range(first, last):
        post = ada.posts(f"#number {i}")
        ada.likes(post)
        ada.bookmarks(post)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_paged_both_ways_without_gaps_and_repeats(people: People, name: str) -> None:
    ada, question = people.ada, LISTS[name]
    _fill(ada, 0, 7)

    def read(**page: int) -> list[Post]:
        return ada.db.read_now(question, ada.id, Page(limit=3, **page))

    def texts(posts: list[Post]) -> list[str]:
        return [post.content.text.removeprefix("#number ") for post in posts]

    first = read()
    _fill(ada, 7, 9)  # others post in between
    second = read(max_id=first[-1].cursor)
    third = read(max_id=second[-1].cursor)
    assert [texts(page) for page in (first, second, third)] == [
        ["6", "5", "4"],
        ["3", "2", "1"],
        ["0"],
    ]
    assert read(max_id=third[-1].cursor) == []

    assert texts(read(min_id=third[-1].cursor)) == ["3", "2", "1"]
    assert texts(read(min_id=first[0].cursor)) == ["8", "7"]
    assert texts(read(since_id=second[0].cursor)) == ["8", "7", "6"]
    assert texts(read(min_id=third[-1].cursor, max_id=second[0].cursor)) == ["2", "1"]


@pytest.mark.parametrize("name", LISTS)
def test_a_page_is_full_though_most_posts_are_not_for_the_reader(people: People, name: str) -> None:
    ada, bo, question = people.ada, people.bo, LISTS[name]
    _fill(ada, 0, 2)
    for i in range(30):
        post = bo.posts(f"#number noise {i}")
        ada.likes(post)
        ada.bookmarks(post)
    _fill(ada, 2, 3)
    ada.mutes(bo)

    found = ada.db.read_now(question, ada.id, Page(limit=3))

    assert [post.content.text for post in found] == ["#number 2", "#number 1", "#number 0"]


def test_the_company_feed_is_posts_to_the_company_and_threads_of_ones_own(people: People) -> None:
    ada, bo = people.ada, people.bo
    first = ada.posts("First")
    ada.posts("Quiet", "quiet")
    ada.posts("Inner", "followers")
    ada.posts("Letter @bo", "direct")
    ada.comments(first, "And another thing")
    bo.comments(first, "Comment")
    bo.reposts(first)

    assert bo.company() == ["And another thing", "First"]


def test_a_profile_shows_posts_or_posts_and_comments(people: People) -> None:
    ada, bo = people.ada, people.bo
    first = ada.posts("First")
    ada.comments(first, "Second thought")
    ada.comments(bo.posts("Question"), "Answer")
    ada.reposts(bo.posts("News"))

    assert bo.profile_of(ada) == ["repost: News", "Answer", "Second thought", "First"]
    assert bo.profile_of(ada, comments=False) == ["repost: News", "Second thought", "First"]
    assert bo.profile_of(ada, comments=False, reposts=False) == ["Second thought", "First"]
    assert bo.profile_of(ada, only_media=True) == []


def test_likes_and_bookmarks_are_in_the_order_of_marking(people: People) -> None:
    ada, bo = people.ada, people.bo
    older, newer = bo.posts("Older"), bo.posts("Newer")
    for post in (newer, older):
        ada.likes(post)
        ada.bookmarks(post)

    assert ada.liked() == ada.bookmarked() == ["Older", "Newer"]
    assert bo.liked() == bo.bookmarked() == []


def test_pinned_posts_show_the_newest_pin_first_also_to_who_muted(people: People) -> None:
    ada, bo = people.ada, people.bo
    older, newer = ada.posts("Older"), ada.posts("Newer")
    ada.pins(newer)
    ada.pins(older)
    bo.mutes(ada)

    assert people.cy.pinned_of(ada) == ["Older", "Newer"]
    assert bo.pinned_of(ada) == ["Older", "Newer"]


def test_what_is_read_is_not_lost_when_the_cache_is_smaller_than_the_company(people: People) -> None:
    """The cache drops its oldest entries while a page is put together."""
    from officetalk.core.cache import Cache

    ada, bo = people.ada, people.bo
    for i in range(30):
        ada.posts(f"Post {i}")
        getattr(people, f"other{i}").posts(f"Other {i}")
    for name in ("content", "account"):
        bo.db.cache[name] = Cache(12)

    for before in (None, None, 10, None):
        found = bo.db.read_now(lists.company, bo.id, Page(limit=40 if before is None else before))
        assert len(found) == (before or 40)
        assert all(post.author.id == post.content.author_id for post in found)


def test_search_pages_by_key(people: People) -> None:
    ada = people.ada
    _fill(ada, 0, 5)
    found = ada.db.read_now(search.search, ada.id, "number", 2)
    assert [post.content.text for post in found] == ["#number 4", "#number 3"]

    older = ada.db.read_now(search.search, ada.id, "number", 2, max_id=found[-1].cursor)
    assert [post.content.text for post in older] == ["#number 2", "#number 1"]

"""What reading costs: a fixed number of SQL statements, whatever there is to read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from officetalk.accounts import queries as accounts
from officetalk.accounts import relations
from officetalk.core.database import Connection, Database
from officetalk.core.paging import Page
from officetalk.filters import rules as filters
from officetalk.posts import hashtags, marks, publish, queries, thread
from officetalk.posts.entities import Draft
from officetalk.search import posts as search
from officetalk.timelines import home, lists
from tests.people import People

PAGE = Page(limit=40)
# Name to (statements when the caches are empty, when they hold everything).
MOST = {
    "home": (3, 2),
    "home, older": (3, 2),
    "home, newer": (3, 2),
    "company feed": (2, 1),
    "profile": (2, 1),
    "hashtag": (2, 1),
    "pinned": (2, 1),
    "likes": (2, 1),
    "bookmarks": (2, 1),
    "one post": (2, 1),
    "thread": (5, 3),
    "history": (3, 2),
    "who likes it": (3, 2),
    "who reposted it": (3, 2),
    "search": (3, 2),
    "followers": (1, 1),
    "following": (1, 1),
    "relationships": (1, 1),
}


def _fill(conn: Connection, ada: int, crowd: list[int], posts: int) -> tuple[int, int]:
    """Posts, comments, reposts and likes by different people, in one transaction; the first and the last."""
    root = publish.publish(conn, ada, Draft("Root #tag"), 140).id
    for person in crowd:
        relations.follow(conn, ada, person)
        relations.follow(conn, person, ada)
        marks.like_post(conn, person, root)
        publish.repost(conn, person, root)
    last = root
    for i in range(posts):
        author = crowd[i % len(crowd)]
        publish.publish(conn, author, Draft(f"Comment {i} #tag", parent_id=root), 140)
        text = f"Post {i} #tag @ada https://example.com/{i}"
        last = publish.publish(conn, author, Draft(text), 140).id
        if i < 60:  # more than a page
            marks.like_post(conn, ada, last)
            marks.bookmark_post(conn, ada, last)
            publish.repost(conn, ada, last)
    marks.pin_post(conn, ada, root)
    return root, last


def _build(people: People, posts: int) -> dict[str, Callable[[Connection], Any]]:
    """The questions, to a company with this many posts."""
    ada = people.ada
    everybody = [getattr(people, f"c{i}").id for i in range(min(posts, 20))]
    root, last = ada.db.write_now(_fill, ada.id, everybody, posts)
    tag = ada.db.read_now(hashtags.find, ada.id, "tag").id
    return {
        "home": lambda c: home.home(c, ada.id, PAGE),
        "home, older": lambda c: home.home(c, ada.id, Page(limit=40, max_id=last + 1)),
        "home, newer": lambda c: home.home(c, ada.id, Page(limit=40, min_id=root - 1)),
        "company feed": lambda c: lists.company(c, ada.id, PAGE),
        "profile": lambda c: lists.of_account(c, ada.id, ada.id, PAGE),
        "hashtag": lambda c: lists.by_hashtag(c, ada.id, tag, PAGE),
        "pinned": lambda c: lists.pinned(c, ada.id, ada.id, PAGE),
        "likes": lambda c: lists.likes(c, ada.id, PAGE),
        "bookmarks": lambda c: lists.bookmarks(c, ada.id, PAGE),
        "one post": lambda c: queries.get(c, ada.id, root),
        "thread": lambda c: thread.thread(c, ada.id, root).descendants,
        "history": lambda c: queries.history(c, ada.id, root),
        "who likes it": lambda c: thread.liked_by(c, ada.id, root, PAGE),
        "who reposted it": lambda c: thread.reposted_by(c, ada.id, root, PAGE),
        "search": lambda c: search.search(c, ada.id, "tag"),
        "followers": lambda c: accounts.followers(c, ada.id, PAGE),
        "following": lambda c: accounts.following(c, ada.id, PAGE),
        "relationships": lambda c: accounts.relationships(c, ada.id, everybody),
    }


def _statements(db: Database, question: Callable[[Connection], Any]) -> int:
    def ask(conn: Connection) -> int:
        assert question(conn), "there must be something to read"
        return conn.statements

    return db.read_now(ask)


@pytest.mark.parametrize("posts", [1, 200])
def test_reading_takes_a_fixed_number_of_statements(people: People, db: Database, posts: int) -> None:
    questions = _build(people, posts)
    assert questions.keys() == MOST.keys()

    cold, warm = {}, {}
    for name, question in questions.items():
        db.cache.clear()
        db.read_now(filters.of, people.ada.id)  # read with who is signed in
        cold[name] = _statements(db, question)
        warm[name] = _statements(db, question)

    assert {name: n for name, n in cold.items() if n > MOST[name][0]} == {}
    assert {name: n for name, n in warm.items() if n > MOST[name][1]} == {}


def test_an_ordinary_page_of_home_needs_the_merge_alone(people: People, db: Database) -> None:
    """The merge of every feed is for readers whose rules drop nearly everything."""
    home_page = _build(people, 60)["home"]
    _statements(db, home_page)

    assert _statements(db, home_page) == 1

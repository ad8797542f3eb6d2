"""Taking a post back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from officetalk.core.database import Connection, Database
from officetalk.core.errors import NotFound
from officetalk.core.sql import Statement, p
from officetalk.feeds.tables import COMPANY_FEED, feed
from officetalk.posts.tables import post as post_table
from tests.people import People


def test_a_deleted_post_is_nowhere(people: People) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)
    post = ada.posts("Rash #words @bo")
    ada.pins(post)
    bo.likes(post)
    bo.bookmarks(post)

    ada.deletes(post)

    for reader in (ada, bo):
        assert not reader.sees(post)
        assert reader.home() == reader.company() == reader.profile_of(ada) == reader.pinned_of(ada) == []
        assert reader.hashtag("words") == reader.finds("rash") == []
    assert bo.liked() == bo.bookmarked() == []
    with pytest.raises(NotFound):
        ada.history_of(post)


def test_counts_go_back_on_delete(people: People) -> None:
    ada, bo = people.ada, people.bo
    posts = [ada.posts(f"{a} @bo", a) for a in ("company", "quiet", "followers", "direct")]
    assert (ada.counts.posts, bo.counts.mentions) == (2, 2)

    for post in posts:
        ada.deletes(post)

    assert (ada.counts.posts, bo.counts.mentions) == (0, 0)


def test_nothing_of_the_text_stays_in_the_database(people: People, db: Database) -> None:
    post = people.ada.posts("A secret that slipped out")
    people.ada.edits(post, "Never mind")

    people.ada.deletes(post)

    def rest(conn: Connection) -> tuple | None:
        columns = (post_table.c.text, post_table.c.spoiler, post_table.c.recognised)
        return conn.first(Statement(select(*columns).where(post_table.c.id == p("id"))), id=post.id)

    assert db.read_now(rest) == ("", "", "{}")


def test_the_newest_entry_of_a_feed_goes_back(people: People, db: Database) -> None:
    ada = people.ada
    older, newer = ada.posts("One"), ada.posts("Two")

    def newest(conn: Connection) -> list[int]:
        statement = Statement(select(feed.c.last_post_id).where(feed.c.id == p("id")))
        return [conn.value(statement, id=id) for id in (ada.id, COMPANY_FEED)]

    assert db.read_now(newest) == [newer.id] * 2
    ada.deletes(newer)
    assert db.read_now(newest) == [older.id] * 2
    ada.deletes(older)
    assert db.read_now(newest) == [0, 0]


def test_deleting_hands_back_what_it_was(people: People) -> None:
    post = people.ada.posts("To be written anew")

    assert people.ada.deletes(post).content.text == "To be written anew"


def test_nobody_deletes_another_ones_post_nor_twice(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Mine")

    with pytest.raises(NotFound):
        bo.deletes(post)
    ada.deletes(post)
    with pytest.raises(NotFound):
        ada.deletes(post)


def test_a_post_deleted_twice_at_once_is_uncounted_once(people: People) -> None:
    ada = people.ada
    ada.posts("Stays")
    post = ada.posts("Goes")

    def delete(_: int) -> bool:
        try:
            ada.deletes(post)
        except NotFound:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        done = list(threads.map(delete, range(6)))

    assert done.count(True) == 1
    assert ada.counts.posts == 1


def test_a_post_with_many_reposts_is_deleted_like_any_other(people: People) -> None:
    """On PostgreSQL a NOTIFY holds 8,000 bytes; each of these tells of its own."""
    post = people.ada.posts("Widely read")
    for i in range(200):
        getattr(people, f"reader{i}").reposts(post)

    people.ada.deletes(post)

    assert people.reader7.profile_of(people.reader7) == []


def test_an_idempotency_key_does_not_bring_a_deleted_post_back(people: People) -> None:
    first = people.ada.posts("Hello", idempotency_key="k")
    people.ada.deletes(first)

    second = people.ada.posts("Hello", idempotency_key="k")

    assert second.id != first.id and people.bo.sees(second)

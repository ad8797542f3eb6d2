"""Feeds: a post stands in each once, and each knows its newest."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from officetalk.core.database import Connection, Database
from officetalk.core.sql import Statement, p
from officetalk.feeds import entries
from officetalk.feeds.tables import COMPANY_FEED, feed, feed_entry, subscription

_NEWEST = Statement(select(feed.c.last_post_id).where(feed.c.id == p("id")))
_ENTRIES = Statement(
    select(feed_entry.c.post_id).where(feed_entry.c.feed_id == p("id")).order_by(feed_entry.c.post_id)
)
_OPTIONS = Statement(select(subscription.c.reposts, subscription.c.notify))


def enter(conn: Connection, post: int, feeds: list[int]) -> None:
    entries.enter(
        conn, post, feeds, author_id=7, reply_to_account_id=None, original_author_id=None, has_media=False
    )


def newest(db: Database, *feeds: int) -> list[int]:
    return [db.read_now(lambda conn, id=id: conn.value(_NEWEST, id=id)) for id in feeds]


@pytest.fixture
def feeds(db: Database) -> list[int]:
    for id in (100, 200):
        db.write_now(entries.create, id, "account")
        db.write_now(entries.create, id, "account")  # again: nothing happens
    return [100, 200]


def test_the_company_has_a_feed_from_the_start(db: Database) -> None:
    assert newest(db, COMPANY_FEED) == [0]


def test_a_post_is_the_newest_of_the_feeds_it_enters(db: Database, feeds: list[int]) -> None:
    db.write_now(enter, 10, [100, 200])
    db.write_now(enter, 20, [100])
    db.write_now(enter, 15, [100, 200])  # an older id that comes late raises nothing

    assert newest(db, 100, 200, COMPANY_FEED) == [20, 15, 0]
    assert db.read_now(entries.feeds_of, 15) == [100, 200]


def test_entering_twice_is_entering_once(db: Database, feeds: list[int]) -> None:
    db.write_now(enter, 10, [100])
    db.write_now(enter, 10, [100])

    assert db.read_now(lambda conn: conn.all(_ENTRIES, id=100)) == [(10,)]


def test_a_feed_goes_back_to_what_is_left(db: Database, feeds: list[int]) -> None:
    for post in (10, 20, 30):
        db.write_now(enter, post, [100, 200])

    db.write_now(entries.remove, 20)
    assert newest(db, 100, 200) == [30, 30]
    db.write_now(entries.remove, 30, [100])
    assert newest(db, 100, 200) == [10, 30]
    assert db.read_now(entries.feeds_of, 30) == [200]
    db.write_now(entries.remove, 10)
    db.write_now(entries.remove, 30)
    assert newest(db, 100, 200) == [0, 0]
    db.write_now(entries.remove, 30)  # again: nothing happens


def test_a_subscription_is_new_once_and_then_changes_its_options(db: Database, feeds: list[int]) -> None:
    assert db.write_now(entries.subscribe, 7, 100, "account")
    assert not db.write_now(entries.subscribe, 7, 100, "account", reposts=False, notify=True)

    assert db.read_now(lambda conn: conn.all(_OPTIONS)) == [(False, True)]
    assert db.read_now(entries.is_subscribed, 7, 100)
    assert db.write_now(entries.unsubscribe, 7, 100)
    assert not db.write_now(entries.unsubscribe, 7, 100)


def test_the_subscription_to_oneself_is_no_following_and_never_ends(db: Database) -> None:
    db.write_now(entries.subscribe, 7, 7, "self")

    assert not db.write_now(entries.unsubscribe, 7, 7)
    assert not db.read_now(entries.is_subscribed, 7, 7)
    assert db.read_now(lambda conn: len(conn.all(_OPTIONS))) == 1

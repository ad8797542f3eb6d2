"""Transactions: what is acknowledged stays, what fails leaves nothing, events come after the commit."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from officetalk.accounts import profile, queries
from officetalk.accounts.tables import account
from officetalk.core.database import Connection, Database, connect
from officetalk.core.errors import Invalid, NotFound, Unavailable
from officetalk.core.events import Event
from officetalk.core.sql import Packed, Statement
from officetalk.posts import change, publish
from officetalk.posts.entities import Draft
from officetalk.posts.queries import content_cache
from tests.people import People


class Slip(Exception):
    """Something that goes wrong in the middle."""


def create_then_slip(conn: Connection, name: str) -> None:
    profile.create(conn, name)
    raise Slip


def hold(conn: Connection, entered: threading.Event, free: threading.Event) -> None:
    """Keeps the writer busy, so that the writes behind it are committed together."""
    entered.set()
    free.wait(5)


def test_a_failed_write_leaves_nothing(db: Database) -> None:
    with pytest.raises(Slip):
        db.write_now(create_then_slip, "ada")

    with pytest.raises(NotFound):
        db.read_now(queries.by_username, "ada")
    assert db.write_now(profile.create, "ada").account.username == "ada"


def test_one_failing_write_of_a_group_does_not_touch_the_others(db: Database) -> None:
    entered, free = threading.Event(), threading.Event()
    with ThreadPoolExecutor(12) as threads:
        threads.submit(db.write_now, hold, entered, free)
        entered.wait(5)
        waiting = [
            threads.submit(db.write_now, create_then_slip if i % 2 else profile.create, f"p{i}")
            for i in range(8)
        ]
        time.sleep(0.05)
        free.set()
        outcomes = [future.exception() for future in waiting]

    assert [type(outcome) for outcome in outcomes] == [type(None), Slip] * 4
    for i in range(8):
        if i % 2:
            with pytest.raises(NotFound):
                db.read_now(queries.by_username, f"p{i}")
        else:
            assert db.read_now(queries.by_username, f"p{i}").account.username == f"p{i}"


def test_writes_that_wait_are_committed_together(new_sqlite: Callable[[], str]) -> None:
    db = connect(new_sqlite())
    groups: list[int] = []
    commit = db._commit_group
    db._commit_group = lambda raw, conn, calls: (groups.append(len(calls)), commit(raw, conn, calls))
    entered, free = threading.Event(), threading.Event()
    with ThreadPoolExecutor(12) as threads:
        threads.submit(db.write_now, hold, entered, free)
        entered.wait(5)
        waiting = [threads.submit(db.write_now, profile.create, f"p{i}") for i in range(8)]
        while db._writes.qsize() < 8:
            time.sleep(0.001)
        free.set()
        assert all(future.result() for future in waiting)
    db.close()

    assert groups == [1, 8]


def test_a_write_that_fails_leaves_nothing_in_the_caches(people: People, db: Database) -> None:
    ada = people.ada
    post = ada.posts("As it was")
    assert people.bo.sees_at(post).content.text == "As it was"

    def edit_then_slip(conn: Connection) -> None:
        changed = change.edit(conn, ada.id, post.id, "As it never was", 140)
        assert changed.content.text == content_cache(conn).get(post.id).text == "As it never was"
        profile.update_profile(conn, ada.id, display_name="Never")
        raise Slip

    def publish_then_slip(conn: Connection) -> None:
        made.append(publish.publish(conn, ada.id, Draft("Never said"), 140).id)
        raise Slip

    made: list[int] = []
    for failing in (edit_then_slip, publish_then_slip):
        with pytest.raises(Slip):
            db.write_now(failing)

    seen = people.bo.sees_at(post)
    assert (seen.content.text, seen.author.name) == ("As it was", "Ada")
    assert db.cache["content"].get(made[0]) is None
    # the next edit has the revision that the aborted one had
    ada.edits(post, "As it is")
    assert people.bo.sees_at(post).content.text == "As it is"


def test_a_write_sees_its_own_changes_and_others_see_them_after_the_commit(
    people: People, db: Database
) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Before")
    inside, free = threading.Event(), threading.Event()

    def edit_slowly(conn: Connection) -> None:
        change.edit(conn, ada.id, post.id, "After", 140)
        inside.set()
        free.wait(5)

    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(db.write_now, edit_slowly)
        inside.wait(5)
        during = bo.sees_at(post).content.text
        free.set()
        done.result()

    assert during == "Before"
    assert bo.sees_at(post).content.text == "After"


def heard_within(heard: list[Event], count: int) -> list[Event]:
    """PostgreSQL tells a moment later, from another thread."""
    until = time.monotonic() + 5
    while len(heard) < count and time.monotonic() < until:
        time.sleep(0.005)
    return heard


def test_events_are_published_after_the_commit_only(people: People, db: Database) -> None:
    bo = people.bo
    heard: list[tuple[Event, str]] = []

    def listener(event: Event) -> None:
        heard.append((event, bo.account.display_name))

    def rename(conn: Connection, name: str) -> None:
        profile.update_profile(conn, bo.id, display_name=name)
        conn.announce("renamed", bo.id, 1, [2, 3])
        time.sleep(0.02)
        assert heard == []

    def rename_then_slip(conn: Connection) -> None:
        rename(conn, "Never")
        raise Slip

    db.bus.listen("renamed", listener)
    with pytest.raises(Slip):
        db.write_now(rename_then_slip)
    db.write_now(rename, "Bob")

    heard_within(heard, 1)
    assert heard == [(Event("renamed", bo.id, 1, (2, 3)), "Bob")]


def test_on_postgresql_events_reach_another_node(request: pytest.FixtureRequest) -> None:
    from tests import postgres

    url = postgres.create_database(*request.getfixturevalue("postgres_template"))
    here, there = connect(url, node=1), connect(url, node=2)
    heard_here: list[Event] = []
    heard_there: list[Event] = []
    here.bus.listen("account.created", heard_here.append)
    there.bus.listen("account.created", heard_there.append)
    try:
        made = here.write_now(profile.create, "ada")

        expected = [Event("account.created", made.id, made.id)]
        assert heard_within(heard_there, 1) == expected
        assert heard_within(heard_here, 1) == expected, "told once, not twice"
        assert there.read_now(queries.by_username, "ada").id == made.id
    finally:
        here.close()
        there.close()
        postgres.drop_database(url)


def test_a_database_is_used_from_an_event_loop(db: Database) -> None:
    async def work() -> list[str]:
        await asyncio.gather(*(db.write(profile.create, f"p{i}") for i in range(20)))
        found = await asyncio.gather(*(db.read(queries.by_username, f"p{i}") for i in range(20)))
        with pytest.raises(Invalid):
            await db.write(profile.create, "p3")
        return [person.account.username for person in found]

    assert asyncio.run(work()) == [f"p{i}" for i in range(20)]


def test_a_write_is_done_also_when_nobody_waits_any_more(db: Database) -> None:
    """A client that goes away in the middle must not leave half a post."""

    async def go_away() -> None:
        task = asyncio.ensure_future(db.write(profile.create, "ada"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(go_away())
    db.write_now(lambda conn: None)

    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            assert db.read_now(queries.by_username, "ada")
            return
        except NotFound:
            time.sleep(0.01)
    pytest.fail("the write was lost")


def test_closing_finishes_what_was_accepted_and_takes_nothing_more(new_database: Callable[[], str]) -> None:
    url = new_database()
    db = connect(url)
    with ThreadPoolExecutor(4) as threads:
        accepted = [threads.submit(db.write_now, profile.create, f"p{i}") for i in range(4)]
        assert all(future.result() for future in accepted)
    db.close()
    db.close()

    with pytest.raises(Unavailable):
        db.write_now(profile.create, "late")
    again = connect(url)
    assert again.read_now(queries.by_username, "p3")
    again.close()


@pytest.mark.parametrize("kind", [Statement, Packed])
def test_a_reader_of_sqlite_cannot_write_and_sees_one_moment(
    new_sqlite: Callable[[], str], kind: type[Statement]
) -> None:
    db = connect(new_sqlite())
    count = kind(select(func.count()).select_from(account))

    def read_twice(conn: Connection) -> list[list[tuple]]:
        before = conn.all(count)
        db.write_now(profile.create, "ada")
        return [before, conn.all(count)]

    assert db.read_now(read_twice) == [[(0,)], [(0,)]]
    assert db.read_now(lambda conn: conn.all(count)) == [(1,)]  # and the next call sees what is there now
    with pytest.raises(Exception, match="readonly"):
        db.read_now(lambda conn: conn.raw.execute("DELETE FROM account"))
    db.close()


def test_an_address_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="sqlite:/// or postgresql://"):
        connect("mysql://localhost/x")

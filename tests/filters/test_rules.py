"""Filters: who has which, what may be in them, and that a change is known at once."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from officetalk.core.database import Connection, Database
from officetalk.core.errors import Invalid, NotFound
from officetalk.filters import rules
from officetalk.filters.entities import Filter, KeywordChange
from tests.people import People

ADA, BO = 1, 2


@pytest.fixture(autouse=True)
def _listening(db: Database) -> None:
    rules.listen(db)


def make(db: Database, *words: str, account: int = ADA, **more: Any) -> Filter:
    keywords = [KeywordChange(keyword=word) for word in words]
    return db.write_now(rules.create, account, more.pop("title", "T"), ["home"], keywords=keywords, **more)


def words(filters: tuple[Filter, ...]) -> list[list[str]]:
    return [[k.keyword for k in one.keywords] for one in filters]


def test_filters_are_their_owners_alone(db: Database) -> None:
    mine = make(db, "a", "b")
    make(db, "c", account=BO)

    assert words(db.read_now(rules.of, ADA)) == [["a", "b"]]
    assert words(db.read_now(rules.of, BO)) == [["c"]]
    assert db.read_now(rules.of, 3) == ()
    for verb in (rules.get, rules.remove):
        with pytest.raises(NotFound):
            db.write_now(verb, BO, mine.id)
    with pytest.raises(NotFound):
        db.write_now(rules.change, BO, mine.id, title="Mine now")
    with pytest.raises(NotFound):
        db.write_now(rules.add_keyword, BO, mine.id, "x")
    with pytest.raises(NotFound):
        db.write_now(rules.add_status, BO, mine.id, 7)
    for verb in (rules.keyword, rules.remove_keyword):
        with pytest.raises(NotFound):
            db.write_now(verb, BO, mine.keywords[0].id)
    with pytest.raises(NotFound):
        db.write_now(rules.change_keyword, BO, mine.keywords[0].id, "x", None)
    assert words(db.read_now(rules.of, ADA)) == [["a", "b"]]


def test_a_change_is_known_on_the_next_page(db: Database) -> None:
    made = make(db, "a")
    assert words(db.read_now(rules.of, ADA)) == [["a"]]

    second = db.write_now(rules.add_keyword, ADA, made.id, "b")
    assert words(db.read_now(rules.of, ADA)) == [["a", "b"]]
    db.write_now(rules.change_keyword, ADA, second.id, "c", None)
    assert words(db.read_now(rules.of, ADA)) == [["a", "c"]]
    db.write_now(rules.remove_keyword, ADA, made.keywords[0].id)
    assert words(db.read_now(rules.of, ADA)) == [["c"]]
    db.write_now(
        rules.change, ADA, made.id, keywords=[KeywordChange(second.id, "d"), KeywordChange(keyword="e")]
    )
    assert words(db.read_now(rules.of, ADA)) == [["d", "e"]]
    named = db.write_now(rules.add_status, ADA, made.id, 7)
    assert [s.post_id for one in db.read_now(rules.of, ADA) for s in one.statuses] == [7]
    db.write_now(rules.remove_status, ADA, named.id)
    assert [s for one in db.read_now(rules.of, ADA) for s in one.statuses] == []
    db.write_now(rules.remove, ADA, made.id)
    assert db.read_now(rules.of, ADA) == ()


def test_reading_ones_filters_again_asks_the_database_nothing(db: Database, clock: Any) -> None:
    make(db, "a")

    def statements(conn: Connection) -> int:
        rules.of(conn, ADA)
        return conn.statements

    clock.forward(seconds=1)
    assert db.read_now(statements) == 3
    assert db.read_now(statements) == 0
    db.read_now(rules.of, BO)
    clock.forward(seconds=61)
    assert db.read_now(statements) == 3, "a node that misses events is right again after a minute"


def test_who_reads_across_a_change_does_not_keep_what_was_before(db: Database, clock: Any) -> None:
    made = make(db, "a")
    clock.forward(seconds=1)
    has_read, has_changed = threading.Event(), threading.Event()

    def slow_reader(conn: Connection) -> tuple[Filter, ...]:
        before = rules.read(conn, ADA)
        has_read.set()
        assert has_changed.wait(10)
        rules.of(conn, ADA)  # on SQLite still what was before: one snapshot
        return before

    reader = threading.Thread(target=db.read_now, args=(slow_reader,))
    reader.start()
    assert has_read.wait(10)
    db.write_now(rules.add_keyword, ADA, made.id, "b")
    has_changed.set()
    reader.join()

    assert words(db.read_now(rules.of, ADA)) == [["a", "b"]]


def test_within_a_transaction_ones_own_change_counts_and_a_failed_one_leaves_no_trace(db: Database) -> None:
    made = make(db, "a")
    db.read_now(rules.of, ADA)

    def change_and_fail(conn: Connection) -> None:
        rules.add_keyword(conn, ADA, made.id, "b")
        assert words(rules.of(conn, ADA)) == [["a", "b"]]
        raise Invalid(None, "no")

    with pytest.raises(Invalid):
        db.write_now(change_and_fail)

    assert words(db.read_now(rules.of, ADA)) == [["a"]]


def test_every_change_is_announced_to_its_owner(db: Database) -> None:
    heard: list[tuple[int, int]] = []
    db.bus.listen("filters.changed", lambda e: heard.append((e.id, e.actor)))

    made = make(db, "a")
    db.write_now(rules.remove, ADA, made.id)

    assert heard == [(ADA, ADA)] * 2


@pytest.mark.parametrize(
    ("title", "contexts", "rule"),
    [
        ("", ["home"], "Title can't be blank"),
        (" ", ["home"], "Title can't be blank"),
        ("x" * 257, ["home"], "Title is too long (maximum is 256 characters)"),
        ("x", [], "Context can't be blank, Context None or invalid context supplied"),
        ("x", ["home", "nowhere"], "Context None or invalid context supplied"),
        ("", [], "Title can't be blank, Context can't be blank, Context None or invalid context supplied"),
    ],
)
def test_a_filter_needs_a_title_and_where_it_holds(
    db: Database, title: str, contexts: list[str], rule: str
) -> None:
    with pytest.raises(Invalid) as refused:
        db.write_now(rules.create, ADA, title, contexts)

    said = refused.value
    assert (said.rule if said.field is None else f"{said.field.capitalize()} {said.rule}") == rule


def test_contexts_are_kept_once_each_in_mastodons_order(db: Database) -> None:
    made = db.write_now(rules.create, ADA, "T", ["account", "home", "home"])

    assert made.contexts == ("home", "account")


def test_there_is_a_limit_to_how_much_one_filters(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_FILTERS", 2)
    monkeypatch.setattr(rules, "MAX_KEYWORDS", 3)
    monkeypatch.setattr(rules, "MAX_STATUSES", 1)
    first = make(db, "a", "b")

    with pytest.raises(Invalid, match="filter keywords"):
        make(db, "c", "d")
    second = make(db, "c")
    with pytest.raises(Invalid, match="maximum number of filters"):
        make(db)
    with pytest.raises(Invalid, match="filter keywords"):
        db.write_now(rules.add_keyword, ADA, first.id, "d")
    db.write_now(rules.add_status, ADA, second.id, 1)
    with pytest.raises(Invalid, match="filtered posts"):
        db.write_now(rules.add_status, ADA, first.id, 2)
    make(db, "e", account=BO)


def test_a_deleted_post_is_in_no_filter(db: Database, people: People) -> None:
    post, other = people.ada.posts("Gone soon"), people.ada.posts("Stays")
    made = make(db)
    for one in (post, other):
        db.write_now(rules.add_status, ADA, made.id, one.id)

    people.ada.deletes(post)

    assert [s.post_id for s in db.read_now(rules.get, ADA, made.id).statuses] == [other.id]

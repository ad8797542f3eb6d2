"""The directory: its orders, its departments, its pages."""

from __future__ import annotations

from typing import Any

import pytest

from officetalk.accounts import profile
from officetalk.core.database import Connection, Database
from officetalk.core.paging import Page
from officetalk.search import people as search
from tests.people import Human, People


def listed(viewer: Human, order: Any = "new", department: str | None = None, **page: Any) -> list[str]:
    found = viewer.db.read_now(search.directory, viewer.id, order, department, Page(**page))
    return [person.account.username for person in found]


def test_the_newest_come_first(people: People) -> None:
    for name in ("ada", "bo", "cy"):
        getattr(people, name)

    assert listed(people.ada) == ["cy", "bo", "ada"]


def test_by_name_accents_and_case_are_folded_and_a_user_name_stands_in(people: People) -> None:
    for name, shown in (
        ("ada", "Åse"),
        ("bo", "aRne"),
        ("cy", "Zoe"),
        ("dan", ""),
        ("eve", "Ärling"),
        ("fay", "山田"),
    ):
        getattr(people, name).changes(display_name=shown)

    assert listed(people.ada, "name") == ["eve", "bo", "ada", "dan", "cy", "fay"]


def test_by_activity_the_last_to_post_for_the_company_comes_first(people: People, clock: Any) -> None:
    ada, bo, cy, dan = people.ada, people.bo, people.cy, people.dan
    for author, audience in ((cy, "company"), (ada, "quiet"), (dan, "direct"), (bo, "followers")):
        clock.forward(seconds=5)
        author.posts("hello", audience)

    # What only some may read says nothing here: the others stand by when they came.
    assert listed(ada, "active") == ["ada", "cy", "dan", "bo"]


def test_a_department_alone(people: People) -> None:
    people.ada.changes(department="Sales")
    people.bo.changes(department="Legal")
    people.cy.changes(department="Sales")

    for order in ("new", "name", "active"):
        assert sorted(listed(people.bo, order, "Sales")) == ["ada", "cy"]
        assert listed(people.bo, order, "Nowhere") == []


def test_departments_are_counted_by_name_without_those_who_left_or_wait(db: Database, people: People) -> None:
    for name, department in (
        ("ada", "Sales"),
        ("bo", "Legal"),
        ("cy", "Sales"),
        ("dan", "Sales"),
        ("eve", "Void"),
    ):
        getattr(people, name).changes(department=department)
    people.dan.changes(state="disabled")
    people.eve.changes(state="pending")
    assert people.fay.account.department == ""

    assert db.read_now(search.departments) == [("Legal", 1), ("Sales", 2)]


@pytest.mark.parametrize("order", ["new", "name", "active"])
def test_blocked_waiting_and_former_people_stay_out(db: Database, people: People, order: str) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    people.dan.changes(state="disabled")
    people.eve.changes(state="pending")
    ada.blocks(bo)
    cy.blocks(ada)

    assert listed(ada, order) == ["ada"]
    assert sorted(listed(bo, order)) == ["bo", "cy"]


@pytest.mark.parametrize("order", ["new", "name", "active"])
@pytest.mark.parametrize("department", [None, "Sales"])
def test_pages_meet_without_gap_or_repeat_in_both_directions(
    db: Database, people: People, order: Any, department: str | None
) -> None:
    for i in range(9):
        person = db.write_now(
            profile.create, f"user{i}", display_name="Same Name" if i % 3 else f"Name {9 - i}"
        )
        db.write_now(profile.update_profile, person.id, department="Sales")
        if i in (2, 5, 6):
            Human(db, person.id, "").posts("active")
    viewer = Human(db, db.read_now(search.directory, 0, "new")[0].id, "user8")
    whole = db.read_now(search.directory, viewer.id, order, department, Page(limit=50))
    assert len(whole) == 9

    names = [person.account.username for person in whole]
    for size in (1, 2, 4):
        pages, page = [], whole[:0]
        while True:
            cursor = {"max_id": page[-1].cursor} if page else {}
            page = db.read_now(search.directory, viewer.id, order, department, Page(limit=size, **cursor))
            if not page:
                break
            pages += [person.account.username for person in page]
        assert pages == names
        assert listed(viewer, order, department, limit=size, min_id=whole[6].cursor) == names[6 - size : 6]
        assert listed(viewer, order, department, limit=size, since_id=whole[6].cursor) == names[:size]


@pytest.mark.parametrize("order", ["new", "name", "active"])
def test_a_cursor_that_nobody_gave_finds_no_error(people: People, order: str) -> None:
    for page in (
        {"max_id": 7},
        {"min_id": 7},
        {"since_id": 7},
        {"max_id": (1 << 63) - 1},
        {"min_id": (1 << 63) - 1},
    ):
        assert isinstance(listed(people.ada, order, **page), list)


def test_the_directory_takes_one_statement_and_its_index(db: Database, people: People) -> None:
    def count(conn: Connection) -> int:
        before = conn.statements
        search.directory(conn, people.ada.id, "active")
        return conn.statements - before

    assert db.read_now(count) == 1
    if db.dialect == "sqlite":
        from officetalk.search.directory import _DIRECTORY

        def plan(conn: Connection) -> str:
            compiled = _DIRECTORY["active", False, "older"].compiled("sqlite")
            rows = conn.raw.execute(
                "EXPLAIN QUERY PLAN " + compiled.text, [0] * len(compiled.order)
            ).fetchall()
            return " ".join(str(row[3]) for row in rows)

        assert "ix_account_last_active" in db.read_now(plan) and "TEMP B-TREE" not in db.read_now(plan)


def test_who_does_not_want_to_be_listed_is_not(people: People) -> None:
    people.ada.changes(discoverable=False)
    people.bo.posts("Hello")

    assert [listed(people.cy, order) for order in ("new", "active", "name")] == [
        ["cy", "bo"], ["bo", "cy"], ["bo", "cy"],
    ]  # fmt: skip

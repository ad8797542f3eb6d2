"""What the company talks about: what leads, for whom, and when it is computed."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from officetalk.core.database import Connection, Database
from officetalk.core.sql import Statement
from officetalk.posts.entities import Post
from officetalk.trends import history, queries, work
from officetalk.trends.gather import DAY_MS, gather
from tests.conftest import Clock
from tests.people import Human, People, texts

_JOBS = Statement(text("SELECT payload, run_at FROM job WHERE kind = 'trends.refresh' ORDER BY run_at"))


def compute(db: Database) -> None:
    """What the job does, once."""
    db.write_now(work.store, db.read_now(gather), work.Turn(0))


def run(db: Database, payload: str) -> None:
    """What the runner does with a job."""

    async def live() -> None:
        await work.handlers(db)[work.KIND](payload)

    asyncio.run(live())


def tags(reader: Human, *args: int) -> list[str]:
    return [tag.name for tag in reader._read(queries.tags, *(args or (20,)))]


def posts(reader: Human, *args: int) -> list[str]:
    return texts(reader._read(queries.posts, *(args or (20,))))


def links(reader: Human, *args: int) -> list[str]:
    return [link.url for link in reader._read(queries.links, *(args or (20,)))]


def days_of(reader: Human, name: str) -> list[tuple[int, int]]:
    found = next(tag for tag in reader._read(queries.tags, 20) if tag.name == name)
    return [(day.uses, day.accounts) for day in reader.db.read_now(history.of, "tag", [found.id])[found.id]]


def test_hashtags_lead_by_people_and_not_by_posts(db: Database, people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    for i in range(5):
        ada.posts(f"Me again {i} #mine")
    for i in range(3):
        ada.posts(f"{i} #two")
    bo.posts("#two")
    for somebody in (ada, bo, cy):
        somebody.posts("#Three")

    compute(db)

    assert tags(cy) == ["Three", "two"]  # nobody but ada uses #mine
    assert tags(cy, 1) == ["Three"]
    assert tags(cy, 1, 1) == ["two"]
    assert days_of(cy, "two")[0] == (4, 2)


def test_what_was_said_long_ago_gives_way(db: Database, people: People, clock: Clock) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    for somebody in (ada, bo, cy):
        somebody.posts("#old")
    clock.forward(days=2)
    for somebody in (ada, bo):
        somebody.posts("#new")

    compute(db)
    assert tags(ada) == ["new", "old"]
    assert [uses for uses, _ in days_of(ada, "old")] == [0, 0, 3, 0, 0, 0, 0]

    clock.forward(days=5)
    compute(db)
    assert tags(ada) == ["new"]


def test_only_what_is_said_to_the_company_counts(db: Database, people: People) -> None:
    ada, bo = people.ada, people.bo
    for audience in ("quiet", "followers", "direct"):
        for somebody in (ada, bo):
            post = somebody.posts(f"#{audience} https://example.com/{audience}", audience)
            people.cy.follows(somebody)
            if audience == "quiet":
                for reader in (people.cy, people.dan, people.eve):
                    reader.likes(post)

    compute(db)

    assert tags(ada) == posts(ada) == links(ada) == []


def test_posts_lead_by_people_who_react(db: Database, people: People) -> None:
    ada, bo, cy, dan = people.ada, people.bo, people.cy, people.dan
    liked = ada.posts("Liked")
    for somebody in (bo, cy, dan):
        somebody.likes(liked)
    talked = bo.posts("Talked about")
    for i in range(4):
        ada.comments(talked, f"{i}")  # one person
    ada.likes(talked)
    cy.reposts(talked)
    own = cy.posts("Own applause")
    cy.likes(own)
    for i in range(4):
        cy.comments(own, f"{i}")

    compute(db)

    assert posts(dan) == ["Liked", "Talked about"]
    assert posts(dan, 1, 1) == ["Talked about"]


@pytest.mark.parametrize(
    "more",
    [{"spoiler": "Ends"}, {"sensitive": True}, {"parent": True}, {"discoverable": False}, {"silenced": True}],
    ids=str,
)
def test_some_posts_never_lead(db: Database, people: People, more: dict[str, Any]) -> None:
    ada, readers = people.ada, (people.bo, people.cy, people.dan)
    of_account = {name: value for name, value in more.items() if name in ("discoverable", "silenced")}
    of_post = {name: value for name, value in more.items() if name in ("spoiler", "sensitive")}
    parent_id = people.bo.posts("Above").id if "parent" in more else None
    post = ada.posts("Hello", parent_id=parent_id, **of_post)
    for reader in readers:
        reader.likes(post)
    if of_account:
        ada.changes(**of_account)

    compute(db)

    assert posts(people.eve) == []


def test_each_reader_gets_what_the_reader_may_and_wants_to_meet(
    db: Database, people: People, clock: Clock
) -> None:
    ada, bo, cy, dan, eve = people.ada, people.bo, people.cy, people.dan, people.eve
    post = ada.posts("Hello #loom https://example.com/loom")
    bo.posts("#loom https://example.com/loom")
    for somebody in (bo, cy):
        somebody.likes(post)
    compute(db)
    assert (tags(dan), posts(dan), links(dan)) == (["loom"], [texts([post])[0]], ["https://example.com/loom"])

    dan.mutes(ada, seconds=60)
    assert (tags(dan), posts(dan)) == (["loom"], [])  # bo has said it too
    dan.blocks(bo)
    assert (tags(dan), links(dan)) == ([], [])
    ada.blocks(eve)
    bo.blocks(eve)
    assert (tags(eve), posts(eve), links(eve)) == ([], [], [])

    clock.forward(seconds=61)
    assert (tags(dan), links(dan)) == (["loom"], ["https://example.com/loom"])


def test_what_is_taken_back_is_gone_at_once(db: Database, people: People) -> None:
    ada, bo = people.ada, people.bo
    mine: list[Post] = [who.posts("#loom https://example.com/loom") for who in (ada, bo)]
    people.cy.likes(mine[0])
    bo.likes(mine[0])
    compute(db)
    assert tags(ada) == ["loom"]

    ada.deletes(mine[0])
    assert posts(ada) == []
    bo.deletes(mine[1])
    assert tags(ada) == links(ada) == []
    compute(db)
    assert db.read_now(lambda conn: conn.all(Statement(text("SELECT * FROM trend")))) == []
    assert db.read_now(lambda conn: conn.all(Statement(text("SELECT * FROM trend_day")))) == []


def test_computing_again_writes_only_what_has_changed(db: Database, people: People) -> None:
    for somebody in (people.ada, people.bo):
        somebody.posts("#loom")
    compute(db)

    gathered = db.read_now(gather)
    assert (gathered.ranks, gathered.uses, gathered.over) == ({}, {}, [])

    people.cy.posts("#loom")
    gathered = db.read_now(gather)
    assert (gathered.ranks, list(gathered.uses.values()), gathered.over) == ({}, [(3, 3)], [])


def test_gathering_takes_the_same_statements_whatever_there_is(db: Database, people: People) -> None:
    def count(conn: Connection) -> int:
        gather(conn)
        return conn.statements

    few = db.read_now(count)
    for i in range(6):
        somebody = getattr(people, f"p{i}")
        post = somebody.posts(f"#a{i} #b https://example.com/{i}")
        people.ada.likes(post)
        people.bo.likes(post)

    assert few == db.read_now(count) == 6


def test_history_is_of_seven_days_today_first(db: Database, people: People, clock: Clock) -> None:
    ada, bo = people.ada, people.bo
    for somebody in (ada, bo, bo):
        somebody.posts("#loom")
    clock.forward(days=1)
    for somebody in (ada, bo):
        somebody.posts("#loom")
    compute(db)

    assert days_of(ada, "loom") == [(2, 2), (3, 2), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0)]
    now = clock()
    days = db.read_now(history.of, "tag", [ada._read(queries.tags, 1)[0].id])
    (one,) = days.values()
    assert [day.start for day in one] == [(now // DAY_MS - i) * DAY_MS for i in range(7)]
    assert db.read_now(history.of, "tag", [0, 5]) == {5: history.unused(now)}


def test_one_run_is_queued_however_many_ask(db: Database, clock: Clock) -> None:
    assert db.read_now(work.is_due)

    for _ in range(3):
        db.write_now(work.ensure)

    assert len(db.read_now(lambda conn: conn.all(_JOBS))) == 1
    assert not db.read_now(work.is_due)
    clock.forward(seconds=61)
    assert db.read_now(work.is_due)  # it should have run by now


def test_a_run_queues_the_next_once(db: Database, clock: Clock) -> None:
    db.write_now(work.ensure)
    ((payload, _),) = db.read_now(lambda conn: conn.all(_JOBS))
    db.write_now(lambda conn: conn.run(Statement(text("DELETE FROM job"))))

    for _ in range(2):  # as when a process dies before it can say that it is done
        run(db, payload)

    ((_, run_at),) = db.read_now(lambda conn: conn.all(_JOBS))
    assert 290_000 < run_at - clock() <= 300_000
    clock.forward(seconds=330)
    assert not db.read_now(work.is_due)
    clock.forward(seconds=60)
    assert db.read_now(work.is_due)


def test_an_older_chain_ends(db: Database, clock: Clock) -> None:
    db.write_now(work.ensure)
    clock.forward(seconds=120)
    db.write_now(work.ensure)
    (old, _), (new, _) = db.read_now(lambda conn: conn.all(_JOBS))

    run(db, old)
    assert len(db.read_now(lambda conn: conn.all(_JOBS))) == 2
    run(db, new)
    assert len(db.read_now(lambda conn: conn.all(_JOBS))) == 3
    assert msgspec.json.decode(new)["next_at"] > msgspec.json.decode(old)["next_at"]

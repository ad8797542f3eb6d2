"""Lists of links, and how often they are followed."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from officetalk.core.database import Connection, Database
from officetalk.core.paging import Page
from officetalk.golinks import counting, finding, queries
from officetalk.golinks.counting import Clicks
from tests.golinks.linking import Links
from tests.people import People


def names(links: Links, page: Page, owner: int | None = None) -> list[str]:
    return [link.name for link in links.db.read_now(queries.newest, page, owner)]


def test_all_links_are_newest_first_and_page_both_ways(links: Links, people: People) -> None:
    made = [links.make(people.ada, name) for name in "abcde"]

    assert names(links, Page(2)) == ["e", "d"]
    assert names(links, Page(2, max_id=made[3].id)) == ["c", "b"]
    assert names(links, Page(2, min_id=made[1].id)) == ["d", "c"]
    assert names(links, Page(9, since_id=made[2].id)) == ["e", "d"]


def test_ones_own_are_those_that_one_owns(links: Links, people: People) -> None:
    links.make(people.ada, "hers")
    given = links.make(people.ada, "given")
    links.make(people.bo, "his")
    links.hand_over(people.ada, given, "bo")

    assert names(links, Page(), people.ada.id) == ["hers"]
    assert names(links, Page(), people.bo.id) == ["his", "given"]


def test_the_most_used_of_four_weeks_lead(links: Links, people: People) -> None:
    wiki, payroll, old, _ = [links.make(people.ada, name) for name in ("wiki", "payroll", "old", "unused")]
    links.follow(wiki, 3)
    links.follow(payroll, 2, days_ago=27)
    links.follow(payroll, 2)
    links.follow(old, 100, days_ago=28)

    assert links.most_used() == [("payroll", 4), ("wiki", 3)]
    assert links.most_used(1, 1) == [("wiki", 3)]
    assert links.get(old).clicks == 0


def test_clicks_are_counted_by_day(links: Links, people: People) -> None:
    wiki = links.make(people.ada, "wiki")
    links.follow(wiki, 3, days_ago=2)
    links.follow(wiki, 1, days_ago=2)
    links.follow(wiki, 5)

    (days,) = links.db.read_now(queries.days, [wiki.id]).values()

    assert len(days) == 28
    assert [day.clicks for day in days[:4]] == [5, 0, 4, 0]
    assert days[0].start - days[1].start == 24 * 3600 * 1000
    assert days[0].start % (24 * 3600 * 1000) == 0


def test_counts_are_kept_for_a_year(links: Links, people: People) -> None:
    wiki = links.make(people.ada, "wiki")
    links.follow(wiki, 1, days_ago=400)
    links.follow(wiki, 1, days_ago=365)
    links.follow(wiki)

    days = links.db.read_now(queries.days, [wiki.id], 500)[wiki.id]

    assert [i for i, day in enumerate(days) if day.clicks] == [0, 365]


def test_followers_of_a_link_wait_for_no_write_and_all_are_counted(
    db: Database, links: Links, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiki, payroll = links.make(people.ada, "wiki"), links.make(people.ada, "payroll")
    writes: list[Counter] = []
    add = counting.add
    monkeypatch.setattr(counting, "add", lambda conn, counted: (writes.append(counted), add(conn, counted)))
    monkeypatch.setattr(counting, "EVERY_S", 0.02)

    async def many() -> None:
        clicks = Clicks(db)
        for _ in range(50):
            clicks.count(wiki.id)
            clicks.count(payroll.id)
        assert writes == []
        await asyncio.sleep(0.3)
        assert len(writes) == 1
        clicks.count(wiki.id)
        await clicks.stop()

    asyncio.run(many())

    assert links.most_used() == [("wiki", 51), ("payroll", 50)]
    assert len(writes) == 2


def test_a_write_that_fails_loses_no_click(
    db: Database, links: Links, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiki = links.make(people.ada, "wiki")
    add = counting.add

    def broken(conn: Connection, counted: Counter) -> None:
        raise OSError("the disk is full")

    async def twice() -> None:
        clicks = Clicks(db)
        clicks.count(wiki.id)
        monkeypatch.setattr(counting, "add", broken)
        with pytest.raises(OSError, match="full"):
            await clicks.flush()
        monkeypatch.setattr(counting, "add", add)
        clicks.count(wiki.id)
        await clicks.stop()

    asyncio.run(twice())

    assert links.most_used() == [("wiki", 2)]


def test_reading_takes_the_same_few_statements_however_many_links_there_are(
    links: Links, people: People
) -> None:
    def counted(conn: Connection, fn: object, *args: object) -> int:
        fn(conn, *args)  # type: ignore[operator]
        return conn.statements

    def statements() -> dict[str, int]:
        asked = {
            "newest": (queries.newest, Page()),
            "mine": (queries.newest, Page(), people.ada.id),
            "most used": (queries.most_used, 20),
            "days": (queries.days, [one.id for one in made]),
            "way": (queries.way, "link-0"),
            "by name": (queries.by_name, "link-0"),
            "search": (finding.search, "link notes"),
            "misspelt": (finding.search, "lnik notse"),
            "suggestions": (finding.suggestions, "lnik"),
        }
        return {name: links.db.read_now(counted, *question) for name, question in asked.items()}

    made = [links.make(people.ada, "link-0", description="Notes of the link")]
    links.follow(made[0])
    few = statements()
    for i, who in enumerate((people.bo, people.cy, people.dee) * 4, 1):
        made.append(links.make(who, f"link-{i}", description="Notes of the link"))
        links.follow(made[-1])
    many = statements()

    assert many == {
        "newest": 2, "mine": 2, "most used": 2, "days": 1, "way": 1, "by name": 2,
        "search": 3, "misspelt": 5, "suggestions": 4,
    }  # fmt: skip
    assert few == many

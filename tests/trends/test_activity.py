"""How much the company talks, by week."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

from officetalk.core.database import Database
from officetalk.trends import activity
from tests.conftest import Clock
from tests.people import People


def test_weeks_begin_on_monday_and_this_one_comes_first(db: Database, people: People, clock: Clock) -> None:
    _ = people.ada

    weeks = db.read_now(activity.weeks)

    assert len(weeks) == 12
    assert 0 <= clock() - weeks[0].start < 7 * 86_400_000
    for week in weeks:
        start = datetime.fromtimestamp(week.start / 1000, UTC)
        assert (start.weekday(), start.hour, start.minute) == (0, 0, 0)
    assert [a.start - b.start for a, b in pairwise(weeks)] == [7 * 86_400_000] * 11


def test_only_what_the_company_can_see_is_counted(db: Database, people: People, clock: Clock) -> None:
    ada, bo = people.ada, people.bo
    ada.posts("One")
    ada.posts("Two", "quiet")
    ada.deletes(ada.posts("Three"))
    bo.posts("@ada four", "direct")
    bo.posts("Five", "followers")
    people.cy.changes(state="pending")

    clock.forward(days=14)
    bo.posts("Now")
    weeks = db.read_now(activity.weeks)

    assert [(w.posts, w.people, w.arrivals) for w in weeks[:4]] == [
        (1, 1, 0),
        (0, 0, 0),
        (2, 1, 2),
        (0, 0, 0),
    ]


def test_it_is_counted_once_an_hour(db: Database, people: People, clock: Clock) -> None:
    ada = people.ada
    ada.posts("One")
    before = db.read_now(activity.weeks)

    ada.posts("Two")
    assert db.read_now(activity.weeks) == before

    clock.forward(seconds=3601)
    after = db.read_now(activity.weeks)
    assert sum(week.posts for week in after) == 2

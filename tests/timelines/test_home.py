"""The home timeline is what a reader finds who looks at every post there is, page by page."""

from __future__ import annotations

import pytest

from officetalk.core.database import Connection, Database
from officetalk.core.paging import Page
from officetalk.timelines import merge as merging
from officetalk.timelines.home import home
from tests.people import People
from tests.timelines.oracle import Company

PEOPLE = 12
STEPS = 260


def ids(conn: Connection, viewer: int, **page: int | None) -> list[int]:
    return [post.id for post in home(conn, viewer, Page(**page))]


def back_to_the_end(conn: Connection, viewer: int, limit: int, before: int | None = None) -> list[int]:
    """All pages by max_id, as a client follows them."""
    read: list[int] = []
    while page := ids(conn, viewer, limit=limit, max_id=before):
        read += page
        before = page[-1]
    return read


def forward_to_the_top(conn: Connection, viewer: int, limit: int, after: int = 0) -> list[int]:
    """All pages by min_id, newest first."""
    read: list[int] = []
    while page := ids(conn, viewer, limit=limit, min_id=after):
        read = page + read
        after = page[0]
    return read


@pytest.fixture(params=[pytest.param(False, id="all feeds"), pytest.param(True, id="few feeds at a time")])
def merge(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice: as it is, and so that the merge leaves feeds out even in a small company."""
    if request.param:
        monkeypatch.setattr(merging, "_EXTRA_FEEDS", 0)


@pytest.mark.usefixtures("merge")
@pytest.mark.parametrize("seed", range(5))
def test_home_is_what_it_must_be_for_everybody_in_every_direction(db: Database, seed: int) -> None:
    def live(conn: Connection) -> Company:
        made = Company(conn, seed, PEOPLE)
        made.live(conn, STEPS)
        return made

    company = db.write_now(live)

    def check(conn: Connection) -> None:
        for viewer in company.people:
            expected = company.home(viewer)
            for limit in (1, 3, 20):
                assert ids(conn, viewer, limit=limit) == expected[:limit]
                assert back_to_the_end(conn, viewer, limit) == expected
                assert forward_to_the_top(conn, viewer, limit) == expected
            if len(expected) > 6:
                middle = expected[5]
                assert ids(conn, viewer, limit=3, since_id=middle) == expected[:3]
                assert ids(conn, viewer, limit=20, since_id=middle) == expected[:5]
                assert ids(conn, viewer, limit=20, min_id=expected[-1], max_id=middle) == expected[6:-1][-20:]

    db.read_now(check)
    lengths = [len(company.home(viewer)) for viewer in company.people]
    assert max(lengths) > 20, "the company must have something to read"


@pytest.mark.usefixtures("merge")
@pytest.mark.parametrize("seed", [20, 21])
def test_paging_has_no_gaps_and_no_repeats_while_others_post(db: Database, seed: int) -> None:
    def live(conn: Connection) -> Company:
        made = Company(conn, seed, PEOPLE)
        made.live(conn, STEPS)
        return made

    company = db.write_now(live)
    viewer = max(company.people, key=lambda person: len(company.home(person)))
    at_first = company.home(viewer)

    def more(conn: Connection) -> None:
        for author in company.people:
            company._publish(conn, author)

    read = page = db.read_now(ids, viewer, limit=4)
    while page:
        db.write_now(more)
        page = db.read_now(ids, viewer, limit=4, max_id=page[-1])
        read = read + page
    assert read == at_first

    newer: list[int] = []
    after = at_first[0]
    for _ in range(1000):
        page = db.read_now(ids, viewer, limit=4, min_id=after)
        if not page:
            break
        newer = page + newer
        after = page[0]
        if len(newer) < 20:
            db.write_now(more)
    assert newer + at_first == company.home(viewer)


@pytest.mark.parametrize("direction", ["first", "older", "newer", "since"])
def test_a_post_is_found_behind_any_number_that_are_not_for_the_reader(
    people: People, direction: str
) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)
    bo.follows_hashtag("secret")
    bottom = ada.posts("Bottom")
    for i in range(30):
        ada.posts(f"Letter {i}", "direct")
        people.cy.posts(f"Among others {i} #secret", "followers")
    ada.posts("Found")
    for i in range(30):
        ada.posts(f"Letter {i}", "direct")
        people.cy.posts(f"Among others {i} #secret", "followers")
    top = ada.posts("Top")

    page = {
        "first": {},
        "older": {"max_id": top.id},
        "newer": {"min_id": bottom.id},
        "since": {"since_id": bottom.id},
    }[direction]

    expected = {
        "first": ["Top", "Found"],
        "older": ["Found", "Bottom"],
        "newer": ["Top", "Found"],
        "since": ["Top", "Found"],
    }[direction]
    assert bo.home(limit=2, **page) == expected


def test_a_post_is_found_behind_any_number_that_the_reader_does_not_want(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    bo.follows(ada, reposts=False)
    question, wanted = cy.posts("Question"), ada.posts("Wanted")
    for i in range(60):
        ada.comments(question, f"Answer {i}")
    for i in range(10):
        ada.reposts(cy.posts(f"News {i}"))

    assert bo.home(limit=5) == ["Wanted"]
    assert bo.home(limit=5, min_id=question.id) == ["Wanted"]
    assert bo.home(limit=5, max_id=wanted.id) == []


def test_a_post_that_comes_by_two_feeds_stands_once(people: People) -> None:
    people.bo.follows(people.ada)
    people.bo.follows_hashtag("launch")
    people.ada.posts("#launch today")

    assert people.bo.home() == ["#launch today"]


def test_a_comment_comes_by_its_hashtag_to_those_who_do_not_follow_whom_it_answers(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    bo.follows(ada)
    question = cy.posts("Question")
    ada.comments(question, "Answer one")
    ada.comments(question, "Answer two #launch")
    assert bo.home() == []

    bo.follows_hashtag("launch")

    assert bo.home() == ["Answer two #launch"]


def test_following_brings_the_past_and_unfollowing_takes_it_away(people: People) -> None:
    people.ada.posts("Long ago")
    people.bo.follows(people.ada)
    assert people.bo.home() == ["Long ago"]

    people.bo.unfollows(people.ada)

    assert people.bo.home() == []


def test_reposts_of_a_colleague_can_be_switched_off_and_on(people: People) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada, reposts=False)
    ada.reposts(people.cy.posts("News"))
    assert bo.home() == []

    bo.follows(ada, reposts=True)

    assert bo.home() == ["repost: News"]


def test_somebody_who_follows_nobody_reads_the_own_posts(people: People) -> None:
    people.ada.posts("Me")
    people.bo.posts("Not me")

    assert people.ada.home() == ["Me"]

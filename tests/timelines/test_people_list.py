"""The timeline of a list is what its owner finds who looks at every post of its members, page by page."""

from __future__ import annotations

from typing import Any

import pytest

from officetalk.core.database import Connection, Database
from officetalk.core.errors import NotFound
from officetalk.core.paging import Page
from officetalk.timelines import merge as merging
from officetalk.timelines.people_list import people_list_timeline, receiving
from tests.people import People
from tests.timelines.oracle import Company

PEOPLE = 10
STEPS = 320


def ids(conn: Connection, viewer: int, list_id: int, **page: int | None) -> list[int]:
    return [post.id for post in people_list_timeline(conn, viewer, list_id, Page(**page))]


@pytest.fixture(params=[pytest.param(False, id="all feeds"), pytest.param(True, id="few feeds at a time")])
def merge(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param:
        monkeypatch.setattr(merging, "_EXTRA_FEEDS", 0)


@pytest.mark.usefixtures("merge")
@pytest.mark.parametrize("seed", range(5))
def test_a_list_is_what_it_must_be_in_every_direction(db: Database, seed: int) -> None:
    def live(conn: Connection) -> Company:
        made = Company(conn, 100 + seed, PEOPLE)
        made.live(conn, STEPS)
        return made

    company = db.write_now(live)

    def check(conn: Connection) -> None:
        for list_id, one in company.lists.items():
            expected = company.on_list(list_id)
            for limit in (1, 3, 20):
                assert ids(conn, one.owner, list_id, limit=limit) == expected[:limit]
            back, before = [], None
            while page := ids(conn, one.owner, list_id, limit=3, max_id=before):
                back += page
                before = page[-1]
            assert back == expected
            forth, after = [], 0
            while page := ids(conn, one.owner, list_id, limit=3, min_id=after):
                forth = page + forth
                after = page[0]
            assert forth == expected
            if len(expected) > 6:
                assert ids(conn, one.owner, list_id, limit=3, since_id=expected[5]) == expected[:3]

    db.read_now(check)
    assert max(len(company.on_list(id)) for id in company.lists) > 10, "there must be something to read"


@pytest.mark.parametrize("seed", range(3))
def test_a_post_is_delivered_to_the_lists_on_which_it_stands(db: Database, seed: int) -> None:
    def live(conn: Connection) -> Company:
        made = Company(conn, 200 + seed, PEOPLE)
        made.live(conn, STEPS)
        return made

    company = db.write_now(live)

    def check(conn: Connection) -> int:
        standing = {list_id: set(company.on_list(list_id)) for list_id in company.lists}
        delivered = 0
        for post_id in company.posts:
            expected = {list_id for list_id, posts in standing.items() if post_id in posts}
            assert receiving(conn, post_id, company.lists) == expected
            assert receiving(conn, post_id, list(company.lists)[:1]) == expected & set(
                list(company.lists)[:1]
            )
            delivered += len(expected)
        return delivered

    assert db.read_now(check) > 20
    assert db.read_now(receiving, next(iter(company.posts)), []) == set()


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("followed", {"to herself", "to me", "to a member", "to somebody whom I follow"}),
        ("list", {"to herself", "to me", "to a member"}),
        ("none", {"to herself", "to me"}),
    ],
)
def test_which_comments_stand_on_a_list(people: People, policy: Any, expected: set[str]) -> None:
    ida, bo, member, followed, stranger = (
        people.ida,
        people.bo,
        people.member,
        people.followed,
        people.stranger,
    )
    ida.follows(bo, member, followed)
    made = ida.makes_list(bo, member, replies_policy=policy)
    for whom, text in (
        (bo, "to herself"),
        (ida, "to me"),
        (member, "to a member"),
        (followed, "to somebody whom I follow"),
        (stranger, "to a stranger"),
    ):
        bo.comments(whom.posts("Question"), text)

    assert set(ida.reads_list(made)) - {"Question"} == expected


def test_a_list_shows_only_what_its_owner_may_read(people: People) -> None:
    ida, bo = people.ida, people.bo
    ida.follows(bo)
    made = ida.makes_list(bo)
    for audience in ("company", "quiet", "followers", "direct"):
        bo.posts(f"to {audience}", audience)
    bo.posts("@ida alone", "direct")

    assert ida.reads_list(made) == ["@ida alone", "to followers", "to quiet", "to company"]


def test_a_list_respects_what_is_muted_and_whose_reposts_are_off(people: People) -> None:
    ida, bo, cy = people.ida, people.bo, people.cy
    ida.follows(bo, reposts=False)
    ida.follows(cy)
    made = ida.makes_list(bo, cy)
    news = people.dee.posts("News")
    bo.reposts(news)
    bo.posts("Of Bo")
    cy.posts("Of Cy")
    assert ida.reads_list(made) == ["Of Cy", "Of Bo"]

    cy.reposts(news)
    assert ida.reads_list(made) == ["repost: News", "Of Cy", "Of Bo"]
    ida.mutes(people.dee)
    assert ida.reads_list(made) == ["Of Cy", "Of Bo"]
    ida.mutes(cy)
    assert ida.reads_list(made) == ["Of Bo"]


def test_a_list_of_nobody_is_empty_and_a_strangers_is_not_found(people: People) -> None:
    ida = people.ida
    made = ida.makes_list()

    assert ida.reads_list(made) == []
    with pytest.raises(NotFound):
        people.bo.reads_list(made)


@pytest.mark.parametrize("size", [1, 60])
def test_a_list_takes_a_fixed_number_of_statements(people: People, db: Database, size: int) -> None:
    ida, members = people.ida, [getattr(people, f"p{i}") for i in range(size)]
    ida.follows(*members)
    made = ida.makes_list(*members)
    for member in members:
        member.posts("Hello")

    def ask(conn: Connection) -> int:
        assert people_list_timeline(conn, ida.id, made.id, Page(20))
        return conn.statements

    db.cache.clear()
    assert db.read_now(ask) <= 5  # one of them: the filters of the reader

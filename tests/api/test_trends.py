"""Trends over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from officetalk.identity.scopes import OFFLINE, SCOPES
from officetalk.links.entities import Card
from officetalk.previews import rules as cards
from officetalk.trends import work
from officetalk.trends.gather import gather
from tests.api.client import Api, link
from tests.people import People

URL = "https://example.com/loom"


@pytest.fixture
def talked(api: Api, people: People) -> Api:
    """A company that talks of looms."""
    for who in (people.ada, people.bo):
        who.posts(f"#Loom {URL}")
    post = people.ada.posts("Hello #hello")
    for who in (people.bo, people.cy):
        who.likes(post)
        who.posts("#hello")
    people.dan.posts("#hello")
    compute(api)
    return api


def compute(api: Api) -> None:
    db = api.services.db
    db.write_now(work.store, db.read_now(gather), work.Turn(0))


def test_hashtags_come_with_their_week(talked: Api, people: People) -> None:
    people.cy.follows_hashtag("loom")
    cy = talked.as_person(people.cy)
    cy.post("/api/v1/tags/hello/feature")

    found = cy.get("/api/v1/trends/tags").json()

    assert [tag["name"] for tag in found] == ["hello", "Loom"]
    assert [(tag["following"], tag["featuring"]) for tag in found] == [(False, True), (True, False)]
    today = found[0]["history"][0]
    assert (today["uses"], today["accounts"]) == ("4", "4")
    assert int(today["day"]) % 86_400 == 0
    assert cy.get("/api/v1/trends").json() == found
    assert "deprecation" in cy.get("/api/v1/trends").headers
    assert cy.get("/api/v1/tags/loom").json()["history"][0]["uses"] == "2"
    assert len(cy.get("/api/v1/tags/unheard").json()["history"]) == 7


def test_posts_come_as_statuses(talked: Api, people: People) -> None:
    (found,) = talked.as_person(people.bo).get("/api/v1/trends/statuses").json()

    assert "Hello" in found["content"]
    assert found["favourited"] is True


def test_links_come_with_their_card_or_their_address(talked: Api, people: People) -> None:
    bo = talked.as_person(people.bo)

    (bare,) = bo.get("/api/v1/trends/links").json()
    assert (bare["url"], bare["title"], bare["type"]) == (URL, URL, "link")
    assert bare["history"][0] == {**bare["history"][0], "uses": "2", "accounts": "2"}

    talked.services.db.write_now(cards.begin, URL)
    talked.services.db.write_now(cards.store, URL, Card(URL, "Looms", "All of them"))
    (shown,) = bo.get("/api/v1/trends/links").json()
    assert (shown["title"], shown["description"]) == ("Looms", "All of them")


def test_lists_are_cut_by_limit_and_offset(talked: Api, people: People) -> None:
    bo = talked.as_person(people.bo)

    first = bo.get("/api/v1/trends/tags", limit=1)
    second = bo.get(link(first, "next") or "")
    third = bo.get(link(second, "next") or "")

    assert [[tag["name"] for tag in page.json()] for page in (first, second, third)] == [
        ["hello"],
        ["Loom"],
        [],
    ]
    assert link(third, "next") is None


def test_what_a_reader_does_not_want_to_meet_stays_away(talked: Api, people: People) -> None:
    dan = talked.as_person(people.dan)
    for other in (people.ada, people.bo):
        people.dan.blocks(other)

    answers: dict[str, Any] = {
        kind: dan.get(f"/api/v1/trends/{kind}").json() for kind in ("tags", "statuses", "links")
    }

    assert [tag["name"] for tag in answers["tags"]] == ["hello"]
    assert answers["statuses"] == answers["links"] == []


def test_moderators_get_the_same(talked: Api, people: People) -> None:
    people.eve.changes(role="moderator")
    eve = talked.as_person(people.eve, " ".join(scope for scope in SCOPES if scope != OFFLINE))

    for kind in ("tags", "statuses", "links"):
        own = eve.get(f"/api/v1/trends/{kind}").json()
        assert [{k: v for k, v in one.items() if k not in ("trendable", "usable", "requires_review")}
                for one in eve.get(f"/api/v1/admin/trends/{kind}").json()] == own  # fmt: skip
        assert own
    assert eve.get("/api/v1/admin/trends/tags").json()[0]["requires_review"] is False


def test_asking_has_them_computed(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    db = api.services.db
    assert db.read_now(work.is_due)

    assert ada.get("/api/v1/trends/tags").json() == []

    assert not db.read_now(work.is_due)

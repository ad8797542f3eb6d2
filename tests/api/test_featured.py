"""Featured hashtags and colleagues, notes, suggestions, familiar followers over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from officetalk.featured import tags
from tests.api.client import Api
from tests.people import People


def names(answer: Any) -> list[str]:
    return [one["username"] for one in answer.json()]


# --- hashtags -----------------------------------------------------------------------------------------


def test_a_hashtag_is_featured_listed_and_dropped(api: Api, people: People) -> None:
    people.ada.posts("#Loom")
    ada, bo = api.as_person(people.ada), api.as_person(people.bo)

    made = ada.post("/api/v1/featured_tags", name="#loom").json()

    assert made == ada.get("/api/v1/featured_tags").json()[0]
    assert (made["name"], made["statuses_count"]) == ("loom", "1")
    assert len(made["last_status_at"]) == len("2026-01-31")
    assert bo.get(f"/api/v1/accounts/{people.ada.id}/featured_tags").json() == [made]
    assert bo.get("/api/v1/featured_tags").json() == []
    assert bo.delete(f"/api/v1/featured_tags/{made['id']}").status_code == 404
    assert ada.delete(f"/api/v1/featured_tags/{made['id']}").json() == {}
    assert ada.get("/api/v1/featured_tags").json() == []


def test_the_errors_are_mastodons(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    ada.post("/api/v1/featured_tags", name="loom")

    assert (
        ada.post("/api/v1/featured_tags", name="123").json()["error"] == "Validation failed: Tag is invalid"
    )
    again = ada.post("/api/v1/featured_tags", name="loom")
    assert (again.status_code, again.json()["error"]) == (
        422,
        "Validation failed: Name has already been taken",
    )
    assert ada.post("/api/v1/featured_tags").status_code == 400
    for i in range(tags.MAX_TAGS - 1):
        ada.post("/api/v1/featured_tags", name=f"tag{i}")
    assert ada.post("/api/v1/featured_tags", name="more").json()["error"] == (
        "Validation failed: You have already featured the maximum number of hashtags"
    )


def test_a_tag_says_whether_it_is_featured(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)

    for _ in range(2):
        assert ada.post("/api/v1/tags/loom/feature").json()["featuring"] is True
    assert ada.get("/api/v1/tags/loom").json()["featuring"] is True
    assert [tag["name"] for tag in ada.get("/api/v1/featured_tags").json()] == ["loom"]
    assert api.as_person(people.bo).get("/api/v1/tags/loom").json()["featuring"] is False

    assert ada.post("/api/v1/tags/loom/unfeature").json()["featuring"] is False
    assert ada.post("/api/v1/tags/never/unfeature").json()["featuring"] is False
    assert ada.post("/api/v1/tags/123/feature").status_code == 404


def test_own_hashtags_are_proposed(api: Api, people: People) -> None:
    people.ada.posts("#one")
    people.ada.posts("#two #one")

    found = api.as_person(people.ada).get("/api/v1/featured_tags/suggestions").json()

    assert [tag["name"] for tag in found] == ["one", "two"]
    assert len(found[0]["history"]) == 7


def test_followed_hashtags_page_by_hundreds(api: Api, people: People) -> None:
    for i in range(5):
        people.ada.follows_hashtag(f"tag{i}")
    ada = api.as_person(people.ada)
    ada.post("/api/v1/tags/tag3/feature")

    pages = list(ada.pages("/api/v1/followed_tags", limit=2))

    assert [[tag["name"] for tag in page] for page in pages] == [["tag4", "tag3"], ["tag2", "tag1"], ["tag0"]]
    assert [tag["featuring"] for tag in pages[0]] == [False, True]
    assert all(tag["following"] and len(tag["history"]) == 7 for page in pages for tag in page)


# --- colleagues ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("do", "undo"), [("endorse", "unendorse"), ("pin", "unpin")])
def test_a_colleague_is_featured_and_dropped(api: Api, people: People, do: str, undo: str) -> None:
    people.ada.follows(people.bo)
    ada, cy = api.as_person(people.ada), api.as_person(people.cy)
    path = f"/api/v1/accounts/{people.bo.id}"

    assert ada.post(f"{path}/{do}").json()["endorsed"] is True

    assert names(ada.get("/api/v1/endorsements")) == ["bo"]
    assert names(cy.get(f"/api/v1/accounts/{people.ada.id}/endorsements")) == ["bo"]
    assert cy.get("/api/v1/endorsements").json() == []
    answer = ada.post(f"{path}/{undo}")
    assert answer.json()["endorsed"] is False
    assert ("deprecation" in answer.headers) == (do == "pin")
    assert ada.get("/api/v1/endorsements").json() == []


def test_one_must_follow_whom_one_features(api: Api, people: People) -> None:
    answer = api.as_person(people.ada).post(f"/api/v1/accounts/{people.bo.id}/endorse")

    assert answer.status_code == 422
    assert answer.json()["error"] == (
        "Validation failed: You must be already following the person you want to endorse"
    )


def test_endorsements_page(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    for i in range(5):
        other = getattr(people, f"p{i}")
        people.ada.follows(other)
        ada.post(f"/api/v1/accounts/{other.id}/endorse")

    pages = list(ada.pages("/api/v1/endorsements", limit=2))

    assert [[one["username"] for one in page] for page in pages] == [["p4", "p3"], ["p2", "p1"], ["p0"]]


def test_a_note_stands_in_the_relationship(api: Api, people: People) -> None:
    ada, bo = api.as_person(people.ada), api.as_person(people.bo)
    path = f"/api/v1/accounts/{people.bo.id}/note"

    assert ada.post(path, comment="Likes tea").json()["note"] == "Likes tea"

    (relation,) = ada.get("/api/v1/accounts/relationships", id=[people.bo.id]).json()
    assert relation["note"] == "Likes tea"
    (back,) = bo.get("/api/v1/accounts/relationships", id=[people.ada.id]).json()
    assert back["note"] == ""
    assert ada.post(path).json()["note"] == ""
    too_long = ada.post(path, comment="x" * 2001)
    assert (too_long.status_code, too_long.json()["error"]) == (
        422, "Validation failed: Comment is too long (maximum is 2000 characters)",
    )  # fmt: skip


def test_a_follow_has_options(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    path = f"/api/v1/accounts/{people.bo.id}/follow"

    first = ada.post(path, reblogs="false", notify="true", languages=["de", "en"]).json()
    assert (first["showing_reblogs"], first["notifying"], first["languages"]) == (False, True, ["de", "en"])

    kept = ada.post(path, reblogs="true").json()
    assert (kept["showing_reblogs"], kept["notifying"], kept["languages"]) == (True, True, ["de", "en"])

    assert ada.post(path, languages=[""]).json()["languages"] is None
    refused = ada.post(path, languages=["german"])
    assert refused.status_code == 422
    assert refused.json()["error"].startswith("Validation failed: Languages must be")


def test_a_mute_with_an_end_tells_it_and_a_request_is_told_to_both(api: Api, people: People) -> None:
    people.bo.changes(locked=True)
    ada, bo = api.as_person(people.ada), api.as_person(people.bo)

    ada.post(f"/api/v1/accounts/{people.bo.id}/follow")
    muted = ada.post(f"/api/v1/accounts/{people.bo.id}/mute", duration=60).json()
    (seen,) = bo.get("/api/v1/accounts/relationships", id=[people.ada.id]).json()

    assert (muted["requested"], muted["requested_by"], seen["requested_by"]) == (True, False, True)
    assert muted["muting_expires_at"].endswith("Z")


# --- whom one knows and may want to know --------------------------------------------------------------


def test_familiar_followers_of_several(api: Api, people: People) -> None:
    ada, bo, cy, dan = people.ada, people.bo, people.cy, people.dan
    ada.follows(bo)
    bo.follows(cy)

    found = api.as_person(ada).get("/api/v1/accounts/familiar_followers", id=[cy.id, dan.id]).json()

    assert [(one["id"], [a["username"] for a in one["accounts"]]) for one in found] == [
        (str(cy.id), ["bo"]), (str(dan.id), []),
    ]  # fmt: skip
    again = api.as_person(ada).request(  # as Mastodon.py asks
        "GET", "/api/v1/accounts/familiar_followers", json={"id": [str(cy.id), str(dan.id)]}
    )
    assert again.json() == found


def test_suggestions_tell_why_and_can_be_dismissed(api: Api, people: People) -> None:
    for somebody in (people.ada, people.bo):
        somebody.changes(department="Looms")
    people.cy.follows(people.dan)
    ada = api.as_person(people.ada)

    found = ada.get("/api/v2/suggestions").json()

    assert [(one["account"]["username"], one["source"], one["sources"]) for one in found] == [
        ("bo", "past_interactions", ["similar_to_recently_followed"]),
        ("dan", "global", ["most_followed"]),
    ]
    assert names(ada.get("/api/v1/suggestions")) == ["bo", "dan"]
    assert len(ada.get("/api/v2/suggestions", limit=1).json()) == 1
    for wrong in (people.bo.id, people.bo.id, 1, "x"):
        assert ada.delete(f"/api/v1/suggestions/{wrong}").json() == {}
    assert names(ada.get("/api/v1/suggestions")) == ["dan"]


def test_the_directory_leaves_out_who_does_not_want_to_be_listed(api: Api, people: People) -> None:
    ada, bo = api.as_person(people.ada), people.bo
    people.cy.posts("Hello")
    assert names(ada.get("/api/v1/directory")) == ["cy", "bo", "ada"]
    assert names(ada.get("/api/v1/directory", order="new", limit=2, offset=1)) == ["bo", "ada"]

    api.as_person(bo).patch("/api/v1/profile", discoverable="false")

    assert names(ada.get("/api/v1/directory", local="true")) == ["cy", "ada"]


def test_whom_one_follows_can_be_hidden(api: Api, people: People) -> None:
    people.ada.follows(people.bo)
    people.cy.follows(people.ada)
    ada, bo = api.as_person(people.ada), api.as_person(people.bo)
    paths = [f"/api/v1/accounts/{people.ada.id}/{name}" for name in ("followers", "following")]
    assert [names(bo.get(path)) for path in paths] == [["cy"], ["bo"]]

    ada.patch("/api/v1/accounts/update_credentials", hide_collections="true")

    assert [names(bo.get(path)) for path in paths] == [[], []]
    assert [names(ada.get(path)) for path in paths] == [["cy"], ["bo"]]
    shown = bo.get(f"/api/v1/accounts/{people.ada.id}").json()
    assert (shown["hide_collections"], shown["followers_count"]) == (True, 1)

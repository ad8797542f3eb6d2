"""Announcements and custom emoji as apps read them, and react."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from officetalk.announcements import write
from officetalk.announcements.entities import Announcement, AnnouncementDraft
from officetalk.emoji import change as emoji
from officetalk.emoji import rules
from officetalk.emoji.pictures import Stored
from tests.api.client import ORIGIN, Api
from tests.people import People

HOUR = 3_600_000
MOVING = Stored("a" * 40 + ".gif", "b" * 40 + ".png")


def announce(api: Api, text: str, **more: Any) -> Announcement:
    return api.services.db.write_now(write.announce, None, AnnouncementDraft(text, **more), ORIGIN)


def add(api: Api, shortcode: str, **more: Any) -> None:
    api.services.db.write_now(emoji.add, None, shortcode, MOVING, **more)


def test_an_announcement_has_everything_that_its_text_names(api: Api, people: People) -> None:
    post = people.bo.posts("The plan")
    add(api, "party", category="Joy")
    made = announce(api, f"Ask @bo about #Plans :party:\n\n{ORIGIN}/@bo/{post.id}")

    (shown,) = api.as_person(people.ada).get("/api/v1/announcements").json()

    assert shown["id"] == str(made.id)
    assert shown["content"].startswith('<p>Ask <span class="h-card"')
    assert "</p><p>" in shown["content"]
    assert (shown["starts_at"], shown["ends_at"], shown["all_day"], shown["read"]) == (
        None,
        None,
        False,
        False,
    )
    assert shown["mentions"] == [
        {"id": str(people.bo.id), "username": "bo", "acct": "bo", "url": f"{ORIGIN}/@bo"}
    ]
    assert shown["statuses"] == [{"id": str(post.id), "url": f"{ORIGIN}/@bo/{post.id}"}]
    assert shown["tags"] == [{"name": "plans", "url": f"{ORIGIN}/tags/plans"}]
    assert [e["shortcode"] for e in shown["emojis"]] == ["party"]
    assert shown["reactions"] == []


def test_dismissed_ones_come_only_when_asked_for(api: Api, people: People) -> None:
    made, ada = announce(api, "Hello"), api.as_person(people.ada)

    answer = ada.post(f"/api/v1/announcements/{made.id}/dismiss")

    assert (answer.status_code, answer.json()) == (200, {})
    assert ada.get("/api/v1/announcements").json() == []
    (shown,) = ada.get("/api/v1/announcements", with_dismissed="true").json()
    assert shown["read"] is True


@pytest.mark.parametrize("name", ["🎉", "👩‍❤️‍💋‍👨", "party"])
def test_a_reaction_is_put_and_taken_back(api: Api, people: People, name: str) -> None:
    add(api, "party")
    made, ada, bo = announce(api, "Party"), api.as_person(people.ada), api.as_person(people.bo)
    path = f"/api/v1/announcements/{made.id}/reactions/{quote(name)}"

    for client in (ada, bo, bo):
        assert client.put(path).json() == {}

    (reaction,) = ada.get("/api/v1/announcements").json()[0]["reactions"]
    assert (reaction["name"], reaction["count"], reaction["me"]) == (name, 2, True)
    assert ("url" in reaction) == (name == "party")
    assert ada.delete(path).json() == {}
    (reaction,) = ada.get("/api/v1/announcements").json()[0]["reactions"]
    assert (reaction["count"], reaction["me"]) == (1, False)
    assert ada.delete(path).status_code == 404


def test_what_cannot_be_a_reaction_is_refused_in_mastodons_words(api: Api, people: People) -> None:
    made, ada = announce(api, "Party"), api.as_person(people.ada)
    path = f"/api/v1/announcements/{made.id}/reactions/"

    answer = ada.put(path + "thumbs")
    for name in "🎉🤔👍❤😀😎🚀🌍":
        ada.put(path + quote(name))
    ninth = ada.put(path + quote("🐙"))

    assert answer.status_code == 422
    assert answer.json()["error"] == "Validation failed: Name is not a recognized emoji"
    assert ninth.json()["error"] == "Validation failed: Limit of different reactions reached"


def test_what_is_not_to_be_seen_is_not_there(api: Api, people: People) -> None:
    later = announce(api, "Later", publish_at=api.services.db.clock() + HOUR)
    ada = api.as_person(people.ada)

    for answer in (
        ada.post(f"/api/v1/announcements/{later.id}/dismiss"),
        ada.put(f"/api/v1/announcements/{later.id}/reactions/{quote('🎉')}"),
        ada.delete(f"/api/v1/announcements/{later.id}/reactions/{quote('🎉')}"),
    ):
        assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})


def test_custom_emoji_are_listed_with_signed_pictures(api: Api, people: People) -> None:
    add(api, "zebra")
    add(api, "party", category="Joy", in_picker=False)
    add(api, "gone")
    gone = next(e for e in api.services.db.read_now(rules.everything) if e.shortcode == "gone")
    api.services.db.write_now(emoji.change, None, gone.id, disabled=True)

    zebra, party = api.as_person(people.ada).get("/api/v1/custom_emojis").json()

    assert (zebra["shortcode"], zebra["category"], zebra["visible_in_picker"]) == ("zebra", None, True)
    assert (party["shortcode"], party["category"], party["visible_in_picker"]) == ("party", "Joy", False)
    assert zebra["url"].startswith(f"{ORIGIN}/emoji/{MOVING.file}?s=")
    assert zebra["static_url"].startswith(f"{ORIGIN}/emoji/{MOVING.static_file}?s=")


def test_a_change_of_emoji_is_there_with_the_next_request(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    assert ada.get("/api/v1/custom_emojis").json() == []

    add(api, "party")

    assert [e["shortcode"] for e in ada.get("/api/v1/custom_emojis").json()] == ["party"]

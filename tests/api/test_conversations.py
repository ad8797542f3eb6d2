"""Conversations over HTTP, and the direct timeline before them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.client import Api, Client, link
from tests.people import People

CONVERSATIONS = "/api/v1/conversations"


@pytest.fixture
def ada(api: Api, people: People) -> Client:
    return api.as_person(people.ada)


@pytest.fixture
def bo(api: Api, people: People) -> Client:
    return api.as_person(people.bo)


def said(shown: dict[str, Any]) -> str:
    return shown["last_status"]["content"]


def test_both_see_their_conversation(ada: Client, bo: Client, people: People) -> None:
    people.ada.posts("@bo hello", "direct")

    (mine,) = ada.get(CONVERSATIONS).json()
    (theirs,) = bo.get(CONVERSATIONS).json()

    assert (mine["unread"], theirs["unread"]) == (False, True)
    assert [account["username"] for account in mine["accounts"]] == ["bo"]
    assert [account["username"] for account in theirs["accounts"]] == ["ada"]
    assert mine["last_status"]["visibility"] == "direct"
    assert mine["last_status"]["id"] == theirs["last_status"]["id"]
    assert mine["id"] != theirs["id"]


def test_reading_and_putting_away(ada: Client, bo: Client, people: People) -> None:
    first = people.ada.posts("@bo hello", "direct")
    (one,) = bo.get(CONVERSATIONS).json()

    read = bo.post(f"{CONVERSATIONS}/{one['id']}/read")
    assert read.json() == {**one, "unread": False}
    assert bo.get(CONVERSATIONS).json() == [read.json()]

    assert bo.delete(f"{CONVERSATIONS}/{one['id']}").json() == {}
    assert bo.get(CONVERSATIONS).json() == []
    assert bo.delete(f"{CONVERSATIONS}/{one['id']}").status_code == 404
    assert len(ada.get(CONVERSATIONS).json()) == 1

    people.ada.posts("@bo still there?", "direct", parent_id=first.id)
    (again,) = bo.get(CONVERSATIONS).json()
    assert "still there?" in said(again) and again["unread"]


def test_conversations_come_in_pages(ada: Client, people: People) -> None:
    assert people.ada.name == "ada"
    for i in range(5):
        getattr(people, f"p{i}").posts(f"@ada number {i}", "direct")
    numbers = [f"number {i}" for i in reversed(range(5))]

    pages = list(ada.pages(CONVERSATIONS, limit=2))

    assert [len(page) for page in pages] == [2, 2, 1]
    found = [one for page in pages for one in page]
    assert all(number in said(one) for number, one in zip(numbers, found, strict=True))
    newest = ada.get(CONVERSATIONS, limit=2)
    people.p0.posts("@ada newer", "direct")
    assert ["newer" in said(one) for one in ada.get(link(newest, "prev") or "").json()] == [True]


def test_a_conversation_is_marked_as_unread_to_come_back_to_it(ada: Client, people: People) -> None:
    """Not in Mastodon's documentation; masto.js has it."""
    people.bo.posts("@ada hello", "direct")
    (one,) = ada.get(CONVERSATIONS).json()
    assert ada.post(f"{CONVERSATIONS}/{one['id']}/read").json()["unread"] is False

    again = ada.post(f"{CONVERSATIONS}/{one['id']}/unread")

    assert again.json() == one == ada.get(CONVERSATIONS).json()[0]
    assert one["unread"] is True


def test_a_conversation_is_nobody_elses(ada: Client, bo: Client, api: Api, people: People) -> None:
    people.ada.posts("@bo hello", "direct")
    (one,) = ada.get(CONVERSATIONS).json()

    for human in (people.bo, people.cy):
        client = api.as_person(human)
        assert client.post(f"{CONVERSATIONS}/{one['id']}/read").status_code == 404
        assert client.post(f"{CONVERSATIONS}/{one['id']}/unread").status_code == 404
        assert client.delete(f"{CONVERSATIONS}/{one['id']}").status_code == 404
    assert api.as_person(people.cy).get(CONVERSATIONS).json() == []


def test_the_direct_timeline_has_every_direct_post(ada: Client, bo: Client, people: People) -> None:
    first = people.ada.posts("@bo one", "direct")
    second = people.bo.posts("@ada two", "direct", parent_id=first.id)
    assert people.cy.name == "cy"
    people.bo.posts("@cy three", "direct")
    people.ada.posts("@bo open")

    answer = ada.get("/api/v1/timelines/direct")

    assert [status["id"] for status in answer.json()] == [str(second.id), str(first.id)]
    assert answer.headers["deprecation"].startswith("@")
    pages = list(ada.pages("/api/v1/timelines/direct", limit=1))
    assert [page[0]["id"] for page in pages if page] == [str(second.id), str(first.id)]
    assert len(bo.get("/api/v1/timelines/direct").json()) == 3

"""Lists over HTTP: the list, its members, its timeline."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.client import Api, Client, link
from tests.people import Human, People

LISTS = "/api/v1/lists"


@pytest.fixture
def ada(api: Api, people: People) -> Client:
    return api.as_person(people.ada)


@pytest.fixture
def bo(api: Api, people: People) -> Client:
    return api.as_person(people.bo)


def make(client: Client, title: str = "Friends", **more: Any) -> dict[str, Any]:
    answer = client.post(LISTS, title=title, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def put_on(client: Client, one: dict[str, Any], *humans: Human) -> Any:
    return client.post(f"{LISTS}/{one['id']}/accounts", account_ids=[human.id for human in humans])


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [account["username"] for account in answer.json()]


def test_a_list_is_made_read_changed_and_removed(ada: Client) -> None:
    made = make(ada)
    assert made == {"id": made["id"], "title": "Friends", "replies_policy": "list", "exclusive": False}
    other = make(ada, "Team", replies_policy="none", exclusive="true")
    assert (other["replies_policy"], other["exclusive"]) == ("none", True)
    assert ada.get(LISTS).json() == [made, other]
    assert ada.get(f"{LISTS}/{made['id']}").json() == made

    changed = ada.put(f"{LISTS}/{made['id']}", title="All", replies_policy="followed", exclusive="true")
    assert changed.json() == {**made, "title": "All", "replies_policy": "followed", "exclusive": True}
    assert ada.put(f"{LISTS}/{made['id']}", title="Most").json() == {**changed.json(), "title": "Most"}

    assert ada.delete(f"{LISTS}/{made['id']}").json() == {}
    assert ada.get(LISTS).json() == [other]
    assert ada.get(f"{LISTS}/{made['id']}").status_code == 404


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({}, "Validation failed: Title can't be blank"),
        ({"title": " "}, "Validation failed: Title can't be blank"),
        (
            {"title": "x", "replies_policy": "some"},
            "Validation failed: Replies policy is not included in the list",
        ),
    ],
)
def test_a_list_that_cannot_be_is_refused_in_mastodons_words(
    ada: Client, sent: dict[str, Any], error: str
) -> None:
    answer = ada.post(LISTS, **sent)

    assert (answer.status_code, answer.json()["error"]) == (422, error)


def test_people_are_put_on_a_list_and_taken_off(ada: Client, people: People) -> None:
    people.ada.follows(people.bo, people.cy)
    made = make(ada)
    path = f"{LISTS}/{made['id']}/accounts"

    assert put_on(ada, made, people.bo, people.cy).json() == {}
    assert sorted(names(ada.get(path))) == ["bo", "cy"]
    assert ada.get(f"/api/v1/accounts/{people.bo.id}/lists").json() == [made]

    # Clients send the ids of a DELETE in the body or in the query.
    form = ada.request("DELETE", path, data={"account_ids[]": [str(people.bo.id)]})
    assert (form.status_code, form.json()) == (200, {})
    assert names(ada.get(path)) == ["cy"]
    query = ada.request("DELETE", path, params={"account_ids[]": str(people.cy.id)})
    assert query.json() == {}
    assert names(ada.get(path)) == []
    assert put_on(ada, made, people.bo).json() == {}
    sent = ada.request("DELETE", path, json={"account_ids": [str(people.bo.id), "12345"]})
    assert sent.json() == {}
    assert names(ada.get(path)) == []
    assert ada.get(f"/api/v1/accounts/{people.bo.id}/lists").json() == []


def test_who_cannot_be_put_on_a_list(ada: Client, people: People) -> None:
    people.ada.follows(people.bo)
    made = make(ada)
    put_on(ada, made, people.bo)

    twice = put_on(ada, made, people.bo)
    assert (twice.status_code, twice.json()["error"]) == (
        422,
        "Validation failed: Account has already been taken",
    )
    stranger = put_on(ada, made, people.cy)
    assert (stranger.status_code, stranger.json()) == (404, {"error": "Record not found"})


def test_members_come_in_pages_or_all_at_once(ada: Client, people: People) -> None:
    humans = [getattr(people, f"p{i}") for i in range(90)]
    people.ada.follows(*humans)
    made = make(ada)
    put_on(ada, made, *humans)
    path = f"{LISTS}/{made['id']}/accounts"
    expected = [human.name for human in reversed(humans)]

    assert names(ada.get(path)) == expected[:40]
    assert names(ada.get(path, limit=500)) == expected[:80]
    everyone = ada.get(path, limit=0)
    assert names(everyone) == expected
    assert "link" not in everyone.headers
    assert [a["username"] for page in ada.pages(path, limit=20) for a in page] == expected
    second = ada.get(link(ada.get(path, limit=20), "next") or "")
    assert names(ada.get(link(second, "prev") or "")) == expected[:20]


def test_nothing_of_somebody_elses_list_can_be_reached(ada: Client, bo: Client, people: People) -> None:
    people.ada.follows(people.cy)
    people.bo.follows(people.cy)
    made = make(ada)
    put_on(ada, made, people.cy)
    one = f"{LISTS}/{made['id']}"

    asked = [
        bo.get(one),
        bo.put(one, title="Mine"),
        bo.delete(one),
        bo.get(f"{one}/accounts"),
        bo.get(f"{one}/accounts", limit=0),
        put_on(bo, made, people.cy),
        bo.request("DELETE", f"{one}/accounts", data={"account_ids[]": [str(people.cy.id)]}),
        bo.get(f"/api/v1/timelines/list/{made['id']}"),
    ]

    assert {answer.status_code for answer in asked} == {404}
    assert bo.get(LISTS).json() == bo.get(f"/api/v1/accounts/{people.cy.id}/lists").json() == []
    assert ada.get(one).json() == made
    assert names(ada.get(f"{one}/accounts")) == ["cy"]


def test_a_list_has_a_timeline_in_pages(ada: Client, people: People) -> None:
    people.ada.follows(people.bo, people.cy)
    made = make(ada)
    put_on(ada, made, people.bo)
    for i in range(5):
        people.bo.posts(f"Of Bo {i}")
        people.cy.posts(f"Of Cy {i}")
    path = f"/api/v1/timelines/list/{made['id']}"

    pages = [[status["content"] for status in page] for page in ada.pages(path, limit=2)]

    assert [len(page) for page in pages] == [2, 2, 1]
    assert [text for page in pages for text in page] == [f"<p>Of Bo {i}</p>" for i in reversed(range(5))]
    newest = ada.get(path, limit=2)
    people.bo.posts("Newer")
    assert [s["content"] for s in ada.get(link(newest, "prev") or "").json()] == ["<p>Newer</p>"]


def test_members_of_an_exclusive_list_are_not_at_home(ada: Client, people: People) -> None:
    people.ada.follows(people.bo)
    people.bo.posts("Hello")
    made = make(ada)
    put_on(ada, made, people.bo)
    assert len(ada.get("/api/v1/timelines/home").json()) == 1

    ada.put(f"{LISTS}/{made['id']}", exclusive="true")

    assert ada.get("/api/v1/timelines/home").json() == []
    assert len(ada.get(f"/api/v1/timelines/list/{made['id']}").json()) == 1

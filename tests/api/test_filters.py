"""Filters over HTTP, as the apps use them: version 2, and 1 over the same filters."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.client import Api, Client
from tests.people import People

FILTERS = "/api/v2/filters"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def ada(api: Api, people: People) -> Client:
    return api.as_person(people.ada)


@pytest.fixture
def bo(api: Api, people: People) -> Client:
    return api.as_person(people.bo)


def make(client: Client, *words: str, **more: Any) -> dict[str, Any]:
    keywords = [{"keyword": word} for word in words]
    sent = {"title": "T", "context": ["home"], "keywords_attributes": keywords, **more}
    answer = client.request("POST", FILTERS, json=sent)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_filter_is_made_read_changed_and_removed(ada: Client) -> None:
    made = make(ada, "lunch", filter_action="hide", expires_in=3600)
    assert made["filter_action"] == "hide"
    assert made["context"] == ["home"]
    assert made["expires_at"].endswith("Z")
    assert [(k["keyword"], k["whole_word"]) for k in made["keywords"]] == [("lunch", True)]
    assert made["statuses"] == []
    assert ada.get(FILTERS).json() == [made]
    assert ada.get(f"{FILTERS}/{made['id']}").json() == made

    changed = ada.put(f"{FILTERS}/{made['id']}", title="New", context=["public", "thread"], expires_in="")

    assert changed.json() == {**made, "title": "New", "context": ["public", "thread"], "expires_at": None}
    assert ada.delete(f"{FILTERS}/{made['id']}").json() == {}
    assert ada.get(FILTERS).json() == []


def test_what_is_not_sent_stays(ada: Client) -> None:
    made = make(ada, "lunch", filter_action="blur", expires_in=3600)

    assert ada.put(f"{FILTERS}/{made['id']}", title="New").json() == {**made, "title": "New"}


def test_keywords_nest_in_a_form_as_the_documentation_has_it(ada: Client) -> None:
    made = ada.request(
        "POST", FILTERS, headers=FORM,
        content="title=test&context[]=public&keywords_attributes[][keyword]=foo"
        "&keywords_attributes[][whole_word]=false&keywords_attributes[][keyword]=bar"
        "&keywords_attributes[][whole_word]=true",
    ).json()  # fmt: skip
    foo, bar = made["keywords"]
    assert [(k["keyword"], k["whole_word"]) for k in (foo, bar)] == [("foo", False), ("bar", True)]

    changed = ada.request(
        "PUT", f"{FILTERS}/{made['id']}", headers=FORM,
        content=f"keywords_attributes[][id]={foo['id']}&keywords_attributes[][_destroy]=true"
        f"&keywords_attributes[][id]={bar['id']}&keywords_attributes[][keyword]=baz",
    ).json()  # fmt: skip

    assert changed["keywords"] == [{**bar, "keyword": "baz"}]


def test_nested_keywords_are_added_beside_those_that_are_there_and_blank_ones_left_out(ada: Client) -> None:
    made = make(ada, "a")

    changed = ada.request(
        "PUT", f"{FILTERS}/{made['id']}",
        json={"keywords_attributes": [{"keyword": "b", "whole_word": False}, {"keyword": ""}, {"_destroy": True}]},
    ).json()  # fmt: skip

    assert [k["keyword"] for k in changed["keywords"]] == ["a", "b"]


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({}, "Title can't be blank, Context can't be blank, Context None or invalid context supplied"),
        ({"title": "", "context": ["home"]}, "Title can't be blank"),
        ({"title": "x", "context": ["nowhere"]}, "Context None or invalid context supplied"),
        (
            {"title": "x", "context": ["home"], "filter_action": "x"},
            "Filter action is not included in the list",
        ),
        (
            {
                "title": "x",
                "context": ["home"],
                "keywords_attributes": [{"keyword": " ", "whole_word": True}],
            },
            "Keyword can't be blank",
        ),
    ],
)
def test_a_filter_that_cannot_be_is_refused_in_mastodons_words(
    ada: Client, sent: dict[str, Any], error: str
) -> None:
    answer = ada.request("POST", FILTERS, json=sent)

    assert answer.status_code == 422
    assert answer.json()["error"] == f"Validation failed: {error}"
    assert ada.get(FILTERS).json() == []


def test_a_keyword_id_of_another_filter_is_not_found_and_changes_nothing(ada: Client, bo: Client) -> None:
    mine, theirs = make(ada, "a"), make(bo, "b")
    foreign = [{"id": theirs["keywords"][0]["id"], "_destroy": True}]

    in_new = ada.request(
        "POST", FILTERS, json={"title": "x", "context": ["home"], "keywords_attributes": foreign}
    )
    in_mine = ada.request(
        "PUT", f"{FILTERS}/{mine['id']}", json={"title": "x", "keywords_attributes": foreign}
    )

    assert (in_new.status_code, in_mine.status_code) == (404, 404)
    assert ada.get(FILTERS).json() == [mine]
    assert bo.get(FILTERS).json() == [theirs]


def test_keywords_have_methods_of_their_own(ada: Client) -> None:
    made = make(ada, "a")
    path = f"{FILTERS}/{made['id']}/keywords"

    added = ada.post(path, keyword="b", whole_word="false").json()
    assert (added["keyword"], added["whole_word"]) == ("b", False)
    assert ada.get(path).json() == [made["keywords"][0], added]
    one = f"{FILTERS}/keywords/{added['id']}"
    assert ada.get(one).json() == added
    assert ada.put(one, keyword="c").json() == {**added, "keyword": "c"}
    assert ada.put(one, whole_word="true").json() == {**added, "keyword": "c", "whole_word": True}
    for answer in (ada.post(path), ada.post(path, keyword=""), ada.put(one, keyword="")):
        assert answer.status_code == 422
        assert answer.json()["error"] == "Validation failed: Keyword can't be blank"
    assert ada.delete(one).json() == {}
    assert ada.get(one).status_code == 404
    assert ada.get(path).json() == made["keywords"]


def test_posts_have_methods_of_their_own(ada: Client, people: People) -> None:
    made = make(ada)
    post = people.bo.posts("Not again")
    path = f"{FILTERS}/{made['id']}/statuses"

    added = ada.post(path, status_id=post.id).json()

    assert added["status_id"] == str(post.id)
    assert ada.get(path).json() == [added]
    one = f"{FILTERS}/statuses/{added['id']}"
    assert ada.get(one).json() == added
    assert ada.get(f"{FILTERS}/{made['id']}").json()["statuses"] == [added]
    again = ada.post(path, status_id=post.id)
    assert (again.status_code, again.json()["error"]) == (
        422,
        "Validation failed: Status has already been taken",
    )
    assert ada.post(path).status_code == 422
    assert ada.delete(one).json() == {}
    assert ada.get(path).json() == []


def test_only_a_post_that_one_may_read_can_be_filtered(ada: Client, people: People) -> None:
    made = make(ada)
    secret = people.bo.posts("@cy a secret", "direct")

    for id in (secret.id, 12345):
        answer = ada.post(f"{FILTERS}/{made['id']}/statuses", status_id=id)
        assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})


def test_nothing_of_somebody_elses_filters_can_be_reached(ada: Client, bo: Client, people: People) -> None:
    made = make(ada, "a")
    named = ada.post(f"{FILTERS}/{made['id']}/statuses", status_id=people.ada.posts("x").id).json()
    keyword = made["keywords"][0]["id"]
    whole = ada.get(FILTERS).json()

    asked = [
        bo.get(f"{FILTERS}/{made['id']}"),
        bo.put(f"{FILTERS}/{made['id']}", title="x"),
        bo.delete(f"{FILTERS}/{made['id']}"),
        bo.get(f"{FILTERS}/{made['id']}/keywords"),
        bo.post(f"{FILTERS}/{made['id']}/keywords", keyword="x"),
        bo.get(f"{FILTERS}/keywords/{keyword}"),
        bo.put(f"{FILTERS}/keywords/{keyword}", keyword="x"),
        bo.delete(f"{FILTERS}/keywords/{keyword}"),
        bo.get(f"{FILTERS}/{made['id']}/statuses"),
        bo.post(f"{FILTERS}/{made['id']}/statuses", status_id=named["status_id"]),
        bo.get(f"{FILTERS}/statuses/{named['id']}"),
        bo.delete(f"{FILTERS}/statuses/{named['id']}"),
        bo.get(f"/api/v1/filters/{keyword}"),
        bo.put(f"/api/v1/filters/{keyword}", phrase="x", context=["home"]),
        bo.delete(f"/api/v1/filters/{keyword}"),
    ]

    assert {answer.status_code for answer in asked} == {404}
    assert bo.get(FILTERS).json() == bo.get("/api/v1/filters").json() == []
    assert ada.get(FILTERS).json() == whole


def test_an_expired_filter_is_still_shown_to_its_owner(ada: Client, clock: Any) -> None:
    made = make(ada, "a", expires_in=60)

    clock.forward(hours=1)

    assert ada.get(FILTERS).json() == [made]


# --- version 1 ---------------------------------------------------------------------------------------


def test_a_first_version_filter_is_a_filter_of_one_keyword(ada: Client) -> None:
    made = ada.post(
        "/api/v1/filters", phrase="lunch", context=["home", "thread"], irreversible="true", whole_word="false"
    )

    shown = made.json()
    assert shown == {
        "id": shown["id"],
        "phrase": "lunch",
        "context": ["home", "thread"],
        "whole_word": False,
        "expires_at": None,
        "irreversible": True,
    }
    assert made.headers["deprecation"].startswith("@")
    assert ada.get("/api/v1/filters").json() == [shown]
    assert ada.get(f"/api/v1/filters/{shown['id']}").json() == shown
    (new,) = ada.get(FILTERS).json()
    assert (new["title"], new["filter_action"]) == ("lunch", "hide")
    assert new["keywords"] == [{"id": shown["id"], "keyword": "lunch", "whole_word": False}]


def test_a_first_version_filter_is_changed_with_its_filter(ada: Client) -> None:
    made = ada.post("/api/v1/filters", phrase="lunch", context=["home"]).json()

    changed = ada.put(
        f"/api/v1/filters/{made['id']}", phrase="dinner", context=["public"], irreversible="true"
    ).json()

    assert changed == {**made, "phrase": "dinner", "context": ["public"], "irreversible": True}
    assert [one["title"] for one in ada.get(FILTERS).json()] == ["dinner"]


def test_what_several_keywords_share_is_not_changed_by_an_old_app(ada: Client) -> None:
    made = make(ada, "a", "b")
    first = f"/api/v1/filters/{made['keywords'][0]['id']}"

    refused = ada.put(first, phrase="c", context=["public"])
    assert refused.status_code == 422
    assert refused.json()["error"].startswith("These parameters cannot be changed from this application")
    assert ada.get(FILTERS).json() == [made]

    changed = ada.put(first, phrase="c", context=["home"], irreversible="false", whole_word="false")

    assert (changed.json()["phrase"], changed.json()["whole_word"]) == ("c", False)
    (now,) = ada.get(FILTERS).json()
    assert (now["title"], [k["keyword"] for k in now["keywords"]]) == ("T", ["c", "b"])


def test_removing_a_first_version_filter_leaves_its_filter(ada: Client) -> None:
    made = make(ada, "a", "b")

    assert ada.delete(f"/api/v1/filters/{made['keywords'][0]['id']}").json() == {}

    assert ada.get(FILTERS).json() == [{**made, "keywords": [made["keywords"][1]]}]


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"context": ["home"]}, "Phrase can't be blank"),
        ({"phrase": " ", "context": ["home"]}, "Phrase can't be blank"),
        ({"phrase": "x"}, "Context can't be blank, Context None or invalid context supplied"),
    ],
)
def test_a_first_version_filter_needs_a_phrase_and_where_it_holds(
    ada: Client, sent: dict[str, Any], error: str
) -> None:
    answer = ada.post("/api/v1/filters", **sent)

    assert (answer.status_code, answer.json()["error"]) == (422, f"Validation failed: {error}")

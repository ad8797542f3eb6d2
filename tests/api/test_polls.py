"""Polls over HTTP, as the apps ask and vote, in Mastodon's words."""

from __future__ import annotations

from typing import Any

import pytest

from officetalk.filters import rules as filters
from officetalk.filters.entities import KeywordChange
from officetalk.posts import polls
from tests.api.client import Api, Client
from tests.conftest import Clock
from tests.people import Human, People

POLL: dict[str, Any] = {"poll[options]": ["Tea", "Coffee"], "poll[expires_in]": 3600}
OTHER: dict[str, Any] = {**POLL, "poll[options]": ["Tea", "Milk"]}


@pytest.fixture
def ada(api: Api, people: People) -> Client:
    return api.as_person(people.ada)


@pytest.fixture
def bo(api: Api, people: People) -> Client:
    return api.as_person(people.bo)


def asks(client: Client, *, text: str = "Well?", visibility: str = "public", **poll: Any) -> dict[str, Any]:
    """The status with a poll, sent as JSON."""
    sent = {"options": ["Tea", "Coffee"], "expires_in": 3600, **poll}
    answer = client.request(
        "POST", "/api/v1/statuses", json={"status": text, "visibility": visibility, "poll": sent}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_poll_is_told_whole(ada: Client, clock: Clock) -> None:
    status = asks(ada)

    poll = status["poll"]
    assert poll.pop("expires_at").endswith("Z")
    assert poll == {
        "id": status["id"],
        "expired": False,
        "multiple": False,
        "votes_count": 0,
        "voters_count": None,
        "options": [{"title": "Tea", "votes_count": 0}, {"title": "Coffee", "votes_count": 0}],
        "emojis": [],
        "voted": True,  # its author counts as having voted
        "own_votes": [],
    }
    assert ada.get(f"/api/v1/polls/{status['id']}").json()["id"] == status["id"]
    clock.forward(hours=2)
    assert ada.get(f"/api/v1/polls/{status['id']}").json()["expired"] is True


@pytest.mark.parametrize("form", ["form", "json", "query"])
def test_the_form_in_which_it_is_sent_does_not_matter(ada: Client, form: str) -> None:
    options = {"poll[options][]": ["Tea", "Coffee"], "poll[expires_in]": "3600"}
    texts = {"status": "Well?", **options, "poll[multiple]": "true", "poll[hide_totals]": "1"}
    nested = {"options": ["Tea", "Coffee"], "expires_in": "3600", "multiple": True, "hide_totals": True}
    sent: dict[str, Any] = {
        "form": {"data": texts},
        "query": {"params": texts},
        "json": {"json": {"status": "Well?", "poll": nested}},
    }[form]

    poll = ada.request("POST", "/api/v1/statuses", **sent).json()["poll"]

    assert poll["multiple"] is True
    assert poll["voters_count"] == 0
    assert poll["options"] == [{"title": o, "votes_count": None} for o in ("Tea", "Coffee")]


@pytest.mark.parametrize("form", ["form", "json"])
def test_a_vote_is_answered_with_the_poll(ada: Client, bo: Client, form: str) -> None:
    status = asks(ada, options=["Tea", "Coffee", "Milk"], multiple=True)
    sent: dict[str, Any] = {
        "form": {"data": {"choices[]": [2, 0]}},
        "json": {"json": {"choices": ["2", "0"]}},
    }

    voted = bo.request("POST", f"/api/v1/polls/{status['id']}/votes", **sent[form]).json()

    assert (voted["voted"], voted["own_votes"]) == (True, [0, 2])
    assert (voted["votes_count"], voted["voters_count"]) == (2, 1)
    assert [option["votes_count"] for option in voted["options"]] == [1, 0, 1]


def test_each_reader_is_told_of_their_own_votes(ada: Client, bo: Client, api: Api, people: People) -> None:
    id = asks(ada)["id"]
    bo.post(f"/api/v1/polls/{id}/votes", choices=[1])

    told = {
        name: client.get(f"/api/v1/statuses/{id}").json()["poll"]
        for name, client in {"ada": ada, "bo": bo, "cy": api.as_person(people.cy)}.items()
    }

    assert {name: (p["voted"], p["own_votes"]) for name, p in told.items()} == {
        "ada": (True, []),
        "bo": (True, [1]),
        "cy": (False, []),
    }
    assert {p["votes_count"] for p in told.values()} == {1}


def test_hidden_totals_are_told_when_it_has_ended(ada: Client, bo: Client, clock: Clock) -> None:
    id = asks(ada, hide_totals=True)["id"]
    voted = bo.post(f"/api/v1/polls/{id}/votes", choices=[1]).json()
    path = f"/api/v1/polls/{id}"

    for told in (
        voted,
        bo.get(path).json(),
        ada.get(path).json(),
        ada.get(f"/api/v1/statuses/{id}").json()["poll"],
    ):
        assert [option["votes_count"] for option in told["options"]] == [None, None]
    clock.forward(hours=2)

    assert [option["votes_count"] for option in bo.get(path).json()["options"]] == [0, 1]


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "one option": ({"options": ["Tea"]}, "Poll options must have more than one item"),
    "nine options": ({"options": list("123456789")}, "Poll options can't contain more than 8 items"),
    "too long": ({"options": ["x" * 51, "y"]}, "Poll options cannot be longer than 50 characters each"),
    "twice": ({"options": ["x", "x"]}, "Poll options contain duplicate items"),
    "too soon": ({"expires_in": 60}, "Poll expires at is too soon"),
    "too late": ({"expires_in": 10**9}, "Poll expires at is too far into the future"),
    "no end": ({"expires_in": None}, "Poll expires at can't be blank"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_bad_poll_is_refused_in_mastodons_words_and_leaves_nothing(
    ada: Client, people: People, what: str
) -> None:
    poll, error = REFUSED[what]
    sent = {"options": ["Tea", "Coffee"], "expires_in": 3600, **poll}

    answer = ada.request("POST", "/api/v1/statuses", json={"status": "Well?", "poll": sent})

    assert (answer.status_code, answer.json()["error"]) == (422, f"Validation failed: {error}")
    assert ada.get(f"/api/v1/accounts/{people.ada.id}/statuses").json() == []


@pytest.mark.parametrize(
    "poll", ["text", [], {"options": "Tea"}, {"options": [1, {}]}, {"expires_in": "soon"}]
)
def test_a_poll_that_is_none_is_refused(ada: Client, poll: Any) -> None:
    answer = ada.request("POST", "/api/v1/statuses", json={"status": "x", "poll": poll})

    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("poll", [None, {"options": []}, {"options": ["", ""], "expires_in": 3600}])
def test_a_poll_without_options_is_none(ada: Client, poll: Any) -> None:
    answer = ada.request("POST", "/api/v1/statuses", json={"status": "x", "poll": poll})

    assert (answer.status_code, answer.json()["poll"]) == (200, None)


def test_a_vote_that_does_not_count_is_refused_in_mastodons_words(
    ada: Client, bo: Client, api: Api, people: People, clock: Clock
) -> None:
    id = asks(ada)["id"]
    cy = api.as_person(people.cy)
    assert bo.post(f"/api/v1/polls/{id}/votes", choices=[0]).status_code == 200

    def refused(client: Client, *choices: int) -> tuple[int, str]:
        answer = client.post(f"/api/v1/polls/{id}/votes", choices=list(choices))
        return answer.status_code, answer.json()["error"]

    assert refused(ada, 0) == (422, "Validation failed: You cannot vote in your own polls")
    assert refused(bo, 1) == (422, "Validation failed: You have already voted on this poll")
    assert refused(cy, 2) == (422, "Validation failed: The chosen vote option does not exist")
    assert refused(cy, 0, 1) == (422, "Validation failed: The chosen vote option does not exist")
    assert refused(cy) == (422, "Validation failed: The chosen vote option does not exist")
    clock.forward(hours=2)
    assert refused(cy, 0) == (422, "Validation failed: The poll has already ended")
    people.cy.blocks(people.ada)
    assert refused(cy, 0) == (403, "This action is not allowed")


@pytest.mark.parametrize("choices", ["x", "1.5", "1e3", "9" * 40])
def test_a_choice_that_is_no_number_is_refused(ada: Client, bo: Client, choices: str) -> None:
    id = asks(ada)["id"]

    assert bo.post(f"/api/v1/polls/{id}/votes", choices=[choices]).status_code == 422


@pytest.mark.parametrize("visibility", ["private", "direct"])
def test_a_poll_that_is_not_for_one_is_not_there(ada: Client, bo: Client, visibility: str) -> None:
    id = asks(ada, visibility=visibility)["id"]

    for answer in (bo.get(f"/api/v1/polls/{id}"), bo.post(f"/api/v1/polls/{id}/votes", choices=[0])):
        assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})
    for id in ("1", "x", "0", "9" * 30):
        assert bo.get(f"/api/v1/polls/{id}").status_code == 404


def test_a_poll_is_told_in_every_list(ada: Client, bo: Client, people: People) -> None:
    people.bo.follows(people.ada)
    id = asks(ada, text="Well? #tag")["id"]
    top = people.ada.posts("Top")
    ada.post("/api/v1/statuses", status="Below?", in_reply_to_id=top.id, **POLL)
    for mark in ("favourite", "bookmark"):
        bo.post(f"/api/v1/statuses/{id}/{mark}")
    bo.post(f"/api/v1/polls/{id}/votes", choices=[1])
    lists = {
        path: bo.get(path).json()
        for path in (
            "/api/v1/timelines/home",
            "/api/v1/timelines/public",
            "/api/v1/timelines/tag/tag",
            f"/api/v1/accounts/{people.ada.id}/statuses",
            "/api/v1/favourites",
            "/api/v1/bookmarks",
            f"/api/v1/statuses?id[]={id}",
        )
    }
    lists["search"] = bo.get("/api/v2/search", q="well").json()["statuses"]

    for path, statuses in lists.items():
        [found] = [status for status in statuses if status["id"] == id]
        assert found["poll"]["own_votes"] == [1], path
    [below] = bo.get(f"/api/v1/statuses/{top.id}/context").json()["descendants"]
    assert [option["title"] for option in below["poll"]["options"]] == ["Tea", "Coffee"]


def test_a_repost_shows_the_poll_inside_and_one_votes_by_its_id(ada: Client, bo: Client) -> None:
    id = asks(ada)["id"]
    repost = bo.post(f"/api/v1/statuses/{id}/reblog").json()

    assert repost["poll"] is None
    poll = repost["reblog"]["poll"]
    assert (poll["id"], poll["voted"]) == (id, False)
    assert bo.post(f"/api/v1/polls/{repost['id']}/votes", choices=[0]).status_code == 404
    bo.post(f"/api/v1/polls/{poll['id']}/votes", choices=[0])

    again = bo.get(f"/api/v1/statuses/{repost['id']}").json()
    assert again["reblog"]["poll"]["own_votes"] == [0]


# --- edits -------------------------------------------------------------------------------------------


def test_an_edit_that_leaves_the_poll_out_takes_it_away(ada: Client, bo: Client) -> None:
    id = asks(ada)["id"]

    edited = ada.put(f"/api/v1/statuses/{id}", status="Never mind").json()

    assert edited["poll"] is None
    assert bo.get(f"/api/v1/polls/{id}").status_code == 404


def test_an_edit_that_sends_the_same_poll_keeps_votes_and_end(ada: Client, bo: Client, clock: Clock) -> None:
    status = asks(ada)
    id = status["id"]
    bo.post(f"/api/v1/polls/{id}/votes", choices=[1])
    clock.forward(seconds=600)

    edited = ada.put(f"/api/v1/statuses/{id}", status="Well, well?", **POLL).json()

    assert edited["content"] == "<p>Well, well?</p>"
    assert edited["poll"]["votes_count"] == 1
    assert edited["poll"]["expires_at"] == status["poll"]["expires_at"]


def test_an_edit_of_the_options_takes_the_votes_away(ada: Client, bo: Client) -> None:
    id = asks(ada)["id"]
    bo.post(f"/api/v1/polls/{id}/votes", choices=[1])

    edited = ada.put(f"/api/v1/statuses/{id}", status="Well?", **OTHER).json()

    assert (edited["poll"]["votes_count"], edited["poll"]["options"][1]["title"]) == (0, "Milk")
    assert bo.get(f"/api/v1/polls/{id}").json()["voted"] is False


def test_the_history_shows_the_options_of_each_time(ada: Client, bo: Client) -> None:
    id = asks(ada)["id"]
    ada.put(f"/api/v1/statuses/{id}", status="Well?", **OTHER)
    ada.put(f"/api/v1/statuses/{id}", status="Never mind")

    history = bo.get(f"/api/v1/statuses/{id}/history").json()

    assert [edit["poll"] for edit in history] == [
        {"options": [{"title": "Tea"}, {"title": "Coffee"}]},
        {"options": [{"title": "Tea"}, {"title": "Milk"}]},
        None,
    ]


def test_a_deleted_poll_comes_back_to_be_asked_anew(ada: Client, bo: Client) -> None:
    id = asks(ada, multiple=True)["id"]
    bo.post(f"/api/v1/polls/{id}/votes", choices=[1])

    deleted = ada.delete(f"/api/v1/statuses/{id}").json()

    assert deleted["poll"]["multiple"] is True
    assert [option["title"] for option in deleted["poll"]["options"]] == ["Tea", "Coffee"]
    assert bo.get(f"/api/v1/polls/{id}").status_code == 404


# --- what belongs to it ------------------------------------------------------------------------------


def _filters(human: Human, word: str) -> None:
    human.db.write_now(filters.create, human.id, "T", ["home"], "warn", None, [KeywordChange(keyword=word)])


def test_a_filter_finds_words_of_the_options_also_in_a_repost(api: Api, people: People, ada: Client) -> None:
    _filters(people.bo, "coffee")
    people.bo.follows(people.ada, people.cy)
    id = asks(ada)["id"]
    api.as_person(people.cy).post(f"/api/v1/statuses/{id}/reblog")

    repost, status = api.as_person(people.bo).get("/api/v1/timelines/home").json()

    for found in (repost, repost["reblog"], status):
        assert [match["keyword_matches"] for match in found["filtered"]] == [["coffee"]]
    assert ada.get(f"/api/v1/statuses/{id}").json()["filtered"] == []


def test_the_limits_are_told_to_the_apps(api: Api) -> None:
    for version in ("v1", "v2"):
        told = api.as_nobody().get(f"/api/{version}/instance").json()["configuration"]["polls"]

        assert told == {
            "max_options": polls.MAX_OPTIONS,
            "max_characters_per_option": polls.MAX_OPTION,
            "min_expiration": 300,
            "max_expiration": 2_629_746,
        }

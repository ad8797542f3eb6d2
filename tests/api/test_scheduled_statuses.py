"""Posts for later over HTTP."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from officetalk.core.database import Database
from officetalk.jobs import queue
from officetalk.posts import scheduled, work
from tests.api.client import Api, Client
from tests.conftest import Clock
from tests.people import People

PATH = "/api/v1/scheduled_statuses"
STATUSES = "/api/v1/statuses"


@pytest.fixture
def ada(api: Api, people: People) -> Client:
    return api.as_person(people.ada)


@pytest.fixture
def bo(api: Api, people: People) -> Client:
    return api.as_person(people.bo)


def at(clock: Clock, seconds: float) -> str:
    """A time from now on, as the apps write it."""
    then = datetime.fromtimestamp(clock() / 1000 + seconds, UTC)
    return then.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def later(client: Client, clock: Clock, seconds: float = 3600, **more: Any) -> dict[str, Any]:
    answer = client.post(STATUSES, **{"status": "Later", "scheduled_at": at(clock, seconds), **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def work_is_done(db: Database) -> None:
    for job in db.write_now(queue.claim, 100):
        handler: Any = work.handlers(db).get(job.kind)
        if handler is not None:
            asyncio.run(handler(job.payload))


def test_what_is_to_be_said_later_is_told_as_it_was_sent(ada: Client, people: People, clock: Clock) -> None:
    parent = people.bo.posts("Parent")
    then = at(clock, 3600)

    made = ada.post(
        STATUSES,
        status="Later @bo",
        scheduled_at=then,
        visibility="unlisted",
        spoiler_text="cw",
        sensitive="true",
        language="en",
        in_reply_to_id=parent.id,
        quote_approval_policy="followers",
        **{"poll[options]": ["Yes", "No"], "poll[expires_in]": 3600, "poll[multiple]": "true"},
    ).json()

    application = made["params"].pop("application_id")
    assert isinstance(application, int) and application > 0
    assert made == {
        "id": made["id"],
        "scheduled_at": then,
        "params": {
            "text": "Later @bo",
            "poll": {"options": ["Yes", "No"], "expires_in": 3600, "multiple": True, "hide_totals": False},
            "media_ids": None,
            "sensitive": True,
            "spoiler_text": "cw",
            "visibility": "unlisted",
            "language": "en",
            "in_reply_to_id": parent.id,
            "quoted_status_id": None,
            "quote_approval_policy": "followers",
            "scheduled_at": None,
            "idempotency": None,
            "with_rate_limit": False,
        },
        "media_attachments": [],
        "error": None,
    }
    [told] = ada.get(PATH).json()
    assert told["id"] == made["id"] == ada.get(f"{PATH}/{made['id']}").json()["id"]
    assert ada.get(f"{STATUSES}/{made['id']}").status_code == 404


def test_it_is_a_post_when_its_time_has_come(ada: Client, people: People, db: Database, clock: Clock) -> None:
    quoted = people.bo.posts("Original")
    made = later(ada, clock, visibility="private", quoted_status_id=quoted.id)
    assert made["params"]["quoted_status_id"] == str(quoted.id)
    clock.forward(hours=2)

    work_is_done(db)

    [status] = ada.get(f"/api/v1/accounts/{people.ada.id}/statuses").json()
    assert (status["visibility"], status["application"]["name"]) == ("private", "Tests")
    assert status["quote"]["quoted_status"]["id"] == str(quoted.id)
    assert ada.get(PATH).json() == []
    assert ada.get(f"{PATH}/{made['id']}").status_code == 404


@pytest.mark.parametrize("form", ["form", "json", "query"])
def test_the_form_in_which_it_is_sent_does_not_matter(ada: Client, clock: Clock, form: str) -> None:
    sent = {"status": "Later", "scheduled_at": at(clock, 3600)}
    request: dict[str, Any] = {
        "form": {"data": sent}, "json": {"json": sent}, "query": {"params": sent},
    }[form]  # fmt: skip

    made = ada.request("POST", STATUSES, **request).json()

    assert made["scheduled_at"] == sent["scheduled_at"]


def test_times_of_other_zones_are_the_same_times(ada: Client, clock: Clock) -> None:
    noon = datetime.fromtimestamp(clock() // 1000 + 7200, UTC)
    elsewhere = noon.isoformat().replace("+00:00", "") + "+00:00"

    made = later(ada, clock, scheduled_at=elsewhere)

    assert made["scheduled_at"] == noon.isoformat().replace("+00:00", "") + ".000Z"


def test_what_should_have_been_said_before_is_said_now(ada: Client, clock: Clock) -> None:
    said = ada.post(STATUSES, status="Now", scheduled_at=at(clock, -60)).json()

    assert said["content"] == "<p>Now</p>"
    assert ada.get(PATH).json() == []


@pytest.mark.parametrize(
    "wrong", ["tomorrow", "2030-13-01T00:00:00Z", "2030-01-01", "9999-12-31T23:59:59-23:59", "x\x00", "[]"]
)
def test_a_time_that_is_none_is_refused(ada: Client, clock: Clock, wrong: str) -> None:
    made = later(ada, clock)

    for answer in (
        ada.post(STATUSES, status="x", scheduled_at=wrong),
        ada.put(f"{PATH}/{made['id']}", scheduled_at=wrong),
    ):
        assert answer.status_code == 422, answer.text
        assert list(answer.json()["details"]) == ["scheduled_at"]
    assert [one["id"] for one in ada.get(PATH).json()] == [made["id"]]


def test_too_soon_is_refused_in_mastodons_words(ada: Client, clock: Clock) -> None:
    made = later(ada, clock)

    for answer in (
        ada.post(STATUSES, status="x", scheduled_at=at(clock, 290)),
        ada.put(f"{PATH}/{made['id']}", scheduled_at=at(clock, 290)),
        ada.put(f"{PATH}/{made['id']}", scheduled_at=at(clock, -3600)),
    ):
        assert answer.status_code == 422
        assert (
            answer.json()["error"]
            == "Validation failed: Scheduled at The scheduled date must be in the future"
        )
    for nothing in ({}, {"scheduled_at": ""}):
        answer = ada.put(f"{PATH}/{made['id']}", **nothing)
        assert (answer.status_code, answer.json()["error"]) == (
            422,
            "Validation failed: Scheduled at can't be blank",
        )


def test_limits_are_told_in_mastodons_words(
    ada: Client, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduled, "MAX_WAITING", 1)
    later(ada, clock)

    answer = ada.post(STATUSES, status="x", scheduled_at=at(clock, 7200))

    assert answer.status_code == 422
    assert answer.json()["error"] == "Validation failed: You have exceeded the limit of 1 scheduled posts"


def test_it_is_moved_and_cancelled(ada: Client, clock: Clock) -> None:
    made = later(ada, clock)
    then = at(clock, 7200)

    moved = ada.put(f"{PATH}/{made['id']}", scheduled_at=then).json()

    assert moved == {**made, "scheduled_at": then}
    assert ada.get(f"{PATH}/{made['id']}").json() == moved
    assert ada.delete(f"{PATH}/{made['id']}").json() == {}
    assert ada.get(PATH).json() == []
    assert ada.delete(f"{PATH}/{made['id']}").status_code == 404


def test_other_peoples_are_not_there(ada: Client, bo: Client, clock: Clock) -> None:
    made = later(ada, clock)
    path = f"{PATH}/{made['id']}"

    for answer in (
        bo.get(path),
        bo.put(path, scheduled_at=at(clock, 7200)),
        bo.put(path),
        bo.delete(path),
        ada.get(f"{PATH}/1"),
        ada.get(f"{PATH}/x"),
    ):
        assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})
    assert bo.get(PATH).json() == []
    assert ada.get(path).json() == made


def test_they_are_listed_page_by_page(ada: Client, clock: Clock) -> None:
    made = [later(ada, clock, 3600 * (i + 1))["id"] for i in range(5)]

    assert [[one["id"] for one in page] for page in ada.pages(PATH, limit=2)] == [
        made[:2:-1],
        made[2:0:-1],
        made[:1],
    ]
    newer = ada.get(PATH, min_id=made[0], limit=2).json()
    assert [one["id"] for one in newer] == [made[2], made[1]]


def test_a_repeated_idempotency_key_answers_with_the_same(ada: Client, clock: Clock) -> None:
    def send(text: str) -> dict[str, Any]:
        sent = {"status": text, "scheduled_at": at(clock, 3600)}
        return ada.request("POST", STATUSES, data=sent, headers={"idempotency-key": "abc"}).json()

    first, again = send("One"), send("Two")

    assert again == first
    assert [one["params"]["text"] for one in ada.get(PATH).json()] == ["One"]


def test_what_could_not_be_said_is_told_with_the_reason(
    ada: Client, people: People, db: Database, clock: Clock
) -> None:
    parent = people.bo.posts("Parent")
    made = later(ada, clock, in_reply_to_id=parent.id)
    people.bo.deletes(parent)
    clock.forward(hours=2)

    work_is_done(db)

    told = ada.get(f"{PATH}/{made['id']}").json()
    assert told["error"] == "The post you are trying to reply to does not appear to exist."
    assert ada.put(f"{PATH}/{made['id']}", scheduled_at=at(clock, 3600)).json()["error"] is None


def test_ones_own_choices_hold_as_when_it_was_sent(ada: Client, clock: Clock) -> None:
    ada.patch("/api/v1/accounts/update_credentials", **{"source[privacy]": "private"})
    made = later(ada, clock)
    ada.patch("/api/v1/accounts/update_credentials", **{"source[privacy]": "public"})

    assert ada.get(f"{PATH}/{made['id']}").json()["params"]["visibility"] == "private"

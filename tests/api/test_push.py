"""Push subscriptions over HTTP, as Mastodon's clients make them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from officetalk.core.settings import Settings
from officetalk.core.sql import Statement
from officetalk.identity import tokens
from officetalk.push import delivery, work
from officetalk.push.messages import contact_of
from tests.api.client import Api, Client
from tests.jobs.doing import do_jobs
from tests.people import People
from tests.push.devices import Phone, b64, unb64
from tests.sites import Page, Site

PATH = "/api/v1/push/subscription"
ALERTS = (
    "mention quote status reblog follow follow_request favourite poll update quoted_update admin.sign_up admin.report"
).split()


@pytest.fixture
def service() -> Iterator[Site]:
    """A push service of the company's own."""
    made = Site()
    made.pages["/phone"] = Page(status=201)
    yield made
    made.close()


@pytest.fixture
def settings(tmp_path: Any, service: Site) -> Settings:
    return Settings(
        data=str(tmp_path), public_url="http://talk.test", rate_limits=False, outgoing_allowed=service.host
    )


@pytest.fixture
def phone() -> Phone:
    return Phone("https://push.example/phone")


def subscribe(client: Client, form: dict[str, Any]) -> httpx.Response:
    return client.request("POST", PATH, data=form)


def alerts(*on: str) -> dict[str, bool]:
    return {kind: kind in on for kind in ALERTS}


def test_an_app_subscribes_and_reads_its_subscription(api: Api, people: People, phone: Phone) -> None:
    ada = api.as_person(people.ada, "push")

    made = subscribe(ada, phone.form("mention", "favourite", policy="followed"))

    assert made.status_code == 200, made.text
    server_key = made.json()["server_key"]
    assert made.json() == {
        "id": made.json()["id"],
        "endpoint": "https://push.example/phone",
        "standard": True,
        "alerts": alerts("mention", "favourite"),
        "policy": "followed",
        "server_key": server_key,
    }
    assert 0 < made.json()["id"] < 1 << 31  # what official Android can read
    assert ada.get(PATH).json() == made.json()
    assert len(unb64(server_key)) == 65


def test_the_servers_key_is_the_same_wherever_it_is_told(api: Api, people: People, phone: Phone) -> None:
    ada = api.as_person(people.ada)
    key = subscribe(ada, phone.form()).json()["server_key"]

    app = api.as_nobody().post("/api/v1/apps", client_name="x", redirect_uris="app://x").json()

    assert key == api.as_nobody().get("/api/v2/instance").json()["configuration"]["vapid"]["public_key"]
    assert key == api.as_nobody().get("/api/v1/instance").json()["configuration"]["vapid"]["public_key"]
    assert key == app["vapid_key"]
    assert key == api.as_app().get("/api/v1/apps/verify_credentials").json()["vapid_key"]


def test_json_and_what_is_left_out(api: Api, people: People, phone: Phone) -> None:
    ada = api.as_person(people.ada)
    body = {
        "subscription": {
            "endpoint": phone.endpoint,
            "keys": {"p256dh": phone.p256dh.rstrip("="), "auth": b64(phone.auth).rstrip("=")},
        },
        "data": {"alerts": {"poll": True, "admin.sign_up": "1", "unheard_of": True}},
    }

    made = ada.request("POST", PATH, json=body)

    assert made.json()["alerts"] == alerts("poll", "admin.sign_up")
    assert (made.json()["standard"], made.json()["policy"]) == (False, "all")


def test_keys_of_the_other_alphabet_are_taken(api: Api, people: People, phone: Phone) -> None:
    form = phone.form()
    form["subscription[keys][p256dh]"] = (
        form["subscription[keys][p256dh]"].replace("-", "+").replace("_", "/")
    )

    assert subscribe(api.as_person(people.ada), form).status_code == 200


def test_a_new_subscription_takes_the_place_of_the_old(api: Api, people: People, phone: Phone) -> None:
    ada = api.as_person(people.ada)
    first = subscribe(ada, phone.form("mention")).json()

    second = subscribe(ada, Phone("https://push.example/other").form("poll")).json()

    assert second["id"] != first["id"]
    assert ada.get(PATH).json() == second
    assert api.as_person(people.ada).get(PATH).status_code == 404  # another token, another subscription


def test_the_choice_is_changed_as_a_whole(api: Api, people: People, phone: Phone) -> None:
    ada = api.as_person(people.ada)
    subscribe(ada, phone.form("mention", "poll", policy="none"))

    changed = ada.request(
        "PUT",
        PATH,
        data={"data[alerts][admin.report]": "true", "data[alerts][poll]": "0", "policy": "follower"},
    ).json()

    assert changed["alerts"] == alerts("admin.report")
    assert changed["policy"] == "follower"
    assert ada.get(PATH).json() == changed
    emptied = ada.put(PATH).json()
    assert (emptied["alerts"], emptied["policy"]) == (alerts(), "all")


def test_nothing_is_there_before_and_after(api: Api, people: People, phone: Phone) -> None:
    ada = api.as_person(people.ada)
    not_found = {"error": "Record not found"}
    assert ada.get(PATH).json() == not_found
    assert ada.put(PATH).json() == not_found
    assert ada.delete(PATH).json() == {}
    subscribe(ada, phone.form())

    assert ada.delete(PATH).json() == {}

    assert ada.get(PATH).status_code == 404
    assert ada.delete(PATH).status_code == 200


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"subscription[endpoint]": "http://push.example/x"}, 422, "Validation failed: Endpoint"),
        ({"subscription[endpoint]": "https://127.0.0.1/x"}, 422, "Validation failed: Endpoint"),
        ({"subscription[endpoint]": "https://169.254.169.254/x"}, 422, "Validation failed: Endpoint"),
        ({"subscription[endpoint]": ""}, 422, "Validation failed: Endpoint"),
        ({"subscription[keys][p256dh]": "x"}, 422, "Validation failed: P256dh"),
        ({"subscription[keys][auth]": "x"}, 422, "Validation failed: Auth"),
        ({"data[policy]": "everybody"}, 422, "not included in the list"),
        ({"data[alerts][mention]": "perhaps"}, 422, ""),
        ({"subscription[keys][auth]": None}, 400, ""),
        ({"subscription[endpoint]": None}, 400, ""),
    ],
)
def test_what_cannot_be_subscribed_to(
    api: Api, people: People, phone: Phone, changes: dict[str, Any], status: int, words: str
) -> None:
    ada = api.as_person(people.ada)
    form = {name: value for name, value in {**phone.form(), **changes}.items() if value is not None}

    answer = subscribe(ada, form)

    assert answer.status_code == status, answer.text
    assert words in answer.json()["error"]
    assert ada.get(PATH).status_code == 404


def test_nobody_subscribes_where_nothing_leaves_the_company(api: Api, people: People, phone: Phone) -> None:
    from officetalk.outgoing.policy import Policy

    api.services.outgoing.policy = Policy("off")

    answer = subscribe(api.as_person(people.ada), phone.form())

    assert answer.status_code == 422
    assert "sends nothing" in answer.json()["error"]


def test_the_token_is_nowhere_in_the_database(api: Api, people: People, phone: Phone) -> None:
    ada = api.as_person(people.ada)
    subscribe(ada, phone.form())

    rows = api.services.db.read_now(lambda conn: conn.all(Statement(text("SELECT * FROM push_subscription"))))

    assert ada.token is not None
    assert ada.token not in repr(rows)


@pytest.mark.parametrize("standard", [True, False])
def test_what_was_subscribed_to_arrives(
    api: Api, people: People, service: Site, settings: Settings, standard: bool
) -> None:
    """From one person's request to what the other's phone decrypts: its token, and a picture that loads."""
    services, db = api.services, api.services.db
    phone = Phone(service.url("/phone"), standard=standard)
    ada, bo = api.as_person(people.ada), api.as_person(people.bo)
    assert subscribe(ada, phone.form("mention")).status_code == 200
    made: list[tuple[int, int]] = []
    db.bus.listen("notification.made", lambda event: made.append((event.id, event.actor)))

    bo.post("/api/v1/statuses", status="Lunch, @ada?")
    db.write_now(delivery.put, db.read_now(delivery.plan, made))
    icon_of = api.app._render.avatar_url  # type: ignore[attr-defined]
    handlers = work.handlers(db, services.push_keys, contact_of(settings), services.outgoing, icon_of)
    asyncio.run(do_jobs(db, handlers))

    [message] = service.requests
    said = phone.reads(message)
    assert said["access_token"] == ada.token
    assert (said["title"], said["body"]) == ("Bo mentioned you", "Lunch, @ada?")
    assert said["icon"].startswith("http://talk.test/avatars/") and "?s=" in said["icon"]
    _, key = phone.signature(message)
    assert key == services.push_keys.public.rstrip("=")


def test_after_a_refresh_messages_carry_the_new_token(
    api: Api, people: People, service: Site, settings: Settings
) -> None:
    """An app finds by the token for which of its accounts a message is."""
    db = api.services.db
    scopes = ("read", "push", "offline_access")
    app, _, secret = db.write_now(tokens.register_app, "Phone", ("app://x",), scopes, None)
    old = db.write_now(tokens.password_token, app, people.ada.id, scopes)
    phone = Phone(service.url("/phone"))
    assert subscribe(api.with_token(old.access_token), phone.form("mention")).status_code == 200
    made: list[tuple[int, int]] = []
    db.bus.listen("notification.made", lambda event: made.append((event.id, event.actor)))

    new = api.as_nobody().post(
        "/oauth/token", grant_type="refresh_token", refresh_token=old.refresh_token,
        client_id=app.client_id, client_secret=secret,
    ).json()["access_token"]  # fmt: skip
    people.bo.posts("Lunch, @ada?")
    db.write_now(delivery.put, db.read_now(delivery.plan, made))
    handlers = work.handlers(
        db, api.services.push_keys, contact_of(settings), api.services.outgoing, lambda account: ""
    )
    asyncio.run(do_jobs(db, handlers))

    [message] = service.requests
    assert phone.reads(message)["access_token"] == new != old.access_token

"""From somebody's doing to the phone that is told of it, over a real push service on this machine."""

from __future__ import annotations

import asyncio
import gettext
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from typing import Any

import http_ece
import pytest
from babel import Locale

from officetalk.accounts.profile import update_preferences
from officetalk.core import translation
from officetalk.core.database import Database, connect
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.settings import Settings
from officetalk.core.translation import Language
from officetalk.identity import recovery, sessions, tokens
from officetalk.outgoing.policy import Policy
from officetalk.push import delivery, subscriptions, work
from officetalk.push.entities import Choice
from officetalk.push.keys import load_keys
from officetalk.push.work import Announcer, Outages
from tests.conftest import Clock
from tests.jobs.test_jobs import until
from tests.people import People
from tests.push.conftest import Push
from tests.push.devices import Phone, b64
from tests.sites import Page, Received, Site


@pytest.mark.parametrize("standard", [True, False])
def test_a_mention_reaches_the_phone(people: People, push: Push, standard: bool) -> None:
    phone, _ = push.subscribe(people.ada, standard=standard)
    people.ada.changes(display_name="Ada")
    people.bo.changes(display_name="Bo B.")

    people.bo.posts("Hello @ada, have you\nseen this?")
    [message] = push.deliver()

    said = phone.reads(message)
    assert said == {
        "access_token": phone.token,  # type: ignore[attr-defined]
        "preferred_locale": "en",
        "notification_id": said["notification_id"],
        "notification_type": "mention",
        "icon": f"https://talk.test/{people.bo.id}.svg",
        "title": "Bo B. mentioned you",
        "body": "Hello @ada, have you seen this?",
    }
    assert isinstance(said["notification_id"], int)
    claims, key = phone.signature(message)
    assert claims["sub"] == "mailto:talk@example.com"
    assert key == push.keys.public.rstrip("=")


def test_only_what_is_wanted_is_told(people: People, push: Push) -> None:
    ada, bo = people.ada, people.bo
    phone, _ = push.subscribe(ada, "follow", "favourite")
    post = ada.posts("Hello")

    bo.posts("Hi @ada")
    bo.likes(post)
    bo.reposts(post)
    bo.follows(ada)

    told = {phone.reads(message)["notification_type"] for message in push.deliver()}
    assert told == {"favourite", "follow"}


@pytest.mark.parametrize(
    ("policy", "told"),
    [("all", {"bo", "cy", "di"}), ("followed", {"bo"}), ("follower", {"cy"}), ("none", set())],
)
def test_the_policy_says_whose_doings_count(people: People, push: Push, policy: str, told: set[str]) -> None:
    ada = people.ada
    phone, _ = push.subscribe(ada, "mention", policy=policy)
    ada.follows(people.bo)
    people.cy.follows(ada)

    for human in (people.bo, people.cy, people.di):
        human.posts(f"Hi @ada, it is {human.name}")

    assert {phone.reads(message)["title"].split()[0].lower() for message in push.deliver()} == told


def test_a_warning_stands_in_place_of_the_text(people: People, push: Push) -> None:
    phone, _ = push.subscribe(people.ada)

    people.bo.posts("The butler did it, @ada", spoiler="Spoilers")
    [message] = push.deliver()

    assert phone.reads(message)["body"] == "Spoilers"


def test_it_is_said_in_the_language_of_the_receiver(
    people: People, push: Push, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Foreign(gettext.NullTranslations):
        def gettext(self, message: str) -> str:
            return message.replace("mentioned you", "hat dich erwähnt")

    def language(code: str) -> Language:
        return Language(code, Locale.parse(code), gettext.NullTranslations() if code == "en" else Foreign())

    monkeypatch.setattr(translation, "language", language)
    people.ada.changes(language="de")
    push.db.write_now(partial(update_preferences, language="de"), people.cy.id)  # of what one posts
    german, english = push.subscribe(people.ada)[0], push.subscribe(people.cy)[0]

    people.bo.posts("Hello @ada @cy")
    said = [_read(message, german, english) for message in push.deliver()]

    assert {(one["preferred_locale"], one["title"]) for one in said} == {
        ("de", "Bo hat dich erwähnt"),
        ("en", "Bo mentioned you"),
    }


def _read(message: Received, *phones: Phone) -> dict[str, Any]:
    """By the phone whose message it is: to others it is noise."""
    for phone in phones:
        with suppress(http_ece.ECEException):
            return phone.reads(message)
    raise AssertionError("the message is for nobody")


def test_who_follows_is_introduced(people: People, push: Push) -> None:
    phone, _ = push.subscribe(people.ada)
    people.bo.changes(bio="I build bridges")

    people.bo.follows(people.ada)
    [message] = push.deliver()

    said = phone.reads(message)
    assert (said["title"], said["body"]) == ("Bo follows you", "I build bridges")


def test_every_device_of_a_person_and_nobody_elses(people: People, push: Push) -> None:
    push.service.pages["/tablet"] = Page(status=201)
    phone, _ = push.subscribe(people.ada)
    tablet, _ = push.subscribe(people.ada, path="/tablet", standard=False)
    push.subscribe(people.cy)

    people.bo.posts("Hello @ada")
    messages = {message.path: message for message in push.deliver()}

    assert set(messages) == {"/phone", "/tablet"}
    assert phone.reads(messages["/phone"])["notification_type"] == "mention"
    assert tablet.reads(messages["/tablet"])["notification_type"] == "mention"


def test_nothing_is_asked_of_the_database_for_those_who_have_not_subscribed(
    db: Database, people: People, push: Push
) -> None:
    people.ada.changes(bio="nobody's phone")
    for human in (people.bo, people.cy):
        human.posts("Hello @ada")
    made = list(push.made)
    assert len(made) == 2

    def counted(conn: Any) -> int:
        assert delivery.plan(conn, made) == []
        return conn.statements

    assert db.read_now(counted) == 1


@pytest.mark.parametrize("policy", ["all", "follower"])
def test_many_notifications_are_planned_with_as_many_statements_as_one(
    db: Database, people: People, push: Push, policy: str
) -> None:
    for human in (people.ada, people.cy, people.di):
        push.subscribe(human, policy=policy)
        people.bo.follows(human)
    people.bo.posts("Hello @ada @cy @di")
    people.bo.posts("Once more @ada @cy @di")
    made = [one for one in push.made if one[1] != people.bo.id]

    def counted(conn: Any, some: list[tuple[int, int]]) -> tuple[int, int]:
        return len(delivery.plan(conn, some)), conn.statements

    assert db.read_now(counted, made[:1]) == (1, 2)
    assert db.read_now(counted, made) == (9, 2)


# --- between the notification and the message --------------------------------------------------------------


def test_what_was_taken_back_is_not_told(people: People, push: Push) -> None:
    push.subscribe(people.ada)
    post = people.bo.posts("Hello @ada")
    push.plan()

    people.bo.deletes(post)

    assert push.deliver() == []


def test_who_changed_the_mind_is_not_told(db: Database, people: People, push: Push) -> None:
    _, subscription = push.subscribe(people.ada)
    people.bo.posts("Hello @ada")
    push.plan()

    db.write_now(subscriptions.choose, "token", subscription.token_id or 0, Choice(("follow",)))

    assert push.deliver() == []


def test_a_subscription_ends_with_its_token(db: Database, people: People, push: Push) -> None:
    phone, subscription = push.subscribe(people.ada)
    people.bo.posts("Hello @ada")
    push.plan()

    db.write_now(tokens.revoke, push._app, phone.token)  # type: ignore[attr-defined]

    assert push.deliver() == []
    people.bo.posts("Hello again @ada")
    assert push.plan() == 0
    assert db.read_now(subscriptions.get, subscription.id) is None


def test_a_subscription_ends_with_the_account(db: Database, people: People, push: Push) -> None:
    push.subscribe(people.ada)
    people.bo.posts("Hello @ada")
    push.plan()

    db.write_now(recovery.disable, None, people.ada.id)

    assert push.deliver() == []


def test_a_held_notification_is_not_told(db: Database, people: People, push: Push) -> None:
    from officetalk.notifications import policy

    phone, _ = push.subscribe(people.ada)
    db.write_now(policy.change, people.ada.id, not_following="filter")

    people.bo.posts("Hello @ada")

    assert push.deliver() == []
    people.ada.follows(people.cy)
    people.cy.posts("Hello @ada")
    [message] = push.deliver()
    assert phone.reads(message)["title"].startswith("Cy")


# --- what the push service says ------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_is_gone_is_forgotten(
    db: Database, people: People, push: Push, status: int
) -> None:
    _, subscription = push.subscribe(people.ada)
    push.service.pages["/phone"] = Page(status=status)

    people.bo.posts("Hello @ada")
    push.deliver()

    assert db.read_now(subscriptions.get, subscription.id) is None
    people.bo.posts("Hello again @ada")
    assert push.deliver() == []


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_a_message_is_tried_again_later(people: People, push: Push, clock: Clock, status: int) -> None:
    phone, _ = push.subscribe(people.ada)
    push.service.pages["/phone"] = Page(status=status)
    people.bo.posts("Hello @ada")
    push.deliver()
    assert push.send() == 0

    push.service.pages["/phone"] = Page(status=201)
    clock.forward(seconds=60)
    push.send()

    first, second = push.service.requests
    assert phone.reads(first) == phone.reads(second)
    assert first.headers["topic"] == second.headers["topic"]
    clock.forward(days=1)
    assert push.send() == 0


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_push_service_says_how_long_to_wait(people: People, push: Push, clock: Clock, form: str) -> None:
    push.subscribe(people.ada)
    in_an_hour = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    wait = "3600" if form == "seconds" else in_an_hour
    push.service.pages["/phone"] = Page(status=429, headers={"Retry-After": wait})
    people.bo.posts("Hello @ada")
    push.deliver()

    clock.forward(seconds=3500)
    assert push.send() == 0
    clock.forward(seconds=150)
    assert push.send() == 1


def test_after_two_days_nobody_wants_to_know(people: People, push: Push, clock: Clock) -> None:
    push.subscribe(people.ada)
    push.service.pages["/phone"] = Page(status=503)
    people.bo.posts("Hello @ada")
    push.deliver()

    for _ in range(49 * 2):
        clock.forward(seconds=1800)
        push.send()

    # Every hour and a little, looked at every half hour: between 48 and 32 times, and the first quick ones.
    assert 30 < len(push.service.requests) < 70
    clock.forward(days=3)
    assert push.send() == 0


def test_a_message_that_comes_to_its_turn_too_late_is_dropped(
    people: People, push: Push, clock: Clock
) -> None:
    push.subscribe(people.ada)
    people.bo.posts("Hello @ada")
    push.plan()

    clock.forward(days=2, seconds=1)

    assert push.deliver() == []


@pytest.mark.parametrize("status", [301, 400, 401, 403, 413])
def test_a_message_that_is_refused_is_dropped_and_the_next_is_sent(
    people: People, push: Push, clock: Clock, status: int
) -> None:
    push.subscribe(people.ada)
    push.service.pages["/phone"] = Page(status=status, headers={"Location": "/elsewhere"})
    people.bo.posts("Hello @ada")
    push.deliver()
    clock.forward(days=1)
    assert push.send() == 0

    people.bo.posts("Hello again @ada")

    assert len(push.deliver()) == 1
    assert "/elsewhere" not in push.service.paths()


def test_a_push_service_that_is_away_is_tried_later(people: People, push: Push, clock: Clock) -> None:
    push.subscribe(people.ada)
    push.service.close()
    people.bo.posts("Hello @ada")

    push.deliver()
    clock.forward(seconds=60)

    assert push.send() == 1


def test_a_push_service_that_hangs_is_soon_not_waited_for(
    people: People, push: Push, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "_SECONDS", 0.3)

    def hang(received: Received) -> Page:
        time.sleep(0.8)
        return Page(status=201)

    push.service.pages["/phone"] = hang
    push.subscribe(people.ada)
    for i in range(12):
        people.bo.posts(f"Hello {i} @ada")
    push.plan()
    began = time.monotonic()

    assert push.send() == 12

    assert time.monotonic() - began < 3.3  # five times, not twelve
    assert len(push.service.requests) <= 5


def test_an_outage_ends() -> None:
    now = [0.0]
    outages = Outages(lambda: now[0])
    for _ in range(5):
        assert not outages.is_out("https://a.example/1")
        outages.note("https://a.example/2", answered=False)

    assert outages.is_out("https://a.example/3")
    assert not outages.is_out("https://b.example/")
    now[0] = 61.0
    assert not outages.is_out("https://a.example/")
    outages.note("https://a.example/", answered=True)
    outages.note("https://a.example/", answered=False)
    assert not outages.is_out("https://a.example/")


# --- where messages may go --------------------------------------------------------------------------------------


NO_POINT = b64(b"\x04" + b"\0" * 64)
GOOD = "good"
PHONE = Phone("https://push.example/x")


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example/x",
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://10.0.0.1/x",
        "https://169.254.169.254/latest",
        "https://[::1]/x",
        "https://2130706433/x",
        "https://push.example:25/x",
        "https://push/x",
        "ftp://push.example/x",
        "mailto:x@example.com",
        "",
        "https://push.example/" + "x" * 3000,
    ],
)
def test_an_endpoint_must_be_a_public_https_address(endpoint: str) -> None:
    with pytest.raises(Invalid) as problem:
        subscriptions.check_receiver(Policy("on"), endpoint, PHONE.p256dh, b64(PHONE.auth), True)

    assert problem.value.field == "endpoint"


@pytest.mark.parametrize(
    ("p256dh", "auth", "field"),
    [
        ("", GOOD, "p256dh"),
        (NO_POINT, GOOD, "p256dh"),  # not on the curve
        (b64(b"\x02" + b"\1" * 32), GOOD, "p256dh"),  # compressed
        ("no base64!", GOOD, "p256dh"),
        (GOOD, "", "auth"),
        (GOOD, b64(b"short"), "auth"),
        (GOOD, b64(b"x" * 17), "auth"),
        (GOOD, "ä", "auth"),
    ],
)
def test_keys_must_be_keys(p256dh: str, auth: str, field: str) -> None:
    p256dh = PHONE.p256dh if p256dh == GOOD else p256dh
    auth = b64(PHONE.auth) if auth == GOOD else auth

    with pytest.raises(Invalid) as problem:
        subscriptions.check_receiver(Policy("on"), PHONE.endpoint, p256dh, auth, True)

    assert problem.value.field == field


def test_a_name_that_leads_inside_gets_no_message(people: People, push: Push, clock: Clock) -> None:
    push.subscribe(people.ada)
    push.client.policy = Policy("on")  # the push service is no longer allowed

    people.bo.posts("Hello @ada")

    assert push.deliver() == []
    clock.forward(days=1)
    assert push.send() == 0


# --- subscriptions ------------------------------------------------------------------------------------------------


def test_a_session_can_subscribe_as_a_token_can(db: Database, people: People, push: Push) -> None:
    ada = people.ada
    phone = Phone(push.service.url("/phone"))
    cookie = db.write_now(sessions.start, ada.id)
    viewer = db.read_now(sessions.viewer, cookie)
    assert viewer is not None and viewer.session_id
    receiver = subscriptions.check_receiver(
        push.client.policy, phone.endpoint, phone.p256dh, b64(phone.auth), True
    )
    choice = Choice(("mention",))
    db.write_now(subscriptions.subscribe, ada.id, "session", viewer.session_id, receiver, choice)

    people.bo.posts("Hello @ada")
    [message] = push.deliver()

    assert phone.reads(message)["access_token"] == ""
    db.write_now(sessions.end, ada.id, viewer.session_id)
    people.bo.posts("Hello again @ada")
    assert push.deliver() == []


def test_one_subscription_for_each_token(db: Database, people: People, push: Push) -> None:
    _, first = push.subscribe(people.ada)
    assert first.token_id is not None
    other = subscriptions.check_receiver(
        push.client.policy, push.service.url("/other"), PHONE.p256dh, b64(PHONE.auth), True
    )

    second = db.write_now(
        subscriptions.subscribe, people.ada.id, "token", first.token_id, other, Choice(("follow",)), "sealed"
    )

    assert db.read_now(subscriptions.get, first.id) is None
    assert db.read_now(subscriptions.of_owner, "token", first.token_id) == second
    assert db.read_now(subscriptions.of_accounts, [people.ada.id]) == [second]
    db.write_now(subscriptions.unsubscribe, "token", first.token_id)
    db.write_now(subscriptions.unsubscribe, "token", first.token_id)
    with pytest.raises(NotFound):
        db.read_now(subscriptions.of_owner, "token", first.token_id)
    with pytest.raises(NotFound):
        db.write_now(subscriptions.choose, "token", first.token_id, Choice())


def test_the_keys_are_made_once(db: Database) -> None:
    first, second = (db.write_now(load_keys) for _ in range(2))

    assert first.public == second.public
    assert first.sealing == second.sealing
    assert db.write_now(load_keys, "a secret of the company").sealing != first.sealing
    assert db.write_now(load_keys, "a secret of the company").public == first.public


# --- as a whole -----------------------------------------------------------------------------------------------------


def test_what_happens_is_told_without_further_ado(db: Database, people: People, push: Push) -> None:
    from officetalk.jobs.runner import Runner

    phone, subscription = push.subscribe(people.ada)
    bo = people.bo

    async def live() -> None:
        announcer = Announcer(db)
        runner = Runner(db, push.handlers, beside=work.BESIDE)
        announcer.start()
        await runner.start()
        await asyncio.to_thread(bo.posts, "Hello @ada")
        await until(lambda: len(push.service.requests) == 1)
        await db.write(tokens.revoke, push._app, phone.token)  # type: ignore[attr-defined]
        await until(lambda: rows() == 0)
        await announcer.stop()
        await runner.stop()

    def rows() -> int:
        from sqlalchemy import func, select

        from officetalk.core.sql import Statement
        from officetalk.push.tables import push_subscription

        count = Statement(select(func.count()).select_from(push_subscription))
        return db.read_now(lambda conn: conn.value(count))

    asyncio.run(live())
    assert phone.reads(push.service.requests[0])["notification_type"] == "mention"
    assert subscription.id


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_of_two_nodes_the_one_that_made_it_tells(dialect: str, new_database: Any, service: Site) -> None:
    url = new_database()
    nodes = [connect(url, node=i) for i in range(2)]
    settings = Settings(public_url="https://talk.test", outgoing_allowed=service.host)
    pushes = [Push(node, service, settings) for node in nodes]
    people = People(nodes[0])
    phone, _ = pushes[0].subscribe(people.ada)
    cy = People(nodes[1]).cy

    async def live() -> None:
        from officetalk.jobs.runner import Runner

        announcers = [Announcer(node) for node in nodes]
        runners = [Runner(node, push.handlers) for node, push in zip(nodes, pushes, strict=True)]
        for announcer in announcers:
            announcer.start()
        for runner in runners:
            await runner.start()
        await asyncio.to_thread(people.bo.posts, "Hello @ada")
        await asyncio.to_thread(cy.posts, "Hello @ada")
        await until(lambda: len(service.requests) >= 2)
        await asyncio.sleep(0.5)
        for announcer in announcers:
            await announcer.stop()
        for runner in runners:
            await runner.stop()

    asyncio.run(live())
    for node in nodes:
        node.close()
    assert sorted(phone.reads(message)["title"] for message in service.requests) == [
        "Bo mentioned you",
        "Cy mentioned you",
    ]

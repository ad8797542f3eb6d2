"""Settings of notifications: of what one is told, who has to ask, and whether this browser is told at once."""

from __future__ import annotations

import msgspec
import pytest

from officetalk.core.database import Database
from officetalk.core.settings import Settings
from officetalk.identity import sessions
from officetalk.notifications import policy
from officetalk.push import entities, subscriptions
from tests.people import Human, People
from tests.push.devices import Phone, b64
from tests.web.browser import Browser, Page, Web

PATH = "/settings/notifications"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Of a server that may reach push services; no test has it do so."""
    return msgspec.structs.replace(settings, outgoing="on")


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    return web.signed_in(people.ada)


def choose(browser: Browser, *off: str, **senders: str) -> Page:
    form = browser.open(PATH).form(PATH).values | senders
    return browser.post(PATH, {name: value for name, value in form.items() if name[5:] not in off})


def turn_on(browser: Browser, endpoint: str = "https://push.example.com/ada") -> Page:
    """As the page's script does, with what the browser has given it."""
    phone = Phone(endpoint)
    return browser.post(
        f"{PATH}/push",
        {
            "csrf": browser.open(PATH).value("csrf"),
            "endpoint": endpoint,
            "p256dh": phone.p256dh.rstrip("="),
            "auth": b64(phone.auth).rstrip("="),
        },
    )


def pushed(db: Database, human: Human) -> list[entities.Subscription]:
    return db.read_now(subscriptions.of_accounts, [human.id])


def test_what_is_switched_off_is_not_told(db: Database, ada: Browser, people: People) -> None:
    choose(ada, "favourite")
    post = people.ada.posts("Hello")
    people.bo.likes(post)
    people.bo.follows(people.ada)

    page = ada.open("/notifications")
    assert "follows you" in page.text
    assert "liked" not in page.text
    assert db.read_now(policy.unwanted, people.ada.id) == {"favourite"}


def test_the_page_shows_what_is_chosen(ada: Browser) -> None:
    choose(ada, "favourite", not_following="filter")
    form = ada.open(PATH).form(PATH)

    on = {name for name in form.boxes if name in form.values}
    assert on == form.boxes - {"kind-favourite"}
    assert "kind-mention" in on
    assert (form.values["not_following"], form.values["new_accounts"]) == ("filter", "accept")


def test_who_has_to_ask_waits(db: Database, ada: Browser, people: People) -> None:
    choose(ada, not_following="filter")
    people.bo.posts("Hello @ada")

    assert "Hello" not in ada.open("/notifications").text
    assert people.bo.name in ada.open("/notifications/requests").text


def test_a_choice_that_is_not_offered_changes_nothing(db: Database, ada: Browser, people: People) -> None:
    assert choose(ada, "favourite", not_following="perhaps").status == 422
    assert db.read_now(policy.unwanted, people.ada.id) == frozenset()


def test_only_moderators_choose_what_moderators_are_told(web: Web, ada: Browser, people: People) -> None:
    people.bo.changes(role="moderator")

    assert "kind-admin.report" not in ada.open(PATH).form(PATH).names
    assert "kind-admin.report" in web.signed_in(people.bo).open(PATH).form(PATH).names


def test_this_browser_is_told_until_it_is_signed_out(db: Database, ada: Browser, people: People) -> None:
    turn_on(ada)
    (subscription,) = pushed(db, people.ada)
    assert subscription.receiver.endpoint == "https://push.example.com/ada"
    assert subscription.receiver.standard
    assert subscription.session_id and subscription.token_id is None
    assert "mention" in subscription.choice.alerts
    assert "admin.report" not in subscription.choice.alerts

    db.write_now(sessions.end, people.ada.id, subscription.session_id)
    assert pushed(db, people.ada) == []


def test_each_browser_is_told_by_itself(web: Web, db: Database, ada: Browser, people: People) -> None:
    other = web.signed_in(people.ada)
    turn_on(ada)
    turn_on(other, "https://push.example.com/other")
    other.open(PATH).send(f"{PATH}/push/off")

    assert [one.receiver.endpoint for one in pushed(db, people.ada)] == ["https://push.example.com/ada"]
    assert not other.open(PATH).has_form(f"{PATH}/push/off")
    assert ada.open(PATH).has_form(f"{PATH}/push/off")


def test_of_what_this_browser_is_told_is_chosen(db: Database, ada: Browser, people: People) -> None:
    turn_on(ada)
    sent = {"csrf": ada.open(PATH).value("csrf"), "policy": "followed", "push-mention": "1"}
    ada.post(f"{PATH}/push/choices", sent | {"push-admin.report": "1"})

    (subscription,) = pushed(db, people.ada)
    assert subscription.choice == entities.Choice(("mention",), "followed")
    form = ada.open(PATH).form(f"{PATH}/push/choices")
    assert form.values["policy"] == "followed"
    assert [name for name in form.boxes if name in form.values] == ["push-mention"]
    assert ada.post(f"{PATH}/push/choices", sent | {"policy": "perhaps"}).status == 422


def test_what_is_no_push_service_is_refused(db: Database, ada: Browser, people: People) -> None:
    assert turn_on(ada, "http://push.example.com/ada").status == 422
    assert turn_on(ada, "https://127.0.0.1/ada").status == 422
    assert pushed(db, people.ada) == []


def test_nothing_is_chosen_for_a_browser_that_is_not_told(ada: Browser) -> None:
    sent = {"csrf": ada.open(PATH).value("csrf"), "policy": "all"}
    assert ada.post(f"{PATH}/push/choices", sent).status == 404


def test_the_script_is_given_the_key_of_the_server(web: Web, ada: Browser) -> None:
    assert f'data-push="{web.services.push_keys.public.rstrip("=")}"' in ada.open(PATH).text

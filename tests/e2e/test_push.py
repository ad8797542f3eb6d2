"""Push messages of the browser: from a colleague's post through a push service to the notification that the worker
shows, and where it leads. Chromium's own push service is not there in tests: the browser's subscription is one of
ours, and what arrives there is handed to the worker as Chromium would."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Worker, expect

from tests.e2e.conftest import Server, sign_in
from tests.push.devices import Phone, b64
from tests.sites import Page as Answer
from tests.sites import Site

# The browser does it all: one database shows it.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)]

_SUBSCRIPTION = """keys => {
  const made = { options: {}, toJSON: () => keys, unsubscribe: async () => localStorage.removeItem("subscribed") };
  PushManager.prototype.subscribe = async () => {
    localStorage.setItem("subscribed", "yes");
    return made;
  };
  PushManager.prototype.getSubscription = async () => (localStorage.getItem("subscribed") ? made : null);
}"""
_SHOWN = """async () => {
  const shown = await (await navigator.serviceWorker.ready).getNotifications();
  return shown.map(({ title, body, tag, icon, badge, lang }) => ({ title, body, tag, icon, badge, lang }));
}"""


@pytest.fixture
def service() -> Iterator[Site]:
    """The push service."""
    made = Site()
    made.pages["/browser"] = made.pages["/moved"] = Answer(status=201)
    yield made
    made.close()


@pytest.fixture
def server(tmp_path: Path, new_database: Callable[[], str], service: Site) -> Iterator[Server]:
    """A server that reaches the push service."""
    made = Server(
        tmp_path, new_database(), OFFICETALK_OUTGOING="allowed", OFFICETALK_OUTGOING_ALLOWED=service.host,
    )  # fmt: skip
    made.start()
    made.makes_account("ingrid", "Ingrid Solheim", "owner")
    made.makes_account("tomasz", "Tomasz Wieczorek")
    made.stop()
    made.start()
    yield made
    made.stop()


def until(true: Callable[[], Any]) -> Any:
    end = time.monotonic() + 10
    while not (found := true()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def say(page: Page, text: str) -> None:
    csrf = page.locator("meta[name=csrf]").get_attribute("content") or ""
    page.context.request.post("/posts", form={"csrf": csrf, "text": text})


def keys_of(phone: Phone) -> dict[str, Any]:
    keys = {"p256dh": phone.p256dh.rstrip("="), "auth": b64(phone.auth).rstrip("=")}
    return {"endpoint": phone.endpoint, "keys": keys}


class Pushed:
    """Hands messages to the worker of a page."""

    def __init__(self, page: Page, url: str) -> None:
        self._cdp = page.context.new_cdp_session(page)
        self._registration = ""
        self._cdp.on("ServiceWorker.workerRegistrationUpdated", self._updated)
        self._cdp.send("ServiceWorker.enable")
        self._page, self._url = page, url

    def _updated(self, told: dict[str, Any]) -> None:
        self._registration = told["registrations"][0]["registrationId"]

    def deliver(self, payload: dict[str, Any]) -> None:
        until(lambda: self._page.wait_for_timeout(10) or self._registration)
        self._cdp.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": self._url, "registrationId": self._registration, "data": json.dumps(payload)},
        )

    def shown(self) -> list[dict[str, str]]:
        return self._page.evaluate(_SHOWN)


def worker_of(page: Page) -> Worker:
    return page.context.service_workers[0]


def turn_on(page: Page) -> None:
    page.context.grant_permissions(["notifications"])
    page.goto("/settings/notifications")
    page.get_by_role("button", name="Turn on for this browser").click()
    expect(page.get_by_role("button", name="Turn off for this browser")).to_be_visible()


def test_what_a_colleague_does_is_shown_by_the_worker(
    server: Server, service: Site, window: Callable[..., Page]
) -> None:
    page, other = window(), window()
    phone = Phone(service.url("/browser"))
    page.add_init_script(f"({_SUBSCRIPTION})({json.dumps(keys_of(phone))})")
    sign_in(page, "ingrid")
    sign_in(other, "tomasz")
    turn_on(page)

    # All the way: a post, the push service, the words in the receiver's language.
    say(other, "Have you seen this, @ingrid?")
    message = until(lambda: service.requests and service.requests[-1])
    payload = phone.reads(message)
    page.add_init_script("navigator.setAppBadge = async count => { window.badge = count; }")
    page.goto("/")
    until(lambda: page.evaluate("window.badge") == 1)  # on the icon of the installed app
    pushed = Pushed(page, server.url)
    pushed.deliver(payload)
    (shown,) = until(pushed.shown)
    assert (shown["title"], shown["body"]) == (
        "Tomasz Wieczorek mentioned you",
        "Have you seen this, @ingrid?",
    )
    assert re.search(r"/static/icon-192-\w+\.png$", shown["icon"])
    assert re.search(r"/static/icon-badge-96-\w+\.png$", shown["badge"])
    assert shown["lang"] == "en"

    # The same once more, since an answer was lost: it is still one.
    pushed.deliver(payload)
    page.wait_for_timeout(300)
    assert len(pushed.shown()) == 1

    # It leads to the post, in the page that is open.
    worker_of(page).evaluate(
        "async () => { const [notification] = await registration.getNotifications();"
        "dispatchEvent(new NotificationEvent('notificationclick', { notification })); }"
    )
    expect(page).to_have_url(re.compile(r"/@tomasz/\d+$"))
    assert pushed.shown() == []

    # Many become one.
    for number in range(1, 7):
        title = f"Colleague {number} liked your post"
        pushed.deliver({**payload, "notification_id": number, "title": title})
        until(lambda title=title: [one for one in pushed.shown() if title in one["title"] + one["body"]])
    (shown,) = until(lambda: [one for one in pushed.shown() if one["tag"] == "together"])
    assert shown["title"] == "Several new notifications"
    assert shown["body"].startswith("Colleague 6 liked your post\nColleague 5")
    until(lambda: len(pushed.shown()) == 1)

    # Whoever signs out takes it all along, and what comes too late says nothing.
    page.get_by_role("button", name="Your account").first.click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    until(lambda: pushed.shown() == [])
    pushed.deliver(payload)
    (shown,) = until(pushed.shown)
    assert (shown["title"], shown["body"]) == ("Something new in OfficeTalk", "")


def test_another_address_of_the_push_service_is_told_to_the_server(
    server: Server, service: Site, window: Callable[..., Page]
) -> None:
    page, other = window(), window()
    phone, moved = Phone(service.url("/browser")), Phone(service.url("/moved"))
    page.add_init_script(f"({_SUBSCRIPTION})({json.dumps(keys_of(phone))})")
    sign_in(page, "ingrid")
    sign_in(other, "tomasz")
    turn_on(page)
    page.get_by_label("Likes").first.uncheck(force=True)
    page.locator("form[action$='/push/choices'] button[type=submit]").click()

    worker_of(page).evaluate(
        """keys => dispatchEvent(Object.assign(new ExtendableEvent("pushsubscriptionchange"), {
          oldSubscription: null, newSubscription: { options: {}, toJSON: () => keys, unsubscribe() {} },
        }))""",
        keys_of(moved),
    )

    def arrives() -> Any:
        say(other, "Hello @ingrid")
        page.wait_for_timeout(300)
        return [message for message in service.requests if message.path == "/moved"]

    message = until(arrives)[0]
    assert moved.reads(message)["title"] == "Tomasz Wieczorek mentioned you"
    page.goto("/settings/notifications")
    expect(page.locator("[name=push-favourite]")).not_to_be_checked()


def test_a_browser_that_was_forgotten_registers_again(
    server: Server, service: Site, window: Callable[..., Page]
) -> None:
    page = window()
    phone = Phone(service.url("/browser"))
    page.add_init_script(f"({_SUBSCRIPTION})({json.dumps(keys_of(phone))})")
    sign_in(page, "ingrid")
    turn_on(page)

    page.evaluate("localStorage.removeItem('subscribed')")
    with page.expect_request(lambda request: request.url.endswith("/settings/notifications/push")):
        page.reload()

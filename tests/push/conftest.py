"""A push service on this machine, and people whose phones are subscribed to it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from officetalk.core.database import Database
from officetalk.core.settings import Settings
from officetalk.identity import tokens
from officetalk.outgoing.client import Client
from officetalk.outgoing.policy import policy_of
from officetalk.push import delivery, sealing, subscriptions, work
from officetalk.push.entities import Choice, Subscription
from officetalk.push.keys import Keys, load_keys
from officetalk.push.messages import contact_of
from tests.jobs.doing import do_jobs
from tests.people import Human
from tests.push.devices import Phone
from tests.sites import Page, Received, Site

ALL = ("mention", "status", "reblog", "follow", "follow_request", "favourite", "poll", "update", "quote")


@pytest.fixture
def service() -> Iterator[Site]:
    """A push service."""
    made = Site()
    made.pages["/phone"] = Page(status=201)
    yield made
    made.close()


class Push:
    """Push messages as the tests' settings have them."""

    def __init__(self, db: Database, service: Site, settings: Settings) -> None:
        self.db = db
        self.service = service
        self.settings = settings
        self.keys: Keys = db.write_now(load_keys, settings.secret)
        self.client = Client(policy_of(settings))
        self.handlers = work.handlers(
            db,
            self.keys,
            contact_of(settings),
            self.client,
            lambda account: f"https://talk.test/{account.id}.svg",
        )
        self.made: list[tuple[int, int]] = []
        self._app = db.write_now(tokens.register_app, "Phone", ("app://x",), ("read", "push"), None)[0]
        db.bus.listen("notification.made", lambda event: self.made.append((event.id, event.actor)))

    def subscribe(
        self, human: Human, *alerts: str, standard: bool = True, path: str = "/phone", **choice: Any
    ) -> tuple[Phone, Subscription]:
        """A person's phone that wants to be told of these (of everything: none)."""
        phone = Phone(self.service.url(path), standard=standard)
        token = self.db.write_now(tokens.password_token, self._app, human.id, ("read", "push")).access_token
        viewer = self.db.read_now(tokens.viewer, token)
        assert viewer is not None and viewer.token_id
        receiver = subscriptions.check_receiver(
            self.client.policy,
            phone.endpoint,
            phone.p256dh,
            phone.form()["subscription[keys][auth]"],
            standard,
        )
        wanted: Any = alerts or ALL
        made = self.db.write_now(
            subscriptions.subscribe, human.id, "token", viewer.token_id, receiver, Choice(wanted, **choice),
            sealing.seal(self.keys, token, viewer.token_id),
        )  # fmt: skip
        phone.token = token  # type: ignore[attr-defined]
        return phone, made

    def plan(self) -> int:
        """Plan what is new; how many deliveries."""
        made, self.made[:] = list(self.made), []
        planned = self.db.read_now(delivery.plan, made)
        self.db.write_now(delivery.put, planned)
        return len(planned)

    def deliver(self) -> list[Received]:
        """Plan what is new and send what is due; what the service has got by it."""
        before = len(self.service.requests)
        self.plan()
        self.send()
        return self.service.requests[before:]

    def send(self) -> int:
        return asyncio.run(do_jobs(self.db, self.handlers))


@pytest.fixture
def push(db: Database, service: Site) -> Push:
    settings = Settings(
        public_url="https://talk.test", outgoing_allowed=service.host, mail_from="Talk <talk@example.com>"
    )
    return Push(db, service, settings)

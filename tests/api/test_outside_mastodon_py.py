"""Mastodon.py against the real server, with the world outside: push messages that it decrypts itself, and cards
of links. A push service and a site stand on this machine, allowed by the settings. On both databases."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.signing import sign_in
from tests.e2e.conftest import Server
from tests.previews.test_cards import picture
from tests.sites import Page, Site

pytestmark = pytest.mark.slow


@pytest.fixture
def outside() -> Iterator[Site]:
    made = Site()
    made.pages["/push"] = Page(status=201)
    made.pages["/story"] = Page(b"<title>A story</title><meta property=og:image content=/picture.png>")
    made.pages["/picture.png"] = Page(picture(), "image/png")
    yield made
    made.close()


@pytest.fixture
def server(tmp_path: Path, new_database: Callable[[], str], outside: Site) -> Iterator[Server]:
    made = Server(
        tmp_path,
        new_database(),
        OFFICETALK_OUTGOING="allowed",
        OFFICETALK_OUTGOING_ALLOWED=outside.host,
        OFFICETALK_LINK_PREVIEWS="on",
        OFFICETALK_SECRET="a secret of the company",
    )
    made.makes_account("ada", "Ada Lovelace", "owner")
    made.makes_account("bo", "Bo Nilsson")
    made.start()
    yield made
    made.stop()


def in_time(find: Callable[[], Any], seconds: float = 20) -> Any:
    """What is found as soon as there is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := find():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come in time")


def test_a_phone_is_told_and_a_link_is_shown(server: Server, outside: Site) -> None:
    ada, bo = sign_in(server, "ada"), sign_in(server, "bo")
    private, public = ada.push_subscription_generate_keys()

    made = ada.push_subscription_set(outside.url("/push"), public, mention_events=True, favourite_events=True)
    assert (made.alerts.mention, made.alerts.favourite, made.alerts.poll) == (True, True, False)
    assert made.server_key == ada.instance_v2().configuration.vapid.public_key
    assert ada.push_subscription() == made
    changed = ada.push_subscription_update(mention_events=True)
    assert (changed.alerts.mention, changed.alerts.favourite) == (True, False)

    post = bo.status_post(f"Read this, @ada: {outside.url('/story')}")

    message = in_time(lambda: [r for r in outside.requests if r.path == "/push"])[0]
    said = ada.push_subscription_decrypt_push(
        message.body, private, message.headers["encryption"], message.headers["crypto-key"]
    )
    assert said.access_token == ada.access_token
    assert (said.notification_type, said.title) == ("mention", "Bo Nilsson mentioned you")
    assert ada.notifications()[0].id == str(said.notification_id)

    card = in_time(lambda: ada.status(post.id).card)
    assert (card.title, card.url) == ("A story", outside.url("/story"))
    assert card.image.startswith(server.url)
    with urllib.request.urlopen(card.image, timeout=10) as answer:
        assert answer.headers["content-type"] == "image/webp"
    assert ada.status(post.id).edited_at is None

    ada.push_subscription_delete()
    bo.status_post("Never mind, @ada")
    time.sleep(1)
    assert len([r for r in outside.requests if r.path == "/push"]) == 1

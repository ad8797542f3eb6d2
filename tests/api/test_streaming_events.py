"""Server-sent events: the same streams by one path each; and Mastodon.py, which reads them."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from mastodon import StreamListener

from officetalk.core.database import Database
from officetalk.core.settings import Settings
from officetalk.filters import rules as filters
from officetalk.http.services import Services
from tests.api.client import Api
from tests.api.live_server import PATIENCE, LiveServer
from tests.api.signing import sign_in
from tests.e2e.conftest import Server
from tests.people import People


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("user", {}),
        ("public", {}),
        ("public", {"only_media": "false"}),
        ("public/local", {}),
        ("hashtag", {"tag": "plan"}),
        ("hashtag/local", {"tag": "Plan"}),
    ],
)
def test_posts_are_events(
    server: LiveServer, api: Api, people: People, path: str, query: dict[str, str]
) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)

    with server.events(api.as_person(bo).token, path, **query) as ear:
        post = ada.posts("A #plan")
        name, data = ear.hears()
        ada.deletes(post)

        assert (name, json.loads(data)["id"]) == ("update", str(post.id))
        assert ear.hears() == ("delete", str(post.id))


def test_the_answer_is_a_stream_that_no_proxy_keeps_back_and_any_page_may_read(
    server: LiveServer, api: Api, people: People
) -> None:
    with server.events(api.as_person(people.ada).token, "user") as ear:
        headers = ear.answer.headers
        assert headers["content-type"] == "text/event-stream"
        assert (headers["cache-control"], headers["x-accel-buffering"]) == ("no-store", "no")
        assert headers["access-control-allow-origin"] == "*"
    asked = httpx.options(f"http://127.0.0.1:{server.port}/api/v1/streaming/user", timeout=PATIENCE)
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-headers"] == "Authorization"


def test_media_and_remote_streams_are_there_and_silent(server: LiveServer, api: Api, people: People) -> None:
    token = api.as_person(people.bo).token

    with (
        server.events(token, "public", only_media="true") as media,
        server.events(token, "public/media") as also,
        server.events(token, "public/remote") as remote,
        server.events(token, "user") as mine,
    ):
        people.ada.posts("No picture")
        people.bo.posts("Mine")
        assert mine.hears()[0] == "update"
        server.stop()

        for ear in (media, also, remote):
            with pytest.raises(StopIteration):
                ear.line()


def test_what_has_no_payload_says_so(server: LiveServer, api: Api, people: People) -> None:
    ada = people.ada

    with server.events(api.as_person(ada).token, "user") as ear:
        ada.db.write_now(filters.create, ada.id, "Food", ["home"])
        assert ear.hears() == ("filters_changed", "undefined")


def test_a_list_a_conversation_and_a_notification_are_events(
    server: LiveServer, api: Api, people: People
) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)
    one = bo.makes_list(ada)
    token = api.as_person(bo).token

    with (
        server.events(token, "list", list=str(one.id)) as listed,
        server.events(token, "direct") as direct,
        server.events(token, "user/notification") as notified,
    ):
        ada.posts("For @bo", "direct")

        assert listed.hears()[0] == "update"
        assert direct.hears()[0] == "conversation"
        assert notified.hears()[0] == "notification"


@pytest.mark.parametrize(("origin", "streaming"), [("http", "ws"), ("https", "wss")])
def test_the_instance_says_where_the_streams_are(
    settings: Settings, db: Database, loop: asyncio.Runner, origin: str, streaming: str
) -> None:
    public = msgspec.structs.replace(settings, public_url=f"{origin}://talk.test")
    nobody = Api(Services(public, db), loop).as_nobody()

    urls = nobody.get("/api/v2/instance").json()["configuration"]["urls"]
    assert urls["streaming"] == f"{streaming}://talk.test"
    assert nobody.get("/api/v1/instance").json()["urls"]["streaming_api"] == f"{streaming}://talk.test"


# --- Mastodon.py --------------------------------------------------------------------------------------


class Heard(StreamListener):
    """Keeps what comes, and waits for it."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []
        self._came = threading.Condition()

    def on_any_event(self, name: str, data: Any = None, for_stream: Any = None) -> None:
        with self._came:
            self.events.append((name, data))
            self._came.notify_all()

    def on_unknown_event(self, name: str, unknown_event: Any = None) -> None:
        raise AssertionError(name)

    def wait_for(self, *names: str) -> list[Any]:
        """What came with these events, which are all that came, in any order."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.events) >= len(names), 10), self.events
            found, self.events = self.events, []
        assert sorted(name for name, _ in found) == sorted(names)
        return [data for name in dict.fromkeys(names) for n, data in found if n == name]


@pytest.fixture
def company(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[Server]:
    made = Server(tmp_path, new_database())
    made.makes_account("ada", "Ada Lovelace", "owner")
    made.makes_account("bo", "Bo Nilsson")
    made.start()
    yield made
    made.stop()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Endpoint /api/v1/instance")
def test_mastodon_py_hears_everything(company: Server) -> None:
    ada, bo = sign_in(company, "ada"), sign_in(company, "bo")
    bo.account_follow(ada.me().id)
    assert bo.stream_healthy() is True
    team = bo.list_create("Team")
    bo.list_accounts_add(team.id, [ada.me().id])
    user, public, tag, listed, direct = (Heard() for _ in range(5))
    handles = [
        bo.stream_user(user, run_async=True),
        bo.stream_public(public, run_async=True),
        bo.stream_hashtag("plan", tag, run_async=True),
        bo.stream_list(team.id, listed, run_async=True),
        bo.stream_direct(direct, run_async=True),
    ]
    for handle in handles:
        _wait(lambda handle=handle: handle.is_receiving() and handle.connection is not None)
    everywhere = (user, public, tag, listed)

    post = ada.status_post("The #plan")
    for heard in everywhere:
        assert heard.wait_for("update")[0].id == post.id
    ada.status_update(post.id, "The #plan, revised")
    for heard in everywhere:
        assert heard.wait_for("status.update")[0].content.endswith(", revised</p>")
    ada.status_delete(post.id)
    for heard in everywhere:
        assert str(heard.wait_for("delete")[0]) == str(post.id)

    letter = ada.status_post("For @bo alone", visibility="direct")
    found = user.wait_for("update", "notification")
    assert found[0].id == letter.id and found[1].type == "mention"
    assert direct.wait_for("conversation")[0].last_status.id == letter.id
    assert public.events == []
    bo.create_filter_v2("Food", ["home"], "warn")
    user.wait_for("filters_changed")

    company.stop()
    for handle in handles:
        handle.join(10)
        assert not handle.is_alive()


def _wait(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)
    time.sleep(0.2)  # connected is not yet subscribed

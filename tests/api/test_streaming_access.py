"""Who may listen, what the others are answered, and how connections end. Over real sockets."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from officetalk.accounts.tables import account
from officetalk.api.streaming import application, connections, links
from officetalk.api.streaming.links import DirectLink, ServedLink
from officetalk.core.sql import Statement
from officetalk.http.descriptors import Descriptors
from officetalk.http.services import Services
from officetalk.identity import tokens
from officetalk.live import hub as hubs
from officetalk.live.hub import Hub
from tests.api.client import Api
from tests.api.live_server import PATIENCE, Ear, LiveServer
from tests.conftest import Clock
from tests.people import People


@pytest.fixture(params=["by descriptor", "by the server"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """WebSockets are read and written by their descriptors, or through the server where that fails."""

    async def nothing(*args: Any) -> None:
        return None

    if request.param == "by the server":
        monkeypatch.setattr(Descriptors, "take", nothing)
    return request.param


def closed(ear: Ear) -> tuple[int, str]:
    """How the server closed the connection; what came before is passed over."""
    with pytest.raises(ConnectionClosed) as ended:
        _read_all(ear)
    frame = ended.value.rcvd
    assert frame is not None
    return frame.code, frame.reason


def _read_all(ear: Ear) -> None:
    while True:
        ear.socket.recv(PATIENCE)


# --- who may ------------------------------------------------------------------------------------------


def test_a_token_may_come_by_header_by_address_or_as_a_browser_sends_it(
    server: LiveServer, api: Api, people: People
) -> None:
    token = api.as_person(people.ada).token or ""
    url = f"ws://127.0.0.1:{server.port}/api/v1/streaming"

    ways: list[dict[str, Any]] = [
        {"uri": f"{url}?stream=user", "additional_headers": {"Authorization": f"Bearer {token}"}},
        {"uri": f"{url}/?stream=user&access_token={token}"},
        {"uri": f"{url}?stream=user", "subprotocols": [token]},
    ]
    for way in ways:
        with Ear(connect(**way, open_timeout=PATIENCE)) as ear:
            # a browser closes the connection unless its protocol is echoed
            assert ear.socket.subprotocol == (token if "subprotocols" in way else None)
            people.ada.posts("Hello")
            assert ear.hears()[:2] == (["user"], "update")


@pytest.mark.parametrize(
    ("who", "text"),
    [("nobody", "Missing access token"), ("a guess", "Invalid access token"), ("an app", "Invalid access token")],
)  # fmt: skip
def test_without_a_persons_token_nobody_is_let_in(server: LiveServer, api: Api, who: str, text: str) -> None:
    token = {"nobody": None, "a guess": "guessed", "an app": api.as_app().token}[who]

    with pytest.raises(InvalidStatus) as refused, server.connect(token, stream="user"):
        pass
    assert refused.value.response.status_code == 401
    assert refused.value.response.headers["X-Error-Message"] == text
    with server.events(token, "user") as ear:
        ear.answer.read()
        assert (ear.answer.status_code, ear.answer.json()) == (401, {"error": text})


SCOPES = {
    "read": {"user", "user:notification", "direct", "public"},
    "read:statuses": {"user", "direct", "public"},
    "read:notifications": {"user:notification"},
    "write": set(),
}


@pytest.mark.parametrize("scope", SCOPES)
def test_each_stream_asks_for_its_scope(server: LiveServer, api: Api, people: People, scope: str) -> None:
    token = api.as_person(people.ada, scope).token
    refusal = {"error": "Access token does not have the required scopes", "status": 401}

    with server.connect(token) as ear:
        for stream in ("user", "user:notification", "direct", "public"):
            ear.says(type="subscribe", stream=stream)
            if stream not in SCOPES[scope]:
                assert ear.frame() == refusal
        ear.is_ready()
    for path in ("user", "user/notification", "direct", "public"):
        with server.events(token, path) as events:
            allowed = path.replace("/", ":") in SCOPES[scope]
            assert events.answer.status_code == (200 if allowed else 401)


# --- what is asked for --------------------------------------------------------------------------------


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ({"stream": "nonsense"}, {"error": "Unknown stream type", "status": 400}),
        ({"stream": ["nonsense", "user"]}, {"error": "Unknown stream type", "status": 400}),
        ({}, {"error": "Unknown stream type", "status": 400}),
        ({"stream": "hashtag"}, {"error": "Missing tag name parameter", "status": 400}),
        ({"stream": "hashtag:local", "tag": ""}, {"error": "Missing tag name parameter", "status": 400}),
        ({"stream": "list"}, {"error": "Missing list name parameter", "status": 400}),
        ({"stream": "list", "list": "7"}, {"error": "Not authorized to stream this list", "status": 401}),
        ({"stream": "list", "list": "x"}, {"error": "Not authorized to stream this list", "status": 401}),
    ],
)
def test_what_cannot_be_subscribed_to_is_answered_in_the_socket(
    server: LiveServer, api: Api, people: People, asked: dict[str, Any], answered: dict[str, Any]
) -> None:
    with server.connect(api.as_person(people.ada).token) as ear:
        ear.says(type="subscribe", **asked)
        assert ear.frame() == answered
        ear.says(type="subscribe", stream="user")
        ear.says(type="unsubscribe", stream="nonsense")
        assert ear.frame() == {"error": "Error unsubscribing from channel"}  # after what was said before it
        people.ada.posts("It goes on")
        assert ear.hears()[0] == ["user"]


def test_nobody_listens_to_the_list_of_another(server: LiveServer, api: Api, people: People) -> None:
    one = people.bo.makes_list(people.bo)
    token = api.as_person(people.ada).token

    with server.connect(token, stream="list", list=str(one.id)) as ear:
        assert ear.frame() == {"error": "Not authorized to stream this list", "status": 401}
    with server.events(token, "list", list=str(one.id)) as events:
        events.answer.read()
        assert events.answer.status_code == 401
        assert events.answer.json() == {"error": "Not authorized to stream this list"}


def test_paths_that_are_no_stream_are_refused_before_anything_else(server: LiveServer) -> None:
    for path in ("nonsense", "user/nonsense", "public/local/x", "hashtag/"):
        answer = server.get(f"/api/v1/streaming/{path}")
        if path == "hashtag/":
            assert (answer.status_code, answer.json()) == (401, {"error": "Missing access token"})
        else:
            assert (answer.status_code, answer.json()) == (400, {"error": "Unknown channel requested"})
    assert server.get("/api/v1/streaming").status_code == 404  # documentation: it is on this very host
    health = server.get("/api/v1/streaming/health")
    assert (health.status_code, health.text) == (200, "OK")


# --- how it ends --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("either_way")
def test_a_revoked_token_ends_its_connections(server: LiveServer, api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    stays = api.as_person(people.ada)

    with (
        server.connect(ada.token, stream="user") as ear,
        server.events(ada.token, "user") as events,
        server.connect(stays.token, stream="user") as other,
    ):
        people.ada.db.write_now(tokens.revoke, api.application, ada.token or "")

        assert closed(ear) == (1008, "The access token has ended")
        with pytest.raises(StopIteration):
            events.line()
        people.ada.posts("Hello")
        assert other.hears()[1] == "update"
        server.wait_for(lambda hub: hub.connections == 1)


def test_a_disabled_account_hears_no_more(
    services: Services, api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "_CHECK_S", 0.05)
    with (
        LiveServer(services) as server,
        server.connect(api.as_person(people.ada).token, stream="user") as ear,
    ):
        # as the command line does it, of which the server hears nothing
        disable = Statement(account.update().where(account.c.id == people.ada.id).values(state="disabled"))
        people.ada.db.write_now(lambda conn: conn.run(disable))

        assert closed(ear)[0] == 1008


def test_a_token_whose_time_is_over_hears_no_more(
    services: Services, api: Api, people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "_CHECK_S", 0.05)
    forever, ends = api.as_person(people.ada), api.as_person(people.ada, "read offline_access")
    with (
        LiveServer(services) as server,
        server.connect(ends.token, stream="user") as ear,
        server.connect(forever.token, stream="user") as other,
    ):
        clock.forward(hours=2, seconds=1)

        assert closed(ear) == (1008, "The access token has ended")
        people.ada.posts("Hello")
        assert other.hears()[1] == "update"


def test_when_the_server_stops_clients_are_told_to_come_again(
    services: Services, api: Api, people: People, either_way: str
) -> None:
    token = api.as_person(people.ada).token

    with LiveServer(services) as server, server.events(token, "user") as events:
        with server.connect(token, stream="user") as ear:
            server.stop()

            assert closed(ear) == (1012, "The server restarts")
        with pytest.raises(StopIteration):
            events.line()


@pytest.mark.usefixtures("either_way")
def test_when_a_client_goes_nothing_is_left_of_it(server: LiveServer, api: Api, people: People) -> None:
    token = api.as_person(people.ada).token

    with server.connect(token, stream="user") as ear, server.events(token, "user"):
        assert server.on_loop(lambda hub: hub.connections, server.services.hub) == 2
        ear.subscribes("public")
    server.wait_for(lambda hub: hub.connections == 0)
    assert server.on_loop(_streams_of, server.services.hub) == 0

    with server.connect(token, stream="user") as ear:
        ear.socket.socket.shutdown(socket.SHUT_RDWR)  # as when the network fails
        server.wait_for(lambda hub: hub.connections == 0)


def _streams_of(hub: Hub) -> int:
    return sum(len(streams) for by_id in hub._streams.values() for streams in by_id.values())


@pytest.mark.usefixtures("either_way")
def test_a_reader_that_is_too_slow_is_dropped_and_costs_the_others_nothing(
    server: LiveServer, api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "MAX_WAITING", 20)
    monkeypatch.setattr(connections, "MAX_WAITING", 20)
    ada = people.ada
    token = api.as_person(ada).token

    slow = _handshake(server.port, f"/api/v1/streaming?stream=user&access_token={token}")
    slow_events = _handshake(server.port, f"/api/v1/streaming/user?access_token={token}", upgrade=False)
    with server.connect(token, stream="user") as quick:
        server.wait_for(lambda hub: hub.connections == 3)
        said = 0
        until = time.monotonic() + 30
        while server.on_loop(lambda hub: hub.connections, server.services.hub) > 1:
            assert time.monotonic() < until
            for _ in range(20):
                said += 1
                ada.posts(f"{said} " + "x" * 19_000, limit=20_000)
            assert len(quick.hears_of(20)) == 20
    slow.close()
    slow_events.close()


def _handshake(port: int, path: str, *, upgrade: bool = True) -> socket.socket:
    """A client that never reads, with a small buffer of its own."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.connect(("127.0.0.1", port))
    lines = [f"GET {path} HTTP/1.1", "Host: x"]
    if upgrade:
        lines += ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
        lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
    made.sendall("\r\n".join([*lines, "", ""]).encode())
    assert made.recv(9) == b"HTTP/1.1 "
    return made


def test_of_too_many_connections_with_one_token_the_oldest_makes_room(
    server: LiveServer, api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "PER_TOKEN", 2)
    token = api.as_person(people.ada).token

    with (
        server.connect(token, stream="user") as oldest,
        server.connect(token, stream="user") as older,
        server.events(token, "user") as newest,
        server.connect(api.as_person(people.bo).token),
    ):
        assert closed(oldest) == (1008, "Too many connections with this access token")
        people.ada.posts("Hello")
        assert older.hears()[1] == newest.hears()[0] == "update"


def test_a_connection_hears_a_limited_number_of_streams(
    server: LiveServer, api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MAX_STREAMS", 2)

    with server.connect(api.as_person(people.ada).token, stream="user") as ear:
        ear.subscribes("public")
        ear.says(type="subscribe", stream="direct")
        assert ear.frame() == {"error": "Too many streams", "status": 429}


# --- signs of life, and broken protocol ---------------------------------------------------------------


def test_pings_and_thumps_show_that_a_connection_lives(
    services: Services, api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "_BEAT_S", 0.05)
    token = api.as_person(people.ada).token

    with LiveServer(services) as server:
        deaf = _handshake(server.port, f"/api/v1/streaming?access_token={token}")
        with server.connect(token, stream="user") as ear, server.events(token, "user") as events:
            assert [events.line() for _ in range(3)] == [":thump"] * 3
            # who answers pings stays, who does not is gone
            server.wait_for(lambda hub: hub.connections == 2)
            time.sleep(0.5)
            people.ada.posts("Hello")
            assert ear.hears()[1] == "update"
        deaf.close()


def test_a_client_is_answered_its_pings(
    server: LiveServer, api: Api, people: People, either_way: str
) -> None:
    with server.connect(api.as_person(people.ada).token) as ear:
        assert ear.socket.ping(b"are you there").wait(PATIENCE)
        link = server.on_loop(
            lambda hub: next(iter(next(iter(hub._logins.values()))))._link, server.services.hub
        )
        assert type(link) is (DirectLink if either_way == "by descriptor" else ServedLink)


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize(("message", "code"), [(b"binary", 1003), ("x" * 20_000, 1009)])
def test_what_no_client_sends_ends_the_connection(
    server: LiveServer, api: Api, people: People, message: str | bytes, code: int
) -> None:
    with server.connect(api.as_person(people.ada).token) as ear:
        ear.socket.send(message)
        assert closed(ear)[0] == code
    server.wait_for(lambda hub: hub.connections == 0)


@pytest.mark.usefixtures("either_way")
def test_a_message_in_pieces_is_one_message(server: LiveServer, api: Api, people: People) -> None:
    whole = json.dumps({"type": "subscribe", "stream": "user"})

    with server.connect(api.as_person(people.ada).token) as ear:
        ear.socket.send(iter([whole[:5], whole[5:9], whole[9:]]))
        ear.is_ready()
        people.ada.posts("Hello")
        assert ear.hears()[0] == ["user"]


@pytest.mark.parametrize("what", ["pings", "nonsense"])
def test_who_asks_much_and_never_reads_the_answers_is_dropped(
    server: LiveServer, api: Api, people: People, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(links, "MAX_WAITING", 20)
    slow = _handshake(server.port, f"/api/v1/streaming?access_token={api.as_person(people.ada).token}")
    server.wait_for(lambda hub: hub.connections == 1)
    opcode, data = (0x9, b"x" * 125) if what == "pings" else (0x1, b'{"type":"subscribe","stream":"no"}')
    flood = bytes([0x80 | opcode, 0x80 | len(data)]) + b"\0\0\0\0" + data  # a mask of zeros

    slow.settimeout(PATIENCE)
    with pytest.raises(OSError, match=r"Broken pipe|reset"):
        _send_for_ever(slow, flood * 100)
    server.wait_for(lambda hub: hub.connections == 0)
    slow.close()


def _send_for_ever(slow: socket.socket, data: bytes) -> None:
    while True:
        slow.sendall(data)

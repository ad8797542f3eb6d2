"""The client against real servers on this machine: bounded, and led nowhere it may not go."""

from __future__ import annotations

import gzip
import os
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from officetalk.core.hosts import parse_hosts
from officetalk.outgoing.client import MAX_REDIRECTS, Answer, Client
from officetalk.outgoing.connecting import Failed
from officetalk.outgoing.policy import Policy, Refused
from tests.sites import Page, Received, Site, Socket

Talk = Callable[[Callable[[socket.socket], None]], Socket]


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


@pytest.fixture
def talking() -> Iterator[Talk]:
    """Starts servers that say what a function writes."""
    made: list[Socket] = []

    def start(talk: Callable[[socket.socket], None]) -> Socket:
        made.append(Socket(talk))
        return made[-1]

    yield start
    for server in made:
        server.close()


def allowing(*hosts: str, **names: list[str]) -> Client:
    """A client that may reach these, and that knows these names (`_` for a dot)."""
    known = {name.replace("_", "."): addresses for name, addresses in names.items()}

    def ask(host: str, port: int) -> list[str]:
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return known[host]

    return Client(Policy("on", parse_hosts(",".join(hosts))), ask=ask)


def fetch(client: Client, url: str, *, limit: int = 65536, seconds: float = 5) -> Answer:
    return client.get(url, limit_of=lambda kind: limit, seconds=seconds)


def test_an_allowed_page_is_read(site: Site) -> None:
    site.pages["/a?b=ä"] = Page("Grüße".encode())
    site.pages["/a?b=%C3%A4"] = Page("Grüße".encode(), headers={"X-Thing": "1"})

    answer = fetch(allowing(site.host), site.url("/a?b=ä#part"))

    assert (answer.status, answer.body.decode(), answer.complete) == (200, "Grüße", True)
    assert (answer.content_type, answer.headers["x-thing"]) == ("text/html", "1")
    assert answer.url == site.url("/a?b=%C3%A4")


def test_what_is_sent_says_who_asks_and_nothing_more(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    site.pages["/"] = Page(b"x", headers={"Set-Cookie": "a=b"})
    client = allowing(site.host)

    fetch(client, site.url())
    fetch(client, site.url())

    headers = site.requests[1].headers
    assert sorted(headers) == ["accept", "accept-encoding", "host", "user-agent"]
    assert headers["host"] == site.host
    assert headers["user-agent"].startswith("OfficeTalk/")


def test_a_body_is_posted_and_every_status_is_an_answer(site: Site) -> None:
    site.pages["/push"] = Page(b"thank you", status=201, headers={"Location": "/elsewhere"})

    answer = allowing(site.host).post(site.url("/push"), b"\x00\x01", {"TTL": "60"}, limit=100, seconds=5)

    assert (answer.status, answer.body) == (201, b"thank you")
    [request] = site.requests
    assert (request.method, request.body, request.headers["ttl"]) == ("POST", b"\x00\x01", "60")


# --- where it may not go -------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "127.1", "0"])
def test_this_machine_is_not_reached_by_any_spelling(site: Site, host: str) -> None:
    client = Client(Policy("on"))  # asks the real resolver

    with pytest.raises(Refused):
        fetch(client, f"http://{host}:{site.port}/")
    with pytest.raises(Refused):
        fetch(client, f"http://{host}/")

    assert site.requests == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "fd00::1"],
)
def test_a_public_name_with_an_internal_address_is_refused(address: str) -> None:
    client = allowing(evil_example=[address])

    with pytest.raises(Refused, match="internal"):
        fetch(client, "http://evil.example/")


def test_a_name_is_asked_once_and_the_connection_goes_to_what_was_answered(site: Site) -> None:
    """A name that changes its address between check and use gains nothing: there is no second question."""
    site.pages["/"] = Page(b"inside")
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["192.0.2.1"] if len(asked) == 1 else ["127.0.0.1"]

    client = Client(Policy("on"), ask=rebinding)

    with pytest.raises(Refused):
        fetch(client, "http://evil.example/")

    assert asked == ["evil.example"]
    assert site.requests == []


def test_of_several_addresses_only_permitted_ones_are_tried(site: Site) -> None:
    site.pages["/"] = Page(b"here")
    client = allowing(f"127.0.0.1:{site.port}", mixed_example=["10.0.0.1", "169.254.169.254", "127.0.0.1"])

    answer = fetch(client, f"http://mixed.example:{site.port}/")

    assert answer.body == b"here"
    assert site.requests[0].headers["host"] == f"mixed.example:{site.port}"


def test_the_next_address_is_tried_when_one_does_not_answer(site: Site) -> None:
    site.pages["/"] = Page(b"here")
    client = allowing("127.0.0.0/8:" + str(site.port), two_example=["127.0.0.9", "127.0.0.1"])

    assert fetch(client, f"http://two.example:{site.port}/").body == b"here"


def test_nothing_is_asked_when_outgoing_is_off(site: Site) -> None:
    def never(host: str, port: int) -> list[str]:
        raise AssertionError("the name was looked up")

    client = Client(Policy("off", parse_hosts(site.host)), ask=never)

    for url in (site.url(), "https://example.com/"):
        with pytest.raises(Refused):
            fetch(client, url)

    assert site.requests == []


# --- redirects ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_the_last_address_is_told(site: Site, status: int) -> None:
    site.pages["/a"] = Page(status=status, headers={"Location": "b?x=1#y"})
    site.pages["/b?x=1"] = Page(b"there")

    answer = fetch(allowing(site.host), site.url("/a"))

    assert (answer.body, answer.url) == (b"there", site.url("/b?x=1"))


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{other}/secret",
        "//127.0.0.1:{other}/secret",
        "http://localhost:{other}/secret",
        "http://inside.example/secret",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]:{other}/",
        "file:///etc/passwd",
        "ftp://example.com/",
        "gopher://127.0.0.1:{other}/x",
        "http://name:password@127.0.0.1:{port}/",
        "http://127.0.0.1:{port}/" + "x" * 3000,
    ],
)
def test_a_redirect_to_where_it_may_not_go_is_refused(site: Site, location: str) -> None:
    inside = Site()
    inside.pages["/secret"] = Page(b"secret")
    there = location.format(port=site.port, other=inside.port)
    site.pages["/"] = Page(status=302, headers={"Location": there})
    client = allowing(site.host, inside_example=["127.0.0.1"])

    with pytest.raises((Refused, Failed)):
        fetch(client, site.url())

    assert inside.requests == []
    assert site.paths() == ["/"]
    inside.close()


def test_redirects_end(site: Site) -> None:
    for i in range(MAX_REDIRECTS + 2):
        site.pages[f"/{i}"] = Page(status=302, headers={"Location": f"/{i + 1}"})
    site.pages[f"/{MAX_REDIRECTS + 2}"] = Page(b"the end")
    site.pages["/round"] = Page(status=302, headers={"Location": "/round"})
    client = allowing(site.host)

    assert fetch(client, site.url("/2")).body == b"the end"
    for path in ("/1", "/round"):
        with pytest.raises(Failed, match="often"):
            fetch(client, site.url(path))


def test_a_post_follows_no_redirect(site: Site) -> None:
    site.pages["/a"] = Page(status=307, headers={"Location": "/b"})

    answer = allowing(site.host).post(site.url("/a"), b"x", {}, limit=10, seconds=5)

    assert answer.status == 307
    assert site.paths() == ["/a"]


# --- bounds ----------------------------------------------------------------------------------------------


def test_a_body_is_cut_at_its_limit(site: Site) -> None:
    site.pages["/long"] = Page(b"x" * 5000)
    site.pages["/exact"] = Page(b"x" * 1000)

    long, exact = (fetch(allowing(site.host), site.url(path), limit=1000) for path in ("/long", "/exact"))

    assert (len(long.body), long.complete) == (1000, False)
    assert (len(exact.body), exact.complete) == (1000, True)


def test_a_body_that_nobody_wants_is_not_read(site: Site) -> None:
    site.pages["/film"] = Page(b"x" * 10_000_000, "video/mp4; codecs=av1")
    asked: list[str] = []

    def limit_of(kind: str) -> int:
        asked.append(kind)
        return 0

    answer = allowing(site.host).get(site.url("/film"), limit_of=limit_of, seconds=5)

    assert (answer.status, answer.body, asked) == (200, b"", ["video/mp4"])


def test_a_body_without_end_is_left(talking: Talk) -> None:
    sent = [0]

    def pour(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            sent[0] += connection.send(b"x" * 65536)

    server = talking(pour)

    answer = fetch(allowing(server.host), server.url(), limit=100_000)

    assert (len(answer.body), answer.complete) == (100_000, False)
    time.sleep(0.1)
    after = sent[0]
    time.sleep(0.1)
    assert sent[0] == after  # the connection is closed


@pytest.mark.parametrize("where", ["status line", "headers", "body", "chunks", "silence", "more headers"])
def test_a_server_that_dawdles_costs_no_more_than_the_time_that_it_is_given(
    talking: Talk, where: str
) -> None:
    """A byte now and then keeps every single read within its time; the whole is bounded all the same."""
    stop = threading.Event()
    beginnings = {
        "status line": b"HTTP/1.1 20",
        "headers": b"HTTP/1.1 200 OK\r\nX: ",
        "more headers": b"HTTP/1.1 200 OK\r\n",
        "body": b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
        "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "silence": b"",
    }
    drip = {"chunks": b"1\r\nx\r\n", "silence": b"", "more headers": b"X: y\r\n"}.get(where, b"0")

    def dawdle(connection: socket.socket) -> None:
        connection.sendall(beginnings[where])
        while not stop.wait(0.05):
            connection.sendall(drip)

    server = talking(dawdle)
    began = time.monotonic()

    with pytest.raises(Failed):
        fetch(allowing(server.host), server.url(), seconds=0.5)

    assert 0.4 < time.monotonic() - began < 4
    stop.set()


def test_slow_redirects_share_one_time(site: Site) -> None:
    def slow(received: Received) -> Page:
        time.sleep(0.2)
        return Page(status=302, headers={"Location": f"/{len(site.requests)}"})

    for path in ["/", *(f"/{i}" for i in range(10))]:
        site.pages[path] = slow
    began = time.monotonic()

    with pytest.raises(Failed):
        fetch(allowing(site.host), site.url(), seconds=0.5)

    assert time.monotonic() - began < 1.8  # ten of them would take two seconds


def test_a_name_that_nobody_answers_for_costs_no_more_either() -> None:
    release = threading.Event()

    def hangs(host: str, port: int) -> list[str]:
        release.wait(10)
        return []

    client = Client(Policy("on"), ask=hangs)
    began = time.monotonic()

    with pytest.raises(Failed):
        fetch(client, "http://slow.example/", seconds=0.3)

    assert time.monotonic() - began < 4
    release.set()


def test_headers_without_end_are_left(talking: Talk) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-Header: " + b"y" * 1000 + b"\r\n")

    server = talking(talk)

    with pytest.raises(Failed):
        fetch(allowing(server.host), server.url(), seconds=20)


def test_gzip_is_understood(site: Site) -> None:
    site.pages["/gzip"] = Page(gzip.compress(b"packed"), headers={"Content-Encoding": "gzip"})
    site.pages["/deflate"] = Page(zlib.compress(b"packed"), headers={"Content-Encoding": "deflate"})

    for path in ("/gzip", "/deflate"):
        answer = fetch(allowing(site.host), site.url(path))
        assert (answer.body, answer.complete) == (b"packed", True)


def test_a_gzip_bomb_is_opened_no_further_than_the_limit(site: Site) -> None:
    import tracemalloc

    bomb = gzip.compress(bytes(300_000_000), 9)
    site.pages["/"] = Page(bomb, headers={"Content-Encoding": "gzip"})
    client = allowing(site.host)
    tracemalloc.start()

    answer = fetch(client, site.url(), limit=100_000)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(answer.body), answer.complete) == (100_000, False)
    assert peak < 5_000_000


def test_packed_nothing_ends_too(talking: Talk) -> None:
    def empty_blocks(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
        connection.sendall(gzip.compress(b"")[:10])
        while True:
            connection.sendall(b"\x00\x00\x00\xff\xff" * 10_000)

    server = talking(empty_blocks)

    answer = fetch(allowing(server.host), server.url(), limit=1000)

    assert (answer.body, answer.complete) == (b"", False)


@pytest.mark.parametrize(
    ("coding", "body"), [("br", b"xx"), ("gzip, br", b"x"), ("gzip", b"no gzip at all"), ("zstd", b"x")]
)
def test_other_or_broken_codings_fail(site: Site, coding: str, body: bytes) -> None:
    site.pages["/"] = Page(body, headers={"Content-Encoding": coding})

    with pytest.raises(Failed):
        fetch(allowing(site.host), site.url())


@pytest.mark.parametrize(
    "answer",
    [b"", b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 999999 x\r\n\r\n", b"\x16\x03\x01" * 100, b"HTTP/1.1 200"],
)
def test_what_is_no_http_fails(talking: Talk, answer: bytes) -> None:
    server = talking(lambda connection: connection.sendall(answer))

    with pytest.raises(Failed):
        fetch(allowing(server.host), server.url())


def test_a_closed_port_fails() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(Failed):
        fetch(allowing(f"127.0.0.1:{port}"), f"http://127.0.0.1:{port}/")


def test_an_unknown_name_fails() -> None:
    with pytest.raises(Failed, match="unknown"):
        fetch(allowing(), "http://nobody.example/")


# --- https -----------------------------------------------------------------------------------------------


@pytest.fixture
def secure(tmp_path: Path, talking: Talk) -> tuple[Socket, Path]:
    """A server with a certificate of its own authority for good.example; and that authority's file."""
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        + ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "certificate.pem"), "-days", "2"]
        + ["-subj", "/CN=good.example", "-addext", "subjectAltName=DNS:good.example"],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("openssl is not here")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")

    def talk(connection: socket.socket) -> None:
        raise AssertionError("unreachable")

    server = Socket(talk)

    def converse(connection: socket.socket) -> None:
        try:
            with context.wrap_socket(connection, server_side=True) as safe:
                safe.recv(65536)
                safe.sendall(answer[0])
        except OSError:
            pass

    answer = [b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsafe"]
    server._converse = converse  # type: ignore[method-assign]
    server.answer = answer  # type: ignore[attr-defined]
    return server, tmp_path / "certificate.pem"


def test_certificates_are_checked_against_the_name(
    secure: tuple[Socket, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, authority = secure
    names = {"good_example": ["127.0.0.1"], "bad_example": ["127.0.0.1"]}
    stranger = allowing(f"127.0.0.1:{server.port}", **names)
    with pytest.raises(Failed, match="CERTIFICATE"):
        fetch(stranger, f"https://good.example:{server.port}/")

    monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(authority))
    client = allowing(f"127.0.0.1:{server.port}", **names)

    assert fetch(client, f"https://good.example:{server.port}/").body == b"safe"
    with pytest.raises(Failed, match="CERTIFICATE"):
        fetch(client, f"https://bad.example:{server.port}/")


def test_a_redirect_from_https_to_http_is_refused(
    secure: tuple[Socket, Path], site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, authority = secure
    monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(authority))
    server.answer[0] = (  # type: ignore[attr-defined]
        f"HTTP/1.1 302 Found\r\nLocation: {site.url()}\r\nContent-Length: 0\r\n\r\n".encode()
    )
    client = allowing("127.0.0.0/8:" + str(server.port), site.host, good_example=["127.0.0.1"])

    with pytest.raises(Refused, match="https to http"):
        fetch(client, f"https://good.example:{server.port}/")

    assert site.requests == []


# --- proxy ------------------------------------------------------------------------------------------------


def by_proxy(proxy: Site, *hosts: str, **names: list[str]) -> Client:
    client = allowing(*hosts, **names)
    policy = Policy("on", client.policy.allowed, f"http://ada:s%40cret@{proxy.host}")
    return Client(policy, ask=client._ask)


def test_what_is_outside_is_asked_of_the_proxy(site: Site) -> None:
    site.pages["http://example.com/page"] = Page(b"from afar")

    answer = fetch(by_proxy(site), "http://example.com/page")

    assert answer.body == b"from afar"
    assert site.requests[0].headers["proxy-authorization"] == "Basic YWRhOnNAY3JldA=="


def test_a_tunnel_is_asked_of_the_proxy_for_https(site: Site) -> None:
    with pytest.raises(Failed):  # this proxy makes none
        fetch(by_proxy(site), "https://example.com/page")

    assert [(r.method, r.path) for r in site.requests] == [("CONNECT", "example.com:443")]


def test_allowed_hosts_are_reached_without_the_proxy(site: Site) -> None:
    inside = Site()
    inside.pages["/"] = Page(b"inside")
    client = by_proxy(site, inside.host, wiki_corp=["127.0.0.1"])

    assert fetch(client, inside.url()).body == b"inside"
    assert fetch(client, f"http://wiki.corp:{inside.port}/").body == b"inside"
    assert site.requests == []
    inside.close()


def test_the_proxy_is_no_way_round_the_guard(site: Site) -> None:
    client = by_proxy(site, evil_example=["127.0.0.1"])

    for url in (
        "http://evil.example/",
        "http://10.0.0.1/",
        "http://127.1/",
        "http://localhost.:80/",
        "http://intranet/",
        "http://metadata.google.internal/",
    ):
        with pytest.raises(Refused):
            fetch(client, url)

    assert site.requests == []


def test_a_name_of_an_allowed_network_that_nobody_knows_is_not_asked_of_the_proxy(site: Site) -> None:
    with pytest.raises(Refused):
        fetch(by_proxy(site, "10.0.0.0/8"), "http://intranet/")

    assert site.requests == []


def test_idle_connections_are_closed_with_the_client(site: Site) -> None:
    site.pages["/"] = Page(b"x")
    client = allowing(site.host)
    fetch(client, site.url())

    client.close()

    assert client._direct.connections == []

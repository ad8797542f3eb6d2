"""Finding the descriptor of a connection by its peer."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator

import pytest

from officetalk.http import descriptors
from officetalk.http.descriptors import Descriptors, plain_address


@pytest.fixture(params=["127.0.0.1", "::1"])
def listening(request: pytest.FixtureRequest) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in request.param else socket.AF_INET
    with socket.socket(family) as made:
        try:
            made.bind((request.param, 0))
        except OSError:
            pytest.skip("no IPv6 here")
        made.listen()
        yield made


def accepted(listening: socket.socket) -> tuple[socket.socket, socket.socket]:
    client = socket.create_connection(listening.getsockname()[:2])
    return client, listening.accept()[0]


def take(found: Descriptors, *clients: socket.socket) -> list[int | None]:
    async def all_at_once() -> list[int | None]:
        return await asyncio.gather(*(found.take(c.getsockname()[:2], c.getpeername()[1]) for c in clients))

    return asyncio.run(all_at_once())


def test_each_connection_is_found_among_all_that_is_open(listening: socket.socket) -> None:
    pairs = [accepted(listening) for _ in range(5)]
    with open(os.devnull) as other, socket.socketpair()[0]:
        assert other.fileno() > 0
        assert take(Descriptors(), *(client for client, _ in pairs)) == [s.fileno() for _, s in pairs]
    for client, server in pairs:
        client.sendall(b"still the server's")
        assert server.recv(100) == b"still the server's"
        client.close()
        server.close()


def test_what_lies_far_above_is_found_too(listening: socket.socket) -> None:
    client, server = accepted(listening)
    high = 700
    os.dup2(server.fileno(), high)
    server.close()
    try:
        assert take(Descriptors(), client) == [high]
    finally:
        os.close(high)
        client.close()


def test_of_two_with_the_same_peer_neither_is_taken(listening: socket.socket) -> None:
    client, server = accepted(listening)
    again = server.dup()
    found = Descriptors()
    assert take(found, client) == [None]
    again.close()
    assert take(found, client) == [server.fileno()]
    # what is taken is not found again, until it is released
    assert take(found, client) == [None]
    found.release(server.fileno())
    assert take(found, client) == [server.fileno()]
    client.close()
    server.close()


def test_a_connection_that_is_not_there_is_not_found(listening: socket.socket) -> None:
    client, server = accepted(listening)
    server.close()
    assert take(Descriptors(), client) == [None]
    client.close()


def test_what_waits_is_thrown_away_when_a_connection_is_shut_down_at_once(listening: socket.socket) -> None:
    client, server = accepted(listening)
    server.setblocking(False)
    waiting = 0
    try:
        while True:
            waiting += server.send(b"x" * 65536)
    except BlockingIOError:
        pass

    descriptors.shut_down(server.fileno(), at_once=True)
    server.close()

    read = 0
    try:
        while data := client.recv(1 << 20):
            read += len(data)
    except ConnectionResetError:
        pass
    assert read < waiting
    client.close()


def test_an_address_has_one_spelling() -> None:
    assert plain_address("::ffff:10.0.0.7") == plain_address("10.0.0.7") == "10.0.0.7"
    assert plain_address("fe80::1%eth0") == "fe80::1"

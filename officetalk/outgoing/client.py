"""Requests to other servers, for use in worker threads: bounded in time and size, and never to an internal
address that the administrators have not allowed.

    client = Client(policy_of(settings))
    answer = client.get("https://example.com/", limit_of=lambda kind: 65536, seconds=8)

Redirects are followed here, and each is judged as the first address was. No cookies, no credentials, no
proxy but the one of the settings.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlsplit

import certifi
import httpcore
import msgspec

from officetalk import __version__
from officetalk.outgoing.addresses import is_public
from officetalk.outgoing.connecting import Deadline, Failed, Guard, Resolve, ToProxy, addresses_of, resolve
from officetalk.outgoing.decoding import decoded
from officetalk.outgoing.policy import MAX_URL, Policy, Refused, Target, is_internal_name

USER_AGENT = f"OfficeTalk/{__version__}"
MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CONNECTIONS = 16
_KEPT = 8  # idle connections, for push services that are used again and again
_KEPT_SECONDS = 20.0


class Answer(msgspec.Struct, frozen=True):
    """What a server answered. `url` is where it came from after redirects; header names in lower case;
    `complete` is false when the body was cut at its limit."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes = b""
    complete: bool = True

    @property
    def content_type(self) -> str:
        """`text/html`, in lower case and without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Client:
    """One per process; safe to use from several threads."""

    def __init__(self, policy: Policy, *, ask: Resolve = resolve) -> None:
        self.policy = policy
        self._ask = ask
        self._deadline = Deadline()

    def get(
        self,
        url: str,
        *,
        limit_of: Callable[[str], int],
        seconds: float,
        accept: str = "*/*",
        agent: str = USER_AGENT,
    ) -> Answer:
        """Read a page. `limit_of` gets the content type (in lower case, without parameters) and says how
        many bytes of such a body are wanted, decoded; 0: none. `seconds` is for everything together.

        Raises Refused or Failed. Every status is an answer.
        """
        self._deadline.set(seconds)
        headers = {"Accept": accept, "Accept-Encoding": "gzip", "User-Agent": agent}
        target = self.policy.check(url)
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._send("GET", target, headers, None, limit_of)
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not location:
                return answer
            target = self._follow(target, location)
        raise Failed("it redirects too often")

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, limit: int, seconds: float
    ) -> Answer:
        """Send something. A redirect is not followed: it is an answer as every other."""
        self._deadline.set(seconds)
        sent = {"Accept-Encoding": "identity", "User-Agent": USER_AGENT, **headers}
        return self._send("POST", self.policy.check(url), sent, body, lambda kind: limit)

    def close(self) -> None:
        """Close the idle connections."""
        for name in ("_direct", "_by_proxy"):
            pool = self.__dict__.get(name)
            if pool is not None:
                pool.close()

    def _follow(self, target: Target, location: str) -> Target:
        if len(location) > MAX_URL:
            raise Refused("is too long")
        try:
            url = str(target.url.join(location))
        except Exception as problem:  # httpx raises InvalidURL, ValueError or UnicodeError
            raise Failed("it redirects to what is no address") from problem
        following = self.policy.check(url)
        if target.scheme == "https" and following.scheme == "http":
            raise Refused("redirects from https to http")
        return following

    def _send(
        self,
        method: str,
        target: Target,
        headers: Mapping[str, str],
        body: bytes | None,
        limit_of: Callable[[str], int],
    ) -> Answer:
        url = target.url
        request_url = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        sent = [(b"Host", url.netloc)] + [(n.encode("ascii"), v.encode("ascii")) for n, v in headers.items()]
        pool = self._direct if self._goes_directly(target) else self._by_proxy
        patience = self._deadline.left()
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), patience)
        try:
            with pool.stream(
                method, request_url, headers=sent, content=body, extensions={"timeout": timeouts}
            ) as response:
                return _read(str(url), response, limit_of)
        except (
            httpcore.NetworkError,
            httpcore.TimeoutException,
            httpcore.ProtocolError,
            httpcore.ProxyError,
            httpcore.UnsupportedProtocol,
            OSError,
        ) as problem:
            raise Failed(str(problem) or type(problem).__name__) from problem

    def _goes_directly(self, target: Target) -> bool:
        """Whether a request goes without the proxy. One that does not is judged here, as far as this
        machine knows the name; what only the proxy can look up is the proxy's to judge."""
        if not self.policy.proxy or self.policy.is_listed(target.host, target.port):
            return True
        try:
            found = addresses_of(target.host, target.port, self._ask, self._deadline)
        except Failed:
            if is_internal_name(target.host):
                raise Refused("is an internal address") from None
            return False
        if any(self.policy.in_allowed_network(address, target.port) for address in found):
            return True
        if found and not any(map(is_public, found)):
            raise Refused("is an internal address")
        return False

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # The machine's authorities (or SSL_CERT_FILE's: the company's own) and the public ones.
        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())
        return context

    @property
    def _pool_options(self) -> dict[str, Any]:
        return {
            "ssl_context": self._tls,
            "max_connections": _CONNECTIONS,
            "max_keepalive_connections": _KEPT,
            "keepalive_expiry": _KEPT_SECONDS,
        }

    @cached_property
    def _direct(self) -> httpcore.ConnectionPool:
        backend = Guard(self.policy, self._ask, self._deadline)
        return httpcore.ConnectionPool(network_backend=backend, **self._pool_options)

    @cached_property
    def _by_proxy(self) -> httpcore.HTTPProxy:
        parts = urlsplit(self.policy.proxy)
        login = None
        if parts.username is not None:
            login = (unquote(parts.username).encode(), unquote(parts.password or "").encode())
        address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        return httpcore.HTTPProxy(
            address, proxy_auth=login, network_backend=ToProxy(self._deadline), **self._pool_options
        )


def _read(url: str, response: httpcore.Response, limit_of: Callable[[str], int]) -> Answer:
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1").strip() for name, value in response.headers
    }
    head = Answer(url, response.status, headers)
    limit = limit_of(head.content_type)
    if limit <= 0 or response.status in _REDIRECTS:
        return head
    body, complete = decoded(response.iter_stream(), headers.get("content-encoding", ""), limit)
    return msgspec.structs.replace(head, body=body, complete=complete)

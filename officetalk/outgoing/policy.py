"""Where this server may send requests. The whole decision stands here; `connecting.py` enforces it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import msgspec

from officetalk.core.hosts import Address, HostRule, ends_in_number, parse_hosts
from officetalk.core.lazily import lazily
from officetalk.core.settings import Settings
from officetalk.outgoing.addresses import is_never_meant, is_public, parse_address

if TYPE_CHECKING:
    import httpx
else:
    httpx = lazily("httpx")

Reach = Literal["on", "allowed", "off"]

USUAL_PORTS = (80, 443)
MAX_URL = 2048
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_PORT_OF = {"http": 80, "https": 443}


class Refused(Exception):
    """A request that this server does not send. `rule` completes "…" after the name of the thing that was
    asked for, as in core.errors.Invalid."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class Target(msgspec.Struct, frozen=True):
    """An address that was taken apart: `host` in lower case, without brackets and final dot, in ASCII."""

    url: httpx.URL
    scheme: str
    host: str
    port: int


class Policy(msgspec.Struct, frozen=True):
    """`reach`: on (the public Internet, and what is allowed), allowed (only that), off (nothing)."""

    reach: Reach = "on"
    allowed: tuple[HostRule, ...] = ()
    proxy: str = ""

    def check(self, url: str) -> Target:
        """What can be said of an address before its name is looked up. Raises Refused."""
        target = parse(url)
        if self.reach == "off":
            raise Refused("is outside, where this server sends nothing")
        if self.is_listed(target.host, target.port):
            return target
        literal = parse_address(target.host)
        # A name may still resolve into an allowed network: then its addresses decide.
        by_network = literal is None and any(
            rule.network is not None and self._fits(rule, target.port) for rule in self.allowed
        )
        if self.reach == "allowed" and not by_network:
            raise Refused("is not among the hosts that this server may reach")
        if target.port not in USUAL_PORTS and not by_network:
            raise Refused("has a port that this server does not reach")
        if literal is not None and not is_public(literal):
            raise Refused("is an internal address")
        if literal is None and ends_in_number(target.host):
            raise Refused("is not an address")
        if literal is None and not by_network and is_internal_name(target.host):
            raise Refused("is an internal address")
        return target

    def is_listed(self, host: str, port: int) -> bool:
        """Whether the administrators have allowed a host, by its name or by the address that it spells."""
        literal = parse_address(host)
        return self.reach != "off" and any(
            self._fits(rule, port) and (rule.has_name(host) if literal is None else rule.has_address(literal))
            for rule in self.allowed
        )

    def permits(self, host: str, port: int, address: Address) -> bool:
        """Whether a connection to this one of the addresses of a host may be opened."""
        if self.in_allowed_network(address, port):
            return True
        if parse_address(host) is None and self.is_listed(host, port):
            return not is_never_meant(address)
        return self.reach == "on" and port in USUAL_PORTS and is_public(address)

    def in_allowed_network(self, address: Address, port: int) -> bool:
        """Whether an address is one of the company's own that are allowed."""
        return self.reach != "off" and any(
            rule.has_address(address) and self._fits(rule, port) for rule in self.allowed
        )

    @staticmethod
    def _fits(rule: HostRule, port: int) -> bool:
        return port == rule.port if rule.port is not None else port in USUAL_PORTS


def is_internal_name(host: str) -> bool:
    """Whether a name can only be one of this machine's or this network's own (RFC 6761, 6762, 8375; ICANN
    keeps `.internal` free). Its addresses would say the same; a proxy might not."""
    return "." not in host or host.endswith((".localhost", ".local", ".internal", ".home.arpa"))


def policy_of(settings: Settings) -> Policy:
    """What the settings of the process allow."""
    return Policy(settings.outgoing, parse_hosts(settings.outgoing_allowed), settings.outgoing_proxy)


def parse(url: str) -> Target:
    """Take an address of http or https apart. Raises Refused for everything else."""
    if len(url) > MAX_URL:
        raise Refused("is too long")
    try:
        parsed = httpx.URL(url)
        port = _PORT_OF[parsed.scheme] if parsed.port is None else parsed.port
        host = parsed.raw_host.decode("ascii").rstrip(".").lower()
    except (httpx.InvalidURL, KeyError, ValueError) as problem:
        raise Refused("must be an address of http or https") from problem
    if not (_NAME.fullmatch(host) or parse_address(host)) or "%" in host or not 0 < port < 65536:
        raise Refused("must be an address of http or https")
    if parsed.userinfo:
        raise Refused("must not carry a name or a password")
    return Target(parsed.copy_with(fragment=None), parsed.scheme, host, port)

"""Hosts and networks as settings name them: `wiki.corp`, `.corp.example`, `10.1.0.0/16`, `push.corp:8443`."""

from __future__ import annotations

import ipaddress
import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import msgspec

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAME = re.compile(r"\.?(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?")
_ENTRY = re.compile(r"(?:\[(?P<six>[0-9a-f:.]+(?:/\d+)?)\]|(?P<plain>[^:\[\]]+))(?::(?P<port>\d{1,5}))?")


class HostRule(msgspec.Struct, frozen=True):
    """One entry of a list of hosts: either a name or a network. A name with a dot in front stands for the
    domain and all below it. `port` None: the usual ones."""

    name: str = ""
    network: Network | None = None
    port: int | None = None

    def has_name(self, host: str) -> bool:
        """Whether a host (in lower case, no dot at its end) is meant by name."""
        if self.name.startswith("."):
            return host == self.name[1:] or host.endswith(self.name)
        return bool(self.name) and host == self.name

    def has_address(self, address: Address) -> bool:
        """Whether an address lies in the network that is meant."""
        return self.network is not None and address in self.network


def parse_hosts(text: str) -> tuple[HostRule, ...]:
    """The entries of a text, separated by commas or blanks. ValueError names the one that is none."""
    return tuple(_rule(entry) for entry in text.lower().replace(",", " ").split())


def _rule(entry: str) -> HostRule:
    network = _network(entry)  # IPv6 without a port needs no brackets
    if network is not None:
        return HostRule(network=network)
    match = _ENTRY.fullmatch(entry)
    if match is None:
        raise ValueError(f"{entry} is neither a host nor a network")
    port = None if match["port"] is None else int(match["port"])
    if port is not None and not 0 < port < 65536:
        raise ValueError(f"{entry} names a port that does not exist")
    text = match["six"] or match["plain"]
    network = _network(text)
    if network is not None:
        return HostRule(network=network, port=port)
    if match["six"] or not _NAME.fullmatch(text) or ends_in_number(text):
        raise ValueError(f"{entry} is neither a host nor a network")
    return HostRule(name=text, port=port)


def _network(text: str) -> Network | None:
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        return None


_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


def ends_in_number(host: str) -> bool:
    """Whether a name is meant as an IPv4 address in one of its odd spellings (decimal, octal, hexadecimal,
    fewer than four parts), which the C library resolves. Source: WHATWG URL, "ends in a number"."""
    return _NUMBER.fullmatch(host.rsplit(".", 1)[-1]) is not None

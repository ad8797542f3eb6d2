"""Which addresses belong to the public Internet: what a stranger's link or push address may lead to.

Written out instead of `ipaddress.is_global`, whose answers changed between Python's releases. Sources: IANA's
registries of special-purpose addresses (IPv4, IPv6); RFC 6052 (NAT64), RFC 3056 (6to4), RFC 4380 (Teredo).
"""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv6Address

from officetalk.core.hosts import Address

_NOT_PUBLIC_4 = [
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network; 0.0.0.0 reaches this machine
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT; 100.100.100.200 is a cloud's metadata
        "127.0.0.0/8",  # this machine
        "168.63.129.16/32",  # public by its number, but the host below an Azure machine
        "169.254.0.0/16",  # link-local; 169.254.169.254 is most clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; 192.0.0.192 is a cloud's metadata
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
]
# Global unicast is 2000::/3. Everything else (loopback, IPv4-mapped, unique local, link-local, multicast, …)
# is outside of it, and these are inside.
_UNICAST_6 = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC_6 = [
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
]
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

# What is never meant, even where the administrators allow a host by its name.
_NEVER = [
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "192.0.0.0/24", "100.100.100.200/32", "224.0.0.0/4",
        "240.0.0.0/4", "::/128", "fe80::/10", "ff00::/8", "fd00:ec2::254/128",
    )
]  # fmt: skip


def is_public(address: Address) -> bool:
    """Whether anybody on the Internet could have this address. One that carries an IPv4 address (mapped,
    6to4, Teredo) is not, but for NAT64's own prefix: that is as public as the address it carries, since
    networks without IPv4 know public sites by it."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _UNICAST_6 and not any(address in network for network in _NOT_PUBLIC_6)


def is_never_meant(address: Address) -> bool:
    """Whether an address is no host's at all, or a cloud's metadata: also refused for a host that is allowed
    by name."""
    return any(address in network for network in _NEVER) or (
        isinstance(address, IPv6Address)
        and address.ipv4_mapped is not None
        and is_never_meant(address.ipv4_mapped)
    )


def parse_address(host: str) -> Address | None:
    """The address that a host of a URL spells (IPv6 without its brackets), or None when it is a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None

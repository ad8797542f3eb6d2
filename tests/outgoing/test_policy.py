"""Where the server may send requests, as far as an address itself tells."""

from __future__ import annotations

import ipaddress

import pytest

from officetalk.core.hosts import parse_hosts
from officetalk.core.settings import Settings
from officetalk.outgoing.addresses import is_public
from officetalk.outgoing.policy import Policy, Refused, policy_of

EVERYWHERE = Policy("on")

INTERNAL = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 168.63.129.16
    169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.168.1.1 192.88.99.1 198.18.0.1
    198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
    :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 ::ffff:0:10.0.0.1 64:ff9b::7f00:1
    64:ff9b::10.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2
    2001:2::1 2001:10::1 2001:db8::1 2002:7f00:1:: 2002:c0a8:101::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254
    fd12:3456::1 fe80::1 fec0::1 ff02::1
""".split()
PUBLIC = """
    1.1.1.1 8.8.8.8 9.255.255.255 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1 198.17.0.1 198.20.0.1
    223.255.255.255 2001:4860:4860::8888 2606:4700:4700::1111 2a00:1450:4001:831::200e 64:ff9b::8.8.8.8
""".split()


@pytest.mark.parametrize("address", INTERNAL)
def test_internal_addresses_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_internet_are(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", INTERNAL)
def test_an_internal_address_in_a_url_is_refused_at_once(address: str) -> None:
    host = f"[{address}]" if ":" in address else address

    for url in (f"http://{host}/", f"https://{host}:443/x", f"http://{host}:80"):
        with pytest.raises(Refused):
            EVERYWHERE.check(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://2130706433/",  # decimal
        "http://017700000001/",  # octal
        "http://0177.0.0.1/",
        "http://0x7f000001/",  # hexadecimal
        "http://0x7f.0.0.1/",
        "http://127.1/",  # fewer parts
        "http://127.0.1/",
        "http://127.0.0.1./",
        "http://example.0x7f/",
        "http://①②⑦.0.0.1/",  # digits that become digits
        "http://１２７.０.０.１/",
        "http://[fe80::1%25eth0]/",
        "http://[::ffff:7f00:1]/",
        "http://[::1]:80/",
    ],
)
def test_other_spellings_of_internal_addresses_are_refused(url: str) -> None:
    with pytest.raises(Refused):
        EVERYWHERE.check(url)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.com/",
        "example.com",
        "http://",
        "http:///path",
        "http://a b/",
        "http://exa%6dple.com/",
        "http://example.com:0/",
        "http://example.com:99999/",
        "http://example.com:x/",
        "http://[::1/",
        "https://name:password@example.com/",
        "https://name@example.com/",
        "https://example.com/" + "x" * 2048,
        "",
    ],
)
def test_what_is_no_plain_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        EVERYWHERE.check(url)


@pytest.mark.parametrize("port", [22, 25, 3306, 5432, 6379, 8080, 11211])
def test_other_ports_than_the_webs_are_refused(port: int) -> None:
    with pytest.raises(Refused, match="port"):
        EVERYWHERE.check(f"http://example.com:{port}/")


def test_public_hosts_pass_and_are_taken_apart() -> None:
    target = EVERYWHERE.check("HTTPS://Münchner-Café.example.:443/straße?q=ä#part")

    assert (target.scheme, target.host, target.port) == ("https", "xn--mnchner-caf-lbb0v.example", 443)
    assert target.url.fragment == ""


def test_an_air_gapped_server_sends_nothing_anywhere() -> None:
    nowhere = Policy("off", parse_hosts("wiki.corp"))

    for url in ("https://example.com/", "http://wiki.corp/"):
        with pytest.raises(Refused, match="sends nothing"):
            nowhere.check(url)
    assert not nowhere.permits("wiki.corp", 80, ipaddress.ip_address("10.0.0.1"))
    assert not nowhere.permits("example.com", 80, ipaddress.ip_address("8.8.8.8"))


def test_only_allowed_hosts_where_the_internet_is_not() -> None:
    inside = Policy("allowed", parse_hosts("wiki.corp, .docs.corp, push.corp:8443"))

    for url in (
        "http://wiki.corp/",
        "https://WIKI.corp./",
        "https://docs.corp/",
        "https://a.b.docs.corp/",
        "https://push.corp:8443/",
    ):
        assert inside.check(url)
    for url in (
        "https://example.com/",
        "https://x.wiki.corp/",
        "https://notdocs.corp/",
        "https://push.corp/",
        "https://wiki.corp:8443/",
        "https://8.8.8.8/",
    ):
        with pytest.raises(Refused):
            inside.check(url)


def test_an_allowed_host_may_have_an_internal_address_and_no_other_may() -> None:
    policy = Policy("on", parse_hosts("wiki.corp"))
    internal = ipaddress.ip_address("10.0.0.1")

    assert policy.permits("wiki.corp", 443, internal)
    assert not policy.permits("wiki.corp", 8080, internal)
    assert not policy.permits("evil.example", 443, internal)


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "0.0.0.0", "::ffff:169.254.169.254"]
)
def test_even_an_allowed_name_leads_to_no_clouds_metadata(address: str) -> None:
    policy = Policy("on", parse_hosts(".corp"))

    assert not policy.permits("wiki.corp", 80, ipaddress.ip_address(address))


def test_an_allowed_network_is_meant_whatever_name_leads_there() -> None:
    policy = Policy("allowed", parse_hosts("10.1.0.0/16 [fd00::/16]:8443 192.168.7.7:8080"))
    ten, six = ipaddress.ip_address("10.1.2.3"), ipaddress.ip_address("fd00::9")

    assert policy.check("http://10.1.2.3/") and policy.check("http://anything.example/")
    assert policy.permits("anything.example", 80, ten)
    assert not policy.permits("anything.example", 8080, ten)
    assert policy.permits("anything.example", 8443, six)
    assert not policy.permits("anything.example", 443, six)
    assert policy.check("http://192.168.7.7:8080/")
    for url in ("http://10.2.0.1/", "http://192.168.7.7/", "http://10.1.2.3:8443/"):
        with pytest.raises(Refused):
            policy.check(url)


@pytest.mark.parametrize(
    "text",
    ["http://wiki", "wi ki!", "10.0.0.1/8", "10.0.0.0/33", "wiki:0", "wiki:70000", "[::1", "127.1", "*"],
)
def test_a_wrong_entry_of_the_list_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"neither|port"):
        parse_hosts(text)


def test_the_settings_become_the_policy() -> None:
    settings = Settings(outgoing="allowed", outgoing_allowed="wiki.corp", outgoing_proxy="http://proxy:3128")

    policy = policy_of(settings)

    assert (policy.reach, policy.proxy) == ("allowed", "http://proxy:3128")
    assert policy.check("http://wiki.corp/")

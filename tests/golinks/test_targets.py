"""Where a link may lead: to http and https, openly. No database."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officetalk.core.errors import Invalid
from officetalk.golinks import targets

ORIGIN = "http://talk.test"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" https://pay.example/slips ", "https://pay.example/slips"),
        ("HTTPS://Pay.Example", "https://pay.example"),
        ("http://wiki:8080/Page?a=B#C", "http://wiki:8080/Page?a=B#C"),
        ("https://jira.example/browse/{}", "https://jira.example/browse/{}"),
        ("https://münchen.example/Straße", "https://xn--mnchen-3ya.example/Straße"),
        ("http://[::1]:9000/x", "http://[::1]:9000/x"),
        ("https://a.example?q=http://b.example/", "https://a.example?q=http://b.example/"),
        ("http://talk.test/settings", "http://talk.test/settings"),
        ("https://a.example:/x", "https://a.example/x"),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert targets.checked(typed, ORIGIN) == kept


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("", "can't be blank"),
        ("javascript:alert(1)", "must begin with http"),
        ("JavaScript://x.example/%0aalert(1)", "must begin with http"),
        ("data:text/html,<script>alert(1)</script>", "must begin with http"),
        ("ftp://files.example/", "must begin with http"),
        ("file:///etc/passwd", "must begin with http"),
        ("vbscript:x", "must begin with http"),
        ("mailto:ada@example.com", "must begin with http"),
        ("//pay.example/", "must begin with http"),
        ("/settings", "must begin with http"),
        ("pay.example", "must begin with http"),
        ("https://", "is not an address"),
        ("https:///path", "is not an address"),
        ("https:pay.example", "is not an address"),
        ("https://pay.example:99999/", "is not an address"),
        ("https://pay.example:x/", "is not an address"),
        ("https://[::1", "is not an address"),
        ("https://-pay.example/", "is not an address"),
        ("https://pay<b>.example/", "is not an address"),
        ("https://ada:secret@pay.example/", "user name or password"),
        ("https://pay.example@evil.example/", "user name or password"),
        ("https://@pay.example/", "user name or password"),
        ("https://pay.example/a b", "control characters"),
        ("https://pay.example/\r\nSet-Cookie:x", "control characters"),
        ("https://pay.example/\x00", "control characters"),
        ("https://pay\u202e.example/", "control characters"),
        ("https://good.example\\@evil.example/", "control characters"),
        ("https:\\\\evil.example/", "control characters"),
        ("https://{}.example/", "only behind the host"),
        ("https://{}/", "only behind the host"),
        ("http://talk.test/go/payroll", "another short link"),
        ("https://TALK.test/%67o/payroll", "another short link"),
        ("https://pay.example/" + "x" * 2000, "too long"),
    ],
)
def test_other_addresses_are_refused_with_the_rule(typed: str, rule: str) -> None:
    with pytest.raises(Invalid) as refused:
        targets.checked(typed, ORIGIN)

    assert refused.value.field == "target"
    assert rule in refused.value.rule


def test_two_thousand_characters_are_not_too_many() -> None:
    address = "https://pay.example/" + "x" * 1980

    assert targets.checked(address, ORIGIN) == address


@pytest.mark.parametrize(
    ("target", "rest", "address"),
    [
        ("https://j.example/browse/{}", "OT-12", "https://j.example/browse/OT-12"),
        ("https://j.example/{}/log", "a/b", "https://j.example/a/b/log"),
        ("https://s.example/?q={}&x=1", "a&b=c/d é", "https://s.example/?q=a%26b%3Dc%2Fd%20%C3%A9&x=1"),
        ("https://s.example/#{}", "a#b", "https://s.example/#a%23b"),
        ("https://s.example/{}", "%2e%2e", "https://s.example/%252e%252e"),
        ("https://s.example/{}", "?x=1", "https://s.example/%3Fx%3D1"),
        ("https://s.example/{}", "", "https://s.example/"),
        ("https://s.example/plain", "", "https://s.example/plain"),
    ],
)
def test_what_follows_the_name_is_filled_in_encoded(target: str, rest: str, address: str) -> None:
    assert targets.filled(target, rest) == address


@pytest.mark.parametrize("rest", ["..", "../admin", "a/../../b", "."])
def test_what_follows_the_name_does_not_lead_up_the_path(rest: str) -> None:
    assert targets.filled("https://s.example/docs/{}", rest) is None


@given(st.text())
def test_what_follows_the_name_never_changes_the_host(rest: str) -> None:
    for target in ("https://s.example/{}", "https://s.example:8443/a?b={}", "https://s.example#{}"):
        made = targets.filled(target, rest.encode("utf-8", "replace").decode())
        if made is not None:
            assert urlsplit(made)[:2] == urlsplit(target)[:2]


@given(st.text(), st.sampled_from(["", "https://", "http://s.example/", "https://s.example:", "https://s@"]))
def test_what_is_kept_is_always_http_with_a_host_and_kept_alike_again(text: str, before: str) -> None:
    try:
        made = targets.checked(before + text, ORIGIN)
    except Invalid:
        return

    parts = urlsplit(made)
    assert parts.scheme in ("http", "https")
    assert parts.hostname
    assert parts.username is None
    assert targets.checked(made, ORIGIN) == made

"""Closed by default, and nobody acts in somebody else's name."""

from __future__ import annotations

import re

import httpx
import pytest

from officetalk.web.page import PageRoute
from officetalk.web.routes import declared_pages
from tests.people import People
from tests.web.browser import ORIGIN, Web

# What whoever is outside needs. Whoever adds to this list decides that the world may see it.
PUBLIC = {
    "/sign-in", "/forgot", "/setup", "/join", "/join/{code}", "/language/{code}", "/reset/{secret}", "/confirm/{secret}",
    "/oauth/authorize", "/privacy-policy", "/terms-of-service", "/manifest.webmanifest", "/sw.js", "/calendar/{id:int}/{key}/{handle}.ics", "/look/{digest}.css", "/look/{logo}-{variant}.png",
}  # fmt: skip
# These take an access token as well as a session, and ask for either themselves.
BY_TOKEN = {"/emoji/{file}", "/media/{file}", "/avatars/{id}.svg", "/headers/{id}.svg"}

CLOSED = [route for route in declared_pages() if not route.public]
FORMS = [route for route in CLOSED if "POST" in route.methods]


def address(route: PageRoute) -> str:
    return re.sub(r"\{(\w+)(:int|:path)?\}", lambda m: "ada" if m[1] == "name" else "1", route.path)


def name(route: PageRoute) -> str:
    return f"{'/'.join(route.methods)} {route.path}"


def test_only_the_listed_pages_are_public() -> None:
    assert {route.path for route in declared_pages() if route.public} == PUBLIC | BY_TOKEN


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("route", CLOSED, ids=name)
def test_a_stranger_is_sent_to_the_sign_in_page(web: Web, people: People, route: PageRoute) -> None:
    people.ada.posts("A secret of the company")

    answer = web.send(route.methods[0], address(route), httpx.Cookies())

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")
    assert "secret" not in answer.text
    assert "Ada" not in answer.text


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["/media/abc.webp", "/avatars/1.svg", "/headers/1.svg"])
def test_a_stranger_gets_no_picture(web: Web, path: str) -> None:
    answer = web.send("GET", path, httpx.Cookies(), headers={"sec-fetch-dest": "image"})

    assert answer.status_code == 401
    assert answer.text == "Sign in first.\n"


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("route", FORMS, ids=name)
def test_a_form_without_the_token_of_the_session_is_refused(
    web: Web, people: People, route: PageRoute
) -> None:
    people.ada.changes(role="owner")
    ada = web.signed_in(people.ada)

    without = ada.post(address(route), {"act": "like", "text": "Hello"})
    wrong = ada.post(address(route), {"act": "like", "text": "Hello", "csrf": "x" * 43})

    assert (without.status, wrong.status) == (403, 403)
    assert people.ada.home() == []


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
    ids=str,
)
def test_a_form_from_another_site_is_refused(web: Web, people: People, headers: dict[str, str]) -> None:
    ada = web.signed_in(people.ada)
    token = ada.open("/").form("/posts").values["csrf"]

    answer = web.send("POST", "/posts", ada.cookies, data={"csrf": token, "text": "Hello"}, headers=headers)

    assert answer.status_code == 403
    assert people.ada.home() == []


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_token_may_come_as_a_header(web: Web, people: People) -> None:
    ada = web.signed_in(people.ada)
    token = ada.open("/").form("/posts").values["csrf"]

    answer = web.send(
        "POST",
        "/posts",
        ada.cookies,
        data={"text": "Hello"},
        headers={"x-csrf-token": token, "origin": ORIGIN},
    )

    assert answer.status_code == 303
    assert people.ada.home() == ["Hello"]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["/", "/nobody-declared-this", "/@ada"])
def test_every_answer_forbids_what_it_does_not_need(web: Web, people: People, path: str) -> None:
    headers = web.signed_in(people.ada).open(path).response.headers

    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self';")
    assert "unsafe" not in policy
    assert headers["cache-control"] == "private, no-store"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "https://evil.example", "/a\nb"])
def test_one_is_never_led_away_by_a_form(web: Web, people: People, path: str) -> None:
    post = people.ada.posts("Hello")
    ada = web.signed_in(people.ada)
    token = ada.open("/").form("/posts").values["csrf"]

    answer = ada.post(f"/posts/{post.id}", {"csrf": token, "act": "like", "back": path})

    assert answer.response.headers["location"].startswith("/#")

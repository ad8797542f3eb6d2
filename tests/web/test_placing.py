"""Somebody onto one's lists, from the menu of the person."""

from __future__ import annotations

import pytest

from officetalk.lists import rules
from tests.people import People
from tests.web.browser import Browser, Web


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    people.ada.follows(people.bo)
    return web.signed_in(people.ada)


def token(browser: Browser) -> str:
    return browser.open("/@bo/lists").form("/@bo/lists").values["csrf"]


def test_one_form_puts_somebody_onto_lists_and_takes_them_off(ada: Browser, people: People) -> None:
    team = people.ada.makes_list(people.bo, title="Team")
    night = people.ada.makes_list(title="Night shift")
    assert 'href="/@bo/lists"' in ada.open("/@bo/more").text
    page = ada.open("/@bo/lists")
    assert page.value("on[]") == str(team.id)

    sent = ada.post("/@bo/lists", {"csrf": token(ada), "on[]": [str(night.id)], "title": ""})

    assert sent.location == "/@bo"
    assert people.ada.members_of(team) == []
    assert people.ada.members_of(night) == ["bo"]


def test_a_new_list_is_made_on_the_way(ada: Browser, people: People) -> None:
    ada.open("/@bo/lists").send("/@bo/lists", title=" Looms ")

    (made,) = people.ada._read(rules.every)
    assert made.title == "Looms"
    assert people.ada.members_of(made) == ["bo"]


def test_a_title_that_is_too_long_is_named_and_all_stays_as_typed(ada: Browser, people: People) -> None:
    team = people.ada.makes_list(title="Team")
    long = "x" * 257

    page = ada.post("/@bo/lists", {"csrf": token(ada), "on[]": [str(team.id)], "title": long})

    assert page.status == 422
    assert "too long" in (page.error("title") or "")
    assert page.value("title") == long
    assert page.value("on[]") == str(team.id)
    assert people.ada.members_of(team) == []


def test_whoever_is_not_followed_can_be_on_none(ada: Browser, people: People) -> None:
    team = people.ada.makes_list(title="Team")
    assert people.cy.name

    assert 'href="/@cy/lists"' not in ada.open("/@cy/more").text
    page = ada.open("/@cy/lists")
    assert "Only colleagues whom you follow can be on a list." in page.text
    assert page.has_form("/@cy/follow")
    assert not page.has_form("/@cy/lists")
    values = {"csrf": token(ada), "on[]": [str(team.id)], "title": "New"}
    assert ada.post("/@cy/lists", values).status == 404
    assert [one.title for one in people.ada._read(rules.every)] == ["Team"]


def test_nobody_is_put_onto_the_list_of_another(ada: Browser, people: People) -> None:
    people.cy.follows(people.bo)
    theirs = people.cy.makes_list(title="Theirs")

    page = ada.post("/@bo/lists", {"csrf": token(ada), "on[]": [str(theirs.id)]})

    assert page.status == 404
    assert people.cy.members_of(theirs) == []
    assert "Theirs" not in ada.open("/@bo/lists").text


def test_oneself_and_nobody_are_not_there(ada: Browser) -> None:
    assert ada.open("/@ada/lists").status == 404
    assert ada.open("/@nobody/lists").status == 404


def test_what_is_no_id_is_passed_over(ada: Browser, people: People) -> None:
    sent = ada.post("/@bo/lists", {"csrf": token(ada), "on[]": ["abc", "-1", "9" * 30]})

    assert sent.location == "/@bo"
    assert people.ada._read(rules.every) == []


def test_it_is_a_dialog_as_well(ada: Browser) -> None:
    page = ada.fragment("/@bo/lists")

    assert 'id="dialog-title"' in page.text
    assert "<html" not in page.text

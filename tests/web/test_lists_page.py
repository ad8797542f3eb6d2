"""Lists of colleagues, in the pages."""

from __future__ import annotations

import pytest

from tests.people import People
from tests.web.browser import Browser, Web


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    people.ada.follows(people.bo, people.cy)
    return web.signed_in(people.ada)


def test_a_list_is_made_filled_and_read(ada: Browser, people: People) -> None:
    people.bo.posts("From Bo")
    people.cy.posts("From Cy")

    edit = ada.open("/lists").send("/lists", title="Team").follow()
    action = next(form.action for form in edit.forms if form.action.endswith("/edit"))
    values = {"csrf": edit.form(action).values["csrf"], "act": "add", "name": "@bo"}
    page = ada.post(action, values).follow()
    assert "Bo" in page.text

    shown = ada.open(action.removesuffix("/edit"))
    assert "From Bo" in shown.text
    assert "From Cy" not in shown.text
    assert "Team" in ada.open("/lists").text


def test_only_who_is_followed_can_be_on_it(ada: Browser, people: People) -> None:
    one = people.ada.makes_list(title="Team")
    assert people.dee.name
    path = f"/lists/{one.id}/edit"
    token = ada.open(path).form(path).values["csrf"]

    for name in ("dee", "nobody", ""):
        page = ada.post(path, {"csrf": token, "act": "add", "name": name})
        assert page.status == 422
        assert "Only colleagues whom you follow can be on a list." in page.text


def test_a_member_is_taken_off_and_the_list_removed(ada: Browser, people: People) -> None:
    one = people.ada.makes_list(people.bo, title="Team")
    path = f"/lists/{one.id}/edit"
    token = ada.open(path).form(path).values["csrf"]

    ada.post(path, {"csrf": token, "act": "take-off", "name": "bo"})
    assert people.ada.members_of(one) == []
    ada.post(path, {"csrf": token, "act": "remove"})

    assert ada.open(f"/lists/{one.id}").status == 404


def test_name_and_rules_are_changed(ada: Browser, people: People) -> None:
    one = people.ada.makes_list(title="Team")
    path = f"/lists/{one.id}/edit"
    token = ada.open(path).form(path).values["csrf"]

    ada.post(
        path, {"csrf": token, "act": "save", "title": "Night shift", "replies": "none", "exclusive": "1"}
    )

    page = ada.open(path)
    assert page.value("title") == "Night shift"
    assert page.value("replies") == "none"
    assert "Not at home" in ada.open("/lists").text


def test_a_list_needs_a_name_and_keeps_what_was_typed(ada: Browser) -> None:
    page = ada.open("/lists").send("/lists", title=" ")

    assert page.status == 422
    assert page.error("title")


def test_nobody_sees_the_list_of_another(web: Web, ada: Browser, people: People) -> None:
    one = people.ada.makes_list(people.bo, title="Team")
    bo = web.signed_in(people.bo)

    for path in (f"/lists/{one.id}", f"/lists/{one.id}/edit"):
        assert bo.open(path).status == 404
    token = bo.open("/lists").form("/lists").values["csrf"]
    assert bo.post(f"/lists/{one.id}/edit", {"csrf": token, "act": "remove"}).status in (404, 422)
    assert people.ada.members_of(one) == ["bo"]

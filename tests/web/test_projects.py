"""The board of a group in the web app."""

from __future__ import annotations

import pytest

from officetalk.core.database import Database
from officetalk.groups import change
from officetalk.groups.entities import Group
from officetalk.projects import actions, decisions
from tests.people import People
from tests.web.browser import Browser, Web


@pytest.fixture
def group(people: People, db: Database) -> Group:
    made = people.ada.founds("apollo", "closed")
    people.ada.invites(made, people.bo)
    people.bo.joins(made)
    return db.write_now(change.change, people.ada.id, made.id, board=True)


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    return web.signed_in(people.ada)


@pytest.fixture
def bo(web: Web, people: People) -> Browser:
    return web.signed_in(people.bo)


PATH = "/groups/apollo/project"


def token(browser: Browser) -> dict[str, str]:
    return {"csrf": browser.open("/settings/appearance").form("/settings/appearance").values["csrf"]}


def give(browser: Browser, **values: str) -> object:
    return browser.post(PATH, token(browser) | {"do": "give", **values})


def test_an_action_is_given_and_finished_by_who_does_it(ada: Browser, bo: Browser, group: Group) -> None:
    give(ada, text="Rinse the card", assignee="@bo", due_on="2026-11-27")
    mine = bo.open("/actions")
    assert "Rinse the card" in mine.text
    assert "apollo" in mine.text.lower()

    action = mine.form(PATH).values["action"]
    bo.post(PATH, token(bo) | {"do": "done", "action": action})

    assert "Nothing to do" in bo.open("/actions").text
    assert "Rinse the card" in bo.open(PATH).text


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "Rinse", "assignee": "nobody"}, "assignee"),
        ({"text": "Rinse", "due_on": "Friday"}, "due_on"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    ada: Browser, group: Group, values: dict[str, str], field: str
) -> None:
    page = ada.post(PATH, token(ada) | {"do": "give", **values})

    assert page.status == 422
    assert page.error(field) is not None
    assert page.value("text") == values["text"]


def test_from_the_menu_of_a_post_it_becomes_an_action_or_a_decision(
    ada: Browser, people: People, group: Group, db: Database
) -> None:
    post = people.ada.tells(group, "We ship")
    menu = ada.open(f"/posts/{post.id}/more").text
    assert f'href="{PATH}?post={post.id}#new"' in menu
    assert "Mark as a decision" in menu

    ada.post(PATH, token(ada) | {"do": "decide", "post": str(post.id)})

    assert db.read_now(decisions.is_one, post.id)
    assert "No longer a decision" in ada.open(f"/posts/{post.id}/more").text
    assert ada.open(f"{PATH}?post={post.id}").value("text") == "We ship"


def test_outside_and_without_a_board_there_is_none(
    ada: Browser, web: Web, people: People, group: Group, db: Database
) -> None:
    db.write_now(actions.give, people.ada.id, group.id, "Rinse the card")
    outsider = web.signed_in(people.dee)
    assert outsider.open(PATH).status == 404
    assert outsider.post(PATH, token(outsider) | {"do": "give", "text": "Mine"}).status in (403, 404, 422)

    db.write_now(change.change, people.ada.id, group.id, board=False)

    assert ada.open(PATH).status == 404
    assert PATH not in ada.open("/groups/apollo").text


def test_the_board_is_turned_on_in_the_groups_settings(ada: Browser, people: People) -> None:
    people.ada.founds("gemini")

    ada.open("/groups/gemini/settings").send("/groups/gemini/settings", board="1")

    assert "/groups/gemini/project" in ada.open("/groups/gemini").text

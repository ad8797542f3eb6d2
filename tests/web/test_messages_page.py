"""Direct conversations, in the pages."""

from __future__ import annotations

import pytest

from tests.people import People
from tests.web.browser import Browser, Page, Web


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    return web.signed_in(people.ada)


def acts(page: Page) -> list[str]:
    return list(dict.fromkeys(form.action for form in page.forms if form.action.startswith("/messages/")))


def test_conversations_stand_with_the_newest_first(ada: Browser, people: People) -> None:
    people.bo.posts("Lunch @ada ?", "direct")
    people.cy.posts("The plan @ada", "direct")
    people.bo.posts("To everybody @ada")

    page = ada.open("/messages")

    assert page.text.index("The plan") < page.text.index("Lunch")
    assert "To everybody" not in page.text
    assert page.text.count('class="notif unread"') == 2


def test_opening_one_marks_it_as_read(ada: Browser, people: People) -> None:
    post = people.bo.posts("Lunch @ada ?", "direct")

    page = ada.open("/messages")
    opened = ada.post(acts(page)[0], {"csrf": page.form(acts(page)[0]).values["csrf"], "act": "open"})

    assert opened.location.startswith(f"/@bo/{post.id}")
    assert 'class="notif unread"' not in ada.open("/messages").text


def test_one_is_taken_off_until_somebody_speaks(ada: Browser, people: People) -> None:
    post = people.bo.posts("Lunch @ada ?", "direct")
    page = ada.open("/messages")
    ada.post(acts(page)[0], {"csrf": page.form(acts(page)[0]).values["csrf"], "act": "remove"})
    assert "No messages yet" in ada.open("/messages").text

    people.bo.comments(post, "@ada at noon?", "direct")

    assert "at noon?" in ada.open("/messages").text


def test_nobody_opens_the_conversation_of_another(web: Web, ada: Browser, people: People) -> None:
    people.bo.posts("Lunch @ada ?", "direct")
    action = acts(ada.open("/messages"))[0]
    cy = web.signed_in(people.cy)
    token = cy.open("/compose").form("/posts").values["csrf"]

    assert "Lunch" not in cy.open("/messages").text
    assert cy.post(action, {"csrf": token, "act": "open"}).status == 404
    assert cy.post(action, {"csrf": token, "act": "remove"}).status == 404

"""What the company talks about, and what is announced, in the pages."""

from __future__ import annotations

import pytest

from officetalk.announcements import write
from officetalk.announcements.entities import AnnouncementDraft
from officetalk.trends import gather, work
from tests.people import People
from tests.web.browser import Browser, Web


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    return web.signed_in(people.ada)


def rank(people: People) -> None:
    db = people.ada.db
    gathered = db.read_now(gather.gather)
    db.write_now(work.store, gathered, work.Turn(0))


def test_what_many_use_and_like_stands_here(ada: Browser, people: People) -> None:
    for human in (people.bo, people.cy, people.dee):
        human.posts("About the #seals, see https://example.org/seals")
    post = people.bo.posts("The gate opens at noon")
    for human in (people.ada, people.cy, people.dee):
        human.likes(post)
    rank(people)

    assert "The gate opens at noon" in ada.open("/explore").text
    tags = ada.open("/explore", show="tags").text
    assert "#seals" in tags
    assert "3 posts this week" in tags
    assert "example.org/seals" in ada.open("/explore", show="links").text


def test_when_nothing_leads_the_page_says_so(ada: Browser) -> None:
    for tab in ("posts", "tags", "links", "nonsense"):
        assert "Quiet so far" in ada.open("/explore", show=tab).text


def test_what_one_may_not_read_does_not_lead(web: Web, people: People) -> None:
    post = people.bo.posts("The gate opens at noon")
    for human in (people.ada, people.cy, people.dee):
        human.likes(post)
    rank(people)
    people.bo.blocks(people.eve)

    assert "The gate opens" not in web.signed_in(people.eve).open("/explore").text


# --- announcements ------------------------------------------------------------------------------------


@pytest.fixture
def announced(people: People) -> int:
    people.olga.changes(role="administrator")
    draft = AnnouncementDraft("The office is closed on Friday. Ask @bo")
    return people.olga.db.write_now(write.announce, people.olga.id, draft, "http://talk.test").id


def test_an_announcement_stands_above_home_until_it_is_put_away(
    ada: Browser, people: People, announced: int
) -> None:
    assert people.bo.name
    page = ada.open("/")
    assert "The office is closed on Friday" in page.text
    assert "The office is closed" in ada.open("/company").text

    token = page.form("/posts").values["csrf"]
    ada.post(f"/announcements/{announced}", {"csrf": token, "act": "dismiss"})

    assert "The office is closed" not in ada.open("/").text


def test_one_reacts_and_takes_it_back(ada: Browser, announced: int) -> None:
    token = ada.open("/").form("/posts").values["csrf"]

    ada.post(f"/announcements/{announced}", {"csrf": token, "act": "react", "name": "🎉"})
    assert "Take 🎉 back" in ada.open("/").text
    ada.post(f"/announcements/{announced}", {"csrf": token, "act": "unreact", "name": "🎉"})

    assert "Take 🎉 back" not in ada.open("/").text

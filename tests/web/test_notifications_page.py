"""The page of notifications, and the number beside the bell."""

from __future__ import annotations

import re
import time

import pytest

from officetalk.core.database import Database
from officetalk.live.listeners import Topic
from officetalk.web.live_page import how_they_stand
from officetalk.web.page import PageRoute, declared
from tests.people import People
from tests.web.browser import Browser, Page, Web


def told(page: Page) -> list[str]:
    """The sentences of the list, as people read them, in small letters."""
    found = re.findall(r'<div class="told">.*?<p>(.*?)</p>', page.text, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", sentence).lower() for sentence in found]


def badge(page: Page) -> str:
    found = re.search(r"data-unread>([^<]*)<", page.text)
    assert found is not None
    return found[1]


def badge_becomes(browser: Browser, wanted: str) -> None:
    """On PostgreSQL an event comes by NOTIFY, a moment after the commit."""
    end = time.monotonic() + 5
    while badge(browser.open("/bookmarks")) != wanted:
        assert time.monotonic() < end, badge(browser.open("/bookmarks"))


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    return web.signed_in(people.ada)


def test_one_is_told_in_sentences_newest_first(ada: Browser, people: People) -> None:
    post = people.ada.posts("The crane is repaired")
    people.bo.follows(people.ada)
    people.bo.posts("Thank you @ada")
    people.bo.likes(post)
    people.cy.likes(post)
    people.dee.likes(post)

    page = ada.open("/notifications")

    assert told(page) == ["dee, cy and 1 other liked your post", "bo mentioned you", "bo follows you"]
    assert "The crane is repaired" in page.text
    assert page.text.count("<h2>New</h2>") == 1


@pytest.mark.parametrize(
    ("tab", "sentences"),
    [
        ("all", ["bo liked your post", "bo mentioned you", "bo follows you"]),
        ("mentions", ["bo mentioned you"]),
        ("reactions", ["bo liked your post"]),
        ("people", ["bo follows you"]),
        ("nonsense", ["bo liked your post", "bo mentioned you", "bo follows you"]),
    ],
)
def test_a_tab_shows_its_kinds(ada: Browser, people: People, tab: str, sentences: list[str]) -> None:
    post = people.ada.posts("Hello")
    people.bo.follows(people.ada)
    people.bo.posts("Thank you @ada")
    people.bo.likes(post)

    assert told(ada.open("/notifications", show=tab)) == sentences


def test_only_moderators_have_a_tab_for_their_work(web: Web, ada: Browser, people: People) -> None:
    people.mo.changes(role="moderator")

    assert "show=moderation" in web.signed_in(people.mo).open("/notifications").text
    assert "show=moderation" not in ada.open("/notifications").text


def test_the_bell_counts_what_is_new_until_it_is_read(ada: Browser, people: People) -> None:
    assert badge(ada.open("/bookmarks")) == ""
    people.bo.posts("Hello @ada")
    people.cy.posts("Hello again @ada")
    badge_becomes(ada, "2")

    page = ada.open("/notifications").send("/notifications/read").follow()

    badge_becomes(ada, "")
    assert "<h2>New</h2>" not in page.text
    assert told(page) == ["cy mentioned you", "bo mentioned you"]


def test_what_is_taken_back_is_not_counted(ada: Browser, people: People) -> None:
    post = people.ada.posts("Hello")
    people.bo.likes(post)
    badge_becomes(ada, "1")

    people.bo.no_longer_likes(post)

    badge_becomes(ada, "")


def test_reading_does_not_go_back(ada: Browser, people: People) -> None:
    people.bo.posts("One @ada")
    early = ada.open("/notifications")
    people.bo.posts("Two @ada")
    ada.open("/notifications").send("/notifications/read")

    early.send("/notifications/read")

    badge_becomes(ada, "")


def test_one_is_removed_and_all_are_cleared(ada: Browser, people: People) -> None:
    people.bo.posts("One @ada")
    people.cy.posts("Two @ada")

    after = ada.open("/notifications").send("/notifications/dismiss").follow()
    assert len(told(after)) == 1

    ada.open("/notifications/clear").send("/notifications/clear")
    page = ada.open("/notifications")
    assert told(page) == []
    assert "Nothing yet" in page.text
    badge_becomes(ada, "")


def test_a_follower_can_be_followed_back_and_who_asks_be_let_in(ada: Browser, people: People) -> None:
    people.ada.changes(locked=True)
    people.bo.follows(people.ada)

    answer = ada.open("/notifications").send("/requests/bo", act="approve").follow()

    assert people.bo.following() == ["ada"]
    assert answer.status == 200
    assert ada.open("/notifications").has_form("/@bo/follow") or "asks to follow you" in answer.text


def test_the_list_pages_by_key(ada: Browser, people: People) -> None:
    for n in range(35):
        people.bo.posts(f"Number {n} @ada")

    first = ada.open("/notifications")
    older = re.search(r'href="(/notifications\?max_id=\d+)" rel="next"', first.text)
    assert older is not None
    second = ada.open(older[1])

    found = re.findall(r"Number (\d+)", first.text) + re.findall(r"Number (\d+)", second.text)
    assert found == [str(n) for n in reversed(range(35))]
    assert "To the newest" in second.text


def test_who_is_held_back_asks_and_is_let_through(web: Web, ada: Browser, people: People) -> None:
    people.bo.changes(silenced=True)
    people.bo.posts("Hello @ada")
    page = ada.open("/notifications")
    assert told(page) == []
    assert "1 person asks to reach you" in page.text

    asking = ada.open("/notifications/requests")
    assert "Hello @ada" in asking.text
    asking.send("/notifications/requests", act="accept")

    assert "Nobody is waiting" in ada.open("/notifications/requests").text


@pytest.mark.parametrize("name", ["read", "dismiss", "clear", "requests"])
def test_it_is_for_whoever_is_signed_in(web: Web, name: str) -> None:
    assert isinstance(declared(f"/notifications/{name}", "POST"), PageRoute)
    assert web.browser().open("/notifications").location.startswith("/sign-in")


def test_what_one_may_not_see_is_not_told(ada: Browser, people: People) -> None:
    post = people.bo.posts("Secret for @ada", "direct")
    people.bo.blocks(people.ada)

    assert told(ada.open("/notifications")) == []
    assert "Secret" not in ada.open("/notifications").text
    assert post.id


def test_what_was_missed_is_told(ada: Browser, people: People) -> None:
    people.ada.follows(people.bo)
    first = people.bo.posts("One")
    people.bo.posts("Two @ada")
    people.cy.posts("Not followed")

    missed = ada.open("/live/missed", feed="home", since=str(first.id))

    posts = people.ada.home_page()
    assert f'"id":"{posts[0].cursor}"' in missed.text.replace(" ", "")
    assert missed.text.count('"author"') == 1
    assert '"unread":"1"' in missed.text.replace(" ", "")


def test_what_became_of_the_posts_of_a_page_is_told(ada: Browser, people: People) -> None:
    likes, gone, other = (people.bo.posts(text) for text in ("Liked", "Gone", "Other"))
    hidden = people.bo.posts("For nobody else", audience="direct")
    people.cy.likes(likes)
    people.bo.deletes(gone)

    told = ada.open("/live/missed", shown=f"{likes.id},{gone.id},{other.id},{hidden.id},x", age="0")

    assert told.response.json()["posts"] == {
        str(likes.id): [0, 0, 1, False],
        str(other.id): [0, 0, 0, False],
    }


def test_nobody_listens_to_a_conversation_that_is_not_theirs(ada: Browser, people: People) -> None:
    hidden = people.bo.posts("For nobody else", audience="direct")

    assert ada.open("/live", feed=f"thread:{hidden.id}").status == 404
    assert ada.open("/live", feed="thread:x").status == 422


def test_how_a_post_stands_is_told_to_those_who_may_read_it(people: People, db: Database) -> None:
    seen, hidden = people.bo.posts("For all"), people.bo.posts("For nobody else", audience="direct")

    told = db.read_now(how_they_stand, people.ada.id, [seen.id, hidden.id, 17])

    assert told == [Topic("post", seen.id)]

"""Posting and what one does with posts, by forms alone."""

from __future__ import annotations

import json

import pytest

from officetalk.core.database import Database
from officetalk.posts.entities import Post
from tests.people import People
from tests.web.browser import Browser, Page, Web


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    return web.signed_in(people.ada)


def press(browser: Browser, post: Post, act: str, path: str = "/") -> Page:
    """Press a button of a post that stands on the page `path`."""
    form = browser.open(path).form(f"/posts/{post.id}")
    return browser.post(form.action, {**form.values, "act": act})


def script(web: Web, browser: Browser, path: str, **values: str) -> Page:
    """Send a form as the page's script does."""
    token = browser.open("/").form("/posts").values["csrf"]
    headers = {"hx-request": "true", "hx-current-url": "http://talk.test/"}
    return Page(
        browser, web.send("POST", path, browser.cookies, data={"csrf": token, **values}, headers=headers)
    )


def test_a_post_is_published_and_stands_at_home(ada: Browser, people: People) -> None:
    answer = ada.open("/").send("/posts", text="Hello <b>world</b> & #TL90")

    page = answer.follow()
    assert answer.location == "/"
    assert people.ada.company() == ["Hello <b>world</b> & #TL90"]
    assert "Hello &lt;b&gt;world&lt;/b&gt; &amp;" in page.text
    assert '<a class="hash" href="/tags/TL90">#TL90</a>' in page.text
    assert "Posted." in page.text
    assert "Posted." not in ada.open("/").text


@pytest.mark.parametrize("audience", ["company", "quiet", "followers", "direct"])
def test_the_audience_is_the_chosen_one(ada: Browser, people: People, audience: str) -> None:
    ada.open("/").send("/posts", text="Psst @bo", audience=audience)

    assert people.ada.home_page()[0].content.audience == audience


def test_a_text_that_is_too_long_is_kept_and_the_rule_is_named(ada: Browser, people: People) -> None:
    text = "x" * 141

    page = ada.open("/").send("/posts", text=text, audience="followers")

    assert page.status == 422
    assert page.value("text") == text
    assert page.value("audience") == "followers"
    assert page.error("new") == "It is longer than 140 characters."
    assert page.focused == ["new"]
    assert people.ada.home() == []


@pytest.mark.parametrize("text", ["", " \n ", "\x00\x01"])
def test_nothing_is_not_a_post(web: Web, ada: Browser, people: People, text: str) -> None:
    answer = script(web, ada, "/posts", text=text, key="new")

    assert answer.status in (422, 400)
    assert people.ada.home() == []


def test_a_comment_comes_back_to_the_thread(ada: Browser, people: People) -> None:
    post = people.bo.posts("Question")

    answer = ada.open(f"/compose?reply={post.id}").send("/posts", text="Answer")

    assert answer.location.startswith(f"/@bo/{post.id}#p")
    assert people.ada.thread(post) == ([], "Question", ["Answer"])
    assert "Answer" in answer.follow().text


def test_a_comment_on_a_direct_post_begins_with_all_who_were_in_it(ada: Browser, people: People) -> None:
    assert people.ada
    assert people.cy
    post = people.bo.posts("@ada @cy between us", "direct")

    page = ada.open(f"/compose?reply={post.id}")

    assert page.value("text") == "@bo @cy "
    page.send("/posts", text="@bo @cy yes")
    assert people.cy.thread(post)[2] == ["@bo @cy yes"]
    assert not people.dee.sees(post)


def test_nobody_comments_on_what_is_not_for_them(ada: Browser, people: People) -> None:
    post = people.bo.posts("@cy between us", "direct")
    token = ada.open("/").form("/posts").values["csrf"]

    answer = ada.post("/posts", {"csrf": token, "text": "Hello", "parent": str(post.id)})

    assert answer.status == 404
    assert ada.open(f"/compose?reply={post.id}").status == 404


@pytest.mark.parametrize(
    ("act", "back"), [("like", "unlike"), ("repost", "unrepost"), ("bookmark", "unbookmark")]
)
def test_a_press_marks_and_another_takes_it_back(ada: Browser, people: People, act: str, back: str) -> None:
    people.ada.follows(people.bo)
    post = people.bo.posts("Hello")

    def marked() -> bool:
        seen = people.ada.sees_at(post)
        return {"like": seen.liked, "repost": seen.shared, "bookmark": seen.bookmarked}[act]

    answer = press(ada, post, act)
    assert marked()
    assert answer.location == f"/#p{post.id}"

    press(ada, post, back, f"/@bo/{post.id}")
    assert not marked()


def test_the_script_gets_only_the_row_that_changed(web: Web, ada: Browser, people: People) -> None:
    post = people.bo.posts("Hello")

    answer = script(web, ada, f"/posts/{post.id}", act="like")

    assert answer.text.strip().startswith('<form class="post-acts"')
    assert 'aria-label="Like, 1 like"' in answer.text
    assert "<article" not in answer.text


def test_an_error_for_the_script_changes_nothing_and_says_why(web: Web, ada: Browser) -> None:
    answer = script(web, ada, "/posts/1", act="like")

    assert answer.status == 404
    assert answer.response.headers["hx-reswap"] == "none"
    assert "not for you" in json.loads(answer.response.headers["hx-trigger"])["toast"]["text"]


def test_an_edit_keeps_the_earlier_version(ada: Browser, people: People) -> None:
    post = people.ada.posts("Helo")

    answer = ada.open(f"/posts/{post.id}/edit").send(f"/posts/{post.id}/edit", text="Hello")

    assert answer.location == f"/@ada/{post.id}"
    assert people.bo.history_of(post) == ["Helo", "Hello"]
    history = ada.open(f"/@ada/{post.id}/history")
    assert history.text.index("Hello</p>") < history.text.index("Helo</p>")


def test_an_edit_that_is_too_long_keeps_what_was_typed(ada: Browser, people: People) -> None:
    post = people.ada.posts("Hello")

    page = ada.open(f"/posts/{post.id}/edit").send(f"/posts/{post.id}/edit", text="y" * 150)

    assert page.status == 422
    assert page.value("text") == "y" * 150
    assert page.error("edit") == "It is longer than 140 characters."


def test_deleting_asks_first(ada: Browser, people: People) -> None:
    post = people.ada.posts("Hello")

    question = ada.open(f"/posts/{post.id}/delete")
    assert people.ada.home() == ["Hello"]
    answer = question.send(f"/posts/{post.id}/delete")

    assert people.ada.home() == []
    assert "Deleted." in answer.follow().text


@pytest.mark.parametrize("page", ["edit", "delete"])
def test_nobody_changes_what_another_wrote(ada: Browser, people: People, page: str) -> None:
    post = people.bo.posts("Hello")
    token = ada.open("/").form("/posts").values["csrf"]

    assert ada.open(f"/posts/{post.id}/{page}").status == 404
    assert ada.post(f"/posts/{post.id}/{page}", {"csrf": token, "text": "Mine now"}).status == 404
    assert people.bo.home() == ["Hello"]


def test_pinning_and_muting_a_conversation_are_in_the_menu(ada: Browser, people: People) -> None:
    post = people.ada.posts("Read this first")
    menu = ada.open(f"/posts/{post.id}/more").form(f"/posts/{post.id}")

    ada.post(menu.action, {**menu.values, "act": "pin"})
    ada.post(menu.action, {**menu.values, "act": "mute"})

    assert people.bo.pinned_of(people.ada) == ["Read this first"]
    assert people.ada.sees_at(post).muted
    assert "Pinned" in ada.open("/@ada").text


def test_following_needs_no_script(ada: Browser, people: People) -> None:
    assert people.bo
    form = ada.open("/@bo").form("/@bo/follow")

    ada.post(form.action, {**form.values, "act": "follow"})
    assert people.ada.relation_to(people.bo).following

    ada.post(form.action, {**form.values, "act": "unfollow"})
    assert not people.ada.relation_to(people.bo).following


def test_a_locked_account_is_asked_and_answers(web: Web, ada: Browser, people: People) -> None:
    people.bo.changes(locked=True)
    form = ada.open("/@bo").form("/@bo/follow")
    ada.post(form.action, {**form.values, "act": "follow"})
    assert "Asked to follow" in ada.open("/@bo").text

    bo = web.signed_in(people.bo)
    asked = bo.open("/requests").form("/requests/ada")
    bo.post(asked.action, {**asked.values, "act": "approve"})

    assert people.ada.relation_to(people.bo).following


@pytest.mark.parametrize(("seconds", "left"), [("3600", 1), ("86400", 24), ("604800", 168), ("0", None)])
def test_a_mute_has_the_end_that_was_chosen(
    ada: Browser, people: People, db: Database, seconds: str, left: int | None
) -> None:
    assert people.bo
    form = ada.open("/@bo/more").form("/@bo/more")

    ada.post(form.action, {**form.values, "act": "mute", "seconds": seconds})

    until = people.ada.relation_to(people.bo).muting_expires_at
    assert people.ada.relation_to(people.bo).muting
    assert (until is None) if left is None else round((until - db.clock()) / 3_600_000) == left


def test_blocking_is_in_the_menu_and_can_be_undone(ada: Browser, people: People) -> None:
    assert people.bo
    form = ada.open("/@bo/more").form("/@bo/more")

    ada.post(form.action, {**form.values, "act": "block"})
    assert people.ada.relation_to(people.bo).blocking

    button = ada.open("/@bo").form("/@bo/follow")
    ada.post(button.action, {**button.values, "act": "unblock"})
    assert not people.ada.relation_to(people.bo).blocking


def test_a_hashtag_can_be_followed(ada: Browser, people: People) -> None:
    people.bo.posts("News of #TL90")
    form = ada.open("/tags/tl90").form("/tags/TL90/follow")

    ada.post(form.action, {**form.values, "act": "follow"})

    assert people.ada.home() == ["News of #TL90"]


def test_reading_goes_on_where_it_stopped(ada: Browser, people: People) -> None:
    people.ada.follows(people.bo)
    old = people.bo.posts("Old")
    token = ada.open("/").form("/posts").values["csrf"]
    ada.post("/markers/home", {"csrf": token, "last_read_id": str(old.id)})
    people.bo.posts("New")

    page = ada.open("/").text

    assert page.index(">New<") < page.index("You’re caught up") < page.index(">Old<")


def test_the_place_of_reading_does_not_go_back(ada: Browser, people: People) -> None:
    old, new = people.ada.posts("Old"), people.ada.posts("New")
    token = ada.open("/").form("/posts").values["csrf"]

    for post in (new, old):
        ada.post("/markers/home", {"csrf": token, "last_read_id": str(post.id)})

    assert "You’re caught up" not in ada.open("/").text
    assert ada.post("/markers/home", {"csrf": token, "last_read_id": "soon"}).status == 422

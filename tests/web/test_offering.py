"""What the composer offers while one types, short addresses, and what the page's outbox is told."""

from __future__ import annotations

import gzip
import re

import msgspec
import pytest

from officetalk.emoji import change as emoji
from officetalk.emoji.pictures import Stored
from officetalk.links import shorten
from officetalk.posts import hashtags
from officetalk.web.icons import STATIC, manifest
from tests.conftest import Clock
from tests.people import People
from tests.web.browser import Browser, Page, Web
from tests.web.test_writing import in_minutes


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    return web.signed_in(people.ada)


def inserted(page: Page) -> list[str]:
    """What the options would put into the text."""
    return re.findall(r'role="option" data-insert="([^"]+)"', page.text)


def sends(ada: Browser, text: str, **more: str) -> Page:
    """As the page's outbox sends it."""
    values = ada.open("/compose").form("/posts").values
    return ada.post("/posts", {**values, "text": text, "key": "outbox", **more})


def told(page: Page) -> dict[str, str]:
    return msgspec.json.decode(page.response.content)


def test_people_are_offered_by_how_their_name_begins(ada: Browser, people: People) -> None:
    assert people.bo.name == "bo"

    assert inserted(ada.open("/compose/people", q="bo")) == ["@bo"]
    assert inserted(ada.open("/compose/people", q=" ")) == []


def test_hashtags_are_offered_by_how_they_begin_followed_ones_first(
    web: Web, ada: Browser, people: People
) -> None:
    people.bo.posts("#tideline #tidetable")
    people.bo.posts("#tideline again")
    people.bo.posts("#gate")
    web.services.db.write_now(hashtags.follow, people.ada.id, "tidetable")

    page = ada.open("/compose/hashtags", q="tide")

    assert inserted(page) == ["#tidetable", "#tideline"]
    assert "You follow it" in page.text


def test_without_a_beginning_what_one_follows_is_offered(web: Web, ada: Browser, people: People) -> None:
    people.bo.posts("#gate and #crane")
    web.services.db.write_now(hashtags.follow, people.ada.id, "gate")

    assert inserted(ada.open("/compose/hashtags")) == ["#gate"]


def test_a_hashtag_that_only_others_may_read_is_not_offered(ada: Browser, people: People) -> None:
    people.bo.posts("#secret", audience="direct")

    assert inserted(ada.open("/compose/hashtags", q="sec")) == []


def test_the_emoji_of_the_company_that_are_in_the_picker(web: Web, ada: Browser, people: People) -> None:
    add = web.services.db.write_now
    add(emoji.add, None, "crane", Stored("crane.webp", "crane-still.webp"), category="Harbour")
    add(emoji.add, None, "hidden", Stored("h.webp", "h.webp"), in_picker=False)

    assert msgspec.json.decode(ada.open("/compose/emoji").response.content) == [
        {"name": "crane", "src": "/emoji/crane.webp", "still": "/emoji/crane-still.webp", "group": "Harbour"}
    ]


def test_a_short_address_is_made_and_written_out_again_in_the_post(
    web: Web, ada: Browser, people: People
) -> None:
    url = "https://example.com/a/long/way?to=go"
    token = ada.open("/").form("/posts").values["csrf"]
    short = told(ada.post("/compose/link", {"csrf": token, "url": url}))["short"]
    assert short.startswith(f"{web.services.settings.origin}/l/")

    sends(ada, f"Read {short}, and {short}x which is longer")

    (post,) = people.ada.home_page()
    assert post.content.text == f"Read {url}, and {short}x which is longer"
    assert (url, short.rpartition("/")[2]) in post.content.recognised.links


def test_an_address_of_nothing_stays_as_it_is(web: Web, people: People) -> None:
    text = f"{web.services.settings.origin}/l/222222222"

    assert web.services.db.read_now(shorten.expand, web.services.settings.origin, text) == text


def test_what_is_no_address_gets_no_short_one(ada: Browser) -> None:
    token = ada.open("/").form("/posts").values["csrf"]

    assert ada.post("/compose/link", {"csrf": token, "url": "javascript:alert(1)"}).status == 422


def test_the_outbox_is_told_what_became_of_it(ada: Browser, people: People) -> None:
    page = sends(ada, "Hello")

    (post,) = people.ada.home_page()
    assert told(page) == {
        "id": str(post.id), "parent": "", "url": f"/@ada/{post.id}", "said": "Posted."
    }  # fmt: skip
    answer = told(sends(ada, "And good night", parent=str(post.id)))
    assert (answer["parent"], answer["said"]) == (str(post.id), "Comment posted.")


def test_the_outbox_is_told_that_a_post_waits_for_its_time(
    ada: Browser, people: People, clock: Clock
) -> None:
    page = sends(ada, "Tomorrow", later="1", at=in_minutes(clock, 24 * 60))

    assert told(page)["url"] == "/scheduled"
    assert people.ada.home() == []
    assert "Tomorrow" in ada.open("/scheduled").text


def test_the_outbox_is_told_what_is_wrong(ada: Browser, people: People) -> None:
    post = people.bo.posts("Soon gone")
    people.bo.deletes(post)

    for text, more, status, sentence in [
        ("y" * 200, {}, 422, "It is longer than 140 characters."),
        ("Hello", {"parent": str(post.id)}, 404, "What it answers or quotes is no longer there."),
        ("Later", {"later": "1"}, 422, "Choose the day and the time."),
    ]:
        page = sends(ada, text, **more)
        assert (page.status, told(page)["error"]) == (status, sentence)
    assert people.ada.home() == []


def test_what_is_sent_again_days_later_is_said_once(ada: Browser, people: People, clock: Clock) -> None:
    form = ada.open("/compose").form("/posts").values
    values = {**form, "text": "Only once", "key": "outbox"}
    first = told(ada.post("/posts", values))

    clock.forward(days=20)
    people.ada.posts("Somebody writes something meanwhile, which forgets old keys")

    assert told(ada.post("/posts", values))["id"] == first["id"]
    assert people.ada.home().count("Only once") == 1


def test_how_long_a_post_can_be_taken_back_is_a_preference(ada: Browser) -> None:
    assert 'data-undo="5"' in ada.open("/").text

    ada.open("/settings/appearance").send("/settings/appearance", undo_seconds="20")

    page = ada.open("/settings/appearance")
    assert page.value("undo_seconds") == "20"
    assert 'data-undo="20"' in page.text
    ada.open("/settings/appearance").send("/settings/appearance", undo_seconds="7")
    assert 'data-undo="5"' in ada.open("/").text


def test_the_emoji_of_the_company_are_pictures_in_posts_but_not_in_addresses(
    web: Web, ada: Browser, people: People
) -> None:
    web.services.db.write_now(emoji.add, None, "crane", Stored("crane.webp", "crane-still.webp"))
    people.ada.posts("Up goes :crane: but :nothing: and https://example.com/:crane:/x and a:crane:b <b>")

    page = ada.open("/company").text

    assert page.count('<img src="/emoji/crane.webp" alt=":crane:"') == 1
    assert 'media="(prefers-reduced-motion: reduce)" srcset="/emoji/crane-still.webp"' in page
    assert ":nothing:" in page
    assert 'title="https://example.com/:crane:/x"' in page
    assert "a:crane:b" in page
    assert "&lt;b&gt;" in page


def test_an_emoji_that_is_gone_is_its_name_again(web: Web, ada: Browser, people: People) -> None:
    made = web.services.db.write_now(emoji.add, None, "crane", Stored("crane.webp", "crane.webp"))
    people.ada.posts("Up goes :crane:")
    assert 'src="/emoji/crane.webp"' in ada.open("/company").text

    web.services.db.write_now(emoji.remove, None, made.id)

    page = ada.open("/company").text
    assert "/emoji/crane.webp" not in page
    assert "Up goes :crane:" in page


def test_the_emoji_are_a_file_of_their_own_that_no_page_loads(ada: Browser) -> None:
    name = manifest()["emoji.js"]

    assert len(gzip.compress((STATIC / name).read_bytes(), 9)) < 60 * 1024
    page = ada.open("/").text
    assert f'data-emoji="/static/{name}"' in page
    assert not re.search(rf'(src|href)="/static/{re.escape(name)}"', page)

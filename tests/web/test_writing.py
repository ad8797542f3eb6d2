"""The composer's forms: what hangs on a post, later posts, quotes, edits. Without script; and the uploads of the
page's script."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image

from officetalk.core.paging import Page as Asked
from officetalk.posts import scheduled
from officetalk.posts.entities import PollDraft
from tests.conftest import Clock
from tests.people import People
from tests.web.browser import Browser, Page, Web


def picture(name: str = "crane.png") -> dict[str, Any]:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(out, "PNG")
    return {"file": (name, out.getvalue(), "image/png")}


def files(*names: str) -> list[tuple[str, Any]]:
    return [("file[]", picture(name)["file"]) for name in names]


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    return web.signed_in(people.ada)


def says(ada: Browser, text: str, sent: Any = None, **more: str) -> Page:
    values = ada.open("/compose").form("/posts").values
    return ada.post("/posts", {**values, "text": text, **more}, sent)


def in_minutes(clock: Clock, minutes: int) -> str:
    at = datetime.fromtimestamp(clock() / 1000, UTC) + timedelta(minutes=minutes)
    return at.strftime("%Y-%m-%dT%H:%M")


def test_a_picture_comes_with_the_form(ada: Browser, people: People) -> None:
    says(ada, "The crane", files("one.png", "two.png"), sensitive="1")

    (post,) = people.ada.home_page()
    assert [m.kind for m in post.content.attached.media] == ["image", "image"]
    assert post.content.sensitive
    page = ada.open("/company")
    assert page.text.count("<figure>") == 2


def test_what_is_no_picture_is_refused_with_its_rule_and_the_text_is_kept(ada: Browser) -> None:
    page = says(ada, "Look", [("file[]", ("a.png", b"no picture at all", "image/png"))])

    assert page.status == 422
    assert page.value("text") == "Look"
    assert "content type is invalid" in (page.error("compose") or "")


def test_a_poll_is_asked(ada: Browser, people: People) -> None:
    page = ada.open("/compose")
    form = page.form("/posts")
    values = {**form.values, "text": "Lunch?", "poll": "1", "lasting": "3600", "multiple": "1"}

    ada.post("/posts", {**values, "option[]": ["Soup", "Fish", "", ""]})

    (post,) = people.ada.home_page()
    poll = post.content.attached.poll
    assert poll is not None
    assert (poll.options, poll.multiple) == (("Soup", "Fish"), True)


def test_a_poll_needs_two_answers_and_keeps_the_one(ada: Browser) -> None:
    page = says(ada, "Lunch?", poll="1", **{"option[]": "Soup"})

    assert page.status == 422
    assert "poll" in (page.error("compose") or "").lower()
    assert 'value="Soup"' in page.text
    assert re.search(r'name="poll" value="1" checked', page.text)


def test_a_warning_stands_before_the_text(ada: Browser, people: People) -> None:
    says(ada, "The butler", warn="1", spoiler="How the book ends")
    says(ada, "No warning", spoiler="typed, but switched off again")

    second, first = people.ada.home_page()
    assert (first.content.spoiler, second.content.spoiler) == ("How the book ends", "")
    assert "<summary" in ada.open("/company").text


def test_the_warning_counts(ada: Browser) -> None:
    page = says(ada, "y" * 130, warn="1", spoiler="x" * 20)

    assert page.status == 422
    assert page.error("compose") == "It is longer than 140 characters."


def test_sending_twice_says_it_once(ada: Browser, people: People) -> None:
    page = ada.open("/compose")

    page.send("/posts", text="Only once")
    page.send("/posts", text="Only once")

    assert people.ada.home() == ["Only once"]


def test_a_post_is_quoted_from_its_menu(web: Web, ada: Browser, people: People) -> None:
    post = people.bo.posts("The gate opens at noon")
    assert f"/compose?quote={post.id}" in ada.open(f"/posts/{post.id}/more").text

    page = ada.open("/compose", quote=str(post.id))
    assert "The gate opens at noon" in page.text
    page.send("/posts", text="Finally")

    assert people.ada.home_page()[0].content.quote_of_id == post.id
    assert "The gate opens at noon" in ada.open("/").text


def test_what_is_not_for_one_cannot_be_quoted(ada: Browser, people: People) -> None:
    post = people.bo.posts("For @cy alone", "direct")

    assert ada.open("/compose", quote=str(post.id)).status == 404
    assert says(ada, "Look", quote=str(post.id)).status == 404


def test_a_post_waits_for_its_time(ada: Browser, people: People, clock: Clock) -> None:
    said = says(ada, "Good morning", later="1", at=in_minutes(clock, 60)).follow()

    assert people.ada.home() == []
    assert "Good morning" in said.text
    assert "It is said at its time." in said.text


def test_the_time_is_the_readers_own(ada: Browser, people: People, clock: Clock) -> None:
    people.ada.changes(time_zone="Asia/Tokyo")
    at = (datetime.fromtimestamp(clock() / 1000, UTC) + timedelta(hours=10)).strftime("%Y-%m-%dT%H:%M")

    says(ada, "Good morning", later="1", at=at)

    (waiting,) = people.ada.db.read_now(scheduled.waiting, people.ada.id, Asked(20))
    assert abs(waiting.run_at - clock() - 3600_000) < 61_000


@pytest.mark.parametrize(
    ("at", "error"),
    [("", "Choose the day and the time."), ("yesterday", "Choose the day and the time.")],
)
def test_a_time_that_is_none_is_told(ada: Browser, at: str, error: str) -> None:
    page = says(ada, "Good morning", later="1", at=at)

    assert (page.status, page.error("compose")) == (422, error)
    assert page.value("text") == "Good morning"


def test_what_waits_is_moved_and_called_off(ada: Browser, people: People, clock: Clock) -> None:
    says(ada, "Good morning", later="1", at=in_minutes(clock, 60))
    page = ada.open("/scheduled")
    action = next(form.action for form in page.forms if form.action.startswith("/scheduled/"))

    too_soon = page.send(action, act="move", at=in_minutes(clock, 1))
    assert too_soon.status == 422
    moved = page.send(action, act="move", at=in_minutes(clock, 120)).follow()
    assert "Moved." in moved.text
    gone = page.send(action, act="cancel").follow()

    assert "Nothing waits to be said" in gone.text
    assert people.ada.home() == []


def test_nobody_moves_what_another_will_say(web: Web, ada: Browser, people: People, clock: Clock) -> None:
    says(ada, "Good morning", later="1", at=in_minutes(clock, 60))
    page = ada.open("/scheduled")
    action = next(form.action for form in page.forms if form.action.startswith("/scheduled/"))
    bo = web.signed_in(people.bo)
    token = bo.open("/compose").form("/posts").values["csrf"]

    assert bo.post(action, {"csrf": token, "act": "cancel"}).status == 404


def test_an_edit_keeps_pictures_poll_and_warning(ada: Browser, people: People) -> None:
    post = people.ada.posts("Lunch?", poll=PollDraft(("Soup", "Fish"), 3600), spoiler="Food")

    page = ada.open(f"/posts/{post.id}/edit")
    values = {**page.form(f"/posts/{post.id}/edit").values, "text": "Lunch at noon?"}
    ada.post(f"/posts/{post.id}/edit", {**values, "option[]": ["Soup", "Fish", "", ""]})

    (changed,) = people.ada.home_page()
    assert changed.content.text == "Lunch at noon?"
    assert changed.content.spoiler == "Food"
    assert changed.content.attached.poll is not None


def test_an_edit_describes_a_picture_and_takes_it_away(ada: Browser, people: People) -> None:
    says(ada, "The crane", files("one.png"))
    (post,) = people.ada.home_page()
    media = post.content.attached.media[0].id

    values = ada.open(f"/posts/{post.id}/edit").form(f"/posts/{post.id}/edit").values
    ada.post(f"/posts/{post.id}/edit", {**values, f"alt-{media}": "A yellow crane"})
    (described,) = people.ada.home_page()
    assert described.content.attached.media[0].description == "A yellow crane"

    values = dict(ada.open(f"/posts/{post.id}/edit").form(f"/posts/{post.id}/edit").values)
    values.pop("media[]")
    ada.post(f"/posts/{post.id}/edit", values)
    assert people.ada.home_page()[0].content.attached.media == ()


# --- what the page's script sends ---------------------------------------------------------------------


def upload(ada: Browser, sent: dict[str, Any]) -> Page:
    token = ada.open("/compose").form("/posts").values["csrf"]
    return ada.post("/media/uploads", {"csrf": token}, sent)


def test_a_file_goes_up_before_the_post(ada: Browser, people: People) -> None:
    told = upload(ada, picture()).response.json()
    assert (told["kind"], told["state"]) == ("image", "ready")
    assert told["preview"].startswith("/media/attachments/")

    id = told["id"]
    says(ada, "The crane", **{"media[]": id, f"alt-{id}": "A crane", f"focus-{id}": "0.5,-0.5"})

    (attached,) = people.ada.home_page()[0].content.attached.media
    assert (attached.description, attached.focus) == ("A crane", (0.5, -0.5))


def test_a_file_that_is_none_is_told_in_json(ada: Browser) -> None:
    answer = upload(ada, {"file": ("a.png", b"nothing", "image/png")})

    assert answer.status == 422
    assert "content type is invalid" in answer.response.json()["error"]


def test_nobody_uses_or_removes_the_upload_of_another(web: Web, ada: Browser, people: People) -> None:
    id = upload(ada, picture()).response.json()["id"]
    bo = web.signed_in(people.bo)
    token = bo.open("/compose").form("/posts").values["csrf"]

    assert bo.open(f"/media/uploads/{id}").status == 404
    assert bo.post(f"/media/uploads/{id}/remove", {"csrf": token}).status == 404
    says(bo, "Mine now", **{"media[]": id})
    assert people.bo.home_page()[0].content.attached.media == ()


def test_an_upload_that_was_not_meant_is_gone(ada: Browser) -> None:
    id = upload(ada, picture()).response.json()["id"]
    token = ada.open("/compose").form("/posts").values["csrf"]

    assert ada.post(f"/media/uploads/{id}/remove", {"csrf": token}).status == 204

    assert ada.open(f"/media/uploads/{id}").status == 404

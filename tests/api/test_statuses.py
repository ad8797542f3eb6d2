"""Posting, editing, deleting, marking: what the methods do, and that nothing is half done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from officetalk.accounts import profile
from officetalk.company import settings as company
from officetalk.core.database import Connection
from officetalk.media import attachments
from officetalk.media.entities import Attachment
from tests.api.client import Api
from tests.people import Human, People


def plain(html: str) -> str:
    return html.removeprefix("<p>").removesuffix("</p>")


def test_what_is_posted_can_be_read(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)

    posted = ada.post("/api/v1/statuses", status="Hello", language="en", spoiler_text="cw").json()
    read = api.as_person(people.bo).get(f"/api/v1/statuses/{posted['id']}").json()

    assert read["content"] == "<p>Hello</p>"
    assert (read["language"], read["spoiler_text"], read["sensitive"]) == ("en", "cw", True)
    assert read["application"] == {"name": "Tests", "website": None}
    assert read["account"]["username"] == "ada"


@pytest.mark.parametrize("form", ["form", "json", "multipart", "query"])
def test_the_form_in_which_it_is_sent_does_not_matter(api: Api, people: People, form: str) -> None:
    ada = api.as_person(people.ada)
    sent = {"status": "Grüße 🎉", "sensitive": "true", "visibility": "unlisted"}
    request: dict[str, Any] = {
        "form": {"data": sent},
        "json": {"json": sent},
        "multipart": {"files": {name: (None, value) for name, value in sent.items()}},
        "query": {"params": sent},
    }[form]

    posted = ada.request("POST", "/api/v1/statuses", **request).json()

    assert (posted["content"], posted["sensitive"], posted["visibility"]) == (
        "<p>Grüße 🎉</p>",
        True,
        "unlisted",
    )


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private", "direct"])
def test_visibility_is_what_was_asked_for(api: Api, people: People, visibility: str) -> None:
    posted = api.as_person(people.ada).post("/api/v1/statuses", status="x", visibility=visibility)

    assert posted.json()["visibility"] == visibility


def test_ones_own_choices_hold_where_the_client_makes_none(api: Api, people: People) -> None:
    people.ada.db.write_now(
        profile.update_preferences, people.ada.id, audience="followers", language="de", sensitive=True
    )

    posted = api.as_person(people.ada).post("/api/v1/statuses", status="x").json()

    assert (posted["visibility"], posted["language"], posted["sensitive"]) == ("private", "de", True)


def test_a_repeated_idempotency_key_answers_with_the_same_post(api: Api, people: People) -> None:
    ada, bo = api.as_person(people.ada), api.as_person(people.bo)
    key = {"idempotency-key": "abc"}

    first = ada.request("POST", "/api/v1/statuses", data={"status": "One"}, headers=key).json()
    again = ada.request("POST", "/api/v1/statuses", data={"status": "Two"}, headers=key).json()
    other = bo.request("POST", "/api/v1/statuses", data={"status": "Two"}, headers=key).json()

    assert again["id"] == first["id"] != other["id"]
    assert len(ada.get(f"/api/v1/accounts/{people.ada.id}/statuses").json()) == 1


def test_an_idempotency_key_of_a_refused_post_can_be_used_again(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    key = {"idempotency-key": "abc"}

    refused = ada.request("POST", "/api/v1/statuses", data={"status": "x" * 141}, headers=key)
    posted = ada.request("POST", "/api/v1/statuses", data={"status": "x"}, headers=key)

    assert (refused.status_code, posted.status_code) == (422, 200)


def test_a_comment_stands_in_its_thread(api: Api, people: People) -> None:
    ada, bo = api.as_person(people.ada), api.as_person(people.bo)
    top = ada.post("/api/v1/statuses", status="Top").json()
    middle = bo.post("/api/v1/statuses", status="Middle", in_reply_to_id=top["id"]).json()
    last = ada.post("/api/v1/statuses", status="Last", in_reply_to_id=middle["id"]).json()

    context = ada.get(f"/api/v1/statuses/{middle['id']}/context").json()

    assert middle["in_reply_to_account_id"] == str(people.ada.id)
    assert [s["id"] for s in context["ancestors"]] == [top["id"]]
    assert [s["id"] for s in context["descendants"]] == [last["id"]]


def test_an_edit_keeps_what_it_said_before(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    id = ada.post("/api/v1/statuses", status="Frist").json()["id"]

    source = ada.get(f"/api/v1/statuses/{id}/source").json()
    edited = ada.put(f"/api/v1/statuses/{id}", status="First")
    history = api.as_person(people.bo).get(f"/api/v1/statuses/{id}/history").json()

    assert source == {"id": id, "text": "Frist", "spoiler_text": ""}
    assert plain(edited.json()["content"]) == "First"
    assert edited.json()["edited_at"] is not None
    assert [plain(e["content"]) for e in history] == ["Frist", "First"]


def test_a_deleted_post_comes_back_with_its_text_to_be_written_anew(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    id = ada.post("/api/v1/statuses", status="Hello @bo #x").json()["id"]

    deleted = ada.delete(f"/api/v1/statuses/{id}")

    assert deleted.json()["text"] == "Hello @bo #x"
    assert ada.get(f"/api/v1/statuses/{id}").status_code == 404
    assert ada.delete(f"/api/v1/statuses/{id}").status_code == 404


@pytest.mark.parametrize(
    ("act", "undo", "flag", "count", "where"),
    [
        ("favourite", "unfavourite", "favourited", "favourites_count", "/api/v1/favourites"),
        ("bookmark", "unbookmark", "bookmarked", None, "/api/v1/bookmarks"),
        ("mute", "unmute", "muted", None, None),
        ("pin", "unpin", "pinned", None, "/api/v1/accounts/{me}/statuses?pinned=true"),
    ],
)
def test_marks_can_be_set_and_taken_back_any_number_of_times(
    api: Api, people: People, act: str, undo: str, flag: str, count: str | None, where: str | None
) -> None:
    ada = api.as_person(people.ada)
    id = ada.post("/api/v1/statuses", status="Hello").json()["id"]

    for verb, expected in ((act, True), (act, True), (undo, False), (undo, False)):
        answer = ada.post(f"/api/v1/statuses/{id}/{verb}").json()

        assert answer[flag] is expected
        assert ada.get(f"/api/v1/statuses/{id}").json()[flag] is expected
        if count is not None:
            assert answer[count] == int(expected)
        if where is not None:
            listed = ada.get(where.replace("{me}", str(people.ada.id))).json()
            assert [s["id"] for s in listed] == [id] * expected


def test_a_repost_is_made_once_and_taken_back(api: Api, people: People) -> None:
    ada, bo = api.as_person(people.ada), api.as_person(people.bo)
    id = ada.post("/api/v1/statuses", status="Hello").json()["id"]

    first = bo.post(f"/api/v1/statuses/{id}/reblog").json()
    again = bo.post(f"/api/v1/statuses/{id}/reblog", visibility="private").json()
    who = ada.get(f"/api/v1/statuses/{id}/reblogged_by").json()
    back = bo.post(f"/api/v1/statuses/{id}/unreblog").json()

    assert first["id"] == again["id"] != id
    assert (first["reblog"]["id"], first["reblog"]["reblogs_count"], first["reblog"]["reblogged"]) == (
        id,
        1,
        True,
    )
    assert [a["username"] for a in who] == ["bo"]
    assert (back["id"], back["reblogs_count"], back["reblogged"]) == (id, 0, False)
    assert ada.get(f"/api/v1/statuses/{first['id']}").status_code == 404


def test_marks_on_a_repost_are_marks_on_the_original(api: Api, people: People) -> None:
    ada, bo = api.as_person(people.ada), api.as_person(people.bo)
    id = ada.post("/api/v1/statuses", status="Hello").json()["id"]
    repost = bo.post(f"/api/v1/statuses/{id}/reblog").json()["id"]

    ada.post(f"/api/v1/statuses/{repost}/favourite")

    assert ada.get(f"/api/v1/statuses/{id}").json()["favourites_count"] == 1


def test_several_posts_at_once_come_in_the_order_asked_for(api: Api, people: People) -> None:
    ids = [people.ada.posts(str(i)).id for i in range(3)]
    asked = [ids[2], 12345, ids[0], ids[2]]

    answer = api.as_person(people.bo).get("/api/v1/statuses", id=asked).json()

    assert [s["id"] for s in answer] == [str(ids[2]), str(ids[0])]


def test_the_limit_is_the_companys(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    assert ada.post("/api/v1/statuses", status="x" * 141).status_code == 422

    people.ada.db.write_now(company.change, character_limit=500)

    assert ada.post("/api/v1/statuses", status="x" * 500).status_code == 200
    assert ada.post("/api/v1/statuses", status="x" * 501).status_code == 422


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "141 characters": ({"status": "x" * 141}, 422, "status"),
    "141 graphemes": ({"status": "👩‍👩‍👧" * 141}, 422, "status"),
    "nothing": ({}, 422, "status"),
    "empty": ({"status": ""}, 422, "status"),
    "blank": ({"status": " \n\t "}, 422, "status"),
    "a spoiler alone": ({"spoiler_text": "cw"}, 422, "status"),
    "a spoiler that is too long": ({"status": "x" * 100, "spoiler_text": "y" * 41}, 422, "status"),
    "control characters": ({"status": "a\x07b"}, 422, "status"),
    "a NUL": ({"status": "a\x00b"}, 422, "status"),
    "an unknown visibility": ({"status": "x", "visibility": "everybody"}, 422, "visibility"),
    "a language that is none": ({"status": "x", "language": "Klingon!"}, 422, "language"),
    "a parent that is no id": ({"status": "x", "in_reply_to_id": "abc"}, 422, "in_reply_to_id"),
    "a parent too many digits long": ({"status": "x", "in_reply_to_id": "9" * 30}, 422, "in_reply_to_id"),
    "truth that is none": ({"status": "x", "sensitive": "perhaps"}, 422, "sensitive"),
    "a list for a text": ({"status[]": "x"}, 422, "status"),
    "an object for a text": ({"status[a]": "x"}, 422, "status"),
    "a picture that is no id": ({"status": "x", "media_ids[]": "abc"}, 422, "media_ids"),
    "a time that is none": ({"status": "x", "scheduled_at": "tomorrow"}, 422, "scheduled_at"),
    "a quote that is no id": ({"status": "x", "quoted_status_id": "abc"}, 422, "quoted_status_id"),
    "too many mentions": ({"status": " ".join(f"@p{i}" for i in range(60))}, 422, "status"),
    "a link without a host": ({"status": "http://"}, 200, ""),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_bad_post_is_refused_by_field_and_rule_and_leaves_nothing(
    api: Api, people: People, what: str
) -> None:
    form, status, field = REFUSED[what]
    ada = api.as_person(people.ada)

    answer = ada.request("POST", "/api/v1/statuses", data=form)

    assert answer.status_code == status, answer.text
    if status == 422:
        assert list(answer.json()["details"]) == [field]
        assert answer.json()["error"].startswith("Validation failed: ")
        assert ada.get(f"/api/v1/accounts/{people.ada.id}/statuses").json() == []
        assert ada.get("/api/v1/accounts/verify_credentials").json()["statuses_count"] == 0


def test_a_comment_on_nothing_is_not_found_and_leaves_nothing(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)

    answer = ada.post("/api/v1/statuses", status="x", in_reply_to_id=1234)

    error = "The post you are trying to reply to does not appear to exist."
    assert (answer.status_code, answer.json()) == (404, {"error": error})
    assert ada.get(f"/api/v1/accounts/{people.ada.id}/statuses").json() == []


@pytest.mark.parametrize("key", ["k" * 256, "k" * 5000])
def test_an_idempotency_key_that_is_too_long_is_refused(api: Api, people: People, key: str) -> None:
    answer = api.as_person(people.ada).request(
        "POST", "/api/v1/statuses", data={"status": "x"}, headers={"idempotency-key": key}
    )

    assert answer.status_code == 422


def test_a_body_of_50_megabytes_is_refused(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    kind = {"content-type": "application/x-www-form-urlencoded"}

    told = ada.request("POST", "/api/v1/statuses", content=b"status=" + b"x" * 50_000_000, headers=kind)

    assert told.status_code == 413
    assert "error" in told.json()


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"\xff\xfe", b'{"status": }'])
def test_json_that_is_none_is_malformed(api: Api, people: People, body: bytes) -> None:
    answer = api.as_person(people.ada).request(
        "POST", "/api/v1/statuses", content=body, headers={"content-type": "application/json"}
    )

    assert answer.status_code == 400
    assert "error" in answer.json()


@pytest.mark.parametrize("status", [5, True, ["x"], {"a": "x"}, "a\x00b", "a\x1bb"])
def test_a_wrong_type_in_json_is_named(api: Api, people: People, status: Any) -> None:
    answer = api.as_person(people.ada).request("POST", "/api/v1/statuses", json={"status": status})

    assert answer.status_code == 422
    assert list(answer.json()["details"]) == ["status"]


def test_nobody_edits_or_deletes_what_somebody_else_wrote(api: Api, people: People) -> None:
    post = people.ada.posts("Mine")
    bo = api.as_person(people.bo)

    answers = [
        bo.put(f"/api/v1/statuses/{post.id}", status="Yours"),
        bo.delete(f"/api/v1/statuses/{post.id}"),
        bo.post(f"/api/v1/statuses/{post.id}/pin"),
    ]

    assert {a.status_code for a in answers} == {404}
    assert people.ada.sees_at(post).content.text == "Mine"


def test_a_refused_edit_changes_nothing(api: Api, people: People) -> None:
    post = people.ada.posts("Mine")
    ada = api.as_person(people.ada)

    for form in ({"status": ""}, {"status": "x" * 141}, {"status": "x", "language": "??"}):
        assert ada.put(f"/api/v1/statuses/{post.id}", **form).status_code == 422

    assert ada.get(f"/api/v1/statuses/{post.id}").json()["edited_at"] is None
    assert len(ada.get(f"/api/v1/statuses/{post.id}/history").json()) == 1


def test_too_many_pins_are_refused(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    ids = [people.ada.posts(str(i)).id for i in range(6)]

    answers = [ada.post(f"/api/v1/statuses/{id}/pin") for id in ids]

    assert [a.status_code for a in answers] == [200] * 5 + [422]


def test_timelines_have_what_belongs_there(api: Api, people: People) -> None:
    ada = people.ada
    ada.follows(people.bo)
    people.bo.posts("From bo #tag")
    people.cy.posts("From cy")
    people.cy.posts("Quiet cy", "quiet")
    client = api.as_person(ada)

    def read(path: str, **query: Any) -> list[str]:
        return [plain(s["content"])[:7] for s in client.get(path, **query).json()]

    assert read("/api/v1/timelines/home") == ["From bo"]
    assert read("/api/v1/timelines/public") == ["From cy", "From bo"]
    assert read("/api/v1/timelines/public", local="true") == ["From cy", "From bo"]
    assert read("/api/v1/timelines/public", remote="true") == []
    assert read("/api/v1/timelines/public", only_media="true") == []
    assert read("/api/v1/timelines/tag/TAG") == ["From bo"]
    assert read("/api/v1/timelines/tag/unused") == []
    assert read("/api/v1/timelines/tag/unused", any=["tag"]) == ["From bo"]


def _upload(human: Human) -> int:
    """The id of a picture that is ready."""

    def upload(conn: Connection) -> int:
        made = Attachment(0, "image", "a.webp", "b.webp", 640, 480, 320, 240, blurhash="LEHV6nWB2yk8")
        id = attachments.begin(conn, human.id, made, format="jpeg", description="Cta")
        attachments.stored(conn, id)
        return id

    return human.db.write_now(upload)


def test_pictures_are_told_with_the_post_and_with_what_waits(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    now, waiting = _upload(people.ada), _upload(people.ada)

    posted = ada.post("/api/v1/statuses", media_ids=[now]).json()
    scheduled = ada.post("/api/v1/statuses", media_ids=[waiting], scheduled_at=later).json()

    [picture] = posted["media_attachments"]
    assert (picture["id"], picture["type"], picture["description"]) == (str(now), "image", "Cta")
    assert posted["content"] == ""
    assert scheduled["params"]["media_ids"] == [str(waiting)]
    assert [m["id"] for m in scheduled["media_attachments"]] == [str(waiting)]
    [listed] = ada.get("/api/v1/scheduled_statuses").json()
    assert listed == scheduled


def test_an_edit_that_leaves_the_pictures_out_takes_them_away(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    first, second = _upload(people.ada), _upload(people.ada)
    id = ada.post("/api/v1/statuses", status="Look", media_ids=[first, second]).json()["id"]

    kept = ada.put(f"/api/v1/statuses/{id}", status="Look", media_ids=[second]).json()
    bare = ada.put(f"/api/v1/statuses/{id}", status="Look").json()

    assert [m["id"] for m in kept["media_attachments"]] == [str(second)]
    assert bare["media_attachments"] == []
    history = api.as_person(people.bo).get(f"/api/v1/statuses/{id}/history").json()
    assert [len(edit["media_attachments"]) for edit in history] == [2, 1, 0]
    assert ada.put(f"/api/v1/statuses/{id}", media_ids=[first]).json()["content"] == ""
    assert ada.put(f"/api/v1/statuses/{id}").status_code == 422


@pytest.mark.parametrize("form", ["form", "json"])
def test_an_edit_says_better_what_a_picture_shows(api: Api, people: People, form: str) -> None:
    ada = api.as_person(people.ada)
    media = str(_upload(people.ada))
    id = ada.post("/api/v1/statuses", status="Look", media_ids=[media]).json()["id"]
    better = {"id": media, "description": "Cat", "focus": "0.5,-3"}
    sent: dict[str, Any] = {
        "json": {"json": {"status": "Look", "media_ids": [media], "media_attributes": [better]}},
        "form": {
            "data": {
                "status": "Look",
                "media_ids[]": media,
                **{f"media_attributes[][{name}]": value for name, value in better.items()},
            }
        },
    }[form]

    [picture] = ada.request("PUT", f"/api/v1/statuses/{id}", **sent).json()["media_attachments"]

    assert (picture["description"], picture["meta"]["focus"]) == ("Cat", {"x": 0.5, "y": -1.0})
    for focus in ("nan,0", "inf,0", "1", "a,b", "1,2,3"):
        refused = {"status": "x", "media_ids": [media], "media_attributes": [{"id": media, "focus": focus}]}
        answer = ada.request("PUT", f"/api/v1/statuses/{id}", json=refused)
        assert (answer.status_code, list(answer.json()["details"])) == (422, ["focus"])
    assert ada.get(f"/api/v1/statuses/{id}").json()["media_attachments"] == [picture]


def test_pictures_that_cannot_be_attached_are_refused_in_mastodons_words(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    own, others = _upload(people.ada), _upload(people.bo)

    def refused(**sent: Any) -> tuple[int, str]:
        answer = ada.post("/api/v1/statuses", status="x", **sent)
        return answer.status_code, answer.json()["error"]

    missing = f"Media {others} not found or already attached to another post"
    assert refused(media_ids=[own, others]) == (422, missing)
    assert refused(media_ids=[1, 2, 3, 4, 5]) == (422, "Cannot attach more than 4 files")
    both = refused(media_ids=[own], **{"poll[options]": ["a", "b"], "poll[expires_in]": 3600})
    assert both == (422, "Cannot attach both files and a poll")
    assert ada.get(f"/api/v1/accounts/{people.ada.id}/statuses").json() == []

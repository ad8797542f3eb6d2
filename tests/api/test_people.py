"""People: profiles, relations, search, hashtags, markers, preferences."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from tests.api.client import ORIGIN, Api
from tests.people import People


def test_who_is_signed_in(api: Api, people: People) -> None:
    people.bo.follows(people.ada)

    me = api.as_person(people.ada, "profile").get("/api/v1/accounts/verify_credentials").json()

    assert (me["id"], me["username"], me["followers_count"]) == (str(people.ada.id), "ada", 1)
    assert me["source"]["privacy"] == "public"


def test_what_is_not_sent_stays(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)

    first = ada.patch(
        "/api/v1/accounts/update_credentials",
        **{
            "display_name": "Augusta",
            "note": "Numbers",
            "locked": "true",
            "bot": "1",
            "fields_attributes[0][name]": "Site",
            "fields_attributes[0][value]": "https://ada.example",
            "fields_attributes[1][name]": "Desk",
            "fields_attributes[1][value]": "4.2",
            "source[privacy]": "unlisted",
            "source[sensitive]": "true",
            "source[language]": "en",
            "officetalk[job_title]": "Analyst",
            "officetalk[department]": "Engines",
            "officetalk[time_zone]": "Europe/London",
            "officetalk[manager_id]": str(people.bo.id),
        },
    ).json()
    second = ada.patch("/api/v1/accounts/update_credentials", display_name="Ada").json()

    assert first["display_name"] == "Augusta"
    assert second["display_name"] == "Ada"
    for me in (first, second):
        assert (me["source"]["note"], me["locked"], me["bot"]) == ("Numbers", True, True)
        assert [f["name"] for f in me["source"]["fields"]] == ["Site", "Desk"]
        source = me["source"]
        assert (source["privacy"], source["sensitive"], source["language"]) == ("unlisted", True, "en")
        own = me["officetalk"]
        assert (own["job_title"], own["department"], own["manager_id"]) == (
            "Analyst",
            "Engines",
            str(people.bo.id),
        )
    assert ada.get("/api/v1/preferences").json()["posting:default:visibility"] == "unlisted"


def test_values_can_be_emptied(api: Api, people: People) -> None:
    people.ada.changes(bio="x", job_title="x", manager_id=people.bo.id, fields=[("a", "b")])
    ada = api.as_person(people.ada)

    changed = {"note": "", "officetalk": {"job_title": "", "manager_id": None}, "fields_attributes": []}
    me = ada.request("PATCH", "/api/v1/accounts/update_credentials", json=changed).json()

    assert (me["note"], me["officetalk"]["job_title"], me["officetalk"]["manager_id"]) == ("", "", None)
    assert me["source"]["fields"] == []


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"display_name": "x" * 61}, "display_name"),
        ({"note": "x" * 501}, "bio"),
        ({"note": "a\x00"}, "note"),
        ({"fields_attributes[0][name]": "x" * 256}, "fields"),
        ({f"fields_attributes[{i}][name]": "x" for i in range(5)}, "fields"),
        ({"source[privacy]": "nobody"}, "source"),
        ({"source[language]": "??"}, "language"),
        ({"officetalk[time_zone]": "Mars/Olympus"}, "time_zone"),
        ({"officetalk[manager_id]": "x"}, "officetalk"),
        ({"locked": "perhaps"}, "locked"),
        ({"avatar": "text"}, "avatar"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_changes(
    api: Api, people: People, form: dict[str, str], field: str
) -> None:
    ada = api.as_person(people.ada)
    before = ada.get("/api/v1/accounts/verify_credentials").json()

    answer = ada.patch("/api/v1/accounts/update_credentials", **{"officetalk[job_title]": "New", **form})

    assert answer.status_code == 422, answer.text
    assert list(answer.json()["details"]) == [field]
    assert ada.get("/api/v1/accounts/verify_credentials").json() == before


def _png() -> bytes:
    with io.BytesIO() as file:
        Image.new("RGB", (20, 20), "red").save(file, "png")
        return file.getvalue()


@pytest.mark.parametrize("kind", ["avatar", "header"])
def test_a_picture_is_uploaded_and_removed(api: Api, people: People, kind: str) -> None:
    ada = api.as_person(people.ada)
    files = {kind: ("me.png", _png(), "image/png")}

    with_it = ada.request("PATCH", "/api/v1/accounts/update_credentials", files=files).json()
    without = ada.delete(f"/api/v1/profile/{kind}").json()

    assert with_it[kind].startswith(f"{ORIGIN}/media/")
    assert without[kind].startswith(f"{ORIGIN}/{kind}s/{people.ada.id}.svg?s=")


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 50])
def test_a_broken_picture_is_refused(api: Api, people: People, content: bytes) -> None:
    ada = api.as_person(people.ada)
    files = {"avatar": ("me.png", content, "image/png")}

    answer = ada.request("PATCH", "/api/v1/accounts/update_credentials", files=files, data={"note": "New"})

    assert answer.status_code == 422
    assert list(answer.json()["details"]) == ["avatar"]
    assert ada.get("/api/v1/accounts/verify_credentials").json()["note"] == ""


def test_people_are_found_by_id_by_name_and_together(api: Api, people: People) -> None:
    bo, cy = people.bo, people.cy
    ada = api.as_person(people.ada)

    assert ada.get(f"/api/v1/accounts/{bo.id}").json()["acct"] == "bo"
    for acct in ("bo", "@bo", "BO", "bo@talk.test", "@bo@TALK.test"):
        assert ada.get("/api/v1/accounts/lookup", acct=acct).json()["id"] == str(bo.id)
    for acct in ("nobody", "bo@elsewhere.test", "@", " ", "bo@@"):
        assert ada.get("/api/v1/accounts/lookup", acct=acct).status_code == 404
    together = ada.get("/api/v1/accounts", id=[cy.id, 99, bo.id]).json()
    assert [a["username"] for a in together] == ["cy", "bo"]
    assert ada.get("/api/v1/accounts", id=list(range(101))).status_code == 422


def test_who_was_never_let_in_is_nobody(api: Api, people: People) -> None:
    people.bo.changes(state="pending")
    ada = api.as_person(people.ada)

    assert ada.get(f"/api/v1/accounts/{people.bo.id}").status_code == 404
    assert ada.get("/api/v1/accounts/lookup", acct="bo").status_code == 404
    assert ada.get(f"/api/v1/accounts/{people.bo.id}/statuses").status_code == 404
    assert ada.post(f"/api/v1/accounts/{people.bo.id}/follow").status_code == 404


def test_relations_change_step_by_step(api: Api, people: People) -> None:
    ada, id = api.as_person(people.ada), people.bo.id
    people.bo.follows(people.ada)

    def after(verb: str, **form: Any) -> set[str]:
        answer = ada.post(f"/api/v1/accounts/{id}/{verb}", **form)
        assert answer.status_code == 200, answer.text
        assert answer.json() == ada.get("/api/v1/accounts/relationships", id=[id]).json()[0]
        return {name for name, value in answer.json().items() if value is True}

    followed = {"followed_by"}
    assert after("follow") == followed | {"following", "showing_reblogs"}
    assert after("follow", reblogs="false", notify="true") == followed | {"following", "notifying"}
    assert after("unfollow") == followed
    assert after("mute") == followed | {"muting", "muting_notifications"}
    assert after("mute", notifications="false", duration=60) == followed | {"muting"}
    assert after("unmute") == followed
    assert after("remove_from_followers") == set()
    assert after("block") == {"blocking"}
    assert after("unblock") == set()


def test_a_mute_with_an_end_says_when_it_ends(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)

    answer = ada.post(f"/api/v1/accounts/{people.bo.id}/mute", duration=3600).json()
    muted = ada.get("/api/v1/mutes").json()

    assert answer["muting_expires_at"].endswith("Z")
    assert [(m["username"], m["mute_expires_at"]) for m in muted] == [("bo", answer["muting_expires_at"])]
    assert ada.post(f"/api/v1/accounts/{people.bo.id}/mute", duration=10**12).status_code == 422
    assert ada.post(f"/api/v1/accounts/{people.bo.id}/mute", duration=-1).status_code == 422


@pytest.mark.parametrize("verb", ["follow", "block", "mute"])
def test_nobody_does_it_to_themselves(api: Api, people: People, verb: str) -> None:
    answer = api.as_person(people.ada).post(f"/api/v1/accounts/{people.ada.id}/{verb}")

    assert answer.status_code == 403


def test_a_locked_account_is_asked_first(api: Api, people: People) -> None:
    people.ada.changes(locked=True)
    ada, bo, cy = (api.as_person(p) for p in (people.ada, people.bo, people.cy))

    assert bo.post(f"/api/v1/accounts/{people.ada.id}/follow").json()["requested"] is True
    cy.post(f"/api/v1/accounts/{people.ada.id}/follow")
    assert [a["username"] for a in ada.get("/api/v1/follow_requests").json()] == ["cy", "bo"]
    me = ada.get("/api/v1/accounts/verify_credentials").json()
    assert me["source"]["follow_requests_count"] == 2

    assert ada.post(f"/api/v1/follow_requests/{people.bo.id}/authorize").json()["followed_by"] is True
    assert ada.post(f"/api/v1/follow_requests/{people.cy.id}/reject").json()["followed_by"] is False

    assert ada.get("/api/v1/follow_requests").json() == []
    assert ada.post(f"/api/v1/follow_requests/{people.cy.id}/authorize").status_code == 404
    assert [a["username"] for a in ada.get(f"/api/v1/accounts/{people.ada.id}/followers").json()] == ["bo"]


def test_a_profiles_posts_can_be_narrowed(api: Api, people: People) -> None:
    ada = people.ada
    first = people.bo.posts("From bo")
    ada.posts("Plain")
    ada.comments(first, "Comment")
    ada.reposts(first)
    pinned = ada.posts("Tagged #it")
    ada.pins(pinned)
    client = api.as_person(people.bo)

    def read(**query: Any) -> int:
        return len(client.get(f"/api/v1/accounts/{ada.id}/statuses", **query).json())

    assert read() == 4
    assert read(exclude_replies="true") == 3
    assert read(exclude_reblogs="true") == 3
    assert read(exclude_replies="true", exclude_reblogs="true") == 2
    assert read(pinned="true") == 1
    assert read(tagged="it") == read(tagged="#IT") == 1
    assert read(tagged="unused") == read(only_media="true") == 0


def test_search_finds_people_posts_and_hashtags(api: Api, people: People) -> None:
    people.bo.changes(display_name="Bohumil Hrabal")
    post = people.bo.posts("Closely watched trains #trains")
    ada = api.as_person(people.ada)

    def found(query: str, **more: Any) -> tuple[list[str], list[str], list[str]]:
        answer = ada.get("/api/v2/search", q=query, **more).json()
        return (
            [a["username"] for a in answer["accounts"]],
            [s["id"] for s in answer["statuses"]],
            [t["name"] for t in answer["hashtags"]],
        )

    id = str(post.id)
    assert found("hrab") == (["bo"], [], [])
    assert found("trains") == ([], [id], ["trains"])
    assert found("trains", type="statuses") == ([], [id], [])
    assert found("trains", type="hashtags") == ([], [], ["trains"])
    assert found("trains", type="statuses", offset=1) == ([], [], [])
    assert found("@bo") == (["bo"], [], [])
    assert found("#trains")[2] == ["trains"]
    assert found(f"{ORIGIN}/@bo", resolve="true") == (["bo"], [], [])
    assert found(f"{ORIGIN}/@bo/{id}", resolve="true") == ([], [id], [])
    assert found(f"{ORIGIN}/nowhere", resolve="true") == ([], [], [])
    assert found(" ") == ([], [], [])
    assert [a["username"] for a in ada.get("/api/v1/accounts/search", q="bohu").json()] == ["bo"]


@pytest.mark.parametrize(
    "query", ["'", '"', "%", "*", "(", "a AND", "\\", "NEAR(", "x" * 3000, "🎉", "a:b", "-"]
)
def test_whatever_is_typed_into_search_is_no_error(api: Api, people: People, query: str) -> None:
    ada = api.as_person(people.ada)

    for path in ("/api/v2/search", "/api/v1/accounts/search"):
        assert ada.get(path, q=query).status_code == 200


def test_hashtags_are_followed_in_any_spelling(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)

    assert ada.get("/api/v1/tags/Café").json()["following"] is False
    assert ada.post("/api/v1/tags/Café/follow").json()["following"] is True
    assert ada.get("/api/v1/tags/CAFE").json()["following"] is True
    people.bo.posts("Now #cafe")
    assert len(ada.get("/api/v1/timelines/home").json()) == 1
    assert [t["name"] for t in ada.get("/api/v1/followed_tags").json()] == ["Café"]
    assert ada.post("/api/v1/tags/cafe/unfollow").json()["following"] is False
    assert ada.get("/api/v1/followed_tags").json() == []


@pytest.mark.parametrize("name", ["123", "a b", "a-b", "%23a", "...", "x" * 200, "%E2%80%AE", "a%00b"])
def test_what_can_be_no_hashtag_is_not_found(api: Api, people: People, name: str) -> None:
    ada = api.as_person(people.ada)

    assert ada.get(f"/api/v1/tags/{name}").status_code == 404
    assert ada.post(f"/api/v1/tags/{name}/follow").status_code == 404


def test_markers_are_shared_by_all_clients(api: Api, people: People) -> None:
    phone, desk = api.as_person(people.ada), api.as_person(people.ada)

    first = phone.post("/api/v1/markers", **{"home[last_read_id]": "100"}).json()
    second = desk.request(
        "POST",
        "/api/v1/markers",
        json={"home": {"last_read_id": "200"}, "notifications": {"last_read_id": "7"}},
    ).json()
    read = phone.get("/api/v1/markers", timeline=["home", "notifications", "unheard_of"]).json()

    assert (first["home"]["last_read_id"], first["home"]["version"]) == ("100", 1)
    assert (second["home"]["last_read_id"], second["home"]["version"]) == ("200", 2)
    assert read == second
    assert phone.get("/api/v1/markers").json() == {}
    assert api.as_person(people.bo).get("/api/v1/markers", timeline=["home"]).json() == {}


@pytest.mark.parametrize("form", [{"home[last_read_id]": "x"}, {"home": "1"}, {"home[last_read_id]": "-1"}])
def test_a_wrong_marker_is_named(api: Api, people: People, form: dict[str, str]) -> None:
    assert api.as_person(people.ada).post("/api/v1/markers", **form).status_code == 422
    assert api.as_person(people.ada).get("/api/v1/markers", timeline=["local"]).json() == {}


def test_the_directory_has_everybody_and_every_department(api: Api, people: People) -> None:
    people.ada.changes(department="Engines")
    people.bo.changes(department="Looms")
    ada = api.as_person(people.ada)

    assert {a["username"] for a in ada.get("/api/v1/directory", order="name").json()} == {"ada", "bo"}
    assert [a["username"] for a in ada.get("/api/v1/directory", department="Looms").json()] == ["bo"]
    assert ada.get("/api/v1/directory", order="oldest").status_code == 422

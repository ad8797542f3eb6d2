"""The profile API of Mastodon 4.6."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from tests.api.client import Api
from tests.people import People

FULL: dict[str, Any] = {
    "display_name": "Ada L.",
    "note": "Weaves\nnumbers",
    "avatar_description": "A loom",
    "header_description": "A mill",
    "locked": True,
    "bot": True,
    "discoverable": False,
    "hide_collections": True,
    "indexable": False,
    "show_media": False,
    "show_media_replies": False,
    "show_featured": False,
    "attribution_domains": ["blog.example.com"],
}


def picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (40, 40), "teal").save(data, "PNG")
    return data.getvalue()


def test_a_new_profile_has_every_field(api: Api, people: People) -> None:
    assert api.as_person(people.ada).get("/api/v1/profile").json() == {
        "id": str(people.ada.id), "display_name": "Ada", "note": "", "fields": [],
        "avatar": None, "avatar_static": None, "avatar_description": "",
        "header": None, "header_static": None, "header_description": "",
        "locked": False, "bot": False, "hide_collections": False, "discoverable": True, "indexable": True,
        "show_media": True, "show_media_replies": True, "show_featured": True,
        "attribution_domains": [], "featured_tags": [],
    }  # fmt: skip


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_every_field_can_be_changed_and_the_rest_stays(api: Api, people: People, method: str) -> None:
    ada = api.as_person(people.ada)

    changed = ada.request(method, "/api/v1/profile", json=FULL).json()

    assert {name: changed[name] for name in FULL} == FULL
    again = ada.request(method, "/api/v1/profile", json={"show_media": True}).json()
    assert again == {**changed, "show_media": True} == ada.get("/api/v1/profile").json()


def test_a_form_with_pictures_does_as_well(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)

    changed = ada.request(
        "PATCH", "/api/v1/profile",
        data={
            "attribution_domains[]": ["a.example", "b.example"],
            "discoverable": "0", "avatar_description": "Teal",
            "fields_attributes[0][name]": "Chat", "fields_attributes[0][value]": "Yes",
        },
        files={"avatar": ("a.png", picture(), "image/png"), "header": ("h.png", picture(), "image/png")},
    ).json()  # fmt: skip

    assert changed["attribution_domains"] == ["a.example", "b.example"]
    assert (changed["discoverable"], changed["avatar_description"]) == (False, "Teal")
    assert changed["fields"] == [{"name": "Chat", "value": "Yes", "verified_at": None}]
    for kind in ("avatar", "header"):
        assert changed[kind] == changed[f"{kind}_static"]
        assert "/media/" in changed[kind]


def test_removing_a_picture_removes_its_description(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    files = {kind: (f"{kind}.png", picture(), "image/png") for kind in ("avatar", "header")}
    described = {"avatar_description": "Teal", "header_description": "Teal"}
    ada.request("PATCH", "/api/v1/profile", data=described, files=files)

    for kind in ("avatar", "header"):
        answer = ada.delete(f"/api/v1/profile/{kind}")
        assert answer.status_code == 200
        assert answer.json()[f"{kind}_description"] == ""
        assert ada.get("/api/v1/profile").json()[kind] is None


def test_update_credentials_takes_the_same(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)

    changed = ada.request("PATCH", "/api/v1/accounts/update_credentials", json=FULL).json()

    shown = {name: changed[name] for name in FULL if name in changed and name != "note"}
    assert shown == {name: FULL[name] for name in shown}
    assert len(shown) == len(FULL) - 2  # note is HTML here, the domains stand in source
    source = changed["source"]
    assert source["attribution_domains"] == FULL["attribution_domains"]
    assert (source["discoverable"], source["indexable"], source["hide_collections"]) == (False, False, True)


def test_others_see_what_is_for_them(api: Api, people: People) -> None:
    api.as_person(people.ada).request("PATCH", "/api/v1/profile", json=FULL)

    seen = api.as_person(people.bo).get(f"/api/v1/accounts/{people.ada.id}").json()

    for name in ("avatar_description", "header_description", "show_media", "show_media_replies",
                 "show_featured", "hide_collections", "discoverable", "indexable"):  # fmt: skip
        assert seen[name] == FULL[name], name
    assert seen["feature_approval"] == {"automatic": [], "manual": [], "current_user": "denied"}
    assert "attribution_domains" not in seen


def test_what_breaks_a_rule_is_refused_with_its_field(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    for field, value in (
        ("avatar_description", "x" * 151), ("attribution_domains", ["no domain"]),
        ("attribution_domains", [f"{i}.example" for i in range(11)]), ("show_media", "perhaps"),
    ):  # fmt: skip
        answer = ada.request("PATCH", "/api/v1/profile", json={field: value, "note": "New"})

        assert answer.status_code == 422, field
        assert field in answer.json()["details"]
    assert ada.get("/api/v1/profile").json()["note"] == ""


def test_the_profile_scope_reads_and_does_not_write(api: Api, people: People) -> None:
    ada = api.as_person(people.ada, "profile")

    assert ada.get("/api/v1/profile").status_code == 200
    assert ada.patch("/api/v1/profile", note="x").status_code == 403


def test_featured_hashtags_stand_in_the_profile(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    made = ada.post("/api/v1/featured_tags", name="loom").json()

    assert ada.get("/api/v1/profile").json()["featured_tags"] == [made]


def test_who_may_quote_by_default_is_kept(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)

    changed = ada.request(
        "PATCH", "/api/v1/accounts/update_credentials", data={"source[quote_policy]": "followers"}
    ).json()

    assert changed["source"]["quote_policy"] == "followers"
    assert ada.get("/api/v1/preferences").json()["posting:default:quote_policy"] == "followers"


def test_the_instance_tells_the_limits(api: Api) -> None:
    limits = api.as_nobody().get("/api/v2/instance").json()["configuration"]["accounts"]

    assert limits["max_featured_tags"] == 10
    assert limits["max_avatar_description_length"] == limits["max_header_description_length"] == 150

"""Notifications over HTTP: what apps ask for, and in which form they get it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from officetalk.api import render_notifications
from officetalk.api.render import Renderer
from officetalk.core.database import Connection, Database
from officetalk.core.paging import Page
from officetalk.identity import recovery
from officetalk.notifications import causes, queries, subjects
from officetalk.posts import publish
from officetalk.posts.entities import Draft
from tests.api.client import Api, link
from tests.people import People

V1, V2 = "/api/v1/notifications", "/api/v2/notifications"
MILLISECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def what(found: Any) -> list[tuple[str, str]]:
    """(type, who) of a list of Notifications."""
    return [(n["type"], n["account"]["username"]) for n in found]


def liked_by(people: People, *names: str) -> Any:
    post = people.ada.posts("Hello")
    for name in names:
        getattr(people, name).likes(post)
    return post


# --- one by one --------------------------------------------------------------------------------------


def test_a_notification_has_every_field_of_mastodons(api: Api, people: People) -> None:
    post = liked_by(people, "bo")
    people.bo.follows(people.ada)

    follow, like = api.as_person(people.ada).get(V1).json()

    assert set(like) == {"id", "type", "group_key", "created_at", "account", "status"}
    assert set(follow) == {"id", "type", "group_key", "created_at", "account"}
    assert like["type"] == "favourite"
    assert like["account"]["acct"] == "bo"
    assert like["status"]["id"] == str(post.id)
    assert like["status"]["favourites_count"] == 1
    assert re.fullmatch(rf"favourite-{post.id}-\d+", like["group_key"])
    assert MILLISECONDS.fullmatch(like["created_at"])


def test_a_single_notification_is_found_by_its_owner(api: Api, people: People) -> None:
    liked_by(people, "bo")
    ada, bo = api.as_person(people.ada), api.as_person(people.bo)
    (like,) = ada.get(V1).json()

    assert ada.get(f"{V1}/{like['id']}").json() == like
    assert bo.get(f"{V1}/{like['id']}").status_code == 404


def as_javascript_reads(id: str) -> str:
    """A JSON number after `JSON.parse` and `String` (ECMAScript, Number::toString): the fewest digits that
    tell it from other doubles, and zeros."""
    digits, _, exponent = f"{float(id)!r}".partition("e+")
    whole, _, fraction = digits.partition(".")
    return (whole + fraction).ljust(int(exponent) + 1, "0")


@pytest.mark.parametrize("heard", [as_javascript_reads, lambda id: f"{float(id):.0f}"])
def test_a_notification_is_found_by_the_number_of_a_push_message(
    api: Api, people: People, heard: Any
) -> None:
    """Push messages carry the id as a number, and in a browser numbers have 53 bits."""
    ada, bo = api.as_person(people.ada), api.as_person(people.bo)
    for name in ("bo", "cy", "di"):
        liked_by(people, name)

    for one in ada.get(V1).json():
        rounded = heard(one["id"])
        assert ada.get(f"{V1}/{rounded}").json() == one
        assert bo.get(f"{V1}/{rounded}").status_code == 404


def test_an_id_that_is_no_rounded_one_names_nothing_else(api: Api, people: People) -> None:
    liked_by(people, "bo")
    ada = api.as_person(people.ada)
    (like,) = ada.get(V1).json()
    near = {str(int(like["id"]) + n) for n in range(-20, 21) if n}
    rounded = {as_javascript_reads(like["id"]), f"{float(like['id']):.0f}"}

    assert {ada.get(f"{V1}/{id}").status_code for id in near - rounded} == {404}


def test_a_repost_comes_with_the_original(api: Api, people: People) -> None:
    post = people.ada.posts("Hello")
    people.bo.reposts(post)

    (repost,) = api.as_person(people.ada).get(V1).json()

    assert repost["status"]["id"] == str(post.id)
    assert repost["status"]["reblog"] is None


def test_pages_are_linked_in_both_directions(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    for i in range(7):
        people.bo.posts(f"{i} @ada")
    everything = [n["id"] for n in ada.get(V1, types=["mention"]).json()]

    down = [n["id"] for page in ada.pages(V1, limit=3, types=["mention"]) for n in page]
    assert down == everything
    oldest = ada.get(V1, limit=3, min_id=0)
    assert [n["id"] for n in oldest.json()] == everything[-3:]
    up = [n["id"] for n in oldest.json()]
    url = link(oldest, "prev")
    while url and (page := ada.get(url)).json():
        up = [n["id"] for n in page.json()] + up
        url = link(page, "prev")
    assert up == everything


def test_types_are_chosen_and_kept_in_the_link(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    liked_by(people, "bo", "cy")
    people.bo.follows(people.ada)

    assert what(ada.get(V1, types=["follow", "unknown"]).json()) == [("follow", "bo")]
    assert what(ada.get(V1, exclude_types=["follow"]).json()) == [("favourite", "cy"), ("favourite", "bo")]
    assert what(ada.get(V1, account_id=people.cy.id).json()) == [("favourite", "cy")]
    assert ada.get(V1, types=["unknown"]).json() == []
    next_page = link(ada.get(V1, limit=1, exclude_types=["follow"]), "next")
    assert next_page is not None
    assert "exclude_types" in next_page


@pytest.mark.parametrize(("asked", "given"), [(None, 40), (100, 80), (3, 3)])
def test_limits_are_mastodons(api: Api, people: People, db: Database, asked: int | None, given: int) -> None:
    ada, bo = people.ada, people.bo

    def much(conn: Connection) -> None:
        for i in range(81):
            publish.publish(conn, bo.id, Draft(f"{i} @ada"), 140)

    db.write_now(much)
    query = {} if asked is None else {"limit": asked}

    client = api.as_person(ada)
    assert len(client.get(V1, **query).json()) == given
    assert len(client.get(V2, **query).json()["notification_groups"]) == given


def test_dismissing_and_clearing(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    liked_by(people, "bo", "cy")
    first = ada.get(V1).json()[0]

    assert ada.post(f"{V1}/{first['id']}/dismiss").json() == {}
    assert what(ada.get(V1).json()) == [("favourite", "bo")]
    assert ada.post(f"{V1}/{first['id']}/dismiss").status_code == 404

    assert ada.post(f"{V1}/clear").json() == {}
    assert ada.get(V1).json() == []


def test_unread_follows_the_marker(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    liked_by(people, "bo", "cy", "dee")
    newest = ada.get(V1).json()

    def counts(**query: Any) -> list[int]:
        return [ada.get(f"{path}/unread_count", **query).json()["count"] for path in (V1, V2)]

    assert counts() == [3, 1]
    assert counts(limit=2) == [2, 1]
    assert counts(types=["mention"]) == [0, 0]
    assert counts(account_id=people.bo.id) == [1, 1]
    assert ada.get(f"{V2}/unread_count", grouped_types=["follow"]).json() == {"count": 3}

    ada.post("/api/v1/markers", **{"notifications[last_read_id]": newest[0]["id"]})
    assert counts() == [0, 0]


# --- in groups ---------------------------------------------------------------------------------------


def test_groups_have_every_field_of_mastodons(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    post = liked_by(people, "bo", "cy")
    people.bo.follows(people.ada)
    ids = [n["id"] for n in ada.get(V1).json()]

    found = ada.get(V2).json()

    assert set(found) == {"accounts", "statuses", "notification_groups"}
    assert [a["username"] for a in found["accounts"]] == ["bo", "cy"]
    assert [s["id"] for s in found["statuses"]] == [str(post.id)]
    follow, likes = found["notification_groups"]
    assert likes == {
        "group_key": likes["group_key"],
        "notifications_count": 2,
        "type": "favourite",
        "most_recent_notification_id": ids[1],
        "page_min_id": ids[2],
        "page_max_id": ids[1],
        "latest_page_notification_at": likes["latest_page_notification_at"],
        "sample_account_ids": [str(people.cy.id), str(people.bo.id)],
        "status_id": str(post.id),
    }
    assert MILLISECONDS.fullmatch(likes["latest_page_notification_at"])
    assert "status_id" not in follow


def test_a_group_alone(api: Api, people: People) -> None:
    ada, bo = api.as_person(people.ada), api.as_person(people.bo)
    liked_by(people, "bo", "cy")
    (group,) = ada.get(V2).json()["notification_groups"]
    path = f"{V2}/{group['group_key']}"

    (alone,) = ada.get(path).json()["notification_groups"]
    assert alone == {name: value for name, value in group.items() if "page" not in name}
    assert [a["username"] for a in ada.get(f"{path}/accounts").json()] == ["cy", "bo"]
    first = ada.get(f"{path}/accounts", limit=1)
    following = link(first, "next")
    assert following is not None
    assert [a["username"] for a in ada.get(following).json()] == ["bo"]

    assert bo.get(path).status_code == 404
    assert bo.get(f"{path}/accounts").json() == []
    assert ada.post(f"{path}/dismiss").json() == {}
    assert ada.get(V1).json() == []
    assert ada.get(path).status_code == 404


def test_partial_accounts_come_for_all_but_the_newest(api: Api, people: People) -> None:
    liked_by(people, "bo", "cy", "dee")

    found = api.as_person(people.ada).get(V2, expand_accounts="partial_avatars").json()

    assert [a["username"] for a in found["accounts"]] == ["dee"]
    assert [set(a) for a in found["partial_accounts"]] == [
        {"id", "acct", "url", "avatar", "avatar_static", "avatar_description", "locked", "bot"}
    ] * 2
    assert [a["acct"] for a in found["partial_accounts"]] == ["cy", "bo"]
    assert api.as_person(people.ada).get(V2, expand_accounts="some").status_code == 422


def test_types_that_an_app_cannot_group_come_alone(api: Api, people: People) -> None:
    liked_by(people, "bo", "cy")
    ada = api.as_person(people.ada)

    found = ada.get(V2, grouped_types=["follow"]).json()["notification_groups"]

    assert [g["notifications_count"] for g in found] == [1, 1]
    for group in found:
        assert group["group_key"] == f"ungrouped-{group['most_recent_notification_id']}"
        assert ada.get(f"{V2}/{group['group_key']}").json()["notification_groups"][0]["type"] == "favourite"


def test_pages_of_groups_are_linked(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    posts = [people.ada.posts(f"Post {i}") for i in range(5)]
    for post in posts:
        people.bo.likes(post)
        people.cy.likes(post)

    found, url = [], f"{V2}?limit=2"
    while url:
        answer = ada.get(url)
        found.append([group["status_id"] for group in answer.json()["notification_groups"]])
        url = link(answer, "next")

    newest_first = [str(post.id) for post in reversed(posts)]
    assert found == [newest_first[:2], newest_first[2:4], newest_first[4:]]
    previous = link(ada.get(V2, limit=2), "prev")
    assert previous is not None
    assert ada.get(previous).json()["notification_groups"] == []
    people.dee.likes(posts[-1])
    (news,) = ada.get(previous).json()["notification_groups"]
    assert (news["notifications_count"], news["page_min_id"]) == (3, news["page_max_id"])


def test_the_path_of_the_beta_answers_too(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    liked_by(people, "bo")
    alpha = "/api/v2_alpha/notifications"
    (group,) = ada.get(alpha).json()["notification_groups"]

    assert ada.get(alpha).json() == ada.get(V2).json()
    assert ada.get(f"{alpha}/unread_count").json() == {"count": 1}
    assert ada.get(f"{alpha}/{group['group_key']}").status_code == 200
    assert ada.post(f"{alpha}/{group['group_key']}/dismiss").json() == {}
    assert ada.get(V1).json() == []


# --- for apps that do not know the type --------------------------------------------------------------


def test_a_fallback_comes_when_an_app_says_what_it_knows(api: Api, people: People, db: Database) -> None:
    mo, ada = people.mo, people.ada
    db.write_now(recovery.set_role, None, mo.id, "moderator")
    db.write_now(causes.joined, ada.id)
    db.write_now(causes.joined, people.bo.id)
    client = api.as_person(mo)

    assert "fallback" not in client.get(V1).json()[0]
    assert "fallback" not in client.get(V1, supported_types=["admin.sign_up"]).json()[0]
    fallback = client.get(V1, supported_types=["mention"]).json()[1]["fallback"]
    assert fallback["title"] == (
        '<a href="http://talk.test/@ada" class="u-url mention">@<span>ada</span></a> signed up'
    )
    assert fallback["details"] is None
    (group,) = client.get(V2, supported_types=["mention"]).json()["notification_groups"]
    assert group["fallback"]["title"].endswith("</a> and 1 more signed up")
    for path in (f"{V1}/{group['most_recent_notification_id']}", f"{V2}/{group['group_key']}"):
        assert "fallback" in client.get(path, supported_types=["mention"]).text


def test_types_of_old_need_no_fallback(api: Api, people: People) -> None:
    liked_by(people, "bo")

    assert "fallback" not in api.as_person(people.ada).get(V1, supported_types=["x"]).json()[0]


def test_what_is_no_post_is_shown_as_whoever_keeps_it_says(
    people: People, db: Database, services: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subjects, "_loads", {"added_to_collection": lambda conn, viewer, ids: {9: "lunch"}})
    monkeypatch.setattr(render_notifications, "_subjects", {})
    db.write_now(causes.collected, 9, people.bo.id, people.ada.id)

    (found,) = db.read_now(queries.notifications, people.ada.id, Page())
    render = Renderer("http://talk.test", services.signer)
    assert b'"collection"' not in render_notifications.notification(render, found)
    render_notifications.on_subject(
        "added_to_collection", lambda render, name: b'{"name":"%b"}' % name.encode()
    )
    assert b'"collection":{"name":"lunch"}' in render_notifications.notification(render, found)

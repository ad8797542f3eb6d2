"""Groups in apps that know nothing of them: accounts that one looks at, follows and mentions."""

from __future__ import annotations

import pytest

from officetalk.groups.entities import Group
from tests.api.client import Api
from tests.people import People


@pytest.fixture
def closed(people: People) -> Group:
    return people.ada.founds("apollo", "closed", name="Project Apollo")


@pytest.fixture
def secret(people: People) -> Group:
    return people.ada.founds("gemini", "secret", name="Project Gemini")


def test_a_group_is_an_account_with_a_lock_where_one_has_to_ask(
    api: Api, people: People, closed: Group
) -> None:
    bo = api.as_person(people.bo)

    shown = bo.get("/api/v1/accounts/lookup", acct="Apollo").json()

    assert (shown["id"], shown["acct"], shown["display_name"]) == (str(closed.id), "apollo", "Project Apollo")
    assert (shown["group"], shown["locked"], shown["bot"], shown["followers_count"]) == (True, True, False, 1)
    assert bo.get(f"/api/v1/accounts/{closed.id}").json() == shown
    assert bo.get("/api/v1/accounts", **{"id[]": str(closed.id)}).json() == [shown]
    assert not bo.get(f"/api/v1/accounts/{people.ada.id}").json()["group"]


def test_to_follow_it_is_to_join_it_or_to_ask(api: Api, people: People, closed: Group) -> None:
    opened = people.ada.founds("mercury")
    bo = api.as_person(people.bo)

    joined = bo.post(f"/api/v1/accounts/{opened.id}/follow").json()
    asked = bo.post(f"/api/v1/accounts/{closed.id}/follow").json()

    assert (joined["following"], joined["requested"]) == (True, False)
    assert (asked["following"], asked["requested"]) == (False, True)
    left = bo.post(f"/api/v1/accounts/{opened.id}/unfollow").json()
    taken_back = bo.post(f"/api/v1/accounts/{closed.id}/unfollow").json()
    assert not left["following"]
    assert not taken_back["requested"]
    assert people.ada.joins(opened).members == 1


def test_its_last_owner_is_told_why_they_cannot_leave(api: Api, people: People) -> None:
    opened = people.ada.founds("mercury")
    people.bo.joins(opened)

    answer = api.as_person(people.ada).post(f"/api/v1/accounts/{opened.id}/unfollow")

    assert answer.status_code == 422
    assert "Make somebody else an owner first" in answer.json()["error"]


def test_who_mentions_it_posts_to_it(api: Api, people: People, closed: Group) -> None:
    ada = api.as_person(people.ada)

    made = ada.post("/api/v1/statuses", status="@apollo has landed", visibility="public").json()

    assert made["visibility"] == "private"
    assert [mention["acct"] for mention in made["mentions"]] == ["apollo"]
    assert '/@apollo"' in made["content"]
    path = f"/api/v1/accounts/{closed.id}/statuses"
    assert [status["id"] for status in ada.get(path).json()] == [made["id"]]
    assert [status["id"] for status in ada.get("/api/v1/timelines/home").json()] == [made["id"]]
    assert ada.get("/api/v1/timelines/public").json() == []


def test_an_answer_from_an_app_stays_in_the_group(api: Api, people: People, closed: Group) -> None:
    first = people.ada.tells(closed, "Who comes?")

    made = api.as_person(people.ada).post(
        "/api/v1/statuses", status="Me", in_reply_to_id=str(first.id), visibility="public"
    )

    assert made.json()["visibility"] == "private"
    assert people.bo.sees(people.ada.sees_at(first)) is False


def test_who_is_outside_a_closed_group_sees_that_it_is_there_and_nothing_of_it(
    api: Api, people: People, closed: Group
) -> None:
    post = people.ada.tells(closed, "Among us")
    bo = api.as_person(people.bo)

    assert bo.get(f"/api/v1/accounts/{closed.id}/statuses").json() == []
    assert bo.get(f"/api/v1/accounts/{closed.id}/followers").json() == []
    assert bo.get(f"/api/v1/statuses/{post.id}").status_code == 404
    assert bo.get("/api/v2/search", q="Among").json()["statuses"] == []
    assert [a["acct"] for a in bo.get("/api/v2/search", q="apollo").json()["accounts"]] == ["apollo"]


def test_a_secret_group_is_nowhere_for_who_is_outside(api: Api, people: People, secret: Group) -> None:
    bo = api.as_person(people.bo)

    for path in ("", "/statuses", "/followers", "/following", "/featured_tags"):
        assert bo.get(f"/api/v1/accounts/{secret.id}{path}").status_code == 404
    for verb in ("follow", "unfollow", "block", "mute", "note"):
        assert bo.post(f"/api/v1/accounts/{secret.id}/{verb}").status_code == 404
    assert bo.get("/api/v1/accounts/lookup", acct="gemini").status_code == 404
    assert bo.get("/api/v1/accounts", **{"id[]": str(secret.id)}).json() == []
    assert bo.get("/api/v1/accounts/relationships", **{"id[]": str(secret.id)}).json() == []
    assert bo.get("/api/v2/search", q="gemini").json()["accounts"] == []
    assert bo.get("/api/v1/accounts/search", q="gemini").json() == []
    assert bo.get("/api/v1/directory").json() != []
    assert "gemini" not in bo.get("/api/v1/directory").text
    assert people.ada.following() == []
    assert bo.get(f"/api/v1/accounts/{people.ada.id}/following").json() == []


def test_members_of_a_secret_group_see_it_as_any_other(api: Api, people: People, secret: Group) -> None:
    people.ada.invites(secret, people.bo)
    people.bo.joins(secret)
    people.ada.tells(secret, "Hush")
    bo = api.as_person(people.bo)

    assert [s["content"] for s in bo.get(f"/api/v1/accounts/{secret.id}/statuses").json()] == ["<p>Hush</p>"]
    assert {a["acct"] for a in bo.get(f"/api/v1/accounts/{secret.id}/followers").json()} == {"ada", "bo"}
    assert [a["acct"] for a in bo.get("/api/v2/search", q="gemini").json()["accounts"]] == ["gemini"]
    assert bo.get("/api/v1/accounts/relationships", **{"id[]": str(secret.id)}).json()[0]["following"]


def test_moderators_list_people_not_groups(api: Api, people: People, closed: Group) -> None:
    people.mo.changes(role="moderator")

    listed = api.as_person(people.mo, "admin:read").get("/api/v1/admin/accounts").json()

    assert {account["username"] for account in listed} == {"ada", "mo"}

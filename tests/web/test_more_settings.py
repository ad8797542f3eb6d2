"""Settings of notifications, filters, hashtags, mutes and blocks."""

from __future__ import annotations

import pytest

from officetalk.filters import rules
from officetalk.notifications import policy
from tests.conftest import Clock
from tests.people import People
from tests.web.browser import Browser, Web


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    return web.signed_in(people.ada)


# --- notifications ------------------------------------------------------------------------------------


def test_what_one_is_told_is_chosen(ada: Browser, people: People) -> None:
    path = "/settings/notifications"
    post = people.ada.posts("Hello")

    ada.open(path).send(path, **{"kind-favourite": "", "private_mentions": "filter"})

    db = people.ada.db
    assert db.read_now(policy.unwanted, people.ada.id) == {"favourite"}
    assert db.read_now(policy.get, people.ada.id).private_mentions == "filter"
    people.bo.likes(post)
    people.bo.follows(people.ada)
    page = ada.open("/notifications").text
    assert "follows you" in page
    assert "liked" not in page
    assert "checked" not in ada.open(path).text.partition('name="kind-favourite"')[2].partition(">")[0]


def test_a_choice_that_is_none_is_refused(ada: Browser) -> None:
    path = "/settings/notifications"
    values = {**ada.open(path).form(path).values, "not_following": "perhaps"}

    assert ada.post(path, values).status == 422


def test_only_moderators_are_asked_about_reports(web: Web, ada: Browser, people: People) -> None:
    people.mo.changes(role="moderator")

    assert "kind-admin.report" in web.signed_in(people.mo).open("/settings/notifications").text
    assert "kind-admin.report" not in ada.open("/settings/notifications").text


# --- filters ------------------------------------------------------------------------------------------


def test_a_filter_is_made_changed_and_removed(ada: Browser, people: People) -> None:
    people.bo.posts("About football tonight")
    new = "/settings/filters/new"

    ada.open(new).send(new, title="Sports", action="hide", **{"word-new0": "football"})
    assert "football" not in ada.open("/company").text
    assert "Sports" in ada.open("/settings/filters").text

    (one,) = people.ada.db.read_now(rules.read, people.ada.id)
    path = f"/settings/filters/{one.id}"
    ada.open(path).send(path, **{f"word-{one.keywords[0].id}": "", "word-new0": "tennis"})
    assert "football" in ada.open("/company").text
    (one,) = people.ada.db.read_now(rules.read, people.ada.id)
    assert [k.keyword for k in one.keywords] == ["tennis"]

    token = ada.open(path).form(path).values["csrf"]
    ada.post(path, {"csrf": token, "act": "remove"})
    assert "There is no filter yet." in ada.open("/settings/filters").text


def test_a_filter_ends(ada: Browser, people: People, clock: Clock) -> None:
    new = "/settings/filters/new"
    ada.open(new).send(new, title="Sports", action="hide", lasting="3600", **{"word-new0": "football"})

    (one,) = people.ada.db.read_now(rules.read, people.ada.id)

    assert one.expires_at is not None
    assert abs(one.expires_at - clock() - 3600_000) < 5_000
    assert "until " in ada.open("/settings/filters").text


def test_a_filter_needs_a_name_and_a_place(ada: Browser) -> None:
    new = "/settings/filters/new"

    nameless = ada.open(new).send(new, title="", **{"word-new0": "football"})
    assert (nameless.status, nameless.error("title") is not None) == (422, True)
    nowhere = ada.open(new).send(new, title="Sports", home="", public="")
    assert nowhere.status == 422
    assert 'role="alert"' in nowhere.text
    assert nowhere.value("title") == "Sports"


def test_nobody_sees_the_filter_of_another(web: Web, ada: Browser, people: People) -> None:
    new = "/settings/filters/new"
    ada.open(new).send(new, title="Sports", **{"word-new0": "football"})
    (one,) = people.ada.db.read_now(rules.read, people.ada.id)

    assert web.signed_in(people.bo).open(f"/settings/filters/{one.id}").status == 404


# --- hashtags, mutes, blocks --------------------------------------------------------------------------


def test_followed_hashtags_are_listed_and_unfollowed(ada: Browser, people: People) -> None:
    people.ada.follows_hashtag("seals")

    page = ada.open("/settings/hashtags")
    assert "#seals" in page.text
    after = page.send("/tags/seals/follow", act="unfollow").follow()

    assert "You follow no hashtag yet." in after.text


def test_muted_and_blocked_people_are_let_go(ada: Browser, people: People) -> None:
    people.ada.mutes(people.bo, seconds=3600)
    people.ada.blocks(people.cy)

    muted = ada.open("/settings/muted")
    assert "until " in muted.text
    assert "You see their posts again." in muted.send("/settings/muted/bo").follow().text
    blocked = ada.open("/settings/blocked")
    assert "No longer blocked." in blocked.send("/settings/blocked/cy").follow().text

    assert not people.ada.relation_to(people.bo).muting
    assert not people.ada.relation_to(people.cy).blocking
    assert "You have muted nobody." in ada.open("/settings/muted").text

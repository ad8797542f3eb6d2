"""Groups in the web app: found, made, joined, written in, led; and what outsiders see of them."""

from __future__ import annotations

import re

import pytest

from officetalk.core.database import Database
from officetalk.groups import members, queries
from officetalk.groups.entities import Group
from tests.people import Human, People
from tests.web.browser import Browser, Web


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    return web.signed_in(people.ada)


@pytest.fixture
def bo(web: Web, people: People) -> Browser:
    return web.signed_in(people.bo)


def seen(db: Database, viewer: Human, group: Group) -> Group:
    return db.read_now(queries.get, viewer.id, group.id)


def test_a_group_is_made_and_leads_to_its_page(ada: Browser, people: People, db: Database) -> None:
    page = ada.open("/groups/new").send(
        "/groups/new", display_name="Project Apollo", username="apollo", kind="closed", bio="To the moon"
    )

    assert page.location == "/groups/apollo"
    text = ada.open("/groups/apollo").text
    assert "Project Apollo" in text
    assert "To the moon" in text
    assert db.read_now(queries.by_handle, people.ada.id, "apollo").kind == "closed"


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(ada: Browser, people: People) -> None:
    assert people.bo.account.username == "bo"

    page = ada.open("/groups/new").send(
        "/groups/new", display_name="Project", username="bo", bio="To the moon"
    )

    assert (page.status, page.error("username")) == (422, "The handle has already been taken.")
    assert page.value("bio") == "To the moon"


def test_the_page_of_all_groups_has_mine_invitations_and_those_to_join(ada: Browser, people: People) -> None:
    people.bo.founds("closed-one", "closed")
    people.bo.founds("hidden-one", "secret")
    invited = people.bo.founds("asked-one", "secret")
    people.bo.invites(invited, people.ada)
    people.ada.founds("own-one")

    text = ada.open("/groups").text

    parts = re.findall(r"<h2>(.*?)</h2></div><ul(.*?)</ul>", text, re.DOTALL)
    names = {title: re.findall(r'class="b" href="/groups/([^"]+)"', body) for title, body in parts}
    assert names == {
        "You are invited": ["asked-one"],
        "Your groups": ["own-one"],
        "More groups": ["closed-one"],
    }
    assert "hidden-one" not in ada.open("/groups?q=one").text


def test_one_joins_and_leaves(bo: Browser, people: People, db: Database) -> None:
    group = people.ada.founds("apollo")

    assert bo.post("/groups/apollo/membership", _token(bo) | {"act": "join"}).location == "/groups/apollo"
    assert seen(db, people.bo, group).role == "member"
    assert 'href="/groups/apollo"' in bo.open("/").text
    bo.post("/groups/apollo/membership", _token(bo) | {"act": "leave"})
    assert seen(db, people.bo, group).role == ""
    assert 'href="/groups/apollo"' not in bo.open("/").text


def _token(browser: Browser) -> dict[str, str]:
    return {"csrf": browser.open("/settings/appearance").form("/settings/appearance").values["csrf"]}


def test_to_join_a_closed_group_one_asks_and_an_owner_lets_in(
    ada: Browser, bo: Browser, people: People, db: Database
) -> None:
    group = people.ada.founds("apollo", "closed")
    people.ada.tells(group, "Among us")
    outside = bo.open("/groups/apollo").text
    assert "Among us" not in outside
    assert "Members read what is said here" in outside

    bo.post("/groups/apollo/membership", _token(bo) | {"act": "join"})

    assert "1 person asks to join" in ada.open("/groups/apollo").text
    ada.post("/groups/apollo/members", _token(ada) | {"do": "accept", "name": "bo"})
    assert "Among us" in bo.open("/groups/apollo").text
    assert "Among us" in bo.open("/").text


def test_what_is_written_on_its_page_stays_in_the_group(ada: Browser, bo: Browser, people: People) -> None:
    group = people.ada.founds("apollo", "closed")

    page = ada.open("/groups/apollo").send("/posts", text="Among us")

    assert page.location == "/groups/apollo"
    assert people.ada.reads(group) == ["Among us"]
    for browser in (ada, bo):
        assert "Among us" not in browser.open("/company").text
    assert "Among us" not in bo.open("/@ada").text


def test_a_group_is_an_audience_of_the_composer(ada: Browser, people: People) -> None:
    group = people.ada.founds("apollo")

    form = ada.open("/compose")
    assert f'value="group:{group.id}"' in form.text
    form.send("/posts", text="From anywhere", audience=f"group:{group.id}")

    assert people.ada.reads(group) == ["From anywhere"]


def test_who_is_no_member_cannot_choose_the_group(bo: Browser, people: People) -> None:
    group = people.ada.founds("apollo", "secret")

    page = bo.open("/compose").send("/posts", text="Let me in", audience=f"group:{group.id}")

    assert page.status == 422
    assert "Let me in" in page.text
    assert people.ada.reads(group) == []


def test_a_secret_group_is_nowhere_for_who_is_outside(bo: Browser, people: People) -> None:
    group = people.ada.founds("apollo", "secret", name="Moonshot")
    post = people.ada.tells(group, "Hush")

    for path in ("", "/members", "/settings"):
        assert bo.open(f"/groups/apollo{path}").status == 404
    assert bo.open("/@apollo").status == 404
    assert bo.open(f"/live?feed=group:{group.id}").status == 404
    assert bo.open(f"/@ada/{post.id}").status == 404
    for path in ("/groups", "/groups?q=moon", "/people", "/search?q=moonshot", "/@ada", "/@ada/following"):
        assert "Moonshot" not in bo.open(path).text, path


def test_its_address_among_people_leads_to_it(bo: Browser, people: People) -> None:
    people.ada.founds("apollo")

    assert bo.open("/@apollo").location == "/groups/apollo"


def test_those_who_lead_it_change_it_and_members_do_not(
    ada: Browser, bo: Browser, people: People, db: Database
) -> None:
    group = people.ada.founds("apollo")
    people.bo.joins(group)

    ada.open("/groups/apollo/settings").send(
        "/groups/apollo/settings", display_name="Apollo 11", bio="There and back", rules="Be kind"
    )

    assert (seen(db, people.bo, group).account.name, seen(db, people.bo, group).rules) == (
        "Apollo 11",
        "Be kind",
    )
    assert "Be kind" in bo.open("/groups/apollo").text
    assert bo.open("/groups/apollo/settings").status == 403
    assert bo.post("/groups/apollo/archive", _token(bo) | {"act": "archive"}).status == 403
    refused = bo.post("/groups/apollo/members", _token(bo) | {"do": "remove", "name": "ada"})
    assert (refused.status, seen(db, people.ada, group).role) == (403, "owner")


def test_an_archived_group_has_no_composer(ada: Browser, people: People) -> None:
    people.ada.founds("apollo")

    ada.post("/groups/apollo/archive", _token(ada) | {"act": "archive"})

    text = ada.open("/groups/apollo").text
    assert "Archived" in text
    assert "data-composer" not in text
    ada.post("/groups/apollo/archive", _token(ada) | {"act": "open"})
    assert "data-composer" in ada.open("/groups/apollo").text


def test_who_is_unknown_cannot_be_invited_and_is_told(ada: Browser, people: People) -> None:
    people.ada.founds("apollo")

    page = ada.post("/groups/apollo/members", _token(ada) | {"do": "invite", "name": "nobody"})

    assert page.status == 422
    assert "Nobody is called so." in page.text
    assert page.value("name") == "nobody"


def test_owners_give_roles(ada: Browser, people: People, db: Database) -> None:
    group = people.ada.founds("apollo")
    people.bo.joins(group)

    ada.post("/groups/apollo/members", _token(ada) | {"do": "role", "name": "bo", "role": "manager"})

    assert db.read_now(members.role_of, people.bo.id, group.id) == "manager"


def test_a_member_keeps_it_out_of_home(bo: Browser, people: People) -> None:
    group = people.ada.founds("apollo")
    people.bo.joins(group)
    people.ada.tells(group, "Noise")
    assert "Noise" in bo.open("/").text

    bo.post("/groups/apollo/membership", _token(bo) | {"act": "quiet"})

    assert "Noise" not in bo.open("/").text
    assert "Noise" in bo.open("/groups/apollo").text

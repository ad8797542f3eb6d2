"""Collections in the web app, where a colleague is kept, and what is said about a link."""

from __future__ import annotations

import pytest

from officetalk.core.database import Database
from officetalk.featured import change, collections
from officetalk.featured.entities import Collection, Wish
from officetalk.lists import rules
from tests.people import Human, People
from tests.web.browser import Browser, Web


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    return web.signed_in(people.ada)


@pytest.fixture
def bo(web: Web, people: People) -> Browser:
    return web.signed_in(people.bo)


def made(db: Database, owner: Human, name: str = "Mills", *people: Human, listed: bool = True) -> Collection:
    wish = Wish(name=name, discoverable=listed, account_ids=tuple(p.id for p in people))
    return db.write_now(change.create, owner.id, wish)


def names(db: Database, owner: Human, one: Collection) -> list[str]:
    return [p.account.username for p in db.read_now(collections.with_people, owner.id, one.id)[1][1:]]


def token(browser: Browser) -> dict[str, str]:
    return {"csrf": browser.open("/settings/appearance").form("/settings/appearance").values["csrf"]}


def test_one_is_made_filled_and_found_on_the_profile(ada: Browser, bo: Browser, people: People) -> None:
    page = ada.open("/collections/new").send(
        "/collections/new", name="Mills", description="Ask them", tag="#mills"
    )
    ada.post(page.location, token(ada) | {"act": "add", "name": "@bo"})

    shelf = bo.open("/@ada/collections").text
    assert "Mills" in shelf
    assert "Ask them" in shelf
    assert "Bo" in bo.open(page.location).text or "@bo" in bo.open(page.location).text
    assert 'href="/@ada/collections"' in bo.open("/@ada").text


def test_what_is_wrong_is_told_at_its_field(ada: Browser) -> None:
    page = ada.open("/collections/new").send("/collections/new", name="x" * 200, description="Ask them")

    assert page.status == 422
    assert "too long" in (page.error("name") or "")
    assert page.value("description") == "Ask them"


@pytest.mark.parametrize(
    ("name", "said"), [("nobody", "Nobody is called so."), ("cy", "does not want to be")]
)
def test_who_cannot_be_added_is_told_and_the_name_stays(
    ada: Browser, people: People, db: Database, name: str, said: str
) -> None:
    people.cy.changes(discoverable=False)
    one = made(db, people.ada)

    page = ada.post(f"/collections/{one.id}", token(ada) | {"act": "add", "name": name})

    assert page.status in (403, 404)
    assert said in page.text
    assert page.value("name") == name


def test_only_its_owner_changes_it(bo: Browser, people: People, db: Database) -> None:
    one = made(db, people.ada, "Mills", people.cy)
    item = str(one.items[0].id)

    assert bo.open(f"/collections/{one.id}/edit").status == 403
    assert bo.post(f"/collections/{one.id}/edit", token(bo) | {"act": "remove"}).status == 403
    assert bo.post(f"/collections/{one.id}", token(bo) | {"act": "take-out", "item": item}).status == 403
    assert bo.post(f"/collections/{one.id}", token(bo) | {"act": "leave", "item": item}).status == 403
    assert names(db, people.ada, one) == ["cy"]


def test_who_is_in_one_sees_it_and_can_leave(bo: Browser, people: People, db: Database) -> None:
    one = made(db, people.ada, "Mills", people.bo)
    assert "You are in" in bo.open("/@bo/collections").text

    bo.post(f"/collections/{one.id}", token(bo) | {"act": "leave", "item": str(one.items[0].id)})

    assert names(db, people.ada, one) == []
    assert "You are in" not in bo.open("/@bo/collections").text


def test_all_of_its_people_are_followed_at_once(bo: Browser, people: People, db: Database) -> None:
    one = made(db, people.ada, "Mills", people.cy, people.dee, people.bo)

    bo.post(f"/collections/{one.id}", token(bo) | {"act": "follow-all"})

    assert set(people.bo.following()) == {"cy", "dee"}


def test_what_is_not_listed_or_of_who_blocked_one_is_not_on_the_profile(
    bo: Browser, people: People, db: Database
) -> None:
    made(db, people.ada, "Hidden", listed=False)
    other = made(db, people.cy, "Blocked")
    people.cy.blocks(people.bo)

    assert "Hidden" not in bo.open("/@ada/collections").text
    assert "Blocked" not in bo.open("/@cy/collections").text
    assert bo.open(f"/collections/{other.id}").status == 404


def test_its_owner_changes_and_removes_it(ada: Browser, people: People, db: Database) -> None:
    one = made(db, people.ada)
    path = f"/collections/{one.id}/edit"

    ada.open(path).send(path, name="Watermills")
    assert db.read_now(collections.get, people.ada.id, one.id).name == "Watermills"
    ada.post(path, token(ada) | {"act": "remove"})
    assert ada.open(f"/collections/{one.id}").status == 404


# --- where a colleague is kept ---------------------------------------------------------------------------


def test_from_the_menu_of_a_colleague_one_puts_them_on_lists_and_into_collections(
    ada: Browser, people: People, db: Database
) -> None:
    people.ada.follows(people.bo)
    team = people.ada.makes_list(people.bo)
    other = people.ada.makes_list()
    one = made(db, people.ada)
    assert 'href="/@bo/keep"' in ada.open("/@bo/more").text

    ada.post(
        "/@bo/keep",
        token(ada) | {"list[]": str(other.id), "collection[]": str(one.id), "new_list": "New"},
    )

    on = {found.title for found in db.read_now(rules.containing, people.ada.id, people.bo.id)}
    assert (team.title in on, other.title in on, "New" in on) == (team.title == other.title, True, True)
    assert names(db, people.ada, one) == ["bo"]
    ada.post("/@bo/keep", token(ada))
    assert db.read_now(rules.containing, people.ada.id, people.bo.id) == []
    assert names(db, people.ada, one) == []


def test_whom_one_does_not_follow_is_on_no_list(ada: Browser, people: People) -> None:
    assert people.bo.account.username == "bo"

    assert "Follow" in ada.open("/@bo/keep").text
    assert 'name="new_list"' not in ada.open("/@bo/keep").text
    assert ada.open("/@ada/keep").status == 404


# --- a link ----------------------------------------------------------------------------------------------


def test_what_is_said_about_a_link_stands_on_one_page(bo: Browser, people: People) -> None:
    people.ada.posts("Read https://mills.example/a")
    people.ada.posts("For followers https://mills.example/a", "followers")
    people.cy.posts("Another https://mills.example/b")

    text = bo.open("/explore/link", url="https://mills.example/a").text

    assert "Read" in text
    assert "For followers" not in text
    assert "Another" not in text


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "mills.example"])
def test_what_is_no_address_of_the_web_has_no_page(bo: Browser, url: str) -> None:
    assert bo.open("/explore/link", url=url).status == 404

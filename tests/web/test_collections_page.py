"""Collections of colleagues, in the pages."""

from __future__ import annotations

from typing import Any

import pytest

from officetalk.featured import change, collections
from officetalk.featured.entities import Collection, Wish
from tests.people import Human, People
from tests.web.browser import Browser, Page, Web


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    return web.signed_in(people.ada)


def makes(who: Human, name: str = "Looms", *members: Human, **more: Any) -> Collection:
    return who._write(change.create, Wish(name, account_ids=tuple(m.id for m in members), **more))


def members(page: Page) -> list[str]:
    """The user names in a collection as its page shows them, in order."""
    rows = page.text.split('<li class="personline">')[1:]
    return [row.split('href="/@', 1)[1].split('"', 1)[0] for row in rows]


def act(browser: Browser, one: Collection, **values: str) -> Page:
    token = browser.open("/settings/profile").form("/sign-out").values["csrf"]
    return browser.post(f"/collections/{one.id}", {"csrf": token, **values})


# --- reading ---


def test_a_profile_leads_to_what_somebody_recommends(ada: Browser, people: People) -> None:
    one = makes(people.bo, "Who weaves", people.cy, people.dan, description="Ask them first")

    assert 'href="/@bo/collections"' in ada.open("/@bo").text
    page = ada.open("/@bo/collections")

    assert f'href="/collections/{one.id}"' in page.text
    assert "Ask them first" in page.text
    assert "2 people" in page.text


def test_a_collection_says_what_it_is_and_who_is_in_it(ada: Browser, people: People) -> None:
    one = makes(
        people.bo, "Looms", people.cy, people.ada, people.dan,
        description="Who weaves", tag="Weaving", language="de", sensitive=True,
    )  # fmt: skip

    page = ada.open(f"/collections/{one.id}")

    assert page.status == 200
    assert members(page) == ["cy", "ada", "dan"]
    for part in ("Looms", "Who weaves", "#Weaving", "Deutsch", "Sensitive", 'href="/@bo"'):
        assert part in page.text
    assert not page.has_form(f"/collections/{one.id}")  # only its owner changes it


def test_ones_own_are_reached_from_every_page(ada: Browser) -> None:
    assert 'href="/@ada/collections"' in ada.open("/").text
    assert 'href="/@ada/collections"' in ada.open("/@ada").text


def test_without_collections_the_page_says_so(ada: Browser, people: People) -> None:
    assert people.bo.name

    assert "has not recommended colleagues" in ada.open("/@bo/collections").text
    assert 'href="/collections/new"' in ada.open("/@ada/collections").text
    assert "You are in no collection" in ada.open("/collections").text
    assert "Nobody is in it yet" in ada.open(f"/collections/{makes(people.ada).id}").text


def test_one_that_is_not_listed_is_found_by_its_address_only(ada: Browser, people: People) -> None:
    one = makes(people.bo, "Hidden looms", people.cy, discoverable=False)

    assert "Hidden looms" not in ada.open("/@bo/collections").text
    assert "Hidden looms" in ada.open(f"/collections/{one.id}").text


def test_a_sensitive_one_shows_its_name_only_in_lists(ada: Browser, people: People) -> None:
    makes(people.bo, "Looms", people.cy, description="Who weaves", sensitive=True)

    page = ada.open("/@bo/collections").text

    assert "Looms" in page
    assert "Who weaves" not in page


def test_who_is_blocked_sees_nothing_of_it(web: Web, people: People) -> None:
    one = makes(people.bo, "Looms", people.cy)
    people.bo.blocks(people.eve)
    eve = web.signed_in(people.eve)

    assert eve.open(f"/collections/{one.id}").status == 404
    page = eve.open("/@bo/collections")
    assert "Looms" not in page.text
    assert "One of you has blocked the other" in page.text


def test_nobody_meets_in_it_whom_they_blocked_or_who_left_the_company(ada: Browser, people: People) -> None:
    one = makes(people.bo, "Looms", people.cy, people.dan, people.eve)
    people.ada.blocks(people.cy)
    people.dan.changes(state="disabled")

    assert members(ada.open(f"/collections/{one.id}")) == ["eve"]


@pytest.mark.parametrize(
    "path", ["/collections/1", "/@nobody/collections", "/collections/99999999999999999999"]
)
def test_what_is_not_there_is_not_found(ada: Browser, path: str) -> None:
    assert ada.open(path).status == 404


def test_a_wrong_offset_is_an_error(ada: Browser) -> None:
    assert ada.open("/collections?offset=abc").status == 422


# --- following ---


def test_all_are_followed_at_once(ada: Browser, people: People) -> None:
    one = makes(people.bo, "Looms", people.cy, people.ada, people.dan, people.eve)
    people.ada.follows(people.dan)
    people.eve.blocks(people.ada)
    path = f"/collections/{one.id}"

    page = ada.open(path).send(f"{path}/follow").follow()

    assert people.ada.following() == ["cy", "dan"]
    assert not page.has_form(f"{path}/follow")


def test_who_asks_first_is_asked(ada: Browser, people: People) -> None:
    people.cy.changes(locked=True)
    path = f"/collections/{makes(people.bo, 'Looms', people.cy).id}"

    page = ada.open(path).send(f"{path}/follow").follow()

    assert people.ada.following() == []
    assert "Asked to follow" in page.text


# --- making and changing ---


def test_a_collection_is_made_filled_and_deleted(ada: Browser, people: People) -> None:
    page = ada.open("/collections/new").send(
        "/collections/new", name="Looms", description="Who weaves", tag="#Weaving", language="de"
    )
    path = page.location
    assert "Who weaves" in ada.open(path).text

    assert people.bo.name
    made = people.ada._read(collections.of_account, people.ada.id, 10)[0]
    assert act(ada, made, act="add", name=" @bo ").follow().status == 200
    assert members(ada.open(path)) == ["bo"]
    assert act(ada, made, act="take-out", name="bo").follow().status == 200
    assert members(ada.open(path)) == []

    asked = ada.open(f"{path}/delete")
    assert "Delete this collection?" in asked.text
    assert "Looms" not in asked.send(f"{path}/delete").follow().text
    assert ada.open(path).status == 404


def test_it_is_changed_and_keeps_its_people(ada: Browser, people: People) -> None:
    one = makes(people.ada, "Looms", people.bo)
    path = f"/collections/{one.id}"

    ada.open(f"{path}/edit").send(
        f"{path}/edit", name="Presses", description="Two\r\nlines", listed="", sensitive="1"
    )

    changed = people.ada._read(collections.get, one.id)
    assert (changed.name, changed.description, changed.discoverable, changed.sensitive) == (
        "Presses", "Two\nlines", False, True,
    )  # fmt: skip
    edit = ada.open(f"{path}/edit")
    assert (edit.value("name"), edit.value("listed"), edit.value("sensitive")) == ("Presses", None, "1")
    assert members(ada.open(path)) == ["bo"]


@pytest.mark.parametrize(
    ("field", "typed", "rule"),
    [
        ("name", " ", "The name can't be blank."),
        ("name", "x" * 41, "The name is too long (maximum is 40 characters)."),
        ("description", "y" * 101, "The description is too long (maximum is 100 characters)."),
        ("tag", "no hashtag!", "The hashtag is invalid."),
        ("language", "german", "The language must be a language tag"),
    ],
)
@pytest.mark.parametrize("new", [True, False])
def test_what_breaks_a_rule_is_named_and_kept(
    ada: Browser, people: People, new: bool, field: str, typed: str, rule: str
) -> None:
    path = "/collections/new" if new else f"/collections/{makes(people.ada).id}/edit"

    values = {"name": "Kept", "description": "Kept too", field: typed}
    page = ada.open(path).send(path, None, **values)

    assert page.status == 422
    assert rule in (page.error(field) or "")
    assert page.focused == [field]
    assert page.value("name" if field != "name" else "description") in ("Kept", "Kept too")
    assert page.value(field) == typed
    assert not [
        one for one in people.ada._read(collections.of_account, people.ada.id, 10) if one.name != "Looms"
    ]


def test_more_than_ten_are_too_many(ada: Browser, people: People) -> None:
    for i in range(10):
        makes(people.ada, f"{i}")

    page = ada.open("/collections/new").send("/collections/new", name="One more")

    assert page.status == 422
    assert "limit of 10" in page.text
    assert page.value("name") == "One more"
    assert 'href="/collections/new"' not in ada.open("/@ada/collections").text


def test_somebody_can_be_in_it_from_the_beginning(ada: Browser, people: People) -> None:
    assert people.bo.name

    page = ada.open("/collections/new?person=bo").send("/collections/new", name="Looms").follow()

    assert members(page) == ["bo"]
    assert ada.open("/collections/new?person=nobody").status == 404


@pytest.mark.parametrize("name", ["", "nobody", "dan", "eve", "bo", "cy"])
def test_why_somebody_cannot_be_added_is_said(ada: Browser, people: People, name: str) -> None:
    """Nobody, no such colleague, one who does not want to be found, one who blocked, one who is in it, one who
    left it."""
    one = makes(people.ada, "Looms", people.bo, people.cy)
    people.cy._write(change.revoke, one.id, one.items[1].id)
    people.dan.changes(discoverable=False)
    people.eve.blocks(people.ada)

    page = act(ada, one, act="add", name=name)

    assert page.status == 422
    assert page.value("name") == name
    said = {"dan": "not everybody wants", "eve": "not everybody wants", "bo": "already", "cy": "already"}
    assert said.get(name, "Nobody here is called that") in (page.error("name") or "")
    assert members(page) == ["bo"]


def test_a_full_one_takes_nobody(ada: Browser, people: People) -> None:
    one = makes(people.ada, "Looms", *(getattr(people, f"p{i}") for i in range(25)))
    assert people.bo.name

    assert "it is full" in ada.open(f"/collections/{one.id}").text
    assert act(ada, one, act="add", name="bo").status == 422


def test_only_the_owner_changes_it(web: Web, ada: Browser, people: People) -> None:
    one = makes(people.ada, "Looms", people.cy)
    bo = web.signed_in(people.bo)
    path = f"/collections/{one.id}"
    token = bo.open("/settings/profile").form("/sign-out").values["csrf"]

    for sub in ("/edit", "/delete"):
        assert bo.open(path + sub).status == 403
    for sub, values in (("", {"act": "add", "name": "bo"}), ("/edit", {"name": "Mine"}), ("/delete", {})):
        assert bo.post(path + sub, {"csrf": token, **values}).status == 403

    assert members(ada.open(path)) == ["cy"]
    assert "Looms" in ada.open(path).text


# --- from the person's menu ---


def test_the_menu_of_a_person_puts_them_into_collections(ada: Browser, people: People) -> None:
    looms, presses = makes(people.ada, "Looms"), makes(people.ada, "Presses", people.bo)
    assert 'href="/@bo/collect"' in ada.open("/@bo/more").text
    page = ada.open("/@bo/collect")
    token = page.form("/@bo/collect").values["csrf"]
    assert page.value("in[]") == str(presses.id)

    assert ada.post("/@bo/collect", {"csrf": token, "in[]": [str(looms.id)]}).location == "/@bo"

    assert members(ada.open(f"/collections/{looms.id}")) == ["bo"]
    assert members(ada.open(f"/collections/{presses.id}")) == []


def test_it_is_a_dialog_as_well(ada: Browser, people: People) -> None:
    makes(people.ada, "Looms", people.bo)

    for path in ("/@bo/collect", f"/collections/{makes(people.ada).id}/delete"):
        page = ada.fragment(path)
        assert 'id="dialog-title"' in page.text
        assert "<html" not in page.text


def test_what_cannot_be_is_refused_as_a_whole(ada: Browser, people: People) -> None:
    looms, presses = makes(people.ada, "Looms"), makes(people.ada, "Presses", people.bo)
    people.bo._write(change.revoke, presses.id, presses.items[0].id)
    token = ada.open("/@bo/collect").form("/@bo/collect").values["csrf"]

    page = ada.post("/@bo/collect", {"csrf": token, "in[]": [str(looms.id), str(presses.id)]})

    assert page.status == 422
    assert "have left it" in page.text
    assert page.text.count(" checked>") == 2  # what was ticked stays ticked
    assert members(ada.open(f"/collections/{looms.id}")) == []


@pytest.mark.parametrize("unwilling", ["hidden", "blocking", "blocked"])
def test_whoever_may_not_be_in_one_is_not_offered(ada: Browser, people: People, unwilling: str) -> None:
    looms = makes(people.ada, "Looms")
    token = ada.open("/@bo/collect").form("/@bo/collect").values["csrf"] if people.bo else ""
    if unwilling == "hidden":
        people.bo.changes(discoverable=False)
    elif unwilling == "blocking":
        people.bo.blocks(people.ada)
    else:
        people.ada.blocks(people.bo)

    assert 'href="/@bo/collect"' not in ada.open("/@bo/more").text
    page = ada.post("/@bo/collect", {"csrf": token, "in[]": [str(looms.id)]})
    assert page.status == 422
    assert "not everybody wants to be found" in page.text


def test_nobody_is_put_into_the_collection_of_another(ada: Browser, people: People) -> None:
    theirs = makes(people.cy, "Theirs")
    makes(people.ada, "Mine", people.bo)
    token = ada.open("/@bo/collect").form("/@bo/collect").values["csrf"]

    assert ada.post("/@bo/collect", {"csrf": token, "in[]": [str(theirs.id)]}).status == 404
    assert ada.open("/@ada/collect").status == 404
    assert members(ada.open(f"/collections/{theirs.id}")) == []


# --- being in one ---


def test_one_sees_in_which_one_is_and_leaves(web: Web, ada: Browser, people: People) -> None:
    one = makes(people.bo, "Looms", people.ada, discoverable=False)
    makes(people.bo, "Others", people.cy)
    page = ada.open("/collections")
    assert "Looms" in page.text
    assert 'href="/@bo"' in page.text
    assert "Others" not in page.text

    path = f"/collections/{one.id}/leave"
    assert path in page.text
    assert path in ada.open(f"/collections/{one.id}").text
    asked = ada.open(path)
    assert "Bo cannot put you into it again" in asked.text
    assert "Looms" not in asked.send(path).follow().text

    assert members(web.signed_in(people.bo).open(f"/collections/{one.id}")) == []
    assert ada.open(path).status == 404


def test_whoever_is_not_in_it_cannot_leave(ada: Browser, people: People) -> None:
    path = f"/collections/{makes(people.bo, 'Looms', people.cy).id}/leave"
    token = ada.open("/settings/profile").form("/sign-out").values["csrf"]

    assert ada.open(path).status == 404
    assert ada.post(path, {"csrf": token}).status == 404


def test_they_page_by_number(ada: Browser, people: People) -> None:
    for i in range(21):
        makes(getattr(people, f"owner{i // 7}"), f"Collection {i}.", people.ada)

    first = ada.open("/collections").text
    second = ada.open("/collections?offset=20").text

    assert "Collection 20." in first
    assert "Collection 0." not in first
    assert "offset=20" in first
    assert "Collection 0." in second
    assert 'href="/collections" rel="prev"' in second


def test_the_notification_leads_to_it(ada: Browser, people: People) -> None:
    one = makes(people.bo, "Looms", people.ada)

    assert f'href="/collections/{one.id}"' in ada.open("/notifications").text


# --- typing ---


def test_names_are_offered_while_one_types(ada: Browser, people: People) -> None:
    people.bo.changes(job_title="Weaver")
    people.bonnie.blocks(people.ada)

    page = ada.fragment("/people/names", name="@bo")

    assert '<option value="bo">Bo, Weaver</option>' in page.text
    assert "bonnie" not in page.text
    assert "<option" not in ada.fragment("/people/names", name=" ").text

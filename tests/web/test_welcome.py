"""The welcome of a new colleague: three steps, once; and a home that is never empty."""

from __future__ import annotations

import pytest

from officetalk.accounts import profile
from officetalk.company import settings as company
from officetalk.core.database import Database
from tests.people import People
from tests.web.browser import PASSWORD, Browser, Web


@pytest.fixture
def newcomer(web: Web, db: Database, people: People) -> Browser:
    """Somebody who has just registered."""
    db.write_now(company.change, registration="open")
    browser = web.browser()
    joined = browser.open("/join").send(
        "/join", display_name="Noor Haddad", username="noor", email="noor@example.com", password=PASSWORD
    )
    assert joined.location == "/"
    return browser


def test_who_joins_is_welcomed_and_led_through_three_steps(newcomer: Browser, people: People) -> None:
    people.bo.changes(department="Sensors")
    people.bo.posts("Read me")

    first = newcomer.open("/").follow()
    assert "Step 1 of 3" in first.text
    second = first.send("/welcome", job_title="Engineer", department="Sensors", bio="Seals").follow()
    assert "Step 2 of 3" in second.text
    assert "In your department" in second.text
    third = newcomer.post("/welcome/people", {**second.form("/welcome/people").values, "do": "all"}).follow()
    assert "Step 3 of 3" in third.text

    home = newcomer.open("/")
    assert home.status == 200
    assert "Read me" in home.text
    assert "Engineer" in newcomer.open("/@noor").text


def test_it_can_be_skipped_and_does_not_come_again(newcomer: Browser) -> None:
    newcomer.open("/welcome").send("/welcome/done")

    assert newcomer.open("/").status == 200


def test_what_is_wrong_is_told_and_nothing_is_lost(newcomer: Browser) -> None:
    page = newcomer.open("/welcome").send("/welcome", job_title="x" * 300, bio="Seals")

    assert page.status == 422
    assert "too long" in (page.error("job_title") or "")
    assert page.value("bio") == "Seals"


def test_whoever_was_here_before_is_not_welcomed(web: Web, people: People) -> None:
    assert web.signed_in(people.ada).open("/").status == 200


def test_an_empty_home_proposes_people_with_reasons(web: Web, people: People, db: Database) -> None:
    people.bo.follows(people.cy)
    people.mo.follows(people.cy)
    db.write_now(profile.update_profile, people.ada.id, department="Sensors")
    people.mo.changes(department="Sensors")

    home = web.signed_in(people.ada).open("/")

    assert "You may know" in home.text
    assert home.has_form("/@mo/follow")
    assert "In your department" in home.text
    people.ada.follows(people.mo)
    people.mo.posts("Something")
    assert "You may know" not in web.signed_in(people.ada).open("/").text


def test_whom_one_may_know_stands_on_a_page_with_the_reason(web: Web, people: People) -> None:
    people.ada.changes(department="Sensors")
    people.bo.changes(department="Sensors")

    text = web.signed_in(people.ada).open("/people/suggestions").text

    assert "@bo" in text or "Bo" in text
    assert "In your department" in text


def test_whoever_is_dismissed_is_proposed_no_more(web: Web, people: People) -> None:
    people.ada.changes(department="Sensors")
    people.bo.changes(department="Sensors")
    ada = web.signed_in(people.ada)
    path = f"/people/suggestions/{people.bo.id}/dismiss"

    page = ada.open("/people/suggestions").send(path)

    assert page.location == "/people/suggestions"
    assert "Nobody to propose" in ada.open("/people/suggestions").text

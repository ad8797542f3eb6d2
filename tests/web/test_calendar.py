"""Actions in a calendar, by a secret address."""

from __future__ import annotations

import re
from datetime import date

import pytest

from officetalk.core.database import Database
from officetalk.groups import change
from officetalk.groups.entities import Group
from officetalk.projects import actions
from officetalk.projects.entities import Action
from officetalk.web.calendar import ics
from tests.people import People
from tests.web.browser import ORIGIN, Browser, Web


@pytest.fixture
def group(people: People, db: Database) -> Group:
    made = people.ada.founds("apollo", "closed")
    people.ada.invites(made, people.bo)
    people.bo.joins(made)
    return db.write_now(change.change, people.ada.id, made.id, board=True)


@pytest.fixture
def bo(web: Web, people: People) -> Browser:
    return web.signed_in(people.bo)


def address(browser: Browser) -> str:
    browser.open("/actions").send("/actions/calendar")
    found = re.search(r'id="address" value="([^"]+)"', browser.open("/actions").text)
    assert found is not None
    return found[1].removeprefix(ORIGIN).removeprefix("http://testserver")


def path_of(url: str) -> str:
    return "/" + url.split("://", 1)[-1].split("/", 1)[1] if "://" in url else url


def test_what_is_due_stands_in_the_calendar_of_who_has_the_address(
    web: Web, bo: Browser, people: People, group: Group, db: Database
) -> None:
    for text, who, due in (
        ("Rinse, then dry; the card", people.bo, date(2026, 11, 27)),
        ("Without a day", people.bo, None),
        ("Of somebody else", people.ada, date(2026, 11, 27)),
    ):
        db.write_now(actions.give, people.ada.id, group.id, text, assignee=who.id, due_on=due)
    path = path_of(address(bo))

    answer = web.browser().open(path)

    assert answer.response.headers["content-type"].startswith("text/calendar")
    assert "SUMMARY:Rinse\\, then dry\\; the card\r\n" in answer.text
    assert "DTSTART;VALUE=DATE:20261127\r\nDTEND;VALUE=DATE:20261128\r\n" in answer.text
    assert answer.text.count("BEGIN:VEVENT") == 1
    of_group = web.browser().open(path.replace("/mine.ics", "/apollo.ics")).text
    assert of_group.count("BEGIN:VEVENT") == 2


def test_a_wrong_key_an_old_one_and_none_lead_nowhere(
    web: Web, bo: Browser, people: People, group: Group
) -> None:
    first = path_of(address(bo))
    second = path_of(address(bo))
    stranger = web.browser()

    assert stranger.open(first).status != 200
    assert stranger.open(second).status == 200
    assert stranger.open(second.replace(str(people.bo.id), str(people.ada.id))).status != 200
    form = bo.open("/actions").form("/actions/calendar").values
    bo.post("/actions/calendar", {**form, "act": "end"})
    assert stranger.open(second).status != 200
    assert stranger.open(f"/calendar/{people.bo.id}//mine.ics").status != 200


def test_who_leaves_a_group_reads_its_calendar_no_longer(
    web: Web, bo: Browser, people: People, group: Group
) -> None:
    path = path_of(address(bo)).replace("/mine.ics", "/apollo.ics")
    assert web.browser().open(path).status == 200

    people.bo.leaves(group)

    assert web.browser().open(path).status != 200


def test_lines_are_folded_between_signs() -> None:
    text = "Grüße aus der Höhe " * 10
    lines = ics(
        [Action(1, 2, text, 3, due_on=date(2026, 11, 27))], "A", "a.example", "https://a.example"
    ).split("\r\n")

    assert max(len(line.encode()) for line in lines) <= 75
    assert f"SUMMARY:{text}" in "\r\n".join(lines).replace("\r\n ", "")

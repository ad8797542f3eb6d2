"""The pages of moderators, and reporting something to them."""

from __future__ import annotations

from typing import Any

import pytest

from officetalk.company import texts
from officetalk.core.database import Database
from officetalk.core.paging import Page as Part
from officetalk.moderation import actions, log, reports
from officetalk.moderation.entities import Report, ReportDraft
from officetalk.posts.entities import Post
from tests.people import Human, People
from tests.web.browser import Browser, Page, Web


@pytest.fixture
def mo(web: Web, people: People) -> Browser:
    people.mo.changes(role="moderator")
    return web.signed_in(people.mo)


def files(reporter: Human, target: Human, *posts: Post, **more: Any) -> Report:
    draft = ReportDraft(target.id, tuple(post.id for post in posts), **more)
    return reporter.db.write_now(reports.file, reporter.id, draft)


def did(db: Database, about: Human) -> list[str]:
    return [entry.action for entry in reversed(db.read_now(log.about, about.id, Part()))]


def send(browser: Browser, report: Report, **values: str) -> Page:
    """Press a button of the report's page."""
    page = browser.open(f"/moderation/{report.id}")
    csrf = page.value("csrf")
    assert csrf
    return browser.post(f"/moderation/{report.id}", {"csrf": csrf, **values})


# --- who gets there ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/moderation", "/moderation/resolved", "/moderation/people", "/moderation/log", "/moderation/1"]
)
def test_the_pages_are_for_moderators(web: Web, people: People, path: str) -> None:
    answer = web.signed_in(people.ada).open(path)

    assert answer.status == 403
    assert "This page is for moderators." in answer.text


def test_only_moderators_are_led_there(web: Web, people: People, mo: Browser) -> None:
    assert 'href="/moderation"' in mo.open("/").text
    assert 'href="/moderation"' not in web.signed_in(people.ada).open("/").text


# --- lists -------------------------------------------------------------------------------------------


def test_nothing_to_do_is_said_kindly(mo: Browser) -> None:
    assert "Nothing waits for you" in mo.open("/moderation").text
    assert "Nothing was settled yet" in mo.open("/moderation/resolved").text
    assert "Nobody is restricted" in mo.open("/moderation/people").text
    assert "Nothing was decided yet" in mo.open("/moderation/log").text


def test_a_report_shows_who_what_and_why(db: Database, people: People, mo: Browser) -> None:
    db.write_now(texts.write_rules, [("Be kind", "")])
    post = people.bo.posts("Gulls <get> no say", spoiler="Birds")
    report = files(people.ada, people.bo, post, comment="Un<kind>", rule_ids=(1,))

    for path in ("/moderation", f"/moderation/{report.id}"):
        page = mo.open(path)
        for words in (
            "Ada",
            "Bo",
            "Against our rules",
            "Be kind",
            "Un&lt;kind&gt;",
            "Gulls &lt;get&gt; no say",
            "Birds",
        ):
            assert words in page.text, (path, words)
        assert f'href="/@bo/{post.id}"' in page.text


def test_a_post_that_the_moderator_cannot_read_is_shown_as_a_copy_without_a_link(
    people: People, mo: Browser
) -> None:
    people.ada.follows(people.bo)
    post = people.bo.posts("For followers", "followers")
    report = files(people.ada, people.bo, post)

    page = mo.open(f"/moderation/{report.id}")

    assert "For followers" in page.text
    assert f'href="/@bo/{post.id}"' not in page.text
    assert "No longer there" not in page.text


def test_reports_about_oneself_are_not_there(people: People, mo: Browser) -> None:
    report = files(people.ada, people.mo)

    assert "Nothing waits for you" in mo.open("/moderation").text
    assert mo.open(f"/moderation/{report.id}").status == 404


def test_older_reports_are_a_page_further(people: People, mo: Browser) -> None:
    for i in range(21):
        files(people.ada, people.bo, comment=f"Number {i:02}")

    first = mo.open("/moderation")
    link = first.text.split('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    second = mo.open(link)

    assert "Number 20" in first.text
    assert "Number 00" not in first.text
    assert "Number 00" in second.text


# --- deciding ----------------------------------------------------------------------------------------


def test_nothing_to_do_settles_a_report_from_the_list(db: Database, people: People, mo: Browser) -> None:
    report = files(people.ada, people.bo)

    answer = mo.open("/moderation").send(f"/moderation/{report.id}", do="resolve")

    assert answer.location == "/moderation"
    assert "Settled." in answer.follow().text
    assert "Settled by" in mo.open("/moderation/resolved").text
    assert did(db, people.bo) == ["resolve"]


def test_a_report_is_taken_left_and_reopened(people: People, mo: Browser) -> None:
    report = files(people.ada, people.bo)

    for do, words in (
        ("assign", "Leave it to others"),
        ("unassign", "I look after it"),
        ("resolve", ""),
        ("reopen", "I look after it"),
    ):
        answer = send(mo, report, do=do)
        assert answer.status == 303, do
        assert words in mo.open(f"/moderation/{report.id}").text


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("none", ("active", False, False)),
        ("sensitive", ("active", False, True)),
        ("silence", ("active", True, False)),
        ("suspend", ("suspended", False, False)),
    ],
)
def test_a_decision_is_carried_out_with_its_reason(
    db: Database, people: People, mo: Browser, action: str, state: tuple[str, bool, bool]
) -> None:
    report = files(people.ada, people.bo)

    answer = mo.open(f"/moderation/{report.id}")
    answer = send(mo, report, do="act", action=action, text="Because", notify="1")

    assert answer.location == "/moderation"
    account = people.bo.account
    assert (account.state, account.silenced, account.sensitized) == state
    (entry,) = [e for e in db.read_now(log.about, people.bo.id, Part()) if e.action == action]
    assert (entry.reason, entry.warned, entry.actor_id) == ("Because", True, people.mo.id)
    assert "Because" in mo.open("/moderation/log").text


def test_what_is_wrong_is_told_and_nothing_is_lost(db: Database, people: People, mo: Browser) -> None:
    report = files(people.ada, people.bo)

    answer = send(mo, report, do="act", action="none", text="x" * 2001, notify="1")

    assert answer.status == 422
    assert answer.error("text") == "The text is too long (maximum is 2000 characters)."
    assert answer.value("text") == "x" * 2001
    assert send(mo, report, do="act", action="explode").status == 422
    assert did(db, people.bo) == []


def test_a_moderator_is_not_offered_what_is_not_theirs_to_decide(
    web: Web, people: People, mo: Browser
) -> None:
    people.al.changes(role="administrator")
    people.mia.changes(role="moderator")
    below, beside = files(people.ada, people.bo), files(people.ada, people.mia)

    assert "Disable" not in mo.open(f"/moderation/{below.id}").text
    assert "Disable" in web.signed_in(people.al).open(f"/moderation/{below.id}").text
    assert "Only somebody above Mia can decide here." in mo.open(f"/moderation/{beside.id}").text
    answer = send(mo, beside, do="act", action="suspend")
    assert answer.status == 403
    assert people.mia.account.state == "active"


def test_a_reported_post_is_deleted(people: People, mo: Browser) -> None:
    post, other = people.bo.posts("Unkind"), people.bo.posts("Fine")
    report = files(people.ada, people.bo, post)

    assert send(mo, report, do="delete", post=str(other.id)).status == 404
    answer = send(mo, report, do="delete", post=str(post.id))

    assert answer.location == f"/moderation/{report.id}"
    assert "Deleted by a moderator" in answer.follow().text
    assert not people.ada.sees(post)
    assert people.ada.sees(other)
    assert send(mo, report, do="delete", post="x").status == 404


def test_what_is_in_force_is_undone_from_the_report_and_from_the_list(
    db: Database, people: People, mo: Browser
) -> None:
    report = files(people.ada, people.bo)
    for action in ("silence", "suspend"):
        db.write_now(actions.act, people.mo.id, people.bo.id, action)

    page = mo.open("/moderation/people")
    assert "Suspended" in page.text
    assert "Silenced" in page.text
    page.send(f"/moderation/people/{people.bo.id}", do="unsuspend")
    send(mo, report, do="unsilence")

    account = people.bo.account
    assert (account.state, account.silenced) == ("active", False)
    assert "Nobody is restricted" in mo.open("/moderation/people").text


def test_what_is_no_button_does_nothing(people: People, mo: Browser) -> None:
    report = files(people.ada, people.bo)

    assert send(mo, report, do="dance").status == 404
    csrf = mo.open("/moderation").value("csrf") or ""
    assert mo.post(f"/moderation/people/{people.bo.id}", {"csrf": csrf, "do": "dance"}).status == 404


def test_the_log_names_who_decided_and_the_command_line(db: Database, people: People, mo: Browser) -> None:
    db.write_now(actions.act, people.mo.id, people.bo.id, "silence", text="Noise")
    db.write_now(actions.act, None, people.carla.id, "suspend")

    page = mo.open("/moderation/log").text

    for words in ("silenced", "“Noise”", "The command line", "suspended", "Carla"):
        assert words in page


def test_decisions_of_administrators_stand_in_the_log_too(web: Web, db: Database, people: People) -> None:
    people.al.changes(role="administrator")
    al, bo = web.signed_in(people.al), people.bo

    al.open("/settings/company/people").send(f"/settings/company/people/{bo.id}", do="disable")

    assert did(db, people.bo) == ["disable"]


# --- reporting ---------------------------------------------------------------------------------------


def test_a_post_is_reported_by_a_form(db: Database, web: Web, people: People) -> None:
    db.write_now(texts.write_rules, [("Be kind", "")])
    post = people.bo.posts("Gulls")
    ada = web.signed_in(people.ada)
    assert f'href="/posts/{post.id}/report"' in ada.open(f"/posts/{post.id}/more").text

    page = ada.open(f"/posts/{post.id}/report")
    values = {"category": "violation", "rule_ids[]": "1", "comment": "Unkind"}
    answer = page.send(f"/posts/{post.id}/report", **values)

    assert answer.location == f"/@bo/{post.id}"
    assert "The moderators will look at it" in answer.follow().text
    (report,) = db.read_now(reports.listed, 0, Part())
    assert (report.category, report.rule_ids, report.comment) == ("violation", (1,), "Unkind")
    assert [e.post_id for e in report.posts] == [post.id]


def test_a_person_is_reported_by_a_form(db: Database, web: Web, people: People) -> None:
    ada = web.signed_in(people.ada)
    assert people.bo

    page = ada.open("/@bo/report")
    assert "Against our rules" not in page.text  # there are none
    answer = page.send("/@bo/report", category="spam", comment="x" * 1001)
    assert answer.error("comment") == "The text is too long (maximum is 1000 characters)."
    answer = answer.send("/@bo/report", category="spam", comment="Too many")

    assert answer.location == "/@bo"
    assert [r.category for r in db.read_now(reports.listed, 0, Part())] == ["spam"]


def test_nobody_reports_what_they_cannot_read_or_themselves(web: Web, people: People) -> None:
    hidden, mine = people.bo.posts("Secret", "followers"), people.ada.posts("Mine")
    ada = web.signed_in(people.ada)

    assert ada.open(f"/posts/{hidden.id}/report").status == 404
    answer = ada.open(f"/posts/{mine.id}/report").send(f"/posts/{mine.id}/report")
    assert answer.status == 403

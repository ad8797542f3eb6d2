"""Reports: who can show what to whom, and moderators seeing to them."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from officetalk.company import texts
from officetalk.core.database import Connection, Database
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.paging import Page
from officetalk.moderation import log, reports
from officetalk.moderation.entities import Report, ReportDraft
from officetalk.posts.entities import Post
from tests.people import Human, People


@pytest.fixture
def mo(people: People) -> Human:
    """A moderator."""
    people.mo.changes(role="moderator")
    return people.mo


def files(reporter: Human, target: Human, *posts: Post, **more: Any) -> Report:
    draft = ReportDraft(target.id, tuple(post.id for post in posts), **more)
    return reporter.db.write_now(reports.file, reporter.id, draft)


def waiting(moderator: Human, **more: Any) -> list[int]:
    return [r.id for r in moderator.db.read_now(reports.listed, moderator.id, Page(), **more)]


def decisions(db: Database) -> list[str]:
    """What the log says, oldest first."""
    return [entry.action for entry in reversed(db.read_now(log.everything, Page()))]


# --- what is shown -----------------------------------------------------------------------------------


def test_a_report_shows_the_moderators_what_the_reporter_read(people: People, mo: Human) -> None:
    post = people.bo.posts("Gulls get no say", spoiler="birds", limit=140)

    made = files(people.ada, people.bo, post, comment="  Unkind\n\n\n\nreally ", category="spam")

    report = mo.db.read_now(reports.get, mo.id, made.id)
    assert (report.account_id, report.target_id, report.category) == (people.ada.id, people.bo.id, "spam")
    assert report.comment == "Unkind\n\nreally"
    (evidence,) = report.posts
    assert (evidence.post_id, evidence.text, evidence.spoiler) == (post.id, "Gulls get no say", "birds")


def test_the_copy_stays_when_the_post_is_edited_deleted_or_out_of_sight(people: People, mo: Human) -> None:
    people.ada.follows(people.bo)
    posts = [people.bo.posts(text, "followers") for text in ("one", "two", "three")]
    made = files(people.ada, people.bo, *posts)

    people.bo.edits(posts[0], "nothing at all")
    people.bo.deletes(posts[1])
    people.bo.blocks(people.ada)

    report = mo.db.read_now(reports.get, mo.id, made.id)
    assert [e.text for e in report.posts] == ["one", "two", "three"]
    assert mo.db.read_now(reports.posts_of, mo.id, [report]) == {}


def test_moderators_get_at_a_private_post_only_as_far_as_the_reporter_does(people: People, mo: Human) -> None:
    people.ada.follows(people.bo)
    shown, kept = people.bo.posts("shown", "followers"), people.bo.posts("kept", "followers")
    people.ada.likes(shown)
    report = files(people.ada, people.bo, shown)

    found = mo.db.read_now(reports.posts_of, mo.id, [report])

    assert list(found) == [shown.id]
    assert not found[shown.id].liked  # by the moderator: what the reporter likes is nobody's business
    assert not mo.sees(shown)
    assert not mo.sees(kept)


@pytest.mark.parametrize("audience", ["followers", "direct"])
def test_nobody_reports_what_they_cannot_read(people: People, audience: str) -> None:
    hidden = people.bo.posts("secret for @carla", audience)

    with pytest.raises(NotFound):
        files(people.ada, people.bo, hidden)


def test_a_report_is_about_one_persons_posts(people: People) -> None:
    mine, others = people.bo.posts("mine"), people.carla.posts("others")

    with pytest.raises(NotFound):
        files(people.ada, people.bo, mine, others)


def test_only_people_whom_colleagues_see_are_reported(people: People) -> None:
    people.bo.changes(state="pending")

    with pytest.raises(NotFound):
        files(people.ada, people.bo)


def test_what_somebody_reposts_can_be_reported_as_theirs(people: People, mo: Human) -> None:
    repost = people.bo.reposts(people.carla.posts("Original"))

    report = files(people.ada, people.bo, repost)

    assert [(e.post_id, e.text) for e in report.posts] == [(repost.id, "Original")]
    assert list(mo.db.read_now(reports.posts_of, mo.id, [report])) == [repost.id]


# --- categories and rules ----------------------------------------------------------------------------


def write_rules(db: Database, *rules: str) -> dict[str, int]:
    company = db.write_now(texts.write_rules, [(rule, "") for rule in rules])
    return {rule.text: rule.id for rule in company.rules}


def test_a_broken_rule_makes_it_a_violation(db: Database, people: People) -> None:
    ids = write_rules(db, "Be kind", "No secrets")

    report = files(people.ada, people.bo, category="spam", rule_ids=(ids["Be kind"], ids["Be kind"]))

    assert (report.category, report.rule_ids) == ("violation", (ids["Be kind"],))


@pytest.mark.parametrize("rule_ids", [(), (99,)])
def test_a_violation_needs_rules_that_are_in_force(
    db: Database, people: People, rule_ids: tuple[int, ...]
) -> None:
    write_rules(db, "Be kind")

    with pytest.raises(Invalid) as refused:
        files(people.ada, people.bo, category="violation", rule_ids=rule_ids)

    assert (refused.value.field, refused.value.rule) == ("rule_ids", "does not reference valid rules")


def test_a_rule_that_is_gone_is_no_rule_for_new_reports_but_stays_for_old_ones(
    db: Database, people: People, mo: Human
) -> None:
    ids = write_rules(db, "Be kind", "No secrets")
    old = files(people.ada, people.bo, rule_ids=(ids["Be kind"],))

    write_rules(db, "No secrets")

    with pytest.raises(Invalid):
        files(people.ada, people.bo, rule_ids=(ids["Be kind"],))
    again = db.write_now(reports.classify, mo.id, old.id, "violation", (ids["Be kind"],))
    assert again.rule_ids == (ids["Be kind"],)


def test_a_comment_has_a_thousand_characters(people: People) -> None:
    files(people.ada, people.bo, comment="x" * 1000)

    with pytest.raises(Invalid, match="is too long"):
        files(people.ada, people.bo, comment="x" * 1001)


# --- seeing to them ----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["moderator", "administrator"])
def test_nobody_sees_reports_about_themselves(people: People, mo: Human, role: str) -> None:
    people.bo.changes(role=role)
    about_bo, about_carla = files(people.ada, people.bo), files(people.ada, people.carla)

    assert waiting(people.bo) == [about_carla.id]
    assert people.bo.db.read_now(reports.waiting, people.bo.id) == 1
    assert waiting(mo) == [about_carla.id, about_bo.id]
    for verb in (reports.assign, reports.resolve, reports.reopen, reports.unassign):
        with pytest.raises(NotFound):
            people.bo.db.write_now(verb, people.bo.id, about_bo.id)


def test_members_see_to_nothing(people: People) -> None:
    report = files(people.ada, people.bo)

    for verb, args in (
        (reports.assign, ()),
        (reports.unassign, ()),
        (reports.resolve, ()),
        (reports.reopen, ()),
        (reports.classify, ("spam", None)),
    ):
        with pytest.raises(Forbidden):
            people.carla.db.write_now(verb, people.carla.id, report.id, *args)


def test_a_report_goes_from_hand_to_hand_and_the_log_tells(db: Database, people: People, mo: Human) -> None:
    people.mia.changes(role="moderator")
    report = files(people.ada, people.bo)

    assert db.write_now(reports.assign, mo.id, report.id).assigned_id == mo.id
    db.write_now(reports.assign, mo.id, report.id)  # again: nothing
    assert db.write_now(reports.assign, people.mia.id, report.id).assigned_id == people.mia.id
    assert db.write_now(reports.unassign, mo.id, report.id).assigned_id is None
    resolved = db.write_now(reports.resolve, mo.id, report.id, "Talked to both")
    assert (resolved.resolved_by, waiting(mo), waiting(mo, resolved=True)) == (mo.id, [], [report.id])
    assert db.write_now(reports.reopen, people.mia.id, report.id).resolved_at is None

    assert decisions(db) == ["assign", "assign", "unassign", "resolve", "reopen"]
    told = db.read_now(log.about, people.bo.id, Page())
    assert [e.reason for e in told if e.action == "resolve"] == ["Talked to both"]
    assert {(e.target_kind, e.target_id, e.report_id) for e in told} == {("report", report.id, report.id)}


def test_what_a_report_is_about_can_be_changed(db: Database, people: People, mo: Human) -> None:
    ids = write_rules(db, "Be kind")
    report = files(people.ada, people.bo)

    assert db.write_now(reports.classify, mo.id, report.id, "legal", None).category == "legal"
    with_rule = db.write_now(reports.classify, mo.id, report.id, None, (ids["Be kind"],))
    assert (with_rule.category, with_rule.rule_ids) == ("violation", (ids["Be kind"],))
    assert db.write_now(reports.classify, mo.id, report.id, "spam", None).rule_ids == ()
    with pytest.raises(Invalid):
        db.write_now(reports.classify, mo.id, report.id, "violation", (99,))


def test_two_moderators_resolve_at_once_and_the_first_has_done_it(
    db: Database, people: People, mo: Human
) -> None:
    people.mia.changes(role="moderator")
    report = files(people.ada, people.bo)
    start = threading.Barrier(2)
    seen: list[Report] = []

    def resolve(moderator: Human) -> None:
        start.wait()
        seen.append(db.write_now(reports.resolve, moderator.id, report.id))

    threads = [threading.Thread(target=resolve, args=(m,)) for m in (mo, people.mia)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({r.resolved_by for r in seen}) == 1
    assert decisions(db) == ["resolve"]


def test_reports_are_found_by_who_is_in_them_and_page_in_both_directions(people: People, mo: Human) -> None:
    made = [files(people.ada, target) for target in (people.bo, people.carla, people.bo)]
    other = files(people.carla, people.bo)

    assert waiting(mo, account_id=people.carla.id) == [other.id]
    assert waiting(mo, target_id=people.carla.id) == [made[1].id]

    def page(**bounds: int) -> list[int]:
        return [r.id for r in mo.db.read_now(reports.listed, mo.id, Page(limit=2, **bounds))]

    assert page() == [other.id, made[2].id]
    assert page(max_id=made[2].id) == [made[1].id, made[0].id]
    assert page(min_id=made[0].id) == [made[2].id, made[1].id]


def test_reading_reports_costs_the_same_however_many_there_are(people: People, mo: Human) -> None:
    def cost() -> int:
        def read(conn: Connection) -> int:
            found = reports.listed(conn, mo.id, Page())
            reports.posts_of(conn, mo.id, found)
            before = conn.statements
            again = reports.listed(conn, mo.id, Page())
            reports.posts_of(conn, mo.id, again)
            return conn.statements - before

        return mo.db.read_now(read)

    files(people.ada, people.bo, people.bo.posts("one"))
    few = cost()
    for i in range(5):
        files(people.ada, people.carla, people.carla.posts(f"{i} a"), people.carla.posts(f"{i} b"))

    assert cost() == few <= 4

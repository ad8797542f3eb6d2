"""Decisions of moderators: who may decide about whom, what they do, how they are undone and logged."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from officetalk.core.database import Database
from officetalk.core.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from officetalk.core.paging import Page
from officetalk.identity import recovery, sessions
from officetalk.moderation import actions, log, reports
from officetalk.moderation import people as managed
from officetalk.moderation.entities import Entry, Report, ReportDraft
from officetalk.posts.entities import Post
from tests.people import Human, People


@pytest.fixture
def mo(people: People) -> Human:
    """A moderator."""
    people.mo.changes(role="moderator")
    return people.mo


@pytest.fixture
def al(people: People) -> Human:
    """An administrator."""
    people.al.changes(role="administrator")
    return people.al


def acts(actor: Human, target: Human, action: Any, **more: Any) -> Entry:
    return actor.db.write_now(actions.act, actor.id, target.id, action, **more)


def files(reporter: Human, target: Human, *posts: Post) -> Report:
    draft = ReportDraft(target.id, tuple(post.id for post in posts))
    return reporter.db.write_now(reports.file, reporter.id, draft)


def entries(db: Database, about: Human) -> list[tuple[str, int | None, str]]:
    """(action, who, why) of everything about somebody, oldest first."""
    found = db.read_now(log.about, about.id, Page())
    return [(e.action, e.actor_id, e.reason) for e in reversed(found)]


def state(human: Human) -> tuple[str, bool, bool]:
    account = human.account
    return account.state, account.silenced, account.sensitized


# --- who may ------------------------------------------------------------------------------------------

_RANKS = ("member", "moderator", "administrator", "owner")


@pytest.mark.parametrize("action", ["none", "sensitive", "silence", "suspend"])
def test_moderators_decide_about_those_below_them_and_nobody_else(people: People, action: str) -> None:
    people.boss.changes(role="owner")  # so that there is one left
    for actor_rank, actor_role in enumerate(_RANKS):
        for target_rank, target_role in enumerate(_RANKS):
            actor = getattr(people, f"a{actor_rank}{target_rank}")
            target = getattr(people, f"t{actor_rank}{target_rank}")
            actor.changes(role=actor_role)
            target.changes(role=target_role)
            allowed = actor_rank >= 1 and actor_rank > target_rank
            try:
                acts(actor, target, action)
            except Forbidden:
                assert not allowed, (actor_role, target_role)
                assert state(target) == ("active", False, False)
            else:
                assert allowed, (actor_role, target_role)


def test_who_may_come_in_is_not_for_moderators(people: People, mo: Human, al: Human) -> None:
    with pytest.raises(Forbidden):
        acts(mo, people.bo, "disable")

    acts(al, people.bo, "disable")

    assert people.bo.account.state == "disabled"
    with pytest.raises(Forbidden):
        mo.db.write_now(actions.enable, mo.id, people.bo.id)


@pytest.mark.parametrize("verb", [actions.unsuspend, actions.unsilence, actions.unsensitive])
def test_undoing_is_for_the_same_people(people: People, mo: Human, verb: Any) -> None:
    people.bo.changes(role="moderator")

    for actor in (people.carla, mo):
        with pytest.raises(Forbidden):
            actor.db.write_now(verb, actor.id, people.bo.id)


def test_who_is_shut_out_decides_nothing_any_longer(people: People, mo: Human, al: Human) -> None:
    acts(al, mo, "suspend")

    with pytest.raises(Forbidden):
        acts(mo, people.bo, "silence")


def test_the_last_owner_cannot_be_suspended_from_the_command_line_either(
    db: Database, people: People
) -> None:
    people.ada.changes(role="owner")

    with pytest.raises(Forbidden):
        db.write_now(actions.act, None, people.ada.id, "suspend")


# --- what they do -------------------------------------------------------------------------------------


def test_a_warning_does_nothing_but_stand_in_the_log(people: People, mo: Human) -> None:
    entry = acts(mo, people.bo, "none", text="Please be kind", notify=True)

    assert state(people.bo) == ("active", False, False)
    assert entries(mo.db, people.bo) == [("none", mo.id, "Please be kind")]
    assert entry.warned


def test_suspending_ends_every_session(people: People, mo: Human) -> None:
    cookie = mo.db.write_now(sessions.start, people.bo.id)

    acts(mo, people.bo, "suspend")

    assert mo.db.read_now(sessions.viewer, cookie) is None
    mo.db.write_now(actions.unsuspend, mo.id, people.bo.id)
    assert mo.db.read_now(sessions.viewer, cookie) is None
    assert state(people.bo)[0] == "active"


def test_what_was_disabled_before_is_disabled_after(people: People, mo: Human, al: Human) -> None:
    acts(al, people.bo, "disable")
    acts(mo, people.bo, "suspend")

    assert mo.db.read_now(managed.get, people.bo.id, with_ips=False).disabled
    mo.db.write_now(actions.unsuspend, mo.id, people.bo.id)

    assert people.bo.account.state == "disabled"


def test_disabling_and_enabling_reach_through_a_suspension(people: People, mo: Human, al: Human) -> None:
    acts(mo, people.bo, "suspend")

    acts(al, people.bo, "disable")
    assert people.bo.account.state == "suspended"
    assert mo.db.read_now(managed.get, people.bo.id, with_ips=False).disabled
    al.db.write_now(actions.enable, al.id, people.bo.id)

    assert people.bo.account.state == "suspended"
    mo.db.write_now(actions.unsuspend, mo.id, people.bo.id)
    assert people.bo.account.state == "active"


def test_there_is_no_way_around_a_suspension(people: People, mo: Human, al: Human) -> None:
    acts(mo, people.bo, "suspend")

    for verb in (recovery.disable, recovery.enable):
        with pytest.raises(Conflict):
            al.db.write_now(verb, al.id, people.bo.id)

    assert people.bo.account.state == "suspended"


def test_everything_can_be_undone_once(people: People, mo: Human) -> None:
    for action in ("sensitive", "silence", "suspend"):
        acts(mo, people.bo, action)
    assert state(people.bo) == ("suspended", True, True)

    for verb in (actions.unsuspend, actions.unsilence, actions.unsensitive) * 2:
        mo.db.write_now(verb, mo.id, people.bo.id)

    assert state(people.bo) == ("active", False, False)
    assert [e[0] for e in entries(mo.db, people.bo)] == [
        "sensitive", "silence", "suspend", "unsuspend", "unsilence", "unsensitive",
    ]  # fmt: skip


def test_two_moderators_suspend_at_once(db: Database, people: People, mo: Human) -> None:
    people.mia.changes(role="moderator")
    bo = people.bo
    start = threading.Barrier(2)
    failed: list[BaseException] = []

    def suspend(moderator: Human) -> None:
        start.wait()
        try:
            acts(moderator, bo, "suspend")
        except BaseException as problem:
            failed.append(problem)

    threads = [threading.Thread(target=suspend, args=(m,)) for m in (mo, people.mia)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert people.bo.account.state == "suspended"
    db.write_now(actions.unsuspend, mo.id, people.bo.id)
    assert people.bo.account.state == "active"


def test_suspending_and_unsuspending_at_once_ends_in_one_of_both(
    db: Database, people: People, mo: Human
) -> None:
    people.mia.changes(role="moderator")
    assert people.bo.account.state == "active"
    for _ in range(5):
        start = threading.Barrier(2)
        problems: list[Problem] = []

        def run(verb: Any, *args: Any, start: Any = start, problems: Any = problems) -> None:
            start.wait()
            try:
                db.write_now(verb, *args)
            except Problem as problem:
                problems.append(problem)

        threads = [
            threading.Thread(target=run, args=(actions.act, mo.id, people.bo.id, "suspend")),
            threading.Thread(target=run, args=(actions.unsuspend, people.mia.id, people.bo.id)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert problems == []
        assert people.bo.account.state in ("active", "suspended")
        db.write_now(actions.unsuspend, mo.id, people.bo.id)
        assert people.bo.account.state == "active"


# --- and reports --------------------------------------------------------------------------------------


def test_a_warning_settles_its_report_and_a_decision_all(people: People, mo: Human) -> None:
    first, second, other = (
        files(people.ada, people.bo), files(people.carla, people.bo), files(people.ada, people.dan),
    )  # fmt: skip

    acts(mo, people.bo, "none", report_id=first.id)
    assert _open(mo) == [other.id, second.id]
    acts(mo, people.bo, "silence")

    assert _open(mo) == [other.id]
    assert [e[0] for e in entries(mo.db, people.bo)] == ["none", "resolve", "silence", "resolve"]


def _open(moderator: Human) -> list[int]:
    return [r.id for r in moderator.db.read_now(reports.listed, moderator.id, Page())]


def test_a_report_about_somebody_else_is_no_reason(people: People, mo: Human) -> None:
    other = files(people.ada, people.dan)

    with pytest.raises(NotFound):
        acts(mo, people.bo, "silence", report_id=other.id)
    assert state(people.bo) == ("active", False, False)


@pytest.mark.parametrize(
    ("action", "more"), [("explode", {}), ("none", {"text": "x" * (log.MAX_REASON + 1)})]
)
def test_what_is_no_decision_is_refused(people: People, mo: Human, action: str, more: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        acts(mo, people.bo, action, **more)
    assert entries(mo.db, people.bo) == []


# --- posts --------------------------------------------------------------------------------------------


def test_a_reported_post_is_deleted_with_its_reposts(people: People, mo: Human) -> None:
    post = people.bo.posts("Unkind")
    people.carla.reposts(post)
    report = files(people.ada, people.bo, post)

    mo.db.write_now(actions.delete_post, mo.id, report.id, post.id, text="Against the rules", notify=True)

    assert not people.bo.sees(post)
    assert people.ada.profile_of(people.carla) == []
    (evidence,) = mo.db.read_now(reports.get, mo.id, report.id).posts
    assert evidence.text == "Unkind"
    assert evidence.removed_at is not None
    assert entries(mo.db, people.bo) == [("delete_statuses", mo.id, "Against the rules")]


def test_a_reported_repost_is_taken_back_and_the_original_stays(people: People, mo: Human) -> None:
    post = people.carla.posts("Fine")
    repost = people.bo.reposts(post)
    report = files(people.ada, people.bo, repost)

    mo.db.write_now(actions.delete_post, mo.id, report.id, repost.id)

    assert people.ada.profile_of(people.bo) == []
    assert people.ada.sees(post)


def test_moderators_delete_only_what_was_reported(people: People, mo: Human) -> None:
    reported, other = people.bo.posts("one"), people.bo.posts("two")
    report = files(people.ada, people.bo, reported)

    with pytest.raises(NotFound):
        mo.db.write_now(actions.delete_post, mo.id, report.id, other.id)
    with pytest.raises(Forbidden):
        people.carla.db.write_now(actions.delete_post, people.carla.id, report.id, reported.id)
    mo.db.write_now(actions.delete_post, mo.id, report.id, reported.id)
    with pytest.raises(NotFound):
        mo.db.write_now(actions.delete_post, mo.id, report.id, reported.id)

    assert people.ada.sees(other)


def test_a_post_of_a_suspended_person_can_be_deleted_too(people: People, mo: Human) -> None:
    post = people.bo.posts("Unkind")
    report = files(people.ada, people.bo, post)
    acts(mo, people.bo, "suspend")

    mo.db.write_now(actions.delete_post, mo.id, report.id, post.id)
    mo.db.write_now(actions.unsuspend, mo.id, people.bo.id)

    assert people.ada.profile_of(people.bo) == []

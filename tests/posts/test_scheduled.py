"""Posts that wait: published at their time, once, whatever happens in between."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from officetalk.company import settings as company
from officetalk.core.database import Connection, Database
from officetalk.core.errors import Invalid, NotFound, Unavailable
from officetalk.core.paging import Page
from officetalk.identity import recovery
from officetalk.jobs.runner import Runner
from officetalk.posts import polls, publish, quotes, scheduled, work
from officetalk.posts.entities import Draft, PollDraft, Post
from officetalk.posts.scheduled import Due as DueThen
from officetalk.posts.scheduled import Scheduled
from tests.conftest import Clock
from tests.identity.conftest import AtOnce
from tests.people import Human, People
from tests.posts.conftest import Due

HOUR = 3600
HOUR_MS = HOUR * 1000
DAY_MS = 24 * HOUR_MS


@pytest.fixture
def later(clock: Clock) -> Any:
    """`later(ada, "Hello")`: schedules it in an hour, or in so many `seconds`."""

    def schedule(human: Human, text: str = "Later", *, seconds: float = HOUR, **more: Any) -> Scheduled:
        at = clock() + int(seconds * 1000)
        return human.db.write_now(scheduled.schedule, human.id, Draft(text, **more), at, 140)

    return schedule


def waiting(human: Human, **page: Any) -> list[Scheduled]:
    return human.db.read_now(scheduled.waiting, human.id, Page(**page))


def moves(human: Human, one: Scheduled, at: int) -> Scheduled:
    return human.db.write_now(scheduled.move, human.id, one.id, at)


def cancels(human: Human, one: Scheduled) -> None:
    human.db.write_now(scheduled.cancel, human.id, one.id)


# --- waiting -----------------------------------------------------------------------------------------


def test_what_waits_is_seen_by_its_author_alone_and_is_no_post(people: People, later: Any) -> None:
    ada, bo = people.ada, people.bo
    made = later(ada, "Later #tag @bo", spoiler="cw", language="en")

    assert [one.draft.text for one in waiting(ada)] == ["Later #tag @bo"]
    assert (made.draft.spoiler, made.draft.language, made.error) == ("cw", "en", None)
    assert waiting(bo) == []
    assert bo.profile_of(ada) == ada.profile_of(ada) == bo.company() == bo.finds("later") == []
    assert (ada.counts.posts, bo.counts.mentions) == (0, 0)
    for verb in (
        lambda: bo.db.read_now(scheduled.get, bo.id, made.id),
        lambda: moves(bo, made, made.run_at + HOUR_MS),
        lambda: cancels(bo, made),
    ):
        with pytest.raises(NotFound):
            verb()
    assert ada.db.read_now(scheduled.get, ada.id, made.id) == made


def test_what_waits_is_listed_in_pages_newest_first(people: People, later: Any) -> None:
    ada = people.ada
    made = [later(ada, f"{i}", seconds=HOUR * (5 - i)) for i in range(5)]

    def page(**asked: Any) -> list[str]:
        return [one.draft.text for one in waiting(ada, limit=2, **asked)]

    assert page() == ["4", "3"]
    assert page(max_id=made[3].id) == ["2", "1"]
    assert page(max_id=made[0].id) == []
    assert page(min_id=made[0].id) == ["2", "1"]
    assert page(since_id=made[0].id) == ["4", "3"]
    assert page(min_id=made[0].id, max_id=made[2].id) == ["1"]


WRONG_TIMES = {
    "now": (0, "The scheduled date must be in the future"),
    "before": (-HOUR, "The scheduled date must be in the future"),
    "in under five minutes": (299, "The scheduled date must be in the future"),
    "in more than a year": (367 * 24 * HOUR, "is too far into the future"),
}


@pytest.mark.parametrize("what", WRONG_TIMES)
def test_a_wrong_time_is_refused_when_it_is_made_and_when_it_is_moved(
    people: People, clock: Clock, later: Any, what: str
) -> None:
    seconds, rule = WRONG_TIMES[what]
    ada = people.ada
    made = later(ada)

    with pytest.raises(Invalid) as refused:
        later(ada, seconds=seconds)
    assert (refused.value.field, refused.value.rule) == ("scheduled_at", rule)
    with pytest.raises(Invalid) as refused:
        moves(ada, made, clock() + seconds * 1000)
    assert (refused.value.field, refused.value.rule) == ("scheduled_at", rule)

    assert waiting(ada) == [made]


@pytest.mark.parametrize(
    "draft",
    [
        {"text": ""},
        {"text": "x" * 141},
        {"text": "x", "language": "Klingon!"},
        {"text": "x", "poll": PollDraft(("One",), HOUR)},
        {"text": "x", "parent_id": 1},
        {"text": "x", "quote_of_id": 1},
        {"text": "x", "media_ids": (1,)},
        {"text": " ".join(f"#t{i}" for i in range(21))},
    ],
)
def test_what_could_not_be_said_is_refused_at_once(people: People, later: Any, draft: dict[str, Any]) -> None:
    with pytest.raises((Invalid, NotFound)):
        later(people.ada, **draft)

    assert waiting(people.ada) == []


def test_a_direct_quote_to_others_is_refused_at_once(people: People, later: Any) -> None:
    post = people.ada.posts("Original")

    with pytest.raises(Invalid, match="non-mentioned user"):
        later(people.bo, "@cy look", audience="direct", quote_of_id=post.id)


def test_so_many_wait_in_all_and_for_a_day(
    people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduled, "MAX_WAITING", 5)
    monkeypatch.setattr(scheduled, "MAX_A_DAY", 2)
    ada = people.ada
    tomorrow = clock() // DAY_MS * DAY_MS + DAY_MS

    def schedule(at: int) -> Scheduled:
        return ada.db.write_now(scheduled.schedule, ada.id, Draft("x"), at, 140)

    first = schedule(tomorrow + HOUR_MS)
    schedule(tomorrow + DAY_MS - 1)
    with pytest.raises(Invalid, match="limit of 2 scheduled posts for that day"):
        schedule(tomorrow + 2 * HOUR_MS)
    for days in (1, 2, 3):
        schedule(tomorrow + days * DAY_MS)
    with pytest.raises(Invalid, match="limit of 5 scheduled posts"):
        schedule(tomorrow + 4 * DAY_MS)

    cancels(ada, first)
    schedule(tomorrow + HOUR_MS)
    people.bo.db.write_now(scheduled.schedule, people.bo.id, Draft("x"), tomorrow + HOUR_MS, 140)


def test_two_at_the_same_moment_do_not_go_over_the_limit(
    people: People, clock: Clock, at_once: AtOnce, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduled, "MAX_WAITING", 1)
    ada, at = people.ada, clock() + HOUR_MS

    def schedule(conn: Connection) -> Scheduled:
        return scheduled.schedule(conn, ada.id, Draft("x"), at, 140)

    _, refused = at_once(schedule, schedule)

    assert isinstance(refused, Invalid)
    assert len(waiting(ada)) == 1


# --- the time has come -------------------------------------------------------------------------------


def test_it_is_published_at_its_time_as_if_it_had_just_been_written(
    people: People, clock: Clock, later: Any, due: Due
) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)
    later(ada, "Later #tag @bo", spoiler="cw")
    clock.forward(seconds=HOUR - 10)
    assert due() == []
    assert bo.home() == []

    clock.forward(seconds=11)

    assert due() == [scheduled.JOB]
    assert bo.home() == bo.hashtag("tag") == bo.finds("later") == ["Later #tag @bo"]
    [post] = bo.home_page()
    assert post.content.spoiler == "cw"
    assert abs(post.content.created_at - clock()) < 5000
    assert (ada.counts.posts, bo.counts.mentions) == (1, 1)
    assert waiting(ada) == []
    assert due() == []


def test_it_is_published_with_all_that_belongs_to_it(
    people: People, clock: Clock, later: Any, due: Due
) -> None:
    ada, bo = people.ada, people.bo
    parent, quoted = bo.posts("Parent", "quiet"), bo.posts("Original")
    later(ada, "Answer", parent_id=parent.id)
    later(ada, "Look", quote_of_id=quoted.id, audience="followers")
    later(ada, "Well?", poll=PollDraft(("Yes", "No"), HOUR, True, True), quote_policy="followers")
    clock.forward(hours=2)
    due()

    made = {post.content.text: post for post in _profile(ada)}
    asked, look, answer = made["Well?"], made["Look"], made["Answer"]

    assert answer.content.parent_id == parent.id
    assert answer.content.audience == "quiet"
    assert (look.content.quote_of_id, look.content.audience) == (quoted.id, "followers")
    poll = asked.content.attached.poll
    assert poll is not None
    assert (poll.options, poll.multiple, poll.hide_totals) == (("Yes", "No"), True, True)
    assert abs((poll.ends_at or 0) - clock() - HOUR_MS) < 5000  # so long from now on
    assert asked.content.quote_policy == "followers"
    clock.forward(hours=2)
    assert due() == [polls.JOB]


def _profile(human: Human) -> list[Post]:
    from officetalk.timelines import lists

    return human.db.read_now(lists.of_account, human.id, human.id, Page())


def test_it_is_published_once_however_often_the_job_is_done(
    people: People, db: Database, clock: Clock, later: Any
) -> None:
    made = later(people.ada)
    clock.forward(hours=2)

    for _ in range(3):
        db.write_now(scheduled.publish_due, DueThen(made.id, made.run_at))

    assert people.ada.profile_of(people.ada) == ["Later"]


def test_it_is_published_once_when_two_processes_have_the_job_at_the_same_moment(
    people: People, clock: Clock, later: Any, at_once: AtOnce
) -> None:
    made = later(people.ada)
    then = DueThen(made.id, made.run_at)
    clock.forward(hours=2)

    at_once(lambda conn: scheduled.publish_due(conn, then), lambda conn: scheduled.publish_due(conn, then))

    assert people.ada.profile_of(people.ada) == ["Later"]


def test_a_runner_publishes_what_became_due_while_nothing_ran(
    people: People, db: Database, clock: Clock, later: Any
) -> None:
    later(people.ada, "One")
    later(people.bo, "Two")
    clock.forward(days=2)

    async def live() -> None:
        runner = Runner(db, work.handlers(db))
        await runner.start()
        for _ in range(500):
            if len(people.cy.company()) == 2:
                break
            await asyncio.sleep(0.02)
        await runner.stop()

    asyncio.run(live())

    assert sorted(people.cy.company()) == ["One", "Two"]


# --- moving and cancelling ---------------------------------------------------------------------------


def test_what_was_moved_later_is_not_published_at_the_old_time(
    people: People, clock: Clock, later: Any, due: Due
) -> None:
    ada = people.ada
    made = later(ada)
    moved = moves(ada, made, made.run_at + 2 * HOUR_MS)
    assert (moved.id, moved.run_at) == (made.id, made.run_at + 2 * HOUR_MS)

    clock.forward(hours=2)
    assert due() == [scheduled.JOB]
    assert ada.profile_of(ada) == []
    clock.forward(hours=2)
    due()

    assert ada.profile_of(ada) == ["Later"]


def test_what_was_moved_earlier_is_published_then_and_not_again(
    people: People, clock: Clock, later: Any, due: Due
) -> None:
    ada = people.ada
    made = later(ada, seconds=3 * HOUR)
    moves(ada, made, clock() + HOUR_MS)

    clock.forward(hours=2)
    due()
    assert ada.profile_of(ada) == ["Later"]
    clock.forward(hours=2)
    due()

    assert ada.profile_of(ada) == ["Later"]


def test_what_was_moved_to_the_same_time_is_published_once(
    people: People, clock: Clock, later: Any, due: Due
) -> None:
    ada = people.ada
    made = later(ada)
    moves(ada, made, made.run_at)
    moves(ada, made, made.run_at + HOUR_MS)
    moves(ada, made, made.run_at)

    clock.forward(hours=4)
    due()

    assert ada.profile_of(ada) == ["Later"]


def test_what_was_cancelled_is_never_published(people: People, clock: Clock, later: Any, due: Due) -> None:
    ada = people.ada
    made = later(ada)

    cancels(ada, made)

    assert waiting(ada) == []
    with pytest.raises(NotFound):
        cancels(ada, made)
    clock.forward(hours=2)
    due()
    assert ada.profile_of(ada) == []


@pytest.mark.parametrize("publishing_first", [True, False])
def test_what_is_cancelled_at_the_moment_of_its_publication_is_one_or_the_other(
    people: People, clock: Clock, later: Any, at_once: AtOnce, publishing_first: bool
) -> None:
    ada = people.ada
    made = later(ada)
    clock.forward(hours=2)
    verbs = [
        lambda conn: scheduled.publish_due(conn, DueThen(made.id, made.run_at)),
        lambda conn: scheduled.cancel(conn, ada.id, made.id),
    ]

    _, second = at_once(*(verbs if publishing_first else verbs[::-1]))

    assert isinstance(second, NotFound) == publishing_first
    assert ada.profile_of(ada) == ["Later"] * publishing_first
    assert waiting(ada) == []


# --- what cannot be said any more --------------------------------------------------------------------


def test_what_cannot_be_said_at_its_time_waits_with_the_reason(
    people: People, db: Database, clock: Clock, later: Any, due: Due
) -> None:
    ada, bo = people.ada, people.bo
    parent, quoted = bo.posts("Parent"), bo.posts("Original")
    comment = later(ada, "Answer", parent_id=parent.id)
    look = later(ada, "Look", quote_of_id=quoted.id)
    long = later(ada, "x" * 140)
    bo.deletes(parent)
    db.write_now(quotes.set_policy, bo.id, quoted.id, "nobody")
    db.write_now(company.change, character_limit=100)
    clock.forward(hours=2)

    due()

    assert ada.profile_of(ada) == []
    assert {one.id: one.error for one in waiting(ada)} == {
        comment.id: "The post you are trying to reply to does not appear to exist.",
        look.id: "The post you are trying to quote does not appear to exist.",
        long.id: "character limit of 100 exceeded: it has 140",
    }
    assert due() == []  # it is not tried again by itself


def test_what_could_not_be_said_is_tried_again_when_it_is_moved(
    people: People, db: Database, clock: Clock, later: Any, due: Due
) -> None:
    ada = people.ada
    made = later(ada, "x" * 140)
    db.write_now(company.change, character_limit=100)
    clock.forward(hours=2)
    due()
    db.write_now(company.change, character_limit=140)

    moved = moves(ada, made, clock() + HOUR_MS)

    assert moved.error is None
    clock.forward(hours=2)
    due()
    assert ada.profile_of(ada) == ["x" * 140]
    assert waiting(ada) == []


@pytest.mark.parametrize("state", ["disabled", "suspended"])
def test_nothing_is_published_for_who_may_not_sign_in(
    people: People, db: Database, clock: Clock, later: Any, due: Due, state: str
) -> None:
    ada = people.ada
    later(ada)
    if state == "disabled":
        db.write_now(recovery.disable, None, ada.id)
    else:
        ada.changes(state=state)
    clock.forward(hours=2)

    due()

    assert ada.profile_of(ada) == []
    assert [one.error for one in waiting(ada)] == ["The account is disabled."]


def test_a_database_that_is_away_is_no_reason_to_give_up(
    people: People, db: Database, clock: Clock, later: Any, due: Due, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = people.ada
    later(ada)
    clock.forward(hours=2)

    def away(*args: Any) -> None:
        raise Unavailable("The database is not reachable at the moment")

    with monkeypatch.context() as patched:
        patched.setattr(publish, "publish", away)
        with pytest.raises(Unavailable):
            due()
    assert [one.error for one in waiting(ada)] == [None]
    clock.forward(hours=1)  # the lease ends
    due()

    assert ada.profile_of(ada) == ["Later"]


def test_what_was_moved_while_it_failed_waits_for_its_new_time(
    people: People, db: Database, clock: Clock, later: Any, due: Due
) -> None:
    ada = people.ada
    made = later(ada)
    clock.forward(hours=2)
    moves(ada, made, clock() + HOUR_MS)

    db.write_now(scheduled.give_up, DueThen(made.id, made.run_at), NotFound("too late"))

    clock.forward(hours=2)
    due()
    assert ada.profile_of(ada) == ["Later"]


# --- idempotency -------------------------------------------------------------------------------------


def test_a_repeated_key_answers_with_what_waits_and_then_with_the_post(
    people: People, clock: Clock, later: Any, due: Due
) -> None:
    ada = people.ada
    made = later(ada, seconds=600, idempotency_key="k")

    again = later(ada, "Other", seconds=900, idempotency_key="k")
    other = later(people.bo, seconds=600, idempotency_key="k")

    assert again == made
    assert len(waiting(ada)) == len(waiting(people.bo)) == 1 and other.id != made.id
    clock.forward(seconds=700)
    due()
    [post] = _profile(ada)
    # A client that heard no answer sends it again, and now its time is over
    assert ada.posts("Later", idempotency_key="k").id == post.id
    assert ada.profile_of(ada) == ["Later"]


def test_the_key_of_what_was_cancelled_is_free(people: People, later: Any) -> None:
    ada = people.ada
    made = later(ada, idempotency_key="k")
    cancels(ada, made)

    again = later(ada, idempotency_key="k")

    assert again.id != made.id
    assert waiting(ada) == [again]


def test_of_two_with_one_key_at_the_same_moment_one_is_made(
    people: People, clock: Clock, at_once: AtOnce
) -> None:
    ada, at = people.ada, clock() + HOUR_MS

    def schedule(conn: Connection) -> Scheduled:
        return scheduled.schedule(conn, ada.id, Draft("x", idempotency_key="k"), at, 140)

    first, second = at_once(schedule, schedule)

    assert first == second
    assert waiting(ada) == [first]

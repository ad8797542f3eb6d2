"""Announcements: when they are to be seen, what is recognised in them, reactions, and what streams hear."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

import msgspec
import pytest

from officetalk.announcements import due, queries, react, write
from officetalk.announcements.entities import Announcement, AnnouncementDraft, Shown
from officetalk.core.database import Connection, Database
from officetalk.core.errors import Forbidden, Invalid, NotFound, Problem
from officetalk.core.events import Event
from officetalk.core.paging import Page
from officetalk.emoji import change as emoji
from officetalk.emoji import rules
from officetalk.emoji.pictures import Stored
from officetalk.jobs import queue
from tests.conftest import Clock
from tests.people import Human, People

ORIGIN = "http://talk.test"
HOUR = 3_600_000
DAY = 24 * HOUR


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db)


class Office:
    """Announces things, and hears what streams would."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.heard: list[Event] = []
        rules.listen(db)
        for name in ("published", "changed", "deleted", "reacted"):
            db.bus.listen(f"announcement.{name}", self.heard.append)

    @property
    def names(self) -> list[str]:
        """What was heard since the last look."""
        names = [event.name.partition(".")[2] for event in self.heard]
        self.heard.clear()
        return names

    def announces(self, text: str, actor: int | None = None, **more: Any) -> Announcement:
        return self.db.write_now(write.announce, actor, AnnouncementDraft(text, **more), ORIGIN)

    def changes(self, one: Announcement, text: str, **more: Any) -> Announcement:
        return self.db.write_now(write.change, None, one.id, AnnouncementDraft(text, **more), ORIGIN)

    def seen_by(self, human: Human, **options: Any) -> list[Shown]:
        return self.db.read_now(queries.active, human.id, **options)

    def texts(self, human: Human, **options: Any) -> list[str]:
        return [shown.announcement.text for shown in self.seen_by(human, **options)]

    def runs_due_jobs(self) -> None:
        for job in self.db.write_now(queue.claim, 10):
            self.db.write_now(due.tell, msgspec.json.decode(job.payload, type=due.Due))
            self.db.write_now(queue.done, job.id)


def test_what_is_announced_is_seen_by_everybody_at_once(office: Office, people: People) -> None:
    office.announces("The canteen is closed on Friday")

    assert office.texts(people.ada) == ["The canteen is closed on Friday"]
    assert office.names == ["published"]


@pytest.mark.parametrize("role", ["member", "moderator"])
def test_only_administrators_announce(office: Office, people: People, role: str) -> None:
    people.ada.changes(role=role)
    one = office.announces("Hello")

    for verb, args in (
        (write.announce, (AnnouncementDraft("x"), ORIGIN)),
        (write.change, (one.id, AnnouncementDraft("x"), ORIGIN)),
        (write.remove, (one.id,)),
    ):
        with pytest.raises(Forbidden):
            office.db.write_now(verb, people.ada.id, *args)
    people.ada.changes(role="administrator")
    office.announces("Now", people.ada.id)


def test_a_scheduled_one_appears_at_its_time_and_the_streams_hear_of_it(
    office: Office, people: People, clock: Clock
) -> None:
    office.announces("Later", publish_at=clock() + HOUR)
    assert office.texts(people.ada) == []
    office.runs_due_jobs()
    assert office.names == []

    clock.forward(hours=1)

    assert office.texts(people.ada) == ["Later"]  # by the time alone
    office.runs_due_jobs()
    assert office.names == ["published"]


def test_it_goes_when_it_is_over(office: Office, people: People, clock: Clock) -> None:
    now = clock()
    office.announces("Stand-up", starts_at=now - HOUR, ends_at=now + HOUR)
    assert office.texts(people.ada) == ["Stand-up"]
    assert office.names == ["published"]

    clock.forward(hours=1)
    office.runs_due_jobs()

    assert office.texts(people.ada) == []
    assert office.names == ["deleted"]


def test_what_takes_all_day_stays_until_the_day_is_over(office: Office, people: People, clock: Clock) -> None:
    today = clock() // DAY * DAY
    one = office.announces("Summer party", starts_at=today, ends_at=today, all_day=True)

    assert one.gone_at == today + DAY
    assert office.texts(people.ada) == ["Summer party"]
    clock.forward(days=1)
    assert office.texts(people.ada) == []


def test_a_job_that_was_overtaken_tells_nothing(office: Office, people: People, clock: Clock) -> None:
    one = office.announces("Later", publish_at=clock() + HOUR)
    office.changes(one, "Much later", publish_at=clock() + 5 * HOUR)
    clock.forward(hours=2)

    office.runs_due_jobs()

    assert office.names == []
    assert office.texts(people.ada) == []


def test_drafts_are_seen_by_nobody_until_they_are_published(office: Office, people: People) -> None:
    one = office.announces("Draft", published=False)
    assert office.texts(people.ada) == []

    office.changes(one, "Done", published=True)

    assert office.texts(people.ada) == ["Done"]
    assert office.names == ["published"]


def test_a_correction_is_told_as_one_and_does_not_make_it_new(
    office: Office, people: People, clock: Clock
) -> None:
    one = office.announces("Teh canteen")
    clock.forward(hours=1)

    again = office.changes(one, "The canteen")

    assert office.names == ["published", "changed"]
    assert again.published_at == one.published_at
    assert again.updated_at > one.updated_at


def test_what_is_withdrawn_or_removed_is_gone_and_told(office: Office, people: People) -> None:
    one, other = office.announces("One"), office.announces("Other")

    office.changes(one, "One", published=False)
    office.db.write_now(write.remove, None, other.id)

    assert office.texts(people.ada) == []
    assert office.names == ["published", "published", "deleted", "deleted"]
    with pytest.raises(NotFound):
        office.db.write_now(write.remove, None, other.id)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        ({"text": " \n"}, "text"),
        ({"text": "x" * (write.MAX_TEXT + 1)}, "text"),
        ({"text": "x", "starts_at": 1}, "ends_at"),
        ({"text": "x", "ends_at": 1}, "starts_at"),
        ({"text": "x", "starts_at": 2, "ends_at": 1}, "ends_at"),
        ({"text": "x", "starts_at": 2, "ends_at": 2}, "ends_at"),
    ],
)
def test_broken_rules_name_their_field(office: Office, draft: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        office.announces(**draft)
    assert refused.value.field == field


def test_they_stand_in_the_order_in_which_they_take_place(
    office: Office, people: People, clock: Clock
) -> None:
    now = clock()
    office.announces("tomorrow", starts_at=now + DAY, ends_at=now + 2 * DAY)
    office.announces("now")
    office.announces("in an hour", starts_at=now + HOUR, ends_at=now + 2 * HOUR)

    assert office.texts(people.ada) == ["now", "in an hour", "tomorrow"]


def test_dismissed_ones_stay_away_unless_asked_for(office: Office, people: People) -> None:
    one = office.announces("Hello")

    office.db.write_now(react.dismiss, people.ada.id, one.id)
    office.db.write_now(react.dismiss, people.ada.id, one.id)

    assert office.texts(people.ada) == []
    assert [s.read for s in office.seen_by(people.ada, with_dismissed=True)] == [True]
    assert [s.read for s in office.seen_by(people.bo)] == [False]


def test_people_hashtags_and_posts_are_recognised(office: Office, people: People) -> None:
    post = people.bo.posts("The plan")
    link = f"{ORIGIN}/@bo/{post.id}"

    one = office.announces(f"Ask @bo and @nobody about #Plans: {link} https://else.test/@bo/{post.id}")

    found = one.recognised
    assert found.mentions == ((people.bo.id, "bo"),)
    assert (found.hashtags, found.posts) == (("Plans",), (post.id,))
    (shown,) = office.seen_by(people.ada)
    assert shown.posts == ((post.id, "bo"),)


def test_a_linked_post_is_only_there_for_those_who_may_read_it(office: Office, people: People) -> None:
    secret = people.bo.posts("For my followers", "followers")
    people.carla.follows(people.bo)
    office.announces(f"See {ORIGIN}/@bo/{secret.id}")

    assert office.seen_by(people.carla)[0].posts == ((secret.id, "bo"),)
    assert office.seen_by(people.ada)[0].posts == ()
    assert office.db.read_now(queries.active, queries.NOBODY)[0].posts == ()


# --- reactions ---------------------------------------------------------------------------------------


def reacts(office: Office, human: Human, one: Announcement, *names: str) -> None:
    for name in names:
        office.db.write_now(react.react, human.id, one.id, name)


def reactions(office: Office, human: Human) -> list[tuple[str, int, bool]]:
    return [(r.name, r.count, r.mine) for r in office.seen_by(human)[0].reactions]


def test_reactions_are_counted_in_the_order_of_the_first(office: Office, people: People) -> None:
    one = office.announces("Party!")

    reacts(office, people.ada, one, "🎉", "🤔")
    reacts(office, people.bo, one, "🤔", "🤔")

    assert reactions(office, people.ada) == [("🎉", 1, True), ("🤔", 2, True)]
    assert reactions(office, people.bo) == [("🎉", 1, False), ("🤔", 2, True)]
    assert office.names == ["published", "reacted", "reacted", "reacted"]


def test_the_streams_learn_which_reaction_it_was(office: Office, people: People) -> None:
    one = office.announces("Party!")
    office.heard.clear()

    reacts(office, people.ada, one, "👩‍🚀")

    (event,) = office.heard
    assert (event.id, event.actor, react.named(event.more)) == (one.id, people.ada.id, "👩‍🚀")
    assert office.db.read_now(react.count, one.id, "👩‍🚀") == 1


def test_the_companys_emoji_serve_too_while_they_are_there(office: Office, people: People) -> None:
    stored = Stored("a" * 40 + ".png", "a" * 40 + ".png")
    parrot = office.db.write_now(emoji.add, None, "parrot", stored)
    one = office.announces("Party!")

    reacts(office, people.ada, one, "parrot")

    assert office.seen_by(people.bo)[0].reactions[0].emoji == parrot
    office.db.write_now(emoji.remove, None, parrot.id)
    assert reactions(office, people.bo) == []
    with pytest.raises(Invalid, match="is not a recognized emoji"):
        reacts(office, people.ada, one, "parrot")


@pytest.mark.parametrize("name", ["🎉", "👍🏽", "👩‍❤️‍💋‍👨", "🇳🇴", "1️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "❤️", "☺", "🏳️‍🌈"])
def test_every_emoji_of_unicode_will_do(name: str) -> None:
    assert react.is_emoji(name)


@pytest.mark.parametrize(
    "name", ["", "1", "#", "a", "ok", "🎉🎉", "🎉!", "\u200d", "\ufe0f", "x" * 100, "🇳", "\0"]
)
def test_what_is_no_emoji_is_refused(office: Office, people: People, name: str) -> None:
    one = office.announces("Party!")

    with pytest.raises(Invalid, match="is not a recognized emoji"):
        reacts(office, people.ada, one, name)


def test_eight_different_reactions_are_the_limit(office: Office, people: People) -> None:
    one = office.announces("Party!")
    reacts(office, people.ada, one, *"🎉🤔👍❤😀😎🚀🌍")

    with pytest.raises(Invalid, match="Limit of different reactions reached"):
        reacts(office, people.bo, one, "🐙")
    reacts(office, people.bo, one, "🎉")  # one that is there already

    assert len(reactions(office, people.ada)) == 8


def test_two_who_react_at_once_do_not_get_past_the_limit(office: Office, people: People) -> None:
    one = office.announces("Party!")
    reacts(office, people.ada, one, *"🎉🤔👍❤😀😎🚀")
    humans = [people.bo, people.carla, people.dan]
    start = threading.Barrier(3)

    def rush(human: Human, name: str) -> None:
        start.wait()
        with contextlib.suppress(Problem):
            reacts(office, human, one, name)

    threads = [threading.Thread(target=rush, args=pair) for pair in zip(humans, "🐙🐳🦀", strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(reactions(office, people.ada)) == 8


def test_a_reaction_is_taken_back_once(office: Office, people: People) -> None:
    one = office.announces("Party!")
    reacts(office, people.ada, one, "🎉")
    reacts(office, people.bo, one, "🎉")

    office.db.write_now(react.unreact, people.ada.id, one.id, "🎉")

    assert reactions(office, people.ada) == [("🎉", 1, False)]
    with pytest.raises(NotFound):
        office.db.write_now(react.unreact, people.ada.id, one.id, "🎉")


def test_nobody_reacts_to_what_is_not_to_be_seen(office: Office, people: People, clock: Clock) -> None:
    for hidden in (
        office.announces("Draft", published=False),
        office.announces("Later", publish_at=clock() + HOUR),
        office.announces("Over", starts_at=1, ends_at=2),
    ):
        for verb, args in ((react.react, ("🎉",)), (react.unreact, ("🎉",)), (react.dismiss, ())):
            with pytest.raises(NotFound):
                office.db.write_now(verb, people.ada.id, hidden.id, *args)


# --- lists and cost ----------------------------------------------------------------------------------


def test_administrators_page_through_all_in_both_directions(office: Office) -> None:
    made = [office.announces(str(i), published=bool(i % 2)) for i in range(5)]

    def page(**bounds: int) -> list[str]:
        return [a.text for a in office.db.read_now(queries.everything, Page(limit=2, **bounds))]

    assert page() == ["4", "3"]
    assert page(max_id=made[3].id) == ["2", "1"]
    assert page(min_id=made[0].id) == ["2", "1"]


def test_the_cost_does_not_grow_with_what_is_announced(office: Office, people: People) -> None:
    def statements() -> int:
        def count(conn: Connection) -> int:
            queries.active(conn, people.ada.id)
            return conn.statements

        return office.db.read_now(count)

    post = people.bo.posts("The plan")
    one = office.announces(f"See {ORIGIN}/@bo/{post.id}")
    reacts(office, people.ada, one, "🎉")
    few = statements()
    for _ in range(5):
        reacts(office, people.bo, office.announces(f"See {ORIGIN}/@bo/{post.id}"), "🎉", "🤔")

    assert statements() == few <= 3

"""Of what people are told, and that they are told once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from officetalk.core.database import Connection, Database
from officetalk.core.sql import Statement, p
from officetalk.identity import recovery
from officetalk.notifications import causes, queries, rounds, subjects
from officetalk.notifications.tables import notification
from officetalk.posts import polls, quotes
from officetalk.posts import queries as posts
from officetalk.posts.entities import PollDraft
from officetalk.posts.polls import PollEnds
from tests.conftest import Clock
from tests.notifications.told import Announced, do_the_work, groups_of, notifications, told, told_in_groups
from tests.people import Human, People


def ask(human: Human, text: str) -> int:
    """A poll of a day."""
    return human.posts(text, poll=PollDraft(("Yes", "No"), 24 * 3600)).id


def close(db: Database, post_id: int) -> None:
    """The time of a poll has come."""

    def end(conn: Connection) -> None:
        poll = posts.content_of(conn, post_id).attached.poll
        assert poll is not None
        assert poll.ends_at is not None
        polls.end(conn, PollEnds(post_id, poll.ends_at))

    db.write_now(end)


# --- every kind --------------------------------------------------------------------------------------


def test_whoever_is_mentioned_is_told(people: People, announced: Announced) -> None:
    bo, cy = people.bo, people.cy

    people.ada.posts("Hello @bo, and @cy too")

    assert told(bo) == told(cy) == ["ada mention: Hello @bo, and @cy too"]
    assert announced.receivers == [bo.id, cy.id]
    assert [n.id for n in notifications(bo) + notifications(cy)] == announced.ids


def test_the_author_is_told_of_likes_and_reposts(people: People, announced: Announced) -> None:
    post = people.ada.posts("Hello")

    people.bo.likes(post)
    people.cy.reposts(post)

    assert told(people.ada) == ["cy reblog: Hello", "bo favourite: Hello"]
    assert announced.receivers == [people.ada.id] * 2
    assert told(people.bo) == told(people.cy) == []


def test_a_comment_is_told_to_whom_it_mentions_and_to_nobody_else(people: People) -> None:
    post = people.ada.posts("Hello")
    people.bo.comments(post, "@ada Good morning")
    people.cy.comments(post, "Without her name")

    assert told(people.ada) == ["bo mention: @ada Good morning"]


def test_whoever_is_followed_is_told(people: People, announced: Announced) -> None:
    people.bo.follows(people.ada)
    people.bo.follows(people.ada, reposts=False)  # another option is no news

    assert told(people.ada) == ["bo follow"]
    assert announced.receivers == [people.ada.id]


def test_a_locked_person_is_told_of_requests_until_they_are_answered(people: People) -> None:
    ada, bo, cy, dee = people.ada, people.bo, people.cy, people.dee
    ada.changes(locked=True)
    for asker in (bo, cy, dee):
        asker.follows(ada)
    assert told(ada) == ["dee follow_request", "cy follow_request", "bo follow_request"]

    ada.accepts(bo)
    ada.rejects(cy)
    dee.unfollows(ada)

    assert told(ada) == ["bo follow"]


def test_the_bell_rings_for_what_comes_home(people: People, db: Database) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    other = people.dee.posts("Something else")
    bo.follows(ada, notify=True)
    cy.follows(ada)

    ada.posts("To all")
    ada.posts("To followers", "followers")
    first = ada.posts("A thread")
    ada.comments(first, "goes on")
    ada.comments(other, "To somebody else")
    ada.posts("Direct", "direct")
    ada.reposts(other)
    ada.posts("Hello @bo")
    do_the_work(db)

    assert set(told(bo)) == {
        "ada status: goes on", "ada status: A thread", "ada status: To followers", "ada status: To all",
        "ada mention: Hello @bo",
    }  # fmt: skip
    assert told(cy) == []


def test_the_bell_keeps_to_the_languages_that_were_chosen(people: People, db: Database) -> None:
    people.bo.follows(people.ada, notify=True, languages=["en", "nb"])
    for language in ("en", "de", ""):
        people.ada.posts(f"In {language or 'no language'}", language=language)
    do_the_work(db)

    assert set(told(people.bo)) == {"ada status: In no language", "ada status: In en"}


def test_whoever_reposted_is_told_of_an_edit_and_of_the_newest_alone(
    people: People, db: Database, announced: Announced
) -> None:
    post = people.ada.posts("Helo")
    people.bo.reposts(post)
    people.cy.likes(post)
    announced.receivers.clear()

    people.ada.edits(post, "Hello")
    do_the_work(db)
    (first,) = [n.id for n in notifications(people.bo)]
    people.ada.edits(post, "Hello!")
    do_the_work(db)

    assert told(people.bo) == ["ada update: Hello!"]
    assert notifications(people.bo)[0].id > first
    assert announced.receivers == [people.bo.id] * 2
    assert told(people.cy) == []


def test_whoever_asked_and_whoever_voted_is_told_of_the_end_of_a_poll(people: People, db: Database) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    poll = ask(ada, "Lunch?")
    db.write_now(polls.vote, bo.id, poll, [0])

    close(db, poll)
    close(db, poll)
    do_the_work(db)

    assert told(ada) == told(bo) == ["ada poll: Lunch?"]
    assert told(cy) == []


def test_whoever_is_quoted_is_told_of_it_and_of_its_edits_with_the_own_post(
    people: People, db: Database
) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Helo")
    bo.posts("Look at this", quote_of_id=post.id)
    bo.posts("And again", quote_of_id=post.id)
    ada.posts("Myself", quote_of_id=post.id)
    assert told(ada) == ["bo quote: And again", "bo quote: Look at this"]

    ada.edits(post, "Hello")
    do_the_work(db)

    assert told(bo) == ["ada quoted_update: And again", "ada quoted_update: Look at this"]


def test_a_quote_that_was_taken_out_knows_nothing_of_edits(people: People, db: Database) -> None:
    post = people.ada.posts("Helo")
    quote = people.bo.posts("Look", quote_of_id=post.id)
    db.write_now(quotes.revoke, people.ada.id, post.id, quote.id)

    people.ada.edits(post, "Hello")
    do_the_work(db)

    assert told(people.bo) == []


@pytest.fixture
def unread_subjects(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if nobody could say what reports, warnings and collections are."""
    monkeypatch.setattr(subjects, "_loads", {})


@pytest.mark.usefixtures("unread_subjects")
def test_moderators_are_told_of_those_who_join_and_of_reports_but_not_of_those_about_them(
    people: People, db: Database
) -> None:
    mo, al, ada = people.mo, people.al, people.ada
    db.write_now(recovery.set_role, None, mo.id, "moderator")
    db.write_now(recovery.set_role, None, al.id, "administrator")

    db.write_now(causes.joined, ada.id)
    db.write_now(causes.reported, 7, ada.id, mo.id)

    assert told(mo) == ["ada admin.sign_up"]
    assert [n.kind for n in notifications(al)] == ["admin.report", "admin.sign_up"]
    assert [n.subject_id for n in notifications(al)] == [7, 0]
    assert told(ada) == []


def test_somebody_who_waits_for_approval_is_shown_to_moderators(people: People, db: Database) -> None:
    db.write_now(recovery.set_role, None, people.mo.id, "moderator")
    people.ada.changes(state="pending")

    db.write_now(causes.joined, people.ada.id)

    assert told(people.mo) == ["ada admin.sign_up"]


@pytest.mark.usefixtures("unread_subjects")
def test_who_is_no_moderator_any_longer_finds_nothing_of_moderation(people: People, db: Database) -> None:
    db.write_now(recovery.set_role, None, people.mo.id, "moderator")
    people.ada.changes(state="pending")
    db.write_now(causes.joined, people.ada.id)
    db.write_now(causes.reported, 7, people.bo.id, people.cy.id)
    people.bo.posts("Good luck @mo")

    db.write_now(recovery.set_role, None, people.mo.id, "member")

    assert told(people.mo) == ["bo mention: Good luck @mo"]


@pytest.mark.usefixtures("unread_subjects")
def test_decisions_about_an_account_are_told_by_nobody_in_particular(people: People, db: Database) -> None:
    db.write_now(causes.warned, people.ada.id, 5)
    db.write_now(causes.severed, people.ada.id, 6)

    assert told(people.ada) == ["ada severed_relationships", "ada moderation_warning"]


@pytest.mark.usefixtures("unread_subjects")
def test_whoever_is_added_to_a_collection_is_told_until_taken_out(people: People, db: Database) -> None:
    ada, bo = people.ada, people.bo
    db.write_now(causes.collected, 9, ada.id, bo.id)
    db.write_now(causes.collection_changed, 9, ada.id, [bo.id, ada.id])
    assert told(bo) == ["ada collection_update", "ada added_to_collection"]

    db.write_now(causes.uncollected, 9, ada.id, bo.id)

    assert told(bo) == ["ada collection_update"]
    assert told(ada) == []


@pytest.mark.usefixtures("unread_subjects")
def test_what_is_no_post_is_read_by_whoever_keeps_it_and_left_out_when_it_is_gone(
    people: People, db: Database
) -> None:
    ada = people.ada
    asked: list[tuple[int, list[int]]] = []

    def load(conn: Connection, viewer: int, ids: list[int]) -> dict[int, str]:
        asked.append((viewer, ids))
        return {id: f"warning {id}" for id in ids if id != 6}

    subjects.on_read("moderation_warning", load)
    for warning in (5, 6, 7):
        db.write_now(causes.warned, ada.id, warning)

    found = notifications(ada)

    assert [n.subject for n in found] == ["warning 7", "warning 5"]
    assert asked == [(ada.id, [5, 6, 7])]
    assert db.read_now(queries.get, ada.id, found[0].id) == found[0]
    assert [group.subject for group in groups_of(ada)] == ["warning 7", "warning 5"]


# --- once --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["like", "repost", "follow", "request"])
def test_taking_back_removes_it_and_doing_it_again_does_not_tell_again(
    people: People, announced: Announced, what: str
) -> None:
    ada, bo = people.ada, people.bo
    ada.changes(locked=what == "request")
    post = ada.posts("Hello")
    do, undo = {
        "like": (lambda: bo.likes(post), lambda: bo.no_longer_likes(post)),
        "repost": (lambda: bo.reposts(post), lambda: bo.takes_back_the_repost_of(post)),
        "follow": (lambda: bo.follows(ada), lambda: bo.unfollows(ada)),
        "request": (lambda: bo.follows(ada), lambda: bo.unfollows(ada)),
    }[what]

    do()
    do()
    before = notifications(ada)
    assert len(before) == len(announced.ids) == 1
    undo()
    assert told(ada) == told_in_groups(ada) == []
    do()

    assert [n.id for n in notifications(ada)] == [before[0].id]
    assert len(announced.ids) == 1


def test_after_a_week_it_is_news_again(people: People, clock: Clock, announced: Announced) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Hello")
    bo.likes(post)
    (first,) = notifications(ada)
    clock.forward(days=8)

    bo.no_longer_likes(post)
    bo.likes(post)

    (second,) = notifications(ada)
    assert second.id > first.id
    assert second.group_key != first.group_key
    assert announced.ids == [first.id, second.id]


def test_a_deleted_repost_is_no_longer_told_and_a_new_one_is(people: People) -> None:
    post = people.ada.posts("Hello")
    people.bo.deletes(people.bo.reposts(post))
    assert told(people.ada) == []

    people.bo.reposts(post)
    assert told(people.ada) == ["bo reblog: Hello"]


def test_a_deleted_post_takes_everything_with_it(people: People, db: Database) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    bo.follows(ada, notify=True)
    post = ada.posts("Hello @cy")
    bo.likes(post)
    bo.reposts(post)
    do_the_work(db)
    cy.posts("Look", quote_of_id=post.id)

    ada.deletes(post)

    assert told(cy) == told(bo) == []
    assert told(ada) == ["cy quote: Look", "bo follow"]
    about = Statement(select(notification.c.id).where(notification.c.subject_id == p("post")))
    assert db.read_now(lambda conn: conn.all(about, post=post.id)) == []


def test_an_edit_tells_those_whom_it_mentions_anew_and_forgets_the_others(
    people: People, announced: Announced
) -> None:
    ada, bo, cy, dee = people.ada, people.bo, people.cy, people.dee
    post = ada.posts("Hello @bo @cy")

    ada.edits(post, "Hello @cy @dee")

    assert told(bo) == []
    assert told(cy) == told(dee) == ["ada mention: Hello @cy @dee"]
    assert len(announced.ids) == 3

    ada.edits(post, "Hello @bo")
    assert told(bo) == ["ada mention: Hello @bo"]
    assert len(announced.ids) == 3  # bo knows already


def test_many_are_told_some_at_a_time(people: People, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = people.ada
    readers = [getattr(people, f"r{i}") for i in range(7)]
    for reader in readers:
        reader.follows(ada, notify=True)
    monkeypatch.setattr(rounds, "AT_ONCE", 3)

    ada.posts("Hello")
    assert do_the_work(db) == 3

    assert [told(reader) for reader in readers] == [["ada status: Hello"]] * 7

"""Polls: asked, voted in, edited, ended."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from officetalk.core.database import Connection, Database
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.sql import Statement
from officetalk.posts import hooks, polls, queries
from officetalk.posts.entities import Content, PollDraft, Post, Tally
from officetalk.posts.polls import PollEnds
from officetalk.posts.tables import poll_vote
from tests.conftest import Clock
from tests.identity.conftest import AtOnce
from tests.people import Human, People
from tests.posts.conftest import Due

HOUR = 3600
_VOTES = Statement(select(func.count()).select_from(poll_vote))


def poll(*options: str, seconds: int = HOUR, **more: Any) -> PollDraft:
    return PollDraft(options or ("Yes", "No"), seconds, **more)


def asks(human: Human, *options: str, audience: Any = "company", text: str = "Well?", **more: Any) -> Post:
    return human.posts(text, audience, poll=poll(*options, **more))


def votes(human: Human, post: Post, *choices: int) -> Post:
    return human.db.write_now(polls.vote, human.id, post.id, choices)


def tally(human: Human, post: Post) -> Tally:
    found = human.sees_at(post).shown.tally
    assert found is not None
    return found


def stands(human: Human, post: Post) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    """Voters, votes by option, and the reader's own choices."""
    found = tally(human, post)
    return found.voters, found.votes, found.own


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The posts whose poll's end was told."""
    told: list[int] = []

    def call(conn: Connection, content: Content) -> None:
        told.append(content.id)

    monkeypatch.setattr(hooks, "_poll_ended", [call])
    return told


# --- asking ------------------------------------------------------------------------------------------


def test_a_poll_stands_below_its_post_and_nobody_has_voted(people: People, clock: Clock) -> None:
    post = asks(people.ada, " Tea ", "Coffee", multiple=True, hide_totals=True)

    seen = people.bo.sees_at(post)

    asked = seen.content.attached.poll
    assert asked is not None
    assert (asked.options, asked.multiple, asked.hide_totals) == (("Tea", "Coffee"), True, True)
    assert abs((asked.ends_at or 0) - (clock() + HOUR * 1000)) < 5000
    assert stands(people.bo, post) == (0, (0, 0), ())
    assert not tally(people.bo, post).ended


def test_blank_options_are_left_out_since_clients_send_them_along(people: People) -> None:
    post = asks(people.ada, "Tea", "", "Coffee", " \n ")

    asked = people.bo.sees_at(post).content.attached.poll
    assert asked is not None
    assert asked.options == ("Tea", "Coffee")


BAD: dict[str, tuple[PollDraft, str, str]] = {
    "one option": (poll("Yes"), "poll_options", "must have more than one item"),
    "one option and blanks": (poll("Yes", " ", ""), "poll_options", "must have more than one item"),
    "nine options": (poll(*"123456789"), "poll_options", "can't contain more than 8 items"),
    "51 characters": (poll("x" * 51, "y"), "poll_options", "cannot be longer than 50 characters each"),
    "a link that counts less elsewhere": (
        poll("https://example.com/" + "x" * 40, "y"),
        "poll_options",
        "cannot be longer than 50 characters each",
    ),
    "a character without end": (
        poll("e" + "\u0301" * 5000, "y"),
        "poll_options",
        "cannot be longer than 50 characters each",
    ),
    "twice the same": (poll("Yes", "No", " Yes"), "poll_options", "contain duplicate items"),
    "under five minutes": (poll(seconds=299), "poll_expires_at", "is too soon"),
    "before it begins": (poll(seconds=-HOUR), "poll_expires_at", "is too soon"),
    "over a month": (poll(seconds=2_629_747), "poll_expires_at", "is too far into the future"),
    "without end": (poll(seconds=10**25), "poll_expires_at", "is too far into the future"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_poll_that_cannot_be_is_refused_by_field_and_rule(people: People, what: str) -> None:
    draft, field, rule = BAD[what]

    with pytest.raises(Invalid) as refused:
        people.ada.posts("Well?", poll=draft)

    assert (refused.value.field, refused.value.rule) == (field, rule)
    assert people.ada.profile_of(people.ada) == []


def test_as_much_as_is_allowed_is_allowed(people: People) -> None:
    families = tuple(f"{'👩‍👩‍👧' * 49}{i}" for i in range(8))

    for seconds in (300, 2_629_746):
        assert stands(people.bo, asks(people.ada, *families, seconds=seconds)) == (0, (0,) * 8, ())


def test_a_poll_does_not_count_in_the_limit_and_does_not_speak_for_itself(people: People) -> None:
    assert people.ada.posts("x" * 140, poll=poll("x" * 50, "y" * 50)).tally is not None

    with pytest.raises(Invalid) as refused:
        people.ada.posts(" ", poll=poll())
    assert refused.value.field == "status"


# --- voting ------------------------------------------------------------------------------------------


def test_votes_are_seen_by_everybody_and_ones_own_by_oneself(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    post = asks(ada)

    voted = votes(bo, post, 1)
    votes(cy, post, 0)
    votes(people.dee, post, 1)

    assert voted.tally == Tally(1, (0, 1), (1,))
    assert stands(bo, post) == (3, (1, 2), (1,))
    assert stands(cy, post) == (3, (1, 2), (0,))
    assert stands(ada, post) == (3, (1, 2), ())
    assert stands(people.eve, post) == (3, (1, 2), ())


def test_of_a_poll_with_several_choices_people_and_votes_are_counted_apart(people: People) -> None:
    post = asks(people.ada, "Tea", "Coffee", "Milk", multiple=True)

    votes(people.bo, post, 2, 0, 2)
    votes(people.cy, post, 2)

    assert stands(people.bo, post) == (2, (1, 0, 2), (0, 2))


def test_one_votes_once(people: People) -> None:
    post = asks(people.ada, "Tea", "Coffee", "Milk", multiple=True)
    votes(people.bo, post, 0)

    for choice in (0, 1):
        with pytest.raises(Invalid, match="You have already voted on this poll"):
            votes(people.bo, post, choice)

    assert stands(people.bo, post) == (1, (1, 0, 0), (0,))


def test_of_two_votes_of_one_person_at_the_same_moment_one_counts(people: People, at_once: AtOnce) -> None:
    post = asks(people.ada)
    bo = people.bo.id

    won, lost = at_once(
        lambda conn: polls.vote(conn, bo, post.id, [0]), lambda conn: polls.vote(conn, bo, post.id, [1])
    )

    assert isinstance(won, Post)
    assert isinstance(lost, Invalid)
    assert lost.rule == "You have already voted on this poll"
    assert stands(people.bo, post) == (1, (1, 0), (0,))


def test_of_two_people_who_vote_at_the_same_moment_both_count(people: People, at_once: AtOnce) -> None:
    post = asks(people.ada)
    bo, cy = people.bo.id, people.cy.id

    at_once(lambda conn: polls.vote(conn, bo, post.id, [0]), lambda conn: polls.vote(conn, cy, post.id, [0]))

    assert stands(people.ada, post) == (2, (2, 0), ())


@pytest.mark.parametrize("choices", [(), (2,), (-1,), (0, 2), (0, 1), (10**20,)])
def test_what_cannot_be_chosen_is_refused_and_does_not_count(
    people: People, choices: tuple[int, ...]
) -> None:
    post = asks(people.ada)

    with pytest.raises(Invalid, match="The chosen vote option does not exist"):
        votes(people.bo, post, *choices)

    assert stands(people.bo, post) == (0, (0, 0), ())
    votes(people.bo, post, 1)


def test_nobody_votes_in_a_poll_of_ones_own(people: People) -> None:
    post = asks(people.ada)

    with pytest.raises(Invalid, match="You cannot vote in your own polls"):
        votes(people.ada, post, 0)

    assert stands(people.ada, post) == (0, (0, 0), ())


def test_nobody_votes_after_the_end(people: People, clock: Clock) -> None:
    post = asks(people.ada)
    votes(people.bo, post, 0)
    clock.forward(seconds=HOUR + 1)

    with pytest.raises(Invalid, match="The poll has already ended"):
        votes(people.cy, post, 0)

    assert stands(people.cy, post) == (1, (1, 0), ())
    assert tally(people.cy, post).ended


def test_nobody_votes_in_what_is_not_for_them(people: People) -> None:
    ada, friend, stranger = people.ada, people.friend, people.stranger
    friend.follows(ada)
    for_followers = asks(ada, audience="followers")
    letter = asks(ada, audience="direct", text="@friend, well?")
    public = asks(ada)
    ada.blocks(stranger)

    for post in (for_followers, letter, public):
        with pytest.raises(NotFound):
            votes(stranger, post, 0)
        with pytest.raises(NotFound):
            stranger.db.read_now(polls.get, stranger.id, post.id)
        assert votes(friend, post, 0).tally == Tally(1, (1, 0), (0,))


def test_who_has_blocked_the_author_does_not_vote(people: People) -> None:
    post = asks(people.ada)
    people.bo.blocks(people.ada)

    with pytest.raises(Forbidden):
        votes(people.bo, post, 0)

    assert stands(people.ada, post) == (0, (0, 0), ())


def test_there_is_no_poll_where_none_was_asked(people: People) -> None:
    ada, bo = people.ada, people.bo
    plain, asked = ada.posts("No question"), asks(ada)
    repost = people.cy.reposts(asked)

    for post in (plain, repost):
        with pytest.raises(NotFound):
            votes(bo, post, 0)
        with pytest.raises(NotFound):
            bo.db.read_now(polls.get, bo.id, post.id)


def test_a_repost_shows_the_poll_of_the_original_as_it_stands_for_the_reader(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    post = asks(ada)
    repost = cy.reposts(post)

    votes(bo, post, 1)

    assert bo.sees_at(repost).tally is None
    assert stands(bo, repost) == (1, (0, 1), (1,))
    assert stands(cy, repost) == (1, (0, 1), ())


def test_who_voted_is_listed_in_pages(people: People) -> None:
    post = asks(people.ada)
    voters = [people.bo, people.cy, people.dee]
    for voter in voters:
        votes(voter, post, 0)

    def page(after: int) -> list[int]:
        return people.ada.db.read_now(polls.voters, post.id, after, 2)

    assert page(0) == [people.bo.id, people.cy.id]
    assert page(people.cy.id) == [people.dee.id]
    assert page(people.dee.id) == []


# --- editing and deleting ----------------------------------------------------------------------------


def test_an_edit_of_the_text_keeps_the_votes(people: People, clock: Clock) -> None:
    ada, bo = people.ada, people.bo
    post = asks(ada)
    votes(bo, post, 1)
    before = ada.sees_at(post).content.attached.poll
    clock.forward(seconds=60)

    ada.edits(post, "Well, well?")  # as it is
    assert stands(bo, post) == (1, (0, 1), (1,))
    ada.edits(post, "Well, well, well?", poll=poll())  # as the clients send it: all over again

    assert stands(bo, post) == (1, (0, 1), (1,))
    assert ada.sees_at(post).content.attached.poll == before  # and it ends when it was to end
    assert bo.history_of(post) == ["Well?", "Well, well?", "Well, well, well?"]


@pytest.mark.parametrize(
    "changed",
    [poll("Yes", "Never"), poll("No", "Yes"), poll("Yes", "No", "Perhaps"), poll(multiple=True)],
)
def test_an_edit_of_the_options_takes_the_votes_away(people: People, changed: PollDraft) -> None:
    ada, bo = people.ada, people.bo
    post = asks(ada)
    votes(bo, post, 1)

    ada.edits(post, "Well?", poll=changed)

    assert stands(bo, post) == (0, (0,) * len(changed.options), ())
    votes(bo, post, len(changed.options) - 1)
    assert tally(bo, post).voters == 1


def test_an_edit_that_hides_the_totals_keeps_the_votes(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = asks(ada)
    votes(bo, post, 1)

    ada.edits(post, "Well?", poll=poll(hide_totals=True))

    asked = bo.sees_at(post).content.attached.poll
    assert asked is not None
    assert asked.hide_totals
    assert stands(bo, post) == (1, (0, 1), (1,))


def test_an_edit_takes_the_poll_away_and_brings_one(people: People, db: Database) -> None:
    ada, bo = people.ada, people.bo
    post = asks(ada)
    votes(bo, post, 1)

    ada.edits(post, "Never mind", poll=None)

    assert bo.sees_at(post).tally is None
    assert db.read_now(lambda conn: conn.value(_VOTES)) == 0
    with pytest.raises(NotFound):
        votes(bo, post, 0)
    ada.edits(post, "Or do?", poll=poll("A", "B", "C"))
    assert stands(bo, post) == (0, (0, 0, 0), ())


def test_a_refused_edit_of_a_poll_keeps_the_votes(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = asks(ada)
    votes(bo, post, 1)

    with pytest.raises(Invalid):
        ada.edits(post, "Well?", poll=poll("Yes"))

    assert stands(bo, post) == (1, (0, 1), (1,))


def test_a_vote_at_the_moment_of_an_edit_is_for_the_options_as_they_are_then(
    people: People, at_once: AtOnce
) -> None:
    ada, bo = people.ada, people.bo
    post = asks(ada, "A", "B", "C", "D")

    _, refused = at_once(
        lambda conn: _changes(conn, ada, post, poll("A", "B")),
        lambda conn: polls.vote(conn, bo.id, post.id, [3]),
    )

    assert isinstance(refused, Invalid)
    assert refused.rule == "The chosen vote option does not exist"
    assert stands(bo, post) == (0, (0, 0), ())


def test_an_edit_at_the_moment_of_a_vote_takes_that_vote_away_too(people: People, at_once: AtOnce) -> None:
    ada, bo = people.ada, people.bo
    post = asks(ada, "A", "B", "C", "D")

    at_once(
        lambda conn: polls.vote(conn, bo.id, post.id, [3]),
        lambda conn: _changes(conn, ada, post, poll("A", "B")),
    )

    assert stands(bo, post) == (0, (0, 0), ())
    assert votes(bo, post, 1).tally == Tally(1, (0, 1), (1,))


def _changes(conn: Connection, ada: Human, post: Post, draft: PollDraft | None) -> None:
    from officetalk.posts import change

    change.edit(conn, ada.id, post.id, "Well?", 140, poll=draft)


@pytest.mark.parametrize("draft", [None, poll("A", "B")])
def test_who_reads_at_the_moment_of_an_edit_gets_the_poll_as_it_was_or_as_it_is(
    people: People, db: Database, draft: PollDraft | None
) -> None:
    ada, bo = people.ada, people.bo
    post = asks(ada, "A", "B", "C", "D")
    votes(bo, post, 3)
    db.cache.clear()

    def reads(conn: Connection) -> Post:
        rows = conn.all(queries._BY_IDS, viewer=bo.id, now=conn.now, ids=[post.id])
        db.write_now(_changes, ada, post, draft)  # between the row and the content
        return queries.assemble(conn, rows, bo.id)[0]

    seen = db.read_now(reads)

    asked = seen.content.attached.poll
    assert (asked is None) == (seen.tally is None)
    if asked is not None and seen.tally is not None:
        assert len(asked.options) == len(seen.tally.votes)


def test_a_deleted_post_takes_its_poll_and_its_votes_along(people: People, db: Database) -> None:
    post = asks(people.ada)
    votes(people.bo, post, 0)

    people.ada.deletes(post)

    assert db.read_now(lambda conn: conn.value(_VOTES)) == 0
    for verb in (lambda: votes(people.cy, post, 0), lambda: people.cy.sees_at(post)):
        with pytest.raises(NotFound):
            verb()


# --- the end -----------------------------------------------------------------------------------------


def test_the_end_is_told_at_its_time_and_not_before(
    people: People, clock: Clock, due: Due, ended: list[int]
) -> None:
    post = asks(people.ada)
    clock.forward(seconds=HOUR - 10)
    assert due() == []

    clock.forward(seconds=11)

    assert due() == [polls.JOB]
    assert ended == [post.id]
    assert due() == []


def test_the_end_is_told_once_however_often_the_job_is_done(
    people: People, db: Database, clock: Clock, ended: list[int]
) -> None:
    post = asks(people.ada)
    votes(people.bo, post, 1)
    asked = post.content.attached.poll
    assert asked is not None
    clock.forward(seconds=HOUR + 1)

    for _ in range(3):
        db.write_now(polls.end, PollEnds(post.id, asked.ends_at or 0))

    assert ended == [post.id]
    assert stands(people.bo, post) == (1, (0, 1), (1,))


def test_the_end_is_told_once_when_two_processes_have_the_job_at_the_same_moment(
    people: People, clock: Clock, at_once: AtOnce, ended: list[int]
) -> None:
    post = asks(people.ada)
    asked = post.content.attached.poll
    assert asked is not None
    end = PollEnds(post.id, asked.ends_at or 0)
    clock.forward(seconds=HOUR + 1)

    at_once(lambda conn: polls.end(conn, end), lambda conn: polls.end(conn, end))

    assert ended == [post.id]


def test_the_end_is_told_when_only_the_text_was_edited_before_and_not_again_after(
    people: People, clock: Clock, due: Due, ended: list[int]
) -> None:
    ada = people.ada
    post = asks(ada)
    ada.edits(post, "Well, well?", poll=poll())
    clock.forward(seconds=HOUR + 1)
    due()

    ada.edits(post, "Well, well, well?", poll=poll())
    clock.forward(hours=2)
    due()

    assert ended == [post.id]
    assert tally(ada, post).ended


def test_no_end_is_told_of_what_was_deleted_or_taken_away(
    people: People, clock: Clock, due: Due, ended: list[int]
) -> None:
    ada = people.ada
    deleted, changed = asks(ada), asks(ada)
    ada.deletes(deleted)
    ada.edits(changed, "Never mind", poll=None)

    clock.forward(hours=2)

    assert due() == [polls.JOB, polls.JOB]
    assert ended == []


def test_a_poll_that_was_changed_ends_at_its_new_time(
    people: People, clock: Clock, due: Due, ended: list[int]
) -> None:
    ada = people.ada
    post = asks(ada)
    ada.edits(post, "Well?", poll=poll("A", "B", seconds=3 * HOUR))

    clock.forward(hours=2)
    due()
    assert ended == []
    clock.forward(hours=2)
    due()

    assert ended == [post.id]


def test_a_poll_that_has_ended_is_asked_anew_with_other_options(
    people: People, clock: Clock, due: Due, ended: list[int]
) -> None:
    ada = people.ada
    post = asks(ada)
    clock.forward(hours=2)
    due()

    ada.edits(post, "Well?", poll=poll("A", "B"))
    votes(people.bo, post, 0)
    clock.forward(hours=2)
    due()

    assert ended == [post.id, post.id]

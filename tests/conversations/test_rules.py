"""Conversations: one for each of those in a thread of direct posts, right whatever is written or deleted."""

from __future__ import annotations

import random
from typing import Any

import pytest

from officetalk.conversations import rules
from officetalk.core.database import Connection, Database
from officetalk.core.errors import NotFound, Problem
from officetalk.core.paging import Page
from officetalk.posts import change, publish
from officetalk.posts.entities import Draft, Post
from tests.people import Human, People


def of(human: Human, **page: Any) -> list[tuple[list[str], str, bool]]:
    return human.conversations(**page)


def reads_all(human: Human) -> None:
    for one in human.conversation_page():
        human._write(rules.mark_read, one.id)


def test_a_direct_post_begins_a_conversation_for_its_author_and_whom_it_mentions(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy

    ada.posts("@bo @cy hello", "direct")

    assert of(ada) == [(["bo", "cy"], "@bo @cy hello", False)]
    assert of(bo) == [(["ada", "cy"], "@bo @cy hello", True)]
    assert of(cy) == [(["ada", "bo"], "@bo @cy hello", True)]
    assert of(people.dee) == []


def test_an_answer_stands_in_the_same_conversation(people: People) -> None:
    ada, bo = people.ada, people.bo
    question = ada.posts("@bo hello", "direct")

    bo.posts("@ada yes?", "direct", parent_id=question.id)

    assert of(ada) == [(["bo"], "@ada yes?", True)]
    assert of(bo) == [(["ada"], "@ada yes?", False)]
    assert [one.root_id for one in ada.conversation_page()] == [question.id]


def test_only_direct_posts_make_conversations(people: People) -> None:
    ada, bo = people.ada, people.bo
    question = ada.posts("@bo look", "company")
    ada.posts("@bo quietly", "quiet")
    ada.posts("@bo among us", "followers")
    ada.reposts(question)
    assert of(ada) == of(bo) == []

    bo.posts("@ada in private", "direct", parent_id=question.id)

    assert of(ada) == [(["bo"], "@ada in private", True)]


def test_whoever_is_not_mentioned_in_an_answer_does_not_learn_of_it(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    question = ada.posts("@bo @cy lunch?", "direct")
    reads_all(cy)

    bo.posts("@ada without cy", "direct", parent_id=question.id)

    assert of(cy) == [(["ada", "bo"], "@bo @cy lunch?", False)]
    assert of(ada) == [(["bo"], "@ada without cy", True)]


def test_a_note_to_oneself_is_a_conversation_with_oneself(people: People) -> None:
    people.ada.posts("Buy milk", "direct")

    assert of(people.ada) == [(["ada"], "Buy milk", False)]


def test_conversations_are_listed_by_their_last_post_and_paged_both_ways(people: People) -> None:
    ada = people.ada
    first = [getattr(people, f"p{i}").posts(f"@ada {i}", "direct") for i in range(5)]
    people.p1.posts("@ada again", "direct", parent_id=first[1].id)
    order = ["@ada again", "@ada 4", "@ada 3", "@ada 2", "@ada 0"]
    assert [last for _, last, _ in of(ada)] == order

    pages, page = [], ada.conversation_page(limit=2)
    while page:
        pages += [one.last.content.text for one in page]
        page = ada.conversation_page(limit=2, max_id=page[-1].last.id)
    assert pages == order

    assert [last for _, last, _ in of(ada, limit=2, min_id=first[0].id)] == ["@ada 3", "@ada 2"]
    assert [last for _, last, _ in of(ada, limit=2, since_id=first[0].id)] == ["@ada again", "@ada 4"]


def test_reading_lasts_until_the_next_post_of_somebody_else(people: People) -> None:
    ada, bo = people.ada, people.bo
    question = ada.posts("@bo hello", "direct")
    (one,) = bo.conversation_page()

    read = bo._write(rules.mark_read, one.id)
    assert (read.unread, of(bo)[0][2]) == (False, False)

    bo.posts("@ada yes", "direct", parent_id=question.id)
    assert of(bo)[0][2] is False
    ada.posts("@bo well", "direct", parent_id=question.id)
    assert of(bo)[0][2] is True


def test_a_muted_conversation_does_not_become_unread(people: People) -> None:
    ada, bo = people.ada, people.bo
    question = ada.posts("@bo hello", "direct")
    reads_all(bo)
    bo.mutes_the_conversation_of(question)

    ada.posts("@bo again", "direct", parent_id=question.id)
    assert of(bo) == [(["ada"], "@bo again", False)]

    bo.unmutes_the_conversation_of(question)
    ada.posts("@bo and again", "direct", parent_id=question.id)
    assert of(bo) == [(["ada"], "@bo and again", True)]


@pytest.mark.parametrize("how", ["mutes", "blocks"])
def test_nothing_comes_from_somebody_whom_one_does_not_want_to_meet(people: People, how: str) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    question = ada.posts("@bo @cy hello", "direct")
    reads_all(bo)
    getattr(bo, how)(cy)

    cy.posts("@bo @ada me too", "direct", parent_id=question.id)

    assert of(bo) == [(["ada", "cy"], "@bo @cy hello", False)]
    assert of(ada) == [(["cy", "bo"], "@bo @ada me too", True)]


def test_who_is_blocked_loses_sight_of_the_conversation(people: People) -> None:
    ada, bo = people.ada, people.bo
    ada.posts("@bo hello", "direct")

    ada.blocks(bo)

    assert of(bo) == []
    (one,) = ada.conversation_page()
    assert one.last.content.text == "@bo hello"


def test_conversations_of_those_who_are_muted_later_stay_out_of_the_list(people: People) -> None:
    ada, bo = people.ada, people.bo
    ada.posts("@bo hello", "direct")
    assert len(of(bo)) == 1
    bo.mutes(ada)
    assert of(bo) == []

    bo.unmutes(ada)

    assert len(of(bo)) == 1


# --- deleting and editing ----------------------------------------------------------------------------


def test_deleting_the_last_post_brings_back_the_one_before(people: People) -> None:
    ada, bo = people.ada, people.bo
    question = ada.posts("@bo first", "direct")
    second = bo.posts("@ada second", "direct", parent_id=question.id)

    bo.deletes(second)

    assert [last for _, last, _ in of(ada) + of(bo)] == ["@bo first", "@bo first"]


def test_deleting_the_only_post_takes_the_conversation_away(people: People) -> None:
    ada, bo = people.ada, people.bo
    question = ada.posts("@bo first", "direct")
    (one,) = bo.conversation_page()

    ada.deletes(question)

    assert of(ada) == of(bo) == []
    for verb in (rules.get, rules.mark_read, rules.put_away):
        with pytest.raises(NotFound):
            bo._write(verb, one.id)


def test_deleting_a_post_that_is_not_the_last_changes_nothing(people: People) -> None:
    ada, bo = people.ada, people.bo
    question = ada.posts("@bo first", "direct")
    bo.posts("@ada second", "direct", parent_id=question.id)
    before = of(ada), of(bo)

    ada.deletes(question)

    assert (of(ada), of(bo)) == before


def test_an_edit_shows_what_it_says_now_and_makes_nothing_unread(people: People) -> None:
    ada, bo = people.ada, people.bo
    question = ada.posts("@bo frist", "direct")
    reads_all(bo)

    ada.edits(question, "@bo first")

    assert of(bo) == [(["ada"], "@bo first", False)]


def test_whom_an_edit_mentions_anew_is_in_the_conversation_and_whom_not_any_longer_is_out(
    people: People,
) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    question = ada.posts("@bo hello", "direct")

    ada.edits(question, "@cy hello")

    assert of(bo) == []
    assert of(cy) == [(["ada"], "@cy hello", True)]
    assert of(ada) == [(["cy"], "@cy hello", False)]


def test_whom_an_edit_no_longer_mentions_falls_back_to_the_post_before(people: People) -> None:
    ada, bo = people.ada, people.bo
    question = ada.posts("@bo one", "direct")
    second = ada.posts("@bo two", "direct", parent_id=question.id)

    ada.edits(second, "two")

    assert of(bo) == [(["ada"], "@bo one", True)]
    assert of(ada) == [(["ada"], "two", False)]


# --- putting away ------------------------------------------------------------------------------------


def test_a_conversation_that_was_put_away_comes_back_with_the_next_post(people: People) -> None:
    ada, bo = people.ada, people.bo
    question = ada.posts("@bo one", "direct")
    (one,) = bo.conversation_page()

    bo._write(rules.put_away, one.id)

    assert of(bo) == []
    assert len(of(ada)) == 1, "only the own list"
    with pytest.raises(NotFound):
        bo._read(rules.get, one.id)
    with pytest.raises(NotFound):
        bo._write(rules.put_away, one.id)

    second = ada.posts("@bo two", "direct", parent_id=question.id)
    assert of(bo) == [(["ada"], "@bo two", True)]
    ada.deletes(second)
    assert of(bo) == [], "what was put away does not come back"


def test_an_edit_does_not_bring_back_what_was_put_away(people: People) -> None:
    ada, bo = people.ada, people.bo
    question = ada.posts("@bo one", "direct")
    bo._write(rules.put_away, bo.conversation_page()[0].id)

    ada.edits(question, "@bo won")

    assert of(bo) == []


def test_a_conversation_is_its_readers_alone(people: People) -> None:
    ada, bo = people.ada, people.bo
    ada.posts("@bo hello", "direct")
    (mine,) = ada.conversation_page()

    for human in (bo, people.cy):
        for verb in (rules.get, rules.mark_read, rules.put_away):
            with pytest.raises(NotFound):
                human._write(verb, mine.id)
    assert len(of(ada)) == 1
    with pytest.raises(NotFound):
        people.cy._read(rules.of_thread, mine.root_id)
    assert bo._read(rules.of_thread, mine.root_id).last.id == mine.last.id


def test_everybody_in_it_is_told_of_a_change(people: People, db: Database) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    heard: list[tuple[int, int]] = []
    db.bus.listen("conversation.changed", lambda e: heard.append((e.id, e.actor)))

    def told() -> list[tuple[int, int]]:
        found = sorted(heard)
        heard.clear()
        return found

    question = ada.posts("@bo one", "direct")
    assert told() == sorted([(question.id, ada.id), (question.id, bo.id)])
    second = bo.posts("@ada @cy two", "direct", parent_id=question.id)
    assert told() == sorted((question.id, human.id) for human in (ada, bo, cy))
    bo.edits(second, "@ada two")
    assert told() == sorted((question.id, human.id) for human in (ada, bo, cy))
    bo.deletes(second)
    assert told() == sorted([(question.id, ada.id), (question.id, bo.id)])
    bo._write(rules.mark_read, bo.conversation_page()[0].id)
    assert told() == [(question.id, bo.id)]
    ada.posts("@bo in the open")
    assert told() == []


# --- every direct post -------------------------------------------------------------------------------


def test_every_direct_post_stands_in_the_old_timeline(people: People) -> None:
    ada, bo = people.ada, people.bo
    first = ada.posts("@bo one", "direct")
    bo.posts("@ada two", "direct", parent_id=first.id)
    people.cy.posts("@ada three", "direct")
    people.cy.posts("@bo not for ada", "direct")
    ada.posts("@bo in the open")
    ada._write(rules.put_away, ada.conversation_page()[0].id)

    found = [post.content.text for post in ada._read(rules.direct_posts, Page())]

    assert found == ["@ada three", "@ada two", "@bo one"]
    newer = ada._read(rules.direct_posts, Page(1, min_id=first.id))
    assert [post.content.text for post in newer] == ["@ada two"]


# --- whatever happens --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_the_last_post_is_what_a_look_at_every_post_finds(people: People, db: Database, seed: int) -> None:
    """Random direct talk: publishing, answering, editing, deleting. Nobody mutes or blocks here."""
    dice = random.Random(seed)
    humans = [getattr(people, f"p{i}") for i in range(5)]
    posts: dict[int, Post] = {}

    def text() -> str:
        chosen = dice.sample(humans, dice.randrange(4))
        return " ".join([*(f"@{human.name}" for human in chosen), f"{dice.random()}"])

    def live(conn: Connection) -> None:
        for _ in range(80):
            who, act = dice.choice(humans), dice.random()
            some = dice.choice(list(posts.values())) if posts else None
            try:
                if some is None or act < 0.3:
                    made = publish.publish(conn, who.id, Draft(text(), "direct"), 140)
                    posts[made.id] = made
                elif act < 0.65:
                    made = publish.publish(conn, who.id, Draft(text(), "direct", parent_id=some.id), 140)
                    posts[made.id] = made
                elif act < 0.8:
                    edited = change.edit(conn, some.content.author_id, some.id, text(), 140)
                    posts[some.id] = edited
                else:
                    change.delete_post(conn, some.content.author_id, some.id)
                    del posts[some.id]
            except Problem:  # answering what one may not read
                continue

    db.write_now(live)

    for human in humans:
        expected: dict[int, int] = {}
        for post in posts.values():
            content = post.content
            if human.id in {content.author_id, *(id for id, _ in content.recognised.mentions)}:
                expected[content.conversation_id] = max(expected.get(content.conversation_id, 0), post.id)
        found = human.conversation_page(limit=100)
        assert [(one.root_id, one.last.id) for one in found] == sorted(
            expected.items(), key=lambda item: item[1], reverse=True
        )
        mine = {id for id, post in posts.items() if human.id in _between(post)}
        assert {post.id for post in human._read(rules.direct_posts, Page(200))} == mine


def _between(post: Post) -> set[int]:
    return {post.content.author_id, *(id for id, _ in post.content.recognised.mentions)}


# --- statements --------------------------------------------------------------------------------------


def test_listing_takes_a_fixed_number_of_statements(people: People, db: Database) -> None:
    ada = people.ada

    def statements() -> int:
        def ask(conn: Connection) -> int:
            assert rules.conversations(conn, ada.id, Page(40))
            return conn.statements

        db.cache.clear()
        return db.read_now(ask)

    people.bo.posts("@ada hello", "direct")
    few = statements()
    for i in range(30):
        getattr(people, f"p{i}").posts(f"@ada @p{(i + 1) % 30} {i}", "direct")

    assert statements() == few <= 5


def test_publishing_takes_as_many_statements_for_many_people_as_for_few(people: People, db: Database) -> None:
    ada, humans = people.ada, [getattr(people, f"p{i}") for i in range(40)]

    def statements(mentioned: list[Human], audience: Any) -> int:
        def write(conn: Connection) -> int:
            text = " ".join(f"@{human.name}" for human in mentioned)
            publish.publish(conn, ada.id, Draft(text, audience), 1000)
            return conn.statements

        return db.write_now(write)

    statements(humans, "direct")  # so that everybody is known
    assert statements(humans[:2], "direct") == statements(humans, "direct")
    assert statements(humans[:1], "quiet") < statements(humans[:1], "direct")

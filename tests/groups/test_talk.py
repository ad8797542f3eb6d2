"""What is said in groups: how a post comes into one, who reads it by which way, and what is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from officetalk.core.database import Database, connect
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.events import Event
from officetalk.groups import change, members
from officetalk.live import readers as live
from officetalk.posts import queries, thread
from officetalk.posts.entities import Draft, Post
from officetalk.posts.publish import publish
from officetalk.timelines import home, lists
from tests.people import Human, People
from tests.posts import test_visibility as every
from tests.posts.test_visibility import EVERYBODY, TAG

KINDS = ("open", "closed", "secret")
# What each reader is to the group, in which ada, who is a member, writes.
READERS = {
    "ada": "the author",
    "mo": "a member",
    "mut": "a member who muted the author",
    "ben": "a member whom the author blocked",
    "sam": "a stranger",
    "fay": "a follower of the author",
    "mona": "a mentioned stranger",
    "ford": "a former member",
    "ivy": "an invited one",
    "ask": "somebody who asked to join",
    "adi": "an administrator",
}
IN = {"ada", "mo", "mut", "ben"}


class World:
    """A post in a group of each kind."""

    def __init__(self, people: People) -> None:
        self.db, self.people = people.ada.db, people
        self.readers = {name: getattr(people, name) for name in READERS}
        self.events: dict[int, Event] = {}
        people.adi.changes(role="administrator")
        people.fay.follows(people.ada)
        stop = self.db.bus.listen("post.published", lambda event: self.events.update({event.id: event}))
        self.group = {kind: people.own.founds(f"{kind}-group", kind) for kind in KINDS}
        self.post: dict[str, Post] = {}
        self.below: dict[str, Post] = {}
        for kind, group in self.group.items():
            for name in (*IN, "ford", "ivy"):
                people.own.invites(group, self.readers[name])
                if name != "ivy":
                    self.readers[name].joins(group)
            if kind == "closed":
                people.ask.joins(group)
            self.post[kind] = people.ada.tells(group, f"{kind} post #{TAG} @mona @ben https://reach.example/")
            self.below[kind] = people.mo.comments(self.post[kind], f"{kind} answer")
            people.ada.pins(self.post[kind])
            for reader in self.readers.values():
                for table in every._MARK:
                    self.db.write_now(every._mark, table, reader.id, self.post[kind].id)
            people.ford.leaves(group)
        people.mut.mutes(people.ada)
        people.ada.blocks(people.ben)
        stop()

    def reach(self, reader: Human, kind: str) -> dict[str, bool]:
        return {name: way(self, reader, kind) for name, way in WAYS.items()}


def _in_group(world: World, reader: Human, kind: str) -> bool:
    found = world.db.read_now(lists.of_group, reader.id, world.group[kind].id, EVERYBODY)
    return world.post[kind].id in {post.id for post in found}


def _above_an_answer(world: World, reader: Human, kind: str) -> bool:
    try:
        found = world.db.read_now(thread.thread, reader.id, world.below[kind].id)
    except NotFound:
        return False
    return world.post[kind].id in {post.id for post in found.ancestors}


def _live_at_home(world: World, reader: Human, kind: str) -> bool:
    return reader.id in world.db.read_now(live.at_home, world.post[kind].id, [reader.id])


def _live_in_group(world: World, reader: Human, kind: str) -> bool:
    event = world.events[world.post[kind].id]
    in_feed = world.db.read_now(live.in_feed, event.id, [reader.id])
    return world.group[kind].id in event.more and reader.id in in_feed


WAYS: dict[str, Callable[[Any, Human, str], bool]] = {
    **{
        way: every.WAYS[way]
        for way in ("get", "by ids", "history", "thread", "who likes it", "profile", "pinned", "home", "company feed",
                    "hashtag", "several hashtags", "link", "likes", "bookmarks", "search")
    },
    "group": _in_group,
    "above an answer": _above_an_answer,
    "live at home": _live_at_home,
    "live in the group": _live_in_group,
}  # fmt: skip


def expected(reader: str, kind: str) -> dict[str, bool]:
    """The rules, said once more and without a database."""
    may = reader == "ada" or (reader != "ben" and (kind == "open" or reader in IN))
    wants = may and reader != "mut"
    member = reader in IN
    return {
        **dict.fromkeys(("get", "by ids", "history", "thread", "who likes it", "profile", "pinned"), may),
        **dict.fromkeys(("home", "live at home"), wants and (member or reader == "fay")),
        **dict.fromkeys(("company feed", "link"), False),
        **dict.fromkeys(("hashtag", "several hashtags", "likes", "bookmarks", "search"), wants),
        **dict.fromkeys(("group", "live in the group"), wants),
        "above an answer": wants,
    }


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, new_shared_database: Callable[[str], str]) -> Iterator[World]:
    db = connect(new_shared_database(request.param))
    yield World(People(db))
    db.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reader", READERS, ids=READERS.get)
def test_what_is_said_in_a_group_reaches_whom_it_is_for(world: World, reader: str, kind: str) -> None:
    assert world.reach(world.readers[reader], kind) == expected(reader, kind)


def test_who_becomes_a_member_reads_all_and_who_leaves_nothing(people: People) -> None:
    group = people.ada.founds("apollo", "closed")
    people.ada.tells(group, "Before")
    people.bo.joins(group)
    assert people.bo.reads(group) == people.bo.home() == []

    people.ada.lets_in(group, people.bo)
    assert people.bo.reads(group) == people.bo.home() == ["Before"]

    people.bo.leaves(group)
    assert people.bo.reads(group) == people.bo.home() == []


def test_opening_a_group_opens_what_was_said_and_closing_it_closes_that(people: People, db: Database) -> None:
    group = people.ada.founds("apollo", "secret")
    people.ada.tells(group, "Among us")
    assert people.bo.reads(group) == []

    db.write_now(change.change, people.ada.id, group.id, kind="open")
    assert people.bo.reads(group) == ["Among us"]

    db.write_now(change.change, people.ada.id, group.id, kind="closed")
    assert people.bo.reads(group) == []


# --- how a post comes into a group ----------------------------------------------------------------------


def test_a_member_who_mentions_a_group_posts_to_it(people: People) -> None:
    group = people.ada.founds("apollo", "closed")

    made = people.ada.posts("@apollo has landed")

    assert (made.content.audience, made.content.audience_of) == ("group", group.id)
    assert made.content.recognised.groups == ((group.id, "apollo"),)
    assert people.ada.reads(group) == ["@apollo has landed"]
    assert people.ada.company() == []


def test_who_is_no_member_only_names_the_group(people: People) -> None:
    group = people.ada.founds("apollo")

    made = people.bo.posts("What is @apollo?")

    assert made.content.audience == "company"
    assert made.content.recognised.groups == ((group.id, "apollo"),)
    assert people.ada.reads(group) == []


def test_a_secret_group_is_no_name_for_who_does_not_know_of_it(people: People) -> None:
    people.ada.founds("apollo", "secret")

    assert people.bo.posts("What is @apollo?").content.recognised.groups == ()


def test_an_answer_stays_in_the_group_whatever_audience_is_asked_for(people: People) -> None:
    group = people.ada.founds("apollo", "closed")
    first = people.ada.tells(group, "Who comes?")

    answer = people.ada.comments(first, "Me", "company")

    assert (answer.content.audience, answer.content.audience_of) == ("group", group.id)
    assert people.ada.sees_at(first).comments == 1
    people.ada.deletes(answer)
    assert people.ada.sees_at(first).comments == 0


def test_everybody_answers_in_an_open_group_and_members_in_the_others(people: People, db: Database) -> None:
    opened, closed = people.ada.founds("everyday"), people.ada.founds("some", "closed")
    asked, inside = people.ada.tells(opened, "Who knows?"), people.ada.tells(closed, "Who knows?")

    assert people.bo.comments(asked, "I do").content.audience_of == opened.id
    with pytest.raises(NotFound):
        people.bo.comments(inside, "I do")
    with pytest.raises(Forbidden, match="Only members"):
        people.bo.tells(opened, "I begin")
    with pytest.raises(Forbidden, match="Only members"):
        people.bo.tells(closed, "I begin")


def test_a_group_that_is_not_there_is_named_as_the_wrong_field(people: People, db: Database) -> None:
    secret = people.ada.founds("apollo", "secret")
    for id in (secret.id, 42):
        with pytest.raises(Invalid) as refused:
            db.write_now(publish, people.bo.id, Draft("Hello", "group", group_id=id), 140)
        assert refused.value.field == "group_id"
    with pytest.raises(Invalid):
        db.write_now(publish, people.bo.id, Draft("Hello", "group"), 140)


def test_an_archived_group_is_read_and_not_written(people: People, db: Database) -> None:
    group = people.ada.founds("apollo")
    first = people.ada.tells(group, "Done")
    db.write_now(change.archive, people.ada.id, group.id)

    assert people.bo.reads(group) == ["Done"]
    with pytest.raises(Forbidden, match="archived"):
        people.ada.tells(group, "More")
    with pytest.raises(Forbidden, match="archived"):
        people.ada.comments(first, "More")
    assert people.ada.posts("@apollo was good").content.audience == "company"

    db.write_now(change.archive, people.ada.id, group.id, archived=False)
    assert people.ada.tells(group, "More").content.audience == "group"


def test_an_edit_leaves_a_post_in_its_group(people: People) -> None:
    group, other = people.ada.founds("apollo"), people.ada.founds("gemini")
    post = people.ada.posts("@apollo has landed")

    edited = people.ada.edits(post, "@gemini has landed")

    assert edited.content.audience_of == group.id
    assert people.ada.reads(group) == ["@gemini has landed"]
    assert people.ada.reads(other) == []


def test_what_is_said_in_a_group_is_not_passed_on(people: People) -> None:
    group = people.ada.founds("apollo")
    post = people.ada.tells(group, "Among us")

    with pytest.raises(Forbidden):
        people.ada.reposts(post)
    with pytest.raises(Forbidden):
        people.bo.reposts(post)


def test_groups_count_what_is_said_in_them_and_profiles_do_not(people: People, db: Database) -> None:
    group = people.ada.founds("apollo")
    post = people.ada.tells(group, "One")
    people.ada.comments(post, "Two")

    assert people.ada.counts.posts == 0
    assert people.ada.joins(group).person.counts.posts == 2
    people.ada.deletes(post)
    assert people.ada.joins(group).person.counts.posts == 1


def test_a_member_can_keep_a_group_out_of_home(people: People, db: Database) -> None:
    group = people.ada.founds("apollo")
    people.bo.joins(group)
    people.ada.tells(group, "Hello")
    assert people.bo.home() == ["Hello"]

    db.write_now(members.keep_quiet, people.bo.id, group.id, quiet=True)

    assert (people.bo.home(), people.bo.reads(group)) == ([], ["Hello"])
    assert people.bo.joins(group).quiet


def test_members_of_many_groups_read_home_in_the_same_statements(people: People, db: Database) -> None:
    for name in ("a1", "b1", "c1"):
        people.bo.joins(people.ada.founds(name))
        people.ada.tells(people.ada.joins(people.ada.founds(f"{name}x")), "Elsewhere")

    assert db.read_now(home.home, people.bo.id, EVERYBODY) == []
    assert db.read_now(queries.by_ids, people.bo.id, []) == []

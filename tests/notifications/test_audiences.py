"""Who is told of a post: every audience, every kind of reader; and what becomes of it when things change."""

from __future__ import annotations

import contextlib

import pytest
from sqlalchemy import insert

from officetalk.accounts.tables import account
from officetalk.core.database import Connection, Database
from officetalk.core.errors import NotFound, Problem
from officetalk.core.sql import Statement, p
from officetalk.notifications import groups, queries, requests, retention
from officetalk.notifications.tables import notification
from tests.conftest import Clock
from tests.notifications.told import (
    Announced,
    asking,
    do_the_work,
    notifications,
    told,
    told_in_groups,
    unread,
)
from tests.people import Human, People

AUDIENCES = ("company", "quiet", "followers", "direct")
# What each reader is to ada, who writes.
READERS = {
    "fay": "a follower who rings the bell",
    "mona": "a mentioned stranger",
    "mia": "a mentioned follower who rings the bell",
    "nil": "a mentioned one who muted her, but not her notifications",
    "mut": "a mentioned follower with the bell who muted her",
    "con": "a mentioned one who muted the conversation",
    "ben": "a follower with the bell until she blocked him",
    "bill": "a mentioned one whom she blocked",
    "bea": "a mentioned one who blocked her",
    "off": "a mentioned one who has left the company",
}
MENTIONED = ("mona", "mia", "nil", "mut", "con", "bill", "bea", "off")
# Who is told, and of what.
TOLD = {
    "company": {"fay": "status", "mona": "mention", "mia": "mention", "nil": "mention"},
    "quiet": {"fay": "status", "mona": "mention", "mia": "mention", "nil": "mention"},
    "followers": {"fay": "status", "mona": "mention", "mia": "mention", "nil": "mention"},
    "direct": {"mona": "mention", "mia": "mention", "nil": "mention"},
}


def gather(people: People) -> dict[str, Human]:
    ada = people.ada
    readers = {name: getattr(people, name) for name in READERS}
    for name in ("fay", "mia", "mut", "ben"):
        readers[name].follows(ada, notify=True)
    readers["nil"].mutes(ada, notifications=False)
    readers["mut"].mutes(ada)
    ada.blocks(readers["ben"])
    ada.blocks(readers["bill"])
    readers["bea"].blocks(ada)
    readers["off"].changes(state="disabled")
    return readers


@pytest.mark.parametrize("audience", AUDIENCES)
def test_each_reader_is_told_what_the_audience_lets(people: People, db: Database, audience: str) -> None:
    ada, readers = people.ada, gather(people)
    root = ada.posts("Root")
    readers["con"].mutes_the_conversation_of(root)
    do_the_work(db)
    before = {name: len(notifications(reader)) for name, reader in readers.items()}

    ada.comments(root, " ".join(f"@{name}" for name in MENTIONED), audience)
    do_the_work(db)

    found = {
        name: [n.kind for n in notifications(reader)[: len(notifications(reader)) - before[name]]]
        for name, reader in readers.items()
    }
    assert {name: kinds for name, kinds in found.items() if kinds} == {
        name: [kind] for name, kind in TOLD[audience].items()
    }


def test_nobody_is_told_of_the_own_doings(people: People, db: Database) -> None:
    ada = people.ada
    post = ada.posts("I am @ada")
    ada.likes(post)
    ada.reposts(post)
    ada.posts("Myself", quote_of_id=post.id)
    ada.edits(post, "I am @ada!")
    do_the_work(db)

    assert told(ada) == []


# --- what happens to oneself -------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["blocks", "mutes", "is blocked"])
def test_nothing_is_told_of_people_whom_one_does_not_want(people: People, how: str) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Hello")
    if how == "blocks":
        ada.blocks(bo)
    elif how == "mutes":
        ada.mutes(bo)
    else:
        bo.blocks(ada)

    for act in (lambda: bo.likes(post), lambda: bo.reposts(post), lambda: bo.follows(ada)):
        with contextlib.suppress(Problem):  # a block forbids some of it
            act()
    bo.posts("Hello @ada")
    ada.unblocks(bo)
    ada.unmutes(bo)
    bo.unblocks(ada)

    assert told(ada) == []


def test_a_mute_that_has_ended_suppresses_nothing(people: People, clock: Clock) -> None:
    ada, bo = people.ada, people.bo
    ada.mutes(bo, seconds=60)
    bo.posts("Too early @ada")
    clock.forward(seconds=61)

    bo.posts("In time @ada")

    assert told(ada) == ["bo mention: In time @ada"]


def test_a_muted_conversation_tells_nothing_more(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Hello")
    bo.likes(post)
    ada.mutes_the_conversation_of(post)

    people.cy.likes(post)
    people.cy.reposts(post)
    bo.comments(post, "@ada Yes")
    assert told(ada) == ["bo favourite: Hello"]

    ada.unmutes_the_conversation_of(post)
    people.dee.likes(post)
    assert told(ada) == ["dee favourite: Hello", "bo favourite: Hello"]


def test_a_repost_to_followers_is_told_to_whom_can_see_it(people: People, announced: Announced) -> None:
    ada = people.ada
    post = ada.posts("Hello")
    ada.follows(people.bo)

    people.bo.reposts_to("followers", post)
    people.cy.reposts_to("followers", post)
    assert told(ada) == ["bo reblog: Hello"]
    assert announced.receivers == [people.bo.id, ada.id]  # bo that he is followed

    ada.unfollows(people.bo)
    assert told(ada) == told_in_groups(ada) == []


def test_a_quote_among_followers_is_told_to_whom_can_see_it(people: People, announced: Announced) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    post = ada.posts("Hello")
    ada.follows(bo)
    announced.receivers.clear()

    bo.posts("Look", "followers", quote_of_id=post.id)
    cy.posts("Look", "followers", quote_of_id=post.id)

    assert told(ada) == ["bo quote: Look"]
    assert announced.receivers == [ada.id]


def test_an_edit_is_not_told_to_whom_may_no_longer_read_it(people: People, db: Database) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Helo")
    bo.reposts(post)
    ada.blocks(bo)

    ada.edits(post, "Hello")
    do_the_work(db)
    ada.unblocks(bo)

    assert told(bo) == []


# --- reading asks again ------------------------------------------------------------------------------

_ROW = Statement(insert(notification).values({c.name: p(c.name, c.type) for c in notification.columns}))
STRANGERS = {"sam": "a stranger", "ford": "a former follower"}
UNWANTED = ("mut", "bea")  # those who do not want to meet her


def slip_in(conn: Connection, reader: Human, actor: Human, post_id: int, kind: str, state: str) -> None:
    """As if the reader had been told while the post was to be seen."""
    group = f"reblog-{post_id}-1" if kind == "reblog" else None
    conn.run(
        _ROW,
        id=conn.new_id(), account_id=reader.id, kind=kind, actor_id=actor.id, subject_id=post_id,
        cause_id=None, group_key=group, state=state,
    )  # fmt: skip


def ways(reader: Human) -> dict[str, bool]:
    """By which ways the reader meets something."""
    db, id = reader.db, reader.id
    key = next(iter(notifications(reader)), None)
    return {
        "list": bool(told(reader)),
        "groups": bool(told_in_groups(reader)),
        "one": key is not None and bool(db.read_now(queries.get, id, key.id)),
        "unread": unread(reader) > 0,
        "unread groups": db.read_now(groups.unread, id) > 0,
        "requests": bool(asking(reader)),
        "held": db.read_now(requests.summary, id).notifications > 0,
    }


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_way_leads_to_what_may_be_read_and_to_nothing_else(
    people: People, db: Database, audience: str
) -> None:
    ada, readers = people.ada, {**gather(people), **{name: getattr(people, name) for name in STRANGERS}}
    readers["ford"].follows(ada)
    readers["ford"].unfollows(ada)
    post = ada.posts(" ".join(f"@{name}" for name in MENTIONED), audience)
    for reader in readers.values():
        db.write_now(retention.clear, reader.id)
        db.write_now(requests.ask, "mention", ada.id, [reader.id])
        for kind, state in (("status", "shown"), ("reblog", "shown"), ("quote", "held")):
            db.write_now(slip_in, reader, ada, post.id, kind, state)

    for name, reader in readers.items():
        expected = reader.sees(post) and name not in UNWANTED
        found = ways(reader)
        assert found == dict.fromkeys(found, expected), name


# --- when things change afterwards -------------------------------------------------------------------


def nothing_left(human: Human) -> bool:
    """No list and no count knows anything."""
    return told(human) == told_in_groups(human) == [] and unread(human) == 0


def test_what_may_no_longer_be_read_drops_out(people: People, db: Database) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada, notify=True)
    ada.posts("Among us", "followers")
    do_the_work(db)
    assert told(bo) == ["ada status: Among us"]
    assert unread(bo) == 1

    bo.unfollows(ada)
    assert nothing_left(bo)

    bo.follows(ada)
    assert told(bo) == ["ada status: Among us"]


def test_of_whom_one_blocks_or_mutes_nothing_is_shown_while_it_lasts(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Hello")
    bo.likes(post)

    ada.blocks(bo)
    assert nothing_left(ada)
    ada.unblocks(bo)
    ada.mutes(bo, notifications=False)
    assert told(ada) == ["bo favourite: Hello"]
    ada.mutes(bo, notifications=True)
    assert nothing_left(ada)
    ada.unmutes(bo)
    assert told(ada) == ["bo favourite: Hello"]
    bo.blocks(ada)
    assert nothing_left(ada)


def test_of_somebody_suspended_nothing_is_shown_while_it_lasts(people: People) -> None:
    ada, bo = people.ada, people.bo
    bo.likes(ada.posts("Hello"))
    bo.posts("Hello @ada")

    bo.changes(state="suspended")
    assert nothing_left(ada)

    bo.changes(state="active")
    assert len(told(ada)) == 2


def test_of_somebody_who_is_not_there_any_longer_nothing_is_shown(people: People, db: Database) -> None:
    ada, bo = people.ada, people.bo
    bo.likes(ada.posts("Hello"))

    db.write_now(lambda conn: conn.run(Statement(account.delete().where(account.c.id == p("id"))), id=bo.id))

    assert nothing_left(ada)


def test_nobody_reads_what_others_are_told(people: People) -> None:
    ada, bo = people.ada, people.bo
    bo.likes(ada.posts("Hello"))
    (told_to_ada,) = notifications(ada)

    for reader in (bo, people.cy):
        with pytest.raises(NotFound):
            reader.db.read_now(queries.get, reader.id, told_to_ada.id)
        with pytest.raises(NotFound):
            reader.db.read_now(groups.get, reader.id, told_to_ada.group_key)
        with pytest.raises(NotFound):
            reader.db.write_now(queries.dismiss, reader.id, told_to_ada.id)
        reader.db.write_now(groups.dismiss, reader.id, told_to_ada.group_key)
    assert told(ada) == ["bo favourite: Hello"]

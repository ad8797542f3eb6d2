"""What notifications cost: a fixed number of SQL statements, whatever there is to tell or to read; and indexes
that find it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from officetalk.core.database import Connection, Database
from officetalk.core.paging import Page
from officetalk.core.sql import Statement
from officetalk.notifications import groups, policy, queries, requests
from officetalk.notifications.entities import GROUPED
from officetalk.notifications.queries import Choice
from officetalk.posts import change, marks, publish
from officetalk.posts.entities import Draft
from tests.people import Human, People

PAGE = Page(limit=40)
LIKES = Choice(frozenset({"favourite"}))
# Name to statements at the most, with empty caches: the list, posts and what the cache does not hold of them;
# of groups their members besides.
MOST = {
    "list": 3,
    "list of one kind": 3,
    "list, newer": 3,
    "one": 3,
    "groups": 4,
    "groups, newer": 4,
    "group": 3,
    "group of one": 3,
    "people of a group": 1,
    "unread": 1,
    "unread groups": 1,
    "requests": 3,
    "request": 3,
    "summary": 1,
    "policy": 1,
    "merged": 1,
}


def _fill(people: People, size: int) -> None:
    ada = people.ada
    post = ada.posts("Root")
    ada.db.write_now(policy.change, ada.id, new_accounts="accept")
    for i in range(size):
        who = getattr(people, f"p{i}")
        who.posts(f"Hello @ada {i}")
        who.likes(ada.posts(f"Mine {i}"))
        who.likes(post)
        who.reposts(post)
        who.follows(ada)
    ada.db.write_now(policy.change, ada.id, not_following="filter")
    for i in range(size):
        getattr(people, f"h{i}").posts(f"Let me in @ada {i}")


def _questions(people: People) -> dict[str, Callable[[Connection], Any]]:
    ada = people.ada.id
    db = people.ada.db
    newest = db.read_now(queries.notifications, ada, PAGE)[0].id
    group = next(g for g in db.read_now(groups.groups, ada, Page(80)).groups if g.kind == "favourite")
    request = db.read_now(requests.requests, ada, PAGE)[0].id
    return {
        "list": lambda c: queries.notifications(c, ada, PAGE),
        "list of one kind": lambda c: queries.notifications(c, ada, PAGE, LIKES),
        "list, newer": lambda c: queries.notifications(c, ada, Page(40, min_id=0)),
        "one": lambda c: queries.get(c, ada, newest),
        "groups": lambda c: groups.groups(c, ada, PAGE).groups,
        "groups, newer": lambda c: groups.groups(c, ada, Page(40, min_id=0)).groups,
        "group": lambda c: groups.get(c, ada, group.key),
        "group of one": lambda c: groups.get(c, ada, f"ungrouped-{newest}"),
        "people of a group": lambda c: groups.people(c, ada, group.key, PAGE),
        "unread": lambda c: queries.unread(c, ada),
        "unread groups": lambda c: groups.unread(c, ada),
        "requests": lambda c: requests.requests(c, ada, PAGE),
        "request": lambda c: requests.get(c, ada, request),
        "summary": lambda c: requests.summary(c, ada),
        "policy": lambda c: policy.get(c, ada),
        "merged": lambda c: requests.merged(c, ada),
    }


@pytest.mark.parametrize("size", [2, 30])
def test_reading_takes_a_fixed_number_of_statements(people: People, db: Database, size: int) -> None:
    _fill(people, size)
    questions = _questions(people)
    assert questions.keys() == MOST.keys()

    def counted(conn: Connection, question: Callable[[Connection], Any]) -> int:
        conn.cached("filters", 1)  # made when first asked for
        assert question(conn), "there must be something to read"
        return conn.statements

    db.read_now(queries.notifications, people.ada.id, PAGE)  # the viewer's filters are known
    found = {}
    for name, question in questions.items():
        for cache in ("content", "account"):
            db.cache.pop(cache, None)
        found[name] = db.read_now(counted, question)

    assert {name: n for name, n in found.items() if n > MOST[name]} == {}


def _statements(human: Human, verb: Callable[..., Any], *args: Any) -> int:
    def counted(conn: Connection) -> int:
        verb(conn, human.id, *args)
        return conn.statements

    return human.db.write_now(counted)


def test_telling_many_takes_no_more_statements_than_telling_one(people: People) -> None:
    ada = people.ada
    names = [getattr(people, f"p{i}").name for i in range(40)]
    held = [getattr(people, f"h{i}") for i in range(9)]
    for who in held:
        who.db.write_now(policy.change, who.id, not_following="filter")
    ada.posts("Everything is known")

    def said(*who: str) -> int:
        return _statements(ada, publish.publish, Draft(" ".join(f"@{name}" for name in who)), 1000)

    one, some, many = said(names[0]), said(*names[:2]), said(*names)
    asked_one, asked_many = said(held[0].name), said(*(who.name for who in held))

    assert some == many
    assert one <= many  # of several people the rows are locked first
    assert asked_many <= asked_one + 1
    assert asked_many <= many + 2  # who asks is written down, and looked at once more


def test_a_like_takes_two_statements_more_than_one_of_ones_own_post(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Hello")

    own = _statements(ada, marks.like_post, post.id)

    assert _statements(bo, marks.like_post, post.id) == own + 2
    assert _statements(bo, marks.unlike_post, post.id) <= own + 1


def test_deleting_takes_as_many_statements_whoever_was_told(people: People) -> None:
    ada = people.ada
    quiet, loud = ada.posts("Hello"), ada.posts("Hello")
    for i in range(9):
        getattr(people, f"p{i}").likes(loud)

    assert _statements(ada, change.delete_post, quiet.id) == _statements(ada, change.delete_post, loud.id)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_lists_are_read_in_the_order_of_an_index(db: Database) -> None:
    """No list is sorted, and none begins with all of somebody's notifications."""
    kinds = Choice(frozenset(GROUPED))
    lists = {
        "ix_notification_account (account_id=?": [
            queries._list(False, Choice().shape),
            queries._list(True, Choice().shape),
            queries._list(False, kinds.shape),
            groups._list(False, Choice().shape),
            groups._list(True, Choice().shape),
        ],
        "ix_notification_kind (account_id=? AND kind=?": [
            queries._list(False, LIKES.shape),
            queries._list(True, LIKES.shape),
        ],
        "ix_notification_actor (account_id=? AND actor_id=?": [
            queries._list(False, Choice(actor_id=1).shape),
        ],
    }
    for index, statements in lists.items():
        for statement in statements:
            plan = db.read_now(_plan, statement)
            first = next(step for step in plan if " n " in step or step.endswith(" n"))
            assert index in first, first
            assert "id" in first.partition(index)[2], first  # bounded by the cursor
            assert [step for step in plan if "TEMP B-TREE" in step] == [], statement
            before = [step for step in plan if " before " in step]
            assert all("ix_notification_group (account_id=? AND group_key=?" in step for step in before)


def _plan(conn: Connection, statement: Statement) -> list[str]:
    text = statement.compiled("sqlite").text
    order = statement.compiled("sqlite").order
    rows = conn.raw.execute(f"EXPLAIN QUERY PLAN {text}", [0] * len(order)).fetchall()
    return [row[3] for row in rows]

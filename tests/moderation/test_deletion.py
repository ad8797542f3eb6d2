"""Deleting what a suspended person left here."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from officetalk.core.database import Database
from officetalk.core.errors import Forbidden
from officetalk.core.paging import Page
from officetalk.core.sql import metadata
from officetalk.identity import credentials
from officetalk.jobs import queue
from officetalk.moderation import actions, deletion, log, reports
from officetalk.moderation.entities import ReportDraft
from officetalk.posts import queries
from tests.people import Human, People


@pytest.fixture
def al(people: People) -> Human:
    people.al.changes(role="administrator")
    return people.al


def shuts_and_deletes(al: Human, target: Human) -> None:
    al.db.write_now(actions.act, al.id, target.id, "suspend")
    al.db.write_now(deletion.request, al.id, target.id)


def work(db: Database) -> None:
    """Do what waits."""
    handlers = deletion.handlers(db)
    while jobs := db.write_now(queue.claim, 10):
        for job in jobs:
            if job.kind in handlers:
                asyncio.run(handlers[job.kind](job.payload))
            db.write_now(queue.done, job.id)


def test_nothing_of_what_somebody_left_remains(db: Database, people: People, al: Human) -> None:
    bo, ada, carla = people.bo, people.ada, people.carla
    db.write_now(credentials.add, bo.id, "bo@example.com", None, confirmed=True)
    bo.changes(display_name="Bo", bio="Likes gulls", job_title="Analyst")
    ada.changes(manager_id=bo.id)
    posts = [bo.posts(f"Number {i} @ada #gulls") for i in range(deletion._PART + 3)]
    hers = ada.posts("Hers")
    bo.likes(hers)
    bo.comments(hers, "A comment")
    bo.reposts(hers)
    bo.bookmarks(hers)
    bo.follows(ada)
    carla.follows(bo)
    ada.likes(posts[0])
    carla.reposts(posts[0])

    shuts_and_deletes(al, bo)
    work(db)

    account = bo.account
    assert (account.display_name, account.bio, account.job_title) == ("", "", "")
    assert account.username == "bo"  # stays taken
    assert db.read_now(credentials.email_of, bo.id) is None
    assert bo.counts.posts == 0
    assert [bo.sees(post) for post in posts[:3]] == [False] * 3
    shown = ada.sees_at(hers)
    assert (shown.likes, shown.comments, shown.reposts) == (0, 0, 0)
    assert (ada.counts.followers, ada.counts.mentions, carla.counts.following) == (0, 0, 0)
    assert ada.account.manager_id is None
    assert carla.profile_of(carla) == []


def test_it_can_be_repeated_when_it_was_cut_off(db: Database, people: People, al: Human) -> None:
    people.bo.posts("one")
    shuts_and_deletes(al, people.bo)
    handler = deletion.handlers(db)[deletion.JOB]

    for _ in range(2):
        asyncio.run(handler(msgspec.json.encode(people.bo.id).decode()))

    assert people.bo.counts.posts == 0


def test_there_is_no_way_back(people: People, al: Human) -> None:
    shuts_and_deletes(al, people.bo)

    with pytest.raises(Forbidden):
        al.db.write_now(actions.unsuspend, al.id, people.bo.id)
    with pytest.raises(Forbidden):
        al.db.write_now(deletion.request, al.id, people.bo.id)


def test_only_administrators_delete_and_only_who_is_suspended(people: People, al: Human) -> None:
    people.mo.changes(role="moderator")

    with pytest.raises(Forbidden):
        al.db.write_now(deletion.request, al.id, people.bo.id)
    al.db.write_now(actions.act, al.id, people.bo.id, "suspend")
    with pytest.raises(Forbidden):
        people.mo.db.write_now(deletion.request, people.mo.id, people.bo.id)


def test_the_log_and_the_report_stay_without_the_words(db: Database, people: People, al: Human) -> None:
    post = people.bo.posts("Unkind")
    report = db.write_now(reports.file, people.ada.id, ReportDraft(people.bo.id, (post.id,)))
    shuts_and_deletes(al, people.bo)

    work(db)

    (evidence,) = db.read_now(reports.get, al.id, report.id).posts
    assert evidence.text == ""
    told = [entry.action for entry in db.read_now(log.about, people.bo.id, Page())]
    assert told == ["delete_data", "resolve", "suspend"]
    assert db.read_now(queries.by_ids, people.ada.id, [post.id]) == []


def test_every_table_says_whether_it_goes_with_the_account() -> None:
    """A new table whose rows belong to somebody names the column account_id, target_id or owner_id, or
    stands here with the reason why it need not."""
    elsewise = {
        "account",  # emptied, so that nobody can take the name
        "post", "post_version", "feed_entry",  # deleted one by one, which keeps the counts
        "announcement",  # the company's, whoever wrote it
        "link", "link_post",  # addresses that others use too
        "golink",  # others use it too: it stays and belongs to nobody
        "report", "report_post", "moderation_log", "suspension",  # what moderators did, without the words
    }  # fmt: skip
    personal = {
        table.name
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name.endswith(("account_id", "author_id", "owner_id", "target_id", "actor_id"))
    }
    gone = {statement.clause.table.name for statement in deletion._belongings()}  # type: ignore[attr-defined]

    assert personal - gone <= elsewise
    assert gone.isdisjoint(elsewise - {"link"})

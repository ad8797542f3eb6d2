"""What is told to one person alone or to everybody alike: notifications, conversations, changed filters,
announcements; and filters, which are somebody's own too."""

from __future__ import annotations

from collections.abc import Callable

from officetalk.announcements import react, write
from officetalk.announcements.entities import AnnouncementDraft
from officetalk.filters import rules as filters
from officetalk.filters.rules import KeywordChange
from tests.api.client import ORIGIN, Api
from tests.api.live_server import Ear, LiveServer, is_last, is_silent
from tests.people import People

Listen = Callable[..., Ear]

# --- what is for somebody alone -----------------------------------------------------------------------


def test_a_notification_comes_to_its_receiver(people: People, listen: Listen, api: Api) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Hello")

    with listen(ada, "user") as ear, listen(ada, "user:notification") as alone, listen(bo, "user") as other:
        bo.likes(post)
        stream, event, notification = ear.hears()

        assert (stream, event) == (["user"], "notification")
        assert notification["type"] == "favourite"
        assert (notification["account"]["username"], notification["status"]["id"]) == ("bo", str(post.id))
        assert [notification] == api.as_person(ada).get("/api/v1/notifications").json()
        assert alone.hears() == (["user:notification"], "notification", notification)
        assert is_last(other, bo)
        ada.posts("Posts are not for the stream of notifications")
        assert is_silent(alone)


def test_without_the_scope_the_user_stream_has_no_notifications(
    people: People, server: LiveServer, api: Api
) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Hello")
    token = api.as_person(ada, "read:statuses").token

    with server.connect(token, stream="user") as ear:
        bo.likes(post)

        assert is_last(ear, ada)


def test_merged_notifications_and_changed_filters_are_told(people: People, listen: Listen) -> None:
    ada = people.ada

    with listen(ada, "user") as ear, listen(people.bo, "user") as other:
        ada.db.write_now(lambda conn: conn.announce("notifications.merged", ada.id, ada.id))
        assert ear.hears()[:2] == (["user"], "notifications_merged")
        ada.db.write_now(filters.create, ada.id, "No lunch", ["home"])

        assert ear.frame() == {"stream": ["user"], "event": "filters_changed"}
        assert is_last(other, people.bo)


def test_a_conversation_is_heard_by_those_in_it(people: People, listen: Listen, api: Api) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy

    with listen(bo, "direct") as ear, listen(cy, "direct") as other, listen(ada, "direct") as author:
        ada.posts("For @bo alone", "direct")
        stream, event, conversation = ear.hears()

        assert (stream, event) == (["direct"], "conversation")
        assert [conversation] == api.as_person(bo).get("/api/v1/conversations").json()
        assert author.hears()[2]["accounts"][0]["username"] == "bo"
        assert is_silent(other)


# --- announcements ------------------------------------------------------------------------------------


def test_announcements_come_to_everybody(people: People, listen: Listen) -> None:
    ada, bo = people.ada, people.bo

    with listen(ada, "user") as ear, listen(bo, "user") as other, listen(bo, "public") as public:
        made = ada.db.write_now(write.announce, None, AnnouncementDraft("Cake at **three**"), ORIGIN)
        stream, event, announcement = ear.hears()
        assert (stream, event, announcement["id"]) == (["user"], "announcement", str(made.id))
        assert "read" not in announcement
        assert other.hears() == (stream, event, announcement)

        ada.db.write_now(react.react, bo.id, made.id, "🎂")
        reaction = {"name": "🎂", "count": 1, "announcement_id": str(made.id)}
        assert ear.hears() == (["user"], "announcement.reaction", reaction)
        ada.db.write_now(write.change, None, made.id, AnnouncementDraft("Cake at four"), ORIGIN)
        changed = ear.hears()
        assert changed[1] == "announcement"
        assert changed[2]["reactions"] == [{"name": "🎂", "count": 1}]
        ada.db.write_now(react.unreact, bo.id, made.id, "🎂")
        assert ear.hears()[2] == {**reaction, "count": 0}
        ada.db.write_now(write.remove, None, made.id)

        assert ear.frame() == {"stream": ["user"], "event": "announcement.delete", "payload": str(made.id)}
        assert is_last(public, ada)


# --- filters ------------------------------------------------------------------------------------------


def test_who_filters_a_post_is_told_so_and_nobody_else(people: People, listen: Listen) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    for reader in (bo, cy):
        reader.follows(ada)
        words = [KeywordChange(keyword="lunch" if reader is bo else "dinner")]
        ada.db.write_now(filters.create, reader.id, "Food", ["home"], "warn", None, words)

    with listen(bo, "user") as filtering, listen(cy, "user") as other, listen(people.dee, "public") as third:
        ada.posts("Lunch is ready")
        filtered = [ear.hears()[2]["filtered"] for ear in (filtering, other, third)]

        assert [(f["filter"]["title"], f["keyword_matches"]) for f in filtered[0]] == [("Food", ["lunch"])]
        assert filtered[1:] == [[], []]

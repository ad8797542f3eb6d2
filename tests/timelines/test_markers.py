"""Where a reader stopped reading, and what the company talks about."""

from __future__ import annotations

import pytest

from officetalk.core.database import Connection, Database
from officetalk.core.errors import Conflict
from officetalk.timelines import markers
from officetalk.timelines.talked import talked_about
from tests.conftest import Clock
from tests.people import People


def test_a_marker_is_kept_for_each_timeline_and_reader(people: People, db: Database) -> None:
    ada, bo = people.ada, people.bo

    db.write_now(markers.put, ada.id, {"home": 10, "notifications": 20})
    db.write_now(markers.put, ada.id, {"home": 30})

    found = db.read_now(markers.get, ada.id, ["home", "notifications"])
    assert [(m.timeline, m.last_read_id, m.version) for m in found] == [
        ("home", 30, 2),
        ("notifications", 20, 1),
    ]
    assert [m.timeline for m in db.read_now(markers.get, ada.id, ["home"])] == ["home"]
    assert db.read_now(markers.get, bo.id, ["home", "notifications"]) == []


def test_a_marker_that_another_client_moved_meanwhile_is_a_conflict(
    people: People, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = people.ada
    db.write_now(markers.put, ada.id, {"home": 10})
    stale = db.read_now(markers.get, ada.id, ["home"])
    db.write_now(markers.put, ada.id, {"home": 20})

    def put(conn: Connection) -> None:
        monkeypatch.setattr(markers, "get", lambda *_: stale)
        markers.put(conn, ada.id, {"home": 15})

    with pytest.raises(Conflict):
        db.write_now(put)
    monkeypatch.undo()
    assert db.read_now(markers.get, ada.id, ["home"])[0].last_read_id == 20


def test_what_is_talked_about_counts_the_last_day_of_what_everybody_reads(
    people: People, db: Database, clock: Clock
) -> None:
    ada, bo = people.ada, people.bo
    ada.posts("#yesterday")
    clock.forward(hours=25)
    ada.posts("#launch #bugs")
    bo.posts("#Launch again")
    ada.posts("#secret", "followers")
    ada.deletes(ada.posts("#gone"))

    assert db.read_now(talked_about) == [("launch", 2), ("bugs", 1)]


def test_what_is_talked_about_is_looked_up_once_a_minute(people: People, db: Database, clock: Clock) -> None:
    people.ada.posts("#one")
    assert db.read_now(talked_about) == [("one", 1)]
    people.ada.posts("#one #two")
    assert db.read_now(talked_about) == [("one", 1)]

    clock.forward(seconds=61)

    assert db.read_now(talked_about) == [("one", 2), ("two", 1)]

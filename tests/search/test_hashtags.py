"""Finding hashtags: by how they begin, most used first, and none that gives a hidden post away."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from officetalk.core.database import Connection, Database
from officetalk.search import hashtags
from tests.people import Human, People


def found(viewer: Human, query: str, *args: Any) -> list[str]:
    return [tag.name for tag in viewer.db.read_now(hashtags.search, viewer.id, query, *args)]


def test_a_hashtag_is_found_from_its_first_letters_on_with_or_without_its_sign(people: People) -> None:
    people.ada.posts("#ReleaseNotes are out")

    for typed in ("r", "rel", "RELEASENOTES", "#rel", "＃rel", " release "):
        assert found(people.bo, typed) == ["ReleaseNotes"]
    for typed in ("notes", "released", "", "#", " "):
        assert found(people.bo, typed) == []


@pytest.mark.parametrize(
    ("tag", "typed"), [("Café", "cafe"), ("łódź", "LODZ"), ("東京", "東"), ("Αθήνα", "αθη")]
)
def test_every_script_is_found_accents_folded(people: People, tag: str, typed: str) -> None:
    people.ada.posts(f"#{tag}")

    assert found(people.bo, typed) == [tag]


def test_the_very_one_comes_first_then_the_most_used_of_late(people: People, clock: Any) -> None:
    ada = people.ada
    for _ in range(4):
        ada.posts("#probe_old")
    clock.forward(days=60)
    for tag in ("probe", "probe_a", "probe_b", "probe_b", "probe_c", "probe_c", "probe_c"):
        ada.posts(f"#{tag}")

    assert found(people.bo, "probe") == ["probe", "probe_c", "probe_b", "probe_a", "probe_old"]
    assert found(people.bo, "probe", 2, 1) == ["probe_c", "probe_b"]


def test_a_hashtag_of_hidden_posts_shows_only_to_those_who_may_read_one(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    bo.follows(ada)
    ada.posts("#merger_secret", "followers")
    ada.posts("psst @cy #merger_direct", "direct")
    ada.posts("#merger_quiet", "quiet")

    assert found(ada, "merger") == found(bo, "merger") == ["merger_quiet", "merger_secret"]
    assert found(cy, "merger") == ["merger_quiet"]


def test_hidden_uses_do_not_count(people: People) -> None:
    ada, cy = people.ada, people.cy
    for _ in range(5):
        ada.posts("#plan_a", "followers")
    ada.posts("#plan_a")
    for _ in range(2):
        ada.posts("#plan_b")

    assert found(cy, "plan") == ["plan_b", "plan_a"]
    assert found(ada, "plan") == ["plan_a", "plan_b"]


def test_what_is_gone_is_not_found(people: People) -> None:
    ada, bo = people.ada, people.bo
    deleted = ada.posts("#fleeting")
    edited = ada.posts("#wrong")
    ada.deletes(deleted)
    ada.edits(edited, "#right")
    bo.follows_hashtag("unused")
    ada.posts("#blocked")

    assert found(bo, "fleeting") == found(bo, "wrong") == found(bo, "unused") == []
    assert found(bo, "right") == ["right"]
    ada.blocks(bo)
    assert found(bo, "blocked") == []


def test_it_says_what_one_follows(people: People) -> None:
    people.ada.posts("#tea #teapot")
    people.bo.follows_hashtag("teapot")

    tags = people.bo.db.read_now(hashtags.search, people.bo.id, "tea")
    assert {tag.name: tag.following for tag in tags} == {"tea": False, "teapot": True}


def test_a_search_takes_one_statement(db: Database, people: People) -> None:
    def count(conn: Connection) -> int:
        before = conn.statements
        hashtags.search(conn, people.bo.id, "t")
        return conn.statements - before

    for i in range(20):
        people.ada.posts(f"#tea{i}")
    assert db.read_now(count) == 1


@pytest.fixture
def ada(people: People) -> Human:
    return people.ada


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(query=st.text(max_size=40))
def test_nothing_that_is_typed_is_an_error(ada: Human, query: str) -> None:
    assert isinstance(found(ada, query), list)

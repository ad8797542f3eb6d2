"""Finding people: by what, in which order, and who is never found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from officetalk.accounts import profile
from officetalk.core.database import Connection, Database
from officetalk.core.sql import Statement
from officetalk.search import bulk, people
from officetalk.search.tables import person_piece, person_word
from tests.people import Human

Join = Callable[..., Human]


@pytest.fixture
def join(db: Database) -> Join:
    """Somebody joins the company: `join("hana", "Hana Kobayashi", job_title="Designer")`."""

    def join(username: str, name: str = "", state: str = "active", **parts: Any) -> Human:
        made = db.write_now(profile.create, username, display_name=name, state=state)
        if parts:
            db.write_now(profile.update_profile, made.id, **parts)
        return Human(db, made.id, username)

    return join


@pytest.fixture
def me(join: Join) -> Human:
    return join("viewer", "Zoe Viewer")


def found(viewer: Human, query: str, *args: Any, **options: Any) -> list[str]:
    people_found = viewer.db.read_now(people.search, viewer.id, query, *args, **options)
    return [person.account.username for person in people_found]


def test_a_name_is_found_from_its_first_letters_on(me: Human, join: Join) -> None:
    join("hk", "Hana Kobayashi", job_title="Designer", department="Product", location="Osaka")

    for typed in (
        "h",
        "ha",
        "hana",
        "HANA",
        "kob",
        "hana k",
        "koba hana",
        "hk",
        "desi",
        "prod",
        "osa",
        "hana osaka",
    ):
        assert found(me, typed) == ["hk"], typed
    for typed in ("ana", "hana x", "hana zoe"):
        assert "hk" not in found(me, typed) or typed == "ana", typed


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Łukasz Żółć", "lukasz zolc"),
        ("Jörg Weiß", "jorg weiss"),
        ("Renée Åström", "RENEE astrom"),
        ("Søren Đặng", "soren dang"),
        ("Ελένη Παπαδοπούλου", "ελενη"),
        ("Алёна Королёва", "алена"),
        ("山田太郎", "太"),
        ("山田太郎", "太郎"),
        ("山田太郎", "山田 太郎"),
        ("김민수", "민수"),
        ("みどり カタヤマ", "ｶﾀﾔﾏ"),
        ("สมชาย ใจดี", "ชาย"),
        ("محمد علي", "علي"),
        ("प्रिया शर्मा", "शर्मा"),
        ("Jean-Luc O'Brien", "jeanluc"),
        ("Jean-Luc O'Brien", "o'brien"),
        ("Jean-Luc O'Brien", "obrien"),
        ("Ada de la Cruz Santos y Vega", "ada de la cruz santos y vega"),
    ],
)
def test_names_of_every_script_are_found_accents_folded(me: Human, join: Join, name: str, typed: str) -> None:
    join("one", name)
    join("other", "Somebody Else")

    assert found(me, typed) == ["one"]


@pytest.mark.parametrize(
    "typed",
    ["tomsz wieczrek", "tomasz wieczorke", "tomaszz", "wieczoerk", "Tomsz", "wieczorak tomasz", "wizcorek"],
)
def test_typing_errors_are_forgiven(me: Human, join: Join, typed: str) -> None:
    join("tw", "Tomasz Wieczorek")
    for name in ("Hana Kobayashi", "Thomas Anderson", "Anna Nowak", "Ola Nordmann"):
        join(name.split()[0].lower(), name)

    assert found(me, typed)[0] == "tw"


@pytest.mark.parametrize("typed", ["hana kobayshi", "hnaa", "kobayasi", "hnna kobayashi", "kobayahsi h"])
def test_typing_errors_are_forgiven_in_another_name_too(me: Human, join: Join, typed: str) -> None:
    join("hk", "Hana Kobayashi")
    for name in ("Tomasz Wieczorek", "Kobe Bryant", "Koba Yates", "Ola Nordmann"):
        join(name.split()[0].lower() + "x", name)

    assert found(me, typed)[0] == "hk"


def test_nothing_like_a_name_finds_nobody(me: Human, join: Join) -> None:
    join("tw", "Tomasz Wieczorek")

    for typed in ("qqqq", "xylophone", "tomasz qqqq", "太", "", " ", "!", "@", "2024"):
        assert found(me, typed) == []


def test_who_is_found_by_the_full_name_is_not_joined_by_the_alike(me: Human, join: Join) -> None:
    join("anna", "Anna Berg")
    join("hanna", "Hanna Borg")

    assert found(me, "anna berg") == ["anna"]
    assert found(me, "anna borg") == ["anna", "hanna"]  # one error away, both


def test_the_best_match_comes_first(me: Human, join: Join) -> None:
    join("location", "Q One", location="Marina Bay")
    join("department", "Q Two", department="Marketing")
    join("title", "Q Three", job_title="Marketeer")
    join("display", "Marit Q")
    join("mar.q", "Q Four")
    join("mar", "Q Five")

    assert found(me, "mar") == ["mar", "mar.q", "display", "title", "department", "location"]


def test_a_whole_name_comes_before_the_beginning_of_one(me: Human, join: Join) -> None:
    join("annabel", "Annabel Lee")
    join("al", "Anna Lee")

    assert found(me, "anna") == ["al", "annabel"]


def test_whom_one_follows_comes_first_among_equals(me: Human, join: Join) -> None:
    join("x1", "Kari Berg")
    followed = join("x2", "Kari Dahl")
    join("kari", "Someone Quite Different")

    assert found(me, "kari") == ["kari", "x1", "x2"]
    me.follows(followed)
    assert found(me, "kari") == ["kari", "x2", "x1"]


def test_following_narrows_to_whom_one_follows(me: Human, join: Join) -> None:
    join("x1", "Kari Berg")
    followed = join("x2", "Kari Dahl")
    me.follows(followed)

    assert found(me, "kari", following=True) == ["x2"]
    assert found(me, "kari dahl", following=True) == ["x2"]
    assert found(me, "berg", following=True) == []


@pytest.mark.parametrize(
    "typed", ["ada.berg", "@ada.berg", "@ada.berg@talk.example", "ADA.BERG@talk.example"]
)
def test_a_user_name_can_be_written_in_each_form(me: Human, join: Join, typed: str) -> None:
    join("ada.berg2", "Ada Berg")
    join("ada.berg", "Unlike")

    assert found(me, typed)[0] == "ada.berg"


def test_whom_one_follows_is_found_among_more_than_are_looked_at(
    me: Human, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "BOUND", 5)
    monkeypatch.setattr(people, "_BLOCKED", 1)
    monkeypatch.setattr(people, "_statements", {})
    for i in range(10):
        join(f"aa{i}", "Berg")
    followed = join("zz", "Berger Xu")
    me.follows(followed)

    assert found(me, "b")[0] == "zz"


def test_blocked_people_stay_out_on_both_sides(me: Human, join: Join) -> None:
    mine, theirs = join("one", "Kari Berg"), join("two", "Kari Dahl")
    me.blocks(mine)
    theirs.blocks(me)

    for typed in ("kari", "one", "@two", "kari dahl", "kraii", "kari berh"):
        assert found(me, typed) == []
    assert found(mine, "kari") == ["one", "two"]
    assert found(mine, "zoe") == []
    me.unblocks(mine)
    assert found(me, "kari") == ["one"]


def test_muted_people_can_still_be_found(me: Human, join: Join) -> None:
    me.mutes(join("one", "Kari Berg"))

    assert found(me, "kari") == ["one"]


@pytest.mark.parametrize("state", ["pending", "unconfirmed"])
def test_who_was_never_let_in_is_not_found_until_then(me: Human, join: Join, state: str) -> None:
    waiting = join("one", "Kari Berg", state=state)

    assert found(me, "kari") == found(me, "@one") == found(me, "krai") == []
    waiting.changes(state="active")
    assert found(me, "kari") == ["one"]


def test_a_changed_profile_is_found_by_what_it_says_now(db: Database, me: Human, join: Join) -> None:
    person = join("one", "Kari Berg", job_title="Designer")
    join("two", "Ola Berg")
    person.changes(display_name="Kari Dahl", job_title="Director")

    assert found(me, "kari dahl") == found(me, "director") == found(me, "dirctor") == ["one"]
    assert found(me, "designer") == []
    assert found(me, "berg") == ["two"]

    def words_without_owner(conn: Connection) -> set[str]:
        words = {row[0] for row in conn.all(Statement(select(person_word.c.word)))}
        return {row[0] for row in conn.all(Statement(select(person_piece.c.word)))} - words

    assert db.read_now(words_without_owner) == set()


def test_indexing_anew_changes_nothing(db: Database, me: Human, join: Join) -> None:
    one = join("one", "Kari Berg", job_title="Designer")
    join("two", "Ola Berg")

    def rows(conn: Connection) -> list[int]:
        return [
            conn.value(Statement(select(func.count()).select_from(table)))
            for table in (person_word, person_piece)
        ]

    before = db.read_now(rows)
    db.write_now(bulk.index_people, [one.id, me.id])
    assert db.read_now(rows) == before


def test_pages_by_offset(me: Human, join: Join) -> None:
    for i in range(7):
        join(f"kari{i}", "Kari")

    assert found(me, "kari", 3) == ["kari0", "kari1", "kari2"]
    assert found(me, "kari", 3, 3) == ["kari3", "kari4", "kari5"]
    assert found(me, "kari", 3, 6) == ["kari6"]
    assert found(me, "kari", 3, 9) == []


def test_a_search_takes_few_statements_however_many_people_there_are(
    db: Database, me: Human, join: Join
) -> None:
    def count(conn: Connection, query: str) -> int:
        before = conn.statements
        people.search(conn, me.id, query)
        return conn.statements - before

    join("one", "Kari Berg")
    queries = ("kari", "k", "krai", "kari berg", "kari berh", "nobody", "@one")
    few = [db.read_now(count, query) for query in queries]
    for i in range(30):
        join(f"kari{i}", f"Kari Number{i}", job_title="Keeper")

    assert max(few) <= 4
    assert max(db.read_now(count, query) for query in queries) <= 4


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(
    query=st.one_of(
        st.text(max_size=50), st.text(st.sampled_from("kari berg'\"%_\\@.\0-\ud800\ue000太ß"), max_size=40)
    )
)
def test_nothing_that_is_typed_is_an_error(me: Human, query: str) -> None:
    assert isinstance(found(me, query), list)


@pytest.mark.parametrize("query", ["a" * 100_000, "a b " * 20_000, "太" * 5_000, "@" * 1_000, "kari " * 9])
def test_nothing_long_that_is_typed_is_an_error(me: Human, query: str) -> None:
    assert isinstance(found(me, query), list)

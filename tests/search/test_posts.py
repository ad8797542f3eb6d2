"""Full-text search: what is found, by whom, in which order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from officetalk.core.database import Connection, Database
from officetalk.posts.entities import Post
from officetalk.search import posts
from tests.people import Human, People, texts


def found(viewer: Human, query: str, **options: Any) -> list[str]:
    return texts(viewer.db.read_now(posts.search, viewer.id, query, **options))


def ids(viewer: Human, query: str, **options: Any) -> list[int]:
    return [post.id for post in viewer.db.read_now(posts.search, viewer.id, query, **options)]


def test_all_words_must_be_there_newest_first(people: People) -> None:
    ada, bo = people.ada, people.bo
    ada.posts("The red probe is ready")
    bo.posts("A blue probe")
    ada.posts("Ready for the probe?")

    assert found(bo, "probe ") == ["Ready for the probe?", "A blue probe", "The red probe is ready"]
    assert found(bo, "ready probe") == ["Ready for the probe?", "The red probe is ready"]
    assert found(bo, "probe missing") == []


def test_a_phrase_is_words_next_to_each_other(people: People) -> None:
    ada = people.ada
    ada.posts("The launch is tomorrow")
    ada.posts("Tomorrow is the launch")

    assert found(ada, '"is tomorrow"') == ["The launch is tomorrow"]
    assert found(ada, '"launch tomorrow"') == []


def test_a_word_can_be_excluded(people: People) -> None:
    ada = people.ada
    ada.posts("lunch with fish")
    ada.posts("lunch with soup")

    assert found(ada, "lunch -fish") == ["lunch with soup"]
    assert found(ada, 'lunch -"with fish"') == ["lunch with soup"]
    assert found(ada, "-fish") == []


def test_the_last_word_is_completed_while_it_is_typed(people: People) -> None:
    ada = people.ada
    ada.posts("calibration done")
    ada.posts("calm sea")

    assert found(ada, "cal") == ["calm sea", "calibration done"]
    assert found(ada, "calib") == ["calibration done"]
    assert found(ada, "cal ") == []
    assert found(ada, "cal done") == []


def test_more_words_may_begin_so_than_are_completed_and_the_word_itself_is_found(people: People) -> None:
    ada = people.ada
    ada.posts("zz itself", limit=5000)
    ada.posts(" ".join(f"zz{i:03}" for i in range(posts.MAX_COMPLETIONS * 3)), limit=5000)

    assert len(found(ada, "zz")) == 2


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Crème brûlée", "creme brulee"),
        ("Łódź i Straße", "lodz strasse"),
        ("東京でラーメンを食べた", "ラーメン"),
        ("東京でラーメンを食べた", "京で"),
        ("오늘 회의는 세 시에", "회의"),
        ("Встреча завтра", "ВСТРЕЧА"),
        ("मीटिंग कल है", "मीटिंग"),
        ("สวัสดีทุกคน", "ทุกคน"),
        ("نلتقي غدا", "غدا"),
        ("party 🎉 tonight", "🎉"),
        ("see https://wiki.example.com/launch-plan", "launch-plan"),
        ("all hands #Release_Notes", "#release_notes"),
        ("thanks @bo", "@bo"),
    ],
)
def test_every_script_is_found_with_accents_and_case_folded(people: People, said: str, asked: str) -> None:
    people.ada.posts(said)
    people.ada.posts("京東 メンラー 의회 something else")

    assert found(people.bo, asked) == [said]


def test_an_edited_post_is_found_by_what_it_says_now(people: People) -> None:
    ada = people.ada
    post = ada.posts("a tpyo here")
    ada.edits(post, "a typo here", spoiler="careful")

    assert found(ada, "tpyo ") == []
    assert found(ada, "typo ") == found(ada, "careful ") == ["a typo here"]


def test_a_deleted_post_is_found_no_longer_and_leaves_no_trace(db: Database, people: People) -> None:
    ada = people.ada
    post = ada.posts("secretword")
    ada.deletes(post)

    assert found(ada, "secretword ") == []
    column = "rowid" if db.dialect == "sqlite" else "post_id"
    statement = f"SELECT count(*) FROM post_search WHERE {column} = {post.id}"
    assert db.read_now(lambda conn: conn.raw.execute(statement).fetchone()[0]) == 0


def test_a_post_whose_transaction_fails_is_not_found(db: Database, people: People) -> None:
    ada = people.ada

    def fails(conn: Connection) -> None:
        from officetalk.posts.entities import Draft
        from officetalk.posts.publish import publish

        publish(conn, ada.id, Draft("neverword"), 140)
        raise RuntimeError("after the post")

    with pytest.raises(RuntimeError):
        db.write_now(fails)
    assert found(ada, "neverword ") == []


def test_a_repost_is_not_found_beside_its_original(people: People) -> None:
    post = people.ada.posts("once is enough")
    people.bo.reposts(post)

    assert ids(people.cy, "once enough") == [post.id]


def test_posts_to_followers_and_direct_ones_are_found_only_by_those_who_may_read_them(people: People) -> None:
    ada, bo, cy, dan = people.ada, people.bo, people.cy, people.dan
    bo.follows(ada)
    ada.posts("plan for all")
    ada.posts("plan but quiet", "quiet")
    ada.posts("plan for followers", "followers")
    ada.posts("plan for @cy only", "direct")

    everybody = ["plan but quiet", "plan for all"]
    assert found(ada, "plan ") == ["plan for @cy only", "plan for followers", *everybody]
    assert found(bo, "plan ") == ["plan for followers", *everybody]
    assert found(cy, "plan ") == ["plan for @cy only", *everybody]
    assert found(dan, "plan ") == everybody


def test_nobody_can_page_to_what_is_hidden(people: People) -> None:
    ada, dan = people.ada, people.dan
    hidden = ada.posts("plan for @cy", "direct")
    shown = ada.posts("plan for all")

    for options in (
        {"max_id": hidden.id + 1},
        {"min_id": hidden.id - 1},
        {"account_id": ada.id},
        {"offset": 0},
    ):
        assert hidden.id not in ids(dan, "plan", **options)
    assert ids(dan, "plan", account_id=ada.id) == [shown.id]


def test_muted_and_blocked_people_stay_out(people: People) -> None:
    ada, bo, cy, dan = people.ada, people.bo, people.cy, people.dan
    for author in (bo, cy, dan):
        author.posts(f"lunch by {author.name}")
    ada.mutes(bo)
    ada.blocks(cy)
    dan.blocks(ada)

    assert found(ada, "lunch ") == []
    assert found(bo, "lunch ") == ["lunch by dan", "lunch by cy", "lunch by bo"]


def test_a_mute_ends(people: People, clock: Any) -> None:
    people.bo.posts("lunch")
    people.ada.mutes(people.bo, seconds=60)

    assert found(people.ada, "lunch ") == []
    clock.forward(seconds=61)
    assert found(people.ada, "lunch ") == ["lunch"]


def test_one_author_can_be_asked_for(people: People) -> None:
    people.ada.posts("lunch by ada")
    people.bo.posts("lunch by bo")

    assert found(people.cy, "lunch", account_id=people.bo.id) == ["lunch by bo"]
    assert found(people.cy, "nothing", account_id=people.bo.id) == []


@pytest.fixture
def many(people: People) -> list[Post]:
    return [people.ada.posts(f"lunch number {i}") for i in range(30)]


def test_pages_by_key_meet_without_gap_or_repeat_while_others_post(people: People, many: list[Post]) -> None:
    bo = people.bo
    newest_first = [post.id for post in reversed(many)]

    pages: list[int] = []
    page = ids(bo, "lunch", limit=7)
    while page:
        pages += page
        people.ada.posts("another lunch")
        page = ids(bo, "lunch", limit=7, max_id=page[-1])
    assert pages == newest_first

    assert ids(bo, "number", limit=7, min_id=many[4].id) == [post.id for post in reversed(many[5:12])]
    assert ids(bo, "number", limit=50, min_id=many[4].id, max_id=many[9].id) == [
        post.id for post in reversed(many[5:9])
    ]


def test_pages_by_offset(people: People, many: list[Post]) -> None:
    newest_first = [post.id for post in reversed(many)]

    assert ids(people.bo, "lunch", limit=10, offset=25) == newest_first[25:]
    assert ids(people.bo, "lunch", limit=10, offset=7) == newest_first[7:17]
    assert ids(people.bo, "lunch", limit=10, offset=10**12) == []


def test_what_lies_beyond_the_window_of_newest_posts_is_found_in_order(
    people: People, many: list[Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    # PostgreSQL looks through the newest first and asks its index for the rest: here most is the rest.
    monkeypatch.setattr(posts, "WINDOW", 1)
    bo = people.bo
    even = [post.id for i, post in enumerate(many) if i % 2 == 0]
    for i, post in enumerate(many):
        if i % 2:
            people.ada.edits(post, "dinner")
    for _ in range(60):
        people.ada.posts("noise")

    assert ids(bo, "lunch", limit=4) == even[:-5:-1]
    assert ids(bo, "lunch", limit=4, offset=2) == even[-3:-7:-1]
    assert ids(bo, "lunch", limit=4, max_id=even[-1]) == even[-2:-6:-1]
    assert ids(bo, "lunch", limit=4, min_id=even[1]) == even[5:1:-1]
    assert ids(bo, "lunch", limit=40) == even[::-1]


def test_a_search_takes_a_fixed_number_of_statements(db: Database, people: People, many: list[Post]) -> None:
    def count(conn: Connection, query: str, limit: int) -> int:
        before = conn.statements
        posts.search(conn, people.bo.id, query, limit)
        return conn.statements - before

    completions = 1 if db.dialect == "sqlite" else 0
    for query, expected in (("lunch ", 1), ("lunch", 1 + completions), ('"lunch number" -x ', 1)):
        ids(people.bo, query, limit=30)  # the contents are cached now
        assert {db.read_now(count, query, limit) for limit in (1, 30)} == {expected}


NASTY = [
    '"', '""', "'", "*", "a*", "a* b*", "(", ")", "a OR", "AND", "NOT a", "a NOT", "NEAR(a b, 2)", "words : a",
    "post_search: a", "{words} : a", "^a", "a + b", "a:b:c", "a & b | !c", "a <-> b", "a:*", "a:A", "!!a", "\\",
    "\\'", "%", "_", "\0", "a\0b", "\ud800", "\ue000", "\ue0001", "-", "--", "- a", "-a -b", '"a', 'a"b"c',
    "\u202e", "🎉" * 50, "a" * 100_000, "a " * 10_000, "東" * 5_000, "-".join("a" * 9_000), "'; DROP TABLE post; --",
]  # fmt: skip


@pytest.mark.parametrize("query", NASTY, ids=range(len(NASTY)))
def test_nothing_that_is_typed_is_an_error(people: People, query: str) -> None:
    people.ada.posts("something to look through")

    assert isinstance(ids(people.ada, query), list)


@pytest.fixture
def ada(people: People) -> Human:
    return people.ada


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(
    query=st.one_of(
        st.text(max_size=60),
        st.text(st.sampled_from("ab\"'-*():&|!<>\\^+{}. \t東ß🎉\0\ud800"), max_size=40),
        st.lists(st.sampled_from(["AND", "OR", "NOT", "NEAR", '"', "-", "a", "words:", "東京", "*"])).map(
            " ".join
        ),
    )
)
def test_nothing_at_all_that_is_typed_is_an_error(ada: Human, query: str) -> None:
    assert isinstance(ids(ada, query), list)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(said=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_whatever_is_said_can_be_indexed_and_found_word_by_word(ada: Human, said: str) -> None:
    from officetalk.core.errors import Invalid
    from officetalk.search.words import tokens

    try:
        post = ada.posts("start " + said, limit=500)
    except Invalid:
        return
    for token in tokens(post.content.text)[:5]:
        assert post.id in ids(ada, f'"{token}"', limit=40, min_id=post.id - 1)


def test_posts_of_who_does_not_want_them_found_are_found_by_whom_they_concern(people: People) -> None:
    ada, bo, cy, dan = people.ada, people.bo, people.cy, people.dan
    post = ada.posts("@bo the loom is ready")
    ada.posts("Another loom")
    ada.changes(indexable=False)

    cy.likes(post)

    assert ada.finds("loom") == ["Another loom", "@bo the loom is ready"]
    assert bo.finds("loom") == ["@bo the loom is ready"]
    assert cy.finds("loom") == ["@bo the loom is ready"]
    assert dan.finds("loom") == []
    dan.bookmarks(post)
    assert dan.finds("loom") == ["@bo the loom is ready"]
    ada.changes(indexable=True)
    assert bo.finds("loom") == ["Another loom", "@bo the loom is ready"]

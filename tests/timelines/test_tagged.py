"""Several hashtags in one timeline, and the posts that link to an address."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from officetalk.core.database import Connection, Database
from officetalk.core.paging import Page
from officetalk.feeds import entries
from officetalk.timelines import lists
from officetalk.timelines.linked import by_link
from officetalk.timelines.tagged import by_hashtags
from tests.people import Human, People, texts

TAGS = ("a", "b", "c", "d")


def tagged(human: Human, *any_of: str, all_of: Any = (), none_of: Any = (), **more: Any) -> list[str]:
    page = Page(
        **{name: more.pop(name) for name in ("limit", "max_id", "min_id", "since_id") if name in more}
    )
    return texts(human._read(by_hashtags, any_of, page, all_of=all_of, none_of=none_of, **more))


def linked(human: Human, url: str, **page: Any) -> list[str]:
    return texts(human._read(by_link, url, Page(**page)))


def test_every_mix_of_hashtags_is_what_a_look_at_every_post_finds(people: People) -> None:
    ada = people.ada
    mixes = [mix for size in range(1, 5) for mix in itertools.combinations(TAGS, size)]
    posts = {" ".join(f"#{tag}" for tag in mix): set(mix) for mix in mixes}
    for text in posts:
        ada.posts(text)

    newest_first = list(reversed(posts))
    some = [(), ("a",), ("b", "c"), ("d",)]
    for any_of, all_of, none_of in itertools.product(some[1:], some, some):
        expected = [
            text
            for text in newest_first
            if posts[text] & set(any_of) and set(all_of) <= posts[text] and not set(none_of) & posts[text]
        ]
        assert tagged(people.bo, *any_of, all_of=all_of, none_of=none_of, limit=40) == expected
        assert tagged(people.bo, *any_of, all_of=all_of, none_of=none_of, limit=2) == expected[:2]


def test_hashtags_are_paged_by_key_both_ways(people: People) -> None:
    posts = [people.ada.posts(f"#{tag} {i}") for i, tag in enumerate("abcab")]
    assert tagged(people.ada, "a", "b", limit=2) == ["#b 4", "#a 3"]

    assert tagged(people.ada, "a", "b", limit=2, max_id=posts[3].id) == ["#b 1", "#a 0"]
    assert tagged(people.ada, "a", "b", limit=2, min_id=posts[0].id) == ["#a 3", "#b 1"]
    assert tagged(people.ada, "a", "b", limit=2, since_id=posts[0].id) == ["#b 4", "#a 3"]


def test_hashtags_are_named_in_any_spelling(people: People) -> None:
    people.ada.posts("#Café")

    assert tagged(people.ada, "x", "#CAFE") == ["#Café"]
    assert tagged(people.ada, "cafe", all_of=["CAFÉ"]) == ["#Café"]
    assert tagged(people.ada, "cafe", none_of=["café"]) == []


def test_only_those_with_media_when_asked(people: People, db: Database) -> None:
    ada = people.ada
    pictured, _ = ada.posts("#a with a picture"), ada.posts("#a without")
    db.write_now(entries.set_media, pictured.id, True)

    assert tagged(ada, "a", "b", only_media=True) == ["#a with a picture"]
    assert texts(ada._read(lists.company, Page(), only_media=True)) == ["#a with a picture"]


def test_hashtags_that_nobody_used(people: People) -> None:
    people.ada.posts("#a")

    assert tagged(people.ada, "nothing") == tagged(people.ada, "") == []
    assert tagged(people.ada, "a", all_of=["nothing"]) == []
    assert tagged(people.ada, "a", none_of=["nothing"]) == ["#a"]


def test_only_the_first_few_hashtags_count_as_in_mastodon(people: People) -> None:
    for tag in "abcde":
        people.ada.posts(f"#{tag}")

    assert tagged(people.ada, *"abcde") == ["#d", "#c", "#b", "#a"]


def test_each_reader_finds_under_hashtags_what_is_for_that_reader(people: People) -> None:
    ada, bo, cy, dee = people.ada, people.bo, people.cy, people.dee
    bo.follows(ada)
    for audience in ("company", "quiet", "followers", "direct"):
        ada.posts(f"@cy {audience} #a #b", audience)
    dee.mutes(ada)

    assert [text.split()[1] for text in tagged(bo, "a", "c")] == ["followers", "quiet", "company"]
    assert [text.split()[1] for text in tagged(cy, "a", all_of=["b"])] == ["followers", "quiet", "company"]
    assert [text.split()[1] for text in tagged(people.eve, "a", "b")] == ["quiet", "company"]
    assert tagged(dee, "a", "b") == []
    ada.blocks(bo)
    assert tagged(bo, "a", "b") == []


@pytest.mark.parametrize("size", [1, 40])
def test_several_hashtags_take_a_fixed_number_of_statements(people: People, db: Database, size: int) -> None:
    ada = people.ada
    for i in range(size):
        ada.posts(f"#a #b {i}")

    def ask(conn: Connection) -> int:
        assert by_hashtags(conn, ada.id, ["a", "x"], Page(20), all_of=["b"], none_of=["y"])
        return conn.statements

    db.cache.clear()
    assert db.read_now(ask) == 4  # one of them: the filters of the reader


# --- links -------------------------------------------------------------------------------------------

URL = "https://example.com/news?id=1"


def test_posts_that_link_to_an_address(people: People) -> None:
    ada, bo = people.ada, people.bo
    first = ada.posts(f"Look: {URL}")
    ada.posts("https://example.com/news?id=2")
    bo.comments(first, f"{URL} again")
    bo.reposts(first)

    assert linked(bo, URL) == [f"{URL} again", f"Look: {URL}"]
    assert linked(bo, URL, limit=1, max_id=first.id + 1) == [f"Look: {URL}"]
    assert linked(bo, URL, limit=1, min_id=first.id) == [f"{URL} again"]
    assert linked(bo, "https://example.com/") == linked(bo, "") == []


def test_a_link_that_is_edited_out_or_deleted_is_gone(people: People) -> None:
    one, other, third = (people.ada.posts(f"{text} {URL}") for text in ("one", "other", "third"))

    people.ada.edits(one, "nothing here")
    people.ada.deletes(other)
    people.ada.edits(third, f"still {URL}")

    assert linked(people.ada, URL) == [f"still {URL}"]
    people.ada.edits(one, f"back {URL}")
    assert linked(people.ada, URL) == [f"still {URL}", f"back {URL}"]


def test_only_posts_to_the_company_are_found_by_a_link(people: People) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)
    for audience in ("quiet", "followers", "direct"):
        ada.posts(f"@bo {URL}", audience)

    assert linked(ada, URL) == linked(bo, URL) == linked(people.cy, URL) == []


def test_a_link_shows_nothing_of_those_whom_the_reader_blocked_or_muted(people: People) -> None:
    ada, bo, cy, dee = people.ada, people.bo, people.cy, people.dee
    ada.posts(URL)
    assert linked(bo, URL) == [URL]

    bo.mutes(ada)
    cy.blocks(ada)
    ada.blocks(dee)

    assert linked(bo, URL) == linked(cy, URL) == linked(dee, URL) == []

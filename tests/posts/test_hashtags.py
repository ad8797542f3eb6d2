"""Hashtags: one name however it is written, followed like a colleague."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from officetalk.core.database import Database
from officetalk.core.paging import Page
from officetalk.posts import hashtags
from tests.people import People


def test_a_hashtag_is_the_same_in_any_case_and_with_accents_or_without(people: People) -> None:
    for text in ("#Café one", "#cafe two", "#ＣＡＦÉ three"):
        people.ada.posts(text)

    for name in ("cafe", "CAFÉ", "Café"):
        assert people.bo.hashtag(name) == ["#ＣＡＦÉ three", "#cafe two", "#Café one"]


def test_a_hashtag_is_called_as_it_was_first_written(people: People, db: Database) -> None:
    people.ada.posts("#Café #CAFE")

    assert db.read_now(hashtags.find, people.bo.id, "cafe").name == "Café"


def test_a_followed_hashtag_comes_home(people: People) -> None:
    ada, bo = people.ada, people.bo
    bo.follows_hashtag("CAFE")
    ada.posts("#café at noon")
    ada.posts("no hashtag")

    assert bo.home() == ["#café at noon"]
    bo.unfollows_hashtag("cafe")
    assert bo.home() == []


def test_a_followed_hashtag_brings_nothing_that_is_not_for_the_reader(people: People) -> None:
    ada, bo = people.ada, people.bo
    bo.follows_hashtag("plan")
    ada.posts("#plan among us", "followers")
    ada.posts("#plan for @cy", "direct")
    ada.posts("#plan quietly", "quiet")

    assert bo.home() == bo.hashtag("plan") == ["#plan quietly"]


def test_followed_hashtags_are_listed_by_key(people: People, db: Database) -> None:
    ada = people.ada
    for name in ("one", "two", "three"):
        ada.follows_hashtag(name)
    ada.follows_hashtag("ONE")  # again: it stays where it was

    page = db.read_now(hashtags.followed, ada.id, Page(limit=2))
    assert [tag.name for tag in page] == ["three", "two"]
    older = db.read_now(hashtags.followed, ada.id, Page(limit=2, max_id=page[-1].cursor))
    assert [tag.name for tag in older] == ["one"]
    newer = db.read_now(hashtags.followed, ada.id, Page(limit=1, min_id=older[-1].cursor))
    assert [tag.name for tag in newer] == ["two"]


def test_a_hashtag_that_nobody_used_is_no_error(people: People, db: Database) -> None:
    found = db.read_now(hashtags.find, people.ada.id, "unused")

    assert (found.id, found.name, found.following) == (0, "unused", False)
    people.ada.unfollows_hashtag("unused")


def test_a_new_hashtag_used_by_many_at_the_same_moment_is_one(people: People) -> None:
    everybody = [getattr(people, f"p{i}") for i in range(6)]

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda person: person.posts("#new #Newer #newest"), everybody))

    assert [len(people.ada.hashtag(name)) for name in ("new", "newer", "newest")] == [6, 6, 6]

"""Hashtags that people feature on their profile."""

from __future__ import annotations

from typing import Any

import pytest

from officetalk.core.errors import Invalid, NotFound
from officetalk.featured import tags
from tests.people import Human, People


def features(who: Human, name: str, **options: Any) -> tags.FeaturedTag:
    return who._write(tags.feature, name, **options)


def featured(reader: Human, whose: Human) -> list[tuple[str, int]]:
    return [(tag.name, tag.posts) for tag in reader._read(tags.of_account, whose.id)]


def test_a_featured_hashtag_tells_how_often_and_when_its_owner_used_it(people: People) -> None:
    ada, bo = people.ada, people.bo
    ada.posts("One #Weaving")
    last = ada.posts("Two #weaving #loom")
    bo.posts("Mine #weaving")
    ada.posts("Nothing")

    made = features(ada, "#weaving")
    features(ada, "unused")

    assert (made.posts, made.last_post_at) == (2, last.content.created_at)
    assert featured(bo, ada) == [("weaving", 2), ("unused", 0)]
    assert bo._read(tags.of_account, ada.id)[1].last_post_at is None


def test_only_what_the_company_can_see_is_counted(people: People) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)
    features(ada, "plan")

    ada.posts("#plan a")
    ada.posts("#plan b", "quiet")
    ada.posts("#plan c", "followers")
    ada.posts("@bo #plan d", "direct")
    ada.deletes(ada.posts("#plan e"))
    ada.reposts(bo.posts("#plan f"))

    assert featured(bo, ada) == featured(ada, ada) == [("plan", 2)]


def test_an_edit_changes_the_count(people: People) -> None:
    ada = people.ada
    features(ada, "plan")
    post = ada.posts("No plan")

    ada.edits(post, "A #plan")
    assert featured(ada, ada) == [("plan", 1)]

    ada.edits(post, "None")
    assert featured(ada, ada) == [("plan", 0)]


def test_whom_the_owner_has_blocked_sees_none(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    features(ada, "plan")

    ada.blocks(bo)
    cy.blocks(ada)

    assert featured(bo, ada) == featured(cy, ada) == []


def test_a_hashtag_is_featured_once(people: People) -> None:
    ada = people.ada
    first = features(ada, "Café")

    with pytest.raises(Invalid, match="already been taken"):
        features(ada, "cafe")

    assert features(ada, "cafe", again=True) == first
    assert featured(ada, ada) == [("Café", 0)]


def test_ten_hashtags_at_most(people: People) -> None:
    ada = people.ada
    for i in range(10):
        features(ada, f"tag{i}")

    with pytest.raises(Invalid, match="maximum number of hashtags"):
        features(ada, "more")

    assert len(featured(ada, ada)) == 10


def test_what_is_no_hashtag_is_refused(people: People) -> None:
    for wrong in ("", "#", "123", "two words", "a-b", "x" * 141, "."):
        with pytest.raises(Invalid):
            features(people.ada, wrong)


def test_one_unfeatures_ones_own_only(people: People) -> None:
    ada, bo = people.ada, people.bo
    made = features(ada, "plan")

    with pytest.raises(NotFound):
        bo._write(tags.unfeature, made.id)
    ada._write(tags.unfeature, made.id)
    with pytest.raises(NotFound):
        ada._write(tags.unfeature, made.id)

    assert featured(ada, ada) == []


def test_unfeaturing_by_name_can_be_repeated(people: People) -> None:
    ada = people.ada
    features(ada, "plan")

    for _ in range(2):
        ada._write(tags.unfeature_hashtag, "PLAN")
    ada._write(tags.unfeature_hashtag, "never")

    assert featured(ada, ada) == []


def test_own_hashtags_are_proposed_the_most_used_first(people: People) -> None:
    ada = people.ada
    ada.posts("#old #often")
    ada.posts("#often #mine")
    people.bo.posts("#theirs")
    ada.posts("#new")
    ada.follows_hashtag("new")
    features(ada, "mine")

    found = ada._read(tags.suggestions)

    assert [(tag.name, tag.following) for tag in found] == [("often", False), ("new", True), ("old", False)]
    assert [tag.name for tag in ada._read(tags.suggestions, 1)] == ["often"]


def test_featuring_asks_for_many_at_once(people: People) -> None:
    ada, bo = people.ada, people.bo
    one, two = features(ada, "one"), features(bo, "two")

    assert ada._read(tags.featuring, [one.hashtag_id, two.hashtag_id, 0]) == {one.hashtag_id}
    assert ada._read(tags.featuring, []) == set()

"""Following somebody in some languages only."""

from __future__ import annotations

import pytest

from officetalk.core.errors import Invalid
from tests.people import People


def test_posts_in_other_languages_stay_away_from_home(people: People) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada, languages=["de", "en"])

    ada.posts("Guten Tag", language="de")
    ada.posts("Bonjour", language="fr")
    ada.posts("Good day", language="en")
    ada.posts("Hm")
    ada.posts("Oi", language="pt")
    ada.posts("Grüezi", language="de-CH")

    assert bo.home() == ["Hm", "Good day", "Guten Tag"]


def test_reposts_and_posts_by_others_come_in_any_language(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    bo.follows(ada, languages=["de"])
    bo.follows(cy)

    ada.reposts(people.dan.posts("Bonjour", language="fr"))
    cy.posts("Salut", language="fr")

    assert bo.home() == ["Salut", "repost: Bonjour"]


def test_a_hashtag_brings_what_the_language_keeps_away(people: People) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada, languages=["de"])
    bo.follows_hashtag("paris")

    ada.posts("Bonjour #Paris", language="fr")
    ada.posts("Bonjour", language="fr")

    assert bo.home() == ["Bonjour #Paris"]


def test_pages_of_home_keep_to_the_languages(people: People) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada, languages=["de"])
    posts = [ada.posts(f"{i}", language="de" if i % 3 == 0 else "fr") for i in range(12)]

    assert bo.home(limit=2) == ["9", "6"]
    assert bo.home(limit=2, max_id=posts[6].id) == ["3", "0"]
    assert bo.home(limit=2, min_id=posts[0].id) == ["6", "3"]


def test_languages_can_be_changed_kept_and_lifted(people: People) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada, languages=["de", "en"])
    assert bo.relation_to(ada).languages == ("de", "en")

    bo.follows(ada, notify=True)
    assert bo.relation_to(ada).languages == ("de", "en")

    bo.follows(ada, languages=["fr"])
    assert bo.relation_to(ada).languages == ("fr",)

    bo.follows(ada, languages=[])
    assert bo.relation_to(ada).languages == ()
    ada.posts("Bonjour", language="nl")
    assert bo.home() == ["Bonjour"]


def test_a_request_keeps_what_was_asked_for(people: People) -> None:
    ada, bo = people.ada, people.bo
    ada.changes(locked=True)

    bo.follows(ada, reposts=False, notify=True, languages=["de"])
    asked = bo.relation_to(ada)
    ada.accepts(bo)
    accepted = bo.relation_to(ada)

    for relation in (asked, accepted):
        assert (relation.showing_reposts, relation.notifying, relation.languages) == (False, True, ("de",))
    assert asked.requested
    assert accepted.following


def test_what_is_no_language_is_refused(people: People) -> None:
    ada, bo = people.ada, people.bo

    for wrong in ("german", "d", "de,en", "%", "_"):
        with pytest.raises(Invalid):
            bo.follows(ada, languages=[wrong])
    with pytest.raises(Invalid):
        bo.follows(ada, languages=[f"a{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(51)])
    assert not bo.relation_to(ada).following

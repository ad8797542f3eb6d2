"""Operators of full-text search: what each finds, negated, together, and for whom."""

from __future__ import annotations

import pytest

from officetalk.posts.entities import PollDraft
from officetalk.search import posts
from tests.conftest import Clock
from tests.people import Human, People, texts

DAY = 24 * 3600


def found(viewer: Human, query: str) -> list[str]:
    return texts(viewer.db.read_now(posts.search, viewer.id, query))


def test_from_finds_what_one_person_wrote(people: People) -> None:
    ada, bo = people.ada, people.bo
    ada.posts("lunch by ada")
    bo.posts("lunch by bo")

    assert found(ada, "lunch from:bo") == ["lunch by bo"]
    assert found(ada, "FROM:@Bo") == ["lunch by bo"]
    assert found(ada, "lunch from:me") == ["lunch by ada"]
    assert found(ada, "lunch -from:me") == ["lunch by bo"]
    assert found(ada, "lunch from:nobody") == []
    assert found(ada, "lunch -from:nobody") == ["lunch by bo", "lunch by ada"]


def test_what_a_post_has_and_is(people: People) -> None:
    ada, bo = people.ada, people.bo
    poll = ada.posts("soup or fish? lunch", poll=PollDraft(("soup", "fish"), 3600))
    link = ada.posts("lunch menu https://example.com/menu")
    comment = bo.comments(poll, "lunch is at noon")
    warned = ada.posts("lunch spoiler", spoiler="Food")
    quote = bo.posts("lunch, she says", quote_of_id=link.id)

    assert found(bo, "lunch has:poll") == texts([poll])
    assert found(bo, "lunch has:link") == texts([link])
    assert found(bo, "lunch has:embed") == texts([link])
    assert found(bo, "lunch is:reply") == texts([comment])
    assert found(bo, "lunch is:sensitive") == texts([warned])
    assert found(bo, "lunch is:quote") == texts([quote])
    assert found(bo, "lunch -is:reply -is:quote -has:poll -is:sensitive") == texts([link])
    assert found(bo, "lunch has:media") == []


def test_options_of_a_poll_are_found(people: People) -> None:
    people.ada.posts("What shall we eat?", poll=PollDraft(("goulash", "salad"), 3600))

    assert found(people.bo, "goulash") == ["What shall we eat?"]


def test_an_edit_changes_what_a_post_is(people: People) -> None:
    ada = people.ada
    post = ada.posts("lunch https://example.com/menu")

    ada.edits(post, "lunch")

    assert found(ada, "lunch has:link") == []
    assert found(ada, "lunch -has:link") == ["lunch"]


def test_language_is_that_of_the_post_whatever_the_region(people: People) -> None:
    ada = people.ada
    ada.posts("almoço pizza", language="pt-BR")
    ada.posts("Mittag pizza", language="de")

    assert found(ada, "pizza language:pt") == ["almoço pizza"]
    assert found(ada, "pizza language:de") == ["Mittag pizza"]
    assert found(ada, "pizza -language:de") == ["almoço pizza"]


def test_days_bound_the_search(people: People, clock: Clock) -> None:
    ada = people.ada
    from datetime import UTC, datetime

    ada.posts("report one")
    day = datetime.fromtimestamp(clock() / 1000, UTC).date().isoformat()
    clock.forward(days=2)
    ada.posts("report two")

    assert found(ada, f"report during:{day}") == ["report one"]
    assert found(ada, f"report after:{day}") == ["report two"]
    assert found(ada, f"report before:{day}") == []
    assert found(ada, f"report -after:{day}") == ["report one"]
    assert found(ada, f"report -before:{day}") == ["report two", "report one"]
    assert found(ada, "report before:9999-12-31") == ["report two", "report one"]
    assert found(ada, "report after:9999-12-31") == []


def test_in_library_is_what_the_viewer_wrote_likes_keeps_or_reposted(people: People) -> None:
    ada, bo = people.ada, people.bo
    kept, liked, shared, _ = (bo.posts(f"plan {i}") for i in range(4))
    ada.bookmarks(kept)
    ada.likes(liked)
    ada.reposts(shared)
    own = ada.posts("my plan")

    assert found(ada, "plan in:library") == texts([own, shared, liked, kept])
    assert found(people.cy, "plan in:library") == []
    assert len(found(ada, "plan in:all")) == 5


def test_in_public_leaves_out_what_is_not_for_the_whole_company(people: People) -> None:
    ada = people.ada
    ada.posts("plan for all")
    ada.posts("plan for followers", "followers")

    assert found(ada, "plan in:public") == ["plan for all"]


@pytest.mark.parametrize("operator", ["from:ada", "in:library", "is:quote", "-has:poll", "after:2020-01-01"])
def test_no_operator_shows_what_is_not_for_the_viewer(people: People, operator: str) -> None:
    ada, bo = people.ada, people.bo
    ada.posts("secret plan", "direct")
    ada.posts("secret plan for followers", "followers")

    assert found(bo, f"secret {operator}") == []


@pytest.mark.parametrize("text", ["has:nothing", "before:tomorrow", "in:space", "http://example.com", "is:"])
def test_what_is_no_operator_is_looked_for_as_words(people: People, text: str) -> None:
    people.ada.posts(f"about {text}")

    assert found(people.ada, f"about {text}") == [f"about {text}"]

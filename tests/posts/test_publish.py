"""The rules of posting."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.posts.publish import MAX_CODE_POINTS
from tests.conftest import Clock
from tests.people import People

REFUSED = {
    "nothing": ({"text": ""}, "status", "ERR_BLANK"),
    "spaces only": ({"text": " \n\t\u00a0 "}, "status", "ERR_BLANK"),
    "nothing to see": ({"text": "\u200b\u2060\u3164"}, "status", "ERR_BLANK"),
    "141 characters": ({"text": "x" * 141}, "status", "ERR_TOO_LONG"),
    "141 characters with the spoiler": ({"text": "x" * 140, "spoiler": "y"}, "status", "ERR_TOO_LONG"),
    "one letter with too many marks": ({"text": "e" + "\u0301" * MAX_CODE_POINTS}, "status", "ERR_TOO_LONG"),
    "too many hashtags": ({"text": " ".join(f"#t{i}" for i in range(21))}, "status", "ERR_INVALID"),
    "a language that is none": ({"text": "Hei", "language": "norsk bokmål"}, "language", "ERR_INVALID"),
    "a language without end": ({"text": "Hei", "language": "nb-" + "-".join(["abcdefgh"] * 9)}, "language", "ERR_INVALID"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_breaks_a_rule_is_refused_with_its_field(people: People, case: str) -> None:
    draft, field, code = REFUSED[case]

    with pytest.raises(Invalid) as refused:
        people.ada.posts(**draft)

    assert (refused.value.field, refused.value.code) == (field, code)
    assert people.ada.profile_of(people.ada) == [] and people.ada.counts.posts == 0


def test_exactly_140_characters_are_fine_and_the_company_may_allow_more(people: People) -> None:
    people.ada.posts("x" * 140)
    people.ada.posts("y" * 500, limit=500)

    assert [len(text) for text in people.bo.company()] == [500, 140]


def test_a_hashtag_longer_than_the_column_is_refused_by_rule(people: People) -> None:
    people.ada.posts("#" + "x" * 139)

    with pytest.raises(Invalid) as refused:
        people.ada.posts("#" + "x" * 141, limit=500)

    assert refused.value.field == "status"


def test_nobody_mentions_the_whole_company_at_once(people: People) -> None:
    names = [getattr(people, f"p{i}").name for i in range(51)]

    with pytest.raises(Invalid) as refused:
        people.ada.posts(" ".join(f"@{name}" for name in names), limit=500)

    assert refused.value.field == "status"


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "a\x1bb", "🏳️‍🌈" * 140, "ﷺ" * 100, "\u202eabc"])
def test_odd_characters_never_break_anything(people: People, text: str) -> None:
    """Either refused by a rule or stored; never an error of the database."""
    refused = None
    try:
        post = people.ada.posts(text)
    except Invalid as problem:
        refused = problem

    if refused:
        assert refused.field == "status"
    else:
        assert people.bo.sees_at(post).content.text
        assert people.bo.finds(text) in ([], [post.content.text])


def test_a_post_keeps_what_was_recognised(people: People) -> None:
    bo = people.bo

    post = people.ada.posts("@Bo @nobody see https://example.com/a?b=c #Plan #plan")

    found = post.content.recognised
    assert found.mentions == ((bo.id, "bo"),)
    assert found.hashtags == ("Plan", "plan")
    assert [url for url, _ in found.links] == ["https://example.com/a?b=c"]


def test_a_spoiler_makes_a_post_sensitive(people: People) -> None:
    assert people.ada.posts("He did it", spoiler="The film").content.sensitive
    assert people.ada.posts("Careful", sensitive=True).content.sensitive
    assert not people.ada.posts("Hello").content.sensitive


def test_an_answer_to_nothing_is_not_found(people: People) -> None:
    with pytest.raises(NotFound) as refused:
        people.ada.posts("What?", parent_id=12345)

    assert refused.value.field == "in_reply_to_id"


def test_counts_of_a_profile_are_of_what_the_company_sees(people: People) -> None:
    ada, bo = people.ada, people.bo
    for audience in ("company", "quiet", "followers", "direct"):
        ada.posts("Hello @bo", audience)

    assert ada.counts.posts == 2
    assert bo.counts.mentions == 2
    assert ada.counts.last_post_at is not None


def test_an_idempotency_key_makes_one_post_within_the_hour(people: People, clock: Clock) -> None:
    ada = people.ada
    first = ada.posts("Hello", idempotency_key="k")
    clock.forward(seconds=3590)

    assert ada.posts("Hello again", idempotency_key="k").id == first.id
    assert ada.profile_of(ada) == ["Hello"] and ada.counts.posts == 1


def test_an_idempotency_key_is_free_again_after_the_hour(people: People, clock: Clock) -> None:
    ada = people.ada
    first = ada.posts("Hello", idempotency_key="k")
    clock.forward(seconds=3601)

    second = ada.posts("Hello", idempotency_key="k")

    assert second.id != first.id
    assert ada.posts("Hello", idempotency_key="k").id == second.id


def test_an_idempotency_key_is_each_authors_own(people: People) -> None:
    assert (
        people.ada.posts("Hello", idempotency_key="k").id != people.bo.posts("Hello", idempotency_key="k").id
    )


def test_a_refused_post_does_not_use_its_idempotency_key_up(people: People) -> None:
    with pytest.raises(Invalid):
        people.ada.posts("x" * 141, idempotency_key="k")

    assert people.ada.posts("x", idempotency_key="k").content.text == "x"


def test_two_requests_with_one_key_at_the_same_moment_make_one_post(people: People) -> None:
    ada = people.ada

    def post(key: int) -> int:
        return ada.posts(f"Hello {key}", idempotency_key=f"k{key}").id

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(post, [1, 2, 3, 4] * 6))

    assert len(set(made)) == 4
    assert sorted(ada.profile_of(ada)) == ["Hello 1", "Hello 2", "Hello 3", "Hello 4"]
    assert ada.counts.posts == 4


def test_people_who_mention_each_other_at_the_same_moment_all_get_through(people: People) -> None:
    """Each transaction counts at both people; PostgreSQL's deadlocks are tried again."""
    everybody = [people.ada, people.bo, people.cy, people.dee]
    text = "Hello @ada @bo @cy @dee"

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda i: everybody[i % 4].posts(text), range(24)))

    assert [person.counts.posts for person in everybody] == [6] * 4
    assert [person.counts.mentions for person in everybody] == [24] * 4


def test_whom_the_author_of_a_post_blocked_is_told_nothing_about_the_reason(people: People) -> None:
    post = people.ada.posts("Hello")
    people.ada.blocks(people.bo)

    with pytest.raises(NotFound):
        people.bo.comments(post, "Hi")
    with pytest.raises(Forbidden):
        people.bo.follows(people.ada)

"""What a filter finds in a post."""

from __future__ import annotations

import pytest

from officetalk.filters.entities import Filter, FilteredPost
from officetalk.filters.matching import keyword, matches

NOW = 1_000_000


def looking_for(*words: str, whole: bool = False, **more: object) -> Filter:
    made = {"contexts": ("home",), "action": "warn", "expires_at": None, **more}
    keywords = tuple(keyword(i, word, whole) for i, word in enumerate(words, 1))
    return Filter(id=1, title="Test", keywords=keywords, **made)  # pyright: ignore[reportArgumentType]


def found(one: Filter, text: str, spoiler: str = "", more: tuple[str, ...] = ()) -> list[str]:
    return [
        word for match in matches((one,), text, spoiler, [1], NOW, more) for word in match.keyword_matches
    ]


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("lunch", "Lunch is ready"),
        ("LUNCH", "the lunch"),
        ("straße", "STRASSE"),
        ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
        ("Ünser", "ünser"),
        ("été", "un E\u0301te\u0301"),  # composed and not
        ("昼ご飯", "今日の昼ご飯です"),
        ("a.c", "a.c"),
        ("two words", "Two words"),
        ("🍕", "We eat 🍕 today"),
        ("https://example.com/", "see https://example.com/x"),
    ],
)
def test_part_of_a_text_is_found_in_any_case(word: str, text: str) -> None:
    assert found(looking_for(word), text) == [word]


@pytest.mark.parametrize(
    ("word", "text"),
    [("a.c", "abc"), ("[a-z]+", "hello"), (".*", "anything"), ("(", "[")],
)
def test_a_keyword_is_text_and_never_a_pattern(word: str, text: str) -> None:
    assert found(looking_for(word), text) == []
    assert found(looking_for(word), f"so {word} it is") == [word]


@pytest.mark.parametrize(
    ("word", "text", "is_found"),
    [
        ("cat", "a cat!", True),
        ("cat", "CAT", True),
        ("cat", "concatenate", False),
        ("cat", "cats", False),
        ("cat", "bobcat", False),
        ("cat", "cats and a cat", True),  # not the first place
        ("cat", "cat_food", False),
        ("cat", "cat-food", True),
        ("cat", "écat", False),
        ("cat", "#cat", True),
        ("#cat", "see#cat", True),  # no word begins with #
        ("#cat", "#cats", False),
        ("cat!", "cat!s", True),
        ("cat!", "bobcat!", False),
        ("हिन्दी", "हिन्दी", True),
        ("हिन्द", "हिन्दी", False),  # a vowel sign goes on with the word
        ("@x.y", "mail@x.y", True),
        ("猫", "黒猫", False),  # as Mastodon: Japanese has no spaces
    ],
)
def test_a_whole_word_ends_where_words_end_on_the_sides_where_it_is_one(
    word: str, text: str, is_found: bool
) -> None:
    assert bool(found(looking_for(word, whole=True), text)) is is_found


def test_everything_that_is_read_in_a_post_is_looked_through() -> None:
    one = looking_for("secret")

    assert found(one, "the secret") == ["secret"]
    assert found(one, "text", spoiler="Secret!") == ["secret"]
    assert found(one, "text", more=("Yes", "A SECRET option")) == ["secret"]
    assert found(one, "text", "spoiler", ("Yes", "No")) == []


def test_a_keyword_is_not_found_across_two_parts() -> None:
    assert found(looking_for("one two"), "two", spoiler="one") == []


def test_all_keywords_of_a_filter_that_are_found_are_named_as_they_were_written() -> None:
    assert found(looking_for("Lunch", "dinner", "TODAY"), "lunch today") == ["Lunch", "TODAY"]


def test_a_post_is_found_by_its_id_and_by_that_of_what_it_reposts() -> None:
    one = looking_for(statuses=(FilteredPost(10, 7), FilteredPost(11, 8)))

    assert [m.status_matches for m in matches((one,), "", "", [7], NOW)] == [(7,)]
    assert [m.status_matches for m in matches((one,), "", "", (99, 8), NOW)] == [(8,)]
    assert matches((one,), "", "", [9], NOW) == ()


def test_each_filter_that_finds_something_is_told_in_their_order() -> None:
    one, other, third = looking_for("a"), looking_for("x"), looking_for("b")

    assert [m.filter for m in matches((one, other, third), "b a", "", [1], NOW)] == [one, third]


def test_an_expired_filter_finds_nothing() -> None:
    assert found(looking_for("a", expires_at=NOW + 1), "a") == ["a"]
    assert found(looking_for("a", expires_at=NOW), "a") == []


def test_a_filter_without_anything_finds_nothing() -> None:
    assert matches((looking_for(),), "text", "", [1], NOW) == ()
    assert matches((), "text", "", [1], NOW) == ()

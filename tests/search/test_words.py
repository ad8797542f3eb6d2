"""What a word is, what a query says, and which misspellings are forgiven: pure functions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officetalk.search.query import MAX_TERMS, Term, parse
from officetalk.search.spelling import errors, pieces, tolerance
from officetalk.search.words import joined_words, name_words, query_words, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, World!", "hello world"),
        ("Crème brûlée à la Łódź, STRASSE und Straße", "creme brulee a la lodz strasse und strasse"),
        ("https://www.example.com/a-b?c=1", "example com a b c 1"),
        ("@ada.berg #release_notes", "ada berg release notes"),
        ("東京でラーメン。", "東 京 で ラ ー メ ン"),
        ("ﾗｰﾒﾝ", "ラ ー メ ン"),
        ("한국어 abc漢字", "한 국 어 abc 漢 字"),
        ("สวัสดี", "ส วั ส ดี"),
        ("Ship it 🚀❤️ now", "ship it 🚀 ❤ now"),
        ("שלום עולם", "שלום עולם"),
        ("हिन्दी में", "हिन्दी में"),
        ("'; DROP TABLE post; --", "drop table post"),
        ("\ue000ab \ue0001", "ab 1"),
        ("", ""),
    ],
)
def test_a_text_has_these_tokens(text: str, expected: str) -> None:
    assert tokens(text) == expected.split()


@given(st.text(max_size=80))
def test_a_token_is_letters_marks_and_digits_or_one_sign_whatever_the_text(text: str) -> None:
    for token in tokens(text):
        assert token and not set(token) & set(" \t\n\0\"'\\:*()&|!<>-^+{}") and "\ue000" not in token


def test_a_name_in_a_script_without_spaces_can_be_entered_at_any_character() -> None:
    assert name_words("山田太郎") == {"山田太郎", "田太郎", "太郎", "郎"}
    assert query_words("山田 太") == ["山田", "太"]


def test_a_joined_name_is_found_by_its_parts_and_in_one() -> None:
    assert name_words("Jean-Luc O’Brien") == {"jean", "luc", "o", "brien"}
    assert joined_words("Jean-Luc O’Brien") == {"jeanluc", "obrien"}


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("red apple", ["red", "apple*"], []),
        ("red apple ", ["red", "apple"], []),
        ('"red apple"', ["red apple"], []),
        ('"red apple', ["red apple"], []),
        ("“red apple” pie", ["red apple", "pie*"], []),
        ("red -apple", ["red"], ["apple"]),
        ('red -"green apple" pie', ["red", "pie*"], ["green apple"]),
        ("well-known x", ["well known", "x"], []),
        ("東京", ["東 京"], []),
        ("a - b", ["a", "b"], []),
        ("--apple", [], ["apple"]),
        ("AND OR NOT NEAR(a b)", ["and", "or", "not", "near a", "b"], []),
        ("-", [], []),
        ('"', [], []),
        ("", [], []),
        ("!?…", [], []),
    ],
)
def test_a_query_says_this(text: str, wanted: list[str], unwanted: list[str]) -> None:
    def shown(terms: tuple[Term, ...]) -> list[str]:
        return [" ".join(term.tokens) + "*" * term.prefix for term in terms]

    query = parse(text)

    assert (shown(query.wanted), shown(query.unwanted)) == (wanted, unwanted)


def test_a_query_of_a_thousand_words_is_cut() -> None:
    assert len(parse("word " * 1000).wanted) == MAX_TERMS


@pytest.mark.parametrize(
    ("typed", "word", "expected"),
    [
        ("anna", "anna", 0),
        ("ann", "anna", 0),  # still being typed
        ("tomsz", "tomasz", 1),
        ("wieczrek", "wieczorek", 1),
        ("kobayshi", "kobayashi", 1),
        ("amra", "amar", 1),  # two changed places
        ("jonhson", "johnson", 1),
        ("erikson", "eriksson", 1),
        ("hannna", "hanna", 1),
        ("katarzina", "katarzyna", 1),
        ("smith", "schmidt", 3),
        ("abcdef", "uvwxyz", 3),
    ],
)
def test_a_misspelt_word_has_so_many_errors(typed: str, word: str, expected: int) -> None:
    assert errors(typed, word, 2) == expected


@given(st.text("abcd", min_size=3, max_size=9), st.data())
def test_one_error_is_counted_as_one_and_leaves_a_common_piece(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 2))
    typed = data.draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],
                word[:at] + "e" + word[at:],
                word[:at] + "e" + word[at + 1 :],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            ]
        )
    )

    assert errors(typed, word, 2) <= 1
    if len(typed) >= 3:
        assert pieces(typed) & pieces(word)


def test_numbers_and_scripts_without_spaces_are_not_guessed_at() -> None:
    assert tolerance("user17") == tolerance("山田太郎") == tolerance("bo") == 0
    assert not pieces("user17") and not pieces("山田太郎")

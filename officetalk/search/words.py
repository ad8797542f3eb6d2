"""What a word is, for search: pure functions over folded text.

Scripts that are written without spaces are taken apart: in posts each character is a token (and a query of
several is a phrase), in names each character begins a word (太郎 finds 山田太郎).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import regex

from officetalk.posts.text import fold

MAX_WORD = 64  # characters; longer words are cut, in the index and in the query alike

_UNSPACED = (
    r"[[\p{Han}\p{Hangul}\p{Script_Extensions=Hiragana}\p{Script_Extensions=Katakana}\p{Thai}\p{Lao}\p{Khmer}"
    r"\p{Myanmar}\p{Tibetan}]&&[\p{L}\p{N}]]\p{M}*"
)
_SPACED = rf"(?:(?!{_UNSPACED})[\p{{L}}\p{{N}}]\p{{M}}*)+"
_CHARACTER = regex.compile(_UNSPACED, regex.V1)
_TOKEN = regex.compile(rf"{_UNSPACED}|{_SPACED}|\p{{Extended_Pictographic}}", regex.V1)
_NAME_PART = regex.compile(rf"(?P<run>(?:{_UNSPACED})+)|{_SPACED}", regex.V1)
_JOINED = regex.compile(rf"{_SPACED}(?:[-.'’‐_]{_SPACED})+", regex.V1)
_JOINTS = regex.compile(r"[-.'’‐_]")
_ASCII_WORD = re.compile("[a-z0-9]+")
_SCHEME = re.compile("https?://(?:www\\.)?", re.IGNORECASE)


def tokens(text: str) -> list[str]:
    """The tokens of a post or a query, in order. They hold letters, marks and digits, or are one emoji:
    nothing that means something to a database's query language."""
    text = fold(_SCHEME.sub(" ", text))
    found = _ASCII_WORD.findall(text) if text.isascii() else _TOKEN.findall(text)
    return [token[:MAX_WORD] for token in found]


def is_unspaced(word: str) -> bool:
    """Whether a word begins in a script without spaces, where prefixes and typing errors mean nothing."""
    return not word.isascii() and _CHARACTER.match(word) is not None


def query_words(text: str) -> list[str]:
    """The words of a search for people, each once, in order."""
    text = fold(text)
    pattern = _ASCII_WORD if text.isascii() else _NAME_PART
    found = [match[0] for match in pattern.finditer(text)]
    return list(dict.fromkeys(word[:MAX_WORD] for word in found))


def name_words(text: str) -> set[str]:
    """The words by whose beginnings a person is found."""
    return {word[:MAX_WORD] for word in _name_words(fold(text))}


def joined_words(text: str) -> set[str]:
    """Further ones: what a hyphen, dot or apostrophe holds together, in one (jeanluc, obrien)."""
    return {_JOINTS.sub("", match[0])[:MAX_WORD] for match in _JOINED.finditer(fold(text))}


def _name_words(text: str) -> Iterator[str]:
    for match in _NAME_PART.finditer(text):
        yield match[0]
        if match["run"]:
            characters = _CHARACTER.findall(match[0])
            for start in range(1, len(characters)):
                yield "".join(characters[start:])

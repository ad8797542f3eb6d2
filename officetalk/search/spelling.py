"""Typing errors: which words a misspelt one may have meant. Pure functions."""

from __future__ import annotations

from officetalk.search.words import is_unspaced

_SHORT = 5
MIN_LENGTH = 3


def pieces(word: str) -> set[str]:
    """What a word shares with its misspellings: its trigrams, one of them with its beginning and one with
    its end; its letters in order of the alphabet (two changed places); and of a short word, whose trigrams
    one error destroys, what is left without each of its letters. None where no error is forgiven."""
    if not tolerance(word):
        return set()
    padded = f" {word} "
    found = {padded[i : i + 3] for i in range(len(word))}
    if len(word) <= 12:
        found.add("=" + "".join(sorted(word)))
    if len(word) <= _SHORT + 1:
        found.add("-" + word)
        found |= {f"-{word[:i]}{word[i + 1 :]}" for i in range(len(word))}
    return found


def tolerance(word: str) -> int:
    """How many errors are forgiven in a word of this length."""
    if len(word) < MIN_LENGTH or is_unspaced(word) or any(letter.isdigit() for letter in word):
        return 0  # another number is another thing
    return 1 if len(word) <= _SHORT else 2


def errors(typed: str, word: str, limit: int) -> int:
    """How many errors make `typed` of `word`: letters too many, missing, wrong, or two that changed places
    (optimal string alignment). 0 when the word begins with what was typed. Above `limit`: limit + 1."""
    if word.startswith(typed):
        return 0
    if abs(len(typed) - len(word)) > limit:
        return limit + 1
    while typed and word and typed[-1] == word[-1]:
        typed, word = typed[:-1], word[:-1]
    start = 0
    for a, b in zip(typed, word, strict=False):
        if a != b:
            break
        start += 1
    typed, word = typed[start:], word[start:]
    return _alignment(typed, word, limit)


def _alignment(a: str, b: str, limit: int) -> int:
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        above, row_before = row, before
        row = [i]
        for j, other in enumerate(b, 1):
            if letter == other:
                cost = above[j - 1]
            else:
                cost = 1 + min(above[j - 1], above[j], row[-1])
                if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                    cost = min(cost, row_before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit and min(above) > limit:
            return limit + 1
        before = above
    return min(row[-1], limit + 1)

"""The query language of full-text search.

Words are all to be found; "several words" in quotation marks stand next to each other; -word and -"words"
must not occur; the last word is the beginning of a word, since it may still be typed (a blank or quotation
marks end it); `from:ada` and the like are operators (operators.py). What a database's own language makes special never reaches it: see `words.tokens`.
"""

from __future__ import annotations

import re

import msgspec

from officetalk.search import operators
from officetalk.search.operators import OPERATOR, Operator
from officetalk.search.words import is_unspaced, tokens

MAX_TERMS = 16
MIN_PREFIX = 2  # letters: the posts with a word in one letter are nearly all

_TERM = re.compile(
    r'(?P<no>(?<!\S)-(?=\S))?(?:["“”„«»](?P<phrase>[^"“”„«»]*)(?:["“”„«»]|$)|(?P<word>[^\s"“”„«»]+))'
)


class Term(msgspec.Struct, frozen=True):
    """Tokens that stand next to each other; the last only begins so when `prefix`."""

    tokens: tuple[str, ...]
    prefix: bool = False


class Query(msgspec.Struct, frozen=True):
    """What all has to be in a post, and what must not be."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    operators: tuple[Operator, ...] = ()
    negated: tuple[Operator, ...] = ()


def parse(text: str) -> Query:
    """Never fails: what cannot be understood is looked for as words."""
    wanted: list[Term] = []
    unwanted: list[Term] = []
    asked: list[Operator] = []
    negated: list[Operator] = []
    for match in _TERM.finditer(text):
        if len(wanted) + len(unwanted) + len(asked) + len(negated) == MAX_TERMS:
            break
        typed = OPERATOR.fullmatch(match["word"] or "")
        operator = operators.read(typed[1], typed[2]) if typed else None
        if operator is not None:
            (negated if match["no"] else asked).append(operator)
            continue
        found = tuple(tokens(match["word"] or match["phrase"] or ""))[:MAX_TERMS]
        if not found:
            continue
        if match["no"]:
            unwanted.append(Term(found))
        else:
            typing = match["word"] is not None and match.end() == len(text) and _can_go_on(found[-1])
            wanted.append(Term(found, prefix=typing))
    return Query(tuple(wanted), tuple(unwanted), tuple(asked), tuple(negated))


def _can_go_on(word: str) -> bool:
    return len(word) >= MIN_PREFIX and not is_unspaced(word)

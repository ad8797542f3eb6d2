"""Filters as the rest of the program sees them."""

from __future__ import annotations

from typing import Literal

import msgspec

Context = Literal["home", "notifications", "public", "thread", "account"]
Action = Literal["warn", "hide", "blur"]


class Keyword(msgspec.Struct, frozen=True):
    """Words that a filter looks for, as their owner wrote them. `folded` is what is looked for; the
    bounds say on which sides no word may go on."""

    id: int
    keyword: str
    whole_word: bool
    folded: str
    bound_before: bool
    bound_after: bool


class FilteredPost(msgspec.Struct, frozen=True):
    """A post that a filter names."""

    id: int
    post_id: int


class Filter(msgspec.Struct, frozen=True):
    """`contexts`: where it holds; `expires_at` in ms, None: never. An expired one is kept, and shown to its
    owner, but matches nothing."""

    id: int
    title: str
    contexts: tuple[Context, ...]
    action: Action
    expires_at: int | None
    keywords: tuple[Keyword, ...] = ()
    statuses: tuple[FilteredPost, ...] = ()


class Match(msgspec.Struct, frozen=True):
    """What a filter found in a post: which of its keywords (as written), which of its posts."""

    filter: Filter
    keyword_matches: tuple[str, ...] = ()
    status_matches: tuple[int, ...] = ()


class KeywordChange(msgspec.Struct, frozen=True):
    """A keyword to add (without `id`), to change, or to remove."""

    id: int | None = None
    keyword: str | None = None
    whole_word: bool | None = None
    remove: bool = False

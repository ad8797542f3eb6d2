"""Filters as the API says them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from officetalk.api.entities.filters import Filter, FilterKeyword, FilterStatus, V1Filter
from officetalk.api.times import timestamp
from officetalk.filters import entities as domain


def _expires_at(one: domain.Filter) -> str | None:
    return None if one.expires_at is None else timestamp(one.expires_at)


def filter_results(matches: Iterable[domain.Match]) -> list[dict[str, Any]]:
    """A list of FilterResults: a post's `filtered`."""
    return [
        {
            "filter": {
                "id": str(match.filter.id),
                "title": match.filter.title,
                "context": list(match.filter.contexts),
                "expires_at": _expires_at(match.filter),
                "filter_action": match.filter.action,
            },
            "keyword_matches": list(match.keyword_matches) or None,
            "status_matches": [str(id) for id in match.status_matches] or None,
        }
        for match in matches
    ]


def keyword(one: domain.Keyword) -> FilterKeyword:
    return FilterKeyword(id=str(one.id), keyword=one.keyword, whole_word=one.whole_word)


def status(one: domain.FilteredPost) -> FilterStatus:
    return FilterStatus(id=str(one.id), status_id=str(one.post_id))


def whole(one: domain.Filter) -> Filter:
    """A Filter with all that belongs to it."""
    return Filter(
        id=str(one.id),
        title=one.title,
        context=list(one.contexts),
        expires_at=_expires_at(one),
        filter_action=one.action,
        keywords=[keyword(k) for k in one.keywords],
        statuses=[status(s) for s in one.statuses],
    )


def first_version(one: domain.Filter, k: domain.Keyword) -> V1Filter:
    return V1Filter(
        id=str(k.id),
        phrase=k.keyword,
        context=list(one.contexts),
        whole_word=k.whole_word,
        expires_at=_expires_at(one),
        irreversible=one.action == "hide",
    )

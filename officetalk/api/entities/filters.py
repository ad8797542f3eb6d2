"""Filters: docs.joinmastodon.org/entities/Filter, V1_Filter, FilterResult."""

from __future__ import annotations

from officetalk.api.entities.common import Entity
from officetalk.filters.entities import Action, Context


class FilterKeyword(Entity):
    id: str
    keyword: str
    whole_word: bool


class FilterStatus(Entity):
    id: str
    status_id: str


class MatchedFilter(Entity):
    """A filter as it stands in a FilterResult: without its keywords and posts."""

    id: str
    title: str
    context: list[Context]
    expires_at: str | None
    filter_action: Action


class Filter(MatchedFilter):
    keywords: list[FilterKeyword]
    statuses: list[FilterStatus]


class FilterResult(Entity):
    filter: MatchedFilter
    keyword_matches: list[str] | None
    status_matches: list[str] | None


class V1Filter(Entity):
    """One keyword of a filter, as before Mastodon 4."""

    id: str
    phrase: str
    context: list[Context]
    whole_word: bool
    expires_at: str | None
    irreversible: bool

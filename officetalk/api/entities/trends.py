"""What leads: docs.joinmastodon.org/entities/PreviewCard#trends-link, Tag#admin."""

from __future__ import annotations

from officetalk.api.entities.cards import PreviewCard
from officetalk.api.entities.statuses import Tag, TagHistory


class TrendingLink(PreviewCard):
    """A PreviewCard with how often the link was used."""

    history: list[TagHistory]


class AdminTag(Tag):
    """A hashtag as administrators get it. Nothing waits for a review here, and every hashtag may be used."""

    trendable: bool
    usable: bool
    requires_review: bool

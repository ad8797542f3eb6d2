"""Hashtags as JSON, with what the viewer does with them and how often they were used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from officetalk.api.render import Renderer
from officetalk.api.times import timestamp
from officetalk.core.database import Connection
from officetalk.featured import tags as featured
from officetalk.featured.tags import FeaturedTag
from officetalk.posts.hashtags import Hashtag
from officetalk.trends import history
from officetalk.trends.history import History


def history_json(days: History) -> list[dict[str, str]]:
    """A list of Tag history entries, today first."""
    return [
        {"day": str(day.start // 1000), "uses": str(day.uses), "accounts": str(day.accounts)} for day in days
    ]


def tags_json(
    conn: Connection, render: Renderer, viewer: int, hashtags: Iterable[Hashtag]
) -> list[dict[str, Any]]:
    """A list of Tags. Two statements, however many they are."""
    hashtags = list(hashtags)
    ids = [tag.id for tag in hashtags]
    used, featuring = history.of(conn, "tag", ids), featured.featuring(conn, viewer, ids)
    nothing = history.unused(conn.now)
    return [
        {
            **render.tag(tag),
            "history": history_json(used.get(tag.id, nothing)),
            "featuring": tag.id in featuring,
        }
        for tag in hashtags
    ]


def tag_json(conn: Connection, render: Renderer, viewer: int, hashtag: Hashtag) -> dict[str, Any]:
    """A Tag."""
    return tags_json(conn, render, viewer, [hashtag])[0]


def featured_tag_json(render: Renderer, tag: FeaturedTag) -> dict[str, Any]:
    """A FeaturedTag. Its address is the hashtag's: there is no page of one person's posts with it."""
    last = tag.last_post_at
    return {
        "id": str(tag.id),
        "name": tag.name,
        "url": render.tag_url(tag.name),
        "statuses_count": str(tag.posts),
        "last_status_at": None if last is None else timestamp(last)[:10],
    }

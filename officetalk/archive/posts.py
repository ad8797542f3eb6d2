"""All that somebody wrote, as it stands: comments, direct posts and reposts too, with the earlier versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from officetalk.archive.lists import address_of
from officetalk.core.database import Connection
from officetalk.core.sql import Statement, p, within
from officetalk.posts import queries
from officetalk.posts.entities import Post
from officetalk.posts.tables import post, post_version

AT_ONCE = 200  # posts of one read

_MINE = Statement(
    select(post.c.id)
    .where(post.c.author_id == p("account"), post.c.deleted_at.is_(None), post.c.id > p("after"))
    .order_by(post.c.id)
    .limit(p("limit"))
)
_VERSIONS = Statement(
    select(post_version.c.post_id, post_version.c.text, post_version.c.spoiler, post_version.c.created_at)
    .where(within(post_version.c.post_id, "ids"))
    .order_by(post_version.c.post_id, post_version.c.revision)
)


def page(conn: Connection, me: int, origin: str, after: int) -> tuple[list[dict[str, Any]], list[str], int]:
    """The next posts, oldest first, as plain data; the names of their files in the media store; and the id to
    go on after (0: there are no more). Three statements."""
    ids = [row[0] for row in conn.all(_MINE, account=me, after=after, limit=AT_ONCE)]
    found = queries.by_ids(conn, me, ids)
    versions: dict[int, list[dict[str, Any]]] = {}
    edited = [one.id for one in found if one.content.edited_at is not None]
    if edited:
        for id, text, spoiler, at in conn.all(_VERSIONS, ids=edited):
            versions.setdefault(id, []).append({"text": text, "warning": spoiler, "at": stamp(at)})
    files = [m.file for one in found if one.reposted is None for m in one.content.attached.media]
    told = [_told(one, origin, versions.get(one.id, ())) for one in found]
    return told, files, ids[-1] if len(ids) == AT_ONCE else 0


def _told(one: Post, origin: str, versions: Sequence[dict[str, Any]]) -> dict[str, Any]:
    content = one.content
    told: dict[str, Any] = {"id": str(one.id), "at": stamp(content.created_at)}
    if one.reposted is not None:
        return {**told, "repost_of": address_of(one.shown, origin)}
    attached = content.attached
    told |= {
        "address": address_of(one, origin),
        "audience": content.audience,
        "text": content.text,
        "warning": content.spoiler,
        "sensitive": content.sensitive,
        "language": content.language,
        "answers": str(content.parent_id) if content.parent_id else None,
        "quotes": str(content.quote_of_id) if content.quote_of_id else None,
        "files": [{"file": f"media/{m.file}", "description": m.description} for m in attached.media],
        "poll": None
        if attached.poll is None
        else {
            "options": list(attached.poll.options),
            "votes": list(one.tally.votes) if one.tally else [],
            "ends_at": stamp(attached.poll.ends_at) if attached.poll.ends_at else None,
        },
        "comments": one.comments,
        "reposts": one.reposts,
        "likes": one.likes,
        "edited_at": stamp(content.edited_at) if content.edited_at else None,
        "earlier_versions": list(versions),
    }
    return told


def stamp(ms: int) -> str:
    """ISO 8601 in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

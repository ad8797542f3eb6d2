"""Posts with several hashtags: one of some, all of others, none of yet others."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, exists, func, select, union

from officetalk.core.database import Connection
from officetalk.core.paging import Page, bounds
from officetalk.core.sql import Packed, Statement, p, within
from officetalk.feeds.tables import feed_entry
from officetalk.posts import text
from officetalk.posts.entities import Post
from officetalk.posts.queries import assemble, visible_item, wanted_item, with_state
from officetalk.posts.tables import hashtag, post

MAX_OF_A_KIND = 4  # as Mastodon: more are passed over

_IDS = Statement(select(hashtag.c.key, hashtag.c.id).where(within(hashtag.c.key, "keys")))


def _part(slot: int, direction: str, only_media: bool) -> Select:
    """A page of one feed, the parameter any0, any1, …: no more of it can be on the page of them all."""
    entry, beside = feed_entry.alias(f"entry{slot}"), feed_entry.alias(f"beside{slot}")
    tagged, reposted = post.alias(f"tagged{slot}"), post.alias(f"reposted{slot}")
    cursor = entry.c.post_id
    others = (
        select(func.count())
        .select_from(beside)
        .where(beside.c.post_id == cursor, within(beside.c.feed_id, "all"))
        .scalar_subquery()
    )
    query = (
        select(cursor.label("post_id"))
        .select_from(
            entry.join(tagged, tagged.c.id == cursor).outerjoin(
                reposted, reposted.c.id == tagged.c.repost_of_id
            )
        )
        .where(
            entry.c.feed_id == p(f"any{slot}"),
            cursor < p("below"),
            cursor > p("above"),
            others == p("how_many"),
            ~exists(
                select(beside.c.post_id).where(
                    beside.c.post_id == cursor, within(beside.c.feed_id, "none")
                )
            ),
            visible_item(tagged, reposted),
            wanted_item(tagged, reposted),
        )
        .order_by(cursor.desc() if direction == "older" else cursor.asc())
        .limit(p("limit"))
    )  # fmt: skip
    if only_media:
        query = query.where(entry.c.has_media)
    return select(query.subquery(f"part{slot}"))


def _statement(direction: str, only_media: bool) -> Statement:
    parts = union(*(_part(slot, direction, only_media) for slot in range(MAX_OF_A_KIND))).subquery("parts")
    cursor = parts.c.post_id
    return Packed(
        with_state(
            select(cursor, cursor.label("cursor"))
            .order_by(cursor.desc() if direction == "older" else cursor.asc())
            .limit(p("limit"))
        )
    )


_POSTS = {
    (direction, only_media): _statement(direction, only_media)
    for direction in ("older", "newer")
    for only_media in (False, True)
}


def by_hashtags(
    conn: Connection,
    viewer: int,
    any_of: Sequence[str],
    page: Page,
    *,
    all_of: Sequence[str] = (),
    none_of: Sequence[str] = (),
    only_media: bool = False,
) -> list[Post]:
    """Posts with one of `any_of`, with each of `all_of`, with none of `none_of`, newest first. Of each the
    first MAX_OF_A_KIND count. Three statements."""
    wanted = [_keys(names) for names in (any_of, all_of, none_of)]
    ids = dict(conn.all(_IDS, keys=sorted({key for keys in wanted for key in keys})))
    if any(key not in ids for key in wanted[1]):  # nobody has ever used it
        return []
    feeds, everyone, nobody = ([ids[key] for key in keys if key in ids] for keys in wanted)
    if not feeds:
        return []
    direction, below, above = bounds(page)
    slots = {f"any{i}": feeds[i] if i < len(feeds) else 0 for i in range(MAX_OF_A_KIND)}
    rows = conn.all(
        _POSTS[direction, only_media],
        viewer=viewer, now=conn.now, below=below, above=above, limit=page.limit,
        all=everyone, how_many=len(everyone), none=nobody, **slots,
    )  # fmt: skip
    return assemble(conn, rows, viewer)


def _keys(names: Sequence[str]) -> list[str]:
    keys = dict.fromkeys(text.hashtag_key(name.removeprefix("#")) for name in names)
    return [key for key in keys if key][:MAX_OF_A_KIND]

"""One feed, or one person's marks, as a list of posts: company feed, profile, hashtag, likes, bookmarks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, exists, select

from officetalk.core.database import Connection
from officetalk.core.paging import Page, bounds
from officetalk.core.sql import Packed, Statement, p
from officetalk.feeds.tables import COMPANY_FEED, feed_entry
from officetalk.posts.entities import Post
from officetalk.posts.queries import assemble, original, quoted_id, visible_item, wanted_item, with_state
from officetalk.posts.tables import bookmark, like, pin, post


def _both_ways(build: Any) -> dict[str, Statement]:
    """A list's statement for each direction: `build(cursor)` selects (post_id, cursor)."""
    made = {}
    for direction in ("older", "newer"):
        query, cursor = build()
        query = query.where(cursor < p("below"), cursor > p("above")).limit(p("limit"))
        query = query.order_by(cursor.desc() if direction == "older" else cursor.asc())
        made[direction] = Packed(with_state(query))
    return made


def _entries(*conditions: Any, wanted: bool = True) -> Any:
    """A feed's entries that the viewer may read (and, if `wanted`, wants to). Served by the primary key
    of feed_entry."""

    def build() -> tuple[Select, Any]:
        cursor = feed_entry.c.post_id
        query = (
            select(cursor, cursor.label("cursor"), quoted_id(post, original))
            .select_from(
                feed_entry.join(post, post.c.id == cursor).outerjoin(
                    original, original.c.id == post.c.repost_of_id
                )
            )
            .where(feed_entry.c.feed_id == p("feed"), visible_item(post, original), *conditions)
        )
        if wanted:
            query = query.where(wanted_item(post, original))
        return query, cursor

    return _both_ways(build)


def _marked(table: Any, *, wanted: bool = True) -> Any:
    """Posts that an account has marked, by when it did. Served by the index (account_id, id)."""

    def build() -> tuple[Select, Any]:
        query = (
            select(table.c.post_id, table.c.id.label("cursor"), quoted_id(post, original))
            .select_from(
                table.join(post, post.c.id == table.c.post_id).outerjoin(
                    original, original.c.id == post.c.repost_of_id
                )
            )
            .where(table.c.account_id == p("account"), visible_item(post, original))
        )
        if wanted:
            query = query.where(wanted_item(post, original))
        return query, table.c.id

    return _both_ways(build)


_no_comment = feed_entry.c.reply_to_account_id.is_(None)
_no_comment_to_others = _no_comment | (feed_entry.c.reply_to_account_id == feed_entry.c.author_id)
_no_repost = feed_entry.c.original_author_id.is_(None)
_media = feed_entry.c.has_media

_FEED = _entries()
_FEED_MEDIA = _entries(_media)
# A profile shows its owner even to those who muted the owner: they came on purpose. Whoever is blocked,
# in one direction or the other, is refused before (see account_posts).
_PROFILE = {
    (comments, reposts, media): _entries(
        *([] if comments else [_no_comment_to_others]),
        *([] if reposts else [_no_repost]),
        *([_media] if media else []),
        wanted=False,
    )
    for comments in (False, True)
    for reposts in (False, True)
    for media in (False, True)
}
_LIKES = _marked(like)
_BOOKMARKS = _marked(bookmark)
_PINS = _marked(pin, wanted=False)  # part of the profile


def _tagged_profile() -> dict[str, Statement]:
    tagged = feed_entry.alias("tagged")
    return _entries(
        exists(
            select(tagged.c.post_id).where(
                and_(tagged.c.feed_id == p("hashtag"), tagged.c.post_id == feed_entry.c.post_id)
            )
        ),
        wanted=False,
    )


_PROFILE_TAGGED = _tagged_profile()


def _posts(
    conn: Connection, statements: dict[str, Statement], viewer: int, page: Page, **more: Any
) -> list[Post]:
    direction, below, above = bounds(page)
    rows = conn.all(
        statements[direction],
        viewer=viewer, now=conn.now, below=below, above=above, limit=page.limit, **more,
    )  # fmt: skip
    return assemble(conn, rows, viewer)


def company(conn: Connection, viewer: int, page: Page, *, only_media: bool = False) -> list[Post]:
    """The company feed: every post to the company, comments and reposts left out, newest first."""
    return _posts(conn, _FEED_MEDIA if only_media else _FEED, viewer, page, feed=COMPANY_FEED)


def by_hashtag(
    conn: Connection, viewer: int, hashtag_id: int, page: Page, *, only_media: bool = False
) -> list[Post]:
    """Posts with a hashtag, newest first."""
    return _posts(conn, _FEED_MEDIA if only_media else _FEED, viewer, page, feed=hashtag_id)


def of_group(conn: Connection, viewer: int, group_id: int, page: Page) -> list[Post]:
    """What is said in a group, comments to others left out, newest first; nothing for who may not read it."""
    return _posts(conn, _FEED, viewer, page, feed=group_id)


def of_account(
    conn: Connection,
    viewer: int,
    account_id: int,
    page: Page,
    *,
    comments: bool = True,
    reposts: bool = True,
    only_media: bool = False,
    hashtag_id: int | None = None,
) -> list[Post]:
    """What somebody posted: `comments` to others and `reposts` or not, pictures only, with a hashtag."""
    if hashtag_id is not None:
        return _posts(conn, _PROFILE_TAGGED, viewer, page, feed=account_id, hashtag=hashtag_id)
    return _posts(conn, _PROFILE[comments, reposts, only_media], viewer, page, feed=account_id)


def pinned(conn: Connection, viewer: int, account_id: int, page: Page) -> list[Post]:
    """What somebody pinned to the profile, newest pin first."""
    return _posts(conn, _PINS, viewer, page, account=account_id)


def likes(conn: Connection, viewer: int, page: Page) -> list[Post]:
    """What the viewer likes, newest like first. The cursor is the like's."""
    return _posts(conn, _LIKES, viewer, page, account=viewer)


def bookmarks(conn: Connection, viewer: int, page: Page) -> list[Post]:
    """What the viewer bookmarked, newest bookmark first. The cursor is the bookmark's."""
    return _posts(conn, _BOOKMARKS, viewer, page, account=viewer)

"""Hashtags that somebody features on the profile, with how often and when last the person used them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import delete, func, insert, literal_column, select

from officetalk.accounts.relations import is_blocked
from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.ids import time_of
from officetalk.core.sql import Statement, one_of, p, within
from officetalk.core.upsert import upsert
from officetalk.featured.tables import featured_tag
from officetalk.feeds import entries
from officetalk.feeds.tables import feed_entry, subscription
from officetalk.posts import hashtags, text
from officetalk.posts.hashtags import Hashtag
from officetalk.posts.tables import hashtag, post
from officetalk.posts.visibility import COMPANY_WIDE

MAX_TAGS = 10  # as Mastodon
MAX_NAME = 140  # characters
_RECENT = 1_000  # of somebody's posts are looked at for what to propose


class FeaturedTag(msgspec.Struct, frozen=True):
    """`posts` and `last_post_at` (ms): of its owner's posts with the hashtag that the whole company can
    see."""

    id: int
    hashtag_id: int
    name: str
    posts: int = 0
    last_post_at: int | None = None


_OF = Statement(
    select(featured_tag.c.id, featured_tag.c.hashtag_id, featured_tag.c.name)
    .where(featured_tag.c.account_id == p("account"))
    .order_by(featured_tag.c.id)
)
_own, _tagged = feed_entry.alias("own"), feed_entry.alias("tagged")
# From the person's own feed, by its primary key, to the other feeds of each post, by ix_feed_entry_post_id:
# as many steps as the person has posts, however popular the hashtags are. (`+ 0` keeps SQLite from starting
# at the hashtags, whose feeds are the whole company's.)
_counted = (
    _own.join(_tagged, _tagged.c.post_id == _own.c.post_id)
    .join(
        featured_tag,
        (featured_tag.c.account_id == p("account"))
        & (featured_tag.c.hashtag_id == _tagged.c.feed_id + literal_column("0")),
    )
    .join(post, post.c.id == _own.c.post_id)
)
_COUNTS = Statement(
    select(featured_tag.c.hashtag_id, func.count(), func.max(post.c.id))
    .select_from(_counted)
    .where(_own.c.feed_id == p("account"), one_of(post.c.audience, COMPANY_WIDE), post.c.deleted_at.is_(None))
    .group_by(featured_tag.c.hashtag_id)
)
# On PostgreSQL, two requests of one person wait here for each other, so that there are never too many.
_LOCK = Statement(select(account.c.id).where(account.c.id == p("account")).with_for_update())
_HASHTAG = upsert(hashtag, ["key"], [])
_ADD = Statement(insert(featured_tag).values({c.name: p(c.name, c.type) for c in featured_tag.columns}))
_REMOVE = Statement(
    delete(featured_tag).where(featured_tag.c.account_id == p("account"), featured_tag.c.id == p("id"))
)
_REMOVE_HASHTAG = Statement(
    delete(featured_tag).where(
        featured_tag.c.account_id == p("account"), featured_tag.c.hashtag_id == p("hashtag")
    )
)
_FEATURING = Statement(
    select(featured_tag.c.hashtag_id).where(
        featured_tag.c.account_id == p("account"), within(featured_tag.c.hashtag_id, "hashtags")
    )
)


def of_account(conn: Connection, viewer: int, account_id: int) -> list[FeaturedTag]:
    """What somebody features, the most used first; nothing when one of the two has blocked the other. At most
    three statements."""
    if viewer != account_id and is_blocked(conn, viewer, account_id):
        return []
    rows = conn.all(_OF, account=account_id)
    if not rows:
        return []
    counted = {id: (posts, time_of(last)) for id, posts, last in conn.all(_COUNTS, account=account_id)}
    found = [FeaturedTag(id, tag, name, *counted.get(tag, (0, None))) for id, tag, name in rows]
    return sorted(found, key=lambda tag: (-tag.posts, tag.id))


def checked_name(name: str) -> str:
    """The hashtag without #. Invalid when it can be none."""
    name = name.strip().removeprefix("#")
    spans = text.scan("#" + name)
    if len(spans) != 1 or spans[0].kind != "hashtag" or spans[0].value != name or len(name) > MAX_NAME:
        raise Invalid("tag", "is invalid")
    return name


def feature(conn: Connection, actor: int, name: str, *, again: bool = False) -> FeaturedTag:
    """Feature a hashtag, used or not. Invalid when it can be none, when there are too many, and, unless
    `again`, when it is featured already."""
    name = checked_name(name)
    key = text.hashtag_key(name)
    conn.first(_LOCK, account=actor)
    conn.run(_HASHTAG, id=conn.new_id(), key=key, name=name)
    found = hashtags.find(conn, actor, name)
    entries.create(conn, found.id, "hashtag")
    known = [FeaturedTag(*row) for row in conn.all(_OF, account=actor)]
    if all(tag.hashtag_id != found.id for tag in known):
        if len(known) >= MAX_TAGS:
            raise Invalid(None, "You have already featured the maximum number of hashtags")
        conn.run(_ADD, account_id=actor, hashtag_id=found.id, id=conn.new_id(), name=name)
    elif not again:
        raise Invalid("name", "has already been taken", "ERR_TAKEN")
    return next(tag for tag in of_account(conn, actor, actor) if tag.hashtag_id == found.id)


def unfeature(conn: Connection, actor: int, id: int) -> None:
    """Feature no longer what has this FeaturedTag.id. NotFound."""
    if conn.run(_REMOVE, account=actor, id=id) == 0:
        raise NotFound


def unfeature_hashtag(conn: Connection, actor: int, name: str) -> None:
    """Feature this hashtag no longer; nothing happens when one does not."""
    found = hashtags.find(conn, actor, name)
    if found.id:
        conn.run(_REMOVE_HASHTAG, account=actor, hashtag=found.id)


def featuring(conn: Connection, actor: int, hashtag_ids: Iterable[int]) -> set[int]:
    """Which of these hashtags somebody features."""
    ids = [id for id in hashtag_ids if id]
    return {row[0] for row in conn.all(_FEATURING, account=actor, hashtags=ids)} if ids else set()


def _suggestions() -> Statement:
    recent = (
        select(_own.c.post_id)
        .where(_own.c.feed_id == p("account"))
        .order_by(_own.c.post_id.desc())
        .limit(_RECENT)
        .subquery("recent")
    )
    featured = select(featured_tag.c.hashtag_id).where(featured_tag.c.account_id == p("account"))
    follows = select(subscription.c.feed_id).where(subscription.c.account_id == p("account"))
    return Statement(
        select(hashtag.c.id, hashtag.c.name, hashtag.c.id.in_(follows))
        .select_from(
            recent.join(_tagged, _tagged.c.post_id == recent.c.post_id).join(
                hashtag, hashtag.c.id == _tagged.c.feed_id
            )
        )
        .where(hashtag.c.id.not_in(featured))
        .group_by(hashtag.c.id, hashtag.c.name)
        .order_by(func.count().desc(), func.max(recent.c.post_id).desc())
        .limit(p("limit"))
    )


_SUGGESTIONS = _suggestions()


def suggestions(conn: Connection, actor: int, limit: int = MAX_TAGS) -> list[Hashtag]:
    """Hashtags of one's own latest posts that one does not feature yet, the most used first."""
    return [
        Hashtag(id, name, bool(follows))
        for id, name, follows in conn.all(_SUGGESTIONS, account=actor, limit=limit)
    ]

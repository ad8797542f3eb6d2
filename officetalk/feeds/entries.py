"""Entering posts into feeds, and taking them out. Knows ids only."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Boolean, String, delete, func, select, update

from officetalk.core.database import Connection
from officetalk.core.sql import Statement, p, within
from officetalk.core.upsert import upsert
from officetalk.feeds.tables import feed, feed_entry, subscription

_CREATE = upsert(feed, ["id"], [], ["id", "kind"])
_ENTER = upsert(feed_entry, ["feed_id", "post_id"], [])
_RAISE = Statement(
    update(feed)
    .where(within(feed.c.id, "feeds"), feed.c.last_post_id < p("post"))
    .values(last_post_id=p("post"))
)
_FEEDS_OF = Statement(select(feed_entry.c.feed_id).where(feed_entry.c.post_id == p("post")))
_SET_MEDIA = Statement(
    update(feed_entry).where(feed_entry.c.post_id == p("post")).values(has_media=p("has_media", Boolean))
)
_REMOVE = Statement(delete(feed_entry).where(feed_entry.c.post_id == p("post")))
_REMOVE_SOME = Statement(
    delete(feed_entry).where(feed_entry.c.post_id == p("post"), within(feed_entry.c.feed_id, "feeds"))
)
_SET_BACK = Statement(
    update(feed)
    .where(within(feed.c.id, "feeds"), feed.c.last_post_id == p("post"))
    .values(
        last_post_id=func.coalesce(
            select(func.max(feed_entry.c.post_id)).where(feed_entry.c.feed_id == feed.c.id).scalar_subquery(),
            0,
        )
    )
)
_SUBSCRIBE = upsert(
    subscription,
    ["account_id", "feed_id"],
    [],
    ["account_id", "feed_id", "id", "kind", "reposts", "notify", "languages"],
)
_CHANGE = Statement(
    update(subscription)
    .where(subscription.c.account_id == p("account_id"), subscription.c.feed_id == p("feed_id"))
    .values(reposts=p("reposts", Boolean), notify=p("notify", Boolean), languages=p("languages", String))
)
_UNSUBSCRIBE = Statement(
    delete(subscription).where(
        subscription.c.account_id == p("account"),
        subscription.c.feed_id == p("feed"),
        subscription.c.kind != "self",
    )
)
_IS_SUBSCRIBED = Statement(
    select(subscription.c.id).where(
        subscription.c.account_id == p("account"),
        subscription.c.feed_id == p("feed"),
        subscription.c.kind != "self",
    )
)


def create(conn: Connection, id: int, kind: str) -> None:
    """Make a feed; nothing happens when it is there."""
    conn.run(_CREATE, id=id, kind=kind)


def enter(
    conn: Connection,
    post_id: int,
    feed_ids: Iterable[int],
    *,
    author_id: int,
    reply_to_account_id: int | None,
    original_author_id: int | None,
    has_media: bool,
) -> None:
    """Enter a post into feeds and make it their newest entry where it is."""
    feed_ids = list(feed_ids)
    conn.many(
        _ENTER,
        [
            {
                "feed_id": feed_id,
                "post_id": post_id,
                "author_id": author_id,
                "reply_to_account_id": reply_to_account_id,
                "original_author_id": original_author_id,
                "has_media": has_media,
            }
            for feed_id in feed_ids
        ],
    )
    conn.run(_RAISE, feeds=feed_ids, post=post_id)


def set_media(conn: Connection, post_id: int, has_media: bool) -> None:
    """An edit brought pictures, or took them away."""
    conn.run(_SET_MEDIA, post=post_id, has_media=has_media)


def feeds_of(conn: Connection, post_id: int) -> list[int]:
    """The feeds in which a post stands."""
    return [row[0] for row in conn.all(_FEEDS_OF, post=post_id)]


def remove(conn: Connection, post_id: int, feed_ids: list[int] | None = None) -> None:
    """Take a post out of feeds (all when not said which) and set their newest entry back."""
    feeds = feeds_of(conn, post_id) if feed_ids is None else feed_ids
    if feed_ids is None:
        conn.run(_REMOVE, post=post_id)
    else:
        conn.run(_REMOVE_SOME, post=post_id, feeds=feeds)
    if feeds:
        conn.run(_SET_BACK, feeds=feeds, post=post_id)


def subscribe(
    conn: Connection,
    account_id: int,
    feed_id: int,
    kind: str,
    *,
    reposts: bool = True,
    notify: bool = False,
    languages: tuple[str, ...] = (),
) -> bool:
    """Subscribe, or change the options of a subscription; `languages`: of the posts that come, all when
    there are none. Whether it is a new one."""
    options = {"reposts": reposts, "notify": notify, "languages": languages_text(languages)}
    new = conn.run(
        _SUBSCRIBE, account_id=account_id, feed_id=feed_id, id=conn.new_id(), kind=kind, **options
    )  # fmt: skip
    if not new:
        conn.run(_CHANGE, account_id=account_id, feed_id=feed_id, **options)
    return new > 0


def languages_text(languages: Iterable[str]) -> str | None:
    """Languages as they are stored: `,de,en,`, so that a statement finds one between its commas."""
    kept = sorted(set(languages))
    return f",{','.join(kept)}," if kept else None


def languages_of(text: str | None) -> tuple[str, ...]:
    """What `languages_text` stored."""
    return tuple(text.strip(",").split(",")) if text else ()


def unsubscribe(conn: Connection, account_id: int, feed_id: int) -> bool:
    """Whether there was something to end."""
    return conn.run(_UNSUBSCRIBE, account=account_id, feed=feed_id) > 0


def is_subscribed(conn: Connection, account_id: int, feed_id: int) -> bool:
    return conn.first(_IS_SUBSCRIBED, account=account_id, feed=feed_id) is not None

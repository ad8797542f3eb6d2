"""Hashtags: looking one up, following it, how much it was used."""

from __future__ import annotations

import msgspec
from sqlalchemy import String, select

from officetalk.core.database import Connection
from officetalk.core.paging import Page, bounds
from officetalk.core.sql import Statement, p
from officetalk.core.upsert import upsert
from officetalk.feeds import entries
from officetalk.feeds.tables import subscription
from officetalk.posts import text
from officetalk.posts.tables import hashtag

_BY_KEY = Statement(select(hashtag.c.id, hashtag.c.name).where(hashtag.c.key == p("key", String)))
_ADD = upsert(hashtag, ["key"], [])


class Hashtag(msgspec.Struct, frozen=True):
    """`id` is 0 for a hashtag that nobody has used or followed yet."""

    id: int
    name: str
    following: bool = False
    cursor: int = 0


def find(conn: Connection, viewer: int, name: str) -> Hashtag:
    """The hashtag of this name in any case, accents folded; with id 0 when it is new."""
    row = conn.first(_BY_KEY, key=text.hashtag_key(name))
    if row is None:
        return Hashtag(0, name)
    return Hashtag(row[0], row[1], entries.is_subscribed(conn, viewer, row[0]))


def follow(conn: Connection, actor: int, name: str) -> Hashtag:
    """Have its posts in one's home timeline."""
    key = text.hashtag_key(name)
    conn.run(_ADD, id=conn.new_id(), key=key, name=name)
    found = find(conn, actor, name)
    entries.create(conn, found.id, "hashtag")
    entries.subscribe(conn, actor, found.id, "hashtag")
    return find(conn, actor, name)


def unfollow(conn: Connection, actor: int, name: str) -> Hashtag:
    found = find(conn, actor, name)
    if found.id:
        entries.unsubscribe(conn, actor, found.id)
    return find(conn, actor, name)


def _followed(direction: str) -> Statement:
    cursor = subscription.c.id
    return Statement(
        select(hashtag.c.id, hashtag.c.name, cursor)
        .select_from(subscription.join(hashtag, hashtag.c.id == subscription.c.feed_id))
        .where(
            subscription.c.account_id == p("account"),
            subscription.c.kind == "hashtag",
            cursor < p("below"),
            cursor > p("above"),
        )
        .order_by(cursor.desc() if direction == "older" else cursor.asc())
        .limit(p("limit"))
    )


_FOLLOWED = {direction: _followed(direction) for direction in ("older", "newer")}


def followed(conn: Connection, account_id: int, page: Page) -> list[Hashtag]:
    """The hashtags that somebody follows, last followed first. Served by ix_subscription_account."""
    direction, below, above = bounds(page)
    rows = conn.all(_FOLLOWED[direction], account=account_id, below=below, above=above, limit=page.limit)
    if direction == "newer":
        rows.reverse()
    return [Hashtag(id, name, True, cursor) for id, name, cursor in rows]

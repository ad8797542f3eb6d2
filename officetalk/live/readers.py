"""Who of those connected is to be told of a post: one statement for each question, whatever the number of
followers. Rights are those of posts/visibility.py, wishes those of the timelines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import exists, or_, select, true

from officetalk.accounts.tables import account, block
from officetalk.core.database import Connection
from officetalk.core.sql import Packed, Statement, given, p, within
from officetalk.feeds.tables import feed_entry, subscription
from officetalk.filters.tables import post_filter
from officetalk.identity.tables import access_token, session
from officetalk.lists.tables import list_member
from officetalk.live.listeners import Login
from officetalk.posts.queries import original, visible_item, wanted_item
from officetalk.posts.tables import hashtag, post
from officetalk.timelines.home import filters

_given = given("readers")
_reader = _given.c.value
_post = post.outerjoin(original, original.c.id == post.c.repost_of_id)
_AT_HOME = Packed(
    select(_reader)
    .distinct()
    .select_from(
        _post.join(feed_entry, feed_entry.c.post_id == post.c.id)
        .join(_given, true())
        .join(
            subscription,
            (subscription.c.account_id == _reader) & (subscription.c.feed_id == feed_entry.c.feed_id),
        )
    )
    .where(
        post.c.id == p("post"),
        visible_item(post, original, _reader),
        *filters(feed_entry, subscription, _reader),
    )
)
_IN_FEED = Packed(
    select(_reader)
    .select_from(_post.join(_given, true()))
    .where(
        post.c.id == p("post"),
        visible_item(post, original, _reader),
        wanted_item(post, original, _reader),
    )
)
# A deleted post has left its feeds: its readers are found by the feeds that it left. Whom its author has
# blocked never knew it.
_shut_out = exists(select(block.c.id).where(block.c.account_id == p("author"), block.c.target_id == _reader))
_SUBSCRIBED = Packed(
    select(_reader)
    .distinct()
    .select_from(_given.join(subscription, subscription.c.account_id == _reader))
    .where(within(subscription.c.feed_id, "feeds"), ~_shut_out)
)
_NOT_SHUT_OUT = Packed(select(_reader).select_from(_given).where(~_shut_out))
_WITH_MEMBER = Statement(
    select(list_member.c.list_id).where(
        within(list_member.c.list_id, "lists"), list_member.c.account_id == p("author")
    )
)
_WITH_FILTERS = Packed(
    select(_reader)
    .select_from(_given)
    .where(exists(select(post_filter.c.id).where(post_filter.c.account_id == _reader)))
)
_HASHTAGS = Statement(select(hashtag.c.key, hashtag.c.id).where(within(hashtag.c.key, "keys")))
_STILL = {
    "session": Statement(
        select(session.c.id)
        .select_from(session.join(account, account.c.id == session.c.account_id))
        .where(within(session.c.id, "ids"), account.c.state == "active")
    ),
    "token": Statement(
        select(access_token.c.id)
        .select_from(access_token.join(account, account.c.id == access_token.c.account_id))
        .where(
            within(access_token.c.id, "ids"),
            account.c.state == "active",
            or_(access_token.c.expires_at.is_(None), access_token.c.expires_at > p("now")),
        )
    ),
}


def _found(conn: Connection, statement: Statement, readers: Iterable[int], **values: Any) -> set[int]:
    asked = list(readers)
    return {row[0] for row in conn.all(statement, readers=asked, **values)} if asked else set()


def at_home(conn: Connection, post_id: int, readers: Iterable[int]) -> set[int]:
    """Of these accounts those to whose home the post comes."""
    return _found(conn, _AT_HOME, readers, post=post_id, now=conn.now)


def in_feed(conn: Connection, post_id: int, readers: Iterable[int]) -> set[int]:
    """Of these, who look at a feed of the post, those who may read it and want to meet its author."""
    return _found(conn, _IN_FEED, readers, post=post_id, now=conn.now)


def subscribed(conn: Connection, feeds: Iterable[int], author: int, readers: Iterable[int]) -> set[int]:
    """Of these accounts those who subscribe to one of the feeds, and whom the author has not blocked."""
    return _found(conn, _SUBSCRIBED, readers, feeds=list(feeds), author=author)


def not_shut_out(conn: Connection, author: int, readers: Iterable[int]) -> set[int]:
    """Of these accounts those whom the author has not blocked."""
    return _found(conn, _NOT_SHUT_OUT, readers, author=author)


def lists_with(conn: Connection, author: int, lists: Iterable[int]) -> set[int]:
    """Of these lists those that the author is on."""
    asked = list(lists)
    return {row[0] for row in conn.all(_WITH_MEMBER, lists=asked, author=author)} if asked else set()


def with_filters(conn: Connection, readers: Iterable[int]) -> set[int]:
    """Of these accounts those who filter anything at all."""
    return _found(conn, _WITH_FILTERS, readers)


def hashtags(conn: Connection, keys: Iterable[str]) -> dict[str, int]:
    """The hashtags that are there by now: id by key."""
    return {row[0]: row[1] for row in conn.all(_HASHTAGS, keys=list(keys))}


def ended(conn: Connection, logins: Iterable[Login]) -> set[Login]:
    """Of these sessions and tokens those that are no longer there, whose time is over, or whose account is not
    active."""
    gone: set[Login] = set()
    by_kind: dict[str, set[int]] = {}
    logins = list(logins)
    for login in logins:
        by_kind.setdefault(login.kind, set()).add(login.id)
    for kind, ids in by_kind.items():
        still = {row[0] for row in conn.all(_STILL[kind], ids=list(ids), now=conn.now)}
        gone.update(login for login in logins if login.kind == kind and login.id not in still)
    return gone

"""The timeline of a list: the merge of its members' feeds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import String, and_, exists, or_, select

from officetalk.core.database import Connection
from officetalk.core.paging import Page
from officetalk.core.sql import Statement, p, within
from officetalk.feeds.tables import feed_entry, subscription
from officetalk.lists import rules
from officetalk.lists.tables import list_member, people_list
from officetalk.posts.entities import Post
from officetalk.posts.queries import original, visible_item
from officetalk.posts.tables import post
from officetalk.timelines import home
from officetalk.timelines.merge import Merge


def wants(entry: Any, subscribed: Any, list_id: Any, policy: Any, viewer: Any = None) -> list[Any]:
    """What the owner of a list (the parameter `viewer`, or that column) wants to read on it: what would
    come home, and of comments to others only those to the owner and, by the list's policy, to whoever the
    owner follows (`followed`), to members (`list`), to nobody else (`none`)."""
    viewer = p("viewer") if viewer is None else viewer
    beside = list_member.alias("beside")
    answers_a_member = exists(
        select(beside.c.account_id).where(
            beside.c.list_id == list_id, beside.c.account_id == entry.c.reply_to_account_id
        )
    )
    return [
        *home.wants(entry, subscribed, viewer),
        or_(
            entry.c.reply_to_account_id.is_(None),
            entry.c.reply_to_account_id == entry.c.author_id,
            entry.c.reply_to_account_id == viewer,
            policy == "followed",
            and_(policy == "list", answers_a_member),
        ),
    ]


def _merge() -> Merge:
    def wanted(entry: Any, subscribed: Any) -> list[Any]:
        return wants(entry, subscribed, p("list"), p("policy", String))

    source = list_member.join(
        subscription,
        and_(
            subscription.c.account_id == p("viewer"), subscription.c.feed_id == list_member.c.account_id
        ),
    )  # fmt: skip
    return Merge(source, list_member.c.list_id == p("list"), wanted)


_LIST = _merge()


def people_list_timeline(conn: Connection, viewer: int, list_id: int, page: Page) -> list[Post]:
    """What the members of one of the viewer's lists post. NotFound. Four statements at the most."""
    found = rules.get(conn, viewer, list_id)
    return _LIST.read(conn, viewer, page, list=found.id, policy=found.replies_policy)


_owner = people_list.c.account_id
_RECEIVING = Statement(
    select(people_list.c.id)
    .select_from(
        post.outerjoin(original, original.c.id == post.c.repost_of_id)
        .join(feed_entry, and_(feed_entry.c.post_id == post.c.id, feed_entry.c.feed_id == post.c.author_id))
        .join(people_list, within(people_list.c.id, "lists"))
        .join(
            list_member,
            and_(list_member.c.list_id == people_list.c.id, list_member.c.account_id == post.c.author_id),
        )
        .join(
            subscription,
            and_(subscription.c.account_id == _owner, subscription.c.feed_id == post.c.author_id),
        )
    )
    .where(
        post.c.id == p("post"),
        visible_item(post, original, _owner),
        *wants(feed_entry, subscription, people_list.c.id, people_list.c.replies_policy, _owner),
    )
)


def receiving(conn: Connection, post_id: int, list_ids: Iterable[int]) -> set[int]:
    """Of these lists those on whose timeline the post stands: for live delivery, one statement."""
    list_ids = list(list_ids)
    if not list_ids:
        return set()
    return {row[0] for row in conn.all(_RECEIVING, post=post_id, lists=list_ids, now=conn.now)}

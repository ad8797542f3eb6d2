"""The home timeline: the merge of the feeds that one subscribes to. To change what stands in it, change
`filters`; how it is found is in merge.py."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, exists, or_, select

from officetalk.core.database import Connection
from officetalk.core.paging import Page
from officetalk.core.sql import p
from officetalk.feeds.tables import subscription
from officetalk.posts.entities import Post
from officetalk.posts.tables import post
from officetalk.posts.visibility import wanted_by
from officetalk.timelines.merge import Merge


def follows_the_answered(entry: Any, viewer: Any) -> Any:
    """Whether the viewer follows, or is, whom a comment answers."""
    answered = subscription.alias("answered")
    return exists(
        select(answered.c.feed_id).where(
            answered.c.account_id == viewer, answered.c.feed_id == entry.c.reply_to_account_id
        )
    )


def is_in_a_chosen_language(entry: Any, subscribed: Any) -> Any:
    """Whether a post is in one of the languages for which its author is followed, or says nothing of its
    own (a repost). The language is looked up only where some were chosen, so that the largest table needs no
    column for it: 0.02 ms of a page when everybody whom one follows is followed so, else nothing."""
    spoken = post.alias("spoken")
    return or_(
        subscribed.c.languages.is_(None),
        exists(
            select(spoken.c.id)
            .where(
                spoken.c.id == entry.c.post_id,
                or_(
                    spoken.c.language == "",
                    subscribed.c.languages.contains("," + spoken.c.language + ","),
                ),
            )
            .correlate_except(spoken)  # else `subscribed` were read anew where this stands two queries deep
        ),
    )


def wants(entry: Any, subscribed: Any, viewer: Any = None) -> list[Any]:
    """What a reader does not want to read of what is subscribed to: comments to people one does not follow
    (hashtags excepted), reposts of colleagues whose reposts are switched off, posts in languages that are not
    among those chosen, muted and blocked people."""
    viewer = p("viewer") if viewer is None else viewer
    return [
        or_(
            entry.c.reply_to_account_id.is_(None),
            subscribed.c.kind == "hashtag",
            entry.c.reply_to_account_id == entry.c.author_id,
            follows_the_answered(entry, viewer),
        ),
        or_(entry.c.original_author_id.is_(None), subscribed.c.reposts),
        is_in_a_chosen_language(entry, subscribed),
        wanted_by(entry.c.author_id, viewer),
        or_(entry.c.original_author_id.is_(None), wanted_by(entry.c.original_author_id, viewer)),
    ]


def filters(entry: Any, subscribed: Any, viewer: Any = None) -> list[Any]:
    """What comes home: all of it is decided by the entry and the subscription, before the post is read.
    (Live delivery asks the same of many readers at once: `viewer` is a column then.)"""
    return [~subscribed.c.hidden, *wants(entry, subscribed, viewer)]


_HOME = Merge(subscription, and_(subscription.c.account_id == p("viewer"), ~subscription.c.hidden), wants)


def home(conn: Connection, viewer: int, page: Page) -> list[Post]:
    """The viewer's home timeline: own posts, those of followed colleagues, of followed hashtags. At most
    three statements."""
    return _HOME.read(conn, viewer, page)

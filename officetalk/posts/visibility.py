"""Who sees what: the one place.

Every statement that returns posts, or counts, people or pictures derived from posts, contains
`visible_to`: what the viewer has a right to. Lists also contain `wanted_by`: what the viewer has not
muted or blocked, and what moderators have not silenced. Nobody has a back door here, administrators
included.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, literal_column, or_, select

from officetalk.accounts.tables import account, block, mute
from officetalk.core.sql import one_of, p
from officetalk.feeds.tables import subscription
from officetalk.groups.tables import talk_group
from officetalk.posts.tables import mention

# Own names, so that a statement that reads these tables itself is not taken for the outer query.
_blocker = block.alias("blocker")
_follower = subscription.alias("follower")
_mentioned = mention.alias("mentioned")
_muted = mute.alias("muted")

# A handful of people at the most, found by an index of their own: both databases read them once for a
# statement, and look each author up in that.
_shut = select(account.alias("shut").c.id).where(literal_column("shut.state = 'suspended'"))
_silenced = select(account.alias("silenced").c.id).where(literal_column("silenced.silenced"))

_open = select(talk_group.alias("open_group").c.id).where(literal_column("open_group.kind = 'open'"))

# Audiences that the whole company can read: what public counts are made of.
COMPANY_WIDE = ("company", "quiet")
# Those in which whoever reads a post may read its comments: there they are counted.
COUNTED = (*COMPANY_WIDE, "group")


def visible_to(post: Any, viewer: Any = None) -> ColumnElement[bool]:
    """Whether the parameter `viewer` (or the column given instead, to ask for many at once) may read the
    row of `post` (the table or an alias of it).

    - the author always may;
    - whom the author has blocked never may;
    - when the author is suspended, nobody else may;
    - company and quiet: everybody who is signed in;
    - followers: those who follow `audience_of`;
    - group: the members of `audience_of`, which is an open group's for everybody who is signed in;
    - whoever is mentioned in it, but in what is said in a group.
    """
    viewer = p("viewer") if viewer is None else viewer
    blocked = exists(
        select(_blocker.c.target_id).where(
            _blocker.c.account_id == post.c.author_id, _blocker.c.target_id == viewer
        )
    )
    follows = exists(
        select(_follower.c.feed_id).where(
            _follower.c.account_id == viewer, _follower.c.feed_id == post.c.audience_of
        )
    )
    mentioned = exists(
        select(_mentioned.c.post_id).where(
            _mentioned.c.post_id == post.c.id, _mentioned.c.account_id == viewer
        )
    )
    return and_(
        post.c.deleted_at.is_(None),
        or_(
            post.c.author_id == viewer,
            and_(
                post.c.author_id.not_in(_shut),
                ~blocked,
                or_(
                    one_of(post.c.audience, COMPANY_WIDE),
                    and_(one_of(post.c.audience, ("followers", "group")), follows),
                    and_(post.c.audience == "group", post.c.audience_of.in_(_open)),
                    and_(post.c.audience != "group", mentioned),
                ),
            ),
        ),
    )


def wanted_by(author_id: Any, viewer: Any = None) -> ColumnElement[bool]:
    """Whether the parameter `viewer` (or that column) wants to meet this author in lists at the time `now` (ms): neither
    muted nor blocked, nor silenced by moderators, unless the viewer follows (as everybody does oneself).
    (Whom the author has blocked is a matter of rights: see `visible_to`.)"""
    viewer = p("viewer") if viewer is None else viewer
    muted = exists(
        select(_muted.c.target_id).where(
            _muted.c.account_id == viewer,
            _muted.c.target_id == author_id,
            or_(_muted.c.expires_at.is_(None), _muted.c.expires_at > p("now")),
        )
    )
    blocking = exists(
        select(_blocker.c.target_id).where(_blocker.c.account_id == viewer, _blocker.c.target_id == author_id)
    )
    follows = exists(
        select(_follower.c.feed_id).where(_follower.c.account_id == viewer, _follower.c.feed_id == author_id)
    )
    return and_(~muted, ~blocking, or_(author_id.not_in(_silenced), follows))

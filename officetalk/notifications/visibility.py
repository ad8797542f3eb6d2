"""Who sees which notification: the one place. Every statement that returns or counts notifications
contains it."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, or_, select

from officetalk.accounts.entities import RANK
from officetalk.accounts.tables import account, block, mute
from officetalk.core.sql import one_of, p
from officetalk.notifications.entities import ABOUT_POSTS, FOR_STAFF
from officetalk.notifications.tables import notification
from officetalk.posts.tables import post
from officetalk.posts.visibility import visible_to

States = Literal["shown", "held", "all"]  # all: shown and held

_STAFF = tuple(role for role, rank in RANK.items() if rank >= RANK["moderator"])
_muting, _blocking = mute.alias("muting"), block.alias("blocking")


class Shown(NamedTuple):
    """Aliases to select from (`source` joins them), and the condition."""

    notification: Any
    actor: Any
    source: Any
    where: ColumnElement[bool]


def shown(name: str, states: States, *, to_each: bool = False) -> Shown:
    """What the parameter `viewer` is told at the time `now` (ms), or `to_each` what everybody is; `name` tells
    apart several of these in one statement.

    - nothing of people whom the viewer has blocked, or muted with their notifications, since then, nor of
      those who have blocked the viewer, are suspended or were never let in (but that somebody signed up);
    - nothing about posts that the viewer may not read, or no longer;
    - nothing of moderation to who is no moderator any longer;
    - nothing that was taken back.
    """
    n, actor = notification.alias(name), account.alias(f"{name}_actor")
    subject, cause = post.alias(f"{name}_subject"), post.alias(f"{name}_cause")
    viewer = n.c.account_id if to_each else p("viewer")
    source = (
        n.join(actor, actor.c.id == n.c.actor_id)
        .outerjoin(subject, and_(subject.c.id == n.c.subject_id, one_of(n.c.kind, ABOUT_POSTS)))
        .outerjoin(cause, cause.c.id == n.c.cause_id)
    )
    known = or_(
        one_of(actor.c.state, ("active", "disabled")),
        and_(actor.c.state == "pending", n.c.kind == "admin.sign_up"),
    )
    muted = exists(
        select(_muting.c.id).where(
            _muting.c.account_id == viewer,
            _muting.c.target_id == n.c.actor_id,
            _muting.c.notifications,
            or_(_muting.c.expires_at.is_(None), _muting.c.expires_at > p("now")),
        )
    )
    blocking = exists(
        select(_blocking.c.id).where(
            _blocking.c.account_id == viewer, _blocking.c.target_id == n.c.actor_id
        )
    )  # fmt: skip
    blocked = exists(
        select(_blocking.c.id).where(
            _blocking.c.account_id == n.c.actor_id, _blocking.c.target_id == viewer
        )
    )  # fmt: skip
    me = account.alias(f"{name}_me")
    is_staff = exists(select(me.c.id).where(me.c.id == viewer, one_of(me.c.role, _STAFF)))
    where = and_(
        n.c.account_id == viewer,
        n.c.state != "undone" if states == "all" else n.c.state == states,
        known,
        ~muted,
        ~blocking,
        ~blocked,
        or_(~one_of(n.c.kind, FOR_STAFF), is_staff),
        or_(~one_of(n.c.kind, ABOUT_POSTS), and_(subject.c.id.is_not(None), visible_to(subject, viewer))),
        or_(n.c.cause_id.is_(None), and_(cause.c.id.is_not(None), visible_to(cause, viewer))),
    )
    return Shown(n, actor, source, where)

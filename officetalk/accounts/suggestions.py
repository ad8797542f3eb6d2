"""Whom one may want to follow: colleagues near by, whom those follow whom one follows, and whom many follow.

Nobody is proposed whom one follows, has asked to follow, has muted, blocked or dismissed, or who does not
want to be found.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from sqlalchemy import String, and_, case, exists, func, literal_column, or_, select, union_all

from officetalk.accounts.entities import Account, Person
from officetalk.accounts.queries import account_columns, count_columns, person_of_row
from officetalk.accounts.tables import account, block, dismissed_suggestion, follow_request, mute
from officetalk.core.database import Connection
from officetalk.core.sql import Statement, p
from officetalk.core.upsert import upsert
from officetalk.feeds.tables import subscription

# Mastodon's names. similar: colleagues of the same department or manager, whose profiles are alike.
Source = Literal["similar_to_recently_followed", "friends_of_friends", "most_followed"]

# So that a large company costs no more than a small one: of the people followed last, and of what they
# follow.
_FRIENDS = 40
_FOLLOWED = 3_000
_NEAR = 200
# What speaks for somebody: one common acquaintance counts 1, so many at the most.
_TEAM, _DEPARTMENT, _MOST_FRIENDS = 60, 30, 50


class Suggestion(msgspec.Struct, frozen=True):
    """A colleague, and why: the strongest reason first."""

    person: Person
    sources: tuple[Source, ...]


def _wanted() -> list[Any]:
    viewer, id = p("viewer"), account.c.id
    followed, asked = subscription.alias("followed"), follow_request.alias("asked")
    mine, theirs, muted = block.alias("mine"), block.alias("theirs"), mute.alias("muted")
    return [
        id != viewer,
        account.c.state == "active",
        account.c.discoverable,
        ~account.c.bot,
        ~account.c.silenced,
        ~exists(select(followed.c.id).where(followed.c.account_id == viewer, followed.c.feed_id == id)),
        ~exists(select(asked.c.id).where(asked.c.account_id == viewer, asked.c.target_id == id)),
        id.not_in(select(mine.c.target_id).where(mine.c.account_id == viewer)),
        id.not_in(select(theirs.c.account_id).where(theirs.c.target_id == viewer)),
        id.not_in(
            select(muted.c.target_id).where(
                muted.c.account_id == viewer, or_(muted.c.expires_at.is_(None), muted.c.expires_at > p("now"))
            )
        ),
        id.not_in(
            select(dismissed_suggestion.c.target_id).where(dismissed_suggestion.c.account_id == viewer)
        ),
    ]


def _near_and_familiar() -> Statement:
    """(account, counts, near, friends), the best first. Three arms, each bounded: the department by
    ix_account_department, the team by ix_account_manager, the acquaintances by ix_subscription_account."""
    colleague, teammate = account.alias("colleague"), account.alias("teammate")

    def arm(id: Any, near: int, friends: Any) -> Any:
        return select(id.label("id"), literal_column(str(near)).label("near"), friends.label("friends"))

    none = literal_column("0")
    near = (
        arm(colleague.c.id, _DEPARTMENT, none)
        .where(colleague.c.department == p("department", String), colleague.c.state == "active")
        .limit(_NEAR)
    )
    team = (
        arm(teammate.c.id, _TEAM, none)
        .where(
            or_(
                teammate.c.manager_id == p("manager"),
                teammate.c.manager_id == p("viewer"),
                teammate.c.id == p("manager"),
            )
        )
        .limit(_NEAR)
    )
    mine, theirs = subscription.alias("mine"), subscription.alias("theirs")
    friends = (
        select(mine.c.feed_id)
        .where(mine.c.account_id == p("viewer"), mine.c.kind == "account")
        .order_by(mine.c.id.desc())
        .limit(_FRIENDS)
        .subquery("friends_of_viewer")
    )
    followed = (
        select(theirs.c.feed_id)
        .select_from(
            friends.join(theirs, and_(theirs.c.account_id == friends.c.feed_id, theirs.c.kind == "account"))
        )
        .limit(_FOLLOWED)
        .subquery("followed_by_friends")
    )
    familiar = arm(followed.c.feed_id, 0, func.count()).group_by(followed.c.feed_id)
    arms = union_all(
        near.subquery("in_department").select(), team.subquery("in_team").select(), familiar
    ).subquery("arms")
    near_by, common = func.sum(arms.c.near), func.sum(arms.c.friends)
    candidates = (
        select(arms.c.id, near_by.label("near"), common.label("friends"))
        .group_by(arms.c.id)
        .subquery("candidates")
    )
    few = case((candidates.c.friends > _MOST_FRIENDS, _MOST_FRIENDS), else_=candidates.c.friends)
    return Statement(
        select(*account_columns(account), *count_columns(account), candidates.c.near, candidates.c.friends)
        .select_from(candidates.join(account, account.c.id == candidates.c.id))
        .where(*_wanted())
        .order_by((candidates.c.near + few).desc(), account.c.followers_count.desc(), account.c.id.desc())
        .limit(p("limit"))
    )


_NEAR_AND_FAMILIAR = _near_and_familiar()
_MOST_FOLLOWED = Statement(
    select(*account_columns(account), *count_columns(account))
    .where(*_wanted(), account.c.followers_count > 0)
    .order_by(account.c.followers_count.desc(), account.c.id.desc())
    .limit(p("limit"))
)
_DISMISS = upsert(dismissed_suggestion, ["account_id", "target_id"], [])
_EXISTS = Statement(select(account.c.id).where(account.c.id == p("id")))


def suggestions(conn: Connection, viewer: Account, limit: int = 40) -> list[Suggestion]:
    """Whom the viewer may want to follow, the nearest first. One statement; a second, of whom many follow,
    when it finds fewer than `limit`."""
    known = {"viewer": viewer.id, "now": conn.now}
    rows = conn.all(
        _NEAR_AND_FAMILIAR,
        **known, department=viewer.department or None, manager=viewer.manager_id, limit=limit,
    )  # fmt: skip
    found = {row[0]: Suggestion(person_of_row(conn, row), _sources(*row[-2:])) for row in rows}
    if len(found) < limit:
        for row in conn.all(_MOST_FOLLOWED, **known, limit=limit):
            found.setdefault(row[0], Suggestion(person_of_row(conn, row), ("most_followed",)))
    return list(found.values())[:limit]


def _sources(near: int, friends: int) -> tuple[Source, ...]:
    reasons: list[tuple[bool, Source]] = [
        (near > 0, "similar_to_recently_followed"),
        (friends > 0, "friends_of_friends"),
    ]
    return tuple(source for holds, source in reasons if holds)


def dismiss(conn: Connection, viewer: int, target: int) -> None:
    """Propose somebody no more; nothing happens for an id that nobody has."""
    if conn.first(_EXISTS, id=target) is not None:
        conn.run(_DISMISS, account_id=viewer, target_id=target)

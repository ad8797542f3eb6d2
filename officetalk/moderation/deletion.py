"""Deleting the data of an account for good, when it is suspended or its owner leaves, in the background and in parts, each of which can be
repeated. The name stays taken, so that nobody can pass for who was here; the log stays too."""

from __future__ import annotations

from functools import lru_cache

import msgspec
from sqlalchemy import String, delete, or_, select, update

from officetalk.accounts import profile, queries, relations
from officetalk.accounts.tables import account
from officetalk.company import settings as company
from officetalk.core.database import Connection, Database
from officetalk.core.errors import Forbidden
from officetalk.core.sql import Statement, metadata, p, within
from officetalk.feeds.tables import subscription
from officetalk.golinks import change as golinks
from officetalk.groups import members
from officetalk.identity import authority
from officetalk.jobs.queue import enqueue
from officetalk.jobs.runner import Handler
from officetalk.moderation import actions, log
from officetalk.moderation.tables import report, report_post, suspension
from officetalk.posts import change
from officetalk.posts.tables import like, post
from officetalk.projects import actions as project_actions

JOB = "moderation.delete"
_PART = 25  # posts or people in one transaction: others want to write too

# A row whose `account_id`, `target_id` or `owner_id` is that account goes with it, in every table but these.
KEPT = frozenset({"account", "suspension", "moderation_log", "report", "golink"})

_REQUEST = Statement(
    update(suspension)
    .where(suspension.c.account_id == p("account"), suspension.c.deletion_at.is_(None))
    .values(deletion_at=p("at"))
)
_POSTS = Statement(
    select(post.c.id)
    .where(post.c.author_id == p("account"), post.c.deleted_at.is_(None))
    .order_by(post.c.id)
    .limit(_PART)
)
_FOLLOWS = Statement(
    select(subscription.c.account_id, subscription.c.feed_id)
    .where(
        subscription.c.kind == "account",
        or_(subscription.c.account_id == p("account"), subscription.c.feed_id == p("account")),
    )
    .limit(_PART)
)
_LIKED = Statement(select(like.c.post_id).where(like.c.account_id == p("account")).limit(_PART))
_UNCOUNT_LIKES = Statement(
    update(post).where(within(post.c.id, "posts")).values(likes_count=post.c.likes_count - 1)
)
_UNLIKE = Statement(delete(like).where(like.c.account_id == p("account"), within(like.c.post_id, "posts")))
_REPORTERS = Statement(
    update(account)
    .where(account.c.manager_id == p("account"))
    .values(manager_id=None, revision=account.c.revision + 1)
)
_EVIDENCE = Statement(
    update(report_post)
    .where(report_post.c.report_id.in_(select(report.c.id).where(report.c.target_id == p("account"))))
    .values(text=p("nothing", String), spoiler=p("nothing", String))
)


def request(conn: Connection, actor: int, account_id: int) -> None:
    """Have everything deleted that somebody left here. There is no way back. NotFound; Forbidden for all
    but administrators, and unless the account is suspended and nobody asked before."""
    target = queries.get(conn, account_id).account
    authority.check(conn, actor, target)
    if authority.state_of(conn, account_id) != "suspended":
        raise Forbidden
    _begin(conn, actor, account_id)


def leave(conn: Connection, account_id: int) -> None:
    """Somebody deletes the own account: signed out and seen by nobody at once, everything deleted in the
    background. There is no way back. Forbidden where the company does not want it; Conflict for the last owner."""
    if not company.load(conn).self_deletion:
        raise Forbidden
    actions.shut(conn, account_id)
    _begin(conn, account_id, account_id)


def _begin(conn: Connection, actor: int, account_id: int) -> None:
    if not conn.run(_REQUEST, account=account_id, at=conn.now):
        raise Forbidden
    log.add(conn, actor, "delete_data", "account", account_id, account_id)
    enqueue(conn, JOB, account_id)


def handlers(db: Database) -> dict[str, Handler]:
    """What the runner does for these jobs."""

    async def delete_everything(payload: str) -> None:
        account_id = msgspec.json.decode(payload, type=int)
        for part in (_delete_posts, _end_follows, _take_likes_back):
            while await db.write(part, account_id):
                pass
        await db.write(_forget, account_id)

    return {JOB: delete_everything}


def _delete_posts(conn: Connection, account_id: int) -> bool:
    """Some of the posts; whether there may be more."""
    rows = conn.all(_POSTS, account=account_id)
    for (post_id,) in rows:
        change.delete_post(conn, account_id, post_id, delete_media=True)
    return len(rows) == _PART


def _end_follows(conn: Connection, account_id: int) -> bool:
    rows = conn.all(_FOLLOWS, account=account_id)
    for follower, followed in rows:
        relations.unfollow(conn, follower, followed)
    return len(rows) == _PART


def _take_likes_back(conn: Connection, account_id: int) -> bool:
    posts = sorted(row[0] for row in conn.all(_LIKED, account=account_id))
    if posts:
        conn.run(_UNCOUNT_LIKES, posts=posts)
        conn.run(_UNLIKE, account=account_id, posts=posts)
    return len(posts) == _PART


@lru_cache(maxsize=1)
def _belongings() -> tuple[Statement, ...]:
    """Deletes what belongs to an account in every table there is."""
    owned = [
        table.c[name]
        for table in metadata.sorted_tables
        if table.name not in KEPT
        for name in ("account_id", "target_id", "owner_id")
        if name in table.c
    ]
    return tuple(Statement(delete(column.table).where(column == p("account"))) for column in owned)


def _forget(conn: Connection, account_id: int) -> None:
    members.depart(conn, account_id)
    project_actions.let_go(conn, account_id)
    for statement in _belongings():
        conn.run(statement, account=account_id)
    golinks.let_go(conn, account_id)
    conn.run(_REPORTERS, account=account_id)
    conn.run(_EVIDENCE, account=account_id, nothing="")
    profile.update_profile(
        conn, account_id,
        display_name="", bio="", job_title="", department="", location="", pronouns="", time_zone="",
        language="", manager_id=None, fields=[], avatar=None, header=None,
    )  # fmt: skip

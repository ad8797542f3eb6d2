"""What notifications of moderation are about, as their receivers may see it."""

from __future__ import annotations

from sqlalchemy import select

from officetalk.accounts import queries as accounts
from officetalk.accounts.entities import RANK
from officetalk.core.database import Connection
from officetalk.core.sql import Statement, within
from officetalk.moderation import log, people, reports
from officetalk.moderation.entities import Filed, Warned
from officetalk.moderation.tables import report_post

_POSTS = Statement(
    select(report_post.c.report_id, report_post.c.post_id)
    .where(within(report_post.c.report_id, "reports"))
    .order_by(report_post.c.post_id)
)


def filed(conn: Connection, viewer: int, ids: list[int]) -> dict[int, Filed]:
    """Reports, for moderators only, and none about themselves. Four statements at the most."""
    if RANK[accounts.get(conn, viewer).account.role] < RANK["moderator"]:
        return {}
    found = [r for r in reports.by_ids(conn, ids) if r.target_id != viewer]
    targets = people.by_ids(conn, {r.target_id for r in found}, with_ips=False) if found else {}
    return {r.id: Filed(r, targets[r.target_id].person) for r in found if r.target_id in targets}


def warnings(conn: Connection, viewer: int, ids: list[int]) -> dict[int, Warned]:
    """Decisions that the viewer was told of. Three statements at the most."""
    entries = [e for e in log.by_ids(conn, ids) if e.warned and e.account_id == viewer]
    if not entries:
        return {}
    posts: dict[int, tuple[int, ...]] = {}
    wanted = sorted({e.report_id for e in entries if e.report_id is not None})
    for report_id, post_id in conn.all(_POSTS, reports=wanted) if wanted else ():
        posts[report_id] = (*posts.get(report_id, ()), post_id)
    me = accounts.get(conn, viewer)
    return {
        e.id: Warned(e, me, (e.target_id,) if e.target_kind == "post" else posts.get(e.report_id or 0, ()))
        for e in entries
    }

"""Reports: somebody shows the moderators what is wrong, and they see to it.

Who reports can show only what they may read, and shows it by handing over a copy: moderators get no other
way into what is not for them. Nobody sees the reports about themselves, moderators included.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import func, insert, select, update

from officetalk.accounts import queries as accounts
from officetalk.company import settings as company
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.paging import Page, bounds
from officetalk.core.sql import Statement, p, within
from officetalk.identity import authority
from officetalk.moderation import log, notices
from officetalk.moderation.entities import Category, Evidence, Report, ReportDraft
from officetalk.moderation.tables import report, report_post
from officetalk.posts import queries as posts
from officetalk.posts import text
from officetalk.posts.entities import Post
from officetalk.posts.queries import original, visible_item, with_state
from officetalk.posts.tables import post

MAX_COMMENT = 1000  # characters, as Mastodon
MAX_POSTS = 100
CATEGORIES: tuple[Category, ...] = ("spam", "legal", "violation", "other")
_rule_ids = msgspec.json.Decoder(tuple[int, ...])

_ADD = Statement(insert(report).values({c.name: p(c.name, c.type) for c in report.columns}))
_ADD_POST = Statement(insert(report_post).values({c.name: p(c.name, c.type) for c in report_post.columns}))
_columns = [
    report.c[n]
    for n in (
        "id", "account_id", "target_id", "category", "comment", "rule_ids", "assigned_id", "resolved_at",
        "resolved_by", "updated_at",
    )
]  # fmt: skip
_BY_IDS = Statement(select(*_columns).where(within(report.c.id, "ids")))
_LOCK = Statement(select(report.c.target_id).where(report.c.id == p("id")).with_for_update())
_POSTS = Statement(
    select(report_post).where(within(report_post.c.report_id, "ids")).order_by(report_post.c.post_id)
)
# Shown by who may (or could) read them: the reporters. What else is asked of a post (whether it is liked,
# for example) is asked for the moderator.
_LIVE_POSTS = Statement(
    with_state(
        select(report_post.c.post_id.label("post_id"), report_post.c.post_id.label("cursor"))
        .distinct()
        .select_from(
            report_post.join(report, report.c.id == report_post.c.report_id)
            .join(post, post.c.id == report_post.c.post_id)
            .outerjoin(original, original.c.id == post.c.repost_of_id)
        )
        .where(within(report_post.c.report_id, "reports"), visible_item(post, original, report.c.account_id))
    )
)
_CHANGE = {
    names: Statement(
        update(report)
        .where(report.c.id == p("id"))
        .values(updated_at=p("at"), **{n: p(n, report.c[n].type) for n in names})
    )
    for names in (("category", "rule_ids"), ("assigned_id",), ("resolved_at", "resolved_by"))
}
_OPEN_ABOUT = Statement(
    select(report.c.id)
    .where(report.c.target_id == p("target"), report.c.resolved_at.is_(None))
    .order_by(report.c.id)
    .with_for_update()
)
_COUNT_OPEN = Statement(
    select(func.count()).where(report.c.resolved_at.is_(None), report.c.target_id != p("viewer"))
)


# --- filing ------------------------------------------------------------------------------------------


def file(conn: Connection, reporter: int, draft: ReportDraft) -> Report:
    """Report somebody. NotFound when the account, or one of the posts, is not there for the reporter or
    the post is not the account's; Invalid names the field."""
    accounts.visible(conn, draft.target_id)
    comment = text.clean(draft.comment)
    if len(comment) > MAX_COMMENT:
        raise Invalid(
            "comment", "is too long (maximum is %(count)s characters)", "ERR_TOO_LONG", count=MAX_COMMENT
        )
    category: Category = "violation" if draft.rule_ids else draft.category
    rule_ids = _check_rules(conn, category, draft.rule_ids)
    shown = _check_posts(conn, reporter, draft)
    made = Report(
        conn.new_id(), reporter, draft.target_id, category, comment, rule_ids, None, None, None, conn.now,
        tuple(_evidence(p) for p in shown),
    )  # fmt: skip
    conn.run(
        _ADD,
        id=made.id, account_id=reporter, target_id=made.target_id, category=category, comment=comment,
        rule_ids=_encoded(rule_ids), assigned_id=None, resolved_at=None, resolved_by=None,
        updated_at=conn.now,
    )  # fmt: skip
    conn.many(
        _ADD_POST, [{"report_id": made.id, **msgspec.structs.asdict(evidence)} for evidence in made.posts]
    )
    notices.filed(conn, made)
    return made


def _encoded(rule_ids: tuple[int, ...]) -> str:
    return msgspec.json.encode(rule_ids).decode()


def _check_rules(conn: Connection, category: Category, rule_ids: Iterable[int]) -> tuple[int, ...]:
    chosen = tuple(dict.fromkeys(rule_ids))
    if category != "violation":
        if chosen:
            raise Invalid("rule_ids", "must be blank", "ERR_BLANK")
        return ()
    known = {rule.id for rule in company.load(conn).rules}
    if not chosen or not known.issuperset(chosen):
        raise Invalid("rule_ids", "does not reference valid rules")
    return chosen


def _check_posts(conn: Connection, reporter: int, draft: ReportDraft) -> list[Post]:
    ids = list(dict.fromkeys(draft.post_ids))
    if len(ids) > MAX_POSTS:
        raise Invalid("status_ids", "is too long (maximum is %(count)s)", "ERR_TOO_LONG", count=MAX_POSTS)
    found = posts.by_ids(conn, reporter, ids) if ids else []
    if len(found) != len(ids) or any(p.content.author_id != draft.target_id for p in found):
        raise NotFound
    return found


def _evidence(shown: Post) -> Evidence:
    content = shown.shown.content
    return Evidence(
        shown.id, content.text, content.spoiler, shown.content.audience, bool(content.attached.media)
    )


# --- reading -----------------------------------------------------------------------------------------


def by_ids(conn: Connection, ids: list[int]) -> list[Report]:
    """Reports in the order of `ids`, whoever asks. Two statements."""
    rows = conn.all(_BY_IDS, ids=ids)
    found = {made.id: made for made in _whole(conn, rows)}
    return [found[id] for id in ids if id in found]


def get(conn: Connection, viewer: int | None, id: int) -> Report:
    """A report. NotFound when there is none, or when it is about the viewer."""
    found = by_ids(conn, [id])
    if not found or found[0].target_id == viewer:
        raise NotFound
    return found[0]


def _whole(conn: Connection, rows: list[tuple]) -> list[Report]:
    shown: dict[int, tuple[Evidence, ...]] = {}
    ids = [row[0] for row in rows]
    for report_id, *values in conn.all(_POSTS, ids=ids) if ids else ():
        shown[report_id] = (*shown.get(report_id, ()), Evidence(*values))
    made = []
    for row in rows:
        values: list[Any] = [*row[:5], _rule_ids.decode(row[5]), *row[6:], shown.get(row[0], ())]
        made.append(Report(*values))
    return made


_lists: dict[tuple[str, ...], Statement] = {}


def _list_statement(direction: str, resolved: bool | None, names: tuple[str, ...]) -> Statement:
    """One for each combination of filters that occurs: there are two dozen."""
    key = (direction, str(resolved), *names)
    statement = _lists.get(key)
    if statement is None:
        cursor = report.c.id
        query = select(*_columns).where(
            report.c.target_id != p("viewer"), cursor < p("below"), cursor > p("above"),
            *[report.c[name] == p(name) for name in names],
        )  # fmt: skip
        if resolved is not None:
            query = query.where(
                report.c.resolved_at.is_not(None) if resolved else report.c.resolved_at.is_(None)
            )
        order = cursor.desc() if direction == "older" else cursor.asc()
        statement = _lists[key] = Statement(query.order_by(order).limit(p("limit")))
    return statement


def listed(
    conn: Connection,
    viewer: int,
    page: Page,
    *,
    resolved: bool | None = False,
    account_id: int | None = None,
    target_id: int | None = None,
) -> list[Report]:
    """Reports, newest first: those that wait (or are `resolved`, or None: both), by somebody, about
    somebody; without those about the viewer. Two statements."""
    direction, below, above = bounds(page)
    chosen = {n: v for n, v in (("account_id", account_id), ("target_id", target_id)) if v is not None}
    statement = _list_statement(direction, resolved, tuple(chosen))
    rows: list[Any] = conn.all(statement, viewer=viewer, below=below, above=above, limit=page.limit, **chosen)
    if direction == "newer":
        rows.reverse()
    return _whole(conn, rows)


def waiting(conn: Connection, viewer: int) -> int:
    """How many reports wait for a decision."""
    return conn.value(_COUNT_OPEN, viewer=viewer)


def posts_of(conn: Connection, viewer: int, reports: list[Report]) -> dict[int, Post]:
    """The posts of these reports, as far as their reporters may still read them, by id."""
    ids = [r.id for r in reports if r.posts]
    if not ids:
        return {}
    return {found.id: found for found in posts.load(conn, _LIVE_POSTS, viewer, reports=ids)}


# --- seeing to them ----------------------------------------------------------------------------------


def _take(conn: Connection, actor: int, id: int) -> Report:
    """The report, which nobody else changes until this transaction ends."""
    authority.require(conn, actor, "moderator")
    conn.first(_LOCK, id=id)
    return get(conn, actor, id)


def classify(
    conn: Connection, actor: int, id: int, category: Category | None, rule_ids: tuple[int, ...] | None
) -> Report:
    """Change what it is about; None: as it is. NotFound, Forbidden, Invalid (rule_ids)."""
    now = _take(conn, actor, id)
    new_category = category or ("violation" if rule_ids else now.category)
    if rule_ids is None:
        rule_ids = now.rule_ids if new_category == "violation" else ()
    kept = set(now.rule_ids)
    if new_category != "violation" or not kept.issuperset(rule_ids):  # a rule may be gone by now
        rule_ids = _check_rules(conn, new_category, rule_ids)
    if (new_category, rule_ids) != (now.category, now.rule_ids):
        conn.run(
            _CHANGE["category", "rule_ids"],
            id=id, at=conn.now, category=new_category, rule_ids=_encoded(rule_ids),
        )  # fmt: skip
        log.add(conn, actor, "classify", "report", id, now.target_id, report_id=id, reason=new_category)
    return get(conn, actor, id)


def assign(conn: Connection, actor: int, id: int) -> Report:
    """Look after it oneself, also instead of somebody else. NotFound, Forbidden."""
    now = _take(conn, actor, id)
    if now.assigned_id != actor:
        _assign(conn, actor, now, actor)
    return get(conn, actor, id)


def unassign(conn: Connection, actor: int, id: int) -> Report:
    """Leave it to whoever takes it next. NotFound, Forbidden."""
    now = _take(conn, actor, id)
    if now.assigned_id is not None:
        _assign(conn, actor, now, None)
    return get(conn, actor, id)


def _assign(conn: Connection, actor: int, now: Report, to: int | None) -> None:
    conn.run(_CHANGE["assigned_id",], id=now.id, at=conn.now, assigned_id=to)
    log.add(
        conn, actor, "unassign" if to is None else "assign", "report", now.id, now.target_id,
        report_id=now.id,
    )  # fmt: skip


def resolve(conn: Connection, actor: int, id: int, reason: str = "") -> Report:
    """Nothing more is to be done. Whoever resolved it first did. NotFound, Forbidden."""
    now = _take(conn, actor, id)
    if now.resolved_at is None:
        _resolve(conn, actor, now, reason)
    return get(conn, actor, id)


def _resolve(conn: Connection, actor: int | None, now: Report, reason: str = "") -> None:
    conn.run(
        _CHANGE["resolved_at", "resolved_by"],
        id=now.id, at=conn.now, resolved_at=conn.now, resolved_by=actor,
    )  # fmt: skip
    log.add(conn, actor, "resolve", "report", now.id, now.target_id, report_id=now.id, reason=reason)


def resolve_all(conn: Connection, actor: int | None, target_id: int) -> None:
    """A decision about the account settles every report of it that waits."""
    ids = [row[0] for row in conn.all(_OPEN_ABOUT, target=target_id)]
    for now in by_ids(conn, ids) if ids else ():
        _resolve(conn, actor, now)


def reopen(conn: Connection, actor: int, id: int) -> Report:
    """It is not settled after all. NotFound, Forbidden."""
    now = _take(conn, actor, id)
    if now.resolved_at is not None:
        conn.run(
            _CHANGE["resolved_at", "resolved_by"],
            id=id, at=conn.now, resolved_at=None, resolved_by=None,
        )  # fmt: skip
        log.add(conn, actor, "reopen", "report", id, now.target_id, report_id=id)
    return get(conn, actor, id)

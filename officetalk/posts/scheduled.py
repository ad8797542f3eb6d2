"""Posts that wait for their time: kept as drafts, published by a job at their minute, also after a restart.

The job publishes and forgets the draft in one transaction, so that it happens once however often a job is
tried. What can no longer be said then (the post that it answers is gone) stays, with the reason.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import BigInteger, String, delete, func, insert, select, update

from officetalk.accounts import queries as accounts
from officetalk.accounts.tables import account
from officetalk.company import settings as company
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, NotFound, Problem
from officetalk.core.paging import Page, bounds
from officetalk.core.sql import Statement, p
from officetalk.jobs.queue import enqueue
from officetalk.media import attachments
from officetalk.media.entities import Attachment
from officetalk.posts import polls, publish, quotes
from officetalk.posts.entities import Draft
from officetalk.posts.tables import scheduled_post

JOB = "publish-scheduled"
AHEAD_MS = 5 * 60_000  # what is to be said sooner is said at once by a person
MAX_AHEAD_MS = 366 * 24 * 3600 * 1000
MAX_WAITING, MAX_A_DAY = 300, 25  # as Mastodon
_DAY_MS = 24 * 3600 * 1000


class Scheduled(msgspec.Struct, frozen=True):
    """A post that waits. `run_at` in ms; `error`: why it could not be published at its time, or None."""

    id: int
    run_at: int
    draft: Draft
    error: str | None
    media: tuple[Attachment, ...] = ()

    @property
    def cursor(self) -> int:
        return self.id


class Due(msgspec.Struct, frozen=True):
    """A scheduled post, and its time when this was noted: it may have been moved since."""

    id: int
    run_at: int


_INSERT = Statement(
    insert(scheduled_post).values({c.name: p(c.name, c.type) for c in scheduled_post.columns})
)
_COLUMNS = [scheduled_post.c[n] for n in ("id", "run_at", "draft", "error")]
_OWN = (scheduled_post.c.account_id == p("account"), scheduled_post.c.id == p("id"))
_ONE = Statement(select(*_COLUMNS).where(*_OWN))
_LOCK = Statement(select(scheduled_post.c.id).where(*_OWN).with_for_update())
_LOCK_AUTHOR = Statement(select(account.c.id).where(account.c.id == p("account")).with_for_update())
_DUE = Statement(
    select(*_COLUMNS, scheduled_post.c.account_id).where(scheduled_post.c.id == p("id")).with_for_update()
)
_REMOVE = Statement(delete(scheduled_post).where(scheduled_post.c.id == p("id")))
_MOVE = Statement(
    update(scheduled_post).where(scheduled_post.c.id == p("id")).values(run_at=p("run_at"), error=None)
)
_FAIL = Statement(
    update(scheduled_post)
    .where(scheduled_post.c.id == p("id"), scheduled_post.c.run_at == p("run_at"))
    .values(error=p("error", String))
)
_COUNTS = Statement(
    select(
        func.count(),
        func.count().filter(
            scheduled_post.c.run_at >= p("day", BigInteger),
            scheduled_post.c.run_at < p("day_end", BigInteger),
        ),
    ).where(scheduled_post.c.account_id == p("account"))
)


def _page(newer: bool) -> Statement:
    id = scheduled_post.c.id
    return Statement(
        select(*_COLUMNS)
        .where(scheduled_post.c.account_id == p("account"), id < p("below"), id > p("above"))
        .order_by(id.asc() if newer else id.desc())
        .limit(p("limit"))
    )


_PAGE = {"older": _page(False), "newer": _page(True)}


def _scheduled(row: tuple, media: dict[int, Attachment]) -> Scheduled:
    draft = msgspec.json.decode(row[2], type=Draft)
    return Scheduled(row[0], row[1], draft, row[3], tuple(media[i] for i in draft.media_ids if i in media))


def _with_media(conn: Connection, account_id: int, rows: list[tuple]) -> list[Scheduled]:
    found = [_scheduled(row, {}) for row in rows]
    wanted = [id for one in found for id in one.draft.media_ids]
    if not wanted:
        return found
    media = {a.id: a for a in attachments.of_owner(conn, account_id, wanted)}
    return [_scheduled(row, media) for row in rows]


def _check_time(now: int, run_at: int) -> None:
    if run_at < now + AHEAD_MS:
        raise Invalid("scheduled_at", "The scheduled date must be in the future")
    if run_at > now + MAX_AHEAD_MS:
        raise Invalid("scheduled_at", "is too far into the future")


def _check_number(conn: Connection, account_id: int, run_at: int) -> None:
    day = run_at // _DAY_MS * _DAY_MS
    waiting, that_day = conn.all(_COUNTS, account=account_id, day=day, day_end=day + _DAY_MS)[0]
    if waiting >= MAX_WAITING:
        raise Invalid(None, "You have exceeded the limit of %(count)s scheduled posts", count=MAX_WAITING)
    if that_day >= MAX_A_DAY:
        raise Invalid(
            None, "You have exceeded the limit of %(count)s scheduled posts for that day", count=MAX_A_DAY
        )


def schedule(conn: Connection, author: int, draft: Draft, run_at: int, limit: int) -> Scheduled:
    """Say something later. What is wrong with the draft is said now: Invalid and NotFound as `publish`. A
    repeated idempotency key answers with the same."""
    _check_time(conn.now, run_at)
    id = conn.new_id()
    if draft.idempotency_key:
        repeated = publish.said_before(conn, author, draft.idempotency_key, id)
        if repeated is not None:
            return get(conn, author, repeated)
    checked = publish.check(conn, author, draft, limit)
    recognised, _keys, _groups = publish.recognise(conn, author, checked.text)
    if checked.quoted is not None:
        quotes.narrowed(checked.quoted, author, draft.audience, recognised)
    if draft.poll is not None:
        polls.define(draft.poll, conn.now)
    conn.first(_LOCK_AUTHOR, account=author)  # or two at once would both find room for one more
    _check_number(conn, author, run_at)
    if draft.media_ids:
        attachments.attach(conn, author, draft.media_ids, id)  # nobody else's, and not cleaned away
    kept = msgspec.structs.replace(draft, idempotency_key=None)
    conn.run(
        _INSERT,
        id=id, account_id=author, run_at=run_at, draft=msgspec.json.encode(kept).decode(), error=None,
    )  # fmt: skip
    enqueue(conn, JOB, Due(id, run_at), run_at=run_at)
    return get(conn, author, id)


def get(conn: Connection, owner: int, id: int) -> Scheduled:
    """One that waits. NotFound for others'."""
    row = conn.first(_ONE, account=owner, id=id)
    if row is None:
        raise NotFound
    return _with_media(conn, owner, [row])[0]


def waiting(conn: Connection, owner: int, page: Page) -> list[Scheduled]:
    """What somebody has scheduled, newest first."""
    direction, below, above = bounds(page)
    rows = conn.all(_PAGE[direction], account=owner, below=below, above=above, limit=page.limit)
    if direction == "newer":
        rows.reverse()
    return _with_media(conn, owner, rows)


def move(conn: Connection, owner: int, id: int, run_at: int) -> Scheduled:
    """Publish it at another time."""
    conn.first(_LOCK, account=owner, id=id)
    found = get(conn, owner, id)
    _check_time(conn.now, run_at)
    if run_at != found.run_at or found.error:
        conn.run(_MOVE, id=id, run_at=run_at)
        enqueue(conn, JOB, Due(id, run_at), run_at=run_at)
    return get(conn, owner, id)


def cancel(conn: Connection, owner: int, id: int) -> None:
    """Do not say it. Its pictures can be attached to something else for a day."""
    conn.first(_LOCK, account=owner, id=id)
    found = get(conn, owner, id)
    conn.run(_REMOVE, id=id)
    publish.forget_key(conn, owner, id)
    if found.draft.media_ids:
        attachments.detach(conn, id, list(found.draft.media_ids))


def publish_due(conn: Connection, due: Due) -> None:
    """The job: publish, if it still waits for this time."""
    row = conn.first(_DUE, id=due.id)
    if row is None or row[1] != due.run_at or row[3] is not None:
        return
    found, author = _scheduled(row, {}), row[4]
    if accounts.get(conn, author).account.state != "active":
        conn.run(_FAIL, id=due.id, run_at=due.run_at, error="The account is disabled.")
        return
    media = list(found.draft.media_ids)
    if media:
        attachments.detach(conn, due.id, media)
    post = publish.publish(conn, author, found.draft, company.load(conn).character_limit)
    conn.run(_REMOVE, id=due.id)
    publish.pass_key_on(conn, author, due.id, post.id)


def give_up(conn: Connection, due: Due, problem: Problem) -> None:
    """It could not be said: its author finds it with the reason. Nothing happens when it was moved since."""
    conn.run(_FAIL, id=due.id, run_at=due.run_at, error=problem.rule)

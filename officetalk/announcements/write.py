"""Announcing: for administrators (actor None: the command line)."""

from __future__ import annotations

import re

import msgspec
from sqlalchemy import delete, insert, update

from officetalk.accounts import queries as accounts
from officetalk.announcements import due, queries
from officetalk.announcements.entities import Announcement, AnnouncementDraft, Recognised
from officetalk.announcements.tables import announcement, announcement_reaction, announcement_read
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid
from officetalk.core.sql import Statement, p
from officetalk.identity import authority
from officetalk.posts import text

MAX_TEXT = 5000
_MAX_FOUND = 50  # mentions, hashtags, posts
_DAY_MS = 24 * 3600 * 1000
_POST_PATH = re.compile(r"/@[A-Za-z0-9_.-]+/([0-9]{1,19})/?")

_names = [c.name for c in announcement.columns]
_ADD = Statement(insert(announcement).values({n: p(n, announcement.c[n].type) for n in _names}))
_CHANGE = Statement(
    update(announcement)
    .where(announcement.c.id == p("id"))
    .values({n: p(n, announcement.c[n].type) for n in _names if n not in ("id", "author_id")})
)
_REMOVE = [
    Statement(delete(table).where(column == p("id")))
    for table, column in (
        (announcement_read, announcement_read.c.announcement_id),
        (announcement_reaction, announcement_reaction.c.announcement_id),
        (announcement, announcement.c.id),
    )
]


def announce(conn: Connection, actor: int | None, draft: AnnouncementDraft, origin: str) -> Announcement:
    """Announce something, at once, later, or not yet. `origin` is the server's address, by which linked
    posts are known. Invalid names the field; Forbidden for all but administrators."""
    authority.require(conn, actor, "administrator")
    made = _made(conn, draft, origin, conn.new_id(), actor, None)
    conn.run(_ADD, **_row(made))
    due.plan(conn, made)
    if made.state(conn.now) == "published":
        conn.announce("announcement.published", made.id, actor or 0)
    return made


def change(
    conn: Connection, actor: int | None, id: int, draft: AnnouncementDraft, origin: str
) -> Announcement:
    """Say it differently, or at another time. Invalid, Forbidden as for `announce`; NotFound."""
    authority.require(conn, actor, "administrator")
    before = queries.get(conn, id, lock=True)
    made = _made(conn, draft, origin, id, before.author_id, before.published_at)
    conn.run(_CHANGE, **{n: v for n, v in _row(made).items() if n != "author_id"})
    due.plan(conn, made)
    was, now = before.state(conn.now), made.state(conn.now)
    if now == "published":
        name = "announcement.changed" if was == "published" else "announcement.published"
        conn.announce(name, id, actor or 0)
    elif was == "published":
        conn.announce("announcement.deleted", id, actor or 0)
    return made


def remove(conn: Connection, actor: int | None, id: int) -> None:
    """Take an announcement back. NotFound; Forbidden for all but administrators."""
    authority.require(conn, actor, "administrator")
    before = queries.get(conn, id, lock=True)
    for statement in _REMOVE:
        conn.run(statement, id=id)
    if before.state(conn.now) == "published":
        conn.announce("announcement.deleted", id, actor or 0)


def _made(
    conn: Connection,
    draft: AnnouncementDraft,
    origin: str,
    id: int,
    author_id: int | None,
    published_before: int | None,
) -> Announcement:
    written = text.clean(draft.text)
    if not written:
        raise Invalid("text", "can't be blank", "ERR_BLANK")
    if len(written) > MAX_TEXT:
        raise Invalid("text", "is too long (maximum is %(count)s characters)", "ERR_TOO_LONG", count=MAX_TEXT)
    starts_at, ends_at = draft.starts_at, draft.ends_at
    # Mastodon's rule: a stretch of time has a beginning and an end.
    if starts_at is None and ends_at is not None:
        raise Invalid("starts_at", "can't be blank", "ERR_BLANK")
    if ends_at is None and starts_at is not None:
        raise Invalid("ends_at", "can't be blank", "ERR_BLANK")
    all_day = draft.all_day and ends_at is not None
    gone_at = ends_at
    if starts_at is not None and ends_at is not None:
        if ends_at < starts_at or (ends_at == starts_at and not all_day):
            raise Invalid("ends_at", "must be after the start")
        if all_day:  # what is on that day is over when the day is
            gone_at = (ends_at // _DAY_MS + 1) * _DAY_MS
    return Announcement(
        id, author_id, written, starts_at, ends_at, all_day,
        _published_at(conn, draft, published_before), gone_at, conn.now, _recognised(conn, written, origin),
    )  # fmt: skip


def _published_at(conn: Connection, draft: AnnouncementDraft, before: int | None) -> int | None:
    if not draft.published:
        return None
    if draft.publish_at is not None and draft.publish_at > conn.now:
        return draft.publish_at
    # What is out stays out, since when it was: a correction does not make it new.
    return before if before is not None and before <= conn.now else conn.now


def _recognised(conn: Connection, written: str, origin: str) -> Recognised:
    spans = text.scan(written)
    names = {s.value.split("@")[0].lower() for s in spans if s.kind == "mention"}
    mentioned = accounts.ids_by_usernames(conn, names)
    hashtags = dict.fromkeys(s.value for s in spans if s.kind == "hashtag")
    posts: dict[int, None] = {}
    for span in spans:
        if span.kind == "link" and span.value.startswith(origin + "/"):
            found = _POST_PATH.fullmatch(span.value.removeprefix(origin))
            if found and int(found[1]) < 1 << 63:
                posts[int(found[1])] = None
    return Recognised(
        tuple(mentioned[name] for name in sorted(mentioned))[:_MAX_FOUND],
        tuple(hashtags)[:_MAX_FOUND],
        tuple(posts)[:_MAX_FOUND],
    )


def _row(made: Announcement) -> dict[str, object]:
    return {
        "id": made.id,
        "author_id": made.author_id,
        "text": made.text,
        "starts_at": made.starts_at,
        "ends_at": made.ends_at,
        "all_day": made.all_day,
        "published_at": made.published_at,
        "gone_at": made.gone_at,
        "updated_at": made.updated_at,
        "recognised": msgspec.json.encode(made.recognised).decode(),
    }

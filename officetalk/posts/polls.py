"""Polls: asked with a post, voted in once, ended at their time.

The poll is part of its post (`attached.poll`, with the post's id as its own); what changes, the votes, is
counted in `post.tally`, so that a page of posts needs no statement more for it.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import String, delete, select, update

from officetalk.accounts.relations import is_blocked
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.sql import Statement, p
from officetalk.core.upsert import upsert
from officetalk.jobs.queue import enqueue
from officetalk.posts import hooks, queries, text
from officetalk.posts.entities import Content, Poll, PollDraft, Post
from officetalk.posts.tables import poll_vote, post

MAX_OPTIONS = 8
MAX_OPTION = 50  # characters
_MAX_CODE_POINTS = 1000  # of an option: a character may hold any number of marks
MIN_SECONDS = 5 * 60
MAX_SECONDS = 2_629_746  # a month, as Mastodon has it
JOB = "end-poll"

_LOCK = Statement(
    select(post.c.tally).where(post.c.id == p("post"), post.c.deleted_at.is_(None)).with_for_update()
)
_VOTE = upsert(poll_vote, ["post_id", "account_id"], [])
_COUNT = Statement(update(post).where(post.c.id == p("post")).values(tally=p("tally", String)))
_TOLD = Statement(
    update(post)
    .where(post.c.id == p("post"))
    .values(attached=p("attached", String), revision=post.c.revision + 1)
)
_CLEAR = Statement(delete(poll_vote).where(poll_vote.c.post_id == p("post")))
_VOTERS = Statement(
    select(poll_vote.c.account_id)
    .where(poll_vote.c.post_id == p("post"), poll_vote.c.account_id > p("after"))
    .order_by(poll_vote.c.account_id)
    .limit(p("limit"))
)


class PollEnds(msgspec.Struct, frozen=True):
    """A poll, and when it was to end when this was noted: it may have been moved since."""

    post_id: int
    ends_at: int


def define(draft: PollDraft, now: int) -> Poll:
    """The poll of a draft, when it keeps the rules. Raises Invalid as Mastodon words it. Blank options,
    which its web client sends along, are left out."""
    options = tuple(filter(None, (text.clean(option) for option in draft.options)))
    if len(options) < 2:
        raise Invalid("poll_options", "must have more than one item")
    if len(options) > MAX_OPTIONS:
        raise Invalid("poll_options", "can't contain more than %(count)s items", count=MAX_OPTIONS)
    if any(_is_too_long(option) for option in options):
        raise Invalid("poll_options", "cannot be longer than %(count)s characters each", count=MAX_OPTION)
    if len(set(options)) < len(options):
        raise Invalid("poll_options", "contain duplicate items")
    if draft.seconds < MIN_SECONDS:
        raise Invalid("poll_expires_at", "is too soon")
    if draft.seconds > MAX_SECONDS:
        raise Invalid("poll_expires_at", "is too far into the future")
    return Poll(options, now + draft.seconds * 1000, draft.multiple, draft.hide_totals)


def _is_too_long(option: str) -> bool:
    # As it stands: no link counts less than it shows.
    return len(option) > _MAX_CODE_POINTS or text.count_characters("", option) > MAX_OPTION


def empty_tally(poll: Poll | None) -> str | None:
    """What stands in `post.tally` before anybody has voted; None where there is no poll."""
    return None if poll is None else _encode(0, [0] * len(poll.options))


def _encode(voters: int, votes: Sequence[int]) -> str:
    return msgspec.json.encode([voters, *votes]).decode()


def schedule_end(conn: Connection, post_id: int, poll: Poll) -> None:
    """Have the end of a poll told to those who take part."""
    if poll.ends_at is not None:
        enqueue(conn, JOB, PollEnds(post_id, poll.ends_at), run_at=poll.ends_at)


def vote(conn: Connection, actor: int, post_id: int, choices: Sequence[int]) -> Post:
    """Vote, once. NotFound when the poll is not there or not for the actor; Forbidden when the actor has
    blocked its author; Invalid as Mastodon words it."""
    row = conn.first(_LOCK, post=post_id)  # before it is read: an edit may be changing the options
    if row is None:
        raise NotFound
    shown = get(conn, actor, post_id)
    poll = shown.content.attached.poll
    assert poll is not None
    if is_blocked(conn, actor, shown.content.author_id):
        raise Forbidden
    if shown.content.author_id == actor:
        raise Invalid(None, "You cannot vote in your own polls")
    if poll.ends_at is not None and poll.ends_at <= conn.now:
        raise Invalid(None, "The poll has already ended")
    chosen = sorted(set(choices))
    valid = chosen and chosen[0] >= 0 and chosen[-1] < len(poll.options)
    if not valid or (len(chosen) > 1 and not poll.multiple):
        raise Invalid(None, "The chosen vote option does not exist")
    new = conn.run(
        _VOTE,
        post_id=post_id, account_id=actor, choices=msgspec.json.encode(chosen).decode(), created_at=conn.now,
    )  # fmt: skip
    if not new:
        raise Invalid(None, "You have already voted on this poll")
    voters, *votes = msgspec.json.decode(row[0], type=list[int])
    for index in chosen:
        votes[index] += 1
    conn.run(_COUNT, post=post_id, tally=_encode(voters + 1, votes))
    conn.announce("post.dressed", post_id, actor)
    return get(conn, actor, post_id)


def get(conn: Connection, viewer: int, post_id: int) -> Post:
    """The post with a poll. NotFound when there is none there, or not for the viewer."""
    found = queries.get(conn, viewer, post_id)
    if found.tally is None or found.reposted is not None:
        raise NotFound
    return found


def replace(conn: Connection, post_id: int, before: Poll | None, after: Poll | None) -> None:
    """An edit changed the poll: whoever voted for other options votes anew."""
    if (
        before is None
        or after is None
        or (before.options, before.multiple) != (after.options, after.multiple)
    ):
        conn.run(_CLEAR, post=post_id)
        conn.run(_COUNT, post=post_id, tally=empty_tally(after))
    if after is not None and (before is None or before.ends_at != after.ends_at):
        schedule_end(conn, post_id, after)


def clear(conn: Connection, post_id: int) -> None:
    """Forget who voted; the post is being deleted."""
    conn.run(_CLEAR, post=post_id)


def end(conn: Connection, ended: PollEnds) -> None:
    """The job at the end of a poll: tells whoever has to be told, once however often it is tried. Nothing
    happens when the post is gone or its poll was changed."""
    if conn.first(_LOCK, post=ended.post_id) is None:
        return
    content: Content = queries.content_of(conn, ended.post_id)
    poll = content.attached.poll
    if poll is None or poll.ends_at != ended.ends_at or poll.told:
        return
    replaced = msgspec.structs.replace
    attached = replaced(content.attached, poll=replaced(poll, told=True))
    conn.run(_TOLD, post=ended.post_id, attached=msgspec.json.encode(attached).decode())
    hooks.poll_ended(conn, content)
    conn.announce("post.dressed", ended.post_id, content.author_id)


def voters(conn: Connection, post_id: int, after: int, limit: int) -> list[int]:
    """Who voted, by account id, those beyond `after`."""
    return [row[0] for row in conn.all(_VOTERS, post=post_id, after=after, limit=limit)]

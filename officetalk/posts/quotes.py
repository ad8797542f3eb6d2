"""Quotes: a post that shows another one, as Mastodon 4.5 has them.

Who may quote is decided when it is done, by the policy of the quoted post; its author can take a quote out
afterwards. Whether a reader sees what is quoted is decided anew for every reader (queries.with_state).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, select, update

from officetalk.accounts.entities import Audience, QuotePolicy
from officetalk.accounts.relations import is_blocked
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.paging import Page, bounds
from officetalk.core.sql import Packed, Statement, p
from officetalk.feeds.entries import is_subscribed
from officetalk.posts import queries
from officetalk.posts.entities import Content, Post, Recognised
from officetalk.posts.queries import assemble, original, quoted_id, visible_item, wanted_item, with_state
from officetalk.posts.tables import post
from officetalk.posts.visibility import COMPANY_WIDE

# On PostgreSQL, whoever does something with the same post at the same moment waits here for the other.
_LOCK = Statement(
    select(post.c.id).where(post.c.id == p("post"), post.c.deleted_at.is_(None)).with_for_update()
)
_COUNT = Statement(
    update(post).where(post.c.id == p("post")).values(quotes_count=post.c.quotes_count + p("by"))
)
_SET_STATE = Statement(
    update(post)
    .where(post.c.id == p("post"))
    .values(quote_state=p("state", String), revision=post.c.revision + 1)
)
# The quoted post is gone: those that quote it say so from now on.
_ORPHAN = Statement(
    update(post)
    .where(post.c.quote_of_id == p("post"), post.c.quote_state == "accepted")
    .values(quote_state="deleted", revision=post.c.revision + 1)
)
_SET_POLICY = Statement(
    update(post)
    .where(post.c.id == p("post"))
    .values(quote_policy=p("policy", String), revision=post.c.revision + 1)
)


def policy_of(audience: Audience, wanted: QuotePolicy) -> QuotePolicy:
    """Who may quote: what is not for the whole company is quoted by its author alone."""
    return wanted if audience in COMPANY_WIDE else "nobody"


def may_quote(conn: Connection, actor: int, content: Content) -> bool:
    """Whether `actor`, who may read it, may quote a post."""
    if content.audience == "direct":
        return False
    if content.author_id == actor:
        return content.audience_of == actor
    if is_blocked(conn, actor, content.author_id):
        return False
    return content.quote_policy == "public" or (
        content.quote_policy == "followers" and is_subscribed(conn, actor, content.author_id)
    )


def quotable(conn: Connection, actor: int, id: int) -> Content:
    """The post to be quoted, the original of a repost. NotFound, in Mastodon's words, when it is not there,
    not for the actor, or not to be quoted."""
    try:
        content = queries.get(conn, actor, id).shown.content
    except NotFound:
        content = None
    if content is None or not may_quote(conn, actor, content):
        raise _not_found()
    return content


def _not_found() -> NotFound:
    return NotFound("The post you are trying to quote does not appear to exist.", "quoted_status_id")


def narrowed(quoted: Content, actor: int, audience: Audience, recognised: Recognised) -> Audience:
    """The audience of a post that quotes: a quote of what is for followers reaches no further. Invalid for
    a direct post to others than the author of what it quotes."""
    if audience == "direct":
        if quoted.author_id not in (actor, *(id for id, _ in recognised.mentions)):
            raise Invalid(None, "Cannot quote a non-mentioned user in a Private Mention post.")
        return audience
    return "followers" if quoted.audience == "followers" else audience


def enter(conn: Connection, quoted: int, audience: Audience) -> None:
    """A post that quotes has been written. NotFound when what it quotes was deleted at the same moment: from
    here on, whoever deletes that waits, and finds the quote."""
    if conn.first(_LOCK, post=quoted) is None:
        raise _not_found()
    count(conn, quoted, audience, 1)


def count(conn: Connection, quoted: int, audience: Audience, by: int) -> None:
    """Count a quote where the company can see it."""
    if audience in COMPANY_WIDE:
        conn.run(_COUNT, post=quoted, by=by)


def orphan(conn: Connection, id: int) -> None:
    """The quoted post is being deleted."""
    conn.run(_ORPHAN, post=id)


def revoke(conn: Connection, actor: int, id: int, quoting_id: int) -> Post:
    """Take one's own post out of a post that quotes it. NotFound when it is not quoted there, Forbidden when
    it is somebody else's; again: nothing happens. Returns the quoting post."""
    conn.first(_LOCK, post=quoting_id)
    quoted = queries.get(conn, actor, id)
    quoting = queries.get(conn, actor, quoting_id)
    if quoting.content.quote_of_id != id:
        raise NotFound
    if quoted.content.author_id != actor:
        raise Forbidden
    if quoting.content.quote_state == "accepted":
        conn.run(_SET_STATE, post=quoting_id, state="revoked")
        count(conn, id, quoting.content.audience, -1)
        conn.announce("post.edited", quoting_id, actor)
        quoting = queries.get(conn, actor, quoting_id)
    return quoting


def set_policy(conn: Connection, actor: int, id: int, policy: QuotePolicy) -> Post:
    """Say who may quote one's own post from now on; quotes that are there stay. NotFound for others'."""
    content = queries.get(conn, actor, id).content
    if content.author_id != actor or content.repost_of_id is not None:
        raise NotFound
    wanted = policy_of(content.audience, policy)
    if wanted != content.quote_policy:
        conn.run(_SET_POLICY, post=id, policy=wanted)
    return queries.get(conn, actor, id)


def _statement(newer: bool) -> Statement:
    cursor = post.c.id
    query: Any = (
        select(cursor.label("post_id"), cursor.label("cursor"), quoted_id(post, original))
        .select_from(post.outerjoin(original, original.c.id == post.c.repost_of_id))
        .where(
            post.c.quote_of_id == p("post"),
            post.c.quote_state == "accepted",
            cursor < p("below"),
            cursor > p("above"),
            visible_item(post, original),
            wanted_item(post, original),
        )
        .order_by(cursor.asc() if newer else cursor.desc())
        .limit(p("limit"))
    )
    return Packed(with_state(query))


_QUOTING = {"older": _statement(False), "newer": _statement(True)}


def quoting(conn: Connection, viewer: int, id: int, page: Page) -> list[Post]:
    """Posts that quote a post, as far as the viewer may read them, newest first. NotFound for a post that
    is not for the viewer."""
    shown = queries.get(conn, viewer, id).shown
    direction, below, above = bounds(page)
    rows = conn.all(
        _QUOTING[direction],
        viewer=viewer, now=conn.now, post=shown.id, below=below, above=above, limit=page.limit,
    )  # fmt: skip
    return assemble(conn, rows, viewer)

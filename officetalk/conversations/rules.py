"""Conversations: kept with every direct post, listed, put away, read.

Each of the people in a thread of direct posts has one conversation, whatever the thread began with. Who is
in it follows from each post alone (its author and whom it mentions), so the last post says whom one
would answer. Work for one post is bounded by the number of people that it may mention.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Boolean, and_, exists, func, select, update

from officetalk.accounts import queries as accounts
from officetalk.accounts.entities import Person
from officetalk.accounts.tables import account
from officetalk.conversations.entities import Conversation
from officetalk.conversations.tables import conversation, conversation_post
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.paging import Page, bounds
from officetalk.core.sql import Packed, Statement, p, within
from officetalk.core.upsert import upsert
from officetalk.posts import queries as posts
from officetalk.posts.entities import Content, Post
from officetalk.posts.queries import assemble, original, visible_item, wanted_item, with_state
from officetalk.posts.tables import conversation_mute, post
from officetalk.posts.visibility import visible_to, wanted_by

# --- kept with the posts -----------------------------------------------------------------------------

# Of those whom a post mentions, who may read it and wants to hear of its author.
_RECEIVERS = Statement(
    select(account.c.id)
    .select_from(post.join(account, within(account.c.id, "mentioned")))
    .where(post.c.id == p("post"), visible_to(post, account.c.id), wanted_by(post.c.author_id, account.c.id))
)
_HOLDERS = Statement(
    select(conversation_post.c.account_id, conversation_post.c.root_id).where(
        conversation_post.c.post_id == p("post")
    )
)
_ENTER = upsert(conversation_post, ["account_id", "post_id"], [], ["account_id", "post_id", "root_id"])
_LEAVE = Statement(
    conversation_post.delete().where(
        conversation_post.c.post_id == p("post"), within(conversation_post.c.account_id, "accounts")
    )
)
_ADD = upsert(conversation, ["root_id", "account_id"], [])
_of_these = and_(conversation.c.root_id == p("root"), within(conversation.c.account_id, "accounts"))
# Whoever writes or deletes in the same thread at the same moment waits here for the other, so that the
# last post is found by a statement that sees what both have done.
_LOCK = Statement(
    select(conversation.c.id).where(_of_these).order_by(conversation.c.account_id).with_for_update()
)
_SETTLE = Statement(
    update(conversation)
    .where(_of_these)
    .values(
        last_post_id=func.coalesce(
            select(func.max(conversation_post.c.post_id))
            .where(
                conversation_post.c.account_id == conversation.c.account_id,
                conversation_post.c.root_id == conversation.c.root_id,
                ~conversation_post.c.cleared,
            )
            .scalar_subquery(),
            0,
        )
    )
)
_UNREAD = Statement(
    update(conversation)
    .where(
        _of_these,
        ~exists(
            select(conversation_mute.c.account_id).where(
                conversation_mute.c.account_id == conversation.c.account_id,
                conversation_mute.c.conversation_id == conversation.c.root_id,
            )
        ),
    )
    .values(unread=True)
)
_MARK = Statement(update(conversation).where(_of_these).values(unread=p("unread", Boolean)))
_READ_IF_EMPTY = Statement(
    update(conversation).where(_of_these, conversation.c.last_post_id == 0).values(unread=False)
)


def written(conn: Connection, content: Content) -> None:
    """Called for every post that is published or edited: see posts/hooks.py. Whom an edit mentions anew
    finds the conversation; whom it no longer mentions loses it, or falls back to the post before."""
    if content.audience != "direct":
        return
    author, root = content.author_id, content.conversation_id
    mentioned = {id for id, _ in content.recognised.mentions} - {author}
    holders = {row[0] for row in conn.all(_HOLDERS, post=content.id)}
    receivers: set[int] = set()
    if mentioned:
        rows = conn.all(_RECEIVERS, mentioned=sorted(mentioned), post=content.id, now=conn.now)
        receivers = {row[0] for row in rows}
    new = sorted(({author} | receivers) - holders)
    gone = sorted(holders - mentioned - {author})
    if gone:
        conn.run(_LEAVE, post=content.id, accounts=gone)
    if new:
        conn.many(_ENTER, [{"account_id": id, "post_id": content.id, "root_id": root} for id in new])
        conn.many(
            _ADD,
            [
                {"id": conn.new_id(), "account_id": id, "root_id": root, "last_post_id": 0, "unread": False}
                for id in new
            ],
        )
    changed = sorted({*holders, *new})
    _settle(conn, root, [id for id in changed if id in new or id in gone])
    if author in new:
        conn.run(_MARK, root=root, accounts=[author], unread=False)
    if unread := [id for id in new if id != author]:
        conn.run(_UNREAD, root=root, accounts=unread)
    _announce(conn, root, changed)


def deleted(conn: Connection, post_id: int) -> None:
    """Called for every post that is deleted: see posts/hooks.py."""
    rows = conn.all(_HOLDERS, post=post_id)
    if not rows:
        return
    holders, root = sorted(row[0] for row in rows), rows[0][1]
    conn.run(_LEAVE, post=post_id, accounts=holders)
    _settle(conn, root, holders)
    _announce(conn, root, holders)


def _settle(conn: Connection, root: int, account_ids: Sequence[int]) -> None:
    if account_ids:
        conn.all(_LOCK, root=root, accounts=list(account_ids))
        conn.run(_SETTLE, root=root, accounts=list(account_ids))
        conn.run(_READ_IF_EMPTY, root=root, accounts=list(account_ids))


def _announce(conn: Connection, root: int, account_ids: Iterable[int]) -> None:
    for id in account_ids:
        conn.announce("conversation.changed", root, id)


# --- reading -----------------------------------------------------------------------------------------


def _list(direction: str) -> Statement:
    cursor = conversation.c.last_post_id
    return Statement(
        select(conversation.c.id, conversation.c.root_id, conversation.c.unread, cursor)
        .select_from(conversation.join(post, post.c.id == cursor))
        .where(
            conversation.c.account_id == p("viewer"),
            cursor < p("below"),
            cursor > p("above"),
            visible_to(post),
            wanted_by(post.c.author_id),
        )
        .order_by(cursor.desc() if direction == "older" else cursor.asc())
        .limit(p("limit"))
    )


_LIST = {direction: _list(direction) for direction in ("older", "newer")}
_one = select(
    conversation.c.id, conversation.c.root_id, conversation.c.unread, conversation.c.last_post_id
).where(conversation.c.account_id == p("viewer"), conversation.c.last_post_id > 0)
_BY_ID = Statement(_one.where(conversation.c.id == p("id")))
_BY_ROOT = Statement(_one.where(conversation.c.root_id == p("root")))


def _assembled(conn: Connection, viewer: int, rows: list[tuple]) -> list[Conversation]:
    """Conversations from rows of (id, root, unread, last post), in their order; those without a post that
    the viewer may read are left out. Three statements at the most."""
    last = {found.id: found for found in posts.by_ids(conn, viewer, [row[3] for row in rows])}
    people = {
        person.account.id: person
        for person in accounts.by_ids(conn, {id for found in last.values() for id in _people(found, viewer)})
    }
    return [
        Conversation(id, root_id, unread, _known(people, _people(last[last_id], viewer)), last[last_id])
        for id, root_id, unread, last_id in rows
        if last_id in last
    ]


def _people(last: Post, viewer: int) -> list[int]:
    """Author and mentioned of a post but for the viewer; the viewer when there is nobody else."""
    ids = [last.content.author_id, *(id for id, _ in last.content.recognised.mentions)]
    return [id for id in dict.fromkeys(ids) if id != viewer] or [viewer]


def _known(people: dict[int, Person], ids: list[int]) -> tuple[Person, ...]:
    return tuple(people[id] for id in ids if id in people)


def conversations(conn: Connection, viewer: int, page: Page) -> list[Conversation]:
    """The viewer's conversations, last spoken in first. The cursor is the last post's id. Those whose last
    post is by somebody whom the viewer has since muted or blocked stay out. Served by
    ix_conversation_account; four statements at the most."""
    direction, below, above = bounds(page)
    rows = conn.all(
        _LIST[direction], viewer=viewer, now=conn.now, below=below, above=above, limit=page.limit
    )  # fmt: skip
    if direction == "newer":
        rows.reverse()
    return _assembled(conn, viewer, rows) if rows else []


def get(conn: Connection, viewer: int, id: int) -> Conversation:
    """One of the viewer's conversations. NotFound."""
    return _found(conn, viewer, conn.first(_BY_ID, viewer=viewer, id=id))


def of_thread(conn: Connection, viewer: int, root_id: int) -> Conversation:
    """The viewer's conversation in a thread. NotFound."""
    return _found(conn, viewer, conn.first(_BY_ROOT, viewer=viewer, root=root_id))


def _found(conn: Connection, viewer: int, row: tuple | None) -> Conversation:
    found = _assembled(conn, viewer, [row]) if row is not None else []
    if not found:
        raise NotFound
    return found[0]


def _direct(direction: str) -> Statement:
    cursor = conversation_post.c.post_id
    return Packed(
        with_state(
            select(cursor, cursor.label("cursor"))
            .select_from(
                conversation_post.join(post, post.c.id == cursor).outerjoin(
                    original, original.c.id == post.c.repost_of_id
                )
            )
            .where(
                conversation_post.c.account_id == p("viewer"),
                cursor < p("below"),
                cursor > p("above"),
                visible_item(post, original),
                wanted_item(post, original),
            )
            .order_by(cursor.desc() if direction == "older" else cursor.asc())
            .limit(p("limit"))
        )
    )


_DIRECT = {direction: _direct(direction) for direction in ("older", "newer")}


def direct_posts(conn: Connection, viewer: int, page: Page) -> list[Post]:
    """Every direct post by the viewer or to the viewer, newest first. Served by the primary key."""
    direction, below, above = bounds(page)
    rows = conn.all(
        _DIRECT[direction], viewer=viewer, now=conn.now, below=below, above=above, limit=page.limit
    )  # fmt: skip
    return assemble(conn, rows, viewer)


# --- what one does with them -------------------------------------------------------------------------

_CLEAR = Statement(
    update(conversation_post)
    .where(
        conversation_post.c.account_id == p("viewer"),
        conversation_post.c.root_id == p("root"),
        conversation_post.c.post_id <= p("last"),
    )
    .values(cleared=True)
)


def put_away(conn: Connection, viewer: int, id: int) -> None:
    """Take a conversation off one's list; the posts stay, and the next one brings it back. NotFound."""
    row = conn.first(_BY_ID, viewer=viewer, id=id)
    if row is None:
        raise NotFound
    _, root, _, last = row
    conn.all(_LOCK, root=root, accounts=[viewer])
    conn.run(_CLEAR, viewer=viewer, root=root, last=last)  # not what comes at this moment
    _settle(conn, root, [viewer])
    _announce(conn, root, [viewer])


def mark_read(conn: Connection, viewer: int, id: int) -> Conversation:
    """NotFound as `get`."""
    return _marked(conn, viewer, id, unread=False)


def mark_unread(conn: Connection, viewer: int, id: int) -> Conversation:
    """To come back to it. NotFound as `get`."""
    return _marked(conn, viewer, id, unread=True)


def _marked(conn: Connection, viewer: int, id: int, *, unread: bool) -> Conversation:
    found = get(conn, viewer, id)
    conn.run(_MARK, root=found.root_id, accounts=[viewer], unread=unread)
    _announce(conn, found.root_id, [viewer])
    return get(conn, viewer, id)

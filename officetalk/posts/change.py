"""Changing what was said: edit, delete, take a repost back."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import delete, insert, select, update

from officetalk.accounts import queries as accounts
from officetalk.accounts.profile import check_language
from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.sql import Statement, p, within
from officetalk.feeds import entries
from officetalk.filters.tables import filter_status
from officetalk.media import attachments
from officetalk.posts import grouping, hooks, polls, publish, queries, quotes
from officetalk.posts.entities import Attached, Content, Poll, PollDraft, Post
from officetalk.posts.tables import (
    bookmark,
    idempotency_key,
    like,
    mention,
    pin,
    post,
    post_version,
)
from officetalk.posts.visibility import COMPANY_WIDE, COUNTED

_KEEP_VERSION = Statement(
    insert(post_version).values({c.name: p(c.name, c.type) for c in post_version.columns})
)
_REWRITE = Statement(
    update(post)
    .where(post.c.id == p("post"))
    .values(
        revision=post.c.revision + 1,
        text=p("text", post.c.text.type),
        spoiler=p("spoiler", post.c.spoiler.type),
        sensitive=p("sensitive", post.c.sensitive.type),
        language=p("language", post.c.language.type),
        recognised=p("recognised", post.c.recognised.type),
        attached=p("attached", post.c.attached.type),
        edited_at=p("edited_at"),
    )
)
_MENTIONED = Statement(select(mention.c.account_id).where(mention.c.post_id == p("post")))
_UNMENTION = Statement(
    delete(mention).where(mention.c.post_id == p("post"), within(mention.c.account_id, "ids"))
)
_COUNT_MENTIONS = Statement(
    update(account)
    .where(within(account.c.id, "ids"))
    .values(mentions_count=account.c.mentions_count + p("by"))
)
_EMPTY = Statement(
    update(post)
    .where(post.c.id == p("post"))
    .values(
        revision=post.c.revision + 1, text="", spoiler="", recognised="{}", attached="{}", tally=None,
        quote_of_id=None, quote_state="", app_id=None, deleted_at=p("deleted_at"), comments_count=0,
        reposts_count=0, likes_count=0, quotes_count=0,
    )
)  # fmt: skip
_UNCOUNT_POST = Statement(
    update(account).where(account.c.id == p("author")).values(posts_count=account.c.posts_count - 1)
)
_REPOSTS = Statement(
    select(post.c.id, post.c.author_id).where(post.c.repost_of_id == p("post"), post.c.deleted_at.is_(None))
)
_CLEAR = [
    Statement(delete(table).where(table.c.post_id == p("post")))
    for table in (like, bookmark, pin, mention, post_version, idempotency_key, filter_status)
]


def own(conn: Connection, actor: int, id: int) -> Post:
    """A post of the actor's own. NotFound for everybody else's, as Mastodon answers."""
    conn.first(publish.LOCK, post=id)
    found = queries.get(conn, actor, id)
    if found.content.author_id != actor:
        raise NotFound
    return found


def edit(
    conn: Connection,
    actor: int,
    id: int,
    written: str,
    limit: int,
    *,
    spoiler: str = "",
    sensitive: bool | None = None,
    language: str | None = None,
    media_ids: Sequence[int] | None = None,
    media_changes: Sequence[MediaChange] = (),
    poll: PollDraft | UnsetType | None = UNSET,
) -> Post:
    """Say it better. What it said before is kept and can be read by those who may read the post. Pictures
    (`media_ids`: all that it shall have) and poll stay as they are unless said otherwise. Whom the text mentions now may read it, whom it no longer mentions may not (unless the audience lets
    them). An edit that changes nothing leaves no version."""
    content = own(conn, actor, id).content
    if content.repost_of_id is not None:
        raise NotFound
    keeps = content.attached.media if media_ids is None else media_ids
    required = not keeps and content.quote_of_id is None
    new_text, new_spoiler = publish.check_text(written, spoiler, limit, required=required)
    new_sensitive = bool(new_spoiler) or (content.sensitive if sensitive is None else sensitive)
    new_language = content.language if language is None else check_language(language)
    attached = _reattached(conn, content, media_ids, media_changes, poll)
    if (new_text, new_spoiler, new_sensitive, new_language, attached) == (
        content.text, content.spoiler, content.sensitive, content.language, content.attached,
    ):  # fmt: skip
        return queries.get(conn, actor, id)
    recognised, keys, groups = publish.recognise(conn, actor, new_text)
    # It stays in the group that it was said in, whatever it names now.
    here = tuple(one for one in content.recognised.groups if one[0] == content.audience_of)
    named = dict.fromkeys((*here, *grouping.named(groups, None)))
    recognised = msgspec.structs.replace(recognised, groups=tuple(named))
    conn.run(
        _KEEP_VERSION,
        post_id=id, revision=content.revision, text=content.text, spoiler=content.spoiler,
        sensitive=content.sensitive, recognised=msgspec.json.encode(content.recognised).decode(),
        attached=msgspec.json.encode(content.attached).decode(),
        created_at=content.edited_at or content.created_at,
    )  # fmt: skip
    conn.run(
        _REWRITE,
        post=id, text=new_text, spoiler=new_spoiler, sensitive=new_sensitive, language=new_language,
        recognised=msgspec.json.encode(recognised).decode(),
        attached=msgspec.json.encode(attached).decode(), edited_at=conn.now,
    )  # fmt: skip
    _change_mentions(conn, content, {m[0] for m in recognised.mentions})
    parent = queries.content_of(conn, content.parent_id) if content.parent_id else None
    wanted = publish.feeds_for(conn, actor, content.audience, parent, recognised, keys, content.audience_of)
    present = entries.feeds_of(conn, id)
    gone = [f for f in present if f not in wanted]
    if gone:
        entries.remove(conn, id, gone)
    has_media = bool(attached.media)
    if has_media != bool(content.attached.media):
        entries.set_media(conn, id, has_media)
    new = [f for f in wanted if f not in present]
    if new:
        entries.enter(
            conn, id, new, author_id=actor, reply_to_account_id=content.parent_author_id,
            original_author_id=None, has_media=has_media,
        )  # fmt: skip
    conn.announce("post.edited", id, actor, [*wanted, content.conversation_id])
    edited = queries.get(conn, actor, id)
    hooks.written(conn, edited.content)
    return queries.get(conn, actor, id) if recognised.links else edited


class MediaChange(msgspec.Struct, frozen=True):
    """Another description or focus for a picture that is attached; None: as it is."""

    id: int
    description: str | None = None
    focus: tuple[float, float] | None = None


def _reattached(
    conn: Connection,
    content: Content,
    media_ids: Sequence[int] | None,
    changes: Sequence[MediaChange],
    poll: PollDraft | UnsetType | None,
) -> Attached:
    """What hangs on the post after an edit; the card stays until the link is looked at again."""
    before = content.attached
    present = [m.id for m in before.media]
    if media_ids is None:
        media_ids = present
    if media_ids and poll not in (None, UNSET):
        raise Invalid(None, "Cannot attach both files and a poll", whole=True)
    for change in changes:
        if change.id in media_ids:
            attachments.describe(conn, content.author_id, change.id, change.description, change.focus)
    media = before.media
    if list(media_ids) != present or changes:
        # What is taken away stays the post's own, since its history still shows it.
        media = attachments.attach(conn, content.author_id, media_ids, content.id) if media_ids else ()
    new_poll = before.poll
    if poll is None or media:
        new_poll = None
    elif poll is not UNSET:
        new_poll = _same_or_new(before.poll, polls.define(poll, conn.now))
    if new_poll != before.poll:
        polls.replace(conn, content.id, before.poll, new_poll)
    return msgspec.structs.replace(before, media=media, poll=new_poll)


def _same_or_new(before: Poll | None, after: Poll) -> Poll:
    """Clients send how long the poll was open when it is edited: with the same options it is the same poll."""
    if before is None:
        return after
    same = msgspec.structs.replace(after, ends_at=before.ends_at, told=before.told)
    return before if same == before else after


def _change_mentions(conn: Connection, content: Content, now: set[int]) -> None:
    before = {row[0] for row in conn.all(_MENTIONED, post=content.id)}
    if content.audience in COMPANY_WIDE:
        accounts.lock(conn, before ^ now)
    gone = sorted(before - now)
    if gone:
        conn.run(_UNMENTION, post=content.id, ids=gone)
        if content.audience in COMPANY_WIDE:
            conn.run(_COUNT_MENTIONS, ids=gone, by=-1)
    publish.add_mentions(conn, content.id, now - before, content.audience)


def delete_post(conn: Connection, actor: int, id: int, *, delete_media: bool = False) -> Post:
    """Take a post back, with its reposts. Returns what it was, for a client that lets its author write it
    anew: its pictures can be attached again for a day, unless `delete_media`. The row stays, emptied, where
    comments need its place."""
    found = own(conn, actor, id)
    _delete(conn, found.content)
    if found.content.attached.media or found.content.edited_at is not None:
        if delete_media:
            attachments.remove_of(conn, id)
        else:
            attachments.detach(conn, id)
    for repost_id, author in conn.all(_REPOSTS, post=id):
        feeds = entries.feeds_of(conn, repost_id)
        entries.remove(conn, repost_id)
        conn.run(_EMPTY, post=repost_id, deleted_at=conn.now)
        conn.announce("post.deleted", repost_id, author, feeds)
    return found


def _delete(conn: Connection, content: Content) -> None:
    if content.audience in COMPANY_WIDE and content.repost_of_id is None:
        mentioned = sorted(row[0] for row in conn.all(_MENTIONED, post=content.id))
        accounts.lock(conn, [content.author_id, *mentioned])
        conn.run(_UNCOUNT_POST, author=content.author_id)
        if mentioned:
            conn.run(_COUNT_MENTIONS, ids=mentioned, by=-1)
    if content.audience in COUNTED and content.repost_of_id is None and content.parent_id is not None:
        conn.run(publish._COUNT_COMMENT, parent=content.parent_id, by=-1)
        conn.announce("post.counted", content.parent_id, content.author_id)
    feeds = entries.feeds_of(conn, content.id)
    if content.audience == "group" and content.audience_of in feeds:
        conn.run(_UNCOUNT_POST, author=content.audience_of)
    entries.remove(conn, content.id)
    if content.repost_of_id is None:
        hooks.deleted(conn, content.id)
        quotes.orphan(conn, content.id)
        if content.attached.poll is not None:
            polls.clear(conn, content.id)
        if content.quote_of_id is not None and content.quote_state == "accepted":
            quotes.count(conn, content.quote_of_id, content.audience, -1)
    elif content.audience in COMPANY_WIDE:
        conn.run(publish._COUNT_REPOST, original=content.repost_of_id, by=-1)
    if content.repost_of_id is not None:
        hooks.unreposted(conn, content)
    for statement in _CLEAR:
        conn.run(statement, post=content.id)
    conn.run(_EMPTY, post=content.id, deleted_at=conn.now)
    conn.announce("post.deleted", content.id, content.author_id, _readers_of(content, feeds))


def _readers_of(content: Content, feeds: list[int]) -> list[int]:
    """The feeds whose subscribers are told of a deletion, and the conversation: never more than those who
    could read the post."""
    if content.audience in COMPANY_WIDE:
        return [*feeds, content.conversation_id]
    return [content.audience_of] if content.audience in ("followers", "group") else []


def unrepost(conn: Connection, actor: int, id: int) -> Post:
    """Take a repost back; nothing happens when there is none. Returns the original, or NotFound."""
    shown = queries.get(conn, actor, id).shown
    mine = publish.my_repost(conn, actor, shown.id)
    if mine is not None:
        _delete(conn, queries.get(conn, actor, mine).content)
        conn.announce("post.counted", shown.id, actor)
    return queries.get(conn, actor, shown.id)

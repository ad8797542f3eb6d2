"""Saying something: publish, and repost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
import regex
from sqlalchemy import String, delete, insert, select, update

from officetalk.accounts import queries as accounts
from officetalk.accounts.entities import Audience
from officetalk.accounts.profile import check_language
from officetalk.accounts.relations import is_blocked
from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.sql import Statement, p, within
from officetalk.core.upsert import upsert
from officetalk.feeds import entries
from officetalk.feeds.tables import COMPANY_FEED
from officetalk.groups.entities import Group
from officetalk.groups.queries import by_handles
from officetalk.links.shorten import shorten
from officetalk.media import attachments
from officetalk.posts import grouping, hooks, polls, queries, quotes, text
from officetalk.posts.entities import Attached, Content, Draft, Post, Recognised
from officetalk.posts.tables import hashtag, idempotency_key, mention, post
from officetalk.posts.visibility import COMPANY_WIDE, COUNTED

# Blanks and characters that only steer others are nothing to read.
_VISIBLE = regex.compile(r"[^\p{Z}\p{Cc}\p{Cf}\u115f\u1160\u3164\uffa0]")
_WIDTH: dict[Audience, int] = {"direct": 0, "group": 1, "followers": 1, "quiet": 2, "company": 3}
MAX_CODE_POINTS = 20_000  # a grapheme may hold any number of marks, and a link counts 23: bounds the rest
IDEMPOTENCY_MS = 3600 * 1000  # a repeated key answers with the same post for an hour, as Mastodon does
# A page's outbox may send again after days what was never answered: its keys are kept for a month.
OUTBOX_KEY = "web "
OUTBOX_MS = 30 * 24 * 3600 * 1000
MAX_HASHTAGS = 20
MAX_HASHTAG = 140  # characters
MAX_MENTIONS = 50

_COLUMNS = [
    "id", "author_id", "audience", "audience_of", "text", "spoiler", "sensitive", "language", "parent_id",
    "parent_author_id", "conversation_id", "repost_of_id", "app_id", "recognised", "attached", "tally",
    "quote_of_id", "quote_state", "quote_policy",
]  # fmt: skip
_INSERT = Statement(insert(post).values({n: p(n, post.c[n].type) for n in _COLUMNS}))
_MENTION = upsert(mention, ["post_id", "account_id"], [])
_HASHTAG = upsert(hashtag, ["key"], [])
_HASHTAG_IDS = Statement(select(hashtag.c.id).where(within(hashtag.c.key, "keys")))
_COUNT_POST = Statement(
    update(account)
    .where(account.c.id == p("author"))
    .values(posts_count=account.c.posts_count + p("by"), last_post_at=p("at"))
)
_COUNT_MENTIONS = Statement(
    update(account)
    .where(within(account.c.id, "ids"))
    .values(mentions_count=account.c.mentions_count + p("by"))
)
_COUNT_COMMENT = Statement(
    update(post).where(post.c.id == p("parent")).values(comments_count=post.c.comments_count + p("by"))
)
_COUNT_REPOST = Statement(
    update(post).where(post.c.id == p("original")).values(reposts_count=post.c.reposts_count + p("by"))
)
_REPEATED = Statement(
    select(idempotency_key.c.post_id).where(
        idempotency_key.c.account_id == p("account"), idempotency_key.c.key == p("key", String)
    )
)
_REMEMBER = upsert(idempotency_key, ["account_id", "key"], [])
_FORGET = Statement(delete(idempotency_key).where(idempotency_key.c.created_at <= p("before")))
_KEY_OF = (idempotency_key.c.account_id == p("account"), idempotency_key.c.post_id == p("before"))
_MOVE_KEY = Statement(update(idempotency_key).where(*_KEY_OF).values(post_id=p("post")))
_FREE_KEY = Statement(delete(idempotency_key).where(*_KEY_OF))
# On PostgreSQL, whoever does something with the same post at the same moment waits here for the other.
LOCK = Statement(select(post.c.id).where(post.c.id == p("post")).with_for_update())
_MY_REPOST = Statement(
    select(post.c.id)
    .where(post.c.repost_of_id == p("original"), post.c.author_id == p("author"), post.c.deleted_at.is_(None))
    .with_for_update()
)


def check_text(raw: str, spoiler: str, limit: int, *, required: bool = True) -> tuple[str, str]:
    """The cleaned text and spoiler when they keep the company's limit. Raises Invalid."""
    if len(raw) + len(spoiler) > MAX_CODE_POINTS:
        raise Invalid("status", "character limit of %(limit)s exceeded", "ERR_TOO_LONG", limit=limit)
    cleaned, cleaned_spoiler = text.clean(raw), text.clean(spoiler)
    if required and not _VISIBLE.search(cleaned):
        raise Invalid("status", "can't be blank", "ERR_BLANK")
    count = text.count_characters(cleaned, cleaned_spoiler)
    if count > limit:
        raise Invalid(
            "status",
            "character limit of %(limit)s exceeded: it has %(count)s",
            "ERR_TOO_LONG",
            limit=limit,
            count=count,
        )
    return cleaned, cleaned_spoiler


def recognise(conn: Connection, author: int, written: str) -> tuple[Recognised, list[str], list[Group]]:
    """What the text contains, looked up and its links shortened; the keys of its hashtags; and the groups that it
    names, as the author sees them, in their order."""
    spans = text.scan(written)
    names = {s.value.split("@")[0].lower() for s in spans if s.kind == "mention"}
    mentioned = accounts.ids_by_usernames(conn, names)
    if len(mentioned) > MAX_MENTIONS:
        raise Invalid("status", "may mention at most %(count)s people", count=MAX_MENTIONS)
    unknown = names - mentioned.keys()
    groups = by_handles(conn, author, unknown) if unknown else {}
    in_order = dict.fromkeys(s.value.split("@")[0].lower() for s in spans if s.kind == "mention")
    tags = list(dict.fromkeys(s.value for s in spans if s.kind == "hashtag"))
    if len(tags) > MAX_HASHTAGS:
        raise Invalid("status", "may have at most %(count)s hashtags", count=MAX_HASHTAGS)
    if any(len(name) > MAX_HASHTAG for tag in tags for name in (tag, text.hashtag_key(tag))):
        raise Invalid("status", "has a hashtag of more than %(count)s characters", count=MAX_HASHTAG)
    codes = shorten(conn, author, [s.value for s in spans if s.kind == "link"])
    recognised = Recognised(
        mentions=tuple(mentioned[n] for n in sorted(mentioned)),
        hashtags=tuple(tags),
        links=tuple(codes.items()),
    )
    keys = list(dict.fromkeys(text.hashtag_key(t) for t in tags))
    return recognised, keys, [groups[name] for name in in_order if name in groups]


def _hashtag_feeds(conn: Connection, recognised: Recognised, keys: list[str]) -> list[int]:
    """The feeds of the hashtags, made where they are new."""
    if not keys:
        return []
    names = {text.hashtag_key(name): name for name in reversed(recognised.hashtags)}
    conn.many(_HASHTAG, [{"id": conn.new_id(), "key": k, "name": names[k]} for k in sorted(keys)])
    ids = [row[0] for row in conn.all(_HASHTAG_IDS, keys=keys)]
    for id in ids:
        entries.create(conn, id, "hashtag")
    return ids


def feeds_for(
    conn: Connection,
    author: int,
    audience: Audience,
    parent: Content | None,
    recognised: Recognised,
    keys: list[str],
    audience_of: int,
) -> list[int]:
    """The feeds that a post belongs to: its author's; the company's when it is for the company and no
    comment to somebody else, its group's likewise; those of its hashtags unless it is direct."""
    feeds = [author]
    if parent is None or parent.author_id == author:
        if audience == "company":
            feeds.append(COMPANY_FEED)
        elif audience == "group":
            feeds.append(audience_of)
    if audience != "direct":
        feeds += _hashtag_feeds(conn, recognised, keys)
    return feeds


def add_mentions(conn: Connection, post_id: int, ids: Iterable[int], audience: Audience) -> None:
    """Keep who is mentioned, and count it where the company can see it."""
    ids = list(ids)
    if not ids:
        return
    conn.many(_MENTION, [{"post_id": post_id, "account_id": id} for id in sorted(ids)])
    if audience in COMPANY_WIDE:
        conn.run(_COUNT_MENTIONS, ids=sorted(ids), by=1)


def publish(conn: Connection, author: int, draft: Draft, limit: int) -> Post:
    """Say something. `limit` is the company's limit of characters.

    A comment reaches no further than what it answers: a wider audience is narrowed to the parent's.
    Invalid names the field and the rule; NotFound when the parent is not there or not for the author;
    Forbidden when its author has blocked this one. A repeated idempotency key answers with the same post.
    """
    id = conn.new_id()
    if draft.idempotency_key:
        repeated = said_before(conn, author, draft.idempotency_key, id)
        if repeated is not None:
            return queries.get(conn, author, repeated)
    written, spoiler, parent, quoted = check(conn, author, draft, limit)
    recognised, keys, mentioned_groups = recognise(conn, author, written)
    group = grouping.group_of(conn, author, draft, parent, mentioned_groups)
    audience, audience_of = _reach(author, draft.audience, parent, group)
    if quoted is not None:
        audience = quotes.narrowed(quoted, author, audience, recognised)
        if audience != "group":
            group, audience_of = None, author
    recognised = msgspec.structs.replace(recognised, groups=grouping.named(mentioned_groups, group))
    attached = _attach(conn, author, draft, id, quoted)
    conn.run(
        _INSERT,
        id=id, author_id=author, audience=audience, audience_of=audience_of,
        text=written, spoiler=spoiler, sensitive=draft.sensitive or bool(spoiler), language=draft.language,
        parent_id=parent.id if parent else None, parent_author_id=parent.author_id if parent else None,
        conversation_id=parent.conversation_id if parent else id, repost_of_id=None, app_id=draft.app_id,
        recognised=msgspec.json.encode(recognised).decode(), attached=msgspec.json.encode(attached).decode(),
        tally=polls.empty_tally(attached.poll), quote_of_id=quoted.id if quoted else None,
        quote_state="accepted" if quoted else "",
        quote_policy=quotes.policy_of(audience, draft.quote_policy),
    )  # fmt: skip
    if attached.poll is not None:
        polls.schedule_end(conn, id, attached.poll)
    mentioned = [account_id for account_id, _ in recognised.mentions]
    if audience in COMPANY_WIDE:  # people before feeds, here and wherever both are changed
        accounts.lock(conn, [author, *mentioned])
        conn.run(_COUNT_POST, author=author, by=1, at=conn.now)
    add_mentions(conn, id, mentioned, audience)
    feeds = feeds_for(conn, author, audience, parent, recognised, keys, audience_of)
    entries.enter(
        conn, id, feeds, author_id=author,
        reply_to_account_id=parent.author_id if parent else None, original_author_id=None,
        has_media=bool(attached.media),
    )  # fmt: skip
    if group is not None and audience_of in feeds:
        conn.run(_COUNT_POST, author=audience_of, by=1, at=conn.now)
    if parent is not None and audience in COUNTED:
        conn.run(_COUNT_COMMENT, parent=parent.id, by=1)
        conn.announce("post.counted", parent.id, author)
    if quoted is not None:
        quotes.enter(conn, quoted.id, audience)
    # Who looks at the conversation hears of it as those at the feeds do.
    conn.announce("post.published", id, author, [*feeds, parent.conversation_id if parent else id])
    made = queries.get(conn, author, id)
    hooks.written(conn, made.content)
    # A link whose card is known got it just now.
    return queries.get(conn, author, id) if recognised.links else made


def _reach(
    author: int, wanted: Audience, parent: Content | None, group: Group | None
) -> tuple[Audience, int]:
    """The audience of a post, and whose it is."""
    if group is not None:
        return "group", group.id
    if parent is None:
        return wanted, author
    audience = min(wanted, parent.audience, key=_WIDTH.__getitem__)
    if audience == "followers" and parent.audience == "followers":
        return audience, parent.audience_of
    return audience, author


def _attach(conn: Connection, author: int, draft: Draft, id: int, quoted: Content | None) -> Attached:
    """What hangs on a new post."""
    return Attached(
        media=attachments.attach(conn, author, draft.media_ids, id) if draft.media_ids else (),
        poll=None if draft.poll is None else polls.define(draft.poll, conn.now),
        quoted=(quoted.id, accounts.get(conn, quoted.author_id).account.username) if quoted else None,
    )


class Checked(NamedTuple):
    """A draft that can be said now: its cleaned texts, what it answers and what it quotes."""

    text: str
    spoiler: str
    parent: Content | None
    quoted: Content | None


def check(conn: Connection, author: int, draft: Draft, limit: int) -> Checked:
    """Whether a draft can be said. Raises as `publish` does."""
    # A picture or a quote speaks for itself.
    required = not draft.media_ids and draft.quote_of_id is None
    written, spoiler = check_text(draft.text, draft.spoiler, limit, required=required)
    check_language(draft.language)
    if draft.media_ids and draft.poll is not None:
        raise Invalid(None, "Cannot attach both files and a poll", whole=True)
    return Checked(
        written,
        spoiler,
        _parent(conn, author, draft.parent_id),
        None if draft.quote_of_id is None else quotes.quotable(conn, author, draft.quote_of_id),
    )


def said_before(conn: Connection, author: int, key: str, id: int) -> int | None:
    """The post that was made with this key, or None: then the key belongs to `id` from now on. The second
    of two at the same moment waits for the first here, and then finds its post."""
    conn.run(_FORGET, before=conn.now - IDEMPOTENCY_MS)
    longer = OUTBOX_MS - IDEMPOTENCY_MS if key.startswith(OUTBOX_KEY) else 0
    if conn.run(_REMEMBER, account_id=author, key=key, post_id=id, created_at=conn.now + longer):
        return None
    return conn.value(_REPEATED, account=author, key=key)


def forget_key(conn: Connection, author: int, id: int) -> None:
    """What had this idempotency key is no longer to be said."""
    conn.run(_FREE_KEY, account=author, before=id)


def pass_key_on(conn: Connection, author: int, before: int, id: int) -> None:
    """What had this idempotency key, to be said later, has been said: it is the post `id` now."""
    conn.run(_MOVE_KEY, account=author, before=before, post=id)


def _parent(conn: Connection, author: int, parent_id: int | None) -> Content | None:
    if parent_id is None:
        return None
    try:
        parent = queries.get(conn, author, parent_id).shown.content
    except NotFound:
        raise NotFound(
            "The post you are trying to reply to does not appear to exist.", "in_reply_to_id"
        ) from None
    if is_blocked(conn, author, parent.author_id):
        raise Forbidden("This action is not allowed", "in_reply_to_id")
    return parent


def repost(conn: Connection, actor: int, id: int, audience: Audience | None = None) -> Post:
    """Pass a post on to one's followers; a second time answers the first.

    Only what the company can read, or one's own post to followers, can be reposted: Forbidden otherwise.
    """
    shown = queries.get(conn, actor, id).shown
    content = shown.content
    if is_blocked(conn, actor, content.author_id):
        raise NotFound
    if content.audience not in COMPANY_WIDE and not (
        content.audience == "followers" and content.author_id == actor and content.audience_of == actor
    ):
        raise Forbidden("This action is not allowed")
    conn.first(LOCK, post=content.id)
    existing = conn.value(_MY_REPOST, original=content.id, author=actor)
    if existing is not None:
        return queries.get(conn, actor, existing)
    reach = content.audience if audience is None else min(audience, content.audience, key=_WIDTH.__getitem__)
    if reach == "direct":
        raise Invalid("visibility", "must be public, unlisted or private")
    repost_id = conn.new_id()
    conn.run(
        _INSERT,
        id=repost_id, author_id=actor, audience=reach, audience_of=actor, text="", spoiler="",
        sensitive=False, language="", parent_id=None, parent_author_id=None, conversation_id=repost_id,
        repost_of_id=content.id, app_id=None, recognised="{}", attached="{}", tally=None, quote_of_id=None,
        quote_state="", quote_policy="nobody",
    )  # fmt: skip
    entries.enter(
        conn, repost_id, [actor], author_id=actor, reply_to_account_id=None,
        original_author_id=content.author_id, has_media=bool(content.attached.media),
    )  # fmt: skip
    if reach in COMPANY_WIDE:
        conn.run(_COUNT_REPOST, original=content.id, by=1)
    conn.announce("post.published", repost_id, actor, [actor])
    conn.announce("post.counted", content.id, actor)
    made = queries.get(conn, actor, repost_id)
    hooks.reposted(conn, made.content, content)
    return made


def my_repost(conn: Connection, actor: int, original_id: int) -> Any:
    """The id of the actor's repost of a post, or None."""
    return conn.value(_MY_REPOST, original=original_id, author=actor)

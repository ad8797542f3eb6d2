"""What people are to each other: follow, block, mute. Each verb can be repeated without harm."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select, update

from officetalk.accounts import hooks, queries
from officetalk.accounts.entities import Relationship
from officetalk.accounts.profile import check_language
from officetalk.accounts.tables import account, account_note, block, follow_request, mute
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.sql import Statement, p
from officetalk.core.upsert import upsert
from officetalk.feeds import entries

_REQUEST = upsert(follow_request, ["account_id", "target_id"], ["reposts", "notify", "languages"])
_TAKE_REQUEST = Statement(
    delete(follow_request)
    .where(follow_request.c.account_id == p("account"), follow_request.c.target_id == p("target"))
    .returning(follow_request.c.reposts, follow_request.c.notify, follow_request.c.languages)
)
_BLOCK = upsert(block, ["account_id", "target_id"], [])
_UNBLOCK = Statement(
    delete(block).where(block.c.account_id == p("account"), block.c.target_id == p("target"))
)
_IS_BLOCKED = Statement(
    select(block.c.id).where(
        ((block.c.account_id == p("account")) & (block.c.target_id == p("target")))
        | ((block.c.account_id == p("target")) & (block.c.target_id == p("account")))
    )
)
_MUTE = upsert(mute, ["account_id", "target_id"], ["notifications", "expires_at"])
_UNMUTE = Statement(delete(mute).where(mute.c.account_id == p("account"), mute.c.target_id == p("target")))
_COUNT_FOLLOWER = Statement(
    update(account)
    .where(account.c.id == p("target"))
    .values(followers_count=account.c.followers_count + p("by"))
)
_COUNT_FOLLOWING = Statement(
    update(account)
    .where(account.c.id == p("account"))
    .values(following_count=account.c.following_count + p("by"))
)

_NOTE = upsert(account_note, ["account_id", "target_id"], ["text"])
_CLEAR_NOTE = Statement(
    delete(account_note).where(
        account_note.c.account_id == p("account"), account_note.c.target_id == p("target")
    )
)

MAX_MUTE_SECONDS = 366 * 24 * 3600
MAX_LANGUAGES = 50  # of one follow
MAX_NOTE = 2_000  # characters, as Mastodon


def is_blocked(conn: Connection, one: int, other: int) -> bool:
    """Whether one of the two has blocked the other."""
    return conn.first(_IS_BLOCKED, account=one, target=other) is not None


def _count(conn: Connection, account_id: int, target_id: int, by: int) -> None:
    # In the order of ids, so that two people who follow each other at once do not deadlock.
    steps = [(account_id, _COUNT_FOLLOWING, "account"), (target_id, _COUNT_FOLLOWER, "target")]
    for id, statement, name in sorted(steps, key=lambda step: step[0]):
        conn.run(statement, by=by, **{name: id})


def _start_following(
    conn: Connection, account_id: int, target_id: int, reposts: bool, notify: bool, languages: tuple[str, ...]
) -> None:
    if entries.subscribe(
        conn, account_id, target_id, "account", reposts=reposts, notify=notify, languages=languages
    ):
        _count(conn, account_id, target_id, 1)
        hooks.followed(conn, account_id, target_id)
        conn.announce("account.followed", target_id, account_id)


def follow(
    conn: Connection,
    actor: int,
    target: int,
    *,
    reposts: bool | None = None,
    notify: bool | None = None,
    languages: Iterable[str] | None = None,
) -> Relationship:
    """Follow somebody, or ask to when the account is locked; again: change the options. `languages`: only
    posts in these come home (none: in all).

    Forbidden on oneself and where one has blocked the other; NotFound; Invalid for what is no language.
    """
    person = queries.visible(conn, target).account
    if actor == target:
        raise Forbidden("You cannot follow yourself", "id")
    if is_blocked(conn, actor, target):
        raise Forbidden
    now = queries.relationship(conn, actor, target)
    shown = now.showing_reposts if reposts is None and now.following else reposts is not False
    told = now.notifying if notify is None and now.following else bool(notify)
    chosen = now.languages if languages is None else _checked_languages(languages)
    if now.following:
        entries.subscribe(conn, actor, target, "account", reposts=shown, notify=told, languages=chosen)
    elif person.locked:
        conn.run(
            _REQUEST,
            account_id=actor, target_id=target, id=conn.new_id(), reposts=shown, notify=told,
            languages=entries.languages_text(chosen),
        )  # fmt: skip
        if not now.requested:
            hooks.asked(conn, actor, target)
            conn.announce("follow.requested", target, actor)
    else:
        _start_following(conn, actor, target, shown, told, chosen)
    return queries.relationship(conn, actor, target)


def _checked_languages(languages: Iterable[str]) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(check_language(code, "languages") for code in languages if code))
    if len(kept) > MAX_LANGUAGES:
        raise Invalid("languages", "must be at most %(count)s", count=MAX_LANGUAGES)
    return kept


def unfollow(conn: Connection, actor: int, target: int) -> Relationship:
    """Stop following, or take the request back."""
    if actor != target and entries.unsubscribe(conn, actor, target):
        _count(conn, actor, target, -1)
        hooks.unfollowed(conn, actor, target)
        conn.announce("account.unfollowed", target, actor)
    if conn.first(_TAKE_REQUEST, account=actor, target=target) is not None:
        hooks.answered(conn, actor, target)
    return queries.relationship(conn, actor, target)


def accept_follower(conn: Connection, actor: int, asker: int) -> Relationship:
    """Let somebody follow who asked. NotFound when there is no request."""
    request = conn.first(_TAKE_REQUEST, account=asker, target=actor)
    if request is None:
        raise NotFound
    hooks.answered(conn, asker, actor)
    reposts, notify, languages = request
    _start_following(conn, asker, actor, bool(reposts), bool(notify), entries.languages_of(languages))
    return queries.relationship(conn, actor, asker)


def reject_follower(conn: Connection, actor: int, asker: int) -> Relationship:
    """Turn a request down. NotFound when there is none."""
    if conn.first(_TAKE_REQUEST, account=asker, target=actor) is None:
        raise NotFound
    hooks.answered(conn, asker, actor)
    return queries.relationship(conn, actor, asker)


def remove_follower(conn: Connection, actor: int, follower: int) -> Relationship:
    """Make somebody stop following the actor."""
    if entries.unsubscribe(conn, follower, actor) if follower != actor else False:
        _count(conn, follower, actor, -1)
        hooks.unfollowed(conn, follower, actor)
    return queries.relationship(conn, actor, follower)


def block_account(conn: Connection, actor: int, target: int) -> Relationship:
    """Block: neither follows the other any longer, and neither meets what the other posts."""
    queries.visible(conn, target)
    if actor == target:
        raise Forbidden("You cannot block yourself", "id")
    unfollow(conn, actor, target)
    unfollow(conn, target, actor)
    conn.run(_BLOCK, account_id=actor, target_id=target, id=conn.new_id())
    conn.announce("account.blocked", target, actor)
    return queries.relationship(conn, actor, target)


def unblock_account(conn: Connection, actor: int, target: int) -> Relationship:
    conn.run(_UNBLOCK, account=actor, target=target)
    return queries.relationship(conn, actor, target)


def mute_account(
    conn: Connection, actor: int, target: int, *, notifications: bool = True, seconds: int = 0
) -> Relationship:
    """Do not meet somebody's posts any longer, for `seconds` (0: until it is undone)."""
    queries.visible(conn, target)
    if actor == target:
        raise Forbidden("You cannot mute yourself", "id")
    if not 0 <= seconds <= MAX_MUTE_SECONDS:
        raise Invalid("duration", "must be 0 to %(count)s seconds", count=MAX_MUTE_SECONDS)
    expires_at = conn.now + seconds * 1000 if seconds else None
    conn.run(
        _MUTE,
        account_id=actor, target_id=target, id=conn.new_id(),
        notifications=notifications, expires_at=expires_at,
    )  # fmt: skip
    conn.announce("account.muted", target, actor)
    return queries.relationship(conn, actor, target)


def unmute_account(conn: Connection, actor: int, target: int) -> Relationship:
    conn.run(_UNMUTE, account=actor, target=target)
    return queries.relationship(conn, actor, target)


def set_note(conn: Connection, actor: int, target: int, text: str) -> Relationship:
    """Note something about a colleague that only the actor reads; an empty text removes it. NotFound;
    Invalid when it is too long."""
    queries.visible(conn, target)
    text = text.strip()
    if len(text) > MAX_NOTE:
        raise Invalid(
            "comment", "is too long (maximum is %(count)s characters)", "ERR_TOO_LONG", count=MAX_NOTE
        )
    if text:
        conn.run(_NOTE, account_id=actor, target_id=target, text=text)
    else:
        conn.run(_CLEAR_NOTE, account=actor, target=target)
    return queries.relationship(conn, actor, target)

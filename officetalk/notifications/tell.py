"""Telling people: who of those concerned wants to know, and has a right to. In the transaction of what
happened, with the same number of statements for one and for hundreds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import (
    JSON,
    BigInteger,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from officetalk.accounts.entities import Audience
from officetalk.accounts.tables import account, block, mute
from officetalk.core.database import Connection
from officetalk.core.ids import first_at, time_of
from officetalk.core.paging import NEWEST
from officetalk.core.sql import Statement, p, within
from officetalk.feeds.tables import subscription
from officetalk.notifications import requests, retention
from officetalk.notifications.entities import FILTERABLE, FROM_ONESELF, GROUPED, Choice, Kind, Policy
from officetalk.notifications.tables import notification, notification_permission, notification_policy
from officetalk.posts.tables import conversation_mute, mention, post
from officetalk.posts.visibility import visible_to

_HOUR_MS = 3600 * 1000
_DAY_MS = 24 * _HOUR_MS
GROUP_HOURS = 12  # as Mastodon: what happens within them after a group was begun belongs to it
NEW_ACCOUNT_MS = 30 * _DAY_MS  # as Mastodon
NEW_FOLLOWER_MS = 3 * _DAY_MS  # as Mastodon: who has just begun to follow does not count as a follower
# What was taken back and is done again within this time takes its old place, and nobody is told again.
REPEAT_MS = 7 * _DAY_MS


class News(msgspec.Struct, frozen=True):
    """What happened: `actor_id` did it. Who cannot see the posts `post_id` and `cause_id` is not told, nor who
    muted the conversation. `since` (ms): what was told before of the same is replaced (0: never)."""

    kind: Kind
    actor_id: int
    post_id: int | None = None
    cause_id: int | None = None
    since: int = 0


# --- who is told -------------------------------------------------------------------------------------

_actor = account.alias("actor")
_post = post.alias("told_post")
_cause = post.alias("told_cause")
_receiver = account.c.id
_follows, _follower = subscription.alias("following"), subscription.alias("follower_since")
_muting, _blocking = mute.alias("muting"), block.alias("blocking")
_told = notification.alias("told")


def _between(table: Any, one: Any, other: Any) -> Any:
    return exists(select(table.c.id).where(table.c.account_id == one, table.c.target_id == other))


def _answers() -> Any:
    """Whether a direct post belongs to a conversation in which the receiver has addressed the actor so."""
    earlier = post.alias("earlier")
    return exists(
        select(earlier.c.id)
        .select_from(earlier.join(mention, mention.c.post_id == earlier.c.id))
        .where(
            earlier.c.conversation_id == _post.c.conversation_id,
            earlier.c.author_id == _receiver,
            earlier.c.audience == "direct",
            earlier.c.id < _post.c.id,
            mention.c.account_id == p("actor"),
        )
    )


_facts = (
    select(
        _receiver,
        notification_policy.c.not_following,
        notification_policy.c.not_followers,
        notification_policy.c.new_accounts,
        notification_policy.c.private_mentions,
        notification_policy.c.limited_accounts,
        notification_policy.c.unwanted,
        exists(
            select(notification_permission.c.actor_id).where(
                notification_permission.c.account_id == _receiver,
                notification_permission.c.actor_id == p("actor"),
            )
        ),
        exists(
            select(_follows.c.id).where(
                _follows.c.account_id == _receiver,
                _follows.c.feed_id == p("actor"),
                _follows.c.kind != "self",
            )
        ),
        select(_follower.c.id)
        .where(
            _follower.c.account_id == p("actor"), _follower.c.feed_id == _receiver, _follower.c.kind != "self"
        )
        .scalar_subquery(),
        _actor.c.silenced,
        # The newest group that this could belong to (bounds empty: it belongs to none). By ix_notification_group.
        select(func.max(_told.c.group_key))
        .where(
            _told.c.account_id == _receiver,
            _told.c.group_key > p("groups_from", String),
            _told.c.group_key < p("groups_to", String),
        )
        .scalar_subquery(),
        select(func.min(_told.c.id)).where(_told.c.account_id == _receiver).scalar_subquery(),
    )
    .where(
        within(_receiver, "receivers"),
        account.c.state == "active",
        ~_between(_blocking, _receiver, p("actor")),
        ~_between(_blocking, p("actor"), _receiver),
        ~exists(
            select(_muting.c.id).where(
                _muting.c.account_id == _receiver,
                _muting.c.target_id == p("actor"),
                _muting.c.notifications,
                or_(_muting.c.expires_at.is_(None), _muting.c.expires_at > p("now")),
            )
        ),
    )
    .order_by(_receiver)  # in one order, so that two who tell the same people do not deadlock
)
_source = account.join(_actor, _actor.c.id == p("actor")).outerjoin(
    notification_policy, notification_policy.c.account_id == _receiver
)
_WITHOUT_POST = Statement(
    _facts.add_columns(null(), literal_column("false")).select_from(_source)
)  # fmt: skip
_WITH_POST = Statement(
    _facts.add_columns(_post.c.audience, case((_post.c.audience == "direct", _answers()), else_=null()))
    .select_from(
        _source.join(_post, _post.c.id == p("post")).outerjoin(_cause, _cause.c.id == p("cause"))
    )
    .where(
        visible_to(_post, _receiver),
        or_(p("cause").is_(None), and_(_cause.c.id.is_not(None), visible_to(_cause, _receiver))),
        ~exists(
            select(conversation_mute.c.account_id).where(
                conversation_mute.c.account_id == _receiver,
                conversation_mute.c.conversation_id == _post.c.conversation_id,
            )
        ),
    )
)  # fmt: skip


class _Facts(msgspec.Struct, frozen=True):
    """What decides whether a receiver is told: a row of the statements above."""

    receiver: int
    policy: Policy
    unwanted: tuple[str, ...]
    permitted: bool
    follows: bool
    follower_since: int | None  # an id
    silenced: bool
    newest_group: str | None
    oldest_id: int | None
    audience: Audience | None
    answers: bool

    def verdict(self, news: News, now: int) -> Choice:
        """What the receiver's policy says."""
        if news.kind in self.unwanted:
            return "drop"
        if self.permitted or news.kind not in FILTERABLE:
            return "accept"
        new_follower = self.follower_since is None or time_of(self.follower_since) > now - NEW_FOLLOWER_MS
        direct = news.kind == "mention" and self.audience == "direct"
        new_account = time_of(news.actor_id) > now - NEW_ACCOUNT_MS
        policy = self.policy
        choices = {
            (self.silenced and not self.follows, policy.limited_accounts),
            (not self.follows, policy.not_following),
            (new_follower, policy.not_followers),
            (new_account and not self.follows, policy.new_accounts),
            (direct and not self.follows and not self.answers, policy.private_mentions),
        }
        return "drop" if (True, "drop") in choices else "filter" if (True, "filter") in choices else "accept"


_unwanted = msgspec.json.Decoder(tuple[str, ...])


def _facts_of_row(row: tuple) -> _Facts:
    values: list[Any] = [row[0], Policy() if row[1] is None else Policy(*row[1:6])]
    values += [() if row[6] in (None, "[]") else _unwanted.decode(row[6]), *row[7:14], bool(row[14])]
    return _Facts(*values)


# --- telling -----------------------------------------------------------------------------------------

_GIVEN = ("id", "account_id", "subject_id", "group_key", "state")


def _insert(dialect: str) -> Statement:
    """Rows from a parameter `rows`, JSON of arrays as _GIVEN names them, in one statement, which returns the
    ids that are there in the end: new ones, and older ones of what was taken back meanwhile."""
    given = p("rows", String)
    if dialect == "sqlite":
        each = func.json_each(given).table_valued("value")
        columns = [func.json_extract(each.c.value, f"$[{i}]") for i in range(len(_GIVEN))]
        insert = sqlite.insert
    else:
        each = func.json_array_elements(cast(given, JSON)).table_valued("value", name="given")
        columns = [literal_column(f"given.value->>{i}", String) for i in range(len(_GIVEN))]
        columns = [
            cast(c, BigInteger) if n.endswith("id") else c for c, n in zip(columns, _GIVEN, strict=True)
        ]
        insert = postgresql.insert
    rows = select(
        *columns, p("kind", String).label("kind"), p("actor").label("actor"), p("cause").label("cause")
    ).select_from(each)
    statement: Any = insert(notification).from_select(
        [*_GIVEN, "kind", "actor_id", "cause_id"], rows.where(true())
    )  # SQLite cannot tell ON CONFLICT from a join without WHERE
    recent = notification.c.id > p("recent")
    new = statement.excluded
    return Statement(
        statement.on_conflict_do_update(
            index_elements=["subject_id", "kind", "account_id", "actor_id"],
            set_={
                "id": case((recent, notification.c.id), else_=new.id),
                "group_key": case((recent, notification.c.group_key), else_=new.group_key),
                "cause_id": new.cause_id,
                "state": new.state,
            },
            where=or_(notification.c.state == "undone", notification.c.id < p("since")),
        ).returning(notification.c.id, notification.c.account_id, notification.c.state)
    )


_INSERT = {dialect: _insert(dialect) for dialect in ("sqlite", "postgresql")}


def tell(conn: Connection, news: News, targets: Iterable[tuple[int, int]]) -> None:
    """Tell receivers, each of a subject: [(account id, id of the post, report, …; 0 for none), …]. Whoever
    does not want it, or must not know, is left out. What is new is announced as notification.made."""
    subjects: dict[int, list[int]] = {}
    for receiver, subject in targets:
        if receiver != news.actor_id or news.kind in FROM_ONESELF:
            subjects.setdefault(receiver, []).append(subject)
    if not subjects:
        return
    made, held = [], []
    found = _ask(conn, news, subjects)
    for facts in found:
        verdict = facts.verdict(news, conn.now)
        if verdict == "drop":
            continue
        if verdict == "filter":
            held.append(facts.receiver)
        group = None if verdict == "filter" else _group(news.kind, subjects[facts.receiver], facts, conn.now)
        state = "held" if verdict == "filter" else "shown"
        made.append((facts.receiver, group, state))
    if held:
        let_in = requests.ask(conn, news.kind, news.actor_id, held)
        made = [(r, g, "shown" if r in let_in else state) for r, g, state in made]
    if made:
        _write(conn, news, [(r, subject, g, state) for r, g, state in made for subject in subjects[r]])
    retention.trim(conn, [(f.receiver, f.oldest_id) for f in found if f.oldest_id is not None])


def _ask(conn: Connection, news: News, subjects: dict[int, list[int]]) -> list[_Facts]:
    prefix = _prefix(news.kind, next(iter(subjects.values()))[0]) if news.kind in GROUPED else ""
    values = {
        "actor": news.actor_id,
        "receivers": list(subjects),
        "now": conn.now,
        "groups_from": prefix,
        "groups_to": prefix and prefix + ":",  # after the digits
    }
    if news.post_id is None:
        rows = conn.all(_WITHOUT_POST, **values)
    else:
        rows = conn.all(_WITH_POST, post=news.post_id, cause=news.cause_id, **values)
    return [_facts_of_row(row) for row in rows]


def _prefix(kind: Kind, subject: int) -> str:
    return f"{kind}-{subject}-" if subject else f"{kind}-"


def _group(kind: Kind, subjects: list[int], facts: _Facts, now: int) -> str | None:
    """The group, named after the hour in which it was begun."""
    if kind not in GROUPED:
        return None
    hour = now // _HOUR_MS
    newest = facts.newest_group
    if newest is not None and hour < int(newest.rpartition("-")[2]) + GROUP_HOURS:
        return newest
    return f"{_prefix(kind, subjects[0])}{hour}"


def _write(conn: Connection, news: News, rows: list[tuple[int, int, str | None, str]]) -> None:
    """Rows of (receiver, subject, group, state)."""
    given = [(conn.new_id(), *row) for row in rows]
    new = {row[0] for row in given}
    found = conn.all(
        _INSERT[conn.dialect],
        rows=msgspec.json.encode(given).decode(), kind=news.kind, actor=news.actor_id, cause=news.cause_id,
        recent=NEWEST if news.since else first_at(conn.now - REPEAT_MS), since=first_at(news.since),
    )  # fmt: skip
    for id, receiver, state in found:
        if id in new and state == "shown":
            conn.announce("notification.made", id, receiver)


# --- taking back -------------------------------------------------------------------------------------

_UNDO = Statement(
    update(notification)
    .where(
        notification.c.subject_id == p("subject"),
        notification.c.kind == p("kind", String),
        notification.c.account_id == p("receiver"),
        notification.c.actor_id == p("actor"),
    )
    .values(state="undone")
)


def untell(conn: Connection, kind: Kind, actor: int, receiver: int, subject: int = 0) -> None:
    """It was taken back: nothing is shown of it any longer."""
    if conn.run(_UNDO, kind=kind, actor=actor, receiver=receiver, subject=subject):
        conn.announce("notifications.read", receiver, receiver)

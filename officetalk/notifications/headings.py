"""What was told to many people, without what it is about: for whoever carries it further (push)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import exists, select

from officetalk.core.database import Connection
from officetalk.core.sql import Statement, within
from officetalk.feeds.tables import subscription
from officetalk.notifications.entities import Kind
from officetalk.notifications.visibility import shown


class Heading(msgspec.Struct, frozen=True):
    """A notification that its receiver can see and that is not held. `following`: the receiver follows who did
    it; `followed_by`: the other way round."""

    id: int
    receiver_id: int
    kind: Kind
    following: bool
    followed_by: bool


def _follows(follower: Any, followed: Any) -> Any:
    return exists(
        select(subscription.c.id).where(
            subscription.c.account_id == follower,
            subscription.c.feed_id == followed,
            subscription.c.kind == "account",
        )
    )


_found = shown("n", "shown", to_each=True)
_n = _found.notification.c
_HEADINGS = Statement(
    select(
        _n.id,
        _n.account_id,
        _n.kind,
        _follows(_n.account_id, _n.actor_id),
        _follows(_n.actor_id, _n.account_id),
    )
    .select_from(_found.source)
    .where(within(_n.id, "ids"), _found.where)
)


def headings(conn: Connection, ids: Iterable[int]) -> dict[int, Heading]:
    """By id; those that are gone, held or not to be seen are left out. One statement."""
    rows = conn.all(_HEADINGS, ids=list(ids), now=conn.now)
    return {id: Heading(id, receiver, kind, bool(a), bool(b)) for id, receiver, kind, a, b in rows}

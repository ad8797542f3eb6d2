"""Colleagues whom somebody features on the profile: such as one follows."""

from __future__ import annotations

from sqlalchemy import delete, select

from officetalk.accounts import queries
from officetalk.accounts.entities import Person, Relationship
from officetalk.accounts.queries import account_columns, count_columns, person_of_row
from officetalk.accounts.relations import is_blocked
from officetalk.accounts.tables import account, endorsement
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid
from officetalk.core.paging import Page, bounds
from officetalk.core.sql import Statement, p
from officetalk.core.upsert import upsert
from officetalk.feeds.tables import subscription

# On PostgreSQL, who stops following at this moment waits for this, and then takes the endorsement away too.
_FOLLOWS = Statement(
    select(subscription.c.id)
    .where(
        subscription.c.account_id == p("account"),
        subscription.c.feed_id == p("target"),
        subscription.c.kind == "account",
    )
    .with_for_update()
)
_ENDORSE = upsert(endorsement, ["account_id", "target_id"], [])
_END = Statement(
    delete(endorsement).where(
        endorsement.c.account_id == p("account"), endorsement.c.target_id == p("target")
    )
)


def _list(direction: str) -> Statement:
    cursor = endorsement.c.id
    return Statement(
        select(*account_columns(account), *count_columns(account), cursor)
        .select_from(endorsement.join(account, account.c.id == endorsement.c.target_id))
        .where(
            endorsement.c.account_id == p("account"),
            account.c.state == "active",
            cursor < p("below"),
            cursor > p("above"),
        )
        .order_by(cursor.desc() if direction == "older" else cursor.asc())
        .limit(p("limit"))
    )


_LIST = {direction: _list(direction) for direction in ("older", "newer")}


def endorse(conn: Connection, actor: int, target: int) -> Relationship:
    """Feature somebody whom one follows; again: nothing happens. NotFound; Invalid when one does not
    follow."""
    queries.visible(conn, target)
    if conn.first(_FOLLOWS, account=actor, target=target) is None:
        raise Invalid(None, "You must be already following the person you want to endorse")
    conn.run(_ENDORSE, account_id=actor, target_id=target, id=conn.new_id())
    return queries.relationship(conn, actor, target)


def unendorse(conn: Connection, actor: int, target: int) -> Relationship:
    """Feature somebody no longer."""
    conn.run(_END, account=actor, target=target)
    return queries.relationship(conn, actor, target)


def unfollowed(conn: Connection, actor: int, target: int) -> None:
    """Called when somebody no longer follows another: see accounts/hooks.py."""
    conn.run(_END, account=actor, target=target)


def endorsed_by(conn: Connection, viewer: int, account_id: int, page: Page) -> list[Person]:
    """Whom somebody features, newest first; nobody when one of the two has blocked the other. Served by
    ix_endorsement_account."""
    if viewer != account_id and is_blocked(conn, viewer, account_id):
        return []
    direction, below, above = bounds(page)
    rows = conn.all(_LIST[direction], account=account_id, below=below, above=above, limit=page.limit)
    if direction == "newer":
        rows.reverse()
    return [person_of_row(conn, row, row[-1]) for row in rows]

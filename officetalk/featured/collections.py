"""Reading collections: of somebody, with somebody in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import exists, select

from officetalk.accounts import queries as accounts
from officetalk.accounts.entities import Person
from officetalk.accounts.relations import is_blocked
from officetalk.accounts.tables import account, block
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, NotFound
from officetalk.core.sql import Statement, one_of, p, within
from officetalk.featured.entities import Collection, Item
from officetalk.featured.tables import collection, collection_item

_COLUMNS = [collection.c[n] for n in (
    "id", "account_id", "name", "description", "language", "tag", "sensitive", "discoverable", "updated_at",
)]  # fmt: skip
_owner = account.alias("owner")
_their_block, _my_block = block.alias("their_block"), block.alias("my_block")


def _has_blocked(owner: Any, whom: Any) -> Any:
    return exists(
        select(_their_block.c.id).where(_their_block.c.account_id == owner, _their_block.c.target_id == whom)
    )


# Whose owner was let in, and has not blocked the viewer.
_visible = (
    _owner.c.id == collection.c.account_id,
    one_of(_owner.c.state, ("active", "disabled")),
    ~_has_blocked(collection.c.account_id, p("viewer")),
)
_from_owner = collection.join(_owner, _visible[0])
_BY_IDS = Statement(
    select(*_COLUMNS).select_from(_from_owner).where(within(collection.c.id, "ids"), *_visible[1:])
)


def _of_account(own: bool) -> Statement:
    """By ix_collection_account, newest first."""
    listed = [] if own else [collection.c.discoverable]
    return Statement(
        select(*_COLUMNS)
        .select_from(_from_owner)
        .where(collection.c.account_id == p("account"), *listed, *_visible[1:])
        .order_by(collection.c.id.desc())
        .limit(p("limit"))
        .offset(p("offset"))
    )


_OF_ACCOUNT = {own: _of_account(own) for own in (False, True)}
# By ix_collection_item_account.
_FEATURING = Statement(
    select(*_COLUMNS)
    .select_from(_from_owner.join(collection_item, collection_item.c.collection_id == collection.c.id))
    .where(collection_item.c.account_id == p("viewer"), collection_item.c.state == "accepted", *_visible[1:])
    .order_by(collection_item.c.id.desc())
    .limit(p("limit"))
    .offset(p("offset"))
)
# Those who still work here, and whom the viewer has not blocked nor is blocked by.
_ITEMS = Statement(
    select(collection_item.c.id, collection_item.c.collection_id, collection_item.c.account_id)
    .select_from(collection_item.join(account, account.c.id == collection_item.c.account_id))
    .where(
        within(collection_item.c.collection_id, "ids"),
        collection_item.c.state == "accepted",
        account.c.state == "active",
        account.c.id.not_in(select(_my_block.c.target_id).where(_my_block.c.account_id == p("viewer"))),
        ~_has_blocked(account.c.id, p("viewer")),
    )
    .order_by(collection_item.c.id)
)


def _with_items(conn: Connection, viewer: int, rows: list[tuple]) -> list[Collection]:
    if not rows:
        return []
    items: dict[int, list[Item]] = {row[0]: [] for row in rows}
    for row in conn.all(_ITEMS, viewer=viewer, ids=list(items)):
        items[row[1]].append(Item(*row))
    return [Collection(*row, items=tuple(items[row[0]])) for row in rows]


def by_ids(conn: Connection, viewer: int, ids: Iterable[int]) -> dict[int, Collection]:
    """Those of these collections that the viewer may see. Two statements."""
    found = _with_items(conn, viewer, conn.all(_BY_IDS, viewer=viewer, ids=list(ids)))
    return {one.id: one for one in found}


def get(conn: Connection, viewer: int, id: int) -> Collection:
    """One collection, listed on a profile or not. NotFound, also for whom its owner has blocked."""
    found = by_ids(conn, viewer, [id]).get(id)
    if found is None:
        raise NotFound
    return found


def with_people(conn: Connection, viewer: int, id: int) -> tuple[Collection, list[Person]]:
    """A collection with its owner and those in it. NotFound. Three statements."""
    found = get(conn, viewer, id)
    ids = dict.fromkeys([found.account_id, *(item.account_id for item in found.items)])
    return found, accounts.by_ids(conn, ids)


def of_account(
    conn: Connection, viewer: int, account_id: int, limit: int, offset: int = 0
) -> list[Collection]:
    """Somebody's collections, newest first: those that are listed, one's own all. None when one of the two
    has blocked the other."""
    own = viewer == account_id
    if not own and is_blocked(conn, viewer, account_id):
        return []
    rows = conn.all(_OF_ACCOUNT[own], viewer=viewer, account=account_id, limit=limit, offset=offset)
    return _with_items(conn, viewer, rows)


def featuring(
    conn: Connection, viewer: int, account_id: int, limit: int, offset: int = 0
) -> list[Collection]:
    """The collections that one is in oneself, last added first. Forbidden for others: what is not listed
    would be seen."""
    accounts.visible(conn, account_id)
    if viewer != account_id:
        raise Forbidden
    return _with_items(conn, viewer, conn.all(_FEATURING, viewer=viewer, limit=limit, offset=offset))

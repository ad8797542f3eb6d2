"""Making, changing and deleting collections, and who is in them.

Nobody is put into a collection who does not want to be found (`discoverable`): that is the consent, given or
not for all at once. Whoever is in one can take it back, for that collection for good.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Boolean, String, delete, func, insert, or_, select, update

from officetalk.accounts import queries as accounts
from officetalk.accounts.profile import check_language
from officetalk.accounts.tables import account, block
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.sql import Statement, p, within
from officetalk.featured import collections, hooks
from officetalk.featured.entities import (
    MAX_COLLECTIONS,
    MAX_DESCRIPTION,
    MAX_ITEMS,
    MAX_NAME,
    Collection,
    Item,
    Wish,
)
from officetalk.featured.tables import collection, collection_item
from officetalk.featured.tags import checked_name

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

# On PostgreSQL, two who change the same collection wait here for each other, so that its limits hold.
_LOCK_OWNER = Statement(select(account.c.id).where(account.c.id == p("account")).with_for_update())
_LOCK = Statement(select(collection.c.account_id).where(collection.c.id == p("id")).with_for_update())
_COUNT = Statement(
    select(func.count()).select_from(collection).where(collection.c.account_id == p("account"))
)
_INSERT = Statement(insert(collection).values({c.name: p(c.name, c.type) for c in collection.columns}))
_REWRITE = Statement(
    update(collection)
    .where(collection.c.id == p("id"))
    .values(
        name=p("name", String), description=p("description", String), language=p("language", String),
        tag=p("tag", String), sensitive=p("sensitive", Boolean), discoverable=p("discoverable", Boolean),
        updated_at=p("updated_at"),
    )
)  # fmt: skip
_TOUCH = Statement(update(collection).where(collection.c.id == p("id")).values(updated_at=p("updated_at")))
_DELETE = Statement(delete(collection).where(collection.c.id == p("id")))
_CLEAR = Statement(delete(collection_item).where(collection_item.c.collection_id == p("id")))
_ITEM_COLUMNS = [collection_item.c[n] for n in ("id", "collection_id", "account_id", "state")]
_EVERY_ITEM = Statement(select(*_ITEM_COLUMNS).where(collection_item.c.collection_id == p("id")))
_ADD = Statement(insert(collection_item).values({c.name: p(c.name, c.type) for c in collection_item.columns}))
_REMOVE = Statement(delete(collection_item).where(collection_item.c.id == p("id")))
_REVOKE = Statement(update(collection_item).where(collection_item.c.id == p("id")).values(state="revoked"))
_UNWILLING = Statement(
    select(account.c.id).where(
        within(account.c.id, "ids"),
        or_(
            account.c.state != "active",
            ~account.c.discoverable,
            account.c.id.in_(select(block.c.account_id).where(block.c.target_id == p("owner"))),
            account.c.id.in_(select(block.c.target_id).where(block.c.account_id == p("owner"))),
        ),
    )
)


def create(conn: Connection, actor: int, wish: Wish) -> Collection:
    """Make a collection. Invalid names the field and the rule; NotFound for an unknown colleague; Forbidden
    for one who does not want to be in collections, or with whom there is a block."""
    conn.first(_LOCK_OWNER, account=actor)
    if conn.value(_COUNT, account=actor) >= MAX_COLLECTIONS:
        raise Invalid(None, "You have reached the limit of %(count)s collections", count=MAX_COLLECTIONS)
    ids = list(dict.fromkeys(wish.account_ids))
    if len(ids) > MAX_ITEMS:
        raise _too_many()
    if len(accounts.by_ids(conn, ids)) < len(ids):
        raise NotFound
    _check_willing(conn, actor, ids)
    id = conn.new_id()
    conn.run(_INSERT, id=id, account_id=actor, updated_at=conn.now, **_checked(msgspec.to_builtins(wish)))
    _put(conn, id, actor, ids)
    return collections.get(conn, actor, id)


def change(conn: Connection, actor: int, id: int, **changes: Any) -> Collection:
    """Change parts of one's own collection: those of Wish but the colleagues. NotFound, Forbidden,
    Invalid."""
    _own(conn, actor, id)
    found = collections.get(conn, actor, id)
    before = msgspec.to_builtins(found)
    conn.run(_REWRITE, id=id, updated_at=conn.now, **_checked({**before, **changes}))
    after = collections.get(conn, actor, id)
    if (after.name, after.description) != (found.name, found.description):
        hooks.changed(conn, id, actor, [i.account_id for i in after.items if i.account_id != actor])
    return after


def remove(conn: Connection, actor: int, id: int) -> None:
    """Delete one's own collection. NotFound, Forbidden."""
    _own(conn, actor, id)
    _taken_out(conn, id, actor, _items(conn, id))
    conn.run(_CLEAR, id=id)
    conn.run(_DELETE, id=id)


def add(conn: Connection, actor: int, id: int, account_id: int) -> Item:
    """Put a colleague, or oneself, into one's own collection. NotFound; Forbidden; Invalid when it is full,
    or the colleague is in it or has left it."""
    _own(conn, actor, id)
    accounts.visible(conn, account_id)
    _check_willing(conn, actor, [account_id])
    known = _items(conn, id)
    if any(item.account_id == account_id for item in known):
        raise Invalid("account_id", "has already been taken", "ERR_TAKEN")
    if sum(item.state == "accepted" for item in known) >= MAX_ITEMS:
        raise _too_many()
    made = _put(conn, id, actor, [account_id])
    conn.run(_TOUCH, id=id, updated_at=conn.now)
    return made[0]


def take_out(conn: Connection, actor: int, id: int, item_id: int) -> None:
    """Take a colleague out of one's own collection. NotFound, Forbidden."""
    _own(conn, actor, id)
    found = _item(conn, id, item_id)
    conn.run(_REMOVE, id=found.id)
    conn.run(_TOUCH, id=id, updated_at=conn.now)
    _taken_out(conn, id, actor, [found])


def place(conn: Connection, actor: int, account_id: int, wanted: Iterable[int]) -> None:
    """Have a colleague in exactly these of one's own collections: all of it or nothing. NotFound; Forbidden;
    Invalid as `add` has it."""
    chosen = set(wanted)
    mine = collections.of_account(conn, actor, actor, MAX_COLLECTIONS)
    if not chosen <= {one.id for one in mine}:
        raise NotFound
    for one in sorted(mine, key=lambda one: one.id):  # whoever locks several takes the oldest first
        item = next((item for item in one.items if item.account_id == account_id), None)
        if one.id in chosen and item is None:
            add(conn, actor, one.id, account_id)
        elif one.id not in chosen and item is not None:
            take_out(conn, actor, one.id, item.id)


def revoke(conn: Connection, actor: int, id: int, item_id: int) -> None:
    """Leave somebody's collection for good. NotFound; Forbidden when it is about somebody else."""
    owner = conn.value(_LOCK, id=id)
    if owner is None:
        raise NotFound
    found = _item(conn, id, item_id)
    if found.account_id != actor:
        raise Forbidden
    conn.run(_REVOKE, id=found.id)
    _taken_out(conn, id, owner, [found])


def _own(conn: Connection, actor: int, id: int) -> None:
    """That a collection is the actor's; it is locked from now on. Whoever may not see it hears that it is not
    there."""
    owner = conn.value(_LOCK, id=id)
    if owner != actor:
        collections.get(conn, actor, id)
        raise Forbidden


def _items(conn: Connection, id: int) -> list[Item]:
    return [Item(*row) for row in conn.all(_EVERY_ITEM, id=id)]


def _item(conn: Connection, id: int, item_id: int) -> Item:
    for item in _items(conn, id):
        if item.id == item_id and item.state == "accepted":
            return item
    raise NotFound


def _put(conn: Connection, id: int, owner: int, account_ids: list[int]) -> list[Item]:
    made = [Item(conn.new_id(), id, account_id) for account_id in account_ids]
    conn.many(_ADD, [msgspec.to_builtins(item) for item in made])
    hooks.collected(conn, id, owner, [account_id for account_id in account_ids if account_id != owner])
    return made


def _taken_out(conn: Connection, id: int, owner: int, items: Iterable[Item]) -> None:
    gone = [item.account_id for item in items if item.state == "accepted" and item.account_id != owner]
    hooks.uncollected(conn, id, owner, gone)


def _check_willing(conn: Connection, owner: int, account_ids: list[int]) -> None:
    unwilling = {row[0] for row in conn.all(_UNWILLING, ids=account_ids, owner=owner)}
    if unwilling - {owner}:
        raise Forbidden


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    name, description = values["name"].strip(), values["description"].strip()
    if not name:
        raise Invalid("name", "can't be blank", "ERR_BLANK")
    for field, text, most in (("name", name, MAX_NAME), ("description", description, MAX_DESCRIPTION)):
        if len(text) > most:
            raise Invalid(field, "is too long (maximum is %(count)s characters)", "ERR_TOO_LONG", count=most)
        if _CONTROL.search(text.replace("\n", "") if field == "description" else text):
            raise Invalid(field, "must not contain control characters")
    return {
        "name": name,
        "description": description,
        "language": check_language(values["language"]),
        "tag": checked_name(values["tag"]) if values["tag"].strip(" #") else "",
        "sensitive": values["sensitive"],
        "discoverable": values["discoverable"],
    }


def _too_many() -> Invalid:
    return Invalid(None, "Collection items are too many, no more than %(count)s are allowed", count=MAX_ITEMS)

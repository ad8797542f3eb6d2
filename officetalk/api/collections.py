"""Collections: colleagues whom somebody recommends to follow."""

from __future__ import annotations

from typing import Any

import msgspec

from officetalk.api.endpoint import Answer, Call, endpoint, path_id
from officetalk.api.entities import (
    Collections,
    CollectionWithAccounts,
    Empty,
    WrappedCollection,
    WrappedCollectionItem,
)
from officetalk.api.paging import EntityId, Limit, Offset, offset_link
from officetalk.api.render import Renderer
from officetalk.api.render_collections import collection_json, item_json
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid
from officetalk.featured import change, collections
from officetalk.featured.entities import Collection, Item, Wish
from officetalk.groups import known

SIZES = (40, 80)
_encode = msgspec.json.Encoder().encode


def _wrapped(call: Call[Any], collection: Collection) -> dict[str, Any]:
    return {"collection": collection_json(call.render, collection)}


# --- reading ------------------------------------------------------------------------------------------


def _get(conn: Connection, render: Renderer, viewer: int, id: int) -> bytes:
    found, people = collections.with_people(conn, viewer, id)
    shown = _encode(collection_json(render, found))
    return b'{"accounts":%b,"collection":%b}' % (render.people(people), shown)


@endpoint(
    "GET", "/api/v1/collections/{id}",
    scope="read:collections", returns=CollectionWithAccounts, errors=(404,),
    summary="A collection with its owner and those in it",
)  # fmt: skip
async def get(call: Call[Any]) -> bytes:
    return await call.db.read(_get, call.render, call.viewer_id, call.id)


class ListParameters(msgspec.Struct, frozen=True):
    limit: Limit | None = None
    offset: Offset = 0


def _of_account(conn: Connection, viewer: int, id: int, limit: int, offset: int) -> list[Collection]:
    known.get(conn, viewer, id)
    return collections.of_account(conn, viewer, id, limit, offset)


async def _listed(call: Call[ListParameters], read: Any) -> Answer:
    asked = call.parameters
    limit = min(asked.limit or SIZES[0], SIZES[1])
    found = await call.db.read(read, call.viewer_id, call.id, limit, asked.offset)
    body = _encode({"collections": [collection_json(call.render, one) for one in found]})
    return Answer(body, headers=offset_link(call, limit, asked.offset, len(found)))


@endpoint(
    "GET", "/api/v1/accounts/{id}/collections",
    scope="read:collections", parameters=ListParameters, returns=Collections, errors=(404,),
    summary="Somebody's collections, newest first",
)  # fmt: skip
async def of_account(call: Call[ListParameters]) -> Answer:
    return await _listed(call, _of_account)


@endpoint(
    "GET", "/api/v1/accounts/{id}/in_collections",
    scope="read:collections", parameters=ListParameters, returns=Collections, errors=(403, 404),
    summary="The collections that the viewer is in, last added first; of nobody else",
)  # fmt: skip
async def featuring(call: Call[ListParameters]) -> Answer:
    return await _listed(call, collections.featuring)


# --- changing -----------------------------------------------------------------------------------------


class ChangeParameters(msgspec.Struct, frozen=True):
    name: str | None = None
    description: str | None = None
    language: str | None = None
    tag_name: str | None = None
    sensitive: bool | None = None
    discoverable: bool | None = None


class CreateParameters(ChangeParameters, frozen=True):
    account_ids: list[EntityId] = []


def _parts(asked: ChangeParameters) -> dict[str, Any]:
    """What was sent of a collection."""
    parts = {
        "name": asked.name,
        "description": asked.description,
        "language": asked.language,
        "tag": asked.tag_name,
        "sensitive": asked.sensitive,
        "discoverable": asked.discoverable,
    }
    return {name: value for name, value in parts.items() if value is not None}


@endpoint(
    "POST", "/api/v1/collections",
    scope="write:collections", parameters=CreateParameters, returns=WrappedCollection, errors=(403, 404, 422),
    summary="Make a collection of colleagues who do not mind",
)  # fmt: skip
async def create(call: Call[CreateParameters]) -> dict[str, Any]:
    asked = call.parameters
    parts: dict[str, Any] = {"name": "", **_parts(asked)}
    wish = Wish(**parts, account_ids=tuple(asked.account_ids))
    return _wrapped(call, await call.db.write(change.create, call.viewer_id, wish))


@endpoint(
    "PATCH", "/api/v1/collections/{id}",
    scope="write:collections", parameters=ChangeParameters, returns=WrappedCollection, errors=(403, 404, 422),
    summary="Change one's collection; what is not sent stays as it is",
)  # fmt: skip
async def update(call: Call[ChangeParameters]) -> dict[str, Any]:
    changed = await call.db.write(change.change, call.viewer_id, call.id, **_parts(call.parameters))
    return _wrapped(call, changed)


@endpoint(
    "DELETE", "/api/v1/collections/{id}",
    scope="write:collections", returns=Empty, errors=(403, 404), summary="Delete one's collection",
)  # fmt: skip
async def remove(call: Call[Any]) -> bytes:
    await call.db.write(change.remove, call.viewer_id, call.id)
    return b"{}"


class ItemParameters(msgspec.Struct, frozen=True):
    account_id: EntityId | None = None


def _add(conn: Connection, viewer: int, id: int, account_id: int | None) -> Item:
    if account_id is None:
        collections.get(conn, viewer, id)
        raise Invalid(None, "`account_id` parameter is missing", whole=True)
    return change.add(conn, viewer, id, account_id)


@endpoint(
    "POST", "/api/v1/collections/{id}/items",
    scope="write:collections", parameters=ItemParameters, returns=WrappedCollectionItem,
    errors=(403, 404, 422), summary="Put a colleague into one's collection",
)  # fmt: skip
async def add(call: Call[ItemParameters]) -> dict[str, Any]:
    made = await call.db.write(_add, call.viewer_id, call.id, call.parameters.account_id)
    return {"collection_item": item_json(made)}


@endpoint(
    "DELETE", "/api/v1/collections/{id}/items/{item_id}",
    scope="write:collections", returns=Empty, errors=(403, 404),
    summary="Take a colleague out of one's collection",
)  # fmt: skip
async def take_out(call: Call[Any]) -> bytes:
    await call.db.write(change.take_out, call.viewer_id, call.id, path_id(call.path["item_id"]))
    return b"{}"


@endpoint(
    "POST", "/api/v1/collections/{id}/items/{item_id}/revoke",
    scope="write:collections", returns=Empty, errors=(403, 404),
    summary="Leave somebody's collection for good",
)  # fmt: skip
async def revoke(call: Call[Any]) -> bytes:
    await call.db.write(change.revoke, call.viewer_id, call.id, path_id(call.path["item_id"]))
    return b"{}"

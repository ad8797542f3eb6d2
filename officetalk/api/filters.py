"""Filters: what the viewer does not want to read."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from officetalk.api import render_filters as render
from officetalk.api.endpoint import Call, endpoint
from officetalk.api.entities import Empty, Filter, FilterKeyword, FilterStatus
from officetalk.api.paging import EntityId
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid
from officetalk.filters import rules
from officetalk.filters.entities import Action, FilteredPost, KeywordChange
from officetalk.posts import queries

MAX_SECONDS = 100 * 366 * 24 * 3600
Seconds = Annotated[
    int, Meta(ge=0, le=MAX_SECONDS, description="In how many seconds it expires; empty: never.")
]


class KeywordParameters(msgspec.Struct, frozen=True):
    keyword: str | None = None
    whole_word: bool | None = None


class NestedKeyword(KeywordParameters, frozen=True):
    id: EntityId | None = None
    destroy: bool = msgspec.field(default=False, name="_destroy")


class FilterParameters(msgspec.Struct, frozen=True):
    title: str | None = None
    context: list[str] | None = None
    filter_action: Action | None = None
    expires_in: Seconds | UnsetType | None = UNSET
    keywords_attributes: list[NestedKeyword] = []


def expiry(call: Call[Any]) -> int | UnsetType | None:
    """When a filter expires that is asked for now, in ms."""
    seconds = call.parameters.expires_in
    return call.db.clock() + seconds * 1000 if isinstance(seconds, int) else seconds


def _keywords(asked: FilterParameters) -> list[KeywordChange]:
    return [
        KeywordChange(k.id, k.keyword, k.whole_word, k.destroy) for k in asked.keywords_attributes
    ]  # fmt: skip


@endpoint(
    "GET", "/api/v2/filters",
    scope="read:filters", returns=list[Filter], summary="The viewer's filters, oldest first",
)  # fmt: skip
async def every(call: Call[Any]) -> list[Filter]:
    return [render.whole(one) for one in await call.db.read(rules.read, call.viewer_id)]


@endpoint(
    "GET", "/api/v2/filters/{id}",
    scope="read:filters", returns=Filter, errors=(404,), summary="One of the viewer's filters",
)  # fmt: skip
async def get(call: Call[Any]) -> Filter:
    return render.whole(await call.db.read(rules.get, call.viewer_id, call.id))


@endpoint(
    "POST", "/api/v2/filters",
    scope="write:filters", parameters=FilterParameters, returns=Filter, errors=(404, 422),
    summary="Filter posts by words",
)  # fmt: skip
async def create(call: Call[FilterParameters]) -> Filter:
    asked = call.parameters
    expires_at = expiry(call)
    made = await call.db.write(
        rules.create, call.viewer_id, asked.title or "", asked.context or [], asked.filter_action or "warn",
        None if expires_at is UNSET else expires_at, _keywords(asked),
    )  # fmt: skip
    return render.whole(made)


@endpoint(
    "PUT", "/api/v2/filters/{id}",
    scope="write:filters", parameters=FilterParameters, returns=Filter, errors=(404, 422),
    summary="Change a filter and its keywords",
)  # fmt: skip
async def change(call: Call[FilterParameters]) -> Filter:
    asked = call.parameters
    changed = await call.db.write(
        rules.change, call.viewer_id, call.id,
        title=asked.title, contexts=asked.context, action=asked.filter_action, expires_at=expiry(call),
        keywords=_keywords(asked),
    )  # fmt: skip
    return render.whole(changed)


@endpoint(
    "DELETE", "/api/v2/filters/{id}",
    scope="write:filters", returns=Empty, errors=(404,), summary="Remove a filter",
)  # fmt: skip
async def remove(call: Call[Any]) -> Empty:
    await call.db.write(rules.remove, call.viewer_id, call.id)
    return Empty()


# --- keywords ----------------------------------------------------------------------------------------


@endpoint(
    "GET", "/api/v2/filters/{id}/keywords",
    scope="read:filters", returns=list[FilterKeyword], errors=(404,), summary="The keywords of a filter",
)  # fmt: skip
async def keywords(call: Call[Any]) -> list[FilterKeyword]:
    found = await call.db.read(rules.get, call.viewer_id, call.id)
    return [render.keyword(k) for k in found.keywords]


@endpoint(
    "POST", "/api/v2/filters/{id}/keywords",
    scope="write:filters", parameters=KeywordParameters, returns=FilterKeyword, errors=(404, 422),
    summary="Add a keyword to a filter",
)  # fmt: skip
async def add_keyword(call: Call[KeywordParameters]) -> FilterKeyword:
    asked = call.parameters
    made = await call.db.write(
        rules.add_keyword, call.viewer_id, call.id, asked.keyword or "", asked.whole_word
    )
    return render.keyword(made)


@endpoint(
    "GET", "/api/v2/filters/keywords/{id}",
    scope="read:filters", returns=FilterKeyword, errors=(404,), summary="A keyword of a filter",
)  # fmt: skip
async def keyword(call: Call[Any]) -> FilterKeyword:
    return render.keyword((await call.db.read(rules.keyword, call.viewer_id, call.id))[1])


@endpoint(
    "PUT", "/api/v2/filters/keywords/{id}",
    scope="write:filters", parameters=KeywordParameters, returns=FilterKeyword, errors=(404, 422),
    summary="Change a keyword of a filter",
)  # fmt: skip
async def change_keyword(call: Call[KeywordParameters]) -> FilterKeyword:
    asked = call.parameters
    changed = await call.db.write(
        rules.change_keyword, call.viewer_id, call.id, asked.keyword, asked.whole_word
    )
    return render.keyword(changed)


@endpoint(
    "DELETE", "/api/v2/filters/keywords/{id}",
    scope="write:filters", returns=Empty, errors=(404,), summary="Remove a keyword of a filter",
)  # fmt: skip
async def remove_keyword(call: Call[Any]) -> Empty:
    await call.db.write(rules.remove_keyword, call.viewer_id, call.id)
    return Empty()


# --- posts -------------------------------------------------------------------------------------------


@endpoint(
    "GET", "/api/v2/filters/{id}/statuses",
    scope="read:filters", returns=list[FilterStatus], errors=(404,), summary="The posts that a filter names",
)  # fmt: skip
async def statuses(call: Call[Any]) -> list[FilterStatus]:
    found = await call.db.read(rules.get, call.viewer_id, call.id)
    return [render.status(s) for s in found.statuses]


class StatusParameters(msgspec.Struct, frozen=True):
    status_id: EntityId | None = None


def _add_status(conn: Connection, viewer: int, filter_id: int, post_id: int | None) -> FilteredPost:
    """Only what the viewer may read: else an answer would say whether it is there."""
    rules.get(conn, viewer, filter_id)
    if post_id is None:
        raise Invalid("status", "must exist", "ERR_BLANK")
    return rules.add_status(conn, viewer, filter_id, queries.get(conn, viewer, post_id).id)


@endpoint(
    "POST", "/api/v2/filters/{id}/statuses",
    scope="write:filters", parameters=StatusParameters, returns=FilterStatus, errors=(404, 422),
    summary="Add a post to a filter",
)  # fmt: skip
async def add_status(call: Call[StatusParameters]) -> FilterStatus:
    made = await call.db.write(_add_status, call.viewer_id, call.id, call.parameters.status_id)
    return render.status(made)


@endpoint(
    "GET", "/api/v2/filters/statuses/{id}",
    scope="read:filters", returns=FilterStatus, errors=(404,), summary="A post that a filter names",
)  # fmt: skip
async def status(call: Call[Any]) -> FilterStatus:
    return render.status((await call.db.read(rules.status, call.viewer_id, call.id))[1])


@endpoint(
    "DELETE", "/api/v2/filters/statuses/{id}",
    scope="write:filters", returns=Empty, errors=(404,), summary="Filter a post no longer",
)  # fmt: skip
async def remove_status(call: Call[Any]) -> Empty:
    await call.db.write(rules.remove_status, call.viewer_id, call.id)
    return Empty()

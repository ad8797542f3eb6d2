"""Notifications one by one: what the viewer is told of."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from officetalk.api import render_notifications
from officetalk.api.endpoint import Answer, Call, endpoint
from officetalk.api.entities import Empty, Notification, UnreadCount
from officetalk.api.paging import EntityId, Limit, Paged, link, page
from officetalk.api.render import Renderer
from officetalk.core.database import Connection
from officetalk.core.paging import Page
from officetalk.notifications import queries, retention
from officetalk.notifications.queries import Choice, kinds_of

SIZES = (40, 80)  # default and maximum of a page
UNREAD = (100, queries.MAX_UNREAD)
Types = Annotated[list[str], Meta(description="Types of notifications; unknown ones do not count.")]


class KnownTypes(msgspec.Struct, frozen=True):
    """`supported_types`: the types that the app knows. For others it gets a fallback where there is one."""

    supported_types: Types | UnsetType = UNSET


def known_types(asked: KnownTypes | ListParameters) -> frozenset[str] | None:
    """The types that an app knows; None when it has not said."""
    return None if asked.supported_types is UNSET else frozenset(asked.supported_types)


class ListParameters(Paged, frozen=True):
    supported_types: Types | UnsetType = UNSET
    types: Types = msgspec.field(default_factory=list)
    exclude_types: Types = msgspec.field(default_factory=list)
    account_id: EntityId | None = None
    include_filtered: bool = False

    @property
    def choice(self) -> Choice:
        """Who asks for one person's wants to see what is held back of it, as in Mastodon."""
        held = self.include_filtered or self.account_id is not None
        return Choice(kinds_of(self.types, self.exclude_types), self.account_id, held)


def _list(
    conn: Connection,
    render: Renderer,
    viewer: int,
    part: Page,
    choice: Choice,
    known: frozenset[str] | None,
) -> tuple[bytes, list[int]]:
    found, cursors = queries.listed(conn, viewer, part, choice)
    return render_notifications.notifications(render, found, known), cursors


@endpoint(
    "GET", "/api/v1/notifications",
    scope="read:notifications", parameters=ListParameters, returns=list[Notification], errors=(422,),
    summary="What the viewer is told of, newest first",
)  # fmt: skip
async def several(call: Call[ListParameters]) -> Answer:
    asked = call.parameters
    part = page(asked, SIZES)
    known = known_types(asked)
    body, cursors = await call.db.read(_list, call.render, call.viewer_id, part, asked.choice, known)
    return Answer(body, headers=link(call, part.limit, cursors))


def _get(conn: Connection, render: Renderer, viewer: int, id: int, known: frozenset[str] | None) -> bytes:
    return render_notifications.notification(render, queries.named(conn, viewer, id), known)


@endpoint(
    "GET", "/api/v1/notifications/{id}",
    scope="read:notifications", parameters=KnownTypes, returns=Notification, errors=(404, 422),
    summary="A notification",
)  # fmt: skip
async def get(call: Call[KnownTypes]) -> bytes:
    return await call.db.read(_get, call.render, call.viewer_id, call.id, known_types(call.parameters))


class UnreadParameters(msgspec.Struct, frozen=True):
    limit: Limit | None = None
    types: Types = []
    exclude_types: Types = []
    account_id: EntityId | None = None

    @property
    def choice(self) -> Choice:
        return Choice(kinds_of(self.types, self.exclude_types), self.account_id, self.account_id is not None)

    @property
    def most(self) -> int:
        default, most = UNREAD
        return default if self.limit is None else min(self.limit, most)


@endpoint(
    "GET", "/api/v1/notifications/unread_count",
    scope="read:notifications", parameters=UnreadParameters, returns=UnreadCount, errors=(422,),
    summary="How many notifications are newer than the viewer's marker",
)  # fmt: skip
async def unread_count(call: Call[UnreadParameters]) -> UnreadCount:
    asked = call.parameters
    return UnreadCount(count=await call.db.read(queries.unread, call.viewer_id, asked.most, asked.choice))


@endpoint(
    "POST", "/api/v1/notifications/clear",
    scope="write:notifications", returns=Empty, summary="Remove all notifications",
)  # fmt: skip
async def clear(call: Call[Any]) -> Empty:
    await call.db.write(retention.clear, call.viewer_id)
    return Empty()


@endpoint(
    "POST", "/api/v1/notifications/{id}/dismiss",
    scope="write:notifications", returns=Empty, errors=(404,), summary="Remove a notification",
)  # fmt: skip
async def dismiss(call: Call[Any]) -> Empty:
    await call.db.write(queries.dismiss, call.viewer_id, call.id)
    return Empty()

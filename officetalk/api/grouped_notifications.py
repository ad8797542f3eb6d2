"""Notifications in groups: what the viewer is told of, with likes, reposts and followers of some hours as one."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, UnsetType

from officetalk.accounts.entities import Person
from officetalk.api import render_notifications
from officetalk.api.endpoint import Answer, Call, Endpoint, endpoint
from officetalk.api.entities import Account, Empty, GroupedNotifications, UnreadCount
from officetalk.api.notifications import (
    SIZES,
    KnownTypes,
    ListParameters,
    Types,
    UnreadParameters,
    known_types,
)
from officetalk.api.paging import ACCOUNTS, Paged, link, page, people
from officetalk.api.render import Renderer
from officetalk.core.database import Connection
from officetalk.core.paging import Page
from officetalk.notifications import groups
from officetalk.notifications.queries import Choice

# Under which the last one was known in Mastodon's beta versions; some apps still ask there.
_PATHS = ("/api/v2/notifications", "/api/v2_alpha/notifications")


class GroupsParameters(ListParameters, frozen=True):
    """`grouped_types`: the types that the app can show in groups; all when it does not say. `expand_accounts`:
    `partial_avatars` for no more than is needed to show a row of pictures."""

    grouped_types: Types | UnsetType = UNSET
    expand_accounts: Literal["full", "partial_avatars"] = "full"

    @property
    def grouped(self) -> list[str] | None:
        return None if self.grouped_types is UNSET else self.grouped_types


def _list(
    conn: Connection, render: Renderer, viewer: int, part: Page, choice: Choice, asked: GroupsParameters
) -> tuple[bytes, list[int]]:
    found = groups.groups(conn, viewer, part, choice, asked.grouped)
    partial = asked.expand_accounts == "partial_avatars"
    body = render_notifications.grouped(render, found.groups, known_types(asked), partial=partial)
    if not found.groups:
        return body, []
    return body, [found.newest_id, found.oldest_id] if found.older else [found.newest_id]


async def _several(call: Call[GroupsParameters]) -> Answer:
    asked = call.parameters
    part = page(asked, SIZES)
    body, cursors = await call.db.read(_list, call.render, call.viewer_id, part, asked.choice, asked)
    return Answer(body, headers=link(call, 2, cursors))


def _get(conn: Connection, render: Renderer, viewer: int, key: str, known: frozenset[str] | None) -> bytes:
    return render_notifications.grouped(render, [groups.get(conn, viewer, key)], known)


async def _one(call: Call[KnownTypes]) -> bytes:
    return await call.db.read(
        _get, call.render, call.viewer_id, call.text("group_key"), known_types(call.parameters)
    )  # fmt: skip


class GroupedUnreadParameters(UnreadParameters, frozen=True):
    grouped_types: Types | UnsetType = UNSET


async def _unread_count(call: Call[GroupedUnreadParameters]) -> UnreadCount:
    asked = call.parameters
    grouped = None if asked.grouped_types is UNSET else asked.grouped_types
    count = await call.db.read(groups.unread, call.viewer_id, asked.most, asked.choice, grouped)
    return UnreadCount(count=count)


async def _dismiss(call: Call[Any]) -> Empty:
    await call.db.write(groups.dismiss, call.viewer_id, call.text("group_key"))
    return Empty()


def _people(conn: Connection, viewer: int, key: str, part: Page) -> list[Person]:
    return groups.people(conn, viewer, key, part)


@endpoint(
    "GET", "/api/v2/notifications/{group_key}/accounts",
    scope="read:notifications", parameters=Paged, returns=list[Account], errors=(404,),
    summary="Everybody in a group, newest first",
)  # fmt: skip
async def accounts(call: Call[Paged]) -> Answer:
    part = page(call.parameters, ACCOUNTS)
    return await people(call, part, _people, call.viewer_id, call.text("group_key"))


def _declared(path: str) -> list[Endpoint]:
    return [
        endpoint(
            "GET", path,
            scope="read:notifications", parameters=GroupsParameters, returns=GroupedNotifications,
            errors=(422,), summary="What the viewer is told of, in groups, newest first",
        )(_several),
        endpoint(
            "GET", f"{path}/{{group_key}}",
            scope="read:notifications", parameters=KnownTypes, returns=GroupedNotifications,
            errors=(404, 422), summary="A group of notifications",
        )(_one),
        endpoint(
            "GET", f"{path}/unread_count",
            scope="read:notifications", parameters=GroupedUnreadParameters, returns=UnreadCount,
            errors=(422,), summary="How many groups have something newer than the viewer's marker",
        )(_unread_count),
        endpoint(
            "POST", f"{path}/{{group_key}}/dismiss",
            scope="write:notifications", returns=Empty, errors=(404,), summary="Remove a group",
        )(_dismiss),
    ]  # fmt: skip


GROUPS = [one for path in _PATHS for one in _declared(path)]

"""From whom the viewer wants notifications, and those who have to ask."""

from __future__ import annotations

from typing import Any

import msgspec

from officetalk.api import render_notifications
from officetalk.api.endpoint import Answer, Call, Endpoint, endpoint
from officetalk.api.entities import (
    Empty,
    MergedNotifications,
    NotificationPolicy,
    NotificationRequest,
    NotificationSummary,
    V1NotificationPolicy,
)
from officetalk.api.notifications import SIZES
from officetalk.api.paging import IdsParameters, Paged, checked_ids, link, page
from officetalk.api.render import Renderer
from officetalk.core.database import Connection
from officetalk.core.paging import Page
from officetalk.notifications import policy, requests
from officetalk.notifications.entities import Choice, Policy, Summary


def _read(conn: Connection, viewer: int) -> tuple[Policy, Summary]:
    return policy.get(conn, viewer), requests.summary(conn, viewer)


def _change(conn: Connection, viewer: int, choices: dict[str, Choice]) -> tuple[Policy, Summary]:
    return policy.change(conn, viewer, **choices), requests.summary(conn, viewer)


def _summary(held: Summary) -> NotificationSummary:
    return NotificationSummary(
        pending_requests_count=held.requests, pending_notifications_count=held.notifications
    )


# --- the policy --------------------------------------------------------------------------------------

_V2 = "/api/v2/notifications/policy"


class PolicyParameters(msgspec.Struct, frozen=True):
    for_not_following: Choice | None = None
    for_not_followers: Choice | None = None
    for_new_accounts: Choice | None = None
    for_private_mentions: Choice | None = None
    for_limited_accounts: Choice | None = None


def _shown(found: tuple[Policy, Summary]) -> NotificationPolicy:
    chosen = {f"for_{name}": choice for name, choice in msgspec.structs.asdict(found[0]).items()}
    return NotificationPolicy(summary=_summary(found[1]), **chosen)


@endpoint(
    "GET", _V2,
    scope="read:notifications", returns=NotificationPolicy,
    summary="From whom notifications are accepted, held back or dropped",
)  # fmt: skip
async def get(call: Call[Any]) -> NotificationPolicy:
    return _shown(await call.db.read(_read, call.viewer_id))


async def _put(call: Call[PolicyParameters]) -> NotificationPolicy:
    asked = msgspec.structs.asdict(call.parameters)
    choices = {name.removeprefix("for_"): choice for name, choice in asked.items() if choice is not None}
    return _shown(await call.db.write(_change, call.viewer_id, choices))


# The documentation has PATCH, some apps send PUT.
CHANGES = [
    endpoint(
        method, _V2,
        scope="write:notifications", parameters=PolicyParameters, returns=NotificationPolicy, errors=(422,),
        summary="Choose from whom notifications are accepted, held back or dropped",
    )(_put)
    for method in ("PATCH", "PUT")
]  # fmt: skip

# The same as before Mastodon 4.3 came out: held back or not. Android's official app asks so.
_V1 = "/api/v1/notifications/policy"


class V1PolicyParameters(msgspec.Struct, frozen=True):
    filter_not_following: bool | None = None
    filter_not_followers: bool | None = None
    filter_new_accounts: bool | None = None
    filter_private_mentions: bool | None = None


def _shown_v1(found: tuple[Policy, Summary]) -> V1NotificationPolicy:
    chosen, held = found
    return V1NotificationPolicy(
        filter_not_following=chosen.not_following != "accept",
        filter_not_followers=chosen.not_followers != "accept",
        filter_new_accounts=chosen.new_accounts != "accept",
        filter_private_mentions=chosen.private_mentions != "accept",
        summary=_summary(held),
    )


@endpoint(
    "GET", _V1,
    scope="read:notifications", returns=V1NotificationPolicy,
    summary="From whom notifications are held back, as before Mastodon 4.3",
)  # fmt: skip
async def get_v1(call: Call[Any]) -> V1NotificationPolicy:
    return _shown_v1(await call.db.read(_read, call.viewer_id))


@endpoint(
    "PUT", _V1,
    scope="write:notifications", parameters=V1PolicyParameters, returns=V1NotificationPolicy, errors=(422,),
    summary="Choose from whom notifications are held back, as before Mastodon 4.3",
)  # fmt: skip
async def put_v1(call: Call[V1PolicyParameters]) -> V1NotificationPolicy:
    asked = msgspec.structs.asdict(call.parameters)
    choices: dict[str, Choice] = {
        name.removeprefix("filter_"): "filter" if held else "accept"
        for name, held in asked.items()
        if held is not None
    }
    return _shown_v1(await call.db.write(_change, call.viewer_id, choices))


# --- those who ask -----------------------------------------------------------------------------------

_REQUESTS = "/api/v1/notifications/requests"


def _list(conn: Connection, render: Renderer, viewer: int, part: Page) -> tuple[bytes, list[int]]:
    found = requests.requests(conn, viewer, part)
    return render_notifications.requests(render, found), [one.id for one in found]


@endpoint(
    "GET", _REQUESTS,
    scope="read:notifications", parameters=Paged, returns=list[NotificationRequest],
    summary="Whose notifications are held back, newest first",
)  # fmt: skip
async def several(call: Call[Paged]) -> Answer:
    part = page(call.parameters, SIZES)
    body, cursors = await call.db.read(_list, call.render, call.viewer_id, part)
    return Answer(body, headers=link(call, part.limit, cursors))


def _get(conn: Connection, render: Renderer, viewer: int, id: int) -> bytes:
    return render_notifications.request(render, requests.get(conn, viewer, id))


@endpoint(
    "GET", f"{_REQUESTS}/{{id}}",
    scope="read:notifications", returns=NotificationRequest, errors=(404,),
    summary="Somebody whose notifications are held back",
)  # fmt: skip
async def one(call: Call[Any]) -> bytes:
    return await call.db.read(_get, call.render, call.viewer_id, call.id)


@endpoint(
    "GET", f"{_REQUESTS}/merged",
    scope="read:notifications", returns=MergedNotifications,
    summary="Whether everything is shown of those who were accepted",
)  # fmt: skip
async def merged(call: Call[Any]) -> MergedNotifications:
    return MergedNotifications(merged=await call.db.read(requests.merged, call.viewer_id))


def _answer(name: str, single: Any, several: Any, summary: str) -> list[Endpoint]:
    """The two endpoints that accept or dismiss: one request, or several."""

    async def answer_one(call: Call[Any]) -> Empty:
        await call.db.write(single, call.viewer_id, call.id)
        return Empty()

    async def answer_several(call: Call[IdsParameters]) -> Empty:
        await call.db.write(several, call.viewer_id, checked_ids(call.parameters))
        return Empty()

    return [
        endpoint(
            "POST", f"{_REQUESTS}/{{id}}/{name}",
            scope="write:notifications", returns=Empty, errors=(404,), summary=summary,
        )(answer_one),
        endpoint(
            "POST", f"{_REQUESTS}/{name}",
            scope="write:notifications", parameters=IdsParameters, returns=Empty, errors=(422,),
            summary=f"{summary}: several at once",
        )(answer_several),
    ]  # fmt: skip


ANSWERS = [
    *_answer("accept", requests.accept, requests.accept_all, "Show what was held back, from now on too"),
    *_answer("dismiss", requests.dismiss, requests.dismiss_all, "Put away what is held back"),
]

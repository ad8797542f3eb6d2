"""Lists of people: making them, and who is on them. Their timelines are in timelines.py."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from officetalk.api.endpoint import Answer, Call, endpoint
from officetalk.api.entities import Account, Empty, List
from officetalk.api.paging import ACCOUNTS, EntityId, Paged, page, people
from officetalk.core.paging import Page
from officetalk.lists import rules
from officetalk.lists.entities import PeopleList, RepliesPolicy


def shown(one: PeopleList) -> List:
    return List(
        id=str(one.id), title=one.title, replies_policy=one.replies_policy, exclusive=one.exclusive
    )  # fmt: skip


class ListParameters(msgspec.Struct, frozen=True):
    title: str | None = None
    replies_policy: RepliesPolicy | None = None
    exclusive: bool | None = None


@endpoint(
    "GET", "/api/v1/lists",
    scope="read:lists", returns=list[List], summary="The viewer's lists, oldest first",
)  # fmt: skip
async def every(call: Call[Any]) -> list[List]:
    return [shown(one) for one in await call.db.read(rules.every, call.viewer_id)]


@endpoint(
    "GET", "/api/v1/lists/{id}",
    scope="read:lists", returns=List, errors=(404,), summary="One of the viewer's lists",
)  # fmt: skip
async def get(call: Call[Any]) -> List:
    return shown(await call.db.read(rules.get, call.viewer_id, call.id))


@endpoint(
    "POST", "/api/v1/lists",
    scope="write:lists", parameters=ListParameters, returns=List, errors=(422,), summary="Make a list",
)  # fmt: skip
async def create(call: Call[ListParameters]) -> List:
    asked = call.parameters
    made = await call.db.write(
        rules.create, call.viewer_id, asked.title or "", asked.replies_policy or "list",
        exclusive=bool(asked.exclusive),
    )  # fmt: skip
    return shown(made)


@endpoint(
    "PUT", "/api/v1/lists/{id}",
    scope="write:lists", parameters=ListParameters, returns=List, errors=(404, 422), summary="Change a list",
)  # fmt: skip
async def change(call: Call[ListParameters]) -> List:
    asked = call.parameters
    changed = await call.db.write(
        rules.change, call.viewer_id, call.id,
        title=asked.title, replies_policy=asked.replies_policy, exclusive=asked.exclusive,
    )  # fmt: skip
    return shown(changed)


@endpoint(
    "DELETE", "/api/v1/lists/{id}",
    scope="write:lists", returns=Empty, errors=(404,), summary="Remove a list",
)  # fmt: skip
async def remove(call: Call[Any]) -> Empty:
    await call.db.write(rules.remove, call.viewer_id, call.id)
    return Empty()


class MembersParameters(Paged, frozen=True):
    limit: Annotated[int, Meta(ge=0, description="How many, at most 80; 0: all.")] | None = None


@endpoint(
    "GET", "/api/v1/lists/{id}/accounts",
    scope="read:lists", parameters=MembersParameters, returns=list[Account], errors=(404,),
    summary="Who is on a list, last added first",
)  # fmt: skip
async def members(call: Call[MembersParameters]) -> Answer:
    if call.parameters.limit == 0:
        answer = await people(call, Page(rules.MAX_MEMBERS), rules.members, call.viewer_id, call.id)
        return msgspec.structs.replace(answer, headers=())
    return await people(call, page(call.parameters, ACCOUNTS), rules.members, call.viewer_id, call.id)


class AccountIdsParameters(msgspec.Struct, frozen=True):
    account_ids: list[EntityId] = []


@endpoint(
    "POST", "/api/v1/lists/{id}/accounts",
    scope="write:lists", parameters=AccountIdsParameters, returns=Empty, errors=(404, 422),
    summary="Put people on a list whom the viewer follows",
)  # fmt: skip
async def add(call: Call[AccountIdsParameters]) -> Empty:
    await call.db.write(rules.add, call.viewer_id, call.id, call.parameters.account_ids)
    return Empty()


@endpoint(
    "DELETE", "/api/v1/lists/{id}/accounts",
    scope="write:lists", parameters=AccountIdsParameters, returns=Empty, errors=(404, 422),
    summary="Take people off a list",
)  # fmt: skip
async def take_off(call: Call[AccountIdsParameters]) -> Empty:
    await call.db.write(rules.take_off, call.viewer_id, call.id, call.parameters.account_ids)
    return Empty()


@endpoint(
    "GET", "/api/v1/accounts/{id}/lists",
    scope="read:lists", returns=list[List], errors=(404,), summary="The viewer's lists that somebody is on",
)  # fmt: skip
async def containing(call: Call[Any]) -> list[List]:
    return [shown(one) for one in await call.db.read(rules.containing, call.viewer_id, call.id)]

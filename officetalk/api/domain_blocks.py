"""Other servers that somebody does not want to hear of: there is none, so the list stays empty, and blocking
one changes nothing."""

from __future__ import annotations

from typing import Any

import msgspec

from officetalk.api.endpoint import Call, Endpoint, Method, endpoint
from officetalk.api.entities import DomainBlockPreview, Empty


class DomainParameters(msgspec.Struct, frozen=True):
    domain: str = ""


@endpoint(
    "GET", "/api/v1/domain_blocks",
    scope="read:blocks", returns=list[str], summary="Blocked domains: there is no other server",
)  # fmt: skip
async def every(call: Call[Any]) -> bytes:
    return b"[]"


@endpoint(
    "GET", "/api/v1/domain_blocks/preview",
    scope="read:blocks", parameters=DomainParameters, returns=DomainBlockPreview,
    summary="What blocking a domain would undo: nothing",
)  # fmt: skip
async def preview(call: Call[DomainParameters]) -> bytes:
    return b'{"following_count":0,"followers_count":0}'


async def _nothing(call: Call[DomainParameters]) -> bytes:
    return b"{}"


def _change(method: Method, summary: str) -> Endpoint:
    return endpoint(
        method, "/api/v1/domain_blocks",
        scope="write:blocks", parameters=DomainParameters, returns=Empty, summary=summary,
    )(_nothing)  # fmt: skip


add = _change("POST", "Hear nothing of another server, as is the case")
remove = _change("DELETE", "Hear of another server again: there is none")

"""The API: Mastodon's client API over HTTP. `server.py` has the way of a request."""

from __future__ import annotations

from functools import lru_cache
from types import ModuleType
from typing import Any

import msgspec
from starlette.types import ASGIApp

from officetalk.api import (
    accounts,
    apps,
    discovery,
    empty,
    filters,
    filters_v1,
    instance,
    markers,
    marks,
    oauth,
    openapi,
    polls,
    profile,
    quotes,
    relations,
    scheduled_statuses,
    search,
    statuses,
    tags,
    timelines,
)
from officetalk.api.endpoint import PUBLIC, Call, Endpoint, endpoint
from officetalk.api.server import Api
from officetalk.http.services import Services

_MODULES: tuple[ModuleType, ...] = (
    accounts,
    apps,
    discovery,
    empty,
    filters,
    filters_v1,
    instance,
    markers,
    marks,
    oauth,
    polls,
    quotes,
    profile,
    scheduled_statuses,
    relations,
    search,
    statuses,
    tags,
    timelines,
)


def endpoints() -> list[Endpoint]:
    """Every endpoint that is declared."""
    found: list[Endpoint] = [description]
    for module in _MODULES:
        for value in vars(module).values():
            declared = value if isinstance(value, (list, tuple)) else (value,)
            found += [one for one in declared if isinstance(one, Endpoint)]
    return found


def in_front_of(behind: ASGIApp, services: Services) -> ASGIApp:
    """The API in front of another application, which gets what the API does not answer."""
    return Api(endpoints(), services, behind)


@endpoint("GET", "/api/openapi.json", scope=PUBLIC, returns=dict[str, Any], summary="This description")
async def description(call: Call[Any]) -> bytes:
    return _described(call.render.origin)


@lru_cache(maxsize=4)
def _described(origin: str) -> bytes:
    return msgspec.json.encode(openapi.describe(endpoints(), origin))

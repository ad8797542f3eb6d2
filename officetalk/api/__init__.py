"""The API: Mastodon's client API over HTTP. `server.py` has the way of a request."""

from __future__ import annotations

from functools import lru_cache
from types import ModuleType
from typing import Any

import msgspec
from starlette.types import ASGIApp

from officetalk.api import (
    accounts,
    activity,
    admin_accounts,
    admin_empty,
    admin_measures,
    admin_reports,
    announcements,
    annual_reports,
    apps,
    collections,
    conversations,
    custom_emojis,
    discovery,
    domain_blocks,
    featured,
    filters,
    filters_v1,
    golinks,
    grouped_notifications,
    instance,
    instance_texts,
    invites,
    lists,
    markers,
    marks,
    media,
    notification_policy,
    notifications,
    oauth,
    oembed,
    openapi,
    polls,
    profile,
    push,
    quotes,
    registration,
    relations,
    reports,
    scheduled_statuses,
    search,
    statuses,
    suggestions,
    tags,
    timelines,
    translation,
    trends,
)
from officetalk.api.endpoint import PUBLIC, Call, Endpoint, endpoint
from officetalk.api.server import Api
from officetalk.http.services import Services

_MODULES: tuple[ModuleType, ...] = (
    reports,
    registration,
    instance_texts,
    custom_emojis,
    announcements,
    annual_reports,
    admin_reports,
    admin_measures,
    admin_empty,
    admin_accounts,
    accounts,
    apps,
    conversations,
    discovery,
    filters,
    filters_v1,
    grouped_notifications,
    instance,
    lists,
    markers,
    marks,
    media,
    notification_policy,
    notifications,
    oauth,
    polls,
    quotes,
    profile,
    push,
    scheduled_statuses,
    relations,
    search,
    statuses,
    tags,
    timelines,
    activity,
    collections,
    domain_blocks,
    featured,
    invites,
    oembed,
    suggestions,
    translation,
    trends,
    golinks,
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
    services.describe_api = lambda: _described(services.settings.origin)
    return Api(endpoints(), services, behind)


@endpoint("GET", "/api/openapi.json", scope=PUBLIC, returns=dict[str, Any], summary="This description")
async def description(call: Call[Any]) -> bytes:
    return _described(call.render.origin)


@lru_cache(maxsize=4)
def _described(origin: str) -> bytes:
    return msgspec.json.encode(openapi.describe(endpoints(), origin))

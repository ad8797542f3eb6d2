"""The API: Mastodon's client API over HTTP. `server.py` has the way of a request."""

from __future__ import annotations

from types import ModuleType

from starlette.types import ASGIApp

from officetalk.api import marks, statuses, timelines
from officetalk.api.endpoint import Endpoint
from officetalk.api.server import Api
from officetalk.http.services import Services

_MODULES: tuple[ModuleType, ...] = (marks, statuses, timelines)


def endpoints() -> list[Endpoint]:
    """Every endpoint that is declared."""
    found: list[Endpoint] = []
    for module in _MODULES:
        for value in vars(module).values():
            declared = value if isinstance(value, (list, tuple)) else (value,)
            found += [one for one in declared if isinstance(one, Endpoint)]
    return found


def in_front_of(behind: ASGIApp, services: Services) -> ASGIApp:
    """The API in front of another application, which gets what the API does not answer."""
    return Api(endpoints(), services, behind)

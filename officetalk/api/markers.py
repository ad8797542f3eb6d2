"""Where the viewer stopped reading."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from officetalk.api.endpoint import Call, endpoint
from officetalk.api.entities import Marker
from officetalk.api.paging import EntityId
from officetalk.api.render import timestamp
from officetalk.timelines import markers


def _shown(found: Iterable[markers.Marker]) -> dict[str, Marker]:
    return {
        m.timeline: Marker(
            last_read_id=str(m.last_read_id), version=m.version, updated_at=timestamp(m.updated_at)
        )
        for m in found
    }


class TimelineParameters(msgspec.Struct, frozen=True):
    """Unknown timelines do not count, as in Mastodon."""

    timeline: list[str] = []


@endpoint(
    "GET", "/api/v1/markers",
    scope="read:statuses", parameters=TimelineParameters, returns=dict[str, Marker],
    summary="Where the viewer stopped reading, for the timelines that are asked for",
)  # fmt: skip
async def get(call: Call[TimelineParameters]) -> dict[str, Marker]:
    return _shown(await call.db.read(markers.get, call.viewer_id, call.parameters.timeline))


class Position(msgspec.Struct, frozen=True):
    last_read_id: EntityId


class PositionParameters(msgspec.Struct, frozen=True):
    home: Position | None = None
    notifications: Position | None = None


@endpoint(
    "POST", "/api/v1/markers",
    scope="write:statuses", parameters=PositionParameters, returns=dict[str, Marker], errors=(400, 409, 422),
    summary="Remember where the viewer stopped reading",
)  # fmt: skip
async def put(call: Call[PositionParameters]) -> dict[str, Marker]:
    asked = call.parameters
    positions: dict[markers.Timeline, int] = {}
    if asked.home is not None:
        positions["home"] = asked.home.last_read_id
    if asked.notifications is not None:
        positions["notifications"] = asked.notifications.last_read_id
    return _shown(await call.db.write(markers.put, call.viewer_id, positions))

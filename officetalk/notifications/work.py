"""What notifications leave to background work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from officetalk.core.database import Connection, Database
from officetalk.jobs.runner import Handler
from officetalk.notifications import requests, retention, rounds
from officetalk.notifications.requests import Merge
from officetalk.notifications.retention import Forget
from officetalk.notifications.rounds import Round


def handlers(db: Database) -> dict[str, Handler]:
    """Job handlers by kind."""

    def writing(do: Callable[[Connection, Any], None], type: Any) -> Handler:
        async def handle(payload: str) -> None:
            await db.write(do, msgspec.json.decode(payload, type=type))

        return handle

    return {
        rounds.JOB: writing(rounds.go_on, Round),
        requests.JOB: writing(requests.merge, Merge),
        retention.JOB: writing(retention.forget, Forget),
    }

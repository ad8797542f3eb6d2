"""Direct conversations: docs.joinmastodon.org/entities/Conversation."""

from __future__ import annotations

from officetalk.api.entities.accounts import Account
from officetalk.api.entities.common import Entity
from officetalk.api.entities.statuses import Status


class Conversation(Entity):
    id: str
    unread: bool
    accounts: list[Account]
    last_status: Status | None

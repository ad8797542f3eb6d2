"""Lists of people: docs.joinmastodon.org/entities/List."""

from __future__ import annotations

from officetalk.api.entities.common import Entity
from officetalk.lists.entities import RepliesPolicy


class List(Entity):
    id: str
    title: str
    replies_policy: RepliesPolicy
    exclusive: bool

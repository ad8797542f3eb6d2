"""Reports and warnings: docs.joinmastodon.org/entities/Report, /AccountWarning."""

from __future__ import annotations

from officetalk.api.entities.accounts import Account
from officetalk.api.entities.common import Entity


class Report(Entity):
    id: str
    action_taken: bool
    action_taken_at: str | None
    category: str
    comment: str
    forwarded: bool
    created_at: str
    status_ids: list[str] | None
    collection_ids: list[str] | None
    rule_ids: list[str] | None
    target_account: Account


class Appeal(Entity):
    text: str
    state: str


class AccountWarning(Entity):
    id: str
    action: str
    text: str
    status_ids: list[str] | None
    target_account: Account
    appeal: Appeal | None
    created_at: str

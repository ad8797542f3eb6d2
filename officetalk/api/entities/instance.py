"""What the company has written about itself: docs.joinmastodon.org/entities/Rule, /PrivacyPolicy …"""

from __future__ import annotations

from officetalk.api.entities.common import Entity


class Rule(Entity):
    id: str
    text: str
    hint: str
    translations: dict[str, dict[str, str]]


class ExtendedDescription(Entity):
    updated_at: str
    content: str


class PrivacyPolicy(Entity):
    updated_at: str
    content: str


class TermsOfService(Entity):
    effective_date: str
    effective: bool
    content: str
    succeeded_by: str | None

"""OfficeTalk's own: the company's named links."""

from __future__ import annotations

from officetalk.api.entities.accounts import Account
from officetalk.api.entities.common import Entity


class CompanyLink(Entity):
    """A named link. `url` is its short address, `target` where it leads: with `{}` for what follows the name;
    `owner` is null when the account is gone; `clicks` are those of the last 28 days; `editable`: whether the
    viewer may change it."""

    id: str
    name: str
    url: str
    target: str
    description: str
    owner: Account | None
    clicks: int
    editable: bool
    created_at: str
    updated_at: str
    removed_at: str | None


class LinkDay(Entity):
    """How often a link was followed on a day (UTC, `2026-11-24`)."""

    day: str
    clicks: int

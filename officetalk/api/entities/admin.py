"""What moderators see: docs.joinmastodon.org/entities/Admin_Account and its neighbours."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from officetalk.api.entities.accounts import Account, Role
from officetalk.api.entities.common import Entity
from officetalk.api.entities.instance import Rule
from officetalk.api.entities.statuses import Status


class AdminIp(Entity):
    ip: str
    used_at: str


class AdminAccount(Entity):
    id: str
    username: str
    domain: str | None
    created_at: str
    email: str
    ip: str | None
    ips: list[AdminIp]
    locale: str | None
    invite_request: str | None
    role: Role
    confirmed: bool
    approved: bool
    disabled: bool
    sensitized: bool
    silenced: bool
    suspended: bool
    account: Account
    created_by_application_id: str | UnsetType = UNSET
    invited_by_account_id: str | UnsetType = UNSET


class AdminReport(Entity):
    id: str
    action_taken: bool
    action_taken_at: str | None
    category: str
    comment: str
    forwarded: bool
    created_at: str
    updated_at: str
    account: AdminAccount
    target_account: AdminAccount
    assigned_account: AdminAccount | None
    action_taken_by_account: AdminAccount | None
    statuses: list[Status]
    rules: list[Rule]


class MeasureDay(Entity):
    date: str
    value: str


class AdminMeasure(Entity):
    key: str
    unit: str | None
    total: str
    data: list[MeasureDay]
    human_value: str | UnsetType = UNSET
    previous_total: str | UnsetType = UNSET


class DimensionPart(Entity):
    key: str
    human_key: str
    value: str
    unit: str | UnsetType = UNSET
    human_value: str | UnsetType = UNSET


class AdminDimension(Entity):
    key: str
    data: list[DimensionPart]


class CohortDay(Entity):
    date: str
    rate: float
    value: str


class AdminCohort(Entity):
    period: str
    frequency: str
    data: list[CohortDay]

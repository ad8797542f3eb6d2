"""Push subscriptions: docs.joinmastodon.org/entities/WebPushSubscription."""

from __future__ import annotations

from typing import Literal

from msgspec import field

from officetalk.api.entities.common import Entity


class Alerts(Entity):
    mention: bool
    quote: bool
    status: bool
    reblog: bool
    follow: bool
    follow_request: bool
    favourite: bool
    poll: bool
    update: bool
    quoted_update: bool
    admin_sign_up: bool = field(name="admin.sign_up")
    admin_report: bool = field(name="admin.report")


class WebPushSubscription(Entity):
    """`id` is a number, as in Mastodon's answers; `policy` is answered beyond the documentation, as Mastodon
    does."""

    id: int
    endpoint: str
    standard: bool
    alerts: Alerts
    policy: Literal["all", "followed", "follower", "none"]
    server_key: str

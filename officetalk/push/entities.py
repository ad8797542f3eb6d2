"""Push subscriptions as the rest of the program sees them."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from officetalk.notifications.entities import Kind

# Of which kinds a subscriber can be told (docs: entities/WebPushSubscription, methods/push).
ALERTS: tuple[Kind, ...] = (
    "mention", "quote", "status", "reblog", "follow", "follow_request", "favourite", "poll", "update",
    "quoted_update", "admin.sign_up", "admin.report",
)  # fmt: skip

Policy = Literal["all", "followed", "follower", "none"]
POLICIES: tuple[Policy, ...] = get_args(Policy)


class Receiver(msgspec.Struct, frozen=True):
    """Where messages go, and with which keys they are encrypted: base64url without padding. `standard` is
    RFC 8291; otherwise its fourth draft, which older apps speak."""

    endpoint: str
    p256dh: str
    auth: str
    standard: bool = False


class Choice(msgspec.Struct, frozen=True):
    """What the subscriber wants to be told: of these kinds, by people whom the policy means."""

    alerts: tuple[Kind, ...] = ()
    policy: Policy = "all"


class Subscription(msgspec.Struct, frozen=True):
    """A phone or browser that wants to be told of an account's notifications. It belongs to an access token
    or to a session. `sealed` is the token, encrypted; `language` what the account reads,
    empty where it has not chosen."""

    id: int
    account_id: int
    token_id: int | None
    session_id: int | None
    receiver: Receiver
    choice: Choice
    sealed: str = ""
    language: str = ""

"""Push subscriptions: where an app wants to be told of notifications (docs: methods/push)."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import field

from officetalk.api.endpoint import Call, endpoint
from officetalk.api.entities import Empty, WebPushSubscription
from officetalk.notifications.entities import Kind
from officetalk.push import entities as domain
from officetalk.push import sealing, subscriptions
from officetalk.push.subscriptions import check_receiver

_SHOWN_ID = (1 << 31) - 1


class PushKeys(msgspec.Struct, frozen=True):
    p256dh: str
    auth: str


class PushReceiver(msgspec.Struct, frozen=True):
    endpoint: str
    keys: PushKeys
    standard: bool = False


class PushAlerts(msgspec.Struct, frozen=True):
    mention: bool = False
    quote: bool = False
    status: bool = False
    reblog: bool = False
    follow: bool = False
    follow_request: bool = False
    favourite: bool = False
    poll: bool = False
    update: bool = False
    quoted_update: bool = False
    admin_sign_up: bool = field(name="admin.sign_up", default=False)
    admin_report: bool = field(name="admin.report", default=False)


class PushData(msgspec.Struct, frozen=True):
    alerts: PushAlerts = PushAlerts()
    policy: domain.Policy | None = None


class ChangedPush(msgspec.Struct, frozen=True):
    """`policy` stands in `data`, or beside it as the documentation of PUT has it."""

    data: PushData = PushData()
    policy: domain.Policy | None = None


class NewPush(msgspec.Struct, frozen=True):
    subscription: PushReceiver
    data: PushData = PushData()
    policy: domain.Policy | None = None


def _choice(asked: NewPush | ChangedPush) -> domain.Choice:
    wanted = msgspec.to_builtins(asked.data.alerts)
    alerts: tuple[Kind, ...] = tuple(kind for kind in domain.ALERTS if wanted[kind])
    return domain.Choice(alerts, asked.data.policy or asked.policy or "all")


def _shown(call: Call[Any], found: domain.Subscription) -> dict[str, Any]:
    return {
        # Official Android reads a number of 32 bits. Nobody asks for a subscription by its id.
        "id": found.id & _SHOWN_ID,
        "endpoint": found.receiver.endpoint,
        "standard": found.receiver.standard,
        "alerts": {kind: kind in found.choice.alerts for kind in domain.ALERTS},
        "policy": found.choice.policy,
        "server_key": call.services.push_keys.public,
    }


def _token_id(call: Call[Any]) -> int:
    assert call.viewer.token_id is not None
    return call.viewer.token_id


@endpoint(
    "POST", "/api/v1/push/subscription",
    scope="push", parameters=NewPush, returns=WebPushSubscription, errors=(400, 422),
    summary="Be told of notifications by push messages",
)  # fmt: skip
async def subscribe(call: Call[NewPush]) -> dict[str, Any]:
    asked, services = call.parameters.subscription, call.services
    receiver = check_receiver(
        services.outgoing.policy, asked.endpoint, asked.keys.p256dh, asked.keys.auth, asked.standard
    )
    token_id = _token_id(call)
    token = call.header(b"authorization").partition(" ")[2].strip()
    found = await call.db.write(
        subscriptions.subscribe, call.viewer_id, "token", token_id, receiver, _choice(call.parameters),
        sealing.seal(services.push_keys, token, token_id),
    )  # fmt: skip
    return _shown(call, found)


@endpoint(
    "GET", "/api/v1/push/subscription",
    scope="push", returns=WebPushSubscription, errors=(404,), summary="The app's push subscription",
)  # fmt: skip
async def subscription(call: Call[Any]) -> dict[str, Any]:
    return _shown(call, await call.db.read(subscriptions.of_owner, "token", _token_id(call)))


@endpoint(
    "PUT", "/api/v1/push/subscription",
    scope="push", parameters=ChangedPush, returns=WebPushSubscription, errors=(404, 422),
    summary="Be told of something else",
)  # fmt: skip
async def change(call: Call[ChangedPush]) -> dict[str, Any]:
    choice = _choice(call.parameters)
    return _shown(call, await call.db.write(subscriptions.choose, "token", _token_id(call), choice))


@endpoint(
    "DELETE", "/api/v1/push/subscription",
    scope="push", returns=Empty, summary="Be told no longer by push messages",
)  # fmt: skip
async def unsubscribe(call: Call[Any]) -> Empty:
    await call.db.write(subscriptions.unsubscribe, "token", _token_id(call))
    return Empty()

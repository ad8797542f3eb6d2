"""Which subscriptions are told of a notification, with what words, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from officetalk.accounts.entities import Account
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.ids import time_of
from officetalk.core.translation import SOURCE, choose, speaking
from officetalk.jobs.queue import enqueue
from officetalk.notifications import queries
from officetalk.notifications.entities import Notification
from officetalk.notifications.headings import Heading, headings
from officetalk.push import subscriptions, wording
from officetalk.push.entities import Choice, Receiver
from officetalk.push.keys import Keys
from officetalk.push.messages import Payload
from officetalk.push.sealing import unseal

JOB = "push.send"

_MINUTE = 60 * 1000
_HOUR = 60 * _MINUTE
LATEST_MS = 48 * _HOUR  # after the notification: nobody wants to know any longer
_FIRST_PAUSE_MS = _MINUTE // 2
_LONGEST_PAUSE_MS = _HOUR
_LONGEST_ASKED_MS = 12 * _HOUR  # that a push service can ask us to wait

Icon = Callable[[Account], str]
"""The address of somebody's picture, absolute."""


class Delivery(msgspec.Struct, frozen=True):
    """A notification on its way to a subscription."""

    subscription_id: int
    notification_id: int
    account_id: int
    tries: int = 0  # that failed


def plan(conn: Connection, made: Iterable[tuple[int, int]]) -> list[Delivery]:
    """The deliveries of new notifications, given as [(id, receiver), …]: to the subscriptions that want
    them. A read function; two statements, one where nobody has subscribed."""
    made = list(made)
    by_account: dict[int, list[subscriptions.Subscription]] = {}
    for subscription in subscriptions.of_accounts(conn, [receiver for _, receiver in made]):
        if subscription.choice.alerts and subscription.choice.policy != "none":
            by_account.setdefault(subscription.account_id, []).append(subscription)
    if not by_account:
        return []
    found = headings(conn, [id for id, receiver in made if receiver in by_account])
    return [
        Delivery(subscription.id, heading.id, heading.receiver_id)
        for heading in found.values()
        for subscription in by_account.get(heading.receiver_id, ())
        if wants(subscription.choice, heading)
    ]


def wants(choice: Choice, heading: Heading) -> bool:
    """Whether a subscriber wants to be told of this."""
    if heading.kind not in choice.alerts or choice.policy == "none":
        return False
    if choice.policy == "all":
        return True
    return heading.following if choice.policy == "followed" else heading.followed_by


def put(conn: Connection, planned: Iterable[Delivery]) -> None:
    """Have them delivered."""
    for delivery in planned:
        enqueue(conn, JOB, delivery)


def again(conn: Connection, delivery: Delivery, asked_ms: int = 0) -> None:
    """Try later, after a pause that doubles, and not before the push service wants it (`asked_ms` from now);
    not at all when it would be too late then."""
    pause = min(_FIRST_PAUSE_MS << min(delivery.tries, 16), _LONGEST_PAUSE_MS)
    # Not all at the same moment again: spread over a quarter of the pause.
    pause += pause * (delivery.subscription_id % 64) // 256
    run_at = conn.now + max(pause, min(asked_ms, _LONGEST_ASKED_MS))
    if run_at <= time_of(delivery.notification_id) + LATEST_MS:
        enqueue(conn, JOB, msgspec.structs.replace(delivery, tries=delivery.tries + 1), run_at=run_at)


def prepare(
    conn: Connection, delivery: Delivery, keys: Keys, icon_of: Icon
) -> tuple[Payload, Receiver] | None:
    """What to say and to whom; None when there is no one or nothing to tell any longer, or it is too late."""
    if conn.now > time_of(delivery.notification_id) + LATEST_MS:
        return None
    subscription = subscriptions.get(conn, delivery.subscription_id)
    if subscription is None or subscription.account_id != delivery.account_id:
        return None
    # A choice can have changed since the delivery was planned.
    heading = headings(conn, [delivery.notification_id]).get(delivery.notification_id)
    if heading is None or not wants(subscription.choice, heading):
        return None
    try:
        notification = queries.get(conn, delivery.account_id, delivery.notification_id)
    except NotFound:
        return None
    token = unseal(keys, subscription.sealed, subscription.token_id) if subscription.token_id else None
    actor = notification.actor.account
    with speaking(choose(subscription.language, "")):
        title = wording.title(notification.kind, actor.name, own=actor.id == delivery.account_id)
    payload = Payload(
        access_token=token or "",
        preferred_locale=subscription.language or SOURCE,
        notification_id=notification.id,
        notification_type=notification.kind,
        icon=icon_of(actor),
        title=title,
        body=wording.body(_text_of(notification)),
    )
    return payload, subscription.receiver


def _text_of(notification: Notification) -> str:
    """The words of the post, or its warning in their place; of somebody who follows the own words."""
    if notification.post is None:
        return notification.actor.account.bio
    content = notification.post.content
    return content.spoiler or content.text

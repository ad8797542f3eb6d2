"""Settings of notifications: of what one is told, and by whom one can be reached at once."""

from __future__ import annotations

import contextlib
from typing import cast, get_args

from starlette.responses import Response

from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.translation import N_, _
from officetalk.notifications import policy
from officetalk.notifications.entities import Choice, Kind, Policy
from officetalk.push import entities as push
from officetalk.push import subscriptions
from officetalk.web.page import page
from officetalk.web.settings import render_setting
from officetalk.web.visit import Visit

# What can be switched off, in the order of the page; severed_relationships never comes here.
KINDS: dict[Kind, tuple[str, str]] = {
    "mention": (N_("Mentions and comments"), N_("Somebody names you or answers you")),
    "favourite": (N_("Likes"), ""),
    "reblog": (N_("Reposts"), ""),
    "quote": (N_("Quotes"), N_("Somebody quotes what you said")),
    "follow": (N_("New followers"), ""),
    "follow_request": (N_("Requests to follow you"), ""),
    "status": (N_("Posts of colleagues whose bell you ring"), ""),
    "poll": (N_("Ends of polls"), N_("Your own, and those you voted in")),
    "update": (N_("Edits of what you reposted"), ""),
    "quoted_update": (N_("Edits of what you quoted"), ""),
    "added_to_collection": (N_("Recommendations of you"), N_("Somebody puts you into a collection")),
    "collection_update": (N_("Changes of collections that you are in"), ""),
    "group_invitation": (N_("Invitations to groups"), ""),
    "group_request": (N_("Requests to join your groups"), N_("Where you lead the group")),
    "group_admission": (N_("Groups that have let you in"), ""),
    "action_assigned": (N_("Actions that you are given"), ""),
    "action_due": (N_("Actions that are due tomorrow"), ""),
}
_FOR_MODERATORS: dict[Kind, tuple[str, str]] = {
    "admin.sign_up": (N_("New colleagues"), ""),
    "admin.report": (N_("Reports"), ""),
}
SENDERS: dict[str, str] = {
    "not_following": N_("People whom you do not follow"),
    "not_followers": N_("People who do not follow you"),
    "new_accounts": N_("People who joined in the last 30 days"),
    "private_mentions": N_("Direct posts that nobody asked for"),
    "limited_accounts": N_("People whom the moderators have restricted"),
}
CHOICES: tuple[tuple[Choice, str], ...] = (
    ("accept", N_("Tell me")),
    ("filter", N_("They have to ask")),
    ("drop", N_("Never")),
)


POLICIES: dict[push.Policy, str] = {
    "all": N_("Everybody"),
    "followed": N_("People whom you follow"),
    "follower": N_("People who follow you"),
    "none": N_("Nobody for now"),
}


def _kinds(visit: Visit) -> dict[Kind, tuple[str, str]]:
    return {**KINDS, **_FOR_MODERATORS} if visit.me_as_viewer.at_least("moderator") else KINDS


def _read(
    conn: Connection, viewer: int, session_id: int
) -> tuple[Policy, frozenset[Kind], push.Subscription | None]:
    try:
        subscribed = subscriptions.of_owner(conn, "session", session_id)
    except NotFound:
        subscribed = None
    return policy.get(conn, viewer), policy.unwanted(conn, viewer), subscribed


@page("/settings/notifications")
async def notification_settings(visit: Visit) -> Response:
    chosen, unwanted, subscribed = await visit.read(_read, visit.me.id, _session_id(visit))
    kinds = _kinds(visit)
    pushed = subscribed and [
        (kind, _(kinds[kind][0]), "", kind in subscribed.choice.alerts) for kind in _alerts(visit)
    ]
    return render_setting(
        visit,
        "notifications",
        kinds=[
            (kind, _(words), hint and _(hint), kind not in unwanted) for kind, (words, hint) in kinds.items()
        ],
        senders=[(name, _(words), getattr(chosen, name)) for name, words in SENDERS.items()],
        choices=[(value, _(words)) for value, words in CHOICES],
        server_key=visit.services.push_keys.public.rstrip("="),
        pushed=pushed,
        policies=[(value, _(words)) for value, words in POLICIES.items()],
        policy=subscribed.choice.policy if subscribed else "",
    )


def _change(conn: Connection, viewer: int, choices: dict[str, Choice], kinds: frozenset[Kind]) -> None:
    policy.change(conn, viewer, **choices)
    policy.switch_off(conn, viewer, kinds)


@page("/settings/notifications", ("POST",))
async def change(visit: Visit) -> Response:
    choices: dict[str, Choice] = {}
    for name in SENDERS:
        value = visit.text(name)
        if value not in get_args(Choice):
            raise Invalid(name, "must be one of those offered")
        choices[name] = cast(Choice, value)
    off: frozenset[Kind] = frozenset(kind for kind in _kinds(visit) if not visit.checked(f"kind-{kind}"))
    await visit.write(_change, visit.me.id, choices, off)
    return visit.redirect("/settings/notifications", "saved")


# --- this browser ------------------------------------------------------------------------------------


def _session_id(visit: Visit) -> int:
    session_id = visit.me_as_viewer.session_id
    assert session_id is not None
    return session_id


def _alerts(visit: Visit) -> tuple[Kind, ...]:
    """What a push message can tell this person."""
    kinds = _kinds(visit)
    return tuple(kind for kind in push.ALERTS if kind in kinds)


def _subscribe(
    conn: Connection, viewer: int, session_id: int, receiver: push.Receiver, choice: push.Choice
) -> None:
    """What was chosen before stays: push services give browsers another address now and then."""
    with contextlib.suppress(NotFound):
        choice = subscriptions.of_owner(conn, "session", session_id).choice
    subscriptions.subscribe(conn, viewer, "session", session_id, receiver, choice)


@page("/settings/notifications/push", ("POST",))
async def push_on(visit: Visit) -> Response:
    """The browser's push service, as the script or the service worker has got it (Push API): its messages end
    with the session."""
    receiver = subscriptions.check_receiver(
        visit.services.outgoing.policy,
        visit.text("endpoint"),
        visit.text("p256dh"),
        visit.text("auth"),
        standard=True,
    )
    await visit.write(_subscribe, visit.me.id, _session_id(visit), receiver, push.Choice(_alerts(visit)))
    return visit.redirect("/settings/notifications", "saved")


@page("/settings/notifications/push/choices", ("POST",))
async def push_choices(visit: Visit) -> Response:
    wanted = visit.text("policy")
    if wanted not in push.POLICIES:
        raise Invalid("policy", "must be one of those offered")
    alerts: tuple[Kind, ...] = tuple(kind for kind in _alerts(visit) if visit.checked(f"push-{kind}"))
    choice = push.Choice(alerts, wanted)
    await visit.write(subscriptions.choose, "session", _session_id(visit), choice)
    return visit.redirect("/settings/notifications", "saved")


@page("/settings/notifications/push/off", ("POST",))
async def push_off(visit: Visit) -> Response:
    await visit.write(subscriptions.unsubscribe, "session", _session_id(visit))
    return visit.redirect("/settings/notifications", "saved")

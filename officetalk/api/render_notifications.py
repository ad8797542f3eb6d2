"""Notifications as JSON, one by one and in groups."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

import msgspec

from officetalk.accounts.entities import Person
from officetalk.api.render import Renderer
from officetalk.api.times import timestamp
from officetalk.core.ids import time_of
from officetalk.groups.entities import Group as TalkGroup
from officetalk.notifications.entities import Group, Kind, Notification, Request
from officetalk.projects.entities import Action

_encode = msgspec.json.Encoder().encode

# Under which name the API shows what a notification is about beside its post.
_NAMES: dict[Kind, str] = {
    "admin.report": "report",
    "severed_relationships": "event",
    "moderation_warning": "moderation_warning",
    "added_to_collection": "collection",
    "collection_update": "collection",
    "group_invitation": "group",
    "group_request": "group",
    "group_admission": "group",
    "action_assigned": "action",
    "action_due": "action",
}
Subject = Callable[[Renderer, Any], bytes]
_subjects: dict[Kind, Subject] = {}


def on_subject(kind: Kind, render: Subject) -> None:
    """Have the subjects of this kind (see notifications/subjects.py) rendered so. Can be repeated."""
    _subjects[kind] = render


def _group(render: Renderer, group: TalkGroup) -> bytes:
    """The Account of the group."""
    return render.person(group.person)


def _action(_render: Renderer, action: Action) -> bytes:
    """What is to be done: `id`, `group_id`, `text`, `due_on`, `done`."""
    return _encode(
        {
            "id": str(action.id),
            "group_id": str(action.group_id),
            "text": action.text,
            "due_on": None if action.due_on is None else action.due_on.isoformat(),
            "done": action.done_at is not None,
        }
    )


for _kind in ("action_assigned", "action_due"):
    on_subject(_kind, _action)
for _kind in ("group_invitation", "group_request", "group_admission"):
    on_subject(_kind, _group)


def _parts(
    render: Renderer, one: Notification | Group, first: Person, others: int, supported: Collection[str] | None
) -> bytes:
    """What only some types have: with a comma before each."""
    body = b""
    if one.kind in _subjects and one.subject is not None:
        body += b',"%b":%b' % (_NAMES[one.kind].encode(), _subjects[one.kind](render, one.subject))
    if supported is not None and one.kind not in supported and one.kind in _TITLES:
        body += b',"fallback":%b' % _encode(fallback(render, one.kind, first, others))
    return body


def notification(render: Renderer, n: Notification, supported: Collection[str] | None = None) -> bytes:
    """A Notification. `supported`: the types that the app knows, if it has said so; for others it gets a
    fallback where there is one."""
    body = b'{"id":"%d","type":"%b","group_key":%b,"created_at":"%b","account":%b' % (
        n.id,
        n.kind.encode(),
        _encode(n.group_key),
        timestamp(n.created_at).encode(),
        render.person(n.actor),
    )
    if n.post is not None:
        body += b',"status":%b' % render.status(n.post)
    if n.held:
        body += b',"filtered":true'
    return body + _parts(render, n, n.actor, 0, supported) + b"}"


def notifications(
    render: Renderer, found: Iterable[Notification], supported: Collection[str] | None = None
) -> bytes:
    """A list of Notifications."""
    return b"[%b]" % b",".join([notification(render, n, supported) for n in found])


# --- groups ------------------------------------------------------------------------------------------


def group(render: Renderer, one: Group, supported: Collection[str] | None = None) -> bytes:
    """A NotificationGroup."""
    shown: dict[str, Any] = {
        "group_key": one.key,
        "notifications_count": one.count,
        "type": one.kind,
        "most_recent_notification_id": str(one.newest_id),
        "sample_account_ids": [str(person.id) for person in one.people],
    }
    if one.page_min_id is not None and one.page_max_id is not None:
        shown["page_min_id"] = str(one.page_min_id)
        shown["page_max_id"] = str(one.page_max_id)
        shown["latest_page_notification_at"] = timestamp(time_of(one.page_max_id))
    if one.post is not None:
        shown["status_id"] = str(one.post.id)
    more = _parts(render, one, one.people[0], one.count - 1, supported)
    return _encode(shown)[:-1] + more + b"}"


def grouped(
    render: Renderer,
    found: Iterable[Group],
    supported: Collection[str] | None = None,
    *,
    partial: bool = False,
) -> bytes:
    """GroupedNotificationsResults: every account and post once. With `partial` only the newest person of each
    group comes whole."""
    found = list(found)
    whole: dict[int, Person] = {}
    for one in found:
        whole.update((person.id, person) for person in (one.people[:1] if partial else one.people))
    posts = {one.post.id: one.post for one in found if one.post is not None}
    rest = {person.id: person for one in found for person in one.people if person.id not in whole}
    return b'{"accounts":%b,%b"statuses":%b,"notification_groups":[%b]}' % (
        render.people(whole.values()),
        b'"partial_accounts":%b,' % _encode([_partial(render, p) for p in rest.values()]) if partial else b"",
        render.statuses(posts.values()),
        b",".join([group(render, one, supported) for one in found]),
    )


def _partial(render: Renderer, person: Person) -> dict[str, Any]:
    """A PartialAccountWithAvatar."""
    account, avatar = person.account, render.avatar_url(person.account)
    return {
        "id": str(account.id),
        "acct": account.username,
        "url": render.profile_url(account.username),
        "avatar": avatar,
        "avatar_static": avatar,
        "avatar_description": account.display.avatar_description,
        "locked": account.locked,
        "bot": account.bot,
    }


# --- requests ----------------------------------------------------------------------------------------


def request(render: Renderer, one: Request) -> bytes:
    """A NotificationRequest."""
    return (
        b'{"id":"%d","created_at":"%b","updated_at":"%b","notifications_count":"%d","account":%b,'
        b'"last_status":%b}'
    ) % (
        one.id,
        timestamp(one.created_at).encode(),
        timestamp(one.updated_at).encode(),
        one.count,
        render.person(one.actor),
        b"null" if one.last is None else render.status(one.last),
    )


def requests(render: Renderer, found: Iterable[Request]) -> bytes:
    """A list of NotificationRequests."""
    return b"[%b]" % b",".join([request(render, one) for one in found])


# --- for apps that do not know the type --------------------------------------------------------------

# The types that came to Mastodon late. {name} is who did it, {others} how many more.
_TITLES: dict[Kind, tuple[str, str]] = {
    "admin.sign_up": ("{name} signed up", "{name} and {others} more signed up"),
    "admin.report": ("{name} sent a report", ""),
    "severed_relationships": ("You have lost some of your connections", ""),
    "moderation_warning": ("You have received a moderation warning", ""),
    "added_to_collection": ("{name} added you to a collection", ""),
    "collection_update": ("{name} changed a collection that you are in", ""),
    "group_invitation": ("{name} invited you to a group", ""),
    "group_request": ("{name} asks to join a group that you lead", ""),
    "group_admission": ("{name} let you into a group", ""),
    "action_assigned": ("{name} gave you something to do", ""),
    "action_due": ("Something that you do is due tomorrow", ""),
}


def fallback(render: Renderer, kind: Kind, actor: Person, others: int = 0) -> dict[str, Any]:
    """A NotificationFallback for one of _TITLES."""
    alone, several = _TITLES[kind]
    username = actor.account.username
    name = f'<a href="{render.profile_url(username)}" class="u-url mention">@<span>{username}</span></a>'
    title = several if others and several else alone
    return {
        "title": title.format(name=name, others=others),
        "summary": f'Your app does not show this. <a href="{render.origin}/">See it in OfficeTalk</a>.',
        "details": None,
    }

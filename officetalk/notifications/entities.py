"""Notifications as the rest of the program sees them. The kinds have Mastodon's names."""

from __future__ import annotations

from typing import Any, Literal, get_args

import msgspec

from officetalk.accounts.entities import Person
from officetalk.core.ids import time_of
from officetalk.posts.entities import Post

Kind = Literal[
    "mention",
    "status",  # somebody posted for whom the receiver rings the bell
    "reblog",
    "follow",
    "follow_request",
    "favourite",
    "poll",  # ended, in which the receiver voted or which the receiver asked
    "update",  # of a post that the receiver reposted
    "quote",
    "quoted_update",  # of a post that the receiver quoted
    "admin.sign_up",
    "admin.report",
    "severed_relationships",
    "moderation_warning",
    "added_to_collection",
    "collection_update",
    # Of groups, which Mastodon does not have: its apps show the fallback.
    "group_invitation",
    "group_request",  # to join one that the receiver leads
    "group_admission",  # the receiver had asked
    "action_assigned",
    "action_due",  # tomorrow
]
KINDS: tuple[Kind, ...] = get_args(Kind)
ABOUT_POSTS: tuple[Kind, ...] = (
    "mention", "status", "reblog", "favourite", "poll", "update", "quote", "quoted_update",
)  # fmt: skip
GROUPED: tuple[Kind, ...] = ("favourite", "reblog", "follow", "admin.sign_up")
# What a policy can hold back; the others are about the receiver's own doings, or official.
FILTERABLE: tuple[Kind, ...] = (
    "mention", "reblog", "follow", "follow_request", "favourite", "quote", "added_to_collection",
    "group_invitation",
)  # fmt: skip
# What asks to be let in when it is held: somebody speaks to the receiver.
ASKING: tuple[Kind, ...] = ("mention", "quote")
# Of these the receiver may be the actor.
FROM_ONESELF: tuple[Kind, ...] = ("poll", "action_due", "severed_relationships", "moderation_warning")
# Nobody can do without these.
ALWAYS_TOLD: tuple[Kind, ...] = ("moderation_warning",)

# For moderators and above, for as long as they are.
FOR_STAFF: tuple[Kind, ...] = ("admin.sign_up", "admin.report")

UNGROUPED = "ungrouped-"  # before the id: the key of a group of one, as Mastodon has it


class Notification(msgspec.Struct, frozen=True):
    """Something that somebody did and that the receiver is told of. `post` as the receiver sees it; `subject`
    is what else it is about, from whoever registered for the kind (see subjects.py)."""

    id: int
    kind: Kind
    actor: Person
    group_key: str
    held: bool = False
    subject_id: int = 0
    post: Post | None = None
    subject: Any = None

    @property
    def created_at(self) -> int:
        return time_of(self.id)


class Group(msgspec.Struct, frozen=True):
    """Notifications that are shown as one. `people`: who most recently did it, newest first, some of them.
    `page_min_id` and `page_max_id`: the oldest and newest that belong to the page; None outside of a page.
    """

    key: str
    kind: Kind
    count: int
    newest_id: int
    people: tuple[Person, ...]
    subject_id: int = 0
    post: Post | None = None
    subject: Any = None
    page_min_id: int | None = None
    page_max_id: int | None = None


class Groups(msgspec.Struct, frozen=True):
    """A page of groups, newest first. It covers the notifications from `newest_id` down to `oldest_id`, from
    where others lead on; `older`: whether there may be any below."""

    groups: tuple[Group, ...]
    newest_id: int = 0
    oldest_id: int = 0
    older: bool = False


Choice = Literal["accept", "filter", "drop"]


class Policy(msgspec.Struct, frozen=True):
    """What becomes of notifications from people of these kinds. Colleagues are no strangers: by default only
    those whom moderators have silenced have to ask."""

    not_following: Choice = "accept"
    not_followers: Choice = "accept"
    new_accounts: Choice = "accept"
    private_mentions: Choice = "accept"
    limited_accounts: Choice = "filter"


class Summary(msgspec.Struct, frozen=True):
    """How much is held: people who ask (at most 100 are counted), and what they said."""

    requests: int
    notifications: int


class Request(msgspec.Struct, frozen=True):
    """Somebody whose notifications are held: `count` mentions and quotes (at most 100 are counted), the newest
    with the id `newest_id` in `last`."""

    id: int
    actor: Person
    count: int
    newest_id: int
    last: Post | None = None

    @property
    def created_at(self) -> int:
        return time_of(self.id)

    @property
    def updated_at(self) -> int:
        return time_of(self.newest_id)

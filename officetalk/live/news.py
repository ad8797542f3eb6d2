"""From events to news: what happened and who of those connected hears of it, all in one read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import select

from officetalk.announcements import queries as announcements
from officetalk.announcements import react
from officetalk.announcements.entities import Reaction
from officetalk.conversations import rules as conversations
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.events import Event
from officetalk.core.sql import Packed, within
from officetalk.filters import rules as filters
from officetalk.live import readers
from officetalk.live.listeners import Kind, News
from officetalk.notifications import queries as notifications
from officetalk.posts import queries as posts
from officetalk.posts.entities import Post
from officetalk.posts.tables import post
from officetalk.timelines import people_list

NOBODY = 0  # a reader who follows nobody: what is seen alike by all who may see it
_WRITTEN = ("post.published", "post.edited")
POSTS = (*_WRITTEN, "post.deleted")
# What is for one person, whom the event names as its actor.
PERSONAL: dict[str, Kind] = {
    "notification.made": "notifications",
    "notifications.merged": "notifications",
    "filters.changed": "person",
    "conversation.changed": "direct",
}
COMPANY = (
    "announcement.published", "announcement.changed", "announcement.deleted", "announcement.reacted",
)  # fmt: skip
# How a post stands with people, for pages that show it.
COUNTED = ("post.counted", "post.dressed")
EVENTS = (*POSTS, *COUNTED, *PERSONAL, *COMPANY)


class Asked(NamedTuple):
    """An event, and who is connected that might hear of it: accounts at home, accounts that look at one of
    its feeds, lists (with their owners)."""

    event: Event
    home: Sequence[int] = ()
    in_feeds: Sequence[int] = ()
    lists: Mapping[int, int] = MappingProxyType({})


class Standing(NamedTuple):
    """How many answered, reposted and liked a post. `look`: more than the numbers has changed (a vote, the
    card of a link)."""

    comments: int
    reposts: int
    likes: int
    look: bool


class Told(NamedTuple):
    """News, and of those asked for the ones who hear it."""

    news: News
    feeds: Sequence[int]  # that the event is about
    home: set[int]
    in_feeds: set[int]
    lists: set[int]


# Who may read them is asked separately, for all readers at once. What they quote is shown as far as
# everybody may read it.
_POSTS = Packed(
    posts.with_state(
        select(post.c.id.label("post_id"), post.c.id.label("cursor"), posts.quoted_id(post, posts.original))
        .select_from(post.outerjoin(posts.original, posts.original.c.id == post.c.repost_of_id))
        .where(within(post.c.id, "ids"), post.c.deleted_at.is_(None))
    )
)


_STANDING = Packed(
    select(post.c.id, post.c.comments_count, post.c.reposts_count, post.c.likes_count).where(
        within(post.c.id, "ids"), post.c.deleted_at.is_(None)
    )
)


def _standing(conn: Connection, asked: Sequence[Asked]) -> list[Told]:
    """What pages that show these posts are told, each post once. Who looks may read it: a page asks for posts
    that it was given."""
    counted = {one.event.id: one.event for one in asked if one.event.name in COUNTED}
    if not counted:
        return []
    dressed = {one.event.id for one in asked if one.event.name == "post.dressed"}
    return [
        Told(
            News("post.counted", id, counted[id].actor, Standing(comments, reposts, likes, id in dressed)),
            (),
            set(),
            set(),
            set(),
        )
        for id, comments, reposts, likes in conn.all(_STANDING, ids=sorted(counted))
    ]


def load(conn: Connection, asked: Sequence[Asked]) -> list[Told]:
    """What is to be told, in the order of the events, how posts stand last. What has gone in the meantime is left out.

    For each post one statement for those at home, one for those at its feeds and one for lists, as far as
    there are any; two statements for what the posts say, one for who has filters, one for how posts stand.
    """
    written = {one.event.id for one in asked if one.event.name in _WRITTEN}
    found: dict[int, Post] = {}
    if written:
        found = {one.id: one for one in posts.load(conn, _POSTS, NOBODY, ids=sorted(written))}
    told = []
    for one in asked:
        if one.event.name in COUNTED:
            continue
        made = _told(conn, one, found)
        if made is not None:
            told.append(made)
    _filter(conn, told, {list_id: owner for one in asked for list_id, owner in one.lists.items()})
    return told + _standing(conn, asked)


def _told(conn: Connection, asked: Asked, found: dict[int, Post]) -> Told | None:
    event = asked.event
    if event.name == "post.deleted":
        if not event.more:
            return None
        return Told(
            News(event.name, event.id, event.actor),
            event.more,
            readers.subscribed(conn, event.more, event.actor, asked.home),
            readers.not_shut_out(conn, event.actor, asked.in_feeds),
            readers.lists_with(conn, event.actor, asked.lists),
        )
    if event.name in _WRITTEN:
        subject = found.get(event.id)
        if subject is None:
            return None
        return Told(
            News(event.name, event.id, event.actor, subject),
            event.more,
            readers.at_home(conn, event.id, asked.home),
            readers.in_feed(conn, event.id, asked.in_feeds),
            people_list.receiving(conn, event.id, asked.lists),
        )
    load_subject = _SUBJECTS.get(event.name)
    try:
        subject = None if load_subject is None else load_subject(conn, event)
    except NotFound:
        return None
    return Told(News(event.name, event.id, event.actor, subject), (), set(), set(), set())


def _notification(conn: Connection, event: Event) -> Any:
    made = notifications.get(conn, event.actor, event.id)
    if made.held:
        raise NotFound
    return made


def _reaction(conn: Connection, event: Event) -> Reaction:
    """How many have reacted with the event's emoji by now; perhaps nobody any more."""
    name = react.named(event.more)
    found = announcements.one(conn, NOBODY, event.id).reactions
    return next((one for one in found if one.name == name), Reaction(name, 0, False))


_SUBJECTS: dict[str, Callable[[Connection, Event], Any]] = {
    "notification.made": _notification,
    "conversation.changed": lambda conn, event: conversations.of_thread(conn, event.actor, event.id),
    "announcement.published": lambda conn, event: announcements.one(conn, NOBODY, event.id),
    "announcement.changed": lambda conn, event: announcements.one(conn, NOBODY, event.id),
    "announcement.reacted": _reaction,
}


def _filter(conn: Connection, told: Iterable[Told], owners: dict[int, int]) -> None:
    """Note the readers' filters that the posts meet."""
    written = [one for one in told if one.news.event in _WRITTEN]
    hearing = [one.home | one.in_feeds | {owners[list_id] for list_id in one.lists} for one in written]
    for account_id in sorted(readers.with_filters(conn, set().union(*hearing))):
        chosen = filters.of(conn, account_id)
        for one, accounts in zip(written, hearing, strict=True):
            if account_id in accounts:
                met = posts.filters_met(chosen, one.news.subject.shown.content, conn.now)
                if met:
                    one.news.filtered[account_id] = met

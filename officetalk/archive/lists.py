"""What somebody keeps, as lists in the form in which Mastodon exports them (CSV, docs: "Moving or leaving
accounts"), so that other servers and tools read them; and named links. Of what others wrote only the addresses go
out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from officetalk.accounts import queries as accounts
from officetalk.accounts.entities import Person, Relationship
from officetalk.core.database import Connection
from officetalk.core.paging import Page
from officetalk.golinks import queries as golinks
from officetalk.golinks.entities import GoLink
from officetalk.golinks.names import path
from officetalk.lists import rules as lists
from officetalk.posts.entities import Post
from officetalk.timelines import lists as timelines

_AT_ONCE = 200  # rows of one statement
_T = TypeVar("_T", Person, Post, GoLink)


def _everything(page_of: Callable[[Page], list[_T]]) -> Iterator[_T]:
    """All of a list that pages by key, newest first."""
    below: int | None = None
    while True:
        found = page_of(Page(_AT_ONCE, max_id=below))
        yield from found
        if len(found) < _AT_ONCE:
            return
        below = found[-1].cursor


def _rows(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    return out.getvalue()


def _harmless(cell: object) -> object:
    """What a spreadsheet would take for a formula is text (OWASP, CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "\t", "\r") else cell


def _flag(value: bool) -> str:
    return "true" if value else "false"


def following(conn: Connection, me: int, origin: str) -> str:
    people = list(_everything(lambda page: accounts.following(conn, me, page)))
    relations = {r.id: r for r in _relations(conn, me, people)}
    return _rows(
        ("Account address", "Show boosts", "Notify on new posts", "Languages"),
        (
            (_address(one), _flag(r.showing_reposts), _flag(r.notifying), ", ".join(r.languages))
            for one in people
            for r in [relations[one.id]]
        ),
    )


def _relations(conn: Connection, me: int, people: list[Person]) -> Iterator[Relationship]:
    ids = [one.id for one in people]
    for start in range(0, len(ids), _AT_ONCE):
        yield from accounts.relationships(conn, me, ids[start : start + _AT_ONCE])


def _address(person: Person) -> str:
    return person.account.username


def followers(conn: Connection, me: int, origin: str) -> str:
    people = _everything(lambda page: accounts.followers(conn, me, page))
    return _rows(("Account address",), ((_address(one),) for one in people))


def muted(conn: Connection, me: int, origin: str) -> str:
    people = list(_everything(lambda page: accounts.mutes(conn, me, page)))
    relations = {r.id: r for r in _relations(conn, me, people)}
    return _rows(
        ("Account address", "Hide notifications"),
        ((_address(one), _flag(relations[one.id].muting_notifications)) for one in people),
    )


def blocked(conn: Connection, me: int, origin: str) -> str:
    people = _everything(lambda page: accounts.blocks(conn, me, page))
    return _rows(("Account address",), ((_address(one),) for one in people))


def people_lists(conn: Connection, me: int, origin: str) -> str:
    """A line for each member: the list's name, the member. Without a head, as Mastodon."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for one in lists.every(conn, me):
        for member in _everything(lambda page, id=one.id: lists.members(conn, me, id, page)):
            writer.writerow((_harmless(one.title), _address(member)))
    return out.getvalue()


def bookmarks(conn: Connection, me: int, origin: str) -> str:
    return _posts(_everything(lambda page: timelines.bookmarks(conn, me, page)), origin)


def likes(conn: Connection, me: int, origin: str) -> str:
    return _posts(_everything(lambda page: timelines.likes(conn, me, page)), origin)


def _posts(posts: Iterable[Post], origin: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for post in posts:
        writer.writerow((address_of(post, origin),))
    return out.getvalue()


def address_of(post: Post, origin: str) -> str:
    """Where a post stands on the web."""
    return f"{origin}/@{post.author.username}/{post.id}"


def short_links(conn: Connection, me: int, origin: str) -> str:
    """The named links that somebody looks after. Mastodon has none; the form is ours."""
    mine = _everything(lambda page: golinks.newest(conn, page, me))
    return _rows(
        ("Link", "Target", "Description", "Clicks in four weeks"),
        ((origin + path(one.name), one.target, one.description, one.clicks) for one in mine),
    )


# The file's name, as Mastodon's, to what makes it.
FILES: dict[str, Callable[[Connection, int, str], str]] = {
    "following_accounts": following,
    "followers": followers,
    "lists": people_lists,
    "muted_accounts": muted,
    "blocked_accounts": blocked,
    "bookmarks": bookmarks,
    "likes": likes,
    "short_links": short_links,
}

"""Lists by key: the parameters that ask for a part, and the Link header that leads to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

import msgspec
from msgspec import Meta

from officetalk.accounts.entities import Person
from officetalk.api.endpoint import LARGEST_ID, Answer, Call
from officetalk.api.render import Renderer
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid
from officetalk.core.paging import Page
from officetalk.posts.entities import Post

EntityId = Annotated[int, Meta(ge=0, le=LARGEST_ID, description="An id, in decimal digits.")]
Limit = Annotated[int, Meta(ge=1, description="How many; larger numbers are cut to the method's maximum.")]
Offset = Annotated[int, Meta(ge=0, le=100_000, description="How many to leave out.")]

STATUSES = (20, 40)  # default and maximum of the methods that list posts
ACCOUNTS = (40, 80)


class Paged(msgspec.Struct, frozen=True):
    """`max_id`: older than; `since_id`: newer than, from the top; `min_id`: newer than, next to the
    cursor."""

    max_id: EntityId | None = None
    since_id: EntityId | None = None
    min_id: EntityId | None = None
    limit: Limit | None = None


def page(asked: Paged, sizes: tuple[int, int]) -> Page:
    """The part that is asked for, with the method's default and maximum."""
    default, most = sizes
    limit = default if asked.limit is None else min(asked.limit, most)
    return Page(limit, _within(asked.max_id), _within(asked.since_id), _within(asked.min_id))


def _within(cursor: int | None) -> int | None:
    """No id is that large, and the statements may add to it without leaving 64 bits."""
    return cursor if cursor is None or cursor < 1 << 62 else 1 << 62


class IdsParameters(msgspec.Struct, frozen=True):
    id: list[EntityId] = []


MAX_IDS = 100


def checked_ids(asked: IdsParameters) -> list[int]:
    """The ids without repeats. Invalid when there are too many."""
    ids = list(dict.fromkeys(asked.id))
    if len(ids) > MAX_IDS:
        raise Invalid("id", f"must be at most {MAX_IDS}", "ERR_TOO_LONG")
    return ids


_PLACE = ("max_id", "since_id", "min_id", "offset")


def link(call: Call[Any], limit: int, cursors: list[int]) -> tuple[tuple[bytes, bytes], ...]:
    """The Link header of a page with these cursors, newest first. A short page has nothing older; an
    empty one leads nowhere."""
    if not cursors:
        return ()
    url = call.render.origin + call.endpoint.path
    for name, value in call.path.items():
        url = url.replace("{" + name + "}", urlencode({"": value})[1:])
    kept = call.query.decode("latin-1")
    if "_id=" in kept or "offset=" in kept:
        kept = urlencode([pair for pair in parse_qsl(kept) if pair[0] not in _PLACE])
    if kept:
        kept += "&"
    links = [f'<{url}?{kept}min_id={cursors[0]}>; rel="prev"']
    if len(cursors) >= limit:
        links.insert(0, f'<{url}?{kept}max_id={cursors[-1]}>; rel="next"')
    return ((b"link", ", ".join(links).encode("ascii", "ignore")),)


def _render_posts(
    conn: Connection, render: Renderer, read: Callable[..., list[Post]], *args: Any, **more: Any
) -> tuple[bytes, list[int]]:
    found = read(conn, *args, **more)
    return render.statuses(found), [post.cursor for post in found]


async def posts(
    call: Call[Any], asked: Page, read: Callable[..., list[Post]], *args: Any, **more: Any
) -> Answer:
    """The page of posts that `read(conn, *args, asked, **more)` finds. Put together in the reader's
    thread, so that a request hops once."""
    body, cursors = await call.db.read(_render_posts, call.render, read, *args, asked, **more)
    return Answer(body, headers=link(call, asked.limit, cursors))


def _render_people(
    conn: Connection, render: Renderer, read: Callable[..., list[Person]], *args: Any
) -> tuple[bytes, list[int]]:
    found = read(conn, *args)
    return render.people(found), [person.cursor for person in found]


async def people(call: Call[Any], asked: Page, read: Callable[..., list[Person]], *args: Any) -> Answer:
    """The page of people that `read(conn, *args, asked)` finds."""
    body, cursors = await call.db.read(_render_people, call.render, read, *args, asked)
    return Answer(body, headers=link(call, asked.limit, cursors))


def offset_link(call: Call[Any], limit: int, offset: int, found: int) -> tuple[tuple[bytes, bytes], ...]:
    """The Link header of a page of a list that has an order of its own, and therefore no cursor. A short page
    has no next."""
    url = call.render.origin + call.endpoint.path
    for name, value in call.path.items():
        url = url.replace("{" + name + "}", urlencode({"": value})[1:])
    kept = [pair for pair in parse_qsl(call.query.decode("latin-1")) if pair[0] not in _PLACE]

    def to(place: int, rel: str) -> str:
        return f'<{url}?{urlencode([*kept, ("offset", place)])}>; rel="{rel}"'

    links = [to(offset + limit, "next")] if found >= limit else []
    if offset:
        links.append(to(max(offset - limit, 0), "prev"))
    return ((b"link", ", ".join(links).encode("ascii", "ignore")),) if links else ()

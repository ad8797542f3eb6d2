"""One post: its thread, its earlier versions, who liked and who reposted it."""

from __future__ import annotations

import msgspec
from markupsafe import Markup
from starlette.responses import Response

from officetalk.accounts import queries as accounts
from officetalk.accounts.entities import Person, Relationship
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.paging import Page
from officetalk.core.translation import _, ngettext
from officetalk.links import shorten
from officetalk.posts import queries as posts
from officetalk.posts import thread
from officetalk.posts.entities import Post, Thread, Version
from officetalk.web import cards, composing
from officetalk.web.page import page
from officetalk.web.reading import keep_offline, older_link
from officetalk.web.visit import PAGE, Visit


class Row(msgspec.Struct, frozen=True):
    """A comment in the thread and how it stands there."""

    card: cards.Card
    variant: str


class Fold(msgspec.Struct, frozen=True):
    """A stretch of a long thread that is folded until it is wanted."""

    folded: tuple[Row, ...]
    words: str


# How much stands there unfolded: of the path above, of the answers to one comment, of the comments.
_ABOVE, _ANSWERS, _COMMENTS = 6, 4, 40


def post_id(visit: Visit) -> int:
    """The id in the path. NotFound when it cannot be one."""
    text = visit.path["id"]
    if not text.isascii() or not text.isdigit() or len(text) > 19:
        raise NotFound
    return min(int(text), (1 << 63) - 1)


def url_of(post: Post) -> str:
    """The address of a post's thread."""
    shown = post.shown
    return f"/@{shown.author.username}/{shown.id}"


def _thread(
    conn: Connection, viewer: int, id: int, administrator: bool
) -> tuple[Thread, list[Relationship], dict[str, int]]:
    found = thread.thread(conn, viewer, id)
    codes = [code for _, code in found.post.content.recognised.links]
    return (
        found,
        accounts.relationships(conn, viewer, _taking_part(found)),
        shorten.clicks(conn, viewer, codes, administrator=administrator),
    )


def _taking_part(found: Thread) -> list[int]:
    """Those who spoke, in the order in which they did; at most six."""
    spoke = [*found.ancestors, found.post, *found.descendants]
    return list(dict.fromkeys(post.author.id for post in spoke))[:6]


@page("/@{name}/{id}")
async def thread_page(visit: Visit) -> Response:
    viewer = visit.me_as_viewer
    found, relations, clicks = await visit.read(
        _thread, viewer.id, post_id(visit), viewer.at_least("administrator")
    )
    if found.post.author.username != visit.path["name"]:
        return visit.redirect(url_of(found.post))
    keep_offline(visit, [*found.ancestors, found.post, *found.descendants])
    focus = cards.card(found.post, visit.reader)
    authors = {p.author.id: p.author for p in (*found.ancestors, found.post, *found.descendants)}
    return visit.render(
        "thread.html",
        focus=focus,
        above=_above(cards.cards(list(found.ancestors), visit.reader)),
        below=_folded(_rows(visit, found)),
        people=[(authors[r.id], r) for r in relations],
        clicks=[(url, clicks[code]) for url, code in found.post.content.recognised.links if code in clicks],
        composer=composing.comment(visit, found.post),
    )


def _rows(visit: Visit, found: Thread) -> list[Row]:
    """The comments: direct answers at the margin, all deeper ones indented once, joined by a line."""
    reader = visit.reader
    nested = [post.content.parent_id != found.post.id for post in found.descendants]
    rows = []
    for i, post in enumerate(found.descendants):
        variant = "nest" if nested[i] else "comment"
        if i + 1 < len(nested) and nested[i + 1]:
            variant += " line"
        rows.append(Row(cards.card(post, reader), variant))
    return rows


def _above(found: list[cards.Card]) -> list[Row | Fold]:
    """The path that leads here: its beginning, and the last steps."""
    rows = [Row(card, "above line") for card in found]
    if len(rows) <= _ABOVE:
        return [*rows]
    middle = tuple(rows[1 : 2 - _ABOVE])
    words = ngettext("%(count)s post between them", "%(count)s posts between them", len(middle))
    return [rows[0], Fold(middle, words), *rows[2 - _ABOVE :]]


def _folded(rows: list[Row]) -> list[Row | Fold]:
    """The comments, each with its first answers; what is more is folded, and so are the comments after the
    first forty."""
    shown: list[Row | Fold] = []
    comments = 0
    for at, row in enumerate(rows):
        nested = row.variant.startswith("nest")
        comments += not nested
        if comments > _COMMENTS:
            left = tuple(rows[at:])
            shown.append(Fold(left, ngettext("%(count)s more comment", "%(count)s more comments", len(left))))
            break
        if not nested:
            shown.extend(_answers(rows, at))
    return shown


def _answers(rows: list[Row], at: int) -> list[Row | Fold]:
    """The comment at that place with its answers."""
    end = at + 1
    while end < len(rows) and rows[end].variant.startswith("nest"):
        end += 1
    if end - at <= _ANSWERS + 2:  # one more is no reason to fold
        return [*rows[at:end]]
    seen = at + 1 + _ANSWERS
    left = tuple(rows[seen:end])
    return [
        *rows[at:seen],
        Fold(left, ngettext("%(count)s more answer", "%(count)s more answers", len(left))),
    ]


@page("/posts/{id}")
async def by_id(visit: Visit) -> Response:
    """A post by its id alone: links that do not know the author lead here."""
    return visit.redirect(url_of(await visit.read(posts.get, visit.me.id, post_id(visit))))


@page("/posts/{id}/card")
async def card_again(visit: Visit) -> Response:
    """A card as it stands now: for the page's script, after a change."""
    post = await visit.read(posts.get, visit.me.id, post_id(visit))
    variant = visit.asked("as")
    return visit.render(
        "fragments/card.html",
        card=cards.card(post, visit.reader),
        variant=variant if variant in _VARIANTS else "list",
    )


_VARIANTS = {"list", "pinned", "above", "above line", "comment", "comment line", "nest", "nest line", "focal"}


@page("/@{name}/{id}/history")
async def history_page(visit: Visit) -> Response:
    post, versions = await visit.read(posts.history, visit.me.id, post_id(visit))
    shown = [(_version_html(v), v.created_at) for v in reversed(versions)]
    return visit.render(
        "dialogs/history.html" if visit.fragment else "history.html",
        url=url_of(post),
        author=post.author,
        versions=shown,
    )


def _version_html(version: Version) -> Markup:
    return Markup(cards.body_html(version.text, version.recognised, None))


@page("/@{name}/{id}/likes")
async def likers_page(visit: Visit) -> Response:
    return await _people(visit, thread.liked_by, _("Liked by"))


@page("/@{name}/{id}/reposts")
async def reposters_page(visit: Visit) -> Response:
    return await _people(visit, thread.reposted_by, _("Reposted by"))


def _people_of(
    conn: Connection, viewer: int, id: int, asked: Page, list_of: object
) -> tuple[Post, list[Person], list[Relationship]]:
    people = list_of(conn, viewer, id, asked)  # type: ignore[operator]
    return posts.get(conn, viewer, id), people, accounts.relationships(conn, viewer, [p.id for p in people])


async def _people(visit: Visit, list_of: object, title: str) -> Response:
    asked = Page(PAGE * 2, visit.asked_id("max_id"))
    post, people, relations = await visit.read(_people_of, visit.me.id, post_id(visit), asked, list_of)
    return visit.render(
        "fragments/people.html" if visit.fragment else "people_list.html",
        title=title,
        back=url_of(post),
        people=people,
        relations={r.id: r for r in relations},
        older=older_link(visit, people, asked),
        nothing=_("Nobody yet."),
    )

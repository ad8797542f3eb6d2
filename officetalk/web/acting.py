"""What one does with posts: say, answer, edit, delete, like, repost, bookmark, pin, mute a conversation.

Each is a form that works alone: it leads back to where one was. Asked by the page's script, it answers with
the part of the page that changed.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from officetalk.core.database import Connection
from officetalk.core.errors import Invalid
from officetalk.core.translation import _
from officetalk.groups import queries as groups
from officetalk.posts import change, marks, polls, publish, queries
from officetalk.posts.entities import Post
from officetalk.projects import decisions
from officetalk.web import cards
from officetalk.web.page import page
from officetalk.web.thread_page import post_id, url_of
from officetalk.web.visit import Visit, local_path

_MARKS: dict[str, Callable[[Connection, int, int], Post]] = {
    "like": marks.like_post,
    "unlike": marks.unlike_post,
    "bookmark": marks.bookmark_post,
    "unbookmark": marks.unbookmark_post,
    "unrepost": change.unrepost,
    "repost": publish.repost,
}
# Those in the menu, with what is said afterwards.
_MENU: dict[str, tuple[Callable[[Connection, int, int], Post], str]] = {
    "pin": (marks.pin_post, "pinned"),
    "unpin": (marks.unpin_post, "unpinned"),
    "mute": (marks.mute_conversation, "conversation-muted"),
    "unmute": (marks.unmute_conversation, "conversation-unmuted"),
}


@page("/posts/{id}", ("POST",))
async def mark(visit: Visit) -> Response:
    """A button of the action row, or an entry of the menu."""
    act, id = visit.text("act"), post_id(visit)
    if act in _MARKS:
        await visit.write(_MARKS[act], visit.me.id, id)
        if visit.fragment:
            post = await visit.read(queries.get, visit.me.id, id)
            return visit.render("fragments/acts.html", card=cards.card(post, visit.reader))
        shown_in = visit.asked("card")
        return visit.back(anchor=f"p{shown_in if shown_in.isdigit() else id}")
    if act in _MENU:
        verb, said = _MENU[act]
        await visit.write(verb, visit.me.id, id)
        return visit.back(anchor=f"p{id}", said=said)
    raise Invalid(None, "This is nothing that one can do with a post.")


@page("/posts/{id}/vote", ("POST",))
async def vote(visit: Visit) -> Response:
    """Vote in a post's poll. Asked by the page's script, it answers with the poll as it stands now."""
    id = post_id(visit)
    given = visit.form.get("choice", [])
    chosen = [int(c) for c in (given if isinstance(given, list) else [given]) if str(c).isdigit()]
    post = await visit.write(polls.vote, visit.me.id, id, chosen)
    if visit.fragment:
        return visit.render("fragments/poll.html", card=cards.card(post, visit.reader))
    return visit.back(anchor=f"p{id}", said="voted")


def _on_board(conn: Connection, viewer: int, post: Post) -> tuple[bool, bool]:
    """Whether a post can be marked on the board of its group, and is marked as a decision."""
    if post.content.audience != "group":
        return False, False
    group = groups.get(conn, viewer, post.content.audience_of)
    return group.board and group.writable, decisions.is_one(conn, post.id)


@page("/posts/{id}/more")
async def more_page(visit: Visit) -> Response:
    """The menu of a post, which is also a page."""
    post = await visit.read(queries.get, visit.me.id, post_id(visit))
    board, decided = await visit.read(_on_board, visit.me.id, post.shown)
    return visit.render(
        "fragments/post_menu.html" if visit.fragment else "post_menu.html",
        board=board,
        decided=decided,
        card=cards.card(post.shown, visit.reader),
        back=visit.came_from(url_of(post)),
        address=visit.services.settings.origin + url_of(post),
    )


# --- deleting ---


@page("/posts/{id}/delete")
async def delete_page(visit: Visit) -> Response:
    post = await visit.read(change.own, visit.me.id, post_id(visit))
    return visit.render(
        "dialogs/delete.html" if visit.fragment else "delete.html",
        card=cards.card(post, visit.reader),
        back=visit.came_from("/"),
    )


@page("/posts/{id}/delete", ("POST",))
async def delete(visit: Visit) -> Response:
    id = post_id(visit)
    post = await visit.write(change.delete_post, visit.me.id, id)
    if visit.fragment:
        return visit.nothing(toast=_("Deleted."), gone={"id": str(id)})
    back = visit.text("back")
    gone = not back or back.startswith(url_of(post))  # the thread that one came from is not there any more
    return visit.redirect("/" if gone else local_path(back) or "/", "deleted")

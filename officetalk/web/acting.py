"""What one does with posts: say, answer, edit, delete, like, repost, bookmark, pin, mute a conversation.

Each is a form that works alone: it leads back to where one was. Asked by the page's script, it answers with
the part of the page that changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from starlette.responses import Response

from officetalk.accounts import organisation
from officetalk.accounts.entities import Audience
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.translation import _
from officetalk.posts import change, marks, polls, publish, queries
from officetalk.posts.entities import Draft, Post
from officetalk.web import cards, composing
from officetalk.web.forms import sentence
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


@page("/posts/{id}/more")
async def more_page(visit: Visit) -> Response:
    """The menu of a post, which is also a page."""
    post = await visit.read(queries.get, visit.me.id, post_id(visit))
    return visit.render(
        "fragments/post_menu.html" if visit.fragment else "post_menu.html",
        card=cards.card(post.shown, visit.reader),
        back=visit.came_from(url_of(post)),
        address=visit.services.settings.origin + url_of(post),
    )


# --- writing ---


def _for_comment(conn: Connection, viewer: int, id: int) -> Post:
    return queries.get(conn, viewer, id).shown


@page("/compose")
async def compose_page(visit: Visit) -> Response:
    """The composer alone: the page for phones and without script, the dialog with it."""
    reply = visit.asked_id("reply")
    if reply is None:
        people = await visit.read(organisation.headcount)
        made, parent = (
            composing.new_post(visit, key="compose", people=people, text=visit.asked("text")[:1000]),
            None,
        )
    else:
        parent = await visit.read(_for_comment, visit.me.id, reply)
        made = composing.comment(visit, parent, key="compose")
    return _compose(visit, made, parent)


def _compose(visit: Visit, made: composing.Composing, parent: Post | None, code: int = 200) -> Response:
    return visit.render(
        "dialogs/compose.html" if visit.fragment else "compose.html",
        code,
        composer=made,
        parent=cards.card(parent, visit.reader) if parent else None,
        title=("Comment" if parent else "Write a post"),
    )


@page("/posts", ("POST",))
async def publish_post(visit: Visit) -> Response:
    text, audience, key = visit.text("text"), visit.text("audience"), visit.text("key")
    parent_id = _parent_id(visit)
    parent = await visit.read(_for_comment, visit.me.id, parent_id) if parent_id else None
    limit = visit.company.character_limit
    draft = Draft(
        text=text,
        audience=_audience(visit, audience, parent),
        parent_id=parent_id,
        language=visit.me_as_viewer.preferences.language,
        sensitive=visit.me_as_viewer.preferences.sensitive,
        quote_policy=visit.me_as_viewer.preferences.quote_policy,
    )
    try:
        post = await visit.write(publish.publish, visit.me.id, draft, limit)
    except (Invalid, Forbidden) as problem:
        return _refused(visit, key, text, audience, parent, problem)
    if not visit.fragment:
        return visit.redirect(
            url_of(parent) + f"#p{post.id}" if parent else "/", "commented" if parent else "posted"
        )
    return _published(visit, post, parent, key)


def _parent_id(visit: Visit) -> int | None:
    text = visit.text("parent")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise NotFound
    return int(text)


def _audience(visit: Visit, chosen: str, parent: Post | None) -> Audience:
    if chosen in cards.AUDIENCES:
        return cast(Audience, chosen)
    if chosen:
        raise Invalid("audience", "must be company, quiet, followers or direct")
    return parent.content.audience if parent else visit.me_as_viewer.preferences.audience


def _wrong(problem: Invalid | Forbidden) -> str:
    """What is wrong with what was written."""
    if problem.field == "status" and "blank" in problem.text:
        return _("There is nothing in it yet.")
    if isinstance(problem, Invalid) and problem.code == "ERR_TOO_LONG":
        return _("It is longer than %(limit)s characters.", limit=problem.values.get("limit", ""))
    return sentence(_("Your text") if problem.field == "status" else "", problem)


def _refused(
    visit: Visit, key: str, text: str, audience: str, parent: Post | None, problem: Invalid | Forbidden
) -> Response:
    """The composer again, with what was typed and what is wrong with it."""
    key = key if key in ("new", "comment", "compose") else "compose"
    more: dict[str, Any] = {"key": key, "text": text, "audience": audience, "error": _wrong(problem)}
    made = composing.comment(visit, parent, **more) if parent else composing.new_post(visit, **more)
    if visit.fragment:
        return visit.render("fragments/composer.html", problem.status, composer=made)
    return _compose(visit, made, parent, problem.status)


def _published(visit: Visit, post: Post, parent: Post | None, key: str) -> Response:
    """For the script: an empty composer in its place, and the news that there is a new post."""
    events: dict[str, Any] = {
        "published": {"id": str(post.id), "parent": str(parent.id) if parent else "", "url": url_of(post)},
    }
    said = "Comment posted." if parent else "Posted."
    if key not in ("new", "comment"):
        return visit.nothing(toast=said, **events)
    made = composing.comment(visit, parent, key=key) if parent else composing.new_post(visit, key=key)
    return visit.render("fragments/composer.html", headers=visit.telling(toast=said, **events), composer=made)


# --- changing ---


@page("/posts/{id}/edit")
async def edit_page(visit: Visit) -> Response:
    post = await visit.read(change.own, visit.me.id, post_id(visit))
    return _edit(visit, post)


def _edit(visit: Visit, post: Post, code: int = 200, text: str | None = None, error: str = "") -> Response:
    made = composing.change(visit, post.content, url_of(post), text=text, error=error)
    if visit.fragment and error:
        return visit.render("fragments/composer.html", code, composer=made)
    return visit.render(
        "dialogs/compose.html" if visit.fragment else "compose.html",
        code,
        composer=made,
        parent=None,
        title="Edit",
    )


@page("/posts/{id}/edit", ("POST",))
async def edit(visit: Visit) -> Response:
    id, text = post_id(visit), visit.text("text")
    post = await visit.read(change.own, visit.me.id, id)
    try:
        post = await visit.write(
            change.edit, visit.me.id, id, text, visit.company.character_limit, spoiler=post.content.spoiler
        )
    except Invalid as problem:
        return _edit(visit, post, problem.status, text, _wrong(problem))
    if visit.fragment:
        return visit.nothing(toast="Saved.", changed={"id": str(id)})
    return visit.redirect(url_of(post), "saved")


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
        return visit.nothing(toast="Deleted.", gone={"id": str(id)})
    back = visit.text("back")
    gone = not back or back.startswith(url_of(post))  # the thread that one came from is not there any more
    return visit.redirect("/" if gone else local_path(back) or "/", "deleted")

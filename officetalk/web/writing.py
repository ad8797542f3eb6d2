"""Saying something: new posts, comments, quotes, edits, now or later. The forms work alone; asked by the page's
script, they answer with the part of the page that changed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, cast

from starlette.responses import JSONResponse, Response

from officetalk.accounts import organisation
from officetalk.accounts.entities import Audience, QuotePolicy
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, NotFound, Problem
from officetalk.core.translation import _
from officetalk.http.parameters import File
from officetalk.links import shorten
from officetalk.media import attachments
from officetalk.media.entities import Attachment
from officetalk.posts import change, grouping, publish, queries, quotes, scheduled
from officetalk.posts.change import MediaChange
from officetalk.posts.entities import Draft, PollDraft, Post
from officetalk.web import cards, composing
from officetalk.web.composing import Composing, Extras
from officetalk.web.forms import sentence
from officetalk.web.page import page
from officetalk.web.thread_page import post_id, url_of
from officetalk.web.uploading import focus_of, take
from officetalk.web.visit import Visit

_KEYS = ("new", "comment", "compose", "group")
OUTBOX = "outbox"  # the key of what the page's script sends by itself


def _shown(conn: Connection, viewer: int, id: int) -> Post:
    return queries.get(conn, viewer, id).shown


# --- what was typed -----------------------------------------------------------------------------------


def _ids(texts: list[str]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(t) for t in texts if t.isascii() and t.isdigit() and len(t) < 19))


def _one_id(visit: Visit, name: str) -> int | None:
    """An id in a hidden field. NotFound for what can be none."""
    text = visit.text(name)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise NotFound
    return int(text)


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else otherwise


def _policy(visit: Visit) -> QuotePolicy:
    chosen = visit.text("policy")
    if chosen in dict(composing.POLICIES):
        return cast(QuotePolicy, chosen)
    return visit.me_as_viewer.preferences.quote_policy


def _extras(visit: Visit, media: tuple[Attachment, ...]) -> Extras:
    """What was chosen, so that the form can show it again."""
    return Extras(
        media=composing.pictures(visit, media),
        sensitive=visit.checked("sensitive"),
        poll=visit.checked("poll"),
        options=tuple(visit.texts("option")[:8]),
        lasting=_number(visit.text("lasting"), 24 * 3600),
        multiple=visit.checked("multiple"),
        hide=visit.checked("hide"),
        warn=visit.checked("warn"),
        spoiler=visit.text("spoiler"),
        later=visit.checked("later"),
        at=visit.text("at"),
        language=visit.text("language") or visit.me_as_viewer.preferences.language,
        policy=_policy(visit),
    )


def _poll(extras: Extras) -> PollDraft | None:
    options = tuple(option.strip() for option in extras.options if option.strip())
    if not extras.poll:
        return None
    return PollDraft(options, extras.lasting, extras.multiple, extras.hide)


def _described(visit: Visit, ids: tuple[int, ...]) -> list[MediaChange]:
    """The descriptions and focal points that stand in the form."""
    return [
        MediaChange(id, visit.text(f"alt-{id}").strip(), focus_of(visit.text(f"focus-{id}")))
        for id in ids
        if f"alt-{id}" in visit.form
    ]


@contextlib.contextmanager
def _files(visit: Visit) -> Iterator[list[File]]:
    """The files of the form, closed afterwards."""
    given = visit.form.get("file", [])
    files = [f for f in (given if isinstance(given, list) else [given]) if isinstance(f, File)]
    try:
        yield [f for f in files if f.filename]
    finally:
        for file in files:
            file.stream.close()


def _owned(conn: Connection, viewer: int, ids: tuple[int, ...]) -> tuple[Attachment, ...]:
    found = {one.id: one for one in attachments.of_owner(conn, viewer, ids)}
    return tuple(found[id] for id in ids if id in found)


async def _media(visit: Visit) -> tuple[Attachment, ...]:
    """What hangs on the post: what was uploaded before, and (without script) what comes with the form."""
    ids = _ids(visit.texts("media"))
    with _files(visit) as files:
        for file in files:
            ids += ((await take(visit, file)).attachment.id,)
    return await visit.read(_owned, visit.me.id, ids) if ids else ()


# --- something new ------------------------------------------------------------------------------------


@page("/compose")
async def compose_page(visit: Visit) -> Response:
    """The composer alone: the page for phones and without script, the dialog with it."""
    if not visit.query:
        visit.keep_offline()
    reply, quoted = visit.asked_id("reply"), visit.asked_id("quote")
    if reply is not None:
        parent = await visit.read(_shown, visit.me.id, reply)
        return _compose(visit, composing.comment(visit, parent, key="compose"), parent)
    quote = cards.card(await visit.read(_shown, visit.me.id, quoted), visit.reader) if quoted else None
    people = await visit.read(organisation.headcount)
    made = composing.new_post(visit, key="compose", people=people, text=_shared(visit), quoted=quote)
    return _compose(visit, made, None)


def _shared(visit: Visit) -> str:
    """What a link or another app (the manifest's share_target) wants said: each part once, since apps put the
    address into the text as well."""
    title, text, url = (visit.asked(name).strip() for name in ("title", "text", "url"))
    parts = [title if title not in text else "", text, url if url not in text else ""]
    return "\n".join(part for part in parts if part)[:1000]


def _compose(visit: Visit, made: Composing, parent: Post | None, code: int = 200) -> Response:
    title = _("Comment") if parent else _("Quote") if made.quoted else _("Write a post")
    return visit.render(
        "dialogs/compose.html" if visit.fragment else "compose.html",
        code,
        composer=made,
        parent=cards.card(parent, visit.reader) if parent else None,
        title=title,
    )


def _say(
    conn: Connection, viewer: int, draft: Draft, changes: list[MediaChange], limit: int, at: int | None
) -> Post | None:
    """Publish it, or keep it for its time (`at`, ms)."""
    for one in changes:
        attachments.describe(conn, viewer, one.id, one.description, one.focus)
    if at is None:
        return publish.publish(conn, viewer, draft, limit)
    scheduled.schedule(conn, viewer, draft, at, limit)
    return None


@page("/posts", ("POST",), files=True)
async def publish_post(visit: Visit) -> Response:
    if visit.text("key") != OUTBOX:
        return await _publish(visit)
    # The page's outbox wants to know what became of it, and shows it itself.
    try:
        return await _publish(visit)
    except Problem as problem:
        return JSONResponse({"error": _wrong(problem)}, problem.status)


async def _publish(visit: Visit) -> Response:
    parent_id, quote_id = _one_id(visit, "parent"), _one_id(visit, "quote")
    parent = await visit.read(_shown, visit.me.id, parent_id) if parent_id else None
    quoted = await visit.read(_shown, visit.me.id, quote_id) if quote_id else None
    extras = _extras(visit, ())
    try:
        media = await _media(visit)
        extras = _extras(visit, media)
        draft = _draft(visit, await _text(visit), extras, parent, quoted)
        changes = _described(visit, draft.media_ids)
        at = _when(visit, extras)
        post = await visit.write(_say, visit.me.id, draft, changes, visit.company.character_limit, at)
    except (Invalid, Forbidden) as problem:
        if visit.text("key") == OUTBOX:
            raise
        return _refused(visit, extras, parent, quoted, problem)
    if visit.text("key") == OUTBOX:
        return _told(post, parent)
    if post is None:
        return visit.redirect("/scheduled", "scheduled")
    if parent is not None:
        return visit.redirect(f"{url_of(parent)}#p{post.id}", "commented")
    group = grouping.group_handle(post.content.recognised, post.content.audience_of)
    return visit.redirect(f"/groups/{group}" if group else "/", "posted")


async def _text(visit: Visit) -> str:
    """What was typed, with the addresses that the composer made short as they were: so the post tells where a
    link leads, and gets its preview."""
    typed, origin = visit.text("text"), visit.services.settings.origin
    if shorten.address(origin, "") not in typed:
        return typed
    return await visit.read(shorten.expand, origin, typed)


def _draft(visit: Visit, text: str, extras: Extras, parent: Post | None, quoted: Post | None) -> Draft:
    once = visit.text("once")
    chosen = visit.text("audience")
    group = None if parent or not chosen.startswith(composing.GROUP) else _group(chosen)
    return Draft(
        text=text,
        audience="group" if group is not None else _audience(visit, chosen, parent),
        group_id=group,
        parent_id=parent.id if parent else None,
        spoiler=extras.spoiler if extras.warn else "",
        language=extras.language,
        sensitive=extras.sensitive,
        idempotency_key=f"{publish.OUTBOX_KEY}{once[:64]}" if once else None,
        media_ids=tuple(one.id for one in extras.media),
        poll=_poll(extras),
        quote_of_id=quoted.id if quoted else None,
        quote_policy=cast(QuotePolicy, extras.policy),
    )


def _when(visit: Visit, extras: Extras) -> int | None:
    """When it is to be said; None: now. Invalid for what is no date."""
    if not extras.later:
        return None
    at = composing.local_time(visit, extras.at)
    if at is None:
        raise Invalid("scheduled_at", "Choose the day and the time", whole=True)
    return at


def _group(chosen: str) -> int:
    """The group in `group:ID`."""
    id = chosen.removeprefix(composing.GROUP)
    if not (id.isascii() and id.isdigit() and len(id) < 19):
        raise Invalid("audience", "must be one of those offered")
    return int(id)


def _audience(visit: Visit, chosen: str, parent: Post | None) -> Audience:
    if chosen in cards.AUDIENCES:
        return cast(Audience, chosen)
    if chosen:
        raise Invalid("audience", "must be company, quiet, followers or direct")
    return parent.content.audience if parent else visit.me_as_viewer.preferences.audience


def _wrong(problem: Problem) -> str:
    """What is wrong with what was written."""
    if isinstance(problem, NotFound):
        return _("What it answers or quotes is no longer there.")
    if problem.field == "status" and "blank" in problem.text:
        return _("There is nothing in it yet.")
    if isinstance(problem, Invalid) and problem.code == "ERR_TOO_LONG" and "limit" in problem.values:
        return _("It is longer than %(limit)s characters.", limit=problem.values["limit"])
    labels = {"status": _("Your text"), "poll_options": _("The poll"), "file": _("The file")}
    return sentence(labels.get(problem.field or "", ""), problem)


def _refused(
    visit: Visit, extras: Extras, parent: Post | None, quoted: Post | None, problem: Invalid | Forbidden
) -> Response:
    """The composer again, with what was typed and what is wrong with it."""
    key = visit.text("key")
    more: dict[str, Any] = {
        "key": key if key in _KEYS else "compose",
        "text": visit.text("text"),
        "audience": visit.text("audience"),
        "error": _wrong(problem),
        "extras": extras,
        "once": visit.text("once")[:64],
    }
    if parent is not None:
        made = composing.comment(visit, parent, **more)
    else:
        quote = cards.card(quoted, visit.reader) if quoted else None
        made = composing.new_post(visit, **more, quoted=quote)
    return _compose(visit, made, parent, problem.status)


def _told(post: Post | None, parent: Post | None) -> Response:
    """For the page's outbox: what to say, and where the post is; `post` is None when it waits for its time."""
    if post is None:
        said = _("It is said at its time. You find it under Scheduled.")
        return JSONResponse({"id": "", "url": "/scheduled", "said": said})
    said = _("Comment posted.") if parent else _("Posted.")
    about = str(parent.id) if parent else ""
    return JSONResponse({"id": str(post.id), "parent": about, "url": url_of(post), "said": said})


# --- changing -----------------------------------------------------------------------------------------


def _poll_left(visit: Visit, post: Post) -> int | None:
    poll = post.content.attached.poll
    if poll is None or poll.ends_at is None:
        return None
    return max(300, (poll.ends_at - visit.services.db.clock()) // 1000)


@page("/posts/{id}/edit")
async def edit_page(visit: Visit) -> Response:
    post = await visit.read(change.own, visit.me.id, post_id(visit))
    return _edit(visit, post)


def _edit(visit: Visit, post: Post, code: int = 200, **typed: Any) -> Response:
    made = composing.change(visit, post.content, url_of(post), left=_poll_left(visit, post), **typed)
    if visit.fragment and made.error:
        return visit.render("fragments/composer.html", code, composer=made)
    return visit.render(
        "dialogs/compose.html" if visit.fragment else "compose.html",
        code,
        composer=made,
        parent=None,
        title=_("Edit"),
    )


def _change(
    conn: Connection,
    viewer: int,
    id: int,
    text: str,
    extras: Extras,
    changes: list[MediaChange],
    limit: int,
) -> Post:
    post = change.edit(
        conn, viewer, id, text, limit,
        spoiler=extras.spoiler if extras.warn else "", sensitive=extras.sensitive, language=extras.language,
        media_ids=[one.id for one in extras.media], media_changes=changes, poll=_poll(extras),
    )  # fmt: skip
    if extras.policy != post.content.quote_policy and post.content.audience in ("company", "quiet"):
        post = quotes.set_policy(conn, viewer, id, cast(QuotePolicy, extras.policy))
    return post


@page("/posts/{id}/edit", ("POST",), files=True)
async def edit(visit: Visit) -> Response:
    id, text = post_id(visit), await _text(visit)
    post = await visit.read(change.own, visit.me.id, id)
    extras = _extras(visit, ())
    try:
        media = await _media(visit)
        extras = _extras(visit, media)
        changes = _described(visit, tuple(one.id for one in media))
        limit = visit.company.character_limit
        post = await visit.write(_change, visit.me.id, id, text, extras, changes, limit)
    except Invalid as problem:
        return _edit(visit, post, problem.status, text=text, error=_wrong(problem), extras=extras)
    if visit.fragment:
        return visit.nothing(toast=_("Saved."), changed={"id": str(id)})
    return visit.redirect(url_of(post), "saved")

"""Attachments: uploaded, processed, hung on a post, described, taken off, removed.

What belongs to nobody's post is removed a day after it was uploaded or taken off. Files go after their row:
a job of the same transaction removes them from the store, so that what a post shows is always there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import Float, String, Text, delete, insert, or_, select, update

from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.sql import Statement, p, within
from officetalk.jobs.queue import enqueue
from officetalk.media.entities import Attachment
from officetalk.media.tables import attachment

PROCESS = "process-media"  # kinds of jobs; processing.py does them
REMOVE = "remove-media"
FORGET = "forget-media"

AUTOMATIC = "-preview."  # in the name of a preview that we made of a film or a sound
MAX_ATTACHMENTS = 4  # of one post
MAX_DESCRIPTION = 1500  # characters
KEEP_FREE_MS = 24 * 3600 * 1000

State = Literal["processing", "ready", "failed"]


class Uploaded(msgspec.Struct, frozen=True):
    """Where an upload stands. `error` says why it failed; `source` is the name of the file as it came, while
    it waits to be processed; `format` that file's."""

    attachment: Attachment
    state: State
    account_id: int
    post_id: int | None
    source: str = ""
    format: str = ""
    error: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """Its names in the store."""
        names = (self.attachment.file, self.attachment.preview, self.source)
        return tuple(dict.fromkeys(name for name in names if name))


class Job(msgspec.Struct, frozen=True):
    """The payload of PROCESS and FORGET."""

    id: int


class Files(msgspec.Struct, frozen=True):
    """The payload of REMOVE."""

    names: tuple[str, ...]


_MADE = (
    "kind", "file", "preview", "width", "height", "preview_width", "preview_height", "duration", "frame_rate",
    "bitrate", "size", "blurhash",
)  # fmt: skip
_COLUMNS = [
    attachment.c[n]
    for n in (
        "id", *_MADE, "focus_x", "focus_y", "description", "state", "account_id", "post_id", "source", "format", "error",
    )
]  # fmt: skip
_MINE = attachment.c.account_id == p("account")
_ONE = Statement(select(*_COLUMNS).where(attachment.c.id == p("id")))
_LOCK_ONE = Statement(select(*_COLUMNS).where(attachment.c.id == p("id")).with_for_update())
_OF_OWNER = Statement(
    select(*_COLUMNS).where(within(attachment.c.id, "ids"), _MINE, attachment.c.state == "ready")
)
# Locked in the order of their ids, so that two posts that want the same files cannot wait for each other.
_LOCK_WANTED = Statement(
    select(*_COLUMNS).where(within(attachment.c.id, "ids"), _MINE).order_by(attachment.c.id).with_for_update()
)
_LOCK_OF_POST = Statement(
    select(*_COLUMNS).where(attachment.c.post_id == p("post")).order_by(attachment.c.id).with_for_update()
)
_ADD = Statement(insert(attachment).values({c.name: p(c.name, c.type) for c in attachment.columns}))
_HANG = Statement(
    update(attachment).where(within(attachment.c.id, "ids")).values(post_id=p("post"), free_since=None)
)
_FREE = Statement(
    update(attachment)
    .where(attachment.c.post_id == p("post"), within(attachment.c.id, "ids"))
    .values(post_id=None, free_since=p("now"))
)
_DELETE = Statement(delete(attachment).where(within(attachment.c.id, "ids")))
_DESCRIBE = Statement(
    update(attachment)
    .where(attachment.c.id == p("id"))
    .values(description=p("description", Text), focus_x=p("x", Float), focus_y=p("y", Float))
)
_SHOW = Statement(
    update(attachment)
    .where(attachment.c.id == p("id"))
    .values({n: p(n, attachment.c[n].type) for n in (*_MADE, "state", "source")})
)
_FAIL = Statement(
    update(attachment)
    .where(attachment.c.id == p("id"))
    .values(state="failed", source="", error=p("error", Text))
)
_STATE = Statement(update(attachment).where(attachment.c.id == p("id")).values(state=p("state", String)))
_UNUSED = Statement(
    select(*_COLUMNS)
    .where(
        attachment.c.id == p("id"),
        attachment.c.post_id.is_(None),
        or_(attachment.c.free_since.is_(None), attachment.c.free_since <= p("before")),
    )
    .with_for_update()
)


def _uploaded(row: Sequence[Any]) -> Uploaded:
    n = len(_MADE)
    id, made, rest = row[0], dict(zip(_MADE, row[1 : n + 1], strict=True)), row[n + 1 :]
    x, y, description, state, account_id, post_id, source, format, error = rest
    shown = Attachment(id, **made, focus=(x, y), description=description)
    return Uploaded(shown, state, account_id, post_id, source, format, error)


# --- uploading --------------------------------------------------------------------------------------


def begin(
    conn: Connection,
    account_id: int,
    files: Attachment,
    *,
    format: str,
    source: str = "",
    description: str = "",
    focus: tuple[float, float] = (0.0, 0.0),
) -> int:
    """Note what is about to be stored, before it is: whatever happens then, its files are known and will be
    removed if nobody uses them. `files`: names and measures, as far as they are known; its own id does not
    count. Returns the id."""
    id = conn.new_id()
    conn.run(
        _ADD,
        **{name: getattr(files, name) for name in _MADE},
        id=id, account_id=account_id, post_id=None, state="processing",
        source=source, format=format, focus_x=focus[0], focus_y=focus[1],
        description=check_description(description), error="", created_at=conn.now, free_since=conn.now,
    )  # fmt: skip
    _forget_later(conn, id)
    return id


def check_description(text: str) -> str:
    """The description, without blanks around it. Invalid when it is too long."""
    text = text.strip()
    if len(text) > MAX_DESCRIPTION:
        raise Invalid(
            "description",
            "is too long (maximum is %(count)s characters)",
            "ERR_TOO_LONG",
            count=MAX_DESCRIPTION,
        )
    return text


def stored(conn: Connection, id: int) -> Uploaded:
    """What was begun is in the store as it will be shown."""
    conn.run(_STATE, id=id, state="ready")
    return get(conn, id)


def to_process(conn: Connection, id: int) -> Uploaded:
    """What was begun is in the store as it came: let a job process it."""
    enqueue(conn, PROCESS, Job(id))
    return get(conn, id)


def get(conn: Connection, id: int) -> Uploaded:
    """For the work on it, whoever it belongs to. NotFound when it is gone."""
    row = conn.first(_ONE, id=id)
    if row is None:
        raise NotFound
    return _uploaded(row)


def expect(conn: Connection, id: int, made: Attachment) -> bool:
    """Note the names of what will be stored next. False when the upload is gone."""
    return _made(conn, id, made, "processing")


def finish(conn: Connection, id: int, made: Attachment) -> bool:
    """It is processed and in the store. False when the upload is gone."""
    if not _made(conn, id, made, "ready"):
        return False
    conn.announce("media.processed", id, get(conn, id).account_id)
    return True


def _made(conn: Connection, id: int, made: Attachment, state: State) -> bool:
    """A preview that its owner has chosen meanwhile stays."""
    row = conn.first(_LOCK_ONE, id=id)
    if row is None:
        return False
    before = _uploaded(row)
    shown = _with_preview_of(before.attachment, made) if has_chosen_preview(before.attachment) else made
    _show(conn, before, shown, state, also=(made.preview,))
    return True


def has_chosen_preview(shown: Attachment) -> bool:
    """Whether its owner sent the preview. One that we made says so in its name."""
    return bool(shown.preview) and AUTOMATIC not in shown.preview


def _with_preview_of(preview: Attachment, shown: Attachment) -> Attachment:
    return msgspec.structs.replace(
        shown,
        preview=preview.preview,
        preview_width=preview.preview_width,
        preview_height=preview.preview_height,
        blurhash=preview.blurhash,
    )


def _show(
    conn: Connection, before: Uploaded, made: Attachment, state: State, also: tuple[str, ...] = ()
) -> None:
    """What an upload consists of now. What it no longer needs (and `also`, if it does not) is removed."""
    source = before.source if state == "processing" else ""
    values = {name: getattr(made, name) for name in _MADE}
    conn.run(_SHOW, id=before.attachment.id, state=state, source=source, **values)
    kept = {made.file, made.preview, source}
    _remove_files(conn, [name for name in (*before.files, *also) if name and name not in kept])


def fail(conn: Connection, id: int, error: str) -> None:
    """It cannot be processed, however often it is tried; `error` is a sentence."""
    row = conn.first(_LOCK_ONE, id=id)
    if row is None:
        return
    before = _uploaded(row)
    conn.run(_FAIL, id=id, error=error)
    _remove_files(conn, [before.source] if before.source else [])
    conn.announce("media.processed", id, before.account_id)


# --- its owner --------------------------------------------------------------------------------------


def free(conn: Connection, account_id: int, id: int) -> Uploaded:
    """An upload of one's own that hangs on no post. NotFound otherwise."""
    found = _own(conn, account_id, id)
    if found.post_id is not None:
        raise NotFound
    return found


def _own(conn: Connection, account_id: int, id: int, *, lock: bool = False) -> Uploaded:
    row = conn.first(_LOCK_ONE if lock else _ONE, id=id)
    if row is None:
        raise NotFound
    found = _uploaded(row)
    if found.account_id != account_id:
        raise NotFound
    return found


def of_owner(conn: Connection, account_id: int, ids: Sequence[int]) -> list[Attachment]:
    """Those of these that are one's own and ready, in no particular order."""
    if not ids:
        return []
    return [_uploaded(row).attachment for row in conn.all(_OF_OWNER, account=account_id, ids=list(ids))]


def describe(
    conn: Connection,
    account_id: int,
    id: int,
    description: str | None,
    focus: tuple[float, float] | None,
) -> None:
    """Say better what an attachment shows, and what must stay when it is cropped; None: as it is. NotFound
    for others' attachments. A post keeps what it was given: attach again to change what it says."""
    found = _own(conn, account_id, id, lock=True).attachment
    x, y = found.focus if focus is None else focus
    text = found.description if description is None else check_description(description)
    conn.run(_DESCRIBE, id=id, description=text, x=x, y=y)


def change(
    conn: Connection,
    account_id: int,
    id: int,
    description: str | None,
    focus: tuple[float, float] | None,
    preview: Attachment | None = None,
) -> Uploaded:
    """`describe` for an upload that hangs on no post, and another preview (its name, size and blurhash, as
    somebody made it). NotFound where there is none."""
    found = _own(conn, account_id, id, lock=True)
    if found.post_id is not None:
        raise NotFound
    describe(conn, account_id, id, description, focus)
    if preview is not None:
        _show(conn, found, _with_preview_of(preview, found.attachment), found.state)
    return get(conn, id)


def remove(conn: Connection, account_id: int, id: int) -> None:
    """Take back an upload. Invalid while it hangs on a post, NotFound for others'."""
    found = _own(conn, account_id, id, lock=True)
    if found.post_id is not None:
        raise Invalid("id", "Media attachment is currently used by a status", whole=True)
    _remove(conn, [found])


# --- its post ---------------------------------------------------------------------------------------


def attach(conn: Connection, account_id: int, ids: Sequence[int], post_id: int) -> tuple[Attachment, ...]:
    """Hang uploads on a post (or on one that waits for its time), in this order. Those that hang there
    already stay. Raises Invalid with Mastodon's sentences."""
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MAX_ATTACHMENTS:
        raise _unattachable("Cannot attach more than %(count)s files", count=MAX_ATTACHMENTS)
    found = {
        one.attachment.id: one
        for one in map(_uploaded, conn.all(_LOCK_WANTED, account=account_id, ids=wanted))
        if one.post_id in (None, post_id)
    }
    missing = [str(id) for id in wanted if id not in found]
    if missing:
        raise _unattachable(
            "Media %(ids)s not found or already attached to another post", ids=", ".join(missing)
        )
    uploads = [found[id] for id in wanted]
    if len(uploads) > 1 and any(one.attachment.kind in ("video", "audio") for one in uploads):
        raise _unattachable("Cannot attach a video to a post that already contains images")
    if any(one.state != "ready" for one in uploads):
        raise _unattachable("Cannot attach files that have not finished processing. Try again in a moment!")
    new = [one.attachment.id for one in uploads if one.post_id is None]
    if new:
        conn.run(_HANG, post=post_id, ids=new)
    return tuple(one.attachment for one in uploads)


def _unattachable(sentence: str, **values: Any) -> Invalid:
    return Invalid("media_ids", sentence, whole=True, **values)


def detach(conn: Connection, post_id: int, ids: Sequence[int] | None = None) -> None:
    """Take attachments off a post, all of them unless `ids` says which: their owner can attach them to
    another for a day."""
    hanging = [_uploaded(row).attachment.id for row in conn.all(_LOCK_OF_POST, post=post_id)]
    going = hanging if ids is None else [id for id in hanging if id in set(ids)]
    if not going:
        return
    conn.run(_FREE, post=post_id, ids=going, now=conn.now)
    for id in going:
        _forget_later(conn, id)


def remove_of(conn: Connection, post_id: int) -> None:
    """Remove everything that hangs on a post; the files go by a job."""
    _remove(conn, [_uploaded(row) for row in conn.all(_LOCK_OF_POST, post=post_id)])


# --- what goes --------------------------------------------------------------------------------------


def _forget_later(conn: Connection, id: int) -> None:
    enqueue(conn, FORGET, Job(id), run_at=conn.now + KEEP_FREE_MS)


def forget(conn: Connection, id: int) -> None:
    """Remove an upload if nobody has used it for a day."""
    row = conn.first(_UNUSED, id=id, before=conn.now - KEEP_FREE_MS)
    if row is not None:
        _remove(conn, [_uploaded(row)])


def _remove(conn: Connection, uploads: Iterable[Uploaded]) -> None:
    uploads = list(uploads)
    if not uploads:
        return
    conn.run(_DELETE, ids=[one.attachment.id for one in uploads])
    _remove_files(conn, [name for one in uploads for name in one.files])


def _remove_files(conn: Connection, names: Sequence[str]) -> None:
    if names:
        enqueue(conn, REMOVE, Files(tuple(names)))

"""Pictures, videos and sounds, from the upload to the post that shows them."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Iterator
from typing import Any

import msgspec

from officetalk.api.endpoint import Answer, Call, endpoint
from officetalk.api.entities import Empty, MediaAttachment
from officetalk.core.database import Database
from officetalk.core.errors import Invalid, Problem
from officetalk.core.events import Event
from officetalk.http.parameters import File
from officetalk.media import attachments, uploads
from officetalk.media.attachments import Uploaded

_DEPRECATED = 1575158400  # 1 Dec 2019: with Mastodon 3.1.3, v2 took its place
_WAIT_SECONDS = 120  # for how long v1 waits for a film

_encode = msgspec.json.Encoder().encode


class Unprocessed(Problem):
    """The upload could not be processed."""

    status = 422

    def __init__(self) -> None:
        super().__init__("Error processing thumbnail for uploaded media")


class ChangeParameters(msgspec.Struct, frozen=True):
    description: str | None = None
    focus: str | list[float] | None = None  # "0.5,-0.3"
    thumbnail: File | None = None


class UploadParameters(ChangeParameters, frozen=True):
    file: File | None = None


def focus_of(given: str | list[float] | None) -> tuple[float, float] | None:
    """A focal point as clients write it: "x,y". Invalid when it is none; what lies outside is moved to the edge."""
    if given is None or given == "":
        return None
    try:
        x, y = (float(part) for part in (given.split(",") if isinstance(given, str) else given))
    except ValueError:
        x = y = math.nan
    if not (math.isfinite(x) and math.isfinite(y)):
        raise Invalid("focus", "must be two numbers from -1 to 1, such as 0.5,-0.3")
    return max(-1.0, min(1.0, x)), max(-1.0, min(1.0, y))


def _answer(call: Call[Any], found: Uploaded, processing: int) -> Answer:
    """The attachment, with the status `processing` while it is that."""
    if found.state == "failed":
        raise Unprocessed
    shown = found.attachment
    if found.state == "processing":  # what is stored already is not shown until all of it is
        chosen = attachments.has_chosen_preview(shown)
        shown = msgspec.structs.replace(shown, file="", preview=shown.preview if chosen else "")
    status = processing if found.state == "processing" else 200
    return Answer(_encode(call.render.media([shown])[0]), status)


@contextlib.contextmanager
def _closing(asked: ChangeParameters) -> Iterator[None]:
    """What was sent is gone from the disk afterwards."""
    try:
        yield
    finally:
        for sent in (asked.thumbnail, getattr(asked, "file", None)):
            if sent is not None:
                sent.stream.close()


async def _take(call: Call[UploadParameters]) -> Uploaded:
    asked = call.parameters
    with _closing(asked):
        if asked.file is None:
            raise Invalid("file", "can't be blank", "ERR_BLANK")
        return await uploads.take(
            call.db,
            call.services.media,
            call.viewer_id,
            asked.file.stream,
            thumbnail=None if asked.thumbnail is None else asked.thumbnail.stream,
            description=asked.description or "",
            focus=focus_of(asked.focus) or (0.0, 0.0),
        )


@endpoint(
    "POST", "/api/v2/media",
    scope="write:media", parameters=UploadParameters, returns=MediaAttachment, limit="media", also=(202,),
    errors=(503,), summary="Upload a file. 202: it is still being processed; ask for it until it has an address",
)  # fmt: skip
async def upload(call: Call[UploadParameters]) -> Answer:
    return _answer(call, await _take(call), 202)


@endpoint(
    "POST", "/api/v1/media",
    scope="write:media", parameters=UploadParameters, returns=MediaAttachment, limit="media",
    errors=(503,), deprecated=_DEPRECATED, summary="Upload a file, and wait until it is processed",
)  # fmt: skip
async def upload_and_wait(call: Call[UploadParameters]) -> Answer:
    with _news(call.db) as news:
        found = await _take(call)
        if found.state == "processing":
            found = await _processed(call.db, found.attachment.id, news)
    return _answer(call, found, 200)


@contextlib.contextmanager
def _news(db: Database) -> Iterator[asyncio.Queue[int]]:
    """Ids of uploads as they are processed, here or on another node."""
    loop = asyncio.get_running_loop()
    news: asyncio.Queue[int] = asyncio.Queue()

    def heard(event: Event) -> None:
        loop.call_soon_threadsafe(news.put_nowait, event.id)

    stop = db.bus.listen("media.processed", heard)
    try:
        yield news
    finally:
        stop()


async def _processed(db: Database, id: int, news: asyncio.Queue[int]) -> Uploaded:
    """The upload when it is processed, or as it is after a while."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_WAIT_SECONDS):
            while await news.get() != id:
                pass
    return await db.read(attachments.get, id)


@endpoint(
    "GET", "/api/v1/media/{id}",
    scope="write:media", returns=MediaAttachment, also=(206,), errors=(404, 422),
    summary="One's upload, before it hangs on a post. 206: it is still being processed",
)  # fmt: skip
async def get(call: Call[Any]) -> Answer:
    return _answer(call, await call.db.read(attachments.free, call.viewer_id, call.id), 206)


@endpoint(
    "PUT", "/api/v1/media/{id}",
    scope="write:media", parameters=ChangeParameters, returns=MediaAttachment, also=(206,), errors=(404, 422, 503),
    summary="Describe one's upload, before it hangs on a post",
)  # fmt: skip
async def change(call: Call[ChangeParameters]) -> Answer:
    asked = call.parameters
    with _closing(asked):
        found = await call.db.read(attachments.free, call.viewer_id, call.id)
        if found.state == "failed":
            raise Unprocessed
        changed = await uploads.change(
            call.db,
            call.services.media,
            call.viewer_id,
            call.id,
            description=asked.description,
            focus=focus_of(asked.focus),
            thumbnail=None if asked.thumbnail is None else asked.thumbnail.stream,
        )
    return _answer(call, changed, 206)


@endpoint(
    "DELETE", "/api/v1/media/{id}",
    scope="write:media", returns=Empty, errors=(404, 422), summary="Take back an upload that hangs on no post",
)  # fmt: skip
async def remove(call: Call[Any]) -> bytes:
    await call.db.write(attachments.remove, call.viewer_id, call.id)
    return b"{}"

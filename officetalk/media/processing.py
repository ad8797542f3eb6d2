"""The work on uploads that is left to jobs: films, sounds and animations, and files that go.

A job can be repeated: what it stores has been noted before, so that a process that dies leaves nothing that
nobody knows of.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import msgspec

from officetalk.core.database import Database
from officetalk.core.errors import Invalid, NotFound
from officetalk.jobs.runner import Handler
from officetalk.media import attachments, films, images, isobmff
from officetalk.media.attachments import (
    AUTOMATIC,
    FORGET,
    PROCESS,
    REMOVE,
    Files,
    Job,
    Uploaded,
    has_chosen_preview,
)
from officetalk.media.entities import Attachment
from officetalk.media.ffmpeg import Unprocessable
from officetalk.media.formats import FORMATS
from officetalk.media.images import Made, Written
from officetalk.media.uploads import with_preview
from officetalk.media.workshop import Workshop, content_type

SLOW = frozenset({PROCESS})  # kinds of jobs that others must not wait for


class _Ready(msgspec.Struct, frozen=True):
    """What goes into the store, and what is said of it."""

    shown: bytes | Path
    files: Attachment
    preview: Written | None


def handlers(db: Database, shop: Workshop) -> dict[str, Handler]:
    """Job handlers by kind."""

    async def process(payload: str) -> None:
        id = msgspec.json.decode(payload, type=Job).id
        try:
            upload = await db.read(attachments.get, id)
        except NotFound:
            return
        if upload.state == "processing":
            await _process(db, shop, upload)

    async def remove(payload: str) -> None:
        await asyncio.to_thread(shop.storage.remove, msgspec.json.decode(payload, type=Files).names)

    async def forget(payload: str) -> None:
        await db.write(attachments.forget, msgspec.json.decode(payload, type=Job).id)

    return {PROCESS: process, REMOVE: remove, FORGET: forget}


async def _process(db: Database, shop: Workshop, upload: Uploaded) -> None:
    id = upload.attachment.id
    with tempfile.TemporaryDirectory(prefix="officetalk-") as folder:
        source = Path(folder) / "source"
        await asyncio.to_thread(shop.storage.fetch, upload.source, source)
        try:
            ready = await _make(shop, upload, source)
        except Unprocessable as problem:
            await db.write(attachments.fail, id, problem.rule)
            return
        except Invalid as problem:
            await db.write(
                attachments.fail, id, f"File {problem.rule}" if not problem.whole else problem.rule
            )
            return
        files = ready.files
        if not await db.write(attachments.expect, id, files):
            return
        await shop.put(files.file, ready.shown, content_type(files.file))
        if ready.preview is not None:
            await shop.put(files.preview, ready.preview.data, content_type(files.preview))
    if not await db.write(attachments.finish, id, files):  # taken back while we worked
        await asyncio.to_thread(shop.storage.remove, [files.file, files.preview])


async def _make(shop: Workshop, upload: Uploaded, source: Path) -> _Ready:
    format = FORMATS[upload.format]
    if shop.ffmpeg is not None and (format.family != "image" or format.name == "gif"):
        played = await films.make(shop.ffmpeg, source, format)
        made = None if played.poster is None else await shop.in_thread(_preview_of, shop, played.poster)
        files = msgspec.structs.replace(
            upload.attachment, kind=played.kind, width=played.width, height=played.height,
            duration=played.duration, frame_rate=played.frame_rate, bitrate=played.bitrate,
        )  # fmt: skip
        return _ready(upload, files, played.path, played.suffix, made)
    if format.family == "image":
        made = await shop.in_thread(_animation_of, shop, source)
        assert made.shown is not None
        files = msgspec.structs.replace(
            upload.attachment, kind="image", width=made.shown.width, height=made.shown.height
        )
        return _ready(upload, files, made.shown.data, made.shown.suffix, made)
    return await asyncio.to_thread(_as_it_came, upload, source)


def _preview_of(shop: Workshop, path: Path) -> Made:
    with path.open("rb") as file:
        return images.make_preview(file, shop.max_image_pixels)


def _animation_of(shop: Workshop, path: Path) -> Made:
    with path.open("rb") as file:
        return images.make_animation(file, shop.max_image_pixels)


def _as_it_came(upload: Uploaded, source: Path) -> _Ready:
    """Without ffmpeg: kept, but without what a phone wrote about place and owner, where that is easy."""
    format = FORMATS[upload.format]
    files = msgspec.structs.replace(upload.attachment, kind=format.family)
    if format.demuxer == "mov":
        try:
            film = isobmff.clean(source)
        except isobmff.NotIsoMedia as problem:
            raise Unprocessable("The file could not be read") from problem
        files = msgspec.structs.replace(
            files, kind="video" if film.video else "audio", width=film.width, height=film.height,
            duration=film.duration,
        )  # fmt: skip
    return _ready(upload, files, source, format.suffix, None)


def _ready(
    upload: Uploaded, files: Attachment, shown: bytes | Path, suffix: str, made: Made | None
) -> _Ready:
    """With names. They follow from the upload's, so that a repeated attempt overwrites its own files; a
    preview that somebody chose stays."""
    token = upload.source.partition(".")[0]
    size = shown.stat().st_size if isinstance(shown, Path) else len(shown)
    files = msgspec.structs.replace(files, file=f"{token}.{suffix}", size=size)
    preview = made.preview if made is not None else None
    if preview is None or made is None or has_chosen_preview(upload.attachment):
        return _Ready(shown, files, None)
    files = with_preview(files, f"{token}{AUTOMATIC}{preview.suffix}", preview, made.blurhash)
    return _Ready(shown, files, preview)

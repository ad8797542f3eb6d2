"""Taking an upload: what is it, may it be, and either make it ready at once (a picture) or let a job do it."""

from __future__ import annotations

import secrets
from typing import BinaryIO

import msgspec

from officetalk.core.database import Database
from officetalk.core.errors import Invalid
from officetalk.media import attachments, images
from officetalk.media.attachments import Uploaded
from officetalk.media.entities import Attachment, Kind
from officetalk.media.formats import HEAD, Format, recognise
from officetalk.media.images import Made, Written
from officetalk.media.workshop import Workshop, content_type, megabytes

# Mastodon's words for a type that it does not take.
_NO_TYPE = "content type is invalid, File is invalid"


class _Looked(msgspec.Struct, frozen=True):
    """What the first look shows."""

    format: Format
    animated: bool = False


async def take(
    db: Database,
    shop: Workshop,
    account_id: int,
    file: BinaryIO,
    *,
    thumbnail: BinaryIO | None = None,
    description: str = "",
    focus: tuple[float, float] = (0.0, 0.0),
) -> Uploaded:
    """Keep an upload. A picture is ready when this returns; a film, a sound and an animation are processed by
    a job, after which `media.processed` is announced.

    Raises Invalid with the field (`file`, `thumbnail`, `description`).
    """
    attachments.check_description(description)  # before the work, not after it
    looked = await shop.in_thread(_look, shop, file)
    token = secrets.token_hex(16)  # 128 bits: no name can be guessed
    files = Attachment(0, _kind(looked), "")
    pieces: list[tuple[str, Written]] = []
    if thumbnail is not None:
        files, pieces = await make_thumbnail(shop, thumbnail, files, token)
    if looked.format.family == "image" and not looked.animated:
        made = await shop.in_thread(images.make, file, shop.max_image_pixels)
        return await _keep_picture(db, shop, account_id, files, pieces, made, token, description, focus)
    id = await db.write(
        attachments.begin, account_id, files,
        format=looked.format.name, source=f"{token}.raw", description=description, focus=focus,
    )  # fmt: skip
    await _store(shop, pieces)
    await shop.put(f"{token}.raw", file, "application/octet-stream")
    return await db.write(attachments.to_process, id)


def _kind(looked: _Looked) -> Kind:
    """What it will be; for films and animations that is not certain yet."""
    if looked.format.name == "gif" and looked.animated:
        return "gifv"
    return looked.format.family


def _look(shop: Workshop, file: BinaryIO) -> _Looked:
    """Recognise the content. Invalid for what is not taken or too large."""
    size = file.seek(0, 2)
    file.seek(0)
    if not size:
        raise Invalid("file", "can't be blank", "ERR_BLANK")
    format = recognise(file.read(HEAD))
    if format is None or not shop.takes(format):
        raise Invalid("file", _NO_TYPE)
    limit = shop.limit_of(format)
    if size > limit:
        raise Invalid("file", "is too large (maximum is %(value)s)", "ERR_TOO_LARGE", value=megabytes(limit))
    if format.family != "image":
        return _Looked(format)
    return _Looked(format, images.inspect(file, shop.max_image_pixels).animated)


async def _keep_picture(
    db: Database,
    shop: Workshop,
    account_id: int,
    files: Attachment,
    pieces: list[tuple[str, Written]],
    made: Made,
    token: str,
    description: str,
    focus: tuple[float, float],
) -> Uploaded:
    assert made.shown is not None
    name = f"{token}.{made.shown.suffix}"
    if not files.preview:  # nobody sent one
        preview = made.preview or made.shown
        preview_name = name if made.preview is None else _preview_name(token, made.preview)
        files = with_preview(files, preview_name, preview, made.blurhash)
        if made.preview is not None:
            pieces.append((preview_name, made.preview))
    files = msgspec.structs.replace(
        files, file=name, width=made.shown.width, height=made.shown.height, size=len(made.shown.data)
    )
    pieces.append((name, made.shown))
    id = await db.write(
        attachments.begin, account_id, files, format=made.shown.suffix, description=description, focus=focus
    )
    await _store(shop, pieces)
    return await db.write(attachments.stored, id)


async def make_thumbnail(
    shop: Workshop, thumbnail: BinaryIO, files: Attachment, token: str = ""
) -> tuple[Attachment, list[tuple[str, Written]]]:
    """A preview that somebody chose: `files` with it, and what is to be stored. Invalid names `thumbnail`."""
    size = thumbnail.seek(0, 2)
    if size > shop.max_image:
        raise Invalid(
            "thumbnail",
            "is too large (maximum is %(value)s)",
            "ERR_TOO_LARGE",
            value=megabytes(shop.max_image),
        )
    made = await shop.in_thread(images.make_preview, thumbnail, shop.max_image_pixels)
    assert made.preview is not None
    name = _preview_name(token or secrets.token_hex(16), made.preview)
    return with_preview(files, name, made.preview, made.blurhash), [(name, made.preview)]


def _preview_name(token: str, preview: Written) -> str:
    """Another one each time: what a name stands for never changes."""
    return f"{token}-{secrets.token_hex(4)}.{preview.suffix}"


def with_preview(files: Attachment, name: str, preview: Written, blurhash: str) -> Attachment:
    return msgspec.structs.replace(
        files, preview=name, preview_width=preview.width, preview_height=preview.height, blurhash=blurhash
    )


async def _store(shop: Workshop, pieces: list[tuple[str, Written]]) -> None:
    for name, written in pieces:
        await shop.put(name, written.data, content_type(name))


async def change(
    db: Database,
    shop: Workshop,
    account_id: int,
    id: int,
    *,
    description: str | None = None,
    focus: tuple[float, float] | None = None,
    thumbnail: BinaryIO | None = None,
) -> Uploaded:
    """Say better what an upload shows, before it hangs on a post. NotFound for others' and for those that do."""
    found = await db.read(attachments.free, account_id, id)
    preview = None
    if thumbnail is not None:
        preview, pieces = await make_thumbnail(shop, thumbnail, found.attachment)
        await _store(shop, pieces)
    return await db.write(attachments.change, account_id, id, description, focus, preview)

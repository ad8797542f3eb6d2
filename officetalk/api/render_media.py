"""Attachments as JSON. The same for every reader: part of what is encoded once with a post."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from officetalk.media.entities import Attachment
from officetalk.media.ffmpeg import rate

AddressOf = Callable[[str], str]


def attachment_json(attachment: Attachment, address_of: AddressOf) -> dict[str, Any]:
    """A MediaAttachment. `address_of` makes the signed address of a file of its name; without a file (it is
    still being processed) there is none."""
    a = attachment
    return {
        "id": str(a.id),
        "type": a.kind,
        "url": address_of(a.file) if a.file else None,
        "preview_url": address_of(a.preview) if a.preview else None,
        "remote_url": None,
        "preview_remote_url": None,
        "text_url": None,
        "meta": _meta(a),
        "description": a.description or None,
        "blurhash": a.blurhash or None,
    }


def _meta(a: Attachment) -> dict[str, Any]:
    meta: dict[str, Any] = {"focus": {"x": a.focus[0], "y": a.focus[1]}}
    if a.preview and a.preview_width:
        meta["small"] = _size(a.preview_width, a.preview_height)
    original: dict[str, Any] = _size(a.width, a.height) if a.width and a.height else {}
    if a.duration:
        meta |= {**original, "length": _length(a.duration), "duration": round(a.duration, 2)}
        if a.frame_rate:
            meta["fps"] = round(rate(a.frame_rate))
            original["frame_rate"] = a.frame_rate
        original["duration"] = a.duration
        if a.bitrate:
            original["bitrate"] = a.bitrate
    if original:
        meta["original"] = original
    return meta


def _size(width: int, height: int) -> dict[str, Any]:
    return {"width": width, "height": height, "size": f"{width}x{height}", "aspect": width / height}


def _length(seconds: float) -> str:
    """ "0:01:28.65"."""
    hundredths = round(seconds * 100)
    minutes, rest = divmod(hundredths, 6000)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest // 100:02d}.{rest % 100:02d}"

"""Pictures of emoji: judged by their content, decoded with three decoders only, made small and written anew,
so that nothing of the uploaded file is kept. What moves goes on moving, and gets a first frame that does not.

They lie where all uploaded files do (media/storage.py), named after their content.
"""

from __future__ import annotations

import hashlib
import io

import msgspec
from PIL import Image, ImageSequence

from officetalk.core.errors import Invalid
from officetalk.core.translation import N_
from officetalk.media.storage import Storage

FORMATS = ("PNG", "GIF", "WEBP")  # what Mastodon takes
MAX_BYTES = 256 * 1024  # as Mastodon, of what is sent and of what is kept
WIDTH, HEIGHT = 256, 128  # pixels; apps show 20 to 64
MAX_FRAMES = 300
MAX_PIXELS = 20_000_000  # of all frames: 80 MB decoded
CONTENT_TYPES = {"png": "image/png", "gif": "image/gif", "webp": "image/webp"}
_NO_PICTURE = N_("must be a PNG, GIF or WebP picture")
_TOO_LARGE = N_("must be less than 256 KB")


class Stored(msgspec.Struct, frozen=True):
    """Names in the store; both the same where nothing moves."""

    file: str
    static_file: str


def store(storage: Storage, data: bytes) -> Stored:
    """Keep a picture. Raises Invalid (image) for whatever is none, is broken, or is too large. Slow (2 to
    500 ms): call it in the thread for pictures (media/workshop.py), not in a write function."""
    if not data:
        raise Invalid("image", "can't be blank", "ERR_BLANK")
    if len(data) > MAX_BYTES:
        raise Invalid("image", _TOO_LARGE, "ERR_TOO_LARGE")
    made, static, extension = _convert(data)
    file = _keep(storage, made, extension)
    return Stored(file, file if static is None else _keep(storage, static, "png"))


def content_type(name: str) -> str:
    """What `Content-Type` says of a picture with this name."""
    return CONTENT_TYPES[name.rpartition(".")[2]]


def _keep(storage: Storage, data: bytes, extension: str) -> str:
    name = f"{hashlib.sha256(data).hexdigest()[:40]}.{extension}"
    storage.put(name, data, CONTENT_TYPES[extension])
    return name


def _convert(data: bytes) -> tuple[bytes, bytes | None, str]:
    """The picture, its first frame as PNG when it moves, and the extension of its format."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            count = getattr(opened, "n_frames", 1)
            if count > MAX_FRAMES or count * opened.width * opened.height > MAX_PIXELS:
                raise Invalid("image", "has too many pixels or frames", "ERR_TOO_LARGE")
            kind = opened.format or "PNG"
            frames, durations = _frames(opened)
        made = _encode(frames, durations, kind)
        static = _encode(frames[:1], [0], "PNG") if len(frames) > 1 else None
        return made, static, kind.lower()
    except Invalid:
        raise
    except Exception as problem:  # decoders fail in every way there is: OSError, SyntaxError, struct.error, …
        raise Invalid("image", _NO_PICTURE) from problem


def _frames(opened: Image.Image) -> tuple[list[Image.Image], list[int]]:
    """The frames, no larger than wanted, without what was written beside them; and their durations (ms)."""
    frames, durations = [], []
    for frame in ImageSequence.Iterator(opened):
        duration = frame.info.get("duration", 100)
        picture = frame.convert("RGBA")
        picture.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        picture.info.clear()
        frames.append(picture)
        durations.append(max(20, int(duration)))
    return frames, durations


def _encode(frames: list[Image.Image], durations: list[int], kind: str) -> bytes:
    """In the format, halved until it is small enough."""
    while True:
        out = io.BytesIO()
        options = {
            "PNG": {"optimize": True},
            "GIF": {"optimize": False},
            "WEBP": {"quality": 90, "method": 4},
        }
        more = dict(options[kind])
        if len(frames) > 1:
            more |= {"save_all": True, "append_images": frames[1:], "duration": durations, "loop": 0}
            if kind != "WEBP":
                more["disposal"] = 2 if kind == "GIF" else 1
        frames[0].save(out, kind, **more)
        if out.tell() <= MAX_BYTES:
            return out.getvalue()
        width, height = frames[0].width // 2, frames[0].height // 2
        if min(width, height) < 8:
            raise Invalid("image", _TOO_LARGE, "ERR_TOO_LARGE")
        frames = [frame.resize((width, height), Image.Resampling.LANCZOS) for frame in frames]

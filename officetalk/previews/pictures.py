"""Pictures of cards: made small, written anew, and kept beside the profile pictures, whose names and addresses
they share. So readers' devices load them from here, and nothing of the foreign file is left."""

from __future__ import annotations

import hashlib
import io
import math

import msgspec
from PIL import Image, ImageOps

from officetalk.media import images, pictures
from officetalk.media.decoders import formats, in_srgb
from officetalk.media.storage import Storage

MAX_PIXELS = 25_000_000
SHOWN_PIXELS = 230_400  # 640 x 360
_SMALLEST = 48  # pixels of the shorter side: less is a dot that counts readers, or an icon


class Picture(msgspec.Struct, frozen=True):
    """A picture in the store; size in pixels."""

    name: str
    width: int
    height: int
    blurhash: str


def keep(storage: Storage, data: bytes) -> Picture | None:
    """Keep a picture; None for what is none, is broken, or is too small or too large. Slow (10 to 300 ms)."""
    try:
        with pictures.decoding:
            picture = _small(data)
            if picture is None:
                return None
            out = io.BytesIO()
            picture.save(out, "WEBP", quality=pictures.QUALITY, method=4)
            blurhash = images.hash_of(picture)
    except Exception:  # decoders fail in every way there is: OSError, SyntaxError, struct.error, …
        return None
    name = f"{hashlib.sha256(out.getvalue()).hexdigest()[:40]}.webp"
    storage.put(name, out.getvalue(), pictures.CONTENT_TYPE)
    return Picture(name, *picture.size, blurhash)


def _small(data: bytes) -> Image.Image | None:
    with Image.open(io.BytesIO(data), formats=formats()) as opened:
        if opened.width * opened.height > MAX_PIXELS or min(opened.size) < _SMALLEST:
            return None
        size = _shown(opened.size)
        opened.draft("RGB", (max(size), max(size)))  # a JPEG can be decoded at a fraction of its size
        upright = in_srgb(ImageOps.exif_transpose(opened))
    picture = upright.resize(_shown(upright.size), Image.Resampling.LANCZOS, reducing_gap=3.0)
    picture.info.clear()  # profiles, comments, EXIF, XMP
    return picture


def _shown(size: tuple[int, int]) -> tuple[int, int]:
    """The same shape, no larger than what is shown."""
    width, height = size
    scale = min(1.0, math.sqrt(SHOWN_PIXELS / (width * height)))
    return max(1, round(width * scale)), max(1, round(height * scale))

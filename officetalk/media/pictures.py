"""Profile pictures: what people upload becomes a WebP of one size, without what it said about them.

A camera writes the place into its pictures, and decoders are where servers are attacked. So a picture is
judged by its content, decoded with the few decoders that we name, only if its header promises a bearable
size, one at a time, and written anew: nothing of the uploaded file is kept.

A picture's name is the beginning of its SHA-256, so the same picture is there once, can be cached for ever, and
says nothing about whose it is.
"""

from __future__ import annotations

import hashlib
import io
import re
import threading
from typing import Literal

from PIL import Image, ImageOps

from officetalk.core.errors import Invalid, NotFound
from officetalk.core.translation import N_
from officetalk.media.decoders import formats, in_srgb
from officetalk.media.storage import Storage

Kind = Literal["avatar", "header"]

SIZES: dict[Kind, tuple[int, int]] = {"avatar": (400, 400), "header": (1500, 500)}
CONTENT_TYPE = "image/webp"
MAX_BYTES = 16 * 1024 * 1024
MAX_PIXELS = 50_000_000  # 200 MB decoded
QUALITY = 82
_NAME = re.compile(r"[0-9a-f]{40}\.webp")
_NO_PICTURE = N_("must be a PNG, JPEG, GIF, WebP, AVIF or HEIC picture")
_NO_SIZE = N_("has too many pixels (maximum is 50 megapixels)")

decoding = threading.Lock()  # one picture of the largest size in memory, however many are uploaded


def store(storage: Storage, data: bytes, kind: Kind) -> str:
    """Keep a picture, cut to the middle of what `kind` shows (400 x 400 or 1500 x 500); its name in the
    store. Raises Invalid(kind, …) for whatever is no picture, is broken, or is too large. Slow (10 to 500
    ms): call it in a thread, not in a write function."""
    if not data:
        raise Invalid(kind, "can't be blank", "ERR_BLANK")
    if len(data) > MAX_BYTES:
        raise Invalid(
            kind, "is too large (maximum is %(count)s MB)", "ERR_TOO_LARGE", count=MAX_BYTES // 1024 // 1024
        )
    with decoding:
        made = _convert(data, kind)
    name = f"{hashlib.sha256(made).hexdigest()[:40]}.webp"
    storage.put(name, made, CONTENT_TYPE)
    return name


def checked(name: str) -> str:
    """The name of a picture. NotFound for what cannot be one: files of posts are not to be had by theirs."""
    if not _NAME.fullmatch(name):
        raise NotFound
    return name


def _convert(data: bytes, kind: Kind) -> bytes:
    size = SIZES[kind]
    try:
        with Image.open(io.BytesIO(data), formats=formats()) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise Invalid(kind, _NO_SIZE)
            longest = max(size)
            opened.draft("RGB", (longest, longest))  # a JPEG can be decoded at a fraction of its size
            picture = _cover(in_srgb(ImageOps.exif_transpose(opened)), size)
        picture.info.clear()  # profiles, comments, EXIF, XMP
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=QUALITY, method=4)
        return out.getvalue()
    except Invalid:
        raise
    except Image.DecompressionBombError as problem:
        raise Invalid(kind, _NO_SIZE) from problem
    except Exception as problem:  # decoders fail in every way there is: OSError, SyntaxError, struct.error, …
        raise Invalid(kind, _NO_PICTURE) from problem


def _cover(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The middle of the picture, as large as it fits the shape, in the size."""
    width, height = picture.size
    scale = min(width / size[0], height / size[1])
    across, down = size[0] * scale, size[1] * scale
    left, top = (width - across) / 2, (height - down) / 2
    box = (left, top, min(left + across, width), min(top + down, height))
    return picture.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)

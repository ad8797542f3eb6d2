"""The company's logo: whatever is uploaded becomes a square PNG of 512 pixels, the whole of it in the middle, and
from that the sizes that pages and installed apps show."""

from __future__ import annotations

import hashlib
import io
import re
from typing import Literal

from PIL import Image, ImageOps

from officetalk.core.errors import Invalid, NotFound
from officetalk.core.translation import N_
from officetalk.media.decoders import formats, in_srgb
from officetalk.media.pictures import MAX_PIXELS, decoding
from officetalk.media.storage import Storage

Variant = Literal["64", "192", "512", "apple", "maskable"]

SIZES: dict[Variant, int] = {"64": 64, "192": 192, "512": 512, "apple": 180, "maskable": 512}
CONTENT_TYPE = "image/png"
MAX_BYTES = 4 * 1024 * 1024
_SIDE = 512
_NAME = re.compile(r"[0-9a-f]{40}\.png")
# Platforms cut what they call maskable to a circle of 80 % (W3C, Web Application Manifest, "Icon masks").
_SAFE: dict[Variant, float] = {"maskable": 0.56, "apple": 0.8}
_NO_PICTURE = N_("must be a PNG, JPEG, GIF, WebP, AVIF or HEIC picture")
_NO_SIZE = N_("has too many pixels (maximum is 50 megapixels)")
_TOO_SMALL = N_("is too small (at least 64 pixels on its longer side)")


def store(storage: Storage, data: bytes) -> str:
    """Keep a logo; its name in the store. Raises Invalid (logo) for whatever is no picture, is broken, too small
    or too large. Slow (10 to 500 ms): call it in a thread, not in a write function."""
    if not data:
        raise Invalid("logo", "can't be blank", "ERR_BLANK")
    if len(data) > MAX_BYTES:
        raise Invalid(
            "logo", "is too large (maximum is %(count)s MB)", "ERR_TOO_LARGE", count=MAX_BYTES // 1024 // 1024
        )
    with decoding:
        made = _convert(data)
    name = f"{hashlib.sha256(made).hexdigest()[:40]}.png"
    storage.put(name, made, CONTENT_TYPE)
    return name


def checked(name: str) -> str:
    """The name of a logo. NotFound for what cannot be one."""
    if not _NAME.fullmatch(name):
        raise NotFound
    return name


def drawn(logo: bytes, variant: Variant) -> bytes:
    """The stored logo as PNG in a size; those for home screens on white, with room around. Some 20 ms."""
    size = SIZES[variant]
    with Image.open(io.BytesIO(logo), formats=("PNG",)) as opened:
        picture = opened.convert("RGBA")
    inner = round(size * _SAFE.get(variant, 1.0))
    if inner != _SIDE:
        picture = picture.resize((inner, inner), Image.Resampling.LANCZOS)
    if variant in _SAFE:
        ground = Image.new("RGBA", (size, size), "white")
        at = (size - inner) // 2
        ground.alpha_composite(picture, (at, at))
        picture = ground.convert("RGB")
    return _png(picture)


def _convert(data: bytes) -> bytes:
    try:
        with Image.open(io.BytesIO(data), formats=formats()) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise Invalid("logo", _NO_SIZE)
            if max(opened.size) < SIZES["64"]:
                raise Invalid("logo", _TOO_SMALL)
            picture = in_srgb(ImageOps.exif_transpose(opened)).convert("RGBA")
        picture.info.clear()
        picture = ImageOps.contain(picture, (_SIDE, _SIDE), Image.Resampling.LANCZOS)
        square = Image.new("RGBA", (_SIDE, _SIDE), (0, 0, 0, 0))
        square.paste(picture, ((_SIDE - picture.width) // 2, (_SIDE - picture.height) // 2))
        return _png(square)
    except Invalid:
        raise
    except Exception as problem:  # decoders fail in every way there is: OSError, SyntaxError, struct.error, …
        raise Invalid("logo", _NO_PICTURE) from problem


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()

"""Pictures of posts: judged by their content, decoded with the few decoders that we name, and written anew,
so that nothing of the uploaded file is left: no place, no camera, no thumbnail, nothing behind the end.

All of this is slow (tens of milliseconds to seconds) and takes memory: one at a time, in the workshop's
thread.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import blurhash
import msgspec
from PIL import Image, ImageOps, ImageSequence

from officetalk.core.errors import Invalid
from officetalk.media.decoders import formats, in_srgb

_ANIMATED = frozenset({"GIF", "PNG", "WEBP", "AVIF"})  # a HEIF with several pictures is a burst
_LOSSLESS = frozenset({"PNG", "GIF"})

SHOWN_PIXELS = 8_294_400  # 3840 x 2160: larger pictures are made smaller
PREVIEW_PIXELS = 230_400  # 640 x 360
ANIMATION_PIXELS = 500_000_000  # of all frames together
_HASH_SIZE = 32  # pixels of the longer side
_QUALITY = 88
_PREVIEW_QUALITY = 82

UNREADABLE = "File type of uploaded media could not be verified"  # Mastodon's sentence
_ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


class Written(msgspec.Struct, frozen=True):
    """A picture as it goes into the store; `suffix` is the end of its name."""

    data: bytes
    suffix: str
    width: int
    height: int


class Made(msgspec.Struct, frozen=True):
    """What became of an upload. Without `shown` only the preview was wanted; where a preview would be the
    same again it is None."""

    shown: Written | None
    preview: Written | None
    blurhash: str


class Facts(msgspec.Struct, frozen=True):
    """What a picture's header says."""

    width: int
    height: int
    animated: bool


def inspect(file: BinaryIO, max_pixels: int, field: str = "file") -> Facts:
    """Read the header alone. Invalid names `field` for what is no picture or has too many pixels."""
    with _opened(file, max_pixels, field) as picture:
        animated = picture.format in _ANIMATED and bool(getattr(picture, "is_animated", False))
        return Facts(picture.width, picture.height, animated)


def make(file: BinaryIO, max_pixels: int, field: str = "file") -> Made:
    """The picture (of an animation the first one), upright, in sRGB, of a bearable size, with its preview."""
    with _opened(file, max_pixels, field) as opened:
        lossless = opened.format in _LOSSLESS
        opened.draft("RGB", _within(opened.size, SHOWN_PIXELS))  # a JPEG can be decoded at a fraction
        picture = _shrunk(in_srgb(ImageOps.exif_transpose(opened)), SHOWN_PIXELS)
        shown = _written(picture, lossless, _QUALITY)
        small = picture if _pixels(picture) <= PREVIEW_PIXELS else _shrunk(picture, PREVIEW_PIXELS)
        preview = None if small is picture else _written(small, False, _PREVIEW_QUALITY)
        return Made(shown, preview, hash_of(small))


def make_preview(file: BinaryIO, max_pixels: int, field: str = "thumbnail") -> Made:
    """Only the preview, for what is shown otherwise: a poster, a cover."""
    with _opened(file, max_pixels, field) as opened:
        opened.draft("RGB", _within(opened.size, PREVIEW_PIXELS))
        small = _shrunk(in_srgb(ImageOps.exif_transpose(opened)), PREVIEW_PIXELS)
        return Made(None, _written(small, False, _PREVIEW_QUALITY), hash_of(small))


def make_animation(file: BinaryIO, max_pixels: int, field: str = "file") -> Made:
    """An animation as an animated WebP, where no ffmpeg makes a film of it; a frame at a time in memory."""
    with _opened(file, max_pixels, field) as opened:
        size = opened.size
        frames = _frames(opened, field)
        first = next(frames)
        out = io.BytesIO()
        first.save(
            out, "WEBP", save_all=True, append_images=frames, loop=opened.info.get("loop", 0),
            duration=_durations(opened), quality=75, method=2,
        )  # fmt: skip
        small = _shrunk(first, PREVIEW_PIXELS)
        shown = Written(out.getvalue(), "webp", *size)
        return Made(shown, _written(small, False, _PREVIEW_QUALITY), hash_of(small))


def _durations(picture: Image.Image) -> list[int]:
    """How long each frame stands, in milliseconds; browsers make of nearly nothing a tenth of a second."""
    found = []
    for frame in ImageSequence.Iterator(picture):
        duration = int(frame.info.get("duration", 100) or 0)
        found.append(duration if duration > 10 else 100)
    picture.seek(0)
    return found


def _frames(picture: Image.Image, field: str) -> Iterator[Image.Image]:
    left = ANIMATION_PIXELS
    for frame in ImageSequence.Iterator(picture):
        left -= _pixels(frame)
        if left < 0:
            raise Invalid(field, "has too many frames")
        copy = frame.convert("RGBA")
        copy.info.clear()
        yield copy


@contextmanager
def _opened(file: BinaryIO, max_pixels: int, field: str) -> Iterator[Image.Image]:
    """The picture, not decoded yet. Whatever a decoder says is told as Invalid."""
    too_large = Invalid(
        field, "has too many pixels (maximum is %(count)s megapixels)", count=max_pixels // 1_000_000
    )
    try:
        file.seek(0)
        with Image.open(file, formats=formats()) as picture:
            if _pixels(picture) > max_pixels:
                raise too_large
            yield picture
    except Invalid:
        raise
    except Image.DecompressionBombError as problem:
        raise too_large from problem
    except MemoryError as problem:
        raise too_large from problem
    except Exception as problem:  # decoders fail in every way there is: OSError, SyntaxError, struct.error, …
        raise Invalid(field, UNREADABLE, whole=True) from problem


def _pixels(picture: Image.Image) -> int:
    return picture.width * picture.height


def _within(size: tuple[int, int], pixels: int) -> tuple[int, int]:
    """The largest size of this shape with at most so many pixels."""
    width, height = size
    scale = math.sqrt(pixels / max(1, width * height))
    if scale >= 1:
        return size
    return max(1, int(width * scale)), max(1, int(height * scale))


def _shrunk(picture: Image.Image, pixels: int) -> Image.Image:
    size = _within(picture.size, pixels)
    if size == picture.size:
        return picture
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _written(picture: Image.Image, lossless: bool, quality: int) -> Written:
    """Encoded for every client there is: JPEG, or PNG for what came without loss; WebP for photographs that
    one can see through."""
    out = io.BytesIO()
    picture.info.clear()  # profiles, comments, EXIF, XMP
    seen_through = picture.mode == "RGBA" and picture.getchannel("A").histogram()[255] < _pixels(picture)
    if lossless:
        format = "PNG"
        picture.save(out, format, compress_level=6)
    elif seen_through:
        format = "WEBP"
        picture.save(out, format, quality=quality, method=2)
    else:
        format = "JPEG"
        picture.convert("RGB").save(out, format, quality=quality)
    return Written(out.getvalue(), _ENDINGS[format], *picture.size)


def hash_of(picture: Image.Image) -> str:
    """BlurHash (blurha.sh) of 4 x 4 components; what is transparent counts as white."""
    width, height = picture.size
    scale = _HASH_SIZE / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = picture.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    if small.mode == "RGBA":
        ground = Image.new("RGBA", size, (255, 255, 255, 255))
        ground.alpha_composite(small)
        small = ground
    flat = small.convert("RGB").tobytes()
    rows = [
        [tuple(flat[at : at + 3]) for at in range(y * size[0] * 3, (y + 1) * size[0] * 3, 3)]
        for y in range(size[1])
    ]
    return blurhash.encode(rows, 4, 4)

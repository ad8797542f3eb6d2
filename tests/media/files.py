"""Files as people upload them, made when they are first asked for."""

from __future__ import annotations

import io
import struct
import zlib
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from officetalk.media import decoders
from tests import ffmpeg

decoders.formats()  # Pillow can write HEIC then

RED, BLUE, WHITE = (220, 20, 20), (20, 20, 220), (255, 255, 255)
PLACE = "+52.5163+013.3777/"  # ISO 6709, as phones write it


def encoded(picture: Image.Image, format: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, **options)
    return out.getvalue()


def decoded(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def halves(width: int = 600, height: int = 400) -> Image.Image:
    """The left half red, the right half blue."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (width // 2, 0, width, height))
    return picture


def near(colour: object, other: tuple[int, ...], by: int = 25) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(a - b) < by for a, b in zip(colour, other, strict=False))


@lru_cache
def photograph(format: str = "JPEG") -> bytes:
    """As a phone writes it: turned by a quarter, with place, maker, comment and XMP. Upright, red is at the
    top and blue below."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Spycam"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (52.0, 30.0, 58.0)
    gps[3], gps[4] = "E", (13.0, 22.0, 39.0)
    options = {"comment": b"at home"} if format == "JPEG" else {}
    return encoded(
        halves(), format, exif=exif.tobytes(), xmp=b"<x:xmpmeta>where I live</x:xmpmeta>", **options
    )


SECRETS = (b"Spycam", b"at home", b"where I live", b"Exif", b"GPS", b"Secret Place", b"52.5163")


def animation(format: str = "GIF", frames: int = 6, size: tuple[int, int] = (81, 61)) -> bytes:
    pictures = []
    for i in range(frames):
        picture = Image.new("RGB", size, WHITE)
        picture.paste(RED, (i * 5, 10, i * 5 + 20, 40))
        pictures.append(picture)
    options: dict[str, object] = {"comment": b"at home"} if format == "GIF" else {}
    return encoded(
        pictures[0], format, save_all=True, append_images=pictures[1:], duration=100, loop=0, **options
    )


def png_that_claims(width: int, height: int) -> bytes:
    """A small file that would be decoded to a large picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


SUBTITLES = "1\n00:00:00,000 --> 00:00:01,000\nSecret Place 52.5163\n"
_TELLING = ("-metadata", f"location={PLACE}", "-metadata", "title=Secret Place")
_PICTURE = ("-f", "lavfi", "-i", "testsrc=s=320x180:d=2:r=25")
_SOUND = ("-f", "lavfi", "-i", "sine=d=2")
_RECIPES: dict[str, tuple[str, ...]] = {
    "phone.mp4": (*_PICTURE, *_SOUND, *_TELLING, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"),
    "phone.mov": (*_PICTURE, *_SOUND, *_TELLING, "-c:v", "libx265", "-tag:v", "hvc1", "-x265-params", "log-level=0"),
    "silent.webm": (*_PICTURE, "-c:v", "libvpx", "-b:v", "300k"),
    "film.ogv": (*_PICTURE, "-c:v", "libtheora"),
    "quick.mp4": ("-f", "lavfi", "-i", "testsrc=s=64x64:d=0.5:r=200", "-c:v", "libx264", "-pix_fmt", "yuv420p"),
    "vast.mp4": ("-f", "lavfi", "-i", "color=s=4096x2304:d=0.1:r=10", "-c:v", "libx264", "-preset", "ultrafast"),
    "sound.mp3": (*_SOUND, *_TELLING),
    "sound.m4a": (*_SOUND, *_TELLING),
    "sound.wav": (*_SOUND, *_TELLING),
    "sound.flac": (*_SOUND, *_TELLING),
    "sound.ogg": (*_SOUND, *_TELLING, "-c:a", "libopus"),
    "sound.aac": (*_SOUND, "-c:a", "aac", "-f", "adts"),
}  # fmt: skip


@lru_cache
def film(name: str) -> bytes:
    """A film or a sound, made by ffmpeg."""
    with TemporaryDirectory() as folder:
        made = Path(folder) / name
        if name == "turned.mp4":
            phone = Path(folder) / "phone.mp4"
            phone.write_bytes(film("phone.mp4"))
            ffmpeg.make("-i", str(phone), "-metadata:s:v:0", "rotate=90", "-c", "copy", str(made))
        elif name == "subtitled.mp4":
            phone, texts = Path(folder) / "phone.mp4", Path(folder) / "texts.srt"
            phone.write_bytes(film("phone.mp4"))
            texts.write_text(SUBTITLES)
            ffmpeg.make("-i", str(phone), "-i", str(texts), "-c", "copy", "-c:s", "mov_text", str(made))
        elif name == "covered.mp3":
            sound, cover = Path(folder) / "sound.mp3", Path(folder) / "cover.png"
            sound.write_bytes(film("sound.mp3"))
            cover.write_bytes(encoded(Image.new("RGB", (300, 300), RED)))
            ffmpeg.make(
                "-i", str(sound), "-i", str(cover), "-map", "0", "-map", "1", "-c:a", "copy", "-c:v", "mjpeg",
                "-disposition:v", "attached_pic", str(made),
            )  # fmt: skip
        else:
            ffmpeg.make(*_RECIPES[name], str(made))
        return made.read_bytes()

"""Films without ffmpeg: what they say of themselves, and what they no longer say of others."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from officetalk.media import isobmff
from tests import ffmpeg
from tests.ffmpeg import needs_ffmpeg
from tests.media import files


def cleaned(folder: Path, data: bytes) -> tuple[isobmff.Film, bytes]:
    path = folder / "film"
    path.write_bytes(data)
    return isobmff.clean(path), path.read_bytes()


@needs_ffmpeg
def test_a_film_forgets_the_place_and_still_plays(tmp_path: Path) -> None:
    before = files.film("phone.mp4")
    assert b"Secret Place" in before and b"loci" in before

    film, after = cleaned(tmp_path, before)

    assert film == isobmff.Film(video=True, audio=True, width=320, height=180, duration=2.0)
    assert len(after) == len(before)
    assert b"loci" not in after and not [secret for secret in files.SECRETS if secret in after]
    ffmpeg.make("-i", str(tmp_path / "film"), "-f", "null", "-")


@needs_ffmpeg
def test_a_track_that_is_neither_picture_nor_sound_is_wiped(tmp_path: Path) -> None:
    before = files.film("subtitled.mp4")
    assert before.count(b"52.5163") > files.film("phone.mp4").count(b"52.5163")

    _, after = cleaned(tmp_path, before)

    assert b"52.5163" not in after
    ffmpeg.make("-i", str(tmp_path / "film"), "-f", "null", "-")


@needs_ffmpeg
def test_a_turned_film_has_the_size_in_which_it_is_shown(tmp_path: Path) -> None:
    film, _ = cleaned(tmp_path, files.film("turned.mp4"))

    assert (film.width, film.height) == (180, 320)


@needs_ffmpeg
def test_a_sound_is_no_film(tmp_path: Path) -> None:
    film, after = cleaned(tmp_path, files.film("sound.m4a"))

    assert (film.video, film.audio, film.width, film.height) == (False, True, 0, 0)
    assert b"Secret Place" not in after


def box(type: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), type) + content


def track_of_data(chunks: int, length: int) -> bytes:
    """A track whose chunks all lie at the beginning of the file."""
    tables = (
        box(b"stsz", struct.pack(">III", 0, length, chunks))
        + box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 1, 1))
        + box(b"stco", struct.pack(">II", 0, chunks) + bytes(4 * chunks))
    )
    handler = box(b"hdlr", bytes(8) + b"meta" + bytes(12))
    return box(b"trak", box(b"mdia", handler + box(b"minf", box(b"stbl", tables))))


BROKEN = {
    "nothing": b"",
    "a beginning only": b"\0\0\0",
    "no list of tracks": box(b"ftyp", b"isom" + bytes(4)) + box(b"mdat", bytes(10)),
    "a box that is longer than the file": struct.pack(">I4s", 1000, b"moov"),
    "a box that is shorter than its head": struct.pack(">I4s", 4, b"moov") + bytes(20),
    "a long box without its length": struct.pack(">I4s", 1, b"moov"),
    "a track that is cut off": box(b"moov", box(b"trak", struct.pack(">I4s", 100, b"tkhd"))),
    "a header that is cut off": box(b"moov", box(b"mvhd", b"\0\0")),
    "samples that lie upon each other": box(b"ftyp", b"isom") + box(b"moov", track_of_data(5000, 100_000)),
    "boxes without end": box(b"free", b"") * 100_001,
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_said_to_be(tmp_path: Path, what: str) -> None:
    with pytest.raises(isobmff.NotIsoMedia):
        cleaned(tmp_path, BROKEN[what])

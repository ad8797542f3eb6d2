"""Files are recognised by what is in them."""

from __future__ import annotations

import pytest

from officetalk.media.formats import recognise
from tests.ffmpeg import needs_ffmpeg
from tests.media import files

PICTURES = {"PNG": "png", "JPEG": "jpeg", "GIF": "gif", "WEBP": "webp", "AVIF": "avif", "HEIF": "heif"}
FILMS = {
    "phone.mp4": "mp4", "phone.mov": "quicktime", "silent.webm": "webm", "film.ogv": "ogv", "sound.mp3": "mp3",
    "sound.m4a": "m4a", "sound.wav": "wav", "sound.flac": "flac", "sound.ogg": "ogg", "sound.aac": "aac",
}  # fmt: skip
NONE = {
    "nothing": b"",
    "a page": b"<!doctype html><script>alert(1)</script>",
    "a vector graphic": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "a playlist, which leads elsewhere": b"#EXTM3U\nfile:///etc/passwd\n",
    "a list of files for ffmpeg": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "a document": b"%PDF-1.7\n",
    "an archive": b"PK\x03\x04" + bytes(100),
    "a Matroska film": b"\x1aE\xdf\xa3\x42\x82\x88matroska",
    "an unknown brand": b"\0\0\0\x14ftypjunk\0\0\0\0junk",
    "one frame of a sound and nothing after it": b"\xff\xfb\x90\x00" + bytes(2000),
    "noise": bytes(range(256)) * 20,
    "a beginning only": b"\xff\xf1",
}


@pytest.mark.parametrize(("format", "name"), PICTURES.items())
def test_pictures_are_recognised(format: str, name: str) -> None:
    found = recognise(files.encoded(files.halves(), format))

    assert found is not None and (found.name, found.family) == (name, "image")


@needs_ffmpeg
@pytest.mark.parametrize(("file", "name"), FILMS.items())
def test_films_and_sounds_are_recognised(file: str, name: str) -> None:
    found = recognise(files.film(file)[:4096])

    assert found is not None and found.name == name


@needs_ffmpeg
def test_a_sound_without_a_tag_is_recognised_by_its_frames() -> None:
    data = files.film("sound.mp3")
    frames = data[data.index(b"\xff\xfb") :]

    found = recognise(frames)

    assert found is not None and found.name == "mp3"


@pytest.mark.parametrize("what", NONE)
def test_nothing_else_is_taken_for_one(what: str) -> None:
    assert recognise(NONE[what]) is None

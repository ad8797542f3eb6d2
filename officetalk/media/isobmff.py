"""MP4, MOV and M4A without ffmpeg: what is in them, and out with what a phone writes about its owner.

An ISO base media file (ISO/IEC 14496-12) is a tree of boxes: length, type, content. Where a film was made,
with what and by whom stands in `udta` and `meta` boxes within `moov`; tracks of their own can carry positions
over time. The former and the lists of the latter are made into empty `free` boxes of the same length, so that
nothing else moves; the samples of the latter are overwritten with zeros.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

import msgspec

_MAX_BOXES = 100_000
_MAX_MOOV = 32 * 1024 * 1024  # bytes: the tables of hours of film
_TELLING = frozenset({b"udta", b"meta", b"uuid"})
_WITHIN = frozenset({b"trak", b"mdia", b"minf", b"edts", b"stbl"})  # boxes that hold boxes
_TABLES = frozenset({b"stsz", b"stsc", b"stco", b"co64"})  # where a track's samples lie


class NotIsoMedia(ValueError):
    """The file is broken, or no such file."""


class Film(msgspec.Struct, frozen=True):
    """What the film says of itself: sizes in pixels as shown, `duration` in seconds."""

    video: bool
    audio: bool
    width: int
    height: int
    duration: float


class _Box(NamedTuple):
    type: bytes
    start: int  # of the box
    content: int  # where the content starts
    end: int


def clean(path: Path) -> Film:
    """Look at the film and make it forget, in place. Raises NotIsoMedia."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        boxes = list(_outer(file, size))
        moov = next((box for box in boxes if box.type == b"moov"), None)
        if moov is None or moov.end - moov.start > _MAX_MOOV:
            raise NotIsoMedia("there is no list of tracks")
        for box in boxes:
            if box.type in _TELLING:
                _empty(file, box)
        file.seek(moov.start)
        tree = bytearray(file.read(moov.end - moov.start))
        try:
            film, telling = _clean_moov(tree, moov.content - moov.start)
        except (struct.error, IndexError) as problem:
            raise NotIsoMedia("the list of tracks is broken") from problem
        if sum(length for _, length in telling) > size:
            raise NotIsoMedia("samples lie upon each other")
        for at, length in telling:
            _overwrite(file, at, min(length, size - at))
        file.seek(moov.start)  # last: what was overwritten may have lain in it
        file.write(tree)
    return film


def _outer(file: IO[bytes], size: int) -> Iterator[_Box]:
    """The outermost boxes, by their headers alone."""
    at = 0
    for _ in range(_MAX_BOXES):
        if at >= size:
            return
        file.seek(at)
        box = _box(file.read(16), at, size)
        yield box
        at = box.end
    raise NotIsoMedia("there are too many boxes")


def _box(head: bytes, at: int, limit: int) -> _Box:
    if len(head) < 8:
        raise NotIsoMedia("a box is cut off")
    length, type = struct.unpack_from(">I4s", head)
    content = at + 8
    if length == 1:
        if len(head) < 16:
            raise NotIsoMedia("a box is cut off")
        length, content = struct.unpack_from(">Q", head, 8)[0], at + 16
    elif length == 0:
        length = limit - at
    if length < content - at or at + length > limit:
        raise NotIsoMedia("a box is longer than what it is in")
    return _Box(type, at, content, at + length)


def _inner(tree: bytearray, start: int, end: int) -> Iterator[_Box]:
    at = start
    while at + 8 <= end:
        box = _box(bytes(tree[at : at + 16]), at, end)
        yield box
        at = box.end


def _empty(file: IO[bytes], box: _Box) -> None:
    file.seek(box.start + 4)
    file.write(b"free")
    _overwrite(file, box.content, box.end - box.content)


def _overwrite(file: IO[bytes], at: int, left: int) -> None:
    file.seek(at)
    while left > 0:
        left -= file.write(bytes(min(left, 1 << 20)))


def _forget(tree: bytearray, box: _Box) -> None:
    tree[box.start + 4 : box.start + 8] = b"free"
    tree[box.content : box.end] = bytes(box.end - box.content)


def _clean_moov(tree: bytearray, start: int) -> tuple[Film, list[tuple[int, int]]]:
    """The film, and where in the file samples lie (offset, length) that are neither picture nor sound."""
    video, audio, size, duration = False, False, (0, 0), 0.0
    telling: list[tuple[int, int]] = []
    for box in _inner(tree, start, len(tree)):
        if box.type in _TELLING:
            _forget(tree, box)
        elif box.type == b"mvhd":
            duration = _duration(tree, box.content)
        elif box.type == b"trak":
            handler, shown, tables = _clean_track(tree, box)
            if handler == b"vide":
                video, size = True, max(size, shown)
            elif handler == b"soun":
                audio = True
            else:  # positions over time, chapters, what the phone felt
                telling += _samples(tree, tables)
                _forget(tree, box)
    return Film(video, audio, *size, duration), telling


def _clean_track(tree: bytearray, track: _Box) -> tuple[bytes, tuple[int, int], dict[bytes, _Box]]:
    """The type of the track, its size as shown, and its tables of samples."""
    handler, size = b"", (0, 0)
    tables: dict[bytes, _Box] = {}
    waiting = [track]
    while waiting:
        outer = waiting.pop()
        for box in _inner(tree, outer.content, outer.end):
            if box.type in _TELLING:
                _forget(tree, box)
            elif box.type in _WITHIN:
                waiting.append(box)
            elif box.type in _TABLES:
                tables[box.type] = box
            elif box.type == b"hdlr" and not handler:
                handler = bytes(tree[box.content + 8 : box.content + 12])
            elif box.type == b"tkhd":
                size = _size(tree, box.content)
    return handler, size, tables


def _samples(tree: bytearray, tables: dict[bytes, _Box]) -> list[tuple[int, int]]:
    """Where the chunks of a track lie: offset and length. Sections 8.7.3 to 8.7.5."""
    chunks, sizes = tables.get(b"co64") or tables.get(b"stco"), tables.get(b"stsz")
    runs = tables.get(b"stsc")
    if chunks is None or sizes is None or runs is None:
        return []
    offsets = _numbers(tree, chunks, 4, ">Q" if chunks.type == b"co64" else ">I", 8)
    uniform = struct.unpack_from(">I", tree, sizes.content + 4)[0]
    lengths = [] if uniform else _numbers(tree, sizes, 8, ">I", 12)
    first_chunks = _numbers(tree, runs, 4, ">I8x", 8)
    per_chunk = _numbers(tree, runs, 4, ">4xI4x", 8)
    found, sample, run = [], 0, 0
    for chunk, offset in enumerate(offsets, 1):
        while run + 1 < len(first_chunks) and first_chunks[run + 1] <= chunk:
            run += 1
        count = per_chunk[run] if per_chunk else 0
        found.append((offset, uniform * count if uniform else sum(lengths[sample : sample + count])))
        sample += count
    return found


def _numbers(tree: bytearray, box: _Box, count_at: int, layout: str, start: int) -> list[int]:
    """A table: how many entries at `count_at` in the box, entries of `layout` from `start` on."""
    step = struct.calcsize(layout)
    count = struct.unpack_from(">I", tree, box.content + count_at)[0]
    end = min(box.end, box.content + start + count * step)
    return [
        struct.unpack_from(layout, tree, at)[0] for at in range(box.content + start, end - step + 1, step)
    ]


def _duration(tree: bytearray, at: int) -> float:
    """Of `mvhd`: in seconds."""
    if tree[at] == 1:
        scale, units = struct.unpack_from(">IQ", tree, at + 20)
    else:
        scale, units = struct.unpack_from(">II", tree, at + 12)
    unknown = (1 << 64) - 1 if tree[at] == 1 else (1 << 32) - 1
    return units / scale if scale and units != unknown else 0.0


def _size(tree: bytearray, at: int) -> tuple[int, int]:
    """Of `tkhd`: width and height, exchanged where the matrix turns the picture by a quarter."""
    matrix = at + (52 if tree[at] == 1 else 40)
    a, b = struct.unpack_from(">ii", tree, matrix)
    width, height = struct.unpack_from(">II", tree, matrix + 36)
    size = width >> 16, height >> 16
    return (size[1], size[0]) if a == 0 and b != 0 else size

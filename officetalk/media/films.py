"""Films, sounds and animations as every browser and phone plays them, without what was written beside them.

H.264 with AAC in an MP4 is copied as it is into a new file; whatever else ffmpeg can read is made into that.
Sound becomes MP3 (copied) or AAC. What a phone wrote about place and owner, chapters, subtitles and tracks of
data stay behind.
"""

from __future__ import annotations

import math
from pathlib import Path

import msgspec

from officetalk.media.entities import Kind
from officetalk.media.ffmpeg import Ffmpeg, Probed, Unprocessable, rate
from officetalk.media.formats import Format

MAX_FRAME_RATE = 120  # as Mastodon
MAX_PIXELS = 8_294_400  # of one frame: 3840 x 2160
_MADE_PIXELS = 2_073_600  # 1920 x 1080, of what is made anew
_COPIED_PICTURES = frozenset({"yuv420p", "yuvj420p"})
_COPIED_SOUNDS = frozenset({"aac", "mp3"})

_BARE = (
    "-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn",
    "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact",
)  # fmt: skip
_MP4 = ("-movflags", "+faststart", "-f", "mp4")
_H264 = (
    "-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-maxrate", "6M", "-bufsize", "12M",
    "-pix_fmt", "yuv420p", "-threads", "2",
)  # fmt: skip
_AAC = ("-c:a", "aac", "-b:a", "160k", "-ac", "2")
# What is transparent becomes white; frames keep their times.
_ON_WHITE = "format=rgba,split[a][b];[a]lutrgb=r=255:g=255:b=255:a=255[ground];[ground][b]overlay=format=auto"
_WAVES = (
    "[0:a:0]aformat=channel_layouts=mono,showwavespic=s=640x240:colors=0x7d8cff,format=rgba,split[a][b];"
    "[a]lutrgb=r=27:g=29:b=40:a=255[ground];[ground][b]overlay=format=auto"
)


class Played(msgspec.Struct, frozen=True):
    """A file that is ready, and a picture of it (a poster, a cover, the waves of a sound) where there is one."""

    kind: Kind
    path: Path
    suffix: str
    poster: Path | None
    width: int
    height: int
    duration: float
    frame_rate: str
    bitrate: int


async def make(ffmpeg: Ffmpeg, source: Path, format: Format) -> Played:
    """Make the file playable, beside its source. Raises Unprocessable."""
    probed = await ffmpeg.probe(source, format.demuxer)
    if format.name == "gif":
        return await _animation(ffmpeg, source, format, probed)
    if probed.video is not None and format.family == "video":
        return await _film(ffmpeg, source, format, probed)
    if probed.audio is not None:
        return await _sound(ffmpeg, source, format, probed)
    raise Unprocessable("There is neither picture nor sound in the file")


def _check(probed: Probed) -> tuple[int, int]:
    """The size of the film. Unprocessable for more than we let through."""
    width, height = probed.shown_size
    if not width or not height:
        raise Unprocessable("There is no picture in the file")
    if width * height > MAX_PIXELS:
        raise Unprocessable(f"{width}x{height} videos are not supported")
    if probed.frame_rate > MAX_FRAME_RATE:
        raise Unprocessable(f"{round(probed.frame_rate)}fps videos are not supported")
    return width, height


def _even(width: int, height: int) -> tuple[int, int]:
    """The size in which it is made: not too large, and even, as H.264 wants it."""
    scale = min(1.0, math.sqrt(_MADE_PIXELS / (width * height)))
    return max(2, round(width * scale) // 2 * 2), max(2, round(height * scale) // 2 * 2)


async def _animation(ffmpeg: Ffmpeg, source: Path, format: Format, probed: Probed) -> Played:
    width, height = probed.shown_size
    if not width or not height:
        raise Unprocessable("There is no picture in the file")
    made = source.with_name("made.mp4")
    filters = f"[0:v:0]{_ON_WHITE},scale={':'.join(map(str, _even(width, height)))}"
    await ffmpeg.convert(
        source, format.demuxer, "-filter_complex", filters, *_H264, "-an", *_BARE, *_MP4, _out(made)
    )
    return await _played(ffmpeg, made, "gifv", "mp4", at=0.0)


async def _film(ffmpeg: Ffmpeg, source: Path, format: Format, probed: Probed) -> Played:
    width, height = _check(probed)
    video, audio = probed.video, probed.audio
    assert video is not None
    made = source.with_name("made.mp4")
    copied = format.demuxer == "mov" and video.codec_name == "h264" and video.pix_fmt in _COPIED_PICTURES
    sound = ("-c:a", "copy") if audio is not None and audio.codec_name in _COPIED_SOUNDS else _AAC
    scale = ("-vf", f"scale={':'.join(map(str, _even(width, height)))}")
    picture = ("-c:v", "copy") if copied else (*scale, *_H264)
    await ffmpeg.convert(
        source, format.demuxer, "-map", "0:V:0", "-map", "0:a:0?", *picture, *sound, *_BARE, *_MP4, _out(made)
    )
    return await _played(ffmpeg, made, "video", "mp4", at=min(1.0, probed.duration / 4))


async def _sound(ffmpeg: Ffmpeg, source: Path, format: Format, probed: Probed) -> Played:
    assert probed.audio is not None
    if probed.audio.codec_name == "mp3":
        suffix, output = "mp3", ("-c:a", "copy", "-id3v2_version", "0", "-write_id3v1", "0", "-f", "mp3")
    elif probed.audio.codec_name == "aac":
        suffix, output = "m4a", ("-c:a", "copy", *_MP4)
    else:
        suffix, output = "m4a", (*_AAC, *_MP4)
    made = source.with_name(f"made.{suffix}")
    await ffmpeg.convert(source, format.demuxer, "-map", "0:a:0", "-vn", *output, *_BARE, _out(made))
    poster = await _cover(ffmpeg, source, format, probed)
    after = await ffmpeg.probe(made, "mp3" if suffix == "mp3" else "mov")
    return Played("audio", made, suffix, poster, 0, 0, after.duration, "", after.bitrate)


async def _cover(ffmpeg: Ffmpeg, source: Path, format: Format, probed: Probed) -> Path | None:
    """The cover that comes with a sound, else its waves."""
    poster = source.with_name("poster.png")
    chosen = ("-map", "0:v:0") if probed.cover is not None else ("-filter_complex", _WAVES)
    try:
        await ffmpeg.convert(source, format.demuxer, *chosen, *_ONE_PICTURE, _out(poster))
    except Unprocessable:
        return None
    return poster if poster.exists() else None


_ONE_PICTURE = ("-frames:v", "1", "-c:v", "png", "-f", "image2", "-update", "1")


async def _played(ffmpeg: Ffmpeg, made: Path, kind: Kind, suffix: str, at: float) -> Played:
    """What came out, with the picture at this time (s)."""
    after = await ffmpeg.probe(made, "mov")
    width, height = after.shown_size
    poster = made.with_name("poster.png")
    await ffmpeg.convert(
        made, "mov", "-map", "0:V:0", *_ONE_PICTURE, _out(poster), before=("-ss", f"{at:.3f}")
    )
    if not width or not height or not poster.exists():
        raise Unprocessable("There is no picture in the file")
    frame_rate = after.video.avg_frame_rate if after.video is not None else ""
    shown_rate = frame_rate if rate(frame_rate) else ""
    return Played(kind, made, suffix, poster, width, height, after.duration, shown_rate, after.bitrate)


def _out(path: Path) -> str:
    return f"file:{path}"

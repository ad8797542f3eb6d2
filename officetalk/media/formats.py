"""What a file is, by its content: names and types that a sender claims are not looked at."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

HEAD = 4096  # bytes that recognising needs

Family = Literal["image", "video", "audio"]


class Format(msgspec.Struct, frozen=True):
    """A kind of file. `suffix` ends its name in the store; `demuxer` is ffmpeg's name of it; `mime_types` are
    all by which clients know it, the usual one first."""

    name: str
    family: Family
    suffix: str
    mime_types: tuple[str, ...]
    demuxer: str = ""


FORMATS: dict[str, Format] = {
    format.name: format
    for format in (
        Format("jpeg", "image", "jpg", ("image/jpeg",)),
        Format("png", "image", "png", ("image/png",)),
        Format("gif", "image", "gif", ("image/gif",), "gif"),
        Format("webp", "image", "webp", ("image/webp",)),
        Format("avif", "image", "avif", ("image/avif",)),
        Format("heif", "image", "heic", ("image/heic", "image/heif")),
        Format("mp4", "video", "mp4", ("video/mp4",), "mov"),
        Format("quicktime", "video", "mov", ("video/quicktime",), "mov"),
        Format("webm", "video", "webm", ("video/webm", "audio/webm"), "matroska"),
        Format("ogv", "video", "ogv", ("video/ogg",), "ogg"),
        Format("m4a", "audio", "m4a", ("audio/mp4", "audio/m4a", "audio/x-m4a"), "mov"),
        Format("3gpp", "video", "3gp", ("video/3gpp", "audio/3gpp"), "mov"),
        Format("mp3", "audio", "mp3", ("audio/mpeg", "audio/mp3"), "mp3"),
        Format("ogg", "audio", "ogg", ("audio/ogg", "audio/vorbis"), "ogg"),
        Format(
            "wav",
            "audio",
            "wav",
            ("audio/wav", "audio/wave", "audio/x-wav", "audio/x-pn-wave", "audio/vnd.wave"),
            "wav",
        ),
        Format("flac", "audio", "flac", ("audio/flac", "audio/x-flac"), "flac"),
        Format("aac", "audio", "aac", ("audio/aac",), "aac"),
    )
}
# What every browser and phone plays, so that it can be kept as it comes where there is no ffmpeg.
PLAYABLE = frozenset({"mp4", "quicktime", "webm", "ogv", "m4a", "mp3", "ogg", "wav", "flac"})

CONTENT_TYPES = {format.suffix: format.mime_types[0] for format in FORMATS.values()}

_HEIF_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
)
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_AUDIO_BRANDS = frozenset({b"M4A ", b"M4B ", b"M4P "})
# Brands of ISO base media files that are films, by what they begin with.
_VIDEO_BRANDS = (b"iso", b"mp4", b"M4V", b"avc1", b"dash", b"MSNV", b"mmp4", b"f4v")
_OGG_CODECS = {
    b"\x80theora": "ogv",
    b"OpusHead": "ogg",
    b"\x01vorbis": "ogg",
    b"\x7fFLAC": "ogg",
    b"Speex   ": "ogg",
}
_DOCTYPE = re.compile(rb"\x42\x82([\x81-\xff])([a-z]{1,16})")


def recognise(head: bytes) -> Format | None:
    """The format of a file that begins with these bytes (the first HEAD of them); None for what is none that
    can be attached."""
    name = _recognise(head[:HEAD])
    return None if name is None else FORMATS[name]


def _recognise(head: bytes) -> str | None:
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head.startswith(b"RIFF") and len(head) > 12:
        return {b"WEBP": "webp", b"WAVE": "wav"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _iso_base_media(head)
    if head[4:8] in (b"moov", b"wide", b"mdat") and int.from_bytes(head[:4]) >= 8:
        return "quicktime"  # from before there was a ftyp
    if head.startswith(b"\x1aE\xdf\xa3"):
        found = _DOCTYPE.search(head)
        return "webm" if found is not None and found[2].startswith(b"webm") else None
    if head.startswith(b"OggS"):
        first = head[27 + head[26] :] if len(head) > 27 else b""
        return next((name for codec, name in _OGG_CODECS.items() if first.startswith(codec)), None)
    if head.startswith(b"fLaC"):
        return "flac"
    if head.startswith(b"ID3"):
        return "mp3"
    return _mpeg_audio(head)


def _iso_base_media(head: bytes) -> str | None:
    """By the major brand, then by those it is compatible with (ISO/IEC 14496-12, section 4.3)."""
    size = min(int.from_bytes(head[:4]), len(head))
    major = head[8:12]
    brands = [major, *(head[at : at + 4] for at in range(16, size - 3, 4))]
    for brand in brands:
        if brand in _AVIF_BRANDS:
            return "avif"
        if brand in _HEIF_BRANDS:
            return "heif" if b"avif" not in brands and b"avis" not in brands else "avif"
        if brand == b"qt  ":
            return "quicktime"
        if brand in _AUDIO_BRANDS:
            return "m4a"
        if brand.startswith(b"3g"):
            return "3gpp"
        if brand.startswith(_VIDEO_BRANDS):
            return "mp4"
    return None


# Bit rates in kbit/s of MPEG 1 and of MPEG 2 and 2.5, layer III; sampling rates in Hz by version.
_BITRATES = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _mpeg_audio(head: bytes) -> str | None:
    """MP3 or AAC without a container: a frame must be followed by another where it says that it ends."""
    if len(head) < 7 or head[0] != 0xFF:
        return None
    if _is_adts(head):
        length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
        following = head[length : length + 2]
        return "aac" if length >= 7 and _is_adts(following) else None
    length = _mp3_frame(head)
    if length is None:
        return None
    return "mp3" if _mp3_frame(head[length:]) is not None else None


def _is_adts(head: bytes) -> bool:
    """Whether a frame of AAC begins here (ISO/IEC 13818-7, section 6.2)."""
    return len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0


def _mp3_frame(head: bytes) -> int | None:
    """How long the frame is that begins here, in bytes; None where none begins (ISO/IEC 11172-3, 2.4)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return None
    version, bitrate, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or bitrate in (0, 15) or rate == 3:
        return None
    kilobits = _BITRATES[3 if version == 3 else 2][bitrate]
    samples = 144_000 if version == 3 else 72_000
    return samples * kilobits // _RATES[version][rate] + (head[2] >> 1 & 1)

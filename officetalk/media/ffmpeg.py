"""ffmpeg and ffprobe, held on a short rein: they read what strangers sent.

They are told what format to expect instead of guessing it, may open no protocol but `file`, get no input and
no environment, and are ended when they take too long, too much memory, or write too much.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import signal
import subprocess
from functools import lru_cache
from pathlib import Path

import msgspec

from officetalk.core.errors import Problem

try:
    import resource
except ImportError:  # Windows
    resource = None

log = logging.getLogger(__name__)

_MEMORY = 4 << 30  # bytes of address space
_SAID = 256 * 1024  # bytes of what they say that we read
_PROBE_SECONDS = 30
_NEEDED = ("libx264", "aac")  # encoders


class Unprocessable(Problem):
    """The file cannot be processed, and will not be when it is tried again."""

    status = 422


class Stream(msgspec.Struct, frozen=True):
    """What ffprobe says of one stream."""

    codec_type: str = ""
    codec_name: str = ""
    pix_fmt: str = ""
    width: int = 0
    height: int = 0
    avg_frame_rate: str = ""
    disposition: dict[str, int] = {}
    side_data_list: list[dict] = []


class FileFormat(msgspec.Struct, frozen=True):
    duration: str = "0"
    bit_rate: str = "0"
    size: str = "0"


class Probed(msgspec.Struct, frozen=True):
    """What ffprobe says of a file."""

    streams: list[Stream] = []
    format: FileFormat = FileFormat()

    @property
    def video(self) -> Stream | None:
        """The film; a cover picture is none."""
        return self._first("video", attached=False)

    @property
    def cover(self) -> Stream | None:
        return self._first("video", attached=True)

    @property
    def audio(self) -> Stream | None:
        return self._first("audio", attached=False)

    def _first(self, kind: str, *, attached: bool) -> Stream | None:
        return next(
            (
                s
                for s in self.streams
                if s.codec_type == kind and bool(s.disposition.get("attached_pic")) is attached
            ),
            None,
        )

    @property
    def duration(self) -> float:
        """In seconds; 0 where it is not known."""
        return _number(self.format.duration)

    @property
    def bitrate(self) -> int:
        """In bits per second."""
        return int(_number(self.format.bit_rate))

    @property
    def shown_size(self) -> tuple[int, int]:
        """Width and height of the film as it is shown, in pixels."""
        if self.video is None:
            return 0, 0
        size = self.video.width, self.video.height
        turn = next((d.get("rotation") for d in self.video.side_data_list if "rotation" in d), 0)
        return (size[1], size[0]) if isinstance(turn, (int, float)) and round(turn) % 180 else size

    @property
    def frame_rate(self) -> float:
        """Frames per second; 0 where it is not known."""
        return rate(self.video.avg_frame_rate) if self.video is not None else 0.0


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 <= value < 1e12 else 0.0


def rate(text: str) -> float:
    """ "30000/1001" as a number; 0 for what is none."""
    above, _, below = text.partition("/")
    divisor = _number(below or "1")
    return _number(above) / divisor if divisor else 0.0


class Ffmpeg:
    """The two programs. `seconds`: how long one run may take; `max_bytes`: how much it may write."""

    def __init__(self, program: str, probe: str, seconds: int, max_bytes: int) -> None:
        self.program = program
        self.probe_program = probe
        self.seconds = seconds
        self.max_bytes = max_bytes

    async def probe(self, path: Path, demuxer: str) -> Probed:
        """What is in the file. Unprocessable where nothing of this format is."""
        said = await self._run(
            self.probe_program,
            ["-v", "error", *_reading(path, demuxer), "-show_format", "-show_streams", "-of", "json"],
            path.parent, _PROBE_SECONDS,
        )  # fmt: skip
        try:
            return msgspec.json.decode(said, type=Probed)
        except msgspec.MsgspecError as problem:
            raise Unprocessable("The file could not be read") from problem

    async def convert(self, path: Path, demuxer: str, *output: str, before: tuple[str, ...] = ()) -> None:
        """Run ffmpeg with one input; `before` stands in front of it, `output` behind."""
        arguments = ["-v", "error", "-nostdin", "-y", *before, *_reading(path, demuxer), *output]
        await self._run(self.program, arguments, path.parent, self.seconds)

    async def _run(self, program: str, arguments: list[str], folder: Path, seconds: int) -> bytes:
        """What the program says. Unprocessable when it fails; it is ended when we are."""
        process = await asyncio.create_subprocess_exec(
            program, *arguments,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            cwd=folder, env={"PATH": os.defpath, "LC_ALL": "C"}, start_new_session=True,
        )  # fmt: skip
        self._restrain(process.pid, seconds)
        try:
            async with asyncio.timeout(seconds):
                said, complained = await asyncio.gather(_read(process.stdout), _read(process.stderr))
                code = await process.wait()
        except TimeoutError as problem:
            raise Unprocessable(f"It took longer than {seconds} seconds") from problem
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        if code != 0:
            log.info(
                "%s ended with %d: %s", Path(program).name, code, complained[-500:].decode("utf-8", "replace")
            )
            raise Unprocessable("The file could not be read")
        return said

    def _restrain(self, pid: int, seconds: int) -> None:
        """Limits for a program that has just started; others go before it."""
        with contextlib.suppress(OSError, ValueError):
            os.setpriority(os.PRIO_PROCESS, pid, 10)
        limit = getattr(resource, "prlimit", None)  # Linux only
        if limit is None or resource is None:
            return
        cores = os.cpu_count() or 1
        wanted = {
            resource.RLIMIT_AS: _MEMORY,
            resource.RLIMIT_FSIZE: self.max_bytes,
            resource.RLIMIT_CPU: seconds * cores,
            resource.RLIMIT_CORE: 0,
        }
        for kind, value in wanted.items():
            with contextlib.suppress(OSError, ValueError):
                limit(pid, kind, (value, value))


def _reading(path: Path, demuxer: str) -> list[str]:
    return ["-protocol_whitelist", "file", "-f", demuxer, "-i", f"file:{path}"]


async def _read(stream: asyncio.StreamReader | None) -> bytes:
    """All that it says, of which the first part is kept."""
    assert stream is not None
    kept = bytearray()
    while chunk := await stream.read(65536):
        if len(kept) < _SAID:
            kept += chunk
    return bytes(kept)


def find(program: str, seconds: int, max_bytes: int) -> Ffmpeg | None:
    """The programs, if they are there and can make what everybody plays (H.264 and AAC)."""
    path = shutil.which(program) if program else None
    if path is None:
        return None
    beside = Path(path).with_name(Path(path).name.replace("ffmpeg", "ffprobe"))
    probe = str(beside) if beside.is_file() and beside != Path(path) else shutil.which("ffprobe")
    if probe is None:
        log.warning("%s is there, but ffprobe is not: videos are kept as they come", path)
        return None
    missing = [name for name in _NEEDED if name not in _encoders(path)]
    if missing:
        log.warning("%s lacks %s: videos are kept as they come", path, " and ".join(missing))
        return None
    return Ffmpeg(path, probe, seconds, max_bytes)


@lru_cache(maxsize=8)
def _encoders(program: str) -> frozenset[str]:
    """The encoders that a program says it has."""
    try:
        said = subprocess.run(
            [program, "-v", "error", "-hide_banner", "-encoders"],
            capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL, check=True,
        ).stdout  # fmt: skip
    except (OSError, subprocess.SubprocessError) as problem:
        log.warning("%s does not start: %s", program, problem)
        return frozenset()
    return frozenset(words[1] for words in map(str.split, said.splitlines()) if len(words) > 1)

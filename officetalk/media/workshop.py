"""What a process has for work on media: the store, a thread for pictures, ffmpeg where it is there, limits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import ParamSpec, TypeVar

from officetalk.core.settings import Settings
from officetalk.media import ffmpeg, films, formats
from officetalk.media.formats import FORMATS, PLAYABLE, Format
from officetalk.media.storage import Storage, open_storage

P = ParamSpec("P")
R = TypeVar("R")

_MEGABYTE = 1024 * 1024
# What ffmpeg may write for one upload: more than the upload, where that was packed more tightly.
_WRITES = 4


class Workshop:
    """One for each process."""

    def __init__(self, settings: Settings, storage: Storage | None = None) -> None:
        self.storage = storage or open_storage(settings)
        self.max_image = settings.max_image
        self.max_image_pixels = settings.max_image_pixels
        self.max_video = settings.max_video
        self._ffmpeg = settings.ffmpeg
        self._ffmpeg_seconds = settings.ffmpeg_seconds
        # One picture of the largest size in memory, and one core busy with it, however many are uploaded.
        self._pictures = ThreadPoolExecutor(1, thread_name_prefix="pictures")

    @cached_property
    def ffmpeg(self) -> ffmpeg.Ffmpeg | None:
        """ffmpeg, if it is there. Looking takes a tenth of a second, once."""
        return ffmpeg.find(self._ffmpeg, self._ffmpeg_seconds, _WRITES * self.max_video)

    def takes(self, format: Format) -> bool:
        """Whether uploads of this format are accepted."""
        return format.family == "image" or format.name in PLAYABLE or self.ffmpeg is not None

    def limit_of(self, format: Format) -> int:
        """The largest upload of this format, in bytes. An animation may become a film, but comes as a picture."""
        return self.max_image if format.family == "image" else self.max_video

    @property
    def mime_types(self) -> list[str]:
        """What can be uploaded, as clients know it."""
        return [kind for format in FORMATS.values() if self.takes(format) for kind in format.mime_types]

    @property
    def frame_rate_limit(self) -> int:
        return films.MAX_FRAME_RATE

    @property
    def film_pixels_limit(self) -> int:
        return films.MAX_PIXELS

    async def in_thread(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do something with a picture, after those that came before."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pictures, lambda: work(*args, **kwargs))

    async def put(self, name: str, content: object, content_type: str) -> None:
        """Store a file without holding up the event loop."""
        await asyncio.to_thread(self.storage.put, name, content, content_type)  # pyright: ignore[reportArgumentType]

    def close(self) -> None:
        self._pictures.shutdown(wait=False, cancel_futures=True)


def content_type(name: str) -> str:
    """The type of a file in the store, by the end of its name, which we gave it."""
    return formats.CONTENT_TYPES.get(name.rpartition(".")[2], "application/octet-stream")


def megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:g} MB" if size >= _MEGABYTE else f"{size // 1024} KB"

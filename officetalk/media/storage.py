"""Where files lie: a folder, or a bucket of an S3-compatible store.

A file's name is made here or from its content, never by whoever sent it, and what it names never changes:
so sizes can be remembered, and answers can be cached for ever.

`put`, `fetch` and `remove` block: call them in a thread. `size` and `open` do not.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Protocol
from urllib.parse import urlsplit

from officetalk.core.cache import Cache
from officetalk.core.errors import NotFound, Unavailable
from officetalk.core.lazily import lazily
from officetalk.core.settings import Settings

if TYPE_CHECKING:
    import obstore
    from obstore import exceptions, store
else:
    obstore = lazily("obstore")
    exceptions = lazily("obstore.exceptions")
    store = lazily("obstore.store")

log = logging.getLogger(__name__)

Content = bytes | Path | BinaryIO

_NAME = re.compile(r"[0-9a-f]{32}[0-9a-z.-]{0,30}")
_CHUNK = 256 * 1024  # bytes read from a file at a time
# Bytes asked of a bucket at a time. Each is a request of its own: a slow reader holds none open.
_PIECE = 2 * 1024 * 1024
_SIZES = 20_000


class Storage(Protocol):
    """What a store of files can do."""

    def put(self, name: str, content: Content, content_type: str) -> None:
        """Keep a file: all of it, or nothing. What has that name already is replaced."""
        ...

    def fetch(self, name: str, to: Path) -> None:
        """Copy a file to a path on this machine. NotFound when it is not there."""
        ...

    def remove(self, names: Iterable[str]) -> None:
        """Remove files; those that are not there are no problem."""
        ...

    async def size(self, name: str) -> int | None:
        """How many bytes a file has; None when it is not there."""
        ...

    async def open(self, name: str, start: int, end: int) -> AsyncIterator[bytes]:
        """Its bytes from `start` to before `end`, in pieces. NotFound when it is not there."""
        ...


def checked(name: str) -> str:
    """The name. NotFound for what cannot be one, so that no name leads anywhere else."""
    if not _NAME.fullmatch(name):
        raise NotFound
    return name


class Folder:
    """Files in a folder, spread over subfolders by the first two letters of their names."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def path_of(self, name: str) -> Path:
        checked(name)
        return self.path / name[:2] / name

    def put(self, name: str, content: Content, content_type: str) -> None:
        path = self.path_of(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                _write(content, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def fetch(self, name: str, to: Path) -> None:
        try:
            shutil.copyfile(self.path_of(name), to)
        except FileNotFoundError as problem:
            raise NotFound from problem

    def remove(self, names: Iterable[str]) -> None:
        for name in names:
            self.path_of(name).unlink(missing_ok=True)

    async def size(self, name: str) -> int | None:
        try:
            return (await asyncio.to_thread(os.stat, self.path_of(name))).st_size
        except FileNotFoundError:
            return None

    async def open(self, name: str, start: int, end: int) -> AsyncIterator[bytes]:
        try:
            file = await asyncio.to_thread(self._at, name, start)
        except FileNotFoundError as problem:
            raise NotFound from problem
        return _chunks(file, end - start)

    def _at(self, name: str, start: int) -> IO[bytes]:
        file = open(self.path_of(name), "rb", buffering=0)  # noqa: SIM115 - closed by who reads it
        file.seek(start)
        return file


def _write(content: Content, to: IO[bytes]) -> None:
    if isinstance(content, bytes):
        to.write(content)
    elif isinstance(content, Path):
        with content.open("rb") as source:
            shutil.copyfileobj(source, to, _CHUNK)
    else:
        content.seek(0)
        shutil.copyfileobj(content, to, _CHUNK)


async def _chunks(file: IO[bytes], left: int) -> AsyncIterator[bytes]:
    with file:
        while left > 0:
            chunk = await asyncio.to_thread(file.read, min(_CHUNK, left))
            if not chunk:
                return
            left -= len(chunk)
            yield chunk


class Bucket:
    """Files in a bucket of Amazon S3 or of what speaks its language, below a prefix."""

    def __init__(self, bucket: store.S3Store, prefix: str = "") -> None:
        self._store = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._sizes: Cache[str, int] = Cache(_SIZES)

    def _key(self, name: str) -> str:
        return self._prefix + checked(name)

    def put(self, name: str, content: Content, content_type: str) -> None:
        if not isinstance(content, (bytes, Path)):
            content.seek(0)
        attributes: Any = {"Content-Type": content_type}
        with _reachable():
            obstore.put(self._store, self._key(name), content, attributes=attributes)

    def fetch(self, name: str, to: Path) -> None:
        with _reachable(), to.open("wb") as file:
            for chunk in obstore.get(self._store, self._key(name)).stream(min_chunk_size=_PIECE):
                file.write(chunk)

    def remove(self, names: Iterable[str]) -> None:
        for name in names:
            key = self._key(name)
            self._sizes.drop(name)
            # One by one: deleting many at once is the part of S3 that others leave out.
            with contextlib.suppress(NotFound), _reachable():
                obstore.delete(self._store, key)

    async def size(self, name: str) -> int | None:
        key = self._key(name)
        known = self._sizes.get(name)
        if known is not None:
            return known
        try:
            with _reachable():
                found = (await obstore.head_async(self._store, key))["size"]
        except NotFound:
            return None
        self._sizes.put(name, found)
        return found

    async def open(self, name: str, start: int, end: int) -> AsyncIterator[bytes]:
        first = await self._piece(name, start, end)

        async def pieces() -> AsyncIterator[bytes]:
            piece, at = first, start
            while True:
                yield piece
                at += len(piece)
                if at >= end or not piece:
                    return
                piece = await self._piece(name, at, end)

        return pieces()

    async def _piece(self, name: str, start: int, end: int) -> bytes:
        if start >= end:
            return b""
        with _reachable():
            found = await obstore.get_range_async(
                self._store, self._key(name), start=start, end=min(end, start + _PIECE)
            )
        return bytes(found)


@contextlib.contextmanager
def _reachable() -> Any:
    """Turns what the store says into our own problems."""
    try:
        yield
    except FileNotFoundError as problem:
        raise NotFound from problem
    except exceptions.BaseError as problem:
        log.warning("the media store: %s", problem)
        raise Unavailable("The media store is not reachable at the moment") from problem


def open_storage(settings: Settings) -> Storage:
    """The store of the settings. Nothing is asked of it yet."""
    if not settings.media:
        return Folder(Path(settings.data) / "media")
    parts = urlsplit(settings.media)
    # What is not set is taken from the environment, as Amazon's own tools do.
    chosen = {
        "endpoint": settings.s3_endpoint,
        "region": settings.s3_region,
        "access_key_id": settings.s3_access_key,
        "secret_access_key": settings.s3_secret_key,
    }
    config: Any = {name: value for name, value in chosen.items() if value}
    bucket = store.S3Store(
        parts.netloc,
        config=config,
        client_options={
            "allow_http": settings.s3_endpoint.startswith("http://"),
            "connect_timeout": timedelta(seconds=5),
            "timeout": timedelta(minutes=2),
        },
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=15)},
    )
    return Bucket(bucket, parts.path)

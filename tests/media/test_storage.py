"""Both stores, the folder and a real S3-compatible server over HTTP, do the same."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile

import pytest

from officetalk.core.errors import NotFound, Unavailable
from officetalk.core.settings import Settings
from officetalk.media.storage import Bucket, Folder, Storage, open_storage
from tests.media.s3 import BUCKET, S3

NAME = "0123456789abcdef" * 2 + ".mp4"
LARGE = os.urandom(12 * 1024 * 1024 + 7)  # more than one part of an upload, and several pieces of a download


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    server = S3(tmp_path_factory.mktemp("s3"))
    server.start()
    yield server
    server.stop()


def bucket(s3: S3, **changed: str) -> Storage:
    chosen = {**s3.settings, "media": f"s3://{BUCKET}/some/prefix"}
    return open_storage(Settings(**{**chosen, **changed}))


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return open_storage(Settings(data=str(tmp_path)))
    return bucket(request.getfixturevalue("s3"))


def read(storage: Storage, name: str, start: int, end: int) -> bytes:
    async def all() -> bytes:
        return b"".join([piece async for piece in await storage.open(name, start, end)])

    return asyncio.run(all())


def size(storage: Storage, name: str) -> int | None:
    return asyncio.run(storage.size(name))


def test_the_settings_choose_the_store(tmp_path: Path) -> None:
    assert isinstance(open_storage(Settings(data=str(tmp_path))), Folder)
    assert isinstance(open_storage(Settings(media="s3://bucket")), Bucket)


@pytest.mark.parametrize("content", ["bytes", "path", "file"])
def test_what_is_put_there_is_there(storage: Storage, tmp_path: Path, content: str) -> None:
    path = tmp_path / "large"
    path.write_bytes(LARGE)
    with SpooledTemporaryFile(max_size=1000) as file:
        file.write(LARGE)  # its position is at the end: that must not matter
        storage.put(NAME, {"bytes": LARGE, "path": path, "file": file}[content], "video/mp4")

    assert size(storage, NAME) == len(LARGE)
    assert read(storage, NAME, 0, len(LARGE)) == LARGE
    storage.fetch(NAME, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == LARGE


@pytest.mark.parametrize(
    ("start", "end"), [(0, 1), (5, 5_000_000), (len(LARGE) - 3, len(LARGE)), (7, len(LARGE)), (4, 4)]
)
def test_a_part_of_it_can_be_read(storage: Storage, start: int, end: int) -> None:
    storage.put(NAME, LARGE, "video/mp4")

    assert read(storage, NAME, start, end) == LARGE[start:end]


def test_what_is_removed_is_gone_and_removing_it_again_is_no_problem(
    storage: Storage, tmp_path: Path
) -> None:
    storage.put(NAME, b"film", "video/mp4")
    assert size(storage, NAME) == 4

    storage.remove([NAME, "f" * 32 + ".jpg"])
    storage.remove([NAME])

    assert size(storage, NAME) is None
    with pytest.raises(NotFound):
        read(storage, NAME, 0, 4)
    with pytest.raises(NotFound):
        storage.fetch(NAME, tmp_path / "back")


@pytest.mark.parametrize(
    "name",
    ["../secret", "a.jpg", "", "/etc/passwd", "0" * 32 + "/../x", "0" * 32 + "\n", "0" * 32 + ".jpg\0"],
)
def test_no_name_leads_anywhere_else(storage: Storage, name: str) -> None:
    with pytest.raises(NotFound):
        storage.put(name, b"x", "image/jpeg")
    with pytest.raises(NotFound):
        size(storage, name)
    with pytest.raises(NotFound):
        storage.remove([name])


def test_a_folder_has_all_of_a_file_or_nothing(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        Folder(tmp_path).put(NAME, Broken(b"x"), "image/jpeg")

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_files_lie_in_the_bucket_below_the_prefix(s3: S3) -> None:
    bucket(s3).put(NAME, b"film", "video/mp4")
    bucket(s3, media=f"s3://{BUCKET}").put(NAME, b"film", "video/mp4")

    assert {f"some/prefix/{NAME}", NAME} <= set(s3.names())


@pytest.mark.parametrize(
    "wrong", [{"s3_secret_key": "another"}, {"media": "s3://nowhere"}, {"s3_endpoint": "http://127.0.0.1:9"}]
)
def test_a_bucket_that_cannot_be_reached_is_our_problem_not_the_readers(
    s3: S3, wrong: dict[str, str]
) -> None:
    with pytest.raises((Unavailable, NotFound)):
        bucket(s3, **wrong).put(NAME, b"film", "video/mp4")

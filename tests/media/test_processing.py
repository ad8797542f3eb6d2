"""Films, sounds and animations, with ffmpeg and without."""

from __future__ import annotations

import asyncio
import io
import subprocess
import time
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from officetalk.core.database import Database
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.events import Event
from officetalk.core.settings import Settings
from officetalk.jobs import queue
from officetalk.media import attachments, ffmpeg, films, processing, uploads
from officetalk.media.attachments import Uploaded
from officetalk.media.formats import FORMATS
from officetalk.media.workshop import Workshop
from tests.conftest import Clock
from tests.ffmpeg import needs_ffmpeg
from tests.media import files
from tests.media.conftest import Work
from tests.people import People


@pytest.fixture
def dialect() -> str:
    return "sqlite"  # what is of the database is tested in test_attachments


def uploaded(db: Database, shop: Workshop, people: People, data: bytes, **more: object) -> Uploaded:
    return asyncio.run(uploads.take(db, shop, people.ada.id, io.BytesIO(data), **more))  # pyright: ignore[reportArgumentType]


def processed(
    db: Database, shop: Workshop, people: People, work: Work, data: bytes, **more: object
) -> Uploaded:
    found = uploaded(db, shop, people, data, **more)
    assert found.state == "processing"
    work(shop)
    return db.read_now(attachments.get, found.attachment.id)


def content(shop: Workshop, name: str, tmp_path: Path) -> bytes:
    shop.storage.fetch(name, tmp_path / name)
    return (tmp_path / name).read_bytes()


def stored(shop: Workshop) -> set[str]:
    folder: Path = shop.storage.path  # pyright: ignore[reportAttributeAccessIssue]
    return {path.name for path in folder.rglob("*") if path.is_file()}


@needs_ffmpeg
@pytest.mark.parametrize("name", ["phone.mp4", "phone.mov", "silent.webm", "film.ogv"])
def test_a_film_becomes_one_that_everybody_plays(
    db: Database, shop: Workshop, people: People, work: Work, tmp_path: Path, name: str
) -> None:
    heard: list[Event] = []
    db.bus.listen("media.processed", heard.append)

    found = processed(db, shop, people, work, files.film(name), description="A test")

    shown = found.attachment
    assert (found.state, shown.kind, shown.description) == ("ready", "video", "A test")
    assert (shown.width, shown.height, shown.frame_rate) == (320, 180, "25/1")
    assert shown.duration == pytest.approx(2, abs=0.1)
    assert shown.file.endswith(".mp4") and shown.bitrate > 0
    data = content(shop, shown.file, tmp_path)
    assert len(data) == shown.size
    assert not [secret for secret in files.SECRETS if secret in data] and b"loci" not in data
    assert data.index(b"moov") < data.index(b"mdat")  # it can be played while it comes
    poster = files.decoded(content(shop, shown.preview, tmp_path))
    assert poster.size == (shown.preview_width, shown.preview_height) == (320, 180)
    assert len(shown.blurhash) == 36
    assert stored(shop) == {shown.file, shown.preview}  # the upload itself is gone
    assert [(event.id, event.actor) for event in heard] == [(shown.id, people.ada.id)]


@needs_ffmpeg
def test_what_everybody_plays_is_copied_as_it_is(shop: Workshop, tmp_path: Path) -> None:
    assert shop.ffmpeg is not None
    source = tmp_path / "source"
    source.write_bytes(files.film("phone.mp4"))

    played = asyncio.run(films.make(shop.ffmpeg, source, FORMATS["mp4"]))

    def frames(path: Path) -> str:
        said = subprocess.run(
            ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:v", "-f", "md5", "-"],
            capture_output=True,
            text=True,
        )
        return said.stdout

    assert frames(played.path) == frames(source)


@needs_ffmpeg
def test_a_turned_film_has_the_size_in_which_it_is_shown(
    db: Database, shop: Workshop, people: People, work: Work
) -> None:
    shown = processed(db, shop, people, work, files.film("turned.mp4")).attachment

    assert (shown.width, shown.height) == (180, 320)
    assert (shown.preview_width, shown.preview_height) == (180, 320)


@needs_ffmpeg
@pytest.mark.parametrize(
    ("name", "ending"),
    [("sound.mp3", "mp3"), ("sound.m4a", "m4a"), ("sound.wav", "m4a"), ("sound.flac", "m4a"),
     ("sound.ogg", "m4a"), ("sound.aac", "m4a")],
)  # fmt: skip
def test_a_sound_becomes_one_that_everybody_plays_with_a_picture_of_it(
    db: Database, shop: Workshop, people: People, work: Work, tmp_path: Path, name: str, ending: str
) -> None:
    shown = processed(db, shop, people, work, files.film(name)).attachment

    assert (shown.kind, shown.width, shown.height) == ("audio", 0, 0)
    assert shown.duration == pytest.approx(2, abs=0.1)
    assert shown.file.endswith(f".{ending}")
    assert b"Secret Place" not in content(shop, shown.file, tmp_path)
    assert (shown.preview_width, shown.preview_height) == (640, 240)


@needs_ffmpeg
def test_the_cover_of_a_sound_is_its_picture(
    db: Database, shop: Workshop, people: People, work: Work, tmp_path: Path
) -> None:
    shown = processed(db, shop, people, work, files.film("covered.mp3")).attachment

    cover = files.decoded(content(shop, shown.preview, tmp_path))
    assert cover.size == (300, 300)
    assert files.near(cover.convert("RGB").getpixel((150, 150)), files.RED)


@needs_ffmpeg
def test_a_film_without_pictures_is_a_sound(
    db: Database, shop: Workshop, people: People, work: Work, tmp_path: Path
) -> None:
    data = files.film("sound.m4a").replace(b"ftypM4A ", b"ftypmp42", 1).replace(b"M4A isom", b"mp42isom", 1)

    found = uploaded(db, shop, people, data)
    assert found.attachment.kind == "video"  # as far as one can tell from its first bytes
    work(shop)

    assert db.read_now(attachments.get, found.attachment.id).attachment.kind == "audio"


@needs_ffmpeg
def test_an_animation_becomes_a_film_that_repeats(
    db: Database, shop: Workshop, people: People, work: Work, tmp_path: Path
) -> None:
    found = processed(db, shop, people, work, files.animation())

    shown = found.attachment
    assert (found.state, shown.kind) == ("ready", "gifv")
    assert (shown.width, shown.height) == (80, 60)  # H.264 wants even numbers
    assert shown.file.endswith(".mp4") and shown.duration > 0.3
    poster = files.decoded(content(shop, shown.preview, tmp_path)).convert("RGB")
    assert files.near(poster.getpixel((8, 25)), files.RED, by=60)
    assert files.near(poster.getpixel((70, 50)), files.WHITE, by=60)


def test_an_animation_without_ffmpeg_stays_one(
    db: Database, shop_without_ffmpeg: Workshop, people: People, work: Work, tmp_path: Path
) -> None:
    shown = processed(db, shop_without_ffmpeg, people, work, files.animation()).attachment

    assert shown.kind == "image" and shown.file.endswith(".webp")
    moving = files.decoded(content(shop_without_ffmpeg, shown.file, tmp_path))
    assert getattr(moving, "n_frames", 1) == 6
    assert shown.preview and shown.blurhash


def test_a_moving_webp_stays_one_whatever_is_there(
    db: Database, shop: Workshop, people: People, work: Work, tmp_path: Path
) -> None:
    shown = processed(db, shop, people, work, files.animation("WEBP")).attachment

    assert shown.kind == "image"
    assert getattr(files.decoded(content(shop, shown.file, tmp_path)), "n_frames", 1) == 6


@needs_ffmpeg
@pytest.mark.parametrize(
    ("name", "kind", "ending"),
    [("phone.mp4", "video", "mp4"), ("phone.mov", "video", "mov"), ("silent.webm", "video", "webm"),
     ("sound.mp3", "audio", "mp3"), ("sound.m4a", "audio", "m4a"), ("sound.wav", "audio", "wav"),
     ("sound.flac", "audio", "flac"), ("sound.ogg", "audio", "ogg")],
)  # fmt: skip
def test_without_ffmpeg_films_and_sounds_are_kept_as_they_come(
    db: Database, shop_without_ffmpeg: Workshop, people: People, work: Work, tmp_path: Path,
    name: str, kind: str, ending: str,
) -> None:  # fmt: skip
    data = files.film(name)

    found = processed(db, shop_without_ffmpeg, people, work, data)

    shown = found.attachment
    assert (found.state, shown.kind, shown.preview) == ("ready", kind, "")
    assert shown.file.endswith(f".{ending}") and shown.size == len(data)
    kept = content(shop_without_ffmpeg, shown.file, tmp_path)
    if ending in ("mp4", "mov", "m4a"):
        assert b"Secret Place" not in kept and b"loci" not in kept
        assert shown.duration == pytest.approx(2, abs=0.1)
    else:
        assert kept == data


def test_without_ffmpeg_what_not_everybody_plays_is_refused(
    db: Database, shop_without_ffmpeg: Workshop, people: People
) -> None:
    adts = bytes.fromhex("fff15080017ffc") + bytes(4)
    length = len(adts)
    frame = adts[:3] + bytes([0x80 | length >> 11, length >> 3 & 0xFF, (length & 7) << 5 | 0x1F]) + adts[6:]

    with pytest.raises(Invalid, match="content type is invalid"):
        uploaded(db, shop_without_ffmpeg, people, frame * 4)


def test_a_chosen_preview_is_not_replaced(
    db: Database, shop_without_ffmpeg: Workshop, people: People, work: Work
) -> None:
    shop = shop_without_ffmpeg
    found = uploaded(
        db, shop, people, files.animation(), thumbnail=io.BytesIO(files.encoded(files.halves(50, 40)))
    )
    work(shop)

    shown = db.read_now(attachments.get, found.attachment.id).attachment
    assert (shown.preview, shown.blurhash) == (found.attachment.preview, found.attachment.blurhash)
    assert stored(shop) == {shown.file, shown.preview}


def test_a_preview_that_is_chosen_during_the_work_stays_too(
    db: Database, shop_without_ffmpeg: Workshop, people: People, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = shop_without_ffmpeg
    found = uploaded(db, shop, people, files.animation())
    id = found.attachment.id
    expect = attachments.expect

    def meanwhile(conn: object, *args: object) -> bool:
        done = expect(conn, *args)  # pyright: ignore[reportArgumentType]
        attachments.change(
            conn, people.ada.id, id, None, None,  # pyright: ignore[reportArgumentType]
            msgspec.structs.replace(found.attachment, preview="c" * 32 + "-01234567.jpg", preview_width=5),
        )  # fmt: skip
        return done

    shop.storage.put("c" * 32 + "-01234567.jpg", b"chosen", "image/jpeg")
    monkeypatch.setattr(attachments, "expect", meanwhile)
    work(shop)

    shown = db.read_now(attachments.get, id).attachment
    assert (shown.preview, shown.preview_width) == ("c" * 32 + "-01234567.jpg", 5)
    assert stored(shop) == {shown.file, shown.preview}


@needs_ffmpeg
@pytest.mark.parametrize(
    ("name", "rule"),
    [("quick.mp4", "200fps videos are not supported"), ("vast.mp4", "4096x2304 videos are not supported")],
)
def test_films_beyond_the_limits_fail_with_the_reason(
    db: Database, shop: Workshop, people: People, work: Work, name: str, rule: str
) -> None:
    found = processed(db, shop, people, work, files.film(name))

    assert (found.state, found.error) == ("failed", rule)
    assert stored(shop) == set()


@needs_ffmpeg
def test_a_broken_film_fails_and_its_owner_can_take_it_back(
    db: Database, shop: Workshop, people: People, work: Work
) -> None:
    broken = files.film("silent.webm")[:3000] + b"\xff" * 20_000

    found = processed(db, shop, people, work, b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(5000))
    other = processed(db, shop, people, work, broken[:300])

    assert found.state == other.state == "failed"
    with pytest.raises(Invalid):
        db.write_now(attachments.attach, people.ada.id, [found.attachment.id], 1)
    db.write_now(attachments.remove, people.ada.id, found.attachment.id)


def test_a_broken_film_fails_without_ffmpeg_too(
    db: Database, shop_without_ffmpeg: Workshop, people: People, work: Work
) -> None:
    data = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(5000)

    assert processed(db, shop_without_ffmpeg, people, work, data).state == "failed"


@needs_ffmpeg
def test_a_film_leads_nowhere_else(tmp_path: Path, shop: Workshop) -> None:
    """A list of files is a format of ffmpeg's, too: what it names must not be read."""
    assert shop.ffmpeg is not None
    secret, source = tmp_path / "secret.mp4", tmp_path / "source"
    secret.write_bytes(files.film("phone.mp4"))
    for playlist in (f"ffconcat version 1.0\nfile {secret}\n", f"#EXTM3U\n#EXTINF:1,\nfile://{secret}\n"):
        source.write_text(playlist)
        for format in FORMATS.values():
            if format.demuxer:
                with pytest.raises(ffmpeg.Unprocessable):
                    asyncio.run(films.make(shop.ffmpeg, source, format))


@needs_ffmpeg
def test_ffmpeg_is_ended_when_it_takes_too_long(tmp_path: Path) -> None:
    found = ffmpeg.find("ffmpeg", 1, 1 << 30)
    assert found is not None
    source = tmp_path / "source"
    source.write_bytes(files.film("phone.mp4"))
    began = time.monotonic()

    endless = ("-filter_complex", "color=s=1920x1080:d=36000[v]", "-map", "[v]", "-f", "null", "-")
    with pytest.raises(ffmpeg.Unprocessable, match="longer than 1 seconds"):
        asyncio.run(found.convert(source, "mov", *endless))

    assert time.monotonic() - began < 10


@needs_ffmpeg
def test_ffmpeg_cannot_fill_the_disk(tmp_path: Path) -> None:
    found = ffmpeg.find("ffmpeg", 60, 100_000)
    assert found is not None
    source = tmp_path / "source"
    source.write_bytes(files.film("phone.mp4"))

    with pytest.raises(ffmpeg.Unprocessable):
        asyncio.run(found.convert(source, "mov", "-c:v", "rawvideo", "-f", "nut", f"file:{tmp_path}/out"))

    assert (tmp_path / "out").stat().st_size <= 100_000


def test_no_ffmpeg_is_no_ffmpeg() -> None:
    assert ffmpeg.find("", 10, 10) is None
    assert ffmpeg.find("/nonexistent/ffmpeg", 10, 10) is None


def test_what_a_process_that_died_left_is_finished_by_another(
    db: Database, shop_without_ffmpeg: Workshop, people: People, work: Work, clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """It dies after it has stored what it made, and before it could say so."""
    shop = shop_without_ffmpeg
    found = uploaded(db, shop, people, files.animation())

    class Died(BaseException):
        pass

    def dies(*_: object) -> bool:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(attachments, "finish", dies)
        [job] = db.write_now(queue.claim, 10)
        with pytest.raises(Died):
            asyncio.run(processing.handlers(db, shop)[job.kind](job.payload))
    assert db.read_now(attachments.get, found.attachment.id).state == "processing"
    assert work(shop) == []  # the job is still the dead one's
    clock.forward(seconds=queue.LEASE_MS // 1000 + 1)
    work(shop)

    after = db.read_now(attachments.get, found.attachment.id)
    assert after.state == "ready"
    assert stored(shop) == {after.attachment.file, after.attachment.preview}


def test_what_is_taken_back_during_the_work_leaves_nothing(
    db: Database, shop_without_ffmpeg: Workshop, people: People, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = shop_without_ffmpeg
    found = uploaded(db, shop, people, files.animation())
    finish = attachments.finish

    def meanwhile(conn: object, *args: object) -> bool:
        attachments.remove(conn, people.ada.id, found.attachment.id)  # pyright: ignore[reportArgumentType]
        return finish(conn, *args)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(attachments, "finish", meanwhile)
    work(shop)

    assert stored(shop) == set()
    with pytest.raises(NotFound):
        db.read_now(attachments.get, found.attachment.id)


def test_pictures_do_not_hold_up_the_event_loop(db: Database, settings: Settings, people: People) -> None:
    shop = Workshop(settings)
    data = files.encoded(Image.effect_noise((500, 500), 90).convert("RGB").resize((7000, 5000)), "JPEG")
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.005)
            longest = max(longest, time.monotonic() - began)

    async def live() -> float:
        watching = asyncio.create_task(watch())
        began = time.monotonic()
        await asyncio.gather(*(uploads.take(db, shop, people.ada.id, io.BytesIO(data)) for _ in range(3)))
        watching.cancel()
        return time.monotonic() - began

    took = asyncio.run(live())
    assert longest < max(0.25, took / 3)

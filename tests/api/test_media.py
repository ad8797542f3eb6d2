"""Files over HTTP: uploaded, described, shown in part and in full, and hidden from everybody else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest

from officetalk.core.settings import Settings
from officetalk.http.services import Services
from officetalk.jobs import queue
from officetalk.media import attachments, processing
from officetalk.media.storage import open_storage
from tests.api.client import Api, Client
from tests.ffmpeg import needs_ffmpeg
from tests.media import files
from tests.media.s3 import S3
from tests.people import People
from tests.web.browser import Web

SMALL_BODY = 128 * 1024


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With limits that tests reach quickly."""
    return msgspec.structs.replace(
        settings, max_body=SMALL_BODY, max_image=256 * 1024, max_video=1024 * 1024, max_image_pixels=2_000_000
    )


@pytest.fixture
def web(services: Services, loop: asyncio.Runner) -> Web:
    return Web(services, loop)


def upload(
    client: Client,
    data: bytes,
    name: str = "IMG_0001.JPG",
    kind: str = "image/jpeg",
    path: str = "/api/v2/media",
    thumbnail: bytes | None = None,
    **form: str,
) -> httpx.Response:
    sent: dict[str, Any] = {"file": (name, data, kind)}
    if thumbnail is not None:
        sent["thumbnail"] = ("cover.png", thumbnail, "image/png")
    return client.request("POST", path, files=sent, data=form)


def work(services: Services) -> None:
    """Do the jobs that are due."""
    handlers = processing.handlers(services.db, services.media)
    while jobs := services.db.write_now(queue.claim, 10, only=tuple(handlers)):
        for job in jobs:
            asyncio.run(handlers[job.kind](job.payload))
            services.db.write_now(queue.done, job.id)


def fetch(web: Web, url: str, method: str = "GET", **headers: str) -> httpx.Response:
    """As an app loads it: without token or cookie."""
    asked = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.send(method, url, httpx.Cookies(), headers=asked)


def test_a_picture_has_its_address_at_once(api: Api, people: People, web: Web) -> None:
    ada = api.as_person(people.ada)

    answer = upload(ada, files.photograph(), description="Two colours", focus="-0.25,0.5")

    made = answer.json()
    assert answer.status_code == 200
    assert (made["type"], made["description"]) == ("image", "Two colours")
    assert made["meta"]["focus"] == {"x": -0.25, "y": 0.5}
    assert made["meta"]["original"] == {"width": 400, "height": 600, "size": "400x600", "aspect": 400 / 600}
    small = made["meta"]["small"]
    assert (small["width"], small["height"]) == files.decoded(fetch(web, made["preview_url"]).content).size
    assert len(made["blurhash"]) == 36
    shown = fetch(web, made["url"])
    assert shown.status_code == 200 and shown.headers["content-type"] == "image/jpeg"
    assert files.decoded(shown.content).size == (400, 600)
    assert not [secret for secret in files.SECRETS if secret in shown.content]
    assert ada.get(f"/api/v1/media/{made['id']}").json() == made


@pytest.mark.parametrize("format", ["PNG", "GIF", "WEBP", "AVIF", "HEIF"])
def test_every_kind_of_picture_is_taken_whatever_it_is_called(api: Api, people: People, format: str) -> None:
    answer = upload(
        api.as_person(people.ada),
        files.encoded(files.halves(), format),
        "holiday.exe",
        "application/x-msdownload",
    )

    assert answer.status_code == 200
    assert answer.json()["type"] == "image"


def test_something_that_moves_is_processed_in_the_background(
    api: Api, people: People, services: Services, web: Web
) -> None:
    ada = api.as_person(people.ada)

    answer = upload(ada, files.animation(), description="A walk")

    made = answer.json()
    assert answer.status_code == 202
    assert made["url"] is made["preview_url"] is None
    assert made["description"] == "A walk"
    path = f"/api/v1/media/{made['id']}"
    assert (ada.get(path).status_code, ada.get(path).json()) == (206, made)
    changed = ada.put(path, description="A long walk")
    assert (changed.status_code, changed.json()["description"]) == (206, "A long walk")

    work(services)

    ready = ada.get(path)
    assert ready.status_code == 200
    assert ready.json()["description"] == "A long walk"
    assert fetch(web, ready.json()["url"]).status_code == 200
    assert fetch(web, ready.json()["preview_url"]).headers["content-type"] == "image/jpeg"


@needs_ffmpeg
def test_a_film_has_all_that_is_known_of_films(
    api: Api, people: People, services: Services, web: Web
) -> None:
    ada = api.as_person(people.ada)
    id = upload(ada, files.film("phone.mp4"), "film.mp4", "video/mp4").json()["id"]
    work(services)

    made = ada.get(f"/api/v1/media/{id}").json()

    meta = made["meta"]
    assert made["type"] == "video"
    original = meta["original"]
    assert (original["width"], original["height"], original["frame_rate"]) == (320, 180, "25/1")
    assert original["duration"] == pytest.approx(2, abs=0.1) and original["bitrate"] > 0
    assert (meta["length"], meta["fps"], meta["size"]) == ("0:00:02.00", 25, "320x180")
    assert meta["small"]["size"] == "320x180"
    assert fetch(web, made["url"]).headers["content-type"] == "video/mp4"


@needs_ffmpeg
def test_a_sound_has_a_duration_and_a_picture_of_it(api: Api, people: People, services: Services) -> None:
    ada = api.as_person(people.ada)
    id = upload(ada, files.film("sound.mp3"), "talk.mp3", "audio/mpeg").json()["id"]
    work(services)

    made = ada.get(f"/api/v1/media/{id}").json()

    assert made["type"] == "audio"
    assert set(made["meta"]["original"]) == {"duration", "bitrate"}
    assert made["preview_url"] is not None


def test_version_one_waits_until_it_is_processed(api: Api, people: People, services: Services) -> None:
    ada = api.as_person(people.ada)
    stopped = threading.Event()

    def background() -> None:
        while not stopped.wait(0.02):
            work(services)

    worker = threading.Thread(target=background)
    worker.start()
    try:
        moving = upload(ada, files.animation(), path="/api/v1/media")
    finally:
        stopped.set()
        worker.join()
    still = upload(ada, files.photograph(), path="/api/v1/media")

    assert moving.status_code == still.status_code == 200
    assert moving.json()["url"] and still.json()["url"]
    assert moving.headers["deprecation"].startswith("@")


def test_what_cannot_be_processed_says_so(api: Api, people: People, services: Services) -> None:
    ada = api.as_person(people.ada)
    broken = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(5000)

    answer = upload(ada, broken, "film.mp4", "video/mp4")
    work(services)

    assert answer.status_code == 202
    path = f"/api/v1/media/{answer.json()['id']}"
    for after in (ada.get(path), ada.put(path, description="x")):
        assert after.status_code == 422
        assert after.json() == {"error": "Error processing thumbnail for uploaded media"}
    assert ada.delete(path).status_code == 200


REFUSED = {
    "a page that is called jpg": (b"<!doctype html><script>alert(1)</script>", "content type is invalid"),
    "a vector graphic": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "content type is invalid"),
    "a broken picture": (
        b"\xff\xd8\xff\xe0" + bytes(2000),
        "File type of uploaded media could not be verified",
    ),
    "a bomb": (files.png_that_claims(60_000, 60_000), "File has too many pixels (maximum is 2 megapixels)"),
    "a large picture": (b"\xff\xd8\xff" + bytes(257 * 1024), "File is too large (maximum is 256 KB)"),
    "nothing": (b"", "File can't be blank"),
}


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_what_is_no_good_file_is_refused_by_its_name(
    api: Api, people: People, what: str, version: str
) -> None:
    data, rule = REFUSED[what]

    answer = upload(api.as_person(people.ada), data, path=f"/api/{version}/media")

    assert answer.status_code == 422
    assert rule in answer.json()["error"]
    assert list(answer.json()["details"]) == ["file"]


def test_other_fields_are_named_too(api: Api, people: People) -> None:
    ada, picture = api.as_person(people.ada), files.photograph()

    none = ada.post("/api/v2/media", description="no file")
    text = ada.post("/api/v2/media", file="not a file")
    focus = upload(ada, picture, focus="middle")
    nowhere = upload(ada, picture, focus="nan,0")
    long = upload(ada, picture, description="x" * 1501)
    thumbnail = upload(ada, picture, thumbnail=b"GIF89a broken")

    for answer, field in (
        (none, "file"), (text, "file"), (focus, "focus"), (nowhere, "focus"), (long, "description"),
        (thumbnail, "thumbnail"),
    ):  # fmt: skip
        assert answer.status_code == 422
        assert list(answer.json()["details"]) == [field], answer.text
    assert upload(ada, picture, focus="5,-7").json()["meta"]["focus"] == {"x": 1.0, "y": -1.0}
    assert upload(ada, picture, focus="", description="").json()["description"] is None


def test_only_an_upload_may_be_larger_than_other_bodies(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    film = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(1024 * 1024 - 24)

    taken = upload(ada, film, "film.mp4", "video/mp4")
    slightly = upload(ada, film + b"x", "film.mp4", "video/mp4")
    much = upload(ada, film * 3, "film.mp4", "video/mp4")
    json = ada.request("POST", "/api/v2/media", json={"description": "x" * SMALL_BODY})
    elsewhere = ada.request("POST", "/api/v1/statuses", files={"status": ("a", film, "text/plain")})

    assert taken.status_code == 202
    assert slightly.status_code == 422
    assert slightly.json()["error"] == "Validation failed: File is too large (maximum is 1 MB)"
    assert much.status_code == 413
    assert much.json() == {"error": "File is too large (maximum is 1 MB)"}
    assert json.status_code == elsewhere.status_code == 413


def test_a_body_that_does_not_say_how_long_it_is_is_counted(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)

    async def body() -> Any:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(80):
            yield bytes(64 * 1024)

    answer = ada.request(
        "POST", "/api/v2/media", content=body(), headers={"content-type": "multipart/form-data; boundary=b"}
    )

    assert answer.status_code == 413


def test_uploads_have_a_limit_of_their_own(api: Api, people: People, services: Services) -> None:
    services.limits._on = True
    ada = api.as_person(people.ada)

    answers = [upload(ada, b"x") for _ in range(31)]

    assert {answer.status_code for answer in answers[:30]} == {422}
    assert answers[0].headers["x-ratelimit-limit"] == "30"
    assert answers[30].status_code == 429
    assert ada.get("/api/v1/preferences").status_code == 200


def test_what_somebody_uploads_is_nobody_elses(api: Api, people: People) -> None:
    ada, bo = api.as_person(people.ada), api.as_person(people.bo)
    id = upload(ada, files.photograph()).json()["id"]
    path = f"/api/v1/media/{id}"

    for answer in (bo.get(path), bo.put(path, description="mine"), bo.delete(path)):
        assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})
    posted = bo.post("/api/v1/statuses", status="Look", media_ids=[id])
    assert posted.status_code == 422
    assert posted.json()["error"] == f"Media {id} not found or already attached to another post"
    assert ada.get(path).json()["description"] is None


def test_what_hangs_on_a_post_can_no_longer_be_taken_back(
    api: Api, people: People, services: Services
) -> None:
    ada = api.as_person(people.ada)
    id = upload(ada, files.photograph()).json()["id"]
    services.db.write_now(attachments.attach, people.ada.id, [int(id)], 1)

    gone = ada.delete(f"/api/v1/media/{id}")

    assert gone.status_code == 422
    assert gone.json()["error"] == "Media attachment is currently used by a status"
    assert ada.get(f"/api/v1/media/{id}").status_code == 404


def test_what_is_taken_back_is_gone(api: Api, people: People, services: Services, web: Web) -> None:
    ada = api.as_person(people.ada)
    made = upload(ada, files.photograph()).json()

    answer = ada.delete(f"/api/v1/media/{made['id']}")
    work(services)

    assert (answer.status_code, answer.json()) == (200, {})
    assert ada.get(f"/api/v1/media/{made['id']}").status_code == 404
    assert fetch(web, made["url"]).status_code == fetch(web, made["preview_url"]).status_code == 404


def test_a_preview_can_be_chosen(api: Api, people: People, web: Web) -> None:
    ada = api.as_person(people.ada)
    cover = files.encoded(files.halves(60, 40))

    made = upload(ada, files.photograph(), thumbnail=cover).json()
    other = ada.request(
        "PUT",
        f"/api/v1/media/{made['id']}",
        files={"thumbnail": ("a.png", files.encoded(files.halves(30, 30)))},
    ).json()

    assert made["meta"]["small"]["size"] == "60x40"
    assert other["meta"]["small"]["size"] == "30x30"
    assert other["preview_url"] != made["preview_url"] and other["url"] == made["url"]
    assert files.decoded(fetch(web, other["preview_url"]).content).size == (30, 30)


def test_the_limits_are_told(api: Api, services: Services) -> None:
    v2 = api.as_nobody().get("/api/v2/instance").json()["configuration"]
    v1 = api.as_nobody().get("/api/v1/instance").json()["configuration"]

    limits = v2["media_attachments"]
    assert limits == v1["media_attachments"]
    assert limits["image_size_limit"] == 256 * 1024 and limits["video_size_limit"] == 1024 * 1024
    assert limits["image_matrix_limit"] == 2_000_000 and limits["description_limit"] == 1500
    assert {"image/jpeg", "image/heic", "image/avif", "video/mp4", "audio/mpeg"} <= set(
        limits["supported_mime_types"]
    )
    assert v2["statuses"]["max_media_attachments"] == 4


def test_a_post_shows_what_was_uploaded_for_it(api: Api, people: People, web: Web) -> None:
    ada, bo = api.as_person(people.ada), api.as_person(people.bo)
    first, second = (upload(ada, files.photograph(), description=text).json() for text in ("One", "Two"))

    posted = ada.post("/api/v1/statuses", status="", media_ids=[second["id"], first["id"]])

    assert posted.status_code == 200, posted.text
    seen = bo.get(f"/api/v1/statuses/{posted.json()['id']}").json()
    assert seen["media_attachments"] == [second, first]
    assert fetch(web, seen["media_attachments"][0]["url"]).status_code == 200


def test_what_is_not_ready_cannot_be_posted(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    id = upload(ada, files.animation()).json()["id"]

    posted = ada.post("/api/v1/statuses", status="Soon", media_ids=[id])

    assert posted.status_code == 422
    assert posted.json()["error"] == (
        "Cannot attach files that have not finished processing. Try again in a moment!"
    )


# --- serving ------------------------------------------------------------------------------------------


@pytest.fixture
def url(api: Api, people: People) -> str:
    return upload(api.as_person(people.ada), files.photograph()).json()["url"]


def test_nobody_gets_a_file_without_its_signature(api: Api, people: People, web: Web, url: str) -> None:
    path, _, signature = url.partition("?")
    name = path.rpartition("/")[2]
    colleague = web.signed_in(people.bo)
    token = api.as_person(people.bo).token
    guesses = [
        path, f"{path}?s=", f"{path}?s=x", f"{path}?{signature[:-1]}{'AB'[signature[-1] == 'A']}", f"/media/{name}", f"/media/{name}?{signature}",
        f"{path.replace(name, name[:-4] + '.raw')}?{signature}",
    ]  # fmt: skip

    for guess in guesses:
        assert colleague.open(guess).status == 404, guess
        assert fetch(web, guess, authorization=f"Bearer {token}").status_code == 404, guess
        assert fetch(web, guess).status_code in (401, 303, 404), guess
    assert fetch(web, url).status_code == 200


def test_no_address_leads_to_another_file(web: Web, url: str, services: Services) -> None:
    for name in ("..%2F..%2Fofficetalk.db", "%2Fetc%2Fpasswd", "0" * 32 + ".jpg", "x.jpg"):
        signed = services.signer.sign(f"/media/attachments/{name}")
        assert fetch(web, signed).status_code in (303, 404)  # 303: no such page, for who is not signed in


def test_what_waits_to_be_processed_is_not_served(
    api: Api, people: People, services: Services, web: Web
) -> None:
    id = upload(api.as_person(people.ada), files.animation()).json()["id"]
    source = services.db.read_now(attachments.get, int(id)).source

    assert asyncio.run(services.media.storage.size(source))
    assert fetch(web, services.signer.sign(f"/media/attachments/{source}")).status_code == 404


def test_a_file_can_be_kept_for_ever_and_does_nothing_but_be_seen(web: Web, url: str) -> None:
    headers = fetch(web, url).headers

    assert headers["cache-control"] == "private, max-age=31536000, immutable"
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["access-control-allow-origin"] == "*"
    assert headers["accept-ranges"] == "bytes"
    again = fetch(web, url, if_none_match=headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    asked = fetch(web, url, "OPTIONS", origin="https://elk.zone")
    assert asked.status_code == 204 and "Range" in asked.headers["access-control-allow-headers"]


def test_a_part_can_be_asked_for(web: Web, url: str) -> None:
    whole = fetch(web, url).content
    size = len(whole)

    for asked, start, end in (
        ("bytes=0-", 0, size), ("bytes=0-0", 0, 1), ("bytes=10-19", 10, 20), (f"bytes={size - 5}-", size - 5, size),
        ("bytes=-7", size - 7, size), (f"bytes=5-{size * 9}", 5, size), (f"bytes=-{size * 9}", 0, size),
    ):  # fmt: skip
        part = fetch(web, url, range=asked)
        assert part.status_code == 206, asked
        assert part.content == whole[start:end]
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        assert part.headers["content-length"] == str(end - start)
        assert part.headers["content-type"] == "image/jpeg"


def test_a_part_that_is_not_there_is_told(web: Web, url: str) -> None:
    size = len(fetch(web, url).content)

    for asked in (f"bytes={size}-", f"bytes={size * 2}-{size * 3}", "bytes=-0"):
        answer = fetch(web, url, range=asked)
        assert (answer.status_code, answer.content) == (416, b"")
        assert answer.headers["content-range"] == f"bytes */{size}"


def test_what_is_no_range_or_not_of_this_file_gets_all_of_it(web: Web, url: str) -> None:
    whole = fetch(web, url).content

    for asked in ("bytes=", "bytes=-", "bytes=5-2", "lines=1-2", "bytes=0-1,5-6", "bytes=a-b", "bytes=٣-٤"):
        headers = {"range": asked.encode()}
        answer = web.send("GET", url, httpx.Cookies(), headers=headers)
        assert (answer.status_code, answer.content) == (200, whole), asked
    assert fetch(web, url, range="bytes=0-1", if_range='"another"').status_code == 200
    etag = fetch(web, url).headers["etag"]
    assert fetch(web, url, range="bytes=0-1", if_range=etag).status_code == 206


def test_head_tells_how_much_there_is(web: Web, url: str) -> None:
    whole = fetch(web, url)

    head, part = fetch(web, url, "HEAD"), fetch(web, url, "HEAD", range="bytes=0-9")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.content))
    assert (part.status_code, part.headers["content-length"]) == (206, "10")


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    server = S3(tmp_path_factory.mktemp("s3"))
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_all_of_it_goes_through_a_bucket_too(
    api: Api, people: People, services: Services, web: Web, s3: S3, settings: Settings
) -> None:
    services.media.storage = open_storage(msgspec.structs.replace(settings, **s3.settings))
    ada = api.as_person(people.ada)

    still = upload(ada, files.photograph()).json()
    moving = upload(ada, files.animation()).json()
    work(services)
    ready = ada.get(f"/api/v1/media/{moving['id']}").json()
    profile = ada.request(
        "PATCH", "/api/v1/accounts/update_credentials", files={"avatar": ("a", files.photograph())}
    )

    for url in (
        still["url"],
        still["preview_url"],
        ready["url"],
        ready["preview_url"],
        profile.json()["avatar"],
    ):
        assert fetch(web, url).status_code == 200
    whole = fetch(web, ready["url"]).content
    part = fetch(web, ready["url"], range="bytes=100-199")
    assert (part.status_code, part.content) == (206, whole[100:200])
    assert len(s3.names()) == 5  # the upload itself is gone
    ada.delete(f"/api/v1/media/{moving['id']}")
    work(services)
    assert fetch(web, ready["url"]).status_code == 404
    assert len(s3.names()) == 3


def test_a_store_that_does_not_answer_is_told(
    web: Web, url: str, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = open_storage(
        Settings(media="s3://away", s3_endpoint="http://127.0.0.1:9", s3_access_key="a", s3_secret_key="b")
    )
    monkeypatch.setattr(services.media, "storage", away)

    assert fetch(web, url).status_code == 503

"""Films through the real server: uploaded by a client that others wrote, played in a real browser."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from mastodon import Mastodon
from playwright.sync_api import Page

from tests import ffmpeg
from tests.api.signing import sign_in
from tests.e2e.conftest import Server
from tests.ffmpeg import needs_ffmpeg
from tests.media import files

pytestmark = pytest.mark.browser


@pytest.fixture
def dialect() -> str:
    return "sqlite"  # the database makes no difference here


@pytest.fixture
def ada(server: Server) -> Mastodon:
    server.makes_account("ada", "Ada Lovelace", "owner")
    return sign_in(server, "ada")


def saved(folder: Path, name: str, data: bytes) -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


@needs_ffmpeg
def test_a_film_from_an_app_can_be_played_and_wound_in_a_browser(
    server: Server, ada: Mastodon, window: Callable[..., Page], tmp_path: Path
) -> None:
    film = tmp_path / "long.mp4"
    ffmpeg.make(
        "-f", "lavfi", "-i", "testsrc=s=640x360:d=60:r=25", "-c:v", "libx264", "-preset", "ultrafast", "-b:v", "4M",
        "-minrate", "4M", "-pix_fmt", "yuv420p", str(film),
    )  # fmt: skip
    media = ada.media_post(str(film), description="Bars", synchronous=True)
    post = ada.status_post("A film", media_ids=[media])
    [shown] = ada.status(post).media_attachments
    assert (shown.type, shown.description) == ("video", "Bars")

    page = window()
    page.route(
        "**/client", lambda route: route.fulfill(body="<title>A client</title>", content_type="text/html")
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.headers.get("range", "")))
    page.goto("/client")
    duration, position, size = page.evaluate(
        """async url => {
            const video = document.createElement("video")
            const happens = name => new Promise((done, fail) => {
                video.addEventListener(name, done, {once: true})
                video.addEventListener("error", () => fail(video.error.message), {once: true})
            })
            video.muted = true
            video.preload = "metadata"
            video.crossOrigin = "anonymous"
            const known = happens("loadedmetadata")
            video.src = url
            await known
            const wound = happens("seeked")
            video.currentTime = 55
            await wound
            return [video.duration, video.currentTime, [video.videoWidth, video.videoHeight]]
        }""",
        shown.url,
    )

    assert (round(duration), round(position), size) == (60, 55, [640, 360])
    assert any(range.startswith("bytes=") for range in asked)


def test_a_picture_from_an_app_is_seen_in_a_browser(
    server: Server, ada: Mastodon, window: Callable[..., Page], tmp_path: Path
) -> None:
    media = ada.media_post(saved(tmp_path, "IMG_0001.HEIC", files.photograph("HEIF")), focus=(0.5, 0.5))
    shown = ada.status(ada.status_post("A picture", media_ids=[media])).media_attachments[0]

    page = window()
    size = page.goto("/sign-in") and page.evaluate(
        """async url => { const picture = new Image(); picture.src = url; await picture.decode();
            return [picture.naturalWidth, picture.naturalHeight] }""",
        shown.url,
    )

    assert size == [400, 600]
    assert shown.meta.focus == {"x": 0.5, "y": 0.5}


@needs_ffmpeg
def test_a_server_that_is_stopped_leaves_its_films_to_the_next(
    server: Server, ada: Mastodon, tmp_path: Path
) -> None:
    film = tmp_path / "film.webm"
    ffmpeg.make(
        "-f", "lavfi", "-i", "testsrc=s=640x360:d=30:r=25", "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "16",
        str(film),
    )  # fmt: skip
    media = ada.media_post(str(film))
    assert media.url is None

    server.stop()
    server.start()

    deadline = time.monotonic() + 120
    while (found := ada.media(media)).url is None and time.monotonic() < deadline:
        time.sleep(0.1)
    assert found.type == "video"
    assert httpx.get(found.url).headers["content-type"] == "video/mp4"

"""OfficeTalk as an app on the device: its manifest, its service worker, and what of it may lie there."""

from __future__ import annotations

import io
import json
import re

import httpx
import pytest
from PIL import Image

from officetalk.core.database import Database
from officetalk.core.paging import Page as Asked
from officetalk.notifications import queries
from officetalk.web.icons import STATIC, manifest
from tests.people import People
from tests.web.browser import Browser, Page, Web


def headers(page: Page) -> tuple[str | None, str | None]:
    """Whose page it is, and whether it may be kept."""
    return page.response.headers.get("x-account"), page.response.headers.get("x-keep")


def fetched(web: Web, path: str, **sent: str) -> httpx.Response:
    return web.send("GET", path, httpx.Cookies(), headers=sent)


def test_the_manifest_names_the_company(web: Web) -> None:
    answer = fetched(web, "/manifest.webmanifest")
    told = json.loads(answer.content)

    assert answer.headers["content-type"].startswith("application/manifest+json")
    assert told["name"] == "Aldermoor · OfficeTalk"
    assert told["short_name"] == "Aldermoor"
    assert (told["start_url"], told["scope"], told["display"]) == ("/", "/", "standalone")
    assert [one["url"] for one in told["shortcuts"]] == ["/compose", "/notifications", "/search"]
    assert told["share_target"]["action"] == "/compose"


def test_the_manifest_speaks_the_language_of_the_browser(web: Web) -> None:
    told = json.loads(fetched(web, "/manifest.webmanifest", **{"accept-language": "ar"}).content)
    assert (told["lang"], told["dir"]) == ("ar", "rtl")


def test_every_icon_is_a_picture_of_its_size(web: Web) -> None:
    icons = json.loads(fetched(web, "/manifest.webmanifest").content)["icons"]

    assert {(icon["sizes"], icon["purpose"]) for icon in icons} == {
        ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"),
    }  # fmt: skip
    for icon in icons:
        image = Image.open(io.BytesIO(fetched(web, icon["src"]).content))
        assert f"{image.width}x{image.height}" == icon["sizes"]
    # What platforms cut themselves fills its square; the other has the mark's round corners.
    maskable = Image.open(STATIC / manifest()["icon-maskable-512.png"])
    assert maskable.getpixel((0, 0)) == (0, 0x4C, 0x45, 255)
    plain = Image.open(STATIC / manifest()["icon-512.png"])
    assert plain.getpixel((2, 2))[3] == 0  # type: ignore[index]
    assert plain.getpixel((256, 256)) == (0, 0x4C, 0x45, 255)


def test_every_page_names_manifest_and_icon(web: Web, people: People) -> None:
    for page in (fetched(web, "/sign-in").text, web.signed_in(people.ada).open("/").text):
        assert '<link rel="manifest" href="/manifest.webmanifest">' in page
        assert re.search(r'<link rel="apple-touch-icon" href="/static/icon-apple-180-\w+\.png">', page)


def test_the_worker_is_for_the_whole_site_and_always_asked_for_again(web: Web) -> None:
    answer = fetched(web, "/sw.js")

    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["service-worker-allowed"] == "/"
    assert "worker-src 'self'" in answer.headers["content-security-policy"]


def test_the_worker_brings_the_files_of_this_version(web: Web) -> None:
    told, _, script = fetched(web, "/sw.js").text.partition(";\n")
    files = json.loads(told.removeprefix("self.OFFICETALK="))["assets"]

    assert f"/static/{manifest()['app.js']}" in files
    assert f"/static/{manifest()['app.css']}" in files
    assert f"/static/{manifest()['sw.js']}" not in files
    assert all(fetched(web, path).status_code == 200 for path in files)
    assert "skipWaiting" in script
    assert not re.search(r"^import ", script, re.MULTILINE)  # it is started as a classic script


def test_only_the_newest_of_what_one_reads_may_be_kept(web: Web, people: People) -> None:
    post = people.ada.posts("Hello")
    ada = web.signed_in(people.ada)
    mine = str(people.ada.id)

    for path in ("/", "/company", "/notifications", f"/@ada/{post.id}", "/compose", "/offline"):
        assert headers(ada.open(path)) == (mine, "offline"), path
    others = (
        f"/?max_id={post.id}", "/notifications?show=people", "/compose?text=Hello", "/messages", "/settings/profile",
        "/settings/notifications", "/bookmarks", "/people", "/search?q=hello", "/@ada",
    )  # fmt: skip
    for path in others:
        assert headers(ada.open(path)) == (mine, None), path


def test_what_another_app_shares_stands_in_the_composer(web: Web, people: People) -> None:
    ada = web.signed_in(people.ada)
    link = "https://example.com/report"

    def typed(**shared: str) -> str:
        return ada.open("/compose", **shared).form("/posts").values["text"].strip()

    assert typed(title="The report", text="Worth reading", url=link) == f"The report\nWorth reading\n{link}"
    assert typed(title="The report", text=f"The report {link}", url=link) == f"The report {link}"
    assert typed(url=link) == link


def test_what_is_direct_is_not_kept(web: Web, people: People) -> None:
    bo = web.signed_in(people.bo)
    post = people.ada.posts("@bo the figures", audience="direct")

    for path in ("/notifications", f"/@ada/{post.id}"):
        page = bo.open(path)
        assert "the figures" in page.text
        assert headers(page) == (str(people.bo.id), None), path


def test_pages_of_nobody_say_so(web: Web, people: People) -> None:
    answer = fetched(web, "/sign-in")
    assert (answer.headers["x-account"], answer.headers.get("x-keep")) == ("none", None)
    assert headers(web.signed_in(people.ada).open("/nobody-declared-this"))[1] is None


def test_a_sign_in_that_ends_with_the_browser_leaves_nothing(web: Web, people: People) -> None:
    web.give_password(people.ada)

    def signed_in(**more: str) -> Browser:
        browser = web.browser()
        browser.post("/sign-in", {"login": "ada", "password": "correct horse battery", **more})
        return browser

    brief, staying = signed_in(), signed_in(keep="on")
    assert headers(brief.open("/")) == (str(people.ada.id), None)
    assert headers(staying.open("/")) == (str(people.ada.id), "offline")
    assert brief.open("/").send("/sign-out").status == 303
    brief.post("/sign-in", {"login": "ada", "password": "correct horse battery", "keep": "on"})
    assert headers(brief.open("/"))[1] == "offline"


def test_a_push_message_leads_to_what_it_is_about(web: Web, db: Database, people: People) -> None:
    post = people.ada.posts("Hello")
    people.bo.likes(post)
    people.bo.follows(people.ada)
    ada = web.signed_in(people.ada)
    ids = re.findall(r'name="group" value="([^"]+)"', ada.open("/notifications").text)
    assert len(ids) == 2

    found = {ada.open(f"/notifications/{id}").response.headers["location"] for id in told(db, people)}
    assert found == {f"/@ada/{post.id}", "/@bo"}
    # One that is gone, and one of somebody else: the list.
    assert ada.open("/notifications/17").response.headers["location"] == "/notifications"
    bo = web.signed_in(people.bo)
    for id in told(db, people):
        assert bo.open(f"/notifications/{id}").response.headers["location"] == "/notifications"


def told(db: Database, people: People) -> list[int]:
    """The ids of what Ada was told."""
    return [one.id for one in db.read_now(queries.notifications, people.ada.id, Asked(20, None, None, None))]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_worker_may_be_asked_for_before_the_company_is_set_up(fresh_web: Web) -> None:
    assert fetched(fresh_web, "/sw.js").status_code == 200
    assert json.loads(fetched(fresh_web, "/manifest.webmanifest").content)["short_name"] == "OfficeTalk"

"""Cards of links: fetched once, attached to the posts that want them, and nothing asked that need not be."""

from __future__ import annotations

import io
import struct
import time
import zlib

import pytest
from PIL import Image
from sqlalchemy import text

from officetalk.core.database import Database
from officetalk.core.sql import Statement
from officetalk.links.entities import Card
from officetalk.media.storage import Folder
from officetalk.posts.entities import Post
from officetalk.previews import rules
from tests.conftest import Clock
from tests.people import Human, People
from tests.previews.conftest import Previews
from tests.sites import Page, Received, Site

pytestmark = pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")

STORY = b"<title>A story</title><meta property=og:description content='About it'>"


def picture(width: int = 1200, height: int = 600, format: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(out, format)
    return out.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A small file that would be decoded to a large picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def card_of(human: Human, post: Post) -> Card | None:
    return human.sees_at(post).content.attached.card


def waiting(db: Database) -> int:
    count = Statement(text("SELECT count(*) FROM card_wait"))
    return db.read_now(lambda conn: conn.value(count))


def test_a_link_gets_a_card(people: People, previews: Previews, site: Site) -> None:
    previews.on(outgoing_allowed=site.host)
    site.pages["/story"] = Page(STORY)

    post = people.ada.posts(f"Read {site.url('/story')}!")
    assert card_of(people.ada, post) is None
    previews.fetch()

    assert card_of(people.bo, post) == Card(site.url("/story"), "A story", "About it")


def test_a_card_is_no_edit(people: People, previews: Previews, site: Site) -> None:
    previews.on(outgoing_allowed=site.host)
    site.pages["/"] = Page(STORY)
    post = people.ada.posts(site.url())
    before = people.ada.sees_at(post).content

    previews.fetch()

    after = people.ada.sees_at(post).content
    assert after.revision > before.revision
    assert after.edited_at is None
    assert people.ada.history_of(post) == [site.url()]


def test_a_page_is_asked_once_whoever_links_to_it(people: People, previews: Previews, site: Site) -> None:
    previews.on(outgoing_allowed=site.host)
    site.pages["/"] = Page(STORY)

    posts = [people.ada.posts(site.url()), people.bo.posts(f"See {site.url()}")]
    previews.fetch()
    later = people.cy.posts(f"Have you seen {site.url()} ?")

    assert all(card_of(people.ada, post) for post in [*posts, later])
    assert site.paths() == ["/"]


def test_a_known_card_is_there_with_the_post(people: People, previews: Previews, site: Site) -> None:
    previews.on(outgoing_allowed=site.host)
    site.pages["/"] = Page(STORY)
    people.ada.posts(site.url())
    previews.fetch()

    post = people.bo.posts(site.url())

    assert card_of(people.bo, post) == Card(site.url(), "A story", "About it")
    assert previews.fetch() == 0


def test_the_first_link_counts(people: People, previews: Previews, site: Site) -> None:
    previews.on(outgoing_allowed=site.host)
    for path in ("/1", "/2"):
        site.pages[path] = Page(f"<title>Page {path}</title>".encode())

    post = people.ada.posts(f"{site.url('/2')} and {site.url('/1')}")
    previews.fetch()

    assert card_of(people.ada, post) == Card(site.url("/2"), "Page /2")
    assert site.paths() == ["/2"]


@pytest.mark.parametrize(
    "words",
    [
        "http://localhost/admin",
        "http://10.0.0.1/",
        "http://wiki/start",
        "https://talk.example/@ada/1",
        "http://x:8080/",
    ],
)
def test_links_that_lead_inside_are_passed_over(
    people: People, previews: Previews, site: Site, words: str
) -> None:
    previews.on(outgoing_allowed=site.host)
    site.pages["/"] = Page(STORY)

    post = people.ada.posts(f"{words} {site.url()}")
    previews.fetch()

    card = card_of(people.ada, post)
    assert card is not None and card.url == site.url()


def test_nothing_is_asked_when_previews_are_off(people: People, previews: Previews, site: Site) -> None:
    site.pages["/"] = Page(STORY)
    for settings in (
        {"link_previews": "off"},
        {"outgoing": "off"},
        {"outgoing": "off", "link_previews": "on"},
        {"outgoing": "allowed"},  # an air-gapped company that has not asked for them
    ):
        previews.on(outgoing_allowed=site.host, **settings)

        post = people.ada.posts(site.url())

        assert previews.fetch() == 0, settings
        assert card_of(people.ada, post) is None
    assert site.requests == []


def test_what_was_queued_is_not_asked_once_they_are_off(
    people: People, previews: Previews, site: Site
) -> None:
    previews.on(outgoing_allowed=site.host)
    people.ada.posts(site.url())
    previews.on(outgoing_allowed=site.host, link_previews="off")

    assert previews.fetch() == 1
    assert site.requests == []


def test_only_pages_of_allowed_hosts_where_that_is_wanted(
    people: People, previews: Previews, site: Site
) -> None:
    stranger = Site()
    site.pages["/"] = Page(
        b"<title>Wiki</title><meta property=og:image content=%b>" % stranger.url("/x").encode()
    )
    stranger.pages["/x"] = Page(picture(), "image/png")
    for settings in ({"link_previews": "allowed"}, {"outgoing": "allowed", "link_previews": "on"}):
        wanted = previews.on(outgoing_allowed=site.host, **settings)
        assert not wanted.wants("https://example.com/")
        assert wanted.wants(site.url())

    post = people.ada.posts(f"{stranger.url()} {site.url()}")
    previews.fetch()

    assert card_of(people.ada, post) == Card(site.url(), "Wiki")
    assert stranger.requests == []
    stranger.close()


def test_a_post_without_links_or_with_pictures_asks_nothing(people: People, previews: Previews) -> None:
    previews.on()

    people.ada.posts("No link at all, only example.com and a:// thing")

    assert previews.fetch() == 0


# --- edits and deletions ----------------------------------------------------------------------------------


def test_another_link_brings_another_card(people: People, previews: Previews, site: Site) -> None:
    previews.on(outgoing_allowed=site.host)
    for path in ("/1", "/2"):
        site.pages[path] = Page(f"<title>Page {path}</title>".encode())
    post = people.ada.posts(site.url("/1"))
    previews.fetch()

    people.ada.edits(post, site.url("/2"))
    assert card_of(people.ada, post) is None
    previews.fetch()

    assert card_of(people.ada, post) == Card(site.url("/2"), "Page /2")


def test_other_words_leave_the_card(people: People, previews: Previews, site: Site) -> None:
    previews.on(outgoing_allowed=site.host)
    site.pages["/"] = Page(STORY)
    post = people.ada.posts(site.url())
    previews.fetch()

    people.ada.edits(post, f"Look: {site.url()}")
    assert card_of(people.ada, post) is not None
    previews.on(link_previews="off")
    people.ada.edits(post, f"Look here: {site.url()}")

    assert card_of(people.ada, post) is not None


def test_without_the_link_the_card_goes(people: People, previews: Previews, site: Site) -> None:
    previews.on(outgoing_allowed=site.host)
    site.pages["/"] = Page(STORY)
    post = people.ada.posts(site.url())
    previews.fetch()

    people.ada.edits(post, "Never mind")

    assert card_of(people.ada, post) is None


def test_a_link_that_was_taken_out_meanwhile_brings_none(
    db: Database, people: People, previews: Previews, site: Site
) -> None:
    previews.on(outgoing_allowed=site.host)
    site.pages["/"] = Page(STORY)
    edited, deleted = people.ada.posts(site.url()), people.ada.posts(site.url())

    people.ada.edits(edited, "Never mind")
    people.ada.deletes(deleted)
    assert waiting(db) == 0
    previews.fetch()

    assert card_of(people.ada, edited) is None
    assert not people.ada.sees(deleted)


# --- what a page can be -----------------------------------------------------------------------------------


def test_the_picture_is_kept_here_and_made_small(
    people: People, previews: Previews, site: Site, storage: Folder
) -> None:
    previews.on(outgoing_allowed=site.host)
    site.pages["/a/story"] = Page(
        STORY + b"<meta property=og:image content=../pictures/a.png><meta property=og:image:alt content=Red>"
    )
    site.pages["/pictures/a.png"] = Page(picture(2400, 1200), "image/png")

    post = people.ada.posts(site.url("/a/story"))
    previews.fetch()

    card = card_of(people.ada, post)
    assert card is not None
    assert (card.width, card.height) == (679, 339)
    assert (card.image_description, bool(card.blurhash)) == ("Red", True)
    kept = Image.open(storage.path_of(card.image))
    assert (kept.format, kept.size) == ("WEBP", (679, 339))


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (Page(status=404), "missing"),
        (Page(b"<title>SVG</title>", "image/svg+xml"), "a program"),
        (Page(b"no picture", "image/png"), "no picture"),
        (Page(picture(1, 1), "image/gif"), "a dot that counts readers"),
        (Page(picture(40, 600), "image/png"), "a stripe"),
        (Page(png_that_claims(20_000, 20_000), "image/png"), "a bomb"),
        (Page(picture() + bytes(6_000_000), "image/png"), "too large"),
        (Page(picture(), "text/html"), "a page"),
        (Page(status=302, headers={"Location": "http://169.254.169.254/x.png"}), "inside"),
    ],
)
def test_a_card_stands_without_a_picture_that_is_none(
    people: People, previews: Previews, site: Site, page: Page, why: str
) -> None:
    previews.on(outgoing_allowed=site.host)
    site.pages["/"] = Page(STORY + b"<meta property=og:image content=/picture>")
    site.pages["/picture"] = page

    post = people.ada.posts(site.url())
    previews.fetch()

    assert card_of(people.ada, post) == Card(site.url(), "A story", "About it"), why


def test_a_link_to_a_picture_shows_it(people: People, previews: Previews, site: Site) -> None:
    previews.on(outgoing_allowed=site.host)
    site.pages["/mountain%20view.jpg"] = Page(picture(format="JPEG"), "image/jpeg")

    post = people.ada.posts(site.url("/mountain%20view.jpg"))
    previews.fetch()

    card = card_of(people.ada, post)
    assert card is not None
    assert (card.kind, card.title, bool(card.image)) == ("photo", "mountain view.jpg", True)


@pytest.mark.parametrize(
    "page",
    [
        Page(b"x", "application/pdf"),
        Page(b"<title>Not said to be a page</title>", None),
        Page(b"<title>Plain</title>", "text/plain"),
        Page(b'{"title": "JSON"}', "application/json"),
        Page(b"<p>No title</p>"),
        Page(b"<title>Gone</title>", status=404),
        Page(b"<title>Sign in</title>", status=401),
        Page(b"<title>Nothing</title>", status=204),
        Page(status=302, headers={"Location": "http://10.0.0.1/"}),
        Page(png_that_claims(30_000, 30_000), "image/png"),
    ],
)
def test_what_says_nothing_of_itself_gets_no_card_and_is_left_alone(
    people: People, previews: Previews, site: Site, clock: Clock, page: Page
) -> None:
    previews.on(outgoing_allowed=site.host)
    site.pages["/"] = page

    post = people.ada.posts(site.url())
    previews.fetch()
    again = people.bo.posts(site.url())
    clock.forward(days=3)
    previews.fetch()

    assert card_of(people.ada, post) is None and card_of(people.ada, again) is None
    assert site.paths() == ["/"]


def test_a_page_of_any_size_is_read_at_its_beginning(people: People, previews: Previews, site: Site) -> None:
    previews.on(outgoing_allowed=site.host)
    site.pages["/"] = Page(b"<head>" + STORY + b"</head><body>" + b"<p>text</p>" * 2_000_000)

    post = people.ada.posts(site.url())
    began = time.monotonic()
    previews.fetch()

    assert card_of(people.ada, post) == Card(site.url(), "A story", "About it")
    assert time.monotonic() - began < 6


def test_the_charset_of_the_header_is_used(people: People, previews: Previews, site: Site) -> None:
    previews.on(outgoing_allowed=site.host)
    site.pages["/"] = Page("<title>日本語</title>".encode("cp932"), "text/html; charset=Shift_JIS")

    post = people.ada.posts(site.url())
    previews.fetch()

    card = card_of(people.ada, post)
    assert card is not None and card.title == "日本語"


def test_the_address_is_the_one_that_was_posted(people: People, previews: Previews, site: Site) -> None:
    previews.on(outgoing_allowed=site.host)
    site.pages["/short"] = Page(status=301, headers={"Location": "/deep/story"})
    site.pages["/deep/story"] = Page(
        STORY + b"<meta property=og:image content=p.png><link rel=canonical href=/x>"
    )
    site.pages["/deep/p.png"] = Page(picture(), "image/png")

    post = people.ada.posts(site.url("/short"))
    previews.fetch()

    card = card_of(people.ada, post)
    assert card is not None and card.url == site.url("/short") and card.image


# --- time ---------------------------------------------------------------------------------------------------


def test_an_old_card_is_looked_at_again_when_somebody_posts_the_link(
    people: People, previews: Previews, site: Site, clock: Clock
) -> None:
    previews.on(outgoing_allowed=site.host)
    site.pages["/"] = Page(b"<title>Old</title>")
    first = people.ada.posts(site.url())
    previews.fetch()
    site.pages["/"] = Page(b"<title>New</title>")
    clock.forward(days=15)

    second = people.bo.posts(site.url())
    assert card_of(people.ada, second) == Card(site.url(), "Old")
    previews.fetch()

    assert card_of(people.ada, second) == Card(site.url(), "New")
    assert card_of(people.ada, first) == Card(site.url(), "Old")


def test_a_failure_is_tried_again_and_those_who_wait_get_the_card(
    people: People, previews: Previews, site: Site, clock: Clock
) -> None:
    previews.on(outgoing_allowed=site.host)
    site.pages["/"] = Page(status=503)
    first = people.ada.posts(site.url())
    previews.fetch()
    second = people.bo.posts(site.url())
    assert previews.fetch() == 0
    site.pages["/"] = Page(STORY)

    clock.forward(seconds=601)
    previews.fetch()

    assert (
        card_of(people.ada, first) == card_of(people.ada, second) == Card(site.url(), "A story", "About it")
    )


def test_in_the_end_it_is_left_alone(
    db: Database, people: People, previews: Previews, site: Site, clock: Clock
) -> None:
    previews.on(outgoing_allowed=site.host)
    site.pages["/"] = Page(status=500)
    people.ada.posts(site.url())
    for _ in range(10):
        previews.fetch()
        clock.forward(days=1, seconds=1)

    assert len(site.requests) == 1 + len(rules.PAUSES_MS)
    assert waiting(db) == 0
    people.ada.posts(site.url())
    clock.forward(days=7)
    people.ada.posts(site.url())
    previews.fetch()
    assert len(site.requests) == 2 + len(rules.PAUSES_MS)


def test_two_who_fetch_at_once_are_one(db: Database, people: People, previews: Previews, site: Site) -> None:
    previews.on(outgoing_allowed=site.host)
    url = site.url()
    first = people.ada.posts(url)

    assert db.write_now(rules.begin, url)
    second = people.bo.posts(url)
    assert not db.write_now(rules.begin, url)  # the job of the second post leaves it to the first
    db.write_now(rules.store, url, Card(url, "Found"))

    assert card_of(people.ada, first) == card_of(people.ada, second) == Card(url, "Found")


def test_a_fetch_that_died_is_taken_over(db: Database, people: People, site: Site, clock: Clock) -> None:
    assert db.write_now(rules.begin, site.url())
    assert not db.write_now(rules.begin, site.url())

    clock.forward(seconds=rules.BUSY_MS // 1000 + 1)

    assert db.write_now(rules.begin, site.url())


def test_a_page_that_dawdles_costs_a_bounded_time(
    people: People, previews: Previews, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from officetalk.previews import cards

    monkeypatch.setattr(cards, "SECONDS", 0.3)
    previews.on(outgoing_allowed=site.host)

    def slow(received: Received) -> Page:
        time.sleep(6)
        return Page(STORY)

    site.pages["/"] = slow
    post = people.ada.posts(site.url())
    began = time.monotonic()
    previews.fetch()

    assert time.monotonic() - began < 5
    assert card_of(people.ada, post) is None


def test_known_cards_can_be_asked_for(db: Database, people: People) -> None:
    db.write_now(rules.store, "https://a.example/", Card("https://a.example/", "A"))
    db.write_now(rules.store, "https://b.example/", None)

    found = db.read_now(rules.known, ["https://a.example/", "https://b.example/", "https://c.example/"])

    assert found == {"https://a.example/": Card("https://a.example/", "A")}
    assert db.read_now(rules.known, []) == {}

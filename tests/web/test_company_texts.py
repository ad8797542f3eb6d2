"""What administrators write for everybody: rules and texts, announcements, emoji."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from officetalk.announcements import queries
from officetalk.announcements.entities import Announcement
from officetalk.company import settings as company
from officetalk.core.database import Database
from officetalk.core.paging import Page
from officetalk.emoji import rules
from officetalk.emoji.entities import Emoji
from tests.conftest import Clock
from tests.people import People
from tests.web.browser import Browser, Web


@pytest.fixture
def al(web: Web, people: People) -> Browser:
    people.al.changes(role="administrator", time_zone="Europe/Oslo")
    return web.signed_in(people.al)


PAGES = ("/settings/company/texts", "/settings/company/emoji", "/settings/company/announcements")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", ["member", "moderator"])
def test_they_are_for_administrators(web: Web, people: People, path: str, role: str) -> None:
    people.ada.changes(role=role)

    assert web.signed_in(people.ada).open(path).status == 403


def test_the_company_page_leads_to_them(al: Browser) -> None:
    page = al.open("/settings/company").text

    assert all(f'href="{path}"' in page for path in PAGES)


# --- rules and texts ---------------------------------------------------------------------------------


def test_rules_and_texts_are_kept_and_shown(db: Database, web: Web, al: Browser) -> None:
    written = {
        "rules": "Be kind\nDisagree with ideas.\n\n\nNo secrets",
        "about": "A place\n\nto talk",
        "privacy_policy": "We keep <little>",
        "terms": "Be kind",
    }

    answer = al.open(PAGES[0]).send(PAGES[0], **written)

    assert answer.location == PAGES[0]
    chosen = db.read_now(company.load)
    assert [(r.text, r.hint) for r in chosen.rules] == [
        ("Be kind", "Disagree with ideas."),
        ("No secrets", ""),
    ]
    again = answer.follow()
    assert again.value("rules") == "Be kind\nDisagree with ideas.\n\nNo secrets"
    assert again.value("about") == written["about"]
    stranger = web.browser()
    assert "We keep &lt;little&gt;" in stranger.open("/privacy-policy").text
    assert "Be kind" in stranger.open("/terms-of-service").text


def test_a_rule_keeps_its_number_when_it_is_corrected_or_moved(db: Database, al: Browser) -> None:
    def write(text: str) -> dict[str, int]:
        al.open(PAGES[0]).send(PAGES[0], rules=text)
        return {r.text: r.id for r in db.read_now(company.load).rules}

    assert write("Be kind\n\nNo secrets") == {"Be kind": 1, "No secrets": 2}
    assert write("No secrets\n\nBe kind") == {"No secrets": 2, "Be kind": 1}
    assert write("No secrets\n\nBe very kind") == {"No secrets": 2, "Be very kind": 1}
    assert write("Be very kind") == {"Be very kind": 1}
    assert write("Be very kind\n\nNo noise") == {"Be very kind": 1, "No noise": 3}


def test_what_is_wrong_with_the_rules_is_told(db: Database, al: Browser) -> None:
    answer = al.open(PAGES[0]).send(PAGES[0], rules="Twice\n\nTwice", about="Kept")

    assert answer.status == 422
    assert answer.error("rules") == "The rules must be different from each other."
    assert answer.value("about") == "Kept"
    assert db.read_now(company.load).about.text == ""


def test_texts_that_are_not_written_are_not_there(web: Web, people: People, al: Browser) -> None:
    assert al.open("/privacy-policy").status == 404
    assert al.open("/terms-of-service").status == 404


# --- announcements -----------------------------------------------------------------------------------


def announced(db: Database) -> list[Announcement]:
    return db.read_now(queries.everything, Page())


def test_something_is_announced_changed_and_removed(db: Database, al: Browser) -> None:
    page = al.open(PAGES[2])
    assert "Nothing was announced yet" in page.text

    answer = page.send(PAGES[2], text="The canteen <is> closed", do="publish")
    assert "Announced." in answer.follow().text
    (one,) = announced(db)
    assert "The canteen &lt;is&gt; closed" in al.open(PAGES[2]).text
    path = f"{PAGES[2]}/{one.id}"
    al.open(path).send(path, text="It is open", do="publish")
    assert announced(db)[0].text == "It is open"
    al.open(path).send(path, do="draft")
    assert announced(db)[0].published_at is None
    al.open(path).send(path, do="remove")

    assert announced(db) == []
    assert al.open(path).status == 404


def test_times_are_those_of_the_administrators_clock(db: Database, al: Browser) -> None:
    al.open(PAGES[2]).send(
        PAGES[2], text="Party", starts_at="2030-07-01T18:00", ends_at="2030-07-01T23:30",
        publish_at="2030-06-01T09:00", do="publish",
    )  # fmt: skip

    (one,) = announced(db)
    hour = 3_600_000
    assert one.starts_at == 1_909_152_000_000 + 0 * hour  # 16:00 UTC: Oslo is two hours ahead in summer
    page = al.open(f"{PAGES[2]}/{one.id}")
    assert (page.value("starts_at"), page.value("publish_at")) == ("2030-07-01T18:00", "2030-06-01T09:00")
    assert "Scheduled" in al.open(PAGES[2]).text


def test_of_what_takes_all_day_the_date_counts(db: Database, al: Browser) -> None:
    al.open(PAGES[2]).send(
        PAGES[2], text="Holiday", starts_at="2030-07-01T18:00", ends_at="2030-07-02T03:00", all_day="1",
        do="publish",
    )  # fmt: skip

    (one,) = announced(db)
    day = 86_400_000
    assert (one.starts_at or 0) % day == (one.ends_at or 0) % day == 0
    page = al.open(f"{PAGES[2]}/{one.id}")
    assert (page.value("starts_at"), page.value("all_day")) == ("2030-07-01T00:00", "1")


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"text": " "}, "text", "The text can't be blank."),
        ({"text": "x", "starts_at": "soon"}, "starts_at", "The start must be a date and a time."),
        ({"text": "x", "starts_at": "2030-07-01T18:00"}, "ends_at", "The end can't be blank."),
    ],
)
def test_what_is_wrong_with_an_announcement_is_told(
    db: Database, al: Browser, typed: dict[str, str], field: str, sentence: str
) -> None:
    answer = al.open(PAGES[2]).send(PAGES[2], do="publish", **typed)

    assert answer.status == 422
    assert answer.error(field) == sentence
    assert announced(db) == []


# --- emoji -------------------------------------------------------------------------------------------


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGBA", (40, 40), (10, 120, 90, 255)).save(made, "PNG")
    return made.getvalue()


def every(db: Database) -> list[Emoji]:
    return list(db.read_now(rules.everything))


def upload(al: Browser, shortcode: str, data: bytes | None = None, **more: str):
    files = {"image": ("x.png", picture() if data is None else data, "image/png")}
    return al.open(PAGES[1]).send(PAGES[1], files, shortcode=shortcode, **more)


def test_an_emoji_is_added_and_its_picture_shown_to_those_who_are_in(
    db: Database, web: Web, people: People, al: Browser
) -> None:
    assert "There are none yet" in al.open(PAGES[1]).text

    answer = upload(al, ":party:", category="Joy")

    assert "The emoji is there." in answer.follow().text
    (party,) = every(db)
    assert (party.shortcode, party.category, party.in_picker) == ("party", "Joy", True)
    shown = web.signed_in(people.ada).open(party.address)
    assert (shown.status, shown.response.headers["content-type"]) == (200, "image/png")
    assert "immutable" in shown.response.headers["cache-control"]
    assert web.browser().open(party.address).status in (303, 401)
    signed = web.services.signer.sign(party.address)
    assert web.browser().open(signed).status == 200


def test_only_pictures_of_emoji_are_shown_there(web: Web, al: Browser) -> None:
    storage = web.services.media.storage
    storage.put("c" * 40 + ".png", b"somebody's attachment", "image/png")

    for name in ("c" * 40 + ".png", "d" * 40 + ".png", "..%2Fofficetalk.db"):
        assert al.open(f"/emoji/{name}").status == 404


@pytest.mark.parametrize(
    ("shortcode", "data", "field"),
    [("a", None, "shortcode"), ("party", b"no picture", "image"), ("party", b"", "image")],
)
def test_what_is_wrong_with_an_emoji_is_told(
    db: Database, al: Browser, shortcode: str, data: bytes | None, field: str
) -> None:
    answer = upload(al, shortcode, data)

    assert answer.status == 422
    assert answer.error(field)
    assert every(db) == []


def test_emoji_are_switched_off_and_removed(db: Database, al: Browser, clock: Clock) -> None:
    upload(al, "party")
    path = f"{PAGES[1]}/{every(db)[0].id}"

    for do, told in (
        ("hide", (False, False)), ("show", (True, False)), ("disable", (True, True)), ("enable", (True, False)),
    ):  # fmt: skip
        al.open(PAGES[1]).send(path, do=do)
        (party,) = every(db)
        assert (party.in_picker, party.disabled) == told
    al.open(PAGES[1]).send(path, do="remove")

    assert every(db) == []
    assert al.open(PAGES[1]).status == 200

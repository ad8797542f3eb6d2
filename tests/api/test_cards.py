"""Cards of links over HTTP: every documented field, and nothing that makes a reader's device ask strangers."""

from __future__ import annotations

import msgspec

from officetalk.api.entities import PreviewCard
from officetalk.api.render_cards import card_json
from officetalk.links.entities import Card
from officetalk.previews import rules
from tests.api.client import Api
from tests.people import People

URL = "https://news.example/story"
FULL = Card(
    url=URL, title="A <story>", description="About it", author="Ada", author_url="https://news.example/ada",
    provider="News", provider_url="https://news.example/", image="0" * 40 + ".webp", width=678, height=339,
    blurhash="UeKUpMof", language="en", published_at=1_772_355_600_123, image_description="A hill",
)  # fmt: skip


def address_of(name: str) -> str:
    return f"https://talk.test/media/{name}?s=signed"


def test_every_documented_field_is_there() -> None:
    assert card_json(FULL, address_of) == {
        "url": URL,
        "title": "A <story>",
        "description": "About it",
        "language": "en",
        "type": "link",
        "authors": [{"name": "Ada", "url": "https://news.example/ada", "account": None}],
        "author_name": "Ada",
        "author_url": "https://news.example/ada",
        "provider_name": "News",
        "provider_url": "https://news.example/",
        "html": "",
        "width": 678,
        "height": 339,
        "image": address_of(FULL.image),
        "image_description": "A hill",
        "embed_url": "",
        "blurhash": "UeKUpMof",
        "published_at": "2026-03-01T09:00:00.123Z",
        "missing_attribution": None,
    }


def test_a_card_of_a_title_alone() -> None:
    shown = card_json(Card(URL, "Title"), address_of)

    assert msgspec.convert(shown, PreviewCard, strict=True)
    assert (shown["image"], shown["blurhash"], shown["authors"], shown["published_at"]) == (
        None,
        None,
        [],
        None,
    )


def test_a_film_is_a_link_and_a_picture_is_our_own_copy() -> None:
    film = card_json(msgspec.structs.replace(FULL, kind="video"), address_of)
    photo = card_json(msgspec.structs.replace(FULL, kind="photo"), address_of)

    assert (film["type"], film["html"], film["embed_url"]) == ("link", "", "")
    assert (photo["type"], photo["embed_url"]) == ("photo", address_of(FULL.image))


def test_a_post_shows_its_card(api: Api, people: People) -> None:
    import officetalk.previews
    from officetalk.core.settings import Settings
    from officetalk.previews.wanted import Wanted, wanted_by

    db = api.services.db
    db.write_now(rules.store, URL, FULL)
    officetalk.previews.install(wanted_by(Settings()))
    try:
        made = api.as_person(people.ada).post("/api/v1/statuses", status=f"Read {URL}").json()
    finally:
        officetalk.previews.install(Wanted())

    card = api.as_person(people.bo).get(f"/api/v1/statuses/{made['id']}").json()["card"]

    assert (card["url"], card["title"]) == (URL, "A <story>")
    assert card["image"].startswith(f"http://talk.test/media/{FULL.image}?s=")
    assert msgspec.convert(card, PreviewCard, strict=True)

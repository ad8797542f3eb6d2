"""Timelines over HTTP beyond home: several hashtags, links, only media."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.client import Api, Client, link
from tests.people import People

URL = "https://example.com/a?b=c&d"


@pytest.fixture
def ada(api: Api, people: People) -> Client:
    return api.as_person(people.ada)


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [status["id"] for status in answer.json()]


def test_hashtags_are_mixed_as_the_documentation_has_it(ada: Client, people: People) -> None:
    cats, dogs, both, with_birds = (
        str(people.bo.posts(text).id) for text in ("#cats", "#dogs", "#cats #dogs", "#cats #birds")
    )
    path = "/api/v1/timelines/tag/cats"

    assert ids(ada.get(path)) == [with_birds, both, cats]
    assert ids(ada.get(path, any=["dogs"])) == [with_birds, both, dogs, cats]
    assert ids(ada.get(path, all=["dogs"])) == [both]
    assert ids(ada.get(path, none=["birds", "dogs"])) == [cats]
    assert ids(ada.get(path, any=["dogs"], none=["birds"], all=["cats"])) == [both, cats]
    assert ids(ada.get(path, any=["dogs"], local="true")) == [with_birds, both, dogs, cats]
    assert ids(ada.get(path, any=["dogs"], remote="true")) == []
    assert ids(ada.get(path, any=["dogs"], only_media="true")) == []


def test_mixed_hashtags_come_in_pages(ada: Client, people: People) -> None:
    posts = [str(people.bo.posts(f"#{tag} {i}").id) for i, tag in enumerate("abab")]

    pages = list(ada.pages("/api/v1/timelines/tag/a", limit=3, any=["b"]))

    assert [status["id"] for page in pages for status in page] == posts[::-1]
    assert "any" in (link(ada.get("/api/v1/timelines/tag/a", limit=3, any=["b"]), "next") or "")


def test_posts_that_link_to_an_address(ada: Client, people: People) -> None:
    posts = [str(people.bo.posts(f"{i} {URL}").id) for i in range(3)]
    people.bo.posts("https://example.com/")

    assert ids(ada.get("/api/v1/timelines/link", url=URL)) == posts[::-1]
    pages = list(ada.pages("/api/v1/timelines/link", url=URL, limit=2))
    assert [len(page) for page in pages] == [2, 1]
    assert ids(ada.get("/api/v1/timelines/link", url="https://nobody.example/")) == []
    assert ids(ada.get("/api/v1/timelines/link")) == []

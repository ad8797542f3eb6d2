"""Lists lead from page to page by the Link header: nothing twice, nothing missing, while others post."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.api.client import Api, link
from tests.people import Human, People

Prepare = Callable[[Human, Human, int], Any]


def _post(ada: Human, bo: Human, i: int) -> Any:
    return bo.posts(f"{i} #tag")


def _like(ada: Human, bo: Human, i: int) -> Any:
    ada.likes(bo.posts(str(i)))


def _bookmark(ada: Human, bo: Human, i: int) -> Any:
    ada.bookmarks(bo.posts(str(i)))


POSTS: dict[str, tuple[str, Prepare]] = {
    "home": ("/api/v1/timelines/home", _post),
    "company": ("/api/v1/timelines/public", _post),
    "hashtag": ("/api/v1/timelines/tag/tag", _post),
    "profile": ("/api/v1/accounts/{bo}/statuses", _post),
    "likes": ("/api/v1/favourites", _like),
    "bookmarks": ("/api/v1/bookmarks", _bookmark),
}


@pytest.fixture
def ada(people: People) -> Human:
    people.ada.follows(people.bo)
    return people.ada


def ids(page: list[Any]) -> list[str]:
    return [item["id"] for item in page]


@pytest.mark.parametrize("name", POSTS)
def test_older_pages_are_whole_while_others_post(api: Api, people: People, ada: Human, name: str) -> None:
    # Given eleven posts in a list
    path, prepare = POSTS[name]
    path = path.replace("{bo}", str(people.bo.id))
    for i in range(11):
        prepare(ada, people.bo, i)
    client = api.as_person(ada)
    whole = ids(client.get(path, limit=40).json())
    assert len(whole) == 11

    # When it is read by pages of four, and something new comes between two pages
    read: list[str] = []
    sizes = []
    for page in client.pages(path, limit=4):
        sizes.append(len(page))
        read += ids(page)
        prepare(ada, people.bo, 100)

    # Then what was there at the beginning was read, once and in order
    assert read == whole
    assert sizes == [4, 4, 3]


@pytest.mark.parametrize("name", POSTS)
def test_newer_pages_are_whole_while_others_post(api: Api, people: People, ada: Human, name: str) -> None:
    # Given a reader who has read the oldest two of a list
    path, prepare = POSTS[name]
    path = path.replace("{bo}", str(people.bo.id))
    prepare(ada, people.bo, 0)
    prepare(ada, people.bo, 1)
    client = api.as_person(ada)
    first = client.get(path, limit=4)
    for i in range(9):
        prepare(ada, people.bo, i + 2)

    # When the reader goes on towards the newest, page by page, and one more comes in between
    read: list[str] = []
    url = link(first, "prev")
    came = False
    while url is not None:
        answer = client.get(url)
        read = ids(answer.json()) + read
        url = link(answer, "prev")
        if not came:
            prepare(ada, people.bo, 100)
            came = True

    # Then all that is newer was read once, next to the cursor first; the empty page leads nowhere
    whole = ids(client.get(path, limit=40).json())
    assert read == whole[: len(whole) - 2]
    assert len(read) == 10


def test_since_id_reads_the_newest_and_min_id_the_next(api: Api, ada: Human, people: People) -> None:
    posts = [people.bo.posts(str(i)) for i in range(6)]
    client = api.as_person(ada)

    since = client.get("/api/v1/timelines/home", since_id=posts[0].id, limit=2).json()
    next_to = client.get("/api/v1/timelines/home", min_id=posts[0].id, limit=2).json()

    assert ids(since) == [str(posts[5].id), str(posts[4].id)]
    assert ids(next_to) == [str(posts[2].id), str(posts[1].id)]


def test_lists_of_people_page_by_the_header_alone(api: Api, people: People) -> None:
    ada = people.ada
    client = api.as_person(ada)
    post = ada.posts("Hello")
    lists: dict[str, Callable[[Human], Any]] = {
        f"/api/v1/accounts/{ada.id}/followers": lambda other: other.follows(ada),
        f"/api/v1/accounts/{ada.id}/following": ada.follows,
        "/api/v1/blocks": ada.blocks,
        "/api/v1/mutes": ada.mutes,
        f"/api/v1/statuses/{post.id}/favourited_by": lambda other: other.likes(post),
        f"/api/v1/statuses/{post.id}/reblogged_by": lambda other: other.reposts(post),
    }
    for number, (path, act) in enumerate(lists.items()):
        others = [getattr(people, f"p{number}x{i}") for i in range(5)]
        for other in others:
            act(other)

        read = [item["username"] for page in client.pages(path, limit=2) for item in page]

        assert read == [other.name for other in reversed(others)], path
        # The cursor is that of the relation: no id of an account stands in the link.
        url = link(client.get(path, limit=2), "next")
        assert url is not None
        assert parse_qs(urlsplit(url).query)["max_id"][0] not in {str(o.id) for o in others}


def test_requests_to_follow_page(api: Api, people: People) -> None:
    people.ada.changes(locked=True)
    for i in range(5):
        getattr(people, f"p{i}").follows(people.ada)

    read = [
        p["username"]
        for page in api.as_person(people.ada).pages("/api/v1/follow_requests", limit=2)
        for p in page
    ]

    assert read == ["p4", "p3", "p2", "p1", "p0"]


def test_followed_hashtags_page(api: Api, people: People) -> None:
    for i in range(5):
        people.ada.follows_hashtag(f"tag{i}")

    read = [
        t["name"] for page in api.as_person(people.ada).pages("/api/v1/followed_tags", limit=2) for t in page
    ]

    assert read == ["tag4", "tag3", "tag2", "tag1", "tag0"]


def test_the_directory_pages_by_offset_and_by_link(api: Api, people: People) -> None:
    names = [f"p{i}" for i in range(6)]
    for name in names:
        getattr(people, name)
    client = api.as_person(people.p0)

    by_link = [
        p["username"] for page in client.pages("/api/v1/directory", order="new", limit=4) for p in page
    ]
    by_offset = [
        p["username"]
        for offset in (0, 4)
        for p in client.get("/api/v1/directory", order="new", limit=4, offset=offset).json()
    ]

    assert by_link == by_offset == names[::-1]


def test_a_link_keeps_the_other_parameters(api: Api, ada: Human, people: People) -> None:
    for i in range(3):
        people.bo.posts(f"{i}")

    answer = api.as_person(ada).get(
        f"/api/v1/accounts/{people.bo.id}/statuses", limit=2, exclude_replies="true", max_id=2**62
    )

    url = link(answer, "next")
    assert url is not None
    assert url.startswith(f"http://talk.test/api/v1/accounts/{people.bo.id}/statuses?")
    assert parse_qs(urlsplit(url).query) == {
        "limit": ["2"], "exclude_replies": ["true"], "max_id": [answer.json()[-1]["id"]],
    }  # fmt: skip


def test_a_hashtag_in_any_script_stands_in_the_link(api: Api, people: People) -> None:
    for i in range(3):
        people.ada.posts(f"{i} #東京")
    client = api.as_person(people.ada)

    read = [item["id"] for page in client.pages("/api/v1/timelines/tag/東京", limit=1) for item in page]

    assert len(read) == 3


def test_limits_have_a_default_and_a_maximum(api: Api, ada: Human, people: People) -> None:
    for i in range(42):
        people.bo.posts(str(i))
    client = api.as_person(ada)

    assert len(client.get("/api/v1/timelines/home").json()) == 20
    assert len(client.get("/api/v1/timelines/home", limit=1000).json()) == 40
    assert client.get("/api/v1/timelines/home", limit=0).status_code == 422


def test_an_empty_list_leads_nowhere(api: Api, people: People) -> None:
    answer = api.as_person(people.ada).get("/api/v1/timelines/home")

    assert answer.json() == []
    assert "link" not in answer.headers


CURSORS = ("max_id", "since_id", "min_id")


def test_a_wrong_cursor_is_named(api: Api, people: People) -> None:
    client = api.as_person(people.ada)
    for cursor in CURSORS:
        for value in ("x", "-1", "1.5", "99999999999999999999", "0x10", "[]", "1 2"):
            answer = client.get("/api/v1/timelines/home", **{cursor: value})

            assert answer.status_code == 422, (cursor, value)
            assert list(answer.json()["details"]) == [cursor]


def test_a_cursor_that_points_nowhere_is_no_error(api: Api, people: People) -> None:
    client = api.as_person(people.ada)
    for path, _ in POSTS.values():
        for cursor in CURSORS:
            for value in (0, 1, 2**63 - 1):
                answer = client.get(path.replace("{bo}", str(people.bo.id)), **{cursor: value})

                assert answer.status_code == 200, (path, cursor, value)

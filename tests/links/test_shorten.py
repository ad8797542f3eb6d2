"""Short links: one for each address, clicks counted, shown to whom they concern."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from officetalk.core.database import Database
from officetalk.core.errors import Invalid, NotFound
from officetalk.links.shorten import MAX_URL, clicks, open_link, shorten
from tests.people import Human, People

URL = "https://example.com/a?b=c#d"


def code_of(person: Human, url: str = URL) -> str:
    return person.posts(f"See {url}").content.recognised.links[0][1]


def test_an_address_has_one_link_whoever_posts_it(people: People) -> None:
    assert code_of(people.ada) == code_of(people.bo) == code_of(people.ada)
    assert code_of(people.ada, URL + "e") != code_of(people.ada)


def test_an_address_posted_at_the_same_moment_has_one_link(people: People) -> None:
    everybody = [people.ada, people.bo, people.cy]

    with ThreadPoolExecutor(6) as threads:
        codes = set(threads.map(lambda i: code_of(everybody[i % 3]), range(9)))

    assert len(codes) == 1


def test_a_link_opens_the_address_and_counts(people: People, db: Database) -> None:
    code = code_of(people.ada)

    for _ in range(3):
        assert db.write_now(open_link, code) == URL

    assert db.read_now(clicks, people.ada.id, [code], administrator=False) == {code: 3}


def test_clicks_are_for_who_posted_it_first_and_for_administrators(people: People, db: Database) -> None:
    code = code_of(people.ada)
    code_of(people.bo)
    db.write_now(open_link, code)

    assert db.read_now(clicks, people.bo.id, [code], administrator=False) == {}
    assert db.read_now(clicks, people.bo.id, [code], administrator=True) == {code: 1}
    assert db.read_now(clicks, people.ada.id, [], administrator=True) == {}


def test_clicks_at_the_same_moment_are_all_counted(people: People, db: Database) -> None:
    code = code_of(people.ada)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: db.write_now(open_link, code), range(24)))

    assert db.read_now(clicks, people.ada.id, [code], administrator=False) == {code: 24}


def test_a_code_that_is_none_is_not_found(db: Database) -> None:
    with pytest.raises(NotFound):
        db.write_now(open_link, "nonesuch1")


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "ftp://example.com/", "file:///etc/passwd", "data:text/html,x", "//example.com",
     "https://", "http://[::1", "https://example.com/" + "x" * MAX_URL],
)  # fmt: skip
def test_only_addresses_of_the_web_are_shortened(people: People, db: Database, url: str) -> None:
    with pytest.raises(Invalid) as refused:
        db.write_now(shorten, people.ada.id, ["https://fine.example", url])

    assert refused.value.field == "status"
    assert db.write_now(shorten, people.ada.id, ["https://fine.example"]).keys() == {"https://fine.example"}


def test_what_looks_like_another_scheme_is_posted_without_a_link(people: People) -> None:
    post = people.ada.posts("javascript:alert(1) ftp://example.com/x")

    assert post.content.recognised.links == ()

"""What is said about a link, in the pages."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from officetalk.trends import gather, work
from tests.people import People
from tests.web.browser import Browser, Web

SEALS = "https://example.org/seals?kind=lip&size=4"


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    return web.signed_in(people.ada)


def shown(page: str) -> list[str]:
    return [re.sub(" <.*", "", text) for text in re.findall(r'<p class="post-body"[^>]*>(.*?)</p>', page)]


def test_explore_leads_to_the_posts_about_a_link(ada: Browser, people: People) -> None:
    for human in (people.bo, people.cy, people.dan):
        human.posts(f"{human.name} says {SEALS}")
    people.bo.posts("Others https://example.org/others")
    gathered = people.ada.db.read_now(gather.gather)
    people.ada.db.write_now(work.store, gathered, work.Turn(0))

    explore = ada.open("/explore", show="links").text
    (path,) = re.findall(r'<a class="link" href="(/links[^"]+)">3 posts this week</a>', explore)
    page = ada.open(path.replace("&amp;", "&"))

    assert shown(page.text) == ["dan says", "cy says", "bo says"]
    assert 'href="https://example.org/seals?kind=lip&amp;size=4"' in page.text


def test_the_older_ones_follow_without_gap_or_repeat(ada: Browser, people: People) -> None:
    for i in range(45):
        people.bo.posts(f"Post {i} {SEALS}")

    read, page = [], ""
    address: str | None = f"/links?{urlencode({'url': SEALS})}"
    while address:
        page = ada.open(address).text
        read += shown(page)
        older = re.search(r'<a class="btn" href="([^"]+max_id[^"]+)" rel="next"', page)
        address = older[1].replace("&amp;", "&") if older else None

    assert read == [f"Post {i}" for i in reversed(range(45))]
    assert 'rel="prev"' in page


def test_a_link_that_nobody_posted_has_words_and_a_way_on(ada: Browser) -> None:
    page = ada.open("/links", url=SEALS)

    assert page.status == 200
    assert "Nobody has said anything about it" in page.text
    assert "/compose?text=https%3A" in page.text


@pytest.mark.parametrize("audience", ["followers", "quiet", "direct"])
def test_only_what_is_said_to_the_company_stands_there(ada: Browser, people: People, audience: str) -> None:
    people.ada.follows(people.bo)
    people.bo.posts(f"Secret @ada {SEALS}", audience)

    assert "Secret" not in ada.open("/links", url=SEALS).text


def test_who_is_blocked_or_muted_does_not_stand_there(ada: Browser, people: People) -> None:
    for human in (people.bo, people.cy, people.dan):
        human.posts(f"{human.name} says {SEALS}")
    people.bo.blocks(people.ada)
    people.ada.mutes(people.cy)

    assert shown(ada.open("/links", url=SEALS).text) == ["dan says"]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://example.org/",
        "seals",
        "https://",
        "http://[",
        f"https://a.org/{'x' * 2000}",
    ],
)
def test_what_is_no_address_of_the_web_is_named_and_not_linked(ada: Browser, url: str) -> None:
    page = ada.open("/links", url=url)

    assert page.status == 422
    assert "The address must be an address of http or https" in page.text
    assert url not in page.text


def test_without_an_address_one_is_sent_to_the_links(ada: Browser) -> None:
    assert ada.open("/links").location == "/explore?show=links"
    assert ada.open("/links", url=SEALS, max_id="abc").status == 422


def test_more_comes_as_a_fragment(ada: Browser, people: People) -> None:
    people.bo.posts(f"Bo says {SEALS}")

    page = ada.fragment("/links", url=SEALS)

    assert shown(page.text) == ["Bo says"]
    assert "<html" not in page.text

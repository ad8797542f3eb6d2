"""Finding people: the directory, and the search for people, posts and hashtags."""

from __future__ import annotations

import re
from typing import Any

import pytest

from officetalk.accounts import queries
from officetalk.accounts.entities import Relationship
from officetalk.company import settings as company
from officetalk.core.database import Connection, Database
from officetalk.featured import endorsements
from tests.people import People
from tests.web.browser import Browser, Page, Web


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    people.ada.changes(department="Sensors", job_title="Engineer")
    return web.signed_in(people.ada)


def cards(page: Page) -> list[str]:
    """The user names of the people on the page, as they stand there."""
    found = re.findall(r'<(?:h3><a|a class="b") href="/@([\w.]+)"', page.text)
    return list(dict.fromkeys(found))


def link(page: Page, rel: str) -> str:
    """The address of a link by its relation."""
    found = re.search(rf'href="([^"]+)" rel="{rel}"', page.text)
    assert found, f"no link with rel={rel}"
    return found[1].replace("&amp;", "&")


# --- directory ---------------------------------------------------------------------------------------


def test_the_directory_shows_everyone_the_newest_first(ada: Browser, people: People) -> None:
    assert people.bo
    assert people.carla

    assert cards(ada.open("/people")) == ["carla", "bo", "ada"]


def test_a_department_shows_its_own_and_how_many_they_are(ada: Browser, people: People) -> None:
    people.bo.changes(department="R&D <labs>")
    people.carla.changes(department="R&D <labs>")

    everyone = ada.open("/people")
    labs = ada.open("/people", department="R&D <labs>")

    assert '<span dir="auto">R&amp;D &lt;labs&gt;</span> <b>2</b>' in everyone.text
    assert 'href="/people?department=R%26D%20%3Clabs%3E"' in everyone.text
    assert cards(labs) == ["carla", "bo"]


def test_by_name_the_directory_follows_the_alphabet(ada: Browser, people: People) -> None:
    for name in ("zoe", "Ágnes", "bert"):
        getattr(people, name.replace("Á", "a")).changes(display_name=name)

    assert cards(ada.open("/people", order="name")) == ["ada", "agnes", "bert", "zoe"]


def test_the_directory_pages_both_ways_without_gaps_or_repeats(ada: Browser, people: People) -> None:
    names = [f"person{i:02}" for i in range(30)]
    for name in names:
        assert getattr(people, name)

    first = ada.open("/people")
    second = ada.open(link(first, "next"))
    back = ada.open(link(second, "prev"))

    assert cards(first) + cards(second) == [*reversed(names), "ada"]
    assert cards(back) == cards(first)
    assert 'rel="next"' not in second.text
    assert 'rel="prev"' not in first.text


def test_the_script_gets_only_the_cards_of_the_next_page(ada: Browser, people: People) -> None:
    for i in range(26):
        assert getattr(people, f"person{i:02}")
    first = ada.open("/people")

    more = ada.fragment(link(first, "next"))

    assert "<html" not in more.text
    assert set(cards(more)).isdisjoint(cards(first))
    assert cards(more)


def test_whom_one_follows_is_marked_and_oneself_has_no_button(ada: Browser, people: People) -> None:
    people.ada.follows(people.bo)
    assert people.carla

    page = ada.open("/people")

    def button(name: str) -> str:
        return page.text.partition(f'action="/@{name}/follow"')[2].partition("</form>")[0]

    assert page.form("/@bo/follow").values.get("csrf")
    assert 'value="unfollow"' in button("bo")
    assert 'value="follow"' in button("carla")
    assert not page.has_form("/@ada/follow")


def test_who_was_never_let_in_or_has_left_or_is_blocked_is_not_in_the_directory(
    ada: Browser, people: People
) -> None:
    people.pending.changes(state="pending")
    people.gone.changes(state="disabled")
    people.ada.blocks(people.bo)
    people.carla.blocks(people.ada)

    assert cards(ada.open("/people")) == ["ada"]


def test_a_department_that_nobody_is_in_shows_the_way_back(ada: Browser) -> None:
    page = ada.open("/people", department="Alchemy")

    assert "Nobody is in Alchemy" in page.text
    assert cards(page) == []


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "'"])
def test_a_wrong_cursor_is_told_and_not_taken(ada: Browser, cursor: str) -> None:
    assert ada.open("/people", max_id=cursor).status == 422


# --- search ------------------------------------------------------------------------------------------


def test_a_search_finds_people_then_hashtags_and_posts(ada: Browser, people: People) -> None:
    people.sealy.changes(display_name="Sealy Fitz")
    people.bo.posts("New seal for the #seals, part 70-114")

    page = ada.open("/search", q="seal")

    assert cards(page) == ["sealy"]
    assert "#seals</a>" in page.text
    assert "part 70-114" in page.text
    order = [page.text.index(f'id="{part}"') for part in ("s-people", "s-tags", "s-posts")]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("tab", "found"),
    [
        ("people", ["s-people"]),
        ("posts", ["s-posts"]),
        ("tags", ["s-tags"]),
        ("nonsense", ["s-people", "s-tags", "s-posts"]),
    ],
)
def test_a_tab_shows_its_own_kind(ada: Browser, people: People, tab: str, found: list[str]) -> None:
    assert people.sealy
    people.bo.posts("A seal for #seals")

    page = ada.open("/search", **{"q": "seal", "in": tab})

    assert [part for part in ("s-people", "s-tags", "s-posts") if f'id="{part}"' in page.text] == found


@pytest.mark.parametrize("query", ["Bjorn", "bjørn", "björn asgard", "Bjron", "@bjorn", "calibration eng"])
def test_people_are_found_by_name_or_title_with_accents_and_errors_forgiven(
    ada: Browser, people: People, query: str
) -> None:
    people.bjorn.changes(display_name="Bjørn Åsgård", job_title="Calibration Engineer")
    assert people.carla

    assert cards(ada.open("/search", q=query)) == ["bjorn"]


def test_while_one_types_people_come_as_a_fragment(ada: Browser, people: People) -> None:
    assert people.borys

    typing = ada.fragment("/search/people", q="bor")
    nobody = ada.fragment("/search/people", q="qqqq<b>")
    without_script = ada.open("/search/people", q="bor")

    assert "<html" not in typing.text
    assert cards(typing) == ["borys"]
    assert "Nobody is called “qqqq&lt;b&gt;”" in nobody.text
    assert without_script.location == "/search?q=bor&in=people"


def test_nobody_finds_a_post_that_is_not_for_them(web: Web, ada: Browser, people: People) -> None:
    people.bo.posts("The secret merger", "direct")
    people.bo.posts("The secret party", "followers")
    people.carla.follows(people.bo)

    assert "Nothing about" in ada.open("/search", q="secret").text
    carla = web.signed_in(people.carla).open("/search", q="secret")
    assert "secret party" in carla.text
    assert "secret merger" not in carla.text


def test_posts_page_by_key(ada: Browser, people: People) -> None:
    for i in range(25):
        people.bo.posts(f"Probe number {i:02}.")

    first = ada.open("/search", **{"q": "probe", "in": "posts"})
    second = ada.open(link(first, "next"))

    def numbers(page: Page) -> list[str]:
        return re.findall(r"Probe number (\d\d)\.", page.text)

    assert numbers(first) + numbers(second) == [f"{i:02}" for i in reversed(range(25))]


def test_people_of_a_search_page_by_number(ada: Browser, people: People) -> None:
    made = {f"borys{i:02}" for i in range(30)}
    for name in made:
        assert getattr(people, name)

    first = ada.open("/search", **{"q": "bor", "in": "people"})
    second = ada.fragment(link(first, "next"))

    assert (len(cards(first)), len(cards(second))) == (24, 6)
    assert {*cards(first), *cards(second)} == made


@pytest.mark.parametrize(
    "query", ["", "   ", '"', "'", "%", "a AND", "*", "(", "x" * 5000, "NEAR(", "🙂", "-"]
)
def test_no_query_is_too_strange(ada: Browser, query: str) -> None:
    for tab in ("all", "people", "posts", "tags"):
        assert ada.open("/search", **{"q": query, "in": tab}).status == 200


def test_without_signing_in_nothing_is_found(web: Web, people: People) -> None:
    people.bo.posts("For the company")
    stranger = web.browser()

    assert [stranger.open(path).status for path in ("/people", "/search?q=bo", "/search/people?q=bo")] == [
        303
    ] * 3
    assert "Bo" not in stranger.fragment("/search/people", q="bo").text


def test_pages_ask_the_database_as_often_for_many_people_as_for_few(
    web: Web, ada: Browser, people: People, db: Database
) -> None:
    counted: list[int] = []
    read = db.read

    async def counting(fn: Any, *args: Any, **options: Any) -> Any:
        def count(conn: Connection, *inner: Any, **more: Any) -> Any:
            result = fn(conn, *inner, **more)
            counted.append(conn.statements)
            return result

        return await read(count, *args, **options)

    def statements(path: str) -> int:
        ada.open(path)  # signs in, fills caches
        counted.clear()
        assert ada.open(path).status == 200
        return sum(counted)

    db.read = counting  # type: ignore[method-assign]
    for i in range(8):
        getattr(people, f"probe{i}").posts(f"A probe for #probes {i}")
    before = [statements(path) for path in ("/people", "/search?q=probe", "/settings/sessions")]
    for i in range(8, 30):
        getattr(people, f"probe{i}").posts(f"A probe for #probes {i}")
        web.signed_in(people.ada)

    after = [statements(path) for path in ("/people", "/search?q=probe", "/settings/sessions")]

    assert after == before
    assert db.read_now(company.load).set_up


# --- how somebody is followed, and what one notes -------------------------------------------------------


def test_the_menu_changes_how_somebody_is_followed(web: Web, people: People) -> None:
    people.ada.follows(people.bo)
    ada = web.signed_in(people.ada)

    def chosen(act: str) -> Relationship:
        form = next(f for f in ada.open("/@bo/more").forms if f.action == "/@bo/more")
        ada.post("/@bo/more", {"csrf": form.values["csrf"], "act": act})
        return people.ada.db.read_now(queries.relationship, people.ada.id, people.bo.id)

    assert chosen("ring").notifying
    assert not chosen("silence").notifying
    assert not chosen("no-reposts").showing_reposts
    assert chosen("reposts").showing_reposts
    assert chosen("feature").endorsed
    assert not chosen("unfeature").endorsed


def test_who_is_not_followed_is_not_followed_by_an_option(web: Web, people: People) -> None:
    ada, bo = web.signed_in(people.ada), people.bo
    token = ada.open(f"/@{bo.name}").form("/@bo/follow").values["csrf"]

    assert ada.post("/@bo/more", {"csrf": token, "act": "ring"}).status == 404
    assert not people.ada.db.read_now(queries.relationship, people.ada.id, people.bo.id).following


def test_a_note_is_for_its_author_alone(web: Web, people: People) -> None:
    ada, bo = web.signed_in(people.ada), web.signed_in(people.bo)

    ada.open("/@bo").send("/@bo/note", note="Knows the seals")

    assert ada.open("/@bo").value("note") == "Knows the seals"
    assert "Knows the seals" not in bo.open("/@bo").text
    assert "Knows the seals" not in web.signed_in(people.cy).open("/@bo").text


def test_a_profile_shows_common_colleagues_and_whom_it_recommends(web: Web, people: People) -> None:
    people.ada.follows(people.cy)
    people.cy.follows(people.bo)
    people.bo.follows(people.mo)
    people.bo.db.write_now(endorsements.endorse, people.bo.id, people.mo.id)

    page = web.signed_in(people.ada).open("/@bo").text

    assert re.search(r"Followed by .*?@cy", page)
    assert re.search(r"Recommended colleagues.*?@mo", page, re.DOTALL)

"""Named links in the pages: followed, missed, made, changed, removed and brought back."""

from __future__ import annotations

from urllib.parse import quote

import httpx
import pytest

from officetalk.links.shorten import shorten
from tests.golinks.linking import Links
from tests.people import People
from tests.web.browser import Browser, Page, Web


@pytest.fixture
def links(people: People) -> Links:
    return Links(people.ada.db)


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    return web.signed_in(people.ada)


@pytest.fixture
def bo(web: Web, people: People) -> Browser:
    return web.signed_in(people.bo)


def make(browser: Browser, **values: str) -> Page:
    return browser.open("/go/new").send("/go/new", **values)


def count(web: Web) -> None:
    """Write down what was clicked, as the process does a moment later."""
    web._loop.run(web.services.clicks.flush())


# --- following -------------------------------------------------------------------------------------------


def test_a_name_leads_to_its_address_and_tells_nothing_of_the_page_before(ada: Browser, bo: Browser) -> None:
    make(ada, name="payroll", target="https://pay.example/slips?year=2026#top")

    for path in ("/go/payroll", "/go/PAYROLL", "/go/payroll/"):
        answer = bo.open(path)
        assert answer.status == 302
        assert answer.location == "https://pay.example/slips?year=2026#top"
        assert answer.response.headers["referrer-policy"] == "no-referrer"
        assert answer.response.headers["cache-control"] == "private, no-store"


def test_a_stranger_signs_in_first_and_goes_on_then(web: Web, links: Links, people: People) -> None:
    links.make(people.ada, "payroll", "https://pay.example/")
    stranger = web.browser()

    for path in ("/go/payroll", "/go/nothing", "/go/-/payroll"):
        page = stranger.open(path)
        assert page.status == 303
        assert page.location == "/sign-in?next=" + quote(path, safe="")
        assert "pay.example" not in page.text

    web.give_password(people.ada)
    signed_in = stranger.open("/sign-in", next="/go/payroll").send(
        "/sign-in", login="ada", password="correct horse battery"
    )
    assert signed_in.location == "/go/payroll"


@pytest.mark.parametrize("path", ["/go/payroll", "/l/{code}"])
def test_after_the_sign_in_a_page_goes_on_since_no_redirect_may(
    web: Web, ada: Browser, links: Links, people: People, path: str
) -> None:
    """Browsers would block it: `form-action` of the sign-in page holds for where its form leads in the end."""
    links.make(people.ada, "payroll", "https://pay.example/größe?a=b")
    code = links.db.write_now(shorten, people.ada.id, ["https://pay.example/größe?a=b"]).popitem()[1]
    came_from = {"referer": "http://talk.test/sign-in?next=%2Fgo%2Fpayroll"}

    answer = web.send("GET", path.format(code=code), ada.cookies, headers=came_from)

    assert answer.status_code == 200
    assert answer.headers["refresh"] == "0; url=https://pay.example/gr%C3%B6%C3%9Fe?a=b"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert 'href="https://pay.example/größe?a=b"' in answer.text


def test_what_follows_the_name_is_filled_in(ada: Browser, links: Links, people: People) -> None:
    links.make(people.ada, "jira", "https://jira.example/browse/{}")
    links.make(people.ada, "find", "https://find.example/?q={}")

    assert ada.open("/go/jira/OT-12").location == "https://jira.example/browse/OT-12"
    assert ada.open("/go/find/a%26b%20c").location == "https://find.example/?q=a%26b%20c"
    assert ada.open("/go/find/a%0d%0ab").status == 404
    assert ada.open("/go/jira/%2e%2e/x").status == 404


def test_clicks_are_counted_and_readers_are_not_named(
    web: Web, ada: Browser, bo: Browser, links: Links, people: People
) -> None:
    link = links.make(people.ada, "payroll")
    for browser in (ada, bo, bo):
        browser.open("/go/payroll")
    web.send("HEAD", "/go/payroll", bo.cookies)
    web.send("GET", "/go/payroll", bo.cookies, headers={"sec-purpose": "prefetch;prerender"})

    assert links.get(link).clicks == 0  # nobody waits for a write
    count(web)

    assert links.get(link).clicks == 3
    page = ada.open("/go/-/payroll").text
    assert "Followed 3 times in four weeks" in page
    assert 'href="/@bo"' not in page


# --- missed ----------------------------------------------------------------------------------------------


def test_a_missed_name_is_told_what_was_meant_and_can_be_made(
    ada: Browser, links: Links, people: People
) -> None:
    links.make(people.bo, "payroll", description="Slips")

    page = ada.open("/go/payrol")

    assert page.status == 404
    assert "Did you mean" in page.text
    assert 'href="/go/payroll"' in page.text
    assert 'href="/go/new?name=payrol"' in page.text
    assert ada.open("/go/new", name="payrol").value("name") == "payrol"


def test_a_missed_name_like_no_other_can_be_made_where_it_may_be(ada: Browser) -> None:
    page = ada.open("/go/cafeteria")
    assert page.status == 404
    assert 'href="/go/new?name=cafeteria"' in page.text

    page = ada.open("/go/a%20%3Cb%3E")
    assert page.status == 404
    assert "And none can have this name." in page.text
    assert "<b>" not in page.text.split("<main", 1)[1].split("<bdi>go/a", 1)[1][:20]


# --- making ----------------------------------------------------------------------------------------------


def test_anybody_makes_a_link(ada: Browser, bo: Browser) -> None:
    page = make(ada, name="Wiki", target="https://wiki.example/", description="All that we know").follow()

    assert page.status == 200
    assert "The link is ready." in page.text
    assert "All that we know" in page.text
    about = bo.open("/go/-/wiki").text
    assert "https://wiki.example/" in about
    assert 'href="/@ada"' in about
    assert "/go/-/edit/wiki" not in about


@pytest.mark.parametrize(
    ("field", "name", "target", "words"),
    [
        ("name", "new", "https://a.example/", "The name is reserved."),
        ("name", "a b", "https://a.example/", "may have letters"),
        ("name", "taken", "https://a.example/", "already been taken"),
        ("target", "x", "javascript:alert(1)", "must begin with http:// or https://"),
        ("target", "x", "data:text/html,<b>", "must begin with http:// or https://"),
        ("target", "x", "ftp://files.example/", "must begin with http:// or https://"),
        ("target", "x", "https://ada:secret@a.example/", "user name or password"),
    ],
)
def test_a_form_that_breaks_a_rule_keeps_what_was_typed(
    ada: Browser, links: Links, people: People, field: str, name: str, target: str, words: str
) -> None:
    links.make(people.bo, "taken")

    page = make(ada, name=name, target=target, description="What for")

    assert page.status == 422
    assert words in (page.error(field) or "")
    assert page.focused == [field]
    assert (page.value("name"), page.value("target"), page.value("description")) == (
        name, target, "What for",
    )  # fmt: skip


def test_every_field_that_breaks_a_rule_says_so(ada: Browser, links: Links, people: People) -> None:
    links.make(people.ada, "wiki")

    for page in (
        make(ada, name="new", target="ftp://files.example/", description="x" * 201),
        ada.open("/go/-/edit/wiki").send(
            "/go/-/edit/wiki", name="new", target="ftp://files.example/", description="x" * 201
        ),
    ):
        assert page.status == 422
        assert page.error("name")
        assert page.error("target")
        assert page.error("description")
        assert page.focused == ["name"]


# --- lists -----------------------------------------------------------------------------------------------


def test_the_most_used_the_new_and_ones_own_are_listed(ada: Browser, links: Links, people: People) -> None:
    assert "Nobody followed a link in four weeks" in ada.open("/go").text
    assert "You have no link yet" in ada.open("/go", show="mine").text
    links.follow(links.make(people.bo, "payroll"), 5)
    links.follow(links.make(people.bo, "wiki"), 2)
    links.make(people.ada, "unused")

    used = ada.open("/go").text
    assert used.index("go/payroll") < used.index("go/wiki")
    assert "5 clicks in four weeks" in used
    assert "go/unused" not in used
    assert "go/unused" in ada.open("/go", show="new").text
    mine = ada.open("/go", show="mine").text
    assert "go/unused" in mine
    assert "go/wiki" not in mine


def test_a_long_list_goes_on_and_back(ada: Browser, links: Links, people: People) -> None:
    made = [links.make(people.bo, f"n-{i}") for i in range(23)]

    first = ada.open("/go", show="new").text
    older = f"/go?show=new&amp;max_id={made[3].id}"
    assert older in first
    second = ada.open("/go", show="new", max_id=str(made[3].id)).text
    assert "go/n-2<" in second
    assert "go/n-3<" not in second
    assert f"min_id={made[2].id}" in second


def test_the_search_forgives_typing_errors_and_offers_to_make_what_is_not_there(
    ada: Browser, links: Links, people: People
) -> None:
    links.make(people.bo, "payroll", description="Salary slips")

    assert "go/payroll" in ada.open("/go", q="salery").text
    nothing = ada.open("/go", q="cafeteria").text
    assert "Nothing about “cafeteria”" in nothing
    assert "/go/new?name=cafeteria" in nothing


def test_the_general_search_finds_links_too(ada: Browser, links: Links, people: People) -> None:
    links.make(people.bo, "payroll", description="Salary slips")

    page = ada.open("/search", q="salary").text

    assert 'href="/go/payroll"' in page
    assert 'href="/go/payroll"' not in ada.open("/search", q="salary", **{"in": "people"}).text


# --- changing --------------------------------------------------------------------------------------------


def test_the_owner_changes_it(ada: Browser, links: Links, people: People) -> None:
    links.make(people.ada, "team/it", "https://old.example/")

    page = ada.open("/go/-/edit/team/it")
    assert page.value("target") == "https://old.example/"
    changed = page.send("/go/-/edit/team/it", name="it", target="https://new.example/").follow()

    assert "Saved." in changed.text
    assert ada.open("/go/it").location == "https://new.example/"
    assert ada.open("/go/team/it").status == 404


def test_nobody_else_does_but_administrators(web: Web, bo: Browser, links: Links, people: People) -> None:
    links.make(people.ada, "wiki")
    token = bo.open("/go/new").form("/go/new").values["csrf"]

    assert bo.open("/go/-/edit/wiki").status == 403
    for act in ("save", "remove", "hand-over"):
        values = {
            "csrf": token,
            "act": act,
            "name": "wiki",
            "target": "https://evil.example/",
            "owner_id": "bo",
        }
        assert bo.post("/go/-/edit/wiki", values).status == 403
    assert bo.open("/go/wiki").location == "https://example.com/"

    people.al.changes(role="administrator")
    al = web.signed_in(people.al)
    al.open("/go/-/edit/wiki").send("/go/-/edit/wiki", target="https://better.example/").follow()
    assert bo.open("/go/wiki").location == "https://better.example/"


def test_it_is_handed_over(ada: Browser, bo: Browser, links: Links, people: People) -> None:
    links.make(people.ada, "wiki", description="All")
    page = ada.open("/go/-/edit/wiki")
    values = {"csrf": page.form("/go/-/edit/wiki").values["csrf"], "act": "hand-over"}

    refused = ada.post("/go/-/edit/wiki", {**values, "owner_id": "nobody"})
    assert refused.status == 422
    assert refused.error("owner_id") == "The owner must be a colleague."
    assert refused.value("description") == "All"

    ada.post("/go/-/edit/wiki", {**values, "owner_id": "@bo"}).follow()
    assert ada.open("/go/-/edit/wiki").status == 403
    assert bo.open("/go/-/edit/wiki").status == 200


def test_it_is_removed_and_brought_back(ada: Browser, links: Links, people: People) -> None:
    link = links.make(people.ada, "wiki")
    page = ada.open("/go/-/edit/wiki")
    values = {"csrf": page.form("/go/-/edit/wiki").values["csrf"], "act": "remove"}

    mine = ada.post("/go/-/edit/wiki", values).follow()
    assert "Removed. Here it can be brought back." in mine.text
    assert ada.open("/go/wiki").status == 404
    assert ada.open("/go/-/wiki").status == 404

    again = mine.send(f"/go/removed/{link.id}").follow()
    assert "It is there again." in again.text
    assert ada.open("/go/wiki").status == 302


def test_it_does_not_come_back_over_another(ada: Browser, links: Links, people: People) -> None:
    link = links.make(people.ada, "wiki")
    links.remove(people.ada, link)
    links.make(people.bo, "wiki")

    page = ada.open("/go", show="mine").send(f"/go/removed/{link.id}")

    assert page.status == 422
    assert "The name has already been taken." in page.text


def test_the_sign_behind_a_name_leads_to_what_is_told_about_it(
    ada: Browser, links: Links, people: People
) -> None:
    links.make(people.ada, "größe")

    assert ada.open("/go/größe+").location == "/go/-/gr%C3%B6%C3%9Fe"
    assert ada.open("/go/-/größe").status == 200
    assert ada.open("/go/").location == "/go"


def test_pages_take_the_same_statements_however_many_links_there_are(
    ada: Browser, links: Links, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    from officetalk.core.database import Connection

    run: list[object] = []
    original = Connection._run
    monkeypatch.setattr(
        Connection, "_run", lambda self, *args: (run.append(args[0]), original(self, *args))[1]
    )

    def statements() -> list[int]:
        counted = []
        for path in ("/go", "/go?show=new", "/go?show=mine", "/go/-/n-0", "/go/n-0", "/go/lnk", "/go?q=link"):
            ada.open(path)
            run.clear()
            ada.open(path)
            counted.append(len(run))
        return counted

    for who in (people.ada, people.bo, people.cy):
        for i in range(2):
            links.follow(links.make(who, f"n-{i}" if who is people.ada else f"link-{who.name}-{i}"))
    few = statements()
    for i in range(12):
        links.follow(links.make(people.bo, f"link-{i}"))

    assert statements() == few


def test_a_form_of_another_site_makes_nothing(web: Web, ada: Browser) -> None:
    token = ada.open("/go/new").form("/go/new").values["csrf"]

    answer: httpx.Response = web.send(
        "POST",
        "/go/new",
        ada.cookies,
        data={"csrf": token, "name": "x", "target": "https://a.example/"},
        headers={"sec-fetch-site": "cross-site"},
    )

    assert answer.status_code == 403
    assert ada.open("/go/x").status == 404

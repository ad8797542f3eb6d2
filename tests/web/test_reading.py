"""The pages that one reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from officetalk.core.database import Connection, Database
from officetalk.featured import change, collections
from officetalk.featured.entities import Wish
from officetalk.links import shorten
from officetalk.web.icons import _IN_FRAGMENTS
from tests.conftest import Clock
from tests.people import People
from tests.web.browser import Browser, Web


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    return web.signed_in(people.ada)


def shown(page: str) -> list[str]:
    """The texts of the posts on a page, in order."""
    return re.findall(r'<p class="post-body" dir="auto"[^>]*>(.*?)</p>', page)


def test_home_shows_whom_one_follows_and_company_shows_all(ada: Browser, people: People) -> None:
    people.ada.follows(people.bo)
    people.bo.posts("From Bo")
    people.cy.posts("From Cy")

    assert shown(ada.open("/").text) == ["From Bo"]
    assert shown(ada.open("/company").text) == ["From Cy", "From Bo"]


@pytest.mark.parametrize("path", ["/", "/company", "/@ada", "/tags/Tag"])
def test_the_older_posts_follow_without_gap_or_repeat(ada: Browser, people: People, path: str) -> None:
    written = [f"Post {i} " for i in range(50)]
    for text in written:
        people.ada.posts(f"{text}#Tag")

    read: list[str] = []
    address: str | None = path
    while address:
        page = ada.open(address).text
        read += [re.sub("<.*", "", text) for text in shown(page)]
        older = re.search(r'<a class="btn" href="([^"]+max_id[^"]+)" rel="next"', page)
        address = older[1].replace("&amp;", "&") if older else None

    assert read == written[::-1]


def test_the_pill_asks_for_what_is_newer(ada: Browser, people: People) -> None:
    first = people.ada.posts("First")
    people.ada.posts("Second")

    page = ada.fragment("/", min_id=str(first.id))

    assert shown(page.text) == ["Second"]
    assert "<html" not in page.text


def test_a_timeline_is_divided_by_the_days_of_the_reader(ada: Browser, people: People, clock: Clock) -> None:
    people.ada.changes(time_zone="Asia/Tokyo")
    people.ada.posts("Long ago")
    clock.forward(days=1)
    people.ada.posts("The day before")
    clock.forward(days=1)

    page = ada.open("/").text

    assert '<h2 id="part-' in page
    assert page.index(">Yesterday</h2>") < page.index("The day before") < page.index("Long ago")


def test_a_thread_shows_what_is_above_and_below_in_order(ada: Browser, people: People) -> None:
    root = people.ada.posts("Root")
    comment = people.bo.comments(root, "Comment")
    people.cy.comments(comment, "Deeper")
    people.dee.comments(root, "Another")

    at_root = ada.open(f"/@ada/{root.id}").text
    at_comment = ada.open(f"/@bo/{comment.id}").text

    assert shown(at_root) == ["Root", "Comment", "Deeper", "Another"]
    assert 'class="post comment line"' in at_root
    assert 'class="post nest"' in at_root
    assert shown(at_comment) == ["Root", "Comment", "Deeper"]


def test_the_address_of_a_post_names_its_author(ada: Browser, people: People) -> None:
    post = people.bo.posts("Hello")

    assert ada.open(f"/@ada/{post.id}").location == f"/@bo/{post.id}"
    assert ada.open(f"/posts/{post.id}").location == f"/@bo/{post.id}"


@pytest.mark.parametrize(
    "path", ["/@nobody", "/@bo/1", "/@bo/abc", "/posts/99999999999999999999", "/l/nothing12", "/@bo/1/likes"]
)
def test_what_is_not_there_is_a_page_that_says_so(ada: Browser, people: People, path: str) -> None:
    assert people.bo

    page = ada.open(path)

    assert page.status == 404
    assert "It is not here." in page.text


@pytest.mark.parametrize("audience", ["followers", "direct"])
def test_what_is_not_for_the_reader_is_nowhere(ada: Browser, people: People, audience: str) -> None:
    post = people.bo.posts("Secret #tag", audience)
    people.bo.pins(post) if audience == "followers" else None

    pages = [
        f"/@bo/{post.id}", f"/posts/{post.id}", f"/posts/{post.id}/card", f"/posts/{post.id}/more",
        f"/@bo/{post.id}/history", f"/@bo/{post.id}/likes", f"/@bo/{post.id}/reposts", f"/compose?reply={post.id}",
    ]  # fmt: skip

    assert [ada.open(path).status for path in pages] == [404] * len(pages)
    assert not any("Secret" in ada.open(path).text for path in ("/company", "/@bo", "/tags/tag", "/"))


@pytest.mark.parametrize("path", ["/?max_id=abc", "/company?min_id=-1", "/bookmarks?max_id=1e9"])
def test_a_wrong_cursor_is_an_error_with_its_name(ada: Browser, path: str) -> None:
    page = ada.open(path)

    assert page.status == 422
    assert "is not the key of a post" in page.text


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_a_profile_says_who_of_those_whom_one_follows_follows_too(
    ada: Browser, people: People, language: str
) -> None:
    people.ada.changes(language=language)
    for other in (people.cy, people.dan, people.eve, people.fay):
        other.follows(people.bo)
        people.ada.follows(other)

    page = ada.open("/@bo")

    assert page.status == 200
    assert page.text.count("data-card><bdi>") >= 2


def test_a_profile_says_who_somebody_is(ada: Browser, people: People) -> None:
    people.bo.changes(
        job_title="Service Lead", department="Field Service", bio="At sea", pronouns="he/him",
        time_zone="Europe/Oslo", manager_id=people.cy.id, fields=[("Phone", "4410")],
    )  # fmt: skip
    people.dee.changes(manager_id=people.bo.id)
    people.ada.follows(people.bo)

    page = ada.open("/@bo").text

    for words in ("Service Lead", "Field Service", "At sea", "he/him", "Reports to", "4410", "Where Bo sits"):
        assert words in page
    assert "1 person" in page
    assert "<b>1</b><span>Followers</span>" in page
    assert [ada.open(f"/@bo/{kind}").status for kind in ("followers", "following")] == [200, 200]
    assert "Ada" in ada.open("/@bo/followers").text


def test_a_profile_is_found_in_any_case(ada: Browser, people: People) -> None:
    assert people.bo
    assert ada.open("/@BO").location == "/@bo"


def test_a_short_link_leads_on_and_is_counted_for_its_author(
    web: Web, ada: Browser, people: People, db: Database
) -> None:
    post = people.bo.posts("See https://example.com/page?a=1&b=2")
    code = post.content.recognised.links[0][1]

    answer = ada.open(f"/l/{code}")

    assert answer.status == 302
    assert answer.location == "https://example.com/page?a=1&b=2"
    assert db.read_now(shorten.clicks, people.bo.id, [code], administrator=False) == {code: 1}
    assert "1 click" in web.signed_in(people.bo).open(f"/@bo/{post.id}").text
    assert "1 click" not in ada.open(f"/@bo/{post.id}").text


def test_who_liked_and_who_reposted_can_be_read(ada: Browser, people: People) -> None:
    post = people.bo.posts("Hello")
    people.cy.likes(post)
    people.dee.reposts(post)

    assert "Cy" in ada.open(f"/@bo/{post.id}/likes").text
    assert "Dee" in ada.open(f"/@bo/{post.id}/reposts").text


def test_what_one_marked_is_listed(ada: Browser, people: People) -> None:
    kept, liked = people.bo.posts("Kept"), people.bo.posts("Liked")
    people.ada.bookmarks(kept)
    people.ada.likes(liked)

    assert shown(ada.open("/bookmarks").text) == ["Kept"]
    assert shown(ada.open("/likes").text) == ["Liked"]


def test_a_mention_of_the_reader_is_marked_only_for_the_reader(
    web: Web, ada: Browser, people: People
) -> None:
    people.bo.posts("Hello @ada")

    assert '<a class="you" href="/@ada">@ada</a>' in ada.open("/company").text
    assert '<a class="at" href="/@ada">@ada</a>' in web.signed_in(people.bo).open("/company").text


def test_a_drawn_portrait_is_an_svg_with_the_letters(ada: Browser, people: People) -> None:
    people.bo.changes(display_name="Bo <script> Svensson")

    answer = ada.open(f"/avatars/{people.bo.id}.svg").response

    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert ">BS</text>" in answer.text
    assert ada.open(f"/headers/{people.bo.id}.svg").status == 200


# --- the markup ---


class _Markup(HTMLParser):
    """Finds what the content security policy forbids, and ids that stand twice."""

    def __init__(self) -> None:
        super().__init__()
        self.forbidden: list[str] = []
        self.ids: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.forbidden += [f"{tag} {name}" for name in values if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and not values.get("src")):
            self.forbidden.append(tag)
        if values.get("id"):
            self.ids.append(values["id"] or "")


PAGES = ("/", "/company", "/@ada", "/@bo", "/@bo?tab=comments", "/tags/tag", "/bookmarks", "/likes", "/requests",
         "/compose", "/keys", "/@bo/more", "/@bo/followers", "/@bo/collections", "/@ada/collections", "/@bo/lists",
         "/@bo/collect", "/collections", "/collections/new", "/links?url=https://example.com")  # fmt: skip


def fill(people: People) -> list[int]:
    people.ada.follows(people.bo)
    post = people.bo.posts("Hello @ada #tag https://example.com", language="en")
    people.ada.bookmarks(post)
    people.ada.likes(post)
    people.ada.reposts(post)
    comment = people.ada.comments(post, "A comment")
    people.bo.comments(comment, "Deeper")
    people.bo.pins(post)
    people.bo._write(change.create, Wish("Team", account_ids=(people.ada.id, people.bo.id)))
    people.ada._write(change.create, Wish("Crew", account_ids=(people.bo.id,)))
    people.ada.makes_list(people.bo)
    return [post.id, comment.id]


def team(people: People) -> str:
    """The address of Bo's collection."""
    return f"/collections/{people.ada._read(collections.of_account, people.bo.id, 1)[0].id}"


def test_no_page_has_inline_style_or_script_or_an_id_twice(ada: Browser, people: People) -> None:
    post, comment = fill(people)
    pages = [*PAGES, f"/@bo/{post}", f"/@bo/{post}/history", f"/posts/{post}/more", f"/posts/{comment}/edit",
             f"/posts/{comment}/delete", f"/compose?reply={post}", team(people), f"{team(people)}/leave"]  # fmt: skip

    for path in pages:
        page = ada.open(path)
        markup = _Markup()
        markup.feed(page.text)
        assert page.status == 200, path
        assert markup.forbidden == [], path
        assert len(markup.ids) == len(set(markup.ids)), (
            path,
            [i for i in markup.ids if markup.ids.count(i) > 1],
        )


def test_the_icons_of_a_fragment_are_in_every_page(ada: Browser, people: People) -> None:
    post, comment = fill(people)
    fragments = ["/?max_id=9223372036854775807", f"/posts/{post}/card", f"/posts/{post}/card?as=focal",
                 f"/posts/{post}/more", f"/posts/{comment}/more", f"/posts/{comment}/edit", f"/posts/{comment}/delete",
                 f"/compose?reply={post}", "/compose", "/@bo/more", "/@bo/card", "/@bo/followers",
                 "/@bo/lists", "/@bo/collect", "/people/names?name=bo", f"{team(people)}/leave", "/compose/people?q=bo", "/search/people?q=bo", "/settings/profile/managers?manager=bo"]  # fmt: skip

    for path in fragments:
        page = ada.fragment(path)
        assert page.status == 200, path
        assert set(re.findall(r'href="#i-([a-z0-9-]+)"', page.text)) <= _IN_FRAGMENTS, path


# --- what it costs ---


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Counts the SQL statements since the last time it was asked."""
    run = Connection._run
    count = 0

    def counted(conn: Connection, *args: object) -> object:
        nonlocal count
        count += 1
        return run(conn, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Connection, "_run", counted)

    def since() -> int:
        nonlocal count
        before, count = count, 0
        return before

    return since


# Home: the timeline (two: the merge, and the whole when it is short), what is answered, the marker, who is near.
# A profile: one more where the viewer follows some of its followers. Somebody’s collections: the person, the relation, whether one has blocked the other, they, their people, the faces.
MOST = {
    "/": 5, "/company": 3, "/@bo": 12, "/tags/tag": 4, "/bookmarks": 2, "/@bo/followers": 3, "/@bo/collections": 6,
    "/collections": 4, "/@bo/collect": 3, "/@bo/lists": 5, "/links?url=https://example.com": 3, "TEAM": 4,
}  # fmt: skip


@pytest.mark.parametrize(("path", "most"), MOST.items())
def test_a_page_costs_the_same_statements_however_much_there_is(
    ada: Browser, people: People, statements: Callable[[], int], path: str, most: int
) -> None:
    people.ada.changes(department="Lab")
    people.bo.changes(department="Lab")
    fill(people)
    path = team(people) if path == "TEAM" else path
    ada.open(path)  # sign-in, accounts and texts are in the caches now
    statements()
    ada.open(path)
    few = statements()

    for i in range(12):
        other = getattr(people, f"person{i}")
        other.changes(department="Lab")
        other.follows(people.bo)
        people.ada.follows(other)
        people.bo._write(change.add, int(team(people).rpartition("/")[2]), other.id)
        if i < 8:
            people.bo._write(
                change.create, Wish("More", account_ids=(other.id, people.ada.id), discoverable=i > 0)
            )
            people.ada._write(change.create, Wish("More", account_ids=(other.id, people.bo.id)))
            people.ada.makes_list(people.bo, other)
        other.posts("Here too https://example.com")
        for post in people.bo.home_page():
            other.comments(post, f"Comment {i} #tag")
            people.ada.bookmarks(post)
    ada.open(path)
    statements()
    ada.open(path)
    many = statements()

    assert many <= max(few, most)
    assert few <= most

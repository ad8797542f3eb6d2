"""Who can reach a post: every audience, every kind of reader, every way that leads to posts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert

from officetalk.conversations.rules import direct_posts
from officetalk.core.database import Connection, connect
from officetalk.core.errors import NotFound
from officetalk.core.events import Event
from officetalk.core.paging import Page
from officetalk.core.sql import Statement, p
from officetalk.feeds.tables import COMPANY_FEED
from officetalk.lists.entities import PeopleList
from officetalk.live import readers
from officetalk.posts import hashtags, queries, thread
from officetalk.posts.entities import Post
from officetalk.posts.tables import bookmark, like
from officetalk.search import posts as search
from officetalk.timelines import home, lists
from officetalk.timelines.linked import by_link
from officetalk.timelines.people_list import people_list_timeline, receiving
from officetalk.timelines.tagged import by_hashtags
from tests.people import Human, People

AUDIENCES = ("company", "quiet", "followers", "direct")
# What each reader is to ada, who writes; `mona` and `mia` are mentioned, `rita` reposts, `pat` answers.
READERS = {
    "ada": "the author",
    "fay": "a follower",
    "sam": "a stranger",
    "mona": "a mentioned stranger",
    "mia": "a mentioned follower",
    "ben": "a follower until she blocked him",
    "bill": "a mentioned one whom she blocked",
    "bea": "a follower until she herself blocked the author",
    "mut": "a follower who muted the author",
    "ford": "a former follower",
}
TAG = "reach"
URL = "https://reach.example/"
EVERYBODY = Page(limit=100)

_MARK = {
    table.name: Statement(insert(table).values(account_id=p("account"), post_id=p("post"), id=p("id")))
    for table in (like, bookmark)
}


def _mark(conn: Connection, table: str, account: int, post: int) -> None:
    """As if the reader had liked it while it was to be seen."""
    conn.run(_MARK[table], account=account, post=post, id=conn.new_id())


class World:
    """One post of each audience in every place where posts can stand."""

    def __init__(self, people: People) -> None:
        self.db = people.ada.db
        self.people = people
        self.events: dict[int, Event] = {}
        stop = self.db.bus.listen("post.published", lambda event: self.events.update({event.id: event}))
        pat, rita = people.pat, people.rita
        self.readers = {name: getattr(people, name) for name in READERS}
        self.lists: dict[str, PeopleList] = {}
        for name, reader in self.readers.items():
            reader.follows(rita)
            if name in ("fay", "mia", "ben", "bea", "mut", "ford"):
                reader.follows(people.ada)
            with_ada = [people.ada] if name == "ada" or reader.relation_to(people.ada).following else []
            self.lists[name] = reader.makes_list(rita, *with_ada, replies_policy="followed")
        self.question = pat.posts("What do you think?")
        self.post = {audience: self._say(audience) for audience in AUDIENCES}
        self.answer = {
            audience: people.ada.comments(self.question, f"{audience} answer @mona @mia @bill", audience)
            for audience in AUDIENCES
        }
        # Whoever reads this comment of pat's has come to the post from below.
        everybody = " ".join(f"@{name}" for name in READERS)
        self.below = {
            audience: pat.comments(self.post[audience], f"{audience} below {everybody}", "direct")
            for audience in AUDIENCES
        }
        self.repost = {
            "company": rita.reposts(self.post["company"]),
            "quiet": rita.reposts(self.post["quiet"]),
            "followers": people.ada.reposts(self.post["followers"]),
        }
        for reader in self.readers.values():
            for post in self.post.values():
                for table in _MARK:
                    self.db.write_now(_mark, table, reader.id, post.id)
        people.ada.blocks(people.ben)
        people.ada.blocks(people.bill)
        people.bea.blocks(people.ada)
        people.mut.mutes(people.ada)
        people.ford.unfollows(people.ada)
        stop()

    def _say(self, audience: str) -> Post:
        made = self.people.ada.posts(f"{audience} post #{TAG} @mona @mia @bill @pat {URL}", audience)
        if audience != "direct":
            self.people.ada.pins(made)
        return made

    def reach(self, reader: Human, audience: str) -> dict[str, bool]:
        """By which ways the reader meets the post."""
        return {name: way(self, reader, audience) for name, way in WAYS.items()}


def _in_list(question: Callable[..., list[Post]], world: World, reader: Human, audience: str) -> bool:
    found = world.db.read_now(question, reader.id, EVERYBODY)
    return world.post[audience].id in {post.id for post in found}


def _answers(question: Callable[..., Any], world: World, reader: Human, audience: str) -> bool:
    try:
        world.db.read_now(question, reader.id, world.post[audience].id)
    except NotFound:
        return False
    return True


def _by_ids(conn: Connection, viewer: int, id: int) -> None:
    if not queries.by_ids(conn, viewer, [id]):
        raise NotFound


def _profile(conn: Connection, viewer: int, page: Page, **options: Any) -> list[Post]:
    return lists.of_account(conn, viewer, _ada(conn), page, **options)


def _tagged_profile(conn: Connection, viewer: int, page: Page) -> list[Post]:
    return _profile(conn, viewer, page, hashtag_id=hashtags.find(conn, viewer, TAG).id)


def _pinned(conn: Connection, viewer: int, page: Page) -> list[Post]:
    return lists.pinned(conn, viewer, _ada(conn), page)


def _hashtag(conn: Connection, viewer: int, page: Page) -> list[Post]:
    return lists.by_hashtag(conn, viewer, hashtags.find(conn, viewer, TAG).id, page)


def _hashtags(conn: Connection, viewer: int, page: Page) -> list[Post]:
    return by_hashtags(conn, viewer, [TAG, "other"], page, none_of=["another"])


def _linked(conn: Connection, viewer: int, page: Page) -> list[Post]:
    return by_link(conn, viewer, URL, page)


def _searched(conn: Connection, viewer: int, page: Page) -> list[Post]:
    return search.search(conn, viewer, "post", page.limit)


def _ada(conn: Connection) -> int:
    from officetalk.accounts.queries import by_username

    return by_username(conn, "ada").id


def _as_ancestor(world: World, reader: Human, audience: str) -> bool:
    found = world.db.read_now(thread.thread, reader.id, world.below[audience].id)
    return world.post[audience].id in {post.id for post in found.ancestors}


def _as_descendant(world: World, reader: Human, audience: str) -> bool:
    found = world.db.read_now(thread.thread, reader.id, world.question.id)
    return world.answer[audience].id in {post.id for post in found.descendants}


def _as_repost(world: World, reader: Human, audience: str) -> bool:
    found = world.db.read_now(home.home, reader.id, EVERYBODY)
    return world.post[audience].id in {post.reposted.id for post in found if post.reposted}


def _live(feed: str, world: World, reader: Human, audience: str) -> bool:
    event = world.events[world.post[audience].id]
    at_home = world.db.read_now(readers.at_home, event.id, [reader.id])
    in_feed = world.db.read_now(readers.in_feed, event.id, [reader.id])
    if feed == "home":
        return reader.id in at_home
    tag = world.db.read_now(hashtags.find, reader.id, TAG).id
    return {"company": COMPANY_FEED, "hashtag": tag}[feed] in event.more and reader.id in in_feed


def _on_list(world: World, reader: Human, audience: str) -> bool:
    list_id = world.lists[reader.name].id
    found = world.db.read_now(people_list_timeline, reader.id, list_id, EVERYBODY)
    return world.post[audience].id in {post.id for post in found}


def _live_on_list(world: World, reader: Human, audience: str) -> bool:
    list_id = world.lists[reader.name].id
    return list_id in world.db.read_now(receiving, world.post[audience].id, [list_id])


WAYS: dict[str, Callable[[World, Human, str], bool]] = {
    "get": partial(_answers, queries.get),
    "by ids": partial(_answers, _by_ids),
    "history": partial(_answers, queries.history),
    "thread": partial(_answers, thread.thread),
    "who likes it": partial(_answers, lambda conn, v, id: thread.liked_by(conn, v, id, EVERYBODY)),
    "who reposted it": partial(_answers, lambda conn, v, id: thread.reposted_by(conn, v, id, EVERYBODY)),
    "profile": partial(_in_list, _profile),
    "profile by hashtag": partial(_in_list, _tagged_profile),
    "pinned": partial(_in_list, _pinned),
    "home": partial(_in_list, home.home),
    "company feed": partial(_in_list, lists.company),
    "hashtag": partial(_in_list, _hashtag),
    "several hashtags": partial(_in_list, _hashtags),
    "link": partial(_in_list, _linked),
    "list": _on_list,
    "live on the list": _live_on_list,
    "direct timeline": partial(_in_list, direct_posts),
    "likes": partial(_in_list, lists.likes),
    "bookmarks": partial(_in_list, lists.bookmarks),
    "search": partial(_in_list, _searched),
    "above a comment": _as_ancestor,
    "below a question": _as_descendant,
    "repost": _as_repost,
    "live at home": partial(_live, "home"),
    "live in the company feed": partial(_live, "company"),
    "live in the hashtag": partial(_live, "hashtag"),
}


def expected(reader: str, audience: str) -> dict[str, bool]:
    """The rules, said once more and without a database."""
    if reader in ("ben", "bill"):
        may = False
    elif audience in ("company", "quiet") or reader == "ada":
        may = True
    else:
        may = reader in ("mona", "mia") or (audience == "followers" and reader in ("fay", "mut"))
    wants = may and reader not in ("mut", "bea")
    follows = reader in ("ada", "fay", "mia")
    tagged = audience != "direct"
    reposter_is_followed = audience in ("company", "quiet") or (audience == "followers" and follows)
    return {
        **dict.fromkeys(("get", "by ids", "history", "thread", "who likes it", "who reposted it"), may),
        "profile": may,
        "profile by hashtag": may and tagged,
        "pinned": may and tagged,
        **dict.fromkeys(("home", "live at home", "list", "live on the list"), wants and follows),
        **dict.fromkeys(
            ("company feed", "live in the company feed", "link"), wants and audience == "company"
        ),
        **dict.fromkeys(("hashtag", "live in the hashtag", "several hashtags"), wants and tagged),
        "direct timeline": wants and not tagged,
        **dict.fromkeys(("likes", "bookmarks", "search", "above a comment", "below a question"), wants),
        "repost": wants and reposter_is_followed,
    }


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, new_shared_database: Callable[[str], str]) -> Iterator[World]:
    db = connect(new_shared_database(request.param))
    yield World(People(db))
    db.close()


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("reader", READERS, ids=READERS.get)
def test_a_post_reaches_exactly_whom_it_is_for(world: World, reader: str, audience: str) -> None:
    reached = world.reach(world.readers[reader], audience)

    assert reached == expected(reader, audience)


def test_the_readers_of_the_table_are_what_they_are_said_to_be(world: World) -> None:
    ada = world.people.ada

    assert set(ada.followers()) == {"fay", "mia", "mut"}
    assert {name for name, r in world.readers.items() if r.relation_to(ada).blocked_by} == {"ben", "bill"}
    assert {name for name, r in world.readers.items() if r.relation_to(ada).blocking} == {"bea"}
    assert {name for name, r in world.readers.items() if r.relation_to(ada).muting} == {"mut"}


def test_nobody_counts_what_the_company_cannot_see(world: World) -> None:
    """ada wrote a post and an answer to each audience: two each for the company and quiet."""
    assert world.people.ada.counts.posts == 4
    assert world.people.mona.counts.mentions == 4
    # pat's direct comments mention everybody and are counted nowhere
    assert world.people.sam.counts.mentions == 0
    assert world.people.pat.counts.posts == 1
    assert world.people.pat.sees_at(world.question).comments == 2
    assert [world.people.ada.sees_at(world.post[a]).comments for a in AUDIENCES] == [0, 0, 0, 0]
    assert [world.people.ada.sees_at(world.post[a]).reposts for a in AUDIENCES] == [1, 1, 0, 0]

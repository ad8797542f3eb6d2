"""Lists of notifications: nothing is left out and nothing comes twice, in either direction, alone and in
groups. What pages of groups should hold is worked out in plain Python beside it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from officetalk.core.database import Database
from officetalk.core.errors import NotFound
from officetalk.core.paging import NEWEST, Page
from officetalk.notifications import groups, queries, retention
from officetalk.notifications.entities import GROUPED, Groups, Notification
from officetalk.notifications.queries import Choice, kinds_of
from officetalk.timelines import markers
from tests.conftest import Clock
from tests.notifications.told import do_the_work, groups_of, notifications, told, told_in_groups, unread
from tests.people import Human, People


def busy(people: People, clock: Clock, seed: int, steps: int = 40) -> Human:
    """Somebody to whom a lot has happened, in three half days."""
    ada, dice = people.ada, random.Random(seed)
    crowd = [getattr(people, f"p{i}") for i in range(9)]
    posts = [ada.posts(f"Post {i}") for i in range(3)]
    for step in range(steps):
        who, post = dice.choice(crowd), dice.choice(posts)
        (what,) = dice.choices(["like", "unlike", "repost", "follow", "mention"], [8, 1, 3, 2, 3])
        if what == "like":
            who.likes(post)
        elif what == "unlike":
            who.no_longer_likes(post)
        elif what == "repost":
            who.reposts(post)
        elif what == "follow":
            who.follows(ada)
        else:
            who.posts(f"@ada {step}")
        if step in (steps // 3, 2 * steps // 3):
            clock.forward(hours=13)
    ada.blocks(crowd[0])
    ada.mutes(crowd[1])
    return ada


# --- one by one --------------------------------------------------------------------------------------


@pytest.mark.parametrize("choice", [Choice(), Choice(frozenset({"favourite"})), Choice(frozenset(GROUPED))])
def test_pages_leave_nothing_out_in_either_direction(people: People, clock: Clock, choice: Choice) -> None:
    ada = busy(people, clock, 1)
    everything = [n.id for n in notifications(ada, choice, limit=500)]
    assert len(everything) > 5

    down: list[int] = []
    while page := notifications(ada, choice, limit=4, max_id=down[-1] if down else None):
        down += [n.id for n in page]
    up: list[int] = []
    while page := notifications(ada, choice, limit=4, min_id=up[0] if up else 0):
        up = [n.id for n in page] + up

    assert down == up == everything


def test_since_id_takes_the_newest(people: People, clock: Clock) -> None:
    ada = busy(people, clock, 2)
    everything = [n.id for n in notifications(ada, limit=500)]

    assert [n.id for n in notifications(ada, limit=3, since_id=everything[-1])] == everything[:3]
    assert [n.id for n in notifications(ada, limit=3, since_id=everything[2])] == everything[:2]
    between = notifications(ada, limit=500, max_id=everything[2], min_id=everything[6])
    assert [n.id for n in between] == everything[3:6]


def test_kinds_and_people_are_chosen(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    post = ada.posts("Hello")
    bo.likes(post)
    cy.likes(post)
    cy.follows(ada)
    bo.posts("Hello @ada")

    def by(types: list[str], without: list[str], who: Human | None = None) -> list[str]:
        return told(ada, Choice(kinds_of(types, without), who.id if who else None))

    assert by(["favourite"], []) == ["cy favourite: Hello", "bo favourite: Hello"]
    assert by(["follow", "mention"], []) == ["bo mention: Hello @ada", "cy follow"]
    assert by([], ["favourite", "mention"]) == ["cy follow"]
    assert by(["favourite", "follow"], ["favourite"]) == ["cy follow"]
    assert by([], [], cy) == ["cy follow", "cy favourite: Hello"]
    assert by(["favourite"], [], bo) == ["bo favourite: Hello"]
    assert by(["pleroma:emoji_reaction"], []) == by(["mention"], ["mention"]) == []
    assert kinds_of([], ["pleroma:emoji_reaction"]) is None


# --- in groups ---------------------------------------------------------------------------------------


def test_likes_reposts_and_followers_are_grouped_and_the_rest_is_not(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    first, second = ada.posts("First"), ada.posts("Second")
    bo.posts("Hello @ada")
    bo.likes(first)
    bo.likes(second)
    cy.likes(first)
    cy.posts("Hello @ada")
    cy.reposts(first)
    bo.follows(ada)
    bo.reposts(first)
    cy.follows(ada)

    assert told_in_groups(ada) == [
        "cy, bo follow", "bo, cy reblog: First", "cy mention: Hello @ada", "cy, bo favourite: First",
        "bo favourite: Second", "bo mention: Hello @ada",
    ]  # fmt: skip


def test_a_client_that_groups_nothing_gets_each_alone(people: People) -> None:
    ada = people.ada
    post = ada.posts("Hello")
    people.bo.likes(post)
    people.cy.likes(post)
    people.cy.follows(ada)
    people.bo.follows(ada)

    assert told_in_groups(ada, ["follow", "nonsense"]) == [
        "bo, cy follow", "cy favourite: Hello", "bo favourite: Hello",
    ]  # fmt: skip
    keys = [group.key for group in groups_of(ada, ["follow"])]
    assert [key.partition("-")[0] for key in keys] == ["follow", "ungrouped", "ungrouped"]


def test_a_group_goes_on_for_twelve_hours(people: People, clock: Clock) -> None:
    ada = people.ada
    post = ada.posts("Hello")
    people.bo.likes(post)
    clock.forward(hours=11)
    people.cy.likes(post)
    clock.forward(hours=1)
    people.dee.likes(post)
    clock.forward(hours=2)
    people.eve.likes(post)

    assert told_in_groups(ada) == ["eve, dee favourite: Hello", "cy, bo favourite: Hello"]
    key = groups_of(ada)[0].key
    assert key == f"favourite-{post.id}-{(clock() - 2 * 3600_000) // 3600_000}"


def test_of_a_large_group_eight_are_named_and_all_are_counted(people: People) -> None:
    ada = people.ada
    post = ada.posts("Hello")
    crowd = [getattr(people, f"p{i}") for i in range(11)]
    for who in crowd:
        who.likes(post)
    ada.blocks(crowd[10])
    crowd[9].no_longer_likes(post)

    (group,) = groups_of(ada)

    assert group.count == 9
    assert [p.account.username for p in group.people] == [f"p{i}" for i in range(8, 0, -1)]
    everybody = [p.account.username for p in _everybody(ada, group.key, 4)]
    assert everybody == [f"p{i}" for i in range(8, -1, -1)]


def _everybody(human: Human, key: str, limit: int) -> Iterator:
    below = None
    while page := human.db.read_now(groups.people, human.id, key, Page(limit, below)):
        yield from page
        below = page[-1].cursor


def in_plain_python(
    everything: list[Notification], page: Page, grouped: list[str] | None
) -> list[tuple[str, int, int, int | None]]:
    """Key, count, newest and oldest id of each group of a page."""
    below, above = page.max_id or NEWEST, page.min_id or page.since_id or 0
    kinds = GROUPED if grouped is None else grouped

    def key(n: Notification) -> str:
        return n.group_key if n.kind in kinds else f"ungrouped-{n.id}"

    within = [n for n in everything if above < n.id < below]
    if page.min_id is not None:
        within.reverse()
    first: dict[str, int] = {}
    following = None
    for n in within:
        if key(n) in first:
            continue
        if len(first) == page.limit:
            following = n.id
            break
        first[key(n)] = n.id
    if not first:
        return []
    if page.min_id is not None:
        low, high = min(first.values()), below - 1 if following is None else following - 1
    else:
        low, high = above + 1 if following is None else following + 1, max(first.values())
    found = []
    for group in sorted(first, key=first.__getitem__, reverse=True):
        ids = [n.id for n in everything if key(n) == group and n.id <= high]
        found.append((group, len(ids), max(ids), min(id for id in ids if id >= low)))
    return found


def _page(human: Human, page: Page, grouped: list[str] | None) -> Groups:
    return human.db.read_now(groups.groups, human.id, page, grouped=grouped)


@pytest.mark.parametrize("grouped", [None, ["favourite"], []])
@pytest.mark.parametrize("newer", [False, True])
def test_pages_of_groups_are_what_plain_python_makes_of_them(
    people: People, clock: Clock, newer: bool, grouped: list[str] | None
) -> None:
    ada = busy(people, clock, 3, 60)
    everything = notifications(ada, limit=500)
    assert len(everything) > 20
    seen: list[int] = []

    page = Page(3, min_id=0) if newer else Page(3)
    while True:
        found = _page(ada, page, grouped)
        assert [(g.key, g.count, g.newest_id, g.page_min_id) for g in found.groups] == in_plain_python(
            everything, page, grouped
        )
        if not found.groups:
            break
        assert all(g.page_max_id == g.newest_id for g in found.groups)
        low, high = found.oldest_id, found.newest_id
        assert [n.id for n in everything if low <= n.id <= high and n.id in seen] == []
        seen += [n.id for n in everything if low <= n.id <= high]
        page = Page(3, min_id=high) if newer else Page(3, max_id=low)

    assert sorted(seen, reverse=True) == [n.id for n in everything]


def test_since_id_bounds_groups_below(people: People, clock: Clock) -> None:
    ada = busy(people, clock, 4)
    everything = notifications(ada, limit=500)
    for page in (Page(50, since_id=everything[9].id), Page(2, since_id=everything[9].id)):
        found = _page(ada, page, None)
        shown = [(g.key, g.count, g.newest_id, g.page_min_id) for g in found.groups]
        assert shown == in_plain_python(everything, page, None)


def test_a_single_group_is_found_by_its_key(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Hello")
    bo.likes(post)
    people.cy.likes(post)
    bo.posts("@ada")
    mention, likes = groups_of(ada)

    def get(key: str) -> groups.Group:
        return ada.db.read_now(groups.get, ada.id, key)

    assert (get(likes.key).count, get(likes.key).newest_id) == (2, likes.newest_id)
    assert get(likes.key).page_min_id is None
    assert get(mention.key).post == mention.post
    for key in (
        "favourite-1-2",
        "ungrouped-1",
        "ungrouped-x",
        f"ungrouped-{'9' * 30}",
        "",
        f"follow-{'9' * 300}",
    ):
        with pytest.raises(NotFound):
            get(key)


# --- counting and dismissing -------------------------------------------------------------------------


def test_unread_is_what_is_newer_than_the_marker(people: People, clock: Clock, db: Database) -> None:
    ada = busy(people, clock, 5)
    everything = notifications(ada, limit=500)

    def unread_groups(**more: Any) -> int:
        return db.read_now(groups.unread, ada.id, **more)

    assert unread(ada) == len(everything)
    assert unread_groups() == len({n.group_key for n in everything})
    assert unread(ada, limit=3) == unread_groups(limit=3) == 3

    db.write_now(markers.put, ada.id, {"notifications": everything[7].id})

    assert unread(ada) == 7
    assert unread_groups() == len({n.group_key for n in everything[:7]})
    assert unread_groups(grouped=[]) == 7
    likes = Choice(frozenset({"favourite"}))
    assert unread(ada, choice=likes) == len([n for n in everything[:7] if n.kind == "favourite"])


def test_dismissing_removes_one_or_a_group(people: People, db: Database) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Hello")
    bo.likes(post)
    people.cy.likes(post)
    bo.posts("One @ada")
    bo.posts("Two @ada")
    two, one, likes = groups_of(ada)

    db.write_now(groups.dismiss, ada.id, likes.key)
    db.write_now(groups.dismiss, ada.id, one.key)
    assert told(ada) == ["bo mention: Two @ada"]

    db.write_now(queries.dismiss, ada.id, two.newest_id)
    assert told(ada) == []
    with pytest.raises(NotFound):
        db.write_now(queries.dismiss, ada.id, two.newest_id)


def test_clearing_removes_everything_of_ones_own(
    people: People, clock: Clock, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = busy(people, clock, 6)
    people.bo.posts("Hello @p2")
    monkeypatch.setattr(retention, "AT_ONCE", 5)

    db.write_now(retention.clear, ada.id)
    do_the_work(db, rounds=100)

    assert told(ada) == told_in_groups(ada) == []
    assert len(told(people.p2)) == 1


def test_a_year_later_it_is_forgotten(people: People, clock: Clock, db: Database) -> None:
    ada, bo = people.ada, people.bo
    bo.posts("First @ada")
    clock.forward(days=30)
    bo.posts("Second @ada")
    clock.forward(days=337)
    assert len(told(ada)) == 2

    bo.posts("Third @ada")
    do_the_work(db)

    assert told(ada) == ["bo mention: Third @ada", "bo mention: Second @ada"]

"""Follow, block, mute: what each does, and that it can be repeated without harm."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from officetalk.accounts import queries, relations
from officetalk.core.database import Database
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.paging import Page
from tests.conftest import Clock
from tests.people import Human, People, names


def figures(*people: Human) -> list[tuple[int, int]]:
    """(followers, following) of each."""
    return [(person.counts.followers, person.counts.following) for person in people]


def asking(person: Human) -> list[str]:
    """Who asks to follow, newest first."""
    return names(person.db.read_now(queries.follow_requests, person.id, Page()))


def test_following_twice_is_following_once(people: People) -> None:
    ada, bo = people.ada, people.bo

    bo.follows(ada)
    bo.follows(ada)

    assert figures(ada, bo) == [(1, 0), (0, 1)]
    assert ada.followers() == ["bo"] and bo.following() == ["ada"]
    assert bo.relation_to(ada).following and ada.relation_to(bo).followed_by


def test_following_twice_at_the_same_moment_is_following_once(people: People) -> None:
    ada, bo = people.ada, people.bo

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: bo.follows(ada), range(8)))

    assert figures(ada, bo) == [(1, 0), (0, 1)]


def test_people_who_follow_each_other_at_the_same_moment_are_counted_right(people: People) -> None:
    everybody = [people.ada, people.bo, people.cy, people.dee]
    pairs = [(a, b) for a in everybody for b in everybody if a is not b]

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda pair: pair[0].follows(pair[1]), pairs))

    assert figures(*everybody) == [(3, 3)] * 4


def test_unfollowing_goes_back_to_nothing(people: People) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)

    bo.unfollows(ada)
    bo.unfollows(ada)

    assert figures(ada, bo) == [(0, 0), (0, 0)]
    assert not bo.relation_to(ada).following


def test_the_options_of_following_stay_until_they_are_changed(people: People) -> None:
    ada, bo = people.ada, people.bo

    bo.follows(ada, reposts=False, notify=True)
    bo.follows(ada)
    now = bo.relation_to(ada)
    assert (now.showing_reposts, now.notifying) == (False, True)

    bo.follows(ada, reposts=True, notify=False)
    now = bo.relation_to(ada)
    assert (now.showing_reposts, now.notifying) == (True, False)


def test_nobody_follows_blocks_or_mutes_themselves(people: People) -> None:
    ada = people.ada

    for verb in (ada.follows, ada.blocks, ada.mutes):
        with pytest.raises(Forbidden):
            verb(ada)
    ada.unfollows(ada)
    ada.posts("Still at home")
    assert ada.home() == ["Still at home"]


def test_somebody_unknown_is_not_found(people: People, db: Database) -> None:
    for verb in (relations.follow, relations.block_account, relations.mute_account, relations.unmute_account):
        with pytest.raises(NotFound):
            db.write_now(verb, people.ada.id, 12345)


def test_a_locked_account_is_asked_first(people: People) -> None:
    ada, bo = people.ada, people.bo
    ada.changes(locked=True)
    ada.posts("Among us", "followers")

    bo.follows(ada, reposts=False, notify=True)

    now = bo.relation_to(ada)
    assert now.requested and not now.following and ada.relation_to(bo).requested_by
    assert bo.home() == [] and figures(ada, bo) == [(0, 0), (0, 0)]

    ada.accepts(bo)

    now = bo.relation_to(ada)
    assert (now.requested, now.following, now.showing_reposts, now.notifying) == (False, True, False, True)
    assert bo.home() == ["Among us"] and figures(ada, bo) == [(1, 0), (0, 1)]


def test_a_request_can_be_turned_down_or_taken_back(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    ada.changes(locked=True)
    bo.follows(ada)
    cy.follows(ada)
    assert asking(ada) == ["cy", "bo"]

    ada.rejects(bo)
    cy.unfollows(ada)

    assert asking(ada) == []
    for answer in (ada.accepts, ada.rejects):
        with pytest.raises(NotFound):
            answer(bo)
    assert figures(ada, bo, cy) == [(0, 0)] * 3


def test_followers_stay_when_an_account_becomes_locked(people: People) -> None:
    people.bo.follows(people.ada)
    people.ada.changes(locked=True)

    people.bo.follows(people.ada, notify=True)

    assert people.bo.relation_to(people.ada).notifying


def test_a_follower_can_be_shaken_off(people: People) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)

    ada.shakes_off(bo)
    ada.shakes_off(bo)

    assert figures(ada, bo) == [(0, 0), (0, 0)]


def test_blocking_ends_following_and_requests_both_ways(people: People) -> None:
    ada, bo = people.ada, people.bo
    ada.follows(bo)
    ada.changes(locked=True)
    bo.follows(ada)

    ada.blocks(bo)

    assert figures(ada, bo) == [(0, 0), (0, 0)]
    assert asking(ada) == []
    assert ada.relation_to(bo).blocking and bo.relation_to(ada).blocked_by
    for one, other in ((ada, bo), (bo, ada)):
        with pytest.raises(Forbidden):
            one.follows(other)


def test_unblocking_lets_them_meet_again_but_brings_no_following_back(people: People) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)
    post = ada.posts("Hello")
    ada.blocks(bo)
    assert not bo.sees(post)

    ada.unblocks(bo)

    assert bo.sees(post) and bo.home() == []
    bo.follows(ada)
    assert bo.home() == ["Hello"]


def test_a_mute_ends_by_the_clock(people: People, clock: Clock, db: Database) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)
    ada.posts("Noise")

    bo.mutes(ada, seconds=3600)
    assert bo.home() == [] and bo.company() == []
    assert bo.relation_to(ada).muting and bo.relation_to(ada).muting_expires_at > clock()
    assert len(db.read_now(queries.mutes, bo.id, Page())) == 1

    clock.forward(seconds=3601)
    assert bo.home() == bo.company() == ["Noise"]
    assert not bo.relation_to(ada).muting
    assert db.read_now(queries.mutes, bo.id, Page()) == []


def test_a_mute_without_end_lasts_until_it_is_undone(people: People, clock: Clock) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)
    ada.posts("Noise")
    bo.mutes(ada, notifications=False)
    clock.forward(days=1000)

    assert bo.home() == []
    assert not bo.relation_to(ada).muting_notifications
    bo.unmutes(ada)
    assert bo.home() == ["Noise"]


def test_muting_again_changes_the_end(people: People, clock: Clock) -> None:
    ada, bo = people.ada, people.bo
    bo.mutes(ada, seconds=60)

    bo.mutes(ada)
    clock.forward(days=1)

    assert bo.relation_to(ada).muting and bo.relation_to(ada).muting_expires_at is None


@pytest.mark.parametrize("seconds", [-1, relations.MAX_MUTE_SECONDS + 1])
def test_a_mute_of_a_strange_length_is_refused(people: People, seconds: int) -> None:
    with pytest.raises(Invalid) as refused:
        people.bo.mutes(people.ada, seconds=seconds)

    assert refused.value.field == "duration"


def test_lists_of_people_are_paged_both_ways(people: People, db: Database) -> None:
    ada = people.ada
    for i in range(5):
        getattr(people, f"f{i}").follows(ada)

    def read(**page: int) -> list[str]:
        found = db.read_now(queries.followers, ada.id, Page(limit=2, **page))
        cursors.update({person.account.username: person.cursor for person in found})
        return [person.account.username for person in found]

    cursors: dict[str, int] = {}
    assert read() == ["f4", "f3"]
    assert read(max_id=cursors["f3"]) == ["f2", "f1"]
    assert read(max_id=cursors["f1"]) == ["f0"]
    assert read(min_id=cursors["f0"]) == ["f2", "f1"]
    assert read(since_id=cursors["f0"]) == ["f4", "f3"]


def test_blocks_and_mutes_are_listed_for_their_owner(people: People, db: Database) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    ada.blocks(bo)
    ada.blocks(cy)
    ada.mutes(bo)

    assert names(db.read_now(queries.blocks, ada.id, Page())) == ["cy", "bo"]
    assert names(db.read_now(queries.mutes, ada.id, Page())) == ["bo"]


def test_relationships_come_in_the_order_asked_and_leave_the_unknown_out(
    people: People, db: Database
) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy

    found = db.read_now(queries.relationships, ada.id, [cy.id, 12345, bo.id, cy.id, ada.id])

    assert [relation.id for relation in found] == [cy.id, bo.id, ada.id]
    assert not found[2].following, "the subscription to oneself is no following"

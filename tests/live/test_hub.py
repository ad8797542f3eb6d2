"""Live delivery: who is connected is told what they may read and want, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from officetalk.core.database import Database
from officetalk.feeds.tables import COMPANY_FEED
from officetalk.live.hub import HOME, WAITING, Ear, Hub, Told
from officetalk.posts import hashtags
from tests.people import Human, People


def told_of(hub_work: Callable[[Hub], Awaitable[Any]], db: Database) -> Any:
    """Run `hub_work` with a started hub."""

    async def run() -> Any:
        hub = Hub(db)
        hub.start()
        try:
            return await hub_work(hub)
        finally:
            await hub.stop()

    return asyncio.run(run())


async def heard(ear: Ear, last: str) -> list[tuple[str, int]]:
    """(name, post) of what came, until what is called `last` came."""
    found: list[tuple[str, int]] = []
    while True:
        told = await asyncio.wait_for(ear.queue.get(), 5)
        assert told is not None
        found.append((told.name, told.post_id))
        if told.name == last:
            return found


async def do(verb: Callable[..., Any], *args: Any) -> Any:
    return await asyncio.to_thread(verb, *args)


def test_a_post_reaches_its_followers_home_and_a_look_at_the_company(people: People, db: Database) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    bo.follows(ada)

    async def work(hub: Hub) -> None:
        home, company, stranger = (
            hub.listen(bo.id, HOME),
            hub.listen(cy.id, COMPANY_FEED),
            hub.listen(cy.id, HOME),
        )
        post = await do(ada.posts, "Hello")
        assert await heard(home, "new") == await heard(company, "new") == [("new", post.id)]
        await do(ada.edits, post, "Hello!")
        assert await heard(home, "changed") == await heard(company, "changed") == [("changed", post.id)]
        await do(ada.deletes, post)
        assert await heard(home, "deleted") == await heard(company, "deleted") == [("deleted", post.id)]
        assert stranger.queue.empty()

    told_of(work, db)


def test_nobody_is_told_of_a_post_that_is_not_for_them_nor_of_its_end(people: People, db: Database) -> None:
    ada, bo, cy, dee = people.ada, people.bo, people.cy, people.dee
    bo.follows(ada)
    for reader in (bo, cy, dee):
        reader.follows_hashtag("plan")
    ada.blocks(dee)
    tag = db.read_now(hashtags.find, ada.id, "plan").id

    async def work(hub: Hub) -> None:
        follower = hub.listen(bo.id, HOME)
        others = [hub.listen(reader.id, feed) for reader in (cy, dee) for feed in (HOME, COMPANY_FEED, tag)]
        inner = await do(ada.posts, "#plan", "followers")
        assert await heard(follower, "new") == [("new", inner.id)]
        letter = await do(ada.posts, "#plan @bo", "direct")
        assert await heard(follower, "new") == [("new", letter.id)]
        await do(ada.deletes, letter)
        await do(ada.deletes, inner)
        assert await heard(follower, "deleted") == [("deleted", inner.id)]
        assert [ear.queue.qsize() for ear in others] == [0] * 6

        # what everybody may read reaches everybody but whom its author blocked
        open_to_all = await do(ada.posts, "#plan for all")
        for ear in others[:3]:
            assert await heard(ear, "new") == [("new", open_to_all.id)]
        await do(ada.deletes, open_to_all)
        for ear in others[:3]:
            assert await heard(ear, "deleted") == [("deleted", open_to_all.id)]
        assert [ear.queue.qsize() for ear in others[3:]] == [0] * 3

    told_of(work, db)


def test_mutes_and_switched_off_reposts_hold_live_too(people: People, db: Database) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    bo.follows(ada, reposts=False)
    bo.follows(cy)
    bo.mutes(cy)
    others = people.dee.posts("News")

    async def work(hub: Hub) -> None:
        home, company = hub.listen(bo.id, HOME), hub.listen(bo.id, COMPANY_FEED)
        await do(cy.posts, "Noise")
        await do(ada.reposts, others)
        await do(ada.comments, others, "A comment to somebody else")
        wanted = await do(ada.posts, "Wanted")

        assert await heard(home, "new") == [("new", wanted.id)]
        assert await heard(company, "new") == [("new", wanted.id)]

    told_of(work, db)


def test_a_connection_that_left_is_told_nothing_and_may_leave_twice(people: People, db: Database) -> None:
    ada = people.ada

    async def work(hub: Hub) -> None:
        gone, stays = hub.listen(ada.id, HOME, 1), hub.listen(ada.id, HOME, 2)
        hub.leave(gone)
        hub.leave(gone)
        await do(ada.posts, "Hello")

        await heard(stays, "new")
        assert gone.queue.empty()
        assert (hub.connections, hub.listening(1), hub.listening(2)) == (1, 0, 1)

    told_of(work, db)


def test_connections_end_with_their_session(people: People, db: Database) -> None:
    ada = people.ada

    async def work(hub: Hub) -> None:
        ended, stays = hub.listen(ada.id, HOME, 41), hub.listen(ada.id, HOME, 42)
        await db.write(lambda conn: conn.announce("session.ended", 41))

        assert await asyncio.wait_for(ended.queue.get(), 5) is None
        assert stays.queue.empty() and hub.connections == 1

    told_of(work, db)


def test_a_reader_that_is_too_slow_is_dropped_and_costs_the_others_nothing(
    people: People, db: Database
) -> None:
    ada = people.ada

    async def work(hub: Hub) -> None:
        slow, quick = hub.listen(ada.id, HOME), hub.listen(ada.id, HOME)
        for i in range(WAITING + 5):
            hub._tell(slow, Told("new", i, ada.id))
            hub._tell(quick, Told("new", i, ada.id))
            assert (await quick.queue.get()).post_id == i

        assert hub.connections == 1
        received = [slow.queue.get_nowait() for _ in range(slow.queue.qsize())]
        assert received[-1] is None and len(received) == WAITING + 1

    told_of(work, db)


def test_stopping_tells_every_connection_that_it_is_over(people: People, db: Database) -> None:
    reader: Human = people.ada

    async def run() -> None:
        hub = Hub(db)
        hub.start()
        ears = [hub.listen(reader.id, HOME), hub.listen(reader.id, COMPANY_FEED)]
        await hub.stop()

        assert [ear.queue.get_nowait() for ear in ears] == [None, None]
        assert hub.connections == 0
        await do(reader.posts, "Nobody listens")

    asyncio.run(run())

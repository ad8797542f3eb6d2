"""Live delivery: who is connected is told what they may read and want, and nothing else."""

from __future__ import annotations

import asyncio

import pytest

from officetalk.core.database import Connection, Database
from officetalk.core.events import Event
from officetalk.feeds.tables import COMPANY_FEED
from officetalk.live import hub as hubs
from officetalk.live import news
from officetalk.live.hub import Hub
from officetalk.live.listeners import Login, Stream, Topic
from officetalk.posts import hashtags
from tests.live.listening import Ear, do, listen, with_hub
from tests.people import Human, People

PUBLISHED, EDITED, DELETED = "post.published", "post.edited", "post.deleted"


def test_a_post_reaches_its_followers_home_and_a_look_at_the_company(people: People, db: Database) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    bo.follows(ada)

    async def work(hub: Hub) -> None:
        home, company, stranger = (
            listen(hub, bo, "home"),
            listen(hub, cy, "feed", COMPANY_FEED),
            listen(hub, cy, "home"),
        )
        post = await do(ada.posts, "Hello")
        assert await home.heard(PUBLISHED) == await company.heard(PUBLISHED) == [(PUBLISHED, post.id)]
        await do(ada.edits, post, "Hello!")
        assert await home.heard(EDITED) == await company.heard(EDITED) == [(EDITED, post.id)]
        await do(ada.deletes, post)
        assert await home.heard(DELETED) == await company.heard(DELETED) == [(DELETED, post.id)]
        assert stranger.silent

    with_hub(db, work)


def test_who_looks_at_a_conversation_is_told_what_is_said_in_it(people: People, db: Database) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    first = ada.posts("Hello")
    answer = bo.comments(first, "Yes?")

    async def work(hub: Hub) -> None:
        thread = listen(hub, cy, "feed", first.id)
        hidden = await do(ada.comments, answer, "@bo between us", "direct")
        said = await do(ada.comments, answer, "For all")
        # The one before it was not for this reader.
        assert await thread.heard(PUBLISHED) == [(PUBLISHED, said.id)]
        await do(ada.edits, said, "For everybody")
        assert await thread.heard(EDITED) == [(EDITED, said.id)]
        await do(ada.deletes, hidden)
        await do(ada.deletes, said)
        assert await thread.heard(DELETED) == [(DELETED, said.id)]

    with_hub(db, work)


def test_who_shows_a_post_is_told_how_it_stands(people: People, db: Database) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    shown, other = ada.posts("Hello"), ada.posts("Elsewhere")

    async def work(hub: Hub) -> None:
        page = listen(hub, cy, "post", shown.id)
        await do(bo.likes, other)
        await do(bo.likes, shown)
        assert await standing(page) == (0, 0, 1, False)
        await do(bo.reposts, shown)
        assert await standing(page) == (0, 1, 1, False)
        said = await do(bo.comments, shown, "Yes")
        assert await standing(page) == (1, 1, 1, False)
        await do(bo.deletes, said)
        assert await standing(page) == (0, 1, 1, False)

    async def standing(page: Ear) -> news.Standing:
        told = await asyncio.wait_for(page.queue.get(), 5)
        assert told is not None
        assert (told.event, told.id) == ("post.counted", shown.id)
        return told.subject

    with_hub(db, work)


def test_nobody_is_told_of_a_post_that_is_not_for_them_nor_of_its_end(people: People, db: Database) -> None:
    ada, bo, cy, dee = people.ada, people.bo, people.cy, people.dee
    bo.follows(ada)
    for reader in (bo, cy, dee):
        reader.follows_hashtag("plan")
    ada.blocks(dee)
    tag = db.read_now(hashtags.find, ada.id, "plan").id

    async def work(hub: Hub) -> None:
        follower = listen(hub, bo, "home")
        others: list[Ear] = []
        for reader in (cy, dee):
            others += [
                listen(hub, reader, "home"),
                listen(hub, reader, "feed", COMPANY_FEED),
                listen(hub, reader, "feed", tag),
            ]
        inner = await do(ada.posts, "#plan", "followers")
        assert await follower.heard(PUBLISHED) == [(PUBLISHED, inner.id)]
        letter = await do(ada.posts, "#plan @bo", "direct")
        assert await follower.heard(PUBLISHED) == [(PUBLISHED, letter.id)]
        await do(ada.deletes, letter)
        await do(ada.deletes, inner)
        assert await follower.heard(DELETED) == [(DELETED, inner.id)]
        assert all(ear.silent for ear in others)

        # what everybody may read reaches everybody but whom its author blocked
        open_to_all = await do(ada.posts, "#plan for all")
        for ear in others[:3]:
            assert await ear.heard(PUBLISHED) == [(PUBLISHED, open_to_all.id)]
        await do(ada.deletes, open_to_all)
        for ear in others[:3]:
            assert await ear.heard(DELETED) == [(DELETED, open_to_all.id)]
        assert all(ear.silent for ear in others[3:])

    with_hub(db, work)


def test_mutes_and_switched_off_reposts_hold_live_too(people: People, db: Database) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    bo.follows(ada, reposts=False)
    bo.follows(cy)
    bo.mutes(cy)
    others = people.dee.posts("News")

    async def work(hub: Hub) -> None:
        home, company = listen(hub, bo, "home"), listen(hub, bo, "feed", COMPANY_FEED)
        await do(cy.posts, "Noise")
        await do(ada.reposts, others)
        await do(ada.comments, others, "A comment to somebody else")
        wanted = await do(ada.posts, "Wanted")

        assert await home.heard(PUBLISHED) == [(PUBLISHED, wanted.id)]
        assert await company.heard(PUBLISHED) == [(PUBLISHED, wanted.id)]

    with_hub(db, work)


def test_a_hashtag_that_nobody_has_used_is_heard_of_once_it_is(people: People, db: Database) -> None:
    ada, bo = people.ada, people.bo

    async def work(hub: Hub) -> None:
        waiting, gone = Ear(bo.id, Login("token", 1)), Ear(bo.id, Login("token", 2))
        for ear in (waiting, gone):
            hub.join(ear)
            hub.open(Stream(ear, "hashtag", (), "plan"))
        hub.leave(gone)
        await do(ada.posts, "Nothing #else")
        first = await do(ada.posts, "The #Plan")
        second = await do(ada.posts, "The #plan again")

        assert await waiting.heard(PUBLISHED, 2) == [(PUBLISHED, first.id), (PUBLISHED, second.id)]
        assert gone.silent

    with_hub(db, work)


def test_a_connection_that_left_is_told_nothing_and_may_leave_twice(people: People, db: Database) -> None:
    ada = people.ada

    async def work(hub: Hub) -> None:
        gone = listen(hub, ada, "home", login=Login("token", 1))
        stays = listen(hub, ada, "home", login=Login("token", 2))
        hub.leave(gone)
        hub.leave(gone)
        await do(ada.posts, "Hello")

        await stays.heard(PUBLISHED)
        assert gone.silent
        assert hub.connections == 1
        assert (hub.of(Login("token", 1)), hub.of(Login("token", 2))) == ([], [stays])

    with_hub(db, work)


def test_a_stream_can_be_closed_alone(people: People, db: Database) -> None:
    ada = people.ada

    async def work(hub: Hub) -> None:
        both = listen(hub, ada, "home")
        company = Stream(both, "company", [Topic("feed", COMPANY_FEED)])
        hub.open(company)
        await do(ada.posts, "Twice")
        await both.heard(PUBLISHED, 2)
        hub.close(company)
        hub.close(company)
        await do(ada.posts, "Once")
        await do(ada.posts, "And once more")

        assert len(await both.heard(PUBLISHED, 2)) == 2
        assert both.silent and both.flushed == 3

    with_hub(db, work)


def test_connections_end_with_their_session_or_token(people: People, db: Database) -> None:
    ada = people.ada

    async def work(hub: Hub) -> None:
        ends = [listen(hub, ada, "home", login=Login(kind, 41)) for kind in ("session", "token")]
        stays = [listen(hub, ada, "home", login=Login(kind, 42)) for kind in ("session", "token")]
        await db.write(lambda conn: conn.announce("session.ended", 41))
        await db.write(lambda conn: conn.announce("token.ended", 41))

        for ear in ends:
            assert await asyncio.wait_for(ear.queue.get(), 5) is None
            assert ear.ended == "ended"
        assert all(ear.silent for ear in stays) and hub.connections == 2

    with_hub(db, work)


def test_what_ended_unheard_is_found_by_looking(
    people: People, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "_CHECK_S", 0.05)

    async def work(hub: Hub) -> None:
        never_there = listen(hub, people.ada, "home", login=Login("token", 77))

        assert await asyncio.wait_for(never_there.queue.get(), 5) is None
        assert hub.connections == 0

    with_hub(db, work)


def test_stopping_tells_every_connection_that_it_is_over(people: People, db: Database) -> None:
    reader: Human = people.ada

    async def run() -> None:
        hub = Hub(db)
        hub.start()
        ears = [listen(hub, reader, "home"), listen(hub, reader, "feed", COMPANY_FEED)]
        await hub.stop()
        late = listen(hub, reader, "home")

        assert [ear.ended for ear in (*ears, late)] == ["restart"] * 3
        await do(reader.posts, "Nobody listens")

    asyncio.run(run())


def test_a_post_takes_as_many_statements_for_many_readers_as_for_one(people: People, db: Database) -> None:
    ada = people.ada
    readers = [getattr(people, f"reader{i}") for i in range(12)]
    for reader in readers:
        reader.follows(ada)
    heard: list[Event] = []
    db.bus.listen(PUBLISHED, heard.append)
    ada.posts("Hello #plan")

    def statements(conn: Connection, home: list[int]) -> int:
        before = conn.statements
        told = news.load(conn, [news.Asked(heard[0], home, home)])
        assert told[0].home == told[0].in_feeds == set(home)
        return conn.statements - before

    everybody = [reader.id for reader in readers]
    db.read_now(statements, everybody)  # its text is cached now
    assert db.read_now(statements, everybody[:1]) == db.read_now(statements, everybody) == 4

"""The streams: what is heard on each, over real sockets, by whom it is for and by nobody else."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from officetalk.media import attachments
from tests.api.client import Api
from tests.api.live_server import Ear, is_last, is_silent
from tests.people import Human, People

Listen = Callable[..., Ear]


SEE_PLAN = 'See <a href="http://talk.test/tags/plan" class="mention hashtag" rel="tag">#<span>plan</span></a>'


# --- posts --------------------------------------------------------------------------------------------


def test_a_post_comes_home_is_edited_and_deleted(people: People, listen: Listen) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)

    with listen(bo, "user") as ear:
        post = ada.posts("Hello")
        frame = ear.frame()
        assert frame["stream"] == ["user"]
        assert frame["event"] == "update"
        assert isinstance(frame["payload"], str)
        ada.edits(post, "Hello!")
        assert ear.hears_of() == [("status.update", "Hello!")]
        ada.deletes(post)
        # a deleted post is its id, and no JSON of it
        assert ear.frame() == {"stream": ["user"], "event": "delete", "payload": str(post.id)}


def test_an_update_is_what_the_api_says_but_for_what_only_one_reader_knows(
    people: People, listen: Listen, api: Api
) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)

    with listen(bo, "user") as ear:
        post = ada.posts("Hello #plan @cy")
        status = ear.hears()[2]

        answered = api.as_person(bo).get(f"/api/v1/statuses/{post.id}").json()
        own = {"favourited", "reblogged", "muted", "bookmarked", "pinned"}
        assert set(answered) - set(status) == own
        assert {name: value for name, value in answered.items() if name not in own} == status

        repost = people.cy.reposts(post)
        bo.follows(people.cy)
        assert repost.id != post.id
    with listen(bo, "user") as ear:
        other = people.cy.reposts(people.dee.posts("News"))
        status = ear.hears()[2]
        assert status["id"] == str(other.id)
        assert own.isdisjoint(status["reblog"]) and status["reblog"]["content"] == "<p>News</p>"


def test_home_hears_what_comes_home_and_nothing_else(people: People, listen: Listen) -> None:
    ada, bo, cy, dee = people.ada, people.bo, people.cy, people.dee
    bo.follows(ada, reposts=False)
    bo.follows(cy, dee)
    bo.mutes(cy)
    bo.follows_hashtag("plan")
    ada.follows(bo)
    bo.makes_list(dee, exclusive=True)
    theirs = people.eve.posts("A stranger speaks")

    with listen(bo, "user") as ear:
        cy.posts("Muted")
        ada.reposts(theirs)
        ada.comments(theirs, "A comment to somebody whom bo does not follow")
        dee.posts("On an exclusive list")
        people.eve.posts("A stranger again")
        bo.posts("My own")
        people.eve.posts("See #plan")
        ada.comments(bo.posts("Mine"), "A comment to bo")

        assert ear.hears_of(4) == [
            ("update", "My own"),
            ("update", SEE_PLAN),
            ("update", "Mine"),
            ("update", "A comment to bo"),
        ]  # fmt: skip
        assert is_last(ear, ada)


AUDIENCES = ("company", "quiet", "followers", "direct")
READERS = ("the author", "a follower", "somebody mentioned", "a stranger", "somebody blocked")
# On which of the streams (user, public, hashtag) a post with a hashtag and a mention is heard.
HEARD: dict[tuple[str, str], set[str]] = {
    ("company", "the author"): {"user", "public", "hashtag"},
    ("company", "a follower"): {"user", "public", "hashtag"},
    ("company", "somebody mentioned"): {"public", "hashtag"},
    ("company", "a stranger"): {"public", "hashtag"},
    ("quiet", "the author"): {"user", "hashtag"},
    ("quiet", "a follower"): {"user", "hashtag"},
    ("quiet", "somebody mentioned"): {"hashtag"},
    ("quiet", "a stranger"): {"hashtag"},
    ("followers", "the author"): {"user", "hashtag"},
    ("followers", "a follower"): {"user", "hashtag"},
    ("followers", "somebody mentioned"): {"hashtag"},
    ("direct", "the author"): {"user"},
}


def until_everywhere(ears: dict[str, Ear], somebody: Human, event: str) -> dict[str, set[str]]:
    """On which streams each heard an event of this name before a post that comes to everybody."""
    end = somebody.posts("The end #plan")
    heard: dict[str, set[str]] = {name: set() for name in ears}
    for name, ear in ears.items():
        ends = 0
        while ends < 2:  # it comes on public and hashtag
            stream, what, payload = ear.hears()
            if what == "update" and payload["id"] == str(end.id):
                ends += 1
            elif what == event:
                heard[name].add(stream[0])
    return heard


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_audience_reaches_whom_it_is_for(people: People, listen: Listen, audience: str) -> None:
    ada = people.ada
    readers = dict(zip(READERS, (ada, people.bo, people.cy, people.dee, people.eve), strict=True))
    people.bo.follows(ada)
    ada.blocks(people.eve)
    ears: dict[str, Ear] = {}
    try:
        for name, human in readers.items():
            ears[name] = listen(human, "user").__enter__()
            ears[name].subscribes("public")
            ears[name].subscribes("hashtag", tag="plan")

        post = ada.posts("A #plan for @cy", audience)
        heard = until_everywhere(ears, people.zoe, "update")
        ada.deletes(post)
        gone = until_everywhere(ears, people.zoe, "delete")

        for name in readers:
            assert heard[name] == HEARD.get((audience, name), set()), name
            # Of the end of what is not for the whole company only the author's followers are told, at home.
            told = heard[name] if audience in ("company", "quiet") else heard[name] & {"user"}
            if name == "somebody blocked" or audience == "direct":
                assert gone[name] == set(), name
            else:
                assert told <= gone[name], name
    finally:
        for ear in ears.values():
            ear.__exit__(None, None, None)


def test_muted_and_blocked_people_are_not_heard_on_public_streams(people: People, listen: Listen) -> None:
    ada, bo = people.ada, people.bo
    bo.mutes(ada)
    bo.blocks(people.cy)

    with listen(bo, "public") as ear:
        ada.posts("Muted")
        people.cy.posts("Blocked")

        assert is_last(ear, people.dee)


def test_the_public_stream_has_no_comments_and_no_reposts(people: People, listen: Listen) -> None:
    post = people.ada.posts("Hello")

    with listen(people.bo, "public") as ear, listen(people.bo, "public:local") as local:
        people.cy.comments(post, "A comment")
        people.cy.reposts(post)

        assert is_last(ear, people.ada)
        assert local.hears()[0] == ["public:local"]


def test_nothing_comes_from_other_servers(people: People, listen: Listen) -> None:
    with listen(people.bo, "public:remote") as ear:
        ear.subscribes("public:remote:media")
        people.ada.posts("Hello")
        people.ada.reposts(people.bo.posts("Hello again"))

        assert is_silent(ear)


def test_pictures_only_where_only_pictures_are_asked_for(
    people: People, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    from officetalk.media.entities import Attachment

    picture = Attachment(id=1, kind="image", file="a.jpg")
    monkeypatch.setattr(attachments, "attach", lambda *args, **more: (picture,))

    with listen(people.bo, "public:media") as ear:
        ear.subscribes("public:local:media")
        people.ada.posts("No picture")
        people.ada.posts("A picture", media_ids=(1,))

        assert [ear.hears()[0] for _ in range(2)] == [["public:media"], ["public:local:media"]]
        assert people.ada.posts("The end") and is_silent(ear)


def test_a_hashtag_is_heard_in_any_spelling_even_before_it_was_used(people: People, listen: Listen) -> None:
    with listen(people.bo, "hashtag", tag="Café") as ear:
        ear.subscribes("hashtag:local", tag="#cafe")
        ear.subscribes("hashtag", tag="cafe")  # which is the same
        people.ada.posts("At the #CAFE")

        assert [ear.hears()[0] for _ in range(2)] == [["hashtag", "Café"], ["hashtag:local", "#cafe"]]
        people.ada.posts("Nothing #else")
        assert is_silent(ear)


def test_a_list_hears_its_members_by_its_own_rules(people: People, listen: Listen) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    bo.follows(ada, cy)
    one = bo.makes_list(ada, title="Team", replies_policy="none")

    with listen(bo, "list", list=str(one.id)) as ear:
        cy.posts("Not on the list")
        ada.comments(cy.posts("Nor this"), "Nor this comment")
        post = ada.posts("On the list")
        assert ear.hears()[:2] == (["list", str(one.id)], "update")
        ada.deletes(post)
        assert ear.frame()["payload"] == str(post.id)
        bo.takes_off(one, ada)
        ada.posts("No longer")
        bo.puts_on(one, cy)

        assert is_last(ear, cy)


# --- many at once --------------------------------------------------------------------------------------


def test_many_posts_at_once_come_in_their_order_to_everybody(people: People, listen: Listen) -> None:
    ada = people.ada
    readers = [getattr(people, f"reader{i}") for i in range(5)]
    for reader in readers:
        reader.follows(ada)
    ears: list[Ear] = []
    try:
        ears += [listen(reader, "user").__enter__() for reader in readers]
        began = time.perf_counter()
        for i in range(50):
            ada.posts(f"Post {i}")

        for ear in ears:
            assert ear.hears_of(50) == [("update", f"Post {i}") for i in range(50)]
        assert time.perf_counter() - began < 20
    finally:
        for ear in ears:
            ear.__exit__(None, None, None)


def test_one_connection_hears_several_streams_until_it_leaves_them(people: People, listen: Listen) -> None:
    ada = people.ada
    one = ada.makes_list(ada)

    with listen(ada, "user") as ear:
        ear.subscribes("public")
        ear.subscribes("public")  # a second time changes nothing
        ear.subscribes("list", list=str(one.id))
        ada.posts("Everywhere")
        heard: list[Any] = [ear.hears()[0] for _ in range(3)]
        assert sorted(heard) == [["list", str(one.id)], ["public"], ["user"]]

        ear.unsubscribes("user")
        ear.unsubscribes("list", list=str(one.id))
        ear.unsubscribes("direct")  # which it never heard
        ada.posts("Here alone")
        assert ear.hears()[0] == ["public"]
        assert is_silent(ear)


def test_what_cannot_be_understood_is_passed_over(people: People, listen: Listen) -> None:
    with listen(people.ada, "user") as ear:
        for message in ("no JSON", "[]", "3", json.dumps({"type": "dance", "stream": "user"}), "{}"):
            ear.socket.send(message)

        assert is_last(ear, people.ada)

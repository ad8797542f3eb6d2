"""Suspended people are nowhere, and silenced people only where they are followed: every way to reach a person
or a post, generated from the declared endpoints."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from officetalk import api as declarations
from officetalk.api.endpoint import Endpoint
from officetalk.identity.scopes import SCOPES
from officetalk.moderation import actions
from officetalk.posts.entities import Draft, PollDraft
from officetalk.posts.publish import publish
from tests.api.client import Api, Client
from tests.people import Human, People

# What bo says and is called: nothing of it may come back once bo is suspended.
SECRET = "zanzibar"
NAME = "boris"

READS = [e for e in declarations.endpoints() if e.method == "GET" and e.needs_person and e.role is None]


def act(people: People, target: Human, action: Any) -> None:
    people.mo.changes(role="moderator")
    people.mo.db.write_now(actions.act, people.mo.id, target.id, action)


class World:
    """bo, and everything by which others may have come across bo."""

    def __init__(self, api: Api, people: People) -> None:
        self.bo, self.ada, carla = people.boris, people.ada, people.carla
        bo, ada = self.bo, self.ada
        bo.changes(
            display_name="Boris Zanzibar", bio=f"Lives in {SECRET}", department="Island", job_title="Chief"
        )
        ada.changes(department="Island", manager_id=bo.id)
        ada.follows(bo, carla, notify=True)
        bo.follows(ada)
        carla.follows(bo)
        self.post = bo.posts(f"{SECRET} one #{SECRET}")
        self.hers = ada.posts("Hers")
        self.answer = bo.comments(self.hers, f"{SECRET} answer")
        self.mention = bo.posts(f"{SECRET} @ada")
        self.direct = bo.posts(f"{SECRET} @ada hush", "direct")
        self.repost = carla.reposts(self.post)
        bo.reposts(self.hers)
        bo.likes(self.hers)
        poll = PollDraft((SECRET, "no"), 3600)
        self.poll = bo.db.write_now(publish, bo.id, Draft(f"{SECRET}?", poll=poll), 140)
        quoting = Draft("Look", quote_of_id=self.post.id)
        self.quoting = ada.db.write_now(publish, ada.id, quoting, 140)
        for verb in (ada.likes, ada.bookmarks):
            verb(self.post)
        bo.pins(self.post)
        ada.follows_hashtag(SECRET)
        self.client = api.as_person(ada, " ".join(s for s in SCOPES if not s.startswith("admin")))
        self._list()

    def _list(self) -> None:
        made = self.client.post("/api/v1/lists", title="Everybody")
        self.list_id = made.json().get("id", "1")
        self.client.post(f"/api/v1/lists/{self.list_id}/accounts", account_ids=[self.bo.id])

    def asked_everything(self) -> dict[str, httpx.Response]:
        """Every read, with everything that could stand in its path and its parameters."""
        answers = {}
        for endpoint in READS:
            for path in self.paths(endpoint):
                for query in self.queries(endpoint):
                    key = f"{path} {query or ''}"
                    answers[key] = self.client.request("GET", path, params=query)
        return answers

    def paths(self, endpoint: Endpoint) -> list[str]:
        names = re.findall(r"\{(\w+)\}", endpoint.path)
        if not names:
            return [endpoint.path]
        posts = (
            self.post,
            self.hers,
            self.answer,
            self.mention,
            self.direct,
            self.repost,
            self.poll,
            self.quoting,
        )
        values = [str(self.bo.id), str(self.ada.id), self.list_id, SECRET, *(str(post.id) for post in posts)]
        return [re.sub(r"\{\w+\}", value, endpoint.path) for value in values]

    def queries(self, endpoint: Endpoint) -> list[dict[str, Any] | None]:
        if endpoint.path.endswith(("/search", "/accounts/lookup")):
            words = (SECRET, NAME, f"#{SECRET}", "from:boris", f"http://talk.test/@{NAME}/{self.post.id}")
            return [{"q": word, "acct": NAME} for word in words]
        ids = [self.bo.id, self.post.id, self.quoting.id, self.repost.id]
        asked: list[dict[str, Any] | None] = [
            {"id[]": ids, "with_suspended": "false", "url": "http://x.test/"}
        ]
        if endpoint.path == "/api/v1/directory":
            asked += [{"order": order} for order in ("new", "name", "active")]
        return asked


def mentioned_in(answers: dict[str, httpx.Response]) -> list[str]:
    """Which answers say something of bo."""
    return [key for key, a in answers.items() if re.search(rf"{SECRET}|{NAME}", _told(key, a), re.IGNORECASE)]


def _told(key: str, answer: httpx.Response) -> str:
    # What the reader has written or chosen oneself may name the hashtag, and comes back when asked for it.
    text = answer.text.replace(f"/tags/{SECRET}", "").replace(f'"name":"{SECRET}"', "")
    return re.sub(r'"Link[^"]*"', "", text)


@pytest.fixture
def world(api: Api, people: People) -> World:
    return World(api, people)


def test_the_question_finds_somebody_who_is_there(world: World) -> None:
    """Else the next test would prove nothing."""
    told = mentioned_in(world.asked_everything())

    for path in (
        "/api/v1/accounts/lookup", "/api/v1/accounts/search", "/api/v2/search", "/api/v1/timelines/home",
        "/api/v1/timelines/public", f"/api/v1/timelines/tag/{SECRET}", f"/api/v1/statuses/{world.hers.id}/context",
        f"/api/v1/statuses/{world.post.id}", "/api/v1/favourites", "/api/v1/bookmarks", "/api/v1/directory",
        f"/api/v1/accounts/{world.ada.id}/followers", f"/api/v1/statuses/{world.quoting.id}",
        "/api/v1/notifications", "/api/v1/conversations", f"/api/v1/timelines/list/{world.list_id}",
    ):  # fmt: skip
        assert any(key.startswith(path + " ") for key in told), path


def test_a_suspended_person_is_nowhere(world: World, people: People) -> None:
    act(people, world.bo, "suspend")

    answers = world.asked_everything()

    assert mentioned_in(answers) == []
    assert {a.status_code for a in answers.values()} <= {200, 400, 404, 422}


def test_everything_is_back_when_the_suspension_ends(world: World, people: People) -> None:
    before = set(mentioned_in(world.asked_everything()))
    act(people, world.bo, "suspend")
    people.mo.db.write_now(actions.unsuspend, people.mo.id, world.bo.id)

    assert set(mentioned_in(world.asked_everything())) == before


def test_nobody_does_anything_with_the_post_of_a_suspended_person(world: World, people: People) -> None:
    act(people, world.bo, "suspend")

    for verb in ("favourite", "reblog", "bookmark", "mute"):
        assert world.client.post(f"/api/v1/statuses/{world.post.id}/{verb}").status_code == 404, verb
    answer = world.client.post("/api/v1/statuses", status="Answer", in_reply_to_id=world.post.id)
    assert answer.status_code == 404
    assert world.client.post(f"/api/v1/polls/{world.poll.id}/votes", choices=[0]).status_code == 404
    for verb in ("follow", "block", "mute"):
        assert world.client.post(f"/api/v1/accounts/{world.bo.id}/{verb}").status_code == 404, verb


def test_the_suspended_person_is_signed_out(api: Api, world: World, people: People) -> None:
    bo = api.as_person(world.bo)
    assert bo.get("/api/v1/accounts/verify_credentials").status_code == 200

    act(people, world.bo, "suspend")

    assert bo.get("/api/v1/accounts/verify_credentials").status_code == 401


# --- silenced ----------------------------------------------------------------------------------------


def texts(client: Client, path: str, **query: Any) -> list[str]:
    found = client.get(path, **query).json()
    return [status["content"] for status in (found["statuses"] if isinstance(found, dict) else found)]


LISTS = (
    ("/api/v1/timelines/public", {}),
    ("/api/v1/timelines/tag/gulls", {}),
    ("/api/v2/search", {"q": "gulls", "type": "statuses"}),
)


@pytest.mark.parametrize(("path", "query"), LISTS)
def test_silenced_people_are_met_by_those_who_follow_them(
    api: Api, people: People, path: str, query: dict[str, str]
) -> None:
    people.bo.posts("About #gulls")
    people.fan.follows(people.bo)
    fan, ada, bo = (api.as_person(human) for human in (people.fan, people.ada, people.bo))
    assert len(texts(ada, path, **query)) == 1

    act(people, people.bo, "silence")

    assert texts(ada, path, **query) == []
    assert len(texts(fan, path, **query)) == len(texts(bo, path, **query)) == 1
    people.mo.db.write_now(actions.unsilence, people.mo.id, people.bo.id)
    assert len(texts(ada, path, **query)) == 1


def test_a_silenced_person_still_has_a_profile_and_posts_by_their_address(api: Api, people: People) -> None:
    post = people.bo.posts("About gulls")
    act(people, people.bo, "silence")
    ada = api.as_person(people.ada)

    assert len(texts(ada, f"/api/v1/accounts/{people.bo.id}/statuses")) == 1
    assert ada.get(f"/api/v1/statuses/{post.id}").status_code == 200
    assert ada.get(f"/api/v1/accounts/{people.bo.id}").status_code == 200


def test_answers_of_the_silenced_are_not_in_the_threads_of_others(api: Api, people: People) -> None:
    post = people.ada.posts("Hello")
    people.bo.comments(post, "Unkind")
    act(people, people.bo, "silence")

    context = api.as_person(people.carla).get(f"/api/v1/statuses/{post.id}/context").json()

    assert context["descendants"] == []

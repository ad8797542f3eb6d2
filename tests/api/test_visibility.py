"""Nobody sees, counts, finds or is told of a post that is not for them, whichever way they try."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import httpx
import pytest

from officetalk.posts.entities import Post
from tests.api.client import Api, Client
from tests.people import Human, People

WORD = "Zanzibar"
NO_PARENT = "The post you are trying to reply to does not appear to exist."


class Case(NamedTuple):
    """A post of ada's, a reader whom it is for, and one whom it is not for."""

    post: Post
    friend: Human
    stranger: Human


def _followers(people: People) -> Case:
    people.friend.follows(people.ada)
    return Case(people.ada.posts(f"{WORD} #secret", "followers"), people.friend, people.stranger)


def _direct(people: People) -> Case:
    friend = people.friend
    people.stranger.follows(people.ada)  # following does not open what is direct
    return Case(people.ada.posts(f"@friend {WORD} #secret", "direct"), friend, people.stranger)


def _blocked(people: People) -> Case:
    people.stranger.follows(people.ada)
    post = people.ada.posts(f"{WORD} #secret")
    people.ada.blocks(people.stranger)
    return Case(post, people.friend, people.stranger)


@pytest.fixture(params=[_followers, _direct, _blocked])
def case(request: pytest.FixtureRequest, people: People) -> Case:
    return request.param(people)


Probe = Callable[[Client, Case], httpx.Response]

# Ways to a post whose id one knows: they must say 404 to whom it is not for.
BY_ID: dict[str, Probe] = {
    "get": lambda c, case: c.get(f"/api/v1/statuses/{case.post.id}"),
    "context": lambda c, case: c.get(f"/api/v1/statuses/{case.post.id}/context"),
    "source": lambda c, case: c.get(f"/api/v1/statuses/{case.post.id}/source"),
    "history": lambda c, case: c.get(f"/api/v1/statuses/{case.post.id}/history"),
    "favourited_by": lambda c, case: c.get(f"/api/v1/statuses/{case.post.id}/favourited_by"),
    "reblogged_by": lambda c, case: c.get(f"/api/v1/statuses/{case.post.id}/reblogged_by"),
    "favourite": lambda c, case: c.post(f"/api/v1/statuses/{case.post.id}/favourite"),
    "unfavourite": lambda c, case: c.post(f"/api/v1/statuses/{case.post.id}/unfavourite"),
    "bookmark": lambda c, case: c.post(f"/api/v1/statuses/{case.post.id}/bookmark"),
    "unbookmark": lambda c, case: c.post(f"/api/v1/statuses/{case.post.id}/unbookmark"),
    "mute": lambda c, case: c.post(f"/api/v1/statuses/{case.post.id}/mute"),
    "unmute": lambda c, case: c.post(f"/api/v1/statuses/{case.post.id}/unmute"),
    "unreblog": lambda c, case: c.post(f"/api/v1/statuses/{case.post.id}/unreblog"),
    "comment": lambda c, case: c.post("/api/v1/statuses", status="Well", in_reply_to_id=case.post.id),
}
# Ways that are closed to everybody but the author (or, to repost, by the audience).
AUTHORS_ONLY: dict[str, Probe] = {
    "pin": lambda c, case: c.post(f"/api/v1/statuses/{case.post.id}/pin"),
    "unpin": lambda c, case: c.post(f"/api/v1/statuses/{case.post.id}/unpin"),
    "edit": lambda c, case: c.put(f"/api/v1/statuses/{case.post.id}", status="Mine"),
    "delete": lambda c, case: c.delete(f"/api/v1/statuses/{case.post.id}"),
}
# Lists and searches in which it would stand: it must be absent from them, with its text and its id.
LISTS: dict[str, Probe] = {
    "bulk": lambda c, case: c.get("/api/v1/statuses", id=[case.post.id]),
    "profile": lambda c, case: c.get(f"/api/v1/accounts/{case.post.author.id}/statuses"),
    "profile by hashtag": lambda c, case: c.get(
        f"/api/v1/accounts/{case.post.author.id}/statuses", tagged="secret"
    ),
    "search": lambda c, case: c.get("/api/v2/search", q=WORD),
    "search by author": lambda c, case: c.get("/api/v2/search", q=WORD, account_id=case.post.author.id),
    "address": lambda c, case: c.get(
        "/api/v2/search", q=f"http://talk.test/@ada/{case.post.id}", resolve=True
    ),
}


def test_by_id_it_is_not_there_for_a_stranger(api: Api, case: Case) -> None:
    friend, stranger = api.as_person(case.friend), api.as_person(case.stranger)

    for way, probe in BY_ID.items():
        assert probe(friend, case).status_code == 200, way
        answer = probe(stranger, case)
        error = "Record not found" if way != "comment" else NO_PARENT
        assert (answer.status_code, answer.json()) == (404, {"error": error}), way


def test_what_is_the_authors_right_is_nobody_elses(api: Api, case: Case, people: People) -> None:
    for way, probe in AUTHORS_ONLY.items():  # deleting comes last
        for other in (case.friend, case.stranger):
            assert probe(api.as_person(other), case).status_code == 404, way
        unpinnable = way == "pin" and case.post.content.audience == "direct"
        assert probe(api.as_person(people.ada), case).status_code == (422 if unpinnable else 200), way


def test_it_stands_in_no_list_of_a_strangers(api: Api, case: Case) -> None:
    for way, probe in LISTS.items():
        found = probe(api.as_person(case.friend), case)
        hidden = probe(api.as_person(case.stranger), case)

        assert found.status_code == hidden.status_code == 200
        if (
            way != "profile by hashtag" or case.post.content.audience != "direct"
        ):  # direct posts enter no hashtag
            assert str(case.post.id) in found.text, way
        assert str(case.post.id) not in hidden.text, way
        assert WORD not in hidden.text, way


def test_it_stands_in_no_timeline_of_a_strangers(api: Api, case: Case) -> None:
    stranger = api.as_person(case.stranger)

    for path in ("/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/timelines/tag/secret"):
        assert WORD not in stranger.get(path).text, path


def test_what_was_marked_is_gone_when_it_is_no_longer_for_the_reader(api: Api, people: People) -> None:
    # Given bo, who likes, bookmarked and reposted a post of ada's to her followers
    ada, bo = people.ada, people.bo
    bo.follows(ada)
    post = ada.posts(WORD, "followers")
    bo.likes(post)
    bo.bookmarks(post)
    client = api.as_person(bo)
    lists = ["/api/v1/favourites", "/api/v1/bookmarks", "/api/v1/timelines/home"]
    assert all(WORD in client.get(path).text for path in lists)

    # When bo no longer follows her
    bo.unfollows(ada)

    # Then it is gone from bo's lists
    for path in lists:
        assert WORD not in client.get(path).text, path


def test_a_comment_to_fewer_people_is_neither_shown_nor_counted(api: Api, people: People) -> None:
    # Given a post for all, and a comment on it for one
    ada, bo = people.ada, people.bo
    post = ada.posts("For all")
    bo.comments(post, f"@ada {WORD}", "direct")
    bo.comments(post, "In public")

    # Then a colleague meets and counts the public one only, whom it is for meets both
    stranger, addressed = api.as_person(people.cy), api.as_person(ada)
    shown = stranger.get(f"/api/v1/statuses/{post.id}").json()
    assert shown["replies_count"] == 1
    assert len(stranger.get(f"/api/v1/statuses/{post.id}/context").json()["descendants"]) == 1
    assert len(addressed.get(f"/api/v1/statuses/{post.id}/context").json()["descendants"]) == 2


def test_posts_to_fewer_people_are_not_counted_on_the_profile(api: Api, people: People) -> None:
    ada = people.ada
    ada.posts("For all")
    ada.posts("For followers", "followers")
    ada.posts("@bo for bo", "direct")

    account = api.as_person(people.cy).get(f"/api/v1/accounts/{ada.id}").json()

    assert account["statuses_count"] == 1
    assert (
        api.as_person(people.cy)
        .get(f"/api/v1/accounts/{people.bo.id}")
        .json()["officetalk"]["mentions_count"]
        == 0
    )


@pytest.mark.parametrize("prepare", [_followers, _blocked])
def test_a_hashtag_of_a_hidden_post_is_not_found(
    api: Api, people: People, prepare: Callable[[People], Case]
) -> None:
    case = prepare(people)

    friend = api.as_person(case.friend).get("/api/v2/search", q="secret", type="hashtags").json()
    stranger = api.as_person(case.stranger).get("/api/v2/search", q="secret", type="hashtags").json()

    assert [t["name"] for t in friend["hashtags"]] == ["secret"]
    assert stranger["hashtags"] == []


@pytest.mark.parametrize("prepare", [_followers, _direct])
def test_it_cannot_be_reposted_to_others(api: Api, people: People, prepare: Callable[[People], Case]) -> None:
    case = prepare(people)

    friend = api.as_person(case.friend).post(f"/api/v1/statuses/{case.post.id}/reblog")
    stranger = api.as_person(case.stranger).post(f"/api/v1/statuses/{case.post.id}/reblog")

    assert friend.status_code == 403
    assert stranger.status_code == 404


def test_a_deleted_post_is_gone_every_way(api: Api, people: People) -> None:
    ada = people.ada
    post = ada.posts(f"{WORD} #secret")
    case = Case(post, people.friend, people.stranger)
    client = api.as_person(people.friend)
    assert all(probe(client, case).status_code == 200 for probe in BY_ID.values())

    ada.deletes(post)

    for way, probe in (BY_ID | AUTHORS_ONLY).items():
        assert probe(client, case).status_code == 404, way
    for way, probe in LISTS.items():
        assert WORD not in probe(client, case).text, way


def test_a_muted_colleague_stays_out_of_lists_but_not_of_the_own_profile(api: Api, people: People) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)
    ada.posts(f"{WORD} #secret")
    bo.mutes(ada)
    client = api.as_person(bo)

    for path in ("/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/timelines/tag/secret"):
        assert WORD not in client.get(path).text, path
    assert WORD in client.get(f"/api/v1/accounts/{ada.id}/statuses").text


def test_the_answer_for_hidden_and_for_missing_is_the_same(api: Api, case: Case) -> None:
    client = api.as_person(case.stranger)

    hidden = client.get(f"/api/v1/statuses/{case.post.id}")
    missing = client.get("/api/v1/statuses/1234567")

    def said(answer: httpx.Response) -> Any:
        headers = {k: v for k, v in answer.headers.items() if k not in ("x-request-id", "x-ratelimit-reset")}
        return answer.status_code, headers, answer.content

    assert said(hidden) == said(missing)

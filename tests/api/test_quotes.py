"""Quotes over HTTP: what the apps get, and that nobody reads through a quote what is not for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from officetalk.posts import quotes as domain
from officetalk.posts.entities import PollDraft, Post
from tests.api.client import ORIGIN, Api, Client, link
from tests.people import Human, People

QUOTING_DENIED = {"error": "The post you are trying to quote does not appear to exist."}


@pytest.fixture
def ada(api: Api, people: People) -> Client:
    return api.as_person(people.ada)


@pytest.fixture
def bo(api: Api, people: People) -> Client:
    return api.as_person(people.bo)


def says(client: Client, text: str = "Original", **more: Any) -> str:
    """The id of a new post."""
    answer = client.post("/api/v1/statuses", status=text, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def quotes(client: Client, id: str, text: str = "Look", **more: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/statuses", status=text, quoted_status_id=id, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


# --- what it looks like ------------------------------------------------------------------------------


def test_a_quote_has_what_it_quotes_inside(ada: Client, bo: Client) -> None:
    id = says(ada, "Original #tag")

    quoting = quotes(bo, id)

    quoted = quoting["quote"]["quoted_status"]
    assert quoting["quote"]["state"] == "accepted"
    assert "quoted_status_id" not in quoting["quote"]
    assert (quoted["id"], quoted["account"]["username"], quoted["quote"]) == (id, "ada", None)
    assert quoted["tags"] == [{"name": "tag", "url": f"{ORIGIN}/tags/tag"}]
    assert quoted["quotes_count"] == ada.get(f"/api/v1/statuses/{id}").json()["quotes_count"] == 1
    assert ada.get(f"/api/v1/statuses/{id}").json()["quote"] is None


def test_a_quote_within_a_quote_is_an_id(ada: Client, bo: Client) -> None:
    first = says(ada)
    second = quotes(bo, first)["id"]

    third = quotes(ada, second)

    assert third["quote"]["quoted_status"]["quote"] == {"state": "accepted", "quoted_status_id": first}


def test_for_apps_that_know_no_quotes_a_line_leads_there(ada: Client, bo: Client) -> None:
    id = says(ada)
    url = f"{ORIGIN}/@ada/{id}"

    content = quotes(bo, id, "Look & see")["content"]

    line, _, rest = content.partition("</p>")
    assert line.startswith(f'<p class="quote-inline">RE: <a href="{url}"')
    assert rest == "<p>Look &amp; see</p>"
    assert quotes(bo, id, "")["content"] == line + "</p>"
    assert "quote-inline" not in quotes(bo, id, f"Look: {url}")["content"]
    assert bo.get(f"/api/v1/statuses/{says(ada)}").json()["content"] == "<p>Original</p>"


def test_the_line_does_not_count_in_the_limit(ada: Client, bo: Client) -> None:
    id = says(ada)

    assert len(quotes(bo, id, "x" * 140)["content"]) > 200
    assert bo.post("/api/v1/statuses", status="x" * 141, quoted_status_id=id).status_code == 422


def test_the_source_and_the_history_are_what_was_written(ada: Client, bo: Client) -> None:
    id = quotes(bo, says(ada), "Loko")["id"]

    edited = bo.put(f"/api/v1/statuses/{id}", status="Look").json()

    assert edited["quote"]["quoted_status"]["content"] == "<p>Original</p>"
    assert edited["content"].endswith("</p><p>Look</p>")
    assert bo.get(f"/api/v1/statuses/{id}/source").json()["text"] == "Look"
    history = ada.get(f"/api/v1/statuses/{id}/history").json()
    assert [(edit["content"], edit["quote"]) for edit in history] == [
        ("<p>Loko</p>", None),
        ("<p>Look</p>", None),
    ]


def test_a_deleted_quote_comes_back_with_what_it_quoted(ada: Client, bo: Client) -> None:
    id = says(ada)
    quoting = quotes(bo, id)["id"]

    deleted = bo.delete(f"/api/v1/statuses/{quoting}").json()

    assert deleted["text"] == "Look"
    assert deleted["quote"]["quoted_status"]["id"] == id
    assert ada.get(f"/api/v1/statuses/{id}").json()["quotes_count"] == 0


# --- who may -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "author", "follower", "stranger"),
    [
        ("public", "automatic", "automatic", "automatic"),
        ("followers", "automatic", "automatic", "denied"),
        ("nobody", "automatic", "denied", "denied"),
    ],
)
def test_what_is_told_of_the_policy_is_what_holds(
    api: Api, people: People, policy: str, author: str, follower: str, stranger: str
) -> None:
    people.follower.follows(people.author)
    id = says(api.as_person(people.author), quote_approval_policy=policy)

    for name, expected in (("author", author), ("follower", follower), ("stranger", stranger)):
        client = api.as_person(getattr(people, name))
        told = client.get(f"/api/v1/statuses/{id}").json()["quote_approval"]
        answer = client.post("/api/v1/statuses", status="Look", quoted_status_id=id)

        assert told == {
            "automatic": [] if policy == "nobody" else [policy],
            "manual": [],
            "current_user": expected,
        }
        assert answer.status_code == (200 if expected == "automatic" else 404)
        if expected == "denied":
            assert answer.json() == QUOTING_DENIED


@pytest.mark.parametrize("visibility", ["private", "direct"])
def test_what_is_not_for_the_company_is_for_nobody_to_quote(
    ada: Client, bo: Client, people: People, visibility: str
) -> None:
    people.bo.follows(people.ada)
    id = says(ada, "@bo hello", visibility=visibility, quote_approval_policy="public")

    told = bo.get(f"/api/v1/statuses/{id}").json()["quote_approval"]
    own = ada.get(f"/api/v1/statuses/{id}").json()["quote_approval"]

    assert told == {"automatic": [], "manual": [], "current_user": "denied"}
    assert own["current_user"] == ("automatic" if visibility == "private" else "denied")
    refused = bo.post("/api/v1/statuses", status="Look", quoted_status_id=id)
    assert (refused.status_code, refused.json()) == (404, QUOTING_DENIED)


def test_what_is_not_there_cannot_be_quoted_and_leaves_nothing(bo: Client, people: People) -> None:
    for id in ("1", "123456789012345678"):
        answer = bo.post("/api/v1/statuses", status="Look", quoted_status_id=id)
        assert (answer.status_code, answer.json()) == (404, QUOTING_DENIED)
    assert bo.post("/api/v1/statuses", status="Look", quoted_status_id="x").status_code == 422
    assert bo.get(f"/api/v1/accounts/{people.bo.id}/statuses").json() == []


def test_a_direct_quote_to_others_is_refused_in_mastodons_words(ada: Client, bo: Client) -> None:
    id = says(ada)

    answer = bo.post("/api/v1/statuses", status="@cy look", quoted_status_id=id, visibility="direct")

    assert (answer.status_code, answer.json()["error"]) == (
        422,
        "Validation failed: Cannot quote a non-mentioned user in a Private Mention post.",
    )


def test_a_quote_of_what_is_for_followers_is_private(ada: Client) -> None:
    id = says(ada, visibility="private")

    assert quotes(ada, id, visibility="public")["visibility"] == "private"


def test_ones_own_policy_holds_where_the_client_chooses_none(ada: Client, bo: Client) -> None:
    changed = ada.patch("/api/v1/accounts/update_credentials", **{"source[quote_policy]": "nobody"}).json()

    assert changed["source"]["quote_policy"] == "nobody"
    assert ada.get("/api/v1/preferences").json()["posting:default:quote_policy"] == "nobody"
    assert bo.get(f"/api/v1/statuses/{says(ada)}").json()["quote_approval"]["automatic"] == []
    chosen = says(ada, quote_approval_policy="followers")
    assert bo.get(f"/api/v1/statuses/{chosen}").json()["quote_approval"]["automatic"] == ["followers"]


def test_a_policy_is_changed_by_its_own_method_and_with_an_edit(ada: Client, bo: Client) -> None:
    id = says(ada)
    path = f"/api/v1/statuses/{id}/interaction_policy"

    assert ada.put(path, quote_approval_policy="nobody").json()["quote_approval"]["automatic"] == []
    assert ada.get(f"/api/v1/statuses/{id}").json()["edited_at"] is None
    edited = ada.put(f"/api/v1/statuses/{id}", status="New", quote_approval_policy="followers").json()
    assert edited["quote_approval"]["automatic"] == ["followers"]
    assert ada.put(f"/api/v1/statuses/{id}", status="Newer").json()["quote_approval"]["automatic"] == [
        "followers"
    ]

    for wrong in ({}, {"quote_approval_policy": ""}, {"quote_approval_policy": "everybody"}):
        assert ada.put(path, **wrong).status_code == 422
    assert bo.put(path, quote_approval_policy="public").status_code == 404
    assert bo.put(path).status_code == 404
    assert ada.put("/api/v1/statuses/1/interaction_policy", quote_approval_policy="public").status_code == 404


# --- revoking and listing ----------------------------------------------------------------------------


def test_a_quote_is_revoked_by_the_author_of_what_it_quotes(
    ada: Client, bo: Client, api: Api, people: People
) -> None:
    id = says(ada)
    quoting = quotes(bo, id)["id"]
    path = f"/api/v1/statuses/{id}/quotes/{quoting}/revoke"
    cy = api.as_person(people.cy)

    for client in (bo, cy):
        refused = client.post(path)
        assert (refused.status_code, refused.json()) == (403, {"error": "This action is not allowed"})
    for wrong in (f"/api/v1/statuses/{quoting}/quotes/{id}/revoke", f"/api/v1/statuses/{id}/quotes/x/revoke"):
        assert ada.post(wrong).status_code == 404
    revoked = ada.post(path).json()

    assert (revoked["id"], revoked["quote"]) == (quoting, {"state": "revoked", "quoted_status": None})
    for client in (ada, bo, cy):
        told = client.get(f"/api/v1/statuses/{quoting}").json()
        assert told["quote"] == {"state": "revoked", "quoted_status": None}
        assert told["content"] == "<p>Look</p>"
    assert ada.get(f"/api/v1/statuses/{id}").json()["quotes_count"] == 0
    assert ada.get(f"/api/v1/statuses/{id}/quotes").json() == []
    assert ada.post(path).status_code == 200


def test_quotes_are_listed_page_by_page(ada: Client, bo: Client) -> None:
    id = says(ada)
    made = [quotes(bo, id, f"{i}")["id"] for i in range(5)]

    pages = list(ada.pages(f"/api/v1/statuses/{id}/quotes", limit=2))
    newest = ada.get(f"/api/v1/statuses/{id}/quotes", limit=2)
    newer = ada.get(f"/api/v1/statuses/{id}/quotes", min_id=made[0], limit=2)

    assert [[s["id"] for s in page] for page in pages] == [made[:2:-1], made[2:0:-1], made[:1]]
    assert {s["quote"]["quoted_status"]["id"] for page in pages for s in page} == {id}
    assert [s["id"] for s in newer.json()] == [made[2], made[1]]
    previous = link(newest, "prev")
    assert previous is not None and ada.get(previous).json() == []


# --- no way through ----------------------------------------------------------------------------------

SECRET = "Zanzibar"


class Case(NamedTuple):
    """A post of ada's with the secret; one that quotes it, which the reader may read; and the reader."""

    secret: Post
    quoting: Post
    reader: Human


def _poll() -> PollDraft:
    return PollDraft((SECRET, "No"), 3600)


def _for_followers(people: People) -> Case:
    assert people.reader.id  # made before being mentioned
    secret = people.ada.posts(f"{SECRET} #secret", "followers", poll=_poll())
    quoting = people.ada.posts("@reader look #shown", "direct", quote_of_id=secret.id)
    return Case(secret, quoting, people.reader)


def _no_longer_a_follower(people: People) -> Case:
    people.reader.follows(people.ada)
    secret = people.ada.posts(f"{SECRET} #secret", "followers", spoiler=SECRET)
    quoting = people.ada.posts("@reader look #shown", quote_of_id=secret.id)
    people.reader.unfollows(people.ada)
    return Case(secret, quoting, people.reader)


def _blocked(people: People) -> Case:
    secret = people.ada.posts(f"{SECRET} #secret", poll=_poll())
    quoting = people.bo.posts("Look #shown", quote_of_id=secret.id)
    people.ada.blocks(people.reader)
    return Case(secret, quoting, people.reader)


def _suspended(people: People) -> Case:
    secret = people.ada.posts(f"{SECRET} #secret", spoiler=SECRET)
    quoting = people.bo.posts("Look #shown", quote_of_id=secret.id)
    people.ada.changes(state="suspended")
    return Case(secret, quoting, people.reader)


def _deleted(people: People) -> Case:
    secret = people.ada.posts(f"{SECRET} #secret", poll=_poll())
    quoting = people.bo.posts("Look #shown", quote_of_id=secret.id)
    people.ada.deletes(secret)
    return Case(secret, quoting, people.reader)


def _revoked(people: People) -> Case:
    assert people.reader.id
    secret = people.ada.posts(f"{SECRET} #secret", "followers", spoiler=SECRET)
    quoting = people.ada.posts("@reader look #shown", "direct", quote_of_id=secret.id)
    people.ada.db.write_now(domain.revoke, people.ada.id, secret.id, quoting.id)
    return Case(secret, quoting, people.reader)


@pytest.fixture(params=[_for_followers, _no_longer_a_follower, _blocked, _suspended, _deleted, _revoked])
def case(request: pytest.FixtureRequest, people: People) -> Case:
    made = request.param(people)
    for author in (people.ada, people.bo):
        if author.account.state == "active" and not people.reader.relation_to(author).blocked_by:
            made.reader.follows(author)
    if request.param in (_for_followers, _no_longer_a_follower, _revoked):
        made.reader.unfollows(people.ada)
    return made


Probe = Callable[[Client, Case], Any]

# Every way on which the reader meets the post that quotes.
SHOWN: dict[str, Probe] = {
    "by id": lambda c, case: c.get(f"/api/v1/statuses/{case.quoting.id}"),
    "several": lambda c, case: c.get("/api/v1/statuses", id=[case.quoting.id, case.secret.id]),
    "profile": lambda c, case: c.get(f"/api/v1/accounts/{case.quoting.author.id}/statuses"),
    "search": lambda c, case: c.get("/api/v2/search", q="look"),
    "address": lambda c, case: c.get(
        "/api/v2/search", q=f"{ORIGIN}/@{case.quoting.author.username}/{case.quoting.id}", resolve=True
    ),
    "history": lambda c, case: c.get(f"/api/v1/statuses/{case.quoting.id}/history"),
    "favourite": lambda c, case: c.post(f"/api/v1/statuses/{case.quoting.id}/favourite"),
    "favourites": lambda c, case: c.get("/api/v1/favourites"),
    "bookmark": lambda c, case: c.post(f"/api/v1/statuses/{case.quoting.id}/bookmark"),
    "bookmarks": lambda c, case: c.get("/api/v1/bookmarks"),
    "comment": lambda c, case: c.post("/api/v1/statuses", status="Well", in_reply_to_id=case.quoting.id),
    "thread": lambda c, case: c.get(f"/api/v1/statuses/{case.quoting.id}/context"),
}
# Ways that lead to the secret itself, if they lead anywhere.
CLOSED: dict[str, Probe] = {
    "by id": lambda c, case: c.get(f"/api/v1/statuses/{case.secret.id}"),
    "thread": lambda c, case: c.get(f"/api/v1/statuses/{case.secret.id}/context"),
    "history": lambda c, case: c.get(f"/api/v1/statuses/{case.secret.id}/history"),
    "source": lambda c, case: c.get(f"/api/v1/statuses/{case.secret.id}/source"),
    "quotes": lambda c, case: c.get(f"/api/v1/statuses/{case.secret.id}/quotes"),
    "poll": lambda c, case: c.get(f"/api/v1/polls/{case.secret.id}"),
    "vote": lambda c, case: c.post(f"/api/v1/polls/{case.secret.id}/votes", choices=[0]),
    "quote": lambda c, case: c.post("/api/v1/statuses", status="x", quoted_status_id=case.secret.id),
    "revoke": lambda c, case: c.post(f"/api/v1/statuses/{case.secret.id}/quotes/{case.quoting.id}/revoke"),
}


def tells_nothing(text: str, case: Case) -> bool:
    return SECRET not in text and str(case.secret.id) not in text


def test_a_quote_opens_nothing(api: Api, case: Case) -> None:
    reader = api.as_person(case.reader)

    for way, probe in SHOWN.items():
        answer = probe(reader, case)
        assert answer.status_code == 200, (way, answer.text)
        assert "ook" in answer.text or way in ("comment", "thread"), way
        assert tells_nothing(answer.text, case), (way, answer.text)
    for way, probe in CLOSED.items():
        answer = probe(reader, case)
        assert answer.status_code == 404, (way, answer.text)
        assert tells_nothing(answer.text, case), (way, answer.text)


def test_a_quote_opens_nothing_in_timelines_and_through_others(api: Api, case: Case, people: People) -> None:
    # Given somebody whom the reader follows, who passes on and quotes what quotes
    cy = people.cy
    case.reader.follows(cy)
    below: list[Post] = []
    if cy.sees(case.quoting) and case.quoting.content.audience == "company":
        cy.reposts(case.quoting)
        below.append(cy.posts("Look at the look #shown", quote_of_id=case.quoting.id))
        below.append(cy.posts("Further", quote_of_id=below[0].id))
    reader = api.as_person(case.reader)

    for path in (
        "/api/v1/timelines/home",
        "/api/v1/timelines/public",
        "/api/v1/timelines/tag/shown",
        f"/api/v1/accounts/{cy.id}/statuses",
        f"/api/v1/statuses/{case.quoting.id}/quotes",
        *(f"/api/v1/statuses/{post.id}" for post in below),
    ):
        answer = reader.get(path)
        assert answer.status_code == 200, path
        assert tells_nothing(answer.text, case), (path, answer.text)
        assert not below or str(below[0].id) in answer.text, path
    assert reader.get("/api/v1/timelines/tag/secret").json() == []


def test_who_may_read_it_reads_it_in_the_quote(api: Api, people: People) -> None:
    # (or the tests above would say nothing)
    people.reader.follows(people.ada)
    case = _for_followers(people)

    answer = api.as_person(people.reader).get(f"/api/v1/statuses/{case.quoting.id}")

    assert not tells_nothing(answer.text, case)
    assert answer.json()["quote"]["quoted_status"]["poll"]["options"][0]["title"] == SECRET


def test_whom_one_has_muted_or_blocked_is_told_with_the_post(
    ada: Client, bo: Client, api: Api, people: People
) -> None:
    id = says(ada)
    quoting = quotes(bo, id)["id"]
    people.muting.mutes(people.ada)
    people.blocking.blocks(people.ada)

    for name, state in (("muting", "muted_account"), ("blocking", "blocked_account")):
        told = api.as_person(getattr(people, name)).get(f"/api/v1/statuses/{quoting}").json()["quote"]

        assert (told["state"], told["quoted_status"]["id"]) == (state, id)

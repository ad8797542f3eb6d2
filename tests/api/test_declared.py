"""Rules for every endpoint, generated from the declarations: who may call it, and what it says to others."""

from __future__ import annotations

import re
from typing import Any

import httpx

from officetalk import api as declarations
from officetalk.api.endpoint import ANY_PERSON, ANY_TOKEN, ANYBODY, APP, PUBLIC, Endpoint
from officetalk.company.texts import write_texts
from officetalk.identity import tokens
from officetalk.identity.scopes import OFFLINE, SCOPES, covers
from officetalk.push import subscriptions
from officetalk.push.entities import Choice, Receiver
from tests.api.client import Api, Client
from tests.people import Human, People

ENDPOINTS = declarations.endpoints()

# What a client needs to find the server and to sign in. Whoever adds to this opens it to everybody.
OPEN_TO_ALL = {
    "GET /api/v1/emails/check_confirmation",  # looks at the token itself: of whoever cannot sign in yet
    "POST /api/v1/emails/confirmations",
    "GET /.well-known/host-meta",
    "GET /.well-known/nodeinfo",
    "GET /.well-known/oauth-authorization-server",
    "GET /.well-known/webfinger",  # finds nobody for who is not signed in
    "GET /api/openapi.json",
    "GET /api/v1/instance",
    "GET /api/v1/instance/domain_blocks",
    "GET /api/v1/instance/extended_description",
    "GET /api/v1/instance/peers",
    "GET /api/v1/instance/privacy_policy",
    "GET /api/v1/instance/rules",
    "GET /api/v1/instance/terms_of_service",
    "GET /api/v1/instance/terms_of_service/{date}",
    "GET /api/v1/instance/translation_languages",
    "GET /api/v1/streaming/health",
    "GET /api/v2/instance",
    "GET /health",
    "GET /invite/{code}",  # for who has the code and no account yet
    "GET /nodeinfo/2.0",
    "POST /api/v1/apps",
    "POST /oauth/revoke",
    "POST /oauth/token",
}


# What Mastodon lets a token do that may only read: translate a post, dismiss a suggestion.
BY_READERS = {"POST /api/v1/statuses/{id}/translate", "DELETE /api/v1/suggestions/{account_id}"}


def name(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


def with_role(human: Human, endpoint: Endpoint) -> Human:
    """The person, with the role that the endpoint asks for."""
    if endpoint.role is not None:
        human.changes(role=endpoint.role)
    return human


def subscribed(api: Api, client: Client, human: Human) -> None:
    """Give the client's token a push subscription, of which there is one or none."""
    viewer = api.services.db.read_now(tokens.viewer, client.token or "")
    assert viewer is not None
    receiver = Receiver("https://push.example/", "", "")
    subscribe = subscriptions.subscribe
    api.services.db.write_now(subscribe, human.id, "token", viewer.token_id, receiver, Choice())


def call(client: Client, endpoint: Endpoint, **request: Any) -> httpx.Response:
    return client.request(endpoint.method, re.sub(r"\{\w+\}", "1", endpoint.path), **request)


def test_only_what_a_client_needs_to_sign_in_is_open_to_all() -> None:
    assert {name(e) for e in ENDPOINTS if e.access in (PUBLIC, ANYBODY)} == OPEN_TO_ALL


def test_who_is_not_signed_in_gets_nothing_else(api: Api) -> None:
    nobody = api.as_nobody()

    answers = {name(e): call(nobody, e) for e in ENDPOINTS if e.access not in (PUBLIC, ANYBODY)}

    assert {n: a.status_code for n, a in answers.items() if a.status_code != 401} == {}
    assert {a.json()["error"] for a in answers.values()} == {
        "This method requires an authenticated user",
        "The access token is invalid",  # where an app's own token would do
    }


def test_nothing_that_is_open_tells_of_anybody(api: Api, people: People) -> None:
    ada = people.ada
    ada.changes(display_name="Augusta Byron", bio="Enchantress of Number")
    ada.posts("The Analytical Engine weaves")

    for endpoint in ENDPOINTS:
        if endpoint.access in (PUBLIC, ANYBODY):
            answer = call(api.as_nobody(), endpoint, params={"resource": "acct:ada@talk.test"})
            for secret in ("Augusta", "Enchantress", "Analytical", str(ada.id)):
                assert secret not in answer.text, name(endpoint)


def test_an_invalid_token_is_refused_everywhere(api: Api) -> None:
    stranger = api.with_token("x" * 43)

    answers = {name(e): call(stranger, e) for e in ENDPOINTS if e.access not in (PUBLIC, ANYBODY)}

    wrong = {n: a.text for n, a in answers.items() if a.status_code != 401}
    assert wrong == {}
    assert {a.json()["error"] for a in answers.values()} == {"The access token is invalid"}
    assert all("www-authenticate" in a.headers for a in answers.values())


def test_an_apps_own_token_stands_for_no_person(api: Api) -> None:
    app = api.as_app()

    answers = {name(e): call(app, e) for e in ENDPOINTS if e.needs_person}

    assert {n: a.text for n, a in answers.items() if a.status_code != 422} == {}
    assert {a.json()["error"] for a in answers.values()} == {"This method requires an authenticated user"}


def test_a_token_without_the_scope_is_refused_everywhere(api: Api, people: People) -> None:
    clients: dict[str, Client] = {}
    for endpoint in ENDPOINTS:
        if not endpoint.scopes:
            continue
        with_role(people.ada, endpoint)
        # Everything but what would do: the widest token that must not suffice.
        allowed = [s for s in SCOPES if not any(covers((s,), needed) for needed in endpoint.scopes)]
        scopes = " ".join(allowed)
        if scopes not in clients:
            clients[scopes] = api.as_person(people.ada, scopes)

        answer = call(clients[scopes], endpoint)

        assert answer.status_code == 403, f"{name(endpoint)}: {answer.text}"
        assert answer.json() == {"error": "This action is outside the authorized scopes"}


def test_the_scope_alone_suffices_everywhere(api: Api, people: People) -> None:
    clients: dict[str, Client] = {}
    for endpoint in ENDPOINTS:
        with_role(people.ada, endpoint)
        for scope in endpoint.scopes if endpoint.access != APP else ():
            for granted in {scope, scope.partition(":")[0] if not scope.startswith("admin:") else scope}:
                if granted not in clients:
                    clients[granted] = api.as_person(people.ada, granted)

                answer = call(clients[granted], endpoint)

                assert answer.status_code not in (401, 403, 500), f"{name(endpoint)}: {answer.text}"


def test_any_token_of_a_person_suffices_where_no_scope_is_asked(api: Api, people: People) -> None:
    push = api.as_person(people.ada, "push")

    for endpoint in ENDPOINTS:
        if endpoint.access in (ANY_PERSON, ANY_TOKEN):
            assert call(push, endpoint).status_code == 200, name(endpoint)


def test_scopes_are_mastodons() -> None:
    assert {scope for e in ENDPOINTS for scope in e.scopes} <= set(SCOPES)


def test_reading_needs_a_read_scope_and_writing_a_write_scope() -> None:
    for endpoint in ENDPOINTS:
        for scope in endpoint.scopes:
            if scope not in ("profile", "push") and name(endpoint) not in BY_READERS:
                wanted = "read" if endpoint.method == "GET" else "write"
                # The figures of the dashboard are read by POST: Mastodon's own exception.
                figures = scope == "admin:read" and endpoint.method == "POST"
                # So is an upload of one's own, which is read by whoever may upload.
                own = name(endpoint) == "GET /api/v1/media/{id}" and scope == "write:media"
                assert scope.removeprefix("admin:").startswith(wanted) or figures or own, name(endpoint)


def test_an_unknown_id_is_not_found_everywhere(api: Api, people: People) -> None:
    people.ada.changes(role="owner")
    ada = api.as_person(people.ada, " ".join(scope for scope in SCOPES if scope != OFFLINE))
    for endpoint in ENDPOINTS:
        if "{id}" not in endpoint.path:
            continue
        for id in ("1", "0", "x", "-1", "1.5", "9" * 19, "9" * 40, "²", "%00", "1%20"):
            path = endpoint.path.replace("{id}", id)

            answer = ada.request(endpoint.method, path)

            assert answer.status_code == 404, f"{name(endpoint)} with {id}: {answer.text}"
            assert answer.json() == {"error": "Record not found"}


def test_head_answers_like_get_without_a_body(api: Api, people: People) -> None:
    people.ada.changes(role="owner")
    ada = api.as_person(people.ada, " ".join(scope for scope in SCOPES if scope != OFFLINE))
    api.services.db.write_now(write_texts, terms="Be kind")
    subscribed(api, ada, people.ada)
    address = f"http://talk.test/@ada/{people.ada.posts('Hello').id}"
    for endpoint in ENDPOINTS:
        if endpoint.method == "GET" and "{" not in endpoint.path:
            asked = {"params": {"q": "x", "acct": "ada", "resource": "acct:ada", "url": address}}
            get, head = call(ada, endpoint, **asked), ada.request("HEAD", endpoint.path, **asked)

            assert head.status_code == get.status_code == 200, name(endpoint)
            assert head.content == b""
            assert head.headers["content-length"] == get.headers["content-length"]


def test_no_method_is_declared_twice() -> None:
    names = [name(e) for e in ENDPOINTS]

    assert len(names) == len(set(names))
    assert len({e.operation_id for e in ENDPOINTS}) == len(names)


def test_whoever_lacks_the_role_is_refused_whatever_the_scopes(api: Api, people: People) -> None:
    below: dict[str | None, str] = {
        "moderator": "member",
        "administrator": "moderator",
        "owner": "administrator",
    }
    for endpoint in ENDPOINTS:
        if endpoint.role is None:
            continue
        people.ada.changes(role=below[endpoint.role])
        client = api.as_person(people.ada, " ".join(scope for scope in SCOPES if scope != OFFLINE))

        answer = call(client, endpoint)

        assert answer.status_code == 403, f"{name(endpoint)}: {answer.text}"
        assert answer.json() == {"error": "This action is not allowed"}


def test_what_is_for_moderators_asks_for_a_role_and_a_scope_of_theirs() -> None:
    for endpoint in ENDPOINTS:
        moderators = "/admin/" in endpoint.path
        assert moderators == (endpoint.role is not None), name(endpoint)
        assert moderators == any(scope.startswith("admin:") for scope in endpoint.scopes), name(endpoint)


def test_what_is_for_apps_is_for_no_person(api: Api, people: People) -> None:
    ada = api.as_person(people.ada, " ".join(scope for scope in SCOPES if scope != OFFLINE))
    for endpoint in ENDPOINTS:
        if endpoint.access == APP:
            answer = call(ada, endpoint)
            assert answer.status_code == 403, name(endpoint)
            assert "client credentials" in answer.json()["error"]
            narrow = call(api.as_app("read"), endpoint)
            assert narrow.json() == {"error": "This action is outside the authorized scopes"}

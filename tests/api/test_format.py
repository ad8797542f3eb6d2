"""What every answer has: errors in Mastodon's form, rate limits, CORS, a request id."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from officetalk.accounts import queries
from officetalk.core.settings import Settings
from officetalk.http.limits import RULES
from officetalk.http.services import Services
from tests.api.client import Api
from tests.people import People


def test_an_unknown_path_of_the_api_is_not_found_and_other_paths_are_not_the_apis(api: Api) -> None:
    unknown, page = api.as_nobody().get("/api/v1/unknown"), api.as_nobody().get("/somewhere")

    assert (unknown.status_code, unknown.json()) == (404, {"error": "Record not found"})
    assert unknown.headers["content-type"] == "application/json; charset=utf-8"
    assert page.status_code == 299  # what stands behind the API answered


@pytest.mark.parametrize("path", ["/api/v1/timelines/home/", "/api/v1/accounts/1/", "/api/v2/instance/"])
def test_a_slash_at_the_end_changes_nothing(api: Api, people: People, path: str) -> None:
    ada = api.as_person(people.ada)

    assert ada.get(path).status_code == ada.get(path.rstrip("/")).status_code
    assert ada.get("/api//v1/instance").status_code == 404


def test_a_wrong_method_says_which_are_right(api: Api, people: People) -> None:
    answer = api.as_person(people.ada).request("PUT", "/api/v1/timelines/home")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "OPTIONS, HEAD, GET"
    assert answer.json() == {"error": "The method is not allowed here"}


def test_an_invalid_value_names_the_field_and_the_rule(api: Api, people: People) -> None:
    answer = api.as_person(people.ada).get("/api/v1/timelines/home", max_id="yesterday")

    assert answer.status_code == 422
    assert answer.json() == {
        "error": "Validation failed: Max must be a whole number",
        "details": {"max_id": [{"error": "ERR_INVALID", "description": "must be a whole number"}]},
    }


def test_a_missing_parameter_is_named(api: Api, people: People) -> None:
    answer = api.as_person(people.ada).get("/api/v2/search")

    assert (answer.status_code, answer.json()) == (400, {"error": "The parameter is missing: q"})


def test_an_unforeseen_error_shows_its_request_id_and_nothing_else(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*args: Any) -> None:
        raise RuntimeError("the secret is plugh")

    ada = api.as_person(people.ada)
    monkeypatch.setattr(queries, "visible", breaks)

    answer = ada.get("/api/v1/accounts/1")

    assert answer.status_code == 500
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert "plugh" not in answer.text
    assert answer.headers["x-request-id"] in caplog.text
    assert "the secret is plugh" in caplog.text


def test_every_answer_may_be_read_by_any_web_page_and_is_kept_by_nobody(api: Api, people: People) -> None:
    good = api.as_person(people.ada).get("/api/v1/timelines/home")
    bad = api.as_nobody().get("/api/v1/timelines/home")

    for answer in (good, bad):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        exposed = answer.headers["access-control-expose-headers"]
        for name in (
            "Link",
            "X-RateLimit-Limit",
            "X-RateLimit-Remaining",
            "X-RateLimit-Reset",
            "X-Request-Id",
        ):
            assert name in exposed


def test_a_browser_may_ask_before_it_calls(api: Api) -> None:
    answer = api.as_nobody().request(
        "OPTIONS",
        "/api/v1/statuses",
        headers={
            "origin": "https://elk.test",
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization, idempotency-key",
        },
    )

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    # "*" does not cover Authorization: it must be named (Fetch standard, CORS-preflight fetch).
    assert "authorization" in answer.headers["access-control-allow-headers"].lower()


def test_a_token_is_taken_from_the_header_only(api: Api, people: People) -> None:
    token = api.as_person(people.ada).token

    answer = api.as_nobody().get("/api/v1/accounts/verify_credentials", access_token=token)

    assert answer.status_code == 401


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic abc", "bearer\t", "Bearer " + "é" * 10])
def test_a_strange_authorization_header_is_refused(api: Api, header: str) -> None:
    answer = api.as_nobody().request(
        "GET", "/api/v1/timelines/home", headers=[(b"authorization", header.encode())]
    )

    assert answer.status_code == 401


class TestRateLimits:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return msgspec.structs.replace(settings, rate_limits=True)

    def test_every_answer_tells_where_one_stands(self, api: Api, people: People) -> None:
        ada = api.as_person(people.ada)

        first, second = ada.get("/api/v1/timelines/home"), ada.get("/api/v1/accounts/x")

        limit = RULES["api"].limit
        assert first.headers["x-ratelimit-limit"] == str(limit)
        assert first.headers["x-ratelimit-remaining"] == str(limit - 1)
        assert second.headers["x-ratelimit-remaining"] == str(limit - 2)
        reset = first.headers["x-ratelimit-reset"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", reset)
        assert datetime.fromisoformat(reset) > datetime.now(UTC)

    def test_the_limit_counts_tokens_and_not_addresses(self, api: Api, people: People) -> None:
        # Given a colleague behind the same address who has used up the limit
        ada, bo = api.as_person(people.ada), api.as_person(people.bo)
        for _ in range(RULES["api"].limit):
            api.services.limits.hit("api", _token_id(api, ada.token))

        refused, served = ada.get("/api/v1/timelines/home"), bo.get("/api/v1/timelines/home")

        assert refused.status_code == 429
        assert refused.json() == {"error": "Too many requests"}
        assert refused.headers["x-ratelimit-remaining"] == "0"
        assert int(refused.headers["retry-after"]) > 0
        assert served.status_code == 200

    def test_deleting_has_a_limit_of_its_own(self, api: Api, people: People) -> None:
        ada = api.as_person(people.ada)

        answers = [ada.delete("/api/v1/statuses/1") for _ in range(RULES["delete"].limit + 1)]

        assert {a.status_code for a in answers[:-1]} == {404}
        assert answers[0].headers["x-ratelimit-limit"] == str(RULES["delete"].limit)
        assert answers[-1].status_code == 429
        assert ada.get("/api/v1/timelines/home").status_code == 200

    def test_guessing_tokens_is_counted_by_address(self, api: Api) -> None:
        for _ in range(RULES["anonymous"].limit):
            api.services.limits.hit("anonymous", "127.0.0.1")

        assert api.with_token("guess").get("/api/v1/timelines/home").status_code == 429


def _token_id(api: Api, token: str | None) -> int:
    async def who(services: Services) -> Any:
        return await services.viewer_of_token(token or "")

    return asyncio.run(who(api.services)).token_id

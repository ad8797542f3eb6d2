"""OAuth: apps, codes, tokens, their end; and every way in which a token is refused."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import insert

from officetalk.core.settings import Settings
from officetalk.core.sql import Statement, p
from officetalk.http.limits import RULES
from officetalk.identity import passwords, tokens
from officetalk.identity.entities import Application
from officetalk.identity.tables import credential
from tests.api.client import OUT_OF_BAND, Api
from tests.people import Human, People

BACK = "https://client.test/back"
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def register(api: Api, **more: Any) -> dict[str, Any]:
    form = {"client_name": "Client", "redirect_uris": BACK, "scopes": "read write", **more}
    answer = api.as_nobody().request("POST", "/api/v1/apps", json=form)
    assert answer.status_code == 200, answer.text
    return answer.json()


def secrets_of(app: dict[str, Any]) -> dict[str, str]:
    return {"client_id": app["client_id"], "client_secret": app["client_secret"]}


def code_for(api: Api, app: dict[str, Any], human: Human, challenge: str | None = None) -> str:
    """What the consent page does when the person says yes."""
    db = api.services.db
    found: Application = db.read_now(tokens.app_by_client_id, app["client_id"])
    uri = app["redirect_uris"][0]
    return db.write_now(tokens.authorize, human.id, found, uri, tuple(app["scopes"]), challenge)


def ask(api: Api, **form: Any) -> httpx.Response:
    return api.as_nobody().post("/oauth/token", **form)


def test_an_app_registers_and_gets_its_secret(api: Api) -> None:
    app = register(api, website="https://client.test")

    assert app["scopes"] == ["read", "write"]
    assert (app["redirect_uri"], app["redirect_uris"]) == (BACK, [BACK])
    assert app["client_secret_expires_at"] == 0
    assert app["client_id"] != app["client_secret"]


def test_redirect_uris_come_as_text_or_list(api: Api) -> None:
    both = [BACK, OUT_OF_BAND]

    assert register(api, redirect_uris="\n".join(both))["redirect_uris"] == both
    assert register(api, redirect_uris=both)["redirect_uris"] == both
    assert register(api, redirect_uris="icecubesapp://")["redirect_uris"] == ["icecubesapp://"]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"redirect_uris": BACK}, 400),
        ({"client_name": "x"}, 400),
        ({"client_name": " ", "redirect_uris": BACK}, 422),
        ({"client_name": "x" * 200, "redirect_uris": BACK}, 422),
        ({"client_name": "x", "redirect_uris": ""}, 422),
        ({"client_name": "x", "redirect_uris": "relative"}, 422),
        ({"client_name": "x", "redirect_uris": BACK, "scopes": "read fly"}, 422),
        ({"client_name": "x", "redirect_uris": BACK, "website": "javascript:alert(1)"}, 422),
    ],
)
def test_a_bad_registration_is_refused(api: Api, form: dict[str, str], status: int) -> None:
    assert api.as_nobody().post("/api/v1/apps", **form).status_code == status


def test_a_code_becomes_a_token_once(api: Api, people: People) -> None:
    app = register(api)
    code = code_for(api, app, people.ada)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, **secrets_of(app)}

    token = ask(api, **form).json()
    me = api.with_token(token["access_token"]).get("/api/v1/accounts/verify_credentials")
    again = ask(api, **form)

    assert (token["token_type"], token["scope"]) == ("Bearer", "read write")
    assert abs(token["created_at"] - api.services.db.clock() // 1000) < 60
    assert me.json()["username"] == "ada"
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    # A code that comes twice was stolen: the token made from it has ended (RFC 9700).
    stolen = api.with_token(token["access_token"])
    _eventually(lambda: stolen.get("/api/v1/preferences").status_code == 401)


def test_pkce_asks_for_the_verifier(api: Api, people: People) -> None:
    app = register(api)
    form = {"grant_type": "authorization_code", "redirect_uri": BACK, **secrets_of(app)}

    for verifier, status in ((None, 400), ("w" * 50, 400), (VERIFIER, 200)):
        code = code_for(api, app, people.ada, CHALLENGE)
        extra = {} if verifier is None else {"code_verifier": verifier}
        assert ask(api, code=code, **form, **extra).status_code == status


def test_the_client_may_tell_its_secret_by_basic_authentication(api: Api, people: People) -> None:
    app = register(api)
    pair = base64.b64encode(f"{app['client_id']}:{app['client_secret']}".encode()).decode()
    form = {"grant_type": "authorization_code", "code": code_for(api, app, people.ada), "redirect_uri": BACK}

    answer = api.as_nobody().request(
        "POST", "/oauth/token", json=form, headers={"authorization": f"Basic {pair}"}
    )

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"grant_type": "telepathy"}, 400, "unsupported_grant_type"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"code": ""}, 400, "invalid_request"),
        ({"code": "wrong"}, 400, "invalid_grant"),
        ({"code": "a\x00"}, 400, "invalid_request"),
        ({"redirect_uri": "https://elsewhere.test"}, 400, "invalid_grant"),
        ({"redirect_uri": ""}, 400, "invalid_grant"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_id": "unknown"}, 401, "invalid_client"),
        ({"client_id": "", "client_secret": ""}, 401, "invalid_client"),
    ],
)
def test_what_does_not_fit_is_refused_in_oauths_words(
    api: Api, people: People, change: dict[str, str], status: int, error: str
) -> None:
    app = register(api)
    code = code_for(api, app, people.ada)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, **secrets_of(app)}

    refused = ask(api, **form | change)

    assert (refused.status_code, refused.json()["error"]) == (status, error)
    assert refused.json()["error_description"]
    assert ask(api, **form).status_code == 200  # what went wrong before used nothing up


def test_a_code_is_of_one_client_and_of_a_few_minutes(api: Api, people: People, clock: Any) -> None:
    app, other = register(api), register(api)
    form = {"grant_type": "authorization_code", "redirect_uri": BACK}
    code = code_for(api, app, people.ada)

    assert ask(api, code=code, **form, **secrets_of(other)).json()["error"] == "invalid_grant"
    clock.forward(seconds=11 * 60)
    assert ask(api, code=code, **form, **secrets_of(app)).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("header", ["Basic", "Basic ???", "Basic aGVsbG8=", "Basic " + "é" * 4])
def test_broken_basic_authentication_is_an_invalid_client(api: Api, header: str) -> None:
    answer = api.as_nobody().request(
        "POST",
        "/oauth/token",
        data={"grant_type": "client_credentials"},
        headers=[(b"authorization", header.encode())],
    )

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_an_apps_own_token(api: Api) -> None:
    app = register(api)

    token = ask(api, grant_type="client_credentials", **secrets_of(app)).json()
    shown = api.with_token(token["access_token"]).get("/api/v1/apps/verify_credentials").json()
    too_much = ask(api, grant_type="client_credentials", scope="push", **secrets_of(app))
    unknown = ask(api, grant_type="client_credentials", scope="fly", **secrets_of(app))

    assert token["scope"] == "read"
    assert (shown["name"], shown["scopes"]) == ("Client", ["read", "write"])
    assert "client_secret" not in shown
    assert too_much.json()["error"] == unknown.json()["error"] == "invalid_scope"


def test_a_persons_token_shows_its_app_too(api: Api, people: People) -> None:
    assert api.as_person(people.ada).get("/api/v1/apps/verify_credentials").json()["name"] == "Tests"


def test_a_revoked_token_ends_at_once(api: Api, people: People) -> None:
    app = register(api)
    form = {"grant_type": "authorization_code", "redirect_uri": BACK, **secrets_of(app)}
    token = ask(api, code=code_for(api, app, people.ada), **form).json()["access_token"]
    client = api.with_token(token)
    assert client.get("/api/v1/preferences").status_code == 200

    ended = api.as_nobody().post("/oauth/revoke", token=token, **secrets_of(app))
    again = api.as_nobody().post("/oauth/revoke", token=token, **secrets_of(app))

    assert (ended.status_code, ended.json()) == (200, {})
    assert again.status_code == 200
    _eventually(lambda: client.get("/api/v1/preferences").status_code == 401)


def test_nobody_ends_the_token_of_another_client(api: Api, people: People) -> None:
    app, other = register(api), register(api)
    token = api.as_person(people.ada).token

    for form in ({"token": token, **secrets_of(other)}, {"token": token}, {"token": ""}, secrets_of(app)):
        refused = api.as_nobody().post("/oauth/revoke", **form)
        assert (refused.status_code, refused.json()["error"]) == (403, "unauthorized_client")
    assert api.with_token(token or "").get("/api/v1/preferences").status_code == 200


def test_who_is_disabled_is_signed_out_of_every_app(api: Api, people: People) -> None:
    client = api.as_person(people.ada)
    assert client.get("/api/v1/preferences").status_code == 200

    people.ada.changes(state="disabled")

    _eventually(lambda: client.get("/api/v1/preferences").status_code == 401)


class TestRefresh:
    """For clients that ask for offline_access (OpenID Connect Core, section 11)."""

    @pytest.fixture
    def app(self, api: Api) -> dict[str, Any]:
        return register(api, scopes="read offline_access")

    @pytest.fixture
    def token(self, api: Api, people: People, app: dict[str, Any]) -> dict[str, Any]:
        code = code_for(api, app, people.ada)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
        return ask(api, **form, **secrets_of(app)).json()

    def refresh(self, api: Api, app: dict[str, Any], token: str) -> httpx.Response:
        return ask(api, grant_type="refresh_token", refresh_token=token, **secrets_of(app))

    def test_nobody_else_gets_a_refresh_token(self, api: Api, people: People) -> None:
        app = register(api)
        form = {"grant_type": "authorization_code", "redirect_uri": BACK, **secrets_of(app)}

        token = ask(api, code=code_for(api, app, people.ada), **form).json()

        assert token.keys() == {"access_token", "token_type", "scope", "created_at"}

    def test_a_token_ends_after_its_time_and_a_new_one_is_given(
        self, api: Api, app: dict[str, Any], token: dict[str, Any], clock: Any
    ) -> None:
        old = api.with_token(token["access_token"])
        assert old.get("/api/v1/preferences").status_code == 200

        clock.forward(seconds=token["expires_in"] + 6)
        renewed = self.refresh(api, app, token["refresh_token"]).json()

        assert old.get("/api/v1/preferences").status_code == 401
        assert renewed["scope"] == "read offline_access"
        assert api.with_token(renewed["access_token"]).get("/api/v1/preferences").status_code == 200

    def test_a_new_token_ends_the_old_one(self, api: Api, app: dict[str, Any], token: dict[str, Any]) -> None:
        old = api.with_token(token["access_token"])
        assert old.get("/api/v1/preferences").status_code == 200

        self.refresh(api, app, token["refresh_token"])

        _eventually(lambda: old.get("/api/v1/preferences").status_code == 401)

    def test_a_refresh_token_that_comes_twice_was_stolen(
        self, api: Api, app: dict[str, Any], token: dict[str, Any]
    ) -> None:
        renewed = self.refresh(api, app, token["refresh_token"]).json()

        again = self.refresh(api, app, token["refresh_token"])

        assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
        stolen = api.with_token(renewed["access_token"])
        _eventually(lambda: stolen.get("/api/v1/preferences").status_code == 401)
        assert self.refresh(api, app, renewed["refresh_token"]).status_code == 400

    def test_it_is_of_one_client_and_ends_with_it(
        self, api: Api, app: dict[str, Any], token: dict[str, Any]
    ) -> None:
        other = register(api, scopes="read offline_access")
        assert self.refresh(api, other, token["refresh_token"]).status_code == 400

        ended = api.as_nobody().post("/oauth/revoke", token=token["refresh_token"], **secrets_of(app))

        assert ended.status_code == 200
        assert self.refresh(api, app, token["refresh_token"]).status_code == 400
        assert self.refresh(api, app, "").json()["error"] == "invalid_request"


def _eventually(holds: Any) -> None:
    """On PostgreSQL an event comes by NOTIFY, a moment after the commit."""
    end = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_userinfo_is_openids(api: Api, people: People, method: str) -> None:
    people.ada.changes(display_name="Augusta")

    claims = api.as_person(people.ada, "profile").request(method, "/oauth/userinfo").json()

    assert claims.pop("picture").startswith(f"http://talk.test/avatars/{people.ada.id}.svg?s=")
    assert claims == {
        "iss": "http://talk.test/",
        "sub": "http://talk.test/@ada",
        "name": "Augusta",
        "preferred_username": "ada",
        "profile": "http://talk.test/@ada",
    }


class TestPasswordGrant:
    """Off by default (RFC 9700); on by a setting, for scripts of old."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return msgspec.structs.replace(settings, password_grant=True, rate_limits=True)

    def _with_password(self, human: Human, password: str) -> None:
        names = ("account_id", "email", "email_key", "password_hash")
        add = Statement(insert(credential).values({n: p(n, credential.c[n].type) for n in names}))
        hashed = passwords.hash_password(password)
        human.db.write_now(
            lambda conn: conn.run(
                add, account_id=human.id, email="a@b.test", email_key="a@b.test", password_hash=hashed
            )
        )

    def test_it_gives_a_token_for_the_right_password_only(self, api: Api, people: People) -> None:
        self._with_password(people.ada, "correct horse battery")
        app = register(api)
        form = {"grant_type": "password", "scope": "read", **secrets_of(app)}

        wrong = ask(api, username="ada", password="wrong", **form)
        right = ask(api, username="ada", password="correct horse battery", **form)
        by_mail = ask(api, username="a@b.test", password="correct horse battery", **form)

        assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_grant")
        assert right.status_code == by_mail.status_code == 200
        me = api.with_token(right.json()["access_token"]).get("/api/v1/accounts/verify_credentials")
        assert me.json()["username"] == "ada"

    def test_guesses_are_limited(self, api: Api, people: People) -> None:
        app = register(api)
        for _ in range(RULES["sign-in"].limit):
            api.services.limits.hit("sign-in", "ada")

        answer = ask(api, grant_type="password", username=" ADA", password="x", **secrets_of(app))

        assert answer.status_code == 429

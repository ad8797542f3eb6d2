"""Registering in an app, as the company's mode allows."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from officetalk.company import settings as company
from officetalk.core.settings import Settings
from officetalk.identity import mails, registration
from officetalk.identity.mails import MailLink
from officetalk.jobs import queue
from officetalk.notifications.tables import notification
from tests.api.client import Api, Client
from tests.people import People

PASSWORD = "correct horse battery"
GOOD = {
    "username": "newbie", "email": "newbie@example.com", "password": PASSWORD, "agreement": "true",
    "locale": "en",
}  # fmt: skip


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    changed = getattr(request, "param", {})
    return msgspec.structs.replace(settings, **changed)


def by_mail(**more: Any) -> Any:
    smtp = {"smtp_url": "smtp://localhost:2525", "mail_from": "talk@example.com", **more}
    return pytest.mark.parametrize("settings", [smtp], indirect=True, ids=["with mail"])


@pytest.fixture
def app(api: Api) -> Client:
    api.services.db.write_now(company.change, set_up=True, registration="open")
    return api.as_app("read write")


def register(app: Client, **changed: Any) -> Any:
    return app.post("/api/v1/accounts", **{**GOOD, **changed})


def mode(app: Client, name: str) -> None:
    app._api.services.db.write_now(company.change, registration=name)


def test_whoever_registers_is_in_with_a_token_of_that_app(api: Api, app: Client) -> None:
    made = register(app)

    assert made.status_code == 200, made.text
    assert (made.json()["token_type"], made.json()["scope"]) == ("Bearer", "read write")
    me = api.with_token(made.json()["access_token"]).get("/api/v1/accounts/verify_credentials").json()
    assert me["username"] == "newbie"


def test_everything_that_is_wrong_is_told_at_once(app: Client) -> None:
    answer = register(app, username="no spaces", email="nowhere", password="", agreement="false")

    assert answer.status_code == 422
    told = answer.json()
    assert set(told["details"]) == {"username", "email", "password", "agreement"}
    assert told["details"]["password"] == [{"error": "ERR_BLANK", "description": "can't be blank"}]
    assert told["details"]["agreement"] == [{"error": "ERR_ACCEPTED", "description": "must be accepted"}]
    assert told["error"].startswith("Validation failed: Password can't be blank, Username must contain")
    assert "Agreement must be accepted" in told["error"]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("username", "ada", "ERR_TAKEN"),
        ("username", "admin", "ERR_RESERVED"),
        ("username", "", "ERR_BLANK"),
        ("username", "x" * 31, "ERR_TOO_LONG"),
        ("email", "", "ERR_BLANK"),
        ("email", "who@else.test", "ERR_BLOCKED"),
        ("password", "short", "ERR_TOO_SHORT"),
    ],
)
def test_each_rule_has_mastodons_code(app: Client, people: People, field: str, value: str, code: str) -> None:
    assert people.ada
    app._api.services.db.write_now(company.change, email_domains=("example.com",))

    details = register(app, **{field: value}).json()["details"]

    assert details[field][0]["error"] == code


def test_a_closed_company_lets_nobody_register(app: Client) -> None:
    for name in ("closed", "invitation"):
        mode(app, name)
        answer = register(app)
        assert (answer.status_code, answer.json()) == (403, {"error": "This action is not allowed"})
    assert app.get("/api/v2/instance").json()["registrations"]["enabled"] is False


def test_an_invitation_lets_somebody_in(api: Api, app: Client, people: People) -> None:
    mode(app, "invitation")
    code = api.services.db.write_now(registration.invite, people.ada.id).code

    assert register(app, invite_code=code).status_code == 200
    again = register(app, invite_code=code, username="other", email="other@example.com")

    assert set(again.json()["details"]) == {"invite_code"}


def test_who_must_be_approved_says_why_and_waits(api: Api, app: Client, people: People) -> None:
    mode(app, "approval")
    told = app.get("/api/v2/instance").json()["registrations"]
    assert (told["enabled"], told["approval_required"], told["reason_required"]) == (True, True, True)

    assert register(app).json()["details"]["reason"][0]["error"] == "ERR_BLANK"
    token = register(app, reason="I work here").json()["access_token"]

    newbie = api.with_token(token)
    assert newbie.get("/api/v1/accounts/verify_credentials").status_code == 401
    assert newbie.get("/api/v1/emails/check_confirmation").json() is True
    db, id = api.services.db, api.services.db.read_now(_id_of, "newbie")
    people.al.changes(role="administrator")
    db.write_now(registration.approve, people.al.id, id)
    assert newbie.get("/api/v1/accounts/verify_credentials").json()["username"] == "newbie"


def _id_of(conn: Any, username: str) -> int:
    from sqlalchemy import select

    from officetalk.accounts.tables import account
    from officetalk.core.sql import Statement

    return conn.value(Statement(select(account.c.id).where(account.c.username_key == username)))


def test_moderators_hear_of_who_joins(api: Api, app: Client, people: People) -> None:
    people.mo.changes(role="moderator")

    register(app)

    found = api.services.db.read_now(_kinds, people.mo.id)
    assert found == ["admin.sign_up"]


def _kinds(conn: Any, account_id: int) -> list[str]:
    from sqlalchemy import select

    from officetalk.core.sql import Statement

    return [
        row[0]
        for row in conn.all(
            Statement(select(notification.c.kind).where(notification.c.account_id == account_id))
        )
    ]


@by_mail()
def test_an_address_is_confirmed_first(api: Api, app: Client, people: People) -> None:
    people.mo.changes(role="moderator")
    token = register(app).json()["access_token"]
    newbie = api.with_token(token)

    assert newbie.get("/api/v1/accounts/verify_credentials").status_code == 401
    assert newbie.get("/api/v1/emails/check_confirmation").json() is False
    assert api.services.db.read_now(_kinds, people.mo.id) == []
    assert newbie.post("/api/v1/emails/confirmations", email="better@example.com").json() == {}
    jobs = api.services.db.write_now(queue.claim, 9)
    asked = {link.email: link for link in (msgspec.json.decode(j.payload, type=MailLink) for j in jobs)}
    assert set(asked) == {"newbie@example.com", "better@example.com"}
    secret = api.services.db.write_now(mails.make_link, asked["better@example.com"])
    api.services.db.write_now(registration.confirm, api.services.settings, secret)

    assert newbie.get("/api/v1/emails/check_confirmation").json() is True
    assert newbie.get("/api/v1/accounts/verify_credentials").json()["username"] == "newbie"
    assert api.services.db.read_now(_kinds, people.mo.id) == ["admin.sign_up"]
    again = newbie.post("/api/v1/emails/confirmations")
    assert again.status_code == 403
    assert "awaiting confirmation" in again.json()["error"]


def test_only_the_app_that_registered_somebody_asks_again(api: Api, app: Client, people: People) -> None:
    answer = api.as_person(people.ada).post("/api/v1/emails/confirmations")

    assert answer.status_code == 403
    assert "originally signed-up with" in answer.json()["error"]
    assert api.as_nobody().post("/api/v1/emails/confirmations").status_code == 401
    assert api.as_nobody().get("/api/v1/emails/check_confirmation").status_code == 401

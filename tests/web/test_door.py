"""The door: set-up, registration in each mode, signing in and out, lost passwords."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from officetalk.accounts import queries
from officetalk.company import settings as company
from officetalk.core.database import Database
from officetalk.core.sql import Statement
from officetalk.identity import mails, recovery, registration
from officetalk.identity.mails import MailLink
from tests.conftest import Clock
from tests.people import People
from tests.web.browser import PASSWORD, Browser, Page, Web

NewWeb = Callable[..., Web]
OWNER = {
    "company_name": "Aldermoor",
    "display_name": "Ada Lovelace",
    "username": "ada",
    "email": "ada@aldermoor.example",
    "password": PASSWORD,
}
NEWCOMER = {
    "display_name": "Bo Ek",
    "username": "bo",
    "email": "bo@aldermoor.example",
    "password": PASSWORD,
}


def code_of(db: Database) -> str:
    code = db.write_now(registration.setup_code)
    assert code is not None
    return code


def sign_in(browser: Browser, login: str, password: str = PASSWORD) -> Page:
    return browser.open("/sign-in").send("/sign-in", login=login, password=password)


# --- set-up ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/sign-in", "/join", "/people", "/settings"])
def test_before_the_set_up_every_page_leads_to_it(fresh_web: Web, path: str) -> None:
    page = fresh_web.browser().open(path)

    assert (page.status, page.location) == (303, "/setup")


def test_whoever_has_the_printed_code_becomes_the_owner_and_is_signed_in(
    fresh_web: Web, db: Database
) -> None:
    browser = fresh_web.browser()

    page = browser.open("/setup").send("/setup", code=code_of(db), **OWNER)

    assert page.location == "/setup/look"
    assert browser.is_signed_in
    owner = db.read_now(queries.by_username, "ada").account
    assert (owner.role, owner.name) == ("owner", "Ada Lovelace")
    assert db.read_now(company.load).name == "Aldermoor"


def test_without_the_right_code_nothing_is_made_and_what_was_typed_stays(
    fresh_web: Web, db: Database
) -> None:
    code_of(db)

    page = fresh_web.browser().open("/setup").send("/setup", code="AAAA-BBBB-CCCC", **OWNER)

    assert page.status == 422
    assert page.error("code") == "The code is not the code that the server printed when it started."
    assert page.value("company_name") == "Aldermoor"
    assert page.value("password") == ""
    assert page.focused == ["code"]
    assert not db.read_now(company.load).set_up


def test_the_company_cannot_be_claimed_twice(fresh_web: Web, db: Database) -> None:
    code = code_of(db)
    first, second = fresh_web.browser(), fresh_web.browser()
    waiting = second.open("/setup")
    first.open("/setup").send("/setup", code=code, **OWNER)

    page = waiting.send("/setup", code=code, **{**OWNER, "username": "eve", "email": "eve@aldermoor.example"})

    assert page.status == 404
    assert second.open("/setup").location == "/"
    assert not second.is_signed_in


def test_guesses_at_the_code_are_limited(new_web: NewWeb, db: Database) -> None:
    code_of(db)
    browser = new_web(rate_limits=True).browser()
    page = browser.open("/setup")

    answers = [page.send("/setup", code=f"AAAA-BBBB-CC{i:02}", **OWNER).status for i in range(11)]

    assert answers == [422] * 10 + [429]


# --- registration ------------------------------------------------------------------------------------


@pytest.fixture
def invited(web: Web, people: People, db: Database) -> str:
    """The code of an invitation for one."""
    return db.write_now(registration.invite, people.ada.id, 1, 7).code


def test_by_invitation_only_the_link_makes_an_account(web: Web, invited: str) -> None:
    without = web.browser().open("/join")
    guest = web.browser()

    made = guest.open(f"/join/{invited}").send(f"/join/{invited}", **NEWCOMER)

    assert without.status == 403
    assert not without.has_form("/join")
    assert made.location == "/"
    assert guest.is_signed_in


def test_a_link_for_one_lets_in_one(web: Web, invited: str) -> None:
    first, second = web.browser(), web.browser()
    waiting = second.open(f"/join/{invited}")
    first.open(f"/join/{invited}").send(f"/join/{invited}", **NEWCOMER)

    page = waiting.send(f"/join/{invited}", **{**NEWCOMER, "username": "cy", "email": "cy@aldermoor.example"})

    assert page.status == 404
    assert "This invitation has ended" in page.text


def test_where_registration_is_closed_no_link_helps(new_web: NewWeb, web: Web, invited: str) -> None:
    browser = new_web(registration="closed").browser()

    assert browser.open("/join").status == 403
    assert browser.open(f"/join/{invited}").status == 403


def test_with_approval_one_waits_and_is_told_so_at_sign_in(new_web: NewWeb, web: Web) -> None:
    browser = new_web(registration="approval").browser()

    page = browser.open("/join").send("/join", **NEWCOMER, reason="Field service, Gdańsk")

    assert "An administrator will look at it" in page.text
    refused = sign_in(browser, "bo")
    assert refused.status == 403
    assert "waits for the approval" in refused.text
    assert not browser.is_signed_in


def test_where_it_is_open_anyone_joins(new_web: NewWeb, web: Web) -> None:
    browser = new_web(registration="open").browser()

    browser.open("/join").send("/join", **NEWCOMER)

    assert browser.is_signed_in


def test_only_addresses_of_the_company_may_join(new_web: NewWeb, web: Web) -> None:
    browser = new_web(registration="open", registration_domains="aldermoor.example").browser()

    page = browser.open("/join").send("/join", **{**NEWCOMER, "email": "bo@elsewhere.example"})

    assert page.error("email") == "The mail address must end in @aldermoor.example."


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("username", "", "The user name must not be empty."),
        (
            "username",
            "two words",
            "The user name must contain only letters, numbers, dots, hyphens and underscores.",
        ),
        ("username", "ADA", "The user name has already been taken."),
        ("username", "admin", "The user name is reserved."),
        ("email", "nowhere", "The mail address must be an address such as ada@example.com."),
        ("email", "ada@example.com", "The mail address has already been taken."),
        ("password", "short", "The password is too short (minimum is 8 characters)."),
        ("password", "password123", "The password is one of the most common ones."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays(
    new_web: NewWeb, web: Web, people: People, field: str, value: str, sentence: str
) -> None:
    web.give_password(people.ada)
    page = new_web(registration="open").browser().open("/join")

    answer = page.send("/join", **{**NEWCOMER, field: value})

    assert answer.status == 422
    assert answer.error(field) == sentence
    assert answer.focused == [field]
    typed = {**NEWCOMER, field: value, "password": ""}
    assert {name: answer.value(name) for name in typed} == typed


def test_where_mail_is_sent_the_address_is_confirmed_first(new_web: NewWeb, web: Web, db: Database) -> None:
    by_mail = new_web(registration="open", smtp_url="smtp://mail.test:25", mail_from="talk@aldermoor.example")
    browser = by_mail.browser()
    page = browser.open("/join").send("/join", **NEWCOMER)
    assert "Look into your mail" in page.text
    assert "Confirm your mail address first" in sign_in(browser, "bo").text
    bo = db.read_now(_id_of, "bo")
    secret = db.write_now(mails.make_link, MailLink("confirm", bo, NEWCOMER["email"]))

    opened = browser.open(f"/confirm/{secret}")
    still_unconfirmed = sign_in(browser, "bo").status
    confirmed = opened.send(f"/confirm/{secret}")

    assert still_unconfirmed == 403
    assert "Your address is confirmed" in confirmed.text
    assert sign_in(browser, "bo").location == "/"
    assert browser.open(f"/confirm/{secret}").send(f"/confirm/{secret}").status == 404


# --- signing in and out ------------------------------------------------------------------------------


@pytest.mark.parametrize("login", ["ada", "ADA", "@ada", "ada@example.com", " Ada@Example.com "])
def test_one_signs_in_by_user_name_or_mail_address(web: Web, people: People, login: str) -> None:
    web.give_password(people.ada)
    browser = web.browser()

    page = sign_in(browser, login)

    assert page.location == "/"
    assert browser.is_signed_in


def test_after_signing_in_one_is_where_one_wanted_to_go(web: Web, people: People) -> None:
    web.give_password(people.ada)
    browser = web.browser()

    wanted = browser.open("/people?department=Sales")

    assert wanted.location == "/sign-in?next=%2Fpeople%3Fdepartment%3DSales"
    assert (
        wanted.follow().send("/sign-in", login="ada", password=PASSWORD).location
        == "/people?department=Sales"
    )


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"]
)
def test_signing_in_never_leads_to_another_site(web: Web, people: People, elsewhere: str) -> None:
    web.give_password(people.ada)
    values = {"login": "ada", "password": PASSWORD, "next": elsewhere}

    assert web.browser().post("/sign-in", values).location == "/"


def test_a_wrong_password_says_how_many_tries_are_left(new_web: NewWeb, web: Web, people: People) -> None:
    web.give_password(people.ada)
    browser = new_web(rate_limits=True).browser()

    page = sign_in(browser, "ada", "not the password")

    assert page.status == 401
    error = page.error("password")
    assert error == "The name or the password is wrong. 9 tries left, then a pause of 10 minutes."
    assert page.value("login") == "ada"
    assert page.value("password") == ""
    assert page.focused == ["password"]


def test_after_ten_wrong_passwords_even_the_right_one_has_to_wait(
    new_web: NewWeb, web: Web, people: People, clock: Clock
) -> None:
    web.give_password(people.ada)
    browser = new_web(rate_limits=True).browser()
    for _ in range(10):
        sign_in(browser, "ada", "not the password")

    page = sign_in(browser, "ada")

    assert page.status == 429
    assert int(page.response.headers["retry-after"]) > 590
    assert "Too many tries" in (page.error("password") or "")
    clock.forward(seconds=601)
    assert sign_in(browser, "ada").location == "/"


def test_an_unknown_name_is_answered_like_a_wrong_password(new_web: NewWeb, web: Web, people: People) -> None:
    web.give_password(people.ada)
    limited = new_web(rate_limits=True)

    known = sign_in(limited.browser(), "ada", "not the password")
    unknown = sign_in(limited.browser(), "nobody", "not the password")

    assert (known.status, known.error("password")) == (unknown.status, unknown.error("password"))


def test_a_sign_in_that_succeeds_gives_the_tries_back(new_web: NewWeb, web: Web, people: People) -> None:
    web.give_password(people.ada)
    limited = new_web(rate_limits=True)
    for _ in range(9):
        sign_in(limited.browser(), "ada", "not the password")
    sign_in(limited.browser(), "ada")

    page = sign_in(limited.browser(), "ada", "not the password")

    assert "9 tries left" in (page.error("password") or "")


def test_whoever_was_disabled_is_told_so_only_with_the_right_password(
    web: Web, people: People, db: Database
) -> None:
    web.give_password(people.ada)
    db.write_now(recovery.disable, None, people.ada.id)

    assert "disabled" not in sign_in(web.browser(), "ada", "not the password").text
    assert "This account is disabled" in sign_in(web.browser(), "ada").text


def test_the_cookie_stays_only_when_that_is_wanted(web: Web, people: People) -> None:
    web.give_password(people.ada)
    page = web.browser().open("/sign-in")

    kept = page.send("/sign-in", login="ada", password=PASSWORD)
    until_closed = page.send("/sign-in", login="ada", password=PASSWORD, keep="")

    assert "Max-Age=2592000" in kept.response.headers["set-cookie"]
    assert "Max-Age" not in until_closed.response.headers["set-cookie"]
    assert "HttpOnly" in kept.response.headers["set-cookie"]


def test_signing_out_ends_the_session_on_the_server(web: Web, people: People) -> None:
    browser = web.signed_in(people.ada)
    kept = dict(browser.cookies)

    page = browser.open("/settings/profile").send("/sign-out")

    assert page.location == "/sign-in"
    thief = web.browser()
    for name, value in kept.items():
        thief.cookies.set(name, value)
    assert not thief.is_signed_in


def test_signing_out_needs_the_token_of_the_session(web: Web, people: People) -> None:
    browser = web.signed_in(people.ada)

    assert browser.post("/sign-out", {}).status == 403
    assert browser.is_signed_in


# --- lost passwords ----------------------------------------------------------------------------------


def test_without_mail_the_page_names_the_command_for_the_administrator(web: Web) -> None:
    page = web.browser().open("/forgot")

    assert "officetalk account reset-password NAME" in page.text
    assert not page.has_form("/forgot")


def test_asking_for_a_link_never_tells_who_has_an_account(new_web: NewWeb, web: Web, people: People) -> None:
    web.give_password(people.ada)
    by_mail = new_web(smtp_url="smtp://mail.test:25", mail_from="talk@aldermoor.example")
    page = by_mail.browser().open("/forgot")

    known = page.send("/forgot", email="ada@example.com").text
    unknown = page.send("/forgot", email="bea@example.com").text

    assert "Look into your mail" in known
    assert known.replace("ada@", "bea@") == unknown


def test_a_mailed_link_sets_the_password_once_and_ends_every_session(
    web: Web, people: People, db: Database
) -> None:
    web.give_password(people.ada)
    elsewhere = web.signed_in(people.ada)
    secret = db.write_now(mails.make_link, MailLink("reset", people.ada.id, "ada@example.com"))
    browser = web.browser()
    page = browser.open(f"/reset/{secret}")

    too_short = page.send(f"/reset/{secret}", password="short")
    done = page.send(f"/reset/{secret}", password="another horse battery")
    again = page.send(f"/reset/{secret}", password="a third horse battery")

    assert too_short.error("password") == "The password is too short (minimum is 8 characters)."
    assert "Your password is changed" in done.text
    assert again.status == 422
    assert "used before or is too old" in again.text
    assert not elsewhere.is_signed_in
    assert sign_in(browser, "ada").status == 401
    assert sign_in(browser, "ada", "another horse battery").location == "/"


def _id_of(conn: object, username: str) -> int:
    """By user name in any state: by_username hides who was not let in yet."""
    from sqlalchemy import select

    from officetalk.accounts.tables import account

    return conn.value(Statement(select(account.c.id).where(account.c.username == username)))  # type: ignore[attr-defined]

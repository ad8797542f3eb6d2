"""An app asks for a person's account: consent, PKCE, out of band, denial, and requests that are wrong."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from officetalk.core.database import Database
from officetalk.core.errors import Invalid
from officetalk.http.authorization import OUT_OF_BAND, form_action
from officetalk.identity import tokens
from officetalk.identity.entities import Application
from officetalk.identity.scopes import parse
from tests.people import People
from tests.web.browser import PASSWORD, Browser, Page, Web

BACK = "https://client.test/back"
NATIVE = "tusky://authorized"
LOOPBACK = "http://127.0.0.1/callback"
VERIFIER = "a-verifier-that-is-long-enough-for-the-rule-of-43-characters"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def tusky(web: Web, db: Database) -> Application:
    return db.write_now(
        tokens.register_app,
        "Tusky",
        (BACK, NATIVE, LOOPBACK, OUT_OF_BAND),
        parse("read write push"),
        "https://tusky.app/about",
    )[0]


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    return web.signed_in(people.ada)


def ask(browser: Browser, app: Application, **changed: str) -> Page:
    """Open the consent page; a parameter that is `""` is left out."""
    asked = {
        "client_id": app.client_id,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "read write:statuses",
        "state": "s t&te",
        **changed,
    }
    return browser.open(f"/oauth/authorize?{urlencode({k: v for k, v in asked.items() if v})}")


def answered(page: Page) -> dict[str, str]:
    """What the client is told in the address that the browser is sent to."""
    assert page.status == 303, page.text[:300]
    return {name: values[0] for name, values in parse_qs(urlsplit(page.location).query).items()}


def test_the_page_says_who_asks_for_what_and_where_the_answer_goes(ada: Browser, tusky: Application) -> None:
    page = ask(ada, tusky)

    assert page.status == 200
    for words in (
        "Tusky asks for your account",
        "tusky.app",
        "See all that you can see",
        "Post, edit and delete in your name",
        "client.test",
        "@ada",
    ):
        assert words in page.text, words


def test_allowing_sends_a_code_that_becomes_a_token_of_these_scopes(
    ada: Browser, tusky: Application, people: People, db: Database
) -> None:
    page = ask(ada, tusky).send("/oauth/authorize", decision="allow")

    told = answered(page)
    assert page.location.startswith(BACK + "?")
    assert told["state"] == "s t&te"
    token = db.write_now(tokens.exchange, tusky, told["code"], BACK, None)
    assert token is not None
    viewer = db.read_now(tokens.viewer, token.access_token)
    assert viewer is not None
    assert (viewer.account.id, viewer.scopes) == (people.ada.id, {"read", "write:statuses"})


def test_with_pkce_only_whoever_has_the_verifier_gets_the_token(
    ada: Browser, tusky: Application, db: Database
) -> None:
    page = ask(ada, tusky, code_challenge=CHALLENGE, code_challenge_method="S256")

    code = answered(page.send("/oauth/authorize", decision="allow"))["code"]

    with pytest.raises(Invalid):
        db.write_now(tokens.exchange, tusky, code, BACK, "another verifier")
    assert db.write_now(tokens.exchange, tusky, code, BACK, VERIFIER) is not None


def test_denying_tells_the_client_and_makes_no_code(ada: Browser, tusky: Application) -> None:
    page = ask(ada, tusky).send("/oauth/authorize", decision="deny")

    told = answered(page)
    assert (told["error"], told["state"]) == ("access_denied", "s t&te")
    assert "code" not in told


def test_out_of_band_the_code_is_shown(ada: Browser, tusky: Application, db: Database) -> None:
    page = ask(ada, tusky, redirect_uri=OUT_OF_BAND).send("/oauth/authorize", decision="allow")

    assert page.status == 200
    assert page.response.headers["cache-control"] == "private, no-store"
    assert 'id="code" value="' in page.text
    shown = page.text.partition('id="code" value="')[2].partition('"')[0]
    assert db.write_now(tokens.exchange, tusky, shown, OUT_OF_BAND, None) is not None


def test_denying_out_of_band_leads_home(ada: Browser, tusky: Application) -> None:
    page = ask(ada, tusky, redirect_uri=OUT_OF_BAND).send("/oauth/authorize", decision="deny")

    assert page.location == "/"


def test_whoever_is_not_signed_in_signs_in_first_and_comes_back(
    web: Web, people: People, tusky: Application
) -> None:
    web.give_password(people.ada)
    browser = web.browser()

    door = ask(browser, tusky).follow()
    back = door.send("/sign-in", login="ada", password=PASSWORD)

    assert "Tusky asks for your account" in back.follow().text


def test_another_account_can_be_chosen(ada: Browser, tusky: Application) -> None:
    page = ask(ada, tusky).send("/sign-out")

    assert page.location.startswith("/oauth/authorize?")
    assert page.follow().location.startswith("/sign-in?next=%2Foauth%2Fauthorize")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "read nonsense"}, "invalid_scope"),
        ({"scope": "admin:write"}, "invalid_scope"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": CHALLENGE}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge_method": "S256"}, "invalid_request"),
    ],
)
def test_what_the_client_did_wrong_the_client_is_told(
    web: Web, tusky: Application, changed: dict[str, str], error: str
) -> None:
    told = answered(ask(web.browser(), tusky, **changed))

    assert (told["error"], told["state"]) == (error, "s t&te")


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": ""},
        {"client_id": "unknown"},
        {"redirect_uri": ""},
        {"redirect_uri": "https://evil.example/back"},
        {"redirect_uri": BACK + "/deeper"},
        {"redirect_uri": BACK + "#fragment"},
        {"redirect_uri": "http://127.0.0.1:4000/other"},
        {"redirect_uri": "http://127.0.0.1:port/callback"},
        {"redirect_uri": "https://127.0.0.1/callback"},
    ],
)
def test_a_client_that_nobody_can_be_sure_of_gets_no_redirect(
    ada: Browser, tusky: Application, changed: dict[str, str]
) -> None:
    page = ask(ada, tusky, **changed)

    assert page.status == 400
    assert page.location == ""
    assert "This app cannot be allowed" in page.text


def test_nobody_is_sent_to_an_address_that_is_a_program(ada: Browser, web: Web, db: Database) -> None:
    evil = db.write_now(tokens.register_app, "Evil", ("javascript:alert(1)",), parse("read"), None)[0]

    page = ask(ada, evil, redirect_uri="javascript:alert(1)")

    assert (page.status, page.location) == (400, "")


def test_a_program_on_the_own_machine_may_listen_on_any_port(ada: Browser, tusky: Application) -> None:
    page = ask(ada, tusky, redirect_uri="http://127.0.0.1:49152/callback").send(
        "/oauth/authorize", decision="allow"
    )

    assert page.location.startswith("http://127.0.0.1:49152/callback?code=")


def test_the_answer_is_checked_again(ada: Browser, tusky: Application) -> None:
    page = ask(ada, tusky)

    tampered = page.send("/oauth/authorize", decision="allow", redirect_uri="https://evil.example/")

    assert (tampered.status, tampered.location) == (400, "")


def test_another_site_cannot_press_the_button(ada: Browser, tusky: Application) -> None:
    values = {**ask(ada, tusky).form("/oauth/authorize").values, "decision": "allow"}

    without_token = ada.post("/oauth/authorize", {**values, "csrf": ""})

    assert (without_token.status, without_token.location) == (403, "")


@pytest.mark.parametrize(
    ("redirect_uri", "source"),
    [
        (BACK, "https://client.test"),
        ("http://127.0.0.1:4000/callback", "http://127.0.0.1:4000"),
        ("http://[::1]:4000/callback", "http:"),
        (NATIVE, "tusky:"),
        ("https://a;script-src/", "https:"),
        (OUT_OF_BAND, ""),
    ],
)
def test_the_policy_of_the_page_allows_the_redirect_to_this_client_and_no_other(
    redirect_uri: str, source: str
) -> None:
    assert form_action(redirect_uri) == source


def test_the_consent_page_carries_that_policy_and_other_pages_do_not(
    ada: Browser, tusky: Application
) -> None:
    asked = ask(ada, tusky, redirect_uri=NATIVE).response.headers["content-security-policy"]
    other = ada.open("/settings/profile").response.headers["content-security-policy"]

    assert "form-action 'self' tusky:;" in asked
    assert "form-action 'self';" in other

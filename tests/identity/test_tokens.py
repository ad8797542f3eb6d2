"""OAuth: apps, codes with PKCE, tokens, scopes."""

from __future__ import annotations

import base64
import hashlib

import pytest

from officetalk.core.database import Database
from officetalk.core.errors import Forbidden, Invalid, NotFound, Unauthorized
from officetalk.identity import recovery, scopes, tokens
from officetalk.identity.entities import Application, AppViewer, Viewer
from tests.conftest import Clock
from tests.people import People

URI = "https://app.example/back"
VERIFIER = "a-verifier-of-more-than-forty-three-characters-1234"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def client(db: Database) -> Application:
    made, _, _ = db.write_now(tokens.register_app, "Pocket", (URI,), ("read", "write:statuses"), None)
    return made


def code_for(db: Database, client: Application, person: int, challenge: str | None = CHALLENGE) -> str:
    return db.write_now(tokens.authorize, person, client, URI, ("read",), challenge)


def test_a_code_is_exchanged_for_a_token_that_speaks_for_the_person(
    db: Database, client: Application, people: People
) -> None:
    code = code_for(db, client, people.ada.id)

    token = db.write_now(tokens.exchange, client, code, URI, VERIFIER)

    viewer = db.read_now(tokens.viewer, token.access_token)
    assert isinstance(viewer, Viewer)
    assert (viewer.id, viewer.scopes, viewer.app_id) == (people.ada.id, frozenset({"read"}), client.id)
    [(_, listed, _, granted)] = db.read_now(tokens.apps_of, people.ada.id)
    assert (listed.name, granted) == ("Pocket", ("read",))


@pytest.mark.parametrize(
    ("uri", "verifier"),
    [(URI + "/", VERIFIER), ("https://evil.example", VERIFIER), (URI, "wrong"), (URI, None), (URI, "")],
)
def test_a_code_is_of_no_use_elsewhere_or_without_its_verifier(
    db: Database, client: Application, people: People, uri: str, verifier: str | None
) -> None:
    code = code_for(db, client, people.ada.id)
    with pytest.raises(Invalid):
        db.write_now(tokens.exchange, client, code, uri, verifier)


def test_a_code_is_of_no_use_to_another_client_nor_after_ten_minutes(
    db: Database, client: Application, people: People, clock: Clock
) -> None:
    other, _, _ = db.write_now(tokens.register_app, "Other", (URI,), ("read",), None)
    code = code_for(db, client, people.ada.id)
    with pytest.raises(Invalid):
        db.write_now(tokens.exchange, other, code, URI, VERIFIER)
    clock.forward(seconds=601)
    with pytest.raises(Invalid):
        db.write_now(tokens.exchange, client, code, URI, VERIFIER)


def test_a_code_that_is_used_twice_ends_the_token_made_from_it(
    db: Database, client: Application, people: People
) -> None:
    code = code_for(db, client, people.ada.id)
    token = db.write_now(tokens.exchange, client, code, URI, VERIFIER)

    assert db.write_now(tokens.exchange, client, code, URI, VERIFIER) is None

    assert db.read_now(tokens.viewer, token.access_token) is None


def test_a_verifier_without_a_challenge_is_refused(db: Database, client: Application, people: People) -> None:
    code = code_for(db, client, people.ada.id, challenge=None)
    with pytest.raises(Invalid):  # somebody took the challenge out of the request (RFC 9700, 2.1.1)
        db.write_now(tokens.exchange, client, code, URI, VERIFIER)

    assert db.write_now(tokens.exchange, client, code, URI, None) is not None


def test_a_refused_exchange_does_not_use_the_code_up(
    db: Database, client: Application, people: People
) -> None:
    code = code_for(db, client, people.ada.id)
    with pytest.raises(Invalid):
        db.write_now(tokens.exchange, client, code, URI, "wrong")

    assert db.write_now(tokens.exchange, client, code, URI, VERIFIER) is not None


def test_a_used_code_of_no_use_to_another_client_does_not_end_the_token(
    db: Database, client: Application, people: People
) -> None:
    other, _, _ = db.write_now(tokens.register_app, "Other", (URI,), ("read",), None)
    code = code_for(db, client, people.ada.id)
    token = db.write_now(tokens.exchange, client, code, URI, VERIFIER)

    with pytest.raises(Invalid):
        db.write_now(tokens.exchange, other, code, URI, VERIFIER)

    assert db.read_now(tokens.viewer, token.access_token) is not None


def test_codes_end_with_everything_else(db: Database, client: Application, people: People) -> None:
    ends = (
        lambda conn: tokens.revoke_app(conn, people.ada.id, client.id),
        lambda conn: tokens.end_all(conn, people.ada.id),
        lambda conn: recovery.disable(conn, None, people.ada.id),
    )
    for end in ends:
        mine, theirs = (code_for(db, client, person) for person in (people.ada.id, people.bo.id))

        db.write_now(end)

        with pytest.raises(Invalid):
            db.write_now(tokens.exchange, client, mine, URI, VERIFIER)
        assert db.write_now(tokens.exchange, client, theirs, URI, VERIFIER) is not None


def test_a_client_of_impossible_characters_is_unknown(db: Database) -> None:
    for client_id in ("a\x00b", "a\ud800b", ""):
        with pytest.raises(NotFound):
            db.read_now(tokens.app_by_client_id, client_id)
        with pytest.raises(Unauthorized):
            db.read_now(tokens.check_secret, client_id, "")


def test_ending_a_token_tells_the_others(db: Database, client: Application, people: People) -> None:
    token = db.write_now(tokens.password_token, client, people.ada.id, ("read",)).access_token
    viewer = db.read_now(tokens.viewer, token)
    assert viewer is not None
    told: list[int] = []
    db.bus.listen("token.ended", lambda event: told.append(event.id))

    db.write_now(tokens.revoke, client, token)

    assert told == [viewer.token_id]


def test_a_token_is_ended_by_its_client_only_and_an_unknown_one_is_no_error(
    db: Database, client: Application, people: People
) -> None:
    token = db.write_now(tokens.password_token, client, people.ada.id, ("read",)).access_token
    other, _, _ = db.write_now(tokens.register_app, "Other", (URI,), ("read",), None)

    with pytest.raises(Forbidden):
        db.write_now(tokens.revoke, other, token)
    assert db.read_now(tokens.viewer, token) is not None
    db.write_now(tokens.revoke, client, token)
    db.write_now(tokens.revoke, client, token)

    assert db.read_now(tokens.viewer, token) is None


def test_whoever_let_an_app_in_can_shut_it_out(db: Database, client: Application, people: People) -> None:
    mine = [
        db.write_now(tokens.password_token, client, people.ada.id, ("read",)).access_token for _ in range(2)
    ]
    theirs = db.write_now(tokens.password_token, client, people.bo.id, ("read",)).access_token

    assert db.write_now(tokens.revoke_app, people.ada.id, client.id) == 2

    assert [db.read_now(tokens.viewer, token) for token in mine] == [None, None]
    assert db.read_now(tokens.viewer, theirs) is not None


def test_a_disabled_account_has_no_tokens(db: Database, client: Application, people: People) -> None:
    token = db.write_now(tokens.password_token, client, people.ada.id, ("read",)).access_token
    db.write_now(recovery.disable, None, people.ada.id)
    assert db.read_now(tokens.viewer, token) is None


def test_an_app_has_a_token_of_its_own_that_speaks_for_nobody(db: Database, client: Application) -> None:
    token = db.write_now(tokens.client_token, client, ("read",)).access_token
    assert isinstance(db.read_now(tokens.viewer, token), AppViewer)


def test_a_client_shows_its_secret(db: Database) -> None:
    made, client_id, secret = db.write_now(tokens.register_app, "Pocket", (URI,), ("read",), None)
    assert db.read_now(tokens.check_secret, client_id, secret).id == made.id
    for wrong in ((client_id, ""), (client_id, secret + "x"), ("unknown", secret)):
        with pytest.raises(Unauthorized):
            db.read_now(tokens.check_secret, *wrong)


@pytest.mark.parametrize(
    ("name", "uris", "website", "field"),
    [
        ("", (URI,), None, "client_name"),
        ("x" * 101, (URI,), None, "client_name"),
        ("App", (), None, "redirect_uris"),
        ("App", ("no address",), None, "redirect_uris"),
        ("App", (URI,), "javascript:alert(1)", "website"),
    ],
)
def test_a_client_that_breaks_a_rule_is_refused_by_name(
    db: Database, name: str, uris: tuple[str, ...], website: str | None, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        db.write_now(tokens.register_app, name, uris, ("read",), website)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("granted", "needed", "covered"),
    [
        ("read", "read:statuses", True),
        ("read:statuses", "read:statuses", True),
        ("read:statuses", "read", False),
        ("read:statuses", "read:accounts", False),
        ("write", "read:statuses", False),
        ("follow", "write:follows", True),
        ("follow", "write:statuses", False),
        ("admin:read", "admin:read:accounts", True),
        ("read", "admin:read:accounts", False),
        ("write", "admin:write:accounts", False),
        ("read", "profile", True),
        ("profile", "read:accounts", False),
    ],
)
def test_a_scope_covers_what_is_below_it_and_nothing_else(granted: str, needed: str, covered: bool) -> None:
    assert scopes.covers((granted,), needed) is covered


def test_scopes_are_read_once_each_and_unknown_ones_refused() -> None:
    assert scopes.parse("read write read") == ("read", "write")
    assert scopes.parse("read+push") == ("read", "push")
    with pytest.raises(Invalid):
        scopes.parse("read everything")

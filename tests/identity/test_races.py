"""Two at the same moment: one wins, the other is told, and nothing is half done. On SQLite one writes after
the other anyway; on PostgreSQL each of these was once a hole."""

from __future__ import annotations

from typing import Any

import pytest

from officetalk.accounts import queries
from officetalk.company import settings as company
from officetalk.core.database import Database
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.settings import Settings
from officetalk.identity import credentials, mails, passwords, recovery, registration, tokens
from officetalk.identity.mails import MailLink
from tests.identity.conftest import AtOnce
from tests.identity.test_registration import BY_MAIL, join, set_up, state_of
from tests.people import People

HASH = passwords.hash_password("correct horse battery")
URI = "https://app.example/back"


def registering(name: str, email: str, **more: Any) -> Any:
    return lambda conn: registration.register(
        conn, Settings(), username=name, display_name="", email=email, password_hash=HASH, **more
    )


def test_two_owners_cannot_take_each_others_role(db: Database, people: People, at_once: AtOnce) -> None:
    ada, bo = people.ada.id, people.bo.id
    for owner in (ada, bo):
        db.write_now(recovery.set_role, None, owner, "owner")

    won, lost = at_once(
        lambda conn: recovery.set_role(conn, ada, bo, "member"),
        lambda conn: recovery.set_role(conn, bo, ada, "member"),
    )

    assert won is None
    assert isinstance(lost, Forbidden)
    assert db.read_now(queries.get, ada).account.role == "owner"


def test_two_owners_cannot_both_leave(db: Database, people: People, at_once: AtOnce) -> None:
    ada, bo = people.ada.id, people.bo.id
    for owner in (ada, bo):
        db.write_now(recovery.set_role, None, owner, "owner")

    _, lost = at_once(
        lambda conn: recovery.disable(conn, ada, ada), lambda conn: recovery.set_role(conn, bo, bo, "member")
    )

    assert isinstance(lost, Forbidden)
    assert db.read_now(queries.get, bo).account.role == "owner"


def test_the_company_is_claimed_once(db: Database, at_once: AtOnce) -> None:
    code = db.write_now(registration.setup_code)

    def claiming(name: str) -> Any:
        return lambda conn: registration.set_up_owner(
            conn, username=name, display_name="", email=f"{name}@example.com", password_hash=HASH,
            company_name=name.title(), code=code,
        )  # fmt: skip

    won, lost = at_once(claiming("ada"), claiming("eve"))

    assert isinstance(lost, Forbidden)
    assert db.read_now(company.load).name == "Ada"
    assert db.read_now(queries.get, won).account.role == "owner"
    with pytest.raises(NotFound):
        db.read_now(queries.by_username, "eve")


def test_nodes_that_start_at_once_have_the_same_code_and_the_same_key(at_once: AtOnce) -> None:
    for made_once in (registration.setup_code, company.picture_key):
        first, second = at_once(made_once, made_once)
        assert first == second


@pytest.mark.parametrize(
    ("name", "email", "field"), [("ada", "bo@example.com", "username"), ("bo", "ada@example.com", "email")]
)
def test_a_name_and_an_address_go_to_one_of_two(
    db: Database, at_once: AtOnce, name: str, email: str, field: str
) -> None:
    set_up(db, registration="open")

    won, lost = at_once(registering("ada", "ada@example.com"), registering(name, email))

    assert won.state == "active"
    assert isinstance(lost, Invalid)
    assert (lost.field, lost.code) == (field, "ERR_TAKEN")


def test_an_address_cannot_be_taken_over_while_somebody_takes_it(db: Database, at_once: AtOnce) -> None:
    set_up(db, registration="open")
    bo = join(db, "bo").account_id

    _, lost = at_once(
        registering("ada", "ada@example.com"),
        lambda conn: credentials.change_email(conn, bo, "ada@example.com", confirmed=True),
    )

    assert isinstance(lost, Invalid)
    assert db.read_now(credentials.email_of, bo) == "bo@example.com"


def test_the_last_use_of_an_invitation_is_not_shared(db: Database, at_once: AtOnce) -> None:
    code = db.write_now(registration.invite, set_up(db), 1).code

    won, lost = at_once(
        registering("ada", "ada@example.com", invitation_code=code),
        registering("bo", "bo@example.com", invitation_code=code),
    )

    assert won.state == "active"
    assert isinstance(lost, Invalid)
    assert lost.field == "invitation_code"
    with pytest.raises(NotFound):
        db.read_now(queries.by_username, "bo")


def test_whom_one_administrator_lets_in_another_cannot_turn_down(db: Database, at_once: AtOnce) -> None:
    owner = set_up(db, registration="approval")
    ada = join(db, reason="I work here").account_id

    _, lost = at_once(
        lambda conn: registration.approve(conn, owner, ada),
        lambda conn: registration.reject(conn, owner, ada),
    )

    assert isinstance(lost, NotFound)
    assert state_of(db, ada) == "active"
    assert db.read_now(credentials.email_of, ada) == "ada@example.com"


def test_who_is_disabled_does_not_come_back_by_confirming(db: Database, at_once: AtOnce) -> None:
    owner = set_up(db, registration="open")
    ada = join(db, settings=BY_MAIL).account_id
    secret = db.write_now(mails.make_link, MailLink("confirm", ada, "ada@example.com"))

    at_once(
        lambda conn: recovery.disable(conn, owner, ada),
        lambda conn: registration.confirm(conn, BY_MAIL, secret),
    )

    assert state_of(db, ada) == "disabled"


def test_a_link_opened_twice_at_once_works_once(db: Database, at_once: AtOnce) -> None:
    set_up(db, registration="open")
    ada = join(db).account_id
    secret = db.write_now(mails.make_link, MailLink("reset", ada, "ada@example.com"))

    won, lost = at_once(
        lambda conn: recovery.reset(conn, secret, HASH), lambda conn: recovery.reset(conn, secret, HASH)
    )

    assert won == ada
    assert isinstance(lost, NotFound)


def test_a_code_exchanged_twice_at_once_leaves_no_token(
    db: Database, people: People, at_once: AtOnce
) -> None:
    client, _, _ = db.write_now(tokens.register_app, "Pocket", (URI,), ("read",), None)
    code = db.write_now(tokens.authorize, people.ada.id, client, URI, ("read",), None)

    token, again = at_once(
        lambda conn: tokens.exchange(conn, client, code, URI, None),
        lambda conn: tokens.exchange(conn, client, code, URI, None),
    )

    assert again is None
    assert db.read_now(tokens.viewer, token.access_token) is None


def test_a_token_made_while_all_tokens_end_ends_too(db: Database, people: People, at_once: AtOnce) -> None:
    client, _, _ = db.write_now(tokens.register_app, "Pocket", (URI,), ("read",), None)
    code = db.write_now(tokens.authorize, people.ada.id, client, URI, ("read",), None)

    token, _ = at_once(
        lambda conn: tokens.exchange(conn, client, code, URI, None),
        lambda conn: tokens.end_all(conn, people.ada.id),
    )

    assert db.read_now(tokens.viewer, token.access_token) is None

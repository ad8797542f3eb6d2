"""Signing in and out."""

from __future__ import annotations

import pytest

from officetalk.accounts.profile import update_profile
from officetalk.core.database import Database
from officetalk.core.errors import Forbidden, Invalid, NotFound, Unauthorized
from officetalk.identity import credentials, passwords, recovery, sessions
from tests.conftest import Clock
from tests.people import Human, People

PASSWORD = "correct horse battery"
HASH = passwords.hash_password(PASSWORD)


@pytest.fixture
def ada(db: Database, people: People) -> Human:
    """Somebody with a password."""
    db.write_now(credentials.add, people.ada.id, "Ada@Example.com", HASH, confirmed=True)
    return people.ada


@pytest.mark.parametrize("login", ["ada", "ADA", "@ada", " ada ", "ada@example.com", "ADA@EXAMPLE.COM"])
def test_one_signs_in_by_name_or_address_in_any_case(db: Database, ada: Human, login: str) -> None:
    assert db.read_now(sessions.check, login, PASSWORD) == ada.id


@pytest.mark.parametrize(
    ("login", "password"),
    [("ada", "wrong"), ("ada", ""), ("nobody", PASSWORD), ("", ""), ("ada", PASSWORD + " ")],
)
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
    db: Database, ada: Human, login: str, password: str
) -> None:
    with pytest.raises(Unauthorized, match=r"^The name or the password is wrong\.$"):
        db.read_now(sessions.check, login, password)


def test_an_unknown_name_costs_a_hash_all_the_same(
    db: Database, ada: Human, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified = []
    monkeypatch.setattr(passwords, "verify", lambda hashed, password: verified.append(hashed) or False)

    with pytest.raises(Unauthorized):
        db.read_now(sessions.check, "nobody", PASSWORD)

    assert verified == [passwords.NOBODYS]


@pytest.mark.parametrize("state", ["pending", "unconfirmed", "disabled"])
def test_who_may_not_sign_in_is_told_why_only_with_the_right_password(
    db: Database, ada: Human, state: str
) -> None:
    db.write_now(update_profile, ada.id, state=state)

    with pytest.raises(Forbidden):
        db.read_now(sessions.check, "ada", PASSWORD)
    with pytest.raises(Unauthorized):
        db.read_now(sessions.check, "ada", "wrong")


def test_a_session_is_its_owners_until_it_is_ended(db: Database, ada: Human, people: People) -> None:
    cookie = db.write_now(sessions.start, ada.id, "Firefox", "10.0.0.7")
    viewer = db.read_now(sessions.viewer, cookie, 30)
    assert viewer is not None
    assert viewer.id == ada.id
    [listed] = db.read_now(sessions.list_sessions, ada.id, viewer.session_id)
    assert (listed.user_agent, listed.address, listed.current) == ("Firefox", "10.0.0.7", True)

    with pytest.raises(NotFound):
        db.write_now(sessions.end, people.bo.id, viewer.session_id)
    db.write_now(sessions.end, ada.id, viewer.session_id)

    assert db.read_now(sessions.viewer, cookie, 30) is None
    assert db.read_now(sessions.viewer, "made up", 30) is None


def test_a_session_that_is_not_used_ends_by_itself(db: Database, ada: Human, clock: Clock) -> None:
    cookie = db.write_now(sessions.start, ada.id)
    clock.forward(days=29)
    viewer = db.read_now(sessions.viewer, cookie, 30)
    assert viewer is not None
    db.write_now(sessions.touch, viewer.session_id)
    clock.forward(days=29)
    assert db.read_now(sessions.viewer, cookie, 30) is not None

    clock.forward(days=2)

    assert db.read_now(sessions.viewer, cookie, 30) is None


def test_a_new_password_keeps_this_session_and_ends_the_others(db: Database, ada: Human) -> None:
    here, there = (db.write_now(sessions.start, ada.id) for _ in range(2))
    current = db.read_now(sessions.viewer, here, 30)

    db.write_now(
        recovery.change_password, ada.id, passwords.hash_password("another horse"), current.session_id
    )

    assert db.read_now(sessions.viewer, here, 30) is not None
    assert db.read_now(sessions.viewer, there, 30) is None
    assert db.read_now(sessions.check, "ada", "another horse") == ada.id
    with pytest.raises(Unauthorized):
        db.read_now(sessions.check, "ada", PASSWORD)


def test_neither_passwords_nor_cookies_stand_in_the_database(db: Database, ada: Human) -> None:
    cookie = db.write_now(sessions.start, ada.id)

    def everything(conn) -> str:
        rows = conn.raw.execute("SELECT * FROM session").fetchall()
        return str(rows + conn.raw.execute("SELECT * FROM credential").fetchall())

    kept = db.read_now(everything)
    assert cookie not in kept
    assert PASSWORD not in kept
    assert "argon2id" in kept


@pytest.mark.parametrize(
    "password",
    ["short", "1234567", "a" * 257, "password123", "ada.lovelace", "ADA@example.com", "aaaaaaaaaaaa"],
)
def test_weak_passwords_are_refused_by_name(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.check_password_rules(password, "ada.lovelace", "ada@example.com")
    assert refused.value.field == "password"


def test_long_passwords_in_any_script_are_fine() -> None:
    passwords.check_password_rules("пароль из четырёх слов", "ada", "ada@example.com")
    passwords.check_password_rules("x y z " * 40, "ada", "ada@example.com")

"""Signing in and out."""

from __future__ import annotations

import pytest

from officetalk.accounts.profile import update_profile
from officetalk.core.database import Database
from officetalk.core.errors import Forbidden, Invalid, NotFound, Unauthorized
from officetalk.identity import credentials, passwords, recovery, sessions, tokens
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


@pytest.mark.parametrize("login", ["a\x00da", "a\ud800da", "\u202eada", "x" * 100_000])
def test_what_cannot_be_a_name_is_answered_as_an_unknown_one(db: Database, ada: Human, login: str) -> None:
    with pytest.raises(Unauthorized):
        db.read_now(sessions.check, login, PASSWORD)


def test_a_password_of_any_characters_is_simply_wrong(db: Database, ada: Human) -> None:
    for password in ("\x00", "\ud800", "x" * 100_000):
        with pytest.raises(Unauthorized):
            db.read_now(sessions.check, "ada", password)


def test_an_account_without_password_cannot_sign_in(db: Database, people: People) -> None:
    db.write_now(credentials.add, people.bo.id, "bo@example.com", None, confirmed=True)
    for password in ("", "nobody has this password"):  # the second is what unknown names are compared with
        with pytest.raises(Unauthorized):
            db.read_now(sessions.check, "bo", password)


def test_all_ways_to_type_a_name_share_their_tries() -> None:
    assert {sessions.login_key(typed) for typed in ("ada", "Ada", " @ada", "@@ADA ")} == {"ada"}


def test_a_password_is_the_same_from_every_keyboard() -> None:
    composed, decomposed = "caf\u00e9 au lait", "cafe\u0301 au lait"
    assert passwords.verify(passwords.hash_password(composed), decomposed)
    assert not passwords.verify(passwords.hash_password(composed), "cafe au lait")


def test_what_is_no_hash_fits_no_password() -> None:
    assert not passwords.verify("", PASSWORD)
    assert not passwords.verify("$argon2id$broken", PASSWORD)


def test_signing_out_everywhere_else_tells_the_others(db: Database, ada: Human, people: People) -> None:
    here, there = (db.write_now(sessions.start, ada.id) for _ in range(2))
    theirs = db.write_now(sessions.start, people.bo.id)
    current, other = (db.read_now(sessions.viewer, cookie) for cookie in (here, there))
    assert current is not None
    assert other is not None
    told: list[int] = []
    db.bus.listen("session.ended", lambda event: told.append(event.id))

    assert db.write_now(sessions.end_all, ada.id, current.session_id) == 1

    assert told == [other.session_id]
    assert db.read_now(sessions.viewer, here) is not None
    assert db.read_now(sessions.viewer, theirs) is not None


def test_a_new_password_keeps_apps_unless_everything_is_to_end(db: Database, ada: Human) -> None:
    client, _, _ = db.write_now(tokens.register_app, "Pocket", ("a:b",), ("read",), None)
    token = db.write_now(tokens.password_token, client, ada.id, ("read",)).access_token
    cookie = db.write_now(sessions.start, ada.id)
    current = db.read_now(sessions.viewer, cookie)
    assert current is not None

    db.write_now(recovery.change_password, ada.id, HASH, current.session_id)
    assert db.read_now(tokens.viewer, token) is not None

    db.write_now(recovery.change_password, ada.id, HASH)
    assert db.read_now(tokens.viewer, token) is None
    assert db.read_now(sessions.viewer, cookie) is None


def test_sessions_that_nobody_uses_are_forgotten(db: Database, ada: Human, clock: Clock) -> None:
    db.write_now(sessions.start, ada.id, "old")
    clock.forward(days=20)
    db.write_now(sessions.start, ada.id, "new")
    clock.forward(days=11)

    assert db.write_now(sessions.forget_old, 30) == 1

    assert [s.user_agent for s in db.read_now(sessions.list_sessions, ada.id, None)] == ["new"]

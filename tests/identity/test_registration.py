"""How accounts come about, and what administrators decide about them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from officetalk.accounts import profile, queries
from officetalk.company import settings as company
from officetalk.core.database import Connection, Database
from officetalk.core.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from officetalk.core.settings import Settings
from officetalk.core.sql import Statement
from officetalk.identity import credentials, mails, passwords, recovery, registration, sessions
from officetalk.identity.mails import MailLink
from tests.conftest import Clock
from tests.people import People

HASH = passwords.hash_password("correct horse battery")
BY_MAIL = Settings(smtp_url="smtp://127.0.0.1:25", mail_from="talk@example.com")


def set_up(db: Database, **choices: Any) -> int:
    """The company with its owner."""
    code = db.write_now(registration.setup_code)
    owner = db.write_now(
        registration.set_up_owner,
        username="eoin", display_name="Owner", email="owner@example.com", password_hash=HASH,
        company_name="Aldermoor", code=code,
    )  # fmt: skip
    if choices:
        db.write_now(company.change, **choices)
    return owner


def join(db: Database, name: str = "ada", settings: Settings | None = None, **more: Any) -> Any:
    given = {
        "username": name,
        "display_name": "",
        "email": f"{name}@example.com",
        "password_hash": HASH,
        **more,
    }
    return db.write_now(registration.register, settings or Settings(), **given)


def state_of(db: Database, id: int) -> str:
    return db.read_now(queries.get, id).account.state


def mails_asked(db: Database) -> list[MailLink]:
    statement = Statement(text("SELECT payload FROM job ORDER BY id"))
    return [msgspec.json.decode(r[0], type=MailLink) for r in db.read_now(lambda conn: conn.all(statement))]


# --- set-up


def test_the_code_stays_the_same_until_it_is_used(db: Database) -> None:
    code = db.write_now(registration.setup_code)
    assert db.write_now(registration.setup_code) == code

    set_up(db)

    assert db.write_now(registration.setup_code) is None


def test_the_company_cannot_be_claimed_without_the_code(db: Database) -> None:
    db.write_now(registration.setup_code)
    for code in ("", "AAAA-BBBB-CCCC", "x" * 500):
        with pytest.raises(Invalid) as refused:
            db.write_now(
                registration.set_up_owner,
                username="eve", display_name="", email="eve@example.com", password_hash=HASH,
                company_name="Eve's", code=code,
            )  # fmt: skip
        assert refused.value.field == "code"
    assert not db.read_now(company.load).set_up


def test_the_company_cannot_be_claimed_twice(db: Database) -> None:
    code = db.write_now(registration.setup_code)
    set_up(db)
    with pytest.raises(Forbidden):
        db.write_now(
            registration.set_up_owner,
            username="eve", display_name="", email="eve@example.com", password_hash=HASH,
            company_name="Eve's", code=code,
        )  # fmt: skip
    assert db.read_now(company.load).name == "Aldermoor"


def test_case_and_dashes_of_the_code_do_not_matter(db: Database) -> None:
    code = db.write_now(registration.setup_code)
    owner = db.write_now(
        registration.set_up_owner,
        username="eoin", display_name="", email="o@example.com", password_hash=HASH,
        company_name="Aldermoor", code=code.lower().replace("-", " "),
    )  # fmt: skip
    assert db.read_now(queries.get, owner).account.role == "owner"


# --- registration


def test_by_default_one_needs_an_invitation(db: Database) -> None:
    owner = set_up(db)
    with pytest.raises(Forbidden, match="invitation"):
        join(db)

    invitation = db.write_now(registration.invite, owner)

    assert join(db, invitation_code=invitation.code).state == "active"


def test_closed_is_closed_also_with_an_invitation(db: Database) -> None:
    owner = set_up(db)
    invitation = db.write_now(registration.invite, owner)
    db.write_now(company.change, registration="closed")
    with pytest.raises(Forbidden, match="closed"):
        join(db, invitation_code=invitation.code)


def test_what_the_settings_fix_goes_before_what_administrators_chose(db: Database) -> None:
    set_up(db, registration="open")
    with pytest.raises(Forbidden, match="closed"):
        join(db, settings=Settings(registration="closed"))


def test_with_approval_an_administrator_decides(db: Database) -> None:
    owner = set_up(db, registration="approval")
    with pytest.raises(Invalid) as refused:
        join(db)
    assert refused.value.field == "reason"
    ada, eve = join(db, reason="I work here"), join(db, "eve", reason="Let me in")
    assert ada.state == eve.state == "pending"

    db.write_now(registration.approve, owner, ada.account_id)
    db.write_now(registration.reject, owner, eve.account_id)

    assert state_of(db, ada.account_id) == "active"
    with pytest.raises(NotFound):
        db.read_now(queries.get, eve.account_id)
    assert join(db, "eve", reason="Again").state == "pending"  # the name and the address are free again


@pytest.mark.parametrize(
    "email", ["", "ada", "@example.com", "ada@", "a b@example.com", "ada@ex@ample", "x" * 250 + "@e.com"]
)
def test_what_is_no_address_is_refused_by_name(db: Database, email: str) -> None:
    set_up(db, registration="open")
    with pytest.raises(Invalid) as refused:
        join(db, email=email)
    assert refused.value.field == "email"


def test_an_address_serves_one_account_in_whatever_case(db: Database) -> None:
    set_up(db, registration="open")
    join(db, email="Ada@Example.com")
    with pytest.raises(Invalid) as refused:
        join(db, "bo", email="ADA@example.COM")
    assert (refused.value.field, refused.value.code) == ("email", "ERR_TAKEN")


def test_only_addresses_of_the_allowed_domains_may_join(db: Database) -> None:
    set_up(db, registration="open", email_domains=("aldermoor.example",))
    for email in ("ada@example.com", "ada@evil.aldermoor.example", "ada@aldermoor.example.evil"):
        with pytest.raises(Invalid) as refused:
            join(db, email=email)
        assert refused.value.field == "email"
    assert join(db, email="ada@Aldermoor.example").state == "active"


def test_a_refused_registration_leaves_nothing(db: Database) -> None:
    set_up(db, registration="open")
    with pytest.raises(Invalid):
        join(db, email="no address")
    with pytest.raises(NotFound):
        db.read_now(queries.by_username, "ada")


@pytest.mark.parametrize("by_mail", [False, True])
@pytest.mark.parametrize("domains", [(), ("example.com",), ("other.example",)])
@pytest.mark.parametrize(
    ("mode", "invited", "state"),
    [
        ("closed", False, None),
        ("closed", True, None),
        ("invitation", False, None),
        ("invitation", True, "active"),
        ("approval", False, "pending"),
        ("approval", True, "active"),
        ("open", False, "active"),
        ("open", True, "active"),
    ],
)
def test_who_may_register(
    db: Database, mode: str, invited: bool, state: str | None, domains: tuple[str, ...], by_mail: bool
) -> None:
    owner = set_up(db, registration=mode, email_domains=domains)
    code = db.write_now(registration.invite, owner).code if invited else None
    settings = BY_MAIL if by_mail else Settings()

    def attempt() -> Any:
        return join(db, settings=settings, invitation_code=code, reason="I work here")

    if state is None or domains == ("other.example",):
        with pytest.raises(Forbidden if state is None else Invalid):
            attempt()
        assert mails_asked(db) == []
        return
    made = attempt()
    if by_mail:
        assert made.state == "unconfirmed"
        secret = db.write_now(mails.make_link, mails_asked(db)[0])
        db.write_now(registration.confirm, settings, secret)
    assert state_of(db, made.account_id) == state


# --- invitations


def test_the_last_use_of_an_invitation_goes_to_one_of_two(db: Database) -> None:
    owner = set_up(db)
    code = db.write_now(registration.invite, owner, 1).code

    def attempt(name: str) -> bool:
        try:
            join(db, name, invitation_code=code)
        except Problem:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, ["ada", "bo"])) == [False, True]


def test_an_invitation_ends_by_time_and_by_its_maker(db: Database, clock: Clock) -> None:
    owner = set_up(db)
    short, revoked = (
        db.write_now(registration.invite, owner, None, 1),
        db.write_now(registration.invite, owner, None),
    )
    db.write_now(registration.revoke_invitation, owner, revoked.id)
    clock.forward(days=1, seconds=1)
    for code in (short.code, revoked.code, "MADEUP"):
        with pytest.raises(NotFound):
            db.read_now(registration.find_invitation, code)
        with pytest.raises(Invalid) as refused:
            join(db, invitation_code=code)
        assert refused.value.field == "invitation_code"


@pytest.mark.parametrize(
    ("uses", "days", "field"), [(0, 7, "max_uses"), (1001, 7, "max_uses"), (1, 0, "days"), (1, 366, "days")]
)
def test_an_invitation_has_bounds(db: Database, uses: int, days: int, field: str) -> None:
    owner = set_up(db)
    with pytest.raises(Invalid) as refused:
        db.write_now(registration.invite, owner, uses, days)
    assert refused.value.field == field


def test_an_invitation_counts_its_uses(db: Database) -> None:
    owner = set_up(db)
    code = db.write_now(registration.invite, owner, 2).code
    for name in ("ada", "bo"):
        join(db, name, invitation_code=code)

    with pytest.raises(Invalid):
        join(db, "eve", invitation_code=code)

    [listed] = db.read_now(registration.invitations_of, owner)
    assert (listed.uses, listed.max_uses) == (2, 2)


def test_a_refused_registration_uses_no_invitation_up(db: Database) -> None:
    code = db.write_now(registration.invite, set_up(db), 1).code
    with pytest.raises(Invalid):
        join(db, email="no address", invitation_code=code)
    assert join(db, invitation_code=code).state == "active"


def test_an_invitation_may_be_typed_in_any_way(db: Database) -> None:
    code = db.write_now(registration.invite, set_up(db), 1).code
    assert join(db, invitation_code=f" {code[:4]}-{code[4:]} ".lower()).state == "active"


@pytest.mark.parametrize("code", ["\x00", "\ud800", "A\x00B", "-", "x" * 10_000])
def test_a_code_of_impossible_characters_is_unknown(db: Database, code: str) -> None:
    set_up(db)
    with pytest.raises(NotFound):
        db.read_now(registration.find_invitation, code)


def test_an_invitation_is_taken_back_by_its_maker_only(db: Database, people: People) -> None:
    invitation = db.write_now(registration.invite, set_up(db))
    with pytest.raises(NotFound):
        db.write_now(registration.revoke_invitation, people.bo.id, invitation.id)
    assert db.read_now(registration.find_invitation, invitation.code) == invitation


def test_who_has_left_lets_nobody_in(db: Database) -> None:
    owner = set_up(db)
    bo = join(db, "bo", invitation_code=db.write_now(registration.invite, owner).code).account_id
    code = db.write_now(registration.invite, bo, None, None).code

    db.write_now(recovery.disable, owner, bo)

    with pytest.raises(NotFound):
        db.read_now(registration.find_invitation, code)
    with pytest.raises(Invalid):
        join(db, "bo2", invitation_code=code)
    db.write_now(recovery.enable, owner, bo)
    assert join(db, "bo2", invitation_code=code).state == "active"


# --- mail


def test_with_mail_an_address_is_confirmed_first(db: Database) -> None:
    set_up(db, registration="open")
    ada = join(db, settings=BY_MAIL)
    assert ada.state == "unconfirmed"
    [asked] = mails_asked(db)
    assert asked == MailLink("confirm", ada.account_id, "ada@example.com")
    secret = db.write_now(mails.make_link, asked)

    db.write_now(registration.confirm, BY_MAIL, secret)

    assert state_of(db, ada.account_id) == "active"
    with pytest.raises(NotFound):  # a link works once
        db.write_now(registration.confirm, BY_MAIL, secret)


def test_confirming_does_not_replace_the_approval(db: Database) -> None:
    set_up(db, registration="approval")
    ada = join(db, settings=BY_MAIL, reason="I work here")
    secret = db.write_now(mails.make_link, mails_asked(db)[0])

    db.write_now(registration.confirm, BY_MAIL, secret)

    assert state_of(db, ada.account_id) == "pending"


def test_a_password_is_reset_by_a_link_that_works_once_and_for_an_hour(db: Database, clock: Clock) -> None:
    set_up(db, registration="open")
    ada = join(db)
    cookie = db.write_now(sessions.start, ada.account_id)
    db.write_now(recovery.request_reset, "ADA@example.com")
    [asked] = mails_asked(db)
    old = db.write_now(mails.make_link, asked)
    secret = db.write_now(mails.make_link, asked)
    with pytest.raises(NotFound):  # a newer link ends the older
        db.write_now(recovery.reset, old, HASH)

    db.write_now(recovery.reset, secret, passwords.hash_password("a new long password"))

    assert db.read_now(sessions.check, "ada", "a new long password") == ada.account_id
    assert db.read_now(sessions.viewer, cookie, 30) is None
    late = db.write_now(mails.make_link, asked)
    clock.forward(hours=1, seconds=1)
    for link in (secret, late):
        with pytest.raises(NotFound):
            db.write_now(recovery.reset, link, HASH)


def test_asking_for_an_unknown_address_sends_nothing_and_says_nothing(db: Database) -> None:
    set_up(db)
    db.write_now(recovery.request_reset, "nobody@example.com")
    assert mails_asked(db) == []


def test_a_link_ends_when_the_address_changes(db: Database) -> None:
    set_up(db, registration="open")
    ada = join(db).account_id
    links = {
        purpose: db.write_now(mails.make_link, MailLink(purpose, ada, "ada@example.com"))
        for purpose in ("confirm", "reset")
    }

    db.write_now(credentials.change_email, ada, "ada@new.example", confirmed=False)

    with pytest.raises(NotFound):
        db.write_now(recovery.reset, links["reset"], HASH)
    with pytest.raises(NotFound):
        db.write_now(registration.confirm, BY_MAIL, links["confirm"])


def test_a_link_to_reset_ends_when_the_password_changes(db: Database) -> None:
    set_up(db, registration="open")
    ada = join(db).account_id
    secret = db.write_now(mails.make_link, MailLink("reset", ada, "ada@example.com"))
    cookie = db.write_now(sessions.start, ada)
    current = db.read_now(sessions.viewer, cookie)
    assert current is not None

    db.write_now(recovery.change_password, ada, HASH, current.session_id)

    with pytest.raises(NotFound):
        db.write_now(recovery.reset, secret, HASH)


def test_a_link_serves_its_purpose_only(db: Database) -> None:
    set_up(db, registration="open")
    ada = join(db, settings=BY_MAIL).account_id
    confirm = db.write_now(mails.make_link, MailLink("confirm", ada, "ada@example.com"))
    with pytest.raises(NotFound):
        db.write_now(recovery.reset, confirm, HASH)
    assert db.write_now(registration.confirm, BY_MAIL, confirm) == ada


def test_a_link_to_confirm_works_for_three_days(db: Database, clock: Clock) -> None:
    set_up(db, registration="open")
    ada, bo = (join(db, name, settings=BY_MAIL).account_id for name in ("ada", "bo"))
    first, second = (db.write_now(mails.make_link, asked) for asked in mails_asked(db))

    clock.forward(days=3, seconds=-10)
    assert db.write_now(registration.confirm, BY_MAIL, first) == ada

    clock.forward(seconds=20)
    with pytest.raises(NotFound):
        db.write_now(registration.confirm, BY_MAIL, second)
    assert state_of(db, bo) == "unconfirmed"


def test_a_disabled_account_gets_no_link(db: Database) -> None:
    set_up(db, registration="open")
    db.write_now(recovery.disable, None, join(db).account_id)
    db.write_now(recovery.request_reset, "ada@example.com")
    assert mails_asked(db) == []


@pytest.mark.parametrize(
    "email", ["a\x00@example.com", "ada@\u202eexample.com", "ada\ud800@example.com", "a\r\nBcc:b@c"]
)
def test_an_address_of_impossible_characters_is_refused(db: Database, email: str) -> None:
    set_up(db, registration="open")
    with pytest.raises(Invalid) as refused:
        join(db, email=email)
    assert refused.value.field == "email"
    db.write_now(recovery.request_reset, email)
    assert mails_asked(db) == []


# --- roles


def _role(db: Database, people: People, name: str, role: str) -> int:
    human = getattr(people, name)
    db.write_now(recovery.set_role, None, human.id, role)
    return human.id


def test_nobody_decides_about_those_above_or_gives_more_than_they_have(db: Database, people: People) -> None:
    owner = _role(db, people, "eoin", "owner")
    admin = _role(db, people, "tala", "administrator")
    moderator, member = _role(db, people, "mo", "moderator"), _role(db, people, "ada", "member")
    for actor, target, role in (
        (member, member, "administrator"),
        (moderator, member, "moderator"),
        (admin, owner, "member"),
        (admin, member, "owner"),
    ):
        with pytest.raises(Forbidden):
            db.write_now(recovery.set_role, actor, target, role)
    for actor, target in ((member, moderator), (moderator, member), (admin, owner)):
        with pytest.raises(Forbidden):
            db.write_now(recovery.disable, actor, target)

    db.write_now(recovery.set_role, admin, member, "administrator")
    assert db.read_now(queries.get, member).account.role == "administrator"


@pytest.mark.parametrize("role", ["member", "moderator"])
def test_only_administrators_decide_who_waits(db: Database, people: People, role: str) -> None:
    owner = set_up(db, registration="approval")
    actor = _role(db, people, "mo", role)
    ada = join(db, reason="I work here").account_id
    for verb in (registration.approve, registration.reject):
        with pytest.raises(Forbidden):
            db.write_now(verb, actor, ada)
    assert state_of(db, ada) == "pending"
    db.write_now(registration.approve, owner, ada)
    for verb in (registration.approve, registration.reject):
        with pytest.raises(NotFound):  # nobody waits there any more
            db.write_now(verb, owner, ada)


@pytest.mark.parametrize("state", ["active", "pending", "unconfirmed"])
def test_enabling_is_no_way_around_approval_or_confirmation(db: Database, people: People, state: str) -> None:
    owner, ada = _role(db, people, "eoin", "owner"), people.ada.id
    db.write_now(profile.update_profile, ada, state=state)
    with pytest.raises(Conflict):
        db.write_now(recovery.enable, owner, ada)
    assert state_of(db, ada) == state


def test_who_is_disabled_decides_nothing(db: Database, people: People) -> None:
    admin = _role(db, people, "tala", "administrator")
    db.write_now(recovery.disable, None, admin)
    with pytest.raises(Forbidden):
        db.write_now(recovery.set_role, admin, people.ada.id, "moderator")
    with pytest.raises(Forbidden):
        db.write_now(recovery.enable, admin, admin)


def test_a_role_that_is_none_is_refused_by_name(db: Database, people: People) -> None:
    with pytest.raises(Invalid) as refused:
        db.write_now(recovery.set_role, None, people.ada.id, "king")
    assert refused.value.field == "role"


def test_a_disabled_owner_does_not_count_as_one(db: Database, people: People) -> None:
    owner, gone = _role(db, people, "eoin", "owner"), _role(db, people, "gone", "owner")
    db.write_now(recovery.disable, owner, gone)
    with pytest.raises(Forbidden, match="owner"):
        db.write_now(recovery.disable, owner, owner)
    db.write_now(recovery.set_role, owner, gone, "member")  # theirs can be taken
    assert db.read_now(queries.get, gone).account.role == "member"


def test_a_company_keeps_an_owner(db: Database, people: People) -> None:
    owner = _role(db, people, "eoin", "owner")
    for verb, more in ((recovery.set_role, ("member",)), (recovery.disable, ())):
        with pytest.raises(Forbidden, match="owner"):
            db.write_now(verb, owner, owner, *more)
    other = _role(db, people, "other", "owner")

    db.write_now(recovery.set_role, other, owner, "member")

    assert db.read_now(queries.get, owner).account.role == "member"


def test_disabling_ends_every_session_and_the_posts_stay(db: Database, people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("I was here")
    db.write_now(credentials.add, ada.id, "ada@example.com", HASH, confirmed=True)
    cookie = db.write_now(sessions.start, ada.id)

    db.write_now(recovery.disable, None, ada.id)

    assert db.read_now(sessions.viewer, cookie, 30) is None
    with pytest.raises(Forbidden):
        db.read_now(sessions.check, "ada", "correct horse battery")
    assert bo.sees(post)
    db.write_now(recovery.enable, None, ada.id)
    assert db.read_now(sessions.check, "ada", "correct horse battery") == ada.id


def test_a_value_that_breaks_a_rule_of_the_company_is_refused_by_name(db: Database) -> None:
    def attempt(conn: Connection, name: str, value: Any) -> None:
        company.change(conn, **{name: value})

    for name, value in (
        ("character_limit", 19),
        ("character_limit", 5001),
        ("name", ""),
        ("registration", "maybe"),
    ):
        with pytest.raises(Invalid) as refused:
            db.write_now(attempt, name, value)
        assert refused.value.field == name

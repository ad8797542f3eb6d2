"""Settings: profile, appearance, password and mail, devices and apps, invitations, the company."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image

from officetalk.accounts import queries
from officetalk.company import settings as company
from officetalk.core.database import Database
from officetalk.identity import credentials, registration, roster, sessions, tokens
from officetalk.identity.scopes import parse
from tests.conftest import Clock
from tests.people import Human, People
from tests.web.browser import PASSWORD, Browser, Web

NewWeb = Callable[..., Web]


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    return web.signed_in(people.ada)


def with_role(human: Human, role: str) -> Human:
    human.changes(role=role)
    return human


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), (10, 120, 90)).save(made, "PNG")
    return made.getvalue()


# --- profile -----------------------------------------------------------------------------------------


def test_the_whole_profile_is_kept_and_shown_again(ada: Browser, people: People) -> None:
    assert people.bo
    typed = {
        "display_name": "Ada Lovelace",
        "job_title": "Analyst",
        "department": "Engines",
        "location": "London",
        "pronouns": "she/her",
        "bio": "Notes & <programs>\nfor engines",
        "manager": "@bo",
        "time_zone": "Europe/London",
        "language": "en-GB",
        "field_name_0": "Phone",
        "field_value_0": "4711",
        "locked": "1",
    }

    answer = ada.open("/settings/profile").send("/settings/profile", **typed)

    account = people.ada.account
    assert answer.location == "/settings/profile"
    assert (account.job_title, account.manager_id, account.locked) == ("Analyst", people.bo.id, True)
    assert account.fields == (("Phone", "4711"),)
    again = answer.follow()
    assert {name: again.value(name) for name in typed} == {**typed, "manager": "bo"}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("bio", "x" * 501, "The text is too long (maximum is 500 characters)."),
        ("display_name", "x" * 61, "The name is too long (maximum is 60 characters)."),
        ("manager", "nobody", "The manager is not the user name of a colleague."),
        ("manager", "ada", "The manager must be somebody else."),
        (
            "time_zone",
            "Europe/Atlantis",
            "The time zone must be a name of the time zone database, such as Europe/Oslo.",
        ),
        ("language", "no language", "The language must be a language tag, such as en or pt-BR."),
        ("field_value_2", "x" * 256, None),
    ],
)
def test_a_broken_rule_is_told_at_its_field_and_nothing_is_lost_or_changed(
    ada: Browser, people: People, field: str, value: str, sentence: str | None
) -> None:
    before = people.ada.account

    answer = ada.open("/settings/profile").send("/settings/profile", **{"job_title": "Analyst", field: value})

    assert answer.status == 422
    if sentence:
        assert answer.error(field) == sentence
        assert answer.focused == [field]
    else:
        assert "Labels and contents must have names and values of at most 255 characters." in answer.text
    assert (answer.value("job_title"), answer.value(field)) == ("Analyst", value)
    assert people.ada.account.job_title == before.job_title


def test_two_people_cannot_manage_each_other(ada: Browser, people: People) -> None:
    people.bo.changes(manager_id=people.ada.id)

    answer = ada.open("/settings/profile").send("/settings/profile", manager="bo")

    assert answer.error("manager") == "The manager would report to this person in turn."


def test_while_one_types_colleagues_are_offered_as_managers(ada: Browser, people: People) -> None:
    assert people.borys
    assert people.carla

    offered = ada.fragment("/settings/profile/managers", manager="bor")

    assert 'value="borys"' in offered.text
    assert "carla" not in offered.text


def test_a_portrait_is_kept_and_can_be_removed(ada: Browser, people: People) -> None:
    page = ada.open("/settings/profile")
    files = {"avatar": ("me.png", picture(), "image/png")}

    page.send("/settings/profile", files)
    kept = people.ada.account.avatar
    ada.open("/settings/profile").send("/settings/profile", remove_avatar="1")

    assert kept is not None
    assert kept.endswith(".webp")
    assert people.ada.account.avatar is None


def test_a_file_that_is_no_picture_is_refused_at_its_field(ada: Browser, people: People) -> None:
    files = {"header": ("cover.png", b"this is no picture", "image/png")}

    answer = ada.open("/settings/profile").send("/settings/profile", files, job_title="Analyst")

    assert answer.status == 422
    assert (answer.error("header") or "").startswith("The cover ")
    assert answer.value("job_title") == "Analyst"
    assert people.ada.account.header is None


# --- appearance --------------------------------------------------------------------------------------


def test_the_look_is_kept_with_the_account_and_written_by_the_server(ada: Browser) -> None:
    ada.open("/settings/appearance").send(
        "/settings/appearance",
        theme="dark", contrast="1", single_keys="", live_insert="1", audience="followers", language="nb",
    )  # fmt: skip

    page = ada.open("/settings/appearance")
    assert 'data-theme="dark"' in page.text
    assert 'data-contrast="more"' in page.text
    assert 'data-single-keys="off"' in page.text
    shown = {
        name: page.value(name)
        for name in ("theme", "contrast", "single_keys", "live_insert", "audience", "language")
    }
    assert shown == {
        "theme": "dark", "contrast": "1", "single_keys": None, "live_insert": "1",
        "audience": "followers", "language": "nb",
    }  # fmt: skip


def test_a_look_that_does_not_exist_changes_nothing(ada: Browser) -> None:
    answer = ada.open("/settings/appearance").send("/settings/appearance", theme="neon")

    assert answer.status == 422
    assert "data-theme" not in ada.open("/settings/appearance").text.partition("<head>")[0]


# --- password and mail address -----------------------------------------------------------------------


def test_a_new_password_signs_out_every_other_device(web: Web, ada: Browser, people: People) -> None:
    web.give_password(people.ada)
    elsewhere = web.signed_in(people.ada)

    ada.open("/settings/password").send(
        "/settings/password", current_password=PASSWORD, new_password="another horse battery"
    )

    assert ada.is_signed_in
    assert not elsewhere.is_signed_in
    signed_in = web.browser().open("/sign-in").send("/sign-in", login="ada", password="another horse battery")
    assert signed_in.location == "/"


@pytest.mark.parametrize(
    ("current", "new", "field", "sentence"),
    [
        ("wrong horse", "another horse battery", "current_password", "This is not your current password."),
        (PASSWORD, "short", "new_password", "The password is too short (minimum is 8 characters)."),
        (
            PASSWORD,
            "ada@example.com",
            "new_password",
            "The password must not be the name or the mail address.",
        ),
        ("", "another horse battery", "current_password", "Your current password must not be empty."),
    ],
)
def test_a_password_is_not_changed_against_the_rules(
    web: Web, ada: Browser, people: People, current: str, new: str, field: str, sentence: str
) -> None:
    web.give_password(people.ada)

    answer = ada.open("/settings/password").send(
        "/settings/password", current_password=current, new_password=new
    )

    assert answer.status == 422
    assert answer.error(field) == sentence
    assert (answer.value("current_password"), answer.value("new_password")) == ("", "")
    assert web.browser().open("/sign-in").send("/sign-in", login="ada", password=PASSWORD).location == "/"


def test_at_an_open_screen_the_password_cannot_be_guessed_for_long(
    new_web: NewWeb, web: Web, people: People
) -> None:
    web.give_password(people.ada)
    page = new_web(rate_limits=True).signed_in(people.ada).open("/settings/password")

    tries = [
        page.send(
            "/settings/password", current_password=f"guess {i}", new_password="another horse battery"
        ).status
        for i in range(11)
    ]

    assert tries == [422] * 10 + [429]


def test_the_mail_address_changes_with_the_password_only(
    web: Web, ada: Browser, people: People, db: Database
) -> None:
    web.give_password(people.ada)
    web.give_password(people.bo)
    page = ada.open("/settings/password")

    without = page.send("/settings/email", email="new@example.com", password="wrong horse")
    taken = page.send("/settings/email", email="BO@example.com", password=PASSWORD)
    done = page.send("/settings/email", email="new@example.com", password=PASSWORD)

    assert without.error("password") == "This is not your current password."
    assert without.value("email") == "new@example.com"
    assert taken.error("email") == "The mail address has already been taken."
    assert done.location == "/settings/password"
    assert db.read_now(credentials.email_of, people.ada.id) == "new@example.com"


# --- devices and apps --------------------------------------------------------------------------------


def test_devices_are_listed_and_one_of_them_is_signed_out(
    web: Web, ada: Browser, people: People, db: Database
) -> None:
    phone = web.signed_in(people.ada)
    page = ada.open("/settings/sessions")
    assert page.text.count("Firefox on Linux") >= 2
    assert "This device" in page.text
    others = [s.id for s in db.read_now(sessions.list_sessions, people.ada.id, None)]
    ended = next(id for id in others if page.has_form(f"/settings/sessions/{id}/end"))

    page.send(f"/settings/sessions/{ended}/end")

    assert ada.is_signed_in
    assert not phone.is_signed_in


def test_all_others_are_signed_out_at_once(web: Web, ada: Browser, people: People) -> None:
    others = [web.signed_in(people.ada) for _ in range(3)]

    ada.open("/settings/sessions").send("/settings/sessions/end-others")

    assert ada.is_signed_in
    assert not any(browser.is_signed_in for browser in others)


def test_nobody_ends_the_session_of_another(web: Web, ada: Browser, people: People, db: Database) -> None:
    bo = web.signed_in(people.bo)
    session = db.read_now(sessions.list_sessions, people.bo.id, None)[0].id
    csrf = ada.open("/settings/sessions").form("/sign-out").values["csrf"]

    answers = [
        ada.post(f"/settings/sessions/{id}/end", {"csrf": csrf}).status for id in (session, 1, 1 << 70)
    ]

    assert answers == [404, 404, 404]
    assert bo.is_signed_in


def test_an_app_is_listed_once_in_words_and_disconnected_with_all_its_tokens(
    ada: Browser, people: People, db: Database
) -> None:
    tusky = db.write_now(tokens.register_app, "Tusky", ("https://client.test/",), parse("read write"), None)[
        0
    ]
    made = [
        db.write_now(tokens.password_token, tusky, people.ada.id, parse(scope)).access_token
        for scope in ("read", "write:media")
    ]
    page = ada.open("/settings/sessions")
    assert page.text.count(">Tusky<") == 1
    assert "See all that you can see" in page.text
    assert "Upload pictures" in page.text

    page.send(f"/settings/apps/{tusky.id}/revoke")

    assert [db.read_now(tokens.viewer, token) for token in made] == [None, None]
    assert "No app is connected" in ada.open("/settings/sessions").text


# --- invitations -------------------------------------------------------------------------------------


def test_a_member_makes_a_link_and_ends_it(web: Web, ada: Browser, people: People, db: Database) -> None:
    ada.open("/settings/invitations").send("/settings/invitations", uses="5", days="30")
    made = db.read_now(registration.invitations_of, people.ada.id)[0]
    page = ada.open("/settings/invitations")
    assert f"http://talk.test/join/{made.code}" in page.text
    assert (made.max_uses, made.uses) == (5, 0)
    assert web.browser().open(f"/join/{made.code}").status == 200

    page.send(f"/settings/invitations/{made.id}/revoke")

    assert web.browser().open(f"/join/{made.code}").status == 404


def test_a_link_ends_by_itself(web: Web, ada: Browser, people: People, db: Database, clock: Clock) -> None:
    ada.open("/settings/invitations").send("/settings/invitations", uses="", days="1")
    code = db.read_now(registration.invitations_of, people.ada.id)[0].code

    clock.forward(days=1, seconds=1)

    assert web.browser().open(f"/join/{code}").status == 404
    assert "Expired" in web.signed_in(people.ada).open("/settings/invitations").text


@pytest.mark.parametrize(
    ("mode", "role", "may"),
    [
        ("invitation", "member", True),
        ("open", "member", True),
        ("approval", "member", False),
        ("approval", "moderator", False),
        ("approval", "administrator", True),
        ("closed", "owner", False),
    ],
)
def test_who_may_invite_depends_on_the_mode(
    new_web: NewWeb, web: Web, people: People, db: Database, mode: str, role: str, may: bool
) -> None:
    browser = new_web(registration=mode).signed_in(with_role(people.ada, role))
    page = browser.open("/settings/invitations")
    csrf = page.form("/sign-out").values["csrf"]

    answer = browser.post("/settings/invitations", {"csrf": csrf, "uses": "1", "days": "7"})

    assert page.has_form("/settings/invitations") is may
    assert answer.status == (303 if may else 403)
    assert len(db.read_now(registration.invitations_of, people.ada.id)) == int(may)


# --- the company -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["member", "moderator"])
def test_only_administrators_reach_the_settings_of_the_company(
    web: Web, people: People, db: Database, role: str
) -> None:
    browser = web.signed_in(with_role(people.ada, role))
    profile = browser.open("/settings/profile")
    csrf = profile.form("/sign-out").values["csrf"]
    values = {"csrf": csrf, "name": "Eve", "character_limit": "5000", "do": "role", "role": "owner"}

    answers = [
        browser.open("/settings/company").status,
        browser.open("/settings/company/people").status,
        browser.post("/settings/company", values).status,
        browser.post(f"/settings/company/people/{people.ada.id}", values).status,
    ]

    assert answers == [403] * 4
    assert "/settings/company" not in profile.text
    assert people.ada.account.role == role
    assert db.read_now(company.load).name == "Aldermoor"


@pytest.fixture
def boss(web: Web, people: People) -> Browser:
    """An administrator's browser."""
    return web.signed_in(with_role(people.tala, "administrator"))


def test_an_administrator_changes_what_the_company_has_chosen(boss: Browser, db: Database) -> None:
    answer = boss.open("/settings/company").send(
        "/settings/company",
        name="Aldermoor Ltd", description="Probes", character_limit="280", registration="approval",
        email_domains="@aldermoor.example; ALDERMOOR.test",
    )  # fmt: skip

    assert answer.location == "/settings/company"
    kept = db.read_now(company.load)
    assert (kept.name, kept.description, kept.character_limit) == ("Aldermoor Ltd", "Probes", 280)
    assert (kept.registration, kept.email_domains) == ("approval", ("aldermoor.example", "aldermoor.test"))
    assert "Aldermoor Ltd" in boss.open("/settings/company").text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "The name must not be empty."),
        ("character_limit", "19", "Must be a number from 20 to 5,000."),
        ("character_limit", "many", "Must be a number from 20 to 5,000."),
        ("email_domains", "everyone", "The domains must be names such as example.com, separated by commas."),
    ],
)
def test_what_a_company_cannot_choose_is_told_at_its_field(
    boss: Browser, db: Database, field: str, value: str, sentence: str
) -> None:
    before = db.read_now(company.load)

    answer = boss.open("/settings/company").send(
        "/settings/company", **{"description": "Probes", field: value}
    )

    assert answer.status == 422
    assert answer.error(field) == sentence
    assert (answer.value("description"), answer.value(field)) == ("Probes", value)
    assert db.read_now(company.load) == before


def test_a_way_to_join_that_does_not_exist_is_refused(boss: Browser, db: Database) -> None:
    answer = boss.open("/settings/company").send("/settings/company", registration="everyone")

    assert answer.status == 422
    assert db.read_now(company.load).registration == "invitation"


def test_what_the_server_fixes_cannot_be_changed_in_the_app(
    new_web: NewWeb, web: Web, people: People, db: Database
) -> None:
    browser = new_web(registration="closed").signed_in(with_role(people.tala, "administrator"))

    browser.open("/settings/company").send("/settings/company", registration="open")

    assert db.read_now(company.load).registration == "invitation"


def test_whoever_waits_is_let_in_or_turned_down(
    new_web: NewWeb, web: Web, boss: Browser, db: Database
) -> None:
    door = new_web(registration="approval")
    for name in ("eva", "mallory"):
        door.browser().open("/join").send(
            "/join", display_name=name.title(), username=name, email=f"{name}@example.com",
            password=PASSWORD, reason=f"I am {name}",
        )  # fmt: skip
    page = boss.open("/settings/company")
    assert "I am eva" in page.text
    waiting = {
        f: page.has_form(f)
        for f in (f"/settings/company/people/{w.account.id}" for w in db.read_now(roster.waiting))
    }
    assert list(waiting.values()) == [True, True]
    eva, mallory = list(waiting)

    page.send(eva, do="approve")
    page.send(mallory, do="reject")

    signed_in = door.browser().open("/sign-in").send("/sign-in", login="eva", password=PASSWORD)
    refused = door.browser().open("/sign-in").send("/sign-in", login="mallory", password=PASSWORD)
    assert (signed_in.location, refused.status) == ("/", 401)
    assert "Waiting for you" not in boss.open("/settings/company").text


def test_an_administrator_gives_roles_up_to_the_own(boss: Browser, people: People) -> None:
    form = f"/settings/company/people/{people.bo.id}"
    page = boss.open("/settings/company/people")
    csrf = page.form("/sign-out").values["csrf"]

    page.send(form, do="role", role="moderator")
    above = boss.post(form, {"csrf": csrf, "do": "role", "role": "owner"})
    nonsense = boss.post(form, {"csrf": csrf, "do": "role", "role": "emperor"})

    assert people.bo.account.role == "moderator"
    assert 'value="owner"' not in page.text
    assert above.status == 403
    assert "Nobody can give a role above the own" in above.text
    assert nonsense.status == 422


def test_an_owner_is_out_of_reach_for_administrators_and_the_last_one_stays(
    web: Web, boss: Browser, people: People
) -> None:
    owner = with_role(people.eoin, "owner")
    form = f"/settings/company/people/{owner.id}"
    page = boss.open("/settings/company/people")
    csrf = page.form("/sign-out").values["csrf"]
    own = web.signed_in(owner)
    own_csrf = own.open("/settings/company/people").form("/sign-out").values["csrf"]

    answers = [
        boss.post(form, {"csrf": csrf, "do": "disable"}),
        own.post(form, {"csrf": own_csrf, "do": "disable"}),
    ]

    assert not page.has_form(form)
    assert [a.status for a in answers] == [403, 403]
    assert owner.account.state == "active"


def test_a_disabled_colleague_is_signed_out_at_once_and_can_come_back(
    web: Web, boss: Browser, people: People
) -> None:
    web.give_password(people.bo)
    bo = web.signed_in(people.bo)
    assert bo.is_signed_in
    form = f"/settings/company/people/{people.bo.id}"

    boss.open("/settings/company/people").send(form, do="disable")
    gone = not bo.is_signed_in
    boss.open("/settings/company/people").send(form, do="enable")

    assert gone
    back = web.browser().open("/sign-in").send("/sign-in", login="bo", password=PASSWORD)
    assert back.location == "/"


@pytest.mark.parametrize("query", ["bo", "@BO", "Bo E", "bo@example", ""])
def test_colleagues_are_found_by_any_of_their_names(
    web: Web, boss: Browser, people: People, query: str
) -> None:
    people.bo.changes(display_name="Bo Ek")
    web.give_password(people.bo)
    assert people.carla

    page = boss.open("/settings/company/people", q=query)

    assert f'id="a{people.bo.id}"' in page.text
    assert (f'id="a{people.carla.id}"' in page.text) is (query == "")


@pytest.mark.parametrize("query", ["%", "_", "\\"])
def test_signs_of_patterns_are_searched_as_they_are(boss: Browser, people: People, query: str) -> None:
    assert people.bo

    assert "Nobody is called" in boss.open("/settings/company/people", q=query).text


def test_the_list_of_colleagues_goes_on_without_gaps(
    web: Web, boss: Browser, people: People, db: Database
) -> None:
    everyone = {getattr(people, f"member{i}").id for i in range(60)} | {people.tala.id}
    first = boss.open("/settings/company/people")
    link = first.text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]

    second = boss.open(link.replace("&amp;", "&"))

    on_first = {id for id in everyone if f'id="a{id}"' in first.text}
    on_second = {id for id in everyone if f'id="a{id}"' in second.text}
    assert (len(on_first), len(on_second)) == (50, 11)
    assert on_first | on_second == everyone
    assert db.read_now(queries.get, people.tala.id)


def test_who_may_find_one_is_chosen_on_the_profile(ada: Browser, people: People) -> None:
    ada.open("/settings/profile").send(
        "/settings/profile", discoverable="", indexable="", hide_collections="1"
    )

    account = people.ada.account
    assert (account.discoverable, account.indexable, account.display.hide_collections) == (False, False, True)
    page = ada.open("/settings/profile").send("/settings/profile", discoverable="1", indexable="1")
    assert page.location == "/settings/profile"
    assert (people.ada.account.discoverable, people.ada.account.indexable) == (True, True)


def test_a_portrait_can_be_described(ada: Browser, people: People) -> None:
    ada.open("/settings/profile").send("/settings/profile", {"avatar": ("me.png", picture(), "image/png")})

    ada.open("/settings/profile").send("/settings/profile", avatar_description="Me at the lathe")

    assert people.ada.account.display.avatar_description == "Me at the lathe"
    refused = ada.open("/settings/profile").send("/settings/profile", avatar_description="x" * 151)
    assert refused.error("avatar_description") is not None

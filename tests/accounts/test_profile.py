"""Making an account and changing its profile: every rule, with the field that broke it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from officetalk.accounts import profile, queries
from officetalk.core.database import Database
from officetalk.core.errors import Invalid, NotFound
from tests.people import People

REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "a name too long": ({"display_name": "x" * 61}, "display_name", "ERR_TOO_LONG"),
    "a bio too long": ({"bio": "x" * 501}, "bio", "ERR_TOO_LONG"),
    "a title too long": ({"job_title": "x" * 101}, "job_title", "ERR_TOO_LONG"),
    "a department too long": ({"department": "x" * 101}, "department", "ERR_TOO_LONG"),
    "a location too long": ({"location": "x" * 101}, "location", "ERR_TOO_LONG"),
    "pronouns too long": ({"pronouns": "x" * 41}, "pronouns", "ERR_TOO_LONG"),
    "a control character": ({"bio": "a\x00b"}, "bio", "ERR_INVALID"),
    "half a surrogate": ({"display_name": "\ud800"}, "display_name", "ERR_INVALID"),
    "a time zone that is none": ({"time_zone": "Mars/Olympus"}, "time_zone", "ERR_INVALID"),
    "a language that is none": ({"language": "!!"}, "language", "ERR_INVALID"),
    "five fields": ({"fields": [("a", "b")] * 5}, "fields", "ERR_INVALID"),
    "a field too long": ({"fields": [("a", "x" * 256)]}, "fields", "ERR_INVALID"),
    "a control character in a field": ({"fields": [("a\x07", "b")]}, "fields", "ERR_INVALID"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_breaks_a_rule_is_refused_with_its_field_and_nothing_changes(people: People, case: str) -> None:
    changes, field, code = REFUSED[case]
    people.ada.changes(pronouns="she")
    before = people.ada.account

    with pytest.raises(Invalid) as refused:
        people.ada.changes(**({"bot": True} | changes))

    assert (refused.value.field, refused.value.code) == (field, code)
    assert people.ada.account.revision == before.revision and not people.ada.account.bot


def test_a_profile_is_kept_as_it_was_written(people: People) -> None:
    parts = {
        "display_name": "Ada Łovelace", "bio": "Zeile eins\nline two", "job_title": "Analyst",
        "department": "Engines", "location": "London", "pronouns": "she/her",
        "time_zone": "Europe/London", "language": "en-GB", "avatar": "a.webp", "header": "h.webp",
        "bot": False, "locked": True,
    }  # fmt: skip

    people.ada.changes(**parts, fields=[(" Desk ", "4.2"), ("", "")])

    account = people.ada.account
    assert {name: getattr(account, name) for name in parts} == parts
    assert account.fields == (("Desk", "4.2"),)


def test_each_change_counts_a_revision_and_is_seen_at_once(people: People) -> None:
    before = people.ada.account.revision
    post = people.ada.posts("Hello")
    assert people.bo.sees_at(post).author.name == "Ada"

    people.ada.changes(display_name="Countess")

    assert people.ada.account.revision == before + 1
    assert people.bo.sees_at(post).author.name == "Countess"


@pytest.mark.parametrize(
    ("username", "code"),
    [
        ("", "ERR_BLANK"),
        ("x" * 31, "ERR_TOO_LONG"),
        ("ada lovelace", "ERR_INVALID"),
        ("ada.", "ERR_INVALID"),
        ("-ada", "ERR_INVALID"),
        ("łada", "ERR_INVALID"),
        ("Admin", "ERR_RESERVED"),
        ("ADA", "ERR_TAKEN"),
    ],
)
def test_a_user_name_keeps_the_rules(people: People, db: Database, username: str, code: str) -> None:
    assert people.ada.name == "ada"

    with pytest.raises(Invalid) as refused:
        db.write_now(profile.create, username)

    assert (refused.value.field, refused.value.code) == ("username", code)


@pytest.mark.parametrize("username", ["a", "ada.lovelace", "ada-2", "_ada_", "x" * 30])
def test_a_user_name_may_have_dots_and_hyphens_inside(db: Database, username: str) -> None:
    assert db.write_now(profile.create, username).account.username == username


def test_a_user_name_taken_at_the_same_moment_is_taken_once(db: Database) -> None:
    def create(_: int) -> str:
        try:
            db.write_now(profile.create, "ada")
        except Invalid as refused:
            return refused.code
        return "made"

    with ThreadPoolExecutor(6) as threads:
        results = list(threads.map(create, range(6)))

    assert sorted(results) == ["ERR_TAKEN"] * 5 + ["made"]


def test_nobody_is_the_manager_of_the_own_manager(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    bo.changes(manager_id=ada.id)
    cy.changes(manager_id=bo.id)

    for boss in (ada, bo, cy):
        with pytest.raises(Invalid) as refused:
            ada.changes(manager_id=boss.id)
        assert refused.value.field == "manager_id"
    assert ada.account.manager_id is None


def test_a_manager_must_be_somebody(people: People, db: Database) -> None:
    waiting = db.write_now(profile.create, "waiting", state="pending")

    for nobody in (12345, waiting.id):
        with pytest.raises(NotFound):
            people.ada.changes(manager_id=nobody)


def test_a_manager_can_be_taken_away(people: People) -> None:
    people.ada.changes(manager_id=people.bo.id)
    people.ada.changes(manager_id=None)

    assert people.ada.account.manager_id is None


def test_preferences_are_kept_one_by_one(people: People, db: Database) -> None:
    db.write_now(profile.update_preferences, people.ada.id, theme="dark")
    db.write_now(profile.update_preferences, people.ada.id, audience="quiet", language="nb")

    chosen = db.read_now(queries.preferences, people.ada.id)
    assert (chosen.theme, chosen.audience, chosen.language) == ("dark", "quiet", "nb")


@pytest.mark.parametrize(("name", "value"), [("theme", "pink"), ("audience", "world"), ("language", "?")])
def test_a_preference_that_is_none_is_refused(people: People, db: Database, name: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        db.write_now(profile.update_preferences, people.ada.id, **{name: value})

    assert refused.value.field == name
    assert getattr(db.read_now(queries.preferences, people.ada.id), name) != value


@pytest.mark.parametrize("state", ["pending", "unconfirmed"])
def test_who_was_never_let_in_does_not_exist_for_colleagues(people: People, db: Database, state: str) -> None:
    new = db.write_now(profile.create, "newbie", state=state)

    for question, key in ((queries.visible, new.id), (queries.by_username, "newbie")):
        with pytest.raises(NotFound):
            db.read_now(question, key)
    assert db.read_now(queries.by_ids, [new.id, people.ada.id])[0].id == people.ada.id
    assert people.ada.posts("Hello @newbie").content.recognised.mentions == ()
    with pytest.raises(NotFound):
        db.write_now(profile_follow, people.ada.id, new.id)


def profile_follow(conn: Any, actor: int, target: int) -> None:
    from officetalk.accounts.relations import follow

    follow(conn, actor, target)


def test_who_left_is_still_known(people: People, db: Database) -> None:
    people.ada.posts("I was here")
    people.ada.changes(state="disabled")

    assert db.read_now(queries.by_username, "ADA").id == people.ada.id
    assert people.bo.profile_of(people.ada) == ["I was here"]

"""Making an account and changing its profile."""

from __future__ import annotations

import re
import zoneinfo
from typing import Any

import msgspec
import regex
from sqlalchemy import select, update

from officetalk.accounts import display, hooks, queries
from officetalk.accounts.entities import Person, Preferences
from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.sql import Statement, p
from officetalk.core.upsert import upsert
from officetalk.feeds import entries

# Mastodon's rule for user names: letters, digits and _, with dots and hyphens inside.
USERNAME = re.compile(r"[a-z0-9_]+([a-z0-9_.-]*[a-z0-9_]+)?", re.IGNORECASE | re.ASCII)
MAX_USERNAME = 30
RESERVED = frozenset(
    "admin administrator api app auth company everyone all here help home l login logout me media moderator "
    "oauth officetalk owner people root search settings setup sign-in static support system tags www".split()
)
# What a profile consists of, with the longest text allowed (characters).
TEXT_LIMITS = {
    "display_name": 60,
    "bio": 500,
    "job_title": 100,
    "department": 100,
    "location": 100,
    "pronouns": 40,
}
MAX_FIELDS = 4
MAX_LANGUAGE = 16
MAX_FIELD = 255
_CONTROL = regex.compile(r"[\p{Cc}\p{Cs}--[\n\t]]", flags=regex.VERSION1)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")

_INSERT_COLUMNS = ["id", "username", "username_key", "display_name", "role", "state"]
_INSERT = upsert(account, ["username_key"], [], _INSERT_COLUMNS)
_TAKEN = Statement(
    select(account.c.id).where(account.c.username_key == p("key", account.c.username_key.type))
)
_MANAGER = Statement(select(account.c.manager_id).where(account.c.id == p("id")))


def check_username(username: str) -> str:
    """The user name if it keeps the rules. Raises Invalid."""
    if not username:
        raise Invalid("username", "can't be blank", "ERR_BLANK")
    if len(username) > MAX_USERNAME:
        raise Invalid(
            "username", "is too long (maximum is %(count)s characters)", "ERR_TOO_LONG", count=MAX_USERNAME
        )
    if not USERNAME.fullmatch(username):
        raise Invalid("username", "must contain only letters, numbers, dots, hyphens and underscores")
    if username.lower() in RESERVED:
        raise Invalid("username", "is reserved", "ERR_RESERVED")
    return username


def check_free(conn: Connection, username: str) -> None:
    """Invalid (username) when somebody is called so. (`create` asks again, in its transaction.)"""
    if conn.first(_TAKEN, key=username.lower()) is not None:
        raise Invalid("username", "has already been taken", "ERR_TAKEN")


def create(
    conn: Connection,
    username: str,
    *,
    display_name: str = "",
    role: str = "member",
    state: str = "active",
) -> Person:
    """Make an account with its feed. Invalid when the name is taken or breaks the rules."""
    check_username(username)
    id = conn.new_id()
    made = conn.run(
        _INSERT,
        id=id, username=username, username_key=username.lower(),
        display_name=_text("display_name", display_name), role=role, state=state,
    )  # fmt: skip
    if not made:
        raise Invalid("username", "has already been taken", "ERR_TAKEN")
    entries.create(conn, id, "account")
    # Everybody reads the own posts at home, by a subscription that nobody counts.
    entries.subscribe(conn, id, id, "self")
    conn.announce("account.created", id, id)
    hooks.changed(conn, id)
    return queries.get(conn, id)


def _text(name: str, value: str) -> str:
    value = regex.sub(r"\r\n?", "\n", value).strip()
    if _CONTROL.search(value):
        raise Invalid(name, "must not contain control characters")
    if len(value) > TEXT_LIMITS[name]:
        raise Invalid(
            name, "is too long (maximum is %(count)s characters)", "ERR_TOO_LONG", count=TEXT_LIMITS[name]
        )
    return value


def _manager(conn: Connection, id: int, manager_id: int | None) -> int | None:
    if manager_id is None:
        return None
    if manager_id == id:
        raise Invalid("manager_id", "must be somebody else")
    queries.visible(conn, manager_id)
    above, seen = manager_id, {id}
    while above is not None:
        if above in seen:
            raise Invalid("manager_id", "would report to this person in turn")
        seen.add(above)
        above = conn.value(_MANAGER, id=above)
    return manager_id


def _fields(fields: Any) -> str:
    kept = [(name.strip(), value.strip()) for name, value in fields]
    kept = [pair for pair in kept if any(pair)]
    if len(kept) > MAX_FIELDS:
        raise Invalid("fields", "must be at most %(count)s", count=MAX_FIELDS)
    for pair in kept:
        if any(len(part) > MAX_FIELD for part in pair):
            raise Invalid(
                "fields", "must have names and values of at most %(count)s characters", count=MAX_FIELD
            )
        if any(_CONTROL.search(part) for part in pair):
            raise Invalid("fields", "must not contain control characters")
    return msgspec.json.encode(kept).decode()


def check_time_zone(value: str) -> str:
    if value and value not in zoneinfo.available_timezones():
        raise Invalid("time_zone", "must be a name of the time zone database, such as Europe/Oslo")
    return value


def check_language(value: str, field: str = "language") -> str:
    if value and not (len(value) <= MAX_LANGUAGE and _LANGUAGE.fullmatch(value)):
        raise Invalid(field, "must be a language tag, such as en or pt-BR")
    return value


def update_profile(conn: Connection, id: int, **changes: Any) -> Person:
    """Change parts of a profile: the names of TEXT_LIMITS, and manager_id, time_zone, language, fields
    (pairs of name and value), avatar and header (names in the media store, None to remove), bot, locked,
    role, state, silenced, sensitized, discoverable, indexable; and those of entities.Display. Invalid names
    the field and the rule; nothing is changed then."""
    values: dict[str, Any] = {}
    for name, value in changes.items():
        if name in TEXT_LIMITS:
            values[name] = _text(name, value)
        elif name == "manager_id":
            values[name] = _manager(conn, id, value)
        elif name == "time_zone":
            values[name] = check_time_zone(value)
        elif name == "language":
            values[name] = check_language(value)
        elif name == "fields":
            values[name] = _fields(value)
        elif name in _AS_GIVEN:
            values[name] = value
        elif name not in display.PARTS:
            raise TypeError(f"no such part of a profile: {name}")
    if _SHOWN & changes.keys():
        if conn.value(_LOCK, id=id) is None:  # the parts of it are changed together: one after the other
            raise NotFound
        values["display"] = display.changed(queries.get(conn, id).account, changes)
    if values:
        conn.run(_update(tuple(sorted(values))), id=id, **values)
        conn.announce("account.changed", id, id)
        hooks.changed(conn, id)
    return queries.get(conn, id)


_AS_GIVEN = frozenset(
    "avatar header bot locked role state silenced sensitized discoverable indexable".split()
)
_SHOWN = display.PARTS | {"avatar", "header"}
_LOCK = Statement(select(account.c.id).where(account.c.id == p("id")).with_for_update())
_updates: dict[tuple[str, ...], Statement] = {}


def _update(names: tuple[str, ...]) -> Statement:
    """The statement that sets these columns: one for each combination that occurs."""
    statement = _updates.get(names)
    if statement is None:
        columns = {n: p(n, account.c[n].type) for n in names}
        statement = _updates[names] = Statement(
            update(account).where(account.c.id == p("id")).values(revision=account.c.revision + 1, **columns)
        )
    return statement


def update_preferences(conn: Connection, id: int, **changes: Any) -> Preferences:
    """Change what a person has chosen (see Preferences). Invalid names the field."""
    try:
        chosen = msgspec.convert(
            {**msgspec.to_builtins(queries.preferences(conn, id)), **changes}, Preferences
        )
    except msgspec.ValidationError as problem:
        raise Invalid(next(iter(changes), None), str(problem)) from problem
    check_language(chosen.language)
    conn.run(_PREFERENCES, id=id, preferences=msgspec.json.encode(chosen).decode())
    conn.announce("account.changed", id, id)
    return chosen


_PREFERENCES = Statement(
    update(account)
    .where(account.c.id == p("id"))
    .values(preferences=p("preferences", account.c.preferences.type))
)

"""What the company has chosen: its name, the limit of characters, who may register.

Administrators change it in the app (Settings, Company); the defaults stand here.
"""

from __future__ import annotations

import secrets
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from sqlalchemy import String, delete, select

from officetalk.company.tables import setting
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid
from officetalk.core.settings import Registration
from officetalk.core.sql import Statement, p
from officetalk.core.upsert import upsert

DEFAULT_CHARACTER_LIMIT = 140


class Rule(msgspec.Struct, frozen=True):
    """Something that everybody here keeps to. `hint` explains it. One that is no longer in force is `gone`,
    and stays for the reports that name it."""

    id: int
    text: str
    hint: str = ""
    gone: bool = False


class Written(msgspec.Struct, frozen=True):
    """A longer text, and when it was written (ms; 0: never)."""

    text: str = ""
    at: int = 0


class Company(msgspec.Struct, frozen=True, kw_only=True):
    """The choices of the company. `set_up` is false until the owner's account exists."""

    name: Annotated[str, Meta(min_length=1, max_length=60)] = "OfficeTalk"
    description: Annotated[str, Meta(max_length=500)] = ""
    character_limit: Annotated[int, Meta(ge=20, le=5000)] = DEFAULT_CHARACTER_LIMIT
    registration: Registration = "invitation"
    email_domains: tuple[str, ...] = ()
    accent: Annotated[str, Meta(pattern=r"^(#[0-9a-f]{6})?$")] = ""  # #rrggbb; empty: OfficeTalk's own
    logo: str = ""  # its name in the media store (media/logos.py)
    self_deletion: bool = True  # people may delete their own account
    set_up: bool = False
    all_rules: tuple[Rule, ...] = ()
    about: Written = Written()
    privacy_policy: Written = Written()
    terms: Written = Written()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in force, in their order."""
        return tuple(rule for rule in self.all_rules if not rule.gone)


_ALL = Statement(select(setting.c.name, setting.c.value))
_PUT = upsert(setting, ["name"], ["value"])


def load(conn: Connection) -> Company:
    """The company's choices, defaults filled in."""
    values = {name: msgspec.json.decode(value) for name, value in conn.all(_ALL)}
    known = {f.name for f in msgspec.structs.fields(Company)}
    return msgspec.convert({k: v for k, v in values.items() if k in known}, Company)


def change(conn: Connection, **changes: Any) -> Company:
    """Change some of the choices. Invalid names the field and the rule. Who may is the caller's question
    (administrators: see identity.require)."""
    company = load(conn)
    for name, value in changes.items():
        field = {f.name: f for f in msgspec.structs.fields(Company)}[name]
        try:
            msgspec.convert(value, field.type)
        except msgspec.ValidationError as problem:
            raise Invalid(name, str(problem)) from problem
        conn.run(_PUT, name=name, value=msgspec.json.encode(value).decode())
    conn.announce("company.changed", 0)
    return msgspec.structs.replace(company, **changes)


def read(conn: Connection, name: str) -> Any:
    """A value that is not part of Company (internal: keys, codes), or None."""
    value = conn.value(_ONE, name=name)
    return None if value is None else msgspec.json.decode(value)


def write(conn: Connection, name: str, value: Any) -> None:
    """Keep such a value."""
    conn.run(_PUT, name=name, value=msgspec.json.encode(value).decode())


def write_once(conn: Connection, name: str, value: Any) -> Any:
    """Keep such a value unless there is one; returns what is kept. Two nodes that start at once get the same."""
    conn.run(_PUT_ONCE, name=name, value=msgspec.json.encode(value).decode())
    return read(conn, name)


def take(conn: Connection, name: str) -> bool:
    """Remove such a value. Of two who try at once one is told that it was there."""
    return conn.run(_TAKE, name=name) > 0


_PUT_ONCE = upsert(setting, ["name"], [])
_TAKE = Statement(delete(setting).where(setting.c.name == p("name", String)))
_ONE = Statement(select(setting.c.value).where(setting.c.name == p("name", String)))


def picture_key(conn: Connection) -> bytes:
    """The key that signs addresses of pictures; made once."""
    kept = read(conn, "picture_key")
    if kept is None:
        kept = write_once(conn, "picture_key", secrets.token_hex(32))
    return bytes.fromhex(kept)

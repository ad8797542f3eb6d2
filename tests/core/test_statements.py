"""Every statement of the program is understood by both databases."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, MetaData, String, Table, select

import officetalk
from officetalk.core.database import Connection, Database
from officetalk.core.sql import Id, Statement, one_of, p, within
from officetalk.core.upsert import upsert
from officetalk.golinks.tables import golink_day

DIALECTS = ("sqlite", "postgresql")
SQLITE_ONLY = ("officetalk.search.posts._COMPLETIONS", "officetalk.search.posts._COUNT_WORD")


def _statements(
    value: Any, path: str, dialects: tuple[str, ...]
) -> Iterator[tuple[str, Statement, tuple[str, ...]]]:
    """The statements in a module's value, and the dialects that each is for: a dictionary by dialect says."""
    if isinstance(value, Statement):
        yield path, value, dialects
    elif isinstance(value, dict):
        for key, item in value.items():
            only = tuple(d for d in DIALECTS if d == key or (isinstance(key, tuple) and d in key))
            yield from _statements(item, f"{path}[{key!r}]", only or dialects)
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            yield from _statements(item, f"{path}[{i}]", dialects)


def all_statements() -> dict[str, tuple[Statement, tuple[str, ...]]]:
    found = {}
    for module in pkgutil.walk_packages(officetalk.__path__, "officetalk."):
        if ".migrations" in module.name or module.name.endswith("__main__"):
            continue
        loaded = importlib.import_module(module.name)
        for name, value in vars(loaded).items():
            for path, statement, dialects in _statements(value, f"{module.name}.{name}", DIALECTS):
                found[path] = (statement, dialects)
    return found


def test_both_databases_understand_every_statement(db: Database) -> None:
    """Prepared on a migrated database: names, types and functions are checked, nothing is run."""
    statements = all_statements()
    assert len(statements) > 150

    def prepare(conn: Connection) -> dict[str, str]:
        wrong = {}
        for path, (statement, dialects) in statements.items():
            if db.dialect not in dialects or (db.dialect == "postgresql" and path in SQLITE_ONLY):
                continue
            try:
                compiled = statement.compiled(db.dialect)
                if db.dialect == "sqlite":
                    conn.raw.execute("EXPLAIN " + compiled.text, [None] * len(compiled.order)).fetchall()
                else:
                    conn.raw.execute("PREPARE it AS " + compiled.text)
                    conn.raw.execute("DEALLOCATE it")
            except Exception as problem:
                wrong[path] = str(problem)
        return wrong

    assert db.read_now(prepare) == {}


# How values travel

metadata = MetaData()
thing = Table(
    "account",  # any table with a number, a text and a switch
    metadata,
    Column("id", Id, primary_key=True),
    Column("username", String(30)),
    Column("username_key", String(30)),
    Column("bot", Boolean),
)
_PUT = upsert(thing, ["username_key"], [], ["id", "username", "username_key", "bot"])
_PUT_OVER = upsert(thing, ["username_key"], ["username"], ["id", "username", "username_key", "bot"])
_ADD_UP = upsert(golink_day, ["link_id", "day"], [], add=["clicks"])
_SUM = Statement(select(golink_day.c.clicks))
_BY_IDS = Statement(select(thing.c.username).where(within(thing.c.id, "ids")).order_by(thing.c.id))
_BY_NAMES = Statement(select(thing.c.id).where(within(thing.c.username, "names")).order_by(thing.c.id))
_BOTS = Statement(select(thing.c.username, thing.c.bot).where(thing.c.bot == p("bot", Boolean)))
_FIXED = Statement(select(thing.c.id).where(one_of(thing.c.username, ("a", "b"))).order_by(thing.c.id))


@pytest.fixture
def filled(db: Database) -> Database:
    rows = [
        {"id": i, "username": name, "username_key": name, "bot": name == "b"}
        for i, name in enumerate("abc", 1)
    ]
    db.write_now(lambda conn: conn.many(_PUT, rows))
    return db


def test_lists_travel_as_one_parameter(filled: Database) -> None:
    def ask(conn: Connection) -> list[Any]:
        return [
            conn.all(_BY_IDS, ids=[3, 1, 99]),
            conn.all(_BY_IDS, ids=[]),
            conn.all(_BY_IDS, ids=list(range(5000))),
            conn.all(_BY_NAMES, names=["c", "quote'\"", "{b,c}", "b"]),
            conn.all(_FIXED),
        ]

    assert filled.read_now(ask) == [
        [("a",), ("c",)],
        [],
        [("a",), ("b",), ("c",)],
        [(2,), (3,)],
        [(1,), (2,)],
    ]


def test_switches_come_back_as_switches(filled: Database) -> None:
    rows = filled.read_now(lambda conn: conn.all(_BOTS, bot=True) + [conn.first(_BOTS, bot=False)])

    assert rows == [("b", True), ("a", False)]
    assert all(type(bot) is bool for _, bot in rows)


def test_an_upsert_says_whether_it_wrote(filled: Database) -> None:
    row = {"id": 9, "username": "A!", "username_key": "a", "bot": False}

    assert filled.write_now(lambda conn: conn.run(_PUT, **row)) == 0
    assert filled.read_now(lambda conn: conn.all(_BY_IDS, ids=[1, 9])) == [("a",)]
    assert filled.write_now(lambda conn: conn.run(_PUT_OVER, **row)) == 1
    assert filled.read_now(lambda conn: conn.all(_BY_IDS, ids=[1, 9])) == [("A!",)]


def test_an_upsert_adds_to_what_is_there(db: Database) -> None:
    def add(conn: Connection) -> tuple | None:
        conn.many(_ADD_UP, [{"link_id": 1, "day": 7, "clicks": n} for n in (2, 3, 5)])
        return conn.first(_SUM)

    assert db.write_now(add) == (10,)


def test_statements_are_counted(filled: Database) -> None:
    def ask(conn: Connection) -> int:
        conn.all(_BY_IDS, ids=[1])
        conn.value(_BY_IDS, ids=[1])
        return conn.statements

    assert filled.read_now(ask) == 2
    assert filled.read_now(ask) == 2, "each call counts from nothing"

"""Statements: built with SQLAlchemy Core, compiled once per dialect, run by the bare drivers.

An SQLAlchemy execution costs half a millisecond; the driver's costs a tenth of that. So a statement is
declared once at module level, compiled on first use to its text and the order of its parameters, and from
then on only these two are used.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Boolean, Integer, MetaData, String, bindparam, column, or_
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg as postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ClauseElement, ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite makes a column the row's own key only when its type reads INTEGER.
Id = BigInteger().with_variant(Integer(), "sqlite")
# Times are milliseconds since 1970 UTC, on both databases.
Time = BigInteger


def Bytewise(length: int) -> String:
    """Text compared byte by byte whatever the database's collation: ranges of it find what begins alike."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


_DIALECTS: dict[str, Any] = {
    "sqlite": sqlite.dialect(paramstyle="qmark"),
    "postgresql": postgresql.dialect(paramstyle="numeric_dollar"),
}


def p(name: str, type_: TypeEngine | type[TypeEngine] = BigInteger) -> Any:
    """A parameter of a statement, by name; numbers unless said otherwise."""
    return bindparam(name, type_=type_)


def one_of(column: Any, values: Iterable[Any]) -> Any:
    """`column` is one of these fixed values. (`in_` would be expanded at execution, which we bypass.)"""
    return or_(*(column == value for value in values))


class within(ColumnElement):
    """`column IN (the list given as parameter)`: one text whatever the length of the list."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: ColumnElement, name: str) -> None:
        self.column = column
        self.values = bindparam(name, type_=String())

    def get_children(self, **kw: Any) -> list[Any]:
        return [self.column, self.values]

    def self_group(self, against: Any = None) -> within:
        return self  # else SQLite is asked for `… = 1`, which no index serves


@compiles(within, "sqlite")
def _within_sqlite(element: within, compiler: Any, **kw: Any) -> str:
    column, values = compiler.process(element.column, **kw), compiler.process(element.values, **kw)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - compiled, not given


@compiles(within, "postgresql")
def _within_postgresql(element: within, compiler: Any, **kw: Any) -> str:
    array = "text[]" if isinstance(element.column.type, String) else "bigint[]"
    values = compiler.process(element.values, **kw).split("::")[0]
    return f"{compiler.process(element.column, **kw)} = ANY(CAST({values} AS {array}))"


class _Given(FunctionElement):
    inherit_cache = False
    name = "given"


def given(name: str) -> Any:
    """The numbers given as a parameter, as a table to join, with a column `value`. For thousands of them:
    PostgreSQL compares each row of what it joins with every number of an array (`within`), but probes an
    index for each row of a table."""
    return _Given(bindparam(name, type_=String())).table_valued(column("value", BigInteger))


@compiles(_Given, "sqlite")
def _given_sqlite(element: _Given, compiler: Any, **kw: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **kw)})"


@compiles(_Given, "postgresql")
def _given_postgresql(element: _Given, compiler: Any, **kw: Any) -> str:
    values = compiler.process(element.clauses, **kw).split("::")[0]
    return f"(SELECT unnest(CAST({values} AS bigint[])) AS value)"


class Compiled(msgspec.Struct, frozen=True):
    text: str
    order: tuple[str, ...]
    defaults: dict[str, Any]
    booleans: tuple[int, ...]  # result columns that SQLite returns as 0 and 1
    packed: bool = False  # all rows come as one, a JSON array of arrays


class Statement:
    """A statement and its compiled form for each dialect. Also takes plain SQL with :name parameters
    inside `sqlalchemy.text`."""

    __slots__ = ("_compiled", "clause")

    def __init__(self, clause: ClauseElement) -> None:
        self.clause = clause
        self._compiled: dict[str, Compiled] = {}

    def compiled(self, dialect: str) -> Compiled:
        found = self._compiled.get(dialect)
        if found is None:
            found = self._compiled[dialect] = self._compile(dialect)
        return found

    def _compile(self, dialect: str) -> Compiled:
        compiled: Any = self.clause.compile(dialect=_DIALECTS[dialect])
        # Literal values of the statement travel as parameters of their own.
        defaults = {name: bind.value for bind, name in compiled.bind_names.items() if not bind.required}
        columns = getattr(self.clause, "selected_columns", None)  # of a query
        if columns is None:
            columns = getattr(self.clause, "_returning", ())  # of a change
        booleans = tuple(i for i, c in enumerate(columns) if isinstance(getattr(c, "type", None), Boolean))
        return Compiled(str(compiled), tuple(compiled.positiontup or ()), defaults, booleans)


class Packed(Statement):
    """A query of numbers, texts and nulls whose rows SQLite hands over in one piece.

    Python's driver gives up and takes back the interpreter lock at every row. With several readers that
    costs more than the query: a home page 0.38 ms of CPU row by row, 0.26 in one piece (four threads). Only
    for `Connection.all`, and where the caller sorts: the order within the piece is not promised.
    """

    __slots__ = ()

    def _compile(self, dialect: str) -> Compiled:
        made = super()._compile(dialect)
        if dialect != "sqlite":
            return made
        count = len(getattr(self.clause, "selected_columns"))  # noqa: B009 - a query has them
        columns = ", ".join(f"c{i}" for i in range(count))
        text = (
            f"WITH packed ({columns}) AS ({made.text}) "  # noqa: S608 - compiled, not given
            f"SELECT json_group_array(json_array({columns})) FROM packed UNION ALL SELECT NULL"
        )
        return msgspec.structs.replace(made, text=text, packed=True)

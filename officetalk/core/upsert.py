"""INSERT … ON CONFLICT, which both databases have and SQLAlchemy spells once for each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from officetalk.core.sql import Compiled, Statement, p


class _Upsert(Statement):
    __slots__ = ("_clauses",)

    def __init__(self, clauses: dict[str, Any]) -> None:
        super().__init__(clauses["sqlite"])
        self._clauses = clauses

    def _compile(self, dialect: str) -> Compiled:
        self.clause = self._clauses[dialect]
        return super()._compile(dialect)


def upsert(
    table: Table,
    key: Iterable[str],
    update: Iterable[str],
    columns: Iterable[str] | None = None,
    add: Iterable[str] = (),
) -> Statement:
    """Insert a row; where its `key` is there, set the columns of `update`, and add to those of `add` (none: do
    nothing).

    Parameters are named as the columns; `columns` says which are given (all by default). The number of
    touched rows says whether something was written when there is nothing to update.
    """
    clauses = {}
    update, add = list(update), list(add)
    names = list(columns) if columns is not None else [c.name for c in table.columns]
    for dialect, module in (("sqlite", sqlite), ("postgresql", postgresql)):
        statement = module.insert(table).values({n: p(n, table.c[n].type) for n in names})
        if update or add:
            summed = {n: table.c[n] + statement.excluded[n] for n in add}
            statement = statement.on_conflict_do_update(
                index_elements=list(key), set_={**{n: statement.excluded[n] for n in update}, **summed}
            )
        else:
            statement = statement.on_conflict_do_nothing(index_elements=list(key))
        clauses[dialect] = statement
    return _Upsert(clauses)

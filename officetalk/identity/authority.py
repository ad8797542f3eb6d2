"""Who may decide about whom, asked of the database in the transaction that decides.

What is asked here is locked (PostgreSQL; SQLite has one writer anyway): two who decide at once, such as two
owners who each take the other's role, come one after the other, and the second sees what the first did.
"""

from __future__ import annotations

from sqlalchemy import select

from officetalk.accounts import queries
from officetalk.accounts.entities import RANK, Account, Role, State
from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden
from officetalk.core.sql import Statement, p

# Always in the same order, so that two who lock all owners do not wait for each other.
_OWNERS = Statement(
    select(account.c.id)
    .where(account.c.role == "owner", account.c.state == "active")
    .order_by(account.c.id)
    .with_for_update()
)
_STATE = Statement(select(account.c.state).where(account.c.id == p("account")).with_for_update())


def check(conn: Connection, actor: int | None, target: Account, role: Role | None = None) -> None:
    """Whether `actor` (None: the command line, which may everything) decides about `target`: only
    administrators, only about those who are not above them, and nobody gives more than they have.
    Raises Forbidden."""
    if actor is None:
        return
    decider = queries.get(conn, actor).account
    if decider.state != "active" or RANK[decider.role] < RANK["administrator"]:
        raise Forbidden("Only administrators may do this.")
    if RANK[decider.role] < RANK[target.role]:
        raise Forbidden("Only an owner may change an owner.")
    if role is not None and RANK[decider.role] < RANK[role]:
        raise Forbidden("Nobody can give a role above the own.")


def require(conn: Connection, actor: int | None, role: Role) -> None:
    """Whether `actor` (None: the command line) signs in and has that role or a higher one. Raises
    Forbidden."""
    if actor is None:
        return
    decider = queries.get(conn, actor).account
    if decider.state != "active" or RANK[decider.role] < RANK[role]:
        raise Forbidden


def moderate(conn: Connection, actor: int | None, target: Account) -> None:
    """Whether `actor` (None: the command line) moderates `target`: moderators and those above them, only
    those below themselves, so that none of them can shut another out. Raises Forbidden."""
    if actor is None:
        return
    decider = queries.get(conn, actor).account
    if decider.state != "active" or RANK[decider.role] < RANK["moderator"]:
        raise Forbidden
    if RANK[decider.role] <= RANK[target.role]:
        raise Forbidden


def owners(conn: Connection) -> frozenset[int]:
    """The active owners; who they are stays so until this transaction ends."""
    return frozenset(row[0] for row in conn.all(_OWNERS))


def keep_an_owner(remaining: frozenset[int]) -> None:
    """Forbidden when nobody would remain."""
    if not remaining:
        raise Forbidden("A company needs an owner: make somebody else owner first.")


def state_of(conn: Connection, account_id: int) -> State | None:
    """The state of an account, which stays so until this transaction ends; None when there is none."""
    return conn.value(_STATE, account=account_id)

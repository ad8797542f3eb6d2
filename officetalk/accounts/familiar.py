"""Which of those whom one follows also follow somebody: why a stranger may be none."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from officetalk.accounts import queries
from officetalk.accounts.entities import Person
from officetalk.core.database import Connection
from officetalk.core.sql import Statement, p, within
from officetalk.feeds.tables import subscription

MAX_EACH = 80  # followers told of each person: the largest page of people

_mine, _theirs = subscription.alias("mine"), subscription.alias("theirs")
# From each of those whom the viewer follows, by ix_subscription_account, to the person asked about, by the
# primary key: as many steps as the viewer follows people, for each who is asked about.
_ranked = (
    select(
        _theirs.c.feed_id.label("target_id"),
        _theirs.c.account_id.label("follower_id"),
        func.row_number()
        .over(partition_by=_theirs.c.feed_id, order_by=_theirs.c.id.desc())
        .label("position"),
    )
    .select_from(
        _mine.join(
            _theirs,
            (_theirs.c.account_id == _mine.c.feed_id)
            & (_theirs.c.kind == "account")
            & within(_theirs.c.feed_id, "targets"),
        )
    )
    .where(_mine.c.account_id == p("viewer"), _mine.c.kind == "account")
    .subquery("ranked")
)
_FAMILIAR = Statement(
    select(_ranked.c.target_id, _ranked.c.follower_id)
    .where(_ranked.c.position <= p("most"))
    .order_by(_ranked.c.target_id, _ranked.c.position)
)


_known = queries.account.alias("known")
_SOME = Statement(
    select(
        *queries.account_columns(_known),
        *queries.count_columns(_known),
        func.count().over(),
    )
    .select_from(
        _mine.join(
            _theirs,
            (_theirs.c.account_id == _mine.c.feed_id)
            & (_theirs.c.kind == "account")
            & (_theirs.c.feed_id == p("target")),
        ).join(_known, (_known.c.id == _theirs.c.account_id) & (_known.c.state == "active"))
    )
    .where(_mine.c.account_id == p("viewer"), _mine.c.kind == "account")
    .order_by(_theirs.c.id.desc())
    .limit(p("most"))
)


def some_familiar_followers(
    conn: Connection, viewer: int, person: Person, most: int
) -> tuple[list[Person], int]:
    """The first of the same for one person, and how many there are. One statement."""
    if person.id != viewer and person.account.display.hide_collections:
        return [], 0
    rows = conn.all(_SOME, viewer=viewer, target=person.id, most=most)
    return [queries.person_of_row(conn, row) for row in rows], rows[0][-1] if rows else 0


def familiar_followers(conn: Connection, viewer: int, ids: Iterable[int]) -> list[tuple[int, list[Person]]]:
    """For each of `ids` the colleagues whom the viewer follows and who follow that person, who began last
    first; nobody where the person hides by whom it is followed. Three statements, however many are asked."""
    ids = list(ids)
    if not ids:
        return []
    asked = queries.by_ids(conn, ids)
    shown = [p.id for p in asked if p.id == viewer or not p.account.display.hide_collections]
    rows = conn.all(_FAMILIAR, viewer=viewer, targets=shown, most=MAX_EACH) if shown else []
    people = {p.id: p for p in queries.by_ids(conn, {follower for _, follower in rows})} if rows else {}
    found: dict[int, list[Person]] = {id: [] for id in ids}
    for target, follower in rows:
        if follower in people and people[follower].account.state == "active":
            found[target].append(people[follower])
    return list(found.items())

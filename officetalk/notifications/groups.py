"""Reading notifications in groups: likes, reposts and followers of some hours are shown as one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import String, case, delete, func, literal_column, or_, select

from officetalk.accounts.entities import Person
from officetalk.accounts.queries import account_columns, count_columns, person_of_row
from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.paging import NEWEST, Page, bounds
from officetalk.core.sql import Packed, Statement, p, within
from officetalk.notifications import queries
from officetalk.notifications.entities import GROUPED, UNGROUPED, Group, Groups, Notification
from officetalk.notifications.queries import EVERYTHING, LAST_READ, About, Choice, Shape, chosen, columns
from officetalk.notifications.tables import notification
from officetalk.notifications.visibility import shown

SAMPLE = 8  # people of a group that are named, as Mastodon


def kinds_to_group(wanted: Iterable[str] | None) -> list[str]:
    """The kinds that a client can show in groups; None: it has not said."""
    return list(GROUPED) if wanted is None else sorted(set(wanted) & set(GROUPED))


def _key(n: Any) -> Any:
    """The group to which a notification belongs for this client; null: none."""
    return case((within(n.c.kind, "grouped"), n.c.group_key), else_=literal_column("NULL"))


def _first(n: Any, shape: Shape, newer: bool, above: Any, below: Any) -> Any:
    """Whether a notification is the first of its group, in the direction of reading, between the bounds: the
    one that stands for it. Asks ix_notification_group for one before it."""
    before = shown("before", shape.states)
    m = before.notification
    beyond = (m.c.id < n.c.id, m.c.id > above) if newer else (m.c.id > n.c.id, m.c.id < below)
    earlier = (
        select(m.c.id)
        .select_from(before.source)
        .where(m.c.group_key == n.c.group_key, *beyond, before.where, *chosen(m, shape))
        .exists()
    )
    return or_(n.c.group_key.is_(None), ~within(n.c.kind, "grouped"), ~earlier)


@cache
def _list(newer: bool, shape: Shape) -> Packed:
    found = shown("n", shape.states)
    n = found.notification
    return Packed(
        select(*columns(found, _key(n)))
        .select_from(found.source)
        .where(
            n.c.id < p("below"),
            n.c.id > p("above"),
            *chosen(n, shape),
            # Before the rest, since most members of a large group fail it.
            _first(n, shape, newer, p("above"), p("below")),
            found.where,
        )
        .order_by(n.c.id.asc() if newer else n.c.id.desc())
        .limit(p("limit"))
    )


@cache
def _members(shape: Shape) -> Packed:
    """Of each group up to `high`: how many it has, the oldest from `low` on, and the newest SAMPLE with their
    actors. Served by ix_notification_group."""
    found = shown("n", shape.states)
    n = found.notification
    in_group = {"partition_by": n.c.group_key}
    ranked = (
        select(
            n.c.group_key,
            n.c.id,
            n.c.kind,
            n.c.subject_id,
            n.c.actor_id,
            func.row_number().over(order_by=n.c.id.desc(), **in_group).label("rank"),
            func.count().over(**in_group).label("count"),
            func.min(case((n.c.id >= p("low"), n.c.id))).over(**in_group).label("oldest"),
        )
        .select_from(found.source)
        .where(within(n.c.group_key, "keys"), n.c.id <= p("high"), found.where, *chosen(n, shape))
        .subquery("ranked")
    )
    return Packed(
        select(
            ranked.c.group_key, ranked.c.id, ranked.c.kind, ranked.c.subject_id, ranked.c.count,
            ranked.c.oldest, *account_columns(account), *count_columns(account),
        )
        .select_from(ranked.join(account, account.c.id == ranked.c.actor_id))
        .where(ranked.c.rank <= SAMPLE)
    )  # fmt: skip


def _grouped(
    conn: Connection, viewer: int, keys: list[str], low: int, high: int, choice: Choice
) -> dict[str, list[tuple]]:
    """Rows of `_members` by group, newest first."""
    rows = conn.all(
        _members(choice.shape),
        viewer=viewer, now=conn.now, keys=keys, low=low, high=high, **choice.parameters,
    )  # fmt: skip
    rows.sort(key=lambda row: row[1], reverse=True)
    found: dict[str, list[tuple]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


def groups(
    conn: Connection,
    viewer: int,
    page: Page,
    choice: Choice = EVERYTHING,
    grouped: Iterable[str] | None = None,
) -> Groups:
    """What the viewer is told, in groups (of the kinds `grouped`; None: of all that can be), newest first.

    Each group stands where its newest notification stands that is older than `max_id`; when the page is read
    upwards (`min_id`), where the oldest stands that is newer. The page goes on until the next group begins;
    what of a group lies beyond comes with another page, under the same key, as in Mastodon. Four statements
    at the most, and one for each kind of subject that is no post.
    """
    if choice.kinds == frozenset():
        return Groups(())
    direction, below, above = bounds(page)
    newer = direction == "newer"
    rows = conn.all(
        _list(newer, choice.shape),
        viewer=viewer, now=conn.now, below=below, above=above, limit=page.limit + 1,
        grouped=kinds_to_group(grouped), **choice.parameters,
    )  # fmt: skip
    if not rows:
        return Groups(())
    rows.sort(key=lambda row: row[0], reverse=not newer)
    following = rows.pop()[0] if len(rows) > page.limit else None
    rows.sort(key=lambda row: row[0], reverse=True)
    low, high = rows[-1][0], rows[0][0]
    if newer:
        high = below - 1 if following is None else following - 1
    else:
        low = above + 1 if following is None else following + 1
    keys = [row[3] for row in rows if row[3] is not None]
    members = _grouped(conn, viewer, keys, low, high, choice) if keys else {}
    about = About(conn, viewer, [(row[1], row[2]) for row in rows])
    made = []
    for row in rows:
        _, kind, subject, key = row[:4]
        if not about.has(kind, subject) or (key is not None and key not in members):
            continue  # gone since the page was read
        made.append(_group(conn, row, members.get(key), about) if key else _alone(conn, row, about))
    if newer and following is None:
        high = max((group.newest_id for group in made), default=rows[0][0])
    if not newer and following is None:
        low = rows[-1][0]
    return Groups(tuple(made), high, low, newer or following is not None)


def _alone(conn: Connection, row: tuple, about: About) -> Group:
    id, kind, subject = row[:3]
    return Group(
        f"{UNGROUPED}{id}", kind, 1, id, (person_of_row(conn, row[5:]),), subject,
        about.post(kind, subject), about.subject(kind, subject), id, id,
    )  # fmt: skip


def _group(conn: Connection, row: tuple, members: list[tuple] | None, about: About) -> Group:
    assert members is not None
    _, kind, subject, key = row[:4]
    newest, count, oldest = members[0][1], members[0][4], members[0][5]
    return Group(
        key, kind, count, newest, _people(conn, members), subject,
        about.post(kind, subject), about.subject(kind, subject), oldest, newest,
    )  # fmt: skip


def _people(conn: Connection, members: list[tuple]) -> tuple[Person, ...]:
    return tuple(person_of_row(conn, row[6:]) for row in members)


def get(conn: Connection, viewer: int, key: str) -> Group:
    """One group. NotFound when there is nothing in it for the viewer."""
    alone = _id_of(key)
    if alone is not None:
        return _of_one(queries.get(conn, viewer, alone))
    members = _grouped(conn, viewer, [key], 0, NEWEST, EVERYTHING).get(key)
    if members is None:
        raise NotFound
    _, newest, kind, subject, count, _ = members[0][:6]
    about = About(conn, viewer, [(kind, subject)])
    if not about.has(kind, subject):
        raise NotFound
    return Group(
        key, kind, count, newest, _people(conn, members), subject,
        about.post(kind, subject), about.subject(kind, subject),
    )  # fmt: skip


def _of_one(n: Notification) -> Group:
    return Group(f"{UNGROUPED}{n.id}", n.kind, 1, n.id, (n.actor,), n.subject_id, n.post, n.subject)


def _id_of(key: str) -> int | None:
    """The notification in the key of a group of one. NotFound when it can be none."""
    if not key.startswith(UNGROUPED):
        return None
    digits = key.removeprefix(UNGROUPED)
    if not (digits.isascii() and digits.isdigit() and len(digits) < 20 and int(digits) <= NEWEST):
        raise NotFound
    return int(digits)


def _list_people(newer: bool) -> Packed:
    found = shown("n", "shown")
    n = found.notification
    return Packed(
        select(n.c.id, *account_columns(found.actor), *count_columns(found.actor))
        .select_from(found.source)
        .where(n.c.group_key == p("key", String), n.c.id < p("below"), n.c.id > p("above"), found.where)
        .order_by(n.c.id.asc() if newer else n.c.id.desc())
        .limit(p("limit"))
    )


_PEOPLE = {"older": _list_people(False), "newer": _list_people(True)}


def people(conn: Connection, viewer: int, key: str, page: Page) -> list[Person]:
    """Everybody in a group, newest first; the cursor is the notification's id."""
    direction, below, above = bounds(page)
    alone = _id_of(key)
    if alone is not None:
        if not above < alone < below:
            return []
        actor = queries.get(conn, viewer, alone).actor
        return [Person(actor.account, actor.counts, alone)]
    rows = conn.all(
        _PEOPLE[direction],
        viewer=viewer, now=conn.now, key=key, below=below, above=above, limit=page.limit,
    )  # fmt: skip
    rows.sort(key=lambda row: row[0], reverse=True)
    return [person_of_row(conn, row[1:], row[0]) for row in rows]


@cache
def _unread(shape: Shape) -> Statement:
    found = shown("n", shape.states)
    n = found.notification
    some = (
        select(n.c.id)
        .select_from(found.source)
        .where(
            n.c.id > LAST_READ,
            *chosen(n, shape),
            _first(n, shape, True, LAST_READ, None),
            found.where,
        )
        .limit(p("limit"))
    )
    return Statement(select(func.count()).select_from(some.subquery()))


def unread(
    conn: Connection,
    viewer: int,
    limit: int = 100,
    choice: Choice = EVERYTHING,
    grouped: Iterable[str] | None = None,
) -> int:
    """How many groups have something that the viewer has not read, `limit` at the most. One statement."""
    if choice.kinds == frozenset():
        return 0
    return conn.value(
        _unread(choice.shape),
        viewer=viewer, now=conn.now, limit=min(limit, queries.MAX_UNREAD), grouped=kinds_to_group(grouped),
        **choice.parameters,
    )  # fmt: skip


_DISMISS = Statement(
    delete(notification).where(
        notification.c.account_id == p("viewer"), notification.c.group_key == p("key", String)
    )
)


def dismiss(conn: Connection, viewer: int, key: str) -> None:
    """Remove a group; nothing happens when there is none."""
    alone = _id_of(key)
    if alone is None:
        conn.run(_DISMISS, viewer=viewer, key=key)
    else:
        conn.run(queries.DISMISS, viewer=viewer, id=alone)
    conn.announce("notifications.read", viewer, viewer)

"""Lists of people: making them, and who is on them. One has only people on a list whom one follows (and
oneself); whom one no longer follows is on none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Boolean, String, delete, exists, func, insert, select, update

from officetalk.accounts import queries as accounts
from officetalk.accounts.entities import Person
from officetalk.accounts.queries import account_columns, count_columns, person_of_row
from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.paging import Page, bounds
from officetalk.core.sql import Statement, one_of, p, within
from officetalk.feeds.tables import subscription
from officetalk.lists.entities import PeopleList, RepliesPolicy
from officetalk.lists.tables import list_member, people_list

MAX_LISTS = 50  # as Mastodon
MAX_MEMBERS = 1000
MAX_TITLE = 256  # characters

_columns = [people_list.c[n] for n in ("id", "title", "replies_policy", "exclusive")]
_ALL = Statement(
    select(*_columns).where(people_list.c.account_id == p("owner")).order_by(people_list.c.id)
)  # fmt: skip
_GET = Statement(
    select(*_columns).where(people_list.c.id == p("list"), people_list.c.account_id == p("owner"))
)
_CONTAINING = Statement(
    select(*_columns)
    .select_from(list_member.join(people_list, people_list.c.id == list_member.c.list_id))
    .where(list_member.c.owner_id == p("owner"), list_member.c.account_id == p("account"))
    .order_by(people_list.c.id)
)
_COUNT = Statement(
    select(func.count()).select_from(people_list).where(people_list.c.account_id == p("owner"))
)
_INSERT = Statement(insert(people_list).values({c.name: p(c.name, c.type) for c in people_list.columns}))
_REWRITE = Statement(
    update(people_list)
    .where(people_list.c.id == p("list"))
    .values(
        title=p("title", String), replies_policy=p("policy", String), exclusive=p("exclusive", Boolean)
    )
)  # fmt: skip
_REMOVE = Statement(delete(people_list).where(people_list.c.id == p("list")))
_EMPTY = Statement(delete(list_member).where(list_member.c.list_id == p("list")))

# On PostgreSQL, two who change the same list wait here for one another; two who change the same member's
# place on different lists wait at the subscription. Always in this order, and before anything is changed.
_LOCK = Statement(
    select(people_list.c.id)
    .where(people_list.c.id == p("list"), people_list.c.account_id == p("owner"))
    .with_for_update()
)
_LOCK_ALL = Statement(
    select(*_columns)
    .where(people_list.c.account_id == p("owner"))
    .order_by(people_list.c.id)
    .with_for_update()
)
_LOCK_FOLLOWED = Statement(
    select(subscription.c.feed_id)
    .where(
        subscription.c.account_id == p("owner"),
        one_of(subscription.c.kind, ("account", "self")),
        within(subscription.c.feed_id, "accounts"),
    )
    .order_by(subscription.c.feed_id)
    .with_for_update()
)

_MEMBER_IDS = Statement(select(list_member.c.account_id).where(list_member.c.list_id == p("list")))
_ADD = Statement(insert(list_member).values({c.name: p(c.name, c.type) for c in list_member.columns}))
_TAKE_OFF = Statement(
    delete(list_member).where(
        list_member.c.list_id == p("list"), within(list_member.c.account_id, "accounts")
    )
)  # fmt: skip
_TAKE_OFF_ALL = Statement(
    delete(list_member).where(list_member.c.owner_id == p("owner"), list_member.c.account_id == p("account"))
)
_SIZES = Statement(
    select(list_member.c.list_id, func.count())
    .where(within(list_member.c.list_id, "lists"))
    .group_by(list_member.c.list_id)
)
_TAKE_OFF_SOME = Statement(
    delete(list_member).where(
        list_member.c.account_id == p("account"), within(list_member.c.list_id, "lists")
    )
)
_exclusively = exists(
    select(list_member.c.list_id)
    .select_from(list_member.join(people_list, people_list.c.id == list_member.c.list_id))
    .where(
        list_member.c.owner_id == subscription.c.account_id,
        list_member.c.account_id == subscription.c.feed_id,
        people_list.c.exclusive,
    )
)
# One's own posts are never hidden from one's home, as in Mastodon.
_HIDE = Statement(
    update(subscription)
    .where(
        subscription.c.account_id == p("owner"),
        subscription.c.kind == "account",
        within(subscription.c.feed_id, "accounts"),
    )
    .values(hidden=_exclusively)
)


def _members(direction: str) -> Statement:
    cursor = list_member.c.id
    return Statement(
        select(*account_columns(account), *count_columns(account), cursor)
        .select_from(list_member.join(account, account.c.id == list_member.c.account_id))
        .where(
            list_member.c.list_id == p("list"),
            cursor < p("below"),
            cursor > p("above"),
            one_of(account.c.state, ("active", "disabled")),
        )
        .order_by(cursor.desc() if direction == "older" else cursor.asc())
        .limit(p("limit"))
    )


_MEMBERS = {direction: _members(direction) for direction in ("older", "newer")}


# --- reading -----------------------------------------------------------------------------------------


def every(conn: Connection, owner: int) -> list[PeopleList]:
    """Somebody's lists, oldest first."""
    return [PeopleList(*row) for row in conn.all(_ALL, owner=owner)]


def get(conn: Connection, owner: int, id: int) -> PeopleList:
    """One of somebody's lists. NotFound when there is none, or it is another's."""
    row = conn.first(_GET, list=id, owner=owner)
    if row is None:
        raise NotFound
    return PeopleList(*row)


def containing(conn: Connection, owner: int, account_id: int) -> list[PeopleList]:
    """The lists of `owner` that somebody is on. NotFound for nobody."""
    accounts.visible(conn, account_id)
    return [PeopleList(*row) for row in conn.all(_CONTAINING, owner=owner, account=account_id)]


def members(conn: Connection, owner: int, id: int, page: Page) -> list[Person]:
    """Who is on a list, last added first. NotFound. Served by ix_list_member_list."""
    get(conn, owner, id)
    direction, below, above = bounds(page)
    rows = conn.all(_MEMBERS[direction], list=id, below=below, above=above, limit=page.limit)
    if direction == "newer":
        rows.reverse()
    return [person_of_row(conn, row, row[-1]) for row in rows]


# --- changing ----------------------------------------------------------------------------------------


def _checked(title: str) -> str:
    title = title.strip()
    if not title:
        raise Invalid("title", "can't be blank", "ERR_BLANK")
    if len(title) > MAX_TITLE:
        raise Invalid(
            "title", "is too long (maximum is %(count)s characters)", "ERR_TOO_LONG", count=MAX_TITLE
        )
    return title


def _locked(conn: Connection, owner: int, id: int) -> PeopleList:
    conn.first(_LOCK, list=id, owner=owner)
    return get(conn, owner, id)


def create(
    conn: Connection,
    owner: int,
    title: str,
    replies_policy: RepliesPolicy = "list",
    *,
    exclusive: bool = False,
) -> PeopleList:
    """A new list without members. Invalid names the field and the rule."""
    title = _checked(title)
    if conn.value(_COUNT, owner=owner) >= MAX_LISTS:
        raise Invalid(None, "You have reached the maximum number of lists")
    id = conn.new_id()
    conn.run(
        _INSERT, id=id, account_id=owner, title=title, replies_policy=replies_policy, exclusive=exclusive
    )
    conn.announce("lists.changed", id, owner)
    return PeopleList(id, title, replies_policy, exclusive)


def change(
    conn: Connection,
    owner: int,
    id: int,
    *,
    title: str | None = None,
    replies_policy: RepliesPolicy | None = None,
    exclusive: bool | None = None,
) -> PeopleList:
    """Change what is given. Invalid; NotFound."""
    now = _locked(conn, owner, id)
    changed = PeopleList(
        id,
        now.title if title is None else _checked(title),
        replies_policy or now.replies_policy,
        now.exclusive if exclusive is None else exclusive,
    )
    turned = changed.exclusive != now.exclusive
    on_it = _locked_members(conn, owner, id) if turned else []
    conn.run(
        _REWRITE,
        list=id, title=changed.title, policy=changed.replies_policy, exclusive=changed.exclusive,
    )  # fmt: skip
    if turned:
        conn.run(_HIDE, owner=owner, accounts=on_it)
    conn.announce("lists.changed", id, owner)
    return changed


def remove(conn: Connection, owner: int, id: int) -> None:
    """Remove a list; its members are followed as before. NotFound."""
    now = _locked(conn, owner, id)
    on_it = _locked_members(conn, owner, id) if now.exclusive else []
    conn.run(_EMPTY, list=id)
    conn.run(_REMOVE, list=id)
    if now.exclusive:
        conn.run(_HIDE, owner=owner, accounts=on_it)
    conn.announce("lists.changed", id, owner)


def _locked_members(conn: Connection, owner: int, id: int) -> list[int]:
    on_it = [row[0] for row in conn.all(_MEMBER_IDS, list=id)]
    conn.all(_LOCK_FOLLOWED, owner=owner, accounts=on_it)
    return on_it


def add(conn: Connection, owner: int, id: int, account_ids: Sequence[int]) -> None:
    """Put people on a list: all of them or none. NotFound when the list or one of them is not there, or
    the owner does not follow one; Invalid when one is on it already, or there are too many."""
    now = _locked(conn, owner, id)
    wanted = list(dict.fromkeys(account_ids))
    followed = {row[0] for row in conn.all(_LOCK_FOLLOWED, owner=owner, accounts=wanted)}
    if followed != set(wanted):
        raise NotFound
    on_it = {row[0] for row in conn.all(_MEMBER_IDS, list=id)}
    if on_it & followed:
        raise Invalid("account", "has already been taken", "ERR_TAKEN")
    if len(on_it) + len(wanted) > MAX_MEMBERS:
        raise Invalid(None, "A list can have at most %(count)s members", count=MAX_MEMBERS)
    conn.many(
        _ADD,
        [{"list_id": id, "account_id": a, "owner_id": owner, "id": conn.new_id()} for a in wanted],
    )
    if now.exclusive:
        conn.run(_HIDE, owner=owner, accounts=wanted)
    conn.announce("lists.changed", id, owner)


def take_off(conn: Connection, owner: int, id: int, account_ids: Iterable[int]) -> None:
    """Take people off a list; who is not on it is passed over. NotFound when the list is not there."""
    now = _locked(conn, owner, id)
    unwanted = list(account_ids)
    conn.all(_LOCK_FOLLOWED, owner=owner, accounts=unwanted)
    if conn.run(_TAKE_OFF, list=id, accounts=unwanted):
        if now.exclusive:
            conn.run(_HIDE, owner=owner, accounts=unwanted)
        conn.announce("lists.changed", id, owner)


def place(conn: Connection, owner: int, account_id: int, wanted: Iterable[int], title: str = "") -> None:
    """Have somebody on exactly these of the owner's lists, and on a new one where a title is given: all of it
    or nothing. NotFound when a list is not there, or the owner does not follow them; Invalid names the rule."""
    lists = {row[0]: PeopleList(*row) for row in conn.all(_LOCK_ALL, owner=owner)}
    chosen = set(wanted)
    if not chosen <= lists.keys():
        raise NotFound
    if title.strip():
        made = create(conn, owner, title)
        lists[made.id] = made
        chosen.add(made.id)
    if not conn.all(_LOCK_FOLLOWED, owner=owner, accounts=[account_id]) and chosen:
        raise NotFound
    on = {one.id for one in containing(conn, owner, account_id)}
    added, gone = sorted(chosen - on), sorted(on - chosen)
    if any(size >= MAX_MEMBERS for _, size in conn.all(_SIZES, lists=added)):
        raise Invalid(None, "A list can have at most %(count)s members", count=MAX_MEMBERS)
    conn.many(
        _ADD,
        [{"list_id": id, "account_id": account_id, "owner_id": owner, "id": conn.new_id()} for id in added],
    )
    conn.run(_TAKE_OFF_SOME, account=account_id, lists=gone)
    if any(lists[id].exclusive for id in (*added, *gone)):
        conn.run(_HIDE, owner=owner, accounts=[account_id])
    for id in (*added, *gone):
        conn.announce("lists.changed", id, owner)


def unfollowed(conn: Connection, follower: int, followed: int) -> None:
    """Called when somebody no longer follows another: see accounts/hooks.py."""
    conn.run(_TAKE_OFF_ALL, owner=follower, account=followed)

"""Reading people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import msgspec
from sqlalchemy import func, or_, select

from officetalk.accounts.entities import Account, Counts, Display, Person, Preferences, Relationship
from officetalk.accounts.tables import account, account_note, block, endorsement, follow_request, mute
from officetalk.core.cache import Cache
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.paging import Page, bounds
from officetalk.core.sql import Packed, Statement, one_of, p, within
from officetalk.feeds.entries import languages_of
from officetalk.feeds.tables import subscription

_fields = msgspec.json.Decoder(tuple[tuple[str, str], ...])
_display = msgspec.json.Decoder(Display)
_PLAIN = Display()
_preferences = msgspec.json.Decoder(Preferences)


def account_columns(a: Any) -> list[Any]:
    """The columns that `account_of_row` reads, in its order; `a` is the table or an alias."""
    c = a.c
    return [
        c.id, c.revision, c.username, c.display_name, c.bio, c.job_title, c.department, c.location,
        c.manager_id, c.pronouns, c.time_zone, c.language, c.fields, c.avatar, c.header, c.bot, c.locked,
        c.role, c.state, c.silenced, c.sensitized, c.display, c.discoverable, c.indexable,
    ]  # fmt: skip


ACCOUNT_WIDTH = 24


def count_columns(a: Any) -> list[Any]:
    """The columns that `Counts(*row)` takes."""
    c = a.c
    return [c.posts_count, c.followers_count, c.following_count, c.mentions_count, c.last_post_at]


COUNTS_WIDTH = 5


def account_cache(conn: Connection) -> Cache[int, Account]:
    """Accounts by id; an entry holds while its revision is the row's."""
    return conn.cached("account", 20_000)


def account_of_row(conn: Connection, row: tuple) -> Account:
    """The account in the first ACCOUNT_WIDTH columns of a row: the cached one while it is current."""
    cache = account_cache(conn)
    known = cache.get(row[0])
    if known is not None and known.revision == row[1]:
        return known
    values: list[Any] = list(row[:ACCOUNT_WIDTH])
    values[12] = _fields.decode(row[12]) if row[12] != "[]" else ()
    values[21] = _display.decode(row[21]) if row[21] != "{}" else _PLAIN
    made = Account(*values)
    cache.put(made.id, made)
    return made


def person_of_row(conn: Connection, row: tuple, cursor: int = 0) -> Person:
    counts = Counts(*row[ACCOUNT_WIDTH : ACCOUNT_WIDTH + COUNTS_WIDTH])
    return Person(account_of_row(conn, row), counts, cursor)


# People who never were let in (pending, unconfirmed) are nobody's business but the administrators'.
_KNOWN = ("active", "disabled")

_PERSON = select(*account_columns(account), *count_columns(account))
_BY_ID = Statement(_PERSON.where(account.c.id == p("id")))
_BY_USERNAME = Statement(_PERSON.where(account.c.username_key == p("key", account.c.username_key.type)))
_BY_IDS = Packed(_PERSON.where(within(account.c.id, "ids")))
_IDS_BY_USERNAMES = Statement(
    select(account.c.username_key, account.c.id, account.c.username).where(
        within(account.c.username_key, "keys"), one_of(account.c.state, _KNOWN)
    )
)
_PREFERENCES = Statement(select(account.c.preferences).where(account.c.id == p("id")))


def get(conn: Connection, id: int) -> Person:
    """A person by id, in any state. NotFound when there is none."""
    row = conn.first(_BY_ID, id=id)
    if row is None:
        raise NotFound
    return person_of_row(conn, row)


def visible(conn: Connection, id: int) -> Person:
    """A person whom colleagues may see. NotFound for those who were never let in."""
    person = get(conn, id)
    if person.account.state not in _KNOWN:
        raise NotFound
    return person


def by_username(conn: Connection, username: str) -> Person:
    """A person whom colleagues may see, by user name in any case. NotFound when there is none."""
    row = conn.first(_BY_USERNAME, key=username.lower())
    if row is None or row[18] not in _KNOWN:
        raise NotFound
    return person_of_row(conn, row)


def by_ids(conn: Connection, ids: Iterable[int]) -> list[Person]:
    """People in the order of `ids`; those who are not there or not let in are left out."""
    ids = list(ids)
    found = {row[0]: person_of_row(conn, row) for row in conn.all(_BY_IDS, ids=ids) if row[18] in _KNOWN}
    return [found[id] for id in ids if id in found]


def ids_by_usernames(conn: Connection, usernames: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Lower-case user name to (id, user name as its owner writes it), of those that exist."""
    keys = sorted({u.lower() for u in usernames})
    if not keys:
        return {}
    return {key: (id, name) for key, id, name in conn.all(_IDS_BY_USERNAMES, keys=keys)}


_LOCK = Statement(
    select(account.c.id).where(within(account.c.id, "ids")).order_by(account.c.id).with_for_update()
)


def lock(conn: Connection, ids: Iterable[int]) -> None:
    """Before counts of several people change: on PostgreSQL their rows are locked in one order, so that
    two who mention each other at the same moment do not deadlock (which costs a second to find out)."""
    ids = sorted(set(ids))
    if len(ids) > 1:
        conn.all(_LOCK, ids=ids)


def preferences(conn: Connection, id: int) -> Preferences:
    return _preferences.decode(conn.value(_PREFERENCES, id=id) or "{}")


# Lists by key. `page` bounds: see entities.Page in posts; `cursor` is the id of the relation.


def _list(source: Any, person_id: Any, cursor: Any, *conditions: Any) -> dict[str, Statement]:
    """The two directions of a list of people: older (newest first), and newer next to a cursor."""
    base = (
        select(*account_columns(account), *count_columns(account), cursor)
        .select_from(source.join(account, account.c.id == person_id))
        .where(*conditions, cursor < p("below"), cursor > p("above"), one_of(account.c.state, _KNOWN))
        .limit(p("limit"))
    )
    return {"older": Statement(base.order_by(cursor.desc())), "newer": Statement(base.order_by(cursor.asc()))}


_FOLLOWERS = _list(
    subscription, subscription.c.account_id, subscription.c.id,
    subscription.c.feed_id == p("account"), subscription.c.kind == "account",
)  # fmt: skip
_FOLLOWING = _list(
    subscription, subscription.c.feed_id, subscription.c.id,
    subscription.c.account_id == p("account"), subscription.c.kind == "account",
)  # fmt: skip
_REQUESTS = _list(
    follow_request, follow_request.c.account_id, follow_request.c.id,
    follow_request.c.target_id == p("account"),
)  # fmt: skip
_BLOCKS = _list(block, block.c.target_id, block.c.id, block.c.account_id == p("account"))
_MUTES = _list(
    mute, mute.c.target_id, mute.c.id,
    mute.c.account_id == p("account"),
    or_(mute.c.expires_at.is_(None), mute.c.expires_at > p("now")),
)  # fmt: skip


def _people(conn: Connection, statements: dict[str, Statement], page: Page, **values: Any) -> list[Person]:
    direction, below, above = bounds(page)
    rows = conn.all(statements[direction], below=below, above=above, limit=page.limit, **values)
    if direction == "newer":
        rows.reverse()
    return [person_of_row(conn, row, row[-1]) for row in rows]


def followers(conn: Connection, id: int, page: Page) -> list[Person]:
    """Who follows `id`, newest first."""
    return _people(conn, _FOLLOWERS, page, account=id)


def following(conn: Connection, id: int, page: Page) -> list[Person]:
    """Whom `id` follows, newest first."""
    return _people(conn, _FOLLOWING, page, account=id)


def connections(
    conn: Connection, viewer: int, person: Account, kind: Literal["followers", "following"], page: Page
) -> list[Person]:
    """Followers of somebody, or those who are followed, as the viewer may see them: nobody when the person
    hides them from others."""
    if person.id != viewer and person.display.hide_collections:
        return []
    return (followers if kind == "followers" else following)(conn, person.id, page)


def follow_requests(conn: Connection, id: int, page: Page) -> list[Person]:
    """Who asks to follow `id`, newest first."""
    return _people(conn, _REQUESTS, page, account=id)


def blocks(conn: Connection, id: int, page: Page) -> list[Person]:
    """Whom `id` has blocked, newest first."""
    return _people(conn, _BLOCKS, page, account=id)


def mutes(conn: Connection, id: int, page: Page) -> list[Person]:
    """Whom `id` has muted, newest first."""
    return _people(conn, _MUTES, page, account=id, now=conn.now)


_s, _b, _bb, _m, _r, _rb = (
    subscription.alias("out"), block.alias("blocks"), block.alias("blocked"), mute.alias("mutes"),
    follow_request.alias("asked"), follow_request.alias("asking"),
)  # fmt: skip
_back = subscription.alias("back")
_noted, _featured = account_note.alias("noted"), endorsement.alias("featured")
_viewer = p("viewer")
_RELATIONSHIPS = Statement(
    select(
        account.c.id,
        _s.c.feed_id.is_not(None),
        func.coalesce(_s.c.reposts, _r.c.reposts),
        func.coalesce(_s.c.notify, _r.c.notify),
        _back.c.feed_id.is_not(None),
        _b.c.id.is_not(None),
        _bb.c.id.is_not(None),
        _m.c.id.is_not(None),
        _m.c.notifications,
        _m.c.expires_at,
        _r.c.id.is_not(None),
        _rb.c.id.is_not(None),
        func.coalesce(_s.c.languages, _r.c.languages),
        _featured.c.id.is_not(None),
        func.coalesce(_noted.c.text, ""),
    )
    .select_from(
        account.outerjoin(
            _s,
            (_s.c.account_id == _viewer) & (_s.c.feed_id == account.c.id) & (_s.c.kind == "account"),
        )
        .outerjoin(
            _back,
            (_back.c.account_id == account.c.id) & (_back.c.feed_id == _viewer) & (_back.c.kind == "account"),
        )
        .outerjoin(_b, (_b.c.account_id == _viewer) & (_b.c.target_id == account.c.id))
        .outerjoin(_bb, (_bb.c.account_id == account.c.id) & (_bb.c.target_id == _viewer))
        .outerjoin(
            _m,
            (_m.c.account_id == _viewer)
            & (_m.c.target_id == account.c.id)
            & or_(_m.c.expires_at.is_(None), _m.c.expires_at > p("now")),
        )
        .outerjoin(_r, (_r.c.account_id == _viewer) & (_r.c.target_id == account.c.id))
        .outerjoin(_rb, (_rb.c.account_id == account.c.id) & (_rb.c.target_id == _viewer))
        .outerjoin(_featured, (_featured.c.account_id == _viewer) & (_featured.c.target_id == account.c.id))
        .outerjoin(_noted, (_noted.c.account_id == _viewer) & (_noted.c.target_id == account.c.id))
    )
    .where(within(account.c.id, "ids"), account.c.state != "group")  # see groups/known.py
)


def _relationship_of_row(row: tuple) -> Relationship:
    id, following, reposts, notify, back, blocks, blocked, mutes, silent, until, asked, asking = row[:12]
    languages, endorsed, note = row[12:]
    return Relationship(
        id, following, bool(reposts), bool(notify), back, blocks, blocked, mutes, bool(silent), until, asked,
        asking, languages_of(languages), endorsed, note,
    )  # fmt: skip


def relationships(conn: Connection, viewer: int, ids: Iterable[int]) -> list[Relationship]:
    """What `viewer` is to each of `ids`, in their order; unknown ids are left out. One statement."""
    ids = list(ids)
    rows = conn.all(_RELATIONSHIPS, viewer=viewer, ids=ids, now=conn.now)
    found = {row[0]: _relationship_of_row(row) for row in rows}
    return [found[id] for id in dict.fromkeys(ids) if id in found]


def relationship(conn: Connection, viewer: int, id: int) -> Relationship:
    """What `viewer` is to `id`."""
    found = relationships(conn, viewer, [id])
    if not found:
        raise NotFound
    return found[0]


_asking = (
    select(func.count())
    .select_from(follow_request)
    .where(follow_request.c.target_id == p("id"))
    .scalar_subquery()
)
_OWN = Statement(_PERSON.add_columns(_asking).where(account.c.id == p("id")))


def own(conn: Connection, id: int) -> tuple[Person, int]:
    """A person as the person itself: with the number of those who ask to follow. NotFound."""
    row = conn.first(_OWN, id=id)
    if row is None:
        raise NotFound
    return person_of_row(conn, row), row[-1]

"""Making named links and changing them. Everybody makes; the owner and administrators change."""

from __future__ import annotations

from sqlalchemy import String, Text, delete, func, insert, or_, select, update

from officetalk.accounts import queries as accounts
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.sql import Bytewise, Statement, p, within
from officetalk.golinks import index, names, queries, targets
from officetalk.golinks.entities import GoLink, LinkDraft
from officetalk.golinks.tables import golink, golink_day
from officetalk.identity import authority

MAX_DESCRIPTION = 200  # characters
MAX_LINKS = 1000  # of one person

_FIELDS = ("id", "name", "target", "description", "owner_id", "changed_at")
_INSERT = Statement(insert(golink).values({n: p(n, golink.c[n].type) for n in _FIELDS}))
_REWRITE = Statement(
    update(golink)
    .where(golink.c.id == p("link"))
    .values(
        name=p("new_name", Bytewise(64)),
        target=p("new_target", Text),
        description=p("new_description", String),
        changed_at=p("now"),
    )
)
_HOLDER = Statement(
    select(golink.c.id).where(golink.c.name == p("name", Bytewise(64)), golink.c.removed_at.is_(None))
)
_COUNT = Statement(
    select(func.count())
    .select_from(golink)
    .where(golink.c.owner_id == p("owner"), golink.c.removed_at.is_(None))
)
# On PostgreSQL two who change the same link wait here for one another.
_LOCK = Statement(
    select(golink.c.owner_id, golink.c.removed_at, golink.c.removed_by)
    .where(golink.c.id == p("link"))
    .with_for_update()
)
_GIVE = Statement(
    update(golink).where(golink.c.id == p("link")).values(owner_id=p("owner"), changed_at=p("now"))
)
_REMOVE = Statement(
    update(golink).where(golink.c.id == p("link")).values(removed_at=p("now"), removed_by=p("actor"))
)
_RESTORE = Statement(
    update(golink).where(golink.c.id == p("link")).values(removed_at=None, removed_by=None)
)  # fmt: skip
_OVER = Statement(select(golink.c.id).where(golink.c.removed_at <= p("until")).limit(500))
_FORGET = Statement(delete(golink).where(within(golink.c.id, "links")))
_FORGET_DAYS = Statement(delete(golink_day).where(within(golink_day.c.link_id, "links")))
_LET_GO = Statement(update(golink).where(golink.c.owner_id == p("account")).values(owner_id=None))
_NOT_BY = Statement(update(golink).where(golink.c.removed_by == p("account")).values(removed_by=None))
_ANYTHING_OF = Statement(
    select(golink.c.id)
    .where(or_(golink.c.owner_id == p("account"), golink.c.removed_by == p("account")))
    .limit(1)
)


def checked(draft: LinkDraft, origin: str) -> LinkDraft:
    """The draft as it is kept. Invalid with the first field that breaks a rule."""
    return LinkDraft(
        names.checked(draft.name), targets.checked(draft.target, origin), _description(draft.description)
    )


def faults(draft: LinkDraft, origin: str) -> list[Invalid]:
    """All fields that break a rule, for a form. (Whether the name is taken is seen when it is written.)"""
    found = []
    for check, *values in (
        (names.checked, draft.name), (targets.checked, draft.target, origin), (_description, draft.description),
    ):  # fmt: skip
        try:
            check(*values)
        except Invalid as problem:
            found.append(problem)
    return found


def _description(text: str) -> str:
    text = " ".join(text.split())
    if len(text) > MAX_DESCRIPTION:
        raise Invalid(
            "description",
            "is too long (maximum is %(count)s characters)",
            "ERR_TOO_LONG",
            count=MAX_DESCRIPTION,
        )
    if not text.isprintable():
        raise Invalid("description", "must not contain control characters")
    return text


def _free(conn: Connection, name: str, but: int | None = None) -> None:
    holder = conn.value(_HOLDER, name=name)
    if holder is not None and holder != but:
        raise Invalid("name", "has already been taken", "ERR_TAKEN")


def make(conn: Connection, actor: int, draft: LinkDraft, origin: str) -> GoLink:
    """A new link of the actor's. Invalid."""
    kept = checked(draft, origin)
    _free(conn, kept.name)
    if conn.value(_COUNT, owner=actor) >= MAX_LINKS:
        raise Invalid(None, "You have as many links as one person may have: %(count)s", count=MAX_LINKS)
    id = conn.new_id()
    conn.run(
        _INSERT,
        id=id, name=kept.name, target=kept.target, description=kept.description,
        owner_id=actor, changed_at=conn.now,
    )  # fmt: skip
    index.index(conn, id, index.words_of(kept))
    return queries.get(conn, id)


def _locked(conn: Connection, actor: int | None, id: int, *, removed: bool = False) -> None:
    """Lock a link of which the actor decides. NotFound; Forbidden."""
    row = conn.first(_LOCK, link=id)
    if row is None or (row[1] is not None) != removed:
        raise NotFound
    if actor not in (row[0], row[2] if removed else row[0]):
        authority.require(conn, actor, "administrator")


def change(conn: Connection, actor: int | None, id: int, draft: LinkDraft, origin: str) -> GoLink:
    """Another name, target, description. The old name is free. Invalid; NotFound; Forbidden."""
    _locked(conn, actor, id)
    kept = checked(draft, origin)
    _free(conn, kept.name, but=id)
    conn.run(
        _REWRITE, link=id,
        new_name=kept.name, new_target=kept.target, new_description=kept.description, now=conn.now,
    )  # fmt: skip
    index.index(conn, id, index.words_of(kept))
    return queries.get(conn, id)


def colleague(conn: Connection, username: str) -> int:
    """Whom somebody means who wants to hand a link over. Invalid when there is nobody of that name."""
    try:
        return accounts.by_username(conn, username.strip().removeprefix("@")).id
    except NotFound as problem:
        raise Invalid("owner_id", "must be a colleague") from problem


def hand_over(conn: Connection, actor: int | None, id: int, owner_id: int) -> GoLink:
    """Let somebody else look after a link. Invalid when it is nobody who signs in; NotFound; Forbidden."""
    _locked(conn, actor, id)
    if authority.state_of(conn, owner_id) != "active":
        raise Invalid("owner_id", "must be a colleague")
    conn.run(_GIVE, link=id, owner=owner_id, now=conn.now)
    return queries.get(conn, id)


def remove(conn: Connection, actor: int | None, id: int) -> None:
    """Take a link away; for 30 days it can be brought back. NotFound; Forbidden."""
    _locked(conn, actor, id)
    conn.run(_REMOVE, link=id, now=conn.now, actor=actor)
    index.index(conn, id, {})
    over = [row[0] for row in conn.all(_OVER, until=conn.now - queries.RESTORABLE_MS)]
    conn.run(_FORGET_DAYS, links=over)
    conn.run(_FORGET, links=over)


def restore(conn: Connection, actor: int | None, id: int) -> GoLink:
    """Bring a removed link back: whoever removed it, its owner, administrators. Invalid when somebody has taken
    the name; NotFound, also when it is too late; Forbidden."""
    _locked(conn, actor, id, removed=True)
    link = queries.get(conn, id)
    if (link.removed_at or 0) <= conn.now - queries.RESTORABLE_MS:
        raise NotFound
    _free(conn, link.name)
    conn.run(_RESTORE, link=id)
    index.index(conn, id, index.words_of(LinkDraft(link.name, link.target, link.description)))
    return queries.get(conn, id)


def let_go(conn: Connection, account_id: int) -> None:
    """Somebody's account is deleted: the links stay, since others use them, and belong to nobody."""
    if conn.first(_ANYTHING_OF, account=account_id):
        conn.run(_LET_GO, account=account_id)
        conn.run(_NOT_BY, account=account_id)

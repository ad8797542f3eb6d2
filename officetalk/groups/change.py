"""Making groups and changing them. Who may: its owners and managers, never an administrator as such."""

from __future__ import annotations

from typing import Any

import regex
from sqlalchemy import Boolean, String, update

from officetalk.accounts import profile
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid
from officetalk.core.sql import Statement, p
from officetalk.core.upsert import upsert
from officetalk.groups import queries
from officetalk.groups.entities import Group, Kind, Role
from officetalk.groups.members import enter, give_role, settle
from officetalk.groups.tables import talk_group

MAX_RULES = 2_000  # characters
KINDS: tuple[Kind, ...] = ("open", "closed", "secret")
_CONTROL = regex.compile(r"[\p{Cc}\p{Cs}--[\n\t]]", flags=regex.VERSION1)
_MAKE = upsert(talk_group, ["id"], [])
_CHANGE = Statement(
    update(talk_group)
    .where(talk_group.c.id == p("id"))
    .values(
        kind=p("kind", String),
        rules=p("rules", String),
        board=p("board", Boolean),
        archived_at=p("archived_at"),
    )
)


def make(
    conn: Connection,
    actor: int,
    handle: str,
    name: str,
    *,
    kind: str = "open",
    about: str = "",
    rules: str = "",
) -> Group:
    """A new group, owned by the actor. Its handle is one of the company's user names: Invalid names the field
    (username, display_name, kind, bio, rules) and the rule."""
    if not name.strip():
        raise Invalid("display_name", "can't be blank", "ERR_BLANK")
    kept = _kind(kind), _rules(rules)
    made = profile.create(conn, handle, display_name=name, state="group")
    conn.run(_MAKE, id=made.id, kind=kept[0], rules=kept[1], board=False, archived_at=None)
    # Apps show who has to ask by the lock.
    profile.update_profile(conn, made.id, bio=about, locked=kept[0] != "open")
    enter(conn, actor, made.id)
    give_role(conn, made.id, actor, "owner")
    return queries.get(conn, actor, made.id)


def require(conn: Connection, actor: int, id: int, role: Role = "manager") -> Group:
    """The group, for who is at least that in it. NotFound for who may not know of it, else Forbidden."""
    group = queries.get(conn, actor, id)
    if not group.at_least(role):
        if role == "owner":
            raise Forbidden("Only its owners can do that.")
        raise Forbidden("Only its owners and managers can do that.")
    return group


def change(
    conn: Connection,
    actor: int,
    id: int,
    *,
    name: str | None = None,
    about: str | None = None,
    rules: str | None = None,
    kind: str | None = None,
    board: bool | None = None,
    **pictures: str | None,
) -> Group:
    """Change what is given; `pictures`: avatar and header, by their names in the media store, None to remove
    them. Who may read it (`kind`) is for its owners. Invalid names the field and the rule."""
    before = require(conn, actor, id)
    values: dict[str, Any] = {key: value for key, value in pictures.items() if key in ("avatar", "header")}
    if name is not None:
        if not name.strip():
            raise Invalid("display_name", "can't be blank", "ERR_BLANK")
        values["display_name"] = name
    if about is not None:
        values["bio"] = about
    wanted = before.kind if kind is None else _kind(kind)
    if wanted != before.kind:
        require(conn, actor, id, "owner")
        values["locked"] = wanted != "open"
    if values:
        profile.update_profile(conn, id, **values)
    kept = before.rules if rules is None else _rules(rules)
    shown = before.board if board is None else board
    conn.run(_CHANGE, id=id, kind=wanted, rules=kept, board=shown, archived_at=before.archived_at)
    if wanted != before.kind:
        conn.announce("group.changed", id, actor)
        if wanted == "open":
            settle(conn, id)
    return queries.get(conn, actor, id)


def archive(conn: Connection, actor: int, id: int, *, archived: bool = True) -> Group:
    """Close it to posts, or open it again; it can be read as before. For its owners."""
    group = require(conn, actor, id, "owner")
    at = (group.archived_at or conn.now) if archived else None
    conn.run(_CHANGE, id=id, kind=group.kind, rules=group.rules, board=group.board, archived_at=at)
    return queries.get(conn, actor, id)


def _kind(text: str) -> Kind:
    for kind in KINDS:
        if kind == text:
            return kind
    raise Invalid("kind", "must be open, closed or secret")


def _rules(text: str) -> str:
    text = regex.sub(r"\r\n?", "\n", text).strip()
    if len(text) > MAX_RULES:
        raise Invalid(
            "rules", "is too long (maximum is %(count)s characters)", "ERR_TOO_LONG", count=MAX_RULES
        )
    if _CONTROL.search(text):
        raise Invalid("rules", "must not contain control characters")
    return text

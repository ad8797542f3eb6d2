"""Adding, changing and removing emoji: for administrators (actor None: the command line)."""

from __future__ import annotations

import regex
from sqlalchemy import delete, select, update

from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.sql import Statement, p
from officetalk.core.upsert import upsert
from officetalk.emoji import rules
from officetalk.emoji.entities import Emoji
from officetalk.emoji.pictures import Stored
from officetalk.emoji.tables import emoji
from officetalk.identity import authority

MAX_CATEGORY = 100
MAX_EMOJI = 2000  # every client loads the whole list
_UNSEEN = regex.compile(r"[\p{Cc}\p{Cf}\p{Cs}]")

_ADD = upsert(emoji, ["shortcode"], [])
_ONE = Statement(select(emoji).where(emoji.c.id == p("id")).with_for_update())
_CHANGE = Statement(
    update(emoji)
    .where(emoji.c.id == p("id"))
    .values({c.name: p(c.name, c.type) for c in emoji.columns if c.name not in ("id", "shortcode")})
)
_REMOVE = Statement(delete(emoji).where(emoji.c.id == p("id")))


def check_shortcode(shortcode: str) -> str:
    """The shortcode without its colons, if it keeps Mastodon's rule. Raises Invalid (shortcode)."""
    shortcode = shortcode.strip().strip(":")
    if not shortcode:
        raise Invalid("shortcode", "can't be blank", "ERR_BLANK")
    if len(shortcode) > rules.MAX_SHORTCODE:
        raise Invalid(
            "shortcode",
            "is too long (maximum is %(count)s characters)",
            "ERR_TOO_LONG",
            count=rules.MAX_SHORTCODE,
        )
    if not rules.SHORTCODE.fullmatch(shortcode):
        raise Invalid("shortcode", "must be at least two letters, digits or underscores")
    return shortcode


def _category(category: str) -> str:
    category = " ".join(category.split())
    if len(category) > MAX_CATEGORY:
        raise Invalid(
            "category", "is too long (maximum is %(count)s characters)", "ERR_TOO_LONG", count=MAX_CATEGORY
        )
    if _UNSEEN.search(category):
        raise Invalid("category", "must not contain control characters")
    return category


def add(
    conn: Connection,
    actor: int | None,
    shortcode: str,
    picture: Stored,
    *,
    category: str = "",
    in_picker: bool = True,
) -> Emoji:
    """A new emoji. Invalid names the field; Forbidden for all but administrators."""
    authority.require(conn, actor, "administrator")
    made = Emoji(
        conn.new_id(), check_shortcode(shortcode), picture.file, picture.static_file, _category(category),
        in_picker,
    )  # fmt: skip
    if len(rules.everything(conn)) >= MAX_EMOJI:
        raise Invalid("shortcode", "is one too many (maximum is %(count)s emoji)", count=MAX_EMOJI)
    if not conn.run(
        _ADD,
        id=made.id, shortcode=made.shortcode, file=made.file, static_file=made.static_file,
        category=made.category, in_picker=made.in_picker, disabled=False,
    ):  # fmt: skip
        raise Invalid("shortcode", "has already been taken", "ERR_TAKEN")
    _changed(conn, made.id, actor)
    return made


def change(
    conn: Connection,
    actor: int | None,
    id: int,
    *,
    category: str | None = None,
    in_picker: bool | None = None,
    disabled: bool | None = None,
    picture: Stored | None = None,
) -> Emoji:
    """Change what is given. Invalid names the field; NotFound; Forbidden for all but administrators."""
    authority.require(conn, actor, "administrator")
    now = get(conn, id)
    made = Emoji(
        id,
        now.shortcode,
        picture.file if picture else now.file,
        picture.static_file if picture else now.static_file,
        now.category if category is None else _category(category),
        now.in_picker if in_picker is None else in_picker,
        now.disabled if disabled is None else disabled,
    )
    conn.run(
        _CHANGE,
        id=id, file=made.file, static_file=made.static_file, category=made.category,
        in_picker=made.in_picker, disabled=made.disabled,
    )  # fmt: skip
    _changed(conn, id, actor)
    return made


def remove(conn: Connection, actor: int | None, id: int) -> None:
    """Remove an emoji: where it was used, its shortcode is text again. NotFound; Forbidden for all but
    administrators."""
    authority.require(conn, actor, "administrator")
    if conn.run(_REMOVE, id=id) == 0:
        raise NotFound
    _changed(conn, id, actor)


def get(conn: Connection, id: int) -> Emoji:
    """An emoji, also a disabled one; locked until this transaction ends. NotFound."""
    row = conn.first(_ONE, id=id)
    if row is None:
        raise NotFound
    return Emoji(*row)


def _changed(conn: Connection, id: int, actor: int | None) -> None:
    rules.forget(conn)
    conn.announce("emoji.changed", id, actor or 0)

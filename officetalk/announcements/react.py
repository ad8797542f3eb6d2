"""What readers do with an announcement: dismiss it, react to it."""

from __future__ import annotations

import regex
from sqlalchemy import String, delete, func, select

from officetalk.announcements import queries
from officetalk.announcements.tables import announcement_reaction, announcement_read
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.sql import Statement, p
from officetalk.core.upsert import upsert
from officetalk.emoji import rules as emoji

MAX_DIFFERENT = 8  # Mastodon's ReactionValidator::LIMIT
# One emoji as Unicode builds them (UTS 51, ED-17 and its grammar): flags, keycaps, tags, what is joined.
_TONED = r"(?:\p{Emoji_Modifier}|\uFE0F?\u20E3|\uFE0F|[\U000E0020-\U000E007E]+\U000E007F)?"
_PART = rf"(?:\p{{RI}}\p{{RI}}|(?!\p{{RI}})\p{{Emoji}}{_TONED})"
_EMOJI = regex.compile(rf"(?![0-9#*]\uFE0F?$){_PART}(?:\u200D{_PART})*")
_MAX_EMOJI = 32  # code points: the longest of Unicode has 10

_DISMISS = upsert(announcement_read, ["account_id", "announcement_id"], [])
_REACT = upsert(announcement_reaction, ["announcement_id", "name", "account_id"], [])
_UNREACT = Statement(
    delete(announcement_reaction).where(
        announcement_reaction.c.announcement_id == p("id"),
        announcement_reaction.c.account_id == p("account"),
        announcement_reaction.c.name == p("name", String),
    )
)
_NAMES = Statement(
    select(announcement_reaction.c.name).distinct().where(announcement_reaction.c.announcement_id == p("id"))
)
_COUNT = Statement(
    select(func.count()).where(
        announcement_reaction.c.announcement_id == p("id"),
        announcement_reaction.c.name == p("name", String),
    )
)


def dismiss(conn: Connection, account_id: int, id: int) -> None:
    """Do not show it to this reader again. NotFound when it is not to be seen."""
    queries.one(conn, account_id, id)
    conn.run(_DISMISS, account_id=account_id, announcement_id=id)


def is_emoji(name: str) -> bool:
    """Whether a text is one emoji of Unicode."""
    return len(name) <= _MAX_EMOJI and _EMOJI.fullmatch(name) is not None


def react(conn: Connection, account_id: int, id: int, name: str) -> None:
    """React with an emoji, or with the shortcode of one of the company's; again: nothing happens. NotFound
    when the announcement is not to be seen; Invalid when the name is no emoji or would be one too many."""
    queries.get(conn, id, lock=True)
    queries.one(conn, account_id, id)
    if name not in emoji.usable(conn) and not is_emoji(name):
        raise Invalid("name", "is not a recognized emoji")
    names = {row[0] for row in conn.all(_NAMES, id=id)}
    if name not in names and len(names) >= MAX_DIFFERENT:
        raise Invalid(None, "Limit of different reactions reached")
    if conn.run(_REACT, announcement_id=id, name=name, account_id=account_id, id=conn.new_id()):
        _reacted(conn, account_id, id, name)


def unreact(conn: Connection, account_id: int, id: int, name: str) -> None:
    """Take a reaction back. NotFound when there is none."""
    queries.one(conn, account_id, id)
    if not conn.run(_UNREACT, account=account_id, id=id, name=name):
        raise NotFound
    _reacted(conn, account_id, id, name)


def _reacted(conn: Connection, account_id: int, id: int, name: str) -> None:
    """Events carry numbers only: the name travels as its code points (see `named`)."""
    conn.announce("announcement.reacted", id, account_id, map(ord, name))


def named(more: tuple[int, ...]) -> str:
    """The name of the reaction that an event `announcement.reacted` tells of, by its `more`."""
    return "".join(map(chr, more))


def count(conn: Connection, id: int, name: str) -> int:
    """How many react so."""
    return conn.value(_COUNT, id=id, name=name)

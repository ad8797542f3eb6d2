"""What `:shortcode:` means: finding the company's emoji in texts. No SQL once a process knows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import regex
from sqlalchemy import select

from officetalk.core.database import Connection, Database
from officetalk.core.sql import Statement
from officetalk.emoji.entities import Emoji
from officetalk.emoji.tables import emoji

# Mastodon's CustomEmoji::SHORTCODE_RE_FRAGMENT and SCAN_RE: between colons, not inside a word.
MAX_SHORTCODE = 64
SHORTCODE = regex.compile(r"[A-Za-z0-9_]{2,64}")
_IN_TEXT = regex.compile(r"(?<![\p{L}\p{M}\p{Nd}:]):([A-Za-z0-9_]{2,64}):(?![\p{L}\p{M}\p{Nd}:])")

# Forgotten at once when something changes here or, on PostgreSQL, on another node. On SQLite the command
# line changes it unheard: it is noticed after this.
REMEMBER_MS = 5_000
_CACHE = "emoji"

# A few hundred rows at the most.
_ALL = Statement(
    select(
        emoji.c.id,
        emoji.c.shortcode,
        emoji.c.file,
        emoji.c.static_file,
        emoji.c.category,
        emoji.c.in_picker,
        emoji.c.disabled,
    ).order_by(emoji.c.category, emoji.c.shortcode)
)


def everything(conn: Connection) -> tuple[Emoji, ...]:
    """All emoji as they stand now, the disabled included, by category and shortcode. One statement."""
    return tuple(Emoji(*row) for row in conn.all(_ALL))


def shortcodes(texts: Iterable[str]) -> list[str]:
    """What looks like an emoji in these texts, each once, in the order of the texts."""
    found: dict[str, None] = {}
    for text in texts:
        # Most texts have no colon at all, and looking for one costs nothing.
        if ":" in text:
            found.update(dict.fromkeys(_IN_TEXT.findall(text)))
    return list(found)


def among(known: Mapping[str, Emoji], texts: Iterable[str]) -> tuple[Emoji, ...]:
    """Those of the known emoji that the texts use, in the order of the texts."""
    return tuple(known[code] for code in shortcodes(texts) if code in known)


def usable(conn: Connection) -> Mapping[str, Emoji]:
    """The emoji that are not disabled, by shortcode: from the process's cache."""
    cache = conn.cached(_CACHE, 2)
    kept = cache.get(0)
    if kept is not None and kept[0] > conn.now:
        return kept[1]
    known = {e.shortcode: e for e in everything(conn) if not e.disabled}
    cache.put(0, (conn.now + REMEMBER_MS, known))
    return known


def found(conn: Connection, texts: Iterable[str]) -> tuple[Emoji, ...]:
    """The emoji that these texts use, in their order; disabled ones and unknown shortcodes are none."""
    texts = tuple(texts)
    if not any(":" in text for text in texts):
        return ()
    return among(usable(conn), texts)


def forget(conn: Connection) -> None:
    """Within a transaction that changes emoji, nothing that is cached counts any more."""
    conn.cached(_CACHE, 2).put(0, (0, {}))


def listen(db: Database) -> None:
    """Forget the emoji when they change, here or on another node."""

    def changed(_: object) -> None:
        cache = db.cache.get(_CACHE)
        if cache is not None:
            cache.clear()

    db.bus.listen("emoji.changed", changed)

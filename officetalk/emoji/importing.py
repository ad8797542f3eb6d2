"""A folder of pictures as emoji: each file's name is its shortcode."""

from __future__ import annotations

from pathlib import Path

import msgspec
import regex

from officetalk.core.database import Database
from officetalk.core.errors import Invalid
from officetalk.emoji import change, pictures, rules
from officetalk.media.storage import Storage

_EXTENSIONS = frozenset({".png", ".gif", ".webp"})
_ELSE = regex.compile(r"[^A-Za-z0-9_]+")


class Imported(msgspec.Struct, frozen=True):
    """What came of a file: `problem` is empty when the emoji is there now."""

    file: str
    shortcode: str
    problem: str = ""


def import_folder(
    db: Database, storage: Storage, folder: Path, *, category: str = "", replace: bool = False
) -> list[Imported]:
    """Add every PNG, GIF and WebP of `folder`. One that has a shortcode already is left alone, or with
    `replace` becomes its new picture. Blocks."""
    known = {e.shortcode: e.id for e in db.read_now(rules.everything)}
    outcome = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in _EXTENSIONS or not path.is_file():
            continue
        shortcode = _ELSE.sub("_", path.stem).strip("_")
        try:
            if shortcode in known and not replace:
                raise Invalid("shortcode", "has already been taken", "ERR_TAKEN")
            if path.stat().st_size > pictures.MAX_BYTES:  # before it is read
                raise Invalid("image", "must be less than %(count)s KB", count=pictures.MAX_BYTES // 1024)
            change.check_shortcode(shortcode)
            stored = pictures.store(storage, path.read_bytes())
            if shortcode in known:
                db.write_now(change.change, None, known[shortcode], picture=stored)
            else:
                known[shortcode] = db.write_now(change.add, None, shortcode, stored, category=category).id
        except Invalid as problem:
            outcome.append(Imported(path.name, shortcode, f"{problem.field} {problem.rule}"))
        else:
            outcome.append(Imported(path.name, shortcode))
    return outcome

"""The catalogues of texts, officetalk/locales/CODE.po.

    python scripts/catalogues.py compile     makes CODE.mo of each (make setup)
    python scripts/catalogues.py collect     takes new texts of the code into each (make messages)

`collect` keeps what is translated, drops what the code no longer says, and prints what is still missing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "officetalk"
LOCALES = PACKAGE / "locales"
CODES = ("de", "fr", "es", "ja", "ar")

_METHODS = [
    ("web/templates/**.html", "jinja2"),
    ("web/static/**", "ignore"),
    ("**.py", "python"),
    ("**.js", "javascript"),
]
_OPTIONS: dict[str, dict[str, Any]] = {
    "web/templates/**.html": {"extensions": "jinja2.ext.do", "trimmed": "true", "silent": "false"}
}
# What marks a text: function name to the places of its texts (None: the first argument).
_KEYWORDS: dict[str, Any] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "say": None,
    "many": (1, 2),
    "pgettext": ((1, "c"), 2),
    "Invalid": (2,),
    "_unattachable": None,
    "Forbidden": None,
    "Conflict": None,
    "Unauthorized": None,
    "Unavailable": None,
    "Malformed": None,
    "TooLarge": None,
    "NotFound": None,
    "Problem": None,
}


def collected() -> Catalog:
    """The texts that the code says now."""
    catalog = Catalog(project="OfficeTalk", charset="utf-8")
    for folder in (PACKAGE, ROOT / "assets" / "js"):
        for path, line, message, comments, context in extract_from_dir(
            str(folder),
            _METHODS,
            _OPTIONS,
            _KEYWORDS,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        ):
            place = (str((folder / path).relative_to(ROOT)), line)
            catalog.add(message, None, [place], auto_comments=comments, context=context)
    return catalog


def _read(code: str) -> Catalog:
    path = LOCALES / f"{code}.po"
    if not path.exists():
        return Catalog(locale=code, project="OfficeTalk", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=code)


def missing(catalog: Catalog) -> Iterator[str]:
    """The texts that have no translation, or one that is to be looked at again."""
    for message in catalog:
        if not message.id:
            continue
        said = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.fuzzy or not all(said):
            yield message.id if isinstance(message.id, str) else message.id[0]


def collect() -> None:
    template = collected()
    for code in CODES:
        catalog = _read(code)
        # No guesses: a text that was changed in the code is translated anew.
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        # Lines move with every change of the code and would drown what changed in the texts.
        beside = LOCALES / f".{code}.po"
        with beside.open("wb") as file:
            write_po(file, catalog, width=100, sort_output=True, include_lineno=False, omit_header=False)
        os.replace(beside, LOCALES / f"{code}.po")
        left = list(missing(catalog))
        print(f"{code}: {len(catalog)} texts, {len(left)} to translate")


def compile_all() -> None:
    for code in CODES:
        beside = LOCALES / f".{code}.mo"
        with beside.open("wb") as file:
            write_mo(file, _read(code))
        os.replace(beside, LOCALES / f"{code}.mo")


if __name__ == "__main__":
    {"compile": compile_all, "collect": collect}[sys.argv[1]]()

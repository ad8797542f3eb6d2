"""The product's own words in the reader's language: GNU gettext catalogues, made and kept by Babel.

English is the source, so the text in the code is the key and every text has a meaning without a catalogue.
The language is that of the request or job at work (a context variable): the web app sets it from the account
or the browser, mail and push from the receiver. The API answers in English, as clients expect it to.

    with speaking("de"):
        _("%(name)s follows you now", name=account.name)
        ngettext("%(count)s comment", "%(count)s comments", 3)

Catalogues lie in officetalk/locales/ as CODE.po; `make setup` compiles them to CODE.mo, `make messages`
collects new texts.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import msgspec
from babel import Locale
from babel.numbers import format_decimal

LOCALES = Path(__file__).parent.parent / "locales"

# Code (BCP 47, and the name of the catalogue) to the locale that gives dates and numbers their form.
LANGUAGES = {"en": "en_GB", "de": "de", "fr": "fr", "es": "es", "ja": "ja", "ar": "ar"}
SOURCE = "en"


class Language(msgspec.Struct, frozen=True, eq=False):
    """A language that the product speaks."""

    code: str
    locale: Locale
    catalogue: gettext.NullTranslations

    @property
    def direction(self) -> str:
        """ltr or rtl, as HTML's dir wants it."""
        return self.locale.text_direction

    @property
    def name(self) -> str:
        """What the language calls itself: Deutsch."""
        name = (Locale.parse(self.code).get_display_name() or self.code).strip()
        return name[:1].upper() + name[1:]


@cache
def language(code: str) -> Language:
    """The language with that code, which must be one of LANGUAGES. FileNotFoundError says that the catalogues
    are not compiled."""
    if code == SOURCE:
        return Language(code, Locale.parse(LANGUAGES[code]), gettext.NullTranslations())
    compiled = LOCALES / f"{code}.mo"
    if not compiled.exists():
        raise FileNotFoundError(f"{compiled} is missing: run make setup")
    with compiled.open("rb") as file:
        return Language(code, Locale.parse(LANGUAGES[code]), gettext.GNUTranslations(file))


_spoken: ContextVar[Language | None] = ContextVar("spoken", default=None)


def spoken() -> Language:
    """The language of the request or job at work; English outside of one."""
    return _spoken.get() or language(SOURCE)


@contextmanager
def speaking(code: str) -> Iterator[Language]:
    """Say everything in this language, for as long as the context lasts."""
    token = _spoken.set(language(code))
    try:
        yield language(code)
    finally:
        _spoken.reset(token)


def speak(code: str) -> None:
    """Say everything in this language, for the rest of the task (a request is a task of its own)."""
    _spoken.set(language(code))


def _(text: str, /, **values: Any) -> str:
    """The text in the spoken language, with its %(name)s filled in."""
    said = spoken().catalogue.gettext(text) if text else text  # "" is the catalogue's own head
    return said % values if values else said


def ngettext(one: str, many: str, count: int, /, **values: Any) -> str:
    """The text for that many, by the plural rules of the spoken language; %(count)s is the number as the
    language writes it."""
    said = spoken().catalogue.ngettext(one, many, count)
    return said % {"count": number(count), **values}


def pgettext(context: str, text: str, /, **values: Any) -> str:
    """As `_`, where the same English word has two meanings: the context tells which ("verb", "noun")."""
    said = spoken().catalogue.pgettext(context, text)
    return said % values if values else said


def N_(text: str) -> str:
    """Marks a text for the catalogues where it cannot be translated yet (tables made at import)."""
    return text


def number(value: int) -> str:
    """1,234 as the spoken language writes it."""
    return str(value) if -1000 < value < 1000 else _written(value, spoken().code)


@lru_cache(maxsize=4096)
def _written(value: int, code: str) -> str:
    return format_decimal(value, locale=language(code).locale)


_RANGE = re.compile(r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9]{1,8})*\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?))?\s*")


def negotiate(accepted: str) -> str:
    """The code of the best language for an Accept-Language header (RFC 9110, section 12.5.4); English where
    none fits."""
    best, weight = SOURCE, 0.0
    for part in accepted[:500].split(","):
        match = _RANGE.fullmatch(part)
        if match is None or match[1].lower() not in LANGUAGES:
            continue
        quality = float(match[2]) if match[2] else 1.0
        if quality > weight:
            best, weight = match[1].lower(), quality
    return best


def choose(chosen: str, accepted: str) -> str:
    """The language for somebody who has chosen one (a BCP 47 tag; may be empty) and whose browser sends
    this Accept-Language header."""
    code = chosen.partition("-")[0].lower()
    return code if code in LANGUAGES else negotiate(accepted)

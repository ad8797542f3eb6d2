"""What the selects of the settings offer: time zones and languages."""

from __future__ import annotations

import zoneinfo
from functools import lru_cache

from babel import Locale

from officetalk.core.translation import LANGUAGES, _, language

# Written languages that a company is likely to meet; any other tag can be set through the API.
_LANGUAGES = (
    "ar bg bn ca cs cy da de el en en-GB es et eu fa fi fr ga gl he hi hr hu hy id is it ja ka ko lt lv ms nb nl "
    "nn pl pt pt-BR ro ru sk sl sq sr sv sw ta th tl tr uk ur vi zh-CN zh-TW"
).split()
_REGIONS = frozenset(
    {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)

Choice = tuple[str, str]


@lru_cache(maxsize=1)
def _zones() -> tuple[Choice, ...]:
    names = sorted(n for n in zoneinfo.available_timezones() if n.partition("/")[0] in _REGIONS)
    return (("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names))


def time_zones(current: str) -> tuple[Choice, ...]:
    """The names of the time zone database by continent and city, and `current` if it is an older one."""
    return _with((("", _("As my browser")), *_zones()), current)


@lru_cache(maxsize=1)
def _languages() -> tuple[Choice, ...]:
    named = [(tag, _name(tag)) for tag in _LANGUAGES]
    return tuple(sorted(named, key=lambda choice: choice[1].casefold()))


def language_name(tag: str) -> str:
    """A language by its own name; the tag itself where it is not known."""
    return dict(_languages()).get(tag, tag)


def _name(tag: str) -> str:
    locale = Locale.parse(tag, sep="-")
    name = locale.get_display_name(locale) or tag
    return name[:1].upper() + name[1:]


def languages(current: str, none: str) -> tuple[Choice, ...]:
    """Languages by their own names; `none` are the words for no choice."""
    return _with((("", none), *_languages()), current)


def spoken_languages(current: str) -> tuple[Choice, ...]:
    """The languages of the pages, by their own names. Another one that an app has set stays as it is."""
    spoken = tuple((code, language(code).name) for code in LANGUAGES)
    return _with((("", _("As my browser")), *spoken), current)


def _with(choices: tuple[Choice, ...], current: str) -> tuple[Choice, ...]:
    if any(value == current for value, _ in choices):
        return choices
    return (*choices, (current, current))

"""Times as people read them: in their own time zone and language, today by the clock, before that by the date."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time

from officetalk.core.translation import N_, _, spoken


@lru_cache(maxsize=512)
def _zone(name: str) -> tzinfo:
    try:
        return zoneinfo.ZoneInfo(name) if name else UTC
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # a cookie may say anything
        return UTC


# What Babel works out once is kept: a page asks for the same few days over and over.
@lru_cache(maxsize=8192)
def _day(day: date, form: str, locale: Locale) -> str:
    """The day in a form of CLDR: full, long, or a skeleton as MMMd or EEEE."""
    if form in ("full", "long"):
        return format_date(day, form, locale=locale)
    if form == "EEEE":
        return format_date(day, form, locale=locale)
    return format_skeleton(form, datetime.combine(day, time()), locale=locale)


@lru_cache(maxsize=16384)
def _clock(hour: int, minute: int, locale: Locale) -> str:
    return format_time(time(hour, minute), "short", locale=locale)


class Stretch(NamedTuple):
    """A part of a timeline: ("This morning", "Tuesday, 24 November"), and a key for ids."""

    label: str
    written: str
    key: str


_HOURS = (N_("This morning"), N_("This afternoon"), N_("This evening"))


@lru_cache(maxsize=2048)
def _stretch(day: date, hours: int, today: date, locale: Locale) -> Stretch:
    key = f"{day.isoformat()}-{hours}"
    written = _day(day, "MMMMEEEEd", locale)
    if day == today:
        return Stretch(_(_HOURS[hours]), written, key)
    if day == today - timedelta(days=1):
        return Stretch(_("Yesterday"), written, key)
    if day > today - timedelta(days=7):
        weekday = _day(day, "EEEE", locale)
        return Stretch(weekday[:1].upper() + weekday[1:], _day(day, "MMMMd", locale), key)
    form = "MMMMd" if day.year == today.year else "long"
    return Stretch(_day(day, form, locale), _day(day, "EEEE", locale), key)


class Clockface:
    """What time it is for one reader, and how other times look from there. Times are ms since 1970."""

    __slots__ = ("locale", "look", "now", "today", "yesterday", "zone")

    def __init__(self, zone: tzinfo, now_ms: int, locale: Locale | None = None) -> None:
        self.zone = zone
        self.locale = locale or spoken().locale
        self.now = datetime.fromtimestamp(now_ms / 1000, zone)
        self.today = self.now.date()
        self.yesterday = self.today - timedelta(days=1)
        # Two that are alike in this show every time alike.
        self.look = (self.today.toordinal(), str(self.locale), str(zone))

    @classmethod
    def of(cls, zone_name: str, now_ms: int) -> Clockface:
        """In the language that is spoken."""
        return cls(_zone(zone_name), now_ms)

    def local(self, ms: int) -> datetime:
        return datetime.fromtimestamp(ms / 1000, self.zone)

    def short(self, ms: int) -> str:
        """09:38 today, Yesterday, 12 Oct, 12 Oct 2024."""
        local = self.local(ms)
        day = local.date()
        if day == self.today:
            return _clock(local.hour, local.minute, self.locale)
        if day == self.yesterday:
            return _("Yesterday")
        return _day(day, "MMMd" if day.year == self.today.year else "yMMMd", self.locale)

    def full(self, ms: int) -> str:
        """Tuesday, 24 November 2026, 09:12."""
        local = self.local(ms)
        return _(
            "%(date)s, %(time)s",
            date=_day(local.date(), "full", self.locale),
            time=_clock(local.hour, local.minute, self.locale),
        )

    def clock(self, ms: int) -> str:
        """09:12, whatever the day."""
        local = self.local(ms)
        return _clock(local.hour, local.minute, self.locale)

    def time(self) -> str:
        """What it shows now."""
        return _clock(self.now.hour, self.now.minute, self.locale)

    def date(self, ms: int) -> str:
        """24 November 2026."""
        return _day(self.local(ms).date(), "long", self.locale)

    def day_of(self, day: date) -> str:
        """24 Nov, 24 Nov 2025: a day that is no moment."""
        return _day(day, "MMMd" if day.year == self.today.year else "yMMMd", self.locale)

    def since(self, ms: int) -> str:
        """November 2026."""
        return _day(self.local(ms).date(), "yMMMM", self.locale)

    def day(self, ms: int) -> date:
        return self.local(ms).date()

    def part(self, ms: int) -> Stretch:
        """The part of a timeline that a moment belongs to. Today in three, then by the day."""
        return self.part_since(ms)[0]

    def part_since(self, ms: int) -> tuple[Stretch, int]:
        """The part that a moment belongs to, and when that begins (ms)."""
        local = self.local(ms)
        day = local.date()
        hours = 0 if day != self.today or local.hour < 12 else (1 if local.hour < 18 else 2)
        begins = local.replace(hour=(0, 12, 18)[hours], minute=0, second=0, microsecond=0)
        return _stretch(day, hours, self.today, self.locale), int(begins.timestamp() * 1000)

    def greeting(self) -> str:
        hour = self.now.hour
        if 5 <= hour < 12:
            return _("Good morning")
        return _("Good afternoon") if 12 <= hour < 18 else _("Good evening")

    def stamp(self, ms: int) -> str:
        """For <time datetime>: ISO 8601 in UTC."""
        return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

"""Times as people read them: in their own time zone, today by the clock, before that by the date."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_LONG_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


@lru_cache(maxsize=512)
def _zone(name: str) -> tzinfo:
    try:
        return zoneinfo.ZoneInfo(name) if name else UTC
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # a cookie may say anything
        return UTC


@lru_cache(maxsize=4096)
def _day(day: date) -> str:
    return f"{_DAYS[day.weekday()]} {day.day} {_LONG_MONTHS[day.month - 1]} {day.year}"


class Clockface:
    """What time it is for one reader, and how other times look from there. Times are ms since 1970."""

    __slots__ = ("now", "today", "yesterday", "zone")

    def __init__(self, zone: tzinfo, now_ms: int) -> None:
        self.zone = zone
        self.now = datetime.fromtimestamp(now_ms / 1000, zone)
        self.today = self.now.date()
        self.yesterday = self.today - timedelta(days=1)

    @classmethod
    def of(cls, zone_name: str, now_ms: int) -> Clockface:
        return cls(_zone(zone_name), now_ms)

    def local(self, ms: int) -> datetime:
        return datetime.fromtimestamp(ms / 1000, self.zone)

    def short(self, ms: int) -> str:
        """09:38 today, Yesterday, 12 Oct, 12 Oct 2024."""
        local = self.local(ms)
        day = local.date()
        if day == self.today:
            return f"{local.hour:02}:{local.minute:02}"
        if day == self.yesterday:
            return "Yesterday"
        text = f"{day.day} {_MONTHS[day.month - 1]}"
        return text if day.year == self.today.year else f"{text} {day.year}"

    def full(self, ms: int) -> str:
        """Tuesday 24 November 2026, 09:12."""
        local = self.local(ms)
        return f"{_day(local.date())}, {local.hour:02}:{local.minute:02}"

    def clock(self, ms: int) -> str:
        """09:12, whatever the day."""
        local = self.local(ms)
        return f"{local.hour:02}:{local.minute:02}"

    def date(self, ms: int) -> str:
        """24 November 2026."""
        day = self.local(ms).date()
        return f"{day.day} {_LONG_MONTHS[day.month - 1]} {day.year}"

    def since(self, ms: int) -> str:
        """November 2026."""
        day = self.local(ms).date()
        return f"{_LONG_MONTHS[day.month - 1]} {day.year}"

    def day(self, ms: int) -> date:
        return self.local(ms).date()

    def part(self, ms: int) -> tuple[str, str]:
        """The part of a timeline that a moment belongs to, and its date: ("This morning", "Tuesday 24
        November"). Today in three, then by the day."""
        local = self.local(ms)
        day = local.date()
        written = f"{_DAYS[day.weekday()]} {day.day} {_LONG_MONTHS[day.month - 1]}"
        if day == self.today:
            if local.hour < 12:
                return "This morning", written
            return ("This afternoon" if local.hour < 18 else "This evening"), written
        if day == self.yesterday:
            return "Yesterday", written
        if day > self.today - timedelta(days=7):
            return _DAYS[day.weekday()], f"{day.day} {_LONG_MONTHS[day.month - 1]}"
        year = "" if day.year == self.today.year else f" {day.year}"
        return f"{day.day} {_LONG_MONTHS[day.month - 1]}{year}", _DAYS[day.weekday()]

    def greeting(self) -> str:
        hour = self.now.hour
        if 5 <= hour < 12:
            return "Good morning"
        return "Good afternoon" if 12 <= hour < 18 else "Good evening"

    def stamp(self, ms: int) -> str:
        """For <time datetime>: ISO 8601 in UTC."""
        return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

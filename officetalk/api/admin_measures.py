"""Figures for the dashboards of admin apps: measures by day, dimensions, retention.

Read by POST, as Mastodon does. Only what the whole company can see is counted: see moderation/figures.py.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import msgspec
from babel import Locale, UnknownLocaleError

from officetalk import __version__
from officetalk.api.endpoint import Call, endpoint
from officetalk.api.entities import (
    AdminCohort,
    AdminDimension,
    AdminMeasure,
    CohortDay,
    DimensionPart,
    MeasureDay,
)
from officetalk.api.paging import EntityId
from officetalk.api.times import timestamp
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid
from officetalk.core.settings import Settings
from officetalk.moderation import figures
from officetalk.moderation.figures import DAY_MS, Dimension, Measure, Period

# What is about other servers: there are none, so it is nothing on every day.
_ELSEWHERE = (
    "tag_servers", "instance_accounts", "instance_media_attachments", "instance_reports",
    "instance_statuses", "instance_follows", "instance_followers",
)  # fmt: skip
_EMPTY_DIMENSIONS = ("servers", "tag_servers", "instance_accounts", "instance_languages")
MAX_KEYS = 30
MAX_COHORTS = 92  # by day: each has a figure for every day after it
_EPOCH = date(1970, 1, 1)


class TagParameter(msgspec.Struct, frozen=True):
    id: EntityId | None = None


class MeasuresParameters(msgspec.Struct, frozen=True):
    keys: list[str] = []
    start_at: str = ""
    end_at: str = ""
    tag_accounts: TagParameter = TagParameter()
    tag_uses: TagParameter = TagParameter()


class DimensionsParameters(msgspec.Struct, frozen=True):
    keys: list[str] = []
    start_at: str = ""
    end_at: str = ""
    limit: int = 10
    tag_languages: TagParameter = TagParameter()


class RetentionParameters(msgspec.Struct, frozen=True):
    start_at: str = ""
    end_at: str = ""
    frequency: str = "day"


def _day(text: str, field: str) -> int:
    """The day of a date, or of a time (whose clock is left out), in days since 1970."""
    try:
        found = datetime.fromisoformat(text.strip()).date()
    except ValueError as problem:
        raise Invalid(field, "must be a date such as 2026-11-24") from problem
    if not 1970 <= found.year < 3000:
        raise Invalid(field, "must be a date of this millennium")
    return (found - _EPOCH).days


def _period(start_at: str, end_at: str, now: int) -> Period:
    """The days that are asked for; without an end until today, without a beginning four weeks."""
    last = _day(end_at, "end_at") if end_at else now // DAY_MS
    first = _day(start_at, "start_at") if start_at else last - 27
    if last - first >= figures.MAX_DAYS:
        raise Invalid("end_at", f"must be within {figures.MAX_DAYS} days of the start")
    return Period(first, max(last, first - 1))


def _midnight(day: int) -> str:
    return timestamp(day * DAY_MS)


def _checked(keys: list[str]) -> list[str]:
    if len(keys) > MAX_KEYS:
        raise Invalid("keys", f"must be at most {MAX_KEYS}", "ERR_TOO_LONG")
    return list(dict.fromkeys(keys))


# --- measures ----------------------------------------------------------------------------------------


def _measures(
    conn: Connection, viewer: int, keys: list[str], period: Period, tags: dict[str, int | None]
) -> list[AdminMeasure]:
    """Unknown keys are left out, as Mastodon does."""
    made = []
    for key in keys:
        if key in _ELSEWHERE:
            made.append(_nothing(key, period))
            continue
        name: Measure | None = next((n for n in get_args(Measure) if n == key), None)
        if name is None:
            continue
        found = figures.measure(conn, viewer, name, period, tags.get(key))
        made.append(
            AdminMeasure(
                key=key,
                unit=None,
                total=str(found.total),
                previous_total=str(found.previous),
                data=[
                    MeasureDay(date=_midnight(day), value=str(value))
                    for day, value in zip(period.days, found.values, strict=True)
                ],
            )
        )
    return made


def _nothing(key: str, period: Period) -> AdminMeasure:
    made = AdminMeasure(
        key=key,
        unit=None,
        total="0",
        data=[MeasureDay(date=_midnight(day), value="0") for day in period.days],
    )
    if key == "instance_media_attachments":
        made.unit, made.human_value = "bytes", "0 Bytes"
    if key == "tag_servers":
        made.previous_total = "0"
    return made


@endpoint(
    "POST", "/api/v1/admin/measures",
    scope="admin:read", role="moderator", parameters=MeasuresParameters, returns=list[AdminMeasure],
    summary="Figures by day",
)  # fmt: skip
async def measures(call: Call[MeasuresParameters]) -> list[AdminMeasure]:
    asked = call.parameters
    period = _period(asked.start_at, asked.end_at, call.db.clock())
    tags = {"tag_accounts": asked.tag_accounts.id, "tag_uses": asked.tag_uses.id}
    return await call.db.read(_measures, call.viewer_id, _checked(asked.keys), period, tags)


# --- dimensions --------------------------------------------------------------------------------------


def _dimensions(
    conn: Connection, settings: Settings, viewer: int, asked: DimensionsParameters, period: Period
) -> list[AdminDimension]:
    limit = max(1, min(asked.limit, 100))
    made = []
    for key in _checked(asked.keys):
        if key in _EMPTY_DIMENSIONS:
            made.append(AdminDimension(key=key, data=[]))
        elif key in _SERVER:
            made.append(AdminDimension(key=key, data=_SERVER[key](conn, settings)))
        else:
            name: Dimension | None = next((n for n in get_args(Dimension) if n == key), None)
            if name is not None:
                found = figures.most(conn, viewer, name, period, limit, asked.tag_languages.id)
                say = _source if name == "sources" else _language
                made.append(AdminDimension(key=key, data=[say(*part) for part in found]))
    return made


def _language(code: str, count: int) -> DimensionPart:
    try:
        name = Locale.parse(code, sep="-").get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        name = code
    return DimensionPart(key=code, human_key=name, value=str(count))


def _source(app: str, count: int) -> DimensionPart:
    return DimensionPart(key=app or "web", human_key=app or "Website", value=str(count))


def _versions(conn: Connection, settings: Settings) -> list[DimensionPart]:
    found = (
        ("officetalk", "OfficeTalk", __version__),
        ("python", "Python", platform.python_version()),
        (conn.dialect, _DATABASES[conn.dialect], figures.database_version(conn)),
    )
    return [DimensionPart(key=k, human_key=n, value=v, human_value=v) for k, n, v in found]


def _space(conn: Connection, settings: Settings) -> list[DimensionPart]:
    found = [(conn.dialect, _DATABASES[conn.dialect], figures.database_size(conn))]
    if not settings.media:  # what lies in a bucket, the bucket knows
        found.append(("media", "Media storage", _size_of(Path(settings.data) / "media")))
    return [
        DimensionPart(key=k, human_key=n, value=str(v), unit="bytes", human_value=_human(v))
        for k, n, v in found
    ]


_DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_SERVER: dict[str, Callable[[Connection, Settings], list[DimensionPart]]] = {
    "software_versions": _versions,
    "space_usage": _space,
}


def _size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _human(size: float) -> str:
    for unit in ("Bytes", "KB", "MB", "GB"):
        if size < 1024:
            return f"{size:.3g} {unit}"
        size /= 1024
    return f"{size:.3g} TB"


@endpoint(
    "POST", "/api/v1/admin/dimensions",
    scope="admin:read", role="moderator", parameters=DimensionsParameters, returns=list[AdminDimension],
    summary="What occurs most: languages, apps; and what the server takes",
)  # fmt: skip
async def dimensions(call: Call[DimensionsParameters]) -> list[AdminDimension]:
    asked = call.parameters
    period = _period(asked.start_at, asked.end_at, call.db.clock())
    return await call.db.read(_dimensions, call.services.settings, call.viewer_id, asked, period)


# --- retention ---------------------------------------------------------------------------------------


def _month(day: int) -> int:
    """The first day of the day's month."""
    return (datetime.fromtimestamp(day * DAY_MS // 1000, UTC).date().replace(day=1) - _EPOCH).days


def _buckets(period: Period, by_month: bool) -> list[int]:
    return sorted({_month(day) for day in period.days}) if by_month else list(period.days)


def cohorts(arrivals: list[tuple[int, int]], period: Period, *, by_month: bool) -> list[AdminCohort]:
    """Of those who joined in each day or month: how many were still here in it and in each after."""
    buckets = _buckets(period, by_month)
    bucket_of: Callable[[int], int] = _month if by_month else int
    made = []
    for cohort in buckets:
        stayed = [bucket_of(last) for joined, last in arrivals if bucket_of(joined) == cohort]
        data = []
        for bucket in (b for b in buckets if b >= cohort):
            count = sum(last >= bucket for last in stayed)
            rate = count / max(1, len(stayed))
            data.append(CohortDay(date=_midnight(bucket), rate=rate, value=str(count)))
        made.append(
            AdminCohort(period=_midnight(cohort), frequency="month" if by_month else "day", data=data)
        )
    return made


@endpoint(
    "POST", "/api/v1/admin/retention",
    scope="admin:read", role="moderator", parameters=RetentionParameters, returns=list[AdminCohort],
    summary="How many of those who joined are still here",
)  # fmt: skip
async def retention(call: Call[RetentionParameters]) -> list[AdminCohort]:
    asked = call.parameters
    if not (asked.start_at and asked.end_at):
        return []  # as Mastodon
    period = _period(asked.start_at, asked.end_at, call.db.clock())
    by_month = asked.frequency == "month"
    if by_month:
        period = Period(_month(period.first), period.last)
    elif len(period.days) > MAX_COHORTS:
        raise Invalid("end_at", f"must be within {MAX_COHORTS} days of the start, unless by month")
    return cohorts(await call.db.read(figures.arrivals, period), period, by_month=by_month)

"""What is told of the company as a whole: how much it talks, in which languages one may post."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from babel import Locale

from officetalk.api.endpoint import ANY_PERSON, Call, endpoint
from officetalk.api.entities import Activity, Language
from officetalk.trends import activity

# Mastodon's regional ones beside the two-letter codes of ISO 639-1.
_REGIONAL = {
    "zh-CN": "Chinese (China)",
    "zh-HK": "Chinese (Hong Kong)",
    "zh-TW": "Chinese (Taiwan)",
    "zh-YUE": "Cantonese",
}


@endpoint(
    "GET", "/api/v1/instance/activity",
    scope=ANY_PERSON, returns=list[Activity],
    summary="How much was said in each of the last twelve weeks; for who is signed in",
)  # fmt: skip
async def weekly(call: Call[Any]) -> list[Activity]:
    return [
        Activity(
            week=str(week.start // 1000),
            statuses=str(week.posts),
            logins=str(week.people),
            registrations=str(week.arrivals),
        )
        for week in await call.db.read(activity.weeks)
    ]


@lru_cache(maxsize=1)
def _languages() -> list[Language]:
    names = {code: name for code, name in Locale("en").languages.items() if len(code) == 2}
    names = {code: name for code, name in (names | _REGIONAL).items() if name}
    return [Language(code=code, name=names[code]) for code in sorted(names)]


@endpoint(
    "GET", "/api/v1/instance/languages",
    scope=ANY_PERSON, returns=list[Language], summary="Languages that a post may be said to be in",
)  # fmt: skip
async def languages(call: Call[Any]) -> list[Language]:
    return _languages()

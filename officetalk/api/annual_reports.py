"""Years in review, which Mastodon makes of what somebody posted: nobody is measured here, so there are none."""

from __future__ import annotations

from typing import Any

from officetalk.api.endpoint import Call, endpoint
from officetalk.api.entities import AnnualReports, AnnualReportState, Empty
from officetalk.core.errors import NotFound


@endpoint(
    "GET", "/api/v1/annual_reports",
    scope="read:accounts", returns=AnnualReports, summary="Years in review: there are none",
)  # fmt: skip
async def every(call: Call[Any]) -> bytes:
    return b'{"annual_reports":[],"accounts":[],"statuses":[]}'


@endpoint(
    "GET", "/api/v1/annual_reports/{year}",
    scope="read:accounts", returns=AnnualReports, errors=(404,), summary="A year in review: there is none",
)  # fmt: skip
async def one(call: Call[Any]) -> bytes:
    raise NotFound


@endpoint(
    "GET", "/api/v1/annual_reports/{year}/state",
    scope="read:accounts", returns=AnnualReportState, summary="Whether there is a year in review: no",
)  # fmt: skip
async def state(call: Call[Any]) -> bytes:
    return b'{"state":"ineligible"}'


@endpoint(
    "POST", "/api/v1/annual_reports/{year}/read",
    scope="write:accounts", returns=Empty, errors=(404,), summary="Note that it was read: there is none",
)  # fmt: skip
async def read(call: Call[Any]) -> bytes:
    raise NotFound


@endpoint(
    "POST", "/api/v1/annual_reports/{year}/generate",
    scope="write:accounts", returns=Empty, summary="Make a year in review: none is made",
)  # fmt: skip
async def generate(call: Call[Any]) -> bytes:
    return b"{}"

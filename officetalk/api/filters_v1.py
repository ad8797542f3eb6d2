"""Filters as before Mastodon 4: each is one keyword of a filter."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from officetalk.api import render_filters as render
from officetalk.api.endpoint import Call, endpoint
from officetalk.api.entities import Empty, V1Filter
from officetalk.api.filters import Seconds, expiry
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, Problem
from officetalk.filters import rules
from officetalk.filters.entities import Action, Filter, Keyword, KeywordChange

_SINCE = 1_668_470_400  # 14 November 2022: Mastodon 4.0


class _OfSeveral(Problem):
    """Not for an app that knows of one keyword only."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            "These parameters cannot be changed from this application because they apply to more than one"
            " filter keyword. Use a more recent application or the web interface."
        )


class V1Parameters(msgspec.Struct, frozen=True):
    phrase: str | None = None
    context: list[str] | None = None
    irreversible: bool | None = None
    whole_word: bool | None = None
    expires_in: Seconds | UnsetType | None = UNSET


def _action(asked: V1Parameters) -> Action | None:
    if asked.irreversible is None:
        return None
    return "hide" if asked.irreversible else "warn"


def _check_phrase(phrase: str | None) -> None:
    if phrase is not None and not phrase.strip():
        raise Invalid("phrase", "can't be blank", "ERR_BLANK")


@endpoint(
    "GET", "/api/v1/filters",
    scope="read:filters", returns=list[V1Filter], deprecated=_SINCE,
    summary="The viewer's filters, one for each keyword",
)  # fmt: skip
async def every(call: Call[Any]) -> list[V1Filter]:
    found = await call.db.read(rules.read, call.viewer_id)
    return [render.first_version(one, k) for one in found for k in one.keywords]


@endpoint(
    "GET", "/api/v1/filters/{id}",
    scope="read:filters", returns=V1Filter, errors=(404,), deprecated=_SINCE,
    summary="A filter, by the id of its keyword",
)  # fmt: skip
async def get(call: Call[Any]) -> V1Filter:
    return render.first_version(*await call.db.read(rules.keyword, call.viewer_id, call.id))


@endpoint(
    "POST", "/api/v1/filters",
    scope="write:filters", parameters=V1Parameters, returns=V1Filter, errors=(422,), deprecated=_SINCE,
    summary="Filter posts by one phrase",
)  # fmt: skip
async def create(call: Call[V1Parameters]) -> V1Filter:
    asked = call.parameters
    phrase = asked.phrase or ""
    _check_phrase(phrase)
    expires_at = expiry(call)
    made = await call.db.write(
        rules.create, call.viewer_id, phrase[: rules.MAX_TITLE], asked.context or [], _action(asked) or "warn",
        None if expires_at is UNSET else expires_at,
        [KeywordChange(keyword=phrase, whole_word=asked.whole_word)],
    )  # fmt: skip
    return render.first_version(made, made.keywords[0])


def _change(
    conn: Connection, viewer: int, id: int, asked: V1Parameters, expires_at: int | UnsetType | None
) -> tuple[Filter, Keyword]:
    now, _ = rules.keyword(conn, viewer, id)
    _check_phrase(asked.phrase)
    changed = rules.change(
        conn, viewer, now.id,
        contexts=asked.context, action=_action(asked), expires_at=expires_at,
        # The phrase is the title too, where there is no other keyword that it would not fit.
        title=asked.phrase[: rules.MAX_TITLE] if asked.phrase and len(now.keywords) == 1 else None,
        keywords=[KeywordChange(id, asked.phrase, asked.whole_word)],
    )  # fmt: skip
    before = (now.contexts, now.action, now.expires_at)
    if len(now.keywords) > 1 and (changed.contexts, changed.action, changed.expires_at) != before:
        raise _OfSeveral
    return rules.keyword(conn, viewer, id)


@endpoint(
    "PUT", "/api/v1/filters/{id}",
    scope="write:filters", parameters=V1Parameters, returns=V1Filter, errors=(404, 422), deprecated=_SINCE,
    summary="Change a filter, by the id of its keyword",
)  # fmt: skip
async def change(call: Call[V1Parameters]) -> V1Filter:
    asked = call.parameters
    return render.first_version(*await call.db.write(_change, call.viewer_id, call.id, asked, expiry(call)))


@endpoint(
    "DELETE", "/api/v1/filters/{id}",
    scope="write:filters", returns=Empty, errors=(404,), deprecated=_SINCE,
    summary="Remove a keyword; its filter stays",
)  # fmt: skip
async def remove(call: Call[Any]) -> Empty:
    await call.db.write(rules.remove_keyword, call.viewer_id, call.id)
    return Empty()

"""Whom the viewer may want to follow."""

from __future__ import annotations

from typing import Any

import msgspec

from officetalk.accounts import suggestions
from officetalk.accounts.entities import Account as Viewer
from officetalk.accounts.suggestions import Source
from officetalk.api.endpoint import Call, endpoint, path_id
from officetalk.api.entities import Account, Empty, Suggestion
from officetalk.api.paging import ACCOUNTS, Limit
from officetalk.api.render import Renderer
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound

_V2_SINCE = 1621123200  # 16 May 2021, Mastodon 3.4
# Mastodon's older names for the reasons, as its LegacySource has them.
_OLDER: dict[Source, bytes] = {
    "similar_to_recently_followed": b"past_interactions",
    "friends_of_friends": b"past_interactions",
    "most_followed": b"global",
}
_encode = msgspec.json.Encoder().encode


class SuggestionsParameters(msgspec.Struct, frozen=True):
    limit: Limit | None = None


def _limit(asked: SuggestionsParameters) -> int:
    return min(asked.limit or ACCOUNTS[0], ACCOUNTS[1])


def _people(conn: Connection, render: Renderer, viewer: Viewer, limit: int) -> bytes:
    return render.people([found.person for found in suggestions.suggestions(conn, viewer, limit)])


def _reasoned(conn: Connection, render: Renderer, viewer: Viewer, limit: int) -> bytes:
    shown = [
        b'{"source":"%b","sources":%b,"account":%b}'
        % (_OLDER[found.sources[0]], _encode(found.sources), render.person(found.person))
        for found in suggestions.suggestions(conn, viewer, limit)
    ]
    return b"[%b]" % b",".join(shown)


@endpoint(
    "GET", "/api/v1/suggestions",
    scope="read:accounts", parameters=SuggestionsParameters, returns=list[Account], deprecated=_V2_SINCE,
    summary="Whom the viewer may want to follow, without the reasons",
)  # fmt: skip
async def suggested(call: Call[SuggestionsParameters]) -> bytes:
    return await call.db.read(_people, call.render, call.viewer.account, _limit(call.parameters))


@endpoint(
    "GET", "/api/v2/suggestions",
    scope="read:accounts", parameters=SuggestionsParameters, returns=list[Suggestion],
    summary="Whom the viewer may want to follow: colleagues near by, and whom those follow who are followed",
)  # fmt: skip
async def suggested_with_reasons(call: Call[SuggestionsParameters]) -> bytes:
    return await call.db.read(_reasoned, call.render, call.viewer.account, _limit(call.parameters))


@endpoint(
    "DELETE", "/api/v1/suggestions/{account_id}",
    scope=("read", "write:accounts"), returns=Empty,  # Mastodon asks for `read` here
    summary="Do not propose somebody any more, whoever it is",
)  # fmt: skip
async def dismiss(call: Call[Any]) -> bytes:
    try:
        target = path_id(call.path["account_id"])
    except NotFound:
        return b"{}"
    await call.db.write(suggestions.dismiss, call.viewer_id, target)
    return b"{}"

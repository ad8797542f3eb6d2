"""Showing the moderators what is wrong."""

from __future__ import annotations

import msgspec

from officetalk.accounts import queries as accounts
from officetalk.api.endpoint import Call, endpoint
from officetalk.api.entities import Report
from officetalk.api.paging import EntityId
from officetalk.api.render import Renderer
from officetalk.api.render_moderation import report_json
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid
from officetalk.moderation import reports
from officetalk.moderation.entities import Category, Filed, ReportDraft


class ReportParameters(msgspec.Struct, frozen=True):
    """`forward` and `collection_ids` are read, and nothing comes of them: there is no other server, and
    a collection is reported by its owner."""

    account_id: EntityId
    status_ids: list[EntityId] = []
    collection_ids: list[EntityId] = []
    comment: str = ""
    forward: bool = False
    category: str = "other"
    rule_ids: list[EntityId] = []


def category(name: str) -> Category:
    """Invalid (category) for what is none."""
    for known in reports.CATEGORIES:
        if name == known:
            return known
    raise Invalid("category", "is not included in the list", "ERR_INCLUSION")


def _file(conn: Connection, render: Renderer, reporter: int, draft: ReportDraft) -> bytes:
    made = reports.file(conn, reporter, draft)
    return report_json(render, Filed(made, accounts.get(conn, made.target_id)))


@endpoint(
    "POST", "/api/v1/reports",
    scope="write:reports", parameters=ReportParameters, returns=Report, errors=(404,),
    summary="Report somebody, with posts, to the moderators",
)  # fmt: skip
async def report(call: Call[ReportParameters]) -> bytes:
    asked = call.parameters
    draft = ReportDraft(
        asked.account_id,
        tuple(asked.status_ids),
        category(asked.category or "other"),
        tuple(asked.rule_ids),
        asked.comment,
    )
    return await call.db.write(_file, call.render, call.viewer_id, draft)

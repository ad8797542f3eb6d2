"""Reports as moderators see them, and seeing to them. Nobody sees those about themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from officetalk.api.admin_accounts import SIZES, sees_addresses
from officetalk.api.endpoint import Answer, Call, Endpoint, endpoint
from officetalk.api.entities import AdminReport
from officetalk.api.paging import EntityId, Paged, link, page
from officetalk.api.render import Renderer
from officetalk.api.render_moderation import admin_report
from officetalk.api.reports import category
from officetalk.company import settings as company
from officetalk.core.database import Connection
from officetalk.core.paging import Page
from officetalk.moderation import people, reports
from officetalk.moderation.entities import Category, Report


class ReportsParameters(Paged, frozen=True):
    """Those that wait, unless `resolved`; with both, all."""

    resolved: bool = False
    unresolved: bool = False
    account_id: EntityId | None = None
    target_account_id: EntityId | None = None


def _render(
    conn: Connection, render: Renderer, viewer: int, found: list[Report], with_ips: bool
) -> list[bytes]:
    """Five statements at the most, however many reports there are."""
    if not found:
        return []
    everybody = people.by_ids(conn, {id for r in found for id in r.people}, with_ips=with_ips)
    posts = reports.posts_of(conn, viewer, found)
    chosen = company.load(conn)
    return [admin_report(render, chosen, r, everybody, posts) for r in found]


def _listed(
    conn: Connection, render: Renderer, viewer: int, asked: ReportsParameters, part: Page, with_ips: bool
) -> tuple[bytes, list[int]]:
    found = reports.listed(
        conn, viewer, part,
        resolved=None if asked.resolved and asked.unresolved else asked.resolved, account_id=asked.account_id, target_id=asked.target_account_id,
    )  # fmt: skip
    body = b"[%b]" % b",".join(_render(conn, render, viewer, found, with_ips))
    return body, [r.id for r in found]


@endpoint(
    "GET", "/api/v1/admin/reports",
    scope="admin:read:reports", role="moderator", parameters=ReportsParameters, returns=list[AdminReport],
    errors=(422,), summary="Reports that wait, or are resolved, newest first",
)  # fmt: skip
async def listed(call: Call[ReportsParameters]) -> Answer:
    part = page(call.parameters, SIZES)
    body, cursors = await call.db.read(
        _listed, call.render, call.viewer_id, call.parameters, part, sees_addresses(call)
    )
    return Answer(body, headers=link(call, part.limit, cursors))


def _one(conn: Connection, render: Renderer, viewer: int, id: int, with_ips: bool) -> bytes:
    return _render(conn, render, viewer, [reports.get(conn, viewer, id)], with_ips)[0]


@endpoint(
    "GET", "/api/v1/admin/reports/{id}",
    scope="admin:read:reports", role="moderator", returns=AdminReport, summary="A report",
)  # fmt: skip
async def one(call: Call[Any]) -> bytes:
    return await call.db.read(_one, call.render, call.viewer_id, call.id, sees_addresses(call))


class ChangeParameters(msgspec.Struct, frozen=True):
    category: str | None = None
    rule_ids: list[EntityId] | None = None


def _classify(
    conn: Connection,
    render: Renderer,
    viewer: int,
    id: int,
    named: Category | None,
    rule_ids: tuple[int, ...] | None,
    with_ips: bool,
) -> bytes:
    changed = reports.classify(conn, viewer, id, named, rule_ids)
    return _render(conn, render, viewer, [changed], with_ips)[0]


@endpoint(
    "PUT", "/api/v1/admin/reports/{id}",
    scope="admin:write:reports", role="moderator", parameters=ChangeParameters, returns=AdminReport,
    summary="Change what a report is about",
)  # fmt: skip
async def change(call: Call[ChangeParameters]) -> bytes:
    asked = call.parameters
    named = category(asked.category) if asked.category else None
    rule_ids = None if asked.rule_ids is None else tuple(asked.rule_ids)
    return await call.db.write(
        _classify, call.render, call.viewer_id, call.id, named, rule_ids, sees_addresses(call)
    )


Verb = Callable[[Connection, int, int], Report]


def _seen_to(conn: Connection, render: Renderer, verb: Verb, viewer: int, id: int, with_ips: bool) -> bytes:
    return _render(conn, render, viewer, [verb(conn, viewer, id)], with_ips)[0]


def _step(name: str, verb: Verb, summary: str) -> Endpoint:
    @endpoint(
        "POST", f"/api/v1/admin/reports/{{id}}/{name}",
        scope="admin:write:reports", role="moderator", returns=AdminReport, summary=summary,
    )  # fmt: skip
    async def step(call: Call[Any]) -> bytes:
        return await call.db.write(_seen_to, call.render, verb, call.viewer_id, call.id, sees_addresses(call))

    return step


STEPS = [
    _step("assign_to_self", reports.assign, "Look after a report"),
    _step("unassign", reports.unassign, "Leave a report to others"),
    _step("resolve", reports.resolve, "Nothing more is to be done"),
    _step("reopen", reports.reopen, "It is not settled after all"),
]

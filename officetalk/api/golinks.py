"""The company's named links: `/go/payroll`. OfficeTalk's own, beside Mastodon's API."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from officetalk.api.endpoint import Answer, Call, endpoint
from officetalk.api.entities import CompanyLink, Empty, LinkDay
from officetalk.api.paging import EntityId, Offset, Paged, link, offset_link, page
from officetalk.api.render import Renderer
from officetalk.api.times import timestamp
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.golinks import change, finding, queries
from officetalk.golinks.entities import GoLink, LinkDraft
from officetalk.golinks.names import path
from officetalk.identity.entities import Viewer

SIZES = (20, 80)
_encode = msgspec.json.Encoder().encode


def link_json(render: Renderer, viewer: Viewer, one: GoLink) -> dict[str, Any]:
    """A CompanyLink."""
    return {
        "id": str(one.id),
        "name": one.name,
        "url": render.origin + path(one.name),
        "target": one.target,
        "description": one.description,
        "owner": None if one.owner is None else msgspec.Raw(render.person(one.owner)),
        "clicks": one.clicks,
        "editable": one.may_be_changed_by(viewer.account),
        "created_at": timestamp(one.created_at),
        "updated_at": timestamp(one.changed_at),
        "removed_at": None if one.removed_at is None else timestamp(one.removed_at),
    }


# --- reading ------------------------------------------------------------------------------------------


class ListParameters(Paged, frozen=True):
    q: Annotated[str, Meta(description="Words of name, description or target, best match first.")] | None = (
        None
    )
    name: Annotated[str, Meta(description="The link of exactly this name, in any case.")] | None = None
    order: Literal["new", "used"] = "new"
    mine: Annotated[bool, Meta(description="Only those that the viewer owns; newest first.")] = False
    offset: Offset = 0


def _listed(conn: Connection, viewer: int, asked: ListParameters, limit: int) -> list[GoLink]:
    if asked.name is not None:
        try:
            return [queries.by_name(conn, asked.name)]
        except NotFound:
            return []
    if asked.q is not None:
        return finding.search(conn, asked.q, limit, asked.offset)
    if asked.order == "used" and not asked.mine:
        return queries.most_used(conn, limit, asked.offset)
    return queries.newest(conn, page(asked, SIZES), viewer if asked.mine else None)


@endpoint(
    "GET", "/api/officetalk/v1/links",
    scope="read", parameters=ListParameters, returns=list[CompanyLink],
    summary="The company's named links: all, newest first; the most used of four weeks; one's own; or a search",
)  # fmt: skip
async def every(call: Call[ListParameters]) -> Answer:
    asked = call.parameters
    limit = page(asked, SIZES).limit
    found = await call.db.read(_listed, call.viewer_id, asked, limit)
    body = _encode([link_json(call.render, call.viewer, one) for one in found])
    if asked.name is not None:
        return Answer(body)
    if asked.q is not None or (asked.order == "used" and not asked.mine):
        return Answer(body, headers=offset_link(call, limit, asked.offset, len(found)))
    return Answer(body, headers=link(call, limit, [one.cursor for one in found]))


@endpoint(
    "GET", "/api/officetalk/v1/links/{id}",
    scope="read", returns=CompanyLink, errors=(404,), summary="A named link",
)  # fmt: skip
async def get(call: Call[Any]) -> bytes:
    return _encode(link_json(call.render, call.viewer, await call.db.read(_present, call.id)))


def _present(conn: Connection, id: int) -> GoLink:
    one = queries.get(conn, id)
    if one.removed_at is not None:
        raise NotFound
    return one


class ClicksParameters(msgspec.Struct, frozen=True):
    days: (
        Annotated[int, Meta(ge=1, le=queries.MAX_DAYS, description="How many, today included; 28.")] | None
    ) = None


def _clicks(conn: Connection, id: int, days: int) -> list[dict[str, Any]]:
    _present(conn, id)
    return [
        {"day": timestamp(day.start)[:10], "clicks": day.clicks} for day in queries.days(conn, [id], days)[id]
    ]


@endpoint(
    "GET", "/api/officetalk/v1/links/{id}/clicks",
    scope="read", parameters=ClicksParameters, returns=list[LinkDay], errors=(404,),
    summary="How often a named link was followed on each day (UTC), today first; by whom is not kept",
)  # fmt: skip
async def clicks(call: Call[ClicksParameters]) -> list[dict[str, Any]]:
    return await call.db.read(_clicks, call.id, call.parameters.days or queries.DAYS)


# --- changing -----------------------------------------------------------------------------------------


class LinkParameters(msgspec.Struct, frozen=True):
    name: str | None = None
    target: str | None = None
    description: str | None = None


class ChangeParameters(LinkParameters, frozen=True):
    owner_id: Annotated[EntityId, Meta(description="Hand the link over to this colleague.")] | None = None


@endpoint(
    "POST", "/api/officetalk/v1/links",
    scope="write", parameters=LinkParameters, returns=CompanyLink, errors=(422,), summary="Make a named link",
)  # fmt: skip
async def create(call: Call[LinkParameters]) -> bytes:
    asked = call.parameters
    draft = LinkDraft(asked.name or "", asked.target or "", asked.description or "")
    made = await call.db.write(change.make, call.viewer_id, draft, call.render.origin)
    return _encode(link_json(call.render, call.viewer, made))


def _change(conn: Connection, viewer: int, id: int, asked: ChangeParameters, origin: str) -> GoLink:
    now = _present(conn, id)
    draft = LinkDraft(
        now.name if asked.name is None else asked.name,
        now.target if asked.target is None else asked.target,
        now.description if asked.description is None else asked.description,
    )
    changed = change.change(conn, viewer, id, draft, origin)
    return changed if asked.owner_id is None else change.hand_over(conn, viewer, id, asked.owner_id)


@endpoint(
    "PUT", "/api/officetalk/v1/links/{id}",
    scope="write", parameters=ChangeParameters, returns=CompanyLink, errors=(403, 404, 422),
    summary="Change what is given of a named link, or hand it over: its owner and administrators",
)  # fmt: skip
async def update(call: Call[ChangeParameters]) -> bytes:
    changed = await call.db.write(_change, call.viewer_id, call.id, call.parameters, call.render.origin)
    return _encode(link_json(call.render, call.viewer, changed))


@endpoint(
    "DELETE", "/api/officetalk/v1/links/{id}",
    scope="write", returns=Empty, errors=(403, 404),
    summary="Remove a named link; for 30 days it can be restored",
)  # fmt: skip
async def remove(call: Call[Any]) -> Empty:
    await call.db.write(change.remove, call.viewer_id, call.id)
    return Empty()


@endpoint(
    "POST", "/api/officetalk/v1/links/{id}/restore",
    scope="write", returns=CompanyLink, errors=(403, 404, 422),
    summary="Bring a removed link back, unless its name is taken",
)  # fmt: skip
async def restore(call: Call[Any]) -> bytes:
    restored = await call.db.write(change.restore, call.viewer_id, call.id)
    return _encode(link_json(call.render, call.viewer, restored))

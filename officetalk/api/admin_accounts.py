"""Accounts as moderators see them, and what is decided about them.

Moderators look, warn, silence, suspend and undo it; who may come in at all (approve, reject, disable, enable,
delete) is for administrators. See moderation/actions.py and identity/authority.py for who acts on whom.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import msgspec

from officetalk.accounts.entities import RANK, Role
from officetalk.api.endpoint import Answer, Call, Endpoint, endpoint
from officetalk.api.entities import AdminAccount, Empty
from officetalk.api.paging import EntityId, Paged, link, page
from officetalk.api.render import _ROLES, Renderer
from officetalk.api.render_moderation import admin_account
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.paging import Page
from officetalk.identity import authority
from officetalk.moderation import access, actions, deletion, people
from officetalk.moderation.entities import Action
from officetalk.moderation.people import Status, Wanted

SIZES = (100, 200)
_STAFF: tuple[Role, ...] = ("moderator", "administrator", "owner")
_STATUSES: tuple[Status, ...] = ("active", "pending", "disabled", "silenced", "suspended", "sensitized")


def sees_addresses(call: Call[Any]) -> bool:
    """From where somebody signs in is shown to administrators only."""
    return RANK[call.viewer.role] >= RANK["administrator"]


# --- looking -----------------------------------------------------------------------------------------


class V1Parameters(Paged, frozen=True):
    local: bool = False
    remote: bool = False
    active: bool = False
    pending: bool = False
    disabled: bool = False
    silenced: bool = False
    suspended: bool = False
    sensitized: bool = False
    username: str = ""
    display_name: str = ""
    by_domain: str = ""
    email: str = ""
    ip: str = ""
    staff: bool = False


class V2Parameters(Paged, frozen=True):
    origin: str = ""
    status: str = ""
    permissions: str = ""
    role_ids: list[str] = msgspec.field(default_factory=list)
    invited_by: EntityId | None = None
    username: str = ""
    display_name: str = ""
    by_domain: str = ""
    email: str = ""
    ip: str = ""


def _listed(
    conn: Connection, render: Renderer, wanted: Wanted, asked: Page, with_ips: bool
) -> tuple[bytes, list[int]]:
    found = people.listed(conn, wanted, asked, with_ips=with_ips)
    return b"[%b]" % b",".join([admin_account(render, m) for m in found]), [m.cursor for m in found]


async def _list(call: Call[Any], wanted: Wanted | None) -> Answer:
    asked = page(call.parameters, SIZES)
    if wanted is None:
        return Answer(b"[]")
    body, cursors = await call.db.read(_listed, call.render, wanted, asked, sees_addresses(call))
    return Answer(body, headers=link(call, asked.limit, cursors))


@endpoint(
    "GET", "/api/v1/admin/accounts",
    scope="admin:read:accounts", role="moderator", parameters=V1Parameters, returns=list[AdminAccount],
    errors=(422,), summary="Accounts in any state, newest first",
)  # fmt: skip
async def accounts_v1(call: Call[V1Parameters]) -> Answer:
    asked = call.parameters
    # As Mastodon: the last that is given counts, and without one those that are not suspended.
    given: list[Status] = [status for status in _STATUSES if getattr(asked, status)]
    status: Status = given[-1] if given else "active"
    wanted = Wanted(
        status=status,
        roles=_STAFF if asked.staff else (),
        username=asked.username,
        display_name=asked.display_name,
        email=asked.email,
        ip=asked.ip,
    )
    return await _list(call, None if asked.remote or asked.by_domain else wanted)


@endpoint(
    "GET", "/api/v2/admin/accounts",
    scope="admin:read:accounts", role="moderator", parameters=V2Parameters, returns=list[AdminAccount],
    errors=(422,), summary="Accounts in any state, newest first",
)  # fmt: skip
async def accounts_v2(call: Call[V2Parameters]) -> Answer:
    asked = call.parameters
    roles: tuple[Role, ...] = _roles(asked.role_ids) if asked.role_ids else ()
    if asked.permissions == "staff":
        roles = tuple(role for role in _STAFF if not asked.role_ids or role in roles)
    nobody = asked.origin == "remote" or bool(asked.by_domain)
    nobody = nobody or (not roles and bool(asked.role_ids or asked.permissions == "staff"))
    wanted = Wanted(
        status=_status(asked.status),
        roles=roles,
        invited_by=asked.invited_by,
        username=asked.username,
        display_name=asked.display_name,
        email=asked.email,
        ip=asked.ip,
    )
    return await _list(call, None if nobody else wanted)


def _roles(ids: list[str]) -> tuple[Role, ...]:
    """The roles with these ids (see render.py); unknown ids are nobody's."""
    roles: tuple[Role, ...] = get_args(Role)
    return tuple(role for role in roles if _ROLES[role][0] in ids)


def _status(name: str) -> Status | None:
    if not name:
        return None
    for known in _STATUSES:
        if name == known:
            return known
    raise Invalid(None, f"Unknown status: {name[:40]}", whole=True)


def _one(conn: Connection, render: Renderer, id: int, with_ips: bool) -> bytes:
    return admin_account(render, people.get(conn, id, with_ips=with_ips))


@endpoint(
    "GET", "/api/v1/admin/accounts/{id}",
    scope="admin:read:accounts", role="moderator", returns=AdminAccount, summary="An account in any state",
)  # fmt: skip
async def account(call: Call[Any]) -> bytes:
    return await call.db.read(_one, call.render, call.id, sees_addresses(call))


# --- deciding ----------------------------------------------------------------------------------------


class ActionParameters(msgspec.Struct, frozen=True):
    """`type` is asked for last, so that an account that is not there is told before."""

    type: str = ""
    report_id: EntityId | None = None
    warning_preset_id: EntityId | None = None
    text: str = ""
    send_email_notification: bool = False


def _act(conn: Connection, actor: int, id: int, asked: ActionParameters) -> None:
    people.get(conn, id, with_ips=False)
    action: Action | None = next((a for a in actions.ACTIONS if a == asked.type), None)
    if action is None:
        raise Invalid("type", "Record invalid", whole=True)
    if asked.warning_preset_id is not None:
        raise NotFound  # there are no presets
    actions.act(
        conn, actor, id, action,
        report_id=asked.report_id, text=asked.text, notify=asked.send_email_notification,
    )  # fmt: skip


@endpoint(
    "POST", "/api/v1/admin/accounts/{id}/action",
    scope="admin:write:accounts", role="moderator", parameters=ActionParameters, returns=Empty,
    summary="Warn, disable, silence, suspend, or mark as sensitive; settles the reports",
)  # fmt: skip
async def action(call: Call[ActionParameters]) -> Empty:
    await call.db.write(_act, call.viewer_id, call.id, call.parameters)
    return Empty()


Verb = Callable[[Connection, int, int], None]


def _pending(verb: Verb) -> Verb:
    """As Mastodon: 403 for an account that does not wait, 404 only for one that is not there."""

    def decide(conn: Connection, actor: int, id: int) -> None:
        people.get(conn, id, with_ips=False)
        if authority.state_of(conn, id) != "pending":
            raise Forbidden
        verb(conn, actor, id)

    return decide


def _done(
    conn: Connection, render: Renderer, verb: Verb, actor: int, id: int, before: bool, with_ips: bool
) -> bytes:
    """The account after what was decided; `before`: as it was, where it is gone after that."""
    answer = _one(conn, render, id, with_ips) if before else b""
    verb(conn, actor, id)
    return answer or _one(conn, render, id, with_ips)


def _decision(
    method: Any, path: str, verb: Verb, role: Role, summary: str, *, before: bool = False
) -> Endpoint:
    @endpoint(
        method, f"/api/v1/admin/accounts/{{id}}{path}",
        scope="admin:write:accounts", role=role, returns=AdminAccount, errors=(403,), summary=summary,
    )  # fmt: skip
    async def decide(call: Call[Any]) -> bytes:
        return await call.db.write(
            _done, call.render, verb, call.viewer_id, call.id, before, sees_addresses(call)
        )

    return decide


DECISIONS = [
    _decision("POST", "/approve", _pending(access.approve), "administrator", "Let somebody in who waits"),
    _decision(
        "POST", "/reject", _pending(access.reject), "administrator", "Turn somebody down who waits", before=True
    ),
    _decision("DELETE", "", deletion.request, "administrator", "Delete the data of a suspended account"),
    _decision("POST", "/enable", actions.enable, "administrator", "Let somebody sign in again"),
    _decision("POST", "/unsilence", actions.unsilence, "moderator", "No longer silence somebody"),
    _decision("POST", "/unsuspend", actions.unsuspend, "moderator", "No longer suspend somebody"),
    _decision("POST", "/unsensitive", actions.unsensitive, "moderator", "No longer mark all as sensitive"),
]  # fmt: skip

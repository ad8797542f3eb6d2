"""Invitations, as the official Android app asks for them before it registers somebody."""

from __future__ import annotations

from typing import Any

from officetalk.api.endpoint import PUBLIC, Answer, Call, endpoint
from officetalk.api.entities import Invite
from officetalk.identity import registration


@endpoint(
    "GET", "/invite/{code}",
    scope=PUBLIC, returns=Invite, errors=(404,),
    summary="Whether an invitation can still be used; a browser is led to the page where it is",
)  # fmt: skip
async def invite(call: Call[Any]) -> Answer | Invite:
    found = await call.db.read(registration.find_invitation, call.text("code"))
    if "text/html" in call.header(b"accept"):
        return Answer(b"", 302, ((b"location", f"/join/{found.code}".encode()),))
    return Invite(invite_code=found.code, instance_api_url=f"{call.render.origin}/api/v2/instance")

"""Apps register themselves, as the first thing they do."""

from __future__ import annotations

from typing import Any

import msgspec

from officetalk.api.endpoint import ANY_TOKEN, PUBLIC, Call, endpoint
from officetalk.api.entities import Application, CredentialApplication
from officetalk.core.errors import NotFound
from officetalk.identity import entities as domain
from officetalk.identity import scopes, tokens


class AppParameters(msgspec.Struct, frozen=True):
    client_name: str
    redirect_uris: str | list[str]
    scopes: str = "read"
    website: str | None = None


def _shown(app: domain.Application, vapid_key: str) -> dict[str, Any]:
    return {
        "id": str(app.id),
        "name": app.name,
        "website": app.website,
        "scopes": list(app.scopes),
        "redirect_uris": list(app.redirect_uris),
        "redirect_uri": "\n".join(app.redirect_uris),
        "vapid_key": vapid_key,
    }


@endpoint(
    "POST", "/api/v1/apps",
    scope=PUBLIC, parameters=AppParameters, returns=CredentialApplication, errors=(400, 422),
    summary="Register an app, to sign in with it",
)  # fmt: skip
async def register(call: Call[AppParameters]) -> dict[str, Any]:
    asked = call.parameters
    uris = asked.redirect_uris
    uris = uris.split() if isinstance(uris, str) else uris
    app, client_id, secret = await call.db.write(
        tokens.register_app,
        asked.client_name,
        tuple(uris),
        scopes.parse(asked.scopes or "read"),
        asked.website,
    )
    return {
        **_shown(app, call.services.push_keys.public),
        "client_id": client_id,
        "client_secret": secret,
        "client_secret_expires_at": 0,
    }


@endpoint(
    "GET", "/api/v1/apps/verify_credentials",
    scope=ANY_TOKEN, returns=Application, errors=(401,), summary="The app that a token belongs to",
)  # fmt: skip
async def verify_credentials(call: Call[Any]) -> dict[str, Any]:
    app_id = call.who.app_id if call.who is not None else None
    if app_id is None:
        raise NotFound
    return _shown(await call.db.read(tokens.app_by_id, app_id), call.services.push_keys.public)

"""The viewer's own profile and choices."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from officetalk.accounts import profile, queries
from officetalk.accounts.entities import Preferences as Chosen
from officetalk.accounts.entities import QuotePolicy
from officetalk.api.endpoint import Call, Endpoint, endpoint
from officetalk.api.entities import CredentialAccount, Preferences, Profile, Visibility
from officetalk.api.paging import EntityId
from officetalk.api.render import AUDIENCE, VISIBILITY, Renderer
from officetalk.api.render_tags import featured_tag_json
from officetalk.core.database import Connection
from officetalk.featured import tags
from officetalk.http.parameters import Upload
from officetalk.media import pictures


def _credentials(conn: Connection, render: Renderer, id: int, chosen: Chosen) -> bytes:
    person, requests = queries.own(conn, id)
    return render.credentials(person, chosen, requests)


@endpoint(
    "GET", "/api/v1/accounts/verify_credentials",
    scope=("profile", "read:accounts"), returns=CredentialAccount, summary="Who is signed in",
)  # fmt: skip
async def verify_credentials(call: Call[Any]) -> bytes:
    return await call.db.read(_credentials, call.render, call.viewer_id, call.viewer.preferences)


class FieldParameters(msgspec.Struct, frozen=True):
    name: str = ""
    value: str = ""


class SourceParameters(msgspec.Struct, frozen=True):
    privacy: Visibility | None = None
    sensitive: bool | None = None
    language: str | None = None
    quote_policy: QuotePolicy | None = None


class OfficeTalkParameters(msgspec.Struct, frozen=True):
    """OfficeTalk's own: sent as `officetalk[job_title]`, answered in the same place."""

    job_title: str | None = None
    department: str | None = None
    location: str | None = None
    pronouns: str | None = None
    time_zone: str | None = None
    manager_id: EntityId | UnsetType | None = UNSET


class ProfileParameters(msgspec.Struct, frozen=True):
    display_name: str | None = None
    note: str | None = None
    avatar: Upload | None = None
    header: Upload | None = None
    locked: bool | None = None
    bot: bool | None = None
    discoverable: bool | None = None
    indexable: bool | None = None
    hide_collections: bool | None = None
    show_media: bool | None = None
    show_media_replies: bool | None = None
    show_featured: bool | None = None
    avatar_description: str | None = None
    header_description: str | None = None
    attribution_domains: list[str] | None = None
    fields_attributes: list[FieldParameters] | None = None
    source: SourceParameters | None = None
    officetalk: OfficeTalkParameters | None = None


_AS_SENT = (
    "discoverable", "indexable", "hide_collections", "show_media", "show_media_replies", "show_featured",
    "avatar_description", "header_description", "attribution_domains",
)  # fmt: skip


def _changes(asked: ProfileParameters) -> dict[str, Any]:
    """What of the profile is to change; what was not sent stays."""
    own = asked.officetalk or OfficeTalkParameters()
    changes: dict[str, Any] = {
        "display_name": asked.display_name,
        "bio": asked.note,
        "locked": asked.locked,
        "bot": asked.bot,
        "job_title": own.job_title,
        "department": own.department,
        "location": own.location,
        "pronouns": own.pronouns,
        "time_zone": own.time_zone,
        **{name: getattr(asked, name) for name in _AS_SENT},
    }
    if asked.fields_attributes is not None:
        changes["fields"] = [(f.name, f.value) for f in asked.fields_attributes]
    changes = {name: value for name, value in changes.items() if value is not None}
    if own.manager_id is not UNSET:
        changes["manager_id"] = own.manager_id
    return changes


def _choices(source: SourceParameters | None) -> dict[str, Any]:
    """What of the preferences is to change."""
    if source is None:
        return {}
    choices = {
        "audience": AUDIENCE[source.privacy] if source.privacy else None,
        "sensitive": source.sensitive,
        "language": source.language,
        "quote_policy": source.quote_policy,
    }
    return {name: value for name, value in choices.items() if value is not None}


def _update(
    conn: Connection, render: Renderer, id: int, changes: dict[str, Any], choices: dict[str, Any]
) -> bytes:
    if changes:
        profile.update_profile(conn, id, **changes)
    chosen = profile.update_preferences(conn, id, **choices) if choices else queries.preferences(conn, id)
    return _credentials(conn, render, id, chosen)


async def _stored(call: Call[ProfileParameters]) -> dict[str, Any]:
    """The changes that were sent, with the pictures in the store already."""
    changes = _changes(call.parameters)
    for kind in ("avatar", "header"):
        upload = getattr(call.parameters, kind)
        if upload is not None:
            # Decoding takes tens of milliseconds: in a thread of its own, before the transaction.
            changes[kind] = await asyncio.to_thread(
                pictures.store, call.services.media.storage, upload.data, kind
            )
    return changes


async def update(call: Call[ProfileParameters]) -> bytes:
    changes = await _stored(call)
    return await call.db.write(
        _update, call.render, call.viewer_id, changes, _choices(call.parameters.source)
    )


update_credentials = endpoint(
    "PATCH", "/api/v1/accounts/update_credentials",
    scope="write:accounts", parameters=ProfileParameters, returns=CredentialAccount, errors=(404, 413, 422),
    summary="Change one's profile; what is not sent stays as it is",
)(update)  # fmt: skip


def _removal(kind: str) -> Endpoint:
    async def remove(call: Call[Any]) -> bytes:
        return await call.db.write(_update, call.render, call.viewer_id, {kind: None}, {})

    return endpoint(
        "DELETE", f"/api/v1/profile/{kind}",
        scope="write:accounts", returns=CredentialAccount, summary=f"Remove one's {kind} picture",
    )(remove)  # fmt: skip


remove_avatar = _removal("avatar")
remove_header = _removal("header")


def _profile(conn: Connection, render: Renderer, id: int) -> dict[str, Any]:
    account = queries.get(conn, id).account
    avatar = None if account.avatar is None else render.avatar_url(account)
    header = None if account.header is None else render.header_url(account)
    return {
        "id": str(account.id),
        "display_name": account.display_name,
        "note": account.bio,
        "fields": [{"name": name, "value": value, "verified_at": None} for name, value in account.fields],
        "avatar": avatar,
        "avatar_static": avatar,
        "header": header,
        "header_static": header,
        "locked": account.locked,
        "bot": account.bot,
        "discoverable": account.discoverable,
        "indexable": account.indexable,
        **{field: getattr(account.display, field) for field in account.display.__struct_fields__},
        "featured_tags": [featured_tag_json(render, tag) for tag in tags.of_account(conn, id, id)],
    }


@endpoint(
    "GET", "/api/v1/profile",
    scope=("profile", "read:accounts"), returns=Profile,
    summary="The viewer's own profile as it was written, to be edited",
)  # fmt: skip
async def own(call: Call[Any]) -> dict[str, Any]:
    return await call.db.read(_profile, call.render, call.viewer_id)


def _update_profile(conn: Connection, render: Renderer, id: int, changes: dict[str, Any]) -> dict[str, Any]:
    if changes:
        profile.update_profile(conn, id, **changes)
    return _profile(conn, render, id)


async def _update_own(call: Call[ProfileParameters]) -> dict[str, Any]:
    return await call.db.write(_update_profile, call.render, call.viewer_id, await _stored(call))


# The documentation says PATCH, the official Android app sends PUT.
OWN: list[Endpoint] = [
    endpoint(
        method, "/api/v1/profile",
        scope="write:accounts", parameters=ProfileParameters, returns=Profile, errors=(404, 413, 422),
        summary="Change one's profile; what is not sent stays as it is",
    )(_update_own)
    for method in ("PATCH", "PUT")
]  # fmt: skip


@endpoint(
    "GET", "/api/v1/preferences",
    scope="read:accounts", returns=Preferences, summary="The viewer's choices for posting and reading",
)  # fmt: skip
async def preferences(call: Call[Any]) -> Preferences:
    chosen = call.viewer.preferences
    return Preferences(
        visibility=VISIBILITY[chosen.audience],
        sensitive=chosen.sensitive,
        language=chosen.language or None,
        quote_policy=chosen.quote_policy,
        expand_media="default",
        expand_spoilers=False,
    )

"""What people are to each other: follow, block, mute, requests to follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from officetalk.accounts import entities as domain
from officetalk.accounts import queries, relations
from officetalk.api.endpoint import Answer, Call, Endpoint, endpoint
from officetalk.api.entities import Account, MutedAccount, Relationship
from officetalk.api.paging import ACCOUNTS, IdsParameters, Paged, checked_ids, link, page, people
from officetalk.api.render import Renderer, relationship
from officetalk.core.database import Connection
from officetalk.core.paging import Page
from officetalk.groups import known


class RelationshipsParameters(IdsParameters, frozen=True):
    with_suspended: bool = False


@endpoint(
    "GET", "/api/v1/accounts/relationships",
    scope="read:follows", parameters=RelationshipsParameters, returns=list[Relationship], errors=(422,),
    summary="What the viewer is to several people; unknown ids are left out",
)  # fmt: skip
async def several(call: Call[RelationshipsParameters]) -> list[dict[str, Any]]:
    ids = checked_ids(call.parameters)
    found = await call.db.read(known.relationships, call.viewer_id, ids)
    return [relationship(r) for r in found]


class FollowParameters(msgspec.Struct, frozen=True):
    reblogs: bool | None = None
    notify: bool | None = None
    languages: list[str] | None = None


@endpoint(
    "POST", "/api/v1/accounts/{id}/follow",
    scope="write:follows", parameters=FollowParameters, returns=Relationship, errors=(404, 422),
    summary="Follow somebody or join a group, or ask to; again: change the options",
)  # fmt: skip
async def follow(call: Call[FollowParameters]) -> dict[str, Any]:
    asked = call.parameters
    return relationship(
        await call.db.write(
            known.follow,
            call.viewer_id,
            call.id,
            reposts=asked.reblogs,
            notify=asked.notify,
            languages=asked.languages,
        )
    )


class NoteParameters(msgspec.Struct, frozen=True):
    comment: str = ""


@endpoint(
    "POST", "/api/v1/accounts/{id}/note",
    scope="write:accounts", parameters=NoteParameters, returns=Relationship, errors=(404, 422),
    summary="Note something about somebody that only the viewer reads; empty: remove it",
)  # fmt: skip
async def note(call: Call[NoteParameters]) -> dict[str, Any]:
    return relationship(
        await call.db.write(relations.set_note, call.viewer_id, call.id, call.parameters.comment)
    )


class MuteParameters(msgspec.Struct, frozen=True):
    notifications: bool = True
    duration: Annotated[int, Meta(ge=0, description="Seconds; 0: until it is undone.")] = 0


@endpoint(
    "POST", "/api/v1/accounts/{id}/mute",
    scope="write:mutes", parameters=MuteParameters, returns=Relationship, errors=(404, 422),
    summary="Do not meet somebody's posts any longer",
)  # fmt: skip
async def mute(call: Call[MuteParameters]) -> dict[str, Any]:
    asked = call.parameters
    return relationship(
        await call.db.write(
            relations.mute_account,
            call.viewer_id, call.id, notifications=asked.notifications, seconds=asked.duration,
        )
    )  # fmt: skip


Verb = Callable[[Connection, int, int], domain.Relationship]


def _on_visible(conn: Connection, verb: Verb, viewer: int, id: int) -> domain.Relationship:
    known.get(conn, viewer, id)
    return verb(conn, viewer, id)


def action(
    path: str,
    scope: str,
    verb: Verb,
    summary: str,
    errors: tuple[int, ...] = (404,),
    deprecated: int | None = None,
) -> Endpoint:
    """A verb between the viewer and `{id}`."""

    async def act(call: Call[Any]) -> dict[str, Any]:
        return relationship(await call.db.write(_on_visible, verb, call.viewer_id, call.id))

    return endpoint(
        "POST", path,
        scope=scope, returns=Relationship, errors=errors, summary=summary, deprecated=deprecated,
    )(act)  # fmt: skip


unfollow = action(
    "/api/v1/accounts/{id}/unfollow",
    "write:follows",
    known.unfollow,
    "Stop following somebody, or leave a group",
)
remove_follower = action(
    "/api/v1/accounts/{id}/remove_from_followers", "write:follows", relations.remove_follower,
    "Make somebody stop following the viewer",
)  # fmt: skip
block = action("/api/v1/accounts/{id}/block", "write:blocks", relations.block_account, "Block somebody")
unblock = action("/api/v1/accounts/{id}/unblock", "write:blocks", relations.unblock_account, "Undo a block")
unmute = action("/api/v1/accounts/{id}/unmute", "write:mutes", relations.unmute_account, "Undo a mute")
authorize = action(
    "/api/v1/follow_requests/{id}/authorize", "write:follows", relations.accept_follower,
    "Let somebody follow who asked to",
)  # fmt: skip
reject = action(
    "/api/v1/follow_requests/{id}/reject", "write:follows", relations.reject_follower,
    "Turn down somebody who asked to follow",
)  # fmt: skip


@endpoint(
    "GET", "/api/v1/follow_requests",
    scope="read:follows", parameters=Paged, returns=list[Account],
    summary="Who asks to follow the viewer, newest first",
)  # fmt: skip
async def requests(call: Call[Paged]) -> Answer:
    return await people(call, page(call.parameters, ACCOUNTS), queries.follow_requests, call.viewer_id)


@endpoint(
    "GET", "/api/v1/blocks",
    scope="read:blocks", parameters=Paged, returns=list[Account],
    summary="Whom the viewer has blocked, newest first",
)  # fmt: skip
async def blocks(call: Call[Paged]) -> Answer:
    return await people(call, page(call.parameters, ACCOUNTS), queries.blocks, call.viewer_id)


def _mutes(conn: Connection, render: Renderer, viewer: int, part: Page) -> tuple[bytes, list[int]]:
    muted = queries.mutes(conn, viewer, part)
    ends = {r.id: r.muting_expires_at for r in queries.relationships(conn, viewer, [p.id for p in muted])}
    body = b"[%b]" % b",".join([render.muted(person, ends.get(person.id)) for person in muted])
    return body, [person.cursor for person in muted]


@endpoint(
    "GET", "/api/v1/mutes",
    scope="read:mutes", parameters=Paged, returns=list[MutedAccount],
    summary="Whom the viewer has muted, newest first",
)  # fmt: skip
async def mutes(call: Call[Paged]) -> Answer:
    part = page(call.parameters, ACCOUNTS)
    body, cursors = await call.db.read(_mutes, call.render, call.viewer_id, part)
    return Answer(body, headers=link(call, part.limit, cursors))

"""Announcements: what administrators tell everybody."""

from __future__ import annotations

from typing import Any

import msgspec

from officetalk.announcements import queries, react
from officetalk.announcements.entities import Reaction as Reacted
from officetalk.announcements.entities import Shown
from officetalk.api import entities
from officetalk.api.endpoint import ANY_PERSON, Call, endpoint
from officetalk.api.entities import Announcement, Empty
from officetalk.api.render import Renderer
from officetalk.api.render_emoji import emojis_json
from officetalk.api.times import timestamp
from officetalk.emoji.catalogue import Catalogue


def announcement_json(
    render: Renderer, emoji: Catalogue, shown: Shown, *, somebody: bool = True
) -> dict[str, Any]:
    """An Announcement; `somebody` False: as streams tell it to everybody alike (queries.NOBODY)."""
    a = shown.announcement
    names = {name.lower(): (name, render.profile_url(name)) for _, name in a.recognised.mentions}
    return {
        "id": str(a.id),
        "content": render.html(a.text, names),
        "starts_at": None if a.starts_at is None else timestamp(a.starts_at),
        "ends_at": None if a.ends_at is None else timestamp(a.ends_at),
        "all_day": a.all_day,
        "published_at": timestamp(a.published_at or a.created_at),
        "updated_at": timestamp(a.updated_at),
        **({"read": shown.read} if somebody else {}),
        "mentions": [
            {"id": str(id), "username": name, "url": render.profile_url(name), "acct": name}
            for id, name in a.recognised.mentions
        ],
        "statuses": [{"id": str(id), "url": render.status_url(name, id)} for id, name in shown.posts],
        "tags": [
            {"name": name, "url": render.tag_url(name)}
            for name in dict.fromkeys(tag.lower() for tag in a.recognised.hashtags)
        ],
        "emojis": emojis_json(emoji.found(a.text), render._picture),
        "reactions": [reaction_json(render, r) for r in shown.reactions],
    }


def reaction_json(render: Renderer, reaction: Reacted) -> dict[str, Any]:
    """A Reaction. (Streams add `announcement_id`.)"""
    made: dict[str, Any] = {"name": reaction.name, "count": reaction.count, "me": reaction.mine}
    if reaction.emoji is not None:
        made["url"] = render._picture(reaction.emoji.address)
        made["static_url"] = render._picture(reaction.emoji.static_address)
    return made


class ListParameters(msgspec.Struct, frozen=True):
    with_dismissed: bool = False


@endpoint(
    "GET", "/api/v1/announcements",
    scope=ANY_PERSON, parameters=ListParameters, returns=list[Announcement], errors=(422,),
    summary="What is announced at this moment, without what the viewer has dismissed",
)  # fmt: skip
async def announcements(call: Call[ListParameters]) -> list[Any]:
    found = await call.db.read(queries.active, call.viewer_id, with_dismissed=call.parameters.with_dismissed)
    return [announcement_json(call.render, call.services.emoji, shown) for shown in found]


@endpoint(
    "POST", "/api/v1/announcements/{id}/dismiss",
    scope="write:accounts", returns=Empty, summary="Do not show an announcement again",
)  # fmt: skip
async def dismiss(call: Call[Any]) -> entities.Empty:
    await call.db.write(react.dismiss, call.viewer_id, call.id)
    return Empty()


# The name is taken as it stands in the path: an emoji may have parts that do not print.


@endpoint(
    "PUT", "/api/v1/announcements/{id}/reactions/{name}",
    scope="write:favourites", returns=Empty, errors=(422,),
    summary="React to an announcement with an emoji, or the shortcode of one of the company's",
)  # fmt: skip
async def add_reaction(call: Call[Any]) -> entities.Empty:
    await call.db.write(react.react, call.viewer_id, call.id, call.path["name"])
    return Empty()


@endpoint(
    "DELETE", "/api/v1/announcements/{id}/reactions/{name}",
    scope="write:favourites", returns=Empty, summary="Take a reaction back",
)  # fmt: skip
async def remove_reaction(call: Call[Any]) -> entities.Empty:
    await call.db.write(react.unreact, call.viewer_id, call.id, call.path["name"])
    return Empty()

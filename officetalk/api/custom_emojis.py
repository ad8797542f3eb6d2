"""The company's own emoji."""

from __future__ import annotations

from typing import Any

from officetalk.api.endpoint import ANY_PERSON, Call, endpoint
from officetalk.api.entities import CustomEmoji
from officetalk.api.render_emoji import emojis_json


@endpoint(
    "GET", "/api/v1/custom_emojis",
    scope=ANY_PERSON, returns=list[CustomEmoji], summary="The company's own emoji, by category",
)  # fmt: skip
async def custom_emojis(call: Call[Any]) -> list[Any]:
    usable = [emoji for emoji in call.services.emoji.everything if not emoji.disabled]
    return emojis_json(usable, call.render._picture)

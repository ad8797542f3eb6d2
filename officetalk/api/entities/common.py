"""What all entities share: strict fields, times, errors."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType


class Entity(Struct, kw_only=True, forbid_unknown_fields=True):
    """A JSON object with exactly these fields."""


Visibility = Literal["public", "unlisted", "private", "direct"]


class Error(Entity):
    """What went wrong, for a person to read."""

    error: str
    error_description: str | UnsetType = UNSET
    details: dict[str, list[ErrorDetail]] | UnsetType = UNSET
    request_id: str | UnsetType = UNSET


class ErrorDetail(Entity):
    error: str
    description: str


class Empty(Entity):
    """Nothing to say."""


class CustomEmoji(Entity):
    shortcode: str
    url: str
    static_url: str
    visible_in_picker: bool
    category: str | None

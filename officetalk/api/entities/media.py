"""Pictures, videos and sounds: docs.joinmastodon.org/entities/MediaAttachment."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from officetalk.api.entities.common import Entity

MediaType = Literal["image", "gifv", "video", "audio", "unknown"]


class MediaFocus(Entity):
    """What must stay when it is cropped: from -1 (left, bottom) to 1."""

    x: float
    y: float


class MediaSize(Entity):
    """In pixels."""

    width: int
    height: int
    size: str  # "640x480"
    aspect: float


class MediaOriginal(Entity):
    """What is known of the file itself: a picture has a size, a sound has a duration (s), a film has both."""

    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET
    size: str | UnsetType = UNSET
    aspect: float | UnsetType = UNSET
    frame_rate: str | UnsetType = UNSET  # frames per second, a fraction: "30000/1001"
    duration: float | UnsetType = UNSET
    bitrate: int | UnsetType = UNSET  # bits per second


class MediaMeta(Entity):
    """Films and sounds also have the fields that stood here before `original` did."""

    focus: MediaFocus
    original: MediaOriginal | UnsetType = UNSET
    small: MediaSize | UnsetType = UNSET
    length: str | UnsetType = UNSET  # "0:01:28.65"
    duration: float | UnsetType = UNSET
    fps: int | UnsetType = UNSET
    size: str | UnsetType = UNSET
    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET
    aspect: float | UnsetType = UNSET


class MediaAttachment(Entity):
    id: str
    type: MediaType
    url: str | None  # null while it is processed
    preview_url: str | None
    remote_url: None
    preview_remote_url: None
    text_url: None
    meta: MediaMeta
    description: str | None
    blurhash: str | None

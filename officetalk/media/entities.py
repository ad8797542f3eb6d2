"""Media as the rest of the program sees them."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["image", "gifv", "video", "audio", "unknown"]


class Attachment(msgspec.Struct, frozen=True, omit_defaults=True):
    """A picture, video or sound of a post, processed and ready. `file` and `preview` are names in the
    store. Sizes in pixels, `duration` in seconds, `bitrate` in bits per second, `size` in bytes; `focus` is
    what must stay in the picture when it is cropped: x and y from -1 (left, bottom) to 1."""

    id: int
    kind: Kind
    file: str
    preview: str = ""
    width: int = 0
    height: int = 0
    preview_width: int = 0
    preview_height: int = 0
    duration: float = 0
    frame_rate: str = ""
    bitrate: int = 0
    size: int = 0
    focus: tuple[float, float] = (0.0, 0.0)
    description: str = ""
    blurhash: str = ""

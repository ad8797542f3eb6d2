"""The company's emoji as the API says them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from officetalk.emoji.entities import Emoji


def emoji_json(emoji: Emoji, address_of: Callable[[str], str]) -> dict[str, Any]:
    """A CustomEmoji; `address_of` makes the signed address of a path (Renderer._picture)."""
    return {
        "shortcode": emoji.shortcode,
        "url": address_of(emoji.address),
        "static_url": address_of(emoji.static_address),
        "visible_in_picker": emoji.in_picker,
        "category": emoji.category or None,
    }


def emojis_json(found: Iterable[Emoji], address_of: Callable[[str], str]) -> list[dict[str, Any]]:
    """A list of CustomEmojis."""
    return [emoji_json(emoji, address_of) for emoji in found]

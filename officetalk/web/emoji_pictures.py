"""The company's emoji as pictures in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

from officetalk.emoji.entities import Emoji

_TAGS = re.compile(r"(<a\b.*?</a>|<[^>]*>)", re.DOTALL)  # a link's label shows an address
_CODE = re.compile(r"(?<![^\W_]):([A-Za-z0-9_]{2,64}):(?![^\W_])")  # not inside a word


def pictured(html: Markup, emoji: Iterable[Emoji]) -> Markup:
    """Our own HTML of a text with `:shortcode:` as pictures; links stay as they are."""
    pictures = {one.shortcode: _picture(one) for one in emoji}
    if not pictures:
        return html

    def shown(code: re.Match[str]) -> str:
        return pictures.get(code[1], code[0])

    parts = _TAGS.split(str(html))
    return Markup("".join(part if i % 2 else _CODE.sub(shown, part) for i, part in enumerate(parts)))


def _picture(emoji: Emoji) -> str:
    """Those who want less motion get the one that does not move."""
    code = escape(f":{emoji.shortcode}:")
    still = f'<source media="(prefers-reduced-motion: reduce)" srcset="{escape(emoji.static_address)}">'
    return (
        f'<picture class="emoji">{still if emoji.file != emoji.static_file else ""}'
        f'<img src="{escape(emoji.address)}" alt="{code}" title="{code}" width="22" height="22" loading="lazy"></picture>'
    )

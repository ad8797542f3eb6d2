"""Post cards as HTML, drawn once for all readers to whom they look alike.

Most cards of a page differ from reader to reader in nothing, or in a button that is pressed. What a card
prints is the key here, so a card that would print something else is another card; those that print what
only one reader sees (a vote, a quote, a mention of the reader, a filter) are drawn each time. The form's
token, which is the reader's own, is put in at the end.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from officetalk.core.cache import Cache
from officetalk.core.translation import spoken
from officetalk.web.cards import Card

_KEPT = 8_192  # cards, of some 2.5 KB each
_TOKEN = secrets.token_hex(16)  # stands for the form's token; nobody can write it into a text

_PARTS = 1_024  # navigation and the like, of people who were here lately

Draw = Callable[[Card, str, str], str]
_drawn: Cache[tuple[Any, ...], str] = Cache(_KEPT)
_parts: Cache[tuple[Any, ...], str] = Cache(_PARTS)


def _key(card: Card, variant: str) -> tuple[Any, ...] | None:
    """What the card prints; None when it is for this reader alone."""
    post, content = card.post, card.content
    shown = post.shown
    if card.poll or card.quote or card.no_quote or card.warning:
        return None
    if card.body is not content.rendered.get("web"):
        return None
    return (
        spoken().code, variant, post.id, content.id, content.revision, card.face.account.id,
        card.face.account.revision, card.time, card.why, card.can_repost, shown.comments, shown.reposts,
        shown.likes, shown.shared, shown.liked, shown.bookmarked,
    )  # fmt: skip


def post_card(draw: Draw, card: Card, csrf: str, variant: str = "list") -> Markup:
    """The card, drawn by the macro `draw` where it is not known yet."""
    key = _key(card, variant)
    if key is None:
        return Markup(draw(card, csrf, variant))
    html = _drawn.get(key)
    if html is None:
        html = str(draw(card, _TOKEN, variant))
        _drawn.put(key, html)
    return Markup(html.replace(_TOKEN, csrf))


def drawn(draw: Callable[..., str], *values: Any, csrf: str = "") -> Markup:
    """What a macro prints for these values (hashable: accounts are, by revision), drawn once. With `csrf` the
    macro gets the form's token last."""
    key = (spoken().code, draw.name, *values)  # pyright: ignore[reportFunctionMemberAccess]
    html = _parts.get(key)
    if html is None:
        html = str(draw(*values, _TOKEN) if csrf else draw(*values))
        _parts.put(key, html)
    return Markup(html.replace(_TOKEN, csrf) if csrf else html)

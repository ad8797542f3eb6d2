"""What is drawn once as HTML for many readers, or for the same reader many times: cards (web/cards.py says to
whom they look alike), navigation, a composer in which nothing stands yet.

What is each reader's own, as the form's token, is put in at the end, where a word that nobody can write stands
for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
from markupsafe import Markup

from officetalk.accounts.entities import Account
from officetalk.core.cache import Cache
from officetalk.core.translation import spoken
from officetalk.web.cards import Card

if TYPE_CHECKING:  # it needs the frame of the pages, which needs this
    from officetalk.web.composing import Composing

TOKEN = secrets.token_hex(16)  # stands for the form's token; nobody can write it into a text
_TOKEN = TOKEN.encode()
_ONCE, _EARLIEST = secrets.token_hex(16), secrets.token_hex(16)  # so do these for what a composer has

_PARTS = 1_024  # navigation and the like, of people who were here lately

Draw = Callable[[Card, str, str], str]
_parts: Cache[tuple[Any, ...], str] = Cache(_PARTS)


def post_card(draw: Draw, card: Card, csrf: str, variant: str = "list") -> Markup:
    """The card, drawn by the macro `draw` where it is not known yet. The form's token stands for itself until
    the page is done (see `finished`)."""
    kept = card.drawn
    if kept is None:
        return Markup(draw(card, csrf, variant))
    html = kept.get(variant)
    if html is None:
        html = kept[variant] = str(draw(card, TOKEN, variant))
    return Markup(html)


def post_cards(draw: Draw, cards: list[Card], csrf: str) -> Markup:
    """Cards one below the other."""
    return Markup("".join([post_card(draw, card, csrf) for card in cards]))


def newer_than(cards: list[Card], id: int) -> int:
    """How many of the cards, newest first, are of posts that came after `id`."""
    return next((i for i, card in enumerate(cards) if card.id <= id), len(cards))


def finished(html: bytes, csrf: str) -> bytes:
    """The page with the form's token where it stands for itself."""
    return html.replace(_TOKEN, csrf.encode())


def drawn(draw: Callable[..., str], *values: Any, csrf: str = "") -> Markup:
    """What a macro prints for these values (hashable: accounts are, by revision), drawn once. With `csrf` the
    macro gets the form's token last."""
    key = (spoken().code, draw.name, *values)  # pyright: ignore[reportFunctionMemberAccess]
    html = _parts.get(key)
    if html is None:
        html = str(draw(*values, TOKEN) if csrf else draw(*values))
        _parts.put(key, html)
    return Markup(html)


def blank_composer(draw: Callable[..., str], draft: Composing, me: Account, csrf: str) -> Markup:
    """The composer; one in which nothing stands yet is drawn once for its reader."""
    if draft.text or draft.error or draft.quoted or draft.extras.media:
        return Markup(draw(draft, me, csrf))
    blank = msgspec.structs.replace(draft, once=_ONCE, earliest=_EARLIEST)
    html = drawn(draw, blank, me, csrf=csrf)
    return Markup(html.replace(_ONCE, draft.once).replace(_EARLIEST, draft.earliest))

"""Makes a card: reads the page, and keeps its picture here, so that no reader's device asks strangers for it."""

from __future__ import annotations

import logging
from urllib.parse import unquote, urlsplit

from officetalk import __version__
from officetalk.links.entities import Card
from officetalk.media.storage import Storage
from officetalk.outgoing.client import Answer, Client
from officetalk.outgoing.connecting import Failed
from officetalk.outgoing.policy import Refused
from officetalk.previews.charsets import text_of
from officetalk.previews.pages import MAX_TITLE, PageFacts, facts_of, shortened
from officetalk.previews.pictures import Picture, keep

log = logging.getLogger(__name__)

AGENT = f"OfficeTalk/{__version__} (link preview; bot)"
SECONDS = 8.0  # for the page, and again for its picture
MAX_PAGE = 1024 * 1024  # bytes that are looked at: what matters stands at the beginning
MAX_IMAGE = 5 * 1024 * 1024
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})


def make(client: Client, storage: Storage, url: str) -> Card | None:
    """The card of a page or picture; None when it says nothing of itself. Pictures go into `storage`. Raises
    Refused for where nothing may be sent, Failed when it may work another time. Slow: call it in a thread."""
    answer = client.get(
        url, limit_of=_limit, seconds=SECONDS, agent=AGENT,
        accept="text/html,application/xhtml+xml,image/*;q=0.5",
    )  # fmt: skip
    if answer.status in _LATER:
        raise Failed(f"it answers {answer.status}")
    if answer.status != 200:
        return None
    if answer.content_type in _PAGES:
        facts = facts_of(text_of(answer.body, answer.headers["content-type"][:200]), answer.url)
        return None if facts is None else _of_page(client, storage, url, answer.url, facts)
    if answer.content_type.startswith("image/") and answer.complete:
        return _of_picture(storage, url, answer)
    return None


def _limit(kind: str) -> int:
    if kind in _PAGES:
        return MAX_PAGE
    return MAX_IMAGE if kind.startswith("image/") else 0


def _of_page(client: Client, storage: Storage, url: str, found_at: str, facts: PageFacts) -> Card:
    picture = _fetch_picture(client, storage, facts.image) if facts.image else None
    site = urlsplit(found_at)
    return Card(
        url=url,
        title=facts.title,
        description=facts.description,
        kind="video" if facts.video else "link",
        author=facts.author,
        author_url=facts.author_url,
        provider=facts.provider,
        provider_url=f"{site.scheme}://{site.netloc}/" if facts.provider else "",
        image=picture.name if picture else "",
        image_description=facts.image_alt if picture else "",
        width=picture.width if picture else 0,
        height=picture.height if picture else 0,
        blurhash=picture.blurhash if picture else "",
        language=facts.language,
        published_at=facts.published_at,
    )


def _of_picture(storage: Storage, url: str, answer: Answer) -> Card | None:
    picture = keep(storage, answer.body)
    if picture is None:
        return None
    parts = urlsplit(url)
    file = " ".join(unquote(parts.path.rpartition("/")[2]).split())
    title = shortened(file if file.isprintable() else "", MAX_TITLE) or parts.netloc
    return Card(
        url=url, title=title, kind="photo", image=picture.name, width=picture.width, height=picture.height,
        blurhash=picture.blurhash,
    )  # fmt: skip


def _fetch_picture(client: Client, storage: Storage, url: str) -> Picture | None:
    """A page's picture; None when it cannot be had: the card stands without it."""
    try:
        answer = client.get(
            url, limit_of=lambda kind: MAX_IMAGE if kind.startswith("image/") else 0, seconds=SECONDS,
            accept="image/*", agent=AGENT,
        )  # fmt: skip
    except (Refused, Failed) as problem:
        log.debug("the picture of a card: %s", problem)
        return None
    return keep(storage, answer.body) if answer.status == 200 and answer.complete else None

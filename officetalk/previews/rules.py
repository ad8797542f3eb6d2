"""Which post gets which card, and when a page is asked again.

A card is fetched once for each address, whoever posts it, by a job; posts that were made meanwhile wait for
it. It is asked again when it is old and somebody posts the link anew, and a few times after a failure.
"""

from __future__ import annotations

import hashlib

import msgspec
from sqlalchemy import String, delete, select, update

from officetalk.core.database import Connection
from officetalk.core.sql import Statement, p, within
from officetalk.core.upsert import upsert
from officetalk.jobs.queue import enqueue
from officetalk.links.entities import Card
from officetalk.posts import cards
from officetalk.posts.entities import Content
from officetalk.previews.tables import card_wait, link_card
from officetalk.previews.wanted import Wanted, links_of

JOB = "preview.fetch"  # its payload is the address

_MINUTE = 60 * 1000
_DAY = 24 * 60 * _MINUTE
FRESH_MS = 14 * _DAY  # for how long a card is taken as it is, as Mastodon does
NOTHING_MS = 7 * _DAY  # after which a page without a card may have got one
PAUSES_MS = (10 * _MINUTE, 60 * _MINUTE, 6 * 60 * _MINUTE, _DAY)  # after a failure, and the next
BUSY_MS = 2 * _MINUTE  # longer than any fetching takes

_key = p("key", String)
_ADD = upsert(link_card, ["url_hash"], [], ["url_hash", "url"])
_STATE = select(link_card.c.card, link_card.c.due_at, link_card.c.busy_until, link_card.c.failures).where(
    link_card.c.url_hash == _key
)
_KNOWN = Statement(_STATE)
# Locked: whoever stores a card sees all posts that wait, or those who come later see the card.
_LOCK = Statement(_STATE.with_for_update())
_BEGIN = Statement(update(link_card).where(link_card.c.url_hash == _key).values(busy_until=p("until")))
_STORE = Statement(
    update(link_card)
    .where(link_card.c.url_hash == _key)
    .values(
        card=p("card", String), fetched_at=p("now"), due_at=p("due_at"), busy_until=0, failures=0,
    )
)  # fmt: skip
_FAIL = Statement(
    update(link_card)
    .where(link_card.c.url_hash == _key)
    .values(due_at=p("due_at"), busy_until=0, failures=p("failures", link_card.c.failures.type))
)
_WAIT = upsert(card_wait, ["url_hash", "post_id"], [])
_WAITING = Statement(
    select(card_wait.c.post_id).where(card_wait.c.url_hash == _key).order_by(card_wait.c.post_id)
)
_SERVED = Statement(delete(card_wait).where(card_wait.c.url_hash == _key))
_FORGET = Statement(delete(card_wait).where(card_wait.c.post_id == p("post")))
_CARDS = Statement(
    select(link_card.c.url, link_card.c.card).where(
        within(link_card.c.url_hash, "keys"), link_card.c.card != ""
    )
)
_card = msgspec.json.Decoder(Card)


def _hash(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()


def written(conn: Connection, content: Content, wanted: Wanted) -> None:
    """Give a post that was written or edited its card, at once where it is known, else as soon as it is."""
    if content.edited_at is not None:
        conn.run(_FORGET, post=content.id)
    url = wanted.link_of(content)
    before = content.attached.card
    if url is None:
        if before is not None and (content.attached.media or before.url not in links_of(content)):
            cards.set_card(conn, content.id, None)
        return
    key = _hash(url)
    row = conn.first(_KNOWN, key=key)
    card = _card.decode(row[0]) if row is not None and row[0] else None
    if card != before:
        cards.set_card(conn, content.id, card)
    if row is not None and row[1] > conn.now:
        if row[3]:  # it will be tried again
            conn.run(_WAIT, url_hash=key, post_id=content.id)
        return
    conn.run(_WAIT, url_hash=key, post_id=content.id)
    enqueue(conn, JOB, url)


def deleted(conn: Connection, post_id: int) -> None:
    """A deleted post waits for nothing."""
    conn.run(_FORGET, post=post_id)


def begin(conn: Connection, url: str) -> bool:
    """Whether the page is to be fetched now, by whoever asks. Where it was fetched meanwhile, those who wait
    get what is known."""
    key = _hash(url)
    conn.run(_ADD, url_hash=key, url=url)
    row = conn.first(_LOCK, key=key)
    assert row is not None
    card, due_at, busy_until, failures = row
    if due_at > conn.now:
        if not failures:
            _serve(conn, key, _card.decode(card) if card else None)
        return False
    if busy_until > conn.now:
        return False
    conn.run(_BEGIN, key=key, until=conn.now + BUSY_MS)
    return True


def store(conn: Connection, url: str, card: Card | None) -> None:
    """Keep what a page says of itself (None: nothing), and give it to the posts that wait."""
    key = _hash(url)
    conn.run(_ADD, url_hash=key, url=url)
    conn.first(_LOCK, key=key)
    conn.run(
        _STORE,
        key=key, card="" if card is None else msgspec.json.encode(card).decode(), now=conn.now,
        due_at=conn.now + (NOTHING_MS if card is None else FRESH_MS),
    )  # fmt: skip
    _serve(conn, key, card)


def failed(conn: Connection, url: str) -> None:
    """The page could not be had: try again later, a few times. What was known of it stays."""
    key = _hash(url)
    row = conn.first(_LOCK, key=key)
    if row is None:
        return
    failures = row[3] + 1
    if failures > len(PAUSES_MS):
        conn.run(_FAIL, key=key, due_at=conn.now + NOTHING_MS, failures=0)
        conn.run(_SERVED, key=key)
        return
    due_at = conn.now + PAUSES_MS[failures - 1]
    conn.run(_FAIL, key=key, due_at=due_at, failures=failures)
    enqueue(conn, JOB, url, run_at=due_at)


def known(conn: Connection, urls: list[str]) -> dict[str, Card]:
    """The cards of these addresses, of those that have one. One statement."""
    if not urls:
        return {}
    return {url: _card.decode(card) for url, card in conn.all(_CARDS, keys=[_hash(url) for url in urls])}


def _serve(conn: Connection, key: str, card: Card | None) -> None:
    waiting = [row[0] for row in conn.all(_WAITING, key=key)]
    for post_id in waiting:
        cards.set_card(conn, post_id, card)
    if waiting:
        conn.run(_SERVED, key=key)

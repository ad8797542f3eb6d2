"""Short links: made once for each address, counted when they are opened.

The click count is for who posted the link first, and for administrators.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import String, select, update

from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.sql import Statement, p, within
from officetalk.core.upsert import upsert
from officetalk.links.tables import link

# Without letters and digits that look alike. 58^9 codes: nobody finds one by trying.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_CODE_LENGTH = 9
MAX_URL = 2048


class Link(msgspec.Struct, frozen=True):
    """An address, its code and how often it was opened."""

    code: str
    url: str
    author_id: int
    clicks: int


_columns = (link.c.code, link.c.url, link.c.author_id, link.c.clicks)
_BY_HASHES = Statement(select(link.c.url, link.c.code).where(within(link.c.url_hash, "hashes")))
_ADD = upsert(link, ["url_hash"], [], ["id", "code", "url_hash", "url", "author_id"])
_BY_CODE = Statement(select(*_columns).where(link.c.code == p("code", String)))
_BY_CODES = Statement(select(*_columns).where(within(link.c.code, "codes")))
_ID = Statement(select(link.c.id).where(link.c.url_hash == p("hash", String)))
_COUNT = Statement(update(link).where(link.c.code == p("code", String)).values(clicks=link.c.clicks + 1))


def _hash(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()


def shorten(conn: Connection, author_id: int, urls: Iterable[str]) -> dict[str, str]:
    """Address to code. Invalid for another scheme than http and https, or without a host."""
    urls = list(dict.fromkeys(urls))
    if not urls:
        return {}
    for url in urls:
        try:
            parts = urlsplit(url)
        except ValueError as problem:
            raise Invalid(
                "status", "has a link that is not an address: %(value)s", value=url[:80]
            ) from problem
        if parts.scheme.lower() not in ("http", "https") or not parts.netloc:
            raise Invalid("status", "may only link to http and https")
        if len(url) > MAX_URL:
            raise Invalid("status", "has a link of more than %(count)s characters", count=MAX_URL)
    conn.many(
        _ADD,
        [
            {
                "id": conn.new_id(),
                "code": "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH)),
                "url_hash": _hash(url),
                "url": url,
                "author_id": author_id,
            }
            for url in urls
        ],
    )
    return dict(conn.all(_BY_HASHES, hashes=[_hash(url) for url in urls]))


def address(origin: str, code: str) -> str:
    """The short address of a code, on the site at `origin`."""
    return f"{origin}/l/{code}"


def expand(conn: Connection, origin: str, text: str) -> str:
    """The text with the short addresses of this site replaced by those that they lead to. One statement at
    most."""
    short = re.compile(re.escape(address(origin, "")) + f"([{_ALPHABET}]{{{_CODE_LENGTH}}})(?![A-Za-z0-9])")
    codes = set(short.findall(text))
    if not codes:
        return text
    urls = {row[0]: row[1] for row in conn.all(_BY_CODES, codes=sorted(codes))}
    return short.sub(lambda found: urls.get(found[1], found[0]), text)


def id_of(conn: Connection, url: str) -> int | None:
    """The id of the link to an address; None when nobody has posted it."""
    return conn.value(_ID, hash=_hash(url))


def open_link(conn: Connection, code: str) -> str:
    """The address behind a code; counts the click. NotFound."""
    row = conn.first(_BY_CODE, code=code)
    if row is None:
        raise NotFound
    conn.run(_COUNT, code=code)
    return row[1]


def clicks(conn: Connection, viewer: int, codes: Iterable[str], *, administrator: bool) -> dict[str, int]:
    """Code to clicks, of the links whose clicks the viewer may see. One statement."""
    codes = list(codes)
    if not codes:
        return {}
    rows = conn.all(_BY_CODES, codes=codes)
    return {code: clicks for code, _, author, clicks in rows if administrator or author == viewer}

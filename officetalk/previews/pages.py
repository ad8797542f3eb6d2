"""What a page says of itself, for whoever links to it: OpenGraph, Twitter's cards, and plain HTML.

Pure functions. Everything that comes out is text to be escaped and addresses of http and https, absolute.
Sources: ogp.me, HTML (meta names, link types); the order of preference is Mastodon's, without JSON-LD.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import msgspec

from officetalk.posts.text import clean

MAX_TITLE = 300  # characters
MAX_DESCRIPTION = 500
MAX_NAME = 100
_MAX_URL = 2048
_SLICE = 32 * 1024  # characters that are parsed at a time
# Where a page is made to keep a parser busy: pieces that it has, and characters of one that does not end.
_MAX_PIECES = 20_000
_MAX_UNFINISHED = 64 * 1024
_MAX_RAW = 4000  # characters of one value, before it is cleaned

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?=[-_]|$)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class PageFacts(msgspec.Struct, frozen=True):
    """What was found on a page; `image` is an address; `published_at` in ms."""

    title: str
    description: str = ""
    video: bool = False
    author: str = ""
    author_url: str = ""
    provider: str = ""
    image: str = ""
    image_alt: str = ""
    language: str = ""
    published_at: int | None = None


class _Head(HTMLParser):
    """Collects what stands in the head. It is never closed: what the page leaves open is left unread."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.metas: dict[str, str] = {}  # the first of each name
        self.links: dict[str, str] = {}
        self.title = ""
        self.language = ""
        self.base = ""
        self.pieces = 0
        self.in_body = False
        self._in_title = False
        self._foreign = 0  # a drawing has titles too

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.pieces += 1
        if tag == "meta":
            self._meta(dict(attrs))
        elif tag == "link":
            values = dict(attrs)
            for kind in (values.get("rel") or "").lower().split()[:5]:
                self.links.setdefault(kind, values.get("href") or "")
        elif tag == "title" and not self._foreign:
            self._in_title = not self.title
        elif tag == "svg":
            self._foreign += 1
        elif tag == "html":
            self.language = self.language or dict(attrs).get("lang") or ""
        elif tag == "base":
            self.base = self.base or dict(attrs).get("href") or ""
        elif tag == "body":
            self.in_body = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        elif tag == "svg":
            self._foreign = max(0, self._foreign - 1)

    def handle_data(self, data: str) -> None:
        self.pieces += 1
        if self._in_title and len(self.title) < _MAX_RAW:
            self.title += data

    def _meta(self, values: dict[str, str | None]) -> None:
        content = values.get("content")
        if content is None:
            return
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            for name in (values.get(attribute) or "").lower().split()[:3]:
                if content.strip():
                    self.metas.setdefault(name, content[:_MAX_RAW])

    @property
    def is_enough(self) -> bool:
        """Some pages have their tags in the body; where the head has said something, that is all."""
        # (A script may be long: its end is looked for quickly.)
        stuck = self.cdata_elem is None and len(self.rawdata) > _MAX_UNFINISHED
        if stuck or self.pieces > _MAX_PIECES:
            return True
        return self.in_body and bool(self.title or "og:title" in self.metas)


def facts_of(html: str, url: str) -> PageFacts | None:
    """What a page at `url` says of itself; None when it has no title to show."""
    head = _Head()
    for start in range(0, len(html), _SLICE):
        try:
            head.feed(html[start : start + _SLICE])
        except AssertionError:  # html.parser at `<![anything[`
            break
        if head.is_enough:
            break
    metas, links = head.metas, head.links
    title = _text([metas.get("og:title"), metas.get("twitter:title"), head.title], MAX_TITLE)
    if not title:
        return None
    base = _address(head.base, url) or url
    names = [metas.get(name) for name in ("author", "article:author", "og:author", "dc.creator", "byl")]
    pages = [metas.get("article:author"), links.get("author")]
    images = [
        metas.get(name)
        for name in ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
    ]
    return PageFacts(
        title=title,
        description=_text(
            [metas.get(name) for name in ("og:description", "twitter:description", "description")],
            MAX_DESCRIPTION,
        ),
        video=metas.get("og:type", "").lower().startswith("video") or "twitter:player" in metas,
        author=_text([name for name in names if name and "://" not in name], MAX_NAME),
        author_url=_first_address(pages, base),
        provider=_text([metas.get("og:site_name"), metas.get("application-name")], MAX_NAME),
        image=_first_address([*images, links.get("image_src")], base),
        image_alt=_text([metas.get("og:image:alt"), metas.get("twitter:image:alt")], MAX_DESCRIPTION),
        language=_language([head.language, metas.get("content-language"), metas.get("og:locale")]),
        published_at=_time(
            [
                metas.get(name)
                for name in (
                    "article:published_time",
                    "og:published_time",
                    "datepublished",
                    "date",
                    "dc.date",
                )
            ]
        ),
    )


def _text(candidates: Iterable[str | None], limit: int) -> str:
    """The first that says something, on one line, cut at a word."""
    for candidate in candidates:
        words = " ".join(clean(candidate or "").split())
        if words:
            return shortened(words, limit)
    return ""


def shortened(words: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis where there were more."""
    if len(words) <= limit:
        return words
    cut = words[: limit - 1]
    at_word = cut.rpartition(" ")[0]
    return (at_word if len(at_word) > limit // 2 else cut).rstrip(" ,;:-") + "…"


def _first_address(candidates: Iterable[str | None], base: str) -> str:
    return next((found for one in candidates if one and (found := _address(one, base))), "")


def _address(written: str, base: str) -> str:
    """An absolute address of http or https; empty for what is none."""
    written = written.strip()
    if not written or len(written) > _MAX_URL:
        return ""
    try:
        url = urljoin(base, written.replace(" ", "%20"))
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > _MAX_URL:
        return ""
    return url if url.isprintable() else ""


def _language(candidates: Iterable[str | None]) -> str:
    """ISO 639, from `en-GB` or `en_US`."""
    for candidate in candidates:
        found = _LANGUAGE.match((candidate or "").strip())
        if found:
            return found[0].lower()
    return ""


def _time(candidates: Iterable[str | None]) -> int | None:
    """Milliseconds, from ISO 8601; without a zone it is UTC. Only where there is a whole day."""
    for candidate in candidates:
        text = (candidate or "").strip()[:40]
        if not _DAY.match(text):
            continue
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            milliseconds = int(moment.timestamp() * 1000)
        except (ValueError, OverflowError):
            continue
        if milliseconds > 0:
            return milliseconds
    return None

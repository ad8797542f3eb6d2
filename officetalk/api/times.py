"""Times as the API writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=4096)
def _day(days: int) -> str:
    """The date so many days after 1970-01-01."""
    return datetime.fromtimestamp(days * 86_400, UTC).date().isoformat()


def timestamp(ms: int) -> str:
    """RFC 3339 with milliseconds, as Mastodon writes it."""
    # Every post has one of these at least: the date from the cache, the rest is arithmetic.
    days, ms = divmod(ms, 86_400_000)
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{_day(days)}T{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}.{ms:03d}Z"


def milliseconds(at: datetime) -> int:
    """Milliseconds since 1970; a time without a zone is one of UTC."""
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)

"""Bodies as they come over the wire, taken apart within bounds: a few bytes of gzip can hold gigabytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

from officetalk.outgoing.connecting import Failed

# Bytes over the wire that may decode to nothing: endless empty blocks would otherwise never reach the limit.
_EMPTY_ALLOWANCE = 64 * 1024


def decoded(chunks: Iterable[bytes], coding: str, limit: int) -> tuple[bytes, bool]:
    """At most `limit` bytes of a body, and whether that is all of it. Raises Failed for a content coding
    that was not asked for, or a broken one."""
    coding = coding.strip().lower()
    if coding in ("", "identity"):
        return _plain(chunks, limit)
    if coding in ("gzip", "x-gzip", "deflate"):
        # 32: either wrapper, zlib's or gzip's, is found by itself.
        return _inflated(chunks, zlib.decompressobj(zlib.MAX_WBITS | 32), limit)
    raise Failed(f"it answers with the content coding {coding[:20]}")


def _plain(chunks: Iterable[bytes], limit: int) -> tuple[bytes, bool]:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > limit:
            return bytes(body[:limit]), False
    return bytes(body), True


def _inflated(chunks: Iterable[bytes], inflate: Any, limit: int) -> tuple[bytes, bool]:
    body = bytearray()
    received = 0
    try:
        for chunk in chunks:
            received += len(chunk)
            if received > limit + _EMPTY_ALLOWANCE:
                return bytes(body), False
            while chunk:
                body += inflate.decompress(chunk, limit + 1 - len(body))
                if len(body) > limit:
                    return bytes(body[:limit]), False
                chunk = inflate.unconsumed_tail
            if inflate.eof:
                break
    except zlib.error as problem:
        raise Failed("its answer is not what its content coding says") from problem
    return bytes(body), inflate.eof

"""Part of a file: the header Range (RFC 9110, section 14)."""

from __future__ import annotations

import re

_ONE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.ASCII)


class NotSatisfiable(Exception):
    """Nothing of what is asked for is there: 416."""


def asked_range(header: str, size: int) -> tuple[int, int] | None:
    """From where to before where, of `size` bytes; None for all of it: also where several parts are asked for,
    or what nobody understands, as the RFC allows. Raises NotSatisfiable."""
    match = _ONE.fullmatch(header.strip().lower().replace(" ", ""))
    if match is None or match[1] == match[2] == "":
        return None
    if match[1] == "":
        length = min(int(match[2]), size)
        if length == 0:
            raise NotSatisfiable
        return size - length, size
    start = int(match[1])
    end = min(int(match[2]) + 1, size) if match[2] else size
    if match[2] and int(match[2]) < start:
        return None
    if start >= size:
        raise NotSatisfiable
    return start, end

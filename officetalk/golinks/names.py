"""What a link may be called. Pure functions."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

import regex

from officetalk.core.errors import Invalid

MAX_NAME = 64  # characters, folded
MAX_PARTS = 4  # between slashes

_PART = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]*")
# The first part of a name that the pages under /go need for themselves, or may need, or that would lead astray.
RESERVED = frozenset(
    "new edit search api all mine used removed go help admin settings sign-in sign-out static".split()
)


def folded(name: str) -> str:
    """A name as it is kept and looked up: lower case, wide and composed characters made alike (NFKC)."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).lower())


def bare(name: str) -> str:
    """A name out of what people type or paste for one: `go/Payroll/` is `payroll`."""
    return folded(name).strip().strip("/").removeprefix("go/")


def checked(name: str) -> str:
    """The name as it is kept. Invalid with the rule that it breaks."""
    name = bare(name)
    if not name:
        raise Invalid("name", "can't be blank", "ERR_BLANK")
    if len(name) > MAX_NAME:
        raise Invalid("name", "is too long (maximum is %(count)s characters)", "ERR_TOO_LONG", count=MAX_NAME)
    parts = name.split("/")
    if not all(_PART.fullmatch(part) for part in parts):
        raise Invalid("name", "may have letters, digits, - and _, and / between parts")
    if len(parts) > MAX_PARTS:
        raise Invalid("name", "may have %(count)s parts at the most", "ERR_TOO_LONG", count=MAX_PARTS)
    if parts[0] in RESERVED:
        raise Invalid("name", "is reserved", "ERR_RESERVED")
    return name


def path(name: str) -> str:
    """Where a link stands on this site."""
    return f"/go/{quote(name)}"


def is_possible(name: str) -> bool:
    """Whether a link may have that name."""
    try:
        checked(name)
    except Invalid:
        return False
    return True


def readings(path: str) -> list[tuple[str, str]]:
    """(name, what follows it) of what was asked for, longest name first: `jira/OT-12` is the link `jira/ot-12`,
    or `jira` with `OT-12` behind it."""
    parts = path.strip("/").split("/")
    if folded(parts[0]) == "go":  # whoever types what others say: /go/go/payroll
        parts = parts[1:]
    most = min(len(parts), MAX_PARTS)
    return [("/".join(map(folded, parts[:i])), "/".join(parts[i:])) for i in range(most, 0, -1)]

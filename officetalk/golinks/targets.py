"""Where a link may lead. Pure functions."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, unquote, urlsplit

from officetalk.core.errors import Invalid

MAX_TARGET = 2000  # characters
PLACE = "{}"  # stands for what follows the name

_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_.])?|\[[0-9a-f:.]+\]")


def checked(target: str, origin: str) -> str:
    """The address as it is kept: scheme and host in lower case, the host as DNS has it (IDNA). Invalid with the
    rule that it breaks; `origin` is our own, whose short links are no targets."""
    target = target.strip()
    if not target:
        raise Invalid("target", "can't be blank", "ERR_BLANK")
    if any(character.isspace() or not character.isprintable() or character == "\\" for character in target):
        raise Invalid("target", "must not contain spaces, control characters or \\")
    parts = _split(target)
    if parts.scheme not in ("http", "https"):
        raise Invalid("target", "must begin with http:// or https://")
    if "@" in parts.netloc:
        raise Invalid("target", "must not contain a user name or password")
    if "{" in parts.netloc:
        raise Invalid("target", "may have {} only behind the host")
    where = _host(parts)
    if where == urlsplit(origin).netloc and unquote(parts.path).startswith("/go/"):
        raise Invalid("target", "must not be another short link")
    made = f"{parts.scheme}://{where}{target.partition('://')[2][len(parts.netloc) :]}"
    if len(made) > MAX_TARGET:
        raise Invalid(
            "target", "is too long (maximum is %(count)s characters)", "ERR_TOO_LONG", count=MAX_TARGET
        )
    return made


def _split(target: str) -> SplitResult:
    try:
        parts = urlsplit(target)
        _ = parts.port  # looked at only here
    except ValueError as problem:
        raise Invalid("target", "is not an address") from problem
    return parts


def _host(parts: SplitResult) -> str:
    """Host and port."""
    host = parts.netloc.lower()
    name, colon, port = host.rpartition(":") if parts.port is not None else (host.rstrip(":"), "", "")
    try:
        name = name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError as problem:
        raise Invalid("target", "is not an address") from problem
    if not _HOST.fullmatch(name):
        raise Invalid("target", "is not an address")
    return f"{name}{colon}{port}"


def takes_more(target: str) -> bool:
    """Whether something may follow the name."""
    return PLACE in target


def filled(target: str, rest: str) -> str | None:
    """The address with `rest` in its place: encoded, so that it stays where it is put; in the path a slash is a
    slash. None for a rest that would lead up the path."""
    if any(step in (".", "..") for step in rest.split("/")):
        return None
    end = re.search(r"[?#]", target)
    head, tail = (target[: end.start()], target[end.start() :]) if end else (target, "")
    return head.replace(PLACE, quote(rest, safe="/")) + tail.replace(PLACE, quote(rest, safe=""))

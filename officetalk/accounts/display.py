"""How somebody wants to be shown: checking and changing the parts of entities.Display."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from officetalk.accounts.entities import Account, Display
from officetalk.core.errors import Invalid

MAX_DESCRIPTION = 150  # characters, of the pictures' descriptions; as Mastodon
MAX_DOMAINS = 10
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
# Host names as DNS has them (RFC 1123), at least two labels.
_DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")

PARTS = frozenset(field.name for field in msgspec.structs.fields(Display))


def changed(account: Account, changes: dict[str, Any]) -> str:
    """The account's display with these parts changed, as it is stored. A picture that goes takes its
    description with it. Invalid names the field and the rule."""
    values = {name: value for name, value in changes.items() if name in PARTS}
    for kind in ("avatar", "header"):
        described = f"{kind}_description"
        if described in values:
            values[described] = _description(described, values[described])
        elif kind in changes and changes[kind] is None:
            values[described] = ""
    if "attribution_domains" in values:
        values["attribution_domains"] = _domains(values["attribution_domains"])
    return msgspec.json.encode(msgspec.structs.replace(account.display, **values)).decode()


def _description(field: str, text: str) -> str:
    text = text.strip()
    if _CONTROL.search(text):
        raise Invalid(field, "must not contain control characters")
    if len(text) > MAX_DESCRIPTION:
        raise Invalid(
            field, "is too long (maximum is %(count)s characters)", "ERR_TOO_LONG", count=MAX_DESCRIPTION
        )
    return text


def _domains(domains: Any) -> tuple[str, ...]:
    """Host names; people also paste addresses: their host is what is meant."""
    kept = []
    for written in domains:
        host = re.sub(r"^[a-z]+://", "", written.strip().lower()).partition("/")[0].removeprefix("www.")
        if not host:
            continue
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            raise Invalid("attribution_domains", "is not a valid domain name") from None
        if not _DOMAIN.fullmatch(host):
            raise Invalid("attribution_domains", "is not a valid domain name")
        kept.append(host)
    kept = list(dict.fromkeys(kept))
    if len(kept) > MAX_DOMAINS:
        raise Invalid("attribution_domains", "must be at most %(count)s", "ERR_TOO_LONG", count=MAX_DOMAINS)
    return tuple(kept)

"""For which links there are cards, as the settings say."""

from __future__ import annotations

from typing import Literal

import msgspec

from officetalk.core.settings import Settings
from officetalk.outgoing.policy import MAX_URL, Policy, Refused, parse, policy_of
from officetalk.posts.entities import Content
from officetalk.posts.text import scan

Mode = Literal["on", "allowed", "off"]


class Wanted(msgspec.Struct, frozen=True):
    """`reach` is where cards may be fetched from: never further than the server may reach at all. `own` is
    the server's own host, whose pages are closed to it as to everybody."""

    mode: Mode = "off"
    reach: Policy = Policy("off")
    own: str = ""

    def wants(self, url: str) -> bool:
        """Whether a card is made for this address."""
        if self.mode == "off":
            return False
        try:
            target = self.reach.check(url)
        except Refused:
            return False
        return f"{target.host}:{target.port}" != self.own

    def link_of(self, content: Content) -> str | None:
        """The first link of a post for which there is a card. None where something else is shown: clients
        leave the card away below pictures."""
        if self.mode == "off" or content.attached.media or "://" not in content.text:
            return None
        return next((url for url in links_of(content) if self.wants(url)), None)


def links_of(content: Content) -> list[str]:
    """The addresses of a post, as they stand in it."""
    return [s.value for s in scan(content.text) if s.kind == "link" and len(s.value) <= MAX_URL]


def wanted_by(settings: Settings) -> Wanted:
    """What the settings of the process say."""
    reach = policy_of(settings)
    if settings.previews == "allowed":
        reach = msgspec.structs.replace(reach, reach="allowed")
    try:
        own = parse(settings.origin)
    except Refused:
        return Wanted(settings.previews, reach)
    return Wanted(settings.previews, reach, f"{own.host}:{own.port}")

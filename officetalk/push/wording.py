"""What push messages say. English for now: all words that a translation would need stand here."""

from __future__ import annotations

from officetalk.notifications.entities import Kind

LANGUAGE = "en"
MAX_BODY = 140  # characters, as Mastodon: phones show no more, and relays to Apple's service take little

_TITLES: dict[Kind, str] = {
    "mention": "{name} mentioned you",
    "status": "{name} just posted",
    "reblog": "{name} reposted your post",
    "follow": "{name} follows you now",
    "follow_request": "{name} wants to follow you",
    "favourite": "{name} likes your post",
    "poll": "A poll by {name} has ended",
    "update": "{name} edited a post",
    "quote": "{name} quoted your post",
    "quoted_update": "{name} edited a post that you quoted",
    "admin.sign_up": "{name} joined",
    "admin.report": "{name} reported something",
}
_OTHER = "Something new from {name}"


def title(kind: Kind, name: str) -> str:
    """The first line of a message."""
    return _TITLES.get(kind, _OTHER).format(name=name)


def body(text: str, limit: int = MAX_BODY) -> str:
    """The rest of it, cut with an ellipsis."""
    words = " ".join(text.split())
    return words if len(words) <= limit else words[: max(0, limit - 1)].rstrip() + "…"

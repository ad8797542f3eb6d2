"""OAuth's scopes in words, for whoever is asked to grant them."""

from __future__ import annotations

from collections.abc import Iterable

from officetalk.core.translation import N_, _

_WORDS = {
    "profile": N_("See who you are: your name and picture"),
    "read": N_("See all that you can see: timelines, posts, people, your bookmarks and settings"),
    "write": N_("Act for you: post, edit and delete, like, follow, and change your profile"),
    "follow": N_("Follow, mute and block people for you"),
    "push": N_("Send notices to your devices"),
    "offline_access": N_("Stay connected while you are away"),
    "admin:read": N_("See what administrators see"),
    "admin:write": N_("Do what administrators do"),
}
_THINGS = {
    "accounts": (N_("See profiles"), N_("Change your profile")),
    "blocks": (N_("See whom you block"), N_("Block and unblock people")),
    "bookmarks": (N_("See your bookmarks"), N_("Change your bookmarks")),
    "conversations": (N_("See your conversations"), N_("Mute and delete conversations")),
    "favourites": (N_("See what you like"), N_("Like posts for you")),
    "filters": (N_("See your filters"), N_("Change your filters")),
    "follows": (N_("See whom you follow"), N_("Follow and unfollow people")),
    "lists": (N_("See your lists"), N_("Change your lists")),
    "media": (N_("See your pictures"), N_("Upload pictures")),
    "mutes": (N_("See whom you mute"), N_("Mute people and conversations")),
    "notifications": (N_("See your notifications"), N_("Clear your notifications")),
    "reports": (N_("See your reports"), N_("Report posts and people")),
    "search": (N_("Search for you"), N_("Search for you")),
    "statuses": (N_("See posts and timelines"), N_("Post, edit and delete in your name")),
}


def in_words(scopes: Iterable[str]) -> list[str]:
    """A phrase for each scope, each once; one that has no words keeps its name."""
    return list(dict.fromkeys(_phrase(scope) for scope in scopes))


def _phrase(scope: str) -> str:
    if scope in _WORDS:
        return _(_WORDS[scope])
    access, _colon, thing = scope.partition(":")
    if access in ("read", "write") and thing in _THINGS:
        reading, writing = _THINGS[thing]
        chosen = reading if access == "read" else writing
        return _(chosen)
    return scope

"""OAuth's scopes in words, for whoever is asked to grant them."""

from __future__ import annotations

from collections.abc import Iterable

_WORDS = {
    "profile": "See who you are: your name and picture",
    "read": "See all that you can see: timelines, posts, people, your bookmarks and settings",
    "write": "Act for you: post, edit and delete, like, follow, and change your profile",
    "follow": "Follow, mute and block people for you",
    "push": "Send notices to your devices",
    "offline_access": "Stay connected while you are away",
    "admin:read": "See what administrators see",
    "admin:write": "Do what administrators do",
}
_THINGS = {
    "accounts": ("See profiles", "Change your profile"),
    "blocks": ("See whom you block", "Block and unblock people"),
    "bookmarks": ("See your bookmarks", "Change your bookmarks"),
    "conversations": ("See your conversations", "Mute and delete conversations"),
    "favourites": ("See what you like", "Like posts for you"),
    "filters": ("See your filters", "Change your filters"),
    "follows": ("See whom you follow", "Follow and unfollow people"),
    "lists": ("See your lists", "Change your lists"),
    "media": ("See your pictures", "Upload pictures"),
    "mutes": ("See whom you mute", "Mute people and conversations"),
    "notifications": ("See your notifications", "Clear your notifications"),
    "reports": ("See your reports", "Report posts and people"),
    "search": ("Search for you", "Search for you"),
    "statuses": ("See posts and timelines", "Post, edit and delete in your name"),
}


def in_words(scopes: Iterable[str]) -> list[str]:
    """A phrase for each scope, each once; one that has no words keeps its name."""
    return list(dict.fromkeys(_phrase(scope) for scope in scopes))


def _phrase(scope: str) -> str:
    if scope in _WORDS:
        return _WORDS[scope]
    access, _, thing = scope.partition(":")
    if access in ("read", "write") and thing in _THINGS:
        return _THINGS[thing][access == "write"]
    return scope

"""The browser or app behind a user agent, in the words of somebody who looks for a device to sign out."""

from __future__ import annotations

import re

from officetalk.core.translation import N_, _

# The first that matches counts: Edge and Opera also say Chrome, and Chrome also says Safari.
_BROWSERS = (
    (r"Edg(?:e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Vivaldi/", "Vivaldi"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/|Chromium/", "Chrome"),
    (r"Safari/", "Safari"),
    (r"curl/", "curl"),
    (r"python", N_("A Python program")),
)
_SYSTEMS = (
    (r"iPhone", "iPhone", "smartphone"),
    (r"iPad", "iPad", "tablet"),
    (r"Android(?!.*Mobile)", "Android", "tablet"),
    (r"Android", "Android", "smartphone"),
    (r"Windows", "Windows", "laptop"),
    (r"Mac OS X|Macintosh", "Mac", "laptop"),
    (r"CrOS", "ChromeOS", "laptop"),
    (r"Linux|X11", "Linux", "laptop"),
)
_COMPILED_BROWSERS = [(re.compile(pattern, re.IGNORECASE), name) for pattern, name in _BROWSERS]
_COMPILED_SYSTEMS = [(re.compile(pattern), name, icon) for pattern, name, icon in _SYSTEMS]


def in_words(user_agent: str) -> str:
    """ "Firefox on Linux"; what is not known is called so."""
    browser = next((name for pattern, name in _COMPILED_BROWSERS if pattern.search(user_agent)), None)
    system = next((name for pattern, name, _icon in _COMPILED_SYSTEMS if pattern.search(user_agent)), None)
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return (
        _(browser)
        if browser
        else (_("A browser on %(system)s", system=system) if system else _("An unknown device"))
    )


def icon_of(user_agent: str) -> str:
    """The icon of the kind of device."""
    return next((icon for pattern, _name, icon in _COMPILED_SYSTEMS if pattern.search(user_agent)), "monitor")

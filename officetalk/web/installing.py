"""OfficeTalk as an installed app: its manifest, the service worker, and the page for when there is no network.

What the worker (assets/sw) may keep for that, the server says with each page: `X-Account` is whose page it is
("none": nobody is signed in, and the worker deletes what it has), `X-Keep` that it may lie on this device until
then (Visit.keep_offline). Only the newest of a timeline, of the notifications and of a thread do, and nothing
direct.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec
from starlette.responses import Response

from officetalk.core.translation import N_, _, spoken
from officetalk.web.icons import asset, built, manifest
from officetalk.web.page import page
from officetalk.web.visit import Visit

PAPER = "#f1f5f3"  # --paper of assets/css/tokens.css
GROUND = "#004c45"  # of the mark
_LATIN = "hanken-grotesk-latin-wght-normal.woff2"  # what every language needs; other scripts come when they are used

_SHORTCUTS = (
    (N_("Write a post"), "/compose"),
    (N_("Notifications"), "/notifications"),
    (N_("Search"), "/search"),
)


def _icon(name: str, pixels: int, purpose: str = "any") -> dict[str, str]:
    return {"src": asset(name), "sizes": f"{pixels}x{pixels}", "type": "image/png", "purpose": purpose}


def _manifest(company: str) -> dict[str, Any]:
    """The web app manifest (W3C), in the spoken language."""
    language = spoken()
    return {
        "id": "/",
        "name": f"{company} · OfficeTalk" if company else "OfficeTalk",
        "short_name": company if 0 < len(company) <= 12 else "OfficeTalk",
        "description": _("What your colleagues are working on"),
        "lang": language.code,
        "dir": language.direction,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "categories": ["business", "social"],
        "icons": [
            _icon("icon-192.png", 192),
            _icon("icon-512.png", 512),
            _icon("icon-maskable-512.png", 512, "maskable"),
        ],
        "shortcuts": [
            {"name": _(words), "url": path, "icons": [_icon("icon-192.png", 192)]}
            for words, path in _SHORTCUTS
        ],
        "share_target": {
            "action": "/compose",
            "method": "GET",
            "params": {"title": "title", "text": "text", "url": "url"},
        },
    }


@page("/manifest.webmanifest", public=True)
async def web_app_manifest(visit: Visit) -> Response:
    return Response(
        msgspec.json.encode(_manifest(visit.company.name)),
        media_type="application/manifest+json",
        headers={"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"},
    )


@lru_cache(maxsize=1)
def _worker() -> bytes:
    """The service worker, with what belongs to this version before it: any change of that is a new version."""
    files = [
        name
        for logical, name in sorted(manifest().items())
        if logical == _LATIN or (logical.endswith((".js", ".css", ".svg")) and logical != "sw.js")
    ]
    assets = [f"/static/{name}" for name in files]
    told = {
        "version": f"{manifest()['app.js']} {manifest()['app.css']}",
        "assets": assets,
        "icon": asset("icon-192.png"),
        "badge": asset("icon-badge-96.png"),
    }
    return b"self.OFFICETALK=" + msgspec.json.encode(told) + b";\n" + built(manifest()["sw.js"])


@page("/sw.js", public=True)
async def service_worker(_visit: Visit) -> Response:
    return Response(
        _worker(),
        media_type="text/javascript",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"},
    )


@page("/offline")
async def offline(visit: Visit) -> Response:
    """What the worker shows in the place of a page that it does not have."""
    visit.keep_offline()
    return visit.render("offline.html")

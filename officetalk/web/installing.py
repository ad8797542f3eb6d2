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

from officetalk.company.settings import Company
from officetalk.core.translation import N_, _, spoken
from officetalk.web.icons import asset, built, manifest
from officetalk.web.look import logo_path, style_sheet
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


def _icons(company: Company) -> list[dict[str, str]]:
    """The company's logo, else OfficeTalk's mark."""
    if company.logo:
        found = [
            (logo_path(company, "192"), 192, "any"),
            (logo_path(company, "512"), 512, "any"),
            (logo_path(company, "maskable"), 512, "maskable"),
        ]
    else:
        found = [
            (asset("icon-192.png"), 192, "any"),
            (asset("icon-512.png"), 512, "any"),
            (asset("icon-maskable-512.png"), 512, "maskable"),
        ]
    return [
        {"src": path, "sizes": f"{pixels}x{pixels}", "type": "image/png", "purpose": purpose}
        for path, pixels, purpose in found
    ]


def _manifest(chosen: Company) -> dict[str, Any]:
    """The web app manifest (W3C), in the spoken language."""
    language, company, icons = spoken(), chosen.name, _icons(chosen)
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
        "icons": icons,
        "shortcuts": [{"name": _(words), "url": path, "icons": icons[:1]} for words, path in _SHORTCUTS],
        "share_target": {
            "action": "/compose",
            "method": "GET",
            "params": {"title": "title", "text": "text", "url": "url"},
        },
    }


@page("/manifest.webmanifest", public=True)
async def web_app_manifest(visit: Visit) -> Response:
    return Response(
        msgspec.json.encode(_manifest(visit.company)),
        media_type="application/manifest+json",
        headers={"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"},
    )


@lru_cache(maxsize=4)
def _worker(style: str, icon: str) -> bytes:
    """The service worker, with what belongs to this version before it: any change of that is a new version.
    `style`: the path of the style sheet; `icon`: of the picture beside what it tells."""
    files = [
        name
        for logical, name in sorted(manifest().items())
        if logical == _LATIN or (logical.endswith((".js", ".svg")) and logical != "sw.js")
    ]
    assets = [style, *(f"/static/{name}" for name in files)]
    told = {
        "version": f"{manifest()['app.js']} {style}",
        "assets": assets,
        "icon": icon,
        "badge": asset("icon-badge-96.png"),
    }
    return b"self.OFFICETALK=" + msgspec.json.encode(told) + b";\n" + built(manifest()["sw.js"])


@page("/sw.js", public=True)
async def service_worker(visit: Visit) -> Response:
    company = visit.company
    return Response(
        _worker(style_sheet(company), logo_path(company, "192") or asset("icon-192.png")),
        media_type="text/javascript",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"},
    )


@page("/offline")
async def offline(visit: Visit) -> Response:
    """What the worker shows in the place of a page that it does not have."""
    visit.keep_offline()
    return visit.render("offline.html")

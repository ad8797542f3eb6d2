"""One's actions in a calendar, by an address with a secret in it: calendars cannot sign in. RFC 5545."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from starlette.responses import Response

from officetalk.accounts import profile
from officetalk.accounts import queries as accounts
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.ids import time_of
from officetalk.groups import queries as groups
from officetalk.projects import actions
from officetalk.projects.entities import Action
from officetalk.web.door import address
from officetalk.web.page import page
from officetalk.web.visit import Visit

_FOLD = 74  # octets of a line, without its end


def calendar_path(account_id: int, key: str, handle: str = "") -> str:
    """The address of somebody's calendar, or of that of a group as they may read it; empty without a key."""
    return f"/calendar/{account_id}/{key}/{handle or 'mine'}.ics" if key else ""


def _entries(conn: Connection, account_id: int, key: str, handle: str) -> list[Action]:
    """NotFound for a wrong key as for a group that is not there for them."""
    account = accounts.visible(conn, account_id).account
    kept = accounts.preferences(conn, account_id).calendar_key
    if account.state != "active" or not kept or not hmac.compare_digest(kept.encode(), key.encode()):
        raise NotFound
    if handle == "mine":
        return actions.mine(conn, account_id)
    group = groups.by_handle(conn, account_id, handle)
    if not group.role:
        raise NotFound
    return actions.of_group(conn, group)[0]


# Public as declared: the key in the address says who it is.
@page("/calendar/{id:int}/{key}/{handle}.ics", public=True)
async def calendar(visit: Visit) -> Response:
    visit.services.limits.hit("anonymous", address(visit))
    id, handle = visit.path_id, visit.path["handle"]
    found = await visit.read(_entries, id, visit.path["key"], handle)
    settings = visit.services.settings
    name = visit.company.name if handle == "mine" else f"{visit.company.name}: {handle}"
    body = ics(found, name, settings.domain, settings.origin)
    visit.whose = ""
    return Response(body, media_type="text/calendar", headers={"Cache-Control": "private, no-cache"})


@page("/actions/calendar", ("POST",))
async def renew_calendar(visit: Visit) -> Response:
    """A new secret; the address of before leads nowhere from now on. `act=end`: none."""
    key = "" if visit.text("act") == "end" else secrets.token_urlsafe(24)
    await visit.write(profile.update_preferences, visit.me.id, calendar_key=key)
    return visit.redirect("/actions", "saved")


def ics(found: Iterable[Action], name: str, domain: str, origin: str) -> str:
    """A calendar with a whole-day event for every action that has a day."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//OfficeTalk//Actions//EN",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for one in found:
        if one.due_on is None:
            continue
        made = datetime.fromtimestamp(time_of(one.id) / 1000, UTC)
        lines += [
            "BEGIN:VEVENT",
            f"UID:action-{one.id}@{domain}",
            f"DTSTAMP:{made:%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{one.due_on:%Y%m%d}",
            f"DTEND;VALUE=DATE:{one.due_on + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_text(one.text)}",
            f"URL:{origin}/actions",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) for line in lines)


def _text(text: str) -> str:
    """Section 3.3.11: what has a meaning is escaped."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Section 3.1: lines of at most 75 octets, cut between signs, ended by CR LF."""
    parts, part = [], b""
    for sign in line:
        octets = sign.encode()
        if len(part) + len(octets) > _FOLD:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]).decode() + "\r\n"

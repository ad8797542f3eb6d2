"""What is announced, above home: read, reacted to, put away."""

from __future__ import annotations

import msgspec
from markupsafe import Markup
from starlette.responses import Response

from officetalk.announcements import queries, react
from officetalk.announcements.entities import Shown
from officetalk.core.errors import NotFound
from officetalk.posts.text import to_web_html
from officetalk.web.cards import tag_path
from officetalk.web.page import page
from officetalk.web.visit import Visit

OFFERED = ("👍", "🎉", "❤️", "👀")  # reactions that are one click away


class Announced(msgspec.Struct, frozen=True):
    """An announcement as home shows it. `when`: when it takes place, in words; `offered`: what nobody has
    reacted with yet."""

    shown: Shown
    body: Markup
    when: str
    offered: tuple[str, ...]

    @property
    def id(self) -> int:
        return self.shown.announcement.id


def announced(visit: Visit, found: list[Shown]) -> list[Announced]:
    return [_announced(visit, one) for one in found]


def _announced(visit: Visit, one: Shown) -> Announced:
    a, clock = one.announcement, visit.clockface
    names = {name.lower(): (name, f"/@{name}") for _id, name in a.recognised.mentions}
    body = Markup(to_web_html(a.text, names, tag_path, lambda url: url, visit.me.username))
    write = clock.date if a.all_day else clock.full
    when = " – ".join(write(at) for at in (a.starts_at, a.ends_at) if at)
    used = {reaction.name for reaction in one.reactions}
    return Announced(one, body, when, tuple(name for name in OFFERED if name not in used))


@page("/announcements/{id:int}", ("POST",))
async def act(visit: Visit) -> Response:
    """Put it away, react to it, or take a reaction back."""
    me, id, name = visit.me.id, visit.path_id, visit.text("name")[:64]
    verb = visit.text("act")
    if verb == "dismiss":
        await visit.write(react.dismiss, me, id)
        if visit.fragment:
            return Response(media_type="text/html")
        return visit.back("/")
    if verb not in ("react", "unreact"):
        raise NotFound
    await visit.write(react.react if verb == "react" else react.unreact, me, id, name)
    if visit.fragment:
        shown = await visit.read(queries.one, me, id)
        return visit.render("fragments/announced.html", a=_announced(visit, shown))
    return visit.back("/", anchor=f"a{id}")

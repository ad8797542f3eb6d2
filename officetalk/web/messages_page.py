"""Direct conversations: the newest first, those with something new marked."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from officetalk.accounts.entities import Account
from officetalk.conversations import rules
from officetalk.conversations.entities import Conversation
from officetalk.core.translation import _
from officetalk.web import cards
from officetalk.web.page import page
from officetalk.web.thread_page import url_of
from officetalk.web.visit import PAGE, Visit


class Talk(msgspec.Struct, frozen=True):
    """A conversation as the page shows it."""

    conversation: Conversation
    names: str
    faces: tuple[Account, ...]
    card: cards.Card
    own: bool


def _talk(visit: Visit, one: Conversation) -> Talk:
    others = tuple(person.account for person in one.people if person.id != visit.me.id)
    names = ", ".join(account.name for account in others) or _("Only you")
    last = cards.card(one.last, visit.reader)
    return Talk(one, names, others[:3] or (visit.me,), last, one.last.author.id == visit.me.id)


@page("/messages")
async def messages_page(visit: Visit) -> Response:
    asked = visit.list_page()
    found = await visit.read(rules.conversations, visit.me.id, asked)
    return visit.render(
        "fragments/talks.html" if visit.fragment else "messages.html",
        talks=[_talk(visit, one) for one in found],
        older=f"/messages?{urlencode({'max_id': found[-1].last.id})}" if len(found) == PAGE else "",
    )


@page("/messages/{id:int}", ("POST",))
async def open_or_remove(visit: Visit) -> Response:
    """Open it, which marks it as read; or take it off the list until somebody says something."""
    if visit.text("act") == "remove":
        await visit.write(rules.put_away, visit.me.id, visit.path_id)
        return visit.redirect("/messages", "removed")
    found = await visit.write(rules.mark_read, visit.me.id, visit.path_id)
    return visit.redirect(url_of(found.last) + f"#p{found.last.id}")

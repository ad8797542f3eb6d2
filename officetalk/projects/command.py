"""`!action @maria by Friday` in a post to a group: an action for her, due then. What else the post says is what is to
be done; of an answer that says nothing else, what it answers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import regex

from officetalk.core.database import Connection
from officetalk.core.errors import Problem
from officetalk.groups import members
from officetalk.groups import queries as groups
from officetalk.posts import queries as posts
from officetalk.posts.entities import Content
from officetalk.projects import actions
from officetalk.projects.entities import MAX_TEXT

_COMMAND = regex.compile(r"(?<!\S)!action\b", regex.IGNORECASE)
_NAME = regex.compile(r"(?<!\S)@([a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)", regex.IGNORECASE)
_BY = regex.compile(
    r"(?<!\S)by\s+(\d{4}-\d\d-\d\d|\p{L}+(?:\s+\d{1,2})?|\d{1,2}\.?\s+\p{L}+)(?=[\s.,;!?]|$)",
    regex.IGNORECASE,
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Asked(NamedTuple):
    """What a text asks for: the rest of its words, who is to do it, by when."""

    text: str
    name: str | None
    due_on: date | None


def read(text: str, today: date) -> Asked | None:
    """What `!action` asks for; None for a text without it."""
    command = _COMMAND.search(text)
    if command is None:
        return None
    before, rest = text[: command.start()], text[command.end() :]
    named = _NAME.search(rest)
    if named is not None:
        rest = rest[: named.start()] + rest[named.end() :]
    due_on = None
    for found in _BY.finditer(rest):
        due_on = day(found[1], today)
        if due_on is not None:
            rest = rest[: found.start()] + rest[found.end() :]
            break
    words = " ".join(f"{before} {rest}".split()).strip(" :,;-")
    return Asked(words[:MAX_TEXT], named[1] if named else None, due_on)


def day(words: str, today: date) -> date | None:
    """`tomorrow`, `Friday` (the next one that comes), `2026-11-27`, `27 Nov`, `Nov 27`."""
    words = words.lower().replace(".", "")
    if words in ("today", "tomorrow"):
        return today + timedelta(days=words == "tomorrow")
    if words in _WEEKDAYS:
        ahead = (_WEEKDAYS.index(words) - today.weekday()) % 7
        return today + timedelta(days=ahead or 7)
    try:
        return date.fromisoformat(words)
    except ValueError:
        return _day_and_month(words.split(), today)


def _day_and_month(parts: list[str], today: date) -> date | None:
    numbers = [part for part in parts if part.isdigit()]
    names = [part[:3] for part in parts if part[:3] in _MONTHS]
    if len(parts) != 2 or len(numbers) != 1 or len(names) != 1:
        return None
    try:
        found = date(today.year, _MONTHS.index(names[0]) + 1, int(numbers[0]))
        return found if found >= today else found.replace(year=today.year + 1)
    except ValueError:
        return None


def written(conn: Connection, content: Content) -> None:
    """Called for every post that is published or edited: see posts/hooks.py. What cannot be an action is said and
    nothing more."""
    if content.audience != "group" or content.edited_at is not None or "!" not in content.text:
        return
    asked = read(content.text, datetime.fromtimestamp(conn.now / 1000, UTC).date())
    if asked is None:
        return
    group = groups.get(conn, content.author_id, content.audience_of)
    if not group.board or not group.writable:
        return
    text, post_id = asked.text, content.id
    if not text and content.parent_id is not None:
        post_id = content.parent_id
        text = posts.get(conn, content.author_id, post_id).content.text[:MAX_TEXT]
    try:
        actions.give(
            conn, content.author_id, group.id, text,
            assignee=_member(conn, content, asked.name, group.id), due_on=asked.due_on, post_id=post_id,
        )  # fmt: skip
    except Problem:
        return


def _member(conn: Connection, content: Content, name: str | None, group_id: int) -> int | None:
    """Who is named, if a member."""
    for id, username in content.recognised.mentions:
        if name is not None and username.lower() == name.lower() and members.role_of(conn, id, group_id):
            return id
    return None

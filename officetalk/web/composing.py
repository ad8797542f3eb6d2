"""The composer: what stands in it, where it is sent, who can see what it says."""

from __future__ import annotations

import msgspec

from officetalk.accounts.entities import Audience
from officetalk.posts.entities import Content, Post
from officetalk.posts.text import count_characters
from officetalk.web.cards import AUDIENCES
from officetalk.web.visit import Visit

_WIDTH = {"direct": 0, "followers": 1, "quiet": 2, "company": 3}


class Choice(msgspec.Struct, frozen=True):
    """An audience in the menu, with how far it reaches."""

    value: str
    icon: str
    name: str
    reach: str


class Composing(msgspec.Struct, frozen=True, kw_only=True):
    """A composer as the page shows it. `key` makes its ids unique on the page; `place` names the draft that
    the browser keeps; without `audiences` the audience is fixed, as `fixed_words` say."""

    key: str
    action: str
    label: str
    verb: str
    limit: int
    place: str
    text: str = ""
    audience: str = "company"
    audiences: tuple[Choice, ...] = ()
    fixed_icon: str = "building-2"
    fixed_words: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    error: str = ""

    @property
    def left(self) -> int:
        """Characters that are still free; negative when there are too many."""
        return self.limit - count_characters(self.text.strip())


def _choices(visit: Visit, widest: Audience, people: int | None) -> tuple[Choice, ...]:
    everyone = f"Everyone at {visit.company.name}" + (f", {people:,} people" if people else "")
    reach = {
        "company": everyone,
        "quiet": f"{everyone}, but not in the company feed",
        "followers": "The people who follow you",
        "direct": "Only the people you mention",
    }
    return tuple(
        Choice(value, icon, name, reach[value])
        for value, (icon, name, _) in AUDIENCES.items()
        if _WIDTH[value] <= _WIDTH[widest]
    )


def new_post(
    visit: Visit,
    *,
    key: str = "new",
    people: int | None = None,
    text: str = "",
    audience: str = "",
    error: str = "",
) -> Composing:
    """To say something new. `people` is how many the company has, when it is known."""
    return Composing(
        key=key,
        action="/posts",
        label="What are you working on?",
        verb="Post",
        limit=visit.company.character_limit,
        place="new",
        text=text,
        audience=audience if audience in AUDIENCES else visit.me_as_viewer.preferences.audience,
        audiences=_choices(visit, "company", people),
        error=error,
        hidden=(("key", key),),
    )


def comment(
    visit: Visit, parent: Post, *, key: str = "comment", text: str = "", audience: str = "", error: str = ""
) -> Composing:
    """To answer a post: no further than it reaches itself."""
    content = parent.shown.content
    author = parent.shown.author
    mine = author.id == visit.me.id
    wanted = audience if audience in AUDIENCES else content.audience
    chosen = min(wanted, content.audience, key=_WIDTH.__getitem__)
    fixed_icon, name, _ = AUDIENCES[content.audience]
    return Composing(
        key=key,
        action="/posts",
        label="Go on" if mine else f"Answer {author.name}",
        verb="Comment",
        limit=visit.company.character_limit,
        place=f"comment-{content.id}",
        text=text or _addressed(visit, parent.shown),
        audience=chosen,
        audiences=_choices(visit, content.audience, None) if content.audience != "direct" else (),
        fixed_icon=fixed_icon,
        fixed_words=name,
        error=error,
        hidden=(("parent", str(content.id)), ("key", key)),
    )


def _addressed(visit: Visit, parent: Post) -> str:
    """A direct post reaches whom it mentions, so an answer begins with all who were in it."""
    if parent.content.audience != "direct":
        return ""
    names = [parent.author.username, *(name for _, name in parent.content.recognised.mentions)]
    return "".join(f"@{name} " for name in dict.fromkeys(names) if name != visit.me.username)


def change(
    visit: Visit, content: Content, url: str, *, text: str | None = None, error: str = ""
) -> Composing:
    """To say it better. Whom it reaches does not change."""
    icon, name, _ = AUDIENCES[content.audience]
    return Composing(
        key="edit",
        action=f"/posts/{content.id}/edit",
        label="What you wanted to say",
        verb="Save",
        limit=visit.company.character_limit,
        place=f"edit-{content.id}",
        text=content.text if text is None else text,
        fixed_icon=icon,
        fixed_words=name,
        error=error,
    )

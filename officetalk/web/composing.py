"""The composer: what stands in it, where it is sent, who can see what it says, what hangs on it."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

import msgspec

from officetalk.accounts.entities import Audience
from officetalk.core.cache import Cache
from officetalk.core.translation import N_, _, ngettext, pgettext, spoken
from officetalk.groups.entities import Group
from officetalk.media.entities import Attachment
from officetalk.posts.entities import Content, Post
from officetalk.posts.text import count_characters
from officetalk.web.cards import AUDIENCES, Card
from officetalk.web.choices import languages
from officetalk.web.visit import Visit

_WIDTH = {"direct": 0, "group": 1, "followers": 1, "quiet": 2, "company": 3}
GROUP = "group:"  # with the id: a group as the audience
_GROUPS = 30  # in the menu of audiences; the others are posted to from their page
POLL_OPTIONS = 4  # fields of a poll; apps may send more
# How long a poll lasts, in seconds.
LASTING = (
    (300, N_("5 minutes")),
    (1800, N_("30 minutes")),
    (3600, N_("1 hour")),
    (6 * 3600, N_("6 hours")),
    (24 * 3600, N_("1 day")),
    (3 * 24 * 3600, N_("3 days")),
    (7 * 24 * 3600, N_("7 days")),
)
POLICIES = (
    ("public", N_("Everyone may quote it")),
    ("followers", N_("Followers may quote it")),
    ("nobody", N_("Nobody may quote it")),
)


class Choice(msgspec.Struct, frozen=True):
    """An audience in the menu, with how far it reaches."""

    value: str
    icon: str
    name: str
    reach: str


class Picture(msgspec.Struct, frozen=True):
    """An upload in the composer. `preview` is the address of its picture, empty where it has none (yet)."""

    id: int
    kind: str
    preview: str
    description: str
    focus: str  # "0.5,-0.3"
    ready: bool


class Extras(msgspec.Struct, frozen=True, kw_only=True):
    """What can hang on a post, as it was chosen so far. `at`: local date and time, as the field has it."""

    media: tuple[Picture, ...] = ()
    sensitive: bool = False
    poll: bool = False
    options: tuple[str, ...] = ()
    lasting: int = 24 * 3600
    multiple: bool = False
    hide: bool = False
    warn: bool = False
    spoiler: str = ""
    later: bool = False
    at: str = ""
    language: str = ""
    policy: str = "public"


class Composing(msgspec.Struct, frozen=True, kw_only=True):
    """A composer as the page shows it. `key` makes its ids unique on the page; `place` names the draft that
    the browser keeps; without `audiences` the audience is fixed, as `fixed_words` say. `once`: what makes
    sending it again harmless. `schedules`: whether it can be said later."""

    key: str
    action: str
    label: str
    verb: str
    limit: int
    place: str
    once: str
    extras: Extras
    text: str = ""
    audience: str = "company"
    audiences: tuple[Choice, ...] = ()
    fixed_icon: str = "building-2"
    fixed_words: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    error: str = ""
    quoted: Card | None = None
    schedules: bool = True
    asks: bool = True  # whether it can have a poll
    earliest: str = ""
    accepts: str = ""
    languages: tuple[tuple[str, str], ...] = ()

    @property
    def left(self) -> int:
        """Characters that are still free; negative when there are too many."""
        return self.limit - count_characters(
            self.text.strip(), self.extras.spoiler if self.extras.warn else ""
        )

    @property
    def options(self) -> tuple[str, ...]:
        given = self.extras.options
        return (*given, *[""] * (POLL_OPTIONS - len(given)))

    @property
    def lastings(self) -> list[tuple[int, str]]:
        return [(seconds, _(words)) for seconds, words in LASTING]

    @property
    def policies(self) -> list[tuple[str, str]]:
        return [(value, _(words)) for value, words in POLICIES]


def pictures(visit: Visit, media: tuple[Attachment, ...], ready: bool = True) -> tuple[Picture, ...]:
    """Uploads as the composer shows them."""
    return tuple(
        Picture(
            id=one.id,
            kind=one.kind,
            preview=visit.reader.address_of(one.preview or one.file) if ready and (one.preview or one.kind == "image") else "",
            description=one.description,
            focus=f"{one.focus[0]:g},{one.focus[1]:g}",
            ready=ready,
        )
        for one in media
    )  # fmt: skip


def _choices(visit: Visit, widest: Audience, people: int | None) -> tuple[Choice, ...]:
    company = visit.company.name
    everyone = (
        ngettext(
            "Everyone at %(company)s, %(count)s person", "Everyone at %(company)s, %(count)s people",
            people, company=company,
        )
        if people
        else _("Everyone at %(company)s", company=company)
    )  # fmt: skip
    reach = {
        "company": everyone,
        "quiet": _("%(everyone)s, but not in the company feed", everyone=everyone),
        "followers": _("The people who follow you"),
        "direct": _("Only the people you mention"),
    }
    return tuple(
        Choice(value, icon, _(name), reach[value])
        for value, (icon, name, _words) in AUDIENCES.items()
        if value in reach and _WIDTH[value] <= _WIDTH[widest]
    )


def _with_groups(visit: Visit, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """The audiences, and the groups that one is in."""
    return choices + tuple(
        Choice(f"{GROUP}{place.id}", "hash", place.name, _("The members of the group"))
        for place in visit.groups[:_GROUPS]
    )


def _chosen(visit: Visit, audience: str) -> str:
    """The audience that was chosen before, if it is still to be had; else the usual one."""
    mine = {f"{GROUP}{place.id}" for place in visit.groups}
    known = audience in mine or (audience in AUDIENCES and audience != "group")
    return audience if known else visit.me_as_viewer.preferences.audience


def _earliest(visit: Visit) -> str:
    """Now, as a field for date and time wants it."""
    return visit.clockface.now.isoformat()[:16]


def _common(visit: Visit, extras: Extras | None, once: str) -> dict[str, object]:
    preferences = visit.me_as_viewer.preferences
    return {
        "limit": visit.company.character_limit,
        "once": once or secrets.token_hex(8),
        "extras": extras
        or Extras(
            language=preferences.language, policy=preferences.quote_policy, sensitive=preferences.sensitive
        ),
        "earliest": _earliest(visit),
        "accepts": ",".join(visit.services.media.mime_types),
        "languages": languages(preferences.language, _("Language of the post")),
    }


def new_post(
    visit: Visit,
    *,
    key: str = "new",
    people: int | None = None,
    text: str = "",
    audience: str = "",
    error: str = "",
    extras: Extras | None = None,
    quoted: Card | None = None,
    once: str = "",
) -> Composing:
    """To say something new. `people` is how many the company has, when it is known."""
    if not (text or audience or error or extras or quoted or once):
        return _blank_post(visit, key, people)
    hidden = [("key", key)]
    if quoted is not None:
        hidden.append(("quote", str(quoted.shown.id)))
    common: dict = _common(visit, extras, once)
    return Composing(
        key=key,
        action="/posts",
        label=_("What do you say to it?") if quoted else _("What are you working on?"),
        verb=pgettext("button", "Post"),
        place=f"quote-{quoted.shown.id}" if quoted else "new",
        text=text,
        audience=_chosen(visit, audience),
        audiences=_with_groups(visit, _choices(visit, "company", people)),
        error=error,
        hidden=tuple(hidden),
        quoted=quoted,
        asks=quoted is None,
        **common,
    )


_blanks: Cache[tuple[Any, ...], Composing] = Cache(1_024)


def _blank_post(visit: Visit, key: str, people: int | None) -> Composing:
    """A composer in which nothing stands yet: made once for what its reader has chosen."""
    company, preferences = visit.company, visit.me_as_viewer.preferences
    alike = (
        spoken().code, key, people, preferences, visit.groups, company.name, company.character_limit,
        visit.services.media,
    )  # fmt: skip
    now = {"once": secrets.token_hex(8), "earliest": _earliest(visit)}
    known = _blanks.get(alike)
    if known is not None:
        return msgspec.structs.replace(known, **now)
    common: dict = _common(visit, None, "")
    made = Composing(
        key=key,
        action="/posts",
        label=_("What are you working on?"),
        verb=pgettext("button", "Post"),
        place="new",
        audience=preferences.audience,
        audiences=_with_groups(visit, _choices(visit, "company", people)),
        hidden=(("key", key),),
        **common,
    )
    _blanks.put(alike, made)
    return made


def for_group(visit: Visit, group: Group) -> Composing:
    """To begin a conversation in a group."""
    common: dict = _common(visit, None, "")
    value = f"{GROUP}{group.id}"
    return Composing(
        key="group",
        action="/posts",
        label=_("Tell %(group)s", group=group.account.name),
        verb=pgettext("button", "Post"),
        place=f"group-{group.id}",
        audience=value,
        fixed_icon="hash",
        fixed_words=group.account.name,
        hidden=(("key", "group"), ("audience", value)),
        **common,
    )


def comment(
    visit: Visit,
    parent: Post,
    *,
    key: str = "comment",
    text: str = "",
    audience: str = "",
    error: str = "",
    extras: Extras | None = None,
    once: str = "",
) -> Composing:
    """To answer a post: no further than it reaches itself."""
    content = parent.shown.content
    author = parent.shown.author
    mine = author.id == visit.me.id
    wanted = audience if audience in AUDIENCES else content.audience
    chosen = min(wanted, content.audience, key=_WIDTH.__getitem__)
    fixed_icon, name, _words = AUDIENCES[content.audience]
    common: dict = _common(visit, extras, once)
    return Composing(
        key=key,
        action="/posts",
        label=_("Go on") if mine else _("Answer %(name)s", name=author.name),
        verb=_("Comment"),
        place=f"comment-{content.id}",
        text=text or _addressed(visit, parent.shown),
        audience=chosen,
        audiences=_choices(visit, content.audience, None)
        if content.audience not in ("direct", "group")
        else (),
        fixed_icon=fixed_icon,
        fixed_words=_(name),
        error=error,
        hidden=(("parent", str(content.id)), ("key", key)),
        **common,
    )


def _addressed(visit: Visit, parent: Post) -> str:
    """A direct post reaches whom it mentions, so an answer begins with all who were in it."""
    if parent.content.audience != "direct":
        return ""
    names = [parent.author.username, *(name for _id, name in parent.content.recognised.mentions)]
    return "".join(f"@{name} " for name in dict.fromkeys(names) if name != visit.me.username)


def change(
    visit: Visit,
    content: Content,
    url: str,
    *,
    text: str | None = None,
    error: str = "",
    extras: Extras | None = None,
    left: int | None = None,
) -> Composing:
    """To say it better. Whom it reaches does not change. `left`: how long its poll still lasts (seconds)."""
    icon, name, _words = AUDIENCES[content.audience]
    common: dict = _common(visit, extras or _extras_of(visit, content, left), "")
    return Composing(
        key="edit",
        action=f"/posts/{content.id}/edit",
        label=_("What you wanted to say"),
        verb=_("Save"),
        place=f"edit-{content.id}",
        text=content.text if text is None else text,
        fixed_icon=icon,
        fixed_words=_(name),
        error=error,
        schedules=False,
        asks=content.quote_of_id is None,
        **common,
    )


def _extras_of(visit: Visit, content: Content, left: int | None) -> Extras:
    poll = content.attached.poll
    return Extras(
        media=pictures(visit, content.attached.media),
        sensitive=content.sensitive,
        poll=poll is not None,
        options=poll.options if poll else (),
        lasting=left or 24 * 3600,
        multiple=bool(poll and poll.multiple),
        hide=bool(poll and poll.hide_totals),
        warn=bool(content.spoiler),
        spoiler=content.spoiler,
        language=content.language,
        policy=content.quote_policy,
    )


def local_time(visit: Visit, text: str) -> int | None:
    """The moment (ms) of a local date and time as the field sends it; None for what is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int(at.replace(tzinfo=visit.clockface.zone).timestamp() * 1000) if at.tzinfo is None else None

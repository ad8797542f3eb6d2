"""`/dev/components`: every component in all its states, for those who change them. Only with the setting
`development`; tests compare pictures of it. What it shows is made up here and is in no database."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from starlette.responses import Response

from officetalk.accounts.entities import Account, Audience, Counts, Person, Relationship
from officetalk.core.errors import Invalid, NotFound
from officetalk.filters.entities import Filter, Match
from officetalk.links.entities import Card as LinkCard
from officetalk.media.entities import Attachment
from officetalk.posts.entities import Attached, Content, Poll, Post, Quote, Recognised, Tally
from officetalk.web.cards import Card, card, parts
from officetalk.web.composing import Choice, Composing, Extras
from officetalk.web.forms import Form
from officetalk.web.icons import asset
from officetalk.web.page import page
from officetalk.web.readers import Reader
from officetalk.web.time import Clockface
from officetalk.web.visit import Visit

_NOW = int(datetime(2026, 11, 24, 14, 30, tzinfo=UTC).timestamp() * 1000)
_HOUR = 3_600_000
_LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


def _person(id: int, username: str, name: str, title: str = "", department: str = "") -> Account:
    return Account(
        id=id, revision=1, username=username, display_name=name, bio="", job_title=title, department=department,
        location="Trondheim", manager_id=None, pronouns="", time_zone="UTC", language="en", fields=(), avatar=None,
        header=None, bot=False, locked=False, role="member", state="active",
    )  # fmt: skip


_INGRID = _person(1, "ingrid", "Ingrid Solheim", "Engineer", "Sensors")
_TOMASZ = _person(2, "tomasz", "Tomasz Wieczorek", "Technician", "Service")
_LONG = _person(
    3, "maximiliane", "Maximiliane-Antoinette von Hohenstein-Wittelsbach zu Schwarzenberg", "Deputy head of " + _LONG_WORD,
    "Strategic procurement and supplier relations",
)  # fmt: skip
_LAYLA = _person(4, "layla", "ليلى حداد", "مهندسة", "المختبر")


class Shown(msgspec.Struct, frozen=True):
    """A card and the state that it shows."""

    words: str
    card: Card
    variant: str = "list"


class _Maker:
    """Makes posts one after another, each an hour older than the one before."""

    def __init__(self) -> None:
        self._count = 0

    def content(
        self,
        text: str,
        author: Account = _TOMASZ,
        *,
        audience: Audience = "company",
        spoiler: str = "",
        sensitive: bool = False,
        edited: bool = False,
        language: str = "en",
        attached: Attached | None = None,
        recognised: Recognised | None = None,
        parent: int | None = None,
        quote: int | None = None,
    ) -> Content:
        self._count += 1
        at = _NOW - self._count * _HOUR
        id = at << 16
        return Content(
            id=id, revision=1, author_id=author.id, audience=audience, audience_of=author.id, text=text, spoiler=spoiler,
            sensitive=sensitive, language=language, parent_id=parent, parent_author_id=_INGRID.id if parent else None,
            conversation_id=id, repost_of_id=None, app=None, recognised=recognised or Recognised(),
            edited_at=at + 60_000 if edited else None, attached=attached or Attached(), quote_of_id=quote,
            quote_state="accepted" if quote else "", quote_policy="public",
        )  # fmt: skip


def _picture(id: int, description: str = "") -> Attachment:
    return Attachment(id, "image", "icon", "icon", 512, 512, 512, 512, description=description)


def _cards(reader: Reader) -> list[Shown]:
    make = _Maker()

    def of(
        words: str, content: Content, author: Account = _TOMASZ, variant: str = "list", **state: object
    ) -> Shown:
        post = Post(content=content, author=author, author_counts=Counts(), viewer_id=_INGRID.id)
        return Shown(
            words, card(msgspec.structs.replace(post, **state), reader, {_INGRID.id: _INGRID}), variant
        )

    ended = Poll(("Monday", "Tuesday", "Either of the two"), ends_at=_NOW - _HOUR)
    running = Poll(("Monday", "Tuesday", "Either of the two"), ends_at=_NOW + 5 * _HOUR)
    link = LinkCard(
        "https://example.com/a",
        "How seals age in brackish water",
        "Results of 14 months.",
        provider="Example",
    )
    quoted = Post(
        content=make.content("The seal kit is part 70-114."), author=_INGRID, author_counts=Counts()
    )
    named = Recognised(mentions=((1, "ingrid"),), hashtags=("sensors",))
    pictures = [_picture(n, "The TL-90 on the test bench" if n == 1 else "") for n in range(1, 5)]
    hidden = Match(Filter(1, "Football", ("home",), "warn", None), ("football",), ())
    return [
        of("Plain", make.content("Has anyone tested the TL-90 in brackish water for a year?")),
        of("Names the reader, numbers", make.content("Thanks @ingrid, see #sensors", recognised=named),
           comments=3, reposts=12, likes=1048),
        of("Liked, reposted, kept, edited", make.content("Swap the seal at month 10.", edited=True),
           likes=9, reposts=1, liked=True, shared=True, bookmarked=True),
        of("Long words, long names", make.content(f"{_LONG_WORD} {_LONG_WORD.lower()}", _LONG), _LONG),
        of("From right to left", make.content("هل اختبر أحد الجهاز في الماء المالح؟", _LAYLA, language="ar"), _LAYLA),
        of("Direct", make.content("Between the two of us.", audience="direct")),
        of("A comment", make.content("Yes, 14 months.", parent=17)),
        of("Under a warning", make.content("It was the butler.", spoiler="How the film ends")),
        of("A filter of the reader's", make.content("What a football match!"), filtered=(hidden,)),
        of("One picture", make.content("The bench.", attached=Attached(media=tuple(pictures[:1])))),
        of("Three pictures", make.content("All of it.", attached=Attached(media=tuple(pictures[:3])))),
        of("Sensitive pictures", make.content("Careful.", sensitive=True, attached=Attached(media=tuple(pictures[:2])))),
        of("The card of a link", make.content("Read this: example.com/a", attached=Attached(card=link))),
        of("A poll to vote in", make.content("When?", attached=Attached(poll=running)), tally=Tally(4, (1, 2, 1))),
        of("A poll that has ended", make.content("When, then?", attached=Attached(poll=ended)),
           tally=Tally(9, (2, 6, 1), (1,), ended=True)),
        of("A quote", make.content("This is how.", quote=quoted.id), quote=Quote("accepted", quoted)),
        of("A quote that is gone", make.content("This was how.", quote=quoted.id), quote=Quote("deleted")),
        of("Pinned", make.content("Read me first."), variant="pinned"),
        of("A comment in a thread", make.content("How many do you need?"), variant="comment"),
    ]  # fmt: skip


def _composers() -> list[tuple[str, Composing]]:
    audiences = (
        Choice("company", "building-2", "Company", "Everyone at Aldermoor"),
        Choice("direct", "lock", "Direct", "Only the people you mention"),
    )

    def of(key: str, **state: object) -> Composing:
        blank = Composing(
            key=key, action="/posts", label="What are you working on?", verb="Post", limit=140, place=key, once="",
            extras=Extras(), audiences=audiences, earliest="2026-11-24T14:30", languages=(("", "Language of the post"),),
        )  # fmt: skip
        return msgspec.structs.replace(blank, **state)

    return [
        ("Blank", of("blank")),
        ("Nearly full", of("nearly", text="A" * 130)),
        ("Too long", of("over", text="B" * 150, error="The text is too long (maximum is 140 characters).")),
        ("A poll under a warning", of("poll", extras=Extras(poll=True, options=("Yes", "No"), warn=True, spoiler="Lunch"))),
        ("An answer", of("answer", audiences=(), fixed_words="Whoever can read the post", verb="Answer", asks=False)),
    ]  # fmt: skip


def _form() -> Form:
    form = Form({"name": "Aldermoor", "username": "two words"})
    form.refuse(Invalid("username", "may have letters, digits and _ . - only"))
    return form


@page("/dev/components")
async def gallery(visit: Visit) -> Response:
    if not visit.services.settings.development:
        raise NotFound
    clock = Clockface(UTC, _NOW)
    reader = msgspec.structs.replace(
        visit.reader,
        account=_INGRID,
        clock=clock,
        address_of=lambda _name: asset("icon-512.png"),
        context="home",
    )
    shown = _cards(reader)
    relations = [
        (_TOMASZ, Relationship(_TOMASZ.id)),
        (_LONG, Relationship(_LONG.id, following=True, followed_by=True)),
        (_LAYLA, Relationship(_LAYLA.id, requested=True)),
        (_INGRID, Relationship(_INGRID.id, blocking=True)),
    ]
    return visit.render(
        "gallery.html",
        shown=shown,
        timeline_parts=parts([one.card for one in shown[:3]], clock),
        read=shown[1].card.id,
        composers=_composers(),
        someone=_INGRID,
        relations=relations,
        people=[Person(account, Counts()) for account, _relation in relations],
        form=_form(),
    )

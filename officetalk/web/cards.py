"""Posts as the pages show them: what the post card prints, worked out here so that the template only
prints. What is the same for every reader of a revision is made once and kept with the content."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

import msgspec
from markupsafe import Markup, escape

from officetalk.accounts.entities import Account
from officetalk.accounts.queries import account_cache, by_ids
from officetalk.core.cache import Cache
from officetalk.core.database import Connection
from officetalk.core.translation import N_, _, spoken
from officetalk.posts.entities import Content, Post, Recognised
from officetalk.posts.grouping import group_handle
from officetalk.posts.text import to_web_html
from officetalk.posts.visibility import COMPANY_WIDE
from officetalk.web import attached
from officetalk.web.emoji_pictures import pictured
from officetalk.web.faces import Face, face
from officetalk.web.icons import icon
from officetalk.web.readers import Reader
from officetalk.web.time import Clockface

NOBODY: Mapping[int, Account] = {}

# Audience to icon, name in the menu, and who that is in words.
AUDIENCES = {
    "company": ("building-2", N_("Company"), N_("the company")),
    "quiet": ("moon", N_("Quiet"), N_("the company, but not in the company feed")),
    "followers": ("users", N_("Followers"), N_("followers")),
    "group": ("hash", N_("Group"), N_("the members of the group")),
    "direct": ("lock", N_("Direct"), N_("the people mentioned")),
}


class Card(msgspec.Struct, frozen=True, eq=False):
    """One post as it looks to one reader, or to all to whom it looks alike (see `_look`). `drawn` keeps its
    HTML by the variant."""

    post: Post
    content: Content
    face: Face
    body: Markup
    url: str
    time: Markup
    group: str  # the handle of the group that it is for; empty: for none
    audience_icon: Markup
    audience_words: str
    mine: bool
    can_repost: bool
    why: Markup | None
    media: Markup
    link: Markup
    poll: attached.PollView | None
    quote: Card | None
    no_quote: str
    warning: str  # of a filter of the reader's: what it is called
    hidden: bool  # by a filter
    drawn: dict[str, str] | None  # None: for this reader alone, not kept

    @property
    def id(self) -> int:
        return self.post.id

    @property
    def shown(self) -> Post:
        return self.post.shown


class Part(msgspec.Struct, frozen=True):
    """A stretch of a timeline: `label` ("This morning") is empty when it goes on from the page before."""

    key: str
    label: str
    written: str
    cards: list[Card]


def tag_path(name: str) -> str:
    return f"/tags/{quote(name, safe='')}"


def _body(content: Content, reader: Reader) -> Markup:
    """The text with its mentions, hashtags and links, marked where it names the reader; and with the pictures of
    the company's emoji."""
    return pictured(_written(content, reader.account), reader.emoji.found(content.text))


def _written(content: Content, viewer: Account) -> Markup:
    for_me = any(id == viewer.id for id, _ in content.recognised.mentions)
    if not for_me:
        made = content.rendered.get("web")
        if made is not None:
            return made
    html = Markup(body_html(content.text, content.recognised, viewer.username if for_me else None))
    if not for_me:
        content.rendered["web"] = html
    return html


def body_html(text: str, recognised: Recognised, viewer_name: str | None) -> str:
    """Inline HTML of a text with what was recognised in it (Recognised)."""
    mentions = {name.lower(): (name, f"/@{name}") for _, name in recognised.mentions}
    mentions |= {name.lower(): (name, f"/groups/{name}") for _, name in recognised.groups}
    codes = dict(recognised.links)
    return to_web_html(
        text, mentions, tag_path, lambda url: f"/l/{codes[url]}" if url in codes else url, viewer_name
    )


def _time(content: Content, url: str, clock: Clockface) -> Markup:
    """When it was said, with a link to the thread."""
    at = content.created_at
    return Markup(
        f'<a href="{escape(url)}" title="{clock.full(at)}">'
        f'<time datetime="{clock.stamp(at)}">{clock.short(at)}</time></a>'
    )


def _why(post: Post, viewer: Account, answered: Mapping[int, Account]) -> Markup | None:
    """The line above a card: who passed it on, or that it answers somebody."""
    code = spoken().code
    if post.reposted is not None:
        return _passed_on(code, post.author, post.author.id == viewer.id)
    content = post.content
    if content.parent_id is None:
        return None
    if content.parent_author_id == content.author_id:
        return _answers(code, content.parent_id, "itself")
    if content.parent_author_id == viewer.id:
        return _answers(code, content.parent_id, "viewer")
    return _answers(code, content.parent_id, answered.get(content.parent_author_id or 0))


# A page asks for the same lines over and over; an account is another one when its name has changed.
@lru_cache(maxsize=4_096)
def _passed_on(_code: str, by: Account, own: bool) -> Markup:
    who = Markup('<a href="{}"><bdi>{}</bdi></a>').format(face(by).path, by.name)
    words = _("You reposted") if own else _("%(name)s reposted")
    return icon("repeat-2") + Markup("<span>{}</span>").format(Markup(escape(words)) % {"name": who})


@lru_cache(maxsize=8_192)
def _answers(_code: str, parent_id: int, whom: Account | str | None) -> Markup:
    match whom:
        case "itself":
            words = escape(_("Continues a post"))
        case "viewer":
            words = escape(_("Answers you"))
        case Account():
            words = escape(_("Answers %(name)s")) % {"name": Markup("<bdi>{}</bdi>").format(whom.name)}
        case _other:
            words = escape(_("Answers a post"))
    link = Markup('<a href="/posts/{}">{}</a>').format(parent_id, words)
    return icon("message-circle") + Markup("<span>{}</span>").format(link)


# Most cards of a page differ from reader to reader in nothing, or in a button that is pressed: they are worked
# out and drawn once, and the second reader costs a look into this.
_cards: Cache[tuple[object, ...], Card] = Cache(8_192)  # of some 3 KB each, with their HTML


def _look(post: Post, reader: Reader, answered: Mapping[int, Account]) -> tuple | None:
    """All that the card depends on; None when it is for this reader alone: a poll, a quote, a mention of the
    reader, a filter."""
    shown = post.shown
    content = shown.content
    viewer_id = reader.account.id
    if shown.tally is not None or shown.quote is not None or shown.filtered or content.quote_of_id:
        return None
    for id, _name in content.recognised.mentions:
        if id == viewer_id:
            return None
    mine = content.author_id == viewer_id
    if post.reposted is not None:
        why: object = (post.author.id, post.author.revision, post.author.id == viewer_id)
    elif content.parent_id is None or content.parent_author_id == content.author_id:
        why = None
    elif content.parent_author_id == viewer_id:
        why = "viewer"
    else:
        whom = answered.get(content.parent_author_id or 0)
        why = whom and (whom.id, whom.revision)
    return (
        post.content.id, content.id, content.revision, shown.author.id, shown.author.revision, reader.clock.look, why, mine,
        mine and content.audience_of == viewer_id, shown.comments, shown.reposts, shown.likes, shown.shared,
        shown.liked, shown.bookmarked, ":" in content.text and reader.emoji.version,
    )  # fmt: skip


def card(post: Post, reader: Reader, answered: Mapping[int, Account] = NOBODY) -> Card:
    """What the card of `post` prints for its reader; `answered` as `people_answered` gives it."""
    look = _look(post, reader, answered)
    if look is None:
        return _card(post, reader, answered, None)
    made = _cards.get(look)
    if made is None:
        made = _card(post, reader, answered, {})
        _cards.put(look, made)
    return made


def _card(post: Post, reader: Reader, answered: Mapping[int, Account], drawn: dict[str, str] | None) -> Card:
    viewer, clock = reader.account, reader.clock
    shown = post.shown
    met = [m for m in shown.filtered if reader.context in m.filter.contexts]
    quoted = shown.quote.post if shown.quote is not None and shown.quote.state == "accepted" else None
    content = shown.content
    author = face(shown.author)
    url = f"{author.path}/{content.id}"
    mine = content.author_id == viewer.id
    icon_name, _name, words = AUDIENCES[content.audience]
    return Card(
        post=post,
        content=content,
        face=author,
        body=_body(content, reader),
        url=url,
        time=_time(content, url, clock),
        group=group_handle(content.recognised, content.audience_of),
        audience_icon=icon(icon_name),
        audience_words=_(words),
        mine=mine,
        can_repost=content.audience in COMPANY_WIDE
        or (content.audience == "followers" and mine and content.audience_of == viewer.id),
        why=_why(post, viewer, answered),
        media=attached.pictures(content, reader),
        link=attached.link_card(content),
        poll=attached.poll(shown, clock),
        quote=None if quoted is None else card(quoted, reader),
        no_quote=attached.why_no_quote(shown),
        warning=next((m.filter.title for m in met if m.filter.action != "hide"), ""),
        hidden=any(m.filter.action == "hide" for m in met),
        drawn=drawn,
    )


def cards(posts: list[Post], reader: Reader, answered: Mapping[int, Account] = NOBODY) -> list[Card]:
    made = [card(post, reader, answered) for post in posts]
    return [one for one in made if one.mine or not one.hidden]


def people_answered(conn: Connection, posts: list[Post]) -> dict[int, Account]:
    """The authors of what these posts answer, by id: from the cache, or all that are missing by one
    statement."""
    wanted = {
        c.parent_author_id
        for c in (p.content for p in posts)
        if c.parent_author_id not in (None, c.author_id)
    }
    known = {id: account for id in wanted if id and (account := account_cache(conn).get(id))}
    missing = [id for id in wanted if id and id not in known]
    if missing:
        known.update((person.id, person.account) for person in by_ids(conn, missing))
    return known


def parts(cards: list[Card], clock: Clockface, above: int | None = None) -> list[Part]:
    """The cards of a timeline by the part of the day or the day they belong to. `above` is the time (ms)
    of the post that stands right above them already: the first part then goes on without a heading."""
    made: list[Part] = []
    last = clock.part(above) if above is not None else None
    begins = None
    for one in cards:  # newest first
        at = one.post.content.created_at
        if begins is None or at < begins:
            part, begins = clock.part_since(at)
            goes_on = not made and part == last
            label, written = ("", "") if goes_on else (part.label, part.written)
            made.append(Part(part.key, label, written, []))
        made[-1].cards.append(one)
    return made

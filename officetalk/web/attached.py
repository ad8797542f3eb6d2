"""What hangs on a post, as its card prints it: pictures, films and sounds, a poll, a quote, a link's card.

Pictures and links are the same for every reader of a revision and are kept with the content; polls and quotes
differ from reader to reader.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec
from markupsafe import Markup

from officetalk.core.translation import N_, _, ngettext, spoken
from officetalk.links.entities import Card as LinkCard
from officetalk.media.entities import Attachment
from officetalk.posts.entities import Content, Poll, Post, Tally
from officetalk.web.icons import icon
from officetalk.web.readers import Reader
from officetalk.web.time import Clockface

_FIGURE = Markup("<figure>{}{}</figure>")
_ALT = Markup(
    '<details class="alt"><summary aria-label="{label}">ALT</summary><span dir="auto">{text}</span></details>'
)
_IMAGE = Markup(
    '<a href="{full}" target="_blank"><img src="{src}" alt="{alt}" width="{width}" height="{height}" '
    'loading="lazy" decoding="async"{focus}></a>'
)
_VIDEO = Markup(
    '<video src="{src}" {poster}aria-label="{alt}" width="{width}" height="{height}" controls preload="none" '
    "playsinline></video>"
)
_GIFV = Markup(
    '<video src="{src}" {poster}aria-label="{alt}" width="{width}" height="{height}" controls loop muted '
    'preload="none" playsinline></video>'
)
_AUDIO = Markup('<audio src="{src}" aria-label="{alt}" controls preload="none"></audio>')
_WORDS = {
    "image": N_("Picture"),
    "gifv": N_("Animation"),
    "video": N_("Film"),
    "audio": N_("Sound"),
    "unknown": N_("File"),
}


def pictures(content: Content, reader: Reader) -> Markup:
    """The pictures, films and sounds of a post; empty where there are none."""
    media = content.attached.media
    if not media:
        return Markup()
    made = content.rendered.get(f"web-media {spoken().code}")
    if made is None:
        shown = Markup().join(_figure(attachment, reader) for attachment in media)
        sounds = all(attachment.kind == "audio" for attachment in media)
        kind = "sounds" if sounds else f"media n{min(len(media), 4)}"
        made = content.rendered[f"web-media {spoken().code}"] = Markup(
            '<div class="inset {}">{}</div>'
        ).format(kind, shown)
    return made


def _figure(attachment: Attachment, reader: Reader) -> Markup:
    a = attachment
    alt = a.description or _(_WORDS[a.kind])
    values = {
        "src": reader.address_of(a.file),
        "alt": alt,
        "width": a.width or a.preview_width or 16,
        "height": a.height or a.preview_height or 9,
    }
    if a.kind == "audio":
        return _FIGURE.format(_AUDIO.format(**values), _described(a))
    poster = Markup('poster="{}" ').format(reader.address_of(a.preview)) if a.preview else Markup()
    if a.kind in ("video", "gifv"):
        shown = (_VIDEO if a.kind == "video" else _GIFV).format(poster=poster, **values)
    else:
        full = values["src"]
        values["src"] = reader.address_of(a.preview) if a.preview else full
        shown = _IMAGE.format(full=full, focus=_focus(a), **values)
    return _FIGURE.format(shown, _described(a))


def _described(a: Attachment) -> Markup:
    """The description, for those who see the picture too."""
    if not a.description:
        return Markup()
    return _ALT.format(label=_("ALT: show the description"), text=a.description)


def _focus(a: Attachment) -> Markup:
    """Which part stays in sight when the picture is cropped: one of 25 places, since a style attribute is
    not allowed by our policy."""
    x, y = a.focus
    if (x, y) == (0.0, 0.0):
        return Markup()
    return Markup(' class="fx{} fy{}"').format(round((x + 1) * 2), round((1 - y) * 2))


def link_card(content: Content) -> Markup:
    """The card of a link; beside pictures, a poll or a quote it would be too much."""
    card = content.attached.card
    if card is None or content.attached.media or content.attached.poll or content.quote_of_id:
        return Markup()
    made = content.rendered.get("web-link")
    if made is None:
        made = content.rendered["web-link"] = _link_card(card, dict(content.recognised.links))
    return made


def _link_card(card: LinkCard, codes: dict[str, str]) -> Markup:
    code = codes.get(card.url)
    host = urlsplit(card.url).hostname or ""
    thumb = (
        Markup('<img src="/media/{}" alt="" width="{}" height="{}" loading="lazy">').format(
            card.image, card.width or 104, card.height or 84
        )
        if card.image
        else icon("link")
    )
    return Markup(
        '<a class="inset linkcard" href="{}" target="_blank" rel="noopener nofollow">'
        '<span class="thumb">{}</span><span class="txt"><small>{}{}</small><b dir="auto">{}</b>'
        '<span class="clamp" dir="auto">{}</span></span></a>'
    ).format(
        f"/l/{code}" if code else card.url,
        thumb,
        icon("link", "i-sm"),
        card.provider or host,
        card.title,
        card.description,
    )


class Option(msgspec.Struct, frozen=True):
    """One answer of a poll; `percent` of those who voted, None while it is not to be seen."""

    index: int
    title: str
    percent: int | None
    chosen: bool
    leads: bool


class PollView(msgspec.Struct, frozen=True):
    """A poll as one reader sees it: a form to vote in (`open`), or how it stands."""

    options: list[Option]
    multiple: bool
    open: bool
    foot: str


def poll(post: Post, clock: Clockface) -> PollView | None:
    """The poll of a post, if it has one."""
    asked, tally = post.content.attached.poll, post.tally
    if asked is None or tally is None:
        return None
    own = post.author.id == post.viewer_id
    is_open = not (tally.ended or own or tally.own)
    hidden = is_open or (asked.hide_totals and not tally.ended)
    most = max(tally.votes)
    voters = max(tally.voters, 1)
    options = [
        Option(
            i,
            title,
            None if hidden else round(100 * votes / voters),
            i in tally.own,
            not hidden and tally.ended and votes == most > 0,
        )
        for i, (title, votes) in enumerate(zip(asked.options, tally.votes, strict=True))
    ]
    return PollView(options, asked.multiple, is_open, _foot(asked, tally, is_open, clock))


def _foot(asked: Poll, tally: Tally, is_open: bool, clock: Clockface) -> str:
    parts = [ngettext("%(count)s person voted", "%(count)s people voted", tally.voters)]
    if tally.ended:
        parts.append(_("final"))
    elif asked.ends_at is not None:
        parts.append(_("ends %(time)s", time=clock.full(asked.ends_at)))
    if not tally.ended and asked.hide_totals:
        parts.append(_("results show when it has ended"))
    elif is_open:
        parts.append(_("results show after you vote"))
    return " · ".join(parts)


_QUOTE_WORDS = {
    "revoked": N_("The quoted post was taken out by its author."),
    "deleted": N_("The quoted post was deleted."),
    "blocked_account": N_("The quoted post is by somebody you have blocked."),
    "muted_account": N_("The quoted post is by somebody you have muted."),
}


def why_no_quote(post: Post) -> str:
    """The sentence in place of a quote that is not shown; empty where it is, or there is none."""
    quote = post.quote
    if quote is None or quote.state == "accepted":
        return ""
    return (
        _(_QUOTE_WORDS[quote.state])
        if quote.state in _QUOTE_WORDS
        else _(_("The quoted post is not for you."))
    )

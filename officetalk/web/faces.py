"""People as the pages show them: portrait, name, the line below it. Made once for each revision."""

from __future__ import annotations

import regex
from markupsafe import Markup, escape

from officetalk.accounts.entities import Account

HUES = 12
SHAPES = 6
_SIZES = {"xs": 22, "sm": 32, "": 44, "md": 38, "lg": 56, "xl": 104}
_GRAPHEME = regex.compile(r"\X")
_NO_LETTER = regex.compile(r"^[^\p{L}\p{N}]+")
_IDEOGRAPH = regex.compile(r"[\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}]")


def look_of(account_id: int) -> tuple[int, int]:
    """Hue (0 to 11) and shape (0 to 5) of a drawn portrait; the classes h… and k… of the style sheet."""
    # Ids of people who joined one after another must not look alike: Fibonacci hashing spreads them.
    spread = (account_id * 0x9E3779B97F4A7C15 & 0xFFFF_FFFF_FFFF_FFFF) >> 40
    return spread % HUES, spread // HUES % SHAPES


def initials(name: str) -> str:
    """Two letters for a portrait: of the first and the last word. Of a name in one word, the first letter;
    in Chinese, Japanese and Korean the first sign."""
    words = [w for w in (_NO_LETTER.sub("", word) for word in regex.split(r"[\s_.-]+", name)) if w]
    if not words:
        return "?"
    if _IDEOGRAPH.match(words[0]) or len(words) == 1:
        return _GRAPHEME.findall(words[0])[0].upper()
    return "".join(_GRAPHEME.findall(w)[0] for w in (words[0], words[-1])).upper()


class Face:
    """What the templates print of an account. All of it is escaped already where it is Markup."""

    __slots__ = ("account", "avatars", "name", "path", "role", "who")

    def __init__(self, account: Account) -> None:
        self.account = account
        self.name = account.name
        self.path = f"/groups/{account.username}" if account.state == "group" else f"/@{account.username}"
        self.role = account.department or account.job_title
        self.who = Markup('<a class="who" href="{}" data-card dir="auto">{}</a>').format(
            self.path, account.name
        )
        self.avatars: dict[str, Markup] = {}

    def avatar(self, size: str = "") -> Markup:
        """The portrait, `size` one of xs, sm, md, lg, xl or empty (44 px). Decoration: the name stands beside."""
        made = self.avatars.get(size)
        if made is None:
            made = self.avatars[size] = _avatar(self.account, size)
        return made

    @property
    def title(self) -> str:
        """Job title and department, as far as there are."""
        return ", ".join(part for part in (self.account.job_title, self.account.department) if part)


def group_mark(id: int, name: str, avatar: str | None, size: str) -> Markup:
    """The picture of a group of which only these are known."""
    return _drawn(id, name, avatar, f"group {size}", _SIZES[size])


def _avatar(account: Account, size: str) -> Markup:
    pixels = _SIZES[size]
    kind = f"group {size}" if account.state == "group" else size
    return _drawn(account.id, account.name, account.avatar, kind, pixels)


def _drawn(id: int, name: str, avatar: str | None, classes: str, pixels: int) -> Markup:
    if avatar:
        return Markup(
            '<img class="av {}" src="/media/{}" alt="" width="{}" height="{}" loading="lazy" decoding="async">'
        ).format(classes, avatar, pixels, pixels)
    hue, shape = look_of(id)
    return Markup('<span class="av h{} k{} {}" aria-hidden="true">{}</span>').format(
        hue, shape, classes, escape(initials(name))
    )


def face(account: Account) -> Face:
    """The face of an account, kept with it as long as its revision."""
    made = account.rendered.get("web")
    if made is None:
        made = account.rendered["web"] = Face(account)
    return made


def cover(account: Account) -> Markup:
    """The picture across the top of a profile."""
    if account.header:
        return Markup('<img class="cover" src="/media/{}" alt="" width="1500" height="500">').format(
            account.header
        )
    return Markup('<div class="cover h{}"></div>').format(look_of(account.id)[0])

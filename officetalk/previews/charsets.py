"""From the bytes of a page to its text: the encodings of the web, as browsers understand their names.

Source: WHATWG Encoding (labels and what they stand for), HTML section 13.2.3 (where a page says it).
"""

from __future__ import annotations

import codecs
import re

_PRESCAN = 4096  # bytes in which a page must have said it; HTML asks for the first 1024
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([^\s;\"']+)", re.IGNORECASE)
_IN_PAGE = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_IN_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# By Python's name of an encoding, what a page in it is read as: browsers take the larger one of a family.
# Only these: some of Python's codecs are no encodings of text, and UTF-7 is a way past filters.
_READ_AS = {
    **{
        name: name
        for name in (
            "utf-8 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp866 cp932 cp949 iso8859-2 "
            "iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-10 iso8859-13 iso8859-14 "
            "iso8859-15 iso8859-16 koi8-r koi8-u mac-roman mac-cyrillic euc_jp iso2022_jp gb18030 cp874 "
            "big5hkscs"
        ).split()
    },
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    # What was found as single bytes can be no UTF-16.
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
# Labels that Python does not know.
_LABELS = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "windows-949": "cp949",
    "ks_c_5601-1987": "cp949",
    "x-gbk": "gb18030",
    "x-euc-jp": "euc_jp",
    "x-x-big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "windows-874": "cp874",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "dos-874": "cp874",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "unicode-1-1-utf-8": "utf-8",
}


def text_of(body: bytes, header: str = "") -> str:
    """The text of a page; `header` is its Content-Type. What cannot be read becomes U+FFFD."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    encoding = _named(header, body)
    if encoding is None:
        return _guessed(body)
    return body.decode(encoding, "replace")


def _named(header: str, body: bytes) -> str | None:
    """The encoding that the header names, or else the page."""
    found = _IN_HEADER.search(header)
    encoding = _encoding(found[1]) if found else None
    if encoding is not None:
        return encoding
    head = body[:_PRESCAN]
    in_page = _IN_XML.search(head) or _IN_PAGE.search(head)
    return _encoding(in_page[1].decode("ascii")) if in_page else None


def _encoding(label: str) -> str | None:
    """What to decode with for a label; None for one that is unknown."""
    label = label.strip().lower()
    if label in _LABELS:
        return _LABELS[label]
    try:
        return _READ_AS.get(codecs.lookup(label).name)
    except (LookupError, ValueError):
        return None


def _guessed(body: bytes) -> str:
    """UTF-8 if it is, and Windows' Latin if not, as browsers in the West do. A character that was cut at the
    end is no reason against UTF-8."""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(body)
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")

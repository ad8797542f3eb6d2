"""Query, form, multipart and JSON are read alike; what cannot be read is refused by name."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta

from officetalk.core.errors import Invalid, Malformed, TooLarge
from officetalk.http.parameters import Upload, convert, read_body, read_query

FORM = "application/x-www-form-urlencoded"
LIMIT = 100_000


class Choice(msgspec.Struct, frozen=True):
    name: str = ""
    value: str = ""


class Poll(msgspec.Struct, frozen=True):
    options: list[str] = []
    multiple: bool = False


class Everything(msgspec.Struct, frozen=True):
    number: Annotated[int, Meta(ge=0, le=1000)] | None = None
    flag: bool | None = None
    ids: list[int] = []
    short: Annotated[str, Meta(max_length=5)] = ""
    kind: Literal["one", "two"] | None = None
    uris: str | list[str] = ""
    fields: list[Choice] | None = None
    poll: Poll | None = None
    picture: Upload | None = None


class Needs(msgspec.Struct, frozen=True):
    q: str


def from_query(query: str) -> Everything:
    return convert(read_query(query.encode()), Everything)


def from_body(kind: str, *chunks: bytes, length: str = "", limit: int = LIMIT) -> dict[str, Any]:
    messages = [{"type": "http.request", "body": c, "more_body": True} for c in chunks]
    messages.append({"type": "http.request", "body": b"", "more_body": False})
    waiting = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(waiting)

    return asyncio.run(read_body(kind, length, receive, limit))


def from_json(value: Any) -> Everything:
    return convert(from_body("application/json", json.dumps(value).encode()), Everything)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", Everything()),
        ("number=12", Everything(number=12)),
        ("number=", Everything()),
        ("kind=", Everything()),
        ("ids[]=1&ids[]=2", Everything(ids=[1, 2])),
        ("ids=7", Everything(ids=[7])),
        ("ids[0]=1&ids[1]=2", Everything(ids=[1, 2])),
        ("uris=a", Everything(uris="a")),
        ("uris[]=a&uris[]=b", Everything(uris=["a", "b"])),
        ("short=caf%C3%A9", Everything(short="café")),
        (
            "poll[options][]=Yes&poll[options][]=No&poll[multiple]=on",
            Everything(poll=Poll(["Yes", "No"], True)),
        ),
        (
            "fields[0][name]=Team&fields[0][value]=Blue&fields[1][name]=Desk",
            Everything(fields=[Choice("Team", "Blue"), Choice("Desk")]),
        ),
        (
            "fields[][name]=Team&fields[][value]=Blue&fields[][name]=Desk",
            Everything(fields=[Choice("Team", "Blue"), Choice("Desk")]),
        ),
        (
            "fields[10][name]=second&fields[9][name]=first",
            Everything(fields=[Choice("first"), Choice("second")]),
        ),
        ("unknown=1&unknown[x]=2", None),
        ("another=1", Everything()),
    ],
)
def test_names_nest_as_mastodons_clients_send_them(query: str, expected: Everything | None) -> None:
    if expected is None:  # the same name as text and as object
        with pytest.raises(Malformed):
            from_query(query)
    else:
        assert from_query(query) == expected


@pytest.mark.parametrize("sent", ["true", "1", "on", "t", "True", "TRUE"])
def test_words_for_yes(sent: str) -> None:
    assert from_query(f"flag={sent}").flag is True
    assert from_json({"flag": sent}).flag is True


@pytest.mark.parametrize("sent", ["false", "0", "", "off", "f", "False"])
def test_words_for_no(sent: str) -> None:
    assert from_query(f"flag={sent}").flag is False
    assert from_json({"flag": sent}).flag is False


def test_json_may_say_numbers_and_truth_as_text_or_as_such() -> None:
    as_such = from_json({"number": 3, "flag": True, "ids": [1, 2], "kind": "one"})
    as_text = from_json({"number": "3", "flag": "true", "ids": ["1", "2"], "kind": "one"})

    assert as_such == as_text == Everything(number=3, flag=True, ids=[1, 2], kind="one")


def test_null_in_json_is_the_default() -> None:
    assert from_json({"number": None, "ids": None, "short": None, "fields": None}) == Everything()


@pytest.mark.parametrize(
    ("query", "field", "rule"),
    [
        ("number=x", "number", "must be a whole number"),
        ("number=1.5", "number", "must be a whole number"),
        ("number=null", "number", "must be a whole number"),
        ("number=-1", "number", "must be at least 0"),
        ("number=1001", "number", "must be at most 1000"),
        ("number=99999999999999999999999999", "number", "must be at most 1000"),
        ("number[]=1", "number", "must be a whole number"),
        ("flag=maybe", "flag", "must be true or false"),
        ("ids[]=x", "ids", "must be a whole number"),
        ("ids[x]=1", "ids", "must be a list"),
        ("short=abcdef", "short", "is too long (maximum is 5 characters)"),
        ("short[]=a", "short", "must be text"),
        ("short=a%00b", "short", "must not contain control characters"),
        ("short=a%1Bb", "short", "must not contain control characters"),
        ("kind=three", "kind", "is not included in the list"),
        ("poll=text", "poll", "must be an object"),
        ("poll[options][]=a%00", "poll", "must not contain control characters"),
        ("picture=text", "picture", "must be a file"),
    ],
)
def test_a_wrong_value_names_the_field_and_the_rule(query: str, field: str, rule: str) -> None:
    with pytest.raises(Invalid) as problem:
        from_query(query)

    assert (problem.value.field, problem.value.rule) == (field, rule)


def test_a_number_where_text_is_wanted_is_refused_in_json() -> None:
    with pytest.raises(Invalid, match="must be text"):
        from_json({"short": 5})


@pytest.mark.parametrize("query", ["short=%FF", "short=%ED%A0%80", "%FF=x"])
def test_bytes_that_are_no_utf8_are_invalid(query: str) -> None:
    with pytest.raises(Invalid, match="UTF-8"):
        from_query(query)


def test_a_lone_surrogate_in_json_is_refused() -> None:
    with pytest.raises((Invalid, Malformed)):
        convert(from_body("application/json", b'{"short": "\\ud800x"}'), Everything)


@pytest.mark.parametrize(
    "body", [b"{", b"[1]", b'"text"', b"nonsense", b'{"a": 1e999}', b"\xff", b'{"a": "\xff"}', b"[" * 100_000]
)
def test_what_is_no_json_object_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        from_body("application/json", body, limit=1_000_000)


def test_depth_and_number_of_parameters_are_bounded() -> None:
    deep: Any = "x"
    for _ in range(20):
        deep = {"a": deep}

    with pytest.raises(Malformed):
        from_query("a" + "[b]" * 20 + "=x")
    with pytest.raises(Malformed):
        from_json(deep)
    with pytest.raises(Malformed):
        from_json({"ids": list(range(2000))})
    with pytest.raises(Malformed):
        from_query("&".join(f"ids[]={i}" for i in range(2000)))


def test_a_missing_parameter_is_named() -> None:
    with pytest.raises(Malformed) as problem:
        convert({}, Needs)

    assert problem.value.field == "q"


def test_a_body_is_refused_by_its_length_before_it_is_read() -> None:
    with pytest.raises(TooLarge):
        from_body(FORM, length="100001")


def test_a_chunked_body_is_counted_while_it_comes() -> None:
    with pytest.raises(TooLarge):
        from_body(FORM, b"x" * 60_000, b"x" * 60_000)
    head = b'--b\r\nContent-Disposition: form-data; name="picture"; filename="a"\r\n\r\n'
    with pytest.raises(TooLarge):
        from_body("multipart/form-data; boundary=b", head, b"x" * 60_000, b"x" * 60_000)


def multipart(*parts: str) -> bytes:
    return "".join(f"--b\r\n{part}\r\n" for part in parts).encode() + b"--b--\r\n"


def test_multipart_carries_text_and_files() -> None:
    body = multipart(
        'Content-Disposition: form-data; name="short"\r\n\r\ncafé',
        'Content-Disposition: form-data; name="fields[0][name]"\r\n\r\nTeam',
        'Content-Disposition: form-data; name="picture"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nPNG',
    )

    # In pieces of three bytes, as a slow network delivers them.
    pieces = [body[i : i + 3] for i in range(0, len(body), 3)]
    read = convert(from_body("multipart/form-data; boundary=b", *pieces), Everything)

    assert read.short == "café"
    assert read.fields == [Choice("Team")]
    assert read.picture == Upload("a.png", "image/png", b"PNG")


def test_a_file_field_that_was_left_alone_is_not_there() -> None:
    body = multipart('Content-Disposition: form-data; name="picture"; filename=""\r\n\r\n')

    assert convert(from_body("multipart/form-data; boundary=b", body), Everything).picture is None


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=other"])
def test_a_broken_multipart_form_is_malformed(kind: str) -> None:
    with pytest.raises(Malformed):
        from_body(kind, multipart('Content-Disposition: form-data; name="short"\r\n\r\nx'))


def test_a_form_with_too_many_files_is_malformed() -> None:
    body = multipart(*['Content-Disposition: form-data; name="picture"; filename="a"\r\n\r\nx'] * 50)

    with pytest.raises(Malformed):
        from_body("multipart/form-data; boundary=b", body)


def test_a_body_of_an_unknown_kind_has_no_parameters() -> None:
    assert from_body("text/plain", b"short=x") == {}

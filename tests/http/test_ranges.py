"""The header Range."""

from __future__ import annotations

import pytest

from officetalk.http.ranges import NotSatisfiable, asked_range


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-", (0, 100)),
        ("bytes=0-99", (0, 100)),
        ("Bytes = 10 - 19", (10, 20)),
        ("bytes=99-", (99, 100)),
        ("bytes=-1", (99, 100)),
        ("bytes=-1000", (0, 100)),
        ("bytes=50-1000", (50, 100)),
        ("", None),
        ("bytes=-", None),
        ("bytes=9-8", None),
        ("bytes=0-1,3-4", None),
        ("items=0-1", None),
        ("bytes=0-" + "9" * 19, None),
        ("bytes=²-", None),
    ],
)
def test_one_part_is_understood_and_everything_else_is_all_of_it(
    header: str, part: tuple[int, int] | None
) -> None:
    assert asked_range(header, 100) == part


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_what_is_not_there_cannot_be_given(header: str) -> None:
    with pytest.raises(NotSatisfiable):
        asked_range(header, 100)


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=-5", "bytes=0-0"])
def test_an_empty_file_has_no_parts(header: str) -> None:
    with pytest.raises(NotSatisfiable):
        asked_range(header, 0)

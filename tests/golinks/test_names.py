"""What a link may be called, and how a path is read. No database."""

from __future__ import annotations

import pytest

from officetalk.core.errors import Invalid
from officetalk.golinks import names


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("payroll", "payroll"),
        ("  PayRoll ", "payroll"),
        ("go/Payroll", "payroll"),
        ("/go/payroll/", "payroll"),
        ("team/it/on-call", "team/it/on-call"),
        ("q3_numbers", "q3_numbers"),
        ("2026", "2026"),
        ("Größe", "größe"),
        ("GRO\u0308SSE", "grösse"),
        ("ｗｉｋｉ", "wiki"),
        ("経費", "経費"),
    ],
)
def test_a_name_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert names.checked(typed) == kept


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("", "can't be blank"),
        (" / ", "can't be blank"),
        ("pay roll", "may have letters"),
        ("pay+roll", "may have letters"),
        ("pay.roll", "may have letters"),
        ("-", "may have letters"),
        ("-/payroll", "may have letters"),
        ("_x", "may have letters"),
        ("a//b", "may have letters"),
        ("..", "may have letters"),
        ("a/../b", "may have letters"),
        ("pay\nroll", "may have letters"),
        ("pay\u202eroll", "may have letters"),
        ("pay%2froll", "may have letters"),
        ("🎉", "may have letters"),
        ("x" * 65, "too long"),
        ("a/b/c/d/e", "4 parts"),
        ("new", "reserved"),
        ("Edit/payroll", "reserved"),
        ("search", "reserved"),
        ("api/v1", "reserved"),
    ],
)
def test_other_names_are_refused_with_the_rule(typed: str, rule: str) -> None:
    with pytest.raises(Invalid) as refused:
        names.checked(typed)

    assert refused.value.field == "name"
    assert rule in refused.value.rule
    assert not names.is_possible(typed)


def test_the_longest_name_is_read_first_and_the_rest_keeps_its_case() -> None:
    assert names.readings("Jira/OT-12/Log") == [
        ("jira/ot-12/log", ""),
        ("jira/ot-12", "Log"),
        ("jira", "OT-12/Log"),
    ]


def test_who_says_go_twice_is_understood() -> None:
    assert names.readings("Go/payroll") == [("payroll", "")]
    assert names.readings("go") == []


def test_a_path_of_any_length_asks_for_few_names() -> None:
    assert len(names.readings("/".join("abcdefghij"))) == names.MAX_PARTS

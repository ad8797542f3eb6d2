"""Finding links: by name, description and address, with typing errors."""

from __future__ import annotations

import pytest

from tests.golinks.linking import Links
from tests.people import People


@pytest.fixture
def company(links: Links, people: People) -> Links:
    for name, target, description in (
        ("payroll", "https://pay.example/slips", "Salary slips and tax forms"),
        ("wiki", "https://wiki.example/", "Everything that we know"),
        ("vacation", "https://hr.example/absence", "Ask for days off"),
        ("out-of-office", "https://mail.example/rules", "Automatic answers"),
        ("jira", "https://tickets.example/browse/{}", "Tickets of all teams"),
        ("経費", "https://money.example/", "経費精算"),
    ):
        links.make(people.ada, name, target, description)
    return links


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("p", ["payroll"]),
        ("payroll", ["payroll"]),
        ("PAY", ["payroll"]),
        ("salary", ["payroll"]),
        ("salary tax", ["payroll"]),
        ("tax wiki", []),
        ("tickets.example", ["jira"]),
        ("absence", ["vacation"]),
        ("office", ["out-of-office"]),
        ("outofoffice", ["out-of-office"]),
        ("go/wiki", []),
        ("経費", ["経費"]),
        ("", []),
        ("!?", []),
    ],
)
def test_a_link_is_found_by_its_words(company: Links, query: str, found: list[str]) -> None:
    assert company.search(query) == found


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("payrol", "payroll"), ("payrlol", "payroll"), ("pyaroll", "payroll"), ("vaccation", "vacation"),
        ("wkii", "wiki"), ("salery", "payroll"), ("salery slips", "payroll"), ("ofice", "out-of-office"),
    ],
)  # fmt: skip
def test_typing_errors_are_forgiven(company: Links, typed: str, meant: str) -> None:
    assert company.search(typed) == [meant]


def test_who_types_a_whole_word_meant_it(links: Links, people: People) -> None:
    links.make(people.ada, "lunch")
    links.make(people.ada, "plan", description="The launch")

    assert links.search("lunch") == ["lunch"]
    assert links.search("launsh") == ["plan"]


def test_the_name_counts_more_than_the_description_and_that_more_than_the_address(
    links: Links, people: People
) -> None:
    links.make(people.ada, "a", "https://gate.example/")
    links.make(people.ada, "b", description="Opens the gate")
    links.make(people.ada, "gates")
    links.make(people.ada, "gate")

    assert links.search("gate") == ["gate", "gates", "b", "a"]


def test_among_equals_the_more_used_comes_first(links: Links, people: People) -> None:
    for name in ("team-a", "team-b", "team-c"):
        link = links.make(people.ada, name)
        links.follow(link, {"team-a": 1, "team-b": 5, "team-c": 3}[name])

    assert links.search("team") == ["team-b", "team-c", "team-a"]
    assert links.search("team", limit=1, offset=1) == ["team-c"]


@pytest.mark.parametrize(
    ("missed", "meant"),
    [
        ("payrol", "payroll"),
        ("pay", "payroll"),
        ("payrolls", "payroll"),
        ("vacation-request", "vacation"),
        ("outofofice", "out-of-office"),
        ("out_of_office", "out-of-office"),
        ("salary", "payroll"),
        ("jiira/OT-12", "jira"),
        ("hr/vacation", "vacation"),
    ],
)
def test_who_missed_a_name_is_told_what_was_perhaps_meant(company: Links, missed: str, meant: str) -> None:
    assert company.suggestions(missed)[:1] == [meant]


def test_who_asks_for_something_else_is_told_nothing(company: Links) -> None:
    assert company.suggestions("cafeteria") == []
    assert company.suggestions("x") == []
    assert company.suggestions("") == []


def test_a_changed_link_is_found_by_its_new_words_only(links: Links, people: People) -> None:
    link = links.make(people.ada, "payroll", description="Slips")

    links.change(people.ada, link, name="salary", description="Money")

    assert links.search("payroll") == links.search("slips") == links.suggestions("payrol") == []
    assert links.search("money") == links.suggestions("salery") == ["salary"]

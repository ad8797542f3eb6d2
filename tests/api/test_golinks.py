"""The company's named links in the API."""

from __future__ import annotations

import pytest

from officetalk.golinks import queries
from tests.api.client import Api, Client, link
from tests.golinks.linking import Links
from tests.people import People

LINKS = "/api/officetalk/v1/links"


@pytest.fixture
def ada(api: Api, people: People) -> Client:
    return api.as_person(people.ada)


@pytest.fixture
def bo(api: Api, people: People) -> Client:
    return api.as_person(people.bo)


@pytest.fixture
def links(people: People) -> Links:
    return Links(people.ada.db)


def names(answer: object) -> list[str]:
    return [one["name"] for one in answer.json()]  # type: ignore[attr-defined]


def test_a_link_is_made_and_read(ada: Client, bo: Client) -> None:
    made = ada.post(LINKS, name="Payroll", target="https://Pay.example/", description="Slips").json()

    assert made["name"] == "payroll"
    assert made["url"] == "http://talk.test/go/payroll"
    assert made["target"] == "https://pay.example/"
    assert made["owner"]["acct"] == "ada"
    assert (made["clicks"], made["editable"], made["removed_at"]) == (0, True, None)
    assert bo.get(f"{LINKS}/{made['id']}").json() == {**made, "editable": False}


def test_what_breaks_a_rule_is_told_with_its_field(ada: Client) -> None:
    for field, values, code in (
        ("name", {"name": "new", "target": "https://a.example/"}, "ERR_RESERVED"),
        ("name", {"target": "https://a.example/"}, "ERR_BLANK"),
        ("target", {"name": "x", "target": "javascript:alert(1)"}, "ERR_INVALID"),
        ("target", {"name": "x", "target": "data:text/html,x"}, "ERR_INVALID"),
        ("target", {"name": "x", "target": "ftp://files.example/"}, "ERR_INVALID"),
        ("target", {"name": "x", "target": "https://ada:secret@a.example/"}, "ERR_INVALID"),
        ("target", {"name": "x", "target": "https://a.example/\x00"}, "ERR_INVALID"),
        ("target", {"name": "x"}, "ERR_BLANK"),
        ("description", {"name": "x", "target": "https://a.example/", "description": "y" * 201}, "ERR_TOO_LONG"),
    ):  # fmt: skip
        answer = ada.post(LINKS, **values)

        assert answer.status_code == 422, values
        assert list(answer.json()["details"]) == [field]
        assert answer.json()["details"][field][0]["error"] == code

    assert ada.get(LINKS).json() == []


def test_the_list_pages_both_ways(ada: Client, links: Links, people: People) -> None:
    for name in "abcde":
        links.make(people.ada, name)

    pages = list(ada.pages(LINKS, limit=2))

    assert [[one["name"] for one in page] for page in pages] == [["e", "d"], ["c", "b"], ["a"]]
    newer = link(ada.get(LINKS, limit=2, max_id=pages[0][1]["id"]), "prev")
    assert newer is not None
    assert names(ada.get(newer)) == ["e", "d"]


def test_the_most_used_ones_own_and_one_by_name(
    ada: Client, bo: Client, links: Links, people: People
) -> None:
    links.follow(links.make(people.ada, "wiki"), 2)
    links.follow(links.make(people.bo, "payroll"), 5)
    links.make(people.ada, "unused")

    used = ada.get(LINKS, order="used")
    assert [(one["name"], one["clicks"]) for one in used.json()] == [("payroll", 5), ("wiki", 2)]
    first = ada.get(LINKS, order="used", limit=1)
    assert "offset=1" in (link(first, "next") or "")
    assert names(ada.get(link(first, "next") or "")) == ["wiki"]
    assert names(bo.get(LINKS, mine="true")) == ["payroll"]
    assert names(ada.get(LINKS, name="WIKI")) == ["wiki"]
    assert names(ada.get(LINKS, name="nothing")) == []


def test_the_search_forgives_typing_errors(ada: Client, links: Links, people: People) -> None:
    links.make(people.ada, "payroll", description="Salary slips")

    for query in ("pay", "slips", "payrol", "salery"):
        assert names(ada.get(LINKS, q=query)) == ["payroll"]
    assert names(ada.get(LINKS, q="cafeteria")) == []


def test_clicks_come_by_day(ada: Client, links: Links, people: People) -> None:
    wiki = links.make(people.ada, "wiki")
    links.follow(wiki, 4)
    links.follow(wiki, 2, days_ago=3)

    days = ada.get(f"{LINKS}/{wiki.id}/clicks").json()

    assert len(days) == queries.DAYS
    assert [day["clicks"] for day in days[:4]] == [4, 0, 0, 2]
    assert days[0]["day"] > days[1]["day"]
    assert len(ada.get(f"{LINKS}/{wiki.id}/clicks", days=3).json()) == 3
    for wrong in (0, 367, "many"):
        assert ada.get(f"{LINKS}/{wiki.id}/clicks", days=wrong).status_code == 422


def test_the_owner_changes_what_is_given_and_hands_over(
    ada: Client, bo: Client, links: Links, people: People
) -> None:
    path = f"{LINKS}/{links.make(people.ada, 'wiki', description='All').id}"

    changed = ada.put(path, target="https://new.example/").json()
    assert (changed["name"], changed["target"], changed["description"]) == (
        "wiki", "https://new.example/", "All",
    )  # fmt: skip
    assert ada.put(path, description="").json()["description"] == ""
    given = ada.put(path, owner_id=people.bo.id).json()
    assert (given["owner"]["acct"], given["editable"]) == ("bo", False)
    assert ada.put(path, name="mine-again").status_code == 403
    assert bo.put(path, owner_id=1).json()["details"]["owner_id"]


def test_nobody_else_changes_or_removes_it_but_administrators(
    api: Api, bo: Client, links: Links, people: People
) -> None:
    path = f"{LINKS}/{links.make(people.ada, 'wiki').id}"

    assert bo.put(path, target="https://evil.example/").status_code == 403
    assert bo.delete(path).status_code == 403
    people.al.changes(role="administrator")
    al = api.as_person(people.al)
    assert al.get(path).json()["editable"] is True
    assert al.put(path, target="https://better.example/").status_code == 200
    assert al.delete(path).status_code == 200


def test_a_removed_link_is_not_found_until_it_is_restored(
    ada: Client, bo: Client, links: Links, people: People
) -> None:
    path = f"{LINKS}/{links.make(people.ada, 'wiki').id}"

    assert ada.delete(path).json() == {}

    for answer in (ada.get(path), ada.get(f"{path}/clicks"), ada.put(path, name="x"), ada.delete(path)):
        assert answer.status_code == 404
    assert ada.get(LINKS).json() == []
    assert bo.post(f"{path}/restore").status_code == 403
    assert ada.post(f"{path}/restore").json()["removed_at"] is None
    assert ada.get(path).status_code == 200


def test_readers_are_not_named_anywhere(ada: Client, links: Links, people: People) -> None:
    wiki = links.make(people.bo, "wiki")
    links.follow(wiki)

    for path in (LINKS, f"{LINKS}/{wiki.id}", f"{LINKS}/{wiki.id}/clicks"):
        assert str(people.ada.id) not in ada.get(path).text


def test_a_list_takes_the_same_statements_however_long_it_is(
    ada: Client, links: Links, people: People, statements: list[str]
) -> None:
    def counted(**query: object) -> int:
        statements.clear()
        assert ada.get(LINKS, **query).status_code == 200
        return len(statements)

    links.make(people.ada, "a-0")
    ada.get(LINKS)
    few = [counted(), counted(order="used"), counted(mine="true")]
    for i, who in enumerate((people.bo, people.cy, people.dee) * 3, 1):
        links.follow(links.make(who, f"a-{i}"))

    assert [counted(), counted(order="used"), counted(mine="true")] == [few[0], 2, few[2]]

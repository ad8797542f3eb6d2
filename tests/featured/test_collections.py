"""Collections of colleagues."""

from __future__ import annotations

from typing import Any

import pytest

from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.featured import change, collections, hooks
from officetalk.featured.entities import Collection, Wish
from tests.people import Human, People


def makes(who: Human, name: str = "Team", *members: Human, **more: Any) -> Collection:
    return who._write(change.create, Wish(name, account_ids=tuple(m.id for m in members), **more))


def sees(who: Human, made: Collection) -> list[int]:
    """Who is in a collection, as somebody sees it."""
    return [item.account_id for item in who._read(collections.get, made.id).items]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """What the hooks were called with."""
    calls: list[tuple] = []

    def note(name: str) -> Any:
        def call(conn: Connection, collection_id: int, owner: int, who: Any) -> None:
            calls.append((name, owner, who))

        return call

    for name in ("collected", "uncollected", "changed"):
        monkeypatch.setattr(hooks, f"_{name}", [note(name)])
    return calls


def test_a_collection_has_who_was_chosen(people: People, told: list[tuple]) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy

    made = makes(ada, " Looms ", bo, cy, ada, description="Who weaves", language="en", tag="#Weaving")

    assert (made.name, made.description, made.language, made.tag) == ("Looms", "Who weaves", "en", "Weaving")
    assert sees(cy, made) == [bo.id, cy.id, ada.id]
    found, people_in_it = cy._read(collections.with_people, made.id)
    assert found == made
    assert [person.id for person in people_in_it] == [ada.id, bo.id, cy.id]
    assert told == [("collected", ada.id, bo.id), ("collected", ada.id, cy.id)]


def test_who_does_not_want_to_be_found_is_in_no_collection(people: People, told: list[tuple]) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    bo.changes(discoverable=False)

    with pytest.raises(Forbidden):
        makes(ada, "Team", cy, bo)
    made = makes(ada)
    with pytest.raises(Forbidden):
        ada._write(change.add, made.id, bo.id)

    assert told == []
    assert sees(ada, made) == []
    assert sees(bo, makes(bo, "Me", bo)) == [bo.id]  # oneself one may always show


def test_nobody_adds_across_a_block(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    bo.blocks(ada)
    ada.blocks(cy)
    made = makes(ada)

    for other in (bo, cy):
        with pytest.raises(Forbidden):
            ada._write(change.add, made.id, other.id)


def test_each_reader_sees_whom_the_reader_may_meet(people: People) -> None:
    ada, bo, cy, dan, eve = people.ada, people.bo, people.cy, people.dan, people.eve
    made = makes(ada, "Team", bo, cy, dan)

    bo.blocks(eve)
    eve.blocks(cy)
    dan.changes(state="disabled")

    assert sees(eve, made) == []
    assert sees(ada, made) == [bo.id, cy.id]
    ada.blocks(eve)
    with pytest.raises(NotFound):
        sees(eve, made)


def test_one_who_leaves_a_collection_is_not_put_back(people: People, told: list[tuple]) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    made = makes(ada, "Team", bo, cy)
    item = made.items[0]
    told.clear()

    with pytest.raises(Forbidden):
        cy._write(change.revoke, made.id, item.id)
    bo._write(change.revoke, made.id, item.id)

    assert sees(ada, made) == [cy.id]
    assert told == [("uncollected", ada.id, bo.id)]
    with pytest.raises(NotFound):
        bo._write(change.revoke, made.id, item.id)
    with pytest.raises(Invalid, match="already been taken"):
        ada._write(change.add, made.id, bo.id)


def test_the_owner_adds_and_takes_out(people: People, told: list[tuple]) -> None:
    ada, bo = people.ada, people.bo
    made = makes(ada)

    item = ada._write(change.add, made.id, bo.id)
    with pytest.raises(Invalid, match="already been taken"):
        ada._write(change.add, made.id, bo.id)
    ada._write(change.take_out, made.id, item.id)
    again = ada._write(change.add, made.id, bo.id)

    assert sees(bo, made) == [bo.id]
    assert again.id != item.id
    assert [name for name, *_ in told] == ["collected", "uncollected", "collected"]


def test_somebody_is_put_into_exactly_these_collections(people: People, told: list[tuple]) -> None:
    ada, bo = people.ada, people.bo
    one, other, third = makes(ada, "1", bo), makes(ada, "2"), makes(ada, "3", bo)
    told.clear()

    ada._write(change.place, bo.id, [other.id, third.id])

    assert [sees(ada, each) for each in (one, other, third)] == [[], [bo.id], [bo.id]]
    assert [name for name, *_ in told] == ["uncollected", "collected"]


def test_all_of_these_collections_or_none(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    one, left = makes(ada, "1"), makes(ada, "2", bo)
    bo._write(change.revoke, left.id, left.items[0].id)

    with pytest.raises(Invalid, match="already been taken"):
        ada._write(change.place, bo.id, [one.id, left.id])
    with pytest.raises(NotFound):
        ada._write(change.place, bo.id, [one.id, makes(cy).id])
    bo.changes(discoverable=False)
    with pytest.raises(Forbidden):
        ada._write(change.place, bo.id, [one.id])

    assert sees(ada, one) == []


def test_twenty_five_at_most(people: People) -> None:
    ada = people.ada
    many = [getattr(people, f"p{i}") for i in range(26)]
    made = makes(ada, "Team", *many[:25])

    with pytest.raises(Invalid, match="no more than 25"):
        ada._write(change.add, made.id, many[25].id)
    with pytest.raises(Invalid, match="no more than 25"):
        makes(ada, "All", *many)

    many[0]._write(change.revoke, made.id, made.items[0].id)
    ada._write(change.add, made.id, many[25].id)
    assert len(sees(ada, made)) == 25


def test_ten_collections_at_most(people: People) -> None:
    ada = people.ada
    made = [makes(ada, f"{i}") for i in range(10)]

    with pytest.raises(Invalid, match="limit of 10"):
        makes(ada)

    ada._write(change.remove, made[0].id)
    makes(ada)


def test_only_the_owner_changes_a_collection(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    made = makes(ada, "Team", cy)
    attempts = [
        (change.change, made.id), (change.remove, made.id), (change.add, made.id, bo.id),
        (change.take_out, made.id, made.items[0].id),
    ]  # fmt: skip

    for verb, *args in attempts:
        with pytest.raises(Forbidden):
            bo._write(verb, *args)
    ada.blocks(bo)
    for verb, *args in attempts:
        with pytest.raises(NotFound):  # whom the owner has blocked does not even hear of it
            bo._write(verb, *args)

    assert sees(ada, made) == [cy.id]


def test_a_change_is_told_when_it_is_of_name_or_description(people: People, told: list[tuple]) -> None:
    ada, bo = people.ada, people.bo
    made = makes(ada, "Team", bo, ada)
    told.clear()

    same = ada._write(change.change, made.id, sensitive=True, discoverable=False, tag="")
    assert (same.name, same.sensitive, same.discoverable) == ("Team", True, False)
    assert told == []

    ada._write(change.change, made.id, name="Crew")
    assert told == [("changed", ada.id, [bo.id])]
    assert ada._read(collections.get, made.id).name == "Crew"


def test_a_deleted_collection_is_gone_for_everybody_in_it(people: People, told: list[tuple]) -> None:
    ada, bo = people.ada, people.bo
    made = makes(ada, "Team", bo)
    told.clear()

    ada._write(change.remove, made.id)

    assert told == [("uncollected", ada.id, bo.id)]
    assert bo._read(collections.featuring, bo.id, 40) == []
    with pytest.raises(NotFound):
        ada._read(collections.get, made.id)


def test_what_is_not_listed_is_seen_by_its_owner_and_by_whoever_has_the_address(people: People) -> None:
    ada, bo = people.ada, people.bo
    makes(ada, "Listed")
    hidden = makes(ada, "Hidden", discoverable=False)

    def listed(who: Human) -> list[str]:
        return [one.name for one in who._read(collections.of_account, ada.id, 40)]

    assert listed(ada) == ["Hidden", "Listed"]
    assert listed(bo) == ["Listed"]
    assert bo._read(collections.get, hidden.id).name == "Hidden"
    ada.blocks(bo)
    assert listed(bo) == []


def test_the_collections_one_is_in_are_for_oneself(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    first = makes(ada, "First", cy)
    makes(bo, "Second", cy, discoverable=False)

    found = cy._read(collections.featuring, cy.id, 40)
    assert [one.name for one in found] == ["Second", "First"]
    assert [one.name for one in cy._read(collections.featuring, cy.id, 1, 1)] == ["First"]
    with pytest.raises(Forbidden):
        ada._read(collections.featuring, cy.id, 40)

    cy._write(change.revoke, first.id, first.items[0].id)
    assert [one.name for one in cy._read(collections.featuring, cy.id, 40)] == ["Second"]


@pytest.mark.parametrize(
    "wish",
    [
        Wish(""), Wish("   "), Wish("x" * 41), Wish("a\nb"), Wish("a", description="x" * 101),
        Wish("a", description="\x07"), Wish("a", language="german"), Wish("a", tag="two words"),
        Wish("a", tag="123"),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_is_refused(people: People, wish: Wish) -> None:
    ada = people.ada

    with pytest.raises(Invalid):
        ada._write(change.create, wish)

    assert ada._read(collections.of_account, ada.id, 40) == []


def test_unknown_people_are_not_found(people: People) -> None:
    ada = people.ada
    made = makes(ada)

    with pytest.raises(NotFound):
        ada._write(change.create, Wish("Team", account_ids=(1,)))
    with pytest.raises(NotFound):
        ada._write(change.add, made.id, 1)
    for verb in (change.take_out, change.revoke):
        with pytest.raises(NotFound):
            ada._write(verb, made.id, 1)

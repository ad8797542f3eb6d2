"""Making links, and who changes, hands over, removes and brings them back."""

from __future__ import annotations

import asyncio

import pytest

from officetalk.core.database import Database
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.paging import Page
from officetalk.golinks import change, queries
from officetalk.moderation import actions, deletion
from tests.conftest import Clock
from tests.golinks.linking import Links
from tests.moderation.test_deletion import work
from tests.people import Human, People


@pytest.fixture
def al(people: People) -> Human:
    people.al.changes(role="administrator")
    return people.al


def test_anybody_makes_a_link_and_it_leads_there(links: Links, people: People) -> None:
    made = links.make(people.ada, "PayRoll", "https://Pay.example/slips", " Slips,  by   month ")

    assert (made.name, made.target) == ("payroll", "https://pay.example/slips")
    assert made.description == "Slips, by month"
    assert made.owner is not None
    assert made.owner.account.username == "ada"
    assert made.clicks == 0
    assert links.way("payroll") == links.way("PAYROLL/") == "https://pay.example/slips"


def test_a_name_is_taken_once_whatever_the_case(links: Links, people: People) -> None:
    links.make(people.ada, "payroll")

    with pytest.raises(Invalid, match="already been taken"):
        links.make(people.bo, "Payroll")


def test_fields_are_checked_before_anything_is_written(links: Links, people: People) -> None:
    for name, target, description, field in (
        ("new", "https://a.example/", "", "name"),
        ("x", "javascript:alert(1)", "", "target"),
        ("x", "https://a.example/", "y" * 201, "description"),
        ("x", "https://a.example/", "a\u202eb", "description"),
    ):
        with pytest.raises(Invalid) as refused:
            links.make(people.ada, name, target, description)
        assert refused.value.field == field

    assert links.db.read_now(queries.newest, Page()) == []


def test_nobody_has_more_links_than_allowed(
    links: Links, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change, "MAX_LINKS", 2)
    links.make(people.ada, "one")
    links.make(people.ada, "two")

    with pytest.raises(Invalid, match="as many links"):
        links.make(people.ada, "three")
    links.make(people.bo, "three")


# --- where a name leads ----------------------------------------------------------------------------------


def test_what_follows_the_name_goes_into_the_address(links: Links, people: People) -> None:
    links.make(people.ada, "jira", "https://jira.example/browse/{}")
    links.make(people.ada, "plain", "https://plain.example/")

    assert links.way("jira/OT-12") == "https://jira.example/browse/OT-12"
    assert links.way("jira") == "https://jira.example/browse/"
    for path in ("plain/more", "jira/../admin", "nothing", "", "jir"):
        with pytest.raises(NotFound):
            links.way(path)


def test_the_longer_name_goes_before_the_shorter_with_a_rest(links: Links, people: People) -> None:
    links.make(people.ada, "team", "https://team.example/{}")
    links.make(people.ada, "team/it", "https://it.example/")

    assert links.way("team/IT") == "https://it.example/"
    assert links.way("team/hr") == "https://team.example/hr"
    assert links.way("team/it/phone") == "https://team.example/it/phone"  # team/it takes nothing more


# --- changing --------------------------------------------------------------------------------------------


def test_the_owner_and_administrators_change_a_link(links: Links, people: People, al: Human) -> None:
    link = links.make(people.ada, "payroll")

    links.change(people.ada, link, name="salary")
    links.change(al, link, name="salary", target="https://new.example/", description="The new one")

    kept = links.get(link)
    assert (kept.name, kept.target, kept.description) == ("salary", "https://new.example/", "The new one")
    assert kept.owner_id == people.ada.id
    with pytest.raises(NotFound):
        links.way("payroll")
    links.make(people.bo, "payroll")  # free again


def test_nobody_else_does_not_even_moderators(links: Links, people: People) -> None:
    link = links.make(people.ada, "payroll")
    people.mo.changes(role="moderator")

    for other in (people.bo, people.mo):
        with pytest.raises(Forbidden):
            links.change(other, link, target="https://evil.example/")
        with pytest.raises(Forbidden):
            links.hand_over(other, link, other.name)
        with pytest.raises(Forbidden):
            links.remove(other, link)

    kept = links.get(link)
    assert (kept.name, kept.target, kept.owner_id) == ("payroll", "https://example.com/", people.ada.id)
    assert not link.may_be_changed_by(people.mo.account)


def test_a_change_keeps_to_the_rules(links: Links, people: People) -> None:
    link = links.make(people.ada, "payroll")
    links.make(people.bo, "wiki")

    with pytest.raises(Invalid, match="already been taken"):
        links.change(people.ada, link, name="wiki")
    with pytest.raises(Invalid, match="must begin with http"):
        links.change(people.ada, link, target="data:text/html,x")
    links.change(people.ada, link, description="Its own name is not taken")


def test_a_link_is_handed_over_to_a_colleague(links: Links, people: People) -> None:
    link = links.make(people.ada, "payroll")
    assert people.bo.name

    links.hand_over(people.ada, link, "@Bo")

    assert links.get(link).owner_id == people.bo.id
    with pytest.raises(Forbidden):
        links.change(people.ada, link, name="taken-over")
    links.change(people.bo, link, name="taken-over")


def test_it_is_handed_over_only_to_who_signs_in(links: Links, people: People) -> None:
    link = links.make(people.ada, "payroll")
    people.gone.changes(state="disabled")

    for name in ("gone", "nobody", ""):
        with pytest.raises(Invalid, match="must be a colleague"):
            links.hand_over(people.ada, link, name)


# --- removing --------------------------------------------------------------------------------------------


def test_a_removed_link_leads_nowhere_and_can_be_brought_back(links: Links, people: People) -> None:
    link = links.make(people.ada, "payroll", description="Slips")
    links.follow(link, 3)

    links.remove(people.ada, link)

    with pytest.raises(NotFound):
        links.way("payroll")
    assert (links.search("slips"), links.suggestions("payrol"), links.most_used()) == ([], [], [])
    assert [one.name for one in links.db.read_now(queries.removed, people.ada.id)] == ["payroll"]
    with pytest.raises(NotFound):
        links.change(people.ada, link, name="x")
    with pytest.raises(Forbidden):
        links.restore(people.bo, link)

    links.restore(people.ada, link)

    assert links.way("payroll") == "https://example.com/"
    assert links.search("slips") == ["payroll"]
    assert links.most_used() == [("payroll", 3)]
    assert links.db.read_now(queries.removed, people.ada.id) == []


def test_what_an_administrator_removed_both_can_bring_back(links: Links, people: People, al: Human) -> None:
    link = links.make(people.ada, "payroll")

    for who in (al, people.ada):
        links.remove(al, link)
        assert [one.id for one in links.db.read_now(queries.removed, who.id)] == [link.id]
        links.restore(who, link)

    assert links.db.read_now(queries.removed, people.bo.id) == []


def test_a_removed_name_is_free_and_then_the_old_one_does_not_come_back(links: Links, people: People) -> None:
    old = links.make(people.ada, "payroll")
    links.remove(people.ada, old)
    links.make(people.bo, "payroll", "https://other.example/")

    with pytest.raises(Invalid, match="already been taken"):
        links.restore(people.ada, old)

    assert links.way("payroll") == "https://other.example/"


def test_after_thirty_days_it_is_forgotten(links: Links, people: People, clock: Clock) -> None:
    old, other = links.make(people.ada, "old"), links.make(people.ada, "other")
    links.follow(old)
    links.remove(people.ada, old)

    clock.forward(days=31)
    with pytest.raises(NotFound):
        links.restore(people.ada, old)
    links.remove(people.ada, other)

    with pytest.raises(NotFound):
        links.get(old)
    assert links.get(other).removed_at


def test_links_of_a_deleted_account_stay_and_belong_to_nobody(
    db: Database, links: Links, people: People, al: Human
) -> None:
    link = links.make(people.bo, "payroll")
    removed = links.make(people.bo, "old")
    links.remove(people.bo, removed)

    db.write_now(actions.act, al.id, people.bo.id, "suspend")
    assert links.get(link).owner is None  # shut: nobody meets the person
    db.write_now(deletion.request, al.id, people.bo.id)
    work(db)

    kept = links.get(link)
    assert (kept.owner_id, kept.owner) == (None, None)
    assert links.way("payroll") == "https://example.com/"
    with pytest.raises(Forbidden):
        links.change(people.ada, link, name="taken-over")
    links.hand_over(al, link, "al")
    assert links.get(link).owner_id == al.id
    links.restore(al, removed)


def test_of_two_who_take_a_name_at_once_one_is_told(db: Database, links: Links, people: People) -> None:
    ada, bo = people.ada.id, people.bo.id

    async def both() -> list[object]:
        return await asyncio.gather(
            *(db.write(change.make, who, _draft("payroll"), "http://talk.test") for who in (ada, bo)),
            return_exceptions=True,
        )

    results = asyncio.run(both())

    assert sorted(type(result).__name__ for result in results) == ["GoLink", "Invalid"]


def _draft(name: str) -> change.LinkDraft:
    return change.LinkDraft(name, "https://example.com/")

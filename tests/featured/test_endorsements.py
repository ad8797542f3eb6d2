"""Colleagues that people feature on their profile, and what they note about them."""

from __future__ import annotations

import pytest

from officetalk.accounts import relations
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.paging import Page
from officetalk.featured import endorsements
from tests.people import Human, People, names


def endorsed(reader: Human, whose: Human, **page: int) -> list[str]:
    return names(reader._read(endorsements.endorsed_by, whose.id, Page(**page)))


def test_one_features_whom_one_follows(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    ada.follows(bo, cy)

    for _ in range(2):
        ada._write(endorsements.endorse, bo.id)
    relation = ada._write(endorsements.endorse, cy.id)

    assert relation.endorsed
    assert endorsed(ada, ada) == endorsed(bo, ada) == ["cy", "bo"]
    assert not bo.relation_to(ada).endorsed
    assert not cy.relation_to(bo).endorsed


def test_a_stranger_or_oneself_is_not_featured(people: People) -> None:
    ada, bo = people.ada, people.bo

    for other in (bo, ada):
        with pytest.raises(Invalid, match="You must be already following the person you want to endorse"):
            ada._write(endorsements.endorse, other.id)
    with pytest.raises(NotFound):
        ada._write(endorsements.endorse, 1)

    assert endorsed(bo, ada) == []


def test_who_is_no_longer_followed_is_no_longer_featured(people: People) -> None:
    ada, bo, cy, dan, eve = people.ada, people.bo, people.cy, people.dan, people.eve
    ada.follows(bo, cy, dan, eve)
    for other in (bo, cy, dan, eve):
        ada._write(endorsements.endorse, other.id)

    ada.unfollows(bo)
    cy.shakes_off(ada)
    dan.blocks(ada)
    ada._write(endorsements.unendorse, eve.id)
    ada._write(endorsements.unendorse, eve.id)
    ada.follows(bo)

    assert endorsed(ada, ada) == []


def test_the_list_pages_both_ways_and_leaves_out_who_left(people: People) -> None:
    ada, others = people.ada, [getattr(people, f"p{i}") for i in range(5)]
    ada.follows(*others)
    for other in others:
        ada._write(endorsements.endorse, other.id)
    others[3].changes(state="disabled")

    first = ada._read(endorsements.endorsed_by, ada.id, Page(2))

    assert names(first) == ["p4", "p2"]
    assert endorsed(ada, ada, limit=2, max_id=first[-1].cursor) == ["p1", "p0"]
    assert endorsed(ada, ada, limit=1, min_id=first[-1].cursor) == ["p4"]


def test_whom_one_has_blocked_sees_nobody(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    ada.follows(cy)
    ada._write(endorsements.endorse, cy.id)

    ada.blocks(bo)

    assert endorsed(bo, ada) == []
    assert endorsed(cy, ada) == ["cy"]


def test_a_note_is_for_its_author_alone(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy

    relation = ada._write(relations.set_note, bo.id, "  Likes tea\nand looms ")

    assert relation.note == ada.relation_to(bo).note == "Likes tea\nand looms"
    assert bo.relation_to(ada).note == cy.relation_to(bo).note == bo.relation_to(cy).note == ""


def test_a_note_can_be_changed_and_removed(people: People) -> None:
    ada, bo = people.ada, people.bo
    ada._write(relations.set_note, bo.id, "One")

    assert ada._write(relations.set_note, bo.id, "Two").note == "Two"
    assert ada._write(relations.set_note, bo.id, " ").note == ""
    assert ada._write(relations.set_note, bo.id, "").note == ""


def test_a_note_has_an_end(people: People) -> None:
    ada, bo = people.ada, people.bo

    assert len(ada._write(relations.set_note, bo.id, "x" * 2000).note) == 2000
    with pytest.raises(Invalid, match="is too long"):
        ada._write(relations.set_note, bo.id, "x" * 2001)
    with pytest.raises(NotFound):
        ada._write(relations.set_note, 1, "x")

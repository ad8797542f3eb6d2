"""How people want to be shown and found."""

from __future__ import annotations

from typing import Any

import pytest

from officetalk.accounts.entities import Display
from officetalk.core.errors import Invalid
from tests.people import People


def test_every_part_is_kept_when_another_changes(people: People) -> None:
    ada = people.ada
    assert ada.account.display == Display()

    ada.changes(hide_collections=True, avatar_description=" A loom ")
    ada.changes(show_media=False, attribution_domains=["blog.example.com"])
    ada.changes(header_description="A mill", discoverable=False, indexable=False)

    account = ada.account
    assert account.display == Display(
        avatar_description="A loom",
        header_description="A mill",
        hide_collections=True,
        show_media=False,
        attribution_domains=("blog.example.com",),
    )
    assert (account.discoverable, account.indexable) == (False, False)


def test_a_change_makes_a_new_revision(people: People) -> None:
    ada = people.ada
    before = ada.account.revision

    ada.changes(show_featured=False)

    assert ada.account.revision == before + 1


def test_a_picture_takes_its_description_with_it(people: People) -> None:
    ada = people.ada
    ada.changes(avatar="a.webp", avatar_description="A loom", header_description="A mill")

    ada.changes(avatar=None)
    assert ada.account.display == Display(header_description="A mill")

    ada.changes(avatar="b.webp", avatar_description="Another")
    assert ada.account.display.avatar_description == "Another"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (["Example.COM"], ("example.com",)),
        (["https://www.example.com/about", "example.com", ""], ("example.com",)),
        (["bücher.example"], ("xn--bcher-kva.example",)),
        ([], ()),
    ],
)
def test_domains_are_kept_as_host_names(people: People, written: list[str], kept: tuple[str, ...]) -> None:
    ada = people.ada
    ada.changes(attribution_domains=["old.example"])

    ada.changes(attribution_domains=written)

    assert ada.account.display.attribution_domains == kept


@pytest.mark.parametrize(
    "changes",
    [
        {"avatar_description": "x" * 151},
        {"header_description": "\x07"},
        {"attribution_domains": ["localhost"]},
        {"attribution_domains": ["two words.com"]},
        {"attribution_domains": ["a..b"]},
        {"attribution_domains": ["1.2.3.4"]},
        {"attribution_domains": [f"{i}.example.com" for i in range(11)]},
    ],
)
def test_what_breaks_a_rule_changes_nothing(people: People, changes: dict[str, Any]) -> None:
    ada = people.ada

    with pytest.raises(Invalid):
        ada.changes(bio="New", **changes)

    assert ada.account.bio == ""
    assert ada.account.display == Display()

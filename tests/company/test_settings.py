"""What the company chooses."""

from __future__ import annotations

from typing import Any

import pytest

from officetalk.company import settings as company
from officetalk.core.database import Database
from officetalk.core.errors import Invalid


def test_a_new_company_has_the_defaults(db: Database) -> None:
    chosen = db.read_now(company.load)

    assert (chosen.name, chosen.character_limit, chosen.registration) == ("OfficeTalk", 140, "invitation")
    assert not chosen.set_up


def test_a_choice_is_kept_and_told(db: Database) -> None:
    db.write_now(company.change, name="Engines Ltd", character_limit=500)
    db.write_now(company.change, email_domains=("example.com",))

    chosen = db.read_now(company.load)
    assert (chosen.name, chosen.character_limit, chosen.email_domains) == (
        "Engines Ltd",
        500,
        ("example.com",),
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""),
        ("name", "x" * 61),
        ("description", "x" * 501),
        ("character_limit", 19),
        ("character_limit", 5001),
        ("character_limit", "many"),
        ("registration", "everybody"),
    ],
)
def test_a_choice_that_breaks_a_rule_is_refused_with_its_field(db: Database, name: str, value: Any) -> None:
    before = db.read_now(company.load)

    with pytest.raises(Invalid) as refused:
        db.write_now(company.change, **{"description": "new"} | {name: value})

    assert refused.value.field == name
    assert db.read_now(company.load) == before


def test_other_values_are_kept_beside_the_choices(db: Database) -> None:
    assert db.read_now(company.read, "key") is None

    db.write_now(company.write, "key", {"a": [1]})

    assert db.read_now(company.read, "key") == {"a": [1]}
    assert db.read_now(company.load) == company.Company()

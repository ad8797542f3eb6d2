"""Limits hold when several requests come at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from officetalk.core.errors import Invalid
from officetalk.featured import change, collections, endorsements, tags
from officetalk.featured.entities import MAX_COLLECTIONS, MAX_ITEMS, Wish
from tests.people import People


def at_once(*calls: Callable[[], Any]) -> None:
    """Do these at the same moment; what breaks a rule is refused."""

    def attempt(call: Callable[[], Any]) -> None:
        with suppress(Invalid):
            call()

    with ThreadPoolExecutor(len(calls)) as pool:
        list(pool.map(attempt, calls))


def test_a_collection_is_never_too_full(people: People) -> None:
    ada, others = people.ada, [getattr(people, f"p{i}") for i in range(MAX_ITEMS + 5)]
    made = ada._write(change.create, Wish("Team", account_ids=tuple(o.id for o in others[: MAX_ITEMS - 1])))

    at_once(*(lambda o=o: ada._write(change.add, made.id, o.id) for o in others[MAX_ITEMS - 1 :]))

    assert len(ada._read(collections.get, made.id).items) == MAX_ITEMS


def test_nobody_has_too_many_collections_or_hashtags(people: People) -> None:
    ada = people.ada

    at_once(*(lambda i=i: ada._write(change.create, Wish(f"{i}")) for i in range(MAX_COLLECTIONS + 3)))
    at_once(*(lambda i=i: ada._write(tags.feature, f"tag{i}") for i in range(tags.MAX_TAGS + 3)))

    assert len(ada._read(collections.of_account, ada.id, 40)) == MAX_COLLECTIONS
    assert len(ada._read(tags.of_account, ada.id)) == tags.MAX_TAGS


def test_who_stops_following_features_nobody(people: People) -> None:
    ada, bo = people.ada, people.bo
    for _ in range(5):
        ada.follows(bo)

        at_once(lambda: ada._write(endorsements.endorse, bo.id), lambda: ada.unfollows(bo))

        relation = ada.relation_to(bo)
        assert (relation.following, relation.endorsed) == (False, False)

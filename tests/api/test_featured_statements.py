"""Reads of what people feature, of suggestions and trends run a fixed number of SQL statements."""

from __future__ import annotations

from typing import Any

from officetalk.featured import change, endorsements, tags
from officetalk.featured.entities import Collection, Wish
from officetalk.trends import work
from officetalk.trends.gather import gather
from tests.api.client import Api
from tests.people import People

# Path and the most statements it may run, after the token is known.
READS = {
    "/api/v1/tags/tag": 4,
    "/api/v1/followed_tags": 3,
    "/api/v1/featured_tags": 3,
    "/api/v1/accounts/{ada}/featured_tags": 4,
    "/api/v1/featured_tags/suggestions": 3,
    "/api/v1/endorsements": 1,
    "/api/v1/accounts/{ada}/endorsements": 3,
    "/api/v1/accounts/familiar_followers?id[]={ada}&id[]={bo}": 3,
    "/api/v1/suggestions": 2,
    "/api/v2/suggestions": 2,
    "/api/v1/accounts/relationships?id[]={ada}": 1,
    "/api/v1/profile": 3,
    "/api/v1/collections/{collection}": 3,
    "/api/v1/accounts/{ada}/collections": 4,
    "/api/v1/accounts/{bo}/in_collections": 3,
    "/api/v1/trends/tags": 4,
    "/api/v1/trends/statuses": 3,
    "/api/v1/trends/links": 4,
}


def fill(people: People, made: Collection, start: int, end: int) -> None:
    ada, bo = people.ada, people.bo
    for i in range(start, end):
        other = getattr(people, f"p{i}")
        for who in (ada, bo):
            who.follows(other)
            who._write(endorsements.endorse, other.id)
            who._write(tags.feature, f"tag{i}")
            who.follows_hashtag(f"tag{i}")
            who.posts(f"#tag{i} #own{i} https://example.com/{i}")
        other.follows(ada, bo)
        other.changes(department="Looms")
        post = other.posts(f"#tag{i} #tag https://example.com/{i}")
        for who in (ada, bo):
            who.likes(post)
        other._write(change.create, Wish(f"{i}", account_ids=(ada.id, bo.id)))
        ada._write(change.create, Wish(f"{i}", account_ids=(other.id,)))
        ada._write(change.add, made.id, other.id)
    ada.db.write_now(work.store, ada.db.read_now(gather), work.Turn(0))


def test_reads_run_a_fixed_number_of_statements(api: Api, people: People, statements: list[str]) -> None:
    ada, bo = people.ada, people.bo
    bo.changes(department="Looms")
    made: Any = ada._write(change.create, Wish("Team"))
    api.services.db.write_now(work.ensure)
    client = api.as_person(bo)
    client.get("/api/v1/preferences")  # so that the token is known

    def count() -> dict[str, int]:
        counts = {}
        for path in READS:
            statements.clear()
            answer = client.get(path.format(ada=ada.id, bo=bo.id, collection=made.id))
            assert answer.status_code == 200, path
            assert answer.json(), path
            counts[path] = len(statements)
        return counts

    fill(people, made, 0, 2)
    few = count()
    fill(people, made, 2, 9)
    many = count()

    assert {path: n for path, n in many.items() if n > READS[path]} == {}
    # A second statement for what the cache did not hold may come or go.
    assert {path: (few[path], n) for path, n in many.items() if n > few[path] + 1} == {}

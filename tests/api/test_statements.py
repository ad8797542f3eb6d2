"""Every read runs a fixed number of SQL statements, whatever the data: no query per post or person."""

from __future__ import annotations

from typing import Any

from tests.api.client import Api
from tests.people import People

# Path and the most statements it may run, after the token is known.
READS = {
    "/api/v1/accounts/verify_credentials": 1,
    "/api/v1/timelines/home": 3,
    "/api/v1/timelines/public": 2,
    "/api/v1/timelines/tag/tag": 4,
    "/api/v1/timelines/tag/tag?any[]=tag0&all[]=tag&none[]=x": 4,
    "/api/v1/timelines/link?url=https://example.com/0": 4,
    "/api/v1/timelines/direct": 4,
    "/api/v1/conversations": 5,
    "/api/v1/lists": 1,
    "/api/v1/accounts/{ada}/lists": 2,
    "/api/v2/filters": 3,
    "/api/v1/filters": 3,
    "/api/v1/favourites": 2,
    "/api/v1/bookmarks": 2,
    "/api/v1/accounts/{ada}": 1,
    "/api/v1/accounts/{ada}/statuses": 3,
    "/api/v1/accounts/{ada}/statuses?pinned=true": 3,
    "/api/v1/accounts/{ada}/followers": 2,
    "/api/v1/accounts/{bo}/following": 2,
    "/api/v1/statuses/{post}": 2,
    "/api/v1/statuses/{post}/context": 4,
    "/api/v1/statuses/{post}/favourited_by": 3,
    "/api/v1/statuses/{post}/reblogged_by": 3,
    "/api/v1/statuses/{post}/history": 3,
    "/api/v1/mutes": 2,
    "/api/v1/blocks": 1,
    "/api/v1/follow_requests": 1,
    "/api/v1/followed_tags": 3,
    "/api/v1/directory": 1,
    "/api/v1/preferences": 0,
    "/api/v1/markers?timeline[]=home": 1,
    "/api/v1/notifications": 3,
    "/api/v1/notifications/unread_count": 1,
    "/api/v2/notifications": 4,
    "/api/v2/notifications/policy": 2,
    "/api/v2/instance": 0,
}


def fill(people: People, post: Any, size: int) -> None:
    ada, bo = people.ada, people.bo
    for i in range(size):
        other = getattr(people, f"p{i}")
        bo.follows(other)
        ada.follows(other)
        other.follows(ada)
        written = other.posts(f"@bo {i} #tag https://example.com/{i}")
        other.comments(post, f"Comment {i}")
        other.reposts(post)
        other.likes(post)
        bo.likes(written)
        bo.bookmarks(written)
        ada.posts(f"Mine {i}")
        bo.follows_hashtag(f"tag{i}")


def test_reads_run_a_fixed_number_of_statements(api: Api, people: People, statements: list[str]) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)
    post = ada.posts("Hello #tag")
    ada.pins(post)
    client = api.as_person(bo)
    client.get("/api/v2/instance")  # so that the company and the token are known

    def count() -> dict[str, int]:
        counts = {}
        for path in READS:
            real = path.format(ada=ada.id, bo=bo.id, post=post.id)
            statements.clear()
            assert client.get(real).status_code == 200, path
            counts[path] = len(statements)
        return counts

    fill(people, post, 2)
    few = count()
    fill(people, post, 12)
    many = count()

    assert {path: n for path, n in many.items() if n > READS[path]} == {}
    # What few rows need, many need too; a second statement for what the cache did not hold may come or go.
    assert {path: (few[path], n) for path, n in many.items() if n > max(few[path] + 1, 1)} == {}

"""What was acknowledged is there after `kill -9`, and nothing is half done."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from officetalk.accounts import profile
from officetalk.core.database import Connection, Database, connect
from officetalk.core.sql import Statement

ROOT = Path(__file__).parents[2]
PEOPLE = 4

# Each of these finds what is half done; all must find nothing.
BROKEN = {
    "posts that are not in their author's feed": """
        SELECT id FROM post WHERE NOT EXISTS (
            SELECT 1 FROM feed_entry WHERE feed_id = post.author_id AND post_id = post.id)""",
    "posts that are not in the company feed": """
        SELECT id FROM post WHERE (parent_author_id IS NULL OR parent_author_id = author_id)
        AND NOT EXISTS (SELECT 1 FROM feed_entry WHERE feed_id = 1 AND post_id = post.id)""",
    "posts without their mention": """
        SELECT id FROM post WHERE NOT EXISTS (SELECT 1 FROM mention WHERE post_id = post.id)""",
    "posts without their hashtag": """
        SELECT id FROM post WHERE NOT EXISTS (
            SELECT 1 FROM feed_entry JOIN hashtag ON hashtag.id = feed_id WHERE post_id = post.id)""",
    "entries without a post": """
        SELECT post_id FROM feed_entry WHERE post_id NOT IN (SELECT id FROM post)""",
    "mentions without a post": """
        SELECT post_id FROM mention WHERE post_id NOT IN (SELECT id FROM post)""",
    "people with a wrong number of posts": """
        SELECT id FROM account
        WHERE posts_count <> (SELECT count(*) FROM post WHERE author_id = account.id)""",
    "people with a wrong number of mentions": """
        SELECT id FROM account
        WHERE mentions_count <> (SELECT count(*) FROM mention WHERE account_id = account.id)""",
    "posts with a wrong number of comments": """
        SELECT id FROM post LEFT JOIN (
            SELECT parent_id AS answered, count(*) AS comments FROM post GROUP BY parent_id
        ) AS c ON c.answered = post.id WHERE comments_count <> coalesce(comments, 0)""",
    "feeds whose newest post is another one": """
        SELECT id FROM feed
        WHERE last_post_id <> coalesce((SELECT max(post_id) FROM feed_entry WHERE feed_id = feed.id), 0)""",
    "links that are in a post and nowhere else": """
        SELECT id FROM post WHERE NOT EXISTS (
            SELECT 1 FROM link WHERE post.recognised LIKE '%' || link.code || '%')""",
}
_SEARCHED = {
    "sqlite": "SELECT id FROM post WHERE id NOT IN (SELECT rowid FROM post_search)",
    "postgresql": "SELECT id FROM post WHERE id NOT IN (SELECT post_id FROM post_search)",
}
_IDS = Statement(text("SELECT id FROM post"))


def write_and_be_killed(url: str, people: list[int], dice: random.Random) -> list[int]:
    """What a process acknowledged that was killed while it wrote."""
    command = [sys.executable, "-m", "tests.durability.writers", url, *map(str, people)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    # So many, however busy the machine is, and then at any moment of the next ones.
    output = b"".join(process.stdout.readline() for _ in range(dice.randint(15, 60)))
    time.sleep(dice.uniform(0, 0.05))
    assert process.poll() is None, "it must still be writing"
    process.kill()
    output += process.stdout.read()
    process.wait(10)
    return [int(line) for line in output.decode().splitlines(keepends=True) if line.endswith("\n")]


def half_done(conn: Connection) -> dict[str, list[int]]:
    questions = BROKEN | {"posts that search does not know": _SEARCHED[conn.dialect]}
    found = {name: [row[0] for row in conn.all(Statement(text(sql)))] for name, sql in questions.items()}
    return {name: ids for name, ids in found.items() if ids}


def kill_often(url: str, times: int) -> Database:
    """Kill a writing process so often; every time what it acknowledged must be there. The database."""
    db = connect(url)
    people = [db.write_now(profile.create, f"p{i}").id for i in range(PEOPLE)]
    db.close()
    dice = random.Random(7)
    acknowledged: set[int] = set()
    for i in range(times):
        new = write_and_be_killed(url, people, dice)
        assert len(new) > 10, "there must be something to lose"
        acknowledged.update(new)
        if i % 10 == 9:
            db = connect(url)
            assert acknowledged - {row[0] for row in db.read_now(lambda conn: conn.all(_IDS))} == set()
            assert db.read_now(half_done) == {}
            if i < times - 1:
                db.close()
    return db


@pytest.mark.slow
def test_sqlite_keeps_what_it_acknowledged_when_it_is_killed_50_times(new_sqlite: Callable[[], str]) -> None:
    db = kill_often(new_sqlite(), 50)

    checked = db.read_now(lambda conn: conn.raw.execute("PRAGMA integrity_check").fetchall())
    db.close()
    assert checked == [("ok",)]


@pytest.mark.slow
@pytest.mark.parametrize("dialect", ["postgresql"])
def test_postgresql_keeps_what_it_acknowledged_when_its_client_is_killed(
    new_database: Callable[[], str],
) -> None:
    kill_often(new_database(), 10).close()

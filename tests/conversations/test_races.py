"""Several people write and delete in one thread at the same moment: what is kept is what stands there."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

from officetalk.conversations import rules
from officetalk.core.database import Database
from officetalk.core.errors import Problem
from officetalk.core.paging import Page
from tests.people import Human, People


def test_the_last_post_is_right_whoever_writes_and_deletes_meanwhile(people: People, db: Database) -> None:
    humans = [people.ada, people.bo, people.cy]
    root = people.ada.posts("@bo @cy begin", "direct")

    def talk(human: Human) -> None:
        dice = random.Random(human.name)
        mine = []
        for i in range(12):
            try:
                if mine and dice.random() < 0.4:
                    human.deletes(mine.pop(dice.randrange(len(mine))))
                elif dice.random() < 0.2:
                    human._write(rules.put_away, human.conversation_page()[0].id)
                else:
                    others = " ".join(f"@{other.name}" for other in humans if other is not human)
                    mine.append(human.posts(f"{others} {i}", "direct", parent_id=root.id))
            except (Problem, IndexError):  # put away already
                continue

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(talk, humans))
    last = [human.posts("@ada @bo @cy end", "direct", parent_id=root.id) for human in humans][-1]

    for human in humans:
        (one,) = human.conversation_page()
        assert one.last.id == last.id
    last_of = people.cy.deletes(last)
    assert last_of.id == last.id
    for human in humans:
        (one,) = human.conversation_page()
        newest = human._read(rules.direct_posts, Page(1))
        assert one.last.id == newest[0].id

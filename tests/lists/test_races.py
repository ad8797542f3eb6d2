"""Lists are changed and people are unfollowed at the same moment: nobody stays on a list unfollowed, and
only members of exclusive lists are hidden."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from officetalk.core.database import Connection, Database
from officetalk.core.errors import Problem
from officetalk.core.sql import Statement
from officetalk.feeds.tables import subscription
from officetalk.lists.tables import list_member, people_list
from tests.people import People

_HIDDEN = Statement(
    select(subscription.c.feed_id, subscription.c.hidden).where(subscription.c.kind == "account")
)
_MEMBERS = Statement(
    select(list_member.c.account_id, people_list.c.exclusive).select_from(
        list_member.join(people_list, people_list.c.id == list_member.c.list_id)
    )
)


def test_lists_and_subscriptions_agree_whatever_happens_at_once(people: People, db: Database) -> None:
    ada, others = people.ada, [getattr(people, f"p{i}") for i in range(4)]
    ada.follows(*others)
    lists = [ada.makes_list(exclusive=bool(i)) for i in range(2)]

    def act(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(20):
            one, other = dice.choice(lists), dice.choice(others)
            try:
                dice.choice(
                    [
                        lambda one=one, other=other: ada.puts_on(one, other),
                        lambda one=one, other=other: ada.takes_off(one, other),
                        lambda other=other: ada.unfollows(other),
                        lambda other=other: ada.follows(other),
                        lambda one=one: ada.changes_list(one, exclusive=dice.random() < 0.5),
                    ]
                )()
            except Problem:
                continue

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(4)))

    def check(conn: Connection) -> None:
        hidden = dict(conn.all(_HIDDEN))
        members = conn.all(_MEMBERS)
        assert {account_id for account_id, _ in members} <= hidden.keys()
        exclusively = {account_id for account_id, exclusive in members if exclusive}
        assert {account_id for account_id, is_hidden in hidden.items() if is_hidden} == exclusively

    db.read_now(check)

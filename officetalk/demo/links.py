"""The demo company's named links, and how often they are followed. Pure: no clock, no database."""

from __future__ import annotations

import random
from collections.abc import Iterator

import msgspec

WEEKS = 8  # for which clicks are told


class Named(msgspec.Struct, frozen=True):
    """`made`: days ago; `clicks`: on an ordinary working day; `days`: weekdays on which it is followed more,
    Monday is 0."""

    name: str
    target: str
    description: str
    owner: str
    made: int
    clicks: int
    days: tuple[int, ...] = ()


LINKS = (
    Named("wiki", "https://wiki.aldermoor.example/", "Everything that somebody wrote down", "dayo", 900, 38),
    Named("lunch", "https://menu.aldermoor.example/trondheim/today", "Soup and what else, Trondheim", "leilani", 400, 31, (4,)),
    Named("ticket", "https://tickets.aldermoor.example/browse/{}", "A ticket by its number: go/ticket/TL-231", "solveig", 700, 24),
    Named("tl90", "https://plans.aldermoor.example/programmes/tl-90", "Launch plan of the TL-90, with dates", "marit", 160, 17, (0,)),
    Named("payroll", "https://pay.aldermoor.example/slips", "Pay slips, tax forms, bank details", "lena", 820, 9),
    Named("vacation", "https://people.aldermoor.example/absence/new", "Ask for days off; also sick notes", "lena", 820, 8, (0, 4)),
    Named("vpn", "https://help.aldermoor.example/vpn#first-time", "Set it up, and what to restart", "pavel", 600, 7, (0,)),
    Named("on-call", "https://rota.aldermoor.example/service/week", "Who answers the phone this week", "tomasz", 510, 6),
    Named("travel/policy", "https://legal.aldermoor.example/travel-policy.pdf", "What is paid, and what is not", "camille", 300, 3),
    Named("brand", "https://brand.aldermoor.example/", "Logos, colours, the one true blue", "hana", 250, 2),
)  # fmt: skip


def clicks(one: Named, weekday_today: int, rng: random.Random) -> Iterator[tuple[int, int]]:
    """(days ago, clicks), today half over: few at weekends, more on its own days."""
    for ago in range(min(one.made, WEEKS * 7)):
        weekday = (weekday_today - ago) % 7
        usual = one.clicks * (1.6 if weekday in one.days else 1) * (0.04 if weekday >= 5 else 1)
        count = round(usual * rng.uniform(0.6, 1.3) * (0.5 if ago == 0 else 1))
        if count:
            yield ago, count

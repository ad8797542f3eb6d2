"""Ids grow, whatever the clock does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from officetalk.core.ids import NODES, Ids, first_at, now_ms, time_of


def test_ids_grow_within_a_millisecond_and_beyond_what_it_holds() -> None:
    ids = Ids(clock=lambda: 1_000)

    made = [ids.next() for _ in range(3000)]

    assert made == sorted(set(made))
    assert time_of(made[0]) == 1_000
    assert time_of(made[-1]) == 1_002, "borrowed from the next milliseconds"


def test_ids_grow_when_the_clock_goes_back() -> None:
    times = iter([5_000, 4_000, 1, 5_001])
    ids = Ids(clock=lambda: next(times))

    made = [ids.next() for _ in range(4)]

    assert made == sorted(set(made))
    assert [time_of(id) for id in made] == [5_000, 5_000, 5_000, 5_001]


def test_ids_carry_the_time_of_creation() -> None:
    before = now_ms()

    id = Ids().next()

    assert before <= time_of(id) <= now_ms()
    assert first_at(time_of(id)) <= id < first_at(time_of(id) + 1)


def test_ids_of_two_nodes_in_the_same_millisecond_differ() -> None:
    nodes = [Ids(node, clock=lambda: 7) for node in range(NODES)]

    assert len({ids.next() for ids in nodes for _ in range(1024)}) == NODES * 1024


@pytest.mark.parametrize("node", [-1, NODES])
def test_a_node_out_of_range_is_refused(node: int) -> None:
    with pytest.raises(ValueError, match="node must be 0 to 63"):
        Ids(node)


def test_ids_made_by_several_threads_are_all_different() -> None:
    ids = Ids()

    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: ids.next(), range(4000)))

    assert len(set(made)) == 4000


def test_ids_fit_into_64_bits_for_the_next_centuries() -> None:
    assert Ids(63, clock=lambda: now_ms() + 1000 * 365 * 24 * 3600 * 1000).next() < 1 << 63

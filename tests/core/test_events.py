"""Events: encoded for other nodes, delivered to whoever listens."""

from __future__ import annotations

from officetalk.core import events
from officetalk.core.events import Bus, Event


def test_events_survive_the_way_to_another_node() -> None:
    told = [Event("post.published", (1 << 62) + 1, 7, (1, 2)), Event("account.changed", 3)]

    (text,) = events.encode(told)

    assert events.decode(text) == told


def test_many_events_travel_in_texts_that_a_notice_holds() -> None:
    told = [
        Event("post.deleted", (1 << 62) + i, 1 << 62, tuple(range(1 << 62, (1 << 62) + 22)))
        for i in range(300)
    ]

    texts = events.encode(told)

    assert all(len(text) < events.MAX_NOTICE for text in texts)
    assert [event for text in texts for event in events.decode(text)] == told
    assert events.encode([]) == []


def test_a_listener_hears_its_name_only_until_it_stops() -> None:
    bus, heard = Bus(), []
    stop = bus.listen("a", heard.append)

    bus.publish([Event("a", 1), Event("b", 2)])
    stop()
    bus.publish([Event("a", 3)])

    assert heard == [Event("a", 1)]


def test_one_listeners_fault_does_not_cost_another_its_event() -> None:
    bus, heard = Bus(), []
    bus.listen("a", lambda event: 1 // 0)
    bus.listen("a", heard.append)

    bus.publish([Event("a", 1)])

    assert heard == [Event("a", 1)]

"""The caches are bounded, and a transaction's own knowledge stays its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from officetalk.core.cache import Cache, Overlay


def test_a_cache_never_holds_more_than_its_size_and_drops_the_oldest() -> None:
    cache: Cache[int, str] = Cache(20)

    for i in range(100):
        cache.put(i, str(i))
        assert len(cache) <= 20

    assert cache.get(99) == "99"
    assert cache.get(0) is None


def test_what_is_dropped_is_gone() -> None:
    cache: Cache[str, int] = Cache(10)
    for i, name in enumerate("abcd"):
        cache.put(name, i)

    cache.drop("a")
    cache.drop("nobody")
    cache.drop_where(lambda value: value == 2)
    assert [cache.get(name) for name in "abcd"] == [None, 1, None, 3]

    cache.clear()
    assert len(cache) == 0


def test_an_overlay_reads_through_and_keeps_what_it_learns_to_itself() -> None:
    below: Cache[str, int] = Cache(10)
    below.put("known", 1)
    overlay = Overlay(below)

    overlay.put("new", 2)
    overlay.put("known", 3)

    assert (overlay.get("known"), overlay.get("new"), overlay.get("unknown")) == (3, 2, None)
    assert (below.get("known"), below.get("new")) == (1, None)


def test_a_cache_is_safe_to_use_from_several_threads() -> None:
    cache: Cache[int, int] = Cache(50)

    def work(thread: int) -> None:
        for i in range(500):
            cache.put(thread * 1000 + i, i)
            cache.get(i)
            if i % 50 == 0:
                cache.drop_where(lambda value: value % 7 == 0)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))

    assert len(cache) <= 50

"""Long threads are folded, so that what matters is seen at once; nothing of them is missing from the page."""

from __future__ import annotations

import re

import pytest

from tests.people import People
from tests.web.browser import Browser, Web


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    return web.signed_in(people.ada)


def folds(text: str) -> list[tuple[str, int]]:
    """The words of each folded stretch, and how many posts lie in it."""
    found = re.findall(r'<details class="fold"><summary>(.*?)</summary>(.*?)</details>', text, re.DOTALL)
    return [(re.sub(r"<[^>]+>", "", words).strip(), inside.count("<article")) for words, inside in found]


def test_a_short_thread_is_open(ada: Browser, people: People) -> None:
    first = people.bo.posts("Who has the key?")
    answer = people.cy.comments(first, "I have")
    for number in range(4):
        people.bo.comments(answer, f"Thank you {number}")

    assert folds(ada.open(f"/@bo/{first.id}").text) == []


def test_of_many_answers_to_a_comment_the_first_are_seen(ada: Browser, people: People) -> None:
    first = people.bo.posts("Who has the key?")
    answer = people.cy.comments(first, "I have")
    for number in range(7):
        people.bo.comments(answer, f"Thank you {number}")
    people.dee.comments(first, "So have I")

    text = ada.open(f"/@bo/{first.id}").text

    assert folds(text) == [("3 more answers", 3)]
    assert text.index("Thank you 6") < text.index("So have I")
    assert text.count("<article") == 10


def test_after_forty_comments_the_rest_is_folded(ada: Browser, people: People) -> None:
    first = people.bo.posts("Who comes?")
    for number in range(43):
        people.cy.comments(first, f"Comment {number}")

    text = ada.open(f"/@bo/{first.id}").text

    assert folds(text) == [("3 more comments", 3)]
    assert text.count("<article") == 44


def test_a_long_way_to_a_post_shows_its_beginning_and_its_last_steps(ada: Browser, people: People) -> None:
    post = people.bo.posts("Step 0")
    for number in range(1, 9):
        post = people.cy.comments(post, f"Step {number}")

    text = ada.open(f"/@cy/{post.id}").text

    assert folds(text) == [("3 posts between them", 3)]
    assert re.findall(r"Step (\d)</p>", text) == [str(number) for number in range(9)]

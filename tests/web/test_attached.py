"""What hangs on posts, in the pages: polls that one votes in, quotes, link cards, filtered posts."""

from __future__ import annotations

from officetalk.filters import rules as filters
from officetalk.links.entities import Card
from officetalk.posts import cards, quotes
from officetalk.posts.entities import PollDraft
from tests.conftest import Clock
from tests.people import People
from tests.web.browser import Page, Web

LUNCH = PollDraft(("Soup & bread", "Fish"), 3600)


def test_one_votes_in_a_poll_and_sees_how_it_stands(web: Web, people: People) -> None:
    post = people.ada.posts("Lunch?", poll=LUNCH)
    bo = web.signed_in(people.bo)
    page = bo.open("/company")
    assert "Soup &amp; bread" in page.text
    assert "results show after you vote" in page.text
    assert "%" not in page.text.partition("Lunch?")[2].partition("</article>")[0]

    said = page.send(f"/posts/{post.id}/vote", **{"choice[]": "1"}).follow()

    page = bo.open("/company")
    assert "Thank you, your vote counts." in said.text
    assert "1 person voted" in page.text
    assert "100 %" in page.text
    assert "your vote" in page.text


def test_voting_by_script_answers_with_the_poll_alone(web: Web, people: People) -> None:
    post = people.ada.posts("Lunch?", poll=LUNCH)

    bo = web.signed_in(people.bo)
    form = bo.open("/company").form(f"/posts/{post.id}/vote")
    values = {**form.values, "choice[]": "0"}

    answer = Page(bo, web.send("POST", form.action, bo.cookies, data=values, headers={"hx-request": "true"}))

    assert answer.text.lstrip().startswith('<div class="poll">')
    assert "<html" not in answer.text


def test_a_poll_that_hides_its_totals_shows_them_when_it_has_ended(
    web: Web, people: People, clock: Clock
) -> None:
    post = people.ada.posts("Lunch?", poll=PollDraft(("Soup", "Fish"), 3600, hide_totals=True))
    bo = web.signed_in(people.bo)
    bo.open("/company").send(f"/posts/{post.id}/vote", **{"choice[]": "1"})
    assert "100 %" not in bo.open("/company").text

    clock.forward(hours=2)

    assert "100 %" in bo.open("/company").text
    assert "final" in bo.open("/company").text


def test_a_quote_shows_what_it_quotes_until_its_author_takes_it_out(web: Web, people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Worth a quote <b>")
    quoting = bo.posts("Indeed", quote_of_id=post.id)
    cy = web.signed_in(people.cy)
    assert f'href="/@ada/{post.id}"' in cy.open(f"/@bo/{quoting.id}").text
    assert "Worth a quote &lt;b&gt;" in cy.open(f"/@bo/{quoting.id}").text

    ada.db.write_now(quotes.revoke, ada.id, post.id, quoting.id)

    page = cy.open(f"/@bo/{quoting.id}").text
    assert "taken out by its author" in page
    assert "Worth a quote" not in page


def test_a_link_has_its_card_and_leads_through_the_short_link(web: Web, people: People) -> None:
    ada = people.ada
    post = ada.posts("Read https://example.com/report")
    card = Card("https://example.com/report", "The <report>", "All of it", provider="Example")
    ada.db.write_now(cards.set_card, post.id, card)

    page = web.signed_in(people.bo).open("/company").text

    code = post.content.recognised.links[0][1]
    assert f'class="inset linkcard" href="/l/{code}"' in page
    assert "The &lt;report&gt;" in page


def test_filtered_posts_are_folded_or_left_out_where_the_filter_holds(web: Web, people: People) -> None:
    ada, bo = people.ada, people.bo
    ada.posts("About pineapple")
    ada.posts("About olives")
    for title, action, word in (("Fruit", "warn", "pineapple"), ("Olives", "hide", "olives")):
        bo.db.write_now(
            filters.create, bo.id, title=title, contexts=["public"], action=action,
            keywords=[filters.KeywordChange(keyword=word, whole_word=True)],
        )  # fmt: skip
    browser = web.signed_in(bo)

    company, profile = browser.open("/company").text, browser.open("/@ada").text

    assert "Filtered: Fruit" in company
    assert "About olives" not in company
    assert "Filtered" not in profile
    assert "About olives" in profile

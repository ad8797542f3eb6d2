"""What hangs on a post: pictures and cards through publishing, editing and deleting; filters; what a page of
it all costs; and that it comes out strictly typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from officetalk.api import entities
from officetalk.api.render import Renderer
from officetalk.core.database import Connection, Database
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.paging import Page
from officetalk.filters import rules as filters
from officetalk.filters.entities import KeywordChange, Match
from officetalk.http.signing import Signer
from officetalk.links.entities import Card
from officetalk.media import attachments
from officetalk.media.entities import Attachment
from officetalk.posts import cards, change, hashtags, polls, queries, quotes, scheduled, thread
from officetalk.posts.change import MediaChange
from officetalk.posts.entities import Draft, PollDraft, Post
from officetalk.search import posts as search
from officetalk.timelines import home, lists
from tests.conftest import Clock
from tests.people import Human, People, texts
from tests.posts.conftest import Due

RENDER = Renderer("http://talk.test", Signer(b"key"))
CARD = Card("https://example.com/", "Example", "A page")
POLL = PollDraft(("Yes", "No"), 3600)


def uploads(human: Human, kind: Any = "image", description: str = "") -> int:
    """The id of something that was uploaded and is ready."""

    def upload(conn: Connection) -> int:
        made = Attachment(0, kind, "a.webp", "b.webp", 640, 480, 320, 240, blurhash="LEHV6nWB2yk8")
        id = attachments.begin(conn, human.id, made, format="jpeg", description=description)
        attachments.stored(conn, id)
        return id

    return human.db.write_now(upload)


def media(human: Human, post: Post) -> list[tuple[int, str]]:
    """The attachments that a reader sees: id and description."""
    return [(a.id, a.description) for a in human.sees_at(post).shown.content.attached.media]


def only_media(human: Human, of: Human) -> list[str]:
    return texts(human.db.read_now(lists.of_account, human.id, of.id, Page(), only_media=True))


def typed(body: bytes, kind: Any) -> Any:
    """The entity in `body`, which must be it strictly."""
    found = msgspec.json.decode(body, type=kind, strict=True)
    assert msgspec.to_builtins(found) == json.loads(body)
    return found


# --- pictures ----------------------------------------------------------------------------------------


def test_pictures_stand_in_the_order_in_which_they_were_sent(people: People) -> None:
    ada = people.ada
    ids = [uploads(ada, description=f"{i}") for i in range(4)]

    post = ada.posts("", media_ids=(ids[2], ids[0], ids[3], ids[1]))

    assert media(people.bo, post) == [(ids[2], "2"), (ids[0], "0"), (ids[3], "3"), (ids[1], "1")]
    assert only_media(people.bo, ada) == [""]
    assert people.bo.company() == [""]


def test_a_picture_with_a_poll_or_of_somebody_else_is_refused_and_stays_free(people: People) -> None:
    ada, bo = people.ada, people.bo
    own, others = uploads(ada), uploads(bo)

    with pytest.raises(Invalid, match="Cannot attach both files and a poll"):
        ada.posts("x", media_ids=(own,), poll=POLL)
    with pytest.raises(Invalid, match="not found or already attached to another post"):
        ada.posts("x", media_ids=(own, others))
    with pytest.raises(Invalid):
        ada.posts("x" * 141, media_ids=(own,))

    assert media(bo, ada.posts("x", media_ids=(own,))) == [(own, "")]


def test_a_picture_hangs_on_one_post(people: People) -> None:
    ada = people.ada
    id = uploads(ada)
    post = ada.posts("One", media_ids=(id,))

    with pytest.raises(Invalid, match="not found or already attached to another post"):
        ada.posts("Two", media_ids=(id,))

    assert media(people.bo, post) == [(id, "")]


def test_an_edit_adds_turns_and_takes_pictures_away_and_the_history_keeps_them(people: People) -> None:
    ada, bo = people.ada, people.bo
    one, two, three = (uploads(ada, description=d) for d in "123")
    post = ada.posts("Look", media_ids=(one, two))

    ada.edits(post, "Look", media_ids=[two, three, one])
    assert media(bo, post) == [(two, "2"), (three, "3"), (one, "1")]
    ada.edits(post, "Look", media_ids=[three])
    assert media(bo, post) == [(three, "3")]
    ada.edits(post, "Look here")  # as they are
    assert media(bo, post) == [(three, "3")]
    ada.edits(post, "Look here", media_ids=[])

    assert media(bo, post) == []
    versions = bo.db.read_now(queries.history, bo.id, post.id)[1]
    assert [[a.id for a in version.attached.media] for version in versions] == [
        [one, two],
        [two, three, one],
        [three],
        [three],
        [],
    ]


def test_a_picture_that_was_taken_away_stays_the_posts_since_its_history_shows_it(people: People) -> None:
    ada, bo = people.ada, people.bo
    id = uploads(ada)
    post = ada.posts("Look", media_ids=(id,))
    ada.edits(post, "Look", media_ids=[])

    with pytest.raises(Invalid, match="already attached to another post"):
        ada.posts("Other", media_ids=(id,))
    ada.edits(post, "Look", media_ids=[id])
    assert media(bo, post) == [(id, "")]
    ada.edits(post, "Look", media_ids=[])
    ada.deletes(post)

    assert media(bo, ada.posts("Again", media_ids=(id,))) == [(id, "")]


def test_an_edit_says_better_what_a_picture_shows(people: People) -> None:
    ada, bo = people.ada, people.bo
    id = uploads(ada, description="Cta")
    post = ada.posts("Look", media_ids=(id,))

    ada.edits(post, "Look", media_ids=[id], media_changes=[MediaChange(id, "Cat", (0.5, -0.5))])

    [shown] = bo.sees_at(post).content.attached.media
    assert (shown.description, shown.focus) == ("Cat", (0.5, -0.5))
    assert bo.sees_at(post).content.edited_at is not None
    [before, _] = bo.db.read_now(queries.history, bo.id, post.id)[1]
    assert before.attached.media[0].description == "Cta"


def test_an_edit_cannot_touch_what_hangs_elsewhere_or_is_somebody_elses(people: People) -> None:
    ada, bo = people.ada, people.bo
    own, elsewhere, others = uploads(ada), uploads(ada), uploads(bo, description="Mine")
    post, other = ada.posts("Look", media_ids=(own,)), ada.posts("Other", media_ids=(elsewhere,))

    for id in (elsewhere, others):
        with pytest.raises((Invalid, NotFound)):
            ada.edits(post, "Look", media_ids=[own, id])
        with pytest.raises((Invalid, NotFound)):
            ada.edits(post, "Look", media_ids=[own, id], media_changes=[MediaChange(id, "Yours")])

    assert media(bo, post) == [(own, "")]
    assert media(bo, other) == [(elsewhere, "")]
    assert media(bo, bo.posts("Mine", media_ids=(others,))) == [(others, "Mine")]


def test_pictures_and_a_poll_take_each_others_place(people: People) -> None:
    ada, bo = people.ada, people.bo
    id = uploads(ada)
    post = ada.posts("Look", media_ids=(id,))

    with pytest.raises(Invalid, match="Cannot attach both files and a poll"):
        ada.edits(post, "Look", media_ids=[id], poll=POLL)
    ada.edits(post, "Well?", media_ids=[], poll=POLL)
    assert (media(bo, post), bo.sees_at(post).tally is not None) == ([], True)
    ada.edits(post, "Look", media_ids=[id], poll=None)

    assert (media(bo, post), bo.sees_at(post).tally) == ([(id, "")], None)


def test_where_pictures_alone_are_listed_a_post_comes_and_goes_with_its_pictures(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Look #tag")
    assert only_media(bo, ada) == []
    id = uploads(ada)

    def listed() -> list[list[str]]:
        tag = bo.db.read_now(hashtags.find, bo.id, "tag").id
        return [
            only_media(bo, ada),
            texts(bo.db.read_now(lists.company, bo.id, Page(), only_media=True)),
            texts(bo.db.read_now(lists.by_hashtag, bo.id, tag, Page(), only_media=True)),
        ]

    ada.edits(post, "Look #tag", media_ids=[id])
    assert listed() == [["Look #tag"]] * 3
    ada.edits(post, "Look #tag", media_ids=[])
    assert listed() == [[]] * 3


def test_a_repost_of_pictures_is_listed_with_pictures(people: People) -> None:
    post = people.ada.posts("Look", media_ids=(uploads(people.ada),))

    people.bo.reposts(post)

    assert only_media(people.cy, people.bo) == ["repost: Look"]


def test_the_pictures_of_a_deleted_post_can_be_attached_again_or_go_with_it(people: People) -> None:
    ada, bo = people.ada, people.bo
    kept, gone = uploads(ada), uploads(ada)
    first, second = ada.posts("One", media_ids=(kept,)), ada.posts("Two", media_ids=(gone,))

    deleted = ada.deletes(first)
    ada.db.write_now(change.delete_post, ada.id, second.id, delete_media=True)

    assert [a.id for a in deleted.content.attached.media] == [kept]
    assert media(bo, ada.posts("Again", media_ids=(kept,))) == [(kept, "")]
    with pytest.raises(Invalid, match="not found"):
        ada.posts("Again", media_ids=(gone,))


def test_a_quote_may_have_pictures_or_a_poll_as_in_mastodon(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Original")
    id = uploads(bo)

    with_picture = bo.posts("Look", quote_of_id=post.id, media_ids=(id,))
    with_poll = bo.posts("Well?", quote_of_id=post.id, poll=POLL)

    assert media(ada, with_picture) == [(id, "")]
    for made in (with_picture, with_poll):
        quote = ada.sees_at(made).quote
        assert quote is not None and quote.state == "accepted"
    assert ada.sees_at(with_poll).tally is not None


# --- pictures of what waits --------------------------------------------------------------------------


def _waits(human: Human, clock: Clock, id: int, *, hours: int = 1) -> scheduled.Scheduled:
    at = clock() + hours * 3600 * 1000
    return human.db.write_now(scheduled.schedule, human.id, Draft("Later", media_ids=(id,)), at, 140)


def test_what_waits_keeps_its_pictures_until_it_is_published(people: People, clock: Clock, due: Due) -> None:
    ada = people.ada
    id = uploads(ada, description="Cat")

    made = _waits(ada, clock, id, hours=48)

    assert [(a.id, a.description) for a in made.media] == [(id, "Cat")]
    [listed] = ada.db.read_now(scheduled.waiting, ada.id, Page())
    assert listed.media == made.media
    with pytest.raises(Invalid, match="already attached to another post"):
        ada.posts("Now", media_ids=(id,))
    clock.forward(days=1, hours=1)
    ada.db.write_now(attachments.forget, id)  # not forgotten, although nobody's post has it
    clock.forward(days=1)
    due()
    [post] = ada.db.read_now(lists.of_account, ada.id, ada.id, Page())
    assert media(people.bo, post) == [(id, "Cat")]
    assert only_media(people.bo, ada) == ["Later"]


def test_what_is_cancelled_gives_its_pictures_back(people: People, clock: Clock) -> None:
    ada = people.ada
    id = uploads(ada)
    made = _waits(ada, clock, id)

    ada.db.write_now(scheduled.cancel, ada.id, made.id)

    assert media(people.bo, ada.posts("Now", media_ids=(id,))) == [(id, "")]


def test_what_could_not_be_published_keeps_its_pictures(
    people: People, clock: Clock, due: Due, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = people.ada
    id = uploads(ada)
    parent = people.bo.posts("Parent")
    at = clock() + 3600 * 1000
    made = ada.db.write_now(
        scheduled.schedule, ada.id, Draft("Later", parent_id=parent.id, media_ids=(id,)), at, 140
    )
    people.bo.deletes(parent)
    clock.forward(hours=2)

    due()

    [waiting] = ada.db.read_now(scheduled.waiting, ada.id, Page())
    assert waiting.error is not None
    assert [a.id for a in waiting.media] == [id]
    with pytest.raises(Invalid, match="already attached to another post"):
        ada.posts("Now", media_ids=(id,))
    ada.db.write_now(scheduled.cancel, ada.id, made.id)
    ada.posts("Now", media_ids=(id,))


# --- cards -------------------------------------------------------------------------------------------


def sets_card(db: Database, post: Post, card: Card | None) -> bool:
    return db.write_now(cards.set_card, post.id, card)


def test_a_card_comes_quietly_and_stays_through_an_edit(people: People, db: Database) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("https://example.com/")
    assert bo.sees_at(post).content.attached.card is None

    assert sets_card(db, post, CARD)
    assert not sets_card(db, post, CARD)

    seen = bo.sees_at(post).content
    assert (seen.attached.card, seen.edited_at) == (CARD, None)
    assert bo.history_of(post) == ["https://example.com/"]
    ada.edits(post, "https://example.com/ and more")
    assert bo.sees_at(post).content.attached.card == CARD
    assert sets_card(db, post, None)
    assert bo.sees_at(post).content.attached.card is None
    assert len(bo.history_of(post)) == 2


def test_a_card_that_comes_too_late_changes_nothing(people: People, db: Database) -> None:
    post = people.ada.posts("https://example.com/")
    people.ada.deletes(post)

    assert not sets_card(db, post, CARD)
    assert not db.write_now(cards.set_card, 1, CARD)
    assert not people.bo.sees(post)


# --- filters -----------------------------------------------------------------------------------------


def filters_out(human: Human, *words: str, post: Post | None = None, expires_at: int | None = None) -> int:
    made = human.db.write_now(
        filters.create, human.id, "T", ["home"], "warn", expires_at, [KeywordChange(keyword=w) for w in words]
    )
    if post is not None:
        human.db.write_now(filters.add_status, human.id, made.id, post.id)
    return made.id


def words(found: tuple[Match, ...]) -> list[str]:
    return [word for match in found for word in match.keyword_matches]


Asked = Callable[[Connection, Human, Human, Post], list[Post]]

# Every list in which bo meets ada's post.
LISTS: dict[str, Asked] = {
    "home": lambda c, bo, ada, post: home.home(c, bo.id, Page()),
    "company": lambda c, bo, ada, post: lists.company(c, bo.id, Page()),
    "hashtag": lambda c, bo, ada, post: lists.by_hashtag(c, bo.id, hashtags.find(c, bo.id, "tag").id, Page()),
    "profile": lambda c, bo, ada, post: lists.of_account(c, bo.id, ada.id, Page()),
    "pinned": lambda c, bo, ada, post: lists.pinned(c, bo.id, ada.id, Page()),
    "likes": lambda c, bo, ada, post: lists.likes(c, bo.id, Page()),
    "bookmarks": lambda c, bo, ada, post: lists.bookmarks(c, bo.id, Page()),
    "by id": lambda c, bo, ada, post: queries.by_ids(c, bo.id, [post.id]),
    "thread": lambda c, bo, ada, post: list(thread.thread(c, bo.id, post.content.parent_id or 0).descendants),
    "search": lambda c, bo, ada, post: search.search(c, bo.id, "lunch"),
    "quotes": lambda c, bo, ada, post: quotes.quoting(c, bo.id, post.content.quote_of_id or 0, Page()),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_filtered_post_says_so_in_every_list_to_whose_filter_it_is(people: People, name: str) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)
    top = ada.posts("Top", quote_policy="public")
    post = ada.posts("Lunch at noon #tag", parent_id=top.id, quote_of_id=top.id)
    ada.pins(post)
    bo.likes(post)
    bo.bookmarks(post)
    filters_out(bo, "lunch")
    filters_out(people.cy, "noon")

    found = {p.id: p for p in bo.db.read_now(LISTS[name], bo, ada, post)}

    assert words(found[post.id].filtered) == ["lunch"]
    assert top.id not in found or found[top.id].filtered == ()
    assert words(people.cy.sees_at(post).filtered) == ["noon"]
    assert people.dee.sees_at(post).filtered == ada.sees_at(post).filtered == ()


def test_a_filter_looks_into_spoiler_poll_and_descriptions(people: People) -> None:
    ada, bo = people.ada, people.bo
    filters_out(bo, "lunch")
    posts = [
        ada.posts("x", spoiler="About lunch"),
        ada.posts("Well?", poll=PollDraft(("Lunch", "Dinner"), 3600)),
        ada.posts("x", media_ids=(uploads(ada, description="My lunch"),)),
        ada.posts("Nothing"),
    ]

    assert [words(bo.sees_at(post).filtered) for post in posts] == [["lunch"], ["lunch"], ["lunch"], []]


def test_a_filter_finds_what_is_reposted_and_what_is_quoted(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    post = ada.posts("Lunch")
    repost, quoting = cy.reposts(post), cy.posts("Look", quote_of_id=post.id)
    filters_out(bo, "lunch")

    seen, quoted = bo.sees_at(repost), bo.sees_at(quoting)

    assert words(seen.filtered) == words(seen.shown.filtered) == ["lunch"]
    assert quoted.filtered == ()
    assert quoted.quote is not None and quoted.quote.post is not None
    assert words(quoted.quote.post.filtered) == ["lunch"]


def test_a_filter_names_a_post_also_in_its_repost_and_a_repost_alone(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    post, other = ada.posts("One"), ada.posts("Two")
    repost, other_repost = cy.reposts(post), cy.reposts(other)
    filters_out(bo, post=post)
    filters_out(bo, post=other_repost)

    assert [m.status_matches for m in bo.sees_at(repost).filtered] == [(post.id,)]
    assert [m.status_matches for m in bo.sees_at(post).filtered] == [(post.id,)]
    assert [m.status_matches for m in bo.sees_at(other_repost).filtered] == [(other_repost.id,)]
    assert bo.sees_at(other).filtered == ()


def test_an_expired_filter_matches_nothing(people: People, clock: Clock) -> None:
    bo = people.bo
    post = people.ada.posts("Lunch")
    filters_out(bo, "lunch", expires_at=clock() + 3600 * 1000)
    assert words(bo.sees_at(post).filtered) == ["lunch"]

    clock.forward(hours=2)

    assert bo.sees_at(post).filtered == ()


def test_an_edit_is_filtered_by_what_it_says_now(people: People) -> None:
    ada, bo = people.ada, people.bo
    filters_out(bo, "lunch")
    post = ada.posts("Lunch")
    assert words(bo.sees_at(post).filtered) == ["lunch"]

    ada.edits(post, "Dinner")

    assert bo.sees_at(post).filtered == ()


def test_a_deleted_post_leaves_the_filters_that_named_it(people: People) -> None:
    post = people.ada.posts("Lunch")
    id = filters_out(people.bo, post=post)

    people.ada.deletes(post)

    assert people.bo.db.read_now(filters.get, people.bo.id, id).statuses == ()


# --- what it costs -----------------------------------------------------------------------------------


def _mixed(people: People, db: Database, count: int) -> None:
    """So many posts of each kind that cy's home holds: polls, quotes, quotes of quotes, reposts, pictures."""
    ada, bo, cy = people.ada, people.bo, people.cy
    cy.follows(ada)
    filters_out(cy, "lunch", "dinner")
    for i in range(count):
        post = bo.posts(f"Lunch {i}", quote_policy="followers", poll=PollDraft(("Yes", "No"), 3600))
        bo.follows(ada)
        ada.follows(bo)
        quoting = ada.posts(f"Look {i}", quote_of_id=post.id)
        ada.posts(f"And {i}", quote_of_id=quoting.id)
        ada.posts(f"Well {i}?", poll=POLL, media_ids=())
        ada.posts(f"See {i}", media_ids=(uploads(ada),))
        ada.reposts(post)
        ada.reposts(bo.posts(f"Reposted {i}", quote_of_id=post.id))
        cy.db.write_now(polls.vote, cy.id, post.id, [0])


@pytest.mark.parametrize("count", [1, 4])
def test_a_mixed_page_of_home_takes_a_fixed_number_of_statements(
    people: People, db: Database, count: int
) -> None:
    _mixed(people, db, count)
    cy = people.cy

    def asks(conn: Connection) -> tuple[int, list[Post]]:
        found = home.home(conn, cy.id, Page(limit=20))
        return conn.statements, found

    db.cache.clear()
    db.read_now(filters.of, cy.id)  # read with who is signed in
    cold, found = db.read_now(asks)
    warm, again = db.read_now(asks)

    assert len(found) == min(20, 6 * count)
    assert [post.id for post in found] == [post.id for post in again]
    assert any(post.shown.quote for post in found) and any(post.shown.filtered for post in found)
    assert (cold, warm) <= ((3, 2) if count == 1 else (2, 1))


# --- what comes out ----------------------------------------------------------------------------------


def test_everything_at_once_is_a_status_strictly(people: People, db: Database) -> None:
    _mixed(people, db, 1)
    ada, cy = people.ada, people.cy
    with_card = ada.posts("https://example.com/ lunch")
    sets_card(db, with_card, CARD)

    statuses = typed(RENDER.statuses(cy.home_page()), list[entities.Status])

    by_text = {s.content.rpartition("<p>")[2].removesuffix("</p>"): s for s in statuses if s.reblog is None}
    assert by_text["Look 0"].quote.quoted_status.poll.own_votes == [0]
    assert by_text["And 0"].quote.quoted_status.quote.quoted_status_id is not None
    assert [o.title for o in by_text["Well 0?"].poll.options] == ["Yes", "No"]
    [picture] = by_text["See 0"].media_attachments
    assert picture.type == "image"
    assert picture.url.startswith("http://talk.test/media/")
    assert "a.webp?s=" in picture.url
    [card] = [s.card for s in statuses if s.card]
    assert card.url == CARD.url
    reposted = [s.reblog for s in statuses if s.reblog]
    assert [bool(s.poll) for s in reposted] == [False, True]
    assert reposted[0].quote.quoted_status.filtered[0].keyword_matches == ["lunch"]


def test_a_history_with_pictures_and_polls_is_edits_strictly(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("One", media_ids=(uploads(ada, description="Cat"),))
    ada.edits(post, "Two", media_ids=[], poll=POLL)
    ada.edits(post, "Three", poll=None)

    edits = typed(RENDER.edits(*bo.db.read_now(queries.history, bo.id, post.id)), list[entities.StatusEdit])

    assert [len(edit.media_attachments) for edit in edits] == [1, 0, 0]
    assert [edit.poll and [o.title for o in edit.poll.options] for edit in edits] == [
        None,
        ["Yes", "No"],
        None,
    ]


def test_the_bytes_that_are_kept_hold_no_vote_quote_or_filter_of_a_reader(
    people: People, db: Database
) -> None:
    _mixed(people, db, 1)
    cy = people.cy
    for post in cy.home_page():
        typed(RENDER.status(post), entities.Status)

        for kept in (post.content, post.shown.content):
            assert b"own_votes" not in kept.rendered.get("api", b"")
            assert b"quoted_status" not in kept.rendered.get("api", b"")
            assert b"quote-inline" not in kept.rendered.get("api", b"")
            assert b"filtered" not in kept.rendered.get("api", b"")

"""Quotes: who may, who sees what, and how they end."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from officetalk.core.database import Connection, Database
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.paging import Page
from officetalk.posts import change, publish, queries, quotes, thread
from officetalk.posts.entities import Draft, Post
from officetalk.search import posts as search
from officetalk.timelines import home, lists
from tests.conftest import Clock
from tests.identity.conftest import AtOnce
from tests.people import Human, People, texts

NOT_THERE = "The post you are trying to quote does not appear to exist."


def quote(human: Human, post: Post, text: str = "Look", audience: Any = "company", **more: Any) -> Post:
    return human.posts(text, audience, quote_of_id=post.id, **more)


def seen(human: Human, quoting: Post) -> tuple[str, str | None]:
    """The state of a quote for a reader, and the text that is read in it."""
    found = human.sees_at(quoting).shown.quote
    assert found is not None
    return found.state, None if found.post is None else found.post.content.text


def revokes(human: Human, post: Post, quoting: Post) -> Post:
    return human.db.write_now(quotes.revoke, human.id, post.id, quoting.id)


def sets_policy(human: Human, post: Post, policy: Any) -> Post:
    return human.db.write_now(quotes.set_policy, human.id, post.id, policy)


def quoting(human: Human, post: Post, **page: Any) -> list[str]:
    return texts(human.db.read_now(quotes.quoting, human.id, post.id, Page(**page)))


# --- who may -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("audience", ["company", "quiet"])
@pytest.mark.parametrize(
    ("policy", "may"),
    [
        ("public", {"author", "follower", "stranger"}),
        ("followers", {"author", "follower"}),
        ("nobody", {"author"}),
    ],
)
def test_the_author_says_who_may_quote(people: People, audience: Any, policy: Any, may: set[str]) -> None:
    people.follower.follows(people.author)
    people.author.follows(people.stranger)  # the other direction opens nothing
    post = people.author.posts("Original", audience, quote_policy=policy)

    for name in ("author", "follower", "stranger"):
        human = getattr(people, name)
        if name in may:
            assert seen(human, quote(human, post)) == ("accepted", "Original")
        else:
            with pytest.raises(NotFound, match=NOT_THERE):
                quote(human, post)


def test_what_is_for_followers_is_quoted_by_its_author_alone(people: People) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)
    post = ada.posts("For followers", "followers", quote_policy="public")
    assert post.content.quote_policy == "nobody"

    with pytest.raises(NotFound, match=NOT_THERE):
        quote(bo, post)

    assert seen(ada, quote(ada, post)) == ("accepted", "For followers")


def test_what_somebody_said_to_anothers_followers_is_not_theirs_to_quote(people: People) -> None:
    ada, bo = people.ada, people.bo
    bo.follows(ada)
    comment = bo.comments(ada.posts("For followers", "followers"), "Bo's comment")

    with pytest.raises(NotFound, match=NOT_THERE):
        quote(bo, comment)


def test_a_direct_post_is_quoted_by_nobody(people: People) -> None:
    letter = people.ada.posts("@bo psst", "direct", quote_policy="public")

    for human in (people.ada, people.bo, people.cy):
        with pytest.raises(NotFound, match=NOT_THERE):
            quote(human, letter)


def test_who_has_blocked_or_is_blocked_does_not_quote(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    post = ada.posts("Original")
    ada.blocks(bo)
    cy.blocks(ada)

    for human in (bo, cy):
        with pytest.raises(NotFound, match=NOT_THERE):
            quote(human, post)


def test_what_is_deleted_suspended_or_never_was_is_not_quoted(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    deleted, suspended = ada.posts("Deleted"), cy.posts("Suspended")
    ada.deletes(deleted)
    cy.changes(state="suspended")

    for post in (deleted, suspended):
        with pytest.raises(NotFound, match=NOT_THERE):
            quote(bo, post)
    with pytest.raises(NotFound, match=NOT_THERE):
        bo.posts("x", quote_of_id=1)
    assert bo.profile_of(bo) == []


def test_a_quote_of_a_repost_is_one_of_the_original(people: People) -> None:
    post = people.ada.posts("Original")
    repost = people.bo.reposts(post)

    made = quote(people.cy, repost)

    assert made.content.quote_of_id == post.id
    assert people.ada.sees_at(post).quotes == 1


# --- the audience ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [("company", "followers"), ("quiet", "followers"), ("followers", "followers"), ("direct", "direct")],
)
def test_a_quote_of_what_is_for_followers_reaches_no_further(
    people: People, wanted: Any, reached: Any
) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    bo.follows(ada)
    post = ada.posts("For followers", "followers")

    made = quote(ada, post, "Mine", wanted)

    assert made.content.audience == reached
    assert made.content.quote_policy == "nobody"
    assert bo.sees(made) == (reached == "followers")
    assert not cy.sees(made)


def test_a_direct_quote_is_for_the_author_alone_or_of_ones_own(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    post = ada.posts("Original")

    with pytest.raises(Invalid, match="Cannot quote a non-mentioned user in a Private Mention post"):
        quote(bo, post, "@cy look", "direct")
    assert bo.profile_of(bo) == []

    assert seen(ada, quote(bo, post, "@ada look", "direct")) == ("accepted", "Original")
    assert seen(cy, quote(ada, post, "@cy look", "direct")) == ("accepted", "Original")


def test_a_quote_of_everybodys_is_as_wide_as_it_is_wanted(people: People) -> None:
    post = people.ada.posts("Original")

    for audience in ("company", "quiet", "followers"):
        assert quote(people.bo, post, audience=audience).content.audience == audience


# --- writing -----------------------------------------------------------------------------------------


def test_a_quote_speaks_for_itself_and_does_not_count_in_the_limit(people: People) -> None:
    post = people.ada.posts("Original")

    assert seen(people.bo, quote(people.bo, post, "")) == ("accepted", "Original")
    assert quote(people.bo, post, "x" * 140).content.text == "x" * 140
    with pytest.raises(Invalid):
        quote(people.bo, post, "x" * 141)


def test_an_edit_keeps_the_quote(people: People) -> None:
    ada, bo = people.ada, people.bo
    made = quote(bo, ada.posts("Original"))

    bo.edits(made, "Look here")
    assert seen(ada, made) == ("accepted", "Original")
    bo.edits(made, "")

    assert seen(ada, made) == ("accepted", "Original")
    assert people.cy.history_of(made) == ["Look", "Look here", ""]


def test_an_edit_of_what_is_quoted_is_seen_in_the_quote(people: People) -> None:
    post = people.ada.posts("Frist")
    made = quote(people.bo, post)
    assert seen(people.cy, made) == ("accepted", "Frist")

    people.ada.edits(post, "First")

    assert seen(people.cy, made) == ("accepted", "First")


# --- counting and listing ----------------------------------------------------------------------------


def test_quotes_are_counted_where_the_company_sees_them(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Original")

    public, quiet = quote(bo, post), quote(bo, post, audience="quiet")
    quote(bo, post, audience="followers")
    quote(bo, post, "@ada look", "direct")
    assert people.cy.sees_at(post).quotes == 2

    bo.deletes(quiet)
    assert people.cy.sees_at(post).quotes == 1
    revokes(ada, post, public)
    assert people.cy.sees_at(post).quotes == 0
    bo.deletes(public)  # it was counted no more
    assert people.cy.sees_at(post).quotes == 0


def test_the_list_of_quotes_has_what_each_reader_may_and_wants_to_read(people: People) -> None:
    ada, bo, friend, stranger = people.ada, people.bo, people.friend, people.stranger
    friend.follows(bo)
    post = ada.posts("Original")
    quote(bo, post, "To all")
    quote(bo, post, "To followers", "followers")
    quote(bo, post, "@ada to one", "direct")
    quote(people.cy, post, "By cy")
    quote(people.dee, post, "By dee")
    quote(people.eve, post, "By eve")
    stranger.mutes(people.cy)
    people.dee.blocks(stranger)
    people.eve.changes(state="suspended")

    assert quoting(ada, post) == ["By dee", "By cy", "@ada to one", "To all"]
    assert quoting(friend, post) == ["By dee", "By cy", "To followers", "To all"]
    assert quoting(stranger, post) == ["To all"]


def test_the_list_of_quotes_is_the_originals_and_has_pages(people: People) -> None:
    post = people.ada.posts("Original")
    repost = people.cy.reposts(post)
    made = [quote(people.bo, post, f"{i}") for i in range(5)]

    assert quoting(people.cy, repost, limit=2) == ["4", "3"]
    assert quoting(people.cy, post, limit=2, max_id=made[3].id) == ["2", "1"]
    assert quoting(people.cy, post, limit=2, min_id=made[0].id) == ["2", "1"]
    assert quoting(people.cy, post, limit=2, since_id=made[0].id) == ["4", "3"]


def test_there_is_no_list_of_quotes_of_what_is_not_for_one(people: People) -> None:
    post = people.ada.posts("For followers", "followers")
    quote(people.ada, post, "@bo look", "direct")

    with pytest.raises(NotFound):
        quoting(people.bo, post)


# --- what each reader sees ---------------------------------------------------------------------------


def test_each_reader_sees_what_they_may_of_a_quote(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Original")
    made = quote(bo, post)
    ada.blocks(people.blocked)
    people.blocking.blocks(ada)
    people.muting.mutes(ada)
    people.muted_before.mutes(ada)
    people.muted_before.unmutes(ada)

    assert seen(people.blocked, made) == ("unauthorized", None)
    assert seen(people.blocking, made) == ("blocked_account", "Original")
    assert seen(people.muting, made) == ("muted_account", "Original")
    for human in (ada, bo, people.cy, people.muted_before):
        assert seen(human, made) == ("accepted", "Original")


def _everywhere(conn: Connection, reader: Human, authors: list[Human], made: list[Post]) -> list[Post]:
    """All that somebody meets, on every way."""
    page = Page(limit=40)
    found = home.home(conn, reader.id, page) + lists.company(conn, reader.id, page)
    found += queries.by_ids(conn, reader.id, [post.id for post in made])
    found += search.search(conn, reader.id, "look", limit=40)
    for author in authors:
        found += lists.of_account(conn, reader.id, author.id, page)
    for post in made[::3]:
        with contextlib.suppress(NotFound):
            found += thread.thread(conn, reader.id, post.id).descendants
        with contextlib.suppress(NotFound):
            found += quotes.quoting(conn, reader.id, post.id, page)
    return found


def test_nobody_reads_in_a_quote_what_they_cannot_read_itself(people: People, db: Database) -> None:
    # Given every audience quoted for every audience, by oneself and by others, and quoted once more
    ada, bo = people.ada, people.bo
    names = ["follower", "bos_follower", "mentioned", "stranger", "blocked", "blocking", "muting"]
    readers = [ada, bo, *(getattr(people, name) for name in names)]
    for reader in (people.follower, people.mentioned, people.blocked):
        reader.follows(ada)
    people.bos_follower.follows(bo)
    bo.follows(ada)
    made: list[Post] = []
    for audience in ("company", "quiet", "followers"):
        post = ada.posts(f"Secret for {audience}", audience)
        made.append(post)
        for quoter in (ada, bo) if audience != "followers" else (ada,):
            for wanted in ("company", "quiet", "followers", "direct"):
                text = "Look @mentioned @stranger @blocked" + " @ada" * (wanted == "direct")
                quoting = quote(quoter, post, text, wanted)
                made.append(quoting)
                if quoting.content.audience in ("company", "quiet"):
                    made.append(quote(people.dee, quoting, "Look at the look"))
                    made.append(people.dee.comments(quoting, "Look below"))
                    made.append(people.dee.reposts(quoting))
    for reader in readers:
        reader.follows(people.dee)
    ada.blocks(people.blocked)
    people.blocking.blocks(ada)
    people.muting.mutes(ada)
    secrets = {post.id: post for post in made}

    for reader in readers:
        may = {id for id, post in secrets.items() if reader.sees(post)}
        for found in db.read_now(_everywhere, reader, [ada, bo, people.dee], made):
            assert found.shown.id in may
            inner = found.shown.quote
            if inner is None:
                continue
            quoted = found.shown.content.quote_of_id
            assert (inner.post is not None) == (inner.id is not None) == (quoted in may), reader.name
            if inner.post is not None and inner.post.quote is not None:
                deeper = inner.post.content.quote_of_id
                assert (inner.post.quote.id == deeper) == (deeper in may), reader.name
                assert inner.post.quote.post is None


def test_a_mute_for_a_while_ends(people: People, clock: Clock) -> None:
    made = quote(people.bo, people.ada.posts("Original"))
    people.cy.mutes(people.ada, seconds=3600)
    assert seen(people.cy, made) == ("muted_account", "Original")

    clock.forward(hours=2)

    assert seen(people.cy, made) == ("accepted", "Original")


def test_a_quote_of_what_is_for_followers_is_closed_to_whoever_is_none(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    bo.follows(ada)
    made = quote(ada, ada.posts("For followers", "followers"), "@bo @cy look", "direct")

    assert seen(bo, made) == ("accepted", "For followers")
    assert seen(cy, made) == ("unauthorized", None)
    bo.unfollows(ada)
    assert seen(bo, made) == ("unauthorized", None)


def test_a_suspended_authors_post_is_closed(people: People) -> None:
    made = quote(people.bo, people.ada.posts("Original"))

    people.ada.changes(state="suspended")

    assert seen(people.bo, made) == ("unauthorized", None)


def test_a_deleted_post_leaves_its_quotes_without_it(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Original")
    made = quote(bo, post, "")
    assert seen(bo, made) == ("accepted", "Original")  # and is in the cache now

    ada.deletes(post)

    assert seen(bo, made) == ("deleted", None)
    assert seen(people.cy, people.cy.reposts(made)) == ("deleted", None)
    with pytest.raises(NotFound):
        quoting(bo, post)


def test_a_deleted_quote_is_gone_and_what_it_quoted_stays(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Original")
    made = quote(bo, post)

    bo.deletes(made)

    assert not people.cy.sees(made)
    assert quoting(people.cy, post) == []
    assert people.cy.sees_at(post).content.text == "Original"


def test_a_repost_shows_the_quote_of_the_original(people: People) -> None:
    ada, bo = people.ada, people.bo
    made = quote(bo, ada.posts("Original"))
    repost = people.cy.reposts(made)

    found = people.dee.sees_at(repost)

    assert found.quote is None
    assert seen(people.dee, repost) == ("accepted", "Original")


def test_what_is_quoted_says_of_its_own_quote_only_the_id(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    first = ada.posts("First")
    second = quote(bo, first, "Second")
    third = quote(cy, second, "Third")

    found = people.dee.sees_at(third).quote
    assert found is not None and found.post is not None and found.post.quote is not None
    below = found.post.quote

    assert (below.state, below.post, below.id) == ("accepted", None, first.id)


def test_a_quote_within_a_quote_has_a_state_of_its_own_for_each_reader(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    first = ada.posts("First")
    second = quote(bo, first, "Second")
    third = quote(cy, second, "Third")
    ada.blocks(people.blocked)
    people.blocking.blocks(ada)
    people.muting.mutes(ada)

    def below(human: Human) -> tuple[str, int | None]:
        found = human.sees_at(third).quote
        assert found is not None and found.post is not None and found.post.quote is not None
        return found.post.quote.state, found.post.quote.id

    assert below(people.dee) == ("accepted", first.id)
    assert below(people.blocked) == ("unauthorized", None)
    assert below(people.blocking) == ("blocked_account", first.id)
    assert below(people.muting) == ("muted_account", first.id)
    revokes(ada, first, second)
    assert below(people.dee) == ("revoked", None)
    ada.deletes(first)
    assert below(people.dee) == ("revoked", None)


def test_a_poll_is_voted_in_within_a_quote(people: People) -> None:
    from officetalk.posts import polls
    from officetalk.posts.entities import PollDraft, Tally

    ada, bo, cy = people.ada, people.bo, people.cy
    post = ada.posts("Well?", poll=PollDraft(("Yes", "No"), 3600))
    made = quote(bo, post)
    cy.db.write_now(polls.vote, cy.id, post.id, [1])

    found = cy.sees_at(made).quote

    assert found is not None and found.post is not None
    assert found.post.tally == Tally(1, (0, 1), (1,))


def test_a_page_of_home_is_full_although_quotes_bring_more_rows(people: People) -> None:
    # Given so much that may not be read that the first statement does not fill the page, and quotes in it
    ada, bo, cy = people.ada, people.bo, people.cy
    cy.follows(ada)
    cy.follows_hashtag("tag")
    for i in range(6):
        ada.posts(f"Old {i}")
    for _ in range(16):
        bo.posts("For bo's followers #tag", "followers")
    post = bo.posts("Original")
    for i in range(4):
        quote(ada, post, f"Quote {i}")

    found = cy.home(limit=8)

    assert found == ["Quote 3", "Quote 2", "Quote 1", "Quote 0", "Old 5", "Old 4", "Old 3", "Old 2"]


# --- revoking ----------------------------------------------------------------------------------------


def test_the_author_takes_a_post_out_of_a_quote(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    post = ada.posts("Original")
    made, other = quote(bo, post), quote(cy, post)
    assert seen(cy, made) == ("accepted", "Original")

    revoked = revokes(ada, post, made)

    assert (revoked.id, revoked.quote and revoked.quote.state) == (made.id, "revoked")
    for human in (ada, bo, cy):
        assert seen(human, made) == ("revoked", None)
        assert seen(human, other) == ("accepted", "Original")
        assert quoting(human, post) == ["Look"]
    assert cy.sees_at(made).content.edited_at is None
    again = revokes(ada, post, made)
    assert again.quote is not None and again.quote.state == "revoked"
    assert ada.sees_at(post).quotes == 1


def test_nobody_else_takes_it_out(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    post, another = ada.posts("Original"), ada.posts("Another")
    made, plain = quote(bo, post), bo.posts("No quote")

    for human in (bo, cy):
        with pytest.raises(Forbidden):
            revokes(human, post, made)
    for wrong in (plain, another):
        with pytest.raises(NotFound):
            revokes(ada, post, wrong)
    with pytest.raises(NotFound):
        revokes(ada, another, made)

    assert seen(cy, made) == ("accepted", "Original")
    assert cy.sees_at(post).quotes == 1


def test_who_may_not_read_the_quote_does_not_learn_of_it_by_revoking(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Original")
    made = quote(bo, post, "To followers", "followers")

    with pytest.raises(NotFound):
        revokes(ada, post, made)


def test_two_revocations_at_the_same_moment_count_as_one(people: People, at_once: AtOnce) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Original")
    made = quote(bo, post)
    quote(bo, post)

    at_once(
        lambda conn: quotes.revoke(conn, ada.id, post.id, made.id),
        lambda conn: quotes.revoke(conn, ada.id, post.id, made.id),
    )

    assert ada.sees_at(post).quotes == 1


@pytest.mark.parametrize("deleting_first", [True, False])
def test_a_quote_that_is_revoked_and_deleted_at_the_same_moment_is_uncounted_once(
    people: People, at_once: AtOnce, deleting_first: bool
) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Original")
    made = quote(bo, post)
    quote(bo, post)
    verbs = [
        lambda conn: change.delete_post(conn, bo.id, made.id),
        lambda conn: quotes.revoke(conn, ada.id, post.id, made.id),
    ]

    at_once(*(verbs if deleting_first else verbs[::-1]))

    assert ada.sees_at(post).quotes == 1
    assert not ada.sees(made)


def test_what_is_deleted_while_it_is_being_quoted_is_not_quoted(people: People, at_once: AtOnce) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Original")

    _, refused = at_once(
        lambda conn: change.delete_post(conn, ada.id, post.id),
        lambda conn: publish.publish(conn, bo.id, Draft("Look", quote_of_id=post.id), 140),
    )

    assert isinstance(refused, NotFound)
    assert refused.rule == NOT_THERE
    assert bo.profile_of(bo) == []


def test_a_quote_that_is_made_while_its_post_is_being_deleted_knows_it(
    people: People, at_once: AtOnce
) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Original")

    made, _ = at_once(
        lambda conn: publish.publish(conn, bo.id, Draft("Look", quote_of_id=post.id), 140),
        lambda conn: change.delete_post(conn, ada.id, post.id),
    )

    assert seen(bo, made) == ("deleted", None)


# --- the policy --------------------------------------------------------------------------------------


def test_a_policy_is_changed_for_what_comes_and_leaves_what_is_there(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Original")
    made = quote(bo, post)

    assert sets_policy(ada, post, "nobody").content.quote_policy == "nobody"

    with pytest.raises(NotFound, match=NOT_THERE):
        quote(bo, post)
    assert seen(bo, made) == ("accepted", "Original")
    sets_policy(ada, post, "followers")
    bo.follows(ada)
    quote(bo, post)


def test_a_policy_is_the_authors_and_of_what_the_company_reads(people: People) -> None:
    ada, bo = people.ada, people.bo
    post, for_followers = ada.posts("Original"), ada.posts("For followers", "followers")
    repost = ada.reposts(post)

    with pytest.raises(NotFound):
        sets_policy(bo, post, "nobody")
    with pytest.raises(NotFound):
        sets_policy(ada, repost, "nobody")

    assert sets_policy(ada, for_followers, "public").content.quote_policy == "nobody"
    assert bo.sees_at(post).content.quote_policy == "public"


def test_the_reader_is_told_whether_they_follow_where_followers_may_quote(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    bo.follows(ada)
    post = ada.posts("Original", quote_policy="followers")

    assert bo.sees_at(post).follows
    assert not cy.sees_at(post).follows
    assert bo.sees_at(cy.reposts(post)).shown.follows

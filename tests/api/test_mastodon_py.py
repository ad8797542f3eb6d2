"""Mastodon.py, the conformance client, against the real server over HTTP: signs in by OAuth through the
pages, posts, follows, pages and reads. On both databases."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from mastodon import Mastodon, MastodonNotFoundError, MastodonUnauthorizedError
from PIL import Image

from tests.api.signing import sign_in
from tests.e2e.conftest import Server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Endpoint /api/v1/instance"),  # which is meant to be tried too
]


@pytest.fixture
def server(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[Server]:
    """A company of three."""
    made = Server(tmp_path, new_database())
    made.makes_account("ada", "Ada Lovelace", "owner")
    made.makes_account("bo", "Bo Nilsson")
    made.makes_account("cy", "Cy Twombly")
    made.start()
    yield made
    made.stop()


def test_three_colleagues_work_with_their_apps(server: Server) -> None:
    ada, bo, cy = (sign_in(server, name) for name in ("ada", "bo", "cy"))

    _the_server_is_known(ada, server)
    _profiles_change(ada)
    _people_follow(ada, bo, cy)
    post = _posts_are_read(ada, bo, cy)
    _posts_are_marked(ada, bo, post)
    _posts_are_edited_and_deleted(ada, bo)
    _polls_are_voted_in(ada, bo)
    _posts_are_quoted(ada, bo)
    _posts_wait_for_their_time(ada)
    _what_is_private_stays_so(ada, bo, cy)
    _timelines_page(ada, bo)
    _things_are_found(ada, bo)
    _notifications_are_read(ada, bo, cy)
    _places_are_remembered(ada)
    _lists_are_kept(ada, bo, cy)
    _posts_are_filtered(ada, bo)
    _conversations_are_read(ada, bo)
    _what_there_is_none_of(ada)
    _people_part(ada, bo)
    _the_app_signs_out(cy)


def _the_server_is_known(ada: Mastodon, server: Server) -> None:
    ada.retrieve_mastodon_version()
    assert (ada.mastodon_major, ada.mastodon_minor) == (4, 6)
    assert ada.instance_v2().configuration.statuses.max_characters == 140
    assert ada.instance_v1().configuration.statuses.max_characters == 140
    assert ada.instance_rules() == []
    assert ada.instance_health() is True
    assert ada.instance_nodeinfo().software.name == "officetalk"
    assert ada.app_verify_credentials().name == "Pocket"
    assert ada.preferences()["posting:default:visibility"] == "public"


def _profiles_change(ada: Mastodon) -> None:
    with io.BytesIO() as file:
        Image.new("RGB", (50, 50), "teal").save(file, "png")
        picture = file.getvalue()
    me = ada.account_update_credentials(
        note="I weave #numbers",
        display_name="Ada",
        fields=[("Site", "https://ada.example")],
        avatar=picture,
        avatar_mime_type="image/png",
    )
    assert (me.display_name, me.source.note) == ("Ada", "I weave #numbers")
    assert [f.name for f in me.fields] == ["Site"]
    assert "/media/" in me.avatar
    assert ada.me().id == me.id


def _people_follow(ada: Mastodon, bo: Mastodon, cy: Mastodon) -> None:
    me, other = ada.me(), bo.me()
    assert ada.account_follow(other.id).following is True
    assert bo.account_follow(me.id).following is True
    assert cy.account_follow(me.id, reblogs=False).showing_reblogs is False
    assert [a.username for a in ada.account_followers(me.id)] == ["cy", "bo"]
    assert [a.username for a in ada.account_following(me.id)] == ["bo"]
    assert [r.followed_by for r in ada.account_relationships([other.id])] == [True]
    assert [a.username for a in bo.accounts([me.id])] == ["ada"]
    assert ada.account_lookup("bo").id == other.id


def _posts_are_read(ada: Mastodon, bo: Mastodon, cy: Mastodon) -> Any:
    post = ada.status_post("Hello @bo, the #engine runs: https://example.com/a", idempotency_key="k1")
    again = ada.status_post("Hello @bo, the #engine runs: https://example.com/a", idempotency_key="k1")
    assert again.id == post.id
    assert [m.username for m in post.mentions] == ["bo"]
    assert [t.name for t in post.tags] == ["engine"]
    assert bo.timeline_home()[0].id == cy.timeline_home()[0].id == post.id
    assert bo.timeline_local()[0].id == bo.timeline_hashtag("Engine")[0].id == post.id
    answer = bo.status_reply(post, "Since when?")
    assert answer.in_reply_to_id == post.id
    assert [s.id for s in cy.status_context(post.id).descendants] == [answer.id]
    assert [s.id for s in bo.statuses([answer.id, post.id])] == [answer.id, post.id]
    return post


def _posts_are_marked(ada: Mastodon, bo: Mastodon, post: Any) -> None:
    assert bo.status_favourite(post).favourited is True
    assert bo.status_bookmark(post).bookmarked is True
    assert bo.status_reblog(post).reblog.id == post.id
    assert ada.status_pin(post).pinned is True
    assert ada.status_mute(post).muted is True
    assert [a.username for a in ada.status_favourited_by(post)] == ["bo"]
    assert [a.username for a in ada.status_reblogged_by(post)] == ["bo"]
    assert [s.id for s in bo.favourites()] == [s.id for s in bo.bookmarks()] == [post.id]
    assert [s.id for s in bo.account_statuses(ada.me(), pinned=True)] == [post.id]
    assert bo.status_unreblog(post).reblogs_count == 0
    assert bo.status_unfavourite(post).favourites_count == 0
    assert bo.status_unbookmark(post).bookmarked is False
    assert ada.status_unpin(post).pinned is False
    assert ada.status_unmute(post).muted is False


def _posts_are_edited_and_deleted(ada: Mastodon, bo: Mastodon) -> None:
    post = ada.status_post("Frist", spoiler_text="cw", language="en")
    assert ada.status_source(post).text == "Frist"
    assert ada.status_update(post, "First", spoiler_text="cw").edited_at is not None
    assert [e.content for e in bo.status_history(post)] == ["<p>Frist</p>", "<p>First</p>"]
    assert ada.status_delete(post).text == "First"
    with pytest.raises(MastodonNotFoundError):
        bo.status(post)


def _polls_are_voted_in(ada: Mastodon, bo: Mastodon) -> None:
    asked = ada.status_post(
        "Well?", poll=ada.make_poll(["Tea", "Coffee"], 3600, multiple=True, hide_totals=True)
    )
    assert asked.poll is not None
    assert [option.title for option in asked.poll.options] == ["Tea", "Coffee"]
    voted = bo.poll_vote(asked.poll, [1])
    assert (voted.voted, voted.own_votes, voted.options[1].votes_count) == (True, [1], None)
    assert bo.poll(asked.poll.id).votes_count == 1
    edited = ada.status_update(asked, "Well?", poll=ada.make_poll(["Tea", "Milk"], 3600))
    assert edited.poll is not None and edited.poll.votes_count == 0
    assert [len(version.poll.options) for version in bo.status_history(asked)] == [2, 2]
    ada.status_delete(asked)


def _posts_are_quoted(ada: Mastodon, bo: Mastodon) -> None:
    post = ada.status_post("Original", quote_approval_policy="public")
    quoting = bo.status_post("Look", quoted_status_id=post)
    assert quoting.quote is not None and quoting.quote.state == "accepted"
    assert quoting.quote.quoted_status is not None and quoting.quote.quoted_status.id == post.id
    assert [status.id for status in ada.status_quotes(post)] == [quoting.id]
    assert ada.status_quote_revoke(post, quoting).quote.state == "revoked"
    assert ada.status_update_quote_approval_policy(post, "nobody").quote_approval.automatic == []
    with pytest.raises(MastodonNotFoundError, match="The post you are trying to quote does not appear"):
        bo.status_post("Look", quoted_status_id=post)
    bo.status_delete(quoting)
    ada.status_delete(post)


def _posts_wait_for_their_time(ada: Mastodon) -> None:
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    waiting = ada.status_post("Later", scheduled_at=at, poll=ada.make_poll(["Yes", "No"], 3600))
    assert (waiting.scheduled_at, waiting.params.text) == (at, "Later")
    assert [one.id for one in ada.scheduled_statuses()] == [waiting.id]
    moved = ada.scheduled_status_update(waiting, at + timedelta(hours=1))
    assert moved.scheduled_at == ada.scheduled_status(waiting).scheduled_at == at + timedelta(hours=1)
    ada.scheduled_status_delete(waiting)
    assert ada.scheduled_statuses() == []


def _what_is_private_stays_so(ada: Mastodon, bo: Mastodon, cy: Mastodon) -> None:
    secret = ada.status_post("@bo only for you: xylophone", visibility="direct")
    assert bo.status(secret).visibility == "direct"
    with pytest.raises(MastodonNotFoundError):
        cy.status(secret)
    assert cy.search_v2("xylophone").statuses == []
    assert [s.id for s in bo.search_v2("xylophone").statuses] == [secret.id]


def _timelines_page(ada: Mastodon, bo: Mastodon) -> None:
    posted = [ada.status_post(f"Number {i}").id for i in range(12)]
    first = bo.timeline_home(limit=5)
    rest = bo.fetch_remaining(first)
    ids = [s.id for s in rest]
    assert ids[:12] == posted[::-1]
    assert len(ids) == len(set(ids))
    newest = ada.status_post("One more")
    assert [s.id for s in bo.fetch_previous(first)] == [newest.id]
    second = bo.fetch_next(first)
    assert [s.id for s in second] == ids[5:10]
    assert [s.id for s in bo.fetch_previous(second)] == ids[:5]


def _things_are_found(ada: Mastodon, bo: Mastodon) -> None:
    assert [a.username for a in ada.account_search("nilson")] == ["bo"]
    found = ada.search_v2("engine")
    assert [t.name for t in found.hashtags] == ["engine"]
    assert len(found.statuses) == 1
    assert ada.tag("engine").following is False
    assert bo.tag_follow("engine").following is True
    assert [t.name for t in bo.followed_tags()] == ["engine"]
    assert bo.tag_unfollow("engine").following is False
    assert {a.username for a in ada.directory(order="new")} == {"ada", "bo", "cy"}


def _notifications_are_read(ada: Mastodon, bo: Mastodon, cy: Mastodon) -> None:
    post = ada.status_post("Tell me")
    bo.status_favourite(post)
    bo.status_post("Here you are @ada")
    mention, like = ada.notifications(limit=2)
    assert (mention.type, like.type, like.account.username) == ("mention", "favourite", "bo")
    assert like.status.id == post.id
    assert ada.notifications(id=like.id).group_key == like.group_key
    assert [n.id for n in ada.notifications(types=["mention"], limit=1)] == [mention.id]
    unread = ada.notifications_unread_count().count
    assert unread >= 2

    found = ada.grouped_notifications(limit=2, expand_accounts="partial_avatars")
    assert [g.type for g in found.notification_groups] == ["mention", "favourite"]
    assert ada.grouped_notification(like.group_key).statuses[0].id == post.id
    assert [a.username for a in ada.grouped_notification_accounts(like.group_key)] == ["bo"]
    assert ada.unread_grouped_notifications_count() <= unread
    ada.dismiss_grouped_notification(like.group_key)
    ada.notifications_dismiss(mention)
    assert ada.notifications_unread_count().count == unread - 2

    assert ada.notifications_policy().for_not_following == "accept"
    assert ada.update_notifications_policy(for_not_following="filter").for_not_following == "filter"
    cy.status_post("May I? @ada")
    (request,) = ada.notification_requests()
    assert (request.account.username, request.notifications_count) == ("cy", "1")
    ada.accept_notification_request(request.id)
    assert ada.notifications_merged() is True
    assert ada.notifications()[0].status.content == request.last_status.content
    ada.update_notifications_policy(for_not_following="accept")
    ada.notifications_clear()
    assert ada.notifications() == []


def _places_are_remembered(ada: Mastodon) -> None:
    newest = ada.timeline_home()[0].id
    ada.markers_set("home", newest)
    assert ada.markers_get("home")["home"].last_read_id == newest


def _lists_are_kept(ada: Mastodon, bo: Mastodon, cy: Mastodon) -> None:
    other = bo.me()
    ada.account_follow(other)
    made = ada.list_create("Team", replies_policy="followed")
    ada.list_accounts_add(made, [other])
    assert [a.username for a in ada.list_accounts(made)] == ["bo"]
    assert [one.title for one in ada.account_lists(other)] == ["Team"]
    post = bo.status_post("For the team")
    assert ada.timeline_list(made)[0].id == post.id
    assert ada.list_update(made, "Team", exclusive=True).exclusive is True
    assert post.id not in [s.id for s in ada.timeline_home()]
    ada.list_accounts_delete(made, [other])
    assert ada.list_accounts(made) == []
    with pytest.raises(MastodonNotFoundError):
        cy.timeline_list(made)
    ada.list_delete(made)
    assert ada.lists() == []


def _posts_are_filtered(ada: Mastodon, bo: Mastodon) -> None:
    made = ada.create_filter_v2(
        "Food", ["home", "public"], "warn", keywords_attributes=[{"keyword": "lunch", "whole_word": True}]
    )
    post = bo.status_post("Lunch!")
    (match,) = ada.status(post).filtered
    assert (match.filter.title, match.keyword_matches) == ("Food", ["lunch"])
    assert bo.status(post).filtered == []
    (keyword,) = ada.filter_keywords_v2(made)
    ada.delete_filter_keyword_v2(keyword)
    assert ada.status(post).filtered == []
    named = ada.add_filter_status_v2(made, post)
    assert ada.status(post).filtered[0].status_matches == [str(post.id)]
    ada.delete_filter_status_v2(named)
    ada.delete_filter_v2(made)
    old = ada.filter_create("dinner", ["home"], whole_word=False)
    assert [one.phrase for one in ada.filters()] == ["dinner"]
    ada.filter_delete(old)
    assert ada.filters_v2()[0].keywords == []
    ada.delete_filter_v2(ada.filters_v2()[0])
    assert ada.filters_v2() == []


def _conversations_are_read(ada: Mastodon, bo: Mastodon) -> None:
    post = bo.status_post("@ada a word", visibility="direct")
    newest = ada.conversations()[0]
    assert (newest.unread, newest.last_status.id) == (True, post.id)
    assert [a.username for a in newest.accounts] == ["bo"]
    assert ada.conversations_read(newest).unread is False
    ada.status_reply(post, "Yes?")
    assert bo.conversations()[0].unread is True


def _what_there_is_none_of(ada: Mastodon) -> None:
    assert ada.announcements() == ada.trending_tags() == ada.trending_statuses() == []
    assert ada.custom_emojis() == ada.follow_requests() == ada.domain_blocks() == ada.endorsements() == []


def _people_part(ada: Mastodon, bo: Mastodon) -> None:
    other = bo.me()
    assert ada.account_mute(other, duration=60).muting is True
    assert [m.username for m in ada.mutes()] == ["bo"]
    assert ada.account_unmute(other).muting is False
    assert ada.account_block(other).blocking is True
    assert [b.username for b in ada.blocks()] == ["bo"]
    assert bo.timeline_home(limit=40) == [s for s in bo.timeline_home(limit=40) if s.account.username == "bo"]
    assert ada.account_unblock(other).blocking is False
    assert ada.account_unfollow(other).following is False


def _the_app_signs_out(cy: Mastodon) -> None:
    token = cy.access_token
    cy.revoke_access_token(allow_http=True)
    with pytest.raises(MastodonUnauthorizedError):
        Mastodon(access_token=token, api_base_url=cy.api_base_url).me()

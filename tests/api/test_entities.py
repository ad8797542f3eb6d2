"""What is put together as bytes is exactly the typed entity: every field there, of its type, none beside.

(`client.py` holds every other answer of every test to its declared type in the same way.)
"""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from officetalk.accounts import queries as accounts
from officetalk.accounts.entities import Person, Preferences
from officetalk.api import entities
from officetalk.api.render import Renderer, shown_fields, timestamp
from officetalk.http.signing import Signer
from officetalk.posts.entities import Post
from tests.api.client import ORIGIN, Api
from tests.people import Human, People

RENDER = Renderer(ORIGIN, Signer(b"key"))


def typed(body: bytes, kind: Any) -> Any:
    """The entity in `body`, which must be it strictly."""
    found = msgspec.json.decode(body, type=kind, strict=True)
    assert msgspec.to_builtins(found) == json.loads(body)
    return found


def as_status(post: Post) -> entities.Status:
    return typed(RENDER.status(post), entities.Status)


def person(human: Human) -> Person:
    return human.db.read_now(accounts.get, human.id)


def test_a_post_with_everything(people: People) -> None:
    # Given a comment with a mention, a hashtag, a link and a content warning
    ada, bo = people.ada, people.bo
    parent = bo.posts("What are you at?")
    text = "@bo the #Engine & <co> https://example.com/a/very/long/address/of/a/page?x=1"
    post = ada.posts(text, "quiet", parent_id=parent.id, spoiler="Work", language="en", limit=500)
    ada.likes(post)
    bo.bookmarks(post)

    status = as_status(bo.sees_at(post))

    url = f"{ORIGIN}/@ada/{post.id}"
    assert (status.id, status.url, status.uri) == (str(post.id), url, url)
    assert status.visibility == "unlisted"
    assert (status.spoiler_text, status.sensitive, status.language) == ("Work", True, "en")
    assert status.in_reply_to_id == str(parent.id)
    assert status.in_reply_to_account_id == str(bo.id)
    assert [(m.id, m.acct, m.url) for m in status.mentions] == [(str(bo.id), "bo", f"{ORIGIN}/@bo")]
    assert [(t.name, t.url) for t in status.tags] == [("engine", f"{ORIGIN}/tags/engine")]
    assert status.content == (
        f'<p><span class="h-card" translate="no"><a href="{ORIGIN}/@bo" class="u-url mention">'
        "@<span>bo</span></a></span> the "
        f'<a href="{ORIGIN}/tags/Engine" class="mention hashtag" rel="tag">#<span>Engine</span></a>'
        " &amp; &lt;co&gt; "
        '<a href="https://example.com/a/very/long/address/of/a/page?x=1" target="_blank"'
        ' rel="nofollow noopener" translate="no"><span class="invisible">https://</span>'
        '<span class="ellipsis">example.com/a/very/long/addres</span>'
        '<span class="invisible">s/of/a/page?x=1</span></a></p>'
    )
    assert (status.favourites_count, status.favourited, status.bookmarked) == (1, False, True)
    assert status.account.acct == "ada"
    assert (status.media_attachments, status.emojis, status.filtered) == ([], [], [])


def test_a_repost_has_the_original_inside(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Hello")

    status = as_status(bo.reposts(post))

    assert status.account.acct == "bo"
    assert status.id != str(post.id)
    assert status.reblog is not None
    assert status.reblog.id == str(post.id)
    assert status.reblog.account.acct == "ada"
    assert status.reblog.content == "<p>Hello</p>"
    assert (status.reblog.reblogged, status.reblog.reblogs_count) == (True, 1)
    assert status.reblog.reblog is None


def test_each_flag_is_its_own(people: People) -> None:
    ada = people.ada
    actions = {
        "favourited": ada.likes,
        "reblogged": ada.reposts,
        "bookmarked": ada.bookmarks,
        "pinned": ada.pins,
    }
    for flag, action in actions.items():
        post = ada.posts(f"To be {flag}")
        action(post)

        status = as_status(ada.sees_at(post))

        assert {f for f in (*actions, "muted") if getattr(status, f)} == {flag}


def test_the_bytes_that_are_kept_are_of_one_revision(people: People) -> None:
    ada = people.ada
    post = ada.posts("Frist")
    before = as_status(ada.sees_at(post))

    ada.edits(post, "First")
    ada.changes(display_name="Countess")
    after = as_status(ada.sees_at(post))

    assert (before.content, before.edited_at, before.account.display_name) == ("<p>Frist</p>", None, "Ada")
    assert (after.content, after.account.display_name) == ("<p>First</p>", "Countess")
    assert after.edited_at is not None


def test_the_bytes_that_are_kept_hold_nothing_of_a_reader(people: People) -> None:
    ada, bo = people.ada, people.bo
    post = ada.posts("Hello")
    bo.likes(post)
    assert as_status(bo.sees_at(post)).favourited is True

    assert as_status(ada.sees_at(post)).favourited is False
    kept = {**post.content.rendered, **ada.sees_at(post).content.rendered}
    assert b"favourited" not in kept["api"]
    assert b'_count":1' not in kept["api"]


def test_an_account_shows_title_and_department_where_any_app_shows_fields(people: People) -> None:
    ada, bo = people.ada, people.bo
    ada.changes(
        bio="I <3 https://example.com",
        job_title="Analyst",
        department="Engines",
        location="London",
        manager_id=bo.id,
        pronouns="she/her",
        time_zone="Europe/London",
        fields=[("Site", "https://ada.example"), ("<b>", "<i>")],
        bot=True,
        locked=True,
        role="moderator",
    )
    ada.posts("One")

    account = typed(RENDER.person(person(ada)), entities.Account)

    assert [(f.name, f.value) for f in account.fields[:2]] == [
        ("Title", "Analyst"),
        ("Department", "Engines"),
    ]
    assert account.fields[2].value.startswith('<a href="https://ada.example"')
    assert (account.fields[3].name, account.fields[3].value) == ("<b>", "&lt;i&gt;")
    assert account.note.startswith("<p>I &lt;3 <a href=")
    assert account.officetalk == entities.OfficeTalkAccount(
        job_title="Analyst", department="Engines", location="London", manager_id=str(bo.id),
        pronouns="she/her", time_zone="Europe/London", mentions_count=0,
    )  # fmt: skip
    assert (account.bot, account.locked, account.statuses_count) == (True, True, 1)
    assert [r.name for r in account.roles] == ["Moderator"]
    assert account.created_at.endswith("T00:00:00.000Z")
    assert account.last_status_at == timestamp(person(ada).counts.last_post_at or 0)[:10]
    assert account.avatar.startswith(f"{ORIGIN}/avatars/{ada.id}.svg?s=")


def test_counts_are_in_their_places(people: People) -> None:
    ada, bo, cy = people.ada, people.bo, people.cy
    bo.follows(ada)
    cy.follows(ada)
    ada.follows(bo)
    for _ in range(3):
        ada.posts("x")
    for _ in range(4):
        bo.posts("@ada")

    account = typed(RENDER.person(person(ada)), entities.Account)

    assert (account.statuses_count, account.followers_count, account.following_count) == (3, 2, 1)
    assert account.officetalk.mentions_count == 4


def test_who_never_posted_has_no_last_post(people: People) -> None:
    assert typed(RENDER.person(person(people.ada)), entities.Account).last_status_at is None


def test_a_picture_is_shown_where_one_was_uploaded(people: People) -> None:
    ada = people.ada
    ada.changes(avatar="ab12.webp", header="cd34.webp")

    account = typed(RENDER.person(person(ada)), entities.Account)

    assert account.avatar == account.avatar_static
    assert account.avatar.startswith(f"{ORIGIN}/media/ab12.webp?s=")
    assert account.header == account.header_static
    assert account.header.startswith(f"{ORIGIN}/media/cd34.webp?s=")


def test_ones_own_account_has_the_sources_as_written(people: People) -> None:
    ada = people.ada
    ada.changes(bio="I <3 it", job_title="Analyst", fields=[("Site", "x")], role="owner")

    body = RENDER.credentials(person(ada), Preferences(audience="followers", language="en"), 7)
    account = typed(body, entities.CredentialAccount)

    assert account.source.note == "I <3 it"
    assert [(f.name, f.value) for f in account.source.fields] == [("Site", "x")]
    assert (account.source.privacy, account.source.language) == ("private", "en")
    assert account.source.follow_requests_count == 7
    assert account.role.name == "Owner"
    assert int(account.role.permissions) & 1


@pytest.mark.parametrize(
    ("ms", "expected"),
    [(0, "1970-01-01T00:00:00.000Z"), (1_700_000_000_007, "2023-11-14T22:13:20.007Z")],
)
def test_times_are_written_with_milliseconds(ms: int, expected: str) -> None:
    assert timestamp(ms) == expected


def test_history_and_deletion_have_their_own_forms(api: Api, people: People) -> None:
    ada = people.ada
    post = ada.posts("Frist")
    ada.edits(post, "First", spoiler="cw")
    client = api.as_person(ada)

    history = client.get(f"/api/v1/statuses/{post.id}/history").json()
    deleted = client.delete(f"/api/v1/statuses/{post.id}").json()

    assert [(e["content"], e["spoiler_text"]) for e in history] == [
        ("<p>Frist</p>", ""),
        ("<p>First</p>", "cw"),
    ]
    assert deleted["text"] == "First"


def test_fields_without_title_and_department_are_the_own_ones(people: People) -> None:
    people.ada.changes(fields=[("a", "b")])

    assert shown_fields(people.ada.account) == [("a", "b")]

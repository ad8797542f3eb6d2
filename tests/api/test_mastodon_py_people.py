"""Mastodon.py against the real server: what people feature, note and propose, their profile, collections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from mastodon import Mastodon, MastodonAPIError, MastodonNotFoundError

from tests.api.signing import sign_in
from tests.e2e.conftest import Server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Endpoint .* is marked as deprecated"),  # they are tried on purpose
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


def test_three_colleagues_present_themselves(server: Server) -> None:
    ada, bo, cy = (sign_in(server, name) for name in ("ada", "bo", "cy"))

    _people_are_proposed(ada, bo, cy)
    _people_are_noted_and_featured(ada, bo, cy)
    _hashtags_are_featured(ada, bo)
    _profiles_are_edited(ada, bo)
    _collections_are_made(ada, bo, cy)
    _the_company_is_measured(ada)


def _people_are_proposed(ada: Mastodon, bo: Mastodon, cy: Mastodon) -> None:
    bo.account_follow(cy.me())
    (found,) = ada.suggestions_v2()
    assert (found.account.username, found.sources) == ("cy", ["most_followed"])
    assert [account.username for account in ada.suggestions_v1()] == ["cy"]
    ada.account_follow(bo.me())
    assert ada.suggestions_v2()[0].sources == ["friends_of_friends"]
    (known,) = ada.account_familiar_followers(cy.me())
    assert [account.username for account in known.accounts] == ["bo"]
    ada.suggestion_delete(cy.me())
    assert ada.suggestions_v2() == []
    assert {account.username for account in ada.directory()} == {"ada", "bo", "cy"}


def _people_are_noted_and_featured(ada: Mastodon, bo: Mastodon, cy: Mastodon) -> None:
    assert ada.account_note_set(bo.me(), "Likes tea").note == "Likes tea"
    assert ada.account_relationships(bo.me())[0].note == "Likes tea"
    assert ada.account_endorse(bo.me()).endorsed
    assert [account.username for account in ada.endorsements()] == ["bo"]
    assert not ada.account_unendorse(bo.me()).endorsed
    assert ada.account_pin(bo.me()).endorsed
    assert not ada.account_unpin(bo.me()).endorsed
    with pytest.raises(MastodonAPIError, match="must be already following"):
        ada.account_endorse(cy.me())


def _hashtags_are_featured(ada: Mastodon, bo: Mastodon) -> None:
    ada.status_post("Busy #weaving #weaving")
    assert [tag.name for tag in ada.featured_tag_suggestions()] == ["weaving"]
    made = ada.featured_tag_create("#weaving")
    assert (made.name, int(made.statuses_count)) == ("weaving", 1)
    assert [tag.name for tag in bo.account_featured_tags(ada.me())] == ["weaving"]
    assert [tag.id for tag in ada.featured_tags()] == [made.id]
    ada.featured_tag_delete(made)
    assert ada.featured_tags() == []
    assert ada.tag_feature("weaving").featuring
    assert not ada.tag_unfeature("weaving").featuring
    ada.tag_follow("weaving")
    (followed,) = ada.followed_tags()
    assert (followed.name, len(followed.history)) == ("weaving", 7)


def _profiles_are_edited(ada: Mastodon, bo: Mastodon) -> None:
    assert ada.profile().display_name == "Ada Lovelace"
    changed = ada.profile_update(note="Weaves", show_media=False, attribution_domains=["blog.example.com"])
    assert (changed.note, changed.show_media, changed.attribution_domains) == (
        "Weaves", False, ["blog.example.com"],
    )  # fmt: skip
    assert bo.account(ada.me()).show_media is False


def _collections_are_made(ada: Mastodon, bo: Mastodon, cy: Mastodon) -> None:
    made = ada.collection_create(
        "Looms", description="Who weaves", tag_name="weaving", discoverable=True, account_ids=[bo.me()]
    ).collection
    assert [item.account_id for item in made["items"]] == [bo.me().id]
    item = ada.collection_item_add(made, cy.me()).collection_item
    assert [account.username for account in bo.collection(made).accounts] == ["ada", "bo", "cy"]
    assert [one.id for one in bo.account_collections(ada.me()).collections] == [made.id]
    assert [one.id for one in cy.account_in_collections(cy.me()).collections] == [made.id]
    assert {note.type for note in cy.notifications()} >= {"added_to_collection"}
    cy.collection_item_revoke(made, item)
    assert cy.account_in_collections(cy.me()).collections == []
    assert ada.collection_update(made, name="Mills").collection.name == "Mills"
    ada.collection_item_delete(made, made["items"][0])
    ada.collection_delete(made)
    with pytest.raises(MastodonNotFoundError):
        ada.collection(made)


def _the_company_is_measured(ada: Mastodon) -> None:
    assert ada.trending_tags() == ada.trending_statuses() == ada.trending_links() == []
    weeks = ada.instance_activity()
    assert (len(weeks), weeks[0].statuses) == (12, 1)
    assert ada.domain_blocks() == []
    assert ada.preferences()["posting:default:quote_policy"] == "public"

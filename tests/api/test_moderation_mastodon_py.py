"""Mastodon.py against the real server: registering, announcements, reports and the admin API. On both
databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from mastodon import Mastodon, MastodonAPIError, MastodonNotFoundError
from PIL import Image

from officetalk.announcements import write
from officetalk.announcements.entities import AnnouncementDraft
from officetalk.company import settings as company
from officetalk.company import texts
from officetalk.core.database import connect
from tests.api.signing import sign_in
from tests.e2e.conftest import Server

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Endpoint /api/v1/instance")]
ADMIN = ("admin:read", "admin:write")


@pytest.fixture
def server(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[Server]:
    """A company of four, which has rules, an emoji and something to announce."""
    url = new_database()
    made = Server(tmp_path, url)
    made.makes_account("ada", "Ada Lovelace", "owner")
    made.makes_account("mo", "Mo Berg", "moderator")
    made.makes_account("bo", "Bo Nilsson")
    made.makes_account("cy", "Cy Twombly")
    (tmp_path / "emoji").mkdir()
    Image.new("RGBA", (32, 32), "teal").save(tmp_path / "emoji" / "party.png")
    assert "1 of 1" in made.run("emoji", "import", str(tmp_path / "emoji"), "--category", "Joy")
    db = connect(url)
    db.write_now(texts.write_rules, [("Be kind", "Always")])
    db.write_now(texts.write_texts, about="Long", terms="Be kind")
    db.write_now(company.change, registration="open")
    db.write_now(write.announce, None, AnnouncementDraft("Party on the roof :party:"), made.url)
    db.close()
    made.start()
    yield made
    made.stop()


def test_moderators_work_with_their_apps(server: Server) -> None:
    bo, cy = sign_in(server, "bo"), sign_in(server, "cy")
    mo, ada = sign_in(server, "mo", ADMIN), sign_in(server, "ada", ADMIN)

    _texts_are_read(bo)
    _announcements_are_read(bo)
    _somebody_registers(server, ada)
    _a_report_is_seen_to(bo, cy, mo)
    _people_are_restricted_and_let_go(bo, cy, mo, ada)
    _figures_are_read(mo)


def _texts_are_read(bo: Mastodon) -> None:
    assert [(rule.text, rule.hint) for rule in bo.instance_rules()] == [("Be kind", "Always")]
    assert bo.instance_extended_description().content == "<p>Long</p>"
    terms = bo.instance_terms_of_service()
    assert terms.content == "<p>Be kind</p>"
    assert bo.instance_terms_of_service(terms.effective_date) == terms
    (party,) = bo.custom_emojis()
    assert (party.shortcode, party.category, party.visible_in_picker) == ("party", "Joy", True)


def _announcements_are_read(bo: Mastodon) -> None:
    (announcement,) = bo.announcements()
    assert announcement.content == "<p>Party on the roof :party:</p>"
    assert [emoji["shortcode"] for emoji in announcement.emojis] == ["party"]
    for reaction in ("🎉", "party"):
        bo.announcement_reaction_create(announcement, reaction)
    assert [(r.name, r.count, r.me) for r in bo.announcements()[0].reactions] == [
        ("🎉", 1, True), ("party", 1, True),
    ]  # fmt: skip
    bo.announcement_reaction_delete(announcement, "🎉")
    bo.announcement_dismiss(announcement)
    assert bo.announcements() == []


def _somebody_registers(server: Server, ada: Mastodon) -> None:
    client_id, secret = Mastodon.create_app("Pocket", api_base_url=server.url)
    app = Mastodon(client_id=client_id, client_secret=secret, api_base_url=server.url)
    refused = app.create_account(
        "x y", "short", "nowhere", agreement=True, return_detailed_error=True, scopes=["read", "write"]
    )
    assert refused[0] is None
    assert {field for field, told in refused[1]["details"].items() if told} == {
        "username",
        "password",
        "email",
    }
    token = app.create_account(
        "newbie", "correct horse battery", "newbie@example.com", agreement=True, scopes=["read", "write"]
    )
    assert Mastodon(access_token=token, api_base_url=server.url).me().username == "newbie"
    assert [n.account.username for n in ada.notifications(types=["admin.sign_up"])] == ["newbie"]


def _a_report_is_seen_to(bo: Mastodon, cy: Mastodon, mo: Mastodon) -> None:
    post = cy.status_post("Gulls get no say")
    filed = bo.report(cy.me(), [post], "Unkind", rule_ids=[rule.id for rule in bo.instance_rules()])
    assert (filed.category, filed.status_ids, filed.target_account.username) == ("violation", [post.id], "cy")

    (report,) = mo.admin_reports()
    assert (report.account.username, report.target_account.username) == ("bo", "cy")
    assert [status.id for status in report.statuses] == [post.id]
    assert mo.admin_report(report).comment == "Unkind"
    assert mo.admin_report_assign(report).assigned_account.username == "mo"
    assert mo.admin_report_unassign(report).assigned_account is None
    assert mo.admin_report_resolve(report).action_taken_by_account.username == "mo"
    assert mo.admin_reports() == []
    assert [r.id for r in mo.admin_reports(resolved=True)] == [report.id]
    assert mo.admin_report_reopen(report).action_taken is False
    with pytest.raises(MastodonAPIError, match="Forbidden"):
        bo.admin_reports()


def _people_are_restricted_and_let_go(bo: Mastodon, cy: Mastodon, mo: Mastodon, ada: Mastodon) -> None:
    other = cy.me()
    assert [a.username for a in mo.admin_accounts_v2(username="cy")] == ["cy"]
    assert {a["username"] for a in ada.admin_accounts_v1(staff_only=True)} == {"ada", "mo"}
    report = mo.admin_reports()[0]
    mo.admin_account_moderate(other, "silence", report_id=report, text="Please")
    assert mo.admin_reports() == []
    assert mo.admin_account(other).silenced
    (warning,) = cy.notifications(types=["moderation_warning"])
    assert warning.moderation_warning.text == "Please"
    assert not mo.admin_account_unsilence(other).silenced
    mo.admin_account_moderate(other, "suspend")
    with pytest.raises(MastodonNotFoundError):
        bo.account(other)
    assert not mo.admin_account_unsuspend(other).suspended
    assert bo.account(other).username == "cy"
    with pytest.raises(MastodonAPIError, match="Forbidden"):
        mo.admin_account_moderate(other, "disable")
    ada.admin_account_moderate(other, "disable")
    assert not ada.admin_account_enable(other).disabled


def _figures_are_read(mo: Mastodon) -> None:
    end = datetime.now(UTC)
    start = end - timedelta(days=2)
    users, answers = mo.admin_measures(start, end, active_users=True, interactions=True)
    assert (users.total, answers.total) == ("1", "0")
    assert len(users.data) == 3
    (sources,) = mo.admin_dimensions(start, end, sources=True)
    assert [(part.human_key, part.value) for part in sources.data] == [("Pocket", 1)]
    assert len(mo.admin_retention(start, end)) == 3
    assert mo.admin_domain_blocks() == []

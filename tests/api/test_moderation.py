"""Reports, and the admin API for accounts and reports: who may, what it says, what it does."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from officetalk.company import settings as company
from officetalk.company import texts
from officetalk.core.paging import Page
from officetalk.identity import credentials, registration, sessions
from officetalk.identity.scopes import OFFLINE, SCOPES
from officetalk.moderation import log
from tests.api.client import Api, Client
from tests.people import Human, People

EVERY_SCOPE = " ".join(scope for scope in SCOPES if scope != OFFLINE)


@pytest.fixture
def mo(api: Api, people: People) -> Client:
    """A moderator with every scope."""
    people.mo.changes(role="moderator")
    return api.as_person(people.mo, EVERY_SCOPE)


@pytest.fixture
def al(api: Api, people: People) -> Client:
    """An administrator with every scope."""
    people.al.changes(role="administrator")
    return api.as_person(people.al, EVERY_SCOPE)


def reports_on(client: Client, target: Human, **more: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/reports", account_id=target.id, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


# --- reporting ---------------------------------------------------------------------------------------


def test_a_report_is_answered_as_it_was_filed(api: Api, people: People) -> None:
    post = people.bo.posts("Gulls")
    ada = api.as_person(people.ada)

    made = reports_on(ada, people.bo, status_ids=[post.id], comment="Unkind", category="spam", forward="true")

    assert made["category"] == "spam"
    assert (made["action_taken"], made["action_taken_at"], made["forwarded"]) == (False, None, False)
    assert (made["status_ids"], made["rule_ids"], made["collection_ids"]) == ([str(post.id)], None, None)
    assert made["target_account"]["username"] == "bo"
    assert reports_on(ada, people.bo)["category"] == "other"


def test_posts_that_one_cannot_read_cannot_be_reported_nor_found_out(api: Api, people: People) -> None:
    hidden, ada = people.bo.posts("Secret", "followers"), api.as_person(people.ada)

    for post_id in (hidden.id, 1):
        answer = ada.post("/api/v1/reports", account_id=people.bo.id, status_ids=[post_id])
        assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})
    assert ada.post("/api/v1/reports", account_id=1).status_code == 404


def test_rules_are_named_by_id_and_make_it_a_violation(api: Api, people: People) -> None:
    api.services.db.write_now(texts.write_rules, [("Be kind", "Always"), ("No secrets", "")])
    ada = api.as_person(people.ada)
    first, second = ada.get("/api/v1/instance/rules").json()

    made = reports_on(ada, people.bo, rule_ids=[first["id"]])
    missing = ada.post("/api/v1/reports", account_id=people.bo.id, category="violation")
    wrong = ada.post("/api/v1/reports", account_id=people.bo.id, rule_ids=[99])

    assert (made["category"], made["rule_ids"]) == ("violation", [first["id"]])
    assert (first["text"], first["hint"], second["hint"]) == ("Be kind", "Always", "")
    for answer in (missing, wrong):
        assert answer.status_code == 422
        assert answer.json()["error"] == "Validation failed: Rule ids does not reference valid rules"


def test_what_cannot_be_read_is_refused(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)

    assert ada.post("/api/v1/reports").status_code == 400
    assert ada.post("/api/v1/reports", account_id=people.bo.id, category="boring").status_code == 422
    long = ada.post("/api/v1/reports", account_id=people.bo.id, comment="x" * 1001)
    assert long.json()["error"] == "Validation failed: Comment is too long (maximum is 1000 characters)"


# --- reports for moderators --------------------------------------------------------------------------


def test_a_moderator_sees_everything_that_belongs_to_a_report(api: Api, people: People, mo: Client) -> None:
    api.services.db.write_now(texts.write_rules, [("Be kind", "")])
    post = people.bo.posts("Gulls")
    made = reports_on(
        api.as_person(people.ada), people.bo, status_ids=[post.id], comment="Unkind", rule_ids=[1]
    )

    (report,) = mo.get("/api/v1/admin/reports").json()

    assert report == mo.get(f"/api/v1/admin/reports/{made['id']}").json()
    assert (report["account"]["username"], report["target_account"]["username"]) == ("ada", "bo")
    assert (report["assigned_account"], report["action_taken_by_account"]) == (None, None)
    assert [status["id"] for status in report["statuses"]] == [str(post.id)]
    assert [rule["text"] for rule in report["rules"]] == ["Be kind"]
    assert (report["comment"], report["category"]) == ("Unkind", "violation")


def test_a_report_is_taken_resolved_and_reopened(api: Api, people: People, mo: Client) -> None:
    path = f"/api/v1/admin/reports/{reports_on(api.as_person(people.ada), people.bo)['id']}"

    assert mo.post(f"{path}/assign_to_self").json()["assigned_account"]["username"] == "mo"
    assert mo.post(f"{path}/unassign").json()["assigned_account"] is None
    resolved = mo.post(f"{path}/resolve").json()
    assert (resolved["action_taken"], resolved["action_taken_by_account"]["username"]) == (True, "mo")
    assert mo.get("/api/v1/admin/reports").json() == []
    assert len(mo.get("/api/v1/admin/reports", resolved="true").json()) == 1
    assert len(mo.get("/api/v1/admin/reports", resolved="true", unresolved="true").json()) == 1
    assert mo.post(f"{path}/reopen").json()["action_taken_at"] is None
    assert mo.put(path, category="legal").json()["category"] == "legal"
    assert mo.put(path, category="boring").status_code == 422


def test_reports_are_filtered_and_paged(api: Api, people: People, mo: Client) -> None:
    ada, carla = api.as_person(people.ada), api.as_person(people.carla)
    made = [reports_on(client, target)["id"] for client in (ada, carla) for target in (people.bo, people.dan)]

    def ids(**query: Any) -> list[str]:
        return [r["id"] for r in mo.get("/api/v1/admin/reports", **query).json()]

    assert ids(account_id=people.carla.id) == [made[3], made[2]]
    assert ids(target_account_id=people.bo.id) == [made[2], made[0]]
    pages = [[r["id"] for r in page] for page in mo.pages("/api/v1/admin/reports", limit=3)]
    assert pages == [[made[3], made[2], made[1]], [made[0]]]


def test_nobody_reads_reports_about_themselves(api: Api, people: People, mo: Client) -> None:
    made = reports_on(api.as_person(people.ada), people.mo)

    assert mo.get("/api/v1/admin/reports").json() == []
    assert mo.get(f"/api/v1/admin/reports/{made['id']}").status_code == 404
    assert mo.post(f"/api/v1/admin/reports/{made['id']}/resolve").status_code == 404


def test_a_private_post_is_shown_only_by_who_may_read_it(api: Api, people: People, mo: Client) -> None:
    people.ada.follows(people.bo)
    post = people.bo.posts("For followers", "followers")
    reports_on(api.as_person(people.ada), people.bo, status_ids=[post.id])

    assert mo.get(f"/api/v1/statuses/{post.id}").status_code == 404
    assert mo.get("/api/v1/admin/reports").json()[0]["statuses"][0]["id"] == str(post.id)
    people.ada.unfollows(people.bo)
    assert mo.get("/api/v1/admin/reports").json()[0]["statuses"] == []


# --- accounts for moderators -------------------------------------------------------------------------


def names(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [account["username"] for account in answer.json()]


def test_an_account_says_what_moderators_may_know(api: Api, people: People, mo: Client, al: Client) -> None:
    db = api.services.db
    invitation = db.write_now(registration.invite, people.ada.id)
    people.bo.changes(language="nb")
    db.write_now(
        credentials.add, people.bo.id, "bo@example.com", None,
        confirmed=True, invitation_id=invitation.id, reason="I work here",
    )  # fmt: skip
    db.write_now(sessions.start, people.bo.id, "Firefox", "10.0.0.9")

    by_mo = mo.get(f"/api/v1/admin/accounts/{people.bo.id}").json()
    by_al = al.get(f"/api/v1/admin/accounts/{people.bo.id}").json()

    assert (by_mo["email"], by_mo["locale"], by_mo["invite_request"]) == (
        "bo@example.com",
        "nb",
        "I work here",
    )
    assert by_mo["invited_by_account_id"] == str(people.ada.id)
    assert (by_mo["confirmed"], by_mo["approved"], by_mo["disabled"]) == (True, True, False)
    assert (by_mo["role"]["id"], by_mo["domain"], by_mo["account"]["username"]) == ("-99", None, "bo")
    assert (by_mo["ip"], by_mo["ips"]) == (None, [])
    assert (by_al["ip"], [ip["ip"] for ip in by_al["ips"]]) == ("10.0.0.9", ["10.0.0.9"])


def test_accounts_are_filtered_in_both_versions(api: Api, people: People, mo: Client) -> None:
    db = api.services.db
    people.ann.changes(display_name="Ann Berg")
    db.write_now(credentials.add, people.ann.id, "Ann@Example.com", None, confirmed=True)
    db.write_now(sessions.start, people.ann.id, "Firefox", "10.0.0.9")
    people.gone.changes(state="disabled")
    people.new.changes(state="pending")
    for name, action in (("shut", "suspend"), ("quiet", "silence"), ("veiled", "sensitive")):
        mo.post(f"/api/v1/admin/accounts/{getattr(people, name).id}/action", type=action)

    v1, v2 = "/api/v1/admin/accounts", "/api/v2/admin/accounts"
    for flag, expected in (
        ("pending", ["new"]), ("disabled", ["gone"]), ("silenced", ["quiet"]), ("suspended", ["shut"]),
        ("sensitized", ["veiled"]),
    ):  # fmt: skip
        assert names(mo.get(v1, **{flag: "true"})) == expected
        assert names(mo.get(v2, status=flag)) == expected
    assert "shut" not in names(mo.get(v1))
    assert "shut" not in names(mo.get(v2, status="active"))
    assert "shut" in names(mo.get(v2))
    for query in ({"username": "AN"}, {"display_name": "ann b"}, {"email": "ann@ex"}):
        assert names(mo.get(v1, **query)) == names(mo.get(v2, **query)) == ["ann"]
    assert names(mo.get(v1, ip="10.0.0.9")) == ["ann"]
    assert names(mo.get(v1, staff="true")) == names(mo.get(v2, permissions="staff")) == ["mo"]
    assert names(mo.get(v2, role_ids=["1"])) == ["mo"]
    for query in ({"remote": "true"}, {"by_domain": "else.test"}):
        assert names(mo.get(v1, **query)) == []
    for query in ({"origin": "remote"}, {"role_ids": ["3"]}, {"username": "%"}):
        assert names(mo.get(v2, **query)) == []
    assert mo.get(v2, status="sleepy").status_code == 422


def test_who_was_invited_by_somebody_is_found(api: Api, people: People, mo: Client) -> None:
    db = api.services.db
    invitation = db.write_now(registration.invite, people.ada.id)
    db.write_now(
        credentials.add, people.bo.id, "bo@example.com", None, confirmed=True, invitation_id=invitation.id
    )

    assert names(mo.get("/api/v2/admin/accounts", invited_by=people.ada.id)) == ["bo"]


def test_accounts_are_paged_by_their_ids(people: People, mo: Client) -> None:
    for name in ("a1", "a2", "a3"):
        assert getattr(people, name)

    pages = [[a["username"] for a in page] for page in mo.pages("/api/v1/admin/accounts", limit=3)]

    assert pages == [["a3", "a2", "a1"], ["mo"]]


# --- deciding ----------------------------------------------------------------------------------------


def flags(client: Client, human: Human) -> set[str]:
    shown = client.get(f"/api/v1/admin/accounts/{human.id}").json()
    return {name for name in ("disabled", "silenced", "suspended", "sensitized") if shown[name]}


@pytest.mark.parametrize(
    ("action", "flag", "undo"),
    [
        ("disable", "disabled", "enable"),
        ("silence", "silenced", "unsilence"),
        ("suspend", "suspended", "unsuspend"),
        ("sensitive", "sensitized", "unsensitive"),
    ],
)
def test_an_action_is_done_logged_and_undone(
    api: Api, people: People, al: Client, action: str, flag: str, undo: str
) -> None:
    report = reports_on(api.as_person(people.ada), people.bo)
    path = f"/api/v1/admin/accounts/{people.bo.id}"

    answer = al.post(f"{path}/action", type=action, text="Because", report_id=report["id"])

    assert (answer.status_code, answer.json()) == (200, {})
    assert flags(al, people.bo) == {flag}
    assert al.get("/api/v1/admin/reports").json() == []
    undone = al.post(f"{path}/{undo}").json()
    assert undone[flag] is False
    assert al.post(f"{path}/{undo}").json()[flag] is False
    told = api.services.db.read_now(log.about, people.bo.id, Page())
    assert [e.action for e in told] == [undo, "resolve", action]
    assert {e.actor_id for e in told} == {people.al.id}
    assert (told[-1].reason, told[-1].report_id) == ("Because", int(report["id"]))


def test_a_warning_changes_nothing(people: People, mo: Client) -> None:
    answer = mo.post(
        f"/api/v1/admin/accounts/{people.bo.id}/action", type="none", text="Please",
        send_email_notification="true",
    )  # fmt: skip

    assert answer.json() == {}
    assert flags(mo, people.bo) == set()


def test_what_is_no_action_is_refused_in_mastodons_words(people: People, mo: Client) -> None:
    path = f"/api/v1/admin/accounts/{people.bo.id}/action"

    for answer in (mo.post(path), mo.post(path, type="explode")):
        assert (answer.status_code, answer.json()["error"]) == (422, "Record invalid")
    assert mo.post(path, type="none", report_id=1).status_code == 404
    assert mo.post(path, type="none", warning_preset_id=1).status_code == 404


def test_who_comes_in_is_for_administrators(api: Api, people: People, mo: Client) -> None:
    path = f"/api/v1/admin/accounts/{people.bo.id}"

    for answer in (
        mo.post(f"{path}/action", type="disable"),
        mo.post(f"{path}/enable"),
        mo.post(f"{path}/approve"),
        mo.post(f"{path}/reject"),
        mo.delete(path),
    ):
        assert answer.status_code == 403
    assert people.bo.account.state == "active"


def test_nobody_decides_about_who_is_not_below(people: People, mo: Client) -> None:
    people.mia.changes(role="moderator")

    answer = mo.post(f"/api/v1/admin/accounts/{people.mia.id}/action", type="suspend")

    assert (answer.status_code, answer.json()) == (403, {"error": "This action is not allowed"})
    assert mo.post(f"/api/v1/admin/accounts/{people.mo.id}/action", type="silence").status_code == 403


def test_who_waits_is_let_in_or_turned_down(api: Api, people: People, al: Client) -> None:
    people.in_.changes(state="pending")
    people.out.changes(state="pending")

    let_in = al.post(f"/api/v1/admin/accounts/{people.in_.id}/approve").json()
    turned_down = al.post(f"/api/v1/admin/accounts/{people.out.id}/reject").json()

    assert let_in["approved"] is True
    assert (turned_down["approved"], turned_down["username"]) == (False, "out")
    assert al.get(f"/api/v1/admin/accounts/{people.out.id}").status_code == 404
    assert al.post(f"/api/v1/admin/accounts/{people.in_.id}/approve").status_code == 403
    assert al.post("/api/v1/admin/accounts/1/approve").status_code == 404


def test_the_data_of_the_suspended_are_deleted(people: People, al: Client) -> None:
    path = f"/api/v1/admin/accounts/{people.bo.id}"
    assert al.delete(path).status_code == 403

    al.post(f"{path}/action", type="suspend")

    assert al.delete(path).json()["suspended"] is True
    assert al.delete(path).status_code == 403
    assert al.post(f"{path}/unsuspend").status_code == 403


def test_what_belongs_to_other_servers_is_empty(mo: Client) -> None:
    for name in (
        "domain_blocks", "domain_allows", "email_domain_blocks", "ip_blocks", "canonical_email_blocks",
        "trends/links", "trends/statuses", "trends/tags",
    ):  # fmt: skip
        assert mo.get(f"/api/v1/admin/{name}").json() == []
    assert mo.get("/api/v1/admin/ip_blocks/1").status_code == 404
    assert mo.post("/api/v1/admin/domain_blocks", domain="else.test").status_code == 405


# --- what the company wrote --------------------------------------------------------------------------


def test_texts_are_there_for_everybody_once_they_are_written(api: Api) -> None:
    nobody, db = api.as_nobody(), api.services.db
    assert nobody.get("/api/v1/instance/privacy_policy").json()["content"] == ""
    assert nobody.get("/api/v1/instance/terms_of_service").status_code == 404

    db.write_now(company.change, description="Short")
    assert nobody.get("/api/v1/instance/extended_description").json()["content"] == "<p>Short</p>"
    db.write_now(
        texts.write_texts, about="Long <b>words</b>\n\nmore", privacy_policy="We keep little", terms="Be kind"
    )
    db.write_now(texts.write_rules, [("Be kind", "")])

    about = nobody.get("/api/v1/instance/extended_description").json()
    assert about["content"] == "<p>Long &lt;b&gt;words&lt;/b&gt;</p><p>more</p>"
    assert nobody.get("/api/v1/instance/privacy_policy").json()["content"] == "<p>We keep little</p>"
    terms = nobody.get("/api/v1/instance/terms_of_service").json()
    assert (terms["content"], terms["effective"], terms["succeeded_by"]) == ("<p>Be kind</p>", True, None)
    since = terms["effective_date"]
    assert nobody.get(f"/api/v1/instance/terms_of_service/{since}").json() == terms
    assert nobody.get("/api/v1/instance/terms_of_service/2020-01-01").status_code == 404
    v2 = nobody.get("/api/v2/instance").json()
    assert [rule["text"] for rule in v2["rules"]] == ["Be kind"]
    assert v2["configuration"]["urls"]["terms_of_service"].endswith("/terms-of-service")
    assert nobody.get("/api/v1/instance").json()["rules"] == v2["rules"]


# --- who is told -------------------------------------------------------------------------------------


def test_moderators_are_told_of_a_report_but_never_the_one_it_is_about(
    api: Api, people: People, mo: Client, al: Client
) -> None:
    post = people.mo.posts("By a moderator")
    made = reports_on(api.as_person(people.ada), people.mo, status_ids=[post.id], comment="Unkind")

    (told,) = al.get("/api/v1/notifications", types=["admin.report"]).json()

    assert (told["type"], told["account"]["username"]) == ("admin.report", "ada")
    assert told["report"] == made
    assert mo.get("/api/v1/notifications").json() == []
    groups = al.get("/api/v2/notifications").json()["notification_groups"]
    assert [g["report"]["id"] for g in groups] == [made["id"]]


def test_who_is_no_longer_a_moderator_no_longer_reads_reports(api: Api, people: People, mo: Client) -> None:
    reports_on(api.as_person(people.ada), people.bo)
    assert len(mo.get("/api/v1/notifications").json()) == 1

    people.mo.changes(role="member")

    assert mo.get("/api/v1/notifications").json() == []


def test_a_person_is_told_of_a_decision_but_not_by_whom(api: Api, people: People, mo: Client) -> None:
    post = people.bo.posts("Unkind")
    report = reports_on(api.as_person(people.ada), people.bo, status_ids=[post.id])
    path = f"/api/v1/admin/accounts/{people.bo.id}/action"

    mo.post(path, type="none", text="Hush")
    mo.post(path, type="silence", text="Please", send_email_notification="true", report_id=report["id"])

    bo = api.as_person(people.bo, EVERY_SCOPE)
    (told,) = bo.get("/api/v1/notifications").json()
    warning = told["moderation_warning"]
    assert (told["type"], told["account"]["username"]) == ("moderation_warning", "bo")
    assert (warning["action"], warning["text"], warning["appeal"]) == ("silence", "Please", None)
    assert warning["status_ids"] == [str(post.id)]
    assert warning["target_account"]["username"] == "bo"
    assert '"mo"' not in bo.get("/api/v1/notifications").text

"""Figures of the dashboard: by day, only of what the whole company can see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from officetalk.api.admin_measures import cohorts
from officetalk.identity import sessions
from officetalk.identity.scopes import OFFLINE, SCOPES
from officetalk.moderation import reports
from officetalk.moderation.entities import ReportDraft
from officetalk.moderation.figures import Period
from officetalk.posts import hashtags
from tests.api.client import Api, Client
from tests.conftest import Clock
from tests.people import People


@pytest.fixture
def mo(api: Api, people: People) -> Client:
    people.mo.changes(role="moderator")
    return api.as_person(people.mo, " ".join(scope for scope in SCOPES if scope != OFFLINE))


def day(clock: Clock, back: int = 0) -> str:
    return (datetime.fromtimestamp(clock() / 1000, UTC) - timedelta(days=back)).date().isoformat()


def measure(client: Client, clock: Clock, key: str, back: int = 1, **more: Any) -> tuple[str, str, list[str]]:
    """(total, that of the period before, values) of today and so many days before."""
    answer = client.post(
        "/api/v1/admin/measures", keys=[key], start_at=day(clock, back), end_at=day(clock), **more
    )
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()
    assert (found["key"], found["unit"]) == (key, None)
    assert len(found["data"]) == back + 1
    assert found["data"][-1]["date"] == f"{day(clock)}T00:00:00.000Z"
    return found["total"], found["previous_total"], [part["value"] for part in found["data"]]


def test_people_posts_and_answers_are_counted_by_day(
    api: Api, people: People, mo: Client, clock: Clock
) -> None:
    post = people.ada.posts("One #plan")
    people.bo.comments(post, "An answer")
    people.bo.likes(post)
    clock.forward(days=1)
    people.ada.posts("Two #plan")
    people.carla.reposts(post)

    assert measure(mo, clock, "active_users") == ("3", "0", ["2", "2"])
    assert measure(mo, clock, "interactions") == ("3", "0", ["2", "1"])
    assert measure(mo, clock, "new_users") == ("4", "0", ["3", "1"])
    clock.forward(days=2)
    assert measure(mo, clock, "active_users") == ("0", "3", ["0", "0"])
    assert measure(mo, clock, "interactions")[1] == "3"


@pytest.mark.parametrize("audience", ["followers", "direct"])
def test_what_is_not_for_the_company_is_not_counted(
    people: People, mo: Client, clock: Clock, audience: str
) -> None:
    people.mo.follows(people.ada)
    post = people.ada.posts("Hush #plan @mo", audience)
    people.mo.likes(post)
    people.mo.comments(post, "Yes", audience)

    for key in ("active_users", "interactions"):
        assert measure(mo, clock, key)[0] == "0"
    assert mo.post("/api/v1/admin/dimensions", keys=["sources"]).json() == [{"key": "sources", "data": []}]


def test_hashtags_are_measured_by_their_id(people: People, mo: Client, clock: Clock) -> None:
    for human in (people.ada, people.bo):
        human.posts("About the #plan", language="en")
    people.ada.posts("Mehr zum #plan", language="de")
    tag = people.ada.db.read_now(hashtags.find, people.ada.id, "plan").id

    assert measure(mo, clock, "tag_uses", **{"tag_uses[id]": tag})[0] == "3"
    assert measure(mo, clock, "tag_accounts", **{"tag_accounts[id]": tag})[0] == "2"
    assert measure(mo, clock, "tag_servers", **{"tag_servers[id]": tag})[0] == "0"
    (languages,) = mo.post(
        "/api/v1/admin/dimensions", keys=["tag_languages"], **{"tag_languages[id]": tag}
    ).json()
    assert languages["data"] == [
        {"key": "en", "human_key": "English", "value": "2"},
        {"key": "de", "human_key": "German", "value": "1"},
    ]


def test_reports_are_measured_when_they_come_and_when_they_are_settled(
    people: People, mo: Client, clock: Clock
) -> None:
    db = people.ada.db
    report = db.write_now(reports.file, people.ada.id, ReportDraft(people.bo.id))
    clock.forward(days=1)
    db.write_now(reports.resolve, people.mo.id, report.id)

    assert measure(mo, clock, "opened_reports") == ("1", "0", ["1", "0"])
    assert measure(mo, clock, "resolved_reports") == ("1", "0", ["0", "1"])


def test_other_servers_measure_nothing(mo: Client, clock: Clock) -> None:
    keys = ["instance_accounts", "instance_media_attachments", "instance_statuses", "unknown"]

    found = mo.post("/api/v1/admin/measures", keys=keys, start_at=day(clock), end_at=day(clock)).json()

    assert [m["key"] for m in found] == keys[:3]
    assert {m["total"] for m in found} == {"0"}
    assert found[1]["human_value"] == "0 Bytes"


def test_languages_and_apps_are_counted(api: Api, people: People, mo: Client) -> None:
    api.as_person(people.ada).post("/api/v1/statuses", status="Hello", language="en")
    people.bo.posts("Hallo", language="de")
    people.bo.posts("Hello", language="en")

    languages, sources = mo.post("/api/v1/admin/dimensions", keys=["languages", "sources"]).json()

    assert [(d["key"], d["value"]) for d in languages["data"]] == [("en", "2"), ("de", "1")]
    assert {d["human_key"]: d["value"] for d in sources["data"]} == {"Website": "2", "Tests": "1"}


def test_the_server_says_what_it_runs_and_takes(mo: Client) -> None:
    versions, space = mo.post("/api/v1/admin/dimensions", keys=["software_versions", "space_usage"]).json()

    assert [d["key"] for d in versions["data"]][:2] == ["officetalk", "python"]
    assert versions["data"][2]["human_value"][0].isdigit()
    assert int(space["data"][0]["value"]) > 0
    assert space["data"][0]["unit"] == "bytes"


@pytest.mark.parametrize(
    "period",
    [
        {"start_at": "yesterday", "end_at": "2026-01-01"},
        {"start_at": "2026-01-01", "end_at": "99999-01-01"},
        {"start_at": "1000-01-01", "end_at": "1000-02-01"},
        {"start_at": "2020-01-01", "end_at": "2026-01-01"},
    ],
)
def test_a_period_has_a_beginning_and_an_end_within_reach(mo: Client, period: dict[str, str]) -> None:
    assert mo.post("/api/v1/admin/measures", keys=["new_users"], **period).status_code == 422


def test_a_period_that_ends_before_it_begins_is_empty(mo: Client, clock: Clock) -> None:
    (found,) = mo.post(
        "/api/v1/admin/measures", keys=["new_users"], start_at=day(clock), end_at=day(clock, 3)
    ).json()

    assert (found["total"], found["data"]) == ("0", [])


# --- retention ---------------------------------------------------------------------------------------


def test_retention_follows_those_who_joined_on_a_day(people: People, mo: Client, clock: Clock) -> None:
    db = people.ada.db
    assert people.bo
    clock.forward(days=2)
    db.write_now(sessions.start, people.ada.id)

    first, second, third = mo.post(
        "/api/v1/admin/retention", start_at=day(clock, 2), end_at=day(clock), frequency="day"
    ).json()

    # Of ada, bo and the moderator, bo was not seen again.
    shown = [(d["value"], round(d["rate"], 2)) for d in first["data"]]
    assert shown == [("3", 1.0), ("2", 0.67), ("2", 0.67)]
    assert (len(second["data"]), len(third["data"])) == (2, 1)
    assert {d["value"] for cohort in (second, third) for d in cohort["data"]} == {"0"}


def test_retention_by_month_puts_days_together() -> None:
    january, march = 0, 59  # 1970
    arrivals = [(january, march), (january + 3, january + 20), (march, march)]

    found = cohorts(arrivals, Period(january, march + 10), by_month=True)

    assert [c.period[:10] for c in found] == ["1970-01-01", "1970-02-01", "1970-03-01"]
    assert [(d.date[:7], d.value) for d in found[0].data] == [
        ("1970-01", "2"), ("1970-02", "1"), ("1970-03", "1"),
    ]  # fmt: skip
    assert [(d.value, d.rate) for d in found[2].data] == [("1", 1.0)]


def test_without_a_period_there_is_nothing_to_follow(mo: Client) -> None:
    assert mo.post("/api/v1/admin/retention", frequency="day").json() == []

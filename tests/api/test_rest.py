"""Small methods: oEmbed, activity, languages, invitations, domain blocks, translation, what is not there."""

from __future__ import annotations

from typing import Any

import pytest

from officetalk.identity import registration
from tests.api.client import Api
from tests.people import People


def test_oembed_names_the_author_of_a_post(api: Api, people: People) -> None:
    people.ada.changes(display_name='Ada "L" <b>')
    post = people.ada.posts("Hello")
    bo = api.as_person(people.bo)

    found = bo.get("/api/oembed", url=f"http://talk.test/@ada/{post.id}", maxwidth=300).json()

    assert (found["type"], found["version"], found["width"], found["height"]) == ("rich", "1.0", 300, None)
    assert found["author_name"] == 'Ada "L" <b>'
    assert found["author_url"] == "http://talk.test/@ada"
    assert f'<a href="http://talk.test/@ada/{post.id}"' in found["html"]
    assert "Hello" not in str(found)  # what is said stays behind the sign-in
    assert "script" not in found["html"]


@pytest.mark.parametrize("audience", ["followers", "direct"])
def test_oembed_knows_only_what_the_company_can_see(api: Api, people: People, audience: str) -> None:
    people.bo.follows(people.ada)
    post = people.ada.posts("@bo hello", audience)

    for who in (people.ada, people.bo):
        answer = api.as_person(who).get("/api/oembed", url=f"http://talk.test/@ada/{post.id}")
        assert answer.status_code == 404


def test_oembed_finds_nothing_else(api: Api, people: People) -> None:
    post = people.ada.posts("Hello")
    people.ada.blocks(people.bo)
    ada, bo = api.as_person(people.ada), api.as_person(people.bo)
    own = f"http://talk.test/@ada/{post.id}"

    for url in (
        "",
        "x",
        "http://talk.test/@ada",
        f"https://elsewhere.test/@ada/{post.id}",
        f"{own}/x",
        own + "9",
    ):
        assert ada.get("/api/oembed", url=url).status_code == 404, url
    assert bo.get("/api/oembed", url=own).status_code == 404
    assert ada.get("/api/oembed", url=own, format="xml").status_code == 404
    assert api.as_nobody().get("/api/oembed", url=own).status_code == 401


def test_activity_is_told_by_week(api: Api, people: People) -> None:
    people.ada.posts("One")
    people.ada.posts("Two")

    weeks = api.as_person(people.bo).get("/api/v1/instance/activity").json()

    assert len(weeks) == 12
    assert weeks[0] == {
        "week": weeks[0]["week"], "statuses": "2", "logins": "1", "registrations": "2",
    }  # fmt: skip


def test_languages_have_codes_and_names(api: Api, people: People) -> None:
    found = api.as_person(people.ada).get("/api/v1/instance/languages").json()

    names = {one["code"]: one["name"] for one in found}
    assert (names["de"], names["nb"], names["zh-TW"]) == ("German", "Norwegian Bokmål", "Chinese (Taiwan)")
    assert len(names) == len(found) > 150


def test_an_invitation_is_told_to_an_app_and_shown_to_a_browser(api: Api, people: People) -> None:
    db = api.services.db
    made = db.write_now(registration.invite, people.ada.id)
    nobody = api.as_nobody()

    assert nobody.get(f"/invite/{made.code}").json() == {
        "invite_code": made.code,
        "instance_api_url": "http://talk.test/api/v2/instance",
    }
    browser = nobody.request("GET", f"/invite/{made.code}", headers={"accept": "text/html,*/*"})
    assert (browser.status_code, browser.headers["location"]) == (302, f"/join/{made.code}")
    db.write_now(registration.revoke_invitation, people.ada.id, made.id)
    for code in (made.code, "nonsense", "%00"):
        assert nobody.get(f"/invite/{code}").status_code == 404


def test_there_are_no_domains_to_block(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)

    assert ada.post("/api/v1/domain_blocks", domain="elsewhere.test").json() == {}
    assert ada.get("/api/v1/domain_blocks").json() == []
    assert ada.delete("/api/v1/domain_blocks").json() == {}
    assert ada.get("/api/v1/domain_blocks/preview", domain="elsewhere.test").json() == {
        "following_count": 0,
        "followers_count": 0,
    }


def test_nothing_is_translated(api: Api, people: People) -> None:
    ada, bo = people.ada, api.as_person(people.bo)
    people.bo.follows(ada)

    def translate(post: Any) -> tuple[int, str]:
        answer = bo.post(f"/api/v1/statuses/{post.id}/translate", lang="de")
        return answer.status_code, answer.json()["error"]

    assert translate(ada.posts("Hello")) == (404, "Record not found")
    assert translate(ada.posts("Hello", "followers")) == (403, "This action is not allowed")
    assert translate(ada.posts("@cy hello", "direct")) == (404, "Record not found")


@pytest.mark.parametrize(
    "path",
    ["/api/v1/annual_reports/2025", "/api/v1_alpha/async_refreshes/x", "/api/proofs"],
)
def test_what_is_not_there_says_so(api: Api, people: People, path: str) -> None:
    answer = api.as_person(people.ada).get(path)

    assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})


def test_nobody_has_a_year_in_review(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)

    assert ada.get("/api/v1/annual_reports").json() == {"annual_reports": [], "accounts": [], "statuses": []}
    assert ada.get("/api/v1/annual_reports/2025/state").json() == {"state": "ineligible"}
    assert ada.post("/api/v1/annual_reports/2025/generate").json() == {}
    assert ada.post("/api/v1/annual_reports/2025/read").status_code == 404


def test_identity_proofs_are_none(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)

    assert ada.get(f"/api/v1/accounts/{people.bo.id}/identity_proofs").json() == []
    assert ada.get("/api/v1/accounts/1/identity_proofs").status_code == 404

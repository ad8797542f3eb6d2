"""What a client reads before it signs in, and what keeps apps quiet that ask for more than there is."""

from __future__ import annotations

import json

import pytest

from officetalk import __version__
from officetalk.company import settings as company
from tests.api.client import Api
from tests.people import People


def test_the_limit_of_characters_is_told_in_every_spelling(api: Api) -> None:
    api.services.db.write_now(company.change, character_limit=222, name="Engines Ltd")

    v2 = api.as_nobody().get("/api/v2/instance").json()
    v1 = api.as_nobody().get("/api/v1/instance").json()

    assert v2["configuration"]["statuses"]["max_characters"] == 222
    assert v1["configuration"]["statuses"]["max_characters"] == v1["max_toot_chars"] == 222
    assert v2["title"] == v1["title"] == "Engines Ltd"
    assert v2["domain"] == v1["uri"] == "talk.test"


def test_the_version_reads_as_mastodons_to_those_who_compare(api: Api) -> None:
    version = api.as_nobody().get("/api/v2/instance").json()["version"]

    assert version == f"4.6.0 (compatible; OfficeTalk {__version__})"


def test_the_streaming_address_has_no_path(api: Api) -> None:
    nobody = api.as_nobody()

    assert nobody.get("/api/v2/instance").json()["configuration"]["urls"]["streaming"] == "ws://talk.test"
    assert nobody.get("/api/v1/instance").json()["urls"]["streaming_api"] == "ws://talk.test"


def test_old_methods_say_since_when(api: Api) -> None:
    assert api.as_nobody().get("/api/v1/instance").headers["deprecation"] == "@1668384000"
    assert "deprecation" not in api.as_nobody().get("/api/v2/instance").headers


def test_how_to_sign_in_is_told(api: Api) -> None:
    told = api.as_nobody().get("/.well-known/oauth-authorization-server").json()

    assert told["issuer"] == "http://talk.test/"
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["grant_types_supported"] == ["authorization_code", "client_credentials", "refresh_token"]
    assert {"read", "write", "push", "profile"} <= set(told["scopes_supported"])


def test_health_is_plain(api: Api) -> None:
    for path in ("/health", "/api/v1/streaming/health"):
        answer = api.as_nobody().get(path)
        assert (answer.status_code, answer.text) == (200, "OK")


def test_nodeinfo_leads_to_the_software(api: Api) -> None:
    links = api.as_nobody().get("/.well-known/nodeinfo").json()["links"]

    info = api.as_nobody().get(links[0]["href"]).json()

    assert (info["software"]["name"], info["software"]["version"]) == ("officetalk", __version__)
    assert info["usage"] == {"users": {}}


def test_webfinger_finds_colleagues_for_colleagues(api: Api, people: People) -> None:
    ada, bo = people.ada, api.as_person(people.bo)
    path = "/.well-known/webfinger"

    found = bo.get(path, resource="acct:ada@talk.test").json()

    assert found["subject"] == "acct:ada@talk.test"
    assert found["links"][0]["href"] == f"http://talk.test/@{ada.name}"
    assert api.as_nobody().get(path, resource="acct:ada@talk.test").status_code == 404
    assert bo.get(path, resource="acct:ada@elsewhere.test").status_code == 404
    assert bo.get(path, resource="acct:nobody@talk.test").status_code == 404
    assert bo.get(path, resource="http://talk.test/@ada").status_code == 404
    assert "/.well-known/webfinger?resource={uri}" in bo.get("/.well-known/host-meta").text


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/custom_emojis", "/api/v1/lists", "/api/v2/filters", "/api/v1/filters", "/api/v1/announcements",
        "/api/v1/trends/tags", "/api/v1/trends/statuses", "/api/v1/trends/links", "/api/v1/trends",
        "/api/v1/conversations", "/api/v1/notifications", "/api/v2/suggestions", "/api/v1/domain_blocks",
        "/api/v1/featured_tags", "/api/v1/endorsements", "/api/v1/scheduled_statuses",
    ],
)  # fmt: skip
def test_what_there_is_none_of_is_empty(api: Api, people: People, path: str) -> None:
    assert api.as_person(people.ada).get(path).json() == []


def test_notifications_are_none_in_both_versions(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)

    assert ada.get("/api/v1/notifications/unread_count").json() == {"count": 0}
    assert ada.get("/api/v2/notifications/unread_count").json() == {"count": 0}
    assert ada.get("/api/v2/notifications").json()["notification_groups"] == []
    assert ada.get("/api/v2/notifications/policy").json()["for_not_following"] == "accept"


def test_the_description_is_whole(api: Api) -> None:
    described = api.as_nobody().get("/api/openapi.json").json()

    text = json.dumps(described)
    schemas = described["components"]["schemas"]
    for reference in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert reference in schemas
    posting = described["paths"]["/api/v1/statuses"]["post"]
    assert posting["security"] == [{"oauth2": ["write:statuses"]}]
    assert set(posting["responses"]) >= {"200", "400", "401", "403", "404", "413", "422", "429"}
    kinds = posting["responses"]["200"]["content"]["application/json"]["schema"]["anyOf"]
    assert [kind["$ref"].rpartition("/")[2] for kind in kinds] == ["Status", "ScheduledStatus"]
    home = described["paths"]["/api/v1/timelines/home"]["get"]
    assert [p["name"] for p in home["parameters"]] == ["max_id", "since_id", "min_id", "limit"]
    ids = described["paths"]["/api/v1/accounts/relationships"]["get"]["parameters"][0]
    assert ids["name"] == "id[]"

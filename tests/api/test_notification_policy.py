"""From whom notifications are accepted, and those who have to ask, over HTTP."""

from __future__ import annotations

import pytest

from officetalk.core.database import Database
from officetalk.notifications import policy, requests
from officetalk.notifications.entities import Policy
from officetalk.notifications.requests import Merge, merge
from tests.api.client import Api, Client
from tests.api.test_notifications import MILLISECONDS, V1, V2, what
from tests.people import Human, People

# --- the policy --------------------------------------------------------------------------------------


def held(people: People) -> Human:
    """ada, who holds back what people say whom she does not follow."""
    ada = people.ada
    ada.db.write_now(policy.change, ada.id, not_following="filter")
    return ada


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_the_policy_is_read_and_changed_in_part(api: Api, people: People, method: str) -> None:
    ada = api.as_person(people.ada)
    before = ada.get(f"{V2}/policy").json()
    assert before == {
        **{f"for_{name}": "accept" for name in Policy.__struct_fields__},
        "for_limited_accounts": "filter",
        "summary": {"pending_requests_count": 0, "pending_notifications_count": 0},
    }

    changed = ada.request(method, f"{V2}/policy", data={"for_not_following": "drop"}).json()

    assert changed == {**before, "for_not_following": "drop"}
    assert ada.get(f"{V2}/policy").json() == changed
    assert ada.request(method, f"{V2}/policy", data={"for_not_following": "perhaps"}).status_code == 422
    assert ada.request(method, f"{V2}/policy").json() == changed


def test_the_policy_of_old_says_held_back_or_not(api: Api, people: People) -> None:
    ada = api.as_person(people.ada)
    ada.patch(f"{V2}/policy", for_new_accounts="drop")

    changed = ada.put(f"{V1}/policy", filter_not_followers=True, filter_private_mentions=False).json()

    assert changed == {
        "filter_not_following": False,
        "filter_not_followers": True,
        "filter_new_accounts": True,
        "filter_private_mentions": False,
        "summary": {"pending_requests_count": 0, "pending_notifications_count": 0},
    }
    assert ada.get(f"{V1}/policy").json() == changed
    assert ada.get(f"{V2}/policy").json()["for_not_followers"] == "filter"


def test_requests_have_every_field_of_mastodons(api: Api, people: People) -> None:
    ada = api.as_person(held(people))
    people.bo.posts("First @ada")
    post = people.bo.posts("Second @ada")

    (request,) = ada.get(f"{V1}/requests").json()

    assert set(request) == {
        "id", "created_at", "updated_at", "notifications_count", "account", "last_status",
    }  # fmt: skip
    assert request["notifications_count"] == "2"
    assert request["account"]["username"] == "bo"
    assert request["last_status"]["id"] == str(post.id)
    assert MILLISECONDS.fullmatch(request["created_at"])
    assert request["created_at"] <= request["updated_at"]
    assert ada.get(f"{V1}/requests/{request['id']}").json() == request
    summary = {"pending_requests_count": 1, "pending_notifications_count": 2}
    assert ada.get(f"{V2}/policy").json()["summary"] == summary
    assert api.as_person(people.bo).get(f"{V1}/requests/{request['id']}").status_code == 404


def test_what_is_held_back_is_seen_by_whoever_asks_for_it(api: Api, people: People) -> None:
    ada = api.as_person(held(people))
    people.bo.posts("Hello @ada")

    assert ada.get(V1).json() == ada.get(V2).json()["notification_groups"] == []
    (shown,) = ada.get(V1, include_filtered=True).json()
    assert shown["filtered"] is True
    assert ada.get(V1, account_id=people.bo.id).json() == [shown]
    assert ada.get(f"{V1}/{shown['id']}").json() == shown
    (group,) = ada.get(V2, include_filtered=True).json()["notification_groups"]
    assert group["group_key"] == f"ungrouped-{shown['id']}"


def pending(ada: Client) -> list[str]:
    return [r["id"] for r in ada.get(f"{V1}/requests").json()]


def test_requests_are_accepted_and_dismissed_one_by_one(api: Api, people: People) -> None:
    ada = api.as_person(held(people))
    people.bo.posts("Hello @ada")
    people.cy.posts("Hello @ada")
    of_cy, of_bo = pending(ada)

    assert ada.post(f"{V1}/requests/{of_bo}/accept").json() == {}
    assert ada.post(f"{V1}/requests/{of_cy}/dismiss").json() == {}

    assert pending(ada) == []
    assert what(ada.get(V1).json()) == [("mention", "bo")]
    assert "filtered" not in ada.get(V1).json()[0]
    assert ada.get(f"{V1}/requests/merged").json() == {"merged": True}
    for verb in ("accept", "dismiss"):
        assert ada.post(f"{V1}/requests/{of_bo}/{verb}").status_code == 404


def test_several_requests_at_once(api: Api, people: People) -> None:
    ada = api.as_person(held(people))
    for name in ("bo", "cy", "dee", "eve"):
        getattr(people, name).posts("Hello @ada")
    eve, dee, cy, bo = pending(ada)

    assert ada.post(f"{V1}/requests/accept", id=[bo, cy, "7"]).json() == {}
    assert ada.post(f"{V1}/requests/dismiss", id=[dee]).json() == {}

    assert pending(ada) == [eve]
    assert what(ada.get(V1).json()) == [("mention", "cy"), ("mention", "bo")]
    assert ada.post(f"{V1}/requests/accept").json() == {}
    assert ada.post(f"{V1}/requests/accept", id=list(range(1, 103))).status_code == 422


def test_while_a_lot_is_merged_it_is_said_so(
    api: Api, people: People, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "AT_ONCE", 2)
    ada = api.as_person(held(people))
    for i in range(3):
        people.bo.posts(f"{i} @ada")
    (request,) = pending(ada)

    ada.post(f"{V1}/requests/{request}/accept")
    assert ada.get(f"{V1}/requests/merged").json() == {"merged": False}
    db.write_now(merge, Merge(people.ada.id))

    assert ada.get(f"{V1}/requests/merged").json() == {"merged": True}
    assert len(ada.get(V1).json()) == 3


def test_requests_are_paged(api: Api, people: People) -> None:
    ada = api.as_person(held(people))
    for name in ("bo", "cy", "dee", "eve", "flo"):
        getattr(people, name).posts("Hello @ada")
    everything = pending(ada)

    assert [r["id"] for page in ada.pages(f"{V1}/requests", limit=2) for r in page] == everything
    up = [r["id"] for page in ada.pages(f"{V1}/requests", "prev", limit=2, min_id=1) for r in page]
    assert sorted(up, reverse=True) == everything

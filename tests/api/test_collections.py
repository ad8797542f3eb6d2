"""Collections over HTTP."""

from __future__ import annotations

from typing import Any

from tests.api.client import Api, link
from tests.people import Human, People


def make(api: Api, owner: Human, *members: Human, **more: Any) -> dict[str, Any]:
    wish = {"name": "Team", "account_ids": [str(member.id) for member in members], **more}
    answer = api.as_person(owner).request("POST", "/api/v1/collections", json=wish)
    assert answer.status_code == 200, answer.text
    return answer.json()["collection"]


def test_a_collection_is_as_documented(api: Api, people: People) -> None:
    ada, bo = people.ada, people.bo

    made = make(api, ada, bo, description="Who weaves", language="en", tag_name="#Looms", sensitive=True)

    assert made == {
        "id": made["id"], "account_id": str(ada.id), "uri": f"http://talk.test/collections/{made['id']}",
        "url": f"http://talk.test/collections/{made['id']}", "name": "Team", "description": "Who weaves", "language": "en", "local": True,
        "sensitive": True, "discoverable": True,
        "tag": {"name": "Looms", "url": "http://talk.test/tags/Looms"}, "item_count": 1,
        "items": [
            {
                "id": made["items"][0]["id"], "account_id": str(bo.id), "state": "accepted",
                "created_at": made["items"][0]["created_at"],
            }
        ],
        "created_at": made["created_at"], "updated_at": made["updated_at"],
    }  # fmt: skip
    shown = api.as_person(people.cy).get(f"/api/v1/collections/{made['id']}").json()
    assert shown["collection"] == made
    assert [account["username"] for account in shown["accounts"]] == ["ada", "bo"]


def test_the_life_of_a_collection(api: Api, people: People) -> None:
    ada, bo = api.as_person(people.ada), people.bo
    path = f"/api/v1/collections/{make(api, people.ada)['id']}"

    item = ada.post(f"{path}/items", account_id=bo.id).json()["collection_item"]
    assert (item["account_id"], item["state"]) == (str(bo.id), "accepted")

    changed = ada.patch(path, name="Crew", discoverable="false", tag_name="").json()["collection"]
    assert (changed["name"], changed["discoverable"], changed["tag"]) == ("Crew", False, None)
    assert changed["item_count"] == 1

    assert ada.delete(f"{path}/items/{item['id']}").json() == {}
    assert ada.get(path).json()["collection"]["items"] == []
    assert ada.delete(path).json() == {}
    assert ada.get(path).status_code == 404


def test_one_leaves_a_collection(api: Api, people: People) -> None:
    made = make(api, people.ada, people.bo)
    path = f"/api/v1/collections/{made['id']}/items/{made['items'][0]['id']}/revoke"

    assert api.as_person(people.cy).post(path).status_code == 403
    assert api.as_person(people.bo).post(path).json() == {}

    assert (
        api.as_person(people.ada).get(f"/api/v1/collections/{made['id']}").json()["collection"]["items"] == []
    )


def test_the_errors_are_mastodons(api: Api, people: People) -> None:
    ada, bo = api.as_person(people.ada), api.as_person(people.bo)
    made = make(api, people.ada, people.cy)
    path = f"/api/v1/collections/{made['id']}"

    def error(answer: Any) -> tuple[int, str]:
        return answer.status_code, answer.json()["error"]

    refused = (403, "This action is not allowed")
    assert error(bo.patch(path, name="Mine")) == refused
    assert error(bo.delete(path)) == refused
    assert error(bo.post(f"{path}/items", account_id=people.bo.id)) == refused
    assert error(ada.post(f"{path}/items")) == (422, "`account_id` parameter is missing")
    assert error(ada.post(f"{path}/items", account_id=1)) == (404, "Record not found")
    people.dan.changes(discoverable=False)
    assert error(ada.post(f"{path}/items", account_id=people.dan.id)) == refused
    too_long = ada.post("/api/v1/collections", name="x" * 41)
    assert error(too_long) == (422, "Validation failed: Name is too long (maximum is 40 characters)")
    assert too_long.json()["details"]["name"][0]["error"] == "ERR_TOO_LONG"
    assert error(ada.post("/api/v1/collections")) == (422, "Validation failed: Name can't be blank")


def test_lists_of_collections_page_by_offset(api: Api, people: People) -> None:
    for i in range(3):
        make(api, people.ada, people.bo, name=f"{i}", discoverable=i != 1)
    bo = api.as_person(people.bo)

    def names(answer: Any) -> list[str]:
        return [one["name"] for one in answer.json()["collections"]]

    listed = bo.get(f"/api/v1/accounts/{people.ada.id}/collections")
    assert names(listed) == ["2", "0"]
    assert names(api.as_person(people.ada).get(f"/api/v1/accounts/{people.ada.id}/collections")) == [
        "2",
        "1",
        "0",
    ]
    first = bo.get(f"/api/v1/accounts/{people.bo.id}/in_collections", limit=2)
    assert names(first) == ["2", "1"]
    following = link(first, "next")
    assert following is not None
    last = bo.get(following)
    assert names(last) == ["0"]
    assert link(last, "next") is None
    assert names(bo.get(link(last, "prev") or "")) == ["2", "1"]
    assert api.as_person(people.cy).get(f"/api/v1/accounts/{people.bo.id}/in_collections").status_code == 403


def test_who_is_added_hears_of_it(api: Api, people: People) -> None:
    bo = api.as_person(people.bo)

    made = make(api, people.ada, people.bo, people.ada)

    (told,) = bo.get("/api/v1/notifications").json()
    assert (told["type"], told["account"]["username"]) == ("added_to_collection", "ada")
    assert told["collection"] == made
    api.as_person(people.ada).patch(f"/api/v1/collections/{made['id']}", name="Crew")
    changed, _ = bo.get("/api/v1/notifications").json()
    assert (changed["type"], changed["collection"]["name"]) == ("collection_update", "Crew")
    api.as_person(people.ada).delete(f"/api/v1/collections/{made['id']}")
    assert bo.get("/api/v1/notifications").json() == []


def test_the_role_tells_how_many_one_may_make(api: Api, people: People) -> None:
    me = api.as_person(people.ada).get("/api/v1/accounts/verify_credentials").json()

    assert me["role"]["collection_limit"] == 10
    assert me["feature_approval"] == {"automatic": ["public"], "manual": [], "current_user": "automatic"}

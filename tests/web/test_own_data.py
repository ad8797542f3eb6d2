"""Settings, Your data: everything that somebody has to take away, and the account deleted for good."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from zipfile import ZipFile

import pytest

from officetalk.archive import posts as archived
from officetalk.company import settings as company
from officetalk.core.database import Database
from officetalk.core.errors import Forbidden
from officetalk.moderation import deletion
from officetalk.posts import queries
from tests.golinks.linking import Links
from tests.moderation.test_deletion import work
from tests.people import People
from tests.web.browser import PASSWORD, Browser, Web
from tests.web.test_writing import picture, says, upload


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    web.give_password(people.ada)
    return web.signed_in(people.ada)


def downloaded(ada: Browser) -> ZipFile:
    answer = ada.open("/settings/data").send("/settings/data/archive")
    assert answer.response.headers["content-disposition"] == 'attachment; filename="officetalk-ada.zip"'
    made = ZipFile(io.BytesIO(answer.response.content))
    assert made.testzip() is None
    return made


def rows(browser: Browser, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(browser.open(f"/settings/data/{name}.csv").text)))


# --- taking it away ------------------------------------------------------------------------------------


def test_everything_that_was_written_is_in_the_archive(ada: Browser, people: People) -> None:
    first = people.ada.posts("Fisrt")
    people.ada.edits(first, "First")
    asked = people.bo.posts("Who knows?")
    people.ada.comments(asked, "I do")
    people.ada.posts("@bo between us", "direct")
    people.ada.reposts(asked)
    people.ada.deletes(people.ada.posts("Taken back"))

    told = json.loads(downloaded(ada).read("posts.json"))

    assert [one.get("text") for one in told] == ["First", "I do", "@bo between us", None]
    assert [one["text"] for one in told[0]["earlier_versions"]] == ["Fisrt"]
    assert told[1]["answers"] == str(asked.id)
    assert told[2]["audience"] == "direct"
    assert told[3]["repost_of"].endswith(f"/@bo/{asked.id}")


def test_a_long_history_comes_whole(ada: Browser, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archived, "AT_ONCE", 2)
    for n in range(4):
        people.ada.posts(f"Number {n}")

    told = json.loads(downloaded(ada).read("posts.json"))

    assert [one["text"] for one in told] == ["Number 0", "Number 1", "Number 2", "Number 3"]


def test_who_wrote_nothing_gets_an_archive_too(ada: Browser) -> None:
    made = downloaded(ada)

    assert json.loads(made.read("posts.json")) == []
    assert json.loads(made.read("profile.json"))["mail"] == "ada@example.com"


def test_the_files_are_in_it(ada: Browser) -> None:
    id = upload(ada, picture()).response.json()["id"]
    says(ada, "The crane", **{"media[]": id, f"alt-{id}": "A crane"})

    made = downloaded(ada)
    (file,) = json.loads(made.read("posts.json"))[0]["files"]

    assert file["description"] == "A crane"
    assert len(made.read(file["file"])) > 100


def test_lists_have_the_form_that_mastodon_imports(ada: Browser, people: People) -> None:
    people.ada.follows(people.bo)
    people.ada.mutes(people.cy)
    people.ada.blocks(people.mo)
    kept = people.bo.posts("Worth keeping")
    people.ada.bookmarks(kept)

    assert rows(ada, "following_accounts") == [
        ["Account address", "Show boosts", "Notify on new posts", "Languages"],
        ["bo", "true", "false", ""],
    ]
    assert rows(ada, "muted_accounts")[1:] == [["cy", "true"]]
    assert rows(ada, "blocked_accounts")[1:] == [["mo"]]
    assert rows(ada, "bookmarks")[0][0].endswith(f"/@bo/{kept.id}")
    assert ada.open("/settings/data/secrets.csv").status == 404


def test_the_named_links_that_one_looks_after_are_in_it(ada: Browser, db: Database, people: People) -> None:
    links = Links(db)
    links.make(people.ada, "wiki", "https://wiki.example/", "=All that we know")
    links.make(people.bo, "his")

    expected = [
        ["Link", "Target", "Description", "Clicks in four weeks"],
        ["http://talk.test/go/wiki", "https://wiki.example/", "'=All that we know", "0"],
    ]
    assert rows(ada, "short_links") == expected
    assert b"/go/wiki" in downloaded(ada).read("short_links.csv")


def test_what_one_may_not_read_any_more_is_not_named(ada: Browser, people: People) -> None:
    hidden = people.bo.posts("For followers", "followers")
    people.ada.follows(people.bo)
    people.ada.bookmarks(hidden)
    people.ada.unfollows(people.bo)

    assert rows(ada, "bookmarks") == []
    assert str(hidden.id).encode() not in downloaded(ada).read("bookmarks.csv")


def test_the_archive_is_not_made_over_and_over(
    new_web: Callable[..., Web], db: Database, people: People
) -> None:
    db.write_now(company.change, name="Aldermoor", set_up=True)
    ada = new_web(rate_limits=True).signed_in(people.ada)
    for _ in range(4):
        downloaded(ada)

    assert ada.open("/settings/data").send("/settings/data/archive").status == 429


# --- deleting the account --------------------------------------------------------------------------------


def test_an_account_is_deleted_by_its_owner(ada: Browser, people: People, db: Database) -> None:
    post = people.ada.posts("Good-bye")
    people.ada.likes(people.bo.posts("Farewell"))

    gone = ada.open("/settings/data").send("/settings/data/delete", password=PASSWORD, sure="1")

    assert "Your account is deleted" in gone.follow().text
    assert not ada.is_signed_in
    assert people.bo.counts.followers == 0
    assert db.read_now(queries.by_ids, people.bo.id, [post.id]) == []
    work(db)
    assert db.read_now(queries.by_ids, people.bo.id, [post.id]) == []
    assert people.ada.account.state == "suspended"
    assert people.ada.account.name == "ada"


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"password": "not this one", "sure": "1"}, "password"),
        ({"password": PASSWORD}, "sure"),
        ({"password": "", "sure": "1"}, "password"),
    ],
)
def test_it_takes_the_password_and_to_be_sure(
    ada: Browser, people: People, values: dict[str, str], wrong: str
) -> None:
    page = ada.open("/settings/data").send("/settings/data/delete", **values)

    assert page.status == 422
    assert f'id="{wrong}-error"' in page.text
    assert people.ada.account.state == "active"


def test_the_last_owner_stays(ada: Browser, people: People) -> None:
    people.ada.changes(role="owner")

    page = ada.open("/settings/data").send("/settings/data/delete", password=PASSWORD, sure="1")

    assert page.status == 422
    assert "A company needs an owner" in page.text
    assert people.ada.account.state == "active"


def test_a_company_can_keep_that_to_its_administrators(
    ada: Browser, people: People, web: Web, db: Database
) -> None:
    people.al.changes(role="administrator")
    web.signed_in(people.al).open("/settings/company").send("/settings/company", self_deletion="")

    assert not ada.open("/settings/data").has_form("/settings/data/delete")
    with pytest.raises(Forbidden):
        db.write_now(deletion.leave, people.ada.id)

"""Attachments from upload to post and away, and whose they are."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest

from officetalk.core.database import Database
from officetalk.core.errors import Invalid, NotFound
from officetalk.media import attachments, uploads
from officetalk.media.attachments import MAX_DESCRIPTION, Uploaded
from officetalk.media.entities import Attachment
from officetalk.media.workshop import Workshop
from tests.conftest import Clock
from tests.media import files
from tests.media.conftest import Work
from tests.people import Human, People

POST, OTHER = 1000, 2000  # ids of posts: attachments do not look at them


class Owner:
    """Somebody who uploads."""

    def __init__(self, db: Database, shop: Workshop, human: Human) -> None:
        self.db, self.shop, self.id = db, shop, human.id

    def uploads(self, data: bytes = b"", **more: object) -> Uploaded:
        data = data or files.encoded(files.halves(1200, 800), "JPEG")
        return asyncio.run(uploads.take(self.db, self.shop, self.id, io.BytesIO(data), **more))  # pyright: ignore[reportArgumentType]

    def picture(self) -> int:
        return self.uploads().attachment.id

    def attaches(self, *ids: int, to: int = POST) -> tuple[Attachment, ...]:
        return self.db.write_now(attachments.attach, self.id, ids, to)

    def finds(self, id: int) -> Uploaded:
        return self.db.read_now(attachments.free, self.id, id)


@pytest.fixture
def ada(db: Database, shop: Workshop, people: People) -> Owner:
    return Owner(db, shop, people.ada)


@pytest.fixture
def bo(db: Database, shop: Workshop, people: People) -> Owner:
    return Owner(db, shop, people.bo)


def stored(shop: Workshop) -> set[str]:
    folder: Path = shop.storage.path  # pyright: ignore[reportAttributeAccessIssue]
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_a_picture_is_ready_at_once(ada: Owner, shop: Workshop) -> None:
    found = ada.uploads(description=" Two halves ", focus=(0.5, -0.5))

    shown = found.attachment
    assert found.state == "ready"
    assert (shown.kind, shown.width, shown.height) == ("image", 1200, 800)
    assert (shown.description, shown.focus) == ("Two halves", (0.5, -0.5))
    assert shown.preview_width * shown.preview_height <= 230_400
    assert shown.blurhash
    assert stored(shop) == {shown.file, shown.preview}
    assert ada.finds(shown.id) == found


def test_names_say_nothing_and_are_never_the_same(ada: Owner) -> None:
    data = files.photograph()

    first, second = ada.uploads(data).attachment, ada.uploads(data).attachment

    assert first.file != second.file and first.preview != second.preview
    assert len(first.file.partition(".")[0]) == 32


def test_what_is_attached_comes_in_the_order_that_was_asked_for(ada: Owner) -> None:
    a, b, c = ada.picture(), ada.picture(), ada.picture()

    assert [m.id for m in ada.attaches(c, a, b, a)] == [c, a, b]
    assert [m.id for m in ada.attaches(b, c)] == [b, c]  # what hangs there already may be asked for again


def test_what_hangs_on_a_post_is_no_longer_a_free_upload(ada: Owner) -> None:
    id = ada.picture()
    ada.attaches(id)

    with pytest.raises(NotFound):
        ada.finds(id)
    with pytest.raises(Invalid, match="Media attachment is currently used by a status"):
        ada.db.write_now(attachments.remove, ada.id, id)
    with pytest.raises(NotFound):
        ada.db.write_now(attachments.change, ada.id, id, "x", None)


def test_nobody_finds_attaches_describes_or_removes_what_belongs_to_others(ada: Owner, bo: Owner) -> None:
    id = ada.picture()

    with pytest.raises(Invalid, match=rf"^Media {id} not found or already attached to another post$"):
        bo.attaches(id)
    for attempt in (
        lambda: bo.finds(id),
        lambda: bo.db.write_now(attachments.describe, bo.id, id, "mine", None),
        lambda: bo.db.write_now(attachments.change, bo.id, id, "mine", None),
        lambda: bo.db.write_now(attachments.remove, bo.id, id),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert bo.db.read_now(attachments.of_owner, bo.id, [id]) == []
    assert ada.finds(id).attachment.description == ""


def test_what_hangs_on_one_post_cannot_hang_on_another(ada: Owner) -> None:
    id, missing = ada.picture(), 77
    ada.attaches(id)

    with pytest.raises(Invalid) as refused:
        ada.attaches(id, missing, to=OTHER)

    assert refused.value.rule == f"Media {id}, 77 not found or already attached to another post"
    assert refused.value.field == "media_ids" and refused.value.whole


def test_a_post_has_at_most_four(ada: Owner) -> None:
    with pytest.raises(Invalid, match=r"^Cannot attach more than 4 files$"):
        ada.attaches(1, 2, 3, 4, 5)


def test_what_is_still_being_processed_cannot_be_attached(ada: Owner) -> None:
    found = ada.uploads(files.animation())

    assert found.state == "processing"
    with pytest.raises(Invalid, match=r"^Cannot attach files that have not finished processing"):
        ada.attaches(found.attachment.id)


def test_a_film_stands_alone(ada: Owner, db: Database) -> None:
    id = ada.picture()
    film = db.write_now(attachments.begin, ada.id, Attachment(0, "video", "f" * 32 + ".mp4"), format="mp4")
    db.write_now(attachments.stored, film)

    with pytest.raises(Invalid, match=r"^Cannot attach a video to a post that already contains images$"):
        ada.attaches(id, film)
    assert [m.id for m in ada.attaches(film)] == [film]


def test_a_description_and_a_focus_can_be_changed(ada: Owner) -> None:
    id = ada.picture()
    ada.db.write_now(attachments.change, ada.id, id, "A cat", (0.25, 1.0))
    ada.db.write_now(attachments.change, ada.id, id, None, None)
    [attached] = ada.attaches(id)

    ada.db.write_now(attachments.describe, ada.id, id, "A dog", None)
    [again] = ada.attaches(id)

    assert (attached.description, attached.focus) == ("A cat", (0.25, 1.0))
    assert (again.description, again.focus) == ("A dog", (0.25, 1.0))


def test_a_description_has_a_limit(ada: Owner) -> None:
    with pytest.raises(Invalid) as refused:
        ada.uploads(description="x" * (MAX_DESCRIPTION + 1))

    assert refused.value.field == "description"
    ada.uploads(description="x" * MAX_DESCRIPTION + " ")


def test_another_preview_takes_the_place_of_the_first(ada: Owner, shop: Workshop, work: Work) -> None:
    before = ada.uploads().attachment
    thumbnail = io.BytesIO(files.encoded(files.halves(50, 40)))

    after = asyncio.run(uploads.change(ada.db, shop, ada.id, before.id, thumbnail=thumbnail)).attachment
    work(shop)

    assert after.file == before.file and after.preview != before.preview
    assert (after.preview_width, after.preview_height) == (50, 40)
    assert stored(shop) == {after.file, after.preview}


def test_what_nobody_uses_for_a_day_goes_with_its_files(
    ada: Owner, shop: Workshop, clock: Clock, work: Work
) -> None:
    used, unused = ada.picture(), ada.picture()
    [kept] = ada.attaches(used)

    clock.forward(hours=23)
    assert work(shop) == []
    clock.forward(hours=2)
    work(shop)

    assert ada.db.read_now(attachments.get, used).attachment == kept
    assert stored(shop) == {kept.file, kept.preview}
    with pytest.raises(NotFound):
        ada.finds(unused)


def test_an_upload_that_was_cut_short_goes_too(ada: Owner, shop: Workshop, clock: Clock, work: Work) -> None:
    """The process died between noting the upload and storing all of it."""
    name = "a" * 32 + ".jpg"
    ada.db.write_now(attachments.begin, ada.id, Attachment(0, "image", name), format="jpeg")
    shop.storage.put(name, b"half of it", "image/jpeg")

    clock.forward(hours=25)
    work(shop)

    assert stored(shop) == set()


def test_what_is_taken_off_a_post_can_be_used_again_for_a_day(
    ada: Owner, shop: Workshop, clock: Clock, work: Work
) -> None:
    again, never = ada.picture(), ada.picture()
    ada.attaches(again, never)
    clock.forward(days=30)
    work(shop)

    ada.db.write_now(attachments.detach, POST)
    work(shop)
    [kept] = ada.attaches(again, to=OTHER)
    clock.forward(hours=25)
    work(shop)

    assert stored(shop) == {kept.file, kept.preview}
    with pytest.raises(NotFound):
        ada.finds(never)


def test_only_what_is_named_is_taken_off(ada: Owner) -> None:
    stays, goes = ada.picture(), ada.picture()
    ada.attaches(stays, goes)

    ada.db.write_now(attachments.detach, POST, [goes, 99])

    assert ada.finds(goes).post_id is None
    with pytest.raises(NotFound):
        ada.finds(stays)


def test_what_belongs_to_a_post_goes_with_it(ada: Owner, shop: Workshop, work: Work) -> None:
    other = ada.picture()
    ada.attaches(ada.picture(), ada.picture())
    [kept] = ada.attaches(other, to=OTHER)

    ada.db.write_now(attachments.remove_of, POST)
    assert len(stored(shop)) == 6  # the files go by a job
    work(shop)

    assert stored(shop) == {kept.file, kept.preview}


def test_an_upload_can_be_taken_back(ada: Owner, shop: Workshop, work: Work) -> None:
    id = ada.picture()

    ada.db.write_now(attachments.remove, ada.id, id)
    work(shop)

    assert stored(shop) == set()
    with pytest.raises(NotFound):
        ada.finds(id)


def test_the_statements_are_as_many_for_four_as_for_one(ada: Owner) -> None:
    def counted(ids: list[int]) -> int:
        def run(conn: object) -> int:
            attachments.attach(conn, ada.id, ids, ids[0])  # pyright: ignore[reportArgumentType]
            return conn.statements  # pyright: ignore[reportAttributeAccessIssue]

        return ada.db.write_now(run)

    assert counted([ada.picture() for _ in range(4)]) == counted([ada.picture()]) == 2

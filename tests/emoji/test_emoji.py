"""The company's own emoji: their pictures, where they are found in texts, and who looks after them."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest
from PIL import Image

from officetalk.core.database import Database
from officetalk.core.errors import Forbidden, Invalid
from officetalk.emoji import change, importing, pictures, rules
from officetalk.emoji.catalogue import Catalogue
from officetalk.emoji.entities import Emoji
from officetalk.emoji.pictures import Stored
from officetalk.media.storage import Folder
from tests.conftest import Clock
from tests.people import People

ANY = Stored("a" * 40 + ".png", "a" * 40 + ".png")


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 40), frames: int = 1) -> bytes:
    made = io.BytesIO()
    pictures = [Image.new("RGBA", size, (10 + 40 * i, 120, 90, 255)) for i in range(frames)]
    more = {"save_all": True, "append_images": pictures[1:], "duration": 80} if frames > 1 else {}
    pictures[0].save(made, kind, **more)
    return made.getvalue()


def add(db: Database, *shortcodes: str, **more: object) -> list[Emoji]:
    return [db.write_now(change.add, None, code, ANY, **more) for code in shortcodes]


def found(db: Database, *texts: str) -> list[str]:
    return [e.shortcode for e in db.read_now(rules.found, texts)]


# --- pictures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_a_picture_stays_what_it_is_and_is_made_small(tmp_path: Path, kind: str) -> None:
    stored = pictures.store(Folder(tmp_path), picture(kind, (900, 600)))

    assert stored.file == stored.static_file
    with Image.open(Folder(tmp_path).path_of(stored.file)) as kept:
        assert (kept.format, kept.size) == (kind, (192, 128))
    assert pictures.content_type(stored.file) == f"image/{kind.lower()}"


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_what_moves_goes_on_moving_and_has_a_first_frame_that_does_not(tmp_path: Path, kind: str) -> None:
    stored = pictures.store(Folder(tmp_path), picture(kind, frames=3))

    with Image.open(Folder(tmp_path).path_of(stored.file)) as moving:
        assert (moving.format, getattr(moving, "n_frames", 1)) == (kind, 3)
    with Image.open(Folder(tmp_path).path_of(stored.static_file)) as still:
        assert (still.format, getattr(still, "n_frames", 1)) == ("PNG", 1)


def test_nothing_that_a_file_said_of_itself_is_kept(tmp_path: Path) -> None:
    made = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken in the secret lab"
    Image.new("RGB", (40, 40)).save(made, "WEBP", exif=exif)
    assert b"secret lab" in made.getvalue()

    stored = pictures.store(Folder(tmp_path), made.getvalue())

    assert b"secret lab" not in Folder(tmp_path).path_of(stored.file).read_bytes()


def jpeg() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 40)).save(made, "JPEG")
    return made.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture()[:60],
        b"GIF89a" + b"\0" * 40,
        jpeg(),
        b"\0" * (pictures.MAX_BYTES + 1),
        picture(size=(8000, 8000)),  # 64 megapixels in a small file
    ],
    ids=["empty", "svg", "cut off", "broken", "jpeg", "large", "bomb"],
)
def test_what_is_no_small_picture_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        pictures.store(Folder(tmp_path), data)

    assert refused.value.field == "image"
    assert not list(tmp_path.rglob("*.*"))


# --- in texts ----------------------------------------------------------------------------------------


def test_emoji_are_found_between_colons_and_nowhere_else(db: Database) -> None:
    add(db, "party", "blob_cat", "x2")

    assert found(db, "a :party: and (:blob_cat:)!", ":x2:") == ["party", "blob_cat", "x2"]
    assert found(db, "x:party: at 12:party:30 ::party:: :Party: :unknown: : party :") == []
    assert found(db, "é:party:") == []
    assert found(db, ":party:\n:party:") == ["party"]


def test_what_is_disabled_or_removed_is_text_again(db: Database) -> None:
    party, cat = add(db, "party", "cat")

    db.write_now(change.change, None, party.id, disabled=True)
    db.write_now(change.remove, None, cat.id)

    assert found(db, ":party: :cat:") == []
    assert [e.shortcode for e in db.read_now(rules.everything)] == ["party"]


def test_finding_emoji_costs_no_statement_once_they_are_known(db: Database) -> None:
    rules.listen(db)
    add(db, "party")

    def twice(conn: object) -> int:
        rules.found(conn, [":party:"])  # type: ignore[arg-type]
        before = conn.statements  # type: ignore[attr-defined]
        assert rules.found(conn, [":party:", "none"])  # type: ignore[arg-type]
        return conn.statements - before  # type: ignore[attr-defined]

    assert db.read_now(twice) == 0


def test_a_change_is_noticed_at_once_in_its_own_transaction_and_after(db: Database) -> None:
    rules.listen(db)
    add(db, "party")
    assert found(db, ":party: :cat:") == ["party"]

    def change_and_look(conn: object) -> list[str]:
        change.add(conn, None, "cat", ANY)  # type: ignore[arg-type]
        return [e.shortcode for e in rules.found(conn, [":party: :cat:"])]  # type: ignore[arg-type]

    assert db.write_now(change_and_look) == ["party", "cat"]
    assert found(db, ":party: :cat:") == ["party", "cat"]


def test_a_change_that_failed_leaves_no_trace(db: Database) -> None:
    rules.listen(db)
    add(db, "party")

    def fail(conn: object) -> None:
        change.add(conn, None, "cat", ANY)  # type: ignore[arg-type]
        rules.found(conn, [":cat:"])  # type: ignore[arg-type]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        db.write_now(fail)

    assert found(db, ":party: :cat:") == ["party"]


def test_renderers_know_the_emoji_without_a_connection(db: Database, clock: Clock) -> None:
    catalogue = Catalogue(db)
    (party,) = add(db, "party")

    assert catalogue.stale
    asyncio.run(catalogue.refresh())
    assert (catalogue.stale, catalogue.found("x :party:", "")) == (False, (party,))
    version = catalogue.version
    db.write_now(change.change, None, party.id, category="Joy")
    assert catalogue.stale
    asyncio.run(catalogue.refresh())
    assert catalogue.version == version + 1
    clock.forward(seconds=10)
    assert catalogue.stale  # the command line may have changed it unheard
    asyncio.run(catalogue.refresh())
    assert catalogue.version == version + 1


# --- looking after them ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shortcode", ["", "::", "a", "with space", "naïve", "semi;colon", "x" * 65, "a-b", "😀"]
)
def test_a_shortcode_is_letters_digits_and_underscores(db: Database, shortcode: str) -> None:
    with pytest.raises(Invalid) as refused:
        add(db, shortcode)
    assert refused.value.field == "shortcode"


def test_a_shortcode_is_there_once_but_its_case_counts(db: Database) -> None:
    add(db, "party", ":Party:")

    with pytest.raises(Invalid, match="already been taken"):
        add(db, "party")
    assert found(db, ":Party:") == ["Party"]


@pytest.mark.parametrize("role", ["member", "moderator"])
def test_only_administrators_change_emoji(db: Database, people: People, role: str) -> None:
    people.ada.changes(role=role)
    (party,) = add(db, "party")

    for verb, args in (
        (change.add, ("cat", ANY)),
        (change.change, (party.id,)),
        (change.remove, (party.id,)),
    ):
        with pytest.raises(Forbidden):
            db.write_now(verb, people.ada.id, *args)


def test_a_folder_becomes_emoji(db: Database, tmp_path: Path) -> None:
    folder, store = tmp_path / "from", Folder(tmp_path / "store")
    folder.mkdir()
    (folder / "party-parrot.gif").write_bytes(picture("GIF", frames=2))
    (folder / "cat.png").write_bytes(picture())
    (folder / "broken.png").write_bytes(b"no picture")
    (folder / "readme.txt").write_bytes(b"hello")
    (folder / "x.webp").write_bytes(picture("WEBP"))

    done = importing.import_folder(db, store, folder, category="Office")
    again = importing.import_folder(db, store, folder)

    assert {i.shortcode: bool(i.problem) for i in done} == {
        "party_parrot": False,
        "cat": False,
        "broken": True,
        "x": True,  # one letter
    }
    assert all(i.problem for i in again)
    assert {(e.shortcode, e.category) for e in db.read_now(rules.everything)} == {
        ("party_parrot", "Office"),
        ("cat", "Office"),
    }
    (folder / "cat.png").write_bytes(picture(size=(64, 64)))
    before = {e.shortcode: e.file for e in db.read_now(rules.everything)}
    importing.import_folder(db, store, folder, replace=True)
    after = {e.shortcode: e.file for e in db.read_now(rules.everything)}
    assert before["cat"] != after["cat"]
    assert before["party_parrot"] == after["party_parrot"]

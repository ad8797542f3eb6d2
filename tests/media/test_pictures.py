"""Profile pictures: what is taken, what is refused, and what is left of them."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from officetalk.core.errors import Invalid, NotFound
from officetalk.media import pictures
from officetalk.media.storage import Folder

pytestmark = pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")

RED, BLUE = (220, 20, 20), (20, 20, 220)


def encoded(picture: Image.Image, format: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, **options)
    return out.getvalue()


def halves(width: int = 600, height: int = 400) -> Image.Image:
    """The left half red, the right half blue."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (width // 2, 0, width, height))
    return picture


def stored(folder: Path, data: bytes, kind: pictures.Kind = "avatar") -> Image.Image:
    return Image.open(Folder(folder).path_of(pictures.store(Folder(folder), data, kind)))


def near(colour: object, other: tuple[int, ...]) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(a - b) < 25 for a, b in zip(colour, other, strict=False))


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "WEBP", "AVIF", "HEIF"])
def test_each_format_becomes_a_webp_of_the_size_that_is_shown(tmp_path: Path, format: str) -> None:
    avatar = stored(tmp_path, encoded(halves(), format))
    header = stored(tmp_path, encoded(halves(), format), "header")

    assert (avatar.format, avatar.size) == ("WEBP", (400, 400))
    assert (header.format, header.size) == ("WEBP", (1500, 500))


def test_the_middle_is_kept_and_nothing_is_squeezed(tmp_path: Path) -> None:
    wide = Image.new("RGB", (900, 300), BLUE)
    wide.paste(RED, (300, 0, 600, 300))

    avatar = stored(tmp_path, encoded(wide)).convert("RGB")

    assert all(near(avatar.getpixel(at), RED) for at in [(10, 10), (390, 390), (200, 200)])


def test_a_picture_of_a_turned_camera_stands_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to view: what is on the left comes to the top
    turned = encoded(halves(600, 600), "JPEG", exif=exif)

    avatar = stored(tmp_path, turned).convert("RGB")

    assert near(avatar.getpixel((200, 20)), RED) and near(avatar.getpixel((200, 380)), BLUE)


def test_nothing_that_a_picture_says_about_its_maker_is_kept(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Spycam"
    exif.get_ifd(0x8825)[1] = "N"
    data = encoded(
        halves(), "JPEG", exif=exif, comment=b"at home", xmp=b"<x:xmpmeta>where I live</x:xmpmeta>"
    )
    assert b"Spycam" in data and b"at home" in data and b"where I live" in data

    kept = Folder(tmp_path).path_of(pictures.store(Folder(tmp_path), data, "avatar")).read_bytes()

    assert not any(secret in kept for secret in (b"Spycam", b"at home", b"where I live", b"EXIF", b"XMP"))


def test_transparency_stays_transparent(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (400, 400), (0, 0, 0, 0))

    avatar = stored(tmp_path, encoded(picture))

    assert avatar.convert("RGBA").getpixel((200, 200))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16", "RGBA"])
def test_pictures_of_any_kind_of_colours_are_taken(tmp_path: Path, mode: str) -> None:
    grey = 255 if mode == "1" else 128
    picture = Image.new("L", (50, 50), grey).convert(mode)
    if mode == "I;16":
        picture = Image.new("I;16", (50, 50), grey * 256)
    data = encoded(picture, "JPEG" if mode == "CMYK" else "PNG")

    shown = stored(tmp_path, data).convert("RGB").getpixel((200, 200))

    assert near(shown, (grey, grey, grey))


def test_colours_are_those_of_the_profile_which_is_not_kept(tmp_path: Path) -> None:
    from PIL import ImageCms

    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exchanged = srgb.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    picture = Image.new("RGB", (40, 40), RED)

    plain = stored(tmp_path, encoded(picture, icc_profile=b"no profile at all"))
    converted = stored(tmp_path, encoded(picture, icc_profile=exchanged))

    assert near(plain.convert("RGB").getpixel((200, 200)), RED)
    assert near(converted.convert("RGB").getpixel((200, 200)), BLUE)
    assert "icc_profile" not in converted.info


def test_only_the_first_image_of_an_animation_is_kept(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (40, 40), RED), Image.new("RGB", (40, 40), BLUE)]

    avatar = stored(tmp_path, encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))

    assert getattr(avatar, "n_frames", 1) == 1
    assert near(avatar.convert("RGB").getpixel((200, 200)), RED)


def test_the_same_picture_is_kept_once_and_half_made_ones_never(tmp_path: Path) -> None:
    names = {pictures.store(Folder(tmp_path), encoded(halves()), "avatar") for _ in range(3)}
    other = pictures.store(Folder(tmp_path), encoded(halves(), "JPEG", quality=20), "avatar")

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(names) == 1
    assert sorted(path.name for path in files) == sorted({*names, other})


def png_that_claims(width: int, height: int) -> bytes:
    """A small file that would be decoded to a large picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"><script>alert(1)</script></svg>'
BAD = {
    "nothing": b"",
    "a vector graphic": SVG,
    "a page that is called png": b"<!doctype html><html><script>alert(1)</script></html>",
    "a page behind a picture's first bytes": b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
    "a truncated PNG": encoded(Image.effect_noise((300, 300), 90))[:20_000],
    "a truncated JPEG": encoded(Image.effect_noise((600, 600), 90), "JPEG")[:9_000],
    "a truncated WebP": encoded(Image.effect_noise((600, 600), 90), "WEBP")[:9_000],
    "a bitmap, which we do not name": encoded(halves(), "BMP"),
    "a TIFF, which we do not name": encoded(halves(), "TIFF"),
    "slightly too many pixels": png_that_claims(10_000, 5_001),
    "a bomb": png_that_claims(60_000, 60_000),
    "no pixels": png_that_claims(0, 0),
    "too many bytes": b"\x89PNG" + bytes(pictures.MAX_BYTES),
    "noise": bytes(range(256)) * 40,
}


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("kind", ["avatar", "header"])
def test_what_is_no_good_picture_is_refused_by_the_name_of_its_field(
    tmp_path: Path, what: str, kind: pictures.Kind
) -> None:
    with pytest.raises(Invalid) as refused:
        pictures.store(Folder(tmp_path), BAD[what], kind)

    assert refused.value.field == kind
    assert refused.value.rule
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "name", ["../secret", "a.webp", "", "0" * 40, "/etc/passwd", "0" * 40 + ".webp\n", "0" * 39 + "/.webp"]
)
def test_no_name_leads_to_anything_else(name: str) -> None:
    with pytest.raises(NotFound):
        pictures.checked(name)

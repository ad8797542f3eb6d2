"""Pictures of posts: what comes out of them, and what does not."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageCms

from officetalk.core.errors import Invalid
from officetalk.media import images
from officetalk.media.images import Made
from tests.media import files
from tests.media.files import BLUE, RED, WHITE, decoded, encoded, halves, near

MAX_PIXELS = 20_000_000


def made(data: bytes) -> Made:
    return images.make(io.BytesIO(data), MAX_PIXELS)


def shown(data: bytes) -> Image.Image:
    found = made(data).shown
    assert found is not None
    return decoded(found.data)


@pytest.mark.parametrize(
    ("format", "becomes"),
    [("JPEG", "JPEG"), ("PNG", "PNG"), ("GIF", "PNG"), ("WEBP", "JPEG"), ("AVIF", "JPEG"), ("HEIF", "JPEG")],
)
def test_each_format_becomes_one_that_every_client_shows(format: str, becomes: str) -> None:
    picture = shown(encoded(halves(), format))

    assert (picture.format, picture.size) == (becomes, (600, 400))
    assert near(picture.convert("RGB").getpixel((50, 200)), RED)
    assert near(picture.convert("RGB").getpixel((550, 200)), BLUE)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_what_a_phone_writes_about_its_owner_is_gone_and_the_picture_stands_upright(format: str) -> None:
    data = files.photograph(format)
    assert b"Spycam" in data

    result = made(data)

    assert result.shown is not None and result.preview is not None
    for written in (result.shown, result.preview):
        picture = decoded(written.data)
        assert not [secret for secret in files.SECRETS if secret in written.data]
        assert not picture.getexif() and not {"exif", "xmp", "comment", "icc_profile"} & set(picture.info)
        assert picture.width < picture.height
        middle = picture.width // 2
        assert near(picture.convert("RGB").getpixel((middle, 20)), RED)
        assert near(picture.convert("RGB").getpixel((middle, picture.height - 20)), BLUE)


def test_a_large_picture_becomes_bearable_and_keeps_its_shape() -> None:
    result = made(encoded(halves(5000, 3000), "JPEG", quality=50))

    assert result.shown is not None and result.preview is not None
    assert result.shown.width * result.shown.height <= images.SHOWN_PIXELS
    assert result.shown.width / result.shown.height == pytest.approx(5 / 3, rel=0.01)
    assert result.preview.width * result.preview.height <= images.PREVIEW_PIXELS
    assert result.preview.width / result.preview.height == pytest.approx(5 / 3, rel=0.01)
    assert decoded(result.preview.data).size == (result.preview.width, result.preview.height)


def test_a_small_picture_is_its_own_preview() -> None:
    result = made(encoded(halves(300, 200)))

    assert result.preview is None
    assert result.shown is not None and (result.shown.width, result.shown.height) == (300, 200)


def test_the_blurhash_is_of_the_picture() -> None:
    red = made(encoded(Image.new("RGB", (64, 64), RED))).blurhash
    blue = made(encoded(Image.new("RGB", (3000, 40), BLUE))).blurhash
    through = made(encoded(Image.new("RGBA", (64, 64), (0, 0, 0, 0)))).blurhash
    white = made(encoded(Image.new("RGB", (64, 64), WHITE))).blurhash

    assert len(red) == len(blue) == 4 + 2 * 16
    assert red != blue
    assert through == white


def test_what_one_can_see_through_stays_so() -> None:
    glass = Image.new("RGBA", (900, 700), (220, 20, 20, 128))

    for format in ("PNG", "WEBP", "AVIF"):
        picture = shown(encoded(glass, format))
        assert picture.mode == "RGBA", format
        assert near(picture.getpixel((10, 10)), (220, 20, 20, 128))


def test_colours_are_those_of_the_profile() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB", 6500)).tobytes()
    broken = shown(encoded(halves(), "JPEG", icc_profile=b"no profile at all"))
    other = shown(encoded(halves(), "JPEG", icc_profile=lab))

    assert near(broken.getpixel((50, 200)), RED)
    assert "icc_profile" not in broken.info and "icc_profile" not in other.info


def test_sixteen_bits_of_grey_stay_grey() -> None:
    grey = Image.new("I;16", (40, 40), 0x8000)

    assert near(shown(encoded(grey)).convert("RGB").getpixel((5, 5)), (128, 128, 128))


def test_what_moves_is_told_apart() -> None:
    for format, moves in [("GIF", True), ("WEBP", True), ("PNG", True), ("AVIF", True)]:
        facts = images.inspect(io.BytesIO(files.animation(format)), MAX_PIXELS)
        assert facts.animated is moves, format
    assert not images.inspect(io.BytesIO(encoded(halves(), "GIF")), MAX_PIXELS).animated


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_an_animation_goes_on_moving(format: str) -> None:
    result = images.make_animation(io.BytesIO(files.animation(format)), MAX_PIXELS)

    assert result.shown is not None and result.preview is not None
    moving = decoded(result.shown.data)
    assert (moving.format, moving.size, getattr(moving, "n_frames", 1)) == ("WEBP", (81, 61), 6)
    assert moving.info["loop"] == 0
    assert b"at home" not in result.shown.data
    assert getattr(decoded(result.preview.data), "n_frames", 1) == 1


def test_an_endless_animation_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "ANIMATION_PIXELS", 81 * 61 * 5)

    with pytest.raises(Invalid, match="too many frames"):
        images.make_animation(io.BytesIO(files.animation()), MAX_PIXELS)


BAD = {
    "a page that is called png": b"<!doctype html><html><script>alert(1)</script></html>",
    "a page behind a picture's first bytes": b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
    "a truncated PNG": encoded(Image.effect_noise((300, 300), 90))[:20_000],
    "a truncated JPEG": encoded(Image.effect_noise((600, 600), 90), "JPEG")[:9_000],
    "a truncated WebP": encoded(Image.effect_noise((600, 600), 90), "WEBP")[:9_000],
    "a truncated HEIC": encoded(Image.effect_noise((600, 600), 90).convert("RGB"), "HEIF")[:9_000],
    "a truncated AVIF": encoded(Image.effect_noise((600, 600), 90).convert("RGB"), "AVIF")[:9_000],
    "slightly too many pixels": files.png_that_claims(5_000, 4_001),
    "a bomb": files.png_that_claims(60_000, 60_000),
    "no pixels": files.png_that_claims(0, 0),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_good_picture_is_refused_by_the_name_of_its_field(what: str) -> None:
    for work, field in ((images.make, "file"), (images.make_preview, "thumbnail")):
        with pytest.raises(Invalid) as refused:
            work(io.BytesIO(BAD[what]), MAX_PIXELS)
        assert refused.value.field == field
        assert refused.value.rule

"""What every picture goes through: the decoders that we name, and the way to colours that all screens show."""

from __future__ import annotations

import io
import warnings
from functools import cache
from typing import TYPE_CHECKING

from PIL import Image

from officetalk.core.lazily import lazily

if TYPE_CHECKING:
    import pillow_heif
    from PIL import ImageCms
else:
    ImageCms = lazily("PIL.ImageCms")
    pillow_heif = lazily("pillow_heif")


@cache
def formats() -> tuple[str, ...]:
    """The names of the decoders, for Image.open."""
    # Thumbnails and depth maps inside a HEIC are never shown: they need not be decoded.
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=2)
    return ("PNG", "JPEG", "GIF", "WEBP", "AVIF", "HEIF")


# Each of us looks at the size before it decodes, and refuses what is too large. Pillow, which warns above this
# and refuses above twice this, is the second to look.
Image.MAX_IMAGE_PIXELS = 250_000_000
warnings.simplefilter("ignore", Image.DecompressionBombWarning)


def in_srgb(picture: Image.Image) -> Image.Image:
    """In sRGB, with transparency if it has some: without its profile a picture would change its colours."""
    if picture.mode.startswith("I"):  # grey, 16 bits
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    profile = picture.info.get("icc_profile")
    target = "RGBA" if picture.has_transparency_data else "RGB"
    if profile and picture.mode in ("RGB", "RGBA", "L", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            mode = target if picture.mode in ("RGB", "RGBA") else "RGB"
            shown = ImageCms.profileToProfile(
                picture, source, ImageCms.createProfile("sRGB"), outputMode=mode
            )
            return (shown or picture).convert(target)
        except (ImageCms.PyCMSError, OSError):  # a broken profile is no reason to refuse the picture
            pass
    return picture.convert(target)

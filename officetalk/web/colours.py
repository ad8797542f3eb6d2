"""The company's colour, as the style sheet wants it: dark enough on light ground, light enough on dark ground, with
the shades that go with it. Whatever is chosen, texts stay readable (WCAG 2.2, 1.4.3): only its lightness moves.

Source: the matrices of CSS Color 4, section 18 (OKLCH); contrast as in WCAG 2.2, "relative luminance".
"""

from __future__ import annotations

import math
from collections.abc import Sequence

_TEXT = 4.5  # WCAG 2.2 AA
_MORE = 7.0  # AAA, for those who ask for more contrast
_LIGHT = ("#f1f5f3", "#ffffff")  # --paper and --raised of assets/css/tokens.css
_DARK = ("#0b1314", "#182525")


def srgb(lightness: float, chroma: float, hue: float) -> str:
    """An OKLCH colour (0 to 1, 0 to 0.4, degrees) as #rrggbb, which every client can draw; clipped where sRGB
    ends."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    l_ = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_,
        -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_,
        -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_,
    )
    encoded = (
        12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055 for v in (max(0.0, v) for v in linear)
    )
    return "#" + "".join(f"{round(min(1.0, v) * 255):02x}" for v in encoded)


def oklch(colour: str) -> tuple[float, float, float]:
    """Lightness, chroma and hue of #rrggbb."""
    red, green, blue = _linear(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def contrast(one: str, other: str) -> float:
    """How well one is read on the other, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def style_of(accent: str) -> str:
    """The rules that put the company's colour (#rrggbb) in the place of ours."""
    _lightness, chroma, hue = oklch(accent)
    soft = (srgb(0.935, min(chroma, 0.03), hue), srgb(0.292, min(chroma, 0.042), hue))
    on = (srgb(0.99, min(chroma, 0.008), hue), srgb(0.2, min(chroma, 0.04), hue))
    light = readable(accent, (*_LIGHT, soft[0], on[0]))
    dark = readable(accent, (*_DARK, soft[1], on[1]), dark=True)
    more = (
        readable(light, _LIGHT, least=_MORE),
        readable(dark, _DARK, dark=True, least=_MORE),
    )
    return (
        f"@layer tokens{{:root{{--accent:light-dark({light},{dark});"
        f"--accent-hover:light-dark({_moved(light, -0.06)},{_moved(dark, 0.05)});"
        f"--on-accent:light-dark({on[0]},{on[1]});"
        f"--accent-soft:light-dark({soft[0]},{soft[1]})}}"
        f'@media(prefers-contrast:more){{:root:not([data-contrast="normal"]){{--accent:light-dark({more[0]},{more[1]})}}}}'
        f':root[data-contrast="more"]{{--accent:light-dark({more[0]},{more[1]})}}}}'
    )


def readable(accent: str, grounds: Sequence[str], *, dark: bool = False, least: float = _TEXT) -> str:
    """The colour, as near to what was chosen as it can be read on all of the grounds (`dark`: dark ones)."""
    lightness, chroma, hue = oklch(accent)
    lightness = max(lightness, 0.72) if dark else min(lightness, 0.56)
    step = 0.01 if dark else -0.01
    colour = srgb(lightness, chroma, hue)
    while min(contrast(colour, ground) for ground in grounds) < least and 0 < lightness < 1:
        lightness += step
        # Near white and black there is little colour to be had.
        colour = srgb(lightness, min(chroma, 0.4 * min(lightness, 1.05 - lightness)), hue)
    return colour


def _moved(colour: str, by: float) -> str:
    lightness, chroma, hue = oklch(colour)
    return srgb(min(1.0, max(0.0, lightness + by)), chroma, hue)


def _linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

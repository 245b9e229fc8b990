"""Colours: hex notation, WCAG luminance and contrast, mixing, OKLab, in which lighter means lighter to the eye, and CIEDE2000.

A colour is written `#rrggbb` or `#rrggbbaa`. To calculate with, it is red, green and blue of sRGB from 0 to 1; functions on
hex colours round to whole steps of 255, those on numbers do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import atan2, cbrt, cos, degrees, exp, hypot, radians, sin, sqrt
from typing import TYPE_CHECKING

from layoutgen.base.style import Gradient, Paint

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Rgb = tuple[float, float, float]
"""Red, green and blue of sRGB, 0 … 1."""
Rgba = tuple[float, float, float, float]
"""The same and alpha, 0 … 1."""
Rgba8 = tuple[int, int, int, int]
"""The same in whole steps, 0 … 255, as pixels are."""
Lab = tuple[float, float, float]
"""OKLab: L 0 … 1, a and b about -0.4 … 0.4."""
BUILT_IN_COLORS = {"black": "#000000", "white": "#ffffff"}
"""Names that every poster knows, whatever its palette has."""
CieLab = tuple[float, float, float]
"""CIELAB under D65: L* 0 … 100, a* and b* about -110 … 110."""
Matrix = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]

_HEX = re.compile(r"#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})")
_RGB_LMS: Matrix = ((0.4122214708, 0.5363325363, 0.0514459929), (0.2119034982, 0.6806995451, 0.1073969566),
                    (0.0883024619, 0.2817188376, 0.6299787005))  # fmt: skip
_LMS_LAB: Matrix = ((0.2104542553, 0.7936177850, -0.0040720468), (1.9779984951, -2.4285922050, 0.4505937099),
                    (0.0259040371, 0.7827717662, -0.8086757660))  # fmt: skip
# Their inverses.
_LMS_RGB: Matrix = ((4.076741661347994, -3.3077115904081933, 0.2309699287294279),
                    (-1.2684380040921763, 2.6097574006633715, -0.3413193963102196),
                    (-0.004196086541837079, -0.7034186144594495, 1.7076147009309446))  # fmt: skip
_LAB_LMS: Matrix = ((0.9999999984505197, 0.3963377921737678, 0.21580375806075877),
                    (1.0000000088817607, -0.10556134232365633, -0.0638541747717059),
                    (1.0000000546724108, -0.08948418209496574, -1.2914855378640917))  # fmt: skip
_RGB_XYZ: Matrix = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
_WHITE = (0.95047, 1.0, 1.08883)
"""XYZ of D65, the white of sRGB."""
_LINEAR_BELOW, _SLOPE = 216 / 24389, 24389 / 27
"""Where CIELAB is linear, and how steep it is there."""


# Notation


def is_hex(text: str) -> bool:
    """Whether this is `#rrggbb` or `#rrggbbaa`, in lower or upper case."""
    return _HEX.fullmatch(text) is not None


@lru_cache(4096)
def rgba8(color: str) -> Rgba8:
    """Red, green, blue and alpha, 0 … 255, of `#rrggbb` or `#rrggbbaa`. Raises ValueError."""
    if not is_hex(color):
        raise ValueError(f"`{color}` is not a colour such as #0b3c5d")
    red, green, blue, *alpha = bytes.fromhex(color[1:])
    return red, green, blue, alpha[0] if alpha else 255


@lru_cache(4096)
def rgba(color: str) -> Rgba:
    """Red, green, blue and alpha, 0 … 1, of `#rrggbb` or `#rrggbbaa`. Raises ValueError."""
    red, green, blue, alpha = rgba8(color)
    return red / 255, green / 255, blue / 255, alpha / 255


def to_hex(channels: Iterable[float]) -> str:
    """`#rrggbb` (with a fourth channel `#rrggbbaa`) of channels from 0 to 255, each rounded to the nearest step."""
    return "#" + bytes(round(value) for value in channels).hex()


def stops(paint: Paint) -> tuple[str, ...]:
    """The colours that a paint is made of."""
    return paint.stops if isinstance(paint, Gradient) else (paint,)


# Luminance and contrast


def linear(channel: float) -> float:
    """A channel of sRGB, 0 … 1, as an amount of light."""
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def relative_luminance(color: Sequence[float]) -> float:
    """Relative luminance (WCAG), 0 … 1, of red, green and blue from 0 to 1; alpha is not looked at."""
    return 0.2126 * linear(color[0]) + 0.7152 * linear(color[1]) + 0.0722 * linear(color[2])


@lru_cache(4096)
def luminance(color: str) -> float:
    """The same of a hex colour."""
    return relative_luminance(rgba(color))


def pixel_luminances(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same of pixels (…, 3) in sRGB from 0 to 255."""
    import numpy as np

    value = pixels / 255
    light = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return np.asarray(light @ np.array([0.2126, 0.7152, 0.0722]), dtype=np.float64)


def contrast_ratio(first: float, second: float) -> float:
    """The contrast (WCAG), 1 … 21, of two relative luminances."""
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def contrast(a: Paint, b: Paint) -> float:
    """The contrast (WCAG), 1 … 21, of two paints; of gradients the worst of any two stops."""
    return min(contrast_ratio(luminance(first), luminance(second)) for first in stops(a) for second in stops(b))


def readable_on(paint: Paint) -> str:
    """Black or white, whichever contrasts more with a paint; white on a tie."""
    return "#ffffff" if contrast("#ffffff", paint) >= contrast("#000000", paint) else "#000000"


# Mixing


def over(top: Rgba, beneath: Rgba) -> Rgba:
    """The opaque colour seen where a translucent colour lies on an opaque one."""
    alpha = top[3]
    red, green, blue = (a * alpha + b * (1 - alpha) for a, b in zip(top[:3], beneath[:3], strict=True))
    return red, green, blue, 1.0


def over_hex(color: str, beneath: str) -> str:
    """The same of hex colours."""
    *top, alpha = rgba8(color)
    return to_hex(part * alpha / 255 + under * (1 - alpha / 255) for part, under in zip(top, rgba8(beneath), strict=False))


def mix_hex(color: str, other: str, share: float) -> str:
    """`share` (0 … 1) of the other colour mixed into the first, whose alpha is kept."""
    first, second = rgba8(color), rgba8(other)
    mixed = [a * (1 - share) + b * share for a, b in zip(first[:3], second[:3], strict=True)]
    return to_hex((*mixed, first[3]))


def mix_oklab(first: Lab, second: Lab, share: float) -> Lab:
    """`share` (0 … 1) of the second colour mixed into the first, as the eye takes it."""
    rest = 1 - share
    return first[0] * rest + second[0] * share, first[1] * rest + second[1] * share, first[2] * rest + second[2] * share


# OKLab


@lru_cache(4096)
def to_oklab(color: Rgb) -> Lab:
    long, medium, short = _times(_RGB_LMS, (linear(color[0]), linear(color[1]), linear(color[2])))
    return _times(_LMS_LAB, (cbrt(long), cbrt(medium), cbrt(short)))


def from_oklab(color: Lab) -> Rgb:
    """Back to sRGB, clipped to its gamut."""
    long, medium, short = _times(_LAB_LMS, color)
    red, green, blue = _times(_LMS_RGB, (long**3, medium**3, short**3))
    return _encoded(red), _encoded(green), _encoded(blue)


# Differences


@lru_cache(4096)
def to_cielab(color: Rgb) -> CieLab:
    light = _times(_RGB_XYZ, (linear(color[0]), linear(color[1]), linear(color[2])))
    x, y, z = (_lightness(part / white) for part, white in zip(light, _WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(first: str, second: str) -> float:
    """How different two hex colours look (CIEDE2000); alpha is not looked at.

    1 is hardly seen, 5 is seen at a glance, black and white are 100 apart.
    """
    return ciede2000(to_cielab(rgba(first)[:3]), to_cielab(rgba(second)[:3]))


def ciede2000(first: CieLab, second: CieLab) -> float:
    """The colour difference ΔE00 of CIE 142-2001, in the notation of Sharma, Wu and Dalal (2005)."""
    (l1, a1, b1), (l2, a2, b2) = first, second
    mean7 = ((hypot(a1, b1) + hypot(a2, b2)) / 2) ** 7
    stretch = 1 + 0.5 * (1 - sqrt(mean7 / (mean7 + 25**7)))
    c1, c2 = hypot(stretch * a1, b1), hypot(stretch * a2, b2)
    h1, h2 = degrees(atan2(b1, stretch * a1)) % 360, degrees(atan2(b2, stretch * a2)) % 360
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    # Opposite hues are a half turn apart either way; the formula takes the way on which they are.
    turn = 180.0 if turn == -180 and h2 > h1 else turn
    dl, dc, dh = l2 - l1, c2 - c1, 2 * sqrt(c1 * c2) * sin(radians(turn / 2))
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    hue = _mean_hue(h1, h2) if c1 * c2 else h1 + h2
    t = 1 - 0.17 * _cos(hue - 30) + 0.24 * _cos(2 * hue) + 0.32 * _cos(3 * hue + 6) - 0.20 * _cos(4 * hue - 63)
    sl = 1 + 0.015 * (lightness - 50) ** 2 / sqrt(20 + (lightness - 50) ** 2)
    sc, sh = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    rotation = -2 * sqrt(chroma**7 / (chroma**7 + 25**7)) * sin(radians(60 * exp(-(((hue - 275) / 25) ** 2))))
    return sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rotation * (dc / sc) * (dh / sh))


def _mean_hue(first: float, second: float) -> float:
    if abs(first - second) <= 180:
        return (first + second) / 2
    return (first + second + (360 if first + second < 360 else -360)) / 2


def _cos(angle: float) -> float:
    return cos(radians(angle))


def _lightness(share: float) -> float:
    """The curve of CIELAB, of an amount of light as a share of white's."""
    return cbrt(share) if share > _LINEAR_BELOW else (_SLOPE * share + 16) / 116


def _encoded(light: float) -> float:
    """The inverse of `linear`, clipped to 0 … 1."""
    light = min(1.0, max(0.0, light))
    return light * 12.92 if light <= 0.0031308 else float(1.055 * light ** (1 / 2.4) - 0.055)


def _times(matrix: Matrix, vector: tuple[float, float, float]) -> tuple[float, float, float]:
    x, y, z = vector
    a, b, c = matrix
    return a[0] * x + a[1] * y + a[2] * z, b[0] * x + b[1] * y + b[2] * z, c[0] * x + c[1] * y + c[2] * z

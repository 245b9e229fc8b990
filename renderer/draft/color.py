"""Colours for the draft's own choices: OKLab, so that lighter means lighter to the eye, and WCAG contrast."""

from __future__ import annotations

from functools import lru_cache
from math import atan2, cbrt, cos, hypot, radians, sin

import numpy as np
from numpy.typing import NDArray

from layoutgen.typeset.paint import rgba

Rgb = tuple[float, float, float]
"""sRGB, 0 … 255."""
Lab = tuple[float, float, float]
"""OKLab: L 0 … 1, a and b about -0.4 … 0.4."""
Matrix = tuple[Rgb, Rgb, Rgb]


def _matrix(rows: NDArray[np.float64]) -> Matrix:
    first, second, third = ((float(row[0]), float(row[1]), float(row[2])) for row in rows)
    return first, second, third


_RGB_LMS: Matrix = ((0.4122214708, 0.5363325363, 0.0514459929), (0.2119034982, 0.6806995451, 0.1073969566),
                    (0.0883024619, 0.2817188376, 0.6299787005))  # fmt: skip
_LMS_LAB: Matrix = ((0.2104542553, 0.7936177850, -0.0040720468), (1.9779984951, -2.4285922050, 0.4505937099),
                    (0.0259040371, 0.7827717662, -0.8086757660))  # fmt: skip
_LMS_RGB = _matrix(np.linalg.inv(np.array(_RGB_LMS)))
_LAB_LMS = _matrix(np.linalg.inv(np.array(_LMS_LAB)))


def parse(color: str) -> Rgb:
    """`#rrggbb` or `#rrggbbaa`; alpha is left out."""
    red, green, blue, _ = rgba(color)
    return red, green, blue


def written(color: Rgb) -> str:
    """`#rrggbb`."""
    return "#" + "".join(f"{round(value):02x}" for value in color)


def luminances(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Relative luminance of pixels (…, 3) in sRGB 0 … 255."""
    value = pixels / 255
    light = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return np.asarray(light @ np.array([0.2126, 0.7152, 0.0722]), dtype=np.float64)


def luminance(color: Rgb) -> float:
    """Relative luminance, 0 … 1, as WCAG defines it."""
    return 0.2126 * _linear(color[0]) + 0.7152 * _linear(color[1]) + 0.0722 * _linear(color[2])


def contrast(first: float, second: float) -> float:
    """WCAG contrast of two luminances, 1 … 21."""
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


@lru_cache(4096)
def to_oklab(color: Rgb) -> Lab:
    lms = _apply(_RGB_LMS, (_linear(color[0]), _linear(color[1]), _linear(color[2])))
    return _apply(_LMS_LAB, (cbrt(lms[0]), cbrt(lms[1]), cbrt(lms[2])))


def from_oklab(lab: Lab) -> Rgb:
    """Back to sRGB, clipped to its gamut."""
    lms = _apply(_LAB_LMS, lab)
    red, green, blue = _apply(_LMS_RGB, (lms[0] ** 3, lms[1] ** 3, lms[2] ** 3))
    return _gamma(red), _gamma(green), _gamma(blue)


def mix(first: Rgb, second: Rgb, share: float) -> Rgb:
    """`share` of the second colour, mixed in OKLab."""
    a, b = to_oklab(first), to_oklab(second)
    rest = 1 - share
    return from_oklab((a[0] * rest + b[0] * share, a[1] * rest + b[1] * share, a[2] * rest + b[2] * share))


def toned(color: Rgb, *, lightness: float | None = None, chroma: float = 1.0) -> Rgb:
    """The same hue at another lightness (0 … 1) and a multiple of its chroma."""
    light, a, b = to_oklab(color)
    return from_oklab((light if lightness is None else lightness, a * chroma, b * chroma))


def chroma(color: Rgb) -> float:
    """Distance from grey in OKLab; about 0.03 is pale, 0.2 vivid."""
    _, a, b = to_oklab(color)
    return hypot(a, b)


def readable_under(color: Rgb, text: Rgb, least: float) -> Rgb:
    """The colour made darker or lighter until its contrast to a text's colour is at least `least` (or as large as it gets)."""
    ink = luminance(text)
    if contrast(luminance(color), ink) >= least:
        return color
    darker = ink > 0.18
    start = to_oklab(color)
    low, high = (0.08, start[0]) if darker else (start[0], 0.99)
    moved: Rgb | None = None
    # Contrast grows steadily with the distance: eight halvings find the nearest lightness to within 0.4 %.
    for _ in range(8):
        lightness = (low + high) / 2
        lab = (lightness, start[1], start[2])
        candidate = from_oklab(_shaded(lab, start[0]) if darker else _tinted(lab))
        enough = contrast(luminance(candidate), ink) >= least
        moved = candidate if enough else moved
        if enough == darker:
            low = lightness
        else:
            high = lightness
    return moved or from_oklab((0.08 if darker else 0.99, start[1] * 0.3, start[2] * 0.3))


def _tinted(lab: Lab) -> Lab:
    """A very light colour has little room for chroma."""
    room = 1 - 0.5 * lab[0]
    return lab[0], lab[1] * room, lab[2] * room


def _shaded(lab: Lab, before: float) -> Lab:
    """A colour in the shade, as painters let it: deeper, and a yellow turned towards brown; else it looks like mud."""
    hue, strength = atan2(lab[2], lab[1]), hypot(lab[1], lab[2])
    if strength > 0.02:
        strength *= 1 + 1.4 * min(0.5, before - lab[0])
    low, high = radians(58), radians(118)
    if low < hue < high and lab[0] < 0.75:
        hue -= (hue - low) * min(1.0, (0.75 - lab[0]) / 0.25) * (1 - (hue - low) / (high - low) * 0.5)
    return lab[0], strength * cos(hue), strength * sin(hue)


def _linear(value: float) -> float:
    value /= 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _gamma(value: float) -> float:
    value = min(1.0, max(0.0, value))
    return (value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055) * 255


def _apply(matrix: Matrix, vector: Rgb) -> Rgb:
    x, y, z = vector
    a, b, c = matrix
    return a[0] * x + a[1] * y + a[2] * z, b[0] * x + b[1] * y + b[2] * z, c[0] * x + c[1] * y + c[2] * z

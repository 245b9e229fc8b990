"""Colours for the draft's own choices: other tones of a colour, and shades that letters can be read on."""

from __future__ import annotations

from math import atan2, cos, hypot, radians, sin

from layoutgen.base import color as colors
from layoutgen.base.color import Lab, contrast_ratio, mix_oklab, relative_luminance, rgba8

Rgb = tuple[float, float, float]
"""sRGB in the units of pixels, 0 … 255."""


def parse(color: str) -> Rgb:
    """`#rrggbb` or `#rrggbbaa`; alpha is left out."""
    return rgba8(color)[:3]


def luminance(color: Rgb) -> float:
    """Relative luminance, 0 … 1, as WCAG defines it."""
    return relative_luminance(_unit(color))


def to_oklab(color: Rgb) -> Lab:
    return colors.to_oklab(_unit(color))


def from_oklab(color: Lab) -> Rgb:
    """Back to sRGB, clipped to its gamut."""
    red, green, blue = colors.from_oklab(color)
    return red * 255, green * 255, blue * 255


def mix(first: Rgb, second: Rgb, share: float) -> Rgb:
    """`share` of the second colour, mixed in OKLab."""
    return from_oklab(mix_oklab(to_oklab(first), to_oklab(second), share))


def _unit(color: Rgb) -> Rgb:
    return color[0] / 255, color[1] / 255, color[2] / 255


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
    if contrast_ratio(luminance(color), ink) >= least:
        return color
    darker = ink > 0.18
    start = to_oklab(color)
    low, high = (0.08, start[0]) if darker else (start[0], 0.99)
    moved: Rgb | None = None
    # Contrast grows steadily with the distance: eight halvings find the nearest lightness to within 0.4%.
    for _ in range(8):
        lightness = (low + high) / 2
        lab = (lightness, start[1], start[2])
        candidate = from_oklab(_shaded(lab, start[0]) if darker else _tinted(lab))
        enough = contrast_ratio(luminance(candidate), ink) >= least
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

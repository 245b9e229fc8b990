"""Colours for the draft's own choices: OKLab, so that lighter means lighter to the eye, and WCAG contrast."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rgb = tuple[float, float, float]
"""sRGB, 0 … 255."""

_TO_LMS = np.array([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
                    [0.0883024619, 0.2817188376, 0.6299787005]])  # fmt: skip
_TO_LAB = np.array([[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
                    [0.0259040371, 0.7827717662, -0.8086757660]])  # fmt: skip


def parse(color: str) -> Rgb:
    """`#rrggbb` or `#rrggbbaa`; alpha is left out."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def linear(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """sRGB 0 … 255 → linear light 0 … 1, of any shape."""
    value = np.asarray(rgb, dtype=np.float64) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def luminance(rgb: Rgb) -> float:
    """Relative luminance, 0 … 1, as WCAG defines it."""
    return float(linear(np.array(rgb)) @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(first: float, second: float) -> float:
    """WCAG contrast of two luminances, 1 … 21."""
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def to_oklab(rgb: Rgb) -> NDArray[np.float64]:
    """L 0 … 1, a and b about -0.4 … 0.4."""
    lab: NDArray[np.float64] = _TO_LAB @ np.cbrt(_TO_LMS @ linear(np.array(rgb)))
    return lab


def from_oklab(lab: NDArray[np.float64]) -> Rgb:
    """Back to sRGB, clipped to its gamut."""
    value = np.linalg.solve(_TO_LMS, np.linalg.solve(_TO_LAB, lab) ** 3)
    value = np.clip(value, 0, 1)
    red, green, blue = np.where(value <= 0.0031308, value * 12.92, 1.055 * value ** (1 / 2.4) - 0.055) * 255
    return float(red), float(green), float(blue)


def mix(first: Rgb, second: Rgb, share: float) -> Rgb:
    """`share` of the second colour, mixed in OKLab."""
    return from_oklab(to_oklab(first) * (1 - share) + to_oklab(second) * share)


def toned(color: Rgb, *, lightness: float | None = None, chroma: float = 1.0) -> Rgb:
    """The same hue at another lightness (0 … 1) and a multiple of its chroma."""
    lab = to_oklab(color)
    return from_oklab(np.array([lab[0] if lightness is None else lightness, lab[1] * chroma, lab[2] * chroma]))


def chroma(color: Rgb) -> float:
    """Distance from grey in OKLab; about 0.03 is pale, 0.2 vivid."""
    return float(np.hypot(*to_oklab(color)[1:]))


def readable_under(color: Rgb, text: Rgb, least: float) -> Rgb:
    """The colour made darker or lighter until its contrast to a text's colour is at least `least` (or as large as it gets)."""
    ink = luminance(text)
    if contrast(luminance(color), ink) >= least:
        return color
    darker = ink > 0.18
    start = to_oklab(color)
    low, high = (0.08, float(start[0])) if darker else (float(start[0]), 0.99)
    moved = color
    # Contrast grows steadily with the distance: eight halvings find the nearest lightness to within 0.4 %.
    for _ in range(8):
        lightness = (low + high) / 2
        lab = np.array([lightness, start[1], start[2]])
        candidate = from_oklab(_shaded(lab, float(start[0])) if darker else _tinted(lab))
        if contrast(luminance(candidate), ink) >= least:
            moved = candidate
            low, high = (lightness, high) if darker else (low, lightness)
        else:
            low, high = (low, lightness) if darker else (lightness, high)
    return moved if moved != color else from_oklab(np.array([0.08 if darker else 0.99, start[1] * 0.3, start[2] * 0.3]))


def _tinted(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """A very light colour has little room for chroma."""
    room = 1 - 0.5 * float(lab[0])
    return np.array([lab[0], lab[1] * room, lab[2] * room])


def _shaded(lab: NDArray[np.float64], before: float) -> NDArray[np.float64]:
    """A colour in the shade, as painters let it: deeper, and a yellow turned towards brown; else it looks like mud."""
    hue, strength = float(np.arctan2(lab[2], lab[1])), float(np.hypot(lab[1], lab[2]))
    if strength > 0.02:
        strength *= 1 + 1.4 * min(0.5, before - float(lab[0]))
    low, high = np.deg2rad(58), np.deg2rad(118)
    if low < hue < high and lab[0] < 0.75:
        hue -= (hue - low) * min(1.0, (0.75 - float(lab[0])) / 0.25) * (1 - (hue - low) / (high - low) * 0.5)
    return np.array([lab[0], strength * np.cos(hue), strength * np.sin(hue)])

"""Skylines: the upper edge of a layer of scenery, one height for each column of pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .scenes import Shape

Line = NDArray[np.float32]


def skyline(shape: Shape, width: int, height: int, top: float, rise: float, *, seed: int) -> Line:
    """Heights (width,) in pixels from the top, around `top` and at most about `rise` away, both as shares of the height."""
    # Sizes follow the height, so that a banner shows more of the same hills and not wider ones.
    x = np.arange(width, dtype=np.float64) / height
    random = np.random.default_rng(seed)
    line = _SHAPES[shape](x, random) if rise else np.zeros(width)
    return ((top - line * rise) * height).astype(np.float32)


def _waves(x: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    return _sines(x, random, ((0.6, 7), (0.3, 17), (0.1, 41)))


def _hills(x: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    return _sines(x, random, ((0.65, 3.1), (0.28, 7.3), (0.07, 19)))


def _sines(x: NDArray[np.float64], random: np.random.Generator, parts: tuple[tuple[float, float], ...]) -> NDArray[np.float64]:
    """A sum of sines, each (share, frequency), at phases of chance."""
    phases = random.uniform(0, 2 * np.pi, len(parts))
    line = np.zeros_like(x)
    for (share, frequency), phase in zip(parts, phases, strict=True):
        line += share * np.sin(frequency * x + phase)
    return line


def _dunes(x: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    ramp = (x * 0.9 + random.uniform()) % 1.0
    windward = np.sin(np.clip(ramp / 0.72, 0, 1) * np.pi / 2) ** 1.6
    lee = np.clip(np.cos(np.clip((ramp - 0.72) / 0.28, 0, 1) * np.pi / 2), 0, 1) ** 1.2
    return np.where(ramp < 0.72, windward, lee) * 1.6 - 0.8


def _peaks(x: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    line = np.zeros_like(x)
    for octave, (step, share) in enumerate(((0.34, 0.62), (0.12, 0.25), (0.045, 0.13))):
        knots = np.arange(0, x[-1] + 2 * step, step)
        shifted = knots + random.uniform(-0.3, 0.3, len(knots)) * step
        heights = random.uniform(-1, 1, len(knots))
        if octave == 0:
            heights = np.where(np.arange(len(knots)) % 2, np.abs(heights) * 0.5 + 0.5, -np.abs(heights))
        line += share * np.interp(x, shifted, heights)
    return line


def _skyline(x: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    widths = random.uniform(0.045, 0.11, int(x[-1] / 0.045) + 2)
    heights = random.uniform(-0.9, 0.8, len(widths)) + np.where(random.uniform(size=len(widths)) > 0.85, 0.5, 0)
    return heights[np.searchsorted(np.cumsum(widths), x)]


def _pines(x: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    line = np.full_like(x, -0.8)
    for center in np.arange(-0.05, x[-1] + 0.05, 0.034):
        middle, tall = center + random.uniform(-0.012, 0.012), random.uniform(0.1, 1.7)
        slope = tall - np.abs(x - middle) * 46
        # Branches: the edge of a pine goes down in steps.
        steps = slope - 0.16 * np.abs(((slope * 3.2) % 1.0) - 0.5)
        line = np.maximum(line, steps - 0.8)
    return line


def _blades(x: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    line = np.full_like(x, -0.7)
    for center in np.arange(-0.02, x[-1] + 0.02, 0.011):
        middle, tall = center + random.uniform(-0.006, 0.006), random.uniform(0.2, 1.6)
        line = np.maximum(line, tall - 0.7 - np.abs(x - middle) * 110)
    return line


_SHAPES = {
    "flat": lambda x, random: np.zeros_like(x),
    "waves": _waves,
    "hills": _hills,
    "dunes": _dunes,
    "peaks": _peaks,
    "skyline": _skyline,
    "pines": _pines,
    "blades": _blades,
}

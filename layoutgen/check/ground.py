"""The ground that letters stand on: what a picture would be without them; and colours as compression treats them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[Any]
"""Of float32."""
Mask = NDArray[np.bool_]
_CHROMA = 0.6
"""Weight of colour against lightness: compression blurs colours."""
OPPONENT = np.array(
    [
        [0.299, 0.587, 0.114],
        [-0.169 * _CHROMA, -0.331 * _CHROMA, 0.5 * _CHROMA],
        [0.5 * _CHROMA, -0.419 * _CHROMA, -0.081 * _CHROMA],
    ],
    np.float32,
)
"""Red, green, blue → lightness, blueness, redness."""


def smooth_ground(pixels: Pixels, free: Mask, deviation: float) -> tuple[Pixels, float]:
    """What the picture would be without letters, and how far free pixels are from that at the median, as a standard deviation.

    A blur of what is free of letters, in which whatever stands out counts less and less.
    """
    weights = free.astype(np.float32)
    ground = _weighted_blur(pixels, weights, deviation)
    noise = 1.0
    for last in (False, False, True):
        away = length(pixels - ground)
        noise = max(1.0, 1.4826 * float(np.median(away[free])))
        if not last:
            ground = _weighted_blur(pixels, weights / (1 + (away / (3 * noise)) ** 4), deviation)
    return ground, noise


def _weighted_blur(pixels: Pixels, weights: Pixels, deviation: float) -> Pixels:
    """A blur of the pixels that have weight; where none is near, a wider one. Done at a reduced size."""
    import cv2

    height, width = weights.shape
    step = max(1, int(deviation // 3))
    small = max(1, width // step), max(1, height // step)
    weighted = np.dstack([pixels * weights[..., None], weights])
    weighted = cv2.resize(weighted, small, interpolation=cv2.INTER_AREA)
    near = cv2.GaussianBlur(weighted, (0, 0), deviation / step)
    sums = near + 0.02 * cv2.GaussianBlur(near, (0, 0), 3 * deviation / step)
    blurred = sums[..., :3] / np.maximum(sums[..., 3:], 1e-6)
    smooth: Pixels = cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR)
    return smooth


def grown(coverage: Pixels, pixels: int) -> Pixels:
    import cv2

    wider: Pixels = cv2.dilate(coverage, np.ones((2 * pixels + 1,) * 2, np.uint8))
    return wider


def length(vectors: Pixels) -> Pixels:
    lengths: Pixels = np.sqrt(dot(vectors, vectors))
    return lengths


def dot(one: Pixels, other: Pixels) -> Pixels:
    product: Pixels = np.einsum("hwc,hwc->hw", one, other)
    return product

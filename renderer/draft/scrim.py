"""A scrim: a soft shade behind letters, only where what lies beneath would make them hard to read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from layoutgen.base.color import contrast_ratio, pixel_luminances
from layoutgen.base.geometry import area, clip, edges
from layoutgen.base.model import Box

from .color import Rgb, luminance

LEAST_CONTRAST = 3.0
"""WCAG contrast that nine tenths of what lies beneath must have; AA for large letters."""


def shade(image: Image.Image, box: Box, color: Rgb, size: float) -> bool:
    """Shade the image under letters of a colour and type size (pixels) in a box, if they need it."""
    left, top, width, height = box
    visible = clip(box, image.width, image.height)
    if not area(visible):
        return False
    step = max(1, min(visible[2:]) // 48)
    beneath = np.asarray(image.crop(edges(visible)))[::step, ::step].reshape(-1, 3).astype(np.float64)
    ink = luminance(color)
    dark = ink > 0.18
    tint = (14.0, 16.0, 24.0) if dark else (252.0, 250.0, 244.0)
    strength = next(
        (share for share in (0, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75) if _is_readable(beneath, tint, share, ink)), 0.82
    )
    if not strength:
        return False
    edge = max(8.0, size * 0.9)
    x0, y0 = int(left - edge), int(top - edge)
    cover = _ramp(y0, round(height + 2 * edge), top, height, edge)[:, None] * _ramp(
        x0, round(width + 2 * edge), left, width, edge
    )
    mask = Image.fromarray((cover * 255 * strength).astype(np.uint8))
    image.paste(tuple(int(value) for value in tint), (x0, y0), mask)
    return True


def _is_readable(beneath: NDArray[np.float64], tint: Rgb, share: float, ink: float) -> bool:
    mixed = pixel_luminances(beneath * (1 - share) + np.array(tint) * share)
    worst = float(np.quantile(mixed, 0.9 if ink > 0.18 else 0.1))
    return contrast_ratio(worst, ink) >= LEAST_CONTRAST


def _ramp(start: int, length: int, low: int, extent: int, edge: float) -> NDArray[np.float64]:
    """1 inside, falling smoothly to 0 over `edge` pixels on both sides."""
    at = np.arange(length) + start + 0.5
    away = np.maximum(np.maximum(low - at, at - low - extent), 0) / edge
    inside = np.clip(1 - away, 0, 1)
    return np.asarray(inside * inside * (3 - 2 * inside), dtype=np.float64)

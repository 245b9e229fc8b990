"""The contrast of lettering with what is around it, measured on a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from layoutgen.base.color import contrast_ratio, pixel_luminances
from layoutgen.base.geometry import clip
from layoutgen.base.model import Box

if TYPE_CHECKING:
    from PIL.Image import Image


def measured_contrast(image: Image, boxes: Sequence[Box]) -> float:
    """WCAG ratio, 1 … 21, between the two groups of pixels that the lightness inside the boxes falls into.

    The groups are split by Otsu's threshold and stand for letters and surroundings; a group's median keeps the blurred
    edges of letters out.
    """
    import numpy as np

    parts = []
    for box in boxes:
        left, top, width, height = clip(box, image.width, image.height)
        if width and height:
            crop = image.crop((left, top, left + width, top + height)).convert("RGB")
            parts.append(np.asarray(crop, dtype=np.float64).reshape(-1, 3))
    if not parts:
        return 1.0
    pixels = np.concatenate(parts)
    luminance = pixel_luminances(pixels)
    lightness = np.rint(255 * np.cbrt(luminance)).astype(np.int64)
    threshold = otsu(np.bincount(lightness, minlength=256))
    dark, light = luminance[lightness <= threshold], luminance[lightness > threshold]
    if not len(dark) or not len(light):
        return 1.0
    return round(contrast_ratio(float(np.median(light)), float(np.median(dark))), 2)


def otsu(histogram: Any) -> int:
    """The split of a histogram with the largest variance between its two sides."""
    import numpy as np

    values = np.arange(len(histogram))
    below = np.cumsum(histogram)
    above = below[-1] - below
    total = np.cumsum(histogram * values)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (total / below - (total[-1] - total) / above) ** 2
    return int(np.argmax(np.nan_to_num(between)))

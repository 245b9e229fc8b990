"""Labels for a preview: what an object without artwork is meant to show."""

from __future__ import annotations

from PIL import Image

from layoutgen.base.style import Lettering
from layoutgen.conditions.model import ObjectCondition
from layoutgen.typeset import FitItem, fit, set_text
from layoutgen.typeset.draw import draw

LARGEST = 0.09
"""Type size, of the shorter side of the box."""
SMALLEST = 6.0
"""Pixels; a box too small for its label goes without."""


def draw_label(image: Image.Image, condition: ObjectCondition, *, locale: str = "en") -> bool:
    """The description of an object, set in the middle of its box; False when it does not fit."""
    left, top, width, height = condition.box
    inner = (left + width // 10, top + height // 10, width - 2 * (width // 10), height - 2 * (height // 10))
    lettering = Lettering(weight=600)
    item = FitItem(text=condition.description, lettering=lettering, locale=locale, smallest=SMALLEST)
    largest = max(SMALLEST, min(width, height) * LARGEST)
    size = fit([item], inner[2], inner[3], gap=0.0, largest=largest)
    if size is None:
        return False
    beneath = image.crop((left, top, left + width, top + height)).resize((1, 1)).convert("L").getpixel((0, 0))
    color = "#1d2330" if isinstance(beneath, int | float) and beneath > 118 else "#ffffff"
    draw(
        image,
        set_text(condition.description, lettering, size, inner, locale=locale),
        color=color,
        rotation=condition.rotation,
        opacity=1.0,
    )
    return True

"""Slogans set and drawn by typesetting itself."""

from __future__ import annotations

from typing import Any

from PIL import Image

from layoutgen.base.model import Box
from layoutgen.base.style import Lettering
from layoutgen.conditions.model import Conditions, Glyph, GlyphStyle, set_text_of
from layoutgen.typeset import FitItem, fit, set_text
from layoutgen.typeset.draw import draw


def glyph(name: str, text: str, box: Box, locale: str = "en", *, lettering: Lettering | None = None, **more: Any) -> Glyph:
    """A slogan at the largest size that fits its box."""
    lettering = lettering or Lettering()
    size = more.pop("size", None) or fit([FitItem(text, lettering, locale, 6.0)], box[2], box[3], gap=0, largest=300)
    assert size is not None
    typeset = set_text(text, lettering, size, box, locale=locale)
    return Glyph.model_validate(
        {
            "id": name,
            "region": name,
            "text": text,
            "box": box,
            "lines": tuple(line.text for line in typeset.lines),
            "characters": typeset.characters,
            "direction": typeset.direction,
            "locale": locale,
            "style": GlyphStyle(size=size, lettering=lettering, color="#202020", faces=typeset.faces),
            "line_boxes": tuple(line.box for line in typeset.lines),
            "baselines": tuple(line.baseline for line in typeset.lines),
            **more,
        }
    )


def written(what: Conditions, ground: str = "#F4EFE6") -> Image.Image:
    """The picture of a perfect generator."""
    image = Image.new("RGB", (what.canvas.width, what.canvas.height), ground)
    for item in what.glyphs:
        draw(image, set_text_of(item), color=item.style.color, rotation=item.rotation)
    return image

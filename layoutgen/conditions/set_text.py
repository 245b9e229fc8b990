"""From a glyph region back to the set text it was made of, for drawing and calibration."""

from __future__ import annotations

from layoutgen.conditions.model import Glyph
from layoutgen.typeset.model import Line, SetText


def set_text_of(glyph: Glyph) -> SetText:
    """The lines and characters of a glyph region as typesetting draws them, in pixels of the canvas, before rotation."""
    return SetText(
        text=glyph.text,
        size=glyph.style.size,
        lettering=glyph.style.lettering,
        locale=glyph.locale,
        direction=glyph.direction,
        faces=glyph.style.faces,
        box=glyph.box,
        lines=tuple(
            Line(text=text, box=box, baseline=baseline)
            for text, box, baseline in zip(glyph.lines, glyph.line_boxes, glyph.baselines, strict=True)
        ),
        characters=glyph.characters,
    )

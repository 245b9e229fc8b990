"""Typesetting: measuring, shaping, line breaking, fitting, character boxes and drawing, for everything that sets type.

    choose(lettering, text, locale) -> FontChoice                  which faces draw a string      fonts.py
    natural_width(text, lettering, size, locale) -> float          pixels, unbroken               measure.py
    wrap(text, lettering, size, width, *, locale, …) -> Wrapped    lines and the block's size     measure.py
    fit(items, width, height, *, gap, largest, …) -> float | None  largest common base size       fit.py
    needed(items, width, *, gap) -> Needed                         room needed at the smallest    fit.py
    set_text(text, lettering, size, box, *, locale, …) -> SetText  lines and character boxes      set_text.py
    draw(image, set_text, *, color, rotation, opacity)             exactly where they were set    draw.py
    fill, rounded_rectangle                                        paint and panels               paint.py
    EFFECTS                                                        what `effect:` can ask for     effects.py

Sizes and lengths are pixels of the canvas unless a docstring says ems. Errors about fonts are `FontProblem`s.
Drawing and paint need Pillow's drawing side and numpy, so they are imported from their modules.
"""

from layoutgen.typeset.fit import FitItem, Needed, fit, fit_row, needed, needed_row
from layoutgen.typeset.fonts import BrokenFont, FontChoice, FontProblem, MissingGlyphs, UnknownFont, choose, faces
from layoutgen.typeset.measure import Wrapped, natural_width, wrap
from layoutgen.typeset.model import Character, Line, SetText
from layoutgen.typeset.set_text import DoesNotFit, set_text

__all__ = [
    "BrokenFont",
    "Character",
    "DoesNotFit",
    "FitItem",
    "FontChoice",
    "FontProblem",
    "Line",
    "MissingGlyphs",
    "Needed",
    "SetText",
    "UnknownFont",
    "Wrapped",
    "choose",
    "faces",
    "fit",
    "fit_row",
    "natural_width",
    "needed",
    "needed_row",
    "set_text",
    "wrap",
]

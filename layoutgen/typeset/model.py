"""Text that has been set: what typesetting hands to layout, conditions and drawing."""

from __future__ import annotations

from layoutgen.base.model import Box, FrozenModel
from layoutgen.base.style import Lettering


class Character(FrozenModel):
    """One grapheme: byte offsets into the UTF-8 string, its box, and the line it is on (counted from 0)."""

    start: int
    end: int
    box: Box
    line: int


class Line(FrozenModel):
    """One set line: its text (as read, without the break that ended it), box, and baseline.

    A line that ends in a soft hyphen is drawn with a hyphen: it divides a word, whether the text has it or not.

    The box goes from the line's leftmost to its rightmost reach (letters' advances and ink), and from at least the height of
    capitals down to at least the baseline, and further where ink goes further. The baseline is the `y` under the letters; of
    vertical text the `x` of the column's middle.
    """

    text: str
    box: Box
    baseline: float


class SetText(FrozenModel):
    """A string set at one size inside a box. All boxes are in pixels of the canvas, before rotation."""

    text: str
    size: float
    """Type size in pixels."""
    lettering: Lettering
    locale: str = "en"
    """BCP 47; the forms of some letters depend on it."""
    direction: str
    """`ltr`, `rtl` or `vertical`, decided."""
    faces: tuple[str, ...]
    """The family (or file) names that really draw it, in order of use."""
    box: Box
    """The box it was set in."""
    lines: tuple[Line, ...]
    characters: tuple[Character, ...]
    """Whitespace and breaks have no character box."""

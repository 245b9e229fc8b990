"""Setting: a text at one size in a box becomes lines and character boxes in whole pixels.

Positions are decided here once. Every line starts on a whole pixel, so that `line_atoms` finds the very same places again
from a `SetText` (also one that comes back from JSON) and drawing cannot disagree with the boxes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from layoutgen.base.model import Box
from layoutgen.base.style import Lettering, Valign
from layoutgen.typeset.bidi import base_level, has_rtl, levels, visual_order
from layoutgen.typeset.breaks import SOFT_HYPHEN
from layoutgen.typeset.fonts import FontChoice, choose, drawn
from layoutgen.typeset.measure import Wrapped, wrap
from layoutgen.typeset.model import Character, Line, SetText
from layoutgen.typeset.prepare import (
    BULLET_GAP,
    PreparedText,
    bullet_width,
    hyphen_atom,
    inked_width,
    prepare,
    segments_of,
    space_width,
    spaced,
)
from layoutgen.typeset.shape import Atom, atoms, turned, vertical_atoms


class DoesNotFit(ValueError):
    """The text needs `width` x `height` pixels at this size, more than its box has."""

    def __init__(self, text: str, width: float, height: float) -> None:
        self.width = width
        self.height = height
        super().__init__(f"`{text[:40]}` needs {math.ceil(width)} x {math.ceil(height)} px")


@dataclass(frozen=True, eq=False)
class PlacedAtom:
    """An atom of a line; `x` in ems from where the line's pen starts, `start` the offset of its text in the line."""

    atom: Atom
    x: float
    start: int

    def cells(self, spacing: float) -> Iterator[tuple[int, str, float, float]]:
        """Offset in the line, text, left and right edge (ems from the pen) of each grapheme, in logical order."""
        extra = spacing if self.atom.gaps else 0.0
        whole = inked_width(self.atom, spacing)
        start, before = self.start, 0.0
        for index, (item, edge) in enumerate(zip(self.atom.graphemes, self.atom.edges(), strict=True)):
            first, last = before + index * extra, edge + index * extra
            if self.atom.rtl:
                first, last = whole - last, whole - first
            yield start, item, self.x + first, self.x + last
            start, before = start + len(item), edge if self.atom.orientation != "abreast" else 0.0


@dataclass(frozen=True, eq=False)
class LineLayout:
    """One line in ems, from where its pen starts; of a vertical line `x` runs down. Atoms in visual order."""

    atoms: tuple[PlacedAtom, ...]
    length: float
    left: float
    right: float
    """Ink beyond the pen's start and end."""
    top: float
    bottom: float

    @property
    def reach(self) -> float:
        return self.left + self.length + self.right


@dataclass(frozen=True, eq=False)
class LineSetting:
    """What the lines of one text share. It is the same for a text to be set and for its SetText."""

    choice: FontChoice
    direction: str
    base: int
    bidi: bool
    spacing: float
    bullet: str | None
    indent: float


def setting_of(text: str, lettering: Lettering, locale: str) -> LineSetting:
    vertical = lettering.direction == "vertical"
    choice = choose(lettering, text + (lettering.bullet or ""), locale)
    base = 0 if vertical else base_level(text, lettering.direction, locale)
    bidi = not vertical and (base == 1 or has_rtl(text))
    bullet = None if vertical else lettering.bullet
    indent = bullet_width(choice, bullet, bidi) + BULLET_GAP if bullet else 0.0
    return LineSetting(
        choice, "vertical" if vertical else ("ltr", "rtl")[base], base, bidi, lettering.letter_spacing, bullet, indent
    )


def lay_line(setting: LineSetting, text: str) -> LineLayout:
    """The atoms of one line, from left to right (vertical: from top to bottom)."""
    return _lay_line(setting.choice, setting.direction == "vertical", setting.base, setting.bidi, setting.spacing, text)


@lru_cache(8192)
def _lay_line(choice: FontChoice, vertical: bool, base: int, bidi: bool, spacing: float, text: str) -> LineLayout:
    steps: list[tuple[Atom | None, float, int]] = []  # an atom or a gap, the room it takes, its offset
    at = 0
    for start, end in segments_of(text):
        if start > at:
            steps.append((None, space_width(choice, text[at:start], vertical) + spacing, at))
        offset = start
        for atom in vertical_atoms(choice, text[start:end]) if vertical else atoms(choice, text[start:end], bidi, spacing != 0):
            steps.append((atom, atom.advance + spaced(atom, spacing), offset))
            offset += len(atom.text)
        at = end
    if text.endswith(SOFT_HYPHEN) and not vertical:
        atom = hyphen_atom(choice, bidi)
        steps.append((atom, atom.advance + spacing, len(text) - 1))
    if bidi:
        line_levels = levels(text, base)
        steps = [
            (turned(item) if item and not item.rtl and line_levels[offset] % 2 else item, room, offset)
            for item, room, offset in steps
        ]
        steps = [steps[index] for index in visual_order([line_levels[offset] for _, _, offset in steps])]
    x, trailing = 0.0, 0.0
    placed: list[PlacedAtom] = []
    for item, room, offset in steps:
        if item is not None:
            placed.append(PlacedAtom(item, x, offset))
            trailing = spaced(item, spacing) and spacing
        x += room
    length = x - trailing
    return LineLayout(
        atoms=tuple(placed),
        length=length,
        left=max((item.atom.left - item.x for item in placed), default=0.0),
        right=max((item.x + inked_width(item.atom, spacing) + item.atom.right for item in placed), default=length) - length,
        top=max((item.atom.top for item in placed), default=0.0),
        bottom=max((item.atom.bottom for item in placed), default=0.0),
    )


def set_text(
    text: str,
    lettering: Lettering,
    size: float,
    box: Box,
    *,
    locale: str,
    valign: Valign = "middle",
    lines: tuple[int, int] | None = None,
    nobreak: bool = False,
) -> SetText:
    """Set a text at `size` pixels in a box of whole pixels.

    Lines and characters lie inside the box. The boxes of a line's characters do not overlap and, spaces aside, cover its box.
    Raises DoesNotFit when the text needs more room, and what `choose` raises.
    """
    left, top, width, height = box
    wrapped = wrap(text, lettering, size, width, locale=locale, lines=lines, nobreak=nobreak, height=height)
    if not wrapped.fits or wrapped.height > height + 1:
        raise DoesNotFit(text, wrapped.width, wrapped.height)
    setting = setting_of(text, lettering, locale)
    prepared = prepare(text, lettering, locale)
    place = _place_column if setting.direction == "vertical" else _place_line
    block = _Block(box, size, setting, prepared, wrapped, _slack_share(lettering.align, valign))
    set_lines: list[Line] = []
    characters: list[Character] = []
    offsets = list(accumulate((len(character.encode()) for character in text), initial=0))
    for number, (line_text, (start, end)) in enumerate(zip(wrapped.lines, wrapped.spans, strict=True)):
        if start == end:
            continue  # an empty line takes room and holds nothing
        laid = lay_line(setting, line_text)
        hung = setting.indent if prepared.hanging or number == 0 else 0.0
        line = place(block, line_text, laid, number, hung)
        characters += _characters(laid, line, setting, size, len(set_lines), offsets[start : end + 1])
        set_lines.append(line)
    used = dict.fromkeys(item.atom.face.name for line in set_lines for item in lay_line(setting, line.text).atoms)
    return SetText(
        text=text,
        size=size,
        lettering=lettering,
        locale=locale,
        direction=setting.direction,
        faces=tuple(used) or (setting.choice.primary.name,),
        box=(left, top, width, height),
        lines=tuple(set_lines),
        characters=tuple(characters),
    )


def _slack_share(align: str, valign: str) -> tuple[float, float]:
    """Which part of the free room lies before the block: horizontally, vertically."""
    return {"left": 0.0, "center": 0.5, "right": 1.0}[align], {"top": 0.0, "middle": 0.5, "bottom": 1.0}[valign]


def _snap(ideal: float, low: float, high: float) -> int:
    """The whole pixel nearest to the ideal one, between low and high."""
    return max(math.ceil(low - 0.01), min(round(ideal), math.floor(high + 0.01)))


class _Block(NamedTuple):
    """A wrapped text that is about to be placed in its box."""

    box: Box
    size: float
    setting: LineSetting
    prepared: PreparedText
    wrapped: Wrapped
    share: tuple[float, float]
    """Which part of the free room lies before the block: horizontally, vertically."""


def _place_line(block: _Block, text: str, laid: LineLayout, number: int, hung: float) -> Line:
    (left, top, width, height), size, prepared = block.box, block.size, block.prepared
    reach, indent = laid.reach * size, hung * size
    x = left + (width - reach - indent) * block.share[0] + (indent if block.setting.base == 0 else 0.0)
    x_whole = _snap(x, left, left + width - reach)
    y = top + (height - block.wrapped.height) * block.share[1] + (prepared.above + number * prepared.pitch) * size
    above, below = max(laid.top, prepared.metrics.cap) * size, max(laid.bottom, 0.0) * size
    baseline = _snap(y, top + above, top + height - below)
    upper, lower = max(top, math.floor(baseline - above + 0.01)), min(top + height, math.ceil(baseline + below - 0.01))
    end = min(left + width, math.ceil(x_whole + reach - 0.01))
    return Line(text=text, box=(x_whole, upper, end - x_whole, lower - upper), baseline=float(baseline))


def _place_column(block: _Block, text: str, laid: LineLayout, number: int, hung: float) -> Line:
    (left, top, width, height), size = block.box, block.size
    prepared, across = block.prepared, block.wrapped.width
    reach = laid.reach * size
    y_whole = _snap(top + (height - reach) * block.share[1], top, top + height - reach)
    right = left + (width - across) * block.share[0] + across
    x = right - (prepared.below + number * prepared.pitch) * size
    before, after = laid.top * size, laid.bottom * size
    middle = _snap(x, left + before, left + width - after)
    start, end = max(left, math.floor(middle - before + 0.01)), min(left + width, math.ceil(middle + after - 0.01))
    lower = min(top + height, math.ceil(y_whole + reach - 0.01))
    return Line(text=text, box=(start, y_whole, end - start, lower - y_whole), baseline=float(middle))


def _characters(
    laid: LineLayout, line: Line, setting: LineSetting, size: float, number: int, offsets: list[int]
) -> list[Character]:
    """Character boxes: advances rounded to whole pixels, the outermost reaching to the line's ends. In logical order."""
    vertical = setting.direction == "vertical"
    left, top, width, height = line.box
    start, extent = (top, height) if vertical else (left, width)
    pen = start + laid.left * size
    cells = sorted(
        (cell for item in laid.atoms for cell in item.cells(setting.spacing)), key=lambda cell: (cell[2], cell[3], cell[0])
    )
    # the hyphen that divides a word belongs to the letter before it
    cells = [cell for cell in cells if line.text[cell[0]] != SOFT_HYPHEN and any(map(drawn, cell[1]))]
    placed: list[tuple[int, Character]] = []
    first = last = start
    for index, (offset, item, x0, x1) in enumerate(cells):
        second = vertical and index > 0 and cells[index - 1][2:] == (x0, x1)  # of two figures abreast
        if not second:
            first = start if index == 0 else max(last, round(pen + x0 * size))
            last = start + extent if cells[-1][2:] == (x0, x1) else max(first + 1, round(pen + x1 * size))
            last = min(max(last, first + 1), start + extent)
            first = min(first, last - 1)
        box = (left, first, width, last - first) if vertical else (first, top, last - first, height)
        if second or (vertical and index + 1 < len(cells) and cells[index + 1][2:] == (x0, x1)):
            middle = min(max(round(line.baseline), left + 1), left + width - 1)
            box = (middle, first, left + width - middle, box[3]) if second else (left, first, middle - left, box[3])
        bytes_ = offsets[offset], offsets[offset + len(item)]
        placed.append((offset, Character(start=bytes_[0], end=bytes_[1], box=box, line=number)))
    return [character for _, character in sorted(placed, key=lambda entry: entry[0])]

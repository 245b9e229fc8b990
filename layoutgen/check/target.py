"""What is to be read where: one slogan in the pixels of one picture, and the ways to look at it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

from layoutgen.base.geometry import (
    area,
    bounds,
    centre,
    clip,
    covered,
    grow_by_share,
    intersection,
    rotated,
    scale,
    union,
    upright,
)
from layoutgen.base.model import Box
from layoutgen.check.compare import Comparison, Policy, compare
from layoutgen.check.crops import black_on_white, cut_box, cut_column, line_box, widened
from layoutgen.check.model import ReadLine
from layoutgen.check.normalise import has_digits, normalise
from layoutgen.typeset.breaks import SOFT_HYPHEN
from layoutgen.typeset.vertical import Pose, poses

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.conditions.model import Glyph
    from layoutgen.typeset.model import Character

MARGIN = 0.25
"""Most air around a line's crop, in shares of its height."""


@dataclass(frozen=True)
class View:
    """A way to cut a line out: the air around it in shares of its height, and how wide its characters are made at least.

    Readers lose one of two like letters when characters are narrow (`Illlinois` becomes `Illinois`), so narrow lettering
    is stretched, and the crop is close so that letters are large. Widths are shares of the crop's height.
    """

    margin: float
    narrowest: float
    plain: bool = False
    """Black on white, as readers know letters best."""


VIEWS = (View(0.15, 0.35), View(0.05, 0.35), View(MARGIN, 0.42))
LAST_VIEWS = (View(0.15, 0.0, plain=True), View(MARGIN, 0.42, plain=True))
"""Looked at before a line is said to be wrong."""
_BESIDE = 0.05
"""Shares of its thickness that found text may reach beyond a crop; on right drafts it is less in 99.5 % of lines."""
DOUBTFUL = 0.8
"""A right reading with a figure of less confidence than this is read once more."""


@dataclass(frozen=True)
class Target:
    """A slogan in pixels of the picture. Boxes lie as they were set, before they are turned by `degrees` about `box`."""

    id: str
    text: str
    policy: Policy
    box: Box
    lines: tuple[Box, ...] = ()
    texts: tuple[str, ...] = ()
    """What each line says."""
    cells: tuple[tuple[Box, ...], ...] = ()
    """The character boxes of each line; of a column, those of letters that are turned together or stand abreast as one."""
    turned: frozenset[Box] = frozenset()
    """Cells of a column whose letters are turned to the right."""
    vertical: bool = False
    degrees: float = 0.0
    room: Box | None = None
    """Upright; where else the words may be."""

    @property
    def upright_box(self) -> Box:
        return upright(self.box, self.degrees)

    def upright_lines(self, margin: float = MARGIN) -> list[Box]:
        """Upright boxes around the lines, with the air that their crops have."""
        return [bounds(rotated(line_box(line, margin), centre(self.box), self.degrees)) for line in self.lines]

    def line_text(self, number: int) -> str:
        return self.texts[number] if len(self.texts) == len(self.lines) else self.text

    def compare(self, lines: tuple[ReadLine, ...]) -> Comparison:
        return compare(self.text, merged(lines), self.policy)


def policy_of(glyph: Glyph) -> Policy:
    """How strictly a slogan is judged. Text with digits never goes unchecked: `off` means `digits` there."""
    return "digits" if glyph.verify == "off" and has_digits(glyph.text) else glyph.verify


def target(glyph: Glyph, sx: float = 1.0, sy: float = 1.0) -> Target:
    """A glyph region scaled to a picture."""
    cells: list[list[Box]] = [[] for _ in glyph.line_boxes]
    turned: set[Box] = set()
    for line, box, pose in _cells(glyph):
        if area(box) and line < len(cells):
            cells[line].append(scale(box, sx, sy))
            if pose == "turned":
                turned.add(cells[line][-1])
    return Target(
        id=glyph.id,
        text=glyph.text,
        policy=policy_of(glyph),
        box=scale(glyph.box, sx, sy),
        lines=tuple(scale(box, sx, sy) for box in glyph.line_boxes),
        texts=glyph.lines,
        cells=tuple(tuple(line) for line in cells),
        turned=frozenset(turned),
        vertical=glyph.direction == "vertical",
        degrees=glyph.rotation,
        room=scale(glyph.room, sx, sy) if glyph.room else None,
    )


def _cells(glyph: Glyph) -> Iterator[tuple[int, Box, Pose]]:
    """Line, box and pose of every character; of a column, of every run that is turned, or stands abreast."""
    if glyph.direction != "vertical":
        yield from ((character.line, character.box, "upright") for character in glyph.characters)
        return
    at = list(accumulate(len(character.encode()) for character in glyph.text))
    ends = [(at[end - 1], pose) for _, end, pose in poses(glyph.text)]

    def key(one: Character) -> tuple[int, int, Pose]:
        return one.line, *next(item for item in ends if one.start < item[0])

    for (_, _, pose), run in groupby(glyph.characters, key):
        boxes = list(run)
        joined = union(one.box for one in boxes) if pose != "upright" else None
        yield from ((boxes[0].line, joined, pose),) if joined else ((one.line, one.box, pose) for one in boxes)


def crop(image: Image, what: Target, number: int, view: View = VIEWS[0]) -> tuple[Image, Box]:
    """A known line cut out at full resolution, upright, and the upright box it came from."""
    line = what.lines[number]
    about = centre(what.box)
    if what.vertical and not what.degrees and number < len(what.cells) and what.cells[number]:
        return cut_column(image, what.cells[number], what.turned), line
    cut = cut_box(image, line_box(line, view.margin), degrees=what.degrees, about=about)
    if what.vertical:
        from PIL.Image import Transpose

        cut = cut.transpose(Transpose.ROTATE_90)
    cut = widened(cut, round(view.narrowest * cut.height * len(what.line_text(number))))
    if view.plain:
        cut = black_on_white(cut)
    return cut, bounds(rotated(line, about, what.degrees)) if what.degrees else line


def explained(found: Box, targets: Sequence[Target]) -> bool:
    """Whether the crops of known lines show all of a found piece of text, so that it need not be read by itself.

    What detection finds is a little larger than the letters, about as much as the crops are. These must reach its ends, or
    else a narrow letter stands beside the line, leave no gap in which a word has room, and by and large cover it crosswise.
    """
    crossing = [box for item in targets for box in item.upright_lines() if area(intersection(box, found)) >= 0.3 * area(box)]
    crossing += [box for item in targets for box in item.upright_lines() if covered(found, [box]) >= 0.5]
    if not crossing:
        return False
    along = 1 if found[3] > found[2] else 0
    across = 1 - along
    thick = found[across + 2]
    if _uncovered(found, crossing, along, ends=_BESIDE * thick) > 0.8 * thick:
        return False
    return _uncovered(found, crossing, across, ends=0.35 * thick) <= 0.5 * thick


def merged(lines: tuple[ReadLine, ...]) -> str:
    return " ".join(line.text for line in lines if line.text).replace(f"{SOFT_HYPHEN} ", "")


def without_hyphen(line: ReadLine, wanted: str) -> ReadLine:
    """A line whose word is divided at its end: the hyphen that was read is none of the text's."""
    if not wanted.endswith(SOFT_HYPHEN) or not normalise(line.text).endswith("-"):
        return line
    return line.model_copy(update={"text": line.text[:-1] + SOFT_HYPHEN})


def read_box(lines: tuple[ReadLine, ...]) -> Box | None:
    return union(line.box for line in lines if line.text)


def inside(image: Image, what: Target, share: float, box: Box | None = None) -> Box:
    """The slogan's upright box (or `box`), grown by a share of its shorter side, within the picture."""
    return clip(grow_by_share(box or what.upright_box, share), image.width, image.height)


def _uncovered(found: Box, crossing: Sequence[Box], axis: int, *, ends: float) -> float:
    """The longest stretch of a box along an axis that no box covers; endless if an end lies bare by more than `ends`."""
    at, end, longest = float(found[axis]), float(found[axis] + found[axis + 2]), 0.0
    for start, stop in sorted((box[axis], box[axis] + box[axis + 2]) for box in crossing):
        if at == found[axis] and start - at > ends:
            return math.inf
        longest = max(longest, start - at)
        at = max(at, stop)
    return math.inf if end - at > ends else longest

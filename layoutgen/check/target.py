"""What is to be read where: one slogan in the pixels of one picture, and the ways to look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layoutgen.check.comparing import Comparison, Policy, compare
from layoutgen.check.crops import cut_box, cut_column, line_box
from layoutgen.check.geometry import area, bounds, centre, clip, rotated, scale, union, upright
from layoutgen.check.model import ReadLine
from layoutgen.check.normalise import has_digits, is_figure
from layoutgen.noun import Box

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.conditions.model import Glyph

MARGIN = 0.25
"""Air around a line, in shares of its height."""
DOUBTFUL = 0.5
"""A right reading with a figure of less confidence than this is read once more."""


@dataclass(frozen=True)
class Target:
    """A slogan in pixels of the picture. Boxes lie as they were set, before they are turned by `degrees` about `box`."""

    id: str
    text: str
    policy: Policy
    box: Box
    lines: tuple[Box, ...] = ()
    cells: tuple[tuple[Box, ...], ...] = ()
    """The character boxes of each line."""
    vertical: bool = False
    degrees: float = 0.0

    @property
    def upright_box(self) -> Box:
        return upright(self.box, self.degrees)

    def upright_lines(self, margin: float = MARGIN) -> list[Box]:
        """Upright boxes around the lines, with the air that their crops have."""
        return [bounds(rotated(line_box(line, margin), centre(self.box), self.degrees)) for line in self.lines]

    def compare(self, lines: tuple[ReadLine, ...]) -> Comparison:
        return compare(self.text, merged(lines), self.policy)


def policy_of(glyph: Glyph) -> Policy:
    """How strictly a slogan is judged. Text with digits never goes unchecked: `off` means `digits` there."""
    return "digits" if glyph.verify == "off" and has_digits(glyph.text) else glyph.verify


def target(glyph: Glyph, sx: float = 1.0, sy: float = 1.0) -> Target:
    """A glyph region scaled to a picture."""
    cells: list[list[Box]] = [[] for _ in glyph.line_boxes]
    for character in glyph.characters:
        if area(character.box) and character.line < len(cells):
            cells[character.line].append(scale(character.box, sx, sy))
    return Target(
        id=glyph.id,
        text=glyph.text,
        policy=policy_of(glyph),
        box=scale(glyph.box, sx, sy),
        lines=tuple(scale(box, sx, sy) for box in glyph.line_boxes),
        cells=tuple(tuple(line) for line in cells),
        vertical=glyph.direction == "vertical",
        degrees=glyph.rotation,
    )


def crops(image: Image, what: Target, margin: float = MARGIN) -> Iterator[tuple[Image, Box]]:
    """Each known line cut out at full resolution, and the upright box it came from."""
    about = centre(what.box)
    for number, line in enumerate(what.lines):
        box = line_box(line, margin)
        cells = what.cells[number] if number < len(what.cells) else ()
        if what.vertical and cells and not what.degrees:
            yield cut_column(image, cells), line
            continue
        crop = cut_box(image, box, degrees=what.degrees, about=about)
        if what.vertical:
            from PIL.Image import Transpose

            crop = crop.transpose(Transpose.ROTATE_90)
        yield crop, bounds(rotated(line, about, what.degrees)) if what.degrees else line


def explained(found: Box, targets: list[Target]) -> bool:
    """Whether the crops of known lines show all of a found line of text, so that it need not be read by itself."""
    spans: list[tuple[float, float]] = []
    upright_covers: list[Box] = []
    vertical = found[3] > 1.5 * found[2]
    for item in targets:
        boxes = item.upright_lines()
        if item.degrees:
            upright_covers += boxes
        elif item.vertical == vertical or len(item.text) == 1:
            spans += [span for box in boxes if (span := _span(found, box, vertical=vertical))]
    if any(area(part) >= 0.8 * area(found) for cover in upright_covers if (part := _overlap(found, cover))):
        return True
    if not spans:
        return False
    thick = found[2] if vertical else found[3]
    at = float(found[1] if vertical else found[0])
    end = at + (found[3] if vertical else found[2])
    allowed = 0.35 * thick
    for start, stop in sorted(spans):
        if start - at > allowed:
            return False
        at = max(at, stop)
        allowed = 0.8 * thick
    return end - at <= 0.35 * thick


def merged(lines: tuple[ReadLine, ...]) -> str:
    return " ".join(line.text for line in lines if line.text)


def doubt(lines: tuple[ReadLine, ...]) -> float:
    """The least confidence of any figure, 1 where there is none: the reader corrects broken letters by itself."""
    scores = [
        score
        for line in lines
        if len(line.scores) == len(line.text)
        for character, score in zip(line.text, line.scores, strict=True)
        if is_figure(character)
    ]
    return min(scores, default=1.0)


def read_box(lines: tuple[ReadLine, ...]) -> Box | None:
    return union(line.box for line in lines if line.text)


def inside(image: Image, what: Target, share: float) -> Box:
    """The slogan's upright box, grown by a share of its shorter side, within the picture."""
    box = what.upright_box
    more = share * min(box[2], box[3])
    grown = (round(box[0] - more), round(box[1] - more), round(box[2] + 2 * more), round(box[3] + 2 * more))
    return clip(grown, image.width, image.height)


def _span(found: Box, line: Box, *, vertical: bool) -> tuple[float, float] | None:
    """The stretch of a found line that a known line of the same row covers."""
    across, along = (0, 1) if vertical else (1, 0)
    overlap = min(found[across] + found[across + 2], line[across] + line[across + 2]) - max(found[across], line[across])
    if overlap < 0.6 * found[across + 2]:
        return None
    return line[along], line[along] + line[along + 2]


def _overlap(a: Box, b: Box) -> Box:
    return clip((a[0] - b[0], a[1] - b[1], a[2], a[3]), b[2], b[3])

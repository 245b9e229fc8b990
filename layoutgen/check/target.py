"""What is to be read where: one slogan in the pixels of one picture, and the ways to crop its lines."""

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
from layoutgen.check.compare import Comparison, Policy, compare, distance
from layoutgen.check.crops import black_on_white, cut_box, cut_column, line_box, widened
from layoutgen.check.model import AlignedCharacter, CharacterReading, ReadLine
from layoutgen.check.normalise import compact, has_digits, normalise, recased
from layoutgen.typeset.breaks import SOFT_HYPHEN
from layoutgen.typeset.vertical import Orientation, orientations

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.conditions.model import Glyph
    from layoutgen.typeset.model import Character

MARGIN = 0.25
"""Most air around a line's crop, in shares of its height."""


@dataclass(frozen=True)
class CropStyle:
    """A way to crop a line: the air around it in shares of its height, and the least width that its characters are given.

    Readers lose one of two equal letters when characters are narrow (`Illlinois` becomes `Illinois`), so narrow lettering
    is stretched, and the crop is tight so that letters are large. Widths are shares of the crop's height.
    """

    margin: float
    narrowest: float
    plain: bool = False
    """Black on white, as readers know letters best."""


CROP_STYLES = (CropStyle(0.15, 0.35), CropStyle(0.05, 0.35), CropStyle(MARGIN, 0.42))
LAST_CROP_STYLES = (CropStyle(0.15, 0.0, plain=True), CropStyle(MARGIN, 0.42, plain=True))
"""Read before a line is declared wrong."""
_BESIDE = 0.05
"""Shares of its thickness that detected text may reach beyond a crop; on correct drafts it is less in 99.5% of lines."""
_OFF_MIDDLE = 0.25
"""Shares of a line's thickness that the middle of detected text may lie off the line's own; on correct drafts at most 0.15."""
_CASED = 0.9
"""Least confidence of a letter whose size is believed: of 5,865 letters on correct drafts none is misread in size at all."""
DOUBTFUL = 0.8
"""A correct reading with a figure of less confidence than this is read once more."""


@dataclass(frozen=True)
class Target:
    """A slogan in pixels of the picture. Boxes lie as they were set, not yet turned by `degrees` about the centre of `box`."""

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
        return compare(self.text, merged(lines), self.policy, cased=cased(self.text, lines))

    def other_case(self, lines: tuple[ReadLine, ...]) -> bool:
        """Whether a reading is right but for letters of another size, and certain of these."""
        text = merged(lines)
        return (
            self.policy == "exact"
            and not distance(self.text, text)
            and bool(recased(self.text, text))
            and cased(self.text, lines)
        )


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


def _cells(glyph: Glyph) -> Iterator[tuple[int, Box, Orientation]]:
    """Line, box and pose of every character; of a column, of every run that is turned, or stands abreast."""
    if glyph.direction != "vertical":
        yield from ((character.line, character.box, "upright") for character in glyph.characters)
        return
    at = list(accumulate(len(character.encode()) for character in glyph.text))
    ends = [(at[end - 1], pose) for _, end, pose in orientations(glyph.text)]

    def key(one: Character) -> tuple[int, int, Orientation]:
        return one.line, *next(item for item in ends if one.start < item[0])

    for (_, _, pose), run in groupby(glyph.characters, key):
        boxes = list(run)
        joined = union(one.box for one in boxes) if pose != "upright" else None
        yield from ((boxes[0].line, joined, pose),) if joined else ((one.line, one.box, pose) for one in boxes)


def crop(image: Image, item: Target, number: int, style: CropStyle = CROP_STYLES[0]) -> tuple[Image, Box]:
    """A known line cropped at full resolution and turned upright, and the upright box that it came from."""
    line = item.lines[number]
    about = centre(item.box)
    if item.vertical and not item.degrees and number < len(item.cells) and item.cells[number]:
        return cut_column(image, item.cells[number], item.turned), line
    cut = cut_box(image, line_box(line, style.margin), degrees=item.degrees, about=about)
    if item.vertical:
        from PIL.Image import Transpose

        cut = cut.transpose(Transpose.ROTATE_90)
    cut = widened(cut, round(style.narrowest * cut.height * len(item.line_text(number))))
    if style.plain:
        cut = black_on_white(cut)
    return cut, bounds(rotated(line, about, item.degrees)) if item.degrees else line


def characters_in(
    image: Image, item: Target, number: int, style: CropStyle, aligned: Sequence[AlignedCharacter]
) -> tuple[CharacterReading, ...]:
    """The characters of a line crop, in pixels of the picture."""
    line = item.lines[number]
    whole = bounds(rotated(line, centre(item.box), item.degrees)) if item.degrees else line
    left, _, width, _ = clip(line_box(line, style.margin), image.width, image.height)

    def place(one: AlignedCharacter) -> Box:
        if item.degrees or item.vertical:
            return whole
        start, end = round(left + one.start * width), round(left + one.end * width)
        return (start, line[1], max(1, end - start), line[3])

    return tuple(
        CharacterReading(
            text=one.text, box=place(one), posterior=one.posterior, rival=one.rival, rival_posterior=one.rival_posterior
        )
        for one in aligned
    )


def explained(detected: Box, targets: Sequence[Target]) -> bool:
    """Whether the crops of known lines show all of a detected piece of text, so that it need not be read by itself.

    What is detected is a little larger than the letters, about as much as the crops are. The crops must reach its ends, or
    else a narrow letter stands beside the line; leave no gap in which a word has room; and mostly cover it crosswise.
    """
    crossing = [box for item in targets for box in item.upright_lines() if area(intersection(box, detected)) >= 0.3 * area(box)]
    crossing += [box for item in targets for box in item.upright_lines() if covered(detected, [box]) >= 0.5]
    if not crossing:
        return False
    along = 1 if detected[3] > detected[2] else 0
    across = 1 - along
    thick = detected[across + 2]
    if _uncovered(detected, crossing, along, ends=_BESIDE * thick) > 0.8 * thick:
        return False
    if _uncovered(detected, crossing, across, ends=0.35 * thick) > 0.5 * thick:
        return False
    return _in_the_middle(detected, targets, across)


def _in_the_middle(detected: Box, targets: Sequence[Target], across: int) -> bool:
    """Whether what was detected lies about the known lines under it; two lines in the place of one lie off its middle."""
    under = [
        box
        for item in targets
        for box in item.upright_lines(0.0)
        if area(intersection(box, detected)) >= 0.3 * min(area(box), area(detected))
    ]
    together = union(under)
    if together is None:  # it lies in the air of the crops
        return False
    if any(box[across + 2] > box[3 - across] for box in under):  # a tall piece of a wide line
        return True
    off = abs(centre(detected)[across] - centre(together)[across])
    return off <= _OFF_MIDDLE * min(box[across + 2] for box in under)


def merged(lines: tuple[ReadLine, ...]) -> str:
    return " ".join(line.text for line in lines if line.text).replace(f"{SOFT_HYPHEN} ", "")


def cased(expected: str, lines: tuple[ReadLine, ...]) -> bool:
    """Whether letters that were read in another size than expected were read so with certainty."""
    scores = [
        score
        for line in lines
        if len(line.scores) == len(line.text)
        for character, score in zip(line.text, line.scores, strict=True)
        for _ in compact(character)
    ]
    text = compact(merged(lines))
    if len(scores) != len(text):
        return False
    return all(scores[at] >= _CASED for at in recased(expected, text))


def without_hyphen(line: ReadLine, expected: str) -> ReadLine:
    """A line whose word is divided at its end: the hyphen that was read is not part of the text."""
    if not expected.endswith(SOFT_HYPHEN) or not normalise(line.text).endswith("-"):
        return line
    return line.model_copy(update={"text": line.text[:-1] + SOFT_HYPHEN})


def as_set(item: Target) -> tuple[ReadLine, ...]:
    """The lines of a slogan that is exactly as it should be, as a reader without doubts would read them."""
    boxes = item.upright_lines(0.0) if item.degrees else item.lines
    texts = [item.line_text(number) for number in range(len(item.lines))]
    return tuple(
        ReadLine(text=text, box=box, score=1.0, scores=(1.0,) * len(text)) for text, box in zip(texts, boxes, strict=True)
    )


def read_box(lines: tuple[ReadLine, ...]) -> Box | None:
    return union(line.box for line in lines if line.text)


def inside(image: Image, item: Target, share: float, box: Box | None = None) -> Box:
    """The slogan's upright box (or `box`), grown by a share of its shorter side, within the picture."""
    return clip(grow_by_share(box or item.upright_box, share), image.width, image.height)


def _uncovered(detected: Box, crossing: Sequence[Box], axis: int, *, ends: float) -> float:
    """The longest stretch of a box along an axis that no box covers; endless if an end lies bare by more than `ends`."""
    at, end, longest = float(detected[axis]), float(detected[axis] + detected[axis + 2]), 0.0
    for start, stop in sorted((box[axis], box[axis] + box[axis + 2]) for box in crossing):
        if at == detected[axis] and start - at > ends:
            return math.inf
        longest = max(longest, start - at)
        at = max(at, stop)
    return math.inf if end - at > ends else longest

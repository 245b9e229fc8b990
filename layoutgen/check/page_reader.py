"""One picture, and the ways to read a slogan on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from layoutgen.base.geometry import (
    Quad,
    area,
    bounds,
    centre,
    clip,
    contains,
    covered,
    edges,
    grow,
    intersection,
    moved,
    scale,
    union,
)
from layoutgen.base.model import Box
from layoutgen.check.arbitrate import better, better_line, contradiction, error_of, reads_right, unanimous
from layoutgen.check.compare import says_part
from layoutgen.check.crops import cut_quad
from layoutgen.check.model import ReadLine
from layoutgen.check.normalise import figures, fold
from layoutgen.check.placement import in_place, reading_order
from layoutgen.check.reader import DETECTION_SIDE, SMALLEST, Reader
from layoutgen.check.target import CROP_STYLES, LAST_CROP_STYLES, CropStyle, Target, crop, explained, inside, without_hyphen

if TYPE_CHECKING:
    from PIL.Image import Image

STRAY = 0.015
"""Share of the picture's height below which a detected line that nobody asked for is ignored. A detected line is about
twice as high as its capitals, so whatever anybody would notice is included."""
_CLOSE_SIDE = 960
_FEW = 2
"""This many letters or fewer, detected on a picture of something, are often no letters at all."""
_SURE, _SURER = 0.8, 0.95
"""Least confidence of a closer look at what was detected on a picture of something; for few letters, of two looks."""
_STOUT = 1.6
"""What was detected on a picture of something, and is no longer than this for its height, is looked at closely at once."""
_CLOSE_LOOKS = (320, 256)
"""Pixels of the long side at which it is looked at closely."""

Lines = tuple[ReadLine, ...]


def read_targets(page: PageReader, targets: Sequence[Target]) -> dict[str, Lines]:
    """The reading of each slogan's place that comes nearest to what is expected there, by id.

    Its own line crops come first; those that do not read right are read once more with other margins. If that is not enough,
    the text that was detected in its place and in its room is tried, then close-ups of its box and room, and last its lines
    in black on white. Where all readings of a line agree on the same wrong words with confidence, nothing more is tried:
    whoever looks often enough finds what they are looking for.
    """
    return {item.id: _read_target(page, item) if item.lines else () for item in targets}


def _read_target(page: PageReader, item: Target) -> Lines:
    best: Lines = ()
    for look in (page.known_lines, page.detected, page.detected_in_room, page.close_up, page.close_up_of_room, page.last_crops):
        lines = look(item)
        best = better(item, best, lines) if best and lines else best or lines
        if item.compare(best).right or page.surely_wrong(item):
            break
    return best


class PageReader:
    """One picture and the lines that are detected in it, each read at most once.

    `quads`: the detected lines, where they are known already.
    """

    def __init__(self, image: Image, reader: Reader, quads: Sequence[Quad] | None = None) -> None:
        self.image = image
        self.reader = reader
        self._quads = quads
        self._read: dict[int, ReadLine] = {}
        self._known: dict[str, dict[int, ReadLine]] = {}
        self._readings: dict[str, dict[int, list[ReadLine]]] = {}

    @cached_property
    def quads(self) -> tuple[Quad, ...]:
        return tuple(self.reader.detect(self.image, DETECTION_SIDE) if self._quads is None else self._quads)

    @cached_property
    def boxes(self) -> list[Box]:
        return [bounds(quad) for quad in self.quads]

    def line(self, number: int) -> ReadLine:
        if number not in self._read:
            (line,) = self.reader.read([cut_quad(self.image, self.quads[number])])
            self._read[number] = line.model_copy(update={"box": self.boxes[number]})
        return self._read[number]

    def known_lines(self, item: Target) -> Lines:
        """The slogan's lines where they are known to be. What reads wrong, or with a doubtful figure, is read again."""
        first, *others = CROP_STYLES
        return self._read_again(item, others, self._read_crops(item, first, range(len(item.lines))))

    def last_crops(self, item: Target) -> Lines:
        """The known lines in black on white. They may not change a figure of the earlier readings."""
        return self._read_again(item, LAST_CROP_STYLES, self._known[item.id], digits=False)

    def _read_again(
        self, item: Target, styles: Sequence[CropStyle], best: dict[int, ReadLine], *, digits: bool = True
    ) -> Lines:
        for style in styles:
            doubted = [number for number, line in best.items() if not reads_right(item.line_text(number), line)]
            if not doubted:
                break
            for number, line in self._read_crops(item, style, doubted).items():
                if digits or figures(line.text) == figures(best[number].text):
                    best[number] = better_line(item.line_text(number), best[number], line)
        for number, line in best.items():
            if not any(error_of(item.line_text(number), line)):
                best[number] = contradiction(line, self._readings[item.id][number]) or line
        self._known[item.id] = best
        return tuple(best[number] for number in sorted(best) if best[number].text)

    def _read_crops(self, item: Target, style: CropStyle, numbers: Iterable[int]) -> dict[int, ReadLine]:
        cut = {number: crop(self.image, item, number, style) for number in numbers}
        read = self.reader.read([image for image, _ in cut.values()])
        lines = [without_hyphen(line, item.line_text(number)) for number, line in zip(cut, read, strict=True)]
        readings = self._readings.setdefault(item.id, {})
        for number, line in zip(cut, lines, strict=True):
            readings.setdefault(number, []).append(line)
        return {
            number: line.model_copy(update={"box": box}) for (number, (_, box)), line in zip(cut.items(), lines, strict=True)
        }

    def surely_wrong(self, item: Target) -> bool:
        """Whether a known line was read often enough to be sure that it is wrong."""
        readings = self._readings.get(item.id, {}).items()
        return any(len(lines) >= len(CROP_STYLES) and unanimous(item.line_text(number), lines) for number, lines in readings)

    def detected(self, item: Target) -> Lines:
        """What was detected in or near the slogan's box."""
        return self._ordered(item, [self.line(number) for number in self._numbers_near(item)])

    def detected_in_room(self, item: Target) -> Lines:
        """What was detected where the slogan may be, and those of its words that continue beside that."""
        if item.room is None:
            return ()
        numbers = [number for number, box in enumerate(self.boxes) if in_place(box, item.upright_box, item.room)]
        if not numbers:
            return ()
        best = self._without_strays(item, self._ordered(item, [self.line(number) for number in numbers]))
        while not item.compare(best).right:
            tried = [self._ordered(item, [*best, self.line(number)]) for number in self._numbers_beside(item, best)]
            more = min(tried, key=lambda lines: item.compare(lines).distance, default=())
            if not more or item.compare(more).distance >= item.compare(best).distance:
                break
            best = more
        return best

    @staticmethod
    def _without_strays(item: Target, lines: Lines) -> Lines:
        """Lines in a room without those that do not belong to the slogan; these turn up again as stray text."""
        while len(lines) > 1 and not item.compare(lines).right:
            tried = [lines[:at] + lines[at + 1 :] for at in range(len(lines))]
            fewer = min(tried, key=lambda rest: item.compare(rest).distance)
            if item.compare(fewer).distance >= item.compare(lines).distance:
                break
            lines = fewer
        return lines

    def _numbers_beside(self, item: Target, lines: Lines) -> list[int]:
        """Detected lines next to these, together with which they would still be in place."""
        around = union(line.box for line in lines)
        if around is None:
            return []
        boxes = {line.box for line in lines}
        return [
            number
            for number, box in enumerate(self.boxes)
            if box not in boxes
            and area(intersection(grow(around, min(box[2:]), min(box[2:])), box))
            and in_place(union((around, box)) or box, item.upright_box, item.room)
        ]

    def _numbers_near(self, item: Target) -> list[int]:
        near = inside(self.image, item, 0.25)
        return [number for number, box in enumerate(self.boxes) if contains(near, centre(box))]

    def close_up(self, item: Target) -> Lines:
        """The whole box, enlarged."""
        return self._read_close_up(item, inside(self.image, item, 0.25))

    def close_up_of_room(self, item: Target) -> Lines:
        """All of its room, where that is more than its box, enlarged."""
        if item.room is None or area(item.room) < 1.5 * area(item.upright_box):
            return ()
        return self._read_close_up(item, inside(self.image, item, 0.0, item.room))

    def _read_close_up(self, item: Target, box: Box) -> Lines:
        from PIL.Image import Resampling

        left, top, width, height = box
        if min(width, height) < 8:
            return ()
        near = self.image.crop(edges(box))
        factor = min(3.0, max(1.0, 64 * max(1, len(item.lines)) / height, 32 / min(width, height)))
        if factor > 1:
            near = near.resize((round(width * factor), round(height * factor)), Resampling.BICUBIC)
        lines = [
            line.model_copy(update={"box": moved(scale(line.box, 1 / factor, 1 / factor), left, top)})
            for line in self.reader.find(near, _CLOSE_SIDE)
        ]
        return self._ordered(item, lines)

    def has_text(self, item: Target) -> bool:
        """Whether anything was detected in the slogan's place; text that is too small to be detected counts."""
        if max(min(line[2], line[3]) for line in item.lines) < 2 * STRAY * self.image.height:
            return True
        place = inside(self.image, item, 0.25)
        return any(
            contains(place, centre(box)) or covered(place, [box]) >= 0.5 or in_place(box, item.upright_box, item.room)
            for box in self.boxes
        )

    def stray_text(
        self,
        targets: Sequence[Target],
        regions: dict[str, Lines],
        covers: Sequence[Box],
        objects: Sequence[Box],
        smallest: float,
    ) -> Lines:
        """Detected text that is neither a slogan's reading nor inside an overlay nor too small to matter.

        In the boxes of objects, one or two letters count only if two closer looks agree on them with confidence: folds,
        laces and spots are taken for letters.
        """
        taken = [line.box for lines in regions.values() for line in lines]
        own = [item for item in targets if item.lines and _from_crops(item, regions[item.id])]
        stray: list[ReadLine] = []
        closer: list[ReadLine] = []
        known_boxes: list[int] = []
        for number, box in enumerate(self.boxes):
            if min(box[2], box[3]) < smallest or covered(box, covers) >= 0.5:
                continue
            if explained(box, own):
                known_boxes.append(number)
                continue
            if covered(box, taken) >= 0.7 and number in self._read:
                continue
            if covered(box, objects) < 0.5 and not any(covered(place, [box]) >= 0.5 for place in objects):
                stray.append(self.line(number))
            else:
                closer += self._on_object(number, smallest)
        stray += [self.line(number) for number in known_boxes if self._may_be_twice(number, stray, own)]
        places = [*self.boxes, *(item.upright_box for item in targets)]
        for place in objects:
            bare = not any(covered(box, [place]) >= 0.3 or covered(place, [box]) >= 0.3 for box in places)
            if bare and min(place[2:]) >= smallest:
                closer += self._look_inside(place, smallest, bare=True)
        known = [*taken, *covers, *(box for item in own for box in item.upright_lines())]
        for line in closer:  # a close look may cut off words at its edge
            if covered(line.box, [*known, *(one.box for one in stray)]) < 0.5:
                stray.append(line)
        return tuple(line for line in stray if line.text)

    def _may_be_twice(self, number: int, stray: Sequence[ReadLine], own: Sequence[Target]) -> bool:
        """Whether what was detected on a known line stands beside more of the same words, and both have to be told apart."""
        box = self.boxes[number]
        lines = [
            (item, line) for item in own for line in item.upright_lines(0.0) if area(intersection(line, box)) >= 0.3 * area(box)
        ]
        return any(
            area(intersection(line, one.box)) and says_part(one.text, item.text) for item, line in lines for one in stray
        )

    def _on_object(self, number: int, smallest: float) -> Lines:
        """What a line that was detected on a picture of something says."""
        box = self.boxes[number]
        if max(box[2:]) < _STOUT * min(box[2:]):
            return self._look_inside(box, smallest)
        line = self.line(number)
        many = _letters(line) > _FEW
        if many and line.score >= _SURE:
            return (line,)
        return self._look_inside(box, smallest) or ((line,) if many else ())

    def _look_inside(self, box: Box, smallest: float, *, bare: bool = False) -> Lines:
        """What can be made out on a picture of something, where words are detected with what they lie on, or not at all.

        `bare`: nothing was detected there at first.
        """
        box = clip(box, self.image.width, self.image.height)
        near = self.image.crop(edges(box))
        if min(near.size) < SMALLEST:
            return ()
        quads = [quad for quad in self.reader.detect(near, _CLOSE_LOOKS[bare]) if min(bounds(quad)[2:]) >= smallest]
        if bare:  # what fills the box is the object itself
            quads = [quad for quad in quads if area(bounds(quad)) < 0.5 * area(box)]
        readings = zip(quads, self.reader.read([cut_quad(near, quad) for quad in quads]), strict=True)
        lines = [reading.model_copy(update={"box": bounds(quad)}) for quad, reading in readings if reading.score >= _SURE]
        sure = [one for one in lines if _letters(one) > _FEW]
        few = [one for one in lines if _letters(one) <= _FEW and one.score >= _SURER]
        if few:
            again = {fold(one.text) for one in self.reader.find(near, _CLOSE_LOOKS[not bare]) if one.score >= _SURER}
            sure += [one for one in few if fold(one.text) in again]
        return tuple(
            one.model_copy(update={"box": moved(one.box, box[0], box[1])}) for one in sure if not _is_strokes(one.text)
        )

    @staticmethod
    def _ordered(item: Target, lines: list[ReadLine]) -> Lines:
        order = reading_order([line.box for line in lines], columns=item.vertical)
        return tuple(lines[number] for number in order if lines[number].text)


def _is_strokes(text: str) -> bool:
    """Strokes side by side and nothing else: strings, slats and stripes, which any reader takes for ones."""
    return set(fold(text)) <= set("1il|/\\-_!")


def _letters(line: ReadLine) -> int:
    return sum(map(str.isalnum, line.text))


def _from_crops(item: Target, lines: Lines) -> bool:
    boxes = set(item.lines) | set(item.upright_lines(0.0))
    return all(line.box in boxes for line in lines)

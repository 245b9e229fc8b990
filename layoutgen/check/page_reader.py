"""One picture, and the ways to read a slogan on it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from layoutgen.base.geometry import (
    Quad,
    area,
    bounds,
    centre,
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
from layoutgen.check.adjoining import Surroundings, surroundings
from layoutgen.check.arbitrate import better, better_line, contradiction, error_of, has_more, reads_right, unanimous
from layoutgen.check.compare import distance
from layoutgen.check.crops import cut_box, cut_quad
from layoutgen.check.model import CharacterReading, ReadLine
from layoutgen.check.normalise import figures, fold
from layoutgen.check.placement import in_place, reading_order
from layoutgen.check.reader import DETECTION_SIDE, Reader, read_and_align
from layoutgen.check.target import CROP_STYLES, LAST_CROP_STYLES, CropStyle, Target, characters_in, crop, inside, without_hyphen
from layoutgen.typeset.breaks import SOFT_HYPHEN

if TYPE_CHECKING:
    from PIL.Image import Image

STRAY = 0.015
"""Share of the picture's height below which a detected line that nobody asked for is ignored. A detected line is about
twice as high as its capitals, so whatever anybody would notice is included."""
_CLOSE_SIDE = 960
_LEGIBLE = 0.95
"""Upright lines read with this confidence and more; upside down, 0.95 at most, and turned round far better."""
_TURNED = 0.1
"""How much more confident a line must read when turned round to be upside down."""
_NEAR_FIGURE, _NEAR_LETTER = 0.45, 0.3
"""Largest gap, in shares of the height, between a sign and a slogan that it belongs to: one that ends in a figure, or not."""

Lines = tuple[ReadLine, ...]


def read_targets(page: PageReader, targets: Sequence[Target]) -> dict[str, Lines]:
    """The reading of each slogan's place that comes nearest to what is expected there, by id.

    Its own line crops come first; those that do not read right are read once more with other margins. If that is not enough,
    the text that was detected in its place and in its room is tried, then close-ups of its box and room, and last its lines
    in black on white. Where all readings of a line agree on the same wrong words with confidence, nothing more is tried:
    whoever looks often enough finds what they are looking for.
    """
    page.known_turns = page.known_turns or [(item.upright_box, item.degrees) for item in targets if item.degrees % 360]
    page.known_boxes = page.known_boxes or [box for item in targets for box in item.upright_lines(0.0)]
    return {item.id: _read_target(page, item) if item.lines else () for item in targets}


def _read_target(page: PageReader, item: Target) -> Lines:
    best: Lines = ()
    for look in (page.known_lines, page.detected, page.detected_in_room, page.close_up, page.close_up_of_room, page.last_crops):
        lines = look(item)
        best = better(item, best, lines) if best and lines else best or lines
        if item.compare(best).right or item.other_case(best) or page.surely_wrong(item):
            break
    return page.with_adjoining(item, best) if item.compare(best).right else best


class PageReader:
    """One picture and the lines that are detected in it, each read at most once.

    `quads`: the detected lines, where they are known already.
    """

    def __init__(self, image: Image, reader: Reader, quads: Sequence[Quad] | None = None) -> None:
        self.image = image
        self.reader = reader
        self._quads = quads
        self.known_boxes: Sequence[Box] = ()
        """Where the lines of all slogans are known to be."""
        self.known_turns: Sequence[tuple[Box, float]] = ()
        """The places of turned slogans, and by how many degrees each is turned clockwise."""
        self._read: dict[int, ReadLine] = {}
        self._known: dict[str, dict[int, ReadLine]] = {}
        self._readings: dict[str, dict[int, list[ReadLine]]] = {}
        self._characters: dict[tuple[str, int, str], list[tuple[CharacterReading, ...]]] = {}
        """By slogan, line, and what was read there."""

    @cached_property
    def quads(self) -> tuple[Quad, ...]:
        return tuple(self.reader.detect(self.image, DETECTION_SIDE) if self._quads is None else self._quads)

    @cached_property
    def coarse_quads(self) -> tuple[Quad, ...]:
        """Lines detected on a smaller picture, where very large letters are seen whole."""
        return self.reader.detect(self.image, DETECTION_SIDE // 2)

    @cached_property
    def boxes(self) -> list[Box]:
        return [bounds(quad) for quad in self.quads]

    def line(self, number: int) -> ReadLine:
        if number not in self._read:
            self._read[number] = self._detected_line(number).model_copy(update={"box": self.boxes[number]})
        return self._read[number]

    def _detected_line(self, number: int) -> ReadLine:
        """Turned as the slogan in whose place it lies; a tall line is read in both turns if need be."""
        from PIL.Image import Transpose

        box, cut = self.boxes[number], cut_quad(self.image, self.quads[number])
        tall = box[3] >= 1.5 * box[2]
        turns = [degrees for place, degrees in self.known_turns if covered(box, [place]) >= 0.5]
        if turns and math.cos(math.radians(turns[0] - 90 * tall)) < -0.5:
            cut = cut.transpose(Transpose.ROTATE_180)
        (line,) = self.reader.read([cut])
        if not tall or line.score >= _LEGIBLE:
            return line
        (other,) = self.reader.read([cut.transpose(Transpose.ROTATE_180)])
        return max(line, other, key=lambda one: one.score)

    def was_read(self, number: int) -> bool:
        """Whether a detected line has been read by itself."""
        return number in self._read

    def known_lines(self, item: Target) -> Lines:
        """The slogan's lines where they are known to be. What reads wrong, or with a doubtful figure, is read again."""
        first, *others = CROP_STYLES
        best = self._read_again(item, others, self._read_crops(item, first, range(len(item.lines))))
        return self._without_neighbours(item) if len(item.lines) > 1 and not item.compare(best).right else best

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

    def _without_neighbours(self, item: Target) -> Lines:
        """The lines that still read wrong, read once more without the ink of those above and below, where lines are tight."""
        best = self._known[item.id]
        for number, line in best.items():
            if item.vertical or not any(error_of(item.line_text(number), line)):
                continue
            alone = self._surroundings(item, number)
            if alone is not None:
                (again,) = self.reader.read([alone.image])
                again = without_hyphen(again, item.line_text(number)).model_copy(update={"box": line.box})
                if figures(again.text) == figures(line.text):
                    best[number] = better_line(item.line_text(number), line, again)
        return tuple(best[number] for number in sorted(best) if best[number].text)

    def _read_crops(self, item: Target, style: CropStyle, numbers: Iterable[int]) -> dict[int, ReadLine]:
        cut = {number: crop(self.image, item, number, style) for number in numbers}
        texts = [item.line_text(number).replace(SOFT_HYPHEN, "-") for number in cut]
        aligned = read_and_align(self.reader, [image for image, _ in cut.values()], texts)
        lines = [without_hyphen(one.line, item.line_text(number)) for number, one in zip(cut, aligned, strict=True)]
        for number, one in zip(cut, aligned, strict=True):
            if one.characters:
                found = characters_in(self.image, item, number, style, one.characters)
                self._characters.setdefault((item.id, number, fold(one.line.text)), []).append(found)
        readings = self._readings.setdefault(item.id, {})
        for number, line in zip(cut, lines, strict=True):
            readings.setdefault(number, []).append(line)
        return {
            number: line.model_copy(update={"box": box}) for (number, (_, box)), line in zip(cut.items(), lines, strict=True)
        }

    def characters(self, item: Target, lines: Lines) -> tuple[CharacterReading, ...]:
        """The expected characters of known lines that were read by themselves, as the clearest look with that reading has
        them; empty where a line was not."""
        chosen: list[CharacterReading] = []
        right = item.compare(lines).right
        boxes = item.upright_lines(0.0) if item.degrees else list(item.lines)
        for number, box in enumerate(boxes):
            read = next((line for line in lines if line.box == box), None)
            looks = self._characters.get((item.id, number, fold(read.text)), ()) if read else ()
            elsewhere = read is not None and right and error_of(item.line_text(number), read)[0] > 0  # lines broken otherwise
            if not looks or elsewhere:
                return ()
            chosen += max(looks, key=lambda look: min(one.posterior - one.rival_posterior for one in look))
        return tuple(chosen)

    def with_adjoining(self, item: Target, lines: Lines) -> Lines:
        """Lines that read right, with the signs at their ends and the marks on their letters that only a wider look shows."""
        return tuple(self._with_adjoining(item, line) for line in lines)

    def _with_adjoining(self, item: Target, line: ReadLine) -> ReadLine:
        upright_boxes = item.upright_lines(0.0)
        if item.vertical or line.box not in upright_boxes:
            return line
        wider = self._surroundings(item, upright_boxes.index(line.box))
        if wider is None or not wider.more:
            return line
        (seen,) = self.reader.read([wider.image])
        near = wider.gap <= _NEAR_FIGURE if figures(line.text[:1] + "|" + line.text[-1:]) else wider.gap <= _NEAR_LETTER
        return seen.model_copy(update={"box": line.box}) if near and has_more(line, seen) else line

    def upside_down(self, item: Target, lines: Lines) -> bool:
        """Whether lines that read right, though not easily, read far better when they are turned round."""
        from PIL.Image import Transpose

        known, sideways = item.upright_lines(0.0), abs(math.sin(math.radians(item.degrees))) > 0.7
        for line in lines:
            if item.vertical or sideways or line.score >= _LEGIBLE or line.box[3] >= 1.5 * line.box[2]:
                continue
            if line.box in known:
                cut, _ = crop(self.image, item, known.index(line.box))
            else:
                cut = cut_box(self.image, line.box)
            (turned,) = self.reader.read([cut.transpose(Transpose.ROTATE_180)])
            if turned.score >= line.score + _TURNED and not distance(line.text, turned.text):
                return True
        return False

    def _surroundings(self, item: Target, number: int) -> Surroundings | None:
        own, upright_box = item.lines[number], item.upright_lines(0.0)[number]
        others = [box for box in (item.lines if item.degrees else self.known_boxes) if box not in (own, upright_box)]
        return surroundings(self.image, own, others, item.degrees, centre(item.box))

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

    @staticmethod
    def _ordered(item: Target, lines: list[ReadLine]) -> Lines:
        order = reading_order([line.box for line in lines], columns=item.vertical)
        return tuple(lines[number] for number in order if lines[number].text)

"""One picture and the ways to look at a slogan on it."""

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
from layoutgen.check.arbitrate import against, better, better_line, good, off, unanimous
from layoutgen.check.crops import cut_quad
from layoutgen.check.model import ReadLine
from layoutgen.check.normalise import figures, fold
from layoutgen.check.placement import in_place, reading_order
from layoutgen.check.reader import DETECTION_SIDE, SMALLEST, Reader
from layoutgen.check.target import LAST_VIEWS, VIEWS, Target, View, crop, explained, inside, without_hyphen

if TYPE_CHECKING:
    from PIL.Image import Image

STRAY = 0.015
"""Share of the picture's height below which a found line that nobody asked for is out of scope. A found line is about
twice as high as its capitals, so what anybody would notice is in scope."""
_CLOSE_SIDE = 960
_FEW = 2
"""So many letters are often no letters, where they are found on a picture of something."""
_SURE, _SURER = 0.8, 0.95
"""Least confidence of a closer look at a find on a picture of something; for few letters, of two looks."""
_STOUT = 1.6
"""A find on a picture of something that is no longer than this, for its height, is at once looked into."""
_LOOKS = (320, 256)
"""Pixels of the long side at which such a find is looked into."""

Lines = tuple[ReadLine, ...]


def read_targets(page: Page, asked: Sequence[Target]) -> dict[str, Lines]:
    """The reading of each slogan's place that comes nearest to what is expected there, by id.

    Its own line crops come first, those that do not do once more with other margins. If that is not enough, the text that
    detection found in its place and in its room, and its whole box and room looked at closely are tried, and last its lines
    in black on white. Where all looks at a line say the same wrong words with confidence, nothing more is tried: who looks
    often enough finds what is looked for.
    """
    return {item.id: _read_target(page, item) if item.lines else () for item in asked}


def _read_target(page: Page, item: Target) -> Lines:
    best: Lines = ()
    for way in (page.known_lines, page.group, page.group_in_room, page.close, page.close_in_room, page.last):
        lines = way(item)
        best = better(item, best, lines) if best and lines else best or lines
        if item.compare(best).right or page.certain(item):
            break
    return best


class Page:
    """One picture with the lines that detection finds in it, each read at most once.

    `quads`: what was found, where it need not be looked for.
    """

    def __init__(self, image: Image, reader: Reader, quads: Sequence[Quad] | None = None) -> None:
        self.image = image
        self.reader = reader
        self._quads = quads
        self._read: dict[int, ReadLine] = {}
        self._known: dict[str, dict[int, ReadLine]] = {}
        self._looks: dict[str, dict[int, list[ReadLine]]] = {}

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
        """The slogan's lines where they are known to be. What reads wrong, or with a figure in doubt, is looked at again."""
        first, *others = VIEWS
        return self._again(item, others, self._cut(item, first, range(len(item.lines))))

    def last(self, item: Target) -> Lines:
        """The known lines in other lights. What they add to the earlier readings is no digit."""
        return self._again(item, LAST_VIEWS, self._known[item.id], digits=False)

    def _again(self, item: Target, views: Sequence[View], best: dict[int, ReadLine], *, digits: bool = True) -> Lines:
        for view in views:
            doubted = [number for number, line in best.items() if not good(item.line_text(number), line)]
            if not doubted:
                break
            for number, line in self._cut(item, view, doubted).items():
                if digits or figures(line.text) == figures(best[number].text):
                    best[number] = better_line(item.line_text(number), best[number], line)
        for number, line in best.items():
            if not any(off(item.line_text(number), line)):
                best[number] = against(line, self._looks[item.id][number]) or line
        self._known[item.id] = best
        return tuple(best[number] for number in sorted(best) if best[number].text)

    def _cut(self, item: Target, view: View, numbers: Iterable[int]) -> dict[int, ReadLine]:
        cut = {number: crop(self.image, item, number, view) for number in numbers}
        read = self.reader.read([image for image, _ in cut.values()])
        lines = [without_hyphen(line, item.line_text(number)) for number, line in zip(cut, read, strict=True)]
        looks = self._looks.setdefault(item.id, {})
        for number, line in zip(cut, lines, strict=True):
            looks.setdefault(number, []).append(line)
        return {
            number: line.model_copy(update={"box": box}) for (number, (_, box)), line in zip(cut.items(), lines, strict=True)
        }

    def certain(self, item: Target) -> bool:
        """Whether a known line was read often enough to say that it is wrong."""
        looks = self._looks.get(item.id, {}).items()
        return any(len(lines) >= len(VIEWS) and unanimous(item.line_text(number), lines) for number, lines in looks)

    def group(self, item: Target) -> Lines:
        """What was found in or near the slogan's box."""
        return self._ordered(item, [self.line(number) for number in self._near(item)])

    def group_in_room(self, item: Target) -> Lines:
        """What was found where the slogan may be, and what of its words goes on beside that."""
        if item.room is None:
            return ()
        numbers = [number for number, box in enumerate(self.boxes) if in_place(box, item.upright_box, item.room)]
        if not numbers:
            return ()
        best = self._without_strays(item, self._ordered(item, [self.line(number) for number in numbers]))
        while not item.compare(best).right:
            tried = [self._ordered(item, [*best, self.line(number)]) for number in self._beside(item, best)]
            more = min(tried, key=lambda lines: item.compare(lines).distance, default=())
            if not more or item.compare(more).distance >= item.compare(best).distance:
                break
            best = more
        return best

    @staticmethod
    def _without_strays(item: Target, lines: Lines) -> Lines:
        """Lines in a room without those that do not belong to its words; they are found again as stray text."""
        while len(lines) > 1 and not item.compare(lines).right:
            tried = [lines[:at] + lines[at + 1 :] for at in range(len(lines))]
            fewer = min(tried, key=lambda rest: item.compare(rest).distance)
            if item.compare(fewer).distance >= item.compare(lines).distance:
                break
            lines = fewer
        return lines

    def _beside(self, item: Target, lines: Lines) -> list[int]:
        """Found lines next to others, with which these would still be in place."""
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

    def _near(self, item: Target) -> list[int]:
        near = inside(self.image, item, 0.25)
        return [number for number, box in enumerate(self.boxes) if contains(near, centre(box))]

    def close(self, item: Target) -> Lines:
        """The whole box, looked at from near."""
        return self._close(item, inside(self.image, item, 0.25))

    def close_in_room(self, item: Target) -> Lines:
        """All of its room, where that is more than its box."""
        if item.room is None or area(item.room) < 1.5 * area(item.upright_box):
            return ()
        return self._close(item, inside(self.image, item, 0.0, item.room))

    def _close(self, item: Target, box: Box) -> Lines:
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

    def seen(self, item: Target) -> bool:
        """Whether detection found anything in the slogan's place; text too small for it counts as seen."""
        if max(min(line[2], line[3]) for line in item.lines) < 2 * STRAY * self.image.height:
            return True
        place = inside(self.image, item, 0.25)
        return any(
            contains(place, centre(box)) or covered(place, [box]) >= 0.5 or in_place(box, item.upright_box, item.room)
            for box in self.boxes
        )

    def rest(
        self,
        asked: Sequence[Target],
        regions: dict[str, Lines],
        covers: Sequence[Box],
        objects: Sequence[Box],
        smallest: float,
    ) -> Lines:
        """Found text that is neither a slogan's reading nor inside an overlay nor too small to matter.

        In the boxes of objects, one or two letters count only when two more looks at them read the same with confidence:
        folds, laces and spots are taken for letters.
        """
        taken = [line.box for lines in regions.values() for line in lines]
        own = [item for item in asked if item.lines and _from_crops(item, regions[item.id])]
        kept: list[ReadLine] = []
        looked: list[ReadLine] = []
        for number, box in enumerate(self.boxes):
            if min(box[2], box[3]) < smallest or covered(box, covers) >= 0.5:
                continue
            if explained(box, own) or (covered(box, taken) >= 0.7 and number in self._read):
                continue
            if covered(box, objects) < 0.5 and not any(covered(thing, [box]) >= 0.5 for thing in objects):
                kept.append(self.line(number))
            else:
                looked += self._on_a_thing(number, smallest)
        places = [*self.boxes, *(item.upright_box for item in asked)]
        for thing in objects:
            bare = not any(covered(box, [thing]) >= 0.3 or covered(thing, [box]) >= 0.3 for box in places)
            if bare and min(thing[2:]) >= smallest:
                looked += self._looked_into(thing, smallest, bare=True)
        known = [*taken, *covers, *(box for item in own for box in item.upright_lines())]
        for line in looked:  # a look may cut words at its edge
            if covered(line.box, [*known, *(one.box for one in kept)]) < 0.5:
                kept.append(line)
        return tuple(line for line in kept if line.text)

    def _on_a_thing(self, number: int, smallest: float) -> Lines:
        """What a find on a picture of something says."""
        box = self.boxes[number]
        if max(box[2:]) < _STOUT * min(box[2:]):
            return self._looked_into(box, smallest)
        line = self.line(number)
        many = _letters(line) > _FEW
        if many and line.score >= _SURE:
            return (line,)
        return self._looked_into(box, smallest) or ((line,) if many else ())

    def _looked_into(self, box: Box, smallest: float, *, bare: bool = False) -> Lines:
        """What can be made out on a picture of something: words are found with what they lie on as one piece, or not at all.

        `bare`: nothing was found there at first.
        """
        box = clip(box, self.image.width, self.image.height)
        near = self.image.crop(edges(box))
        if min(near.size) < SMALLEST:
            return ()
        quads = [quad for quad in self.reader.detect(near, _LOOKS[bare]) if min(bounds(quad)[2:]) >= smallest]
        if bare:  # what fills the box is the thing itself
            quads = [quad for quad in quads if area(bounds(quad)) < 0.5 * area(box)]
        looks = zip(quads, self.reader.read([cut_quad(near, quad) for quad in quads]), strict=True)
        found = [look.model_copy(update={"box": bounds(quad)}) for quad, look in looks if look.score >= _SURE]
        sure = [one for one in found if _letters(one) > _FEW]
        few = [one for one in found if _letters(one) <= _FEW and one.score >= _SURER]
        if few:
            again = {fold(one.text) for one in self.reader.find(near, _LOOKS[not bare]) if one.score >= _SURER}
            sure += [one for one in few if fold(one.text) in again]
        return tuple(one.model_copy(update={"box": moved(one.box, box[0], box[1])}) for one in sure if not _bars(one.text))

    @staticmethod
    def _ordered(item: Target, lines: list[ReadLine]) -> Lines:
        order = reading_order([line.box for line in lines], columns=item.vertical)
        return tuple(lines[number] for number in order if lines[number].text)


def _bars(text: str) -> bool:
    """Strokes side by side and nothing else: strings, slats and pickups of things, which any reader takes for ones."""
    return set(fold(text)) <= set("1il|/\\-_!")


def _letters(line: ReadLine) -> int:
    return sum(map(str.isalnum, line.text))


def _from_crops(item: Target, lines: Lines) -> bool:
    boxes = set(item.lines) | set(item.upright_lines(0.0))
    return all(line.box in boxes for line in lines)

"""Reading a finished picture: text anywhere, found once at low resolution; every slogan from its own pixels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from layoutgen.check.comparing import distance
from layoutgen.check.contrast import contrast_ratio
from layoutgen.check.crops import cut_quad
from layoutgen.check.geometry import Quad, bounds, centre, contains, covered, reading_order, scale, upright
from layoutgen.check.model import CodeReading, ContrastReading, Reading, ReadLine, RegionReading
from layoutgen.check.normalise import fold
from layoutgen.check.qr import read_codes
from layoutgen.check.reader import DETECTION_SIDE, Reader, check_size
from layoutgen.check.target import (
    DOUBTFUL,
    VIEWS,
    Target,
    View,
    crop,
    doubt,
    explained,
    inside,
    merged,
    policy_of,
    read_box,
    target,
)
from layoutgen.noun import Box

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.conditions.model import Conditions, Glyph

STRAY = 0.015
"""Share of the picture's height below which a found line that nobody asked for is out of scope. A found line is about
twice as high as its capitals, so what anybody would notice is in scope."""
_CLOSE_SIDE = 960

Lines = tuple[ReadLine, ...]


def read(image: Image, conditions: Conditions, reader: Reader, *, composited: bool = True) -> Reading:
    """What a picture says, in pixels of the canvas.

    `image` may have another size than the canvas; boxes are scaled to it. `composited` tells that overlays were put on
    by layoutgen; otherwise typeset slogans are read as well. Raises PosterError (LG601) when it cannot be read.
    """
    check_size(image)
    image = image.convert("RGB")
    sx, sy = image.width / conditions.canvas.width, image.height / conditions.canvas.height
    judged = (glyph for glyph in slogans(conditions, composited=composited) if policy_of(glyph) != "off")
    asked = [target(glyph, sx, sy) for glyph in judged]
    quads = reader.detect(image, DETECTION_SIDE)
    page = _Page(image, reader, quads)
    regions = read_targets(page, asked)

    covers = [upright(scale(overlay.box, sx, sy), overlay.rotation) for overlay in conditions.overlays]
    if not composited:
        covers = [box for box, overlay in zip(covers, conditions.overlays, strict=True) if overlay.kind != "text"]
    loose = any(not item.lines for item in asked)
    found = page.rest(asked, regions, covers, 0.0 if loose else STRAY * image.height)

    def on_canvas(line: ReadLine) -> ReadLine:
        return line.model_copy(update={"box": scale(line.box, 1 / sx, 1 / sy)})

    codes = [(scale(item.box, sx, sy), item.rotation) for item in conditions.overlays if item.kind == "qr"]
    return Reading(
        reader=reader.name,
        regions=tuple(
            RegionReading(id=item.id, lines=tuple(map(on_canvas, regions[item.id])), seen=page.seen(item))
            for item in asked
            if item.lines
        ),
        found=tuple(map(on_canvas, found)),
        codes=tuple(
            CodeReading(content=code.content, box=scale(code.box, 1 / sx, 1 / sy))
            for code in (read_codes(image, codes) if codes else ())
        ),
        contrast=tuple(_contrasts(image, conditions, asked, regions)),
        warnings=tuple(_shape(image, conditions)),
    )


def slogans(conditions: Conditions, *, composited: bool) -> tuple[Glyph, ...]:
    """The strings to be read: the generated ones, and the typeset ones of a picture that layoutgen did not composite."""
    typeset = () if composited else tuple(item.glyph for item in conditions.overlays if item.glyph is not None)
    return conditions.glyphs + typeset


def read_targets(page: _Page, asked: Sequence[Target]) -> dict[str, Lines]:
    """The reading of each slogan's place that comes nearest to what is expected there, by id.

    Its own line crops come first, those that do not do once more with other margins. If that is not enough, the text that
    detection found in its place and its whole box looked at closely are tried.
    """
    return {item.id: _read_target(page, item) if item.lines else () for item in asked}


def _read_target(page: _Page, item: Target) -> Lines:
    best: Lines = ()
    for way in (page.known_lines, page.group, page.close):
        best = _better(item, best, way(item)) if best else way(item)
        if item.compare(best).right:
            break
    return best


class _Page:
    """One picture with the lines that detection found, each read at most once."""

    def __init__(self, image: Image, reader: Reader, quads: Sequence[Quad] = ()) -> None:
        self.image = image
        self.reader = reader
        self.quads = tuple(quads)
        self.boxes = [bounds(quad) for quad in quads]
        self._read: dict[int, ReadLine] = {}

    def line(self, number: int) -> ReadLine:
        if number not in self._read:
            (line,) = self.reader.read([cut_quad(self.image, self.quads[number])])
            self._read[number] = line.model_copy(update={"box": self.boxes[number]})
        return self._read[number]

    def known_lines(self, item: Target) -> Lines:
        """The slogan's lines where they are known to be. What reads wrong, or with a digit in doubt, is looked at again."""
        first, *others = VIEWS
        best = self._cut(item, first, range(len(item.lines)))
        for view in others:
            doubted = [number for number, line in best.items() if not _good(item.line_text(number), line)]
            if not doubted:
                break
            for number, line in self._cut(item, view, doubted).items():
                best[number] = _better_line(item.line_text(number), best[number], line)
        return tuple(best[number] for number in sorted(best) if best[number].text)

    def _cut(self, item: Target, view: View, numbers: Iterable[int]) -> dict[int, ReadLine]:
        cut = {number: crop(self.image, item, number, view) for number in numbers}
        lines = self.reader.read([image for image, _ in cut.values()])
        return {
            number: line.model_copy(update={"box": box}) for (number, (_, box)), line in zip(cut.items(), lines, strict=True)
        }

    def group(self, item: Target) -> Lines:
        """What was found in or near the slogan's box."""
        near = inside(self.image, item, 0.25)
        numbers = [number for number, box in enumerate(self.boxes) if contains(near, centre(box))]
        return self._ordered(item, [self.line(number) for number in numbers])

    def close(self, item: Target) -> Lines:
        """The whole box, looked at from near."""
        from PIL.Image import Resampling

        left, top, width, height = inside(self.image, item, 0.25)
        if min(width, height) < 8:
            return ()
        near = self.image.crop((left, top, left + width, top + height))
        factor = min(3.0, max(1.0, 64 * max(1, len(item.lines)) / height, 32 / min(width, height)))
        if factor > 1:
            near = near.resize((round(width * factor), round(height * factor)), Resampling.BICUBIC)
        lines = [
            line.model_copy(update={"box": _shift(scale(line.box, 1 / factor, 1 / factor), left, top)})
            for line in self.reader.find(near, _CLOSE_SIDE)
        ]
        return self._ordered(item, lines)

    def seen(self, item: Target) -> bool:
        """Whether detection found anything in the slogan's place; text too small for it counts as seen."""
        if max(min(line[2], line[3]) for line in item.lines) < 2 * STRAY * self.image.height:
            return True
        place = inside(self.image, item, 0.25)
        return any(contains(place, centre(box)) or covered(place, [box]) >= 0.5 for box in self.boxes)

    def rest(self, asked: Sequence[Target], regions: dict[str, Lines], covers: list[Box], smallest: float) -> Lines:
        """Found text that is neither a slogan's reading nor inside an overlay nor too small to matter."""
        taken = [line.box for lines in regions.values() for line in lines]
        own = [item for item in asked if item.lines and _from_crops(item, regions[item.id])]
        kept = []
        for number, box in enumerate(self.boxes):
            if min(box[2], box[3]) < smallest or covered(box, covers) >= 0.5:
                continue
            if explained(box, own) or (covered(box, taken) >= 0.7 and number in self._read):
                continue
            line = self.line(number)
            if line.text:
                kept.append(line)
        return tuple(kept)

    @staticmethod
    def _ordered(item: Target, lines: list[ReadLine]) -> Lines:
        order = reading_order([line.box for line in lines], columns=item.vertical)
        return tuple(lines[number] for number in order if lines[number].text)


def page(image: Image, reader: Reader) -> _Page:
    """A picture of one slogan alone, in which nothing else needs to be looked for."""
    return _Page(image, reader, reader.detect(image, DETECTION_SIDE))


def _from_crops(item: Target, lines: Lines) -> bool:
    boxes = set(item.lines) | set(item.upright_lines(0.0))
    return all(line.box in boxes for line in lines)


def _good(wanted: str, line: ReadLine) -> bool:
    return distance(wanted, line.text) == 0 and doubt((line,)) >= DOUBTFUL


def _better_line(wanted: str, a: ReadLine, b: ReadLine) -> ReadLine:
    fuller = _fuller(a.text, b.text)
    if fuller:
        return a if fuller == a.text else b
    return min(a, b, key=lambda line: (distance(wanted, line.text), -min(doubt((line,)), line.score)))


def _better(item: Target, a: Lines, b: Lines) -> Lines:
    fuller = _fuller(merged(a), merged(b))
    if fuller:
        return a if fuller == merged(a) else b
    return min(a, b, key=lambda lines: _rank(item, lines))


def _fuller(a: str, b: str) -> str:
    """Of two readings that differ in repeated letters only, the one with more: readers lose them and seldom invent any."""
    one, other = fold(a), fold(b)
    if len(one) == len(other) or [c for c, _ in groupby(one)] != [c for c, _ in groupby(other)]:
        return ""
    return a if len(one) > len(other) else b


def _rank(item: Target, lines: Lines) -> tuple[bool, float, float]:
    found = item.compare(lines)
    return not found.right, found.distance, -min(doubt(lines), sum(line.score for line in lines) / max(1, len(lines)))


def _shift(box: Box, dx: int, dy: int) -> Box:
    return box[0] + dx, box[1] + dy, box[2], box[3]


def _contrasts(
    image: Image, conditions: Conditions, asked: Sequence[Target], regions: dict[str, Lines]
) -> Iterator[ContrastReading]:
    named = {rule.element for rule in conditions.contrast}
    read = {item.id: read_box(regions[item.id]) for item in asked}
    sx, sy = image.width / conditions.canvas.width, image.height / conditions.canvas.height
    for glyph in slogans(conditions, composited=False):
        if named & {glyph.id, glyph.region}:
            item = target(glyph, sx, sy)
            place = read.get(glyph.id)
            boxes = [place] if place else item.upright_lines(0.0) or [item.upright_box]
            yield ContrastReading(id=glyph.id, ratio=contrast_ratio(image, boxes))


def _shape(image: Image, conditions: Conditions) -> Iterator[str]:
    canvas = conditions.canvas
    ratio = (image.width / image.height) / (canvas.width / canvas.height)
    if abs(ratio - 1) > 0.02:
        yield (
            f"The picture is {image.width}x{image.height}, the canvas `{canvas.name}` {canvas.width}x{canvas.height}: "
            "the shape differs, so places are only rough."
        )

"""Text that nobody asked for, wherever it stands: beside the slogans, in their own places, and on pictures of things."""

from __future__ import annotations

from collections.abc import Sequence

from layoutgen.base.geometry import area, bounds, clip, corners, covered, edges, grow, intersection, moved
from layoutgen.base.model import Box
from layoutgen.check.compare import says_part
from layoutgen.check.crops import cut_quad
from layoutgen.check.model import ReadLine
from layoutgen.check.normalise import fold
from layoutgen.check.page_reader import Lines, PageReader
from layoutgen.check.reader import SMALLEST
from layoutgen.check.target import Target, explained

_FEW = 2
"""This many letters or fewer, detected on a picture of something, are often no letters at all."""
_SURE, _SURER = 0.8, 0.95
"""Least confidence of a closer look at what was detected on a picture of something; for few letters, of two looks."""
_STOUT = 1.6
"""What was detected on a picture of something, and is no longer than this for its height, is looked at closely at once."""
_LARGE = 1.8
"""What was detected around a known line and is thicker than this many of it may be several lines; on correct drafts one line
is detected at most 1.7 times as thick."""
_MORE_AIR = 0.15
"""Air around the second look at one or two letters, in shares of their height."""
_ALL = 0.95
"""Share of a detected box that counts as all of it."""
_CLOSE_LOOKS = (320, 256)
"""Pixels of the long side at which it is looked at closely."""


def stray_text(
    page: PageReader,
    targets: Sequence[Target],
    regions: dict[str, Lines],
    covers: Sequence[Box],
    objects: Sequence[Box],
    smallest: float,
    clear: Sequence[Box] = (),
) -> Lines:
    """Detected text that is neither a slogan's reading nor inside an overlay nor too small to matter.

    `clear`: boxes in which there is nothing but what should be, whatever is detected.

    In the boxes of objects, one or two letters count only if two closer looks agree on them with confidence: folds,
    laces and spots are taken for letters.
    """
    taken = [line.box for lines in regions.values() for line in lines]
    own = [item for item in targets if item.lines and _from_crops(item, regions[item.id])]
    stray: list[ReadLine] = []
    closer: list[ReadLine] = []
    known_boxes: list[int] = []
    for number, box in enumerate(page.boxes):
        if min(box[2], box[3]) < smallest or covered(box, covers) >= 0.5 or covered(box, clear) >= _ALL:
            continue
        if explained(box, own):
            known_boxes.append(number)
            continue
        if covered(box, taken) >= 0.7 and page.was_read(number):
            continue
        if covered(box, objects) < 0.5 and not any(covered(place, [box]) >= 0.5 for place in objects):
            stray += _apart(page, number, own) or _seen_twice(page, number)
        else:
            closer += _on_object(page, number, smallest)
    stray += [page.line(number) for number in known_boxes if _may_be_twice(page, number, stray, own)]
    places = [*page.boxes, *(item.upright_box for item in targets)]
    for place in objects:
        bare = not any(covered(box, [place]) >= 0.3 or covered(place, [box]) >= 0.3 for box in places)
        if bare and min(place[2:]) >= smallest:
            closer += _look_inside(page, place, smallest, bare=True)
    known = [*taken, *covers, *(box for item in own for box in item.upright_lines())]
    for line in closer:  # a close look may cut off words at its edge
        if covered(line.box, [*known, *(one.box for one in stray)]) < 0.5:
            stray.append(line)
    return tuple(line for line in stray if line.text)


def _may_be_twice(page: PageReader, number: int, stray: Sequence[ReadLine], own: Sequence[Target]) -> bool:
    """Whether what was detected on a known line stands beside more of the same words, and both have to be told apart."""
    box = page.boxes[number]
    lines = [
        (item, line) for item in own for line in item.upright_lines(0.0) if area(intersection(line, box)) >= 0.3 * area(box)
    ]
    return any(area(intersection(line, one.box)) and says_part(one.text, item.text) for item, line in lines for one in stray)


def _apart(page: PageReader, number: int, own: Sequence[Target]) -> Lines:
    """The lines that were detected as one around a known line, where letters are too large to be told apart at first."""
    box = page.boxes[number]
    held = [line for item in own for line in item.upright_lines(0.0) if covered(line, [box]) >= 0.7]
    if len(held) != 1 or min(box[2:]) < _LARGE * min(held[0][2:]):
        return ()
    quads = [quad for quad in page.coarse_quads if covered(bounds(quad), [box]) >= 0.5]
    if len(quads) < 2:
        return ()
    lines = page.reader.read([cut_quad(page.image, quad) for quad in quads])
    return tuple(line.model_copy(update={"box": bounds(quad)}) for quad, line in zip(quads, lines, strict=True))


def _seen_twice(page: PageReader, number: int) -> Lines:
    """A detected line; where it has one or two letters, only if a look with more around it shows them too."""
    line = page.line(number)
    if _letters(line) > _FEW:
        return (line,)
    box = page.boxes[number]
    air = _MORE_AIR * min(box[2:])
    (again,) = page.reader.read([cut_quad(page.image, corners(clip(grow(box, air, air), page.image.width, page.image.height)))])
    return (line,) if fold(line.text) in fold(again.text) else ()


def _on_object(page: PageReader, number: int, smallest: float) -> Lines:
    """What a line that was detected on a picture of something says."""
    box = page.boxes[number]
    if max(box[2:]) < _STOUT * min(box[2:]):
        return _look_inside(page, box, smallest)
    line = page.line(number)
    many = _letters(line) > _FEW
    if many and line.score >= _SURE:
        return (line,)
    return _look_inside(page, box, smallest) or ((line,) if many else ())


def _look_inside(page: PageReader, box: Box, smallest: float, *, bare: bool = False) -> Lines:
    """What can be made out on a picture of something, where words are detected with what they lie on, or not at all.

    `bare`: nothing was detected there at first.
    """
    box = clip(box, page.image.width, page.image.height)
    near = page.image.crop(edges(box))
    if min(near.size) < SMALLEST:
        return ()
    quads = [quad for quad in page.reader.detect(near, _CLOSE_LOOKS[bare]) if min(bounds(quad)[2:]) >= smallest]
    if bare:  # what fills the box is the object itself
        quads = [quad for quad in quads if area(bounds(quad)) < 0.5 * area(box)]
    readings = zip(quads, page.reader.read([cut_quad(near, quad) for quad in quads]), strict=True)
    lines = [reading.model_copy(update={"box": bounds(quad)}) for quad, reading in readings if reading.score >= _SURE]
    sure = [one for one in lines if _letters(one) > _FEW]
    few = [one for one in lines if _letters(one) <= _FEW and one.score >= _SURER]
    if few:
        again = {fold(one.text) for one in page.reader.find(near, _CLOSE_LOOKS[not bare]) if one.score >= _SURER}
        sure += [one for one in few if fold(one.text) in again]
    return tuple(one.model_copy(update={"box": moved(one.box, box[0], box[1])}) for one in sure if not _is_strokes(one.text))


def _is_strokes(text: str) -> bool:
    """Strokes side by side and nothing else: strings, slats and stripes, which any reader takes for ones."""
    return set(fold(text)) <= set("1il|/\\-_!")


def _letters(line: ReadLine) -> int:
    return sum(map(str.isalnum, line.text))


def _from_crops(item: Target, lines: Lines) -> bool:
    boxes = set(item.lines) | set(item.upright_lines(0.0))
    return all(line.box in boxes for line in lines)

"""Which reading belongs to which slogan: one assignment over the whole picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from layoutgen.base.geometry import area, covered, grow, intersection, union
from layoutgen.base.model import Box
from layoutgen.check.compare import distance
from layoutgen.check.model import ReadLine
from layoutgen.check.normalise import fold
from layoutgen.check.placement import in_place, reading_order
from layoutgen.check.target import merged

_MISSING = 1.0
"""Cost of a slogan that nothing is matched with."""
_LEFT = 0.2
"""Cost of a region's text that nothing is matched with."""
_ELSEWHERE = 0.25
"""Cost of lying outside the slogan's place."""
_FARTHEST = 0.4
"""Largest distance at which text elsewhere can still be a slogan's."""
_NEVER = 1e6
_ROUNDS = 50
_SAME_PLACE = 0.3
"""Share of one box that lies in another, from which on both show the same letters."""


@dataclass(frozen=True)
class ExpectedSlogan:
    """A slogan to be matched with what was read."""

    id: str
    text: str
    place: Box
    vertical: bool = False
    room: Box | None = None
    """What else it may take up, where it is alone."""

    def may_hold(self, box: Box) -> bool:
        """Whether something lies where the slogan may be."""
        return in_place(box, self.place, self.room)


@dataclass(frozen=True)
class TextBlock:
    """Lines read together: those of a slogan's own region, or some of the lines found elsewhere (`numbers`)."""

    lines: tuple[ReadLine, ...]
    home: str = ""
    numbers: frozenset[int] = frozenset()

    @cached_property
    def text(self) -> str:
        return merged(self.lines)

    @cached_property
    def box(self) -> Box:
        return union(line.box for line in self.lines) or self.lines[0].box


def match(slogans: Sequence[ExpectedSlogan], regions: Sequence[TextBlock], loose: Sequence[ReadLine]) -> dict[str, TextBlock]:
    """The cheapest assignment of blocks to slogans, by spelling and place; slogans and blocks may stay alone, at a cost."""
    own = {block.home: block for block in regions}
    pool: dict[tuple[str, frozenset[int]], TextBlock] = {(block.home, frozenset()): block for block in regions}
    for item in slogans:
        if item.id not in own or distance(item.text, own[item.id].text) > 0:
            for block in _groups(item, loose):
                pool.setdefault(("", block.numbers), block)
    blocks = list(pool.values())
    costs = [[_cost(item, block) for block in blocks] for item in slogans]
    for _ in range(_ROUNDS):
        pairs = _assign(costs, [_LEFT if block.home else 0.0 for block in blocks])
        clash = _clash(pairs, blocks, costs)
        if clash is None:
            break
        costs[clash[0]][clash[1]] = _NEVER
    else:
        pairs = _first_come(pairs, blocks, costs)
    return {slogans[i].id: blocks[j] for i, j in pairs}


def _cost(item: ExpectedSlogan, block: TextBlock) -> float:
    apart = distance(item.text, block.text)
    if block.home == item.id or item.may_hold(block.box):
        # Text in the right place belongs there, however badly it is spelt, unless something fits better.
        own = block.home == item.id
        return min(apart, 0.95) if own else apart + 0.01 if apart < 0.9 else _NEVER
    return apart + _ELSEWHERE if apart <= _FARTHEST else _NEVER


def _assign(costs: list[list[float]], alone: list[float]) -> list[tuple[int, int]]:
    """Rows to columns at the least total cost; a row alone costs `_MISSING`, a column alone its own price."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    rows, columns = len(costs), len(alone)
    if not rows or not columns:
        return []
    table = np.full((rows + columns, columns + rows), _NEVER)
    table[:rows, :columns] = costs
    table[range(rows), range(columns, columns + rows)] = _MISSING
    table[range(rows, rows + columns), range(columns)] = alone
    table[rows:, columns:] = 0.0
    chosen = zip(*linear_sum_assignment(table), strict=True)
    return [(int(i), int(j)) for i, j in chosen if i < rows and j < columns and costs[i][j] < _NEVER]


def _clash(pairs: list[tuple[int, int]], blocks: list[TextBlock], costs: list[list[float]]) -> tuple[int, int] | None:
    """The more expensive of two pairs that use the same line."""
    ordered = sorted(pairs, key=lambda pair: costs[pair[0]][pair[1]])
    used: set[int] = set()
    for pair in ordered:
        if used & blocks[pair[1]].numbers:
            return pair
        used |= blocks[pair[1]].numbers
    return None


def _first_come(pairs: list[tuple[int, int]], blocks: list[TextBlock], costs: list[list[float]]) -> list[tuple[int, int]]:
    accepted: list[tuple[int, int]] = []
    used: set[int] = set()
    for pair in sorted(pairs, key=lambda pair: costs[pair[0]][pair[1]]):
        if not used & blocks[pair[1]].numbers:
            accepted.append(pair)
            used |= blocks[pair[1]].numbers
    return accepted


def _groups(item: ExpectedSlogan, loose: Sequence[ReadLine]) -> Iterator[TextBlock]:
    """Sets of detected lines that could be the slogan: all in its room, and those that together spell it better and better."""
    here = [number for number, line in enumerate(loose) if item.may_hold(line.box)]
    if 0 < len(here) <= 12:
        yield _block(item, loose, here)
    for start in _starts(item, loose):
        group, best = [start], distance(item.text, loose[start].text)
        yield _block(item, loose, group)
        while best > 0:
            tried = [(distance(item.text, _block(item, loose, [*group, n]).text), n) for n in _near(group, loose)]
            if not tried or min(tried)[0] >= best:
                break
            best, number = min(tried)
            group.append(number)
            yield _block(item, loose, group)


def _starts(item: ExpectedSlogan, loose: Sequence[ReadLine]) -> Iterator[int]:
    """Lines that are, by and large, a part of the slogan."""
    from rapidfuzz import fuzz

    whole = fold(item.text)
    for number, line in enumerate(loose):
        part = fold(line.text)
        if part and len(part) <= 2 * len(whole) and fuzz.partial_ratio(part, whole) >= 60:
            yield number


def _near(group: list[int], loose: Sequence[ReadLine]) -> Iterator[int]:
    """Lines no farther from the group than about two lines."""
    around = union(loose[number].box for number in group) or loose[group[0]].box
    for number, line in enumerate(loose):
        thick = 2.0 * max(min(line.box[2], line.box[3]), *(min(loose[n].box[2:]) for n in group))
        if number not in group and area(intersection(grow(around, thick, thick), line.box)):
            yield number


def _block(item: ExpectedSlogan, loose: Sequence[ReadLine], numbers: list[int]) -> TextBlock:
    order = reading_order([loose[number].box for number in numbers], columns=item.vertical)
    return TextBlock(tuple(loose[numbers[i]] for i in order), "", frozenset(numbers))


@dataclass(frozen=True)
class Leftover:
    """What a detected line says beyond the regions."""

    line: ReadLine
    repeated: bool = False
    """It says once more what is read of a region elsewhere on the picture."""


def leftovers(lines: Sequence[ReadLine], blocks: Sequence[TextBlock]) -> list[Leftover]:
    """What detected lines say beyond the regions that lie under them, and where; what regions say in full is left out.

    Each part of a region accounts for one place only: what stands in two places is written twice.
    """
    parts = [part for block in blocks for part in block.lines]
    claims = _Claims()
    rest = {number: _leftover(lines[number], parts, claims) for number in _nearest_first(lines, parts)}
    return [left for number in range(len(lines)) if (left := rest[number]) is not None]


class _Claims:
    """Which characters of which region's line were detected where."""

    def __init__(self) -> None:
        self._taken: dict[int, list[tuple[range, Box]]] = {}

    def elsewhere(self, part: int, box: Box) -> list[range]:
        return [
            span for span, place in self._taken.get(part, ()) if max(covered(box, [place]), covered(place, [box])) < _SAME_PLACE
        ]

    def add(self, part: int, span: range, box: Box) -> None:
        self._taken.setdefault(part, []).append((span, box))


def _nearest_first(lines: Sequence[ReadLine], parts: Sequence[ReadLine]) -> list[int]:
    """Detected lines in the order of how well they lie on a region's line, those that say most of it first."""

    def rank(number: int) -> tuple[float, float]:
        line = lines[number]
        under = [part for part in parts if _lies_under(part, line)]
        return min(((distance(part.text, line.text), 1 - covered(part.box, [line.box])) for part in under), default=(1.0, 1.0))

    return sorted(range(len(lines)), key=rank)


def _lies_under(part: ReadLine, line: ReadLine) -> bool:
    return covered(part.box, [line.box]) >= 0.3 or covered(line.box, [part.box]) >= 0.6


def _leftover(line: ReadLine, parts: Sequence[ReadLine], claims: _Claims) -> Leftover | None:
    rest, repeated = list(line.text), False
    for number, part in enumerate(parts):
        if not _lies_under(part, line):
            continue
        span, inside = _where(part.text, part.box, line, "".join(rest))
        others = claims.elsewhere(number, line.box)
        if span and any(_mostly(inside, other) for other in others):
            left = "".join("\0" if any(at in other for other in others) else c for at, c in enumerate(part.text))
            span, inside = _where(left, part.box, line, "".join(rest))
            repeated = repeated or not span
        if span:
            claims.add(number, inside, line.box)
            rest[span.start : span.stop] = "\0" * len(span)
    if "\0" not in rest:
        return Leftover(line, repeated)
    letters = [number for number, character in enumerate(rest) if character.isalnum()]
    if not letters:
        return None
    text = "".join(rest[letters[0] : letters[-1] + 1]).replace("\0", " ")
    box = _stretch(line, letters[0], letters[-1] + 1)
    return Leftover(ReadLine(text=" ".join(text.split()), box=box, score=line.score))


def _mostly(one: range, other: range) -> bool:
    """Whether two stretches share more than half of the shorter one."""
    both = min(one.stop, other.stop) - max(one.start, other.start)
    return both > 0.5 * min(len(one), len(other))


def _where(part: str, place: Box, line: ReadLine, text: str) -> tuple[range, range]:
    """Which characters of a line are a region's, and which of the region's they are: the equal ones nearest to it, else those
    most like it; empty if there are none."""
    from rapidfuzz import fuzz

    starts = [at for at in range(len(text)) if text.startswith(part, at)]
    if starts:
        size = len(part)
        spans = (range(at, at + size) for at in starts)
        return max(spans, key=lambda span: area(intersection(_stretch(line, span.start, span.stop), place))), range(size)
    found = fuzz.partial_ratio_alignment(part, text, score_cutoff=75)
    if found is None:
        return range(0), range(0)
    return range(found.dest_start, found.dest_end), range(found.src_start, found.src_end)


def _stretch(line: ReadLine, start: int, end: int) -> Box:
    """About where some characters of a line are."""
    left, top, width, height = line.box
    size = max(1, len(line.text))
    if height > 1.5 * width:
        return left, top + height * start // size, width, max(1, height * (end - start) // size)
    return left + width * start // size, top, max(1, width * (end - start) // size), height

"""Measuring and breaking: how wide a text is, where its lines break, and how much room the block takes."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import NamedTuple

from layoutgen.base.style import Lettering
from layoutgen.typeset.breaks import CLOSING, SOFT_HYPHEN, phrase_ends
from layoutgen.typeset.prepare import PreparedText, Segment, divided, prepare

BALANCED_LINES = 5
"""Texts of up to this many lines are broken into lines of even length; longer ones read better filled."""
_INSIDE = 6.0
"""What a break between two CJK characters, where no mark ends a phrase, costs: square ems, as lengths do."""
_WITHIN = 24.0
"""What it costs more within a Chinese word or a Japanese phrase."""
_EPSILON = 1e-6


class Wrapped(NamedTuple):
    """A text broken into lines at one size. Pixels, unrounded; of vertical text `lines` are columns."""

    lines: tuple[str, ...]
    """A soft hyphen ends a line that is drawn with a hyphen, also where hyphenation has put it."""
    width: float
    """Of the block: its longest line with overhanging ink (vertical: all columns)."""
    height: float
    """Of the block: all line boxes and ink beyond them (vertical: the longest column)."""
    widths: tuple[float, ...]
    """The length of each line."""
    spans: tuple[tuple[int, int], ...]
    """Where each line starts and ends in the text, in characters."""
    fits: bool
    """No line is longer than asked, and there are no more lines than asked."""


def natural_width(text: str, lettering: Lettering, size: float, locale: str) -> float:
    """Pixels of the longest line when only written breaks count."""
    prepared = prepare(text, lettering, locale)
    return max(line_lengths(prepared, break_lines(prepared, math.inf, nobreak=True))) * size


def wrap(
    text: str,
    lettering: Lettering,
    size: float,
    width: float,
    *,
    locale: str,
    lines: tuple[int, int] | None = None,
    nobreak: bool = False,
    height: float | None = None,
) -> Wrapped:
    """Break a text into lines of at most `width` pixels.

    Lines break where `breaks` says, and where the text says so; inside a word only at soft hyphens and, if the lettering asks
    for hyphenation, in words too wide for a line. `fits` is False when a word is too wide. `lines` is the fewest and most
    lines requested; there are at least the fewest where the text has enough breaks. Vertical text runs down to `height`,
    and its columns from right to left across `width`.
    """
    prepared = prepare(text, lettering, locale)
    vertical = prepared.direction == "vertical"
    room = (math.inf if height is None else height) if vertical else width
    if lettering.hyphenate and not nobreak:
        prepared = divided(prepared, room / size + _EPSILON)
    broken = break_lines(prepared, room / size, lines=lines, nobreak=nobreak, even=True)
    lengths = tuple(length * size for length in line_lengths(prepared, broken))
    spans = tuple(_span(prepared, *item) for item in broken)
    longest, across = max(lengths), block_height(prepared, len(broken)) * size
    fits = longest <= room + _EPSILON * size and (lines is None or len(broken) <= lines[1])
    if vertical:
        fits = fits and across <= width + _EPSILON * size
    return Wrapped(
        lines=tuple(text[start:end] + _hyphen(prepared, *item) for item, (start, end) in zip(broken, spans, strict=True)),
        width=across if vertical else longest,
        height=longest if vertical else across,
        widths=lengths,
        spans=spans,
        fits=fits,
    )


def block_height(prepared: PreparedText, count: int) -> float:
    """Ems from the top to the bottom of `count` lines (of columns: from side to side)."""
    return prepared.above + prepared.below + (count - 1) * prepared.pitch


def break_lines(
    prepared: PreparedText, room: float, *, lines: tuple[int, int] | None = None, nobreak: bool = False, even: bool = False
) -> list[tuple[int, int, int]]:
    """Lines of at most `room` ems as (paragraph, first segment, one past the last); a segment too wide stands alone.

    `even`: the same number of lines, of more even lengths.
    """
    if nobreak:
        return [(number, 0, len(row)) for number, row in enumerate(prepared.paragraphs)]
    room += _EPSILON
    paragraphs = [_fill(prepared, number, room) for number in range(len(prepared.paragraphs))]
    total = sum(map(len, paragraphs))
    if lines and total < lines[0]:
        paragraphs = _at_least(prepared, paragraphs, lines[0])
        total = sum(map(len, paragraphs))
    if even and total <= BALANCED_LINES:
        paragraphs = [_divide(prepared, number, len(rows), room) or rows for number, rows in enumerate(paragraphs)]
    return [(number, start, end) for number, rows in enumerate(paragraphs) for start, end in rows]


def _fill(prepared: PreparedText, number: int, room: float) -> list[tuple[int, int]]:
    """Greedy: every line takes what fits."""
    row, starts = prepared.paragraphs[number], prepared.starts[number]
    rows: list[tuple[int, int]] = []
    at = 0
    while at < len(row):
        space = room - prepared.left - prepared.right - (prepared.indent if prepared.hanging or not (rows or number) else 0.0)
        # the last segment that starts early enough may still end too late: its own width decides
        end = max(at + 1, min(bisect_right(starts, starts[at] + space, at + 1), len(row)))
        while end > at + 1 and starts[end - 1] + _width(row, end) - starts[at] > space:
            end -= 1
        rows.append((at, end))
        at = end
    return rows or [(0, 0)]


def _at_least(prepared: PreparedText, paragraphs: list[list[tuple[int, int]]], fewest: int) -> list[list[tuple[int, int]]]:
    """More lines, made by dividing the paragraph with the longest line, while there are breaks left."""
    while sum(map(len, paragraphs)) < fewest:
        able = [number for number, rows in enumerate(paragraphs) if len(rows) < len(prepared.paragraphs[number])]
        if not able:
            break
        number = max(able, key=lambda item: prepared.starts[item][-1] / len(paragraphs[item]))
        paragraphs[number] = _divide(prepared, number, len(paragraphs[number]) + 1, math.inf) or paragraphs[number]
    return paragraphs


def _divide(prepared: PreparedText, number: int, count: int, room: float) -> list[tuple[int, int]] | None:
    """Exactly `count` lines of lengths as even as can be (least squares); None if none so are short enough for `room`."""
    row, starts = prepared.paragraphs[number], prepared.starts[number]
    size = len(row)
    if not 1 < count <= size:
        return None
    indents = [prepared.indent if prepared.hanging or (line == number == 0) else 0.0 for line in range(count)]
    fixed = prepared.left + prepared.right
    costs = [_cost(prepared, segment) for segment in row]
    # best[i]: the least sum of squares for segments i.. on the lines left; cuts remember where the first of them ends
    best = [math.inf] * size + [0.0]
    cuts: list[list[int]] = []
    for line in range(count - 1, -1, -1):
        fresh, cut = [math.inf] * (size + 1), [size] * (size + 1)
        for i in range(size):
            origin = starts[i] - fixed - indents[line]
            for j in range(i + 1, size + 1):
                length = starts[j - 1] + _width(row, j) - origin
                if length > room:
                    break
                cost = best[j] + length * length + (costs[j - 1] if j < size else 0.0)
                if cost < fresh[i]:
                    fresh[i], cut[i] = cost, j
        best = fresh
        cuts.append(cut)
    if math.isinf(best[0]):
        return None
    rows: list[tuple[int, int]] = []
    at = 0
    for cut in reversed(cuts):
        rows.append((at, cut[at]))
        at = cut[at]
    return rows


def _cost(prepared: PreparedText, segment: Segment) -> float:
    """Of a break after a segment that is followed by neither space nor mark."""
    if segment.space != prepared.spacing or prepared.text[segment.end - 1] in CLOSING:
        return 0.0
    return _INSIDE if segment.end in phrase_ends(prepared.text) else _INSIDE + _WITHIN


def line_lengths(prepared: PreparedText, rows: list[tuple[int, int, int]]) -> list[float]:
    """Ems of every line that `break_lines` found, with overhanging ink and the bullet's indent."""
    lengths = []
    for number, start, end in rows:
        if start == end:
            lengths.append(0.0)
            continue
        indent = prepared.indent if prepared.hanging or (number == start == 0) else 0.0
        starts, row = prepared.starts[number], prepared.paragraphs[number]
        lengths.append(starts[end - 1] + _width(row, end) - starts[start] + prepared.left + prepared.right + indent)
    return lengths


def _width(row: tuple[Segment, ...], end: int) -> float:
    """Ems of the segment that ends a line, its hyphen included."""
    return row[end - 1].width + (row[end - 1].hyphen if row[end - 1].added or end < len(row) else 0.0)


def _hyphen(prepared: PreparedText, number: int, start: int, end: int) -> str:
    return SOFT_HYPHEN if start < end and prepared.paragraphs[number][end - 1].added else ""


def _span(prepared: PreparedText, number: int, start: int, end: int) -> tuple[int, int]:
    row = prepared.paragraphs[number]
    if start == end:
        at = sum(len(part) + 1 for part in prepared.text.split("\n")[:number])
        return at, at
    return row[start].start, row[end - 1].end

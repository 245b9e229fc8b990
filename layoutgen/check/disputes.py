"""Two readings of the same words: which one is right, where that can be told without knowing what was asked for."""

from __future__ import annotations

from itertools import groupby

from layoutgen.check.model import ReadLine
from layoutgen.check.normalise import fold, is_digit, normalise

_EDGE = 0.9
"""A letter repeated at the end of a line needs this confidence: the edge of a panel looks like an `l`."""

Lines = tuple[ReadLine, ...]


def decided(a: Lines, b: Lines) -> Lines:
    """The better of two readings; empty if it cannot be told.

    Readers lose repeated letters and seldom invent any, so of readings that differ in those only, the one with more is
    right. Where digits differ, the reading is right that is more confident of them.
    """
    return _fuller(a, b) or _surer(a, b)


def _fuller(a: Lines, b: Lines) -> Lines:
    one, other = _runs(a), _runs(b)
    if [letter for letter, _ in one] != [letter for letter, _ in other]:
        return ()
    counts = [(here, there) for (_, here), (_, there) in zip(one, other, strict=True)]
    if sum(here for here, _ in counts) == sum(there for _, there in counts):
        return ()
    more, less = (a, b) if sum(here - there for here, there in counts) > 0 else (b, a)
    middle = all(here == there for here, there in counts[1:-1])
    if middle and _end_doubted(more, less, first=counts[0][0] != counts[0][1], last=counts[-1][0] != counts[-1][1]):
        return less
    return more


def _runs(lines: Lines) -> list[tuple[str, int]]:
    return [(letter, len(list(run))) for letter, run in groupby(fold("".join(line.text for line in lines)))]


def _end_doubted(more: Lines, less: Lines, *, first: bool, last: bool) -> bool:
    """Whether a letter more at an end is read with less confidence than the end without it."""
    told, other = _inked(more), _inked(less)
    if not told or not other:
        return False
    ends = [(-1, slice(-2, None))] * last + [(0, slice(0, 2))] * first
    return all(min(score for _, score in told[pair]) < _EDGE <= other[end][1] for end, pair in ends)


def _surer(a: Lines, b: Lines) -> Lines:
    """By the digits that differ, where both readings have the same number of digits."""
    one, other = _digits(a), _digits(b)
    if len(one) != len(other):
        return ()
    differing = [(x, y) for (c, x), (d, y) in zip(one, other, strict=True) if c != d]
    if not differing:
        return ()
    return a if min(x for x, _ in differing) >= min(y for _, y in differing) else b


def _digits(lines: Lines) -> list[tuple[str, float]]:
    return [(normalise(character), score) for character, score in _inked(lines) if is_digit(character)]


def _inked(lines: Lines) -> list[tuple[str, float]]:
    return [
        (character, score)
        for line in lines
        if len(line.scores) == len(line.text)
        for character, score in zip(line.text, line.scores, strict=True)
        if not character.isspace()
    ]

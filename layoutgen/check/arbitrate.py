"""Two readings of the same words: which one is right, where that can be told without knowing what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from layoutgen.check.compare import distance
from layoutgen.check.model import ReadLine
from layoutgen.check.normalise import SEPARATORS, fold, is_digit, is_figure, normalise, split_number
from layoutgen.check.target import DOUBTFUL, Target

_EDGE = 0.9
"""A letter repeated at the end of a line needs this confidence: the edge of a panel looks like an `l`."""

_FIGURE = 0.9
"""A figure that only one of two readings has needs this confidence, whether it stands against the other or for it."""

_CERTAIN = 0.9
"""Least confidence of every character of looks that settle what a line says."""
_NEAR = 0.34
"""Largest distance at which a line that reads wrong is still the one that is looked for."""

Lines = tuple[ReadLine, ...]


def unanimous(wanted: str, looks: Sequence[ReadLine]) -> bool:
    """Whether all looks at one line say the same with confidence, and it is the line that is wanted, written wrong.

    Its ends are as they should be, or else it may be longer than what was looked at.
    """
    said, asked = {fold(line.text) for line in looks}, fold(wanted)
    if len(said) != 1 or any(score < _CERTAIN for _, score in _inked(tuple(looks))):
        return False
    (text,) = said
    if (text[:2], text[-2:]) != (asked[:2], asked[-2:]) or not all(line.scores for line in looks):
        return False
    return 0 < distance(wanted, text) <= _NEAR


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


def convincing(first: Lines, later: Lines, *, same_place: bool) -> bool:
    """Whether a later reading may set the figures of an earlier one right: digits and marks between them, currency, percent.

    It must be as confident of each figure that it reads otherwise, and sure of each that it adds. In the very same place it
    may not leave one out either that the earlier reading is sure of. Readers otherwise find what is looked for, if only one
    looks often enough: the `%` of a narrow `5%` reads like `0%` once in five times.
    """
    from rapidfuzz.distance import Levenshtein

    one, other = _figures(first), _figures(later)
    if not one and not same_place:
        return True
    edits = Levenshtein.opcodes([figure for figure, _ in one], [figure for figure, _ in other])
    for edit in edits:
        was = [score for _, score in one[edit.src_start : edit.src_end]]
        now = [score for _, score in other[edit.dest_start : edit.dest_end]]
        if edit.tag == "replace" and min(now) < max(was):
            return False
        if edit.tag == "insert" and min(now) < _FIGURE:
            return False
        if edit.tag == "delete" and same_place and max(was) >= _FIGURE:
            return False
    return True


def against(line: ReadLine, looks: Sequence[ReadLine]) -> ReadLine | None:
    """A look in the same place that reads other figures, where the line is not convincing beside it; the surest of them.

    The line may be the one that was looked for: it does not win by that, however early or late it came.
    """
    others = [look for look in looks if look.text and not convincing((look,), (line,), same_place=True)]
    return max(others, key=lambda look: (doubt((look,)), look.score)).model_copy(update={"box": line.box}) if others else None


def doubt(lines: Lines) -> float:
    """The least confidence of any figure, 1 where there is none: the reader corrects broken letters by itself."""
    return min((score for character, score in _inked(lines) if is_figure(character)), default=1.0)


def _figures(lines: Lines) -> list[tuple[str, float]]:
    """With the marks inside numbers."""
    inked = _inked(lines)
    digit = [False, *(is_digit(character) for character, _ in inked), False]
    kept = []
    for number, (character, score) in enumerate(inked):
        shape = normalise(character)
        if is_figure(character) or (digit[number] and digit[number + 2] and shape in SEPARATORS):
            kept.append((shape, score))
    return kept


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


def good(wanted: str, line: ReadLine) -> bool:
    """Whether a line reads as it should, and no figure of it is in doubt."""
    return distance(wanted, line.text) == 0 and doubt((line,)) >= DOUBTFUL and not split_number(wanted, line.text)


def better_line(wanted: str, a: ReadLine, b: ReadLine) -> ReadLine:
    """Of two looks at one line."""
    told = decided((a,), (b,))
    return told[0] if told else min(a, b, key=lambda line: (off(wanted, line), -min(doubt((line,)), line.score)))


def off(wanted: str, line: ReadLine) -> tuple[float, bool]:
    """How far a line is from what it should say: distance, and whether a number has a space inside."""
    return distance(wanted, line.text), bool(split_number(wanted, line.text))


def better(item: Target, a: Lines, b: Lines) -> Lines:
    """Of two readings of a slogan; the later one, `b`, must be convincing where figures differ."""
    nearer = decided(a, b) or min(a, b, key=lambda lines: _rank(item, lines))
    return a if nearer is b and not convincing(a, b, same_place=False) else nearer


def _rank(item: Target, lines: Lines) -> tuple[bool, float, float]:
    found = item.compare(lines)
    return not found.right, found.distance, -min(doubt(lines), sum(line.score for line in lines) / max(1, len(lines)))

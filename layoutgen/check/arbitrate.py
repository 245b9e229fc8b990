"""Two readings of the same words: which of them is right, as far as that can be told without knowing what was asked for."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import groupby

from layoutgen.check.compare import distance
from layoutgen.check.model import ReadLine
from layoutgen.check.normalise import SEPARATORS, belongs_to_number, fold, is_digit, is_figure, normalise, split_number
from layoutgen.check.target import DOUBTFUL, Target

_EDGE = 0.9
"""A letter repeated at the end of a line needs this confidence: the edge of a panel looks like an `l`."""

_FIGURE = 0.9
"""A figure that only one of two readings has needs this confidence, whether it speaks against the other or for it."""

_CERTAIN = 0.9
"""Least confidence of every character in readings that settle what a line says."""
_ADDED, _MARKED = 0.6, 0.35
"""Least confidence of a sign that one of two looks shows, and of a letter with a mark: readers know few marked capitals, and
seldom see a mark where none is. Over 18 words in four typefaces they are read with 0.43 and more."""
_NEAR = 0.34
"""Largest distance at which a line that reads wrong is still taken for the expected one."""

Lines = tuple[ReadLine, ...]


def unanimous(expected: str, readings: Sequence[ReadLine]) -> bool:
    """Whether all readings of one line agree with confidence, and it is the expected line, spelt wrong.

    Its ends must be as expected; otherwise it may be longer than the crop that was read.
    """
    texts, folded = {fold(line.text) for line in readings}, fold(expected)
    if len(texts) != 1 or any(score < _CERTAIN for _, score in _inked(tuple(readings))):
        return False
    (text,) = texts
    if (text[:2], text[-2:]) != (folded[:2], folded[-2:]) or not all(line.scores for line in readings):
        return False
    return 0 < distance(expected, text) <= _NEAR


def clear_winner(a: Lines, b: Lines) -> Lines:
    """The better of two readings; empty if that cannot be told.

    Readers lose repeated letters and seldom invent any, so of two readings that differ only in those, the longer one is
    right. Where digits differ, the reading that is more confident of them is right.
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
    """Whether an additional letter at an end is read with less confidence than the end without it."""
    longer, shorter = _inked(more), _inked(less)
    if not longer or not shorter:
        return False
    ends = [(-1, slice(-2, None))] * last + [(0, slice(0, 2))] * first
    return all(min(score for _, score in longer[pair]) < _EDGE <= shorter[end][1] for end, pair in ends)


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
    """Whether a later reading may correct the figures of an earlier one: digits and marks between them, currency, percent.

    It must be as confident of each figure that it reads differently, and sure of each that it adds. In the very same place
    it must not leave out one that the earlier reading is sure of, either. Read often enough, a line would otherwise say
    whatever is expected: the `%` of a narrow `5%` reads as `0%` one time in five.
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


def has_more(line: ReadLine, other: ReadLine, least: float = _ADDED, least_marked: float = _MARKED) -> bool:
    """Whether another look at a line shows all that was read, and besides, signs or digits at its ends
    with a confidence of `least`, or marks on its letters with one of `least_marked`."""
    from rapidfuzz.distance import Levenshtein

    one, more = ([(normalise(character), score) for character, score in _inked((a,))] for a in (line, other))
    edits = Levenshtein.opcodes([fold(character) for character, _ in one], [fold(character) for character, _ in more])
    changed = [edit for edit in edits if edit.tag != "equal"]
    for edit in changed:
        was, now = one[edit.src_start : edit.src_end], more[edit.dest_start : edit.dest_end]
        surest = min((score for _, score in now), default=0.0)
        at_end = edit.src_start in (0, len(one))
        added = edit.tag == "insert" and at_end and not any(character.isalpha() for character, _ in now)
        marked = len(was) == len(now) and all(_marked(a, b) for (a, _), (b, _) in zip(was, now, strict=True))
        # Small letters with their marks are as high as capitals, so that every look holds them.
        enough = least_marked if all(letter.isupper() for letter, _ in was) else max(least_marked, _FIGURE)
        if not ((added and surest >= least) or (marked and surest >= enough)):
            return False
    return bool(changed)


def _marked(letter: str, other: str) -> bool:
    """Whether one letter is the other with more marks on it."""
    plain, marked = unicodedata.normalize("NFD", letter), unicodedata.normalize("NFD", other)
    return plain[:1].casefold() == marked[:1].casefold() and len(marked) > len(plain)


def contradiction(line: ReadLine, readings: Sequence[ReadLine]) -> ReadLine | None:
    """The surest reading of the same place with other figures, beside which the line is not convincing; None if there is none.

    The line may be what was expected: that does not make it win, however early or late it was read.
    """
    others = [reading for reading in readings if reading.text and not convincing((reading,), (line,), same_place=True)]
    if not others:
        return None
    surest = max(others, key=lambda reading: (figure_confidence((reading,)), reading.score))
    return surest.model_copy(update={"box": line.box})


def figure_confidence(lines: Lines) -> float:
    """The least confidence of any figure, 1 where there is none: the reader corrects broken letters by itself."""
    return min((score for character, score in _inked(lines) if is_figure(character)), default=1.0)


def _figures(lines: Lines) -> list[tuple[str, float]]:
    """With the marks that belong to numbers."""
    inked = _inked(lines)
    shapes = ["", *(normalise(character) for character, _ in inked), ""]
    figures = []
    for number, (character, score) in enumerate(inked):
        before, shape, after = shapes[number : number + 3]
        if is_figure(character) or (shape and shape in SEPARATORS and belongs_to_number(shape, before[-1:], after[:1])):
            figures.append((shape, score))
    return figures


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


def reads_right(expected: str, line: ReadLine) -> bool:
    """Whether a line reads as it should, and no figure of it is in doubt."""
    certain = figure_confidence((line,)) >= DOUBTFUL
    return certain and not any(error_of(expected, line))


def better_line(expected: str, a: ReadLine, b: ReadLine) -> ReadLine:
    """The better of two readings of one line."""
    winner = clear_winner((a,), (b,))
    if winner:
        return winner[0]
    return min(a, b, key=lambda line: (error_of(expected, line), -min(figure_confidence((line,)), line.score)))


def error_of(expected: str, line: ReadLine) -> tuple[float, bool]:
    """How far a line is from what it should say: its distance, and whether a number has a space inside."""
    return distance(expected, line.text), bool(split_number(expected, line.text))


def better(item: Target, a: Lines, b: Lines) -> Lines:
    """The better of two readings of a slogan; the later one, `b`, must be convincing where figures differ, and may leave out no
    signs and marks."""
    alone = len(item.lines) == len(a) == 1  # otherwise a mark may be of the line above or below
    if has_more(_joined(b), _joined(a), _FIGURE, _MARKED if alone else _FIGURE):
        return a
    nearer = clear_winner(a, b) or min(a, b, key=lambda lines: _rank(item, lines))
    return a if nearer is b and not convincing(a, b, same_place=False) else nearer


def _joined(lines: Lines) -> ReadLine:
    scored = [line for line in lines if len(line.scores) == len(line.text)]
    text, scores = "".join(line.text for line in scored), tuple(score for line in scored for score in line.scores)
    return ReadLine(text=text, box=(0, 0, 0, 0), score=1.0, scores=scores)


def _rank(item: Target, lines: Lines) -> tuple[bool, float, float]:
    comparison = item.compare(lines)
    mean = sum(line.score for line in lines) / max(1, len(lines))
    return not comparison.right, comparison.distance, -min(figure_confidence(lines), mean)

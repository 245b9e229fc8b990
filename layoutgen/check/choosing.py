"""Of several readings of a slogan, the one that comes nearest to what is expected, where nothing speaks against it."""

from __future__ import annotations

from layoutgen.check.comparing import distance
from layoutgen.check.disputes import Lines, convincing, decided, doubt
from layoutgen.check.model import ReadLine
from layoutgen.check.normalise import split_number
from layoutgen.check.target import DOUBTFUL, Target


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

"""Which of what was read belongs to no slogan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from layoutgen.base.geometry import covered
from layoutgen.base.model import Box
from layoutgen.check.matching import TextBlock
from layoutgen.check.model import Extra, ReadLine
from layoutgen.check.normalise import fold
from layoutgen.check.page_reader import STRAY
from layoutgen.check.placement import in_place
from layoutgen.conditions.model import Conditions

_LIKELY, _SURE = 0.5, 0.6
"""Stray text counts only above this confidence; with one or two characters only above the higher one."""
_WITHIN = 0.8
"""Text inside the box of a slogan's reading, or across several lines of it, counts only above this confidence: parts of letters
and lines that were detected as one are misread with less."""


def extra_text(
    conditions: Conditions,
    matched: Mapping[str, TextBlock],
    regions: Sequence[TextBlock],
    loose: Sequence[ReadLine],
    repeated: frozenset[int],
    unreadable_places: Sequence[Box],
) -> tuple[Extra, ...]:
    """What was read and belongs to no slogan. In `unreadable_places`, readings mean nothing."""
    used = set().union(*(block.numbers for block in matched.values())) if matched else set()
    taken = [line.box for block in matched.values() for line in block.lines]
    homes = {block.home for block in matched.values()}
    expected = {fold(glyph.text) for glyph in conditions.glyphs}
    lines = [(line, number in repeated) for number, line in enumerate(loose) if number not in used]
    lines += [(line, False) for block in regions if block.home not in homes for line in block.lines]
    extra: list[Extra] = []
    for line, twice in lines:
        if any(in_place(line.box, place) for place in unreadable_places):
            continue
        if not twice and any(_again(line, block) for block in matched.values()):
            continue
        over = max((sum(covered(one.box, [line.box]) >= 0.7 for one in block.lines) for block in matched.values()), default=0)
        if (covered(line.box, taken) >= 0.7 or over > 1) and line.score < _WITHIN:  # `over`: lines detected as one
            continue
        if _counts(line, conditions.canvas.height):
            doubled = fold(line.text) in expected
            extra.append(Extra(text=line.text, box=line.box, score=round(line.score, 4), doubled=doubled))
    return tuple(sorted(extra, key=lambda item: (item.box[1], item.box[0], item.text)))


def _again(line: ReadLine, block: TextBlock) -> bool:
    """Whether a line is another reading of a slogan's letters: it lies under them, is about as large, and says part of them."""
    from rapidfuzz import fuzz

    if covered(line.box, [one.box for one in block.lines]) < 0.7:
        return False
    large = 0.4 * min(min(one.box[2:]) for one in block.lines)
    return min(line.box[2:]) >= large and fuzz.partial_ratio(fold(line.text), fold(block.text)) >= 60


def _counts(line: ReadLine, height: int) -> bool:
    """Whether stray text is text at all: letters of a certain size, read with a certain confidence."""
    letters = sum(character.isalnum() for character in line.text)
    if not letters or min(line.box[2], line.box[3]) < STRAY * height:
        return False
    return line.score >= (_LIKELY if letters > 2 else _SURE)

"""How a string that was read compares with the one expected, under each policy of `verify { text: … }`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from layoutgen.check.normalise import compact, figures, fold, normalise, raised, recased, split_number
from layoutgen.typeset.breaks import SOFT_HYPHEN

Policy = Literal["exact", "loose", "digits", "off"]
LOOSE = 0.1
"""Largest distance that `loose` accepts."""
_PART = 60
"""Percent of likeness above which one string counts as a part of another."""


@dataclass(frozen=True)
class Comparison:
    right: bool
    distance: float
    """0 … 1: edit distance over the longer length, without spaces, letters that differ in size only being equal."""
    size: bool = False
    """Right, but for letters that differ in size only."""
    spacing: bool = False
    """Right, but for spaces."""
    split: str = ""
    """Wrong only because this number, as expected, has a space inside."""


@lru_cache(maxsize=8192)
def compare(
    expected: str, read: str, policy: Policy, *, caseless: bool = False, spaced: bool = False, cased: bool = True
) -> Comparison:
    """`caseless`: capital and small letters need not be told apart. `spaced`: spaces inside numbers do not count.
    `cased`: the size of letters was read with certainty, where letters beside them show it."""
    if caseless:
        expected, read = expected.upper(), read.upper()
    apart = distance(expected, read)
    if policy == "off":
        return Comparison(True, apart)
    if not fold(read) and fold(expected):
        return Comparison(False, apart)
    if policy == "digits":
        if figures(expected) != figures(read):
            return Comparison(False, apart)
        split = "" if spaced else split_number(expected, read)
        return Comparison(not split, apart, split=split)
    if apart > 0:
        return Comparison(policy == "loose" and apart <= LOOSE and figures(expected) == figures(read), apart)
    split = split_number(expected, read) if policy == "exact" and not spaced else ""
    if split:
        return Comparison(False, 0.0, split=split)
    if policy == "exact" and (raised(expected, read) or (cased and recased(expected, read))):
        return Comparison(False, 0.0)
    size = compact(expected) != compact(read)
    return Comparison(True, 0.0, size, not size and normalise(expected) != normalise(read))


def other_spaces(expected: str, lines: Sequence[str]) -> bool:
    """Whether the spaces within lines differ from those of a text that is right otherwise.

    Where a line ends, typesetting decides; beside signs of Chinese and Japanese no space means anything.
    """
    wanted, at = _spaces_before(expected), 0
    wide = any(map(_is_wide, expected))
    for line in lines:
        read = _spaces_before(line.replace(SOFT_HYPHEN, ""))
        for number, (character, spaced) in enumerate(read):
            if at + number >= len(wanted):
                return True
            before = read[number - 1][0] if number else ""
            counts = not wide or all(one.isalnum() and not _is_wide(one) for one in (before, character))
            if number and spaced != wanted[at + number][1] and counts:
                return True
        at += len(read)
    return at != len(wanted)


def _spaces_before(text: str) -> list[tuple[str, bool]]:
    """The characters of `compact(text)`, and whether a space stands before each."""
    characters = normalise(text)
    return [(c, at > 0 and characters[at - 1] == " ") for at, c in enumerate(characters) if c != " "]


def _is_wide(character: str) -> bool:
    return "\u2e80" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"


def says_part(read: str, expected: str) -> bool:
    """Whether what was read is, by and large, a part of a text, or holds it."""
    from rapidfuzz import fuzz

    return fuzz.partial_ratio(fold(read), fold(expected)) >= _PART


@lru_cache(maxsize=65536)
def distance(expected: str, read: str) -> float:
    from rapidfuzz.distance import Levenshtein

    return float(Levenshtein.normalized_distance(fold(expected), fold(read)))

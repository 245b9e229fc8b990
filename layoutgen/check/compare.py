"""How a string that was read compares with the one expected, under each policy of `verify { text: … }`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from layoutgen.check.normalise import compact, figures, fold, normalise, raised, split_number

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
def compare(expected: str, read: str, policy: Policy, *, caseless: bool = False, spaced: bool = False) -> Comparison:
    """`caseless`: capital and small letters need not be told apart. `spaced`: spaces inside numbers do not count."""
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
    if policy == "exact" and raised(expected, read):
        return Comparison(False, 0.0)
    size = compact(expected) != compact(read)
    return Comparison(True, 0.0, size, not size and normalise(expected) != normalise(read))


def says_part(read: str, expected: str) -> bool:
    """Whether what was read is, by and large, a part of a text, or holds it."""
    from rapidfuzz import fuzz

    return fuzz.partial_ratio(fold(read), fold(expected)) >= _PART


@lru_cache(maxsize=65536)
def distance(expected: str, read: str) -> float:
    from rapidfuzz.distance import Levenshtein

    return float(Levenshtein.normalized_distance(fold(expected), fold(read)))

"""Scores of public text-rendering benchmarks, each as its own script computes it.

Every function takes texts that should be written (`expected`) and lines as an OCR engine read them (`lines`), and does its
benchmark's own lower-casing and splitting. The scores depend on that engine: those that another engine gave are not
comparable. They are looser than `judge`: place does not count, capitals hardly, and most forgive text nobody asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

ALIKE = 0.3
"""Largest distance at which LeX-Bench counts a word as recalled."""
_SMALL = 1e-5
"""CVTG-2K adds this to lengths."""
_DROPPED = re.compile(r"[^\u4e00-\u9fa5a-zA-Z0-9\sàâäéèêëîïôöùûüçÀÂÄÉÈÊËÎÏÔÖÙÛÜÇ]")
"""What LongText-Bench leaves out: all but CJK, letters, digits, French accents and white space."""

Pairs = Iterable[tuple[Sequence[str], Sequence[str]]]
"""(expected, lines) of each picture."""


def pned(expected: Sequence[str], lines: Sequence[str]) -> float:
    """PNED of one picture (LeX-Bench): 0 is right, there is no upper bound.

    The least total cost of pairing words one to one, where a pair costs its edit distance over the longer length, plus the
    difference in the number of words: each word missing or too many costs 1. A benchmark's score is the mean over its
    pictures. Lower-cased; lines are split at every single space, so two spaces in a row make an empty word, which costs 1
    as the benchmark's script has it; expected texts, there single words, are not split.
    """
    from scipy.optimize import linear_sum_assignment

    expected_words, read = _lex_words(expected, lines)
    if not expected_words or not read:
        return float(len(expected_words) + len(read))
    costs = [[_apart(word, other) for other in expected_words] for word in read]
    rows, columns = linear_sum_assignment(costs)
    matched = sum(costs[i][j] for i, j in zip(rows, columns, strict=True))
    return float(matched + abs(len(expected_words) - len(read)))


def recall(expected: Sequence[str], lines: Sequence[str], alike: float = ALIKE) -> float:
    """Recall of one picture (LeX-Bench), 0 … 1: the share of expected words that were read, each reading used once.

    Greedy: an expected word takes the first unused reading whose edit distance over the longer length is at most `alike`,
    though a better one may follow. A benchmark's score is the mean over its pictures. Words as for `pned`; 1 where nothing
    is expected.
    """
    expected_words, left = _lex_words(expected, lines)
    hits = 0
    for word in expected_words:
        match = next((number for number, other in enumerate(left) if _apart(word, other) <= alike), None)
        if match is not None:
            del left[match]
            hits += 1
    return hits / len(expected_words) if expected_words else 1.0


def word_accuracy(pairs: Pairs) -> float:
    """Word accuracy of CVTG-2K over many pictures, 0 … 1, pooled over all expected words.

    A word is right when it occurs anywhere among the words read in its picture. These are a set: a word that should be
    there twice is right twice where it was read once, and text that nobody asked for costs nothing. Lower-cased, split at
    white space, no sign stripped. 0 without words.
    """
    total = right = 0
    for expected, lines in pairs:
        expected_words, read = _cvtg_words(expected), set(_cvtg_words(lines))
        total += len(expected_words)
        right += sum(word in read for word in expected_words)
    return right / total if total else 0.0


def word_ned(pairs: Pairs) -> float:
    """NED of CVTG-2K over many pictures, 0 … 1, higher is better: the mean over all expected words.

    A word scores 1 - edit distance / (longer length + 1e-5) against the word that `difflib` holds to be closest to it, which
    is not always the one of least edit distance; 0 where nothing was read. Words read may be used again. Words as for
    `word_accuracy`. 0 without words.
    """
    from difflib import get_close_matches

    from rapidfuzz.distance import Levenshtein

    scores = []
    for expected, lines in pairs:
        read = _cvtg_words(lines)
        for word in _cvtg_words(expected):
            closest = next(iter(get_close_matches(word, read, n=1, cutoff=0.0)), "")
            scores.append(1 - Levenshtein.distance(word, closest) / (max(len(word), len(closest)) + _SMALL) if closest else 0.0)
    return sum(scores) / len(scores) if scores else 0.0


def long_text(pairs: Pairs, language: Literal["en", "zh"]) -> float:
    """LongText-Bench score over many pictures, 0 … 1, pooled: the size of the overlap over that of what is expected.

    Letters, digits, CJK and French accents are kept. English: lower-cased, a multiset of words. Chinese: a multiset of
    characters, without spaces, capitals as they are. Order, place and text that nobody asked for do not count. 0 where
    nothing is expected.
    """
    total = right = 0
    for expected, lines in pairs:
        expected_words, read = (Counter(_pieces(" ".join(texts), language)) for texts in (expected, lines))
        total += expected_words.total()
        right += (expected_words & read).total()
    return right / total if total else 0.0


def _lex_words(expected: Sequence[str], lines: Sequence[str]) -> tuple[list[str], list[str]]:
    return [text.lower() for text in expected], [word for line in lines for word in line.lower().split(" ")]


def _cvtg_words(lines: Sequence[str]) -> list[str]:
    return [word for line in lines for word in line.lower().split()]


def _pieces(text: str, language: Literal["en", "zh"]) -> list[str]:
    letters = _DROPPED.sub("", text)
    return letters.lower().split() if language == "en" else list("".join(letters.split()))


def _apart(one: str, other: str) -> float:
    """Edit distance over the longer length; 0 of two empty words."""
    from rapidfuzz.distance import Levenshtein

    return float(Levenshtein.normalized_distance(one, other))

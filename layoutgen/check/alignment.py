"""Forced alignment: where in a line each character of an expected text would be, and how likely it is there.

A recogniser with connectionist temporal classification (CTC) gives each column of a line a probability for every character and
for the blank between characters. Decoding takes the likeliest of each column; alignment asks instead how well a given text
fits: Viterbi's best path through blank, character, blank … in the given order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layoutgen.check.model import AlignedCharacter
from layoutgen.check.normalise import compact

Probabilities = NDArray[np.float32]
"""Columns × classes; each row adds up to 1."""
BLANK = 0
"""The class that stands for no character."""
_LEAST = 1e-6
"""Probabilities below this are taken as this."""
_RIVAL = 0.005
"""Other characters that are less likely than this are no rivals."""


@dataclass(frozen=True)
class Vocabulary:
    """The characters of a recogniser, by class: the blank comes first, and has none."""

    characters: tuple[str, ...]

    def __contains__(self, character: object) -> bool:
        return character in self._known

    def classes(self, character: str) -> tuple[int, ...]:
        """The classes that count as a character of a `compact` text; empty where it is not known."""
        return self._classes.get(character, ())

    @cached_property
    def ink(self) -> NDArray[np.bool_]:
        """Which classes leave ink: all but the blank and white space."""
        return np.array([number != BLANK and not text.isspace() for number, text in enumerate(self.characters)])

    @cached_property
    def inkless(self) -> NDArray[np.int64]:
        return np.flatnonzero(~self.ink)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.characters[BLANK + 1 :])

    @cached_property
    def _classes(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, list[int]] = {}
        for number, text in enumerate(self.characters):
            plain = "\u4e00" <= text <= "\u9fff"  # most of them, and none has another shape
            shapes = {text} if plain else set(compact(text)) if number != BLANK else set()
            if len(shapes) == 1:
                found.setdefault(shapes.pop(), []).append(number)
        return {shape: tuple(numbers) for shape, numbers in found.items()}


def decode(probabilities: Probabilities, vocabulary: Vocabulary) -> tuple[str, tuple[float, ...]]:
    """The likeliest characters column by column, repetitions and blanks dropped, and the probability of each."""
    best = probabilities.argmax(axis=1)
    kept = best != BLANK
    kept[1:] &= best[1:] != best[:-1]
    scores = probabilities[np.flatnonzero(kept), best[kept]]
    return "".join(vocabulary.characters[number] for number in best[kept]), tuple(map(float, scores))


def align(
    probabilities: Probabilities, vocabulary: Vocabulary, text: str, columns: float | None = None
) -> tuple[AlignedCharacter, ...]:
    """The characters of `text`, normalised and without spaces, each where it fits best along the line.

    `columns`: how many of the columns show the crop; the others are padding. Empty where the text does not fit at all: it has
    no characters, some that are unknown, or more than the line has columns for.
    """
    labels = compact(text)
    classes = {label: vocabulary.classes(label) for label in labels}
    repeats = sum(a == b for a, b in pairwise(labels))
    if not labels or not all(classes.values()) or len(labels) + repeats > len(probabilities):
        return ()
    likely = {label: probabilities[:, numbers].sum(axis=1) for label, numbers in classes.items()}
    blank = probabilities[:, vocabulary.inkless].sum(axis=1)
    spans = _best_path(np.stack([likely[label] for label in labels], axis=1), blank, labels)
    places = _places(spans, columns or float(len(probabilities)))
    aligned = []
    for label, (first, end), (start, stop) in zip(labels, spans, places, strict=True):
        peak = first + int(likely[label][first:end].argmax())
        rival, probability = _rival(probabilities, vocabulary, classes[label], likely[label] + blank, first, end)
        aligned.append(
            AlignedCharacter(
                text=label,
                start=round(start, 4),
                end=round(stop, 4),
                posterior=round(min(1.0, float(likely[label][peak])), 4),
                rival=rival,
                rival_posterior=round(probability, 4),
            )
        )
    return tuple(aligned)


def _best_path(likely: Probabilities, blank: Probabilities, labels: str) -> list[tuple[int, int]]:
    """First column and end of each label on the likeliest path. `likely`: columns × labels."""
    length, count = likely.shape
    states = 2 * count + 1
    emitted = np.empty((length, states))
    emitted[:, 0::2] = np.log(np.maximum(blank, _LEAST))[:, None]
    emitted[:, 1::2] = np.log(np.maximum(likely, _LEAST))
    # From one label to the next without a blank between, unless they are the same.
    barred = np.full(states, -np.inf)
    barred[3::2] = [0.0 if a != b else -np.inf for a, b in pairwise(labels)]
    steps = np.zeros((length, states), np.int8)
    ways = np.full((3, states), -np.inf)
    score = np.full(states, -np.inf)
    score[:2] = emitted[0, :2]
    everywhere = np.arange(states)
    for column in range(1, length):
        ways[0] = score
        ways[1, 1:] = score[:-1]
        ways[2, 2:] = score[:-2] + barred[2:]
        step = ways.argmax(axis=0)
        steps[column] = step
        score = ways[step, everywhere] + emitted[column]
    state = states - 1 if score[-1] >= score[-2] else states - 2
    path = np.empty(length, np.int64)
    for column in range(length - 1, -1, -1):
        path[column] = state
        state -= int(steps[column, state])
    firsts = np.searchsorted(path, 2 * np.arange(count) + 1, side="left")
    ends = np.searchsorted(path, 2 * np.arange(count) + 1, side="right")
    return list(zip(firsts.tolist(), ends.tolist(), strict=True))


def _places(spans: list[tuple[int, int]], columns: float) -> list[tuple[float, float]]:
    """Start and end of each character in shares of the crop: halfway to its neighbours, as the likely columns are few."""
    cuts = [(one[1] + other[0]) / 2 for one, other in pairwise(spans)]
    half = max(1.0, float(np.median(np.diff([sum(span) / 2 for span in spans])) / 2)) if cuts else columns
    edges = [max(0.0, sum(spans[0]) / 2 - half), *cuts, sum(spans[-1]) / 2 + half]
    shares = [min(1.0, edge / columns) for edge in edges]
    return list(pairwise(shares))


def _rival(
    probabilities: Probabilities, vocabulary: Vocabulary, own: tuple[int, ...], explained: Any, first: int, end: int
) -> tuple[str, float]:
    """The likeliest other character in some columns, and its probability there; empty where there is none worth naming."""
    if float((1 - explained[first:end]).max()) < _RIVAL:
        return "", 0.0
    others = np.where(vocabulary.ink, probabilities[first:end], 0)
    others[:, own] = 0
    at = int(others.argmax())
    probability = float(others.flat[at])
    return (vocabulary.characters[at % others.shape[1]], probability) if probability >= _RIVAL else ("", 0.0)

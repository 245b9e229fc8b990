"""Forced alignment of a text with the probabilities of a recogniser."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layoutgen.check.alignment import Probabilities, Vocabulary, align, decode
from layoutgen.check.normalise import compact

VOCABULARY = Vocabulary(("", "a", "b", "0", "O", "-", "–", " "))


def columns(*likely: dict[str, float]) -> Probabilities:
    """Each column gives what is named; the blank has the rest."""
    rows = np.zeros((len(likely), len(VOCABULARY.characters)), np.float32)
    for row, given_ in zip(rows, likely, strict=True):
        for character, probability in given_.items():
            row[VOCABULARY.characters.index(character, 1)] = probability
        row[0] = 1 - sum(given_.values())
    return rows


def test_decoding_drops_blanks_and_repetitions() -> None:
    line = columns({}, {"a": 0.9}, {"a": 0.8}, {}, {"a": 0.7}, {" ": 0.6}, {"b": 0.9})
    text, scores = decode(line, VOCABULARY)
    assert text == "aa b"
    assert scores == pytest.approx((0.9, 0.7, 0.6, 0.9))


def test_each_character_with_its_rival_and_place() -> None:
    line = columns({}, {"a": 0.98}, {}, {"O": 0.6, "0": 0.35}, {}, {"b": 0.99}, {}, {})
    a, ring, b = align(line, VOCABULARY, "aOb")
    assert (a.text, a.rival, ring.rival) == ("a", "", "0")
    assert (a.posterior, a.rival_posterior) == pytest.approx((0.98, 0.0))
    assert (ring.posterior, ring.rival_posterior) == pytest.approx((0.6, 0.35))
    assert ring.margin == pytest.approx(0.25)
    assert (ring.start, ring.end) == pytest.approx((2.5 / 8, 4.5 / 8))
    assert a.end == ring.start
    assert ring.end == b.start


def test_what_decoding_took_for_another_character() -> None:
    line = columns({}, {"a": 0.98}, {}, {"0": 0.9, "O": 0.08}, {}, {"b": 0.99}, {})
    assert decode(line, VOCABULARY)[0] == "a0b"
    _, ring, _ = align(line, VOCABULARY, "aOb")
    assert ring.rival == "0"
    assert ring.posterior == pytest.approx(0.08)
    assert ring.margin < 0


def test_places_are_shares_of_the_crop_not_of_its_padding() -> None:
    line = columns({"a": 1.0}, {}, {"b": 1.0}, {}, {}, {}, {}, {})
    whole, cut = align(line, VOCABULARY, "ab"), align(line, VOCABULARY, "ab", 4)
    assert [one.end for one in cut] == [pytest.approx(2 * one.end) for one in whole]


def test_spaces_are_passed_over_and_dashes_are_one_character() -> None:
    line = columns({"a": 1.0}, {" ": 0.9}, {"–": 0.5, "-": 0.4}, {" ": 0.9}, {"b": 1.0})
    a, dash, b = align(line, VOCABULARY, "a - b")
    assert (a.posterior, b.posterior) == (1.0, 1.0)
    assert (dash.text, dash.rival) == ("-", "")
    assert dash.posterior == pytest.approx(0.9)


@pytest.mark.parametrize("text", ["", "  ", "axb", "aaaa"])
def test_what_cannot_be_aligned(text: str) -> None:
    assert align(columns({"a": 1.0}, {}, {"b": 1.0}), VOCABULARY, text) == ()


@settings(max_examples=60, deadline=None)
@given(st.text("ab0", min_size=1, max_size=3), st.integers(0, 2**32 - 1), st.integers(4, 6))
def test_the_path_is_the_likeliest_of_all(text: str, seed: int, length: int) -> None:
    chance = np.random.default_rng(seed)
    line = chance.dirichlet(np.full(len(VOCABULARY.characters), 0.3), size=length).astype(np.float32)
    aligned = align(line, VOCABULARY, text)
    likely = {c: line[:, VOCABULARY.classes(c)].sum(axis=1) for c in set(text)}
    likely[""] = line[:, VOCABULARY.inkless].sum(axis=1)
    paths = (path for path in product(["", *sorted(set(text))], repeat=length) if _collapsed(path) == text)
    best = max(paths, default=None, key=lambda path: sum(np.log(max(likely[c][t], 1e-6)) for t, c in enumerate(path)))
    assert (best is None) == (aligned == ())
    if best is not None:
        runs = _runs(best)
        assert [one.text for one in aligned] == list(compact(text))
        assert [one.posterior for one in aligned] == pytest.approx(
            [min(1.0, max(likely[c][t] for t in run)) for c, run in runs], abs=2e-4
        )


def _collapsed(path: tuple[str, ...]) -> str:
    return "".join(c for c, _ in _runs(path))


def _runs(path: tuple[str, ...]) -> list[tuple[str, list[int]]]:
    runs: list[tuple[str, list[int]]] = []
    for t, c in enumerate(path):
        if c and t and path[t - 1] == c:
            runs[-1][1].append(t)
        elif c:
            runs.append((c, [t]))
    return runs

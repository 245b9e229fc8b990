"""The scores of public benchmarks, as their own scripts compute them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.judge.lex import RECORDS, lines_of, records
from tests.judge.metrics import long_text, pned, recall, word_accuracy, word_ned

WORDS = st.lists(st.text("abcd", min_size=1, max_size=5), max_size=5)


@pytest.mark.skipif(not RECORDS.exists(), reason="the OCR records are not beside this checkout")
@pytest.mark.parametrize(
    ("kind", "scores"),
    [("simple", (1.4851, 0.6741, 0.6027, 0.7299)), ("enhanced", (0.8525, 0.8016, 0.7224, 0.8374))],
)
def test_scores_of_real_records(kind: str, scores: tuple[float, ...]) -> None:
    pairs = [(record["text"], [line.text for line in lines_of(record, kind)]) for record in records()]
    results = (
        sum(pned(*pair) for pair in pairs) / len(pairs),
        sum(recall(*pair) for pair in pairs) / len(pairs),
        word_accuracy(pairs),
        word_ned(pairs),
    )
    assert tuple(round(score, 4) for score in results) == scores


def test_pned() -> None:
    assert pned(["SALE", "NOW"], ["now sale"]) == 0
    assert pned(["SALE", "NOW"], ["SALE"]) == 1
    assert pned(["SALE"], ["SALT  NOW"]) == pytest.approx(0.25 + 2)
    assert pned(["SALE", "NOW"], []) == pned([], ["SALE NOW"]) == 2
    assert pned([], []) == 0


def test_recall_takes_the_first_reading_that_will_do() -> None:
    assert recall(["summer"], ["Sumer"]) == 1
    assert recall(["sale", "sale"], ["sale"]) == 0.5
    assert recall(["salt", "sale"], ["sale salty"]) == 0.5
    assert recall([], ["sale"]) == 1


def test_word_accuracy_is_pooled_and_forgives() -> None:
    assert word_accuracy([(["Big Sale"], ["sale big extra"])]) == 1
    assert word_accuracy([(["sale sale"], ["sale"]), (["a", "b"], [])]) == 0.5
    assert word_accuracy([(["sale!"], ["sale"])]) == 0
    assert word_accuracy([]) == 0


def test_word_ned() -> None:
    assert word_ned([(["Sale"], ["SALT"])]) == pytest.approx(0.75, abs=1e-5)
    assert word_ned([(["Sale"], []), (["Now"], ["now"])]) == pytest.approx(0.5, abs=1e-5)
    assert word_ned([]) == 0


def test_long_text() -> None:
    assert long_text([(["Hello, World!", "It's café"], ["its CAFÉ world hello again"])], "en") == 1
    assert long_text([(["a a b"], ["a b b"])], "en") == pytest.approx(2 / 3)
    assert long_text([(["夏日 大促销，全场5折"], ["全场 5 折", "夏日大促"])], "zh") == pytest.approx(8 / 9)
    assert long_text([(["Ab"], ["ab"])], "zh") == 0.5
    assert long_text([], "en") == 0


@given(WORDS, WORDS)
def test_laws(expected: list[str], read: list[str]) -> None:
    assert pned(expected, read) == pytest.approx(pned(read, expected))
    assert pned(expected, expected) == 0
    assert 0 <= recall(expected, read) <= 1
    assert pned(expected, read) >= abs(len(expected) - len(read))
    assert 0 <= word_accuracy([(expected, read)]) <= 1
    assert long_text([(expected, read)], "en") <= 1

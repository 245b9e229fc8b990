"""The judge on real OCR records: nothing that was read goes unaccounted for."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.judge.lex import KINDS, RECORDS, Judged, judged, records

pytestmark = pytest.mark.skipif(not RECORDS.exists(), reason="the OCR records are not beside this checkout")


@pytest.fixture(scope="module")
def every() -> list[Judged]:
    return [judged(record, kind) for kind in KINDS for record in records()]


def test_words_that_were_read_pass_and_others_are_missing(every: list[Judged]) -> None:
    """Except words read in pieces side by side, which `exact` joins: spaces do not count."""
    for item in every:
        joined = Counter(s.expected for s in item.verdict.slogans if s.passed and " " in s.read)
        assert item.right - joined == item.there, item.name
        for slogan in item.verdict.slogans:
            assert not slogan.passed or slogan.read.replace(" ", "") == slogan.expected, item.name


def test_doubled_words_are_found(every: list[Judged]) -> None:
    """As doubled, or as what stands where another word should."""
    repeated = 0
    for item in every:
        elsewhere = Counter(s.read for s in item.verdict.slogans if not s.passed)
        assert not item.repeated - item.doubled - elsewhere, item.name
        assert not item.doubled - item.repeated, item.name
        assert not item.repeated or not item.verdict.passed, item.name
        repeated += item.repeated.total()
    assert repeated >= 16


def test_extra_words_are_found(every: list[Judged]) -> None:
    """Each word that was read with some confidence is a slogan's or a piece of one, or it is extra."""
    lost = [(item.name, dict(item.unaccounted)) for item in every if item.unaccounted]
    assert not lost


def test_a_picture_passes_only_without_any_fault(every: list[Judged]) -> None:
    passed = [item for item in every if item.verdict.passed]
    assert all(item.there.total() == len(item.expected) or any(" " in s.read for s in item.verdict.slogans) for item in passed)
    assert not any(item.verdict.extra for item in passed)
    assert len(passed) > 150

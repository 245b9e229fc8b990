"""The verdicts on real pictures equal what a person says."""

from __future__ import annotations

import os

import pytest

from layoutgen.check.normalise import has_digits
from tests.judge.people import ASKED, compare_all
from tests.real.pictures import FOLDER, SEEN

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the pictures are not beside this checkout")


def test_every_picture_is_asked_about() -> None:
    assert set(ASKED) == set(SEEN)


@pytest.mark.slow
@pytest.mark.skipif("LAYOUTGEN_LONG" not in os.environ, reason="several minutes: set LAYOUTGEN_LONG=1")
def test_verdicts_equal_the_eye() -> None:
    every = compare_all()
    differ = [item for item in every if not item.agree]
    assert len(every) >= 150
    assert len(differ) <= 0.05 * len(every), differ
    passed = [item for item in every if item.status == "passed" and not item.right]
    assert not [item for item in passed if has_digits(item.asked)], passed
    assert {item.asked for item in passed} <= {"Cold Pressed - Organic"}, (
        "a faint middle dot, one look at which reads as a hyphen"
    )

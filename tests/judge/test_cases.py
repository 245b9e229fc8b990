"""Small pictures and posters that were once judged wrongly, each with its right value.

They lie in `cases` in the folder `shared` beside the checkout. `cases/gate/cases.jsonl` lists pictures with one painted fault
each; `cases/check-*` are posters, and what is right about them.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import layoutgen
from layoutgen.check import check_picture, open_reader
from layoutgen.check.model import Verdict
from layoutgen.conditions.model import Conditions
from tests.judge.planted_faults import drawn

CASES = Path(__file__).parents[2] / "../shared/cases"
SAME_FORMS = {
    "digit-letter-twins-8.png": "B0SS",
    "digit-letter-twins-9.png": "Room 0",
    "digit-letter-twins-119.png": "5O%",
}
"""Pictures in Bebas Neue, whose zero and O are the same drawing, and what was typed for each."""
SECOND_LINES = ("hero_doubled", "hero_no_sale", "hero_junk", "pil_doubled", "pil_not_today")

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"{CASES} is not there")


def gate() -> list[Any]:
    listed = CASES / "gate/cases.jsonl"
    cases = [json.loads(line) for line in listed.read_text("utf-8").splitlines()] if listed.exists() else []
    return [pytest.param(case, id=f"{Path(case['image']).stem} {case['params'][0][2:]}") for case in cases]


def compiled(poster: str, **params: object) -> Conditions:
    return layoutgen.compile(CASES / poster, params=params, renderer="draft")


def asked(case: dict[str, Any], **other: object) -> Conditions:
    params = dict(param.split("=", 1) for param in case["params"])
    return compiled(f"gate/{case['poster']}", **{**params, **other})


def opened(name: str) -> Image.Image:
    with Image.open(CASES / name) as image:
        return image.convert("RGB")


@cache
def shared_reader() -> Any:
    return open_reader()


def judged(image: Image.Image, conditions: Conditions) -> Verdict:
    return check_picture(image, conditions, shared_reader(), composited=False)[1]


@pytest.mark.parametrize("case", gate())
def test_a_painted_fault_does_not_pass(case: dict[str, Any]) -> None:
    verdict = judged(opened(f"gate/{case['image']}"), asked(case))
    if case["image"] in SAME_FORMS:  # the very pixels of a right picture
        assert verdict.passed
    else:
        assert verdict.status == "failed", case["wrong"]
        assert verdict.reasons


@pytest.mark.parametrize("case", [case for case in gate() if case.values[0]["image"] in SAME_FORMS])
def test_twins_of_the_same_form_are_equal_pixels(case: dict[str, Any]) -> None:
    pictures = [drawn(asked(case)), drawn(asked(case, t=SAME_FORMS[case["image"]])), opened(f"gate/{case['image']}")]
    one, other, given = (np.asarray(picture) for picture in pictures)
    assert np.array_equal(one, other)
    assert np.array_equal(one, given)


def test_an_accent_over_capitals_is_another_word() -> None:
    folder = "check-accent-over-capitals"
    picture = drawn(compiled(f"{folder}/drawn.poster"))
    assert judged(picture, compiled(f"{folder}/wanted.poster")).status == "failed"
    assert judged(picture, compiled(f"{folder}/drawn.poster")).passed


@pytest.mark.parametrize("name", SECOND_LINES)
def test_a_second_line_in_the_place_of_a_slogan_is_extra(name: str) -> None:
    verdict = judged(opened(f"check-extra-line-in-hero/{name}.png"), compiled("check-extra-line-in-hero/hero.poster"))
    assert verdict.status == "failed"


def test_a_letter_o_is_no_zero() -> None:
    folder = "check-letter-o-for-zero"
    picture = drawn(compiled(f"{folder}/drawn.poster"))
    assert judged(picture, compiled(f"{folder}/wanted.poster")).status == "failed"


def test_a_line_from_bottom_to_top_is_read_once() -> None:
    conditions = compiled("check-sideways-extra/side.poster")
    verdict = judged(drawn(conditions), conditions)
    assert verdict.passed
    assert not verdict.extra


def test_a_mark_beyond_the_first_letter_is_another_word() -> None:
    folder = "check-signs-beyond"
    picture = drawn(compiled(f"{folder}/drawn.poster"))
    assert judged(picture, compiled(f"{folder}/asked.poster")).status == "failed"


@pytest.mark.parametrize("name", ["zh", "en"])
def test_the_ends_of_set_lines_are_no_spaces(name: str) -> None:
    conditions = compiled(f"check-spacing-noise/{name}.poster")
    verdict = judged(drawn(conditions), conditions)
    assert verdict.passed
    assert not verdict.warnings

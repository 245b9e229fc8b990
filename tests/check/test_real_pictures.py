"""Pictures that real generators made, judged against what they were asked to write.

Run this file as a program to see the whole table: `python -m tests.check.test_real_pictures`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from layoutgen.check import Cache, check_picture
from layoutgen.check.model import Verdict
from layoutgen.conditions.model import CanvasSize, Conditions
from tests.check.factories import conditions, slogan

FOLDER = Path(__file__).parents[2] / "../shared/data/images"

# What the eye says. `Hello World` for `hello world` and the drawn smile for 😊 are failures under `exact`; the lightning
# pictures lose a hyphen and digits; four captions of the mushrooms and all of the record sleeve are rubbish.
PASSING = {
    "vipshop+cache-dit/lumina2.jpg",
    "vipshop+cache-dit/hidream.jpg",
    "vipshop+cache-dit/hunyuan21.jpg",
    "filipstrand+mflux/ideogram4_desk.jpg",
    "filipstrand+mflux/ideogram4_oliva.jpg",
    "filipstrand+mflux/ideogram4_jazz.jpg",
}
FAILED_SLOGANS = {
    **{f"vipshop+cache-dit/qwen-image_{name}.png": {"t.0"} for name in ("base", "fp8_dbcache", "1328")},
    **{f"vipshop+cache-dit/qwen-lightning4{name}.png": {"t.0", "t.2"} for name in ("", "_dbcache")},
    "vipshop+cache-dit/flux_hello.jpg": {"t.0"},
    "vipshop+cache-dit/flux_hello_dbprune.jpg": {"t.0"},
    "CyberAgentAILab+Type-R/sample_0.jpg": {"t.0"},
    "filipstrand+mflux/ideogram4_fungi.jpg": set(),
}


def entries() -> list[dict[str, Any]]:
    path = FOLDER / "images.json"
    return list(json.loads(path.read_text("utf-8"))) if path.exists() else []


def asked(entry: dict[str, Any], width: int, height: int) -> Conditions:
    """Conditions whose boxes are the requested ones where they are known, else the whole picture."""
    glyphs = []
    for number, text in enumerate(entry["expected_texts"]):
        box = (0, 0, width, height)
        if "requested_boxes_y1x1y2x2_1000" in entry:
            top, left, bottom, right = entry["requested_boxes_y1x1y2x2_1000"][number]
            box = (left * width // 1000, top * height // 1000, (right - left) * width // 1000, (bottom - top) * height // 1000)
        glyphs.append(slogan(f"t.{number}", text, box).model_copy(update={"line_boxes": (), "baselines": ()}))
    return conditions(*glyphs, canvas=CanvasSize(name="picture", width=width, height=height))


def judged(entry: dict[str, Any]) -> Verdict:
    with Image.open(FOLDER / entry["file"]) as image:
        return check_picture(image.convert("RGB"), asked(entry, *image.size), cache=Cache(), composited=False)[1]


@pytest.mark.slow
@pytest.mark.skipif(not entries(), reason="the generated pictures are not here")
@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry["file"])
def test_verdict_agrees_with_the_eye(entry: dict[str, Any]) -> None:
    verdict = judged(entry)
    assert verdict.passed == (entry["file"] in PASSING), verdict.reasons
    if not verdict.passed:
        assert {item.id for item in verdict.slogans if not item.passed} == FAILED_SLOGANS[entry["file"]]


def main() -> None:
    for entry in entries():
        verdict = judged(entry)
        print(f"{verdict.status:8} {verdict.score:.2f}  {entry['file']}")
        for item in verdict.slogans:
            print(f"    {item.status:8} {item.expected!r}  {item.reason}")
        for extra in verdict.extra:
            print(f"    extra    {extra.text!r} ({extra.score:.2f})")


if __name__ == "__main__":
    main()

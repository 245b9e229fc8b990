"""What needs no reading is not read: exact words on an empty ground, what asks for no check, scripts that nobody here reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

import layoutgen
from layoutgen.base.geometry import Quad
from layoutgen.check import Cache, RapidReader, check_picture
from layoutgen.check.emptiness import empty_elsewhere
from layoutgen.check.model import AlignedLine, ReadLine, Verdict
from layoutgen.check.reader import DETECTION_SIDE
from layoutgen.compositing.composite import composite
from layoutgen.conditions.limits import DRAFT
from layoutgen.conditions.model import Conditions
from layoutgen.pipeline import compile_poster
from layoutgen.renderers import open_renderer

PLAIN = """poster 1 "Card"
canvas feed 600x600 { margin: 6% }
backdrop { fill: #FFF8E7 }
region title { at: top of canvas; size: 100% x 24%; slogan "Beach ball" { color: #0B3C5D; draw: DRAW } }
region offer { below: title gap 6%; size: 80% x 26%; slogan "Only 9.99" { color: #0B3C5D; draw: typeset } }
verify { EXTRA }
"""


class CountingReader(RapidReader):
    """Counts what it is asked to do."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[str] = Counter()

    def detect(self, image: Image.Image, side: int = DETECTION_SIDE) -> tuple[Quad, ...]:
        self.asked["detect"] += 1
        return super().detect(image, side)

    def read(self, crops: Sequence[Image.Image]) -> tuple[ReadLine, ...]:
        self.asked["read"] += len(crops)
        return super().read(crops)

    def align(self, crops: Sequence[Image.Image], texts: Sequence[str]) -> tuple[AlignedLine, ...]:
        self.asked["read"] += len(crops)
        return super().align(crops, texts)


def drawn(tmp_path: Path, text: str) -> tuple[Image.Image, Conditions]:
    path = tmp_path / "a.poster"
    path.write_text(text)
    conditions = compile_poster(layoutgen.load(path), {}, limits=DRAFT).conditions
    with open_renderer("draft") as renderer:
        return composite(renderer.render(conditions).image, conditions).convert("RGB"), conditions


def checked(image: Image.Image, conditions: Conditions) -> tuple[Verdict, Counter[str]]:
    reader = CountingReader()
    return check_picture(image, conditions, reader, Cache())[1], reader.asked


@pytest.mark.parametrize(
    ("draw", "extra"),
    [
        ("generate", "extra: fail"),
        ("typeset", "extra: fail"),
        ("typeset", "extra: allow"),
        ("generate", "text: off; extra: allow"),
    ],
)
def test_no_reading(tmp_path: Path, draw: str, extra: str) -> None:
    verdict, asked = checked(*drawn(tmp_path, PLAIN.replace("DRAW", draw).replace("EXTRA", extra)))
    assert verdict.passed, verdict.reasons
    assert not asked


def test_scenery_does_not_matter_where_anything_else_is_allowed(tmp_path: Path) -> None:
    poster = PLAIN.replace("DRAW", "typeset").replace("EXTRA", "extra: allow").replace("{ fill: #FFF8E7 }", '"a sunny beach"')
    verdict, asked = checked(*drawn(tmp_path, poster))
    assert verdict.passed
    assert not asked


@pytest.mark.parametrize("ink", ["#0B3C5D", "#F0E4C8"])
def test_words_on_an_empty_ground_are_found(tmp_path: Path, ink: str) -> None:
    image, conditions = drawn(tmp_path, PLAIN.replace("DRAW", "generate").replace("EXTRA", "extra: fail"))
    assert empty_elsewhere(image, conditions)
    ImageDraw.Draw(image).text((180, 470), "HOT DEAL", font=ImageFont.load_default(48), fill=ink)
    assert not empty_elsewhere(image, conditions)
    if ink == "#0B3C5D":
        verdict, asked = checked(image, conditions)
        assert [item.text for item in verdict.extra] == ["HOT DEAL"]
        assert asked["detect"]


def test_panels_are_of_one_colour_each(tmp_path: Path) -> None:
    poster = """poster 1 "Card"
canvas feed 600x600 { margin: 6% }
backdrop { fill: #FFF8E7 }
region title { at: center of canvas; size: 80% x 40%; panel: #0B3C5D; radius: 24px; slogan "Beach ball" { color: #FFF8E7 } }
"""
    image, conditions = drawn(tmp_path, poster)
    assert conditions.panels
    assert empty_elsewhere(image, conditions)
    left, top, *_ = conditions.panels[0].box
    ImageDraw.Draw(image).text((left + 20, top + 14), "NEW", font=ImageFont.load_default(24), fill="#FFF8E7")
    assert not empty_elsewhere(image, conditions)


def test_a_script_that_the_reader_does_not_have(tmp_path: Path) -> None:
    poster = """poster 1 "Card"
canvas story 540x960 { margin: 6% }
language ar
backdrop { fill: #FFF8E7 }
region title { at: center of canvas; size: 80% x 30%; slogan "تخفيضات الصيف" { color: #0B3C5D } }
"""
    image, conditions = drawn(tmp_path, poster)
    reader = CountingReader()
    verdict = check_picture(image, conditions, reader, Cache(), second_engine=False)[1]
    assert verdict.status == "unchecked"
    assert "cannot read" in verdict.slogans[0].reason
    assert not reader.asked["read"]
    assert reader.asked["detect"] <= 1

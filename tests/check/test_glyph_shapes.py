"""Confusable letters that read right and are wrong: told apart by their shapes in the very same typeface, never in another."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from layoutgen.base.style import Lettering
from layoutgen.check import judge
from layoutgen.check.glyph_shapes import confused_text
from layoutgen.check.model import Reading, ReadLine, RegionReading
from layoutgen.conditions.model import Glyph, set_text_of
from layoutgen.typeset.draw import draw
from tests.check.factories import conditions
from tests.check.typeset_samples import glyph

BOX = (60, 80, 900, 240)
FACES = ("clean sans", "grotesque", "heavy condensed sans", "serif", "elegant serif", "slab serif", "script", "brush")
PAIRS = (
    ("Open air cinema", "0pen air cinema"),
    ("Only 8 left", "On1y 8 left"),
    ("Learn to sail", "Learn to saiI"),
    ("Level 33", "Leve1 33"),
    ("Lisbon", "Llsbon"),
    ("Call 0800", "Call O800"),
)


def slogan(text: str, face: str, size: float = 84.0) -> Glyph:
    return glyph("head.1", text, BOX, lettering=Lettering(face=face), size=size)


def picture(glyph: Glyph, ground: Image.Image | None = None) -> Image.Image:
    image = ground or Image.new("RGB", (1020, 400), "#F4EFE6")
    draw(image, set_text_of(glyph), color=glyph.style.color)
    return image


def sky() -> Image.Image:
    """Lighter from top to bottom."""
    rows = np.linspace(120, 235, 400).astype(np.uint8)
    return Image.fromarray(np.broadcast_to(rows[:, None, None], (400, 1020, 3)).copy())


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(("expected", "drawn"), PAIRS)
def test_a_confusable_letter_in_the_same_typeface_is_found(face: str, expected: str, drawn: str) -> None:
    asked = slogan(expected, face)
    assert confused_text(picture(asked), asked) == ""
    assert confused_text(picture(slogan(drawn, face)), asked) == drawn


def test_the_ground_may_change_from_top_to_bottom() -> None:
    asked = slogan("Open air cinema", "clean sans")
    assert confused_text(picture(asked, sky()), asked) == ""
    assert confused_text(picture(slogan("0pen air cinema", "clean sans"), sky()), asked) == "0pen air cinema"


@pytest.mark.parametrize("other", ["serif", "heavy condensed sans", "script"])
@pytest.mark.parametrize("text", ["Open air cinema", "0pen air cinema"])
def test_letters_in_another_typeface_are_not_judged(other: str, text: str) -> None:
    assert confused_text(picture(slogan(text, other)), slogan("Open air cinema", "clean sans")) == ""


def test_nothing_is_said_about_an_empty_picture() -> None:
    assert confused_text(Image.new("RGB", (1020, 400), "#F4EFE6"), slogan("Open air cinema", "clean sans")) == ""


def test_letters_that_are_almost_the_ground_are_not_judged() -> None:
    ground = Image.new("RGB", (1020, 400), "#303030")
    assert confused_text(picture(slogan("0pen", "clean sans"), ground), slogan("Open", "clean sans")) == ""


def test_what_really_stands_there_fails_the_slogan() -> None:
    asked = slogan("Only 80", "clean sans")
    line = ReadLine(text="Only 80", box=asked.line_boxes[0], score=0.99)
    verdicts = [
        judge(
            conditions(asked),
            Reading(reader="r", regions=(RegionReading(id="head.1", lines=(line,), really=lookalike),), found=()),
        )
        for lookalike in ("", "On1y 80", "Only 8O")
    ]
    assert [verdict.status for verdict in verdicts] == ["passed", "failed", "failed"]
    assert [verdict.slogans[0].fault for verdict in verdicts] == ["", "digits", "digits"]
    assert verdicts[1].slogans[0].reason == "By the shapes of its letters it says `On1y 80`: `1` stands where `l` should."


@pytest.mark.parametrize("face", ["clean sans", "slab serif", "elegant serif"])
def test_a_wider_letter_may_have_made_all_of_them_smaller(face: str) -> None:
    asked, other = (glyph("head.1", text, (60, 80, 380, 240), lettering=Lettering(face=face)) for text in ("19.50", "19.5O"))
    assert other.style.size < asked.style.size
    assert confused_text(picture(asked), asked) == ""
    assert confused_text(picture(other), asked) == "19.5O"


@pytest.mark.parametrize("face", ["heavy condensed sans", "clean sans", "slab serif"])
@pytest.mark.parametrize("shift", [(2.5, -1.5), (-3.0, 2.0), (0.6, 0.4)])
def test_a_picture_that_is_shifted_a_little_says_the_same(face: str, shift: tuple[float, float]) -> None:
    def shifted(image: Image.Image) -> Image.Image:
        x, y = shift
        return image.transform(image.size, Image.Transform.AFFINE, (1, 0, x, 0, 1, y), Image.Resampling.BICUBIC)

    asked, other = slogan("€129.00", face), slogan("€129.0O", face)
    assert confused_text(shifted(picture(asked)), asked) == ""
    if shift == (-3.0, 2.0) and face != "heavy condensed sans":  # whole pixels, and rings that are not nearly the same
        assert confused_text(shifted(picture(other)), asked) == "€129.0O"

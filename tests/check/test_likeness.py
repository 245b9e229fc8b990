"""Generated lettering: what runs through all letters, or takes one away, is told from a model's own way of drawing them."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from layoutgen.base.geometry import edges
from layoutgen.base.model import Box
from layoutgen.base.style import Lettering
from layoutgen.check.legibility import Flaw, flaws, flaws_of_drawn
from layoutgen.check.letterforms import letterforms
from layoutgen.check.likeness import likeness
from layoutgen.conditions.model import Conditions, Glyph, Scene, set_text_of
from layoutgen.typeset.draw import draw
from tests.check.factories import conditions
from tests.check.typeset_samples import glyph

GROUND = (196, 214, 170)
FACES = ("clean sans", "serif", "slab serif")


def poster(text: str, face: str) -> Conditions:
    return conditions(glyph("s.0", text, (80, 90, 900, 160), lettering=Lettering(face=face), size=96))


def generated(what: Conditions, weight: int = 2) -> Image.Image:
    """Letters bolder than asked for, with soft uneven edges, in another dark colour, on an uneven ground."""
    (item,) = what.glyphs
    mask = Image.new("RGB", (what.canvas.width, what.canvas.height), "black")
    draw(mask, set_text_of(item), color="#FFFFFF")
    letters: Any = np.asarray(mask.convert("L"), np.float32)
    letters = cv2.dilate(letters, np.ones((2 * weight + 1,) * 2, np.uint8))
    rng = np.random.default_rng(3)
    height, width = letters.shape
    shift = [cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 9) * 22 for _ in range(2)]
    grid = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    letters = cv2.remap(letters, grid[0] + shift[0], grid[1] + shift[1], cv2.INTER_LINEAR)
    letters = cv2.GaussianBlur(letters, (0, 0), 1.6)[..., None] / 255
    ground = (
        np.array(GROUND) + cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 30)[..., None] * 90
    )
    return Image.fromarray(np.clip(ground * (1 - letters) + np.array((40, 30, 70)) * letters, 0, 255).astype(np.uint8))


def flaw(image: Image.Image, what: Conditions) -> Flaw | None:
    (item,) = what.glyphs
    found = likeness(image, what, item)
    assert found is not None
    return flaws_of_drawn([found]).get("s.0")


def cover(image: Image.Image, box: Box) -> None:
    """The ground over a box."""
    bare = Image.new("RGB", image.size, GROUND)
    image.paste(bare.crop(edges(box)), box[:2])


def line_of(item: Glyph) -> Box:
    return item.line_boxes[0]


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("weight", [0, 1, 3])
def test_letters_drawn_another_way_are_right(face: str, weight: int) -> None:
    what = poster("Fresh bread", face)
    image = generated(what, weight)
    painted = what.model_copy(update={"scene": Scene(fill="#C4D6AA")})
    compared = letterforms(image, painted, what.glyphs[0])
    assert compared is None or flaws([compared]) == {}
    assert flaw(image, what) is None
    assert flaw(image.filter(ImageFilter.GaussianBlur(1.5)), what) is None


@pytest.mark.parametrize("face", FACES)
def test_a_letter_that_is_gone_is_named(face: str) -> None:
    what = poster("Fresh bread", face)
    image = generated(what)
    left, top, width, height = what.glyphs[0].characters[2].box
    cover(image, (left - 3, top - 20, width + 5, height + 40))
    found = flaw(image, what)
    assert found is not None
    assert "`e`" in found.reason


@pytest.mark.parametrize("face", FACES)
def test_a_strip_cut_out_is_seen(face: str) -> None:
    what = poster("Fresh bread", face)
    image = generated(what)
    left, top, width, height = line_of(what.glyphs[0])
    cover(image, (left - 10, top + height // 2, width + 20, 13))
    found = flaw(image, what)
    assert found is not None
    assert found.reason == "A strip is missing from its letters."


@pytest.mark.parametrize("face", FACES)
def test_a_cross_of_another_colour_is_seen(face: str) -> None:
    what = poster("Fresh bread", face)
    image = generated(what)
    left, top, width, height = line_of(what.glyphs[0])
    ImageDraw.Draw(image).line((left, top, left + width, top + height), fill="#D01020", width=8)
    ImageDraw.Draw(image).line((left, top + height, left + width, top), fill="#D01020", width=8)
    found = flaw(image, what)
    assert found is not None
    assert "another colour" in found.reason


@pytest.mark.parametrize("face", FACES)
def test_a_line_under_it_is_seen_unless_it_was_asked_for(face: str) -> None:
    what = poster("Fresh bread", face)
    image = generated(what)
    left, _, width, _ = line_of(what.glyphs[0])
    below = round(what.glyphs[0].baselines[0] + 12)
    ImageDraw.Draw(image).rectangle((left - 4, below, left + width + 4, below + 6), fill=(40, 30, 70))
    found = flaw(image, what)
    assert found is not None
    assert found.reason.startswith("A line runs")
    style = what.glyphs[0].style
    ruled = style.model_copy(update={"lettering": style.lettering.model_copy(update={"underline": True})})
    asked = what.model_copy(update={"glyphs": (what.glyphs[0].model_copy(update={"style": ruled}),)})
    assert flaw(image, asked) is None


def test_nothing_is_said_of_words_that_stand_elsewhere_or_are_smaller() -> None:
    what = poster("Fresh bread", "clean sans")
    small = conditions(glyph("s.0", "Fresh bread", (80, 90, 900, 160), lettering=Lettering(face="serif"), size=52))
    assert flaw(generated(small), what) is None

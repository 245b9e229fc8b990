from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from layoutgen.base.style import Lettering, Outline
from layoutgen.typeset import set_text
from layoutgen.typeset.draw import draw
from layoutgen.typeset.emoji import has_pictures, picture, picture_of


@pytest.mark.parametrize(
    ("grapheme", "name"),
    [
        ("🎉", "1f389"),
        ("❤\ufe0f", "2764"),
        ("❤", ""),  # a letter, unless the text says otherwise
        ("©", ""),
        ("1\ufe0f\u20e3", "0031-20e3"),
        ("👍🏽", "1f44d-1f3fd"),
        ("👩\u200d🚀", "1f469-200d-1f680"),
        ("🇩🇪", "1f1e9-1f1ea"),
        ("👩\u200d🍉", ""),  # a sequence that nobody has drawn
        ("a", ""),
        ("夏", ""),
    ],
)
def test_which_graphemes_are_pictures(grapheme: str, name: str) -> None:
    assert picture_of(grapheme) == name
    assert has_pictures(f"Sale {grapheme}!") == bool(name)


@pytest.mark.parametrize(
    "lettering", [Lettering(), Lettering(outline=Outline(color="#000000")), Lettering(italic=True, letter_spacing=0.1)]
)
def test_a_picture_has_its_colours_in_its_box(lettering: Lettering) -> None:
    image = Image.new("RGB", (400, 120), "#ffffff")
    text = set_text("Go 🇩🇪 1", lettering, 60, (0, 0, 400, 120), locale="en")
    draw(image, text, color="#000000")
    pixels = np.asarray(image).astype(int)
    coloured = (pixels.max(axis=2) - pixels.min(axis=2)) > 100
    left, top, width, height = text.characters[2].box
    assert coloured[top : top + height, left : left + width].sum() > 0.9 * coloured.sum() > 500
    assert text.text.encode()[text.characters[2].start : text.characters[2].end].decode() == "🇩🇪"


def test_pictures_are_no_wider_than_asked() -> None:
    assert picture("1f389", 77).size == (77, 77)
    assert picture("1f389", 77).mode == "RGBA"


def test_pictures_run_down_columns_and_stand_in_right_to_left_lines() -> None:
    column = set_text("祭🎉り", Lettering(direction="vertical"), 40, (0, 0, 100, 200), locale="ja")
    assert [item.box[1] for item in column.characters] == sorted(item.box[1] for item in column.characters)
    line = set_text("خصم 🎉 اليوم", Lettering(), 40, (0, 0, 500, 80), locale="ar")
    places = [item.box[0] for item in line.characters]
    assert places == sorted(places, reverse=True)

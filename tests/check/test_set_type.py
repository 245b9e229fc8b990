"""Whole pictures compared with how they should be set: turned a little, with panels, and with what a detector sees in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter

import layoutgen
from layoutgen.base.geometry import enclosing
from layoutgen.check import check_picture
from layoutgen.check.legibility import exact, flaws
from layoutgen.check.model import ReadLine
from layoutgen.check.set_type import compared_with_type
from layoutgen.conditions.model import Conditions
from tests.judge.planted_faults import drawn, spoilt

TURNED = """poster 1 "Turned"
canvas full 1200x1200
backdrop { fill: #12264A }
region a { box: 8% 8% 60% 12%; rotate: -12deg; slogan "Big Band Night" { font: "Lobster"; color: #FFE9B0 } }
region b { box: 62% 26% 30% 12%; rotate: 20deg; slogan "was $89" { font: "Anton"; color: #FFFFFF } }
region c { box: 4% 42% 50% 9%; slogan "Doors 19:45" { font: "Archivo"; color: #F2A541 } }
"""
PANEL = """poster 1 "Panel"
canvas full 1080x1350
backdrop "a green meadow with mountains"
region a {
  box: 8% 6% 84% 14%; panel: #FFFFFF; radius: 3%; padding: 3%
  slogan "Winter Collection" { font: "Playfair Display"; color: #111111 }
}
region b { box: 8% 30% 60% 8%; slogan "Open daily" { font: "Archivo"; color: #111111 } }
"""


SMALL = """poster 1 "Small"
canvas full 800x1000
backdrop { fill: #FFFFFF }
min-size: 8px
region a { box: 6% 14% 88% 2%; align: left; slogan "Grilled trout, lemon, potatoes 17,90" { font: "Noto Serif" } }
region b { box: 6% 24% 88% 1.6%; align: left; slogan "All prices in euro, service included: ask us!" { color: #444444 } }
region c { box: 6% 34% 88% 2.4%; align: right; slogan "Espresso 2,10" { font: "Playfair Display"; color: #111111 } }
"""


OBJECT = """poster 1 "Object"
canvas full 1080x1350 { margin: 5% }
backdrop { fill: #FFF6E9 }
region a { at: top of canvas; size: 100% x 16%; slogan "Slow coffee" { font: "Abril Fatface"; color: #3B2118 } }
object cup "a cup of coffee" { box: 20% 30% 60% 40% }
region c {
  box: 30% 44% 40% 8%; overlap: allow
  slogan "Wild honey" { font: "Pacifico"; color: #FFFFFF; outline: #3B2118 5% }
}
"""


class SeesStrips:
    """A reader that takes the end of a word for another word, where a box of the picture says so."""

    name = "strips"

    def __init__(self, *boxes: tuple[int, int, int, int]) -> None:
        self.boxes = boxes

    def detect(self, image: Image.Image, side: int = 0) -> tuple[object, ...]:
        corners = ((x, y, x + w, y + h) for x, y, w, h in self.boxes)
        return tuple(((a, b), (c, b), (c, d), (a, d)) for a, b, c, d in corners)

    def read(self, crops: list[Image.Image]) -> tuple[ReadLine, ...]:
        return tuple(ReadLine(text="SALE", box=(0, 0, *crop.size), score=0.9) for crop in crops)

    def find(self, image: Image.Image, side: int = 0) -> tuple[ReadLine, ...]:
        return ()

    def readable(self, text: str) -> bool:
        return True

    yields_to_forms = True


def compiled(tmp_path: Path, text: str) -> Conditions:
    (tmp_path / "a.poster").write_text(text, "utf-8")
    return layoutgen.compile(tmp_path / "a.poster", renderer="draft")


@pytest.mark.parametrize("degrees", [-0.8, 0.5, 1.0])
def test_forms_are_compared_in_a_picture_that_is_turned_a_little(tmp_path: Path, degrees: float) -> None:
    what = compiled(tmp_path, TURNED)
    wrong = what.model_copy(update={"glyphs": (*what.glyphs[:1], spoilt(what.glyphs[1], "was $39"), *what.glyphs[2:])})
    turned, other = (drawn(one).rotate(degrees, Image.Resampling.BICUBIC, fillcolor="#12264A") for one in (what, wrong))
    assert all(map(exact, compared_with_type(turned, what, what.glyphs)))
    assert set(flaws(compared_with_type(other, what, what.glyphs))) == {what.glyphs[1].id}


def test_a_mark_at_the_edge_of_a_round_panel_is_seen(tmp_path: Path) -> None:
    what = compiled(tmp_path, PANEL)
    image, item = drawn(what), what.glyphs[0]
    assert not flaws(compared_with_type(image, what, what.glyphs, thorough=True))
    left, _, _, bottom = (*enclosing(item.line_boxes)[:2], 0, sum(enclosing(item.line_boxes)[1::2]))
    low = bottom + round(0.25 * item.style.size)
    ImageDraw.Draw(image).line((left + 200, low, left + 230, low - 14, left + 260, low), fill="#111111", width=7)
    assert set(flaws(compared_with_type(image, what, what.glyphs, thorough=True))) == {item.id}


def test_what_is_detected_close_to_words_that_are_exactly_set_is_nothing_else(tmp_path: Path) -> None:
    what = compiled(tmp_path, PANEL)
    image, item = drawn(what), what.glyphs[1]
    left, top, width, height = item.line_boxes[0]
    near = (left + width - 6, top + 2, 20, height - 4)
    far = (left + width + 2 * height, top + 2, 90, height - 4)
    for box, extras in ((near, 0), (far, 1)):
        reader = SeesStrips(box)
        _, verdict = check_picture(image, what, reader, composited=False, second_engine=False)  # type: ignore[arg-type]
        assert len(verdict.extra) == extras


@pytest.mark.parametrize("degrees", [-0.8, 0.4, 1.0])
def test_small_letters_may_be_turned_a_little(tmp_path: Path, degrees: float) -> None:
    what = compiled(tmp_path, SMALL)
    wrong = what.model_copy(
        update={"glyphs": (spoilt(what.glyphs[0], "Grilled trout, lemon, potatoes 17,40"), *what.glyphs[1:])}
    )
    turned, other = (drawn(one).rotate(degrees, Image.Resampling.BICUBIC, fillcolor="white") for one in (what, wrong))
    assert not flaws(compared_with_type(turned, what, what.glyphs))
    assert set(flaws(compared_with_type(other, what, what.glyphs))) == {what.glyphs[0].id}


def test_a_scribble_over_words_on_a_drawn_object_is_seen(tmp_path: Path) -> None:
    what = compiled(tmp_path, OBJECT)
    image, item = drawn(what), what.glyphs[1]
    soft = image.filter(ImageFilter.GaussianBlur(1.5))
    small = image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)
    for right in (image, soft, small):
        assert not flaws(compared_with_type(right, what, what.glyphs, thorough=True))
    left, top, width, height = enclosing(item.line_boxes)
    ends = [(left + width * step / 14, top + height * (0.1 if step % 2 else 0.9)) for step in range(15)]
    ImageDraw.Draw(image).line(ends, fill="white", width=4)
    assert set(flaws(compared_with_type(image, what, what.glyphs, thorough=True))) == {item.id}

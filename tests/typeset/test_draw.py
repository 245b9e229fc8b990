from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from layoutgen.base.style import Gradient, Lettering, Outline, Paint, Shadow
from layoutgen.typeset import SetText, set_text
from layoutgen.typeset.draw import draw, reach

BOX = (60, 50, 240, 90)
LETTERINGS = {
    "plain": Lettering(),
    "outline": Lettering(outline=Outline(color="#ffffff", width=0.1)),
    "shadow": Lettering(shadow=Shadow(color="#000000aa", dx=0.2, dy=0.2, blur=0.1)),
    "neon": Lettering(effect="neon tubes"),
    "emboss": Lettering(effect="embossed"),
    "gradient": Lettering(effect="gold foil"),
    "extruded": Lettering(effect="3d"),
    "rules": Lettering(strike=True, underline=True, weight=800),
    "spaced": Lettering(letter_spacing=0.2),
    "slanted": Lettering(font="Anton", italic=True),
}


def sale(lettering: Lettering, size: float = 40) -> SetText:
    return set_text("Sale 50%", lettering, size, BOX, locale="en")


def drawn(
    text: SetText, mode: str = "RGB", color: Paint = "#123456", rotation: float = 0.0, opacity: float = 1.0
) -> Image.Image:
    image = Image.new(mode, (360, 200), "#eeddcc")
    draw(image, text, color=color, rotation=rotation, opacity=opacity)
    return image


@pytest.mark.parametrize("name", LETTERINGS)
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_pixels_beyond_the_box_and_its_reach_stay(name: str, mode: str) -> None:
    text = sale(LETTERINGS[name])
    before = np.asarray(Image.new(mode, (360, 200), "#eeddcc"))
    after = np.asarray(drawn(text, mode))
    changed = np.argwhere((before != after).any(axis=2))
    assert len(changed)
    around = reach(text)
    assert changed[:, 0].min() >= BOX[1] - around
    assert changed[:, 0].max() < BOX[1] + BOX[3] + around
    assert changed[:, 1].min() >= BOX[0] - around
    assert changed[:, 1].max() < BOX[0] + BOX[2] + around


@pytest.mark.parametrize("name", LETTERINGS)
def test_the_same_bytes_every_time_and_in_both_modes(name: str) -> None:
    text = sale(LETTERINGS[name])
    first = drawn(text)
    assert first.tobytes() == drawn(text).tobytes()
    difference = np.asarray(first).astype(int) - np.asarray(drawn(text, "RGBA").convert("RGB"))
    assert abs(difference).max() <= 1


def test_plain_letters_have_their_colour() -> None:
    colors = {color for _, color in drawn(sale(Lettering(weight=900), 44)).getcolors(100000) or ()}
    assert (0x12, 0x34, 0x56) in colors


def test_a_gradient_runs_over_the_letters() -> None:
    image = drawn(sale(Lettering(weight=900), 44), color=Gradient(stops=("#ff0000", "#0000ff"), angle=0))
    pixels = np.asarray(image).astype(int)
    solid = (np.abs(pixels - (0xEE, 0xDD, 0xCC)).sum(axis=2) > 300).nonzero()[1]
    left, right = pixels[:, solid.min() : solid.min() + 12], pixels[:, solid.max() - 12 : solid.max()]
    assert (left[..., 0] - left[..., 2]).max() > 150
    assert (right[..., 2] - right[..., 0]).max() > 150


def test_opacity_mixes() -> None:
    full, half = np.asarray(drawn(sale(Lettering()))), np.asarray(drawn(sale(Lettering()), opacity=0.5))
    assert full.min() < half.min()


def test_rotation_is_clockwise_about_the_middle() -> None:
    text = sale(Lettering(align="right"), 30)
    pixels = np.asarray(drawn(text, rotation=90)).astype(int)
    rows, columns = (np.abs(pixels - (0xEE, 0xDD, 0xCC)).sum(axis=2) > 100).nonzero()
    # what stood at the right of the box now stands below its middle
    assert rows.mean() > BOX[1] + BOX[3] / 2
    assert columns.mean() == pytest.approx(BOX[0] + BOX[2] / 2, abs=6)


def test_a_full_turn_changes_nothing() -> None:
    text = sale(Lettering())
    assert drawn(text, rotation=360).tobytes() == drawn(text).tobytes()


def test_letters_partly_off_the_picture_are_cut_the_same() -> None:
    text = set_text("Sale", Lettering(shadow=Shadow(color="#000000")), 40, (-30, -10, 200, 60), locale="en")
    moved = set_text("Sale", Lettering(shadow=Shadow(color="#000000")), 40, (20, 40, 200, 60), locale="en")
    whole = drawn(moved).crop((50, 50, 250, 150))
    assert drawn(text).crop((0, 0, 200, 100)).tobytes() == whole.tobytes()


def test_off_the_picture_is_no_error() -> None:
    text = set_text("Sale", Lettering(), 40, (900, 900, 200, 60), locale="en")
    assert drawn(text).tobytes() == Image.new("RGB", (360, 200), "#eeddcc").tobytes()


def test_strike_and_underline_reach_over_the_whole_line() -> None:
    for lettering in (Lettering(strike=True), Lettering(underline=True)):
        text = sale(lettering)
        plain, ruled = np.asarray(drawn(sale(Lettering()))), np.asarray(drawn(text))
        columns = (plain != ruled).any(axis=(0, 2)).nonzero()[0]
        left, _, width, _ = text.lines[0].box
        assert columns.min() <= left + 6
        assert columns.max() >= left + width - 6


@settings(deadline=None, max_examples=30)
@given(rotation=st.floats(-180, 180), name=st.sampled_from(sorted(LETTERINGS)))
def test_any_turn_stays_near_the_box(rotation: float, name: str) -> None:
    text = sale(LETTERINGS[name])
    image = Image.new("RGB", (700, 700), "#eeddcc")
    moved = text.model_copy(
        update={
            "box": (230, 300, 240, 90),
            "lines": tuple(
                line.model_copy(
                    update={"box": (line.box[0] + 170, line.box[1] + 250, *line.box[2:]), "baseline": line.baseline + 250}
                )
                for line in text.lines
            ),
        }
    )
    draw(image, moved, color="#000000", rotation=rotation)
    rows, columns = (np.asarray(image) != (0xEE, 0xDD, 0xCC)).any(axis=2).nonzero()
    radius = np.hypot(120 + reach(text), 45 + reach(text)) + 2
    assert np.hypot(columns - 350, rows - 345).max() <= radius


SCRIPTS = {"促销": "zh", "خصم": "ar", "मूल्य": "hi", "ราคา": "th", "צבע": "he", "🎉": "en"}


@pytest.mark.parametrize("text", SCRIPTS)
@pytest.mark.parametrize("name", ["neon", "emboss", "extruded", "outline", "shadow", "rules", "gradient"])
@pytest.mark.parametrize("direction", ["auto", "vertical"])
def test_effects_show_in_every_script(text: str, name: str, direction: Literal["auto", "vertical"]) -> None:
    def made(lettering: Lettering) -> Image.Image:
        lettering = lettering.model_copy(update={"direction": direction})
        image = Image.new("RGB", (300, 300), "#eeddcc")
        draw(image, set_text(text, lettering, 36, (30, 30, 240, 240), locale=SCRIPTS[text]), color="#2050a0")
        return image

    changed = np.asarray(ImageChops.difference(made(Lettering()), made(LETTERINGS[name]))).any(axis=2).sum()
    assert changed > 40 or (name, text) == ("gradient", "🎉")  # a picture keeps its own colours

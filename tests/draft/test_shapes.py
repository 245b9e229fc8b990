"""Plain shapes are drawn as such, in the colour named; things named after shapes and colours stay things."""

from __future__ import annotations

import numpy as np
import pytest

from layoutgen.renderer.draft.color import parse
from layoutgen.renderer.draft.renderer import draft
from layoutgen.renderer.draft.scenes import COLORS
from layoutgen.renderer.draft.shapes import Shape, shape_of
from layoutgen.renderer.draft.vocabulary import Motif, motif_of
from tests.draft.factories import conditions, thing

RED, ORANGE, BLUE, WHITE, BLACK = (COLORS[name] for name in ("red", "orange", "blue", "white", "black"))
BOX = (40, 50, 120, 100)


@pytest.mark.parametrize(
    ("description", "shape"),
    [
        ("a large, solid red circle", Shape("circle", RED)),
        ("a solid, orange rectangle", Shape("rectangle", ORANGE)),
        ("a large orange circle with a white border", Shape("circle", ORANGE, WHITE)),
        ("a wave of blue", Shape("wave", BLUE)),
        ("a thin black line", Shape("line", BLACK)),
        ("a red, wavy line that resembles a mountain", Shape("line", RED, wavy=True)),
        ("a blue band", Shape("band", BLUE)),
        ("a horizontal blue stripe", Shape("band", BLUE, upright=False)),
        ("a white square", Shape("square", WHITE)),
        ("a triangle in red", Shape("triangle", RED)),
        ("a blue ring", Shape("ring", BLUE)),
        ("a red arrow pointing left", Shape("arrow", RED, towards="left")),
        ("two red circles", Shape("circle", RED, count=2)),
        ("a simple, circular shape with a blue hue", Shape("circle", BLUE)),
        ("a black rectangle with a thin, horizontal gray line at the bottom", Shape("rectangle", BLACK)),
        ("ein roter Kreis", Shape("circle", RED)),
    ],
)
def test_what_is_a_shape(description: str, shape: Shape) -> None:
    assert shape_of(description) == shape


@pytest.mark.parametrize(
    ("description", "motif"),
    [
        ("an ocean wave", Motif("water-wave")),
        ("a wedding ring", Motif("ring")),
        ("a gold ring", Motif("ring")),
        ("the sun", Motif("sun")),
        ("an orange", Motif("tangerine")),
        ("fresh orange slices", Motif("tangerine")),
        ("an orange cat", Motif("cat")),
        ("a red, orange and yellow sunset", Motif("sunset")),
        ("a dog with a beach ball", Motif("dog")),
        ("an abstract shape in a warm orange color", None),
        ("a flat shape of orange color", None),
        ("a circle of friends", None),
        ("a line of people", None),
    ],
)
def test_what_is_none(description: str, motif: Motif | None) -> None:
    assert shape_of(description) is None
    assert motif_of(description) == motif


@pytest.mark.parametrize("name", ["circle", "oval", "rectangle", "square", "triangle", "ring", "line", "band", "arrow", "wave"])
def test_it_has_its_colour_and_stays_in_its_box(name: str) -> None:
    picture = draft(conditions(216, 270, objects=(thing("one", f"a plain red {name}", BOX),)))
    pixels = np.asarray(picture).astype(int)
    rows, columns = np.nonzero(np.abs(pixels - np.array(parse("#0b3c5d"))).max(axis=2) > 2)
    assert BOX[0] <= columns.min() <= columns.max() < BOX[0] + BOX[2]
    assert BOX[1] <= rows.min() <= rows.max() < BOX[1] + BOX[3]
    red = (np.abs(pixels - np.array(parse(RED))).max(axis=2) <= 2).sum()
    assert red >= 0.6 * len(rows)  # a thin one is half edge
    assert columns.max() - columns.min() >= 0.8 * min(BOX[2:])


def test_borders_and_outlines() -> None:
    edged = draft(conditions(216, 270, objects=(thing("one", "a blue square with a white border", BOX),)))
    assert edged.getpixel((52, 100)) == parse(WHITE)
    assert edged.getpixel((100, 100)) == parse(BLUE)
    hollow = draft(conditions(216, 270, objects=(thing("one", "a hollow red square", BOX),)))
    assert hollow.getpixel((100, 100)) == parse("#0b3c5d")
    assert hollow.getpixel((52, 100)) == parse(RED)


def test_a_beach_ball_is_no_football() -> None:
    assert shape_of("a colourful beach ball") is not None
    ball = draft(conditions(216, 270, objects=(thing("one", "a beach ball", BOX),)))
    assert len(ball.crop((60, 60, 140, 140)).quantize(8).getcolors() or ()) >= 4
    assert motif_of("a ball") == Motif("soccer-ball")

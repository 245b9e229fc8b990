"""Boxes → cells → bias: laws that hold for any place."""

from __future__ import annotations

import math
from functools import partial
from typing import Any, Literal

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from layoutgen.base.model import Box
from layoutgen.base.style import Lettering
from layoutgen.conditions.model import CanvasSize, Conditions, Generation, Glyph, GlyphStyle
from layoutgen.renderer.glm.glyphs import Glyphs, StringTokens
from layoutgen.renderer.glm.regions import (
    CUT,
    OFF,
    REST,
    TOKEN,
    RegionBias,
    RegionSettings,
    cells,
    in_generation,
    region_bias,
    token_grid,
)
from layoutgen.typeset.model import Character
from tests.timing import ratio

HARD = RegionSettings(grain="string", hard=True)
LETTERS = RegionSettings(grain="character", hard=True)
Direction = Literal["ltr", "rtl", "vertical"]


def slogan(text: str, box: Box, *, direction: Direction = "ltr", rotation: float = 0.0, lines: int = 1) -> Glyph:
    """A string set evenly over its box, this many characters a line; spaces have no box, as typesetting leaves them."""
    left, top, width, height = box
    per_line = math.ceil(len(text) / lines)
    characters, at = [], 0
    for index, letter in enumerate(text):
        line, place = divmod(index, per_line)
        if direction == "vertical":  # lines go from right to left
            pitch, thick = height / per_line, width / lines
            spot = (left + width - (line + 1) * thick, top + place * pitch, thick, pitch)
        else:
            pitch, thick = width / per_line, height / lines
            x = left + width - (place + 1) * pitch if direction == "rtl" else left + place * pitch
            spot = (x, top + line * thick, pitch, thick)
        size = len(letter.encode())
        if not letter.isspace():
            where = (round(spot[0]), round(spot[1]), max(1, round(spot[2])), max(1, round(spot[3])))
            characters.append(Character(start=at, end=at + size, box=where, line=line))
        at += size
    return Glyph(
        id="r.slogan",
        region="r",
        text=text,
        box=box,
        lines=tuple(text[i : i + per_line] for i in range(0, len(text), per_line)),
        characters=tuple(characters),
        direction=direction,
        rotation=rotation,
        style=GlyphStyle(size=20, lettering=Lettering(), color="#000000"),
    )


def conditions(*slogans: Glyph, size: tuple[int, int] = (256, 192), generation: Generation | None = None) -> Conditions:
    width, height = size
    return Conditions(
        canvas=CanvasSize(name="main", width=width, height=height),
        locale="en",
        generation=generation or Generation(width=width, height=height, crop=(0, 0, width, height), scale=1.0),
        prompt="",
        glyphs=slogans,
    )


def encoded(*texts: str, padding: int = 0) -> Glyphs:
    """Tokens of strings without an encoder: regions look at spans only."""
    strings, at = [], 0
    for text in texts:
        strings.append(StringTokens(text, at, at + padding + len(text.encode()) + 1, padding))
        at = strings[-1].end
    return Glyphs(torch.zeros(1, max(at, 1), 4), tuple(strings), ())


def bound(setting: RegionSettings, *slogans: Glyph, padding: int = 0, size: tuple[int, int] = (256, 192)) -> RegionBias:
    glyphs = encoded(*(item.text for item in slogans), padding=padding)
    bias = region_bias(conditions(*slogans, size=size), glyphs, token_grid(size), setting)
    assert bias is not None
    return bias


def test_the_grid_of_tokens() -> None:
    assert token_grid((1024, 512)) == (32, 64)
    for wrong in ((1000, 512), (512, 8), (0, 16)):
        with pytest.raises(ValueError, match="whole tokens"):
            token_grid(wrong)


def test_a_box_on_the_grid_has_its_own_cells_and_no_others() -> None:
    result = cells((32, 16, 64, 32), (8, 10))
    assert np.argwhere(result).tolist() == [[row, column] for row in (1, 2) for column in (2, 3, 4, 5)]


@pytest.mark.parametrize(
    ("box", "columns"),
    [((0, 0, 19, 16), [0]), ((0, 0, 20, 16), [0, 1]), ((13, 0, 19, 16), [1]), ((7, 0, 2, 16), [0]), ((15, 0, 2, 3), [1])],
)
def test_a_cell_belongs_by_its_centre_or_a_quarter_of_it(box: Box, columns: list[int]) -> None:
    assert np.flatnonzero(cells(box, (1, 4))[0]).tolist() == columns


def test_a_turned_box_has_the_cells_under_it() -> None:
    across, down = cells((32, 64, 128, 16), (12, 12)), cells((32, 64, 128, 16), (12, 12), degrees=90)
    assert np.argwhere(across).tolist() == [[4, column] for column in range(2, 10)]
    # 90 degrees about (96, 72): x from 88 to 104, y from 8 to 136.
    assert np.argwhere(down).tolist() == [[row, column] for row in range(9) for column in (5, 6)]
    slanted = cells((32, 88, 128, 16), (12, 12), degrees=45)
    assert slanted[3, 3]
    assert slanted[8, 8]
    assert not slanted[3, 8]
    assert slanted.sum() < 40


def test_the_canvas_in_generation_pixels() -> None:
    generation = Generation(width=512, height=544, crop=(6, 22, 500, 500), scale=2.0)
    assert in_generation((100, 200, 50, 20), conditions(size=(1000, 1000), generation=generation)) == (56, 122, 25, 10)


def test_per_string_hard() -> None:
    first, second = slogan("AB", (16, 16, 64, 32)), slogan("CDE", (128, 96, 48, 16))
    bias = bound(HARD, first, second, padding=1)
    assert bias.image.shape == (4 + 5, 12 * 16)
    seen = bias.image.reshape(9, 12, 16) == 0
    assert (seen[:4] == cells((16, 16, 64, 32), (12, 16))).all()
    assert (seen[4:] == cells((128, 96, 48, 16), (12, 16))).all()
    assert set(np.unique(bias.image)) == {0.0, np.float32(OFF)}
    assert not bias.glyphs.any()
    assert len(bias.patterns) == 2


def test_strings_may_be_kept_apart() -> None:
    bias = bound(HARD.model_copy(update={"isolate": True}), slogan("AB", (16, 16, 64, 32)), slogan("C", (128, 96, 48, 16)))
    apart = bias.glyphs == np.float32(OFF)
    assert apart[:3, 3:].all()
    assert apart[3:, :3].all()
    assert not apart[:3, :3].any()
    assert not apart[3:, 3:].any()


def test_soft_keeps_a_share_everywhere() -> None:
    setting = RegionSettings(base=0.25, strength=0.5, boost=2.0)
    bias = bound(setting, slogan("AB", (16, 16, 64, 32)))
    assert np.unique(bias.image).tolist() == pytest.approx([0.5 * math.log(0.25), 0.5 * math.log(2)])
    letters = bound(RegionSettings(grain="character", base=0.25), slogan("AB", (16, 16, 64, 32)))
    assert letters.image.min() == pytest.approx(math.log(0.25))
    assert letters.image.max() <= 0


def test_per_character_falls_off_across_and_not_down() -> None:
    bias = bound(LETTERS, slogan("ABCD", (32, 32, 128, 32))).image.reshape(5, 12, 16)
    first = bias[0]
    assert (first[[0, 1, 4, 5]] == np.float32(OFF)).all()  # the line is rows 2 and 3
    assert np.array_equal(first[2], first[3])
    # The character's centre is x = 48, its width 32; column 2 has its centre at 40.
    assert first[2, 2] == pytest.approx(-3 * (8 / 32) ** 2)
    assert first[2, 6] == pytest.approx(-3 * (56 / 32) ** 2)
    assert first[2, 7] == np.float32(OFF)  # beyond twice its width
    assert first[2, 1] == np.float32(OFF)  # outside the box
    rest = bias[4]
    assert (rest[2:4, 2:10] == REST).all()
    assert (rest == REST).sum() == 16


def test_lines_have_rows_of_their_own() -> None:
    bias = bound(LETTERS, slogan("ABCD", (32, 32, 64, 64), lines=2)).image.reshape(5, 12, 16)
    upper, lower = (np.flatnonzero((bias[token] > OFF).any(1)).tolist() for token in (0, 2))
    assert (upper, lower) == ([2, 3], [4, 5])


def test_bytes_of_a_character_share_its_place_and_spaces_see_the_whole_box() -> None:
    bias = bound(LETTERS, slogan("大 é", (32, 32, 96, 32)), padding=1)
    image = bias.image
    assert image.shape[0] == 1 + 3 + 1 + 2 + 1
    assert np.array_equal(image[1], image[2])
    assert np.array_equal(image[2], image[3])
    assert np.array_equal(image[5], image[6])
    for rest in (0, 4, 7):  # pad, space, end
        assert set(np.unique(image[rest])) == {REST, np.float32(OFF)}


def columns_of(bias: RegionBias, token: int) -> tuple[int, int]:
    """Row and column where a token is seen best."""
    row, column = divmod(int(np.argmax(bias.image[token])), bias.grid[1])
    return row, column


def test_from_right_to_left() -> None:
    bias = bound(LETTERS, slogan("אב", (32, 32, 64, 16), direction="rtl"))
    assert columns_of(bias, 0)[1] > columns_of(bias, 2)[1]


def test_vertical_text_is_bound_down_its_line() -> None:
    bias = bound(LETTERS, slogan("春夏秋冬", (160, 32, 64, 64), direction="vertical", lines=2))
    assert [columns_of(bias, 3 * index)[0] for index in range(4)] == [2, 4, 2, 4]
    first, third = ((bias.image[3 * index].reshape(bias.grid) > OFF).any(0) for index in (0, 2))
    assert np.flatnonzero(first).tolist() == [12, 13]
    assert np.flatnonzero(third).tolist() == [10, 11]


def test_turned_text_takes_its_characters_along() -> None:
    bias = bound(LETTERS, slogan("ABCD", (64, 88, 128, 16), rotation=90))  # reads downwards
    rows = [columns_of(bias, index)[0] for index in range(4)]
    assert rows == sorted(rows)
    assert rows[0] < rows[3]
    assert {columns_of(bias, index)[1] for index in range(4)} <= {7, 8}


def test_nothing_to_bind() -> None:
    one = slogan("A", (0, 0, 32, 32))
    assert region_bias(conditions(one), encoded("A"), (12, 16), RegionSettings(grain="none")) is None
    assert region_bias(conditions(), encoded(), (12, 16), HARD) is None
    with pytest.raises(ValueError, match="not those of the conditions"):
        region_bias(conditions(one), encoded("B"), (12, 16), HARD)


def test_the_whole_mask_is_in_the_decoders_order() -> None:
    bias = bound(HARD, slogan("A", (16, 16, 64, 32)))
    whole, tokens, area = bias.full(cached=5), bias.tokens, 12 * 16
    assert whole.shape == (tokens + area, 5 + tokens + area)
    assert not whole[:, :5].any()
    assert np.array_equal(whole[tokens:, 5 : 5 + tokens], bias.image.T)
    assert np.array_equal(whole[:tokens, 5 + tokens :], bias.image)
    assert not whole[tokens:, 5 + tokens :].any()


@pytest.mark.parametrize(("direction", "image", "glyphs"), [("both", 1, 1), ("image", 1, 0), ("glyphs", 0, 1)])
def test_either_direction_alone(direction: str, image: bool, glyphs: bool) -> None:
    bias = bound(RegionSettings.model_validate({"hard": True, "direction": direction}), slogan("A", (16, 16, 64, 32)))
    whole, tokens = bias.full(), bias.tokens
    assert whole[tokens:, :tokens].any() == image
    assert whole[:tokens, tokens:].any() == glyphs


def test_settings_are_checked() -> None:
    for wrong in ({"layers": (0.5, 0.5)}, {"layers": (0, 2)}, {"base": 0}, {"steps": 1.5}, {"grain": "word"}):
        with pytest.raises(ValidationError):
            RegionSettings.model_validate(wrong)


@given(share=st.floats(0, 1), steps=st.integers(1, 100))
def test_the_schedule_over_steps_is_its_first_share(share: float, steps: int) -> None:
    bias = bound(RegionSettings(steps=share), slogan("A", (16, 16, 64, 32)))
    on = [bias.on(step, steps) for step in range(steps)]
    assert on == sorted(on, reverse=True)
    assert share * steps - 1e-6 <= sum(on) < share * steps + 1
    assert sum(on) == steps or share < 1


@given(edges=st.tuples(st.floats(0, 1), st.floats(0, 1)).filter(lambda pair: pair[0] < pair[1]), layers=st.integers(1, 60))
def test_the_schedule_over_layers_is_one_stretch_of_its_length(edges: tuple[float, float], layers: int) -> None:
    bias = bound(RegionSettings(layers=edges), slogan("A", (16, 16, 64, 32)))
    on = [layer for layer in range(layers) if bias.in_layer(layer, layers)]
    assert on == list(range(on[0], on[-1] + 1)) if on else True
    assert abs(len(on) - (edges[1] - edges[0]) * layers) <= 1
    assert all(bound(HARD, slogan("A", (16, 16, 64, 32))).in_layer(layer, layers) for layer in range(layers))


BOXES = st.tuples(st.integers(0, 200), st.integers(0, 150), st.integers(1, 200), st.integers(1, 150))
PLACED: Any = st.builds(
    slogan,
    st.text("aé大 I", min_size=1, max_size=9).filter(lambda text: not text.isspace()),
    BOXES,
    direction=st.sampled_from(["ltr", "rtl", "vertical"]),
    rotation=st.sampled_from([0.0, 90.0, 180.0, -33.0, 7.5]),
    lines=st.integers(1, 3),
)
SETTINGS = st.sampled_from([HARD, LETTERS, LETTERS.model_copy(update={"strength": 0.3})])


@settings(deadline=None, max_examples=60)
@given(item=PLACED, setting=SETTINGS)
def test_every_glyph_token_is_seen_and_only_inside_its_box(item: Glyph, setting: RegionSettings) -> None:
    size = (512, 384)
    bias = bound(setting, item, padding=1, size=size)
    seen = bias.image > OFF / 2
    assert seen.any(1).all()
    assert (bias.image[seen] >= -CUT).all()
    places = [item.box, *(character.box for character in item.characters)]
    left, top = min(box[0] for box in places), min(box[1] for box in places)
    around = (left, top, max(box[0] + box[2] for box in places) - left, max(box[1] + box[3] for box in places) - top)
    centre = (item.box[0] + item.box[2] / 2, item.box[1] + item.box[3] / 2)
    inside = cells(around, token_grid(size), degrees=item.rotation, about=centre)
    narrow = min(item.box[2:]) < 2 * TOKEN  # then a line may have nothing but the cell nearest to it
    if not narrow:
        assert not (seen & ~inside.ravel()).any()


@settings(deadline=None, max_examples=40)
@given(item=PLACED, setting=SETTINGS, columns=st.integers(0, 5), rows=st.integers(0, 4))
def test_moving_a_box_by_a_cell_moves_the_mask_by_a_cell(item: Glyph, setting: RegionSettings, columns: int, rows: int) -> None:
    dx, dy, size = 16 * (columns + 20), 16 * (rows + 20), (1280, 1280)

    def moved(item: Glyph, dx: int, dy: int) -> Glyph:
        def shift(box: Box) -> Box:
            return box[0] + dx, box[1] + dy, box[2], box[3]

        characters = tuple(letter.model_copy(update={"box": shift(letter.box)}) for letter in item.characters)
        return item.model_copy(update={"box": shift(item.box), "characters": characters})

    before, after = (bound(setting, moved(item, x, y), size=size).image.reshape(-1, 80, 80) for x, y in ((320, 320), (dx, dy)))
    shifted = np.roll(before, (rows, columns), (1, 2))
    assert np.array_equal(shifted > OFF / 2, after > OFF / 2)
    np.testing.assert_allclose(shifted, after, atol=1e-4)


@pytest.mark.timed
def test_a_whole_page_takes_no_longer_than_its_slogans() -> None:
    page = [slogan("abcdefgh" * 20, (64, 64 * index, 1500, 60), lines=2) for index in range(20)]
    bias = bound(LETTERS, *page, size=(2048, 2048))
    assert bias.image.shape == (20 * 161, 128 * 128)
    whole, alone = partial(bound, LETTERS, *page, size=(2048, 2048)), partial(bound, LETTERS, page[0], size=(2048, 2048))
    assert ratio(whole, alone, runs=2) < 3 * len(page)
